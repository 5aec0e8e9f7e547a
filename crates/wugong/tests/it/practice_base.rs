//! Practice bases: kept by an organisation, held against whom they serve and where people met over it.

use crate::organisation::association;
use crate::page::Visitor;
use crate::town::{Town, on_both};
use civic::people::standing::Post;

/// A base of 柳塆 that is being set up, kept by the branch of 竹溪村; the committee and its page.
pub fn base(town: &Town) -> (Visitor, String) {
    let (committee, _, branch) = association(town);
    let host = branch.trim_start_matches("/organisations/").to_owned();
    let form = committee.get("/bases/new?at=429990101201").ok().form("/bases/new").set("at", "429990101201-H01");
    let form = form.set("host", &host).set("name", "柳塆实践创新基地").set("theme", "industry");
    let page = form.set("services", "每周三下午有人看果树").send().is(303).location().to_owned();
    (committee, page)
}

#[test]
fn a_base_works_once_it_served_somebody_and_people_met_over_it() {
    on_both(|town| {
        let (committee, page) = base(town);
        town.visitor().get("/bases").ok().says("柳塆实践创新基地").says("正在筹备");
        let start = || {
            let form = committee.get(&format!("{page}/keep")).ok().form_ending("/move");
            form.set("state", "running").set("since", "2026-04-12").send()
        };
        start().is(422).says("至少一件帮着办的事");
        let number = town.public_matter(town.hamlet, "果树烂根");
        crate::topic::make_topic(&committee, &number);
        let talk = crate::topic::hold_talk(&committee, &number);
        let form = || committee.get(&format!("{page}/keep")).ok().form_ending("/change");
        form().set("links", "我们帮了很多人").send().is(422).says("没有找到公开的");
        form().set("links", &format!("{number}\nhttps://wugong.test{talk}?x=1")).send().is(303);
        let shown = town.visitor().get(&page).ok().says("帮着办的事，1件").says("在这里商量过，1次");
        shown.click("果树烂根").ok().says(&number);
        start().is(303).follow().ok().says("在办事");
        // What works goes on naming whom it serves, and what stands in the form stands there again.
        let typed = form();
        assert!(typed.value("links").unwrap().contains(&number), "{:?}", typed.value("links"));
        typed.set("links", &number).send().is(422).says("至少一件帮着办的事");
        form().set("results", "烂根的救活了三十棵，十棵没救活").send().is(303).follow().ok().says("十棵没救活");
        // Its organisation leads to it.
        town.visitor().get(&page).ok().click("竹溪村知联会分会").ok().click("柳塆实践创新基地").ok();
        town.staff(Post::Committee, town.village_2).get(&format!("{page}/keep")).is(403);
        let end = committee.get(&format!("{page}/keep")).ok().form_ending("/move").set("state", "ended");
        end.send().is(303).follow().ok().says("不办了");
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn a_base_is_kept_by_an_organisation_that_is_there() {
    on_both(|town| {
        let committee = town.staff(Post::Committee, town.village);
        let council = crate::organisation::enter(&committee, "429990101201", "villagers_council", "竹溪理事会");
        let host = council.trim_start_matches("/organisations/").to_owned();
        let form = committee.get("/bases/new?at=429990101201").ok().form("/bases/new").set("host", &host);
        let form = form.set("name", "竹溪基地").set("theme", "care");
        form.clone().send().is(422).says("这里要写");
        form.clone().set("services", "看护").send().is(422).says("管不了基地");
        crate::organisation::move_on(&committee, &council, "established", "2026-04-12").is(303);
        form.clone().set("services", "看护").tick("partners", &host).send().is(422).says("不用再选");
        form.set("services", "看护").send().is(303);
        assert!(town.verify().problems.is_empty());
    });
}
