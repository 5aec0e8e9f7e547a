//! Formal meetings: called with their notice, counted by a roll, put off, failed, taken up again; and a meeting of last week on paper.

use crate::page::{Form, Page, Visitor};
use crate::town::{Town, on_both};
use civic::id::{HouseholdId, MeetingId, ResidentId};
use civic::people::standing::Post;
use civic::record::{Actor, Entry, Verb};
use civic::time::Day;

/// So many households of 柳塆, each with one villager of age.
pub fn lane(town: &Town, households: usize) -> Vec<(HouseholdId, ResidentId)> {
    (1..=households)
        .map(|n| {
            let household = town.household(town.hamlet, &format!("西巷{n}号"));
            (household, town.villager(town.hamlet, household, &format!("葛长{n}")))
        })
        .collect()
}

/// Ends what somebody belongs to, with that day.
pub fn leaves(town: &Town, who: ResidentId, day: &str) {
    let day = Day::parse(day).unwrap();
    let (now, chance) = (town.now(), town.chance());
    town.write(move |tx| {
        let mut entries = Vec::new();
        for member in store::people::membership::of_resident(tx, who)? {
            let ended = member.ended(day).unwrap();
            store::people::membership::change(tx, &ended)?;
            entries.push(Entry::of(&ended, Verb::End, Actor::NOBODY, now, &mut chance.clone()));
        }
        tx.commit(&entries, ())
    });
}

/// The call form of a matter, filled in for a group meeting by household: notice and meeting as given, everything else right.
pub fn call_form(committee: &Visitor, number: &str, notice_on: &str, held_on: &str) -> Form {
    let form = committee.get(&format!("/meetings/new?matter={number}")).ok().form("/meetings/new");
    form.set("mode", "group_meeting.household")
        .set("convener", "villagers_committee")
        .set("notice_on", notice_on)
        .set("held_on", held_on)
        .set("minute", "19:30")
        .set("venue", "葛家院子")
}

/// The meeting's address from where a call led.
pub fn address(called: &Page) -> String {
    let to = called.location().split('?').next().unwrap();
    to.strip_suffix("/freeze").unwrap_or(to).to_owned()
}

/// A group meeting called today for the first lawful day.
pub fn call_for_the_next_days(committee: &Visitor, number: &str) -> String {
    let called = call_form(committee, number, "2026-04-12", "2026-04-16").send().is(303);
    address(&called)
}

/// A draft that takes up a meeting whose notice had been too short.
pub fn draft_of_a_failed_one(town: &Town, committee: &Visitor, number: &str) -> String {
    let day = |back: i32| town.today().plus(-back).to_string();
    let form = call_form(committee, number, &day(4), &day(3)).tick("on_paper", "1").tick("short", "1");
    let failed = address(&form.send().is(303));
    let again = committee.get(&failed).ok().says("不算数").form_ending("/reconvene").send().is(303);
    again.location().strip_suffix("/call").unwrap().to_owned()
}

/// A public topic of 柳塆 with options, and the committee that prepared it.
pub fn topic(town: &Town) -> (Visitor, String) {
    let number = town.public_matter(town.hamlet, "西巷一下雨就淹");
    let committee = town.staff(Post::Committee, town.village);
    crate::topic::make_topic(&committee, &number);
    (committee, number)
}

