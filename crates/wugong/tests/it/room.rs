//! The room of a formal meeting: who came for which household, hands counted, counted again, a tie, too few.

use crate::meeting::{address, call_form, lane, topic};
use crate::page::{Form, Visitor};
use crate::town::{Town, on_both};
use civic::people::standing::Post;

/// A group meeting of 柳塆, called, with its roll frozen; the day of the meeting has come and it is open. The keeper and its address.
pub fn opened(town: &Town, households: usize) -> (Visitor, String, String) {
    lane(town, households);
    let (committee, number) = topic(town);
    let called = call_form(&committee, &number, "2026-04-12", "2026-04-16").send().is(303);
    let meeting = address(&called);
    called.follow().ok().form_ending("/freeze").send().is(303);
    town.at("2026-04-16 19:30");
    let room = committee.get(&format!("{meeting}/roll")).ok();
    room.form_ending("/open").set("chair", "葛家老大").set("recorder", "柳会计").send().is(303);
    (committee, meeting, number)
}

/// The forms that mark units as come, in the order of the page.
pub fn doors(keeper: &Visitor, meeting: &str) -> Vec<Form> {
    let page = keeper.get(&format!("{meeting}/roll")).ok();
    page.forms().into_iter().filter(|f| f.action.ends_with("/attend")).collect()
}

/// So many households come.
pub fn come(keeper: &Visitor, meeting: &str, households: usize) {
    for door in doors(keeper, meeting).iter().take(households) {
        door.send().is(303);
    }
}

/// Puts the motion of the lane and answers the count form's action.
pub fn motion(keeper: &Visitor, meeting: &str) {
    let page = keeper.get(&format!("{meeting}/motions")).ok();
    page.form_ending("/motions").set("text", "换大管，每户自愿出一半").set("ballot_mode", "hands").send().is(303);
}

/// The count form of the only motion.
pub fn count_form(keeper: &Visitor, meeting: &str, hands: [&str; 3]) -> Form {
    let form = keeper.get(&format!("{meeting}/motions")).ok().form_ending("/count");
    let [yes, no, abstained] = hands;
    form.set("in_favour", yes)
        .set("against", no)
        .set("abstained", abstained)
        .set("teller", "熊家")
        .set("scrutineer", "杜家")
}

#[test]
fn a_motion_passes_when_over_half_of_those_who_came_raise_their_hands() {
    on_both(|town| {
        let (keeper, meeting, number) = opened(town, 48);
        come(&keeper, &meeting, 20);
        keeper.get(&format!("{meeting}/roll")).ok().says("到了20户").says("还差12户");
        come(&keeper, &meeting, 19);
        keeper.get(&format!("{meeting}/roll")).ok().says("到了39户").says("够了");
        motion(&keeper, &meeting);
        let many = count_form(&keeper, &meeting, ["３９", "1", "0"]).set("dissent", "怕水排到后墙").send().is(422);
        let many = many.says("比在场的39还多");
        assert_eq!(many.form_ending("/count").value("dissent"), Some("怕水排到后墙"), "what was typed is still there");
        let count = count_form(&keeper, &meeting, ["35", "2", "2"]).set("dissent", "怕水排到后墙");
        count.send().is(303);
        count.send().is(303);
        let page = keeper.get(&format!("{meeting}/motions")).ok();
        page.says("通过").says("35户").says("怕水排到后墙");
        keeper.get(&format!("{meeting}/roll")).ok().form_ending("/close").send().is(303);
        town.visitor().get(&format!("/m/{number}")).ok().says("议过了");
        town.visitor().get(&meeting).ok().hides("葛长");
        assert_eq!(town.verify().problems, []);
    });
}

#[test]
fn nobody_but_an_adult_of_the_household_stands_in_for_it() {
    on_both(|town| {
        let (keeper, meeting, _) = opened(town, 5);
        let doors = doors(&keeper, &meeting);
        let neighbour = doors[1].values("resident")[0].to_owned();
        let refused = doors[0].clone().forge("resident", &neighbour).send().is(422);
        refused.says("不是这一户的人");
        doors[0].send().is(303);
        let again = doors[0].clone().forge("form", &town.id::<()>().to_string()).send();
        again.is(422).says("已经到了");
        assert_eq!(town.verify().problems, []);
    });
}

