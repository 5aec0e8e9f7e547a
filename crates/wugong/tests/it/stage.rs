//! The gate before a stage: what must be there, what is let pass and by whom, and the register of it.

use crate::page::{Page, Visitor};
use crate::town::{Town, on_both};
use civic::people::standing::Post;
use civic::rules::Body;

/// A form that no page shows to that reader.
fn by_hand(town: &Town, who: &Visitor, path: &str, fields: &[(&str, &str)]) -> Page {
    let (csrf, form) = (who.csrf(), town.id::<()>().to_string());
    let mut all = vec![("csrf", csrf.as_str()), ("form", form.as_str())];
    all.extend_from_slice(fields);
    who.post(path, &all)
}

#[test]
fn building_waits_for_what_must_be_there_and_a_township_lets_pass_with_name_and_reason() {
    on_both(|town| {
        let committee = town.staff(Post::Committee, town.village);
        let township = town.staff(Post::Township, town.township);
        let passed = town.passed(Body::GroupMeeting, "2026-04-12", 35);
        let matter = format!("/m/{}", passed.number);
        let gate = format!("{matter}/stages/build");

        // Nothing is decided in writing yet: everything is missing, nobody can begin, everybody can read why.
        town.visitor().get(&matter).ok().click("共建").ok().says("有一份生效的决议").says("还没有");
        let page = committee.get(&gate).ok().says("缺一样都不能开始");
        assert!(page.forms().iter().all(|form| !form.action.ends_with("/open")), "no button that would be refused");
        crate::resolution::resolve(&committee, &passed);
        let refused = by_hand(town, &committee, &format!("{gate}/open"), &[]).is(422);
        refused.says("还缺2个条件").says("公示期满");

        // The committee is held by the gate; the township lets pass, each condition by itself and with its reason.
        by_hand(town, &committee, &format!("{gate}/waive"), &[("condition", "notice")]).is(403);
        let waive = || township.get(&gate).ok().form(&format!("{gate}/waive"));
        let empty = waive().set("condition", "notice").set("name", " ").send().is(422);
        empty.says("还没有");
        let notice = waive().set("condition", "notice").set("name", "李国平 副镇长").set("reason", "汛期到了");
        notice.send().is(303);
        notice.send().is(303);
        waive().set("condition", "funding").set("name", "李国平 副镇长").set("reason", "镇里先垫").send().is(303);
        let late = [("condition", "notice"), ("name", "李国平"), ("reason", "再来一次")];
        by_hand(town, &township, &format!("{gate}/waive"), &late).is(422).says("已经放行了");
        let needless = [("condition", "resolution"), ("name", "李国平"), ("reason", "不用等")];
        by_hand(town, &township, &format!("{gate}/waive"), &needless).is(422).says("不用放行");

        let register = town.visitor().get("/waivers").ok().says("李国平 副镇长").says("镇里先垫");
        assert_eq!(register.text().matches("汛期到了").count(), 1, "one form, one waiver");

        committee.get(&gate).ok().form(&format!("{gate}/open")).send().is(303);
        let page = town.visitor().get(&matter).ok();
        page.says("正在做").says("李国平 副镇长放行了一个条件：决议公示期满");
        by_hand(town, &committee, &format!("{gate}/open"), &[]).is(422).says("已经开始了");
        assert_eq!(town.verify().problems, []);
    });
}
