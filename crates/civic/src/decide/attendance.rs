//! Attendance: who came for each unit of the roll, and whether enough are there.

use super::convocation::rule_word;
use super::meeting::{Meeting, MeetingState, Sort};
use super::roll::{Roll, RollRow, Weight};
use crate::id::{AttendanceId, HouseholdId, MatterId, MeetingId, ResidentId, RollId};
use crate::record::{Noun, Recorded, Sheet};
use crate::refusal::{Kind, Refuse, Value};
use crate::rules::{InForce, Measure, Mode, Quorum, RuleRef, Ruled, StandIn};
use crate::time::{Day, Timestamp};
use crate::token::Token;
use crate::tokens;
use uuid::Uuid;

tokens! {
    /// In what capacity somebody came.
    pub enum Capacity = "capacity" {
        /// For themselves, or for their own household.
        Own = "own",
        /// For a member of their household who gave them a written mandate.
        Mandate = "mandate",
    }
    /// How somebody takes part.
    pub enum Presence = "presence" {
        /// In the room or in the yard.
        There = "there",
        /// From afar, where a rule allows it.
        Online = "online",
    }
    /// Where an attendance stands.
    pub enum AttendanceState = "attendance-state" {
        /// There.
        There = "there",
        /// Came and left before the end.
        Left = "left",
        /// Entered by mistake; counts for nothing.
        Mistaken = "mistaken",
    }
}

/// Who came for one unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attendance {
    /// Its id.
    pub id: AttendanceId,
    /// At which meeting.
    pub meeting: MeetingId,
    /// On which roll.
    pub roll: RollId,
    /// The matters of that meeting.
    pub matters: Vec<MatterId>,
    /// For which household or resident.
    pub unit: Uuid,
    /// Who came.
    pub resident: ResidentId,
    /// In what capacity.
    pub capacity: Capacity,
    /// How.
    pub presence: Presence,
    /// Where it stands.
    pub state: AttendanceState,
    /// When they came; unknown for a meeting on paper.
    pub came_at: Option<Timestamp>,
    /// When they left; unknown for a meeting on paper.
    pub left_at: Option<Timestamp>,
    /// The rule by which they stand in or take part from afar, where one says it.
    pub rule: Option<RuleRef>,
    /// When it was entered.
    pub recorded_at: Timestamp,
    /// The version read; the store compares and raises it.
    pub version: i64,
}

/// A unit of the roll as it sits at the meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seat {
    /// The unit.
    pub row: RollRow,
    /// Its household: the unit itself in household mode, the household of the resident otherwise, where there is one.
    pub household: Option<HouseholdId>,
}

/// Who stands at the door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comer {
    /// Who.
    pub resident: ResidentId,
    /// Of which household.
    pub household: Option<HouseholdId>,
    /// From which day they count as adult.
    pub adult_from: Day,
    /// Whether they bring a mandate in writing.
    pub mandate: bool,
    /// How they take part.
    pub presence: Presence,
}

/// Why an attendance is not entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttendanceRefusal {
    /// The meeting is not open.
    NotOpen {
        /// Where it stands.
        state: MeetingState,
    },
    /// The unit is not on the roll, or the roll is another meeting's.
    NotOnRoll,
    /// Somebody is there for this unit already.
    AlreadyThere,
    /// Stand-in refused: not of this household.
    NotOfHousehold {
        /// The rule, where one says it.
        rule: Option<RuleRef>,
    },
    /// Stand-in refused: not of age on the day of the meeting.
    NotAdult {
        /// From when they are.
        adult_from: Day,
    },
    /// Stand-in refused: nobody may stand in here.
    NobodyStandsIn {
        /// The rule, where one says it.
        rule: Option<RuleRef>,
    },
    /// Stand-in refused: the mandate must be in writing.
    NoMandate {
        /// The rule, where one says it.
        rule: Option<RuleRef>,
    },
    /// Nobody takes part from afar here.
    NotOnline,
    /// It is not in a state for this.
    State {
        /// Where it stands.
        state: AttendanceState,
    },
}

