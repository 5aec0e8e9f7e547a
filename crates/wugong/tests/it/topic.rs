//! From a public matter to a topic with options, the steps before a decision, and a yard meeting over it.

use crate::page::Visitor;
use crate::town::{Town, on_both};
use civic::people::standing::Post;

pub const OPTIONS: [[&str; 6]; 2] = [
    ["换大管", "１５０，０００", "西巷48户", "各户自愿出一半，再申请一半", "理事会每年清两回", "水利站看过，行得通"],
    ["只清沟", "3000", "巷口6户", "村集体出", "大家轮着清", "今年能办，过两年还要清"],
];

/// The committee makes the matter a topic with two options.
pub fn make_topic(committee: &Visitor, number: &str) {
    let page = committee.get(&format!("/m/{number}/prepare")).ok();
    page.form(&format!("/m/{number}/topic"))
        .set("title", "西巷排水怎么修")
        .set("background", "一下雨就淹，进出要蹚水。")
        .set("affected", "西巷两边的人家")
        .set("affected_households", "４８")
        .send()
        .is(303);
    for [title, cost, benefits, pays, upkeep, feasibility] in OPTIONS {
        let page = committee.get(&format!("/m/{number}/prepare")).ok();
        page.form(&format!("/m/{number}/option"))
            .set("option_title", title)
            .set("cost", cost)
            .set("benefits", benefits)
            .set("pays", pays)
            .set("upkeep", upkeep)
            .set("feasibility", feasibility)
            .send()
            .is(303);
    }
}

/// A yard meeting over a matter, with two points; its page.
pub fn hold_talk(keeper: &Visitor, number: &str) -> String {
    let page = keeper.get(&format!("/talks/new?matter={number}")).ok();
    let sent = page
        .form("/talks/new")
        .set("talk_form", "yard")
        .set("kept_by", "网格员小熊")
        .set("point_0", "路要高出门前沟")
        .set("taken_by_0", "村委会")
        .set("due_on_0", "2026-04-20")
        .set("point_1", "两边栽树")
        .send()
        .is(303);
    sent.location().split('?').next().unwrap().to_owned()
}

fn prepared(town: &Town) -> (Visitor, String) {
    let number = town.public_matter(town.hamlet, "西巷一下雨就淹");
    let committee = town.staff(Post::Committee, town.village);
    make_topic(&committee, &number);
    (committee, number)
}

#[test]
fn a_topic_with_its_options_side_by_side_stands_in_the_chain() {
    on_both(|town| {
        let (_, number) = prepared(town);
        let page = town.visitor().get(&format!("/m/{number}")).ok();
        page.says("西巷排水怎么修").says("150,000元").says("3,000元").says("水利站看过，行得通");
        assert_eq!(town.verify().problems, []);
    });
}

#[test]
fn an_option_without_a_price_comes_back_with_all_that_was_typed() {
    on_both(|town| {
        let (committee, number) = prepared(town);
        let page = committee.get(&format!("/m/{number}/prepare")).ok();
        let back = page
            .form(&format!("/m/{number}/option"))
            .set("option_title", "第三种")
            .set("cost", "很多钱")
            .set("benefits", "大家")
            .send()
            .is(422)
            .says("请写多少元");
        let form = back.form(&format!("/m/{number}/option"));
        assert_eq!(
            (form.value("option_title"), form.value("cost"), form.value("benefits")),
            (Some("第三种"), Some("很多钱"), Some("大家"))
        );
    });
}

#[test]
fn a_topic_sent_twice_is_one_topic_and_other_words_under_its_key_are_kept() {
    on_both(|town| {
        let number = town.public_matter(town.hamlet, "西巷一下雨就淹");
        let committee = town.staff(Post::Committee, town.village);
        let page = committee.get(&format!("/m/{number}/prepare")).ok();
        let form = page.form(&format!("/m/{number}/topic")).set("background", "淹水").set("affected", "西巷");
        form.send().is(303);
        form.send().is(303);
        form.set("background", "后来想起来的话").send().is(409).says("后来想起来的话");
        assert_eq!(committee.get(&format!("/m/{number}")).ok().html().matches("成了议题：").count(), 1);
    });
}

#[test]
fn steps_that_the_county_asks_for_are_named_until_they_are_taken() {
    on_both(|town| {
        let (committee, number) = prepared(town);
        let path = format!("/m/{number}/prepare");
        committee.get(&path).ok().says("还没有：党支部提议");
        let step = |body: &str, on: &str, counts: [&str; 4]| {
            let form = committee.get(&path).ok().form(&format!("/m/{number}/step")).set("body", body).set("on", on);
            let names = ["eligible", "present", "in_favour", "against"];
            names.iter().zip(counts).fold(form, |form, (name, n)| form.set(name, n)).send()
        };
        step("branch", "2026-04-13", ["", "", "", ""]).is(422).says("这一天还没到");
        step("branch", "2026-02-30", ["", "", "", ""]).is(422).says("没有这个日期");
        step("members_meeting", "2026-04-11", ["10", "11", "9", "0"]).is(422).says("比应到的还多");
        step("branch", "2026-04-09", ["", "", "", ""]).is(303);
        step("two_committees", "2026-04-10", ["", "", "", ""]).is(303);
        step("members_meeting", "2026-04-11", ["９", "６", "５", "1"]).is(303);
        let page = committee.get(&path).ok();
        page.says("该走的都走了").hides("还没有：");
        town.visitor().get(&format!("/m/{number}")).ok().says("党员大会审议").says("人同意");
        assert_eq!(town.verify().problems, []);
    });
}

#[test]
fn a_yard_meeting_asks_for_five_things_and_its_points_are_followed_up() {
    on_both(|town| {
        let (committee, number) = prepared(town);
        let keeper = town.staff(Post::Facilitator, town.village);
        let blank = keeper.get(&format!("/talks/new?matter={number}")).ok();
        let needed = blank.html().matches(" required").count();
        assert!(needed <= 5, "{needed} required fields");
        blank.form("/talks/new").set("kept_by", "小熊").set("talk_form", "yard").send().is(422).says("至少写一条");
        let talk = hold_talk(&keeper, &number);
        town.visitor().get(&talk).ok().says("路要高出门前沟").says("还没人接");
        town.visitor().get(&format!("/m/{number}")).ok().says("屋场会").says("议过了");
        let settle = committee
            .get(&talk)
            .ok()
            .forms()
            .into_iter()
            .find(|f| f.values("outcome").len() > 1 || f.asks().contains(&"outcome"));
        let settle = settle.expect("a point can be settled");
        settle.set("outcome", "not_adopted").send().is(422);
        let settle = committee.get(&talk).ok().forms().into_iter().find(|f| f.asks().contains(&"outcome")).unwrap();
        settle.set("outcome", "not_adopted").set("reason", "巷窄").send().is(303);
        town.visitor().get(&talk).ok().says("没采纳").says("巷窄");
        assert_eq!(town.verify().problems, []);
    });
}
