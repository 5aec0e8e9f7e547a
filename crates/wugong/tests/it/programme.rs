//! Programmes: goals, days, places with a text of their own, and tasks that are done where one can see it.

use crate::organisation::enter;
use crate::page::{Form, Visitor};
use crate::town::{Town, on_both};
use civic::people::standing::Post;

/// A programme of the county; the officer and its page.
pub fn programme(town: &Town) -> (Visitor, String) {
    let county = town.staff(Post::County, town.root);
    let form = county.get("/programmes/new").ok().form("/programmes/new").set("at", "429990000000");
    let form = form.set("name", "共同缔造活动").set("brand", "同心聚力，共同缔造").set("goals", "房前屋后的事大家办");
    let form = form.set("plan", "嘉共缔〔方案〕1号").set("from", "2026-01-01").set("until", "2027-12-31");
    let page = form.send().is(303).location().to_owned();
    (county, page)
}

/// The form for a task that the organisation answers for.
fn task_form(county: &Visitor, programme: &str, owner: &str) -> Form {
    let form = county.get(&format!("{programme}/task")).ok().form_ending("/task");
    let form = form.set("goal", "每个乡镇办出一个样子").set("owner", owner.trim_start_matches("/organisations/"));
    form.set("due", "2026-06-30").set("document", "工作方案第三条")
}

/// A task of the programme; the path of its page.
pub fn task(county: &Visitor, programme: &str) -> String {
    let owner = enter(county, "429990000000", "office", "县共缔办");
    task_form(county, programme, &owner).send().is(303);
    county.get(programme).ok().links("补上看得到的地方").remove(0)
}

#[test]
fn a_programme_has_days_and_places_with_a_text_of_their_own() {
    on_both(|town| {
        let county = town.staff(Post::County, town.root);
        let form = county.get("/programmes/new").ok().form("/programmes/new").set("at", "429990000000");
        let form = form.set("name", "共同缔造活动").set("brand", "x").set("goals", "y").set("plan", "z");
        form.clone().set("from", "2026-05-01").set("until", "2026-04-01").send().is(422).says("最早写");
        form.clone().set("until", "2040-04-01").send().is(422).says("最晚写");
        form.set("name", "").send().is(422).says("这里要写");
        let (county, page) = programme(town);
        let join = || county.get(&format!("{page}/keep")).ok().form_ending("/join").set("at", "429990101201");
        join().send().is(422).says("这里要写");
        join().set("text", "一村一口井台，旧井边上说事").send().is(303);
        join().set("text", "再来一次").send().is(422).says("已经参加了");
        join().set("at", "429990101000").set("text", "官桥：桥头茶").send().is(303);
        let shown = town.visitor().get("/programmes").ok().click("共同缔造活动").ok().says("同心聚力，共同缔造");
        shown.says("参加的地方，2处").says("旧井边上说事").says("官桥：桥头茶").says("嘉共缔〔方案〕1号");
        for post in [Post::Committee, Post::Facilitator, Post::Auditor] {
            town.staff(post, town.village).get("/programmes/new").is(403);
        }
        town.staff(Post::Township, town.township).get(&format!("{page}/keep")).is(403);
        let close = county.get(&format!("{page}/keep")).ok().form_ending("/close");
        close.clone().send().is(422);
        close.set("outcome", "修了九条路，两条没修成").send().is(303).follow().ok().says("两条没修成");
        join().set("text", "晚了").set("at", "429990101202").send().is(422).says("结束了");
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn a_task_rests_on_a_document_and_is_done_where_one_sees_it() {
    on_both(|town| {
        let (county, page) = programme(town);
        let office = enter(&county, "429990000000", "office", "县共缔办");
        let committee = town.staff(Post::Committee, town.village);
        let village = enter(&committee, "429990101201", "villagers_committee", "竹溪村村民委员会");
        task_form(&county, &page, &office).set("document", "").send().is(422).says("这里要写");
        task_form(&county, &page, &office).set("due", "2028-01-01").send().is(422).says("之间");
        // Nothing is laid upon a village without saying who pays for it.
        let asked = task_form(&county, &page, &village);
        asked.clone().send().is(422).says("要写清哪个部门出钱");
        asked.set("funding", "县财政局").send().is(303).follow().ok().says("钱由县财政局出");
        let helper = village.trim_start_matches("/organisations/").to_owned();
        let form = task_form(&county, &page, &office).set("goal", "修好十条巷子").set("due", "2026-04-20");
        form.tick("helpers", &helper).send().is(303);
        let shown = town.visitor().get(&page).ok().says("路线图").says("2026年4月").says("2026年6月");
        shown.click("县共缔办").ok().says("修好十条巷子").says("牵头");
        shown.hides("补上看得到的地方");

        town.at("2026-04-25 9:00");
        town.visitor().get(&page).ok().says("已超5天");
        let keep = county.get(&page).ok().click("补上看得到的地方").ok().says("修好十条巷子");
        let number = town.public_matter(town.hamlet, "柳塆巷子排水");
        let show = keep.form_ending("/show");
        show.clone().set("way", "whole").send().is(422).says("至少写一处");
        show.clone().set("way", "whole").set("evidence", "修好了").send().is(422).says("没有找到公开的");
        show.clone().set("way", "part").set("evidence", &number).send().is(303);
        let again = county.get(&keep.path).ok().form_ending("/show");
        assert_eq!(again.value("evidence"), Some(number.as_str()));
        again.set("way", "whole").send().is(303);
        let shown = town.visitor().get(&page).ok().says("做完了").hides("已超5天");
        shown.click("柳塆巷子排水").ok().says(&number);
        let other = county.get(&page).ok().click("补上看得到的地方").ok().form_ending("/drop");
        other.clone().send().is(422);
        other.set("reason", "钱没有落实").send().is(303).follow().ok().says("不做了：钱没有落实");
        assert!(town.verify().problems.is_empty());
    });
}
