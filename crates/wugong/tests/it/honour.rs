//! Thanks: said with a yes, taken back at any time, gone after a year; nobody is put before anybody.

use crate::page::Visitor;
use crate::resolution::committee;
use crate::town::{Town, on_both};
use civic::rules::Body;

/// Thanks to an organisation that wait for its yes; their path.
pub fn asked(_: &Town, who: &Visitor, number: &str) -> String {
    let at = format!("/m/{number}/honour");
    written(who, number, ("organisation", "葛家理事会", "天天有人看着沟"));
    let page = who.get(&at).ok();
    page.form_ending("/agreed").action.trim_end_matches("/agreed").to_owned()
}

fn written(who: &Visitor, number: &str, (whom, name, words): (&str, &str, &str)) {
    let form = who.get(&format!("/m/{number}/honour")).ok().form(&format!("/m/{number}/honour"));
    form.set("whom", whom).set("name", name).set("words", words).send().is(303);
}

#[test]
fn thanks_are_shown_after_a_yes_and_gone_with_one_press() {
    on_both(|town| {
        let passed = town.passed(Body::GroupMeeting, "2026-04-12", 35);
        let who = committee(town);
        let number = passed.number.as_str();
        let (matter, form_at) = (format!("/m/{number}"), format!("/m/{number}/honour"));
        let household = town.household(town.hamlet, "南巷9号");
        let person = town.resident(town.villager(town.hamlet, household, "柳春生"));
        let form = || who.get(&form_at).ok().form(&form_at).set("whom", "resident").set("name", "柳春生");
        // Before the stage is open, with nonsense, for nobody on the roll.
        form().set("words", "抬石头").send().is(422).says("这一步还没有开始");
        crate::survey::opened(town, &who, number, "share", &["acceptance", "account"]);
        let kept = form().set("words", "出工排名第一").send().is(422).says("不排名次");
        assert_eq!(kept.form(&form_at).value("name"), Some("柳春生"), "nothing typed is lost");
        form().set("words", " ").send().is(422);
        form().set("name", "没有这人").set("words", "抬石头").send().is(422).says("户册上没有这个名字");
        form().forge("whom", "score").set("words", "抬石头").send().is(422);

        written(&who, number, ("resident", "柳春生", "连着三天帮着抬石头"));
        // Nobody reads it before the yes; the person does.
        town.visitor().get(&matter).ok().hides("柳春生");
        let board = format!("/p/{}/honours", "429990101201");
        town.visitor().get(&board).ok().hides("柳春生");
        let mine = person.get("/mine/honours").ok().says("连着三天帮着抬石头");
        // Another person's thanks do not exist for somebody else.
        let other = town.resident(town.villager(town.hamlet, household, "柳二"));
        other.get("/mine/honours").ok().hides("抬石头");
        mine.form_ending("/agree").send().is(303);
        town.visitor().get(&matter).ok().says("谢谢柳春生").says("连着三天帮着抬石头");
        town.visitor().get(&board).ok().says("柳春生").says("不分先后");
        // Taken back: gone from every page and table.
        person.get("/mine/honours").ok().form_ending("/remove").send().is(303);
        town.visitor().get(&matter).ok().hides("柳春生");
        town.visitor().get(&board).ok().hides("柳春生");
        let kept = "SELECT id FROM honour WHERE county_id = $1 AND (name IS NOT NULL OR words IS NOT NULL OR resident_id IS NOT NULL)";
        assert!(crate::survey::ids(town, kept).is_empty());
        person.get("/mine/honours").ok().says("现在没有");
        assert_eq!(town.verify().problems, []);
    });
}

#[test]
fn a_yes_by_word_of_mouth_has_its_day_and_a_year_later_it_goes_by_itself() {
    on_both(|town| {
        let passed = town.passed(Body::GroupMeeting, "2026-04-12", 35);
        let who = committee(town);
        let number = passed.number.as_str();
        town.at("2026-04-20 9:00");
        crate::survey::opened(town, &who, number, "share", &["acceptance", "account"]);
        let at = asked(town, &who, number);
        let yes = |day: &str| {
            who.get(&format!("/m/{number}/honour")).ok().form(&format!("{at}/agreed")).set("day", day).send()
        };
        yes("2026-04-19").is(422).says("不能在写下来之前");
        yes("2026-05-30").is(422);
        yes("那天").is(422);
        yes("2026-04-20").is(303);
        let board = "/p/429990101201/honours";
        town.visitor().get(board).ok().says("葛家理事会");
        let worker = || wugong::work::Worker::new(town.app.clone()).disclose().unwrap();
        town.at("2027-04-20 9:00");
        worker();
        town.visitor().get(board).ok().says("葛家理事会");
        town.at("2027-04-22 9:00");
        worker();
        town.visitor().get(board).ok().hides("葛家理事会");
        // What nobody answers is dropped.
        let who = committee(town);
        written(&who, number, ("organisation", "秀才协会", "借了三天水泵"));
        town.at("2027-06-30 9:00");
        worker();
        committee(town).get(&format!("/m/{number}/honour")).ok().hides("秀才协会");
        assert_eq!(town.verify().problems, []);
    });
}

#[test]
fn who_is_erased_is_thanked_nowhere() {
    on_both(|town| {
        let passed = town.passed(Body::GroupMeeting, "2026-04-12", 35);
        let who = committee(town);
        crate::survey::opened(town, &who, &passed.number, "share", &["acceptance", "account"]);
        let household = town.household(town.hamlet, "南巷9号");
        let id = town.villager(town.hamlet, household, "柳春生");
        let person = town.resident(id);
        written(&who, &passed.number, ("resident", "柳春生", "连着三天帮着抬石头"));
        person.get("/mine/honours").ok().form_ending("/agree").send().is(303);
        let (now, today, app) = (town.now(), town.today(), town.app.clone());
        town.write(move |tx| {
            let mut chance = app.chance();
            let mut deed =
                store::people::erasure::Deed { actor: civic::record::Actor::NOBODY, now, today, chance: &mut chance };
            let entries = store::people::erasure::resident(tx, id, &mut deed)?;
            tx.commit(&entries, ())
        });
        town.visitor().get(&format!("/m/{}", passed.number)).ok().hides("柳春生").hides("抬石头");
        assert_eq!(town.verify().problems, []);
    });
}
