//! The demo county: the same seed makes the same county, nothing in it is out of order, and every state that a person can meet is
//! there.

use crate::town::{Town, towns};
use civic::build::project::ProjectState;
use civic::decide::answer::AnswerState;
use civic::decide::attendance::AttendanceState;
use civic::decide::matter::PlanState;
use civic::decide::meeting::{MeetingState, TalkForm};
use civic::decide::motion::{BallotMode, MotionState, Outcome};
use civic::decide::need::{Adoption, NeedState, RaisedVia, Sorting};
use civic::decide::objection::{ObjectionOutcome, ObjectionState};
use civic::decide::point::PointOutcome;
use civic::decide::posting::PostingState;
use civic::decide::resolution::ResolutionState;
use civic::decide::topic::TopicState;
use civic::id::CountyId;
use civic::manage::convention::ConventionState;
use civic::manage::facility::{FacilityKind, FacilityState};
use civic::manage::inspection::InspectionState;
use civic::manage::roster::{RosterState, SlotState};
use civic::people::activity::{ActivityKind, ActivityState};
use civic::people::card::CardState;
use civic::people::membership::MembershipKind;
use civic::people::organisation::OrganisationState;
use civic::programme::announcement::AnnouncementState;
use civic::programme::question::{QuestionChannel, QuestionState};
use civic::programme::work_plan::TaskState;
use civic::rules::Body;
use civic::token::Token;
use std::collections::BTreeSet;
use store::Error;
use store::files::Folder;
use wugong::demo::{Summary, generate};

fn make(town: &Town, seed: u64) -> Summary {
    let files = Folder::open(&town.data.join("files")).unwrap();
    generate(&town.db, &files, seed, town.now(), &mut |_| {}).unwrap()
}

/// What a statement finds in the demo county, as words.
fn words(town: &Town, county: CountyId, sql: &'static str) -> BTreeSet<String> {
    let rows: Vec<(String,)> = town.db.read_now(county, move |tx| tx.all::<(String,)>(sql, &[])).unwrap();
    rows.into_iter().map(|(word,)| word).collect()
}

fn number(town: &Town, county: CountyId, sql: &'static str) -> i64 {
    town.db.read_now(county, move |tx| tx.number(sql, &[])).unwrap()
}

/// Every value of an enum stands somewhere in a column.
fn all<T: Token>(town: &Town, county: CountyId, sql: &'static str) {
    let found = words(town, county, sql);
    let missing: Vec<&str> = T::ALL.iter().map(|token| token.as_str()).filter(|word| !found.contains(*word)).collect();
    assert_eq!(missing, [""; 0], "{} in {}", T::NAME, town.engine);
}

fn head(town: &Town, county: CountyId) -> (i64, Vec<u8>) {
    let head: Option<(i64, Vec<u8>)> = town
        .db
        .read_now(county, |tx| tx.optional("SELECT seq, hash FROM entry_head WHERE county_id = $1", &[]))
        .unwrap();
    head.unwrap()
}

#[test]
fn the_same_seed_makes_the_same_county_on_every_engine_and_its_record_verifies() {
    let again = Town::on_sqlite();
    again.at("2026-11-24 15:40");
    let expected = make(&again, 5);
    let expected_head = head(&again, expected.county);
    for town in towns() {
        town.at("2026-11-24 15:40");
        let made = make(&town, 5);
        assert_eq!((made.county, made.entries), (expected.county, expected.entries), "{}", town.engine);
        assert_eq!(head(&town, made.county), expected_head, "{}", town.engine);
        let report = store::record::verify::county(&town.db, made.county).unwrap();
        assert_eq!(report.problems, [], "{}", town.engine);
        assert_eq!((report.waiting, usize::try_from(report.sealed).unwrap()), (0, made.entries), "{}", town.engine);
    }
}

#[test]
fn another_seed_makes_another_county() {
    let (one, other) = (Town::on_sqlite(), Town::on_sqlite());
    let (first, second) = (make(&one, 1), make(&other, 2));
    assert_ne!(head(&one, first.county), head(&other, second.county));
    assert!((2_000..3_200).contains(&first.households), "{first}");
    assert!((7_000..9_000).contains(&first.residents), "{first}");
    assert!((150..220).contains(&first.matters), "{first}");
}