impl Refuse for AttendanceRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::NotOpen { .. } | Self::AlreadyThere | Self::State { .. } => Kind::Conflict,
            _ => Kind::Invalid,
        }
    }
    fn key(&self) -> &'static str {
        match self {
            Self::NotOpen { .. } => "refusal-attendance-not-open",
            Self::NotOnRoll => "refusal-attendance-not-on-roll",
            Self::AlreadyThere => "refusal-attendance-already-there",
            Self::NotOfHousehold { .. } => "refusal-attendance-not-of-household",
            Self::NotAdult { .. } => "refusal-attendance-not-adult",
            Self::NobodyStandsIn { .. } => "refusal-attendance-nobody-stands-in",
            Self::NoMandate { .. } => "refusal-attendance-no-mandate",
            Self::NotOnline => "refusal-attendance-not-online",
            Self::State { .. } => "refusal-attendance-state",
        }
    }
    fn values(&self) -> Vec<(&'static str, Value)> {
        match self {
            Self::NotOpen { state } => vec![("state", Value::Word(state.key()))],
            Self::NotAdult { adult_from } => vec![("day", Value::Day(*adult_from))],
            Self::State { state } => vec![("state", Value::Word(state.key()))],
            _ => Vec::new(),
        }
    }
    fn field(&self) -> Option<&'static str> {
        match self {
            Self::NotOpen { .. } | Self::State { .. } => None,
            Self::NotOnRoll | Self::AlreadyThere => Some("unit"),
            Self::NoMandate { .. } => Some("mandate"),
            Self::NotOnline => Some("presence"),
            _ => Some("resident"),
        }
    }
    fn rule(&self) -> Option<&str> {
        match self {
            Self::NotOfHousehold { rule } | Self::NobodyStandsIn { rule } | Self::NoMandate { rule } => {
                rule.as_ref().map(|r| r.id.as_str())
            }
            _ => None,
        }
    }
}

/// Enters who came for a unit. `seat` is `None` when the unit does not stand on the roll; `before` is what was entered for it
/// earlier: an entry by mistake is taken over, an entry that stands is not entered twice. `rules` are those in force on the day
/// of the meeting.
#[expect(clippy::too_many_arguments, reason = "every fact that decides who may sit is named")]
pub fn attend(
    meeting: &Meeting,
    roll: &Roll,
    seat: Option<Seat>,
    comer: Comer,
    before: Option<&Attendance>,
    rules: &InForce<'_>,
    id: AttendanceId,
    now: Timestamp,
) -> Result<Attendance, AttendanceRefusal> {
    let Sort::Formal { body, mode } = meeting.sort else {
        return Err(AttendanceRefusal::NotOpen { state: meeting.state });
    };
    if meeting.state != MeetingState::Open {
        return Err(AttendanceRefusal::NotOpen { state: meeting.state });
    }
    let Some(seat) = seat.filter(|_| meeting.roll == Some(roll.id)) else {
        return Err(AttendanceRefusal::NotOnRoll);
    };
    if before.is_some_and(|b| b.state == AttendanceState::There) {
        return Err(AttendanceRefusal::AlreadyThere);
    }
    let (who, stand_in_rule) = rules.stand_in(body, mode);
    let same_household = seat.household.is_some() && comer.household == seat.household;
    let own = mode != Mode::Household && comer.resident.uuid() == seat.row.unit;
    let mut rule = None;
    let mut capacity = Capacity::Own;
    if !own {
        rule.clone_from(&stand_in_rule);
        if mode != Mode::Household && who == StandIn::Nobody {
            return Err(AttendanceRefusal::NobodyStandsIn { rule });
        }
        // The law asks for the representative of the household (Villagers' Committees Law art. 26, 32): it must be one of it.
        if !same_household {
            return Err(AttendanceRefusal::NotOfHousehold { rule });
        }
        if who == StandIn::HouseholdInWriting && !comer.mandate {
            return Err(AttendanceRefusal::NoMandate { rule });
        }
        if mode != Mode::Household {
            capacity = Capacity::Mandate;
        }
    }
    // For an owner who is a child a guardian acts (Civil Code art. 34); the seat is the owner's.
    if comer.adult_from > roll.day && mode != Mode::Area {
        return Err(AttendanceRefusal::NotAdult { adult_from: comer.adult_from });
    }
    if comer.presence == Presence::Online {
        let online = rules.online(body).filter(|r| r.value).ok_or(AttendanceRefusal::NotOnline)?;
        rule = rule.or(Some(online.rule));
    }
    Ok(Attendance {
        id: before.map_or(id, |b| b.id),
        meeting: meeting.id,
        roll: roll.id,
        matters: meeting.matters.clone(),
        unit: seat.row.unit,
        resident: comer.resident,
        capacity,
        presence: comer.presence,
        state: AttendanceState::There,
        came_at: (!meeting.on_paper).then_some(now),
        left_at: None,
        rule,
        recorded_at: now,
        version: before.map_or(1, |b| b.version),
    })
}

