//! Announcements: said in plain words in the name of one place, seen at every place below, questioned by anybody, answered in public.

use crate::page::{Page, Visitor};
use crate::town::{Town, on_both};
use civic::decide::code::SlipCode;
use civic::id::PlaceId;
use civic::people::standing::Post;

/// Announces something in the name of a place; its page.
pub fn announce(staff: &Visitor, at: &str, title: &str) -> String {
    let form = staff.get("/announcements/new").ok().form("/announcements/new").set("at", at).set("title", title);
    let form = form.set("plain", "周三早上8点到下午5点停水。请先接好水。\n修好就来水。").set("until", "2026-04-20");
    form.send().is(303).location().to_owned()
}

/// Asks about an announcement; the slip's page.
pub fn ask(visitor: &Visitor, announcement: &str, text: &str) -> Page {
    let form = visitor.get(&format!("{announcement}/ask")).ok().form_ending("/ask").set("text", text);
    form.send().is(303)
}

/// The digits of the slip that a question led to.
pub fn digits(sent: &Page) -> String {
    let path = sent.location().trim_start_matches("/q/").split('?').next().unwrap();
    SlipCode::parse(path).unwrap().digits()
}

fn county(town: &Town) -> (Visitor, String) {
    let county = town.staff(Post::County, town.root);
    let page = announce(&county, "429990000000", "周三停水一天");
    (county, page)
}

#[test]
fn what_the_county_announces_is_seen_at_every_place_below_and_nowhere_counted() {
    on_both(|town| {
        let (_, page) = county(town);
        let visitor = town.visitor();
        for place in ["429990000000", "429990101000", "429990101201", "429990101201-H01", "429990101202"] {
            let home = visitor.get(&format!("/p/{place}")).ok().says("周三停水一天").says("嘉禾县");
            home.click("周三停水一天").ok().says("请先接好水");
            visitor.get(&format!("/announcements?at={place}")).ok().says("正在管用的").says("周三停水一天");
        }
        // What the village says is not for the one beside it.
        let committee = town.staff(Post::Committee, town.village);
        announce(&committee, "429990101201", "竹溪村打疫苗");
        visitor.get("/p/429990101201-H02").ok().says("竹溪村打疫苗").says("周三停水一天");
        visitor.get("/p/429990101202").ok().hides("竹溪村打疫苗");
        visitor.get(&format!("{page}/print")).ok().says("有不明白的，谁都可以问").says("请先接好水");
        let loud = visitor.get(&format!("{page}/loud")).ok().says("乡亲们，现在播一个通知");
        for sentence in ["周三早上8点到下午5点停水。", "请先接好水。", "修好就来水。"] {
            assert!(loud.html().contains(&format!(">{sentence}</p>")), "each sentence stands on a line of its own");
        }
        // Looking at it writes nothing at all.
        let before = town.verify();
        let again = town.visitor();
        again.get(&page).ok();
        again.get(&format!("{page}/loud")).ok();
        let after = town.verify();
        assert_eq!((after.problems.len(), after.sealed), (0, before.sealed));
    });
}

#[test]
fn nobody_announces_in_another_places_name_and_a_text_that_cannot_be_heard_is_not_taken() {
    on_both(|town| {
        let township = town.staff(Post::Township, town.township);
        let page = township.get("/announcements/new").ok();
        let form = page.form("/announcements/new").set("at", "429990101000").set("title", "收集意见");
        let form = form.set("until", "2026-04-20");
        let long = format!("请各家各户{}。", "把门口的杂物收拾干净".repeat(6));
        form.clone().set("plain", &long).send().is(422).says("有一句太长").says("请各家各户");
        form.clone().set("plain", "").send().is(422).says("这里要写");
        form.clone().set("plain", "来开会。").set("until", "2026-04-01").send().is(422).says("最早写");
        let short = form.set("plain", "来开会。");
        // A post above does not speak for the village, and one below not for the township.
        short.clone().forge("at", "429990101201").send().is(422).says("只能以自己任职的");
        short.clone().forge("at", "429990000000").send().is(403);
        short.send().is(303).follow().ok().says("来开会。").says("官桥镇发");
        for post in [Post::Facilitator, Post::Supervision, Post::Auditor] {
            town.staff(post, town.village).get("/announcements/new").is(403);
        }
        town.visitor().get("/announcements/new").is(303);
    });
}