#[test]
fn every_state_that_a_person_can_meet_is_there() {
    let town = Town::on_sqlite();
    town.at("2026-11-24 15:40");
    let county = make(&town, 7).county;
    all::<PlanState>(&town, county, "SELECT DISTINCT plan FROM matter WHERE county_id = $1");
    all::<NeedState>(&town, county, "SELECT DISTINCT state FROM need WHERE county_id = $1");
    all::<RaisedVia>(&town, county, "SELECT DISTINCT via FROM need WHERE county_id = $1");
    all::<Sorting>(&town, county, "SELECT DISTINCT sorting FROM need WHERE county_id = $1 AND sorting IS NOT NULL");
    all::<Adoption>(&town, county, "SELECT DISTINCT adoption FROM need WHERE county_id = $1 AND adoption IS NOT NULL");
    all::<AnswerState>(&town, county, "SELECT DISTINCT state FROM answer WHERE county_id = $1");
    all::<TopicState>(&town, county, "SELECT DISTINCT state FROM topic WHERE county_id = $1");
    all::<MeetingState>(&town, county, "SELECT DISTINCT state FROM meeting WHERE county_id = $1 AND body IS NOT NULL");
    all::<TalkForm>(&town, county, "SELECT DISTINCT form FROM meeting WHERE county_id = $1 AND form IS NOT NULL");
    all::<Body>(&town, county, "SELECT DISTINCT body FROM meeting WHERE county_id = $1 AND body IS NOT NULL");
    all::<PointOutcome>(
        &town,
        county,
        "SELECT DISTINCT outcome FROM point WHERE county_id = $1 AND outcome IS NOT NULL",
    );
    all::<AttendanceState>(&town, county, "SELECT DISTINCT state FROM attendance WHERE county_id = $1");
    all::<MotionState>(&town, county, "SELECT DISTINCT state FROM motion WHERE county_id = $1");
    all::<BallotMode>(&town, county, "SELECT DISTINCT ballot_mode FROM motion WHERE county_id = $1");
    all::<Outcome>(&town, county, "SELECT DISTINCT outcome FROM motion WHERE county_id = $1 AND outcome IS NOT NULL");
    all::<ResolutionState>(&town, county, "SELECT DISTINCT state FROM resolution WHERE county_id = $1");
    all::<ProjectState>(&town, county, "SELECT DISTINCT state FROM project WHERE county_id = $1");
    // What follows the works, in every state in which a visitor has something to look at or to do.
    let ended = [
        "SELECT COUNT(*) FROM defect WHERE county_id = $1 AND state = 'open'",
        "SELECT COUNT(*) FROM claim WHERE county_id = $1 AND state = 'claimed'",
        "SELECT COUNT(*) FROM claim WHERE county_id = $1 AND state = 'approved'",
        "SELECT COUNT(*) FROM payment WHERE county_id = $1 AND state = 'entered'",
        "SELECT COUNT(*) FROM payment WHERE county_id = $1 AND state = 'confirmed'",
        "SELECT COUNT(*) FROM final_account WHERE county_id = $1 AND state = 'checked'",
    ];
    for sql in ended {
        assert!(number(&town, county, sql) > 0, "nothing for {sql}");
    }
    let bare = "SELECT COUNT(*) FROM project p WHERE p.county_id = $1 AND p.state = 'accepted'
        AND NOT EXISTS (SELECT 1 FROM acceptance a WHERE a.county_id = $1 AND a.project_id = p.id AND a.passed_on IS NOT NULL)";
    assert_eq!(number(&town, county, bare), 0, "what was accepted has its acceptance");
    all::<PostingState>(&town, county, "SELECT DISTINCT state FROM posting WHERE county_id = $1");
    all::<ObjectionState>(&town, county, "SELECT DISTINCT state FROM objection WHERE county_id = $1");
    all::<ObjectionOutcome>(
        &town,
        county,
        "SELECT DISTINCT outcome FROM objection WHERE county_id = $1 AND outcome IS NOT NULL",
    );
    all::<ActivityKind>(&town, county, "SELECT DISTINCT kind FROM activity WHERE county_id = $1");
    all::<ActivityState>(&town, county, "SELECT DISTINCT state FROM activity WHERE county_id = $1");
    all::<TaskState>(&town, county, "SELECT DISTINCT state FROM task WHERE county_id = $1");
    all::<AnnouncementState>(&town, county, "SELECT DISTINCT state FROM announcement WHERE county_id = $1");
    all::<QuestionState>(&town, county, "SELECT DISTINCT state FROM question WHERE county_id = $1");
    all::<QuestionChannel>(&town, county, "SELECT DISTINCT channel FROM question WHERE county_id = $1");
    all::<FacilityState>(&town, county, "SELECT DISTINCT state FROM facility WHERE county_id = $1");
    all::<FacilityKind>(&town, county, "SELECT DISTINCT kind FROM facility WHERE county_id = $1");
    all::<ConventionState>(&town, county, "SELECT DISTINCT state FROM convention WHERE county_id = $1");
    all::<RosterState>(&town, county, "SELECT DISTINCT state FROM roster WHERE county_id = $1");
    all::<SlotState>(&town, county, "SELECT DISTINCT state FROM roster_slot WHERE county_id = $1");
    all::<InspectionState>(&town, county, "SELECT DISTINCT state FROM inspection WHERE county_id = $1");
    all::<CardState>(&town, county, "SELECT DISTINCT state FROM card WHERE county_id = $1");
    all::<MembershipKind>(&town, county, "SELECT DISTINCT kind FROM membership WHERE county_id = $1");
    let states = words(&town, county, "SELECT DISTINCT state FROM organisation WHERE county_id = $1");
    assert!(states.len() + 1 >= OrganisationState::ALL.len(), "{states:?}");
    let branches =
        "SELECT COUNT(*) FROM organisation WHERE county_id = $1 AND branch AND kind IN ('intellectuals', 'new_strata')";
    assert_eq!(number(&town, county, branches), 18, "the eighteen branches of the two associations");
    // A meeting that was taken up again, one held on paper, one put off and called a second time, a recount.
    for sql in [
        "SELECT COUNT(*) FROM meeting WHERE county_id = $1 AND reconvened_from_id IS NOT NULL AND state = 'closed'",
        "SELECT COUNT(*) FROM meeting WHERE county_id = $1 AND on_paper AND body IS NOT NULL AND state = 'closed'",
        "SELECT COUNT(*) FROM convocation c WHERE county_id = $1 AND EXISTS (SELECT 1 FROM convocation d
         WHERE d.county_id = $1 AND d.meeting_id = c.meeting_id AND d.id > c.id)",
        "SELECT COUNT(*) FROM motion_count WHERE county_id = $1 AND turn > 1",
        "SELECT COUNT(*) FROM motion_count WHERE county_id = $1 AND in_favour = against AND outcome = 'not_passed'",
        "SELECT COUNT(*) FROM posting_correction WHERE county_id = $1 AND substantial",
        "SELECT COUNT(*) FROM posting_correction WHERE county_id = $1 AND NOT substantial",
        "SELECT COUNT(*) FROM matter WHERE county_id = $1 AND merged_into IS NOT NULL",
        // A place that needs an association and has none, one that needs none; a base at work, one that is not yet; a late task.
        "SELECT COUNT(*) FROM should_build WHERE county_id = $1 AND should AND kind = 'chamber'",
        "SELECT COUNT(*) FROM should_build WHERE county_id = $1 AND NOT should",
        "SELECT COUNT(*) FROM practice_base WHERE county_id = $1 AND state = 'running'",
        "SELECT COUNT(*) FROM practice_base WHERE county_id = $1 AND state = 'preparing'",
        "SELECT COUNT(*) FROM task WHERE county_id = $1 AND state = 'open' AND due_on < '2026-11-24' AND evidence <> ''",
        "SELECT COUNT(*) FROM local_brand WHERE county_id = $1",
        // A question that the office forgot, one that it answered late, an announcement that was corrected.
        "SELECT COUNT(*) FROM question WHERE county_id = $1 AND state = 'waiting' AND due_on < '2026-11-24'",
        "SELECT COUNT(*) FROM question WHERE county_id = $1 AND state = 'answered' AND answered_on > due_on",
        "SELECT COUNT(*) FROM announcement WHERE county_id = $1 AND corrections > 0",
        // Somebody who only spoke, and somebody whose words stand beside the voice.
        "SELECT COUNT(*) FROM need n JOIN file f ON f.county_id = n.county_id AND f.id = n.audio_id
         WHERE n.county_id = $1 AND f.kind = 'voice' AND n.what IS NULL",
        "SELECT COUNT(*) FROM need n JOIN file f ON f.county_id = n.county_id AND f.id = n.audio_id
         WHERE n.county_id = $1 AND f.kind = 'voice' AND n.what IS NOT NULL",
        "SELECT COUNT(*) FROM membership WHERE county_id = $1 AND represents IS NOT NULL",
    ] {
        assert!(number(&town, county, sql) > 0, "{sql}");
    }
}

