//! Organisations: a register by place and kind, what they do in numbers, and how far associations are where they should be.

use crate::page::{Page, Visitor};
use crate::town::{Town, on_both};
use civic::people::standing::Post;

/// Enters an organisation and takes it to work; its page.
pub fn enter(staff: &Visitor, at: &str, kind: &str, name: &str) -> String {
    let page = staff.get(&format!("/organisations/new?at={at}")).ok();
    let form = page.form("/organisations/new").set("at", at).set("kind", kind).set("name", name);
    form.set("contact", "村部办公室").send().is(303).location().to_owned()
}

/// Moves an organisation on, from that day.
pub fn move_on(staff: &Visitor, page: &str, to: &str, since: &str) -> Page {
    let form = staff.get(&format!("{page}/keep")).ok().form_ending("/move");
    form.set("state", to).set("since", since).send()
}

/// An association of the county at work, and its branch in 竹溪村 that is at work too.
pub fn association(town: &Town) -> (Visitor, String, String) {
    let county = town.staff(Post::County, town.root);
    let whole = enter(&county, "429990000000", "intellectuals", "嘉禾县知联会");
    let id = whole.trim_start_matches("/organisations/").to_owned();
    let committee = town.staff(Post::Committee, town.village);
    let form = committee.get("/organisations/new?at=429990101201").ok().form("/organisations/new");
    let form = form.set("kind", "intellectuals").set("name", "竹溪村知联会分会").set("contact", "村部办公室");
    let branch = form.set("parent", &id).tick("branch", "1").send().is(303).location().to_owned();
    for page in [&whole, &branch] {
        move_on(&county, page, "established", "2026-04-12").is(303);
        move_on(&county, page, "running", "2026-04-12").is(303);
    }
    (committee, whole, branch)
}

/// Enters an activity that was held.
pub fn activity(staff: &Visitor, page: &str, kind: &str, matter: &str) -> Page {
    let form = staff.get(&format!("{page}/activity")).ok().form_ending("/activity");
    let form = form.set("kind", kind).set("purpose", "帮着量水沟").set("open_to", "residents").set("matter", matter);
    form.set("people", "14").set("organisations", "2").send()
}