#[test]
fn a_meeting_is_called_with_its_notice_and_everybody_reads_when_and_by_which_rules() {
    on_both(|town| {
        lane(town, 48);
        let (committee, number) = topic(town);
        let asked = committee.get(&format!("/meetings/new?matter={number}")).ok();
        // The demo county's overlay asks for three days in a group, the law for ten in an assembly.
        asked.says("村民小组会议最早4月16日").says("村民会议最早4月23日").says("户").says("2/3");
        let early = call_form(&committee, &number, "2026-04-12", "2026-04-15").send().is(422);
        early.says("要隔满3天，最早4月16日").says("葛家院子");
        let called = call_form(&committee, &number, "2026-04-12", "2026-04-16").send().is(303);
        let id = address(&called);
        let freeze = called.follow().ok().says("48户");
        assert!(!freeze.text().contains("西巷1号"), "nobody is left out, so nobody is named");
        freeze.form_ending("/freeze").send().is(303).follow().ok();

        let visitor = town.visitor();
        let page = visitor.get(&id).ok().says("4月16日周四19:30").says("葛家院子").says("每户来一个满18岁的人");
        page.says("还有4天").says("村委会召集").says("贴在公示栏").says("说情况").says("西巷一下雨就淹");
        visitor.get(&id).ok().says("第1版").says("各户要有2/3以上").is(200);
        visitor.get("/meetings?at=429990101201-H01").ok().says("4月16日周四19:30");
        visitor.get("/p/429990101201-H01").ok().says("葛家院子").says("要开");
        visitor.get("/meetings?at=429990101202").ok().says("没有要开的会");
        visitor.set_cookie("lang", "en");
        visitor.get(&id).ok().says("16 Apr, 19:30").says("One adult of each household");
        assert_eq!(town.verify().problems, []);
    });
}

#[test]
fn whom_a_roll_leaves_out_is_shown_before_it_is_fixed() {
    on_both(|town| {
        let (committee, number) = topic(town);
        let empty = call_form(&committee, &number, "2026-04-12", "2026-04-16").send().follow().ok();
        let empty = empty.says("名册是空的");
        assert!(empty.forms().iter().all(|form| !form.action.ends_with("/freeze")), "an empty roll cannot be fixed");
        let id = empty.path.strip_suffix("/freeze").unwrap().to_owned();
        lane(town, 3);
        let gone = town.household(town.hamlet, "老屋9号");
        let who = town.villager(town.hamlet, gone, "葛远行");
        leaves(town, who, "2026-04-10");
        let form = committee.get(&format!("{id}/freeze")).ok().says("3户").says("老屋9号").says("没有人还在村里");
        let form = form.form_ending("/freeze");
        let first = form.send().is(303);
        // The same press again has one effect.
        assert_eq!(form.send().location(), first.location());
        let key = MeetingId::parse(id.rsplit('/').next().unwrap()).unwrap();
        assert_eq!(town.read(move |tx| store::decide::meeting::get(tx, key)).version, 2);
        assert_eq!(town.verify().problems, []);
    });
}

#[test]
fn a_meeting_is_put_off_called_anew_with_a_whole_notice_and_called_off() {
    on_both(|town| {
        lane(town, 4);
        let (committee, number) = topic(town);
        let id = call_for_the_next_days(&committee, &number);
        committee.get(&format!("{id}/freeze")).form_ending("/freeze").send();
        let off = committee.get(&format!("{id}/off")).ok().form_ending("/off");
        off.clone().set("way", "postpone").send().is(422).says("这里要写");
        off.set("way", "postpone").set("reason", "下大雨").send().is(303);
        town.visitor().get(&id).ok().says("改期").says("下大雨");
        town.visitor().get("/meetings?at=429990101201&past=1").ok().says("改期");
        town.at("2026-04-13 8:00");
        let again = committee.get(&format!("{id}/call")).ok().form_ending("/call");
        assert_eq!(again.value("venue"), Some("葛家院子"));
        let late = again.clone().set("notice_on", "2026-04-13").set("held_on", "2026-04-16").send().is(422);
        late.says("最早4月17日");
        again.set("notice_on", "2026-04-13").set("held_on", "2026-04-17").send().is(303);
        // Another day is another roll.
        committee.get(&id).ok().says("定名册");
        town.visitor().get(&id).ok().says("4月17日").hides("下大雨");
        let off = committee.get(&format!("{id}/off")).ok().form_ending("/off");
        off.set("way", "cancel").set("reason", "镇里统一修").send().is(303);
        town.visitor().get(&id).ok().says("不开了").says("镇里统一修");
        committee.get(&format!("{id}/off")).ok().says("改不了了");
        assert_eq!(town.verify().problems, []);
    });
}

