//! Acceptance over HTTP: planned against actual, the signed paper, a second person, defects, and the end of the stage.

use crate::page::{Form, Visitor};
use crate::project::building;
use crate::resolution::photo;
use crate::town::{Town, on_both};
use civic::build::acceptance::{
    AcceptanceForm, AcceptanceLevel, AcceptanceState, ActualForm, DefectForm, Verdict, enter,
};
use civic::build::project::{Project, ProjectState};
use civic::id::ProjectId;
use civic::people::standing::Post;
use civic::record::{Actor, Entry, Verb};
use store::files::{File, FileKind};

/// An acceptance with a paper and a defect for a project, whatever its state; the paths of both without what follows.
pub fn laid(town: &Town, project: &str) -> (String, String) {
    let project = ProjectId::parse(project.trim_start_matches("/projects/")).unwrap();
    let (now, today, ids) = (town.now(), town.today(), (town.id(), town.id(), town.id()));
    let (folder, chance) = (town.app.setup().files.clone(), town.chance());
    let digest = folder.keep(&photo(11)).unwrap();
    town.write(move |tx| {
        let read = store::build::project::get(tx, project)?;
        let built = Project { state: ProjectState::Built, ..read };
        let (id, media_type) = (ids.0, "image/jpeg".to_owned());
        let file = File { id, digest, media_type, bytes_len: 700, kind: FileKind::Scan, created_at: now };
        store::files::put(tx, &file)?;
        let amounts = ["120000", "30000", "14", ""];
        let form = AcceptanceForm {
            level: AcceptanceLevel::Village,
            held_on: Some(today),
            lines: amounts.map(|amount| ActualForm { quantity: "", amount }).to_vec(),
            quality: "平整",
            members: "监督小组",
            opinion: ("", ""),
            verdict: Verdict::Conditional,
            defects: vec![DefectForm { what: "盖板", due_on: Some(today), owner: "施工队" }],
            papers: 1,
        };
        let with = (ids.1, None, now, today);
        let (one, defects) = enter(&built, &form, vec![file.id], &[], with, &mut || ids.2).unwrap();
        let one = civic::build::acceptance::Acceptance { state: AcceptanceState::Confirmed, ..one };
        store::build::acceptance::put(tx, &one, &defects)?;
        let mut chance = chance.clone();
        let entries = [
            Entry::of(&one, Verb::Create, Actor::NOBODY, now, &mut chance),
            Entry::of(&defects[0], Verb::Create, Actor::NOBODY, now, &mut chance),
        ];
        tx.commit(&entries, (format!("/acceptances/{}", one.id), format!("/defects/{}", defects[0].id)))
    })
}

/// Everything of an acceptance but its verdict.
pub fn said(form: Form) -> Form {
    form.set("amount-1", "118,000.50")
        .set("amount-2", "30000")
        .set("quantity-2", "360米")
        .set("amount-3", "14.5")
        .set("quantity-4", "22方")
        .set("quality", "路面平整，沟通水")
        .set("members", "村委会主任、监督小组三人")
        .set("content", "40")
        .set("asked", "46")
        .upload("photo", "paper.jpg", "image/jpeg", &photo(21))
}

/// The form of an acceptance of a project whose works are finished.
pub fn form(who: &Visitor, project: &str) -> Form {
    who.get(&format!("{project}/acceptance/new")).ok().form_ending("/acceptance/new")
}

/// The road, finished; the committee, supervision, the number of its matter and the path of the project.
pub fn finished(town: &Town) -> (Visitor, Visitor, String, String) {
    let (who, passed, project) = building(town);
    town.at("2026-06-22 10:00");
    who.get(&format!("{project}/state")).ok().form_ending("/built").set("day", "2026-06-20").send().is(303);
    (who, town.staff(Post::Supervision, town.village), passed.number, project)
}