#[test]
fn the_demo_is_alive_on_the_day_on_which_it_is_made() {
    let town = Town::on_sqlite();
    town.at("2026-11-24 15:40");
    let county = make(&town, 7).county;
    for sql in [
        "SELECT COUNT(*) FROM need WHERE county_id = $1 AND state IN ('raised', 'sorted') AND due_on = '2026-11-24'",
        "SELECT COUNT(*) FROM need WHERE county_id = $1 AND state IN ('raised', 'sorted') AND due_on < '2026-11-24'",
        "SELECT COUNT(*) FROM objection WHERE county_id = $1 AND state = 'waiting' AND due_on < '2026-11-24'",
        "SELECT COUNT(*) FROM point WHERE county_id = $1 AND outcome IS NULL AND due_on < '2026-11-24'",
        "SELECT COUNT(*) FROM posting WHERE county_id = $1 AND state = 'up' AND until_on > '2026-11-28'",
        "SELECT COUNT(*) FROM posting WHERE county_id = $1 AND state = 'up' AND until_on = '2026-11-24'",
        "SELECT COUNT(*) FROM meeting WHERE county_id = $1 AND state = 'convened' AND held_on = '2026-11-24'",
        "SELECT COUNT(*) FROM meeting WHERE county_id = $1 AND state = 'convened' AND held_on > '2026-11-30'",
        "SELECT COUNT(*) FROM meeting WHERE county_id = $1 AND state = 'closed' AND held_on < '2026-10-24'",
    ] {
        assert!(number(&town, county, sql) > 0, "{sql}");
    }
    // Nothing lies in the future but what was announced, and nothing is due that could have been settled by itself.
    for sql in [
        "SELECT COUNT(*) FROM need WHERE county_id = $1 AND (raised_on > '2026-11-24' OR answered_on > '2026-11-24')",
        "SELECT COUNT(*) FROM meeting WHERE county_id = $1 AND state = 'closed' AND held_on > '2026-11-24'",
        "SELECT COUNT(*) FROM posting WHERE county_id = $1 AND posted_on > '2026-11-24'",
    ] {
        assert_eq!(number(&town, county, sql), 0, "{sql}");
    }
    let due = town.db.read_now(county, move |tx| {
        let today = civic::time::Day::parse("2026-11-24").ok_or(Error::Missing)?;
        store::decide::posting::due_to_disclose(tx, today, None, 100)
    });
    assert_eq!(due.unwrap(), []);
}

