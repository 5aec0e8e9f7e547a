//! Who opened what is kept of persons, and the page of the operator.

use crate::town::{Town, on_both};
use civic::people::standing::Post;
use civic::time::Timestamp;
use wugong::messages::File;
use wugong::work::Worker;

fn write_down(town: &Town) {
    town.runtime.block_on(site::frame::write_openings(&town.app));
}

#[test]
fn whoever_is_concerned_sees_day_and_post_of_every_opening_and_auditors_see_numbers() {
    on_both(|town| {
        let home = town.household(town.hamlet, "西巷3号");
        let who = town.villager(town.hamlet, home, "葛长山");
        let wife = town.villager(town.hamlet, home, "胡小兰");
        let far = town.household(town.village_2, "东头1号");
        let stranger = town.villager(town.village_2, far, "梨树生");
        let form = town.resident(who).get("/need?at=429990101201-H01").ok().form("/need");
        form.set("what", "路灯不亮").set("where", "村口").set("reply", "slip").send().is(303);

        town.at("2026-04-13 9:00");
        let committee = town.staff(Post::Committee, town.village);
        // The first page of a session notes that it is used.
        committee.get(&format!("/roll/person/{who}")).ok();
        let (_, reading) = town.statements(|| committee.get(&format!("/roll/person/{who}")).ok());
        let (_, again) = town.statements(|| committee.get(&format!("/roll/person/{who}")).ok());
        assert_eq!(reading, again, "nothing is written while a page is read");
        committee.get(&format!("/roll/household/{home}")).ok();
        committee.get("/roll").is(303).follow().ok();
        committee.get("/needs").ok().says("路灯不亮");
        // What opens nobody's data, and what was refused, is no opening.
        committee.get("/roll/import?village=429990101201").ok();
        committee.get("/needs?as=csv").ok();
        committee.get(&format!("/roll/person/{stranger}")).is(404);
        town.at("2026-04-14 9:00");
        let supervision = town.staff(Post::Supervision, town.village);
        supervision.get(&format!("/roll/person/{who}")).ok();
        write_down(town);
        let rows = town.read(|tx| tx.number("SELECT COUNT(*) FROM opening WHERE county_id = $1", &[]));
        assert_eq!(rows, 5, "{}", town.engine);

        let own = town.resident(who);
        assert_eq!(own.get("/mine/data").ok().links("看记录"), ["/mine/openings"]);
        let mut page = own.get("/mine/openings").ok();
        let post = |key: &str| {
            site::frame::W::new(std::sync::Arc::new(site::frame::Words::load()), site::frame::Lang::Zh).t(key)
        };
        for says in [
            format!("{}看了个人资料，3次", post("post-committee")),
            format!("{}看了户的资料，1次", post("post-committee")),
            format!("{}看了花名册，1次", post("post-committee")),
            format!("{}看了提的事和联系办法，1次", post("post-committee")),
            format!("{}看了个人资料，1次", post("post-supervision")),
        ] {
            page = page.says(&says);
        }
        page.says("4月14日").says("200天");
        // Who lives in the same household sees what concerns that, and nothing about the other person.
        let hers = town.resident(wife).get("/mine/openings").ok();
        hers.says("看了户的资料").says("看了花名册").hides("看了个人资料").hides("提的事");
        town.resident(stranger).get("/mine/openings").ok().says("没有人看过");
        // A helper does not look into it.
        town.visitor().get("/mine/openings").is(303);

        let numbers = town.staff(Post::Auditor, town.root).get("/openings").ok();
        numbers.says("个人资料").says("30天内").hides("葛长山").hides("西巷");
        // The row names no account, and still answers whether it was a certain one.
        let actors =
            town.read(|tx| tx.all::<(Vec<u8>,)>("SELECT DISTINCT actor FROM opening WHERE county_id = $1", &[]));
        assert_eq!(actors.len(), 2);

        // After half a year and some days nothing is left of it.
        town.at("2026-10-29 9:00");
        let worker = Worker::new(town.app.clone());
        worker.sweep().unwrap();
        assert_eq!(town.read(|tx| tx.number("SELECT COUNT(*) FROM opening WHERE county_id = $1", &[])), 5);
        town.at("2026-10-31 9:00");
        worker.sweep().unwrap();
        assert_eq!(town.read(|tx| tx.number("SELECT COUNT(*) FROM opening WHERE county_id = $1", &[])), 1);
    });
}

#[test]
fn the_operator_sees_jobs_backups_and_slow_pages_and_lets_a_job_be_done_again() {
    on_both(|town| {
        let officer = town.staff(Post::County, town.root);
        officer.get("/operator").ok().says("还没有做过备份").says("没有。");
        town.staff(Post::Committee, town.village).get("/operator").is(403);

        let now = town.now();
        let chance = town.chance();
        town.write(move |tx| {
            let mut chance = chance.clone();
            store::jobs::put(tx, "index.again", "{}", now, now, &mut chance)?;
            store::messages::send(tx, "13900001234", "验证码", now, &mut chance)?;
            Ok(tx.commit_quiet(store::Quiet::Job, ()))
        });
        let worker = Worker::new(town.app.clone());
        // A folder in the place of the file, so that no message leaves.
        std::fs::create_dir_all(town.data.join(File::NAME)).unwrap();
        for _ in 0..store::jobs::ATTEMPTS_MAX {
            worker.jobs(&File::new(&town.data)).unwrap();
            town.wait_minutes(180);
        }
        let officer = town.staff(Post::County, town.root);
        let page = officer.get("/operator").ok();
        let page =
            page.says("index.again").says("no worker knows this kind of job").says("短信的内容已经删掉").hides("139");
        let forms = page.form("/operator/again");
        let job = town.read(|tx| {
            let given_up = store::jobs::given_up(tx, 10)?;
            Ok(given_up.iter().find(|job| job.whole).map(|job| job.id.to_string()).unwrap())
        });
        forms.press("job", &job).is(303).follow().ok().says("已经重新排上");
        let open = town.read(|tx| store::jobs::open(tx, Timestamp::from_millis(i64::MAX)));
        assert_eq!((open.waiting, open.failed), (1, 1));
        // A second press finds nothing to begin anew.
        page.form("/operator/again").press("job", &job).is(303).follow().ok().says("已经在办");
        town.wait_minutes(5);
        town.staff(Post::County, town.root).get("/operator").ok().says("到时间的任务没人办");

        let row =
            store::backup::Backup { id: town.id(), at: town.now(), bytes_len: 7 << 20, files_missing: 2, sealed: 5 };
        town.write(move |tx| {
            store::backup::put(tx, &row)?;
            Ok(tx.commit_quiet(store::Quiet::Backup, ()))
        });
        town.app.measures().note("GET", "/p/{code}", 200, 900_000);
        town.app.measures().machine(Some((5 << 30, 9 << 30)), Some(90 << 20));
        let page = town.staff(Post::County, town.root).get("/operator").ok();
        page.says("7168 KiB").says("有2个文件没有备上").says("GET /p/{code}").says("900 ms").says("90 MiB");
    });
}