#[test]
fn a_register_counts_by_kind_and_place_and_leads_down_to_each_one() {
    on_both(|town| {
        let (committee, whole, _) = association(town);
        enter(&committee, "429990101201-H01", "villagers_council", "柳塆理事会");
        let visitor = town.visitor();
        let county = visitor.get("/organisations").ok().says("一共3个，其中分会1个").says("党外知识分子联谊会");
        county.click("官桥镇").ok().says("竹溪村知联会分会").says("柳塆理事会").hides("嘉禾县知联会");
        visitor.get("/organisations?at=429990101201&kind=intellectuals").ok().says("知联会分会").hides("柳塆理事会");
        visitor.get("/organisations?state=preparing").ok().says("柳塆理事会").hides("知联会分会");
        let hamlet = visitor.get("/organisations?at=429990101201-H02").ok().says("没有这样的组织");
        hamlet.says("离这里最近的").says("竹溪村知联会分会").says("村部办公室");
        visitor.get(&whole).ok().says("分会和下属的组织，1个").click("竹溪村知联会分会").ok().says("村部办公室");
        // One below does not keep what is above, and one beside not what is here.
        committee.get(&format!("{whole}/keep")).is(403);
        committee.get("/organisations/new?at=429990101000").is(403);
        town.staff(Post::Committee, town.village_2).get(&format!("{whole}/keep")).is(403);
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn an_organisation_goes_along_its_life_and_says_since_when() {
    on_both(|town| {
        let committee = town.staff(Post::Committee, town.village);
        let form = committee.get("/organisations/new?at=429990101201").ok().form("/organisations/new");
        form.clone().send().is(422).says("这里要写");
        let form = form.set("name", "帮一把小队").set("kind", "volunteer_team");
        form.clone().tick("branch", "1").send().is(422).says("只有协会才有分会");
        form.clone().forge("at", "429990101202").send().is(403);
        let page = form.send().is(303).location().to_owned();
        let keep = committee.get(&format!("{page}/keep")).ok().hides("开始办事");
        keep.form_ending("/move").forge("state", "running").send().is(422).says("不能一步变成");
        move_on(&committee, &page, "established", "2026-04-13").is(422).says("还没到");
        move_on(&committee, &page, "established", "2026-04-12").is(303);
        let change = committee.get(&format!("{page}/keep")).ok().form_ending("/change");
        change.clone().set("name", "").send().is(422);
        change.set("name", "帮一把志愿队").set("contact", "村部").send().is(303).follow().ok().says("帮一把志愿队");
        move_on(&committee, &page, "dissolved", "2026-04-12").is(303);
        committee.get(&format!("{page}/keep")).ok().says("不再变了");
        town.visitor().get("/organisations").ok().hides("帮一把");
        town.visitor().get("/organisations?state=dissolved").ok().says("帮一把志愿队");
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn what_an_organisation_does_is_told_in_numbers_and_served_matters_lead_on() {
    on_both(|town| {
        let (committee, _, branch) = association(town);
        let number = town.public_matter(town.hamlet, "柳塆巷子排水");
        activity(&committee, &branch, "matter_handled", "").is(422).says("哪件事的编号");
        activity(&committee, &branch, "matter_handled", "ZX-2026-999999").is(422).says("没有公开的这个编号");
        activity(&committee, &branch, "matter_handled", &number).is(303);
        let form = committee.get(&format!("{branch}/activity")).ok().form_ending("/activity");
        let form = form.set("kind", "study").set("purpose", "学看图纸").set("open_to", "everybody");
        form.clone().send().is(422).says("请写0到10000的数");
        form.clone()
            .set("held", "2026-04-20")
            .set("people", "5")
            .set("organisations", "1")
            .send()
            .is(422)
            .says("人数先空着");
        form.set("held", "2026-04-20").send().is(303);
        let page = town.visitor().get(&branch).ok().says("要办的").says("学看图纸").says("来了14人，2个组织");
        page.click("柳塆巷子排水").ok().says(&number);
        page.hides("补记");
        let keep = committee.get(&branch).ok().click("补记、划掉").ok();
        keep.form_ending("/strike").send().is(422);
        town.at("2026-04-20 20:00");
        let path = keep.path.clone();
        let keep = committee.get(&path).ok().form_ending("/held");
        keep.clone().set("people", "很多").set("organisations", "1").send().is(422);
        keep.set("people", "9").set("organisations", "1").send().is(303).follow().ok().says("来了9人");
        let strike = committee.get(&path).ok().form_ending("/strike").set("reason", "记错了日子");
        strike.send().is(303).follow().ok().says("划掉了：记错了日子").says("学看图纸");
        strike.send().is(303);
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn coverage_is_two_shares_with_their_definitions_beside_its_own_past_and_the_county() {
    on_both(|town| {
        let (committee, _, branch) = association(town);
        let judge = |kind: &str, should: &str, reason: &str| {
            let form = committee.get("/coverage/judge?at=429990101201").ok().form("/coverage/judge");
            form.set("kind", kind).set("should", should).set("reason", reason).send()
        };
        judge("intellectuals", "yes", "").is(422);
        let form = committee.get("/coverage/judge?at=429990101201").ok().form("/coverage/judge");
        let form = form.forge("kind", "villagers_committee").set("should", "yes").set("reason", "x");
        form.send().is(422).says("才判断该不该建");
        judge("intellectuals", "yes", "好几个老师住在村里").is(303);
        judge("chamber", "yes", "有十来家店").is(303);
        judge("chamber", "no", "店都搬到镇上去了").is(303);
        judge("worthies", "yes", "在外的人多").is(303);
        let visitor = town.visitor();
        let page = visitor.get("/coverage?at=429990101201").ok().says("2个里有1个").says("还没建");
        page.says("不用建：店都搬到镇上去了").says("怎么数的").says("不排名次").says("嘉禾县");
        // Four activities, one of which carried a matter on to its answer.
        let number = town.public_matter(town.hamlet, "柳塆巷子排水");
        for _ in 0..3 {
            activity(&committee, &branch, "service", "").is(303);
        }
        activity(&committee, &branch, "matter_handled", &number).is(303);
        visitor.get("/coverage?at=429990101201").ok().says("还没到“真在办事”").says("1个里有0个");
        let answered = number.clone();
        let now = town.now();
        town.write(move |tx| {
            let number = civic::decide::code::PublicNumber::parse(&answered).unwrap();
            let matter = store::decide::matter::by_number(tx, &number)?;
            let closed = matter.close(0).unwrap();
            store::decide::matter::change(tx, &closed, now)?;
            let entry = civic::record::Entry::of(
                &closed,
                civic::record::Verb::Close,
                civic::record::Actor::NOBODY,
                now,
                &mut rand_seed(),
            );
            tx.commit(&[entry], ())
        });
        visitor.get("/coverage?at=429990101201").ok().says("真在办事").says("1个里有1个");
        // A quarter later the past stands beside it, and what was done long ago counts no more after a year.
        town.at("2026-07-20 9:00");
        visitor.get("/coverage?at=429990101201").ok().says("三个月前").says("1个里有1个");
        town.at("2027-05-20 9:00");
        visitor.get("/coverage?at=429990101201").ok().says("1个里有0个").says("一年前");
        assert!(town.verify().problems.is_empty());
    });
}

fn rand_seed() -> crate::town::Seeded {
    crate::town::Seeded::new(11)
}
