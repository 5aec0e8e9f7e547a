//! Every body that the rules know: its roll kept, called, too few at first, enough at the border, counted, resolved and posted; and the
//! list of representatives with who may sit there.

use crate::meeting::address;
use crate::page::Visitor;
use crate::resolution::photo;
use crate::room::{come, doors};
use crate::town::{Town, on_both};
use civic::id::{HouseholdId, PlaceId, ResidentId};
use civic::people::membership::MembershipKind;
use civic::people::standing::Post;
use civic::record::Verb;
use civic::rules::{Body, Mode};
use civic::time::Day;
use civic::token::Token;

/// The lists of 竹溪村 besides its roll.
fn members(who: &Visitor, village: &str, kind: &str) -> crate::page::Page {
    who.get(&format!("/roll/members?village={village}&as={kind}"))
}

const VILLAGE: &str = "429990101201";

/// So many households of a place, each with one of age, as `kind`.
fn people(town: &Town, place: PlaceId, kind: MembershipKind, many: usize) -> Vec<(HouseholdId, ResidentId)> {
    (1..=many)
        .map(|n| {
            let household = town.household(place, &format!("西巷{n}号"));
            let resident = town.villager(place, household, &format!("葛长{n}"));
            if kind != MembershipKind::Villager {
                let member = town.membership(resident, kind, place, household);
                let entry = town.entry(&member, Verb::Create);
                town.write(move |tx| {
                    store::people::membership::put(tx, &member)?;
                    tx.commit(std::slice::from_ref(&entry), ())
                });
            }
            (household, resident)
        })
        .collect()
}

#[test]
fn representatives_are_listed_with_their_households_and_dates_and_everything_wrong_is_said_by_line() {
    on_both(|town| {
        people(town, town.hamlet, MembershipKind::Villager, 12);
        people(town, town.hamlet_2, MembershipKind::Villager, 1);
        let who = town.staff(Post::Committee, town.village);
        let page = who.get(&format!("/roll?village={VILLAGE}")).ok().click("代表、集体成员、业主").ok();
        let form = page.says("还没有人").form("/roll/members").set("from", "2026-01-01");
        let wrong = |lines: &str, words: &str| {
            let back = form.clone().set("people", lines).send().is(422).says(words);
            let kept = back.form("/roll/members").value("people").unwrap().replace("\r\n", "\n");
            assert_eq!(kept, lines, "what was typed is still there");
        };
        wrong("葛长2\n，西巷3号", "第2行看不懂");
        wrong("葛长2\n\n没有这个人", "第3行：册里没有没有这个人");
        wrong("葛长1", "第1行：有几个人叫葛长1，请写上户名");
        wrong("葛长2，西巷3号", "第1行：册里没有葛长2");
        wrong("葛长2，西巷2号，西巷99号", "没有“西巷99号”这一户");
        wrong("葛长2，西巷2号，西巷3号\n葛长4，西巷4号，西巷3号", "第2行：“西巷3号”已经有别的代表了");
        wrong("葛长2\n葛长2", "第2行：葛长2已经在名单里");
        form.clone().set("people", "葛长2").set("from", "2026-02-30").send().is(422).says("没有这个日期");
        form.clone().set("people", "葛长2").set("last", "2025-12-31").send().is(422).says("不能早于");
        members(&who, VILLAGE, "representative").ok().says("还没有人");

        // Six households each, the label told apart by the representative's own hamlet; pasted from a table.
        let lines =
            "葛长2\t西巷2号\t西巷1号\t西巷2号\t西巷3号\t西巷4号\t西巷5号\t西巷6号\n葛长8，西巷8号，西巷7号 西巷8号";
        let sent = form.clone().set("people", lines).send().is(303);
        form.clone().set("people", lines).send().is(303);
        let page = sent.follow().ok().says("一共2人，其中推选的代表2人").says("代表6户").says("到2030年12月31日");
        page.says("有1位代表写的户数比规定的少").says("妇女代表至少要1人").says("4/5以上");
        let office = members(&who, VILLAGE, "representative").form("/roll/members").set("basis", "office");
        office
            .clone()
            .set("people", "葛长9，西巷9号，西巷9号")
            .set("from", "2026-01-01")
            .send()
            .is(422)
            .says("只有推选的代表");
        office.set("people", "葛长9").set("from", "2026-01-01").send().is(303);
        let page = members(&who, VILLAGE, "representative").ok();
        page.says("推选的代表太少：3人里只有2人，要3人").says("村（居）委会成员");

        // One ends and another stands for the same households from the next day on.
        let page = members(&who, VILLAGE, "representative").ok();
        let row = page.links("葛长8");
        assert_eq!(row.len(), 1);
        let ends: Vec<_> = page.forms().into_iter().filter(|f| f.action.ends_with("/end")).collect();
        assert_eq!(ends.len(), 3);
        let html = page.html();
        let at = html.find(&row[0]).unwrap();
        let end = ends.iter().find(|f| html.find(&f.action).is_some_and(|found| found > at)).unwrap();
        end.clone().set("until", "2025-12-01").send().is(422).says("不能早于");
        end.clone().set("until", "2026-03-31").send().is(303).follow().says("以前的1人");
        let next = members(&who, VILLAGE, "representative").form("/roll/members").set("from", "2026-03-31");
        next.clone().set("people", "葛长7，西巷7号，西巷7号").send().is(422).says("已经有别的代表");
        next.set("people", "葛长7，西巷7号，西巷7号").set("from", "2026-04-01").send().is(303);

        // Whoever leaves the village sits there no more.
        let person = who.get(&members(&who, VILLAGE, "representative").links("葛长7")[0]).ok().says("代表会议成员");
        person.form_ending("/leave").set("until", "2026-04-30").send().is(303);
        members(&who, VILLAGE, "representative").ok().says("到2026年4月30日");

        members(&town.staff(Post::Supervision, town.village), VILLAGE, "representative").ok().hides("加进名单");
        town.staff(Post::Committee, town.village_2).get(&format!("/roll/members?village={VILLAGE}")).is(404);
        who.get(&format!("/roll/members?village={VILLAGE}&as=owner")).is(404);
        who.get(&format!("/roll/members?village={VILLAGE}&as=x")).is(404);
        assert_eq!(town.verify().problems, []);
    });
}

