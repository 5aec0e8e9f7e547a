//! How a matter is judged and shared: a survey whose answers nobody finds, what is put right because of it, who has something of it, and its
//! case with what did not work.

use crate::page::Visitor;
use crate::resolution::committee;
use crate::town::{Town, on_both};
use civic::people::standing::Post;
use civic::rules::Body;
use uuid::Uuid;

/// Opens a stage by a waiver for each of its conditions.
pub fn opened(town: &Town, who: &Visitor, number: &str, stage: &str, conditions: &[&str]) {
    let gate = format!("/m/{number}/stages/{stage}");
    let township = town.staff(Post::Township, town.township);
    for condition in conditions {
        let form = township.get(&gate).ok().form(&format!("{gate}/waive")).set("condition", condition);
        form.set("name", "李国平 副镇长").set("reason", "去年就修好了").send().is(303);
    }
    who.get(&gate).ok().form(&format!("{gate}/open")).send().is(303);
}

/// A survey of ten days that begins today; its path.
pub fn made(town: &Town, who: &Visitor, number: &str) -> String {
    opened(town, who, number, "evaluate", &["acceptance"]);
    let form = who.get(&format!("/m/{number}/survey")).ok().form_ending("/survey");
    let form = form.set("own", "路好不好走").set("agreed_by", "柳塆塆会").set("agreed_on", "2026-04-01");
    let sent = form.set("frame", "household").send().is(303);
    sent.location().to_owned()
}

/// Something to be put right; its path.
pub fn noted(who: &Visitor, number: &str) -> String {
    let form = who.get(&format!("/m/{number}/rectify")).ok().form_ending("/rectify");
    let form = form.set("issue", "巷口盖板翘起来绊脚").set("cause", "survey").set("owner", "竹溪村委会");
    form.set("due", "2026-12-31").send().is(303).location().to_owned()
}

/// A published case; its path.
pub fn written(town: &Town, who: &Visitor, number: &str) -> String {
    opened(town, who, number, "share", &["acceptance", "account"]);
    let form = || who.get(&format!("/m/{number}/case")).ok().form_ending("/case");
    let told = form().set("title", "西巷不淹了").set("problem", "一下雨就淹").set("process", "开了三次会");
    let told = told.set("money", "花了15万元").set("result", "不淹了").set("contact", "竹溪村委会");
    told.clone().set("failed", " ").send().is(422).says("这里要写");
    told.set("failed", "头一批沟盖板太薄，换过一回").send().is(303);
    let page = who.get(&format!("/m/{number}/case")).ok().says("只有村委会看得到");
    page.form_ending("/publish").send().is(303).location().to_owned()
}

/// So many households of the hamlet, each with somebody who signs in.
fn households(town: &Town, n: usize) -> Vec<Visitor> {
    let one = |at: usize| {
        let household = town.household(town.hamlet, &format!("南巷{at}号"));
        town.resident(town.villager(town.hamlet, household, &format!("柳春{at}")))
    };
    (1..=n).map(one).collect()
}

fn answer(who: &Visitor, survey: &str, picks: [u8; 4]) -> crate::page::Page {
    let mut form = who.get(&format!("{survey}/answer")).ok().says("不记名").form_ending("/answer");
    for (n, pick) in (1..).zip(picks) {
        form = form.set(&format!("pick-{n}"), &pick.to_string());
    }
    form.send()
}

/// A first column of ids.
pub fn ids(town: &Town, sql: &'static str) -> Vec<Uuid> {
    town.read(move |tx| tx.all::<(Uuid,)>(sql, &[])).into_iter().map(|(id,)| id).collect()
}

