//! Rolls: who counts at one meeting, frozen as ids and weights. No names stand in a roll.

use super::meeting::{Meeting, MeetingState, Sort};
use crate::id::{HouseholdId, MatterId, MeetingId, ResidentId, RollId};
use crate::record::{Hash, Noun, Recorded, Sheet};
use crate::refusal::{Kind, Refuse, Value};
use crate::rules::Mode;
use crate::time::{Day, Timestamp};
use crate::token::Token;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The most units that one roll takes: more than the adults of the largest village.
pub const ROLL_MAX: usize = 30_000;

/// So many units, and the area that they own where area counts too (else 0).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weight {
    /// Persons, households or owners.
    pub units: i64,
    /// Square centimetres.
    pub area_cm2: i64,
}

impl Weight {
    /// So many units, without area.
    pub const fn units(units: i64) -> Self {
        Self { units, area_cm2: 0 }
    }
    /// Both together.
    pub const fn plus(self, other: Self) -> Self {
        Self { units: self.units.saturating_add(other.units), area_cm2: self.area_cm2.saturating_add(other.area_cm2) }
    }
    /// What is left without `other`; below zero where there was not so much.
    pub const fn minus(self, other: Self) -> Self {
        Self { units: self.units.saturating_sub(other.units), area_cm2: self.area_cm2.saturating_sub(other.area_cm2) }
    }
}

/// A frozen roll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roll {
    /// Its id.
    pub id: RollId,
    /// Of which meeting.
    pub meeting: MeetingId,
    /// The matters of that meeting.
    pub matters: Vec<MatterId>,
    /// What a unit is.
    pub mode: Mode,
    /// The day on which one had to count: the day of the meeting.
    pub day: Day,
    /// How many units, and what they own.
    pub size: Weight,
    /// SHA-256 over mode, day and rows; an edited roll shows.
    pub digest: [u8; 32],
    /// When it was frozen.
    pub frozen_at: Timestamp,
}

/// One unit of a roll.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RollRow {
    /// The household's or the resident's id.
    pub unit: Uuid,
    /// 1, or the square centimetres owned where area counts.
    pub weight: i64,
}

impl RollRow {
    /// This unit as a weight, in a roll of that mode.
    pub const fn as_weight(&self, mode: Mode) -> Weight {
        match mode {
            Mode::Area => Weight { units: 1, area_cm2: self.weight },
            Mode::Person | Mode::Household => Weight::units(1),
        }
    }
}

/// A membership that may put somebody on a roll: the facts of `membership` and of its resident. Memberships that have ended
/// belong here too, so that a household whose members are all gone is named and not merely absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Who.
    pub resident: ResidentId,
    /// Of which household.
    pub household: Option<HouseholdId>,
    /// From which day they count as adult.
    pub adult_from: Day,
    /// The area that they own.
    pub area_cm2: Option<i64>,
    /// First day of the membership.
    pub from: Day,
    /// Last day; open when `None`.
    pub until: Option<Day>,
}

/// Why a unit does not stand on the roll. Shown to who freezes it, so that a forgotten household is found before the notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeftOut {
    /// All its members have left.
    AllGone,
    /// Nobody of it is of age on the day of the meeting.
    NoAdult,
}

/// A roll with its rows and with whom it leaves out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frozen {
    /// The roll.
    pub roll: Roll,
    /// Its rows, in the order of their ids.
    pub rows: Vec<RollRow>,
    /// Households (or residents) that are not on it, with the reason.
    pub left_out: Vec<(Uuid, LeftOut)>,
}

/// Why a roll is not frozen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RollRefusal {
    /// A talk counts nobody.
    Talk,
    /// The meeting has no day yet, or is over.
    NotConvened,
    /// Nobody would stand on it.
    Empty,
    /// More units than [`ROLL_MAX`].
    TooLarge,
    /// Owners whose area nobody entered; without it their share cannot be told.
    AreaMissing {
        /// How many of them.
        owners: i64,
    },
}