#[test]
fn a_meeting_whose_notice_failed_is_taken_up_once_and_its_draft_is_seen_by_its_post_alone() {
    on_both(|town| {
        let (committee, number) = topic(town);
        let id = call_for_the_next_days(&committee, &number);
        let off = committee.get(&format!("{id}/off")).ok().form_ending("/off");
        off.set("way", "fail_notice").set("reason", "公示栏没有贴").send().is(303);
        let failed = committee.get(&id).ok().says("不算数").says("公示栏没有贴");
        let (one, two) = (failed.form_ending("/reconvene"), committee.get(&id).form_ending("/reconvene"));
        let draft = one.send().is(303).location().strip_suffix("/call").unwrap().to_owned();
        two.send().is(409);
        town.visitor().get(&draft).is(303);
        let household = town.household(town.hamlet, "西巷3号");
        let who = town.villager(town.hamlet, household, "李秀英");
        town.resident(who).get(&draft).is(404);
        town.resident(who).get(&format!("{draft}/call")).is(404);
        town.visitor().get("/meetings?at=429990101201").ok().hides(&draft);
        committee.get("/meetings?at=429990101201").ok().says("正在准备");
        let form = committee.get(&format!("{draft}/call")).ok().form_ending("/call");
        form.set("held_on", "2026-04-20").set("venue", "祠堂").set("convener", "group_head").send().is(303);
        town.visitor().get(&id).ok().click("后来重新开的那次").ok().says("祠堂").click("上一次没开成的那次").ok();
        assert_eq!(town.verify().problems, []);
    });
}

#[test]
fn a_meeting_held_on_paper_last_week_is_entered_with_its_true_dates() {
    on_both(|town| {
        lane(town, 4);
        let (committee, number) = topic(town);
        let form = |notice, held| call_form(&committee, &number, notice, held);
        form("2026-04-01", "2026-04-05").send().is(422).says("已经过了");
        form("2026-04-01", "2026-04-13").tick("on_paper", "1").send().is(422).says("今天以后");
        form("2026-04-04", "2026-04-05").tick("on_paper", "1").send().is(422).says("最早4月8日");
        let id = address(&form("2026-04-01", "2026-04-05").tick("on_paper", "1").send().is(303));
        committee.get(&format!("{id}/freeze")).ok().says("4月5日").form_ending("/freeze").send().is(303);
        town.visitor().get(&id).ok().says("4月5日周日").says("后来补录");
        let failed = form("2026-04-04", "2026-04-05").tick("on_paper", "1").tick("short", "1").send().is(303);
        town.visitor().get(&address(&failed)).ok().says("不算数");
        assert_eq!(town.verify().problems, []);
    });
}

#[test]
fn what_cannot_be_called_is_said_beside_its_field_and_nothing_typed_is_lost() {
    on_both(|town| {
        let (committee, number) = topic(town);
        let form = || call_form(&committee, &number, "2026-04-12", "2026-04-16");
        let nonsense = form()
            .set("held_on", "2026-02-30")
            .set("notice_on", "明天")
            .set("minute", "晚上")
            .set("venue", "院\u{202e}子")
            .set("agenda", "说\u{0}情况")
            .set("title", &"长".repeat(61))
            .untick("channels", "board")
            .send()
            .is(422);
        for words in ["没有这个日期", "请写几点", "把字倒过来", "看不见的符号", "最多60个字", "至少用一种办法"]
        {
            nonsense.clone().says(words);
        }
        let kept = nonsense.form("/meetings/new");
        assert_eq!((kept.value("held_on"), kept.value("minute")), (Some("2026-02-30"), Some("晚上")));
        form().set("held_on", "２０２６年４月１６日").set("minute", "７点半").send().is(303);
        form().set("notice_on", "2026-04-13").set("held_on", "2026-04-20").send().is(422).says("通知的日子还没到");
        let few = form().set("mode", "villagers_assembly.household").set("held_on", "2026-04-23");
        let few = few.set("petition_by", "members").set("petition_asked", "9").set("petition_of", "100");
        few.clone().send().is(422).says("有9人，要10人");
        few.clone().set("petition_asked", "101").send().is(422).says("比总人数还多");
        few.set("petition_asked", "10").send().is(303);
        form()
            .set("mode", "villagers_assembly.household")
            .set("convener", "group_head")
            .send()
            .is(422)
            .says("由村委会召集");
        let urgent = form().set("mode", "villagers_assembly.household").set("held_on", "2026-04-13");
        urgent.clone().send().is(422).says("最早4月23日");
        let urgent = urgent.set("ad_hoc_reason", "塘埂要垮");
        let id = address(&urgent.send().is(303));
        town.visitor().get(&id).ok().says("塘埂要垮");
        committee.get("/meetings/new").is(404);
        committee.get("/meetings/new?matter=ZX-2026-999999").is(404);
        town.visitor().get("/meetings/00000000-0000-7000-8000-000000000000").is(404);
        town.visitor().get("/meetings/none").is(303);
        assert_eq!(town.verify().problems, []);
    });
}