#[test]
fn everybody_whom_a_visitor_can_play_is_there_and_every_village_has_its_posts() {
    let town = Town::on_sqlite();
    let county = make(&town, 7).county;
    let today = town.today();
    let roles = town.db.read_now(county, move |tx| store::people::account::demo_roles(tx, today)).unwrap();
    let named: Vec<&str> = roles.iter().map(|role| role.role).collect();
    assert_eq!(named, store::people::account::DEMO_ROLES);
    let places: Vec<&str> = roles.iter().map(|role| role.place_name.as_str()).collect();
    assert_eq!(places, ["柳塆", "柳塆", "竹溪村", "竹溪村", "竹溪村", "官桥镇", "青渡县", "青渡县"]);
    for post in ["committee", "facilitator", "supervision"] {
        let without = format!(
            "SELECT COUNT(*) FROM place p WHERE county_id = $1 AND kind IN ('village', 'community') AND NOT EXISTS
             (SELECT 1 FROM standing s WHERE s.county_id = $1 AND s.place_id = p.id AND s.post = '{post}')"
        );
        assert_eq!(number(&town, county, without.leak()), 0, "{post}");
    }
    // Nobody signs in with a name and a password: there is none.
    assert_eq!(number(&town, county, "SELECT COUNT(*) FROM account WHERE county_id = $1 AND password IS NOT NULL"), 0);
    // No page of a village is empty.
    let empty = "SELECT COUNT(*) FROM place p WHERE county_id = $1 AND kind IN ('village', 'community') AND NOT EXISTS
         (SELECT 1 FROM matter m WHERE m.county_id = $1 AND m.village_id = p.id)";
    assert_eq!(number(&town, county, empty), 0);
}