#[test]
fn a_survey_is_answered_without_names_and_shown_from_ten_answers_on() {
    on_both(|town| {
        let passed = town.passed(Body::GroupMeeting, "2026-04-12", 35);
        let who = committee(town);
        let people = households(town, 12);
        // Nothing is judged before it is there.
        let early = who.get(&format!("/m/{}/survey", passed.number)).ok().form_ending("/survey");
        let early = early.set("agreed_by", "塆会").set("agreed_on", "2026-04-01");
        early.send().is(422).says("这一步还没有开始");
        town.at("2026-04-20 9:00");
        let survey = made(town, &who, &passed.number);
        town.visitor().get(&format!("/m/{}", passed.number)).ok().says("问大家满意不满意");

        // Who lives elsewhere is not asked, and who is nobody yet is asked to sign in.
        let elsewhere = town.household(town.village_2, "外村1号");
        let stranger = town.resident(town.villager(town.village_2, elsewhere, "石大山"));
        stranger.get(&format!("{survey}/answer")).is(403);
        town.visitor().get(&format!("{survey}/answer")).is(303);
        let first = &people[0];
        first.get(&format!("{survey}/answer")).ok().form_ending("/answer").send().is(422).says("一道题都没有选");
        for one in &people[..8] {
            answer(one, &survey, [5, 4, 4, 2]).is(303);
        }
        first.get(&format!("{survey}?answered=1")).ok().says("收到了").says("还没到时候");
        // Final once cast, and once a household.
        answer(first, &survey, [1, 1, 1, 1]).is(422).says("已经答过了");
        town.visitor().get(&survey).ok().hides("收回");
        // On paper: the same answer, typed in as sheets.
        town.visitor().get(&format!("{survey}/sheet")).ok().says("不写名字").says("路好不好走");
        let paper = || who.get(&format!("{survey}/keep")).ok().form_ending("/paper");
        paper().set("sheets", "5544\n559").send().is(422).says("第2行看不懂");
        let batch = paper().set("sheets", "5 5 4 4\n３３３０").set("words", "路灯还暗");
        batch.send().is(303);
        batch.send().is(303);
        paper().set("sheets", &"5555\n".repeat(150)).send().is(422).says("比问的份数多了");
        let hand = [("csrf", who.csrf()), ("form", town.id::<()>().to_string())];
        let hand = hand.each_ref().map(|(name, value)| (*name, value.as_str()));
        who.post(&format!("{survey}/close"), &hand).is(422).says("不能提前数");

        town.at("2026-05-01 9:00");
        who.get(&format!("{survey}/keep")).ok().hides("路灯还暗");
        answer(&people[9], &survey, [5, 5, 5, 5]).is(422).says("已经截止了");
        who.get(&format!("{survey}/keep")).ok().form_ending("/close").send().is(303);
        let shown = town.visitor().get(&survey).ok().says("收回10份").says("9人满意，一共10人答了这题");
        shown.says("1人满意，一共9人答了这题").hides("路灯还暗");
        who.get(&format!("{survey}/keep")).ok().says("路灯还暗");
        // Nothing is left to be put right: the stage is done.
        town.visitor().get(&format!("/m/{}/stages/evaluate", passed.number)).ok().says("做完了");
        assert_eq!(town.verify().problems, []);

        // On their day the single answers go; the sums stay.
        town.at("2026-08-15 9:00");
        wugong::work::Worker::new(town.app.clone()).disclose().unwrap();
        assert!(ids(town, "SELECT id FROM survey_choice WHERE county_id = $1").is_empty());
        assert!(ids(town, "SELECT taker_id FROM survey_part WHERE county_id = $1").is_empty());
        town.visitor().get(&survey).ok().says("收回10份");
        committee(town).get(&format!("{survey}/keep")).ok().hides("路灯还暗");
        assert_eq!(town.verify().problems, []);
    });
}

#[test]
fn no_row_entry_or_order_leads_from_an_answer_to_who_gave_it() {
    on_both(|town| {
        let passed = town.passed(Body::GroupMeeting, "2026-04-12", 35);
        let who = committee(town);
        let people = households(town, 9);
        let survey = made(town, &who, &passed.number);
        let traces = || {
            let forms = ids(town, "SELECT form FROM form_key WHERE county_id = $1 ORDER BY form");
            let entries = ids(town, "SELECT id FROM entry WHERE county_id = $1 ORDER BY id");
            (forms, entries)
        };
        let before = traces();
        for (one, picks) in people.iter().zip([[1; 4], [2; 4], [3; 4], [4; 4], [5; 4], [1; 4], [2; 4], [3; 4], [4; 4]])
        {
            answer(one, &survey, picks).is(303);
        }
        assert_eq!(traces(), before, "an answer leaves neither a form's row nor an entry");

        // Ids are by chance, rows lie in the order of ids, and one transaction wrote all of them.
        let places: &'static str = match town.engine {
            "sqlite" => "SELECT id FROM survey_choice WHERE county_id = $1 ORDER BY rowid",
            _ => "SELECT id FROM survey_choice WHERE county_id = $1 ORDER BY ctid",
        };
        let lie = ids(town, places);
        let mut sorted = lie.clone();
        sorted.sort_unstable();
        assert_eq!((lie.len(), &lie), (9, &sorted));
        assert!(lie.iter().all(|id| id.get_version_num() == 4));
        if town.engine != "sqlite" {
            let written: Vec<(i64,)> = town.read(|tx| {
                tx.all("SELECT COUNT(DISTINCT CAST(xmin AS TEXT)) FROM survey_choice WHERE county_id = $1", &[])
            });
            assert_eq!(written, [(1,)]);
        }
        // What a choice is known by stands nowhere else, and who took part has nothing beside it.
        let takers = ids(town, "SELECT taker_id FROM survey_part WHERE county_id = $1");
        assert!(takers.len() == 9 && takers.iter().all(|taker| !lie.contains(taker)));
        let facts: Vec<(String,)> =
            town.read(|tx| tx.all("SELECT facts FROM entry WHERE county_id = $1 AND noun = 'survey'", &[]));
        assert!(lie.iter().all(|id| facts.iter().all(|(facts,)| !facts.contains(&id.to_string()))));
        town.at("2026-05-20 9:00");
        who.get(&format!("{survey}/keep")).ok().form_ending("/close").send().is(303);
        // Nine are too few to be shown.
        town.visitor().get(&survey).ok().says("人太少").hides("人满意");
    });
}

