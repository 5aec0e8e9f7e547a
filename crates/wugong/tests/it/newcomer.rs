//! A village office that begins: the county made with the command of the README and its file of places, and from there everything over
//! HTTP, by people who have nothing but what the program gives them.

use crate::page::{Page, Visitor};
use crate::program::Place;
use crate::resolution::photo;
use crate::room::come;
use crate::town::{HOST, SECRET, Seeded};
use civic::id::Chance;
use civic::time::{Timestamp, Zone};
use encoding_rs::GB18030;
use site::{App, Setup};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use store::{Db, Options};

const VILLAGE: &str = "429990101201";

/// The county of the README on that database, and the link of its first officer.
fn made(place: &Place, url: &str, places: &str) -> String {
    let create = ["county", "create", "--name", "嘉禾县", "--code", "429990", "--places", places, "--officer", "柳清"];
    let ended = place.run(&[&create[..], &["--database", url]].concat());
    assert_eq!(ended.code, 0, "{ended:?}");
    let link = ended.out.split_whitespace().find(|word| word.contains("/staff-link/")).unwrap();
    link[link.find("/staff-link/").unwrap()..].to_owned()
}

/// The site over a database that the program made, at the true day.
fn site_over(place: &Place, url: &str) -> (impl Fn() -> Visitor, Arc<AtomicI64>, Db) {
    let db = Db::open(&Options { url: url.to_owned(), threads: 3 }).unwrap();
    let clock = Arc::new(AtomicI64::new(wugong_now().millis()));
    let (chance, time) = (Seeded::new(11), clock.clone());
    let data = place.0.join("site");
    std::fs::create_dir_all(&data).unwrap();
    let app = App::new(Setup {
        db: db.clone(),
        files: store::files::Folder::open(&data.join("files")).unwrap(),
        clock: Arc::new(move || Timestamp::from_millis(time.load(Ordering::SeqCst))),
        chance: Arc::new(move |bytes| chance.clone().fill(bytes)),
        base_url: format!("https://{HOST}"),
        demo: false,
        passage: None,
        behind_proxy: false,
        secret: SECRET,
        packs: wugong::packs::embedded().unwrap(),
        data,
        fonts: paper::pdf::FOLDERS.iter().map(std::path::PathBuf::from).collect(),
    });
    let router = site::router(app);
    let runtime = Arc::new(tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap());
    (move || Visitor::new(router.clone(), runtime.clone(), HOST), clock, db)
}

/// The moment at which the program made the county: its places begin today.
fn wugong_now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap())
}

/// Sets a password by a one-time link and is signed in.
fn by_link(visitor: Visitor, link: &str) -> Visitor {
    let good = "竹溪村的水很清很甜呀";
    visitor.get(link).ok().form(link).set("password", good).set("again", good).send().is(303);
    visitor
}

/// Gives somebody a post and answers the link by which that person gets in.
fn appoint(officer: &Visitor, place: &str, post: &str, name: &str, today: &str) -> String {
    let page = officer.get(&format!("/standings?at={place}")).ok();
    let form = page.form("/standings").set("post", post).set("name", name).set("from", today);
    let account = form.set("document", "2026年换届选举结果公告").send().is(303).follow().ok();
    let linked = account.form_ending("/link").send().ok();
    linked.links("/staff-link/")[0].split_once(HOST).unwrap().1.to_owned()
}

fn take_in(committee: &Visitor, upload: Option<&[u8]>, table: &str) -> Page {
    let form = committee.get(&format!("/roll/import?village={VILLAGE}")).ok().form("/roll/import");
    match upload {
        Some(bytes) => form.upload("file", "户册.csv", "text/csv", bytes).send(),
        None => form.set("table", table).send(),
    }
}

