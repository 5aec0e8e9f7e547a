//! What follows a passed motion: the resolution, its posting for fifteen full days, corrections, objections, and the way back to the
//! first slip.

use crate::page::{Page, Visitor};
use crate::passed::{MOTION, PUBLIC_TEXT, Passed};
use crate::town::{Town, on_both};
use axum::body::Body as Bytes;
use axum::http::Request;
use civic::decide::matter::PlanState;
use civic::people::standing::Post;
use civic::record::Noun;
use civic::rules::Body;
use store::record::verify::Problem;

const DAY: &str = "2026-04-12";

pub fn committee(town: &Town) -> Visitor {
    town.staff(Post::Committee, town.village)
}

/// The committee makes the resolution of a passed motion; the path of its page.
pub fn resolve(who: &Visitor, passed: &Passed) -> String {
    let form = who.get(&format!("/m/{}/resolve", passed.number)).ok().form_ending("/resolve");
    assert_eq!(form.value("text"), Some(MOTION), "the words that people raised their hands for stand there already");
    let made = form.set("who_acts", "村委会牵头，理事会施工").set("deadline", "2026-06-30").send().is(303);
    made.location().split('?').next().unwrap().to_owned()
}

/// Posts a resolution on that day; the path of the posting's page.
pub fn post(who: &Visitor, resolution: &str, posted_on: &str) -> String {
    let form = who.get(&format!("{resolution}/post")).ok().form_ending("/post");
    let hung = form.set("hangs_at", "活动室公开栏，柳塆祠堂门口").set("posted_on", posted_on).send().is(303);
    hung.location().to_owned()
}

pub fn resolved_and_posted(town: &Town) -> (Visitor, Passed, String, String) {
    town.at("2026-04-12 21:00");
    let passed = town.passed(Body::GroupMeeting, DAY, 35);
    let who = committee(town);
    let resolution = resolve(&who, &passed);
    town.at("2026-04-13 9:00");
    let posting = post(&who, &resolution, "2026-04-13");
    (who, passed, resolution, posting)
}

pub fn object(who: &Visitor, posting: &str, text: &str) -> Page {
    who.get(&format!("{posting}/object")).ok().form_ending("/object").set("text", text).send()
}

fn plan(town: &Town, passed: &Passed) -> PlanState {
    let id = passed.matter;
    town.read(move |tx| store::decide::matter::get(tx, id)).plan
}

/// What the worker does once a while.
fn sweep(town: &Town) -> usize {
    wugong::work::Worker::new(town.app.clone()).disclose().unwrap()
}

