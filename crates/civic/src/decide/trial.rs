//! What the tests of meetings begin with.

use super::attendance::Room;
use super::meeting::{self, Meeting, MeetingState, TalkForm};
use super::motion::{self, BallotMode, Count, Counting, Motion, Tally, Wording};
use super::resolution::{self, Resolution, Resolved};
use super::roll::Weight;
use crate::id::{Id, PlaceId};
use crate::rules::{Activation, Body, DEMO, InForce, Item, Mode, NATIONAL_2026, Pack, Rules};
use crate::time::{Day, Timestamp};
use std::sync::LazyLock;
use uuid::Uuid;

pub fn id<T>(n: u128) -> Id<T> {
    Id::from(Uuid::from_u128(n))
}

pub fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

pub fn now() -> Timestamp {
    Timestamp::from_millis(1_775_952_000_000)
}

/// The place of every meeting of a test: county 1.
pub fn place() -> PlaceId {
    id(1)
}

static NATIONAL: LazyLock<Rules> =
    LazyLock::new(|| Rules::new(vec![Pack::parse(NATIONAL_2026).unwrap()], vec![]).unwrap());

static DEMO_COUNTY: LazyLock<Rules> = LazyLock::new(|| {
    let packs = vec![Pack::parse(NATIONAL_2026).unwrap(), Pack::parse(DEMO).unwrap()];
    let from =
        Activation { pack: "demo-county".into(), version: 1, place: place(), from: day("2026-01-01"), until: None };
    Rules::new(packs, vec![from]).unwrap()
});

/// National law alone.
pub fn law(on: &str) -> InForce<'static> {
    NATIONAL.on(&[place()], day(on))
}

/// National law and the demo county's overlay.
pub fn demo(on: &str) -> InForce<'static> {
    DEMO_COUNTY.on(&[place()], day(on))
}

pub fn formal(body: Body, mode: Mode) -> Meeting {
    meeting::draft(id(10), place(), vec![id(20)], (body, mode), "修西巷水泥路".into(), false, now()).unwrap()
}

pub fn talk() -> Meeting {
    meeting::draft_talk(id(11), place(), vec![id(20)], TalkForm::Yard, now())
}

/// A group meeting by household: so many on the roll, so many came, so many are still there.
pub fn room(roll: i64, came: i64, there: i64) -> Room {
    let quorum = law("2026-04-12").quorum(Body::GroupMeeting, Mode::Household).unwrap();
    Room::new(Weight::units(roll), Weight::units(came), Weight::units(there), quorum)
}

/// A group meeting at which 39 of 48 households came and so many were in favour, the others against.
pub fn voted(in_favour: i64) -> (Meeting, Motion, Count) {
    let meeting = Meeting {
        state: MeetingState::Open,
        held_on: Some(day("2026-04-12")),
        roll: Some(id(5)),
        ..formal(Body::GroupMeeting, Mode::Household)
    };
    let wording = Wording {
        matter: id(20),
        topic: None,
        option: None,
        item: Item::General,
        ballot_mode: BallotMode::Hands,
        text: "修西巷水泥路180米".into(),
        mover: None,
        seconder: None,
    };
    let put = motion::put(&meeting, wording, id(40), now()).unwrap();
    let tally =
        Tally { in_favour: Weight::units(in_favour), against: Weight::units(39 - in_favour), ..Tally::default() };
    let counting =
        Counting { tally, teller: "熊".into(), scrutineer: "杜".into(), on_paper_ballots: false, dissent: None };
    let rules = law("2026-04-12");
    let room = room(48, 39, 39);
    let (motion, count) =
        motion::count(&meeting, &put, &room, Weight::default(), counting, &rules, id(50), now()).unwrap();
    (meeting, motion, count)
}

/// What that meeting resolved with 35 households in favour.
pub fn resolution() -> Resolution {
    let (meeting, motion, count) = voted(35);
    let resolved = Resolved {
        text: "修西巷水泥路180米，两边做排水沟。".into(),
        who_acts: "村委会".into(),
        deadline: None,
        effective_on: None,
    };
    resolution::resolve(&meeting, &motion, &count, &[], resolved, id(70), now()).unwrap()
}