#[test]
fn as_many_for_as_against_is_not_passed_and_a_recount_puts_it_right_with_its_reason() {
    on_both(|town| {
        let (keeper, meeting, _) = opened(town, 6);
        come(&keeper, &meeting, 6);
        motion(&keeper, &meeting);
        count_form(&keeper, &meeting, ["3", "3", "0"]).send().is(303);
        keeper.get(&format!("{meeting}/motions")).ok().says("没有通过");
        count_form(&keeper, &meeting, ["4", "2", "0"]).send().is(422).says("重数要写为什么");
        count_form(&keeper, &meeting, ["3", "3", "0"]).set("reason", "再数一遍").send().is(422).says("跟上次的数一样");
        count_form(&keeper, &meeting, ["4", "2", "0"]).set("reason", "后排漏数一只手").send().is(303);
        let page = keeper.get(&format!("{meeting}/motions")).ok();
        page.says("通过").says("后排漏数一只手").says("3户");
        assert_eq!(town.verify().problems, []);
    });
}

#[test]
fn a_household_that_is_concerned_stands_back_and_still_counts_as_come() {
    on_both(|town| {
        let (keeper, meeting, _) = opened(town, 6);
        come(&keeper, &meeting, 6);
        motion(&keeper, &meeting);
        keeper.get(&format!("{meeting}/motions")).ok().form_ending("/recuse").send().is(303);
        count_form(&keeper, &meeting, ["6", "0", "0"]).send().is(422).says("回避");
        count_form(&keeper, &meeting, ["5", "0", "0"]).send().is(303);
        keeper.get(&format!("{meeting}/motions")).ok().says("通过");
        assert_eq!(town.verify().problems, []);
    });
}

#[test]
fn a_meeting_to_which_too_few_came_decided_nothing_and_is_taken_up_again() {
    on_both(|town| {
        let (keeper, meeting, number) = opened(town, 6);
        come(&keeper, &meeting, 3);
        motion(&keeper, &meeting);
        let close = keeper.get(&format!("{meeting}/roll")).ok().form_ending("/close");
        close.send().is(303);
        keeper.get(&meeting).ok().form_ending("/reconvene").send().is(303);
        town.visitor().get(&format!("/m/{number}")).ok().hides("议过了");
        // The first one's roll takes nobody any more.
        let late = keeper.get(&format!("{meeting}/roll")).ok();
        assert!(late.forms().iter().all(|f| !f.action.ends_with("/attend")));
        assert_eq!(town.verify().problems, []);
    });
}

#[test]
fn two_officers_who_close_a_meeting_close_it_once() {
    on_both(|town| {
        let (keeper, meeting, _) = opened(town, 6);
        come(&keeper, &meeting, 6);
        let other = town.staff(Post::Committee, town.village);
        let page = format!("{meeting}/roll");
        let forms = [keeper.get(&page).ok().form_ending("/close"), other.get(&page).ok().form_ending("/close")];
        let answers: Vec<u16> = std::thread::scope(|scope| {
            let threads: Vec<_> = forms.iter().map(|form| scope.spawn(move || form.send().status.as_u16())).collect();
            threads.into_iter().map(|t| t.join().unwrap()).collect()
        });
        let mut sorted = answers.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, [303, 409], "{answers:?}");
        assert_eq!(town.verify().problems, []);
    });
}