/// Where a body meets.
#[derive(Clone, Copy)]
struct At {
    village: PlaceId,
    hamlet: PlaceId,
    code: &'static str,
}

fn village(town: &Town) -> At {
    At { village: town.village, hamlet: town.hamlet, code: VILLAGE }
}

/// One body in one of its ways, with numbers at its borders.
struct Case {
    body: Body,
    mode: Mode,
    /// The least that must come, by the sentence of the law.
    needed: usize,
    /// The least that must be in favour when just so many have come.
    favour: usize,
}

/// Calls a meeting of that body over a fresh matter and freezes its roll; the day of the meeting has come.
fn called(town: &Town, who: &Visitor, case: &Case, at: At) -> (String, String) {
    let place = if case.body == Body::GroupMeeting { at.hamlet } else { at.village };
    let number = town.public_matter(place, "西巷一下雨就淹");
    crate::topic::make_topic(who, &number);
    let days = match case.body {
        Body::GroupMeeting | Body::VillagersReps => 4,
        Body::OwnersAssembly => 16,
        Body::ResidentsReps => 1,
        _ => 11,
    };
    let held = town.today().plus(days);
    let form = who.get(&format!("/meetings/new?matter={number}")).ok().form("/meetings/new");
    let convener = match case.body {
        Body::CollectiveAssembly => "collective_board",
        Body::OwnersAssembly => "owners_committee",
        Body::ResidentsAssembly | Body::ResidentsReps => "residents_committee",
        _ => "villagers_committee",
    };
    let mode = format!("{}.{}", case.body.as_str(), case.mode.as_str());
    let form = form
        .set("mode", &mode)
        .set("convener", convener)
        .set("notice_on", &town.today().to_string())
        .set("minute", "19:30")
        .set("venue", "村部");
    // One day less than the notice asks for is refused, where any is asked for.
    if days > 1 {
        let early = form.clone().set("held_on", &held.plus(-1).to_string());
        let early = if case.body == Body::OwnersAssembly { early.tick("also_told", "1") } else { early };
        early.send().is(422).says("最早");
    }
    let form = form.set("held_on", &held.to_string());
    let form = if case.body == Body::OwnersAssembly { form.tick("also_told", "1") } else { form };
    let sent = form.send().is(303);
    let meeting = address(&sent);
    let freeze = sent.follow().ok();
    freeze.form_ending("/freeze").send().is(303);
    town.at(&format!("{held} 19:30"));
    (number, meeting)
}

