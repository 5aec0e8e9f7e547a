//! What was built is kept: a facility with its plate, a convention that punishes nobody, a roster that people join by choice, and what
//! anybody reports broken. Each refusal once.

use crate::page::{Form, Page, Visitor};
use crate::passed::PUBLIC_TEXT;
use crate::project::building;
use crate::resolution::{committee, photo};
use crate::town::{Town, on_both};
use civic::id::ResidentId;
use civic::people::standing::Post;

/// Lets the condition before managing pass and opens the stage.
pub fn open_manage(town: &Town, who: &Visitor, number: &str) {
    let gate = format!("/m/{number}/stages/manage");
    let township = town.staff(Post::Township, town.township);
    let form = township.get(&gate).ok().form_ending("/waive");
    let form = form.set("condition", "acceptance").set("name", "周林 副镇长").set("reason", "路先用起来，验收下周补");
    form.send().is(303);
    who.get(&gate).ok().form_ending("/open").send().is(303);
}

/// What the register says of the road.
pub fn told(form: Form) -> Form {
    form.set("name", "西巷水泥路")
        .set("kind", "road")
        .set("spot", "西巷口到祠堂")
        .set("owner", "竹溪村集体")
        .set("user", "西巷各户")
        .set("manager", "柳塆理事会")
        .set("contact", "村委会值班电话 0715-6300000")
        .set("standard", "路面干净，边沟通畅")
        .set("cost", "600")
        .set("cost_source", "村集体")
        .set("warranty", "2027-07-01")
}

/// The road of the story as a facility; its page.
pub fn road(town: &Town) -> (Visitor, String, String) {
    let (who, passed, _) = building(town);
    open_manage(town, &who, &passed.number);
    let form = told(who.get(&format!("/m/{}/facility", passed.number)).ok().form_ending("/facility"));
    let sent = form.send().is(303);
    (who, passed.number, sent.location().split('?').next().unwrap().to_owned())
}

/// A facility that stood there before; its page.
pub fn old(town: &Town) -> (Visitor, String) {
    let who = committee(town);
    let form = told(who.get("/p/429990101201-H01/facility").ok().form_ending("/facility"));
    let sent = form.set("without", "1998年修的，那时没有项目").send().is(303);
    (who, sent.location().split('?').next().unwrap().to_owned())
}

/// What the users agree.
pub fn agreed(form: Form) -> Form {
    form.set("parties", "西巷12户")
        .set("area", "西巷口到祠堂")
        .set("what", "扫路，清边沟")
        .set("how_often", "每周一次")
        .set("money", "扫把由村集体出")
        .set("trouble", "先由理事会调解，谈不拢请村调解委员会")
        .set("from", "2026-05-06")
        .set("until", "2028-05-05")
}

/// A draft of a convention; its form.
pub fn draft(who: &Visitor, facility: &str) -> String {
    let form = agreed(who.get(&format!("{facility}/convention")).ok().form_ending("/convention"));
    let sent = form.set("agreed_by", "西巷12户在祠堂当面说定").send().is(303);
    sent.location().split('?').next().unwrap().to_owned()
}

/// A roster of three weeks with so many people each; its page.
pub fn roster(town: &Town, who: &Visitor, facility: &str, people: &str) -> String {
    let form = who.get(&format!("{facility}/roster")).ok().form_ending("/roster");
    let form = form.set("title", "西巷扫路").set("care", "清沟下雨天不做").set("task", "扫路").set("times", "3");
    let form = form.set("people", people).set("from", &town.today().plus(1).to_string());
    form.send().is(303).location().to_owned()
}

/// Somebody of 柳塆 with a phone.
fn villager(town: &Town, name: &str) -> (ResidentId, Visitor) {
    let household = town.household(town.hamlet, &format!("{name}家"));
    let resident = town.villager(town.hamlet, household, name);
    (resident, town.resident(resident))
}

fn turn(page: &Page, end: &str) -> Form {
    page.forms().into_iter().find(|form| form.action.ends_with(end)).unwrap_or_else(|| panic!("no form ends in {end}"))
}