fn course(place: &Place, url: &str, places: &str) {
    let link = made(place, url, places);
    let (visitor, clock, db) = site_over(place, url);
    let wait = |minutes: i64| clock.fetch_add(minutes * 60_000, Ordering::SeqCst);
    let day = Zone::china().day(wugong_now());
    let today = day.to_string();
    visitor().get("/").ok().says("嘉禾县").says("官桥镇");
    visitor().get("/demo").is(404);

    // The first officer gets in by the printed link, once, and appoints the committee; its member gets in by another.
    let officer = by_link(visitor(), &link);
    visitor().get(&link).is(409);
    let page = officer.get("/standings").ok().click("官桥镇").ok().click("竹溪村").ok();
    page.says("现在没有人任职");
    let committee = by_link(visitor(), &appoint(&officer, VILLAGE, "committee", "王芳", &today));
    committee.get("/roll").is(303).follow().ok().says("在册0户，0人");

    // A local rule is taken into force by the county officer, from a day that is not past, and by nobody else.
    let rule = "/rules/zhejiang-2020?v=1";
    committee.get(rule).ok().hides("采用这一份");
    visitor().get(rule).ok().says("不在生效").hides("采用这一份");
    let form = officer.get(rule).ok().form("/rules/zhejiang-2020");
    form.clone().set("from", &day.plus(-1).to_string()).send().is(422).says("不能从已经过去的日子起");
    let form = form.set("from", &today);
    let taken = form.send().is(303);
    form.send().is(303);
    taken.follow().ok().says("采用了").says("嘉禾县");
    let again = officer.get(rule).ok().form("/rules/zhejiang-2020").set("from", &today);
    again.send().is(422).says("这里已经采用了");
    officer.get("/rules/national-2026").ok().hides("采用这一份");

    // The roll: a household typed, a table pasted, files as spreadsheets save them, and one with faults that is refused by row.
    let form = committee.get(&format!("/roll?village={VILLAGE}")).ok().form("/roll/household");
    let hamlet = form.values("place").first().map(|v| (*v).to_owned()).unwrap();
    let home = form.set("place", &hamlet).set("label", "西巷1号").set("from", &today).send().is(303).follow().ok();
    home.form_ending("/person").set("name", "葛长1").set("adult", "yes").set("from", &today).send().is(303);
    let row = |n: usize, hamlet: &str| format!("{hamlet},西巷{n}号,葛长{n},成年\n");
    let head = "塆,户名,姓名,是否成年\n";
    take_in(&committee, None, &format!("{head}{}", row(2, "柳塆"))).ok().form("/roll/import/take").send().is(303);
    let table = format!("{head}{}{}", row(3, "柳塆"), row(4, "柳塆"));
    let (gb, _, _) = GB18030.encode(&table);
    take_in(&committee, Some(&gb), "").ok().says("葛长4").form("/roll/import/take").send().is(303);
    let marked = format!("\u{feff}{head}{}", row(5, "柳塆")).replace(',', ";");
    take_in(&committee, Some(marked.as_bytes()), "").ok().form("/roll/import/take").send().is(303);
    let wrong = format!("{head}{}{}", row(6, "柳塆"), row(7, "张塆"));
    take_in(&committee, Some(wrong.as_bytes()), "").is(422).says("第3行第1列：本村没有“张塆”");
    let right = format!("{head}{}", row(6, "柳塆"));
    take_in(&committee, Some(right.as_bytes()), "").ok().form("/roll/import/take").send().is(303);
    committee.get(&format!("/roll?village={VILLAGE}")).ok().says("在册6户，6人");

    // A resident without an account says what is the matter; the committee takes it up and makes it a topic.
    let anybody = visitor();
    let need = anybody.get("/need?at=429990101201-H01").ok().form("/need");
    let sent = need.set("what", "一下雨西巷就淹，过不了人").set("where", "西巷口").send().is(303);
    let slip = sent.location().split('?').next().unwrap().to_owned();
    wait(1);
    let page = committee.get("/needs").ok().click("一下雨西巷就淹").ok();
    let sort = page.form_ending("/sort").set("sorting", "project").set("title", "西巷雨天积水");
    sort.set("public_text", "西巷口雨天积水。")
        .tick("category", "drainage")
        .send()
        .is(303)
        .follow()
        .ok()
        .says("受理了");
    let number = anybody.get(&slip).ok().links("西巷雨天积水")[0]
        .rsplit('/')
        .next()
        .unwrap()
        .split('#')
        .next()
        .unwrap()
        .to_owned();
    assert!(number.starts_with("ZX-"), "{number}");
    crate::topic::make_topic(&committee, &number);

    // The group meets by household. National law asks for no notice in a group; two thirds of six households are four.
    let form = committee.get(&format!("/meetings/new?matter={number}")).ok().form("/meetings/new");
    let form = form.set("mode", "group_meeting.household").set("convener", "villagers_committee");
    let form = form.set("notice_on", &today).set("held_on", &today).set("minute", "19:30").set("venue", "葛家院子");
    let called = form.send().is(303);
    let meeting = crate::meeting::address(&called);
    called.follow().ok().says("6户").form_ending("/freeze").send().is(303);
    anybody.get(&format!("{meeting}/notice")).ok().says("开会通知").says("到4户才能表决");
    let room = committee.get(&format!("{meeting}/roll")).ok();
    room.form_ending("/open").set("chair", "葛家老大").set("recorder", "王芳").send().is(303);
    come(&committee, &meeting, 4);
    crate::room::motion(&committee, &meeting);
    crate::room::count_form(&committee, &meeting, ["3", "1", "0"]).send().is(303);
    committee.get(&format!("{meeting}/roll")).ok().form_ending("/close").send().is(303);

    // The first resolution, with the photo of the signed sheet, hangs out for fifteen days.
    let form = committee.get(&format!("/m/{number}/resolve")).ok().form_ending("/resolve");
    let made = form.set("who_acts", "村委会").send().is(303);
    let resolution = made.location().split('?').next().unwrap().to_owned();
    let sheet = committee.get(&format!("{resolution}/certify")).ok().form_ending("/certify");
    sheet.upload("photo", "sheet.jpg", "image/jpeg", &photo(5)).send().is(303);
    let posting = crate::resolution::post(&committee, &resolution, &today);
    wait(1);
    anybody.get(&posting).ok().says("换大管，每户自愿出一半");
    anybody.get(&resolution).ok().says("通过").hides("葛长");
    // From the slip forward to the resolution.
    let matter = anybody.get(&slip).ok().links("西巷雨天积水");
    anybody.get(&matter[0]).ok().click("看决议和票数").ok().says("换大管");
    drop(db);
    let checked = place.run(&["verify", "--database", url]);
    assert_eq!(checked.code, 0, "{checked:?}");
}

#[test]
fn a_new_county_from_nothing_to_its_first_resolution() {
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/places-example.csv");
    let place = Place::new();
    std::fs::create_dir_all(place.0.join("data")).unwrap();
    // The same file as a spreadsheet in China saves it.
    let saved = place.file("places.csv");
    let text = std::fs::read_to_string(example).unwrap();
    std::fs::write(&saved, GB18030.encode(&text).0).unwrap();
    course(&place, &place.file("data/wugong.db"), &saved);
    let Ok(server) = std::env::var("WUGONG_TEST_POSTGRES") else {
        eprintln!("not run on PostgreSQL: WUGONG_TEST_POSTGRES is not set (./x test sets it)");
        return;
    };
    let mut client = postgres::Client::connect(&server, postgres::NoTls).unwrap();
    let name = format!("newcomer_{}", std::process::id());
    client.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
    let place = Place::new();
    course(&place, &format!("{}/{name}", server.rsplit_once('/').unwrap().0), example);
    client.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)")).unwrap();
}
