//! From the resolution to a project: budget and sources in three ledgers, the gate before building with each condition missing once, and
//! change orders.

use crate::page::{Form, Visitor};
use crate::passed::Passed;
use crate::resolution::{committee, post, resolve};
use crate::town::{Town, on_both};
use civic::people::standing::Post;
use civic::rules::Body;

/// Everything of a project but its budget.
pub fn said(form: Form) -> Form {
    form.set("title", "西巷水泥路")
        .set("what", "修西巷水泥路180米，两边做排水沟")
        .set("spot", "西巷口到祠堂")
        .set("lead", "竹溪村委会")
        .set("nature", "new")
        .set("scale", "长180米，宽3.5米")
        .set("from", "2026-05-06")
        .set("until", "2026-06-30")
        .set("upkeep", "理事会轮流扫，每年雨季前清沟一次")
        .set("safety", "葛守田，监督小组")
}

/// One row of the budget.
pub fn line(form: Form, n: usize, name: &str, cover: &str, amount: &str) -> Form {
    form.set(&format!("line-{n}-name"), name)
        .set(&format!("line-{n}-cover"), cover)
        .set(&format!("line-{n}-amount"), amount)
}

/// One row of the sources.
pub fn source(form: Form, n: usize, kind: &str, whose: &str, amount: &str, document: &str) -> Form {
    form.set(&format!("source-{n}-kind"), kind)
        .set(&format!("source-{n}-whose"), whose)
        .set(&format!("source-{n}-amount"), amount)
        .set(&format!("source-{n}-document"), document)
}

/// The road of the story: 150,000 yuan, half of them residents' own, half sought; 14 days of work; stones.
pub fn road(form: Form, promised: &str) -> Form {
    let form = line(form, 1, "混凝土", "money", "120,000");
    let form = line(form, 2, "边沟", "money", "３００００").set("line-2-quantity", "360米");
    let form = line(form, 3, "清淤搬料", "labour", "14");
    let form = line(form, 4, "石料", "things", "").set("line-4-quantity", "22方");
    let form = source(form, 1, "resident_cash", "46户", "75000", "");
    let form = source(form, 2, "fiscal_award", "县农业农村局", "75000", promised);
    let form = form.pressed("more", "sources").send().ok().form_ending("/project");
    let form = source(form, 3, "resident_labour", "", "14", "");
    source(form, 4, "in_kind", "石料22方", "", "")
}

/// The draft of the road; the path of its form.
pub fn draft(who: &Visitor, number: &str, promised: &str) -> String {
    let form = who.get(&format!("/m/{number}/project")).ok().form_ending("/project");
    let sent = road(said(form), promised).send().is(303);
    sent.location().split('?').next().unwrap().to_owned()
}

/// Publishes a draft; the path of the project's page.
pub fn publish(who: &Visitor, draft: &str) -> String {
    let sent = who.get(draft).ok().form_ending("/publish").send().is(303);
    sent.location().to_owned()
}

/// A matter with its resolution, whose posting hangs out.
pub fn resolved(town: &Town) -> (Visitor, Passed) {
    town.at("2026-04-12 21:00");
    let passed = town.passed(Body::GroupMeeting, "2026-04-12", 35);
    let who = committee(town);
    let resolution = resolve(&who, &passed);
    town.at("2026-04-13 9:00");
    post(&who, &resolution, "2026-04-13");
    (who, passed)
}

/// The end of the posting: the worker discloses what hung out its days.
pub fn disclosed(town: &Town) {
    town.at("2026-04-29 9:00");
    wugong::work::Worker::new(town.app.clone()).disclose().unwrap();
}

/// The road whose works have begun; the path of its page.
pub fn building(town: &Town) -> (Visitor, Passed, String) {
    let (who, passed) = resolved(town);
    let project = publish(&who, &draft(&who, &passed.number, "嘉财农〔2026〕8号"));
    disclosed(town);
    who.get(&format!("/m/{}/stages/build", passed.number)).ok().form_ending("/open").send().is(303);
    town.at("2026-05-06 8:00");
    who.get(&format!("{project}/state")).ok().form_ending("/begin").send().is(303);
    (who, passed, project)
}