/// The report of a defect; the path of its slip.
pub fn report(who: &Visitor, facility: &str, words: &str) -> String {
    let form = who.get(&format!("{facility}/report")).ok().form_ending("/report");
    let sent = form.set("finding", "defect").set("words", words).send().is(303);
    sent.location().split('?').next().unwrap().to_owned()
}

/// The committee's page of the first report of a facility.
pub fn fault(who: &Visitor, facility: &str) -> String {
    who.get(facility).ok().links("处理报修").remove(0)
}

#[test]
fn from_the_plate_on_the_road_one_walks_back_to_the_first_slip() {
    on_both(|town| {
        let (who, passed, _) = building(town);
        // Nothing is kept before the stage is open: the form says why, and a sent one is refused.
        let shut = who.get(&format!("/m/{}/facility", passed.number)).ok().says("还没有进到共管");
        told(shut.form_ending("/facility")).send().is(422);
        open_manage(town, &who, &passed.number);
        let form = || told(who.get(&format!("/m/{}/facility", passed.number)).ok().form_ending("/facility"));
        form().set("cost", "六百").send().is(422).says("请写钱数");
        form().set("cost_source", "").send().is(422).says("就写清楚从哪里来");
        form().set("contact", " ").send().is(422).says("这里要写");
        let made = form();
        let sent = made.send().is(303);
        // The same form twice is one facility.
        assert_eq!(made.send().is(303).location(), sent.location());
        let facility = sent.location().split('?').next().unwrap().to_owned();

        let anybody = town.visitor();
        let page =
            anybody.get(&facility).ok().says("柳塆理事会").says("0715-6300000").says("一年管护要花").says("600元");
        page.click("建它的项目").ok().says("要150,000元");
        page.click("当时的决议").ok();
        page.click("整件事").ok().says("登记成设施").click("看这处设施").ok().says("西巷水泥路");
        let first = page.links("第一个提出来的").remove(0);
        assert!(page.says(PUBLIC_TEXT).html().contains(&first));
        let (matter, anchor) = first.split_once('#').unwrap();
        assert!(anybody.get(matter).ok().html().contains(&format!("id=\"{anchor}\"")));
        // The plate, large and small, with its code and whom to call.
        let number = facility.trim_start_matches("/f/");
        for size in ["", "?size=a6"] {
            let plate = anybody.get(&format!("{facility}/plate{size}")).ok();
            let plate = plate.says(number).says("柳塆理事会").says("0715-6300000");
            plate.html().find("<svg").unwrap();
            assert_eq!(crate::papers::pages(crate::papers::file_of(&plate)), 1);
        }
        // A number that is read aloud leads there as it leads to matters.
        let look = anybody.get("/look-up").ok().form("/look-up").set("code", &number.to_lowercase()).send().is(303);
        assert_eq!(look.location(), facility);
        assert_eq!(
            town.read(move |tx| {
                let root = tx_root(tx)?;
                store::manage::facility::list(tx, root, None, None, None, 10)
            })
            .len(),
            1
        );
        assert!(town.verify().problems.is_empty());
    });
}

fn tx_root(tx: &mut store::Tx<'_>) -> store::Result<civic::id::PlaceId> {
    Ok(store::people::place::root(tx)?.id)
}