#[test]
fn nonsense_in_the_room_is_said_beside_its_field_and_nothing_typed_is_lost() {
    on_both(|town| {
        lane(town, 6);
        let (keeper, number) = topic(town);
        let called = call_form(&keeper, &number, "2026-04-12", "2026-04-16").send().is(303);
        let meeting = address(&called);
        called.follow().ok().form_ending("/freeze").send().is(303);
        let (room, motions) = (format!("{meeting}/roll"), format!("{meeting}/motions"));
        // Before its day it does not begin.
        let open = keeper.get(&room).ok().form_ending("/open").set("chair", "葛家老大").set("recorder", "柳会计");
        open.send().is(422).says("4月16日才开，还不能开始");
        town.at("2026-04-16 19:30");
        let open = keeper.get(&room).ok().form_ending("/open");
        let wrong = open.clone().set("chair", &"长".repeat(81)).set("recorder", "柳\u{202e}会计").send().is(422);
        let wrong = wrong.says("个字").says("把字倒过来");
        assert_eq!(wrong.form_ending("/open").value("chair"), Some("长".repeat(81).as_str()));
        let open = open.set("chair", "葛家老大🙂").set("recorder", "柳会计");
        // Pressed twice, it opens once, and both presses lead to the same place.
        assert_eq!(open.send().is(303).location(), open.send().is(303).location());
        come(&keeper, &meeting, 6);

        let put = || keeper.get(&motions).ok().form_ending("/motions").set("ballot_mode", "hands");
        put().send().is(422).says("这里要写");
        put().set("text", "换\u{0}大管").send().is(422).says("看不见的符号");
        put()
            .set("text", "换\u{202e}大管")
            .set("mover", &"长".repeat(200))
            .send()
            .is(422)
            .says("把字倒过来")
            .says("个字");
        let long = "修".repeat(5_000);
        let wrong = put().set("text", &long).send().is(422).says("个字");
        assert_eq!(wrong.form_ending("/motions").value("text"), Some(long.as_str()), "a long text is not cut");
        let form = put().set("text", "换大管🚰，每户出一半");
        assert_eq!(form.send().is(303).location(), form.send().is(303).location(), "put twice it is one motion");
        let other = form.clone().set("text", "换小管，每户出三成").send().is(409);
        other.says("换小管，每户出三成");
        let page = keeper.get(&motions).ok().says("换大管🚰，每户出一半").hides("换小管");
        assert_eq!(page.forms().iter().filter(|form| form.action.ends_with("/count")).count(), 1);

        for typed in ["", "三", "-1", "1.5", "99999999999999999999", "3\u{0}", "\u{202e}3"] {
            let wrong = count_form(&keeper, &meeting, ["3", typed, "0"]).set("dissent", "怕水").send().is(422);
            let form = wrong.says("0到").form_ending("/count");
            assert_eq!((form.value("against"), form.value("dissent")), (Some(typed), Some("怕水")), "{typed:?}");
        }
        let wrong = count_form(&keeper, &meeting, ["3", "3", "0"])
            .set("teller", "熊\u{202e}家")
            .set("dissent", &"怕".repeat(5_000))
            .send()
            .is(422);
        wrong.says("把字倒过来").says("个字");
        let count = count_form(&keeper, &meeting, ["４", "２", "０"]);
        count.send().is(303);
        count.send().is(303);
        count.clone().set("in_favour", "5").set("against", "1").send().is(409);
        keeper.get(&motions).ok().says("4户").hides("第2次数票");

        // What no page of ours sends: an id that is none, a household of elsewhere, somebody of elsewhere.
        let door = town.id::<()>().to_string();
        for (unit, resident) in [("x\u{0}", door.as_str()), (door.as_str(), door.as_str())] {
            let csrf = keeper.csrf();
            let fields = [("form", town.id::<()>().to_string()), ("csrf", csrf)];
            let mut fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
            fields.extend([("unit", unit), ("resident", resident)]);
            let answer = keeper.post(&format!("{meeting}/attend"), &fields);
            assert!(answer.status.is_client_error(), "{unit:?}: {}", answer.status);
        }
        for query in ["q=%00", "q=%E2%80%AE&show=x", "after=%00", "show=missing&after=x", "q=%F0%9F%92%A7"] {
            keeper.get(&format!("{room}?{query}")).ok();
        }

        // Closed twice with one form: the same answer. Closed again by somebody whose page is old: the room as it is, and why.
        let (one, old) = (keeper.get(&room).ok().form_ending("/close"), keeper.get(&room).ok().form_ending("/close"));
        assert_eq!(one.send().is(303).location(), one.send().is(303).location());
        old.send().is(409).says("这次会现在是“开完了”");
        let late = count_form(&keeper, &meeting, ["4", "2", "0"]).set("reason", "再数\u{0}").send().is(422);
        late.says("看不见的符号");
        assert_eq!(town.verify().problems, []);
    });
}

#[test]
fn the_keeper_sees_who_is_still_missing_and_stays_on_the_page_where_a_household_was_marked() {
    on_both(|town| {
        let (keeper, meeting, _) = opened(town, 65);
        let room = format!("{meeting}/roll");
        come(&keeper, &meeting, 2);
        let missing = keeper.get(&room).ok().says("没到的 63").says("到了的 2").click("没到的").ok();
        let missing = missing.says("西巷3号").hides("西巷1号<");
        keeper.get(&format!("{room}?show=came")).ok().says("西巷1号").hides("西巷3号");
        // The sixty-third household of the missing stands on the second page, and marking it leads back there.
        let second = missing.click("往后看").ok().says("西巷65号");
        let door = second.forms().into_iter().find(|form| form.action.ends_with("/attend")).unwrap();
        let back = door.send().is(303).location().to_owned();
        assert!(back.contains("show=missing") && back.contains("after="), "{back}");
        keeper.get(&back).ok().says("没到的 62");
        assert_eq!(town.verify().problems, []);
    });
}

#[test]
fn who_stands_back_after_the_count_or_a_motion_withdrawn_twice_is_told_why_not() {
    on_both(|town| {
        let (keeper, meeting, _) = opened(town, 6);
        come(&keeper, &meeting, 6);
        motion(&keeper, &meeting);
        let page = keeper.get(&format!("{meeting}/motions")).ok();
        let (recuse, withdraw) = (page.form_ending("/recuse"), page.form_ending("/withdraw"));
        count_form(&keeper, &meeting, ["4", "2", "0"]).send().is(303);
        recuse.send().is(409).says("这一条“表决过了”").says("换大管");
        withdraw.send().is(409).says("这一条“表决过了”").says("换大管");
        assert_eq!(town.verify().problems, []);
    });
}