#[test]
fn an_acceptance_is_confirmed_by_another_person_and_passes_with_its_last_defect() {
    on_both(|town| {
        let (who, supervision, number, project) = finished(town);
        let page = format!("{project}/acceptance");
        let anybody = town.visitor();
        let manage = || anybody.get(&format!("/m/{number}/stages/manage")).ok();
        manage().says("还没有");
        let sent = said(form(&who, &project)).set("verdict", "conditional");
        let sent =
            sent.set("defect-1-what", "盖板缺两块").set("defect-1-due", "2026-07-10").set("defect-1-owner", "施工队");
        let first = sent.send().is(303);
        assert_eq!(sent.send().is(303).location(), first.location(), "the same form once more has no second effect");
        said(form(&who, &project)).set("verdict", "pass").send().is(422).says("还在等人核对");
        // What only one person found is not for everybody yet.
        anybody.get(&page).ok().says("还没有验收").hides("盖板缺两块");
        supervision.get(&page).ok().form_ending("/refuse").send().is(422).says("这里要写");
        supervision.get(&page).ok().form_ending("/confirm").send().is(303);
        let shown =
            anybody.get(&page).ok().says("118,000.50元").says("148,000.50元").says("14.5").says("46人里40人满意");
        let shown = shown.says("盖板缺两块").says("7月10日以前").hides("看签过字的验收单");
        shown.click("打印验收单").ok().says("项目验收单").says("村民监督小组").says("118,000.50元");
        supervision.get(&page).ok().click("看签过字的验收单").ok();

        // Late on the day after its last, which is the owner's shame and nobody else's.
        town.at("2026-07-11 9:00");
        anybody.get(&page).ok().says("过期了");
        who.get(&page).ok().form_ending("/mended").send().is(303);
        supervision.get(&page).ok().form_ending("/again").send().is(303);
        who.get(&page).ok().form_ending("/mended").send().is(303);
        anybody.get(&project).ok().says("建完了，等验收");
        supervision.get(&page).ok().form_ending("/rechecked").send().is(303);
        anybody.get(&page).ok().says("验收通过").says("复查合格").hides("过期了");
        anybody.get(&project).ok().says("验收合格");

        // The stage is done, and the next ones may be opened.
        anybody.get(&format!("/m/{number}/stages/build")).ok().says("做完了");
        anybody.get(&format!("/m/{number}")).ok().says("要整改的都复查合格").click("看验收").ok();
        who.get(&format!("/m/{number}/stages/manage")).ok().form_ending("/open").send().is(303);
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn whoever_entered_or_mended_does_not_confirm_and_every_gap_of_the_form_is_named() {
    on_both(|town| {
        let (_, supervision, _, project) = finished(town);
        let page = format!("{project}/acceptance");
        // Somebody of the township may enter and may confirm, but not both.
        let township = town.staff(Post::Township, town.township);
        let new = || form(&township, &project);
        said(new()).set("verdict", "conditional").send().is(422).says("要写清楚改哪里");
        said(new())
            .set("verdict", "pass")
            .set("defect-1-what", "盖板")
            .set("defect-1-owner", "队")
            .send()
            .is(422)
            .says("合格就没有要整改的");
        said(new()).set("verdict", "pass").set("amount-1", "").send().is(422).says("第1项的实际数没有写");
        said(new()).set("verdict", "pass").set("amount-3", "1.3").send().is(422).says("第3项");
        said(new()).set("verdict", "pass").set("content", "47").send().is(422).says("满意的不能比问的多");
        said(new()).set("verdict", "pass").set("day", "2026-06-19").send().is(422).says("不能早于6月20日");
        said(new()).set("verdict", "pass").set("day", "2026-06-23").send().is(422).says("这个日子还没有到");
        said(new()).send().is(422).says("请选一个");
        let bare = new().set("verdict", "pass").set("quality", "好");
        let kept = bare.send().is(422).says("要有签过字的验收单的照片");
        assert_eq!(kept.form_ending("/acceptance/new").value("quality"), Some("好"));

        said(new()).set("verdict", "pass").set("content", "9").set("asked", "9").send().is(303);
        township.get(&page).ok().form_ending("/confirm").send().is(422).says("这是您自己记的");
        let refuse = supervision.get(&page).ok().form_ending("/refuse").set("reason", "第一项少算了两车料");
        refuse.send().is(303);
        let anybody = town.visitor();
        anybody.get(&page).ok().says("第一项少算了两车料").says("少于10个，不公开").hides("9人里9人");
        anybody.get(&project).ok().says("等验收");

        // Failed: what does not hold is built again, and accepted when it does.
        said(new()).set("verdict", "fail").send().is(303);
        supervision.get(&page).ok().form_ending("/confirm").send().is(303);
        anybody.get(&project).ok().says("正在建");
        said_too_early(&township, &project);
        assert!(town.verify().problems.is_empty());
    });
}

fn said_too_early(who: &Visitor, project: &str) {
    said(form(who, project)).set("verdict", "pass").send().is(422).says("现在不能验收");
}