#[test]
fn what_stood_there_before_is_entered_with_its_reason_and_the_register_shows_each_state() {
    on_both(|town| {
        let who = committee(town);
        let form = || told(who.get("/p/429990101201-H01/facility").ok().form_ending("/facility"));
        form().send().is(422).says("这里要写");
        form().forge("kind", "palace").set("without", "早就有").send().is(422).says("请选一个");
        let (_, facility) = old(town);
        let anybody = town.visitor();
        anybody.get(&facility).ok().says("1998年修的");
        let list = |query: &str| anybody.get(&format!("/facilities?at=429990101201{query}")).ok();
        list("").says("西巷水泥路").says("好用");
        list("&kind=bridge").hides("西巷水泥路");
        anybody.get("/facilities?at=429990101202").ok().hides("西巷水泥路");
        anybody.get("/facilities").ok().says("西巷水泥路");
        // Words are changed, photos come without place and time, and it is closed, opened and gone, each with its reason.
        let edit = || who.get(&format!("{facility}/edit")).ok();
        edit().form_ending("/edit").set("manager", "西巷小组").send().is(303);
        anybody.get(&facility).ok().says("西巷小组");
        let photos = || edit().form_ending("/photos");
        photos().send().is(422);
        let kept = photos().upload("photo", "x.jpg", "image/jpeg", b"no picture").send().is(422).says("这不是照片");
        assert_eq!(kept.form_ending("/edit").value("manager"), Some("西巷小组"));
        photos().upload("photo", "road.jpg", "image/jpeg", &photo(3)).send().is(303);
        anybody.get(&format!("{facility}/photo/1")).ok();
        anybody.get(&format!("{facility}/photo/2")).is(404);
        edit().form_ending("/close").send().is(422).says("这里要写");
        edit().form_ending("/close").set("reason", "边上在挖沟").send().is(303);
        anybody.get(&facility).ok().says("暂停使用").says("边上在挖沟");
        list("&state=closed").says("西巷水泥路");
        edit().form_ending("/reopen").send().is(303);
        edit().form_ending("/remove").set("reason", "并入新路").send().is(303);
        anybody.get(&facility).ok().says("没有了").says("并入新路").hides("看到它好不好");
        list("").hides("西巷水泥路");
        list("&state=removed").says("西巷水泥路");
        told(edit().form_ending("/edit")).send().is(422).says("不能这样做");
        let forged = who.get(&format!("{facility}/report")).ok().says("已经没有了");
        assert!(forged.forms().iter().all(|form| !form.action.ends_with("/report")));
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn a_convention_that_punishes_is_refused_with_the_words_and_the_law_beside_the_field() {
    on_both(|town| {
        let (who, facility) = old(town);
        let form = || agreed(who.get(&format!("{facility}/convention")).ok().form_ending("/convention"));
        for (field, words, said) in [
            ("what", "扫路，不来的罚款50元", "“罚款”不能写"),
            ("trouble", "三次不来的，名字 曝 光", "“曝光”不能写"),
            ("money", "不来的扣发补贴", "“扣发”不能写"),
            ("parties", "家属不得例外", "“家属不得”不能写"),
        ] {
            let sent = form().set(field, words).send().is(422).says(said).says("村民委员会组织法");
            assert_eq!(sent.form_ending("/convention").value(field), Some(words), "nothing typed is lost");
        }
        form().set("what", "扫路，没来的不罚款，换人就行").set("until", "2026-01-01").send().is(422).says("不能早于");
        let edit = draft(&who, &facility);
        let page = edit.trim_end_matches("/edit").to_owned();
        // Nobody but the committee knows of a draft.
        town.staff(Post::Township, town.village_2).get(&page).is(404);
        town.visitor().get(&facility).ok().says("还没有公约");
        let open = |path: &str| who.get(path).ok().form_ending("/edit");
        open(&edit).set("agreed_by", "").send().is(303);
        who.get(&edit).ok().form_ending("/force").send().is(422).says("请选通过它的会");
        open(&edit).tick("village_rules", "1").send().is(303);
        who.get(&edit).ok().form_ending("/force").send().is(422).says("村民会议通过").says("备案号");
        open(&edit).untick("village_rules", "1").set("agreed_by", "西巷12户").send().is(303);
        let force = who.get(&edit).ok().form_ending("/force");
        force.send().is(303);
        force.send().is(303);
        let anybody = town.visitor();
        anybody.get(&page).ok().says("正在用").says("西巷12户").says("每周一次");
        let sheet = anybody.get(&format!("{page}/print")).ok().says("西巷12户");
        sheet.html().find("<svg").unwrap();
        assert_eq!(crate::papers::pages(crate::papers::file_of(&sheet)), 1);
        // It is corrected by another one; both stay, each leads to the other.
        let second = draft(&who, &facility);
        who.get(&second).ok().form_ending("/force").send().is(422).says("已经有一份正在用");
        let correct = || who.get(&page).ok().click("改公约").ok().form_ending("/convention");
        correct().set("how_often", "每月两次").send().is(422).says("这里要写");
        let sent = correct().set("how_often", "每月两次").set("reason", "夏天长草快").send().is(303);
        let next = sent.location().split("/edit").next().unwrap().to_owned();
        who.get(&format!("{next}/edit")).ok().form_ending("/force").send().is(303);
        anybody
            .get(&next)
            .ok()
            .says("每月两次")
            .says("夏天长草快")
            .click("看前一份")
            .ok()
            .says("每周一次")
            .says("不用了");
        anybody.get(&page).ok().click("看接替它的公约").ok().says("每月两次");
        who.get(&format!("{next}/end")).ok().form_ending("/end").send().is(422).says("这里要写");
        who.get(&format!("{next}/end")).ok().form_ending("/end").set("reason", "路改道了").send().is(303);
        anybody.get(&next).ok().says("路改道了");
        who.get(&format!("{next}/end"))
            .ok()
            .form_ending("/end")
            .set("reason", "再来")
            .send()
            .is(422)
            .says("不能这样做");
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn a_meeting_of_the_matter_adopts_a_convention_and_the_matter_shows_it() {
    on_both(|town| {
        let (who, number, facility) = road(town);
        let form = agreed(who.get(&format!("{facility}/convention")).ok().form_ending("/convention"));
        let offered = form.values("meeting").into_iter().find(|value| *value != "none");
        let meeting = offered.expect("the matter's meeting is offered").to_owned();
        form.clone().forge("meeting", &town.id::<()>().to_string()).send().is(422).says("请选一个");
        let sent = form.set("meeting", &meeting).send().is(303);
        let edit = sent.location().split('?').next().unwrap().to_owned();
        who.get(&edit).ok().form_ending("/force").send().is(303);
        let page = town.visitor().get(edit.trim_end_matches("/edit")).ok();
        assert!(page.html().contains(&format!("/meetings/{meeting}")));
        town.visitor().get(&format!("/m/{number}")).ok().says("有了管护公约").click("看公约").ok().says("每周一次");
        // Soon before its last day it stands in the committee's list.
        town.at("2028-04-25 9:00");
        committee(town).get("/work?tab=soon").ok().says("管护公约快到期");
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn people_take_turns_by_choice_swap_them_and_step_back_without_a_trace() {
    on_both(|town| {
        let (who, facility) = old(town);
        let page = roster(town, &who, &facility, "2");
        let (_, one) = villager(town, "陈秀英");
        let (_, two) = villager(town, "葛长山");
        let (_, three) = villager(town, "李国平");
        let anybody = town.visitor();
        anybody.get(&page).ok().says("要2个人，还差2个").says("清沟下雨天不做").says("登录以后可以报名");
        let county = town.staff(Post::County, town.root);
        let entries = town.read(|tx| tx.number("SELECT COUNT(*) FROM entry WHERE county_id = $1", &[]));
        let take = turn(&one.get(&page).ok(), "/take").tick("show_name", "1");
        let sent = take.send().is(303);
        assert_eq!(take.send().is(303).location(), sent.location(), "the same form twice is one turn");
        turn(&two.get(&page).ok(), "/take").send().is(303);
        // Names are read by those on the roster and by who keeps it, and by nobody else.
        one.get(&page).ok().says("葛长山").says("您报了名");
        who.get(&page).ok().says("陈秀英").says("葛长山");
        anybody.get(&page).ok().says("够了").hides("陈秀英");
        three.get(&page).ok().hides("陈秀英");
        county.get(&page).ok().hides("陈秀英");
        // The board shows the given name of who agreed, and of others that somebody comes.
        let sheet = who.get(&format!("{page}/print")).ok();
        let sheet = sheet.says("秀英").hides("陈秀英").says("一位村民").hides("葛长山");
        assert_eq!(crate::papers::pages(crate::papers::file_of(&sheet)), 1);
        // The first turn is full; what was sent from an old page is refused.
        let full = take.action.clone();
        let forged = |visitor: &Visitor, path: &str| {
            visitor.post(path, &[("csrf", &visitor.csrf()), ("form", &town.id::<()>().to_string())])
        };
        forged(&three, &full).is(409).says("这次人够了");
        forged(&one, &full).is(409).says("已经报了这一次");
        forged(&three, &full.replace("/take", "/leave")).is(409).says("您没有报这一次");
        forged(&three, &full.replace("/take", "/over")).is(409).says("没有人要找人接");
        // A swap: one offers, another takes over; nobody is on it twice, and the turn is as full as before.
        turn(&two.get(&page).ok(), "/offer").send().is(303);
        two.get(&page).ok().says("正在找人接");
        turn(&three.get(&page).ok(), "/over").send().is(303);
        three.get(&page).ok().says("李国平").hides("葛长山");
        two.get(&page).ok().hides("您报了名");
        // Stepping back needs no reason and leaves nothing behind.
        turn(&three.get(&page).ok(), "/leave").send().is(303);
        anybody.get(&page).ok().says("要2个人，还差1个");
        let after = town.read(|tx| tx.number("SELECT COUNT(*) FROM entry WHERE county_id = $1", &[]));
        assert_eq!(entries, after, "a turn taken and given back makes no entry");
        assert_eq!(town.read(|tx| tx.number("SELECT COUNT(*) FROM sign_up WHERE county_id = $1", &[])), 1);
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn nobody_is_put_on_a_roster_by_others_and_a_helper_needs_the_persons_consent() {
    on_both(|town| {
        let (who, facility) = old(town);
        let page = roster(town, &who, &facility, "1");
        let (resident, own) = villager(town, "陈秀英");
        let take = turn(&own.get(&page).ok(), "/take").action.clone();
        let forged = |visitor: &Visitor| {
            visitor.post(&take, &[("csrf", &visitor.csrf()), ("form", &town.id::<()>().to_string())])
        };
        // The keeper acts for nobody and cannot enter anybody; a neighbour of another village cannot join.
        forged(&who).is(403).says("本村的人自己报名");
        let household = town.household(town.village_2, "梨园1号");
        let far = town.resident(town.villager(town.village_2, household, "何大贵"));
        forged(&far).is(403);
        forged(&town.visitor()).is(401);
        // With consent, said or on paper, the keeper enters it as a helper, and the effect is the person's.
        let helper = who.get(&format!("/helper/{resident}")).ok().form_ending(&resident.to_string());
        helper.set("agreed", "signed").send().is(303);
        turn(&who.get(&page).ok(), "/take").send().is(303);
        own.get(&page).ok().says("您报了名");
        own.get("/mine/data").ok().says("轮值报名").says("西巷扫路");
        // Taken off with everything else on the person's wish.
        own.get("/mine/erase").ok().form("/mine/erase").set("what", "all").tick("sure", "1").send().is(303);
        assert_eq!(town.read(|tx| tx.number("SELECT COUNT(*) FROM sign_up WHERE county_id = $1", &[])), 0);
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn two_who_take_the_last_place_at_once_leave_one_on_the_roster() {
    on_both(|town| {
        let (who, facility) = old(town);
        let page = roster(town, &who, &facility, "1");
        let people: Vec<Visitor> = (0..4).map(|n| villager(town, &format!("葛{n}山")).1).collect();
        let forms: Vec<Form> = people.iter().map(|one| turn(&one.get(&page).ok(), "/take")).collect();
        let answers: Vec<u16> = std::thread::scope(|scope| {
            let sent: Vec<_> = forms.iter().map(|form| scope.spawn(|| form.send().status.as_u16())).collect();
            sent.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert_eq!(answers.iter().filter(|status| **status == 303).count(), 1, "{answers:?}");
        assert!(answers.iter().all(|status| matches!(*status, 303 | 409)), "{answers:?}");
        town.visitor().get(&page).ok().says("要1个人，够了");
        assert_eq!(town.read(|tx| tx.number("SELECT COUNT(*) FROM sign_up WHERE county_id = $1", &[])), 1);
    });
}

#[test]
fn turns_are_made_called_off_and_closed_and_their_names_go_after_ninety_days() {
    on_both(|town| {
        let (who, facility) = old(town);
        let form = || {
            who.get(&format!("{facility}/roster")).ok().form_ending("/roster").set("title", "扫路").set("task", "扫路")
        };
        form().set("times", "0").send().is(422).says("请写1到60次");
        form().set("people", "51").send().is(422).says("请写1到50个人");
        form().set("from", "2026-01-01").send().is(422).says("不能早于今天");
        form().set("title", "").send().is(422).says("这里要写");
        let page = roster(town, &who, &facility, "2");
        let more = || who.get(&format!("{page}/slots")).ok().form_ending("/slots");
        more().set("times", "60").send().is(303);
        more().set("times", "60").send().is(422).says("往后最多排120次");
        let (_, one) = villager(town, "陈秀英");
        turn(&one.get(&page).ok(), "/take").tick("remind", "1").send().is(303);
        // Whoever asked for it is reminded the evening before, once; whoever stepped back is not.
        let worker = wugong::work::Worker::new(town.app.clone());
        let port = Said::default();
        worker.jobs(&port).unwrap();
        assert_eq!(port.0.lock().unwrap().len(), 0, "it is not evening yet");
        town.at(&format!("{} 18:05", town.today()));
        for _ in 0..3 {
            worker.jobs(&port).unwrap();
        }
        let said = port.0.lock().unwrap().clone();
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].contains("扫路") && said[0].contains("西巷口到祠堂"), "{said:?}");
        let off = turn(&who.get(&page).ok(), "/off");
        off.send().is(303);
        town.visitor().get(&page).ok().says("这次不做了");
        turn(&who.get(&page).ok(), "/close").send().is(303);
        town.visitor().get(&page).ok().says("不再报名");
        let last = town.today().plus(1 + 6);
        town.at(&format!("{} 9:00", last.plus(90)));
        worker.sweep().unwrap();
        assert_eq!(town.read(|tx| tx.number("SELECT COUNT(*) FROM sign_up WHERE county_id = $1", &[])), 1);
        town.at(&format!("{} 9:00", last.plus(91)));
        worker.sweep().unwrap();
        assert_eq!(town.read(|tx| tx.number("SELECT COUNT(*) FROM sign_up WHERE county_id = $1", &[])), 0);
        assert!(town.verify().problems.is_empty());
    });
}

/// A gateway that keeps what it was given.
#[derive(Default)]
struct Said(std::sync::Mutex<Vec<String>>);

impl wugong::messages::Port for Said {
    fn send(&self, _: civic::id::JobId, message: &store::messages::Message) -> Result<(), String> {
        self.0.lock().unwrap().push(message.text.clone());
        Ok(())
    }
}

#[test]
fn anybody_reports_a_defect_and_the_clock_runs_on_the_side_of_who_looks_after_it() {
    on_both(|town| {
        let (who, number, facility) = road(town);
        let anybody = town.visitor();
        let form = || anybody.get(&format!("{facility}/report")).ok().form_ending("/report");
        form().send().is(422).says("请选一个");
        form().set("finding", "defect").send().is(422).says("请写哪里坏了");
        form().set("finding", "defect").upload("photo", "x.jpg", "image/jpeg", b"no").send().is(422);
        form().set("finding", "well").send().is(303);
        anybody.get(&facility).ok().says("有人看过，没问题").says("好用");
        let sent = form().set("finding", "defect").set("words", "边沟盖板断了，差点崴了脚");
        let sent = sent.upload("photo", "lid.jpg", "image/jpeg", &photo(9)).send().is(303);
        let slip = sent.location().split('?').next().unwrap().to_owned();
        // Everybody reads that something is broken; words, photo and who it was are for those who handle it.
        let page = anybody.get(&facility).ok().says("有地方坏了").says("等答复").hides("崴了脚");
        assert!(!page.html().contains("/faults/"));
        anybody.get(&slip).ok().says("崴了脚").says("等答复");
        let handle = fault(&who, &facility);
        who.get(&handle).ok().says("崴了脚").says("没有留名");
        who.get(&format!("{handle}/photo")).ok();
        for other in [town.staff(Post::Township, town.village_2), town.staff(Post::Auditor, town.root)] {
            other.get(&handle).is(404);
        }
        town.staff(Post::County, town.root).get(&handle).is(403);
        // The slip's code leads to the answer from where one types it.
        let code = slip.trim_start_matches("/reports/");
        let look = anybody.get("/look-up").ok().form("/look-up").set("code", code).send().is(303);
        assert_eq!(look.location(), slip);
        anybody.get("/reports/000000000000").is(404);
        // It stands in the work list of the committee, and above it in amber once it is late.
        who.get("/work?tab=all").ok().says("设施坏了，要修");
        town.at("2026-06-30 9:00");
        let who = committee(town);
        let late = town.staff(Post::Township, town.township).get("/work?tab=over").ok().html();
        let row = late.split("<tr").skip(1).find(|row| row.contains("设施坏了，要修")).unwrap().to_owned();
        assert!(row.contains("class=\"wait\"") && !row.contains("/faults/"), "{row}");
        // Answered, with a day; then mended.
        let act = |end: &str| who.get(&handle).ok().form_ending(end);
        act("/answer").send().is(422).says("这里要写");
        act("/answer").set("answer", "换盖板").set("promised", "2026-06-01").send().is(422).says("已经过了");
        act("/answer").set("answer", "盖板断了，换新的").set("promised", "2026-07-05").send().is(303);
        anybody.get(&slip).ok().says("盖板断了，换新的").says("7月5日以前");
        act("/mend").set("answer", "换好了").set("day", "2026-07-09").send().is(422).says("还没有到");
        let mend = act("/mend").set("answer", "换好了").set("day", "2026-06-30");
        mend.send().is(303);
        mend.send().is(303);
        anybody.get(&facility).ok().says("好用").says("6月30日修好了").says("换好了");
        anybody.get(&format!("/m/{number}")).ok().says("“西巷水泥路”修好了");
        let list = who.get("/work?tab=all").ok().html();
        assert!(!list.split("<tbody>").nth(1).unwrap().contains("设施坏了，要修"));
        // Another report that is none is put aside with its reason; who says so by name is known to those who handle it.
        let (_, own) = villager(town, "葛守田");
        let form = own.get(&format!("{facility}/report")).ok().form_ending("/report");
        form.set("finding", "defect").set("words", "路灯不亮").tick("named", "1").send().is(303);
        let other = fault(&who, &facility);
        who.get(&other).ok().says("葛守田");
        anybody.get(&facility).ok().hides("葛守田");
        who.get(&other).ok().form_ending("/dismiss").set("answer", "路灯归供电所，已经转告").send().is(303);
        own.get("/mine/data").ok().says("路灯不亮");
        own.get("/mine/erase").ok().form("/mine/erase").set("what", "all").tick("sure", "1").send().is(303);
        who.get(&other).ok().hides("路灯不亮").hides("葛守田").says("已经转告");
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn a_helper_reports_for_a_neighbour_and_too_many_reports_wait() {
    on_both(|town| {
        let (_, facility) = old(town);
        let (resident, _) = villager(town, "陈秀英");
        let helper = town.staff(Post::Facilitator, town.hamlet);
        let ask = helper.get(&format!("/helper/{resident}")).ok().form_ending(&resident.to_string());
        ask.set("agreed", "spoken").send().is(303);
        helper.get(&format!("{facility}/report")).ok().says("替陈秀英说");
        report(&helper, &facility, "栏杆松了");
        let who = committee(town);
        who.get(&fault(&who, &facility)).ok().says("陈秀英（由人代办）");
        let anybody = town.visitor();
        for n in 0..20 {
            report(&anybody, &facility, &format!("第{n}处"));
        }
        let form = anybody.get(&format!("{facility}/report")).ok().form_ending("/report");
        form.set("finding", "defect").set("words", "又一处").send().is(429);
        assert!(town.verify().problems.is_empty());
    });
}