fn open(who: &Visitor, meeting: &str) {
    let room = who.get(&format!("{meeting}/roll")).ok();
    room.form_ending("/open").set("chair", "葛家老大").set("recorder", "柳会计").send().is(303);
}

fn put(who: &Visitor, meeting: &str) {
    let page = who.get(&format!("{meeting}/motions")).ok();
    page.form_ending("/motions").set("text", "换大管，每户自愿出一半").set("ballot_mode", "hands").send().is(303);
}

fn count(who: &Visitor, meeting: &str, hands: [usize; 3]) -> crate::page::Form {
    let [yes, no, abstained] = hands.map(|n| n.to_string());
    crate::room::count_form(who, meeting, [&yes, &no, &abstained])
}

fn step(who: &Visitor, number: &str, body: &str, on: Day) {
    let form = who.get(&format!("/m/{number}/prepare")).ok().form_ending("/step");
    let form = form.set("body", body).set("on", &on.to_string());
    let form = form.set("eligible", "12").set("present", "12").set("in_favour", "12").set("against", "0");
    form.send().is(303);
}

fn steps(who: &Visitor, number: &str, bodies: &[&str], on: Day) {
    for body in bodies {
        step(who, number, body, on);
    }
}

/// A passed motion becomes a resolution, with the photo of its sheet, and is posted.
fn resolved(town: &Town, who: &Visitor, number: &str) {
    let form = who.get(&format!("/m/{number}/resolve")).ok().form_ending("/resolve");
    let made = form.set("who_acts", "村委会").set("deadline", "2026-12-30").send().is(303);
    let resolution = made.location().split('?').next().unwrap().to_owned();
    let sheet = who.get(&format!("{resolution}/certify")).ok().form_ending("/certify");
    sheet.upload("photo", "sheet.jpg", "image/jpeg", &photo(9)).send().is(303);
    let posting = crate::resolution::post(who, &resolution, &town.today().to_string());
    town.visitor().get(&posting).ok().says("换大管，每户自愿出一半");
    town.visitor().get(&resolution).ok().says("通过").hides("葛长");
}

fn whole_course(town: &Town, at: At, case: &Case) {
    let who = town.staff(Post::Committee, at.village);
    let before: &[&str] = match case.body {
        Body::VillagersAssembly => &["branch", "two_committees", "members_meeting"],
        Body::VillagersReps => &["authorisation", "branch", "two_committees", "members_meeting"],
        _ => &[],
    };

    // One too few: it decides nothing and is taken up again.
    let (_, failed) = called(town, &who, case, at);
    open(&who, &failed);
    come(&who, &failed, case.needed - 1);
    put(&who, &failed);
    let n = case.needed - 1;
    count(&who, &failed, [n, 0, 0]).send().is(303);
    who.get(&format!("{failed}/motions")).ok().says("什么也没有定");
    who.get(&format!("{failed}/roll")).ok().form_ending("/close").send().is(303);
    town.visitor().get(&failed).ok().says("人没到够");

    // Just enough: one hand too few does not pass, the next one does.
    let (number, meeting) = called(town, &who, case, at);
    open(&who, &meeting);
    come(&who, &meeting, case.needed);
    put(&who, &meeting);
    let favour = case.favour;
    count(&who, &meeting, [favour - 1, case.needed - favour + 1, 0]).send().is(303);
    who.get(&format!("{meeting}/motions")).ok().says("没有通过");
    let again = count(&who, &meeting, [favour, case.needed - favour, 0]).set("reason", "漏数一只手");
    again.send().is(303);
    who.get(&format!("{meeting}/motions")).ok().says("通过");
    who.get(&format!("{meeting}/roll")).ok().form_ending("/close").send().is(303);
    for paper in ["notice", "sign-in", "tally"] {
        who.get(&format!("{meeting}/{paper}")).ok();
    }
    // What comes before is entered with its own days, and its lack stands in the way until then.
    if let Some(first) = before.first() {
        let refused = who.get(&format!("/m/{number}/resolve")).ok().form_ending("/resolve");
        refused.set("who_acts", "村委会").send().is(422);
        let on = town.today();
        step(&who, &number, first, on);
        steps(&who, &number, &before[1..], on);
    }
    resolved(town, &who, &number);
    assert_eq!(town.verify().problems, [], "{:?}", case.body);
}