impl Refuse for RollRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::Talk | Self::NotConvened => Kind::Conflict,
            _ => Kind::Invalid,
        }
    }
    fn key(&self) -> &'static str {
        match self {
            Self::Talk => "refusal-roll-talk",
            Self::NotConvened => "refusal-roll-not-convened",
            Self::Empty => "refusal-roll-empty",
            Self::TooLarge => "refusal-roll-too-large",
            Self::AreaMissing { .. } => "refusal-roll-area-missing",
        }
    }
    fn values(&self) -> Vec<(&'static str, Value)> {
        match self {
            Self::AreaMissing { owners } => vec![("owners", Value::Int(*owners))],
            Self::TooLarge => vec![("max", Value::Int(i64::try_from(ROLL_MAX).unwrap_or(i64::MAX)))],
            _ => Vec::new(),
        }
    }
}

/// Representatives who still belong to the place on `day`: whoever moved away represents nobody there, also where nobody noted the
/// end of the seat. `belonging` are the memberships of its villagers or residents.
pub fn still_of_place(representatives: Vec<Candidate>, belonging: &[Candidate], day: Day) -> Vec<Candidate> {
    let holds = |one: &&Candidate| one.from <= day && one.until.is_none_or(|until| day <= until);
    let here: BTreeSet<ResidentId> = belonging.iter().filter(holds).map(|one| one.resident).collect();
    let gone = Some(day.plus(-1));
    // They stay in the list with an end, so that whoever freezes the roll sees whom it leaves out.
    let ended = |one: Candidate| if here.contains(&one.resident) { one } else { Candidate { until: gone, ..one } };
    representatives.into_iter().map(ended).collect()
}

/// Freezes the roll of a meeting that is called: who counts on its day. A second call for another day needs a new roll, since
/// somebody may have come of age.
pub fn freeze(
    meeting: &Meeting,
    candidates: &[Candidate],
    id: RollId,
    now: Timestamp,
) -> Result<(Meeting, Frozen), RollRefusal> {
    let Sort::Formal { mode, .. } = meeting.sort else { return Err(RollRefusal::Talk) };
    let (MeetingState::Convened, Some(day)) = (meeting.state, meeting.held_on) else {
        return Err(RollRefusal::NotConvened);
    };
    let mut found: BTreeMap<Uuid, i64> = BTreeMap::new();
    let mut out: BTreeMap<Uuid, LeftOut> = BTreeMap::new();
    let mut without_area: BTreeSet<Uuid> = BTreeSet::new();
    for candidate in candidates {
        let unit = match mode {
            // Somebody without a household has no household to stand for (Villagers' Committees Law art. 26: 户的代表).
            Mode::Household => candidate.household.map(|household| household.uuid()),
            Mode::Person | Mode::Area => Some(candidate.resident.uuid()),
        };
        let Some(unit) = unit else { continue };
        let member = candidate.from <= day && candidate.until.is_none_or(|until| day <= until);
        // Only who is of age counts, on the day of the meeting (art. 26: 十八周岁以上). An owner counts at any age: leaving a child's
        // home out would make the shares of the others larger than they are (Civil Code art. 278), and a guardian acts for the child.
        let adult = mode == Mode::Area || candidate.adult_from <= day;
        if member && adult {
            let weight = found.entry(unit).or_insert(0);
            match (mode, candidate.area_cm2) {
                (Mode::Person | Mode::Household, _) => *weight = 1,
                // One owner of several flats is one owner with their whole area.
                (Mode::Area, Some(area)) if area > 0 => *weight = weight.saturating_add(area),
                (Mode::Area, _) => {
                    without_area.insert(unit);
                }
            }
        } else {
            let why = if member { LeftOut::NoAdult } else { LeftOut::AllGone };
            let known = out.entry(unit).or_insert(why);
            if why == LeftOut::NoAdult {
                *known = why;
            }
        }
    }
    if !without_area.is_empty() {
        return Err(RollRefusal::AreaMissing { owners: i64::try_from(without_area.len()).unwrap_or(i64::MAX) });
    }
    if found.is_empty() {
        return Err(RollRefusal::Empty);
    }
    if found.len() > ROLL_MAX {
        return Err(RollRefusal::TooLarge);
    }
    let left_out = out.into_iter().filter(|(unit, _)| !found.contains_key(unit)).collect();
    let rows: Vec<RollRow> = found.into_iter().map(|(unit, weight)| RollRow { unit, weight }).collect();
    let size = rows.iter().fold(Weight::default(), |sum, row| sum.plus(row.as_weight(mode)));
    let roll = Roll {
        id,
        meeting: meeting.id,
        matters: meeting.matters.clone(),
        mode,
        day,
        size,
        digest: digest(mode, day, &rows),
        frozen_at: now,
    };
    let meeting = Meeting { roll: Some(id), ..meeting.clone() };
    Ok((meeting, Frozen { roll, rows, left_out }))
}

