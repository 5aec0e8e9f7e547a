//! Going back and sending again without a script: the page comes anew with a new key, and the same text is still one thing.

use crate::meeting::{call_form, topic};
use crate::need::code_of;
use crate::page::{Form, Page, Visitor};
use crate::resolution::resolved_and_posted;
use crate::room::opened;
use crate::topic::{hold_talk, make_topic};
use crate::town::{Town, on_both};
use civic::people::standing::Post;

const SENT_BEFORE: &str = "这份刚才已经交过了";

fn rows(town: &Town, sql: &'static str) -> i64 {
    town.read(move |tx| tx.number(sql, &[]))
}

fn needs(town: &Town) -> i64 {
    rows(town, "SELECT COUNT(*) FROM need WHERE county_id = $1")
}

fn raise(who: &Visitor, what: &str) -> Page {
    who.get("/need").ok().form("/need").set("what", what).set("where", "西巷口").send().is(303)
}

/// Sends a form, goes back to a fresh one, sends the same again, and is led to the same.
fn sent_twice(fresh: impl Fn() -> Form) -> Page {
    let first = fresh().send().is(303).location().to_owned();
    let form = fresh();
    let again = form.send().is(303);
    let to = again.location().replace("?again=1", "").replace("&again=1", "");
    assert_eq!((to.as_str(), again.location() == first), (first.as_str(), false), "marked as sent before");
    assert_eq!(form.send().is(303).location(), again.location(), "and so it stays for this form");
    again.follow().ok().says(SENT_BEFORE)
}