#[test]
fn the_villagers_assembly_decides_by_person_at_the_first_number_that_is_enough() {
    on_both(|town| {
        people(town, town.hamlet, MembershipKind::Villager, 10);
        // More than half of ten are six; more than half of six are four.
        whole_course(
            town,
            village(town),
            &Case { body: Body::VillagersAssembly, mode: Mode::Person, needed: 6, favour: 4 },
        );
    });
}

#[test]
fn the_villagers_assembly_decides_by_household_at_the_first_number_that_is_enough() {
    on_both(|town| {
        people(town, town.hamlet, MembershipKind::Villager, 10);
        // Two thirds of ten are seven; more than half of seven are four.
        let case = Case { body: Body::VillagersAssembly, mode: Mode::Household, needed: 7, favour: 4 };
        whole_course(town, village(town), &case);
    });
}

#[test]
fn a_group_meeting_decides_by_person_at_the_first_number_that_is_enough() {
    on_both(|town| {
        people(town, town.hamlet, MembershipKind::Villager, 10);
        whole_course(town, village(town), &Case { body: Body::GroupMeeting, mode: Mode::Person, needed: 7, favour: 4 });
    });
}

#[test]
fn representatives_decide_what_the_assembly_authorised_them_to_and_nobody_stands_in_for_them() {
    on_both(|town| {
        people(town, town.hamlet, MembershipKind::Villager, 15);
        let who = town.staff(Post::Committee, town.village);
        // Without a list nobody can be counted, and the page leads to where the list is kept.
        let number = town.public_matter(town.village, "祠堂漏雨");
        crate::topic::make_topic(&who, &number);
        let form = who.get(&format!("/meetings/new?matter={number}")).ok().form("/meetings/new");
        let form = form.set("mode", "villagers_rep_meeting.person").set("convener", "villagers_committee");
        let form = form.set("held_on", "2026-04-16").set("minute", "19:30").set("venue", "村部");
        let empty = form.send().is(303).follow().ok().says("名册是空的");
        let list = empty.click("去补").ok();
        let lines: Vec<String> = (1..=8).map(|n| format!("葛长{n}，西巷{n}号，西巷{n}号")).collect();
        list.form("/roll/members").set("people", &lines.join("\n")).set("from", "2026-01-01").send().is(303);
        let office = members(&who, VILLAGE, "representative").form("/roll/members").set("basis", "office");
        office.set("people", "葛长9").set("from", "2026-01-01").send().is(303);
        who.get(&format!("/m/{number}/prepare")).ok().says("要是交给代表会议定，先要：村民会议授权代表会议");

        // Eight elected and one of the committee are nine: six must come, four be in favour.
        let case = Case { body: Body::VillagersReps, mode: Mode::Person, needed: 6, favour: 4 };
        let (_, meeting) = called(town, &who, &case, village(town));
        town.visitor().get(&meeting).ok().says("本人来，别人不能代");
        open(&who, &meeting);
        who.get(&format!("{meeting}/sign-in")).ok().says("葛长9").hides("葛长10");
        who.get(&format!("{meeting}/motions"))
            .ok()
            .says("村规民约只能由村民会议制定")
            .hides("制定、修改村民自治章程或村规民约");
        let rules = who.get(&format!("{meeting}/motions")).ok().form_ending("/motions");
        let rules = rules.set("text", "改村规").set("ballot_mode", "hands").forge("item", "village_rules");
        rules.send().is(422);
        let all = doors(&who, &meeting);
        let other = all[1].values("resident")[0].to_owned();
        all[0].clone().forge("resident", &other).send().is(422).says("不能由别人代替");
        come(&who, &meeting, 6);
        who.get(&format!("{meeting}/roll")).ok().form_ending("/close").send().is(303);

        whole_course(town, village(town), &case);
    });
}

#[test]
fn members_of_a_collective_are_listed_and_two_thirds_of_all_of_them_decide() {
    on_both(|town| {
        people(town, town.hamlet, MembershipKind::Villager, 10);
        let who = town.staff(Post::Committee, town.village);
        let form = members(&who, VILLAGE, "collective").ok().form("/roll/members").set("from", "2026-01-01");
        let lines: Vec<String> = (1..=9).map(|n| format!("葛长{n}，西巷{n}号")).collect();
        form.set("people", &lines.join("\n")).send().is(303).follow().ok().says("9人");
        // Six of nine must come, and six of all nine be in favour.
        let case = Case { body: Body::CollectiveAssembly, mode: Mode::Person, needed: 6, favour: 6 };
        whole_course(town, village(town), &case);
    });
}