/// They left before the end. They came all the same.
pub fn leave(meeting: &Meeting, attendance: &Attendance, now: Timestamp) -> Result<Attendance, AttendanceRefusal> {
    change(meeting, attendance, &[AttendanceState::There])?;
    let left_at = (!meeting.on_paper).then_some(now);
    Ok(Attendance { state: AttendanceState::Left, left_at, ..attendance.clone() })
}

/// The wrong unit was ticked. The entry stays in the record and counts for nothing.
pub fn mistaken(meeting: &Meeting, attendance: &Attendance) -> Result<Attendance, AttendanceRefusal> {
    change(meeting, attendance, &[AttendanceState::There, AttendanceState::Left])?;
    Ok(Attendance { state: AttendanceState::Mistaken, ..attendance.clone() })
}

fn change(meeting: &Meeting, attendance: &Attendance, states: &[AttendanceState]) -> Result<(), AttendanceRefusal> {
    if meeting.state != MeetingState::Open {
        return Err(AttendanceRefusal::NotOpen { state: meeting.state });
    }
    if !states.contains(&attendance.state) {
        return Err(AttendanceRefusal::State { state: attendance.state });
    }
    Ok(())
}

/// Who is there and whether it is enough. See `docs/decisions/0010-who-counts-at-a-meeting.md`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Room {
    /// Who stands on the roll.
    pub roll: Weight,
    /// Who came, with those who left again.
    pub came: Weight,
    /// Who is there now.
    pub there: Weight,
    /// How many are needed; the area is 0 where only the number counts.
    pub needed: Weight,
    /// The rule.
    pub quorum: Ruled<Quorum>,
}

impl Room {
    /// From sums, as a page that does not load every unit has them.
    pub fn new(roll: Weight, came: Weight, there: Weight, quorum: Ruled<Quorum>) -> Self {
        let needed = Weight {
            units: quorum.value.fraction.needed(roll.units),
            area_cm2: match quorum.value.measure {
                Measure::Number => 0,
                Measure::NumberAndArea => quorum.value.fraction.needed(roll.area_cm2),
            },
        };
        Self { roll, came, there, needed, quorum }
    }

    /// From the roll, its rows and every attendance.
    pub fn of(roll: &Roll, rows: &[RollRow], attendances: &[Attendance], quorum: Ruled<Quorum>) -> Self {
        let sum = |states: &[AttendanceState]| {
            rows.iter()
                .filter(|row| attendances.iter().any(|a| a.unit == row.unit && states.contains(&a.state)))
                .fold(Weight::default(), |sum, row| sum.plus(row.as_weight(roll.mode)))
        };
        let came = sum(&[AttendanceState::There, AttendanceState::Left]);
        Self::new(roll.size, came, sum(&[AttendanceState::There]), quorum)
    }

    /// How many units are still missing: "still 12 households". 0 when enough are there.
    pub fn missing(&self) -> i64 {
        self.needed.units.saturating_sub(self.there.units).max(0)
    }

    /// How much area is still missing, where area counts.
    pub fn missing_area_cm2(&self) -> i64 {
        self.needed.area_cm2.saturating_sub(self.there.area_cm2).max(0)
    }