#[test]
fn what_is_wrong_is_put_right_and_looked_at_by_somebody_else() {
    on_both(|town| {
        let passed = town.passed(Body::GroupMeeting, "2026-04-12", 35);
        let who = committee(town);
        households(town, 3);
        let survey = made(town, &who, &passed.number);
        let empty = who.get(&format!("/m/{}/rectify", passed.number)).ok().form_ending("/rectify");
        empty.set("due", "2020-01-01").send().is(422).says("不能早于今天");
        let one = noted(&who, &passed.number);
        town.at("2026-05-20 9:00");
        who.get(&format!("{survey}/keep")).ok().form_ending("/close").send().is(303);
        let stage = format!("/m/{}/stages/evaluate", passed.number);
        town.visitor().get(&stage).ok().hides("做完了");
        who.get(&one).ok().form_ending("/done").set("evidence", "换了两块盖板").send().is(303);
        // Whoever did it has no form to look again, and is refused when sending one all the same.
        let own = who.get(&one).ok();
        assert!(own.forms().iter().all(|form| !form.action.ends_with("/recheck")));
        let hand = [
            ("csrf", who.csrf()),
            ("form", town.id::<()>().to_string()),
            ("finding", "好".to_owned()),
            ("right", "yes".to_owned()),
        ];
        let hand = hand.each_ref().map(|(name, value)| (*name, value.as_str()));
        who.post(&format!("{one}/recheck"), &hand).is(422).says("自己不能复查");
        let other = town.staff(Post::Supervision, town.village);
        let look = || other.get(&one).ok().form_ending("/recheck");
        look().set("finding", "好").set("asked", "2").set("content", "3").send().is(422).says("说好的比问的还多");
        look().set("finding", "还有一块翘").set("right", "no").send().is(303);
        town.visitor().get(&one).ok().says("还没改好").says("退回过");
        who.get(&one).ok().form_ending("/done").set("evidence", "又换了一块").send().is(303);
        look().set("finding", "踩上去不动").set("asked", "3").set("content", "3").send().is(303);
        town.visitor().get(&one).ok().says("看过了，改好了").says("3人满意");
        town.visitor().get(&stage).ok().says("做完了");
        // One that nobody does turns amber after its day; noting it opens the stage again.
        let late = noted(&who, &passed.number);
        town.visitor().get(&stage).ok().says("正在做");
        town.at("2027-01-01 9:00");
        town.visitor().get(&late).ok().says("过了日子还没改好");
        assert_eq!(town.verify().problems, []);
    });
}

#[test]
fn who_has_something_of_it_stands_in_counts_and_the_case_says_what_did_not_work() {
    on_both(|town| {
        let passed = town.passed(Body::GroupMeeting, "2026-04-12", 35);
        let who = committee(town);
        let case = written(town, &who, &passed.number);
        let matter = format!("/m/{}", passed.number);
        town.visitor().get(&case).ok().says("哪里没办好").says("头一批沟盖板太薄");
        town.visitor().get(&matter).ok().says("写成了案例：西巷不淹了");
        town.visitor().get(&format!("{matter}/stages/share")).ok().says("做完了");
        town.visitor().get("/cases?q=%E6%B2%9F%E7%9B%96%E6%9D%BF").ok().says("西巷不淹了");
        town.visitor().get("/cases?q=%E6%B2%A1%E6%9C%89%E7%9A%84").ok().says("没有找到");
        town.visitor().get("/cases?at=429990101201").ok().says("西巷不淹了");

        let count = || who.get(&format!("{matter}/benefit")).ok().form_ending("/benefit");
        let count = |elderly: &str| {
            let form = count().set("households", "46").set("persons", "171").set("elderly", elderly);
            form.set("disabled", "3").set("gave_nothing", "9").set("basis", "按户册数的")
        };
        count("172").send().is(422).says("比总数还多");
        count("38").send().is(303);
        let shown = town.visitor().get(&matter).ok().says("没出钱没出力的户").says("不到5，不写出来").says("38");
        shown.hides("更正了");
        count("40").send().is(422);
        count("40").set("reason", "漏了两位").send().is(303);
        town.visitor().get(&matter).ok().says("更正了哪些人家受益").says("漏了两位");

        // A correction is another edition; the one before can still be read.
        let form = who.get(&format!("{matter}/case")).ok().form_ending("/case");
        let corrected = form.set("money", "花了15万2千元");
        corrected.send().is(422);
        let next = corrected.set("reason", "花费写错了").send().is(303);
        town.visitor().get(next.location()).ok().says("花费写错了").says("15万2千元").says("第1版");
        town.visitor().get(&case).ok().says("后来更正了");
        assert_eq!(town.verify().problems, []);
    });
}