/// A community of the town with one courtyard.
fn community(town: &Town) -> At {
    let village = town.put_place("429990101001", "官桥社区", "SQ", Some(town.township));
    let hamlet = town.put_place("429990101001-H01", "新街", "", Some(village));
    At { village, hamlet, code: "429990101001" }
}

#[test]
fn the_residents_assembly_decides_in_both_ways() {
    on_both(|town| {
        let at = community(town);
        people(town, at.hamlet, MembershipKind::Resident, 10);
        for mode in [Mode::Person, Mode::Household] {
            whole_course(town, at, &Case { body: Body::ResidentsAssembly, mode, needed: 6, favour: 4 });
        }
    });
}

#[test]
fn representatives_of_residents_decide() {
    on_both(|town| {
        let at = community(town);
        people(town, at.hamlet, MembershipKind::Resident, 9);
        let who = town.staff(Post::Committee, at.village);
        let form = members(&who, at.code, "representative").ok().form("/roll/members").set("from", "2026-01-01");
        let lines: Vec<String> = (1..=9).map(|n| format!("葛长{n}")).collect();
        form.set("people", &lines.join("\n")).send().is(303);
        whole_course(town, at, &Case { body: Body::ResidentsReps, mode: Mode::Person, needed: 6, favour: 4 });
    });
}

#[test]
fn owners_decide_when_both_number_and_area_are_enough_to_the_square_centimetre() {
    on_both(|town| {
        let at = community(town);
        people(town, at.hamlet, MembershipKind::Resident, 5);
        let who = town.staff(Post::Committee, at.village);
        let form = members(&who, at.code, "owner").ok().form("/roll/members").set("from", "2026-01-01");
        let form = form.set("place", &at.village.to_string());
        form.clone().set("people", "葛长1，很大").send().is(422).says("第1行看不懂");
        form.clone().set("people", "外来户，80").send().is(422).says("册里没有外来户");
        // Six owners of 300 square metres; one has two homes and one does not live there.
        let lines = "葛长1，50.5\n葛长2，49.5\n葛长3，60\n葛长4，40\n葛长5，10\n葛长5，40\n外来户，50";
        let sent = form.set("people", lines).tick("strangers", "1").send().is(303);
        sent.follow().ok().says("7处房产，一共300平方米").says("50.5平方米");

        let case = Case { body: Body::OwnersAssembly, mode: Mode::Area, needed: 4, favour: 3 };
        let (number, meeting) = called(town, &who, &case, at);
        open(&who, &meeting);
        who.get(&format!("{meeting}/roll")).ok();
        come(&who, &meeting, 6);
        put(&who, &meeting);
        let vote = |yes: (&str, &str), no: (&str, &str), reason: &str| {
            let form = crate::room::count_form(&who, &meeting, [yes.0, no.0, "0"]);
            let form = form.set("in_favour_area", yes.1).set("against_area", no.1);
            let form = if reason.is_empty() { form } else { form.set("reason", reason) };
            form.send()
        };
        // 199.9999 of 300 square metres are less than two thirds, though four of six owners are two thirds.
        vote(("4", "199.9999"), ("0", "0"), "").is(303);
        who.get(&format!("{meeting}/motions")).ok().says("什么也没有定");
        vote(("4", "300.0001"), ("0", "0"), "重数").is(422).says("300.0001").says("300平方米");
        vote(("4", "很大"), ("0", "0"), "重数").is(422).says("面积请写平方米数");
        // Exactly two thirds take part; exactly half of the area in favour is not more than half.
        vote(("3", "100"), ("1", "100"), "重数").is(303);
        who.get(&format!("{meeting}/motions")).ok().says("没有通过");
        vote(("3", "100.0001"), ("1", "99.9999"), "重数第二遍").is(303);
        who.get(&format!("{meeting}/motions")).ok().says("通过").says("100.0001平方米");
        who.get(&format!("{meeting}/roll")).ok().form_ending("/close").send().is(303);
        resolved(town, &who, &number);
        assert_eq!(town.verify().problems, []);
    });
}