    /// Whether enough are there now.
    pub fn enough(&self) -> bool {
        self.met(self.there)
    }

    /// Whether enough came at all, also when some left again.
    pub fn came_enough(&self) -> bool {
        self.met(self.came)
    }

    pub(super) fn met(&self, n: Weight) -> bool {
        let Quorum { fraction, measure, .. } = self.quorum.value;
        fraction.met(n.units, self.roll.units)
            && (measure == Measure::Number || fraction.met(n.area_cm2, self.roll.area_cm2))
    }
}

impl Recorded for Attendance {
    const NOUN: Noun = Noun::Attendance;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        self.matters.clone()
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        sheet.id("meeting", self.meeting);
        sheet.id("roll", self.roll);
        sheet.word("unit", &self.unit.to_string());
        sheet.id("resident", self.resident);
        sheet.token("capacity", self.capacity);
        sheet.token("presence", self.presence);
        sheet.token("state", self.state);
        sheet.at_or_none("came_at", self.came_at);
        sheet.at_or_none("left_at", self.left_at);
        rule_word(sheet, "rule", self.rule.as_ref());
        sheet.at("recorded_at", self.recorded_at);
    }
}

#[cfg(test)]
mod tests {
    use super::super::roll;
    use super::super::trial::{self, day, demo, formal, id, law, now};
    use super::*;
    use crate::rules::Body;

    const HOUSE: u128 = 100;

    /// An open meeting with a roll of one unit: household 100 or resident 1.
    fn open(body: Body, mode: Mode) -> (Meeting, Roll, Seat) {
        let unit = if mode == Mode::Household { Uuid::from_u128(HOUSE) } else { Uuid::from_u128(1) };
        let row = RollRow { unit, weight: 1 };
        let on = day("2026-04-12");
        let meeting = Meeting { state: MeetingState::Open, held_on: Some(on), roll: Some(id(5)), ..formal(body, mode) };
        let roll = Roll {
            id: id(5),
            meeting: meeting.id,
            matters: meeting.matters.clone(),
            mode,
            day: on,
            size: Weight::units(1),
            digest: roll::digest(mode, on, &[row]),
            frozen_at: now(),
        };
        (meeting, roll, Seat { row, household: Some(id(HOUSE)) })
    }

    fn comer(resident: u128, household: u128) -> Comer {
        Comer {
            resident: id(resident),
            household: Some(id(household)),
            adult_from: day("2000-01-01"),
            mandate: false,
            presence: Presence::There,
        }
    }

    fn sit(
        (meeting, roll, seat): &(Meeting, Roll, Seat),
        comer: Comer,
        rules: &InForce<'_>,
    ) -> Result<Attendance, AttendanceRefusal> {
        attend(meeting, roll, Some(*seat), comer, None, rules, id(60), now())
    }

    #[test]
    fn nobody_stands_in_for_a_representative_and_a_guardian_acts_for_an_owner_who_is_a_child() {
        for rules in [law("2026-04-12"), demo("2026-04-12")] {
            for body in [Body::VillagersReps, Body::ResidentsReps] {
                let at = open(body, Mode::Person);
                assert!(sit(&at, comer(1, HOUSE), &rules).is_ok());
                let other = Comer { mandate: true, ..comer(2, HOUSE) };
                assert!(matches!(sit(&at, other, &rules), Err(AttendanceRefusal::NobodyStandsIn { .. })));
            }
        }
        let owner = open(Body::OwnersAssembly, Mode::Area);
        let child = Comer { adult_from: day("2040-01-01"), ..comer(1, HOUSE) };
        assert!(sit(&owner, child, &law("2026-04-12")).is_ok());
        let villager = open(Body::VillagersAssembly, Mode::Person);
        assert!(matches!(sit(&villager, child, &law("2026-04-12")), Err(AttendanceRefusal::NotAdult { .. })));
    }