#[test]
fn the_demo_says_nothing_that_nobody_may_be_asked_and_shows_nobodys_words() {
    let town = Town::on_sqlite();
    let county = make(&town, 7).county;
    let touchy = [
        "党", "政治", "佛", "庙", "民族", "生病", "病人", "残疾", "低保", "贫困", "罚", "排名", "签到", "评比", "选举",
        "捐款",
    ];
    for sql in [
        "SELECT title FROM matter WHERE county_id = $1 AND title IS NOT NULL",
        "SELECT COALESCE(what, '') || COALESCE(public_text, '') || COALESCE(reply, '') || COALESCE(reason, '') FROM need
         WHERE county_id = $1",
        "SELECT title || background || affected || COALESCE(reason, '') FROM topic WHERE county_id = $1",
        "SELECT COALESCE(title, '') || COALESCE(venue, '') || COALESCE(reason, '') FROM meeting WHERE county_id = $1",
        "SELECT text || COALESCE(taken_by, '') || COALESCE(reason, '') FROM point WHERE county_id = $1",
        "SELECT text FROM motion WHERE county_id = $1",
        "SELECT text || hangs_at FROM posting WHERE county_id = $1",
        "SELECT text || COALESCE(answer, '') FROM objection WHERE county_id = $1",
        "SELECT COALESCE(document, '') FROM standing WHERE county_id = $1",
    ] {
        for text in words(&town, county, sql) {
            assert!(!touchy.iter().any(|word| text.contains(word)), "{text}");
        }
    }
    // What the committee wrote for everybody is not what somebody said.
    let said = "SELECT COUNT(*) FROM need WHERE county_id = $1 AND public_text IS NOT NULL AND what = public_text";
    assert_eq!(number(&town, county, said), 0);
}

/// The addresses of this site to which a page leads, without what stands behind `#`.
fn leads_to(page: &crate::page::Page) -> Vec<String> {
    let html = page.html();
    let found = html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let own = found.filter(|href| href.starts_with('/') && !href.starts_with("/assets") && !href.starts_with("/set?"));
    own.map(|href| href.split('#').next().unwrap_or(href).replace("&amp;", "&")).collect()
}

/// Looks at the demo county as a visitor who follows every link, breadth first, and says where one leads to nothing.
fn walk(visitor: &crate::page::Visitor, from: &[&str], pages_max: usize) -> Vec<String> {
    let mut seen: BTreeSet<String> = from.iter().map(|path| (*path).to_owned()).collect();
    // Each with the page that leads to it.
    let mut queue: std::collections::VecDeque<(String, String)> =
        seen.iter().map(|path| (path.clone(), String::new())).collect();
    let (mut lost, mut looked) = (Vec::new(), 0);
    while let Some((path, from)) = queue.pop_front() {
        if looked == pages_max {
            break;
        }
        looked += 1;
        let page = visitor.get(&path);
        match page.status.as_u16() {
            200 => {
                for next in leads_to(&page) {
                    if seen.insert(next.clone()) {
                        queue.push_back((next, path.clone()));
                    }
                }
            }
            // Signing in, or choosing who one is.
            303 => {}
            status => lost.push(format!("{status} {path} on {from}")),
        }
    }
    lost
}

#[test]
fn whoever_follows_the_links_of_the_demo_finds_a_page_behind_each() {
    let town = Town::on_sqlite();
    town.at("2026-11-24 15:40");
    let made = make(&town, 7);
    town.name_county(made.county, "demo.test");
    town.wait_minutes(1);
    let mut lost = Vec::new();
    for role in [None].into_iter().chain(store::people::account::DEMO_ROLES.map(Some)) {
        let visitor = town.visitor().at_host("demo.test");
        if let Some(role) = role {
            visitor.get("/demo").ok().form("/demo").press("role", role).is(303);
        }
        let tour = format!("/m/{}", made.tour.number);
        let found = walk(&visitor, &["/", &tour, "/p/429921100201"], 150);
        lost.extend(found.into_iter().map(|line| format!("{} {line}", role.unwrap_or("anybody"))));
    }
    assert_eq!(lost, [""; 0], "links that lead to nothing");
}
