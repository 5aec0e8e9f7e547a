//! Posts: given from above with dates and a document, a committee changed as a whole, accounts with one-time links.

use crate::page::{Page, Visitor};
use crate::town::{Town, on_both};
use civic::people::standing::Post;

const VILLAGE: &str = "/standings?at=429990101201";

fn begin(page: &Page, post: &str, name: &str, from: &str) -> crate::page::Form {
    let form = page.form("/standings").set("post", post).set("name", name).set("from", from);
    form.set("document", "2026年换届选举结果公告")
}

/// The address of a one-time link on a page.
fn staff_link(page: &Page) -> String {
    page.links("/staff-link/")[0].split_once("wugong.test").unwrap().1.to_owned()
}

fn set_password(town: &Town, path: &str) -> Visitor {
    let own = town.visitor();
    let good = "竹溪村的水很清很甜呀";
    own.get(path).ok().form(path).set("password", good).set("again", good).send().is(303);
    own
}

#[test]
fn a_county_gives_posts_all_the_way_down_and_the_newcomer_gets_in_by_a_link() {
    on_both(|town| {
        let officer = town.staff(Post::County, town.root);
        let page = officer.get("/standings").ok().says("嘉禾县的任职").says("官桥镇");
        let page = page.click("官桥镇").ok().click("竹溪村").ok().says("竹溪村的任职").says("现在没有人任职");
        let form = begin(&page, "committee", "王芳", "2026-04-01");
        for (name, value, sentence) in [
            ("name", "", "这里要写"),
            ("name", "王\u{202e}芳", "倒过来"),
            ("document", "", "这里要写"),
            ("from", "2026-13-01", "没有这个日期"),
            ("last", "2026-03-01", "不能早于"),
            ("login", "a/b", "用户名要2到30个字"),
        ] {
            let again = form.clone().set(name, value).send().is(422).says(sentence);
            assert_eq!(again.form("/standings").value("name"), Some(if name == "name" { value } else { "王芳" }));
        }
        // No such post at a village, and none that is none.
        form.clone().forge("post", "county").send().is(422).says("没有这个职务");
        form.clone().forge("post", "king").send().is(422).says("请选一个");
        let account = form.send().is(303);
        form.send().is(303);
        let account = account
            .follow()
            .ok()
            .says("王芳")
            .says("用户名：王芳")
            .says("竹溪村 村（居）委会")
            .says("换届选举结果公告");
        officer.get(VILLAGE).ok().says("王芳").says("还没设密码");
        begin(&officer.get(VILLAGE), "committee", "王芳", "2026-04-02")
            .set("login", "王芳")
            .send()
            .is(422)
            .says("已经在任");

        let linked = account.form_ending("/link").send().ok().says("只显示这一次");
        let first = staff_link(&linked);
        let second = staff_link(&account.form_ending("/link").send().ok());
        town.visitor().get(&first).is(409);
        let own = set_password(town, &second);
        own.get("/mine").ok().says("王芳").says("竹溪村 村（居）委会");
        own.get("/roll").is(303);
        officer.get(VILLAGE).ok().hides("还没设密码");
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn a_township_gives_posts_of_its_villages_and_none_of_its_own() {
    on_both(|town| {
        let township = town.staff(Post::Township, town.township);
        township.get("/standings").ok().says("官桥镇的任职").hides("嘉禾县的任职");
        township.get("/standings?at=429990000000").is(404);
        let page = township.get("/standings?at=429990101000").ok();
        assert!(page.form("/standings").values("post").iter().all(|p| *p == "facilitator"));
        begin(&page, "facilitator", "李娟", "2026-04-01").forge("post", "township").send().is(422).says("要由县里来定");
        begin(&township.get(VILLAGE), "supervision", "赵勇", "2026-04-01").send().is(303);
        // A hand on the account of somebody above would open what is above.
        let officer = town.staff_account(Post::County, town.root);
        township.get(&format!("/standings/account/{officer}")).is(404);
        let county = town.staff(Post::County, town.root);
        let account = begin(&county.get(VILLAGE), "committee", "王芳", "2026-04-01").send().is(303);
        let path = account.location().to_owned();
        township.get(&path).ok().form_ending("/link").send().ok();
        let also = begin(&county.get("/standings?at=429990101000"), "township", "王芳", "2026-04-01");
        also.set("login", "王芳").send().is(303);
        township.get(&path).ok().form_ending("/link").send().is(403);
        county.get(&path).ok().form_ending("/link").send().ok();
        for post in [Post::Committee, Post::Supervision, Post::Facilitator, Post::Auditor] {
            town.staff(post, town.village).get("/standings").is(403);
        }
        town.visitor().get("/standings").is(303);
    });
}

#[test]
fn a_post_ends_with_its_day_and_opens_nothing_on_the_next() {
    on_both(|town| {
        town.at("2026-04-12 23:00");
        let county = town.staff(Post::County, town.root);
        let page = begin(&county.get(VILLAGE), "committee", "王芳", "2026-04-01").send().is(303).follow().ok();
        let account = page.path.clone();
        let own = set_password(town, &staff_link(&page.form_ending("/link").send().ok()));
        page.form_ending("/link").send().ok();
        let list = county.get(VILLAGE).ok();
        let end = list.form_ending("/end");
        end.clone().set("until", "").send().is(422).says("请写日期");
        end.clone().set("until", "2026-03-31").send().is(422).says("不能早于");
        end.set("until", "2026-04-12").send().is(303).follow().ok().says("办好了");
        own.get("/roll").is(303);
        town.at("2026-04-13 0:30");
        let own_again = own.get("/roll");
        assert_eq!(own_again.status.as_u16(), 403);
        let page = county.get(&account).ok().says("到2026年4月12日");
        page.form_ending("/close").send().is(303);
        own.get("/mine").is(303);
        county.get(&account).ok().says("账户已注销").hides("王芳");
        assert_eq!(town.tables_with("王芳"), Vec::<String>::new());
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn nobody_ends_an_own_post_and_no_account_in_office_is_closed() {
    on_both(|town| {
        let account = town.staff_account(Post::County, town.root);
        let county = town.signed_in(account);
        let page = county.get("/standings").ok();
        assert!(page.forms().iter().all(|f| !f.action.ends_with("/end")), "no button for one's own post");
        let own = town.read(move |tx| store::people::standing::all_of_account(tx, account)).remove(0).id;
        let csrf = county.csrf();
        let key = town.id::<()>().to_string();
        let fields = [("csrf", csrf.as_str()), ("form", key.as_str()), ("until", "2026-04-12")];
        county.post(&format!("/standings/{own}/end"), &fields).is(422).says("要由别人来免");
        let other = town.staff_account(Post::Committee, town.village);
        let fields = [("csrf", csrf.as_str()), ("form", key.as_str())];
        county.post(&format!("/standings/account/{other}/close"), &fields).is(422).says("先办卸任");
    });
}

#[test]
fn a_committee_is_changed_as_a_whole_under_one_document() {
    on_both(|town| {
        let county = town.staff(Post::County, town.root);
        for name in ["王芳", "李勇", "赵强"] {
            begin(&county.get(VILLAGE), "committee", name, "2023-04-01").send().is(303);
        }
        begin(&county.get(VILLAGE), "supervision", "钱进", "2023-04-01").send().is(303);
        let form = |page: &Page| {
            let forms = page.forms();
            forms.into_iter().find(|f| f.action == "/standings/change" && f.value("post") == Some("committee")).unwrap()
        };
        let page = county.get(VILLAGE).ok().says("换届：村（居）委会");
        let stays = form(&page).values("stays").iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
        assert_eq!(stays.len(), 3);
        let new = form(&page).set("from", "2026-04-20").set("document", "第12届选举结果公告");
        new.clone().send().is(422).says("一个人都没有");
        new.clone().set("people", "孙梅\r\na,b,c").send().is(422).says("第2行看不懂");
        let again = new.clone().set("people", "孙梅，a/b").send().is(422).says("第1行看不懂");
        assert_eq!(form(&again).value("people"), Some("孙梅，a/b"));
        new.clone().set("people", "孙梅").set("from", "2023-04-01").send().is(422).says("比这天还晚到任");
        // 王芳 may already stand in the list: whoever is named and stays is held twice, which is said.
        let names: Vec<(String, String)> = town.read({
            let (village, day) = (town.village, town.today());
            move |tx| {
                let held = store::people::standing::held_at(tx, village, day, 50)?;
                Ok(held.into_iter().map(|h| (h.standing.id.to_string(), h.name.unwrap())).collect())
            }
        });
        let wang = &names.iter().find(|(_, name)| name == "王芳").unwrap().0;
        let new = new.set("people", "孙梅\r\n李勇\r\n周平，zhou.ping\r\n").tick("stays", wang);
        let page = new.send().is(303).follow().ok().says("办好了").says("孙梅").says("周平");
        new.send().is(303);
        page.says("到2026年4月19日");
        town.at("2026-04-20 9:00");
        let now = county.get(VILLAGE).ok();
        let held = town.read({
            let (village, day) = (town.village, town.today());
            move |tx| store::people::standing::held_at(tx, village, day, 50)
        });
        let mut committee: Vec<String> = held
            .iter()
            .filter(|h| h.standing.post == Post::Committee && h.standing.holds_on(town.today()))
            .map(|h| h.name.clone().unwrap())
            .collect();
        committee.sort();
        let mut wanted = ["周平", "孙梅", "李勇", "王芳"].map(str::to_owned);
        wanted.sort();
        assert_eq!(committee, wanted);
        now.says("钱进").says("以前任过职的2人");
        form(&county.get(VILLAGE)).set("from", "2026-04-20").set("document", "x").tick("stays", wang).send().is(422);
        assert!(town.verify().problems.is_empty());
    });
}