#[test]
fn the_pages_of_meetings_cost_the_same_however_many_there_are() {
    on_both(|town| {
        lane(town, 4);
        let (committee, number) = topic(town);
        let id = call_for_the_next_days(&committee, &number);
        let visitor = town.visitor();
        let count = |path: &str| {
            // A write before each, so that no page is given from what was kept.
            town.wait_minutes(1);
            town.public_matter(town.village_2, "别处");
            town.statements(|| visitor.get(path).ok()).1
        };
        let paths = [id.as_str(), "/meetings?at=429990101201", "/p/429990101201-H01", &format!("/m/{number}")];
        let before: Vec<u64> = paths.iter().map(|path| count(path)).collect();
        for _ in 0..4 {
            call_for_the_next_days(&committee, &number);
        }
        let after: Vec<u64> = paths.iter().map(|path| count(path)).collect();
        assert_eq!(before, after);
        for path in paths {
            assert!(visitor.weight(path) <= 14 * 1024, "{path}");
        }
    });
}

#[test]
fn from_the_yard_to_the_vote_and_everybody_reads_why_it_passed() {
    use crate::room::{come, count_form, motion};
    on_both(|town| {
        lane(town, 48);
        let (committee, number) = topic(town);
        crate::topic::hold_talk(&committee, &number);
        let called = call_form(&committee, &number, "2026-04-12", "2026-04-16").send().is(303);
        let id = address(&called);
        called.follow().ok().form_ending("/freeze").send().is(303);
        let visitor = town.visitor();
        // What is to be printed: the notice names nobody, the sheet to sign on names every household of the roll and is the keeper's.
        let notice =
            visitor.get(&format!("{id}/notice")).ok().says("开会通知").says("4月16日周四19:30").says("应到48户");
        notice.says("到32户才能表决").hides("西巷7号").hides("葛长");
        visitor.get(&format!("{id}/sign-in")).is(303);
        let sheet = committee.get(&format!("{id}/sign-in")).ok().says("签到表").says("应到48户").text();
        let at = |label: &str| sheet.find(&format!(" {label} ")).unwrap_or_else(|| panic!("no {label}: {sheet}"));
        assert!(
            at("西巷2号") < at("西巷10号") && at("西巷10号") < at("西巷48号"),
            "in the order in which people count"
        );
        committee.get(&format!("{id}/tally")).ok().says("计票表").says("表决的事");

        town.at("2026-04-16 19:20");
        let page = committee.get(&id).ok().says("就在今天");
        let room = page.click("点到会，开会").ok();
        room.form_ending("/open").set("chair", "葛家老大").set("recorder", "柳会计").send().is(303);
        visitor.get(&id).ok().says("正在开").says("到了0户").says("还差32户");
        come(&committee, &id, 39);
        visitor.get(&id).ok().says("到了39户").says("够了").hides("西巷7号").hides("葛长");
        committee.get(&id).ok().click("表决，记票数").ok();
        motion(&committee, &id);
        visitor.get(&id).ok().says("换大管，每户自愿出一半").says("等表决").says("举手表决");
        count_form(&committee, &id, ["35", "2", "2"]).set("dissent", "怕水排到后墙").send().is(303);
        let result = visitor.get(&id).ok().says("到场要32户").says("到了39户").says("赞成要20户").says("有35户");
        result.says("通过").says("怕水排到后墙").says("村民委员会组织法第三十二条").says("R-VG-1-decision");
        committee.get(&format!("{id}/roll")).ok().form_ending("/close").send().is(303);
        committee.get(&id).ok().says("把通过的写成决议");
        // The minutes to print and sign: every number and who counted, for who keeps the meeting.
        let minutes = committee.get(&format!("{id}/minutes")).ok().says("会议记录").says("葛家老大主持，柳会计记录");
        minutes.says("到了39户").says("35户").says("熊家计票，杜家监票").says("怕水排到后墙");
        visitor.get(&format!("{id}/minutes")).is(303);
        visitor.get(&id).ok().says("开完了").hides("西巷7号").hides("葛长").hides("写成决议");
        let chain = visitor.get(&format!("/m/{number}")).ok().says("通知4月16日开村民小组会议").says("35户赞成");
        chain.says("村民小组会议定了：换大管").says("赞成要20户").click("看这次会").ok();

        // Two days later somebody finds that a hand was counted twice.
        town.at("2026-04-18 9:00");
        let again = count_form(&committee, &id, ["34", "3", "2"]).set("reason", "后排一只手数了两回");
        again.send().is(303);
        let result = visitor.get(&id).ok().says("有34户").says("后排一只手数了两回").says("以前数的");
        result.says("有35户");
        let chain = visitor.get(&format!("/m/{number}")).ok().says("票重新数过").says("赞成原来是35户，改成34户");
        chain.says("34户赞成");
        visitor.set_cookie("lang", "en");
        visitor.get(&id).ok().says("34 households");
        visitor.get(&format!("{id}/notice")).ok().says("Notice of a meeting");
        visitor.get(&format!("/m/{number}")).ok().says("The votes were counted again");
        assert_eq!(town.verify().problems, []);
    });
}