#[test]
fn a_project_grows_out_of_a_resolution_and_shows_three_ledgers_that_are_never_added() {
    on_both(|town| {
        let (who, passed) = resolved(town);
        let edit = draft(&who, &passed.number, "");
        // Nobody but the committee knows of a draft.
        let page = edit.trim_end_matches("/edit").to_owned();
        town.visitor().get(&page).is(303);
        town.staff(Post::Supervision, town.village_2).get(&page).is(404);
        town.visitor().get(&format!("/m/{}", passed.number)).ok().hides("方案和预算公布了");
        let kept = who.get(&edit).ok().says("还没有凑齐").says("要150,000元，还差75,000元").says("75,000元还在申请");
        assert_eq!(kept.form_ending("/edit").value("line-2-amount"), Some("30,000"));

        assert_eq!(publish(&who, &edit), page);
        let anybody = town.visitor();
        let shown =
            anybody.get(&page).ok().says("西巷水泥路").says("要150,000元").says("自愿出工14个工日").says("石料22方");
        let shown = shown.says("三本账分开记，不折算，不相加").says("还在申请，没有落实").says("理事会轮流扫");
        // Both ways along the chain: back to what was decided, and from the matter here.
        assert!(shown.html().contains("/r/"));
        let matter = anybody.get(&format!("/m/{}", passed.number)).ok().says("方案和预算公布了");
        matter.click("看方案和预算").ok().says("西巷口到祠堂");
        // What was published is no draft any more.
        assert_eq!(who.get(&edit).is(303).location(), page);
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn the_gate_to_building_is_refused_once_for_each_condition_that_is_missing() {
    on_both(|town| {
        let number = town.public_matter(town.hamlet, "村口装路灯");
        let who = committee(town);
        let gate = |number: &str| who.get(&format!("/m/{number}/stages/build")).ok();
        // Nothing is there: no resolution, and so no project either.
        gate(&number).says("每一项花费都有钱的来处").says("还没有");
        assert!(gate(&number).forms().iter().all(|form| !form.action.ends_with("/open")));
        let refused =
            said(who.get(&format!("/m/{number}/project")).ok().says("还没有作数的决议").form_ending("/project"));
        let refused = refused.set("line-1-name", "灯").set("line-1-amount", "100").send().is(422);
        refused.says("不能立项目").says("还没有作数的决议");

        let (who, passed) = resolved(town);
        let open = || {
            who.post(
                &format!("/m/{}/stages/build/open", passed.number),
                &[("csrf", &who.csrf()), ("form", &town.id::<()>().to_string())],
            )
        };
        open().is(422).says("还缺2个条件");
        // The notice is over, the money is not there: an award that was only asked for pays nothing.
        disclosed(town);
        let project = publish(&who, &draft(&who, &passed.number, ""));
        open().is(422).says("还缺1个条件").says("每一项花费都有钱的来处");
        town.at("2026-05-06 8:00");
        who.get(&format!("{project}/state")).ok().says("开工的条件还没有满足");
        let forged = [("csrf", who.csrf()), ("form", town.id::<()>().to_string()), ("day", "2026-05-06".to_owned())];
        let forged: Vec<(&str, &str)> = forged.iter().map(|(name, value)| (*name, value.as_str())).collect();
        who.post(&format!("{project}/begin"), &forged).is(422);

        // The township lets it pass, with name and reason, for everybody to see; then works begin.
        let township = town.staff(Post::Township, town.township);
        let form = township.get(&format!("/m/{}/stages/build", passed.number)).ok().form_ending("/waive");
        let form =
            form.set("condition", "funding").set("name", "周林 副镇长").set("reason", "奖补批文下月到，汛期不等人");
        form.send().is(303);
        open().is(303);
        town.visitor().get("/waivers").ok().says("周林 副镇长").says("汛期不等人");
        let state = who.get(&format!("{project}/state")).ok();
        state.form_ending("/begin").set("day", "2026-05-07").send().is(422).says("这个日子还没有到");
        state.form_ending("/begin").set("day", "2026-04-01").send().is(422).says("不能早于4月29日");
        state.form_ending("/begin").set("day", "2026-05-06").send().is(303);
        town.visitor().get(&format!("/m/{}", passed.number)).ok().says("“西巷水泥路”开工");
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn a_written_promise_covers_what_a_hope_does_not() {
    on_both(|town| {
        let (_, passed, project) = building(town);
        town.visitor().get(&project).ok().says("每一项都有来处").says("同意文件：嘉财农〔2026〕8号");
        town.visitor().get(&format!("/m/{}", passed.number)).ok().says("正在做");
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn a_published_budget_changes_by_orders_that_everybody_reads() {
    on_both(|town| {
        let (who, _, project) = building(town);
        town.at("2026-05-20 10:00");
        let form = || who.get(&format!("{project}/change")).ok().form_ending("/change");
        let said = |form: Form| form.set("reason", "暗沟加12米").set("approved_by", "村民代表会议");
        said(form()).send().is(422).says("和改以前一样");
        let silent = form().set("line-2-amount", "32040").send().is(422).says("这里要写");
        assert_eq!(silent.form_ending("/change").value("line-2-amount"), Some("32040"));
        said(form()).set("day", "2026-04-01").set("line-2-amount", "32040").send().is(422).says("不能早于");
        let order = said(form()).set("line-2-amount", "32040").set("source-1-amount", "77040");
        let sent = order.send().is(303);
        // The same form once more has no second effect.
        assert_eq!(order.send().is(303).location(), sent.location());
        let page = town.visitor().get(&project).ok();
        let page = page.says("预算从150,000元改成152,040元").says("暗沟加12米").says("批准：村民代表会议");
        page.says("30,000元").says("32,040元").says("77,040元");
        // A second order stands on the first.
        said(form()).set("until", "2026-07-15").send().is(303);
        town.visitor().get(&project).ok().says("7月15日").says("预算从152,040元改成152,040元");
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn amounts_that_make_no_sense_are_named_by_their_row_and_nothing_typed_is_lost() {
    on_both(|town| {
        let (who, passed) = resolved(town);
        let form = || said(who.get(&format!("/m/{}/project", passed.number)).ok().form_ending("/project"));
        for (cover, amount, words) in [
            ("money", "-5", "第1行：请写一个大于零的钱数"),
            ("money", "0", "第1行：请写一个大于零的钱数"),
            ("money", "1e9", "第1行：请写一个大于零的钱数"),
            ("money", "99999999999", "第1行：请写一个大于零的钱数"),
            ("labour", "1.3", "第1行：请写工日"),
            ("things", "300", "用物的不写数"),
        ] {
            let sent = line(form(), 1, "混凝土", cover, amount).send().is(422).says(words);
            assert_eq!(sent.form_ending("/project").value("line-1-amount"), Some(amount));
        }
        form().set("until", "2026-05-01").send().is(422).says("完工不能早于开工");
        form().set("from", "2026-02-30").send().is(422).says("没有这个日期");
        form().forge("line-1-cover", "gold").set("line-1-name", "金").send().is(422).says("请选一个");
        // A draft without lines is kept, and is not published.
        let edit = form().send().is(303).location().split('?').next().unwrap().to_owned();
        who.get(&edit).ok().form_ending("/publish").send().is(422).says("预算里一项也没有").says("来源里一项也没有");
        // Sixty rows are enough; a sixty-first is not offered.
        let mut page = who.get(&format!("/m/{}/project", passed.number)).ok();
        for _ in 0..20 {
            page = page.form_ending("/project").pressed("more", "lines").send().ok();
        }
        assert_eq!(page.html().matches("-quantity\" name=").count(), 60);
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn a_project_whose_resolution_fell_is_not_published_and_one_that_is_given_up_says_why() {
    on_both(|town| {
        let (who, passed) = resolved(town);
        let edit = draft(&who, &passed.number, "嘉财农〔2026〕8号");
        town.recounted(&passed, 10, "漏数了一排");
        who.get(&edit).ok().form_ending("/publish").send().is(422).says("不能立项目");
    });
    on_both(|town| {
        let (who, passed, project) = building(town);
        let form = who.get(&format!("{project}/state")).ok().form_ending("/stop");
        form.clone().send().is(422).says("这里要写");
        form.set("reason", "地基挖出老井，先请文物站看").send().is(303);
        town.visitor().get(&project).ok().says("地基挖出老井");
        town.visitor().get(&format!("/m/{}", passed.number)).ok().says("“西巷水泥路”停了");
        // Nothing is built any more.
        who.get(&format!("{project}/change")).ok().form_ending("/change").set("reason", "x").send().is(422);
        assert!(town.verify().problems.is_empty());
    });
}