#[test]
fn a_resident_who_goes_back_without_a_script_and_sends_again_has_raised_one_need() {
    on_both(|town| {
        let home = town.household(town.hamlet, "西巷3号");
        let signed = town.resident(town.villager(town.hamlet, home, "葛长山"));
        let filled = || signed.get("/need").ok().form("/need").set("what", "沟堵了").set("where", "西巷口");
        assert_ne!(filled().value("form"), filled().value("form"), "the page comes anew, with a new key");
        let slip = sent_twice(filled);
        assert_eq!(needs(town), 1);
        signed.get(slip.path.split('?').next().unwrap()).ok().hides(SENT_BEFORE);
        signed.set_cookie("lang", "en");
        signed.get(&slip.path).ok().says("already sent a moment ago");
        signed.set_cookie("lang", "zh-CN");

        // Other words are another need; so is the same from somebody else, and the same a while later.
        raise(&signed, "沟又堵了");
        assert_eq!(needs(town), 2);
        let home = town.household(town.hamlet, "西巷5号");
        raise(&town.resident(town.villager(town.hamlet, home, "李秀英")), "沟堵了");
        assert_eq!(needs(town), 3);
        town.wait_minutes(10);
        let later = raise(&signed, "沟堵了");
        assert_eq!(needs(town), 4);
        assert_eq!(code_of(&raise(&signed, "沟堵了")), code_of(&later), "the later one is now the one that is led to");

        // Who took it back means it when it comes again.
        let code = code_of(&later).digits();
        signed.get(&format!("/s/{code}")).ok().form_ending("/withdraw").tick("sure", "1").send().is(303);
        assert_ne!(code_of(&raise(&signed, "沟堵了")).digits(), code);
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn the_same_unnamed_text_sent_again_leads_from_no_table_to_the_account_and_is_swept_away() {
    on_both(|town| {
        let home = town.household(town.hamlet, "西巷3号");
        let signed = town.resident(town.villager(town.hamlet, home, "葛长山"));
        sent_twice(|| {
            let form = signed.get("/need").ok().form("/need").set("what", "会计的账不公开").set("where", "村部");
            form.set("who", "anonymous").set("reply", "slip")
        });
        assert_eq!(needs(town), 1);
        let mut owners = town.read(|tx| tx.all::<(String,)>("SELECT owner FROM form_key WHERE county_id = $1", &[]));
        owners.sort();
        assert_eq!(owners, ["told", "visitor", "visitor"].map(|owner| (owner.to_owned(),)), "nobody's, all of them");
        town.wait_minutes(11);
        wugong::work::Worker::new(town.app.clone()).sweep().unwrap();
        assert_eq!(rows(town, "SELECT COUNT(*) FROM form_key WHERE county_id = $1 AND owner = 'told'"), 0);
        assert_eq!(rows(town, "SELECT COUNT(*) FROM form_key WHERE county_id = $1"), 2, "the keys stay");
    });
}

#[test]
fn a_helper_brings_the_same_words_for_two_neighbours_as_two_needs() {
    on_both(|town| {
        let helper = town.staff(Post::Facilitator, town.village);
        for (n, name) in [(1, "葛长山"), (2, "李秀英")] {
            let home = town.household(town.hamlet, name);
            let action = format!("/helper/{}", town.villager(town.hamlet, home, name));
            helper.get(&action).form(&action).set("agreed", "spoken").send().is(303);
            sent_twice(|| {
                let form = helper
                    .get("/need/help?at=429990101201-H01")
                    .ok()
                    .form("/need/help")
                    .set("what", "路灯不亮")
                    .set("where", "村口");
                form.set("via", "visit").set("reply", "slip")
            });
            assert_eq!(needs(town), n, "{name}");
            helper.get("/mine").form("/helper/leave").send().is(303);
        }
    });
}

#[test]
fn an_objection_a_talk_a_point_an_option_a_step_and_a_motion_sent_again_stand_once() {
    on_both(|town| {
        let (_, _, _, posting) = resolved_and_posted(town);
        town.at("2026-04-15 20:00");
        let home = town.household(town.hamlet, "西巷7号");
        let signed = town.resident(town.villager(town.hamlet, home, "吴桂花"));
        for who in ["named", "unnamed"] {
            sent_twice(|| {
                let form = signed.get(&format!("{posting}/object")).ok().form_ending("/object");
                form.set("text", "水往我家后墙排").set("who", who)
            });
        }
        assert_eq!(rows(town, "SELECT COUNT(*) FROM objection WHERE county_id = $1"), 2);
    });
    on_both(|town| {
        let number = town.public_matter(town.hamlet, "西巷一下雨就淹");
        let committee = town.staff(Post::Committee, town.village);
        make_topic(&committee, &number);
        let options = || rows(town, "SELECT COUNT(*) FROM topic_option WHERE county_id = $1");
        let talks = || rows(town, "SELECT COUNT(*) FROM meeting WHERE county_id = $1");
        let points = || rows(town, "SELECT COUNT(*) FROM point WHERE county_id = $1");
        let (before, talk) = (options(), hold_talk(&committee, &number));
        assert_eq!(hold_talk(&committee, &number), talk);
        assert_eq!((talks(), points()), (1, 2));
        let point = || committee.get(&talk).ok().form_ending("/point").set("point", "沟边要有栏杆");
        let first = point().send().is(303);
        let page = point().send().is(303).follow().ok().says(SENT_BEFORE);
        assert_eq!((points(), page.path), (3, format!("{}&again=1", first.location())));
        let option = || {
            let form = committee.get(&format!("/m/{number}/prepare")).ok().form_ending("/option");
            let form = form.set("option_title", "先清淤").set("cost", "800").set("benefits", "全湾");
            form.set("pays", "村里").set("upkeep", "各家").set("feasibility", "行得通")
        };
        sent_twice(option);
        assert_eq!(options(), before + 1);
        let step = || {
            let form = committee.get(&format!("/m/{number}/prepare")).ok().form_ending("/step");
            form.set("body", "branch").set("on", "2026-04-10")
        };
        sent_twice(step);
        assert_eq!(rows(town, "SELECT COUNT(*) FROM prior_step WHERE county_id = $1"), 1);
    });
    on_both(|town| {
        let (keeper, meeting, _) = opened(town, 12);
        let motion = || {
            let form = keeper.get(&format!("{meeting}/motions")).ok().form_ending("/motions");
            form.set("text", "西巷修一条明沟").set("ballot_mode", "hands")
        };
        sent_twice(motion);
        assert_eq!(rows(town, "SELECT COUNT(*) FROM motion WHERE county_id = $1"), 1);
    });
    on_both(|town| {
        let (committee, number) = topic(town);
        sent_twice(|| call_form(&committee, &number, "2026-04-12", "2026-04-20"));
        assert_eq!(rows(town, "SELECT COUNT(*) FROM meeting WHERE county_id = $1"), 1);
    });
}