#[test]
fn a_meeting_on_paper_is_opened_and_counted_afterwards_and_shows_no_time_at_which_anybody_came() {
    use crate::room::{come, count_form, motion};
    on_both(|town| {
        lane(town, 6);
        let (committee, number) = topic(town);
        let form = call_form(&committee, &number, "2026-04-01", "2026-04-05").tick("on_paper", "1");
        let id = address(&form.send().is(303));
        committee.get(&format!("{id}/freeze")).ok().form_ending("/freeze").send().is(303);
        let room = committee.get(&format!("{id}/roll")).ok();
        room.form_ending("/open").set("chair", "葛家老大").set("recorder", "柳会计").send().is(303);
        come(&committee, &id, 5);
        motion(&committee, &id);
        count_form(&committee, &id, ["3", "1", "1"]).send().is(303);
        committee.get(&format!("{id}/roll")).ok().form_ending("/close").send().is(303);
        town.visitor().get(&id).ok().says("4月5日周日19:30").says("后来补录").says("通过");
        town.visitor().get(&format!("/m/{number}")).ok().says("4月5日");
        let key = MeetingId::parse(id.rsplit('/').next().unwrap()).unwrap();
        let (meeting, came) = town.read(move |tx| {
            let meeting = store::decide::meeting::get(tx, key)?;
            let came = store::decide::attendance::of_roll(tx, meeting.roll.unwrap())?;
            Ok((meeting, came))
        });
        assert!(meeting.opened_at.is_none() && meeting.closed_at.is_none());
        assert!(came.len() == 5 && came.iter().all(|a| a.came_at.is_none()));
        assert_eq!(town.verify().problems, []);
    });
}

#[test]
fn what_did_not_come_about_stands_in_the_chain_of_its_matter_too() {
    on_both(|town| {
        lane(town, 4);
        let (committee, number) = topic(town);
        for (way, reason, words) in [
            ("postpone", "下大雨", "村民小组会议改期了"),
            ("cancel", "镇里统一修", "村民小组会议不开了"),
            ("fail_notice", "公示栏没有贴", "通知没到位，不算数"),
        ] {
            let id = call_for_the_next_days(&committee, &number);
            let off = committee.get(&format!("{id}/off")).ok().form_ending("/off");
            off.set("way", way).set("reason", reason).send().is(303);
            town.visitor().get(&format!("/m/{number}")).ok().says(words).says(reason);
            let notice = town.visitor().get(&format!("{id}/notice")).ok();
            assert!(["改期", "不开了", "不算数"].iter().any(|word| notice.text().contains(word)));
        }
        assert_eq!(town.verify().problems, []);
    });
}