/// A small photo, as a phone would send it.
pub fn photo(shade: u8) -> Vec<u8> {
    let picture = image::RgbImage::from_pixel(64, 48, image::Rgb([shade, 200, 180]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Jpeg).unwrap();
    bytes.into_inner()
}

#[test]
fn a_passed_motion_becomes_a_resolution_that_says_why_and_leads_back_to_the_first_slip() {
    on_both(|town| {
        town.at("2026-04-12 21:00");
        let passed = town.passed(Body::GroupMeeting, DAY, 35);
        let who = committee(town);
        let path = resolve(&who, &passed);
        assert_eq!(plan(town, &passed), PlanState::Decided);

        let anybody = town.visitor();
        let page = anybody.get(&path).ok();
        for words in [
            MOTION,
            "村委会牵头，理事会施工",
            "6月30日",
            "到场要32户（应到的三分之二），到了39户。",
            "赞成要20户（到场的过半数），有35户。",
            "通过，35户赞成",
            "怕水排到后墙",
            "村民委员会组织法",
            "国家规则2026版第1版",
        ] {
            page.clone().says(words);
        }
        // Not a word of the raiser's own, only what the committee published.
        let page = page.says(PUBLIC_TEXT).hides("一下雨巷子就淹").hides("陈秀英");
        let back = page.links(PUBLIC_TEXT);
        let matter = anybody.get(back.first().unwrap()).ok();
        assert!(matter.html().contains(back[0].split_once('#').unwrap().1), "the link leads to the slip on the chain");
        // And forward again, from the matter to the resolution.
        matter.says("会上形成了决议").click("看决议和票数").ok().says(MOTION);
        // From the slip itself it is two steps as well.
        let slip = anybody.get(&format!("/s/{}", passed.code)).ok();
        let matter = slip.links("西巷水泥路");
        anybody.get(&matter[0]).ok().click("看决议和票数").ok().says(MOTION);
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn steps_that_are_missing_stand_in_the_way_by_name() {
    on_both(|town| {
        town.at("2026-04-12 21:00");
        let passed = town.passed(Body::VillagersAssembly, DAY, 35);
        let who = committee(town);
        let page = who.get(&format!("/m/{}/resolve", passed.number)).ok();
        let page = page
            .says("还缺3步")
            .says("还没有：党支部提议")
            .says("还没有：村两委会商")
            .says("还没有：党员大会审议")
            .says("X-VA-step-1");
        let sent = page.form_ending("/resolve").set("who_acts", "村委会").send().is(422);
        sent.says("还缺3步，先是党支部提议").says(MOTION);
        assert_ne!(plan(town, &passed), PlanState::Decided);
        let found = town.read({
            let id = passed.matter;
            move |tx| store::decide::resolution::of_matter(tx, id)
        });
        assert!(found.is_empty());
    });
}

#[test]
fn a_form_sent_twice_makes_one_resolution_and_two_officers_make_one() {
    on_both(|town| {
        town.at("2026-04-12 21:00");
        let passed = town.passed(Body::GroupMeeting, DAY, 35);
        let (first, second) = (committee(town), committee(town));
        let theirs = second.get(&format!("/m/{}/resolve", passed.number)).ok().form_ending("/resolve");
        let form = first.get(&format!("/m/{}/resolve", passed.number)).ok().form_ending("/resolve");
        let form = form.set("who_acts", "村委会");
        let (once, twice) = (form.send().is(303), form.send().is(303));
        assert_eq!(once.location(), twice.location());
        theirs.set("who_acts", "理事会").send().is(409);
        first.get(&format!("/m/{}/resolve", passed.number)).ok().says("这件事没有表决通过、等着写成决议的");
    });
}

#[test]
fn without_the_signed_paper_it_is_recorded_and_not_certified() {
    on_both(|town| {
        town.at("2026-04-12 21:00");
        let passed = town.passed(Body::GroupMeeting, DAY, 35);
        let who = committee(town);
        let path = resolve(&who, &passed);
        let anybody = town.visitor();
        anybody.get(&path).ok().says("已记录，未核实原件").hides("看得清名字");

        let form = || who.get(&format!("{path}/certify")).ok().form_ending("/certify");
        form().send().is(422).says("请选照片");
        form().upload("photo", "a.jpg", "image/jpeg", b"no picture").send().is(422).says("这不是照片");
        let cut = photo(9);
        form().upload("photo", "a.jpg", "image/jpeg", &cut[..cut.len() / 2]).send().is(422).says("没有传完整");
        let mut many = form();
        for n in 0..7 {
            many = many.upload("photo", "a.jpg", "image/jpeg", &photo(n));
        }
        many.send().is(422).says("最多交6张");
        anybody.get(&path).ok().says("已记录，未核实原件");

        let pages =
            form().upload("photo", "1.jpg", "image/jpeg", &photo(1)).upload("photo", "2.jpg", "image/jpeg", &photo(2));
        pages.send().is(303);
        anybody.get(&path).ok().says("已核实原件").hides("未核实原件").hides("/scan/");
        // The sheet bears names: those who keep meetings there see it, and nobody else.
        let seen = who.get(&path).ok().says("第2页").click("第2页").ok();
        assert_eq!(seen.header("content-type"), Some("image/jpeg"));
        who.get(&format!("{path}/scan/3")).is(404);
        anybody.get(&format!("{path}/scan/1")).is(303);
        town.staff(Post::Auditor, town.root).get(&format!("{path}/scan/1")).is(403);
        town.staff(Post::Committee, town.village_2).get(&format!("{path}/scan/1")).is(403);
        // A better photo may follow; what was handed in before is kept.
        form().upload("photo", "1.jpg", "image/jpeg", &photo(3)).send().is(303);
        who.get(&path).ok().says("第1页").hides("第2页");
        assert!(town.verify().problems.is_empty());

        // Every page of the paper stands in the record: one that is taken out by hand is missed.
        let more =
            form().upload("photo", "1.jpg", "image/jpeg", &photo(4)).upload("photo", "2.jpg", "image/jpeg", &photo(5));
        more.send().is(303);
        assert!(town.verify().problems.is_empty());
        let id = uuid::Uuid::try_parse(path.trim_start_matches("/r/")).unwrap();
        town.write(move |tx| {
            tx.run(
                "DELETE FROM resolution_scan WHERE county_id = $1 AND resolution_id = $2 AND position = 2",
                store::args![id],
            )?;
            Ok(tx.commit_quiet(store::Quiet::Nothing, ()))
        });
        let problems = town.verify().problems;
        let missed = |problem: &Problem| match problem {
            Problem::Altered { noun: Noun::Resolution, fields, .. } => fields.iter().any(|field| field == "scans"),
            _ => false,
        };
        assert!(problems.iter().any(missed), "{problems:?}");
    });
}

#[test]
fn a_resolution_hangs_fifteen_full_days_and_nobody_can_take_it_down_before() {
    on_both(|town| {
        let (who, passed, _, posting) = resolved_and_posted(town);
        assert_eq!(plan(town, &passed), PlanState::Posted);
        let anybody = town.visitor();
        anybody.get(&posting).ok().says("4月13日到4月28日").says("还剩16天").says("有异议，4月28日24点前提");

        // There is no way to withdraw it, not even one that is refused.
        for end in ["withdraw", "delete", "cancel"] {
            who.post(&format!("{posting}/{end}"), &[]).is(404);
        }
        who.ask(Request::delete(&posting), Bytes::empty()).is(404);
        who.post(&posting, &[]).is(404);

        town.at("2026-04-28 23:59");
        who.get(&posting).ok().hides("take-down");
        who.get(&format!("{posting}/take-down")).ok().says("还没有贴满");
        assert_eq!(sweep(town), 0);

        town.at("2026-04-29 8:00");
        assert_eq!(sweep(town), 1);
        assert_eq!(plan(town, &passed), PlanState::Disclosed);
        assert_eq!(sweep(town), 0, "a second sweep finds nothing to do");
        let form = who.get(&posting).ok().click("记下揭下的日子").ok().form_ending("/take-down");
        form.clone().set("on", "2026-04-28").send().is(422).says("要贴到4月28日24点，还没有满");
        form.clone().set("on", "2026-04-30").send().is(422).says("这一天还没有到");
        form.set("on", "2026-04-29").send().is(303);
        anybody.get(&posting).ok().says("4月29日揭下").says(MOTION);
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn a_sheet_hung_before_it_is_entered_keeps_its_true_day() {
    on_both(|town| {
        town.at("2026-04-12 21:00");
        let passed = town.passed(Body::GroupMeeting, DAY, 35);
        let who = committee(town);
        let resolution = resolve(&who, &passed);
        town.at("2026-04-20 9:00");
        let form = who.get(&format!("{resolution}/post")).ok().form_ending("/post").set("hangs_at", "祠堂");
        form.clone().set("posted_on", "2026-04-11").send().is(422).says("4月12日才开的会");
        form.clone().set("posted_on", "2026-04-21").send().is(422).says("这一天还没有到");
        form.clone().set("posted_on", "4月13").send().is(422).says("没有这个日期");
        let posting = form.set("posted_on", "2026年4月13日").send().is(303).location().to_owned();
        town.visitor().get(&posting).ok().says("4月13日到4月28日").says("还剩9天");
        // It hangs once: the form leads to it from now on.
        assert_eq!(who.get(&format!("{resolution}/post")).is(303).location(), posting);
    });
}

#[test]
fn a_posting_is_corrected_with_both_texts_in_public_and_a_correction_of_substance_starts_the_days_anew() {
    on_both(|town| {
        let (who, passed, _, posting) = resolved_and_posted(town);
        town.at("2026-04-20 10:00");
        let form = || who.get(&format!("{posting}/correct")).ok().form_ending("/correct");
        form().set("reason", "错字").set("substantial", "no").send().is(422).says("和原来写的一样");
        let other = MOTION.replace("180米", "160米");
        form().set("text", &other).set("substantial", "yes").send().is(422).says("这里要写");
        form().set("text", &other).set("reason", "面积写错了").send().is(422).says("请选一个").says("160米");

        let slip = MOTION.replace("水泥路", "水泥路面");
        let changed = slip.replace("180米", "160米");
        form().set("text", &slip).set("reason", "漏了一个字").set("substantial", "no").send().is(303);
        let anybody = town.visitor();
        anybody.get(&posting).ok().says("4月13日到4月28日").says("漏了一个字");

        form().set("text", &changed).set("reason", "长度写错了").set("substantial", "yes").send().is(303);
        let page = anybody.get(&posting).ok().says("4月13日到5月5日").says("长度写错了").says("天数从头算");
        let html = page.html();
        assert!(html.contains("<del>180</del><ins>160</ins>"), "both numbers can be seen");
        assert!(html.contains("<ins>面</ins>"), "the first correction too");
        let number = page.links(&passed.number);
        anybody.get(&number[0]).ok().says("公示改正过一次").says("长度写错了");
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn an_objection_in_time_is_answered_in_public_and_a_late_one_is_refused_with_both_days() {
    on_both(|town| {
        let (who, passed, _, posting) = resolved_and_posted(town);
        town.at("2026-04-15 20:00");
        let anybody = town.visitor();
        let sent = object(&anybody, &posting, "水往我家后墙排，墙要垮").is(303);
        sent.follow().ok().says("收到了").says("村委会应在4月20日前答复").says("第1条").hides("后墙排，墙要垮");
        // The words are for those who answer.
        let supervision = town.staff(Post::Supervision, town.village);
        supervision.get(&posting).ok().hides("墙要垮");

        // The committee's silence shows, and is nobody else's fault.
        town.at("2026-04-22 9:00");
        anybody.get(&posting).ok().says("已超2天");
        let page = who.get(&posting).ok().click("去答复").ok().says("水往我家后墙排，墙要垮");
        let form = page.forms().into_iter().find(|form| form.action.starts_with("/objections/")).unwrap();
        form.clone().set("outcome", "stays").send().is(422).says("这里要写");
        let answer = "有人担心水排到后墙。沟底加深到四十公分，水往东塘走。";
        form.set("outcome", "stays").set("answer", answer).send().is(303);
        anybody.get(&posting).ok().says(answer).says("不改，照原来的办").says("超过了期限").hides("墙要垮");
        anybody.get(&format!("{posting}/answers")).ok().says(answer).says("第1条");

        // The last minute counts, the next one does not.
        town.at("2026-04-28 23:59");
        object(&anybody, &posting, "再提一条").is(303);
        let open = anybody.get(&format!("{posting}/object")).ok().form_ending("/object");
        town.at("2026-04-29 0:01");
        let late = open.set("text", "我昨天没来得及，写了好长一段").send().is(422);
        let late = late.says("公示的异议收到4月28日24点为止，这条是4月29日来的，晚了");
        assert_eq!(
            late.form_ending("/object").value("text"),
            Some("我昨天没来得及，写了好长一段"),
            "nothing typed is lost"
        );
        late.says("当一件新的事反映");
        anybody.get(&format!("{posting}/object")).ok().says("4月28日24点已经过了");

        // A slip that lay in the box in time counts when the box is emptied.
        let form = supervision.get(&posting).ok().click("补记一条异议").ok().form_ending("/object-for");
        let form = form.set("channel", "paper").set("text", "箱子里的纸条");
        form.clone().set("received_on", "2026-04-29").send().is(422).says("这条是4月29日来的，晚了");
        form.clone().set("received_on", "2026-04-12").send().is(422).says("4月13日才张贴");
        form.set("received_on", "2026-04-28").send().is(303);
        anybody.get(&posting).ok().says("第3条，4月28日提出");

        // It does not stand disclosed before everybody has an answer.
        assert_eq!(sweep(town), 0);
        assert_eq!(plan(town, &passed), PlanState::Posted);
        for _ in 0..2 {
            let page = who.get(&posting).ok().click("去答复").ok();
            let form = page.forms().into_iter().find(|form| form.action.starts_with("/objections/")).unwrap();
            form.set("outcome", "stays").set("answer", "看过了，照原来的办。").send().is(303);
        }
        assert_eq!(sweep(town), 1);
        assert_eq!(plan(town, &passed), PlanState::Disclosed);
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn who_objects_without_a_name_cannot_be_read_from_the_table_of_forms() {
    on_both(|town| {
        let (_, _, _, posting) = resolved_and_posted(town);
        let home = town.household(town.hamlet, "西巷3号");
        let who = town.villager(town.hamlet, home, "葛长山");
        let account = town.phone("13900000077", &[who]);
        town.at("2026-04-15 20:00");
        let signed = town.signed_in(account);
        let form = signed.get(&format!("{posting}/object")).ok().form_ending("/object").set("text", "水往我家后墙排");
        let first = form.clone().send().is(303).header("location").unwrap().to_owned();
        assert_eq!(form.send().is(303).header("location"), Some(first.as_str()), "sent again it is the same one");
        let kept = town.read(|tx| tx.all::<(String,)>("SELECT owner FROM form_key WHERE county_id = $1", &[]));
        let id = account.to_string();
        assert!(!kept.is_empty() && kept.iter().all(|(owner,)| !owner.contains(&id)), "{kept:?}");
        // Nor whose any other form was: the committee resolved and posted.
        assert!(kept.iter().all(|(owner,)| uuid::Uuid::try_parse(owner).is_err()), "{kept:?}");
    });
}

#[test]
fn an_objection_that_is_upheld_sends_the_matter_to_a_meeting_again() {
    on_both(|town| {
        let (who, passed, _, posting) = resolved_and_posted(town);
        town.at("2026-04-15 20:00");
        object(&town.visitor(), &posting, "没有通知东头的人").is(303);
        let page = who.get(&posting).ok().click("去答复").ok();
        let form = page.forms().into_iter().find(|form| form.action.starts_with("/objections/")).unwrap();
        form.set("outcome", "to_meeting").set("answer", "通知确实漏了，再开一次会。").send().is(303);
        assert_eq!(plan(town, &passed), PlanState::Deliberated);
        let id = passed.matter;
        let topics = town.read(move |tx| store::decide::topic::of_matter(tx, id));
        assert_eq!(topics[0].state, civic::decide::topic::TopicState::Open);
        town.visitor().get(&format!("/m/{}", passed.number)).ok().says("村委会答复异议：再开会议");
        town.at("2026-04-29 9:00");
        assert_eq!(sweep(town), 0);
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn who_objects_is_known_to_those_who_answer_and_to_nobody_else() {
    on_both(|town| {
        let (who, _, _, posting) = resolved_and_posted(town);
        let household = town.household(town.hamlet, "葛长山户");
        let person = town.villager(town.hamlet, household, "葛长山");
        let resident = town.resident(person);
        town.at("2026-04-15 20:00");
        let form = resident.get(&format!("{posting}/object")).ok().form_ending("/object");
        form.clone().set("text", "路不要修到我家门口").send().is(422).says("请选一个");
        form.set("text", "路不要修到我家门口").set("who", "named").send().is(303);
        let form = resident.get(&format!("{posting}/object")).ok().form_ending("/object");
        let owned = || {
            town.read(|tx| {
                tx.number(
                    "SELECT COUNT(*) FROM form_key WHERE county_id = $1 AND owner NOT IN ('visitor', 'told')",
                    &[],
                )
            })
        };
        let before = owned();
        let sent = form.set("text", "还有一句不留名").set("who", "unnamed").send().is(303);
        assert_eq!(owned(), before, "no form's key leads from the account to what it said without a name");
        assert!(
            sent.location().ends_with("?objected=yes"),
            "the form's key knows the account and must not know the objection"
        );
        let pages: Vec<String> = who.get(&posting).ok().links("去答复");
        who.get(&pages[0]).ok().says("葛长山");
        who.get(&pages[1]).ok().hides("葛长山");
        for other in
            [town.visitor(), town.staff(Post::Supervision, town.village), town.staff(Post::Township, town.township)]
        {
            other.get(&posting).ok().hides("葛长山").hides("我家门口");
            assert!(matches!(other.get(&pages[0]).status.as_u16(), 303 | 403));
        }
        // Erased on wish: the answer stays, the words and the name go, and the record still holds.
        let (now, today, chance) = (town.now(), town.today(), town.chance());
        town.write(move |tx| {
            let mut own = chance.clone();
            let mut deed =
                store::people::erasure::Deed { today, now, actor: civic::record::Actor::NOBODY, chance: &mut own };
            let entries = store::people::erasure::resident(tx, person, &mut deed)?;
            tx.commit(&entries, ())
        });
        who.get(&pages[0]).ok().hides("葛长山").hides("我家门口");
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn a_recount_that_flips_makes_it_void_and_the_sheet_must_be_corrected() {
    on_both(|town| {
        let (who, passed, resolution, posting) = resolved_and_posted(town);
        town.at("2026-04-16 9:00");
        town.recounted(&passed, 19, "有几只手数了两遍");
        assert_eq!(plan(town, &passed), PlanState::Deliberated);
        let anybody = town.visitor();
        anybody
            .get(&resolution)
            .ok()
            .says("作废")
            .says("重新数票以后，这件事没有通过")
            .says("有几只手数了两遍")
            .says("没有通过，19户赞成");
        anybody.get(&posting).ok().says("作废");
        who.get(&format!("{resolution}/certify"))
            .ok()
            .form_ending("/certify")
            .upload("photo", "a.jpg", "image/jpeg", &photo(1))
            .send()
            .is(422)
            .says("已经作废");
        // Of substance whatever anybody says: nothing to choose.
        let page = who.get(&format!("{posting}/correct")).ok().says("重新点过票");
        let form = page.form_ending("/correct");
        assert_eq!(form.value("substantial"), None);
        form.set("text", "重新点票，19户赞成，没有通过。").set("reason", "重新点票").send().is(303);
        anybody.get(&posting).ok().says("4月13日到5月1日");
        town.at("2026-05-02 9:00");
        assert_eq!(sweep(town), 0, "a void resolution is never disclosed");
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn a_vote_or_a_text_edited_in_the_database_by_hand_is_named() {
    on_both(|town| {
        let (_, passed, resolution, _) = resolved_and_posted(town);
        assert!(town.verify().problems.is_empty());
        let count = passed.count.id;
        town.write(move |tx| {
            tx.run("UPDATE motion_count SET in_favour = 36 WHERE county_id = $1 AND id = $2", store::args![count])?;
            Ok(tx.commit_quiet(store::Quiet::Nothing, ()))
        });
        let named = |problems: &[Problem], wanted: Noun, which: uuid::Uuid, field: &str| {
            problems.iter().any(|problem| match problem {
                Problem::Altered { noun, id, fields, .. } => {
                    *noun == wanted && *id == which && fields.iter().any(|f| f == field)
                }
                _ => false,
            })
        };
        let problems = town.verify().problems;
        assert!(named(&problems, Noun::Count, count.uuid(), "in_favour"), "{problems:?}");
        assert_eq!(problems.len(), 1);
        let id = uuid::Uuid::try_parse(resolution.trim_start_matches("/r/")).unwrap();
        town.write(move |tx| {
            tx.run("UPDATE resolution SET text = '修东巷' WHERE county_id = $1 AND id = $2", store::args![id])?;
            Ok(tx.commit_quiet(store::Quiet::Nothing, ()))
        });
        let problems = town.verify().problems;
        assert!(named(&problems, Noun::Resolution, id, "text"), "{problems:?}");
    });
}

#[test]
fn the_sheet_says_everything_on_paper_with_a_code_that_leads_to_the_matter() {
    on_both(|town| {
        let (_, passed, _, posting) = resolved_and_posted(town);
        let anybody = town.visitor();
        let before = anybody.get(&format!("{posting}/print")).ok().hides("记录号");
        for words in [
            "决议公示",
            "竹溪村 柳塆",
            MOTION,
            "48户",
            "赞成要20户",
            "怕水排到后墙",
            "有异议，4月28日24点前提",
            "0715-6300000",
            passed.number.as_str(),
            "村委会5天内答复",
            "2026年4月13日张贴，2026年4月29日揭下（满15天）",
            "盖章处",
        ] {
            before.clone().says(words);
        }
        assert!(before.html().contains("class=\"qr\""));
        town.seal();
        town.wait_minutes(1);
        anybody.get(&format!("{posting}/print")).ok().says("记录号");
    });
}

#[test]
fn postings_of_a_place_stand_in_a_list_the_open_ones_first() {
    on_both(|town| {
        let (_, _, _, posting) = resolved_and_posted(town);
        let anybody = town.visitor();
        for at in ["429990101201-H01", "429990101201", "429990101000", "429990000000"] {
            anybody.get(&format!("/postings?at={at}")).ok().says("正在公示").says("西巷水泥路").says("还有16天");
        }
        anybody.get("/postings?at=429990101201-H02").ok().says("这里还没有公示");
        anybody.get("/postings?at=429990101202").ok().says("这里还没有公示");
        anybody.get("/p/429990101201-H01").ok().says("等您").says("西巷水泥路");
        town.at("2026-05-01 9:00");
        anybody.get("/postings?at=429990101201").ok().says("公示满了的").says("现在没有正在公示的");
        anybody.get("/p/429990101201-H01").ok().says("现在没有等您的事");
        let _ = posting;
    });
}

#[test]
fn long_lists_of_postings_go_on_page_after_page_without_a_gap_or_a_double() {
    on_both(|town| {
        town.at("2026-04-12 21:00");
        let who = committee(town);
        let mut all = Vec::new();
        for n in 0..24 {
            town.at("2026-04-12 21:00");
            let passed = town.passed(Body::GroupMeeting, DAY, 35);
            let resolution = resolve(&who, &passed);
            // Half of them are over on the day on which the list is read.
            town.at(if n % 2 == 0 { "2026-04-13 9:00" } else { "2026-04-20 9:00" });
            all.push(post(&who, &resolution, if n % 2 == 0 { "2026-04-13" } else { "2026-04-20" }));
        }
        town.at("2026-05-02 9:00");
        let anybody = town.visitor();
        let mut page = anybody.get("/postings?at=429990101201").ok();
        let mut seen: Vec<String> = page.links("西巷水泥路");
        let (_, statements) = town.statements(|| anybody.get("/postings?at=429990101201&x=1").ok());
        assert!(statements <= 6, "{statements} statements");
        while let Some(next) = page.links("往后看").first().cloned() {
            page = anybody.get(&next).ok();
            seen.extend(page.links("西巷水泥路"));
        }
        assert_eq!(seen.len(), 24);
        seen.sort();
        all.sort();
        assert_eq!(seen, all);
    });
}

/// What people paste or type by mistake into one line or text, and the sentence that comes of it.
fn nonsense() -> [(String, &'static str); 4] {
    [
        (String::new(), "这里要写"),
        ("路\u{202e}面".into(), "把字倒过来"),
        ("路\u{0}面".into(), "看不见的符号"),
        ("长".repeat(9_000), "个字"),
    ]
}

/// Days that are none.
const NO_DAYS: [&str; 6] = ["2026-02-30", "明天", "2026-13-01", "\u{202e}2026-04-13", "2026-04-13\u{0}", "99999-01-01"];

#[test]
fn nonsense_on_the_way_to_the_wall_is_said_beside_its_field_and_nothing_typed_is_lost() {
    on_both(|town| {
        town.at("2026-04-12 21:00");
        let passed = town.passed(Body::GroupMeeting, DAY, 35);
        let who = committee(town);
        let form = || who.get(&format!("/m/{}/resolve", passed.number)).ok().form_ending("/resolve");
        let form = || form().set("who_acts", "村委会");
        for (typed, sentence) in nonsense() {
            for field in ["text", "who_acts"] {
                let wrong = form().set(field, &typed).send().is(422).says(sentence);
                assert_eq!(wrong.form_ending("/resolve").value(field), Some(typed.as_str()), "{field}");
            }
        }
        for typed in NO_DAYS {
            for field in ["deadline", "effective_on"] {
                let wrong = form().set(field, typed).send().is(422).says("没有这个日期");
                assert_eq!(wrong.form_ending("/resolve").value(field), Some(typed), "{field}");
            }
        }
        form().set("deadline", "2026-04-11").send().is(422).says("不能早于4月12日");
        form().set("effective_on", "2026-04-11").send().is(422).says("不能早于4月12日");
        let mut forged = form().forge("motion", "x\u{0}").send();
        forged = forged.is(422).says("请选一个");
        assert_eq!(forged.form_ending("/resolve").value("text"), Some(MOTION));
        let made = form()
            .set("deadline", "２０２６年６月３０日")
            .set("who_acts", "村委会🚧")
            .send()
            .is(303)
            .location()
            .split('?')
            .next()
            .unwrap()
            .to_owned();
        town.visitor().get(&made).ok().says("6月30日").says("村委会🚧");

        let hang = || who.get(&format!("{made}/post")).ok().form_ending("/post").set("hangs_at", "祠堂");
        for (typed, sentence) in nonsense() {
            for field in ["text", "hangs_at"] {
                let wrong = hang().set(field, &typed).send().is(422).says(sentence);
                assert_eq!(wrong.form_ending("/post").value(field), Some(typed.as_str()), "{field}");
            }
        }
        for typed in NO_DAYS {
            let wrong = hang().set("posted_on", typed).send().is(422).says("没有这个日期");
            assert_eq!(wrong.form_ending("/post").value("posted_on"), Some(typed));
        }
        let form = hang().set("posted_on", "２０２６-０４-１２");
        let posting = form.send().is(303).location().to_owned();
        assert_eq!(form.send().is(303).location(), posting, "sent twice it hangs once");

        let correct = || who.get(&format!("{posting}/correct")).ok().form_ending("/correct").set("substantial", "no");
        for (typed, sentence) in nonsense() {
            let wrong = correct().set("reason", "错字").set("text", &typed).send().is(422).says(sentence);
            assert_eq!(wrong.form_ending("/correct").value("text"), Some(typed.as_str()));
            let wrong = correct().set("text", "改过的").set("reason", &typed).send().is(422).says(sentence);
            assert_eq!(wrong.form_ending("/correct").value("text"), Some("改过的"));
        }
        town.visitor().get(&posting).ok().hides("改正过的地方");
        town.at("2026-04-29 9:00");
        for typed in NO_DAYS {
            let down = who.get(&format!("{posting}/take-down")).ok().form_ending("/take-down");
            down.set("on", typed).send().is(422).says("没有这个日期");
        }
        for path in ["/postings?after=%00", "/postings?after=o.2026-04-01.x", "/work?after=%00~2026-01-01~post~x"] {
            who.get(path).ok();
        }
        let key = format!("/work?after=%00~2026-01-01~post~{}", town.id::<()>());
        who.get(&key).ok();
        for path in ["/postings?at=%00", "/work?at=%00", "/r/%00", "/postings/%00", "/objections/%00", "/rules/%00"] {
            let status = who.get(path).status.as_u16();
            assert!(matches!(status, 400 | 404), "{path}: {status}");
        }
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn nonsense_in_an_objection_or_its_answer_is_said_beside_its_field_and_nothing_typed_is_lost() {
    on_both(|town| {
        let (who, _, _, posting) = resolved_and_posted(town);
        town.at("2026-04-15 20:00");
        let anybody = town.visitor();
        for (typed, sentence) in nonsense() {
            let wrong = object(&anybody, &posting, &typed).is(422).says(sentence);
            assert_eq!(wrong.form_ending("/object").value("text"), Some(typed.as_str()));
        }
        // Emoji are words too. Sent twice it is one; other words under the same key are shown and kept.
        let form = anybody.get(&format!("{posting}/object")).ok().form_ending("/object").set("text", "水往我家排😢");
        assert_eq!(form.send().is(303).location(), form.send().is(303).location());
        let other = form.clone().set("text", "还有一句：沟太浅").send().is(409);
        other.says("还有一句：沟太浅");
        anybody.get(&posting).ok().says("第1条").hides("第2条");

        let record = || {
            let form = who.get(&format!("{posting}/object-for")).ok().form_ending("/object-for");
            form.set("channel", "paper").set("received_on", "2026-04-14")
        };
        for (typed, sentence) in nonsense() {
            let wrong = record().set("text", &typed).send().is(422).says(sentence);
            assert_eq!(wrong.form_ending("/object-for").value("text"), Some(typed.as_str()));
        }
        for typed in NO_DAYS {
            let wrong = record().set("text", "纸条").set("received_on", typed).send().is(422).says("没有这个日期");
            assert_eq!(wrong.form_ending("/object-for").value("text"), Some("纸条"));
        }
        let answer = || {
            let page = who.get(&posting).ok().click("去答复").ok();
            page.forms().into_iter().find(|form| form.action.starts_with("/objections/")).unwrap()
        };
        let answer = || answer().set("outcome", "stays").set("answer", "沟加深。");
        for (typed, sentence) in nonsense() {
            answer().set("answer", &typed).send().is(422).says(sentence);
        }
        for typed in NO_DAYS {
            let wrong = answer().set("answered_on", typed).send().is(422).says("没有这个日期");
            let form = wrong.forms().into_iter().find(|form| form.action.starts_with("/objections/")).unwrap();
            assert_eq!(form.value("answer"), Some("沟加深。"));
        }
        answer().set("answered_on", "2026-04-14").send().is(422).says("4月15日才提出来");
        let (one, old) = (answer(), answer().set("answer", "换一句。"));
        assert_eq!(one.send().is(303).location(), one.send().is(303).location());
        let late = old.send().is(422);
        late.says("已经答复过了");
        anybody.get(&posting).ok().says("沟加深。").hides("换一句。");
        assert!(town.verify().problems.is_empty());
    });
}