    #[test]
    fn any_adult_of_the_household_stands_for_it_and_nobody_else() {
        let at = open(Body::VillagersAssembly, Mode::Household);
        let rules = demo("2026-04-12");
        for resident in [1, 2, 3] {
            let attendance = sit(&at, comer(resident, HOUSE), &rules).unwrap();
            assert_eq!((attendance.capacity, attendance.unit), (Capacity::Own, at.2.row.unit));
        }
        let stranger = sit(&at, comer(4, 101), &rules).unwrap_err();
        assert_eq!(stranger.key(), "refusal-attendance-not-of-household");
        assert_eq!(stranger.rule(), Some("X-VA-stand-in"));
        let nowhere = Comer { household: None, ..comer(5, 0) };
        assert!(matches!(sit(&at, nowhere, &rules), Err(AttendanceRefusal::NotOfHousehold { .. })));
        assert!(sit(&at, comer(1, HOUSE), &law("2026-04-12")).is_ok(), "without any rule it is the same");
    }

    #[test]
    fn who_comes_of_age_on_the_day_stands_in_and_who_does_a_day_later_does_not() {
        let at = open(Body::VillagersAssembly, Mode::Household);
        let young = |adult_from: &str| Comer { adult_from: day(adult_from), ..comer(1, HOUSE) };
        assert!(sit(&at, young("2026-04-12"), &demo("2026-04-12")).is_ok());
        let refusal = sit(&at, young("2026-04-13"), &demo("2026-04-12")).unwrap_err();
        assert_eq!(refusal, AttendanceRefusal::NotAdult { adult_from: day("2026-04-13") });
    }

    #[test]
    fn counted_by_person_nobody_stands_in_for_anybody() {
        let at = open(Body::VillagersAssembly, Mode::Person);
        assert!(sit(&at, comer(1, HOUSE), &law("2026-04-12")).is_ok());
        let refusal = sit(&at, Comer { mandate: true, ..comer(2, HOUSE) }, &law("2026-04-12")).unwrap_err();
        assert!(matches!(refusal, AttendanceRefusal::NobodyStandsIn { .. }));
    }

    #[test]
    fn in_a_collective_a_member_of_the_household_stands_in_with_a_written_mandate_only() {
        let at = open(Body::CollectiveAssembly, Mode::Person);
        let rules = law("2026-04-12");
        let with = |comer| Comer { mandate: true, ..comer };
        assert!(matches!(sit(&at, comer(2, HOUSE), &rules), Err(AttendanceRefusal::NoMandate { .. })));
        assert!(matches!(sit(&at, with(comer(2, 101)), &rules), Err(AttendanceRefusal::NotOfHousehold { .. })));
        let attendance = sit(&at, with(comer(2, HOUSE)), &rules).unwrap();
        assert_eq!(attendance.capacity, Capacity::Mandate);
        assert_eq!(attendance.rule.unwrap().id, "R-CO-1-stand-in");
        let young = Comer { adult_from: day("2030-01-01"), ..with(comer(2, HOUSE)) };
        assert!(matches!(sit(&at, young, &rules), Err(AttendanceRefusal::NotAdult { .. })));
    }

    #[test]
    fn from_afar_one_takes_part_only_where_the_law_says_so() {
        let online = Comer { presence: Presence::Online, ..comer(1, HOUSE) };
        let village = open(Body::VillagersAssembly, Mode::Person);
        assert_eq!(sit(&village, online, &law("2026-04-12")), Err(AttendanceRefusal::NotOnline));
        let collective = open(Body::CollectiveAssembly, Mode::Person);
        assert_eq!(sit(&collective, online, &law("2026-04-12")).unwrap().rule.unwrap().id, "R-CO-1-online");
    }