#[test]
fn anybody_asks_and_everybody_reads_the_answer_without_a_name() {
    on_both(|town| {
        let (officer, page) = county(town);
        let visitor = town.visitor();
        visitor.get(&page).ok().says("还没有人问").click("问一句").ok().says("最迟4月17日答复");
        let form = visitor.get(&format!("{page}/ask")).ok().form_ending("/ask");
        form.clone().set("text", "").send().is(422);
        form.clone().set("text", "几时来水").set("phone", "123").send().is(422).says("11个数字");
        let sent = form.set("text", "我是柳桂香，我家几时来水").set("phone", "139 0000 0001").send().is(303);
        let slip = sent.follow().ok().says("收到了").says("我是柳桂香").says("应在4月17日前答复");
        let code = digits(&sent);
        // The words are the asker's and the office's; everybody else sees that there is a question and by when it is answered.
        let shown = town.visitor().get(&page).ok();
        shown.says("应在4月17日前答复").hides("柳桂香").hides("13900000001");
        let look = town.visitor().get("/look-up").ok().form("/look-up").set("code", &code).send().is(303);
        assert_eq!(look.location(), format!("/q/{code}"));

        town.at("2026-04-19 9:00");
        town.visitor().get(&page).ok().says("已超2天");
        town.visitor().get("/p/429990101201").ok().says("1个问题超期没答");
        officer.get("/work?tab=over").ok().says("答复关于通知的问题").click("周三停水一天").ok().says("我是柳桂香");
        let case = officer.get(&page).ok().click("去办").ok().says("13900000001");
        let form = case.form_ending(case.path.trim_start_matches("/questions"));
        assert_eq!(form.value("public_text"), Some("我是柳桂香，我家几时来水"));
        form.clone().set("answer", "").send().is(422).says("这里要写");
        let called =
            form.set("public_text", "停水那天几时来水？").set("answer", "下午5点前来水，晚了就送水。").send().is(303);
        called.follow().ok().says("13900000001").form_ending("/told").send().is(303);
        let shown = town.visitor().get(&page).ok().says("停水那天几时来水？").says("下午5点前来水");
        shown.says("用了7天，超期了").hides("柳桂香");
        slip_of(town, &code).says("下午5点前来水").says("我是柳桂香");
        drop(slip);
        assert_eq!(town.tables_with("13900000001"), Vec::<String>::new(), "the number went with the call");
        officer.get(&page).ok().hides("去办");
        assert!(town.verify().problems.is_empty());
    });
}

fn slip_of(town: &Town, code: &str) -> Page {
    town.visitor().get(&format!("/q/{code}")).ok()
}

#[test]
fn a_question_comes_through_a_helper_on_paper_and_is_taken_back_by_its_slip() {
    on_both(|town| {
        let (_, page) = county(town);
        let facilitator = town.staff(Post::Facilitator, town.village);
        let form = facilitator.get(&page).ok().click("替人记一个问题").ok().form_ending("/ask-for");
        let form = form.set("text", "老人打不到水怎么办").set("channel", "paper");
        form.clone().set("received", "2026-04-01").send().is(422).says("不能比这天早");
        form.clone().set("received", "2026-05-01").send().is(422).says("还没到");
        form.clone().forge("channel", "web").send().is(422);
        let sent = form.set("received", "2026-04-12").send().is(303);
        let code = digits(&sent);
        let slip = slip_of(town, &code).says("老人打不到水怎么办");
        slip.form_ending("/withdraw").send().is(422).says("请先勾上");
        slip.form_ending("/withdraw")
            .tick("sure", "1")
            .send()
            .is(303)
            .follow()
            .ok()
            .says("收回了")
            .hides("老人打不到水");
        town.visitor().get(&page).ok().says("还没有人问");
        assert_eq!(town.tables_with("老人打不到水"), Vec::<String>::new());
        town.visitor().get("/q/123412341234").is(404);
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn what_was_announced_is_corrected_with_its_history_and_ends_on_its_day() {
    on_both(|town| {
        let (officer, page) = county(town);
        let form = officer.get(&page).ok().click("更正这条通知").ok().form_ending("/correct");
        form.clone().set("reason", "x").send().is(422).says("没有改动");
        let form = form.set("plain", "周四早上8点到下午5点停水。请先接好水。\n修好就来水。");
        form.clone().send().is(422).says("这里要写");
        form.set("reason", "推迟一天").set("until", "2026-04-21").send().is(303);
        let shown = town.visitor().get(&page).ok().says("推迟一天").says("周四早上");
        assert!(shown.html().contains("<del>三</del>"), "{}", shown.html());
        town.at("2026-04-21 23:00");
        town.visitor().get("/p/429990101201").ok().says("周三停水一天");
        town.at("2026-04-22 0:10");
        let village = town.visitor();
        village.get("/p/429990101201").ok().hides("周三停水一天");
        village.get("/announcements?at=429990101201").ok().says("以前的").says("周三停水一天");
        village.get(&page).ok().says("这条通知过期了");
        ask(&village, &page, "后来修好了吗");
        officer.get(&format!("{page}/correct")).ok().form_ending("/correct").set("reason", "x").send().is(422);

        let other = announce_until(&officer, "2026-05-01");
        let end = officer.get(&other).ok().click("提前停掉").ok().form_ending("/end");
        end.clone().send().is(422).says("这里要写");
        end.set("reason", "提前修好了").send().is(303).follow().ok().says("提前修好了");
        village.get("/p/429990101201").ok().hides("修水厂");
        assert!(town.verify().problems.is_empty());
    });
}

fn announce_until(officer: &Visitor, until: &str) -> String {
    let form = officer.get("/announcements/new").ok().form("/announcements/new").set("at", "429990000000");
    let form = form.set("title", "修水厂").set("plain", "水厂要修一个月。").set("until", until);
    form.send().is(303).location().to_owned()
}

/// Used by the matrix: an announcement of the village, and a question about it.
pub fn scene(town: &Town, village: PlaceId) -> (String, String, String) {
    let committee = town.staff(Post::Committee, village);
    let page = announce(&committee, "429990101201", "停电半天");
    let sent = ask(&town.visitor(), &page, "停到几时");
    let question = committee.get(&page).ok().links("去办").remove(0);
    (page, question, format!("/q/{}", digits(&sent)))
}