/// The digest by which a roll's rows stand in the record; the order in which they come does not matter.
pub fn digest(mode: Mode, day: Day, rows: &[RollRow]) -> [u8; 32] {
    let mut rows = rows.to_vec();
    rows.sort_unstable();
    let mut hasher = Sha256::new();
    hasher.update(b"wugong.roll.1\0");
    hasher.update(mode.as_str().as_bytes());
    hasher.update(day.to_string().as_bytes());
    for row in &rows {
        hasher.update(row.unit.as_bytes());
        hasher.update(row.weight.to_be_bytes());
    }
    hasher.finalize().into()
}

impl Roll {
    /// Whether these rows are the ones that were frozen.
    pub fn holds(&self, rows: &[RollRow]) -> bool {
        digest(self.mode, self.day, rows) == self.digest
    }
}

impl Recorded for Roll {
    const NOUN: Noun = Noun::Roll;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        self.matters.clone()
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        sheet.id("meeting", self.meeting);
        sheet.token("mode", self.mode);
        sheet.day("day", self.day);
        sheet.int("units", self.size.units);
        sheet.int("area_cm2", self.size.area_cm2);
        sheet.word("digest", &Hash(self.digest).hex());
        sheet.at("frozen_at", self.frozen_at);
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::{day, formal, id, now};
    use super::*;
    use crate::rules::Body;

    fn candidate(resident: u128, household: Option<u128>) -> Candidate {
        Candidate {
            resident: id(resident),
            household: household.map(id),
            adult_from: day("2000-01-01"),
            area_cm2: None,
            from: day("2020-01-01"),
            until: None,
        }
    }

    fn convened(mode: Mode) -> Meeting {
        let body = if mode == Mode::Area { Body::OwnersAssembly } else { Body::GroupMeeting };
        Meeting { state: MeetingState::Convened, held_on: Some(day("2026-04-12")), ..formal(body, mode) }
    }

    #[test]
    fn a_household_stands_once_however_many_of_it_are_of_age() {
        let all = [candidate(1, Some(100)), candidate(2, Some(100)), candidate(3, Some(101)), candidate(4, None)];
        let (meeting, frozen) = freeze(&convened(Mode::Household), &all, id(9), now()).unwrap();
        assert_eq!(frozen.roll.size, Weight::units(2));
        assert_eq!(meeting.roll, Some(frozen.roll.id));
        let (_, by_person) = freeze(&convened(Mode::Person), &all, id(9), now()).unwrap();
        assert_eq!(by_person.roll.size, Weight::units(4));
    }

    #[test]
    fn who_comes_of_age_on_the_day_of_the_meeting_counts_and_a_day_later_does_not() {
        let mut young = candidate(1, Some(100));
        let older = candidate(2, Some(101));
        young.adult_from = day("2026-04-12");
        assert_eq!(freeze(&convened(Mode::Person), &[young, older], id(9), now()).unwrap().1.roll.size.units, 2);
        young.adult_from = day("2026-04-13");
        let (_, frozen) = freeze(&convened(Mode::Household), &[young, older], id(9), now()).unwrap();
        assert_eq!(frozen.roll.size.units, 1);
        assert_eq!(frozen.left_out, [(Uuid::from_u128(100), LeftOut::NoAdult)]);
    }