    #[test]
    fn a_unit_sits_once_and_an_entry_by_mistake_can_be_put_right() {
        let at = open(Body::VillagersAssembly, Mode::Household);
        let (meeting, roll, seat) = &at;
        let rules = demo("2026-04-12");
        let first = sit(&at, comer(1, HOUSE), &rules).unwrap();
        let again = attend(meeting, roll, Some(*seat), comer(2, HOUSE), Some(&first), &rules, id(61), now());
        assert_eq!(again, Err(AttendanceRefusal::AlreadyThere));
        let wrong = mistaken(meeting, &first).unwrap();
        assert!(mistaken(meeting, &wrong).is_err());
        let right = attend(meeting, roll, Some(*seat), comer(2, HOUSE), Some(&wrong), &rules, id(61), now()).unwrap();
        assert_eq!((right.id, right.resident), (first.id, id(2)));
        let left = leave(meeting, &right, now()).unwrap();
        assert!(leave(meeting, &left, now()).is_err());
        let back = attend(meeting, roll, Some(*seat), comer(2, HOUSE), Some(&left), &rules, id(61), now()).unwrap();
        assert_eq!((back.state, back.left_at), (AttendanceState::There, None));
    }

    #[test]
    fn nobody_sits_at_a_meeting_that_is_not_open_or_on_another_meetings_roll() {
        let (meeting, roll, seat) = open(Body::VillagersAssembly, Mode::Household);
        let rules = demo("2026-04-12");
        let closed = Meeting { state: MeetingState::Closed, ..meeting.clone() };
        assert!(matches!(
            sit(&(closed, roll.clone(), seat), comer(1, HOUSE), &rules),
            Err(AttendanceRefusal::NotOpen { .. })
        ));
        let other = Roll { id: id(6), ..roll.clone() };
        assert_eq!(sit(&(meeting.clone(), other, seat), comer(1, HOUSE), &rules), Err(AttendanceRefusal::NotOnRoll));
        let missing = attend(&meeting, &roll, None, comer(1, HOUSE), None, &rules, id(60), now());
        assert_eq!(missing, Err(AttendanceRefusal::NotOnRoll));
    }

    #[test]
    fn the_room_says_how_many_are_still_missing() {
        assert_eq!(trial::room(48, 20, 20).missing(), 12);
        assert_eq!(trial::room(48, 32, 32).missing(), 0);
        assert_eq!(trial::room(48, 40, 30).missing(), 2);
        assert!(!trial::room(48, 40, 31).enough());
        assert!(trial::room(48, 40, 31).came_enough());
    }

    #[test]
    fn a_room_counts_each_unit_of_the_roll_once_and_nobody_else() {
        let (meeting, roll, _) = open(Body::VillagersAssembly, Mode::Household);
        let rows: Vec<RollRow> = (100..148).map(|n| RollRow { unit: Uuid::from_u128(n), weight: 1 }).collect();
        let roll = Roll { size: Weight::units(48), ..roll };
        let at = |unit: u128, state| Attendance {
            id: id(unit),
            meeting: meeting.id,
            roll: roll.id,
            matters: vec![],
            unit: Uuid::from_u128(unit),
            resident: id(1),
            capacity: Capacity::Own,
            presence: Presence::There,
            state,
            came_at: None,
            left_at: None,
            rule: None,
            recorded_at: now(),
            version: 1,
        };
        let mut all: Vec<Attendance> = (100..139).map(|n| at(n, AttendanceState::There)).collect();
        all.push(at(139, AttendanceState::Left));
        all.push(at(140, AttendanceState::Mistaken));
        all.push(at(999, AttendanceState::There));
        let quorum = law("2026-04-12").quorum(Body::VillagersAssembly, Mode::Household).unwrap();
        let room = Room::of(&roll, &rows, &all, quorum);
        assert_eq!((room.came.units, room.there.units, room.needed.units), (40, 39, 32));
    }

    #[test]
    fn owners_need_enough_people_and_enough_area() {
        let quorum = law("2026-04-12").quorum(Body::OwnersAssembly, Mode::Area).unwrap();
        let roll = Weight { units: 9, area_cm2: 9_000 };
        let room = |units, area_cm2| {
            let there = Weight { units, area_cm2 };
            Room::new(roll, there, there, quorum.clone())
        };
        assert!(room(6, 6_000).enough());
        assert!(!room(5, 8_000).enough());
        assert!(!room(8, 5_999).enough());
        assert_eq!(room(8, 5_999).missing_area_cm2(), 1);
    }
}