    #[test]
    fn a_household_whose_members_are_all_gone_is_left_out_by_name() {
        let mut gone = candidate(1, Some(100));
        gone.until = Some(day("2026-04-11"));
        let (_, frozen) = freeze(&convened(Mode::Household), &[gone, candidate(2, Some(101))], id(9), now()).unwrap();
        assert_eq!(frozen.left_out, [(Uuid::from_u128(100), LeftOut::AllGone)]);
        gone.until = Some(day("2026-04-12"));
        let (_, frozen) = freeze(&convened(Mode::Household), &[gone, candidate(2, Some(101))], id(9), now()).unwrap();
        assert_eq!(frozen.left_out, []);
        assert_eq!(frozen.roll.size.units, 2);
    }

    #[test]
    fn an_owner_of_two_flats_is_one_owner_with_both_areas() {
        let owner = |resident, area| Candidate { area_cm2: area, ..candidate(resident, None) };
        let all = [owner(1, Some(800_000)), owner(1, Some(200_000)), owner(2, Some(900_000))];
        let (_, frozen) = freeze(&convened(Mode::Area), &all, id(9), now()).unwrap();
        assert_eq!(frozen.roll.size, Weight { units: 2, area_cm2: 1_900_000 });
        let child = Candidate { adult_from: day("2040-01-01"), ..owner(4, Some(100_000)) };
        let (_, with_child) = freeze(&convened(Mode::Area), &[all[0], child], id(9), now()).unwrap();
        assert_eq!(with_child.roll.size, Weight { units: 2, area_cm2: 900_000 });
        let refusal = freeze(&convened(Mode::Area), &[all[0], owner(3, None)], id(9), now()).unwrap_err();
        assert_eq!(refusal, RollRefusal::AreaMissing { owners: 1 });
    }

    #[test]
    fn a_representative_who_moved_away_is_left_out_and_shown() {
        let seats = vec![candidate(1, None), candidate(2, None)];
        let moved = Candidate { until: Some(day("2026-04-11")), ..candidate(2, Some(100)) };
        let belonging = [candidate(1, Some(100)), moved];
        let seats = still_of_place(seats, &belonging, day("2026-04-12"));
        let meeting = Meeting {
            state: MeetingState::Convened,
            held_on: Some(day("2026-04-12")),
            ..formal(Body::VillagersReps, Mode::Person)
        };
        let (_, frozen) = freeze(&meeting, &seats, id(9), now()).unwrap();
        assert_eq!(frozen.roll.size, Weight::units(1));
        assert_eq!(frozen.left_out, [(Uuid::from_u128(2), LeftOut::AllGone)]);
        let last_day = still_of_place(vec![candidate(2, None)], &belonging, day("2026-04-11"));
        assert_eq!(last_day[0].until, None);
    }

    #[test]
    fn an_edited_roll_shows_and_its_order_does_not_matter() {
        let all: Vec<Candidate> = (1..=48).map(|n| candidate(n, Some(100 + n))).collect();
        let (_, frozen) = freeze(&convened(Mode::Household), &all, id(9), now()).unwrap();
        let mut rows = frozen.rows.clone();
        rows.reverse();
        assert!(frozen.roll.holds(&rows));
        rows.pop();
        assert!(!frozen.roll.holds(&rows));
    }

    #[test]
    fn a_talk_a_draft_and_an_empty_village_have_no_roll() {
        let meeting = Meeting { state: MeetingState::Draft, ..convened(Mode::Person) };
        assert_eq!(freeze(&meeting, &[], id(9), now()).unwrap_err(), RollRefusal::NotConvened);
        assert_eq!(freeze(&convened(Mode::Person), &[], id(9), now()).unwrap_err(), RollRefusal::Empty);
        let talk = super::super::trial::talk();
        assert_eq!(freeze(&talk, &[], id(9), now()).unwrap_err(), RollRefusal::Talk);
    }
}
