//! Rosters: turns that people take by choice (domain: §2.3, F23; R-V-1).
//!
//! Nobody is put on a roster by somebody else (Regulations on Volunteer Services art. 25): a turn is taken by the person, from a
//! phone or with a helper who has that person's consent. Who steps back does so without a reason and without a trace. Nothing counts who
//! came, and nothing counts turns of a person.
//!
//! States and what is left out: `docs/states/roster.md`.

use super::facility::{Facility, FacilityState};
use crate::id::{AccountId, FacilityId, MatterId, PlaceId, ResidentId, RosterId, SignUpId, SlotId};
use crate::record::{Noun, Recorded, Sheet};
use crate::refusal::{Faults, Kind, Refuse, TextFault, Value};
use crate::text;
use crate::time::Day;
use crate::tokens;
use uuid::Uuid;

/// The longest title and task, in characters.
pub const TITLE_MAX: usize = 60;
/// The longest note about what to take care of, in characters.
pub const CARE_MAX: usize = 300;
/// The most people in one turn.
pub const PEOPLE_MAX: u32 = 50;
/// The most turns made at once.
pub const TIMES_MAX: u32 = 60;
/// The most turns of one roster that lie ahead.
pub const SLOTS_MAX: usize = 120;
/// For how many days after a turn its names are kept.
pub const KEPT_DAYS: i32 = 90;

tokens! {
    /// Where a roster stands.
    pub enum RosterState = "roster-state" {
        /// Turns can be taken.
        Open = "open",
        /// No more turns are taken.
        Closed = "closed",
    }
    /// Where a turn stands.
    pub enum SlotState = "slot-state" {
        /// It can be taken.
        Open = "open",
        /// It falls out.
        CalledOff = "called_off",
    }
    /// How long one turn is.
    pub enum Every = "every" {
        /// A day.
        Day = "day",
        /// A week.
        Week = "week",
    }
}

/// A roster of one facility.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roster {
    /// Its id.
    pub id: RosterId,
    /// Of which facility.
    pub facility: FacilityId,
    /// The facility's matter.
    pub matter: Option<MatterId>,
    /// The facility's place.
    pub place: PlaceId,
    /// What it is about.
    pub title: String,
    /// What to take care of: risks are told before somebody takes a turn (R-V-2).
    pub care: Option<String>,
    /// Where it stands.
    pub state: RosterState,
    /// The version read; the store compares and raises it.
    pub version: i64,
}

/// A turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Its id.
    pub id: SlotId,
    /// Of which roster.
    pub roster: RosterId,
    /// The roster's matter.
    pub matter: Option<MatterId>,
    /// Its first day.
    pub from: Day,
    /// Its last day.
    pub until: Day,
    /// What is to be done.
    pub task: String,
    /// How many people it takes.
    pub people: u32,
    /// Where it stands.
    pub state: SlotState,
    /// The version read; the store compares and raises it.
    pub version: i64,
}

/// That somebody took a turn. It makes no entry in the record, so that stepping back leaves nothing behind, and goes
/// [`KEPT_DAYS`] days after the turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignUp {
    /// Its id.
    pub id: SignUpId,
    /// Which turn.
    pub slot: SlotId,
    /// Who.
    pub resident: ResidentId,
    /// The helper who entered it with that person's consent.
    pub helper: Option<AccountId>,
    /// Whether the given name may stand on the printed roster.
    pub show_name: bool,
    /// Whether somebody else may take it over.
    pub offered: bool,
    /// Whether the person asked to be reminded.
    pub remind: bool,
    /// The last day of the turn, from which on the row has so many days left.
    pub until: Day,
}

/// Why something is not done with a roster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RosterRefusal {
    /// A text is not taken.
    Text(TextFault),
    /// The first day is missing.
    DayMissing,
    /// The first day is past.
    DayPast,
    /// How many people.
    People {
        /// The most.
        max: i64,
    },
    /// How many turns.
    Times {
        /// The most.
        max: i64,
    },
    /// The roster has as many turns ahead as it can have.
    TooMany {
        /// The most.
        max: i64,
    },
    /// The roster is closed.
    Closed,
    /// The turn falls out.
    CalledOff,
    /// The turn is over.
    Over,
    /// Everybody that it takes is there.
    Full,
    /// The person has it already.
    Taken,
    /// The person does not have it.
    NotTaken,
    /// Nobody offers it.
    NotOffered,
    /// Only residents of the village take turns, and only the person or a helper with consent enters it.
    NoResident,
    /// The facility is no more.
    Gone,
}

impl From<TextFault> for RosterRefusal {
    fn from(fault: TextFault) -> Self {
        Self::Text(fault)
    }
}

impl Refuse for RosterRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::Text(_) | Self::DayMissing | Self::DayPast | Self::People { .. } | Self::Times { .. } => {
                Kind::Invalid
            }
            Self::NoResident => Kind::Forbidden,
            _ => Kind::Conflict,
        }
    }
    fn key(&self) -> &'static str {
        match self {
            Self::Text(fault) => fault.key(),
            Self::DayMissing => "field-day-empty",
            Self::DayPast => "refusal-roster-day-past",
            Self::People { .. } => "refusal-roster-people",
            Self::Times { .. } => "refusal-roster-times",
            Self::TooMany { .. } => "refusal-roster-too-many",
            Self::Closed => "refusal-roster-closed",
            Self::CalledOff => "refusal-roster-called-off",
            Self::Over => "refusal-roster-over",
            Self::Full => "refusal-roster-full",
            Self::Taken => "refusal-roster-taken",
            Self::NotTaken => "refusal-roster-not-taken",
            Self::NotOffered => "refusal-roster-not-offered",
            Self::NoResident => "refusal-roster-no-resident",
            Self::Gone => "refusal-roster-gone",
        }
    }
    fn values(&self) -> Vec<(&'static str, Value)> {
        match self {
            Self::Text(fault) => fault.values(),
            Self::People { max } | Self::Times { max } | Self::TooMany { max } => vec![("max", Value::Int(*max))],
            _ => Vec::new(),
        }
    }
    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Text(fault) => fault.field(),
            Self::DayMissing | Self::DayPast => Some("from"),
            Self::People { .. } => Some("people"),
            Self::Times { .. } | Self::TooMany { .. } => Some("times"),
            _ => None,
        }
    }
}

/// Opens a roster.
pub fn open(facility: &Facility, title: &str, care: &str, id: RosterId) -> Result<Roster, Vec<RosterRefusal>> {
    let mut faults = Faults::<RosterRefusal>::default();
    let title = faults.take(text::line(title, TITLE_MAX).map_err(TextFault::at("title")));
    let care = faults.take(text::block_or_none(care, CARE_MAX).map_err(TextFault::at("care")));
    if facility.state == FacilityState::Removed {
        faults.add(RosterRefusal::Gone);
    }
    let roster = (|| {
        Some(Roster {
            id,
            facility: facility.id,
            matter: facility.matter,
            place: facility.place,
            title: title?,
            care: care?,
            state: RosterState::Open,
            version: 1,
        })
    })();
    faults.finish(roster)
}

/// What the form for turns says.
#[derive(Clone, Copy, Debug)]
pub struct SlotsForm<'a> {
    /// The first day.
    pub from: Option<Day>,
    /// How long one is.
    pub every: Every,
    /// How many, one after the other.
    pub times: &'a str,
    /// What is to be done.
    pub task: &'a str,
    /// How many people each takes.
    pub people: &'a str,
}

/// Turns one after the other. `ahead` is how many the roster has before it already; `ids` gives each its id.
pub fn slots(
    roster: &Roster,
    form: &SlotsForm<'_>,
    ahead: usize,
    today: Day,
    ids: &mut dyn FnMut() -> SlotId,
) -> Result<Vec<Slot>, Vec<RosterRefusal>> {
    let mut faults = Faults::<RosterRefusal>::default();
    if roster.state == RosterState::Closed {
        faults.add(RosterRefusal::Closed);
    }
    let task = faults.take(text::line(form.task, TITLE_MAX).map_err(TextFault::at("task")));
    let number = |typed: &str, max: u32| text::count(typed, max).filter(|n| *n > 0);
    let people = number(form.people, PEOPLE_MAX).ok_or(RosterRefusal::People { max: i64::from(PEOPLE_MAX) });
    let people = faults.take(people);
    let times = number(form.times, TIMES_MAX).ok_or(RosterRefusal::Times { max: i64::from(TIMES_MAX) });
    let times = faults.take(times);
    let from = faults.take(match form.from {
        None => Err(RosterRefusal::DayMissing),
        Some(from) if from < today => Err(RosterRefusal::DayPast),
        Some(from) => Ok(from),
    });
    let more = times.and_then(|times| usize::try_from(times).ok()).unwrap_or_default();
    if ahead + more > SLOTS_MAX {
        faults.add(RosterRefusal::TooMany { max: i64::try_from(SLOTS_MAX).unwrap_or(i64::MAX) });
    }
    let made = (|| {
        let (task, people, times, mut from) = (task?, people?, times?, from?);
        let days = match form.every {
            Every::Day => 1,
            Every::Week => 7,
        };
        let mut all = Vec::new();
        for _ in 0..times {
            all.push(Slot {
                id: ids(),
                roster: roster.id,
                matter: roster.matter,
                from,
                until: from.plus(days - 1),
                task: task.clone(),
                people,
                state: SlotState::Open,
                version: 1,
            });
            from = from.plus(days);
        }
        Some(all)
    })();
    faults.finish(made)
}

impl Roster {
    /// No more turns are taken.
    pub fn closed(&self) -> Result<Self, RosterRefusal> {
        if self.state == RosterState::Closed {
            return Err(RosterRefusal::Closed);
        }
        Ok(Self { state: RosterState::Closed, ..self.clone() })
    }
}

impl Slot {
    /// It falls out.
    pub fn called_off(&self, today: Day) -> Result<Self, RosterRefusal> {
        self.stands(today)?;
        Ok(Self { state: SlotState::CalledOff, ..self.clone() })
    }

    fn stands(&self, today: Day) -> Result<(), RosterRefusal> {
        if self.state == SlotState::CalledOff {
            return Err(RosterRefusal::CalledOff);
        }
        if self.until < today { Err(RosterRefusal::Over) } else { Ok(()) }
    }
}

/// Somebody who takes a turn: who is signed in, or whose helper is.
#[derive(Clone, Copy, Debug)]
pub struct Taker<'a> {
    /// Who.
    pub resident: ResidentId,
    /// Where that person belongs, with the places above.
    pub home: &'a [PlaceId],
    /// The helper who enters it.
    pub helper: Option<AccountId>,
    /// Whether the given name may stand on the printed roster.
    pub show_name: bool,
    /// Whether the person asked to be reminded.
    pub remind: bool,
}

/// Takes a turn. `taken` are those who have it, `village` is the village of the facility or, above villages, its own place.
pub fn sign_up(
    (roster, slot): (&Roster, &Slot),
    taken: &[SignUp],
    taker: &Taker<'_>,
    village: PlaceId,
    (id, today): (SignUpId, Day),
) -> Result<SignUp, RosterRefusal> {
    welcome(roster, slot, taken, taker, village, today)?;
    if u32::try_from(taken.len()).map_or(true, |n| n >= slot.people) {
        return Err(RosterRefusal::Full);
    }
    Ok(signed(slot, taker, id))
}

/// Takes over a turn that somebody offers: the one who offers it is off, the other on. Answers both.
pub fn take_over<'s>(
    (roster, slot): (&Roster, &Slot),
    taken: &'s [SignUp],
    taker: &Taker<'_>,
    village: PlaceId,
    (id, today): (SignUpId, Day),
) -> Result<(&'s SignUp, SignUp), RosterRefusal> {
    welcome(roster, slot, taken, taker, village, today)?;
    // Whoever offered first is relieved first.
    let offered = taken.iter().filter(|one| one.offered).min_by_key(|one| one.id).ok_or(RosterRefusal::NotOffered)?;
    Ok((offered, signed(slot, taker, id)))
}

fn welcome(
    roster: &Roster,
    slot: &Slot,
    taken: &[SignUp],
    taker: &Taker<'_>,
    village: PlaceId,
    today: Day,
) -> Result<(), RosterRefusal> {
    if roster.state == RosterState::Closed {
        return Err(RosterRefusal::Closed);
    }
    slot.stands(today)?;
    if !taker.home.contains(&village) {
        return Err(RosterRefusal::NoResident);
    }
    if taken.iter().any(|one| one.resident == taker.resident) { Err(RosterRefusal::Taken) } else { Ok(()) }
}

fn signed(slot: &Slot, taker: &Taker<'_>, id: SignUpId) -> SignUp {
    let Taker { resident, helper, show_name, remind, .. } = *taker;
    SignUp { id, slot: slot.id, resident, helper, show_name, offered: false, remind, until: slot.until }
}

/// The person's own turn among those of a slot: to step back, or to offer it. Stepping back is never refused for a reason of time:
/// who cannot come cannot come.
pub fn own(taken: &[SignUp], resident: ResidentId) -> Result<&SignUp, RosterRefusal> {
    taken.iter().find(|one| one.resident == resident).ok_or(RosterRefusal::NotTaken)
}

impl SignUp {
    /// Offers it to others, or no more.
    pub fn offered(&self, offered: bool) -> Self {
        Self { offered, ..self.clone() }
    }
}

/// What a name is called among neighbours, for the board: the given name. Somebody of one character only has no other.
pub fn given_name(name: &str) -> String {
    let surname = crate::people::resident::surname(name);
    match name.trim().strip_prefix(&surname) {
        Some(given) if !given.trim().is_empty() => given.trim().to_owned(),
        _ => name.trim().to_owned(),
    }
}

impl Recorded for Roster {
    const NOUN: Noun = Noun::Roster;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        self.matter.into_iter().collect()
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        sheet.id("facility", self.facility);
        sheet.id("place", self.place);
        sheet.text("title", &self.title);
        sheet.text_or_none("care", self.care.as_deref());
        sheet.token("state", self.state);
    }
}

impl Recorded for Slot {
    const NOUN: Noun = Noun::Slot;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        self.matter.into_iter().collect()
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        sheet.id("roster", self.roster);
        sheet.day("from", self.from);
        sheet.day("until", self.until);
        sheet.text("task", &self.task);
        sheet.int("people", self.people);
        sheet.token("state", self.state);
    }
}

#[cfg(test)]
mod tests {
    use super::super::facility::tests::old;
    use super::*;
    use crate::decide::matter::tests::day;
    use crate::decide::trial::id;
    use crate::states;
    use crate::token::Token;
    use proptest::prelude::*;

    const TODAY: &str = "2026-07-01";
    fn roster() -> Roster {
        open(&old(), "西巷扫路", "清沟下雨天不做", id(90)).unwrap()
    }
    fn form() -> SlotsForm<'static> {
        SlotsForm { from: Some(day("2026-07-06")), every: Every::Week, times: "4", task: "扫路", people: "2" }
    }
    fn turns() -> Vec<Slot> {
        let mut n = 100;
        let mut ids = || {
            n += 1;
            id(n)
        };
        slots(&roster(), &form(), 0, day(TODAY), &mut ids).unwrap()
    }
    const HOME: u128 = 2;
    fn taker(n: u128, home: &[PlaceId]) -> Taker<'_> {
        Taker { resident: id(n), home, helper: None, show_name: false, remind: false }
    }
    fn takes(slot: &Slot, taken: &[SignUp], n: u128) -> Result<SignUp, RosterRefusal> {
        let home = [id(HOME)];
        sign_up((&roster(), slot), taken, &taker(n, &home), id(HOME), (id(1000 + n), day(TODAY)))
    }

    #[test]
    fn turns_follow_each_other_without_a_gap() {
        let turns = turns();
        assert_eq!(turns.len(), 4);
        for pair in turns.windows(2) {
            assert_eq!(pair[0].until.plus(1), pair[1].from);
        }
        assert_eq!((turns[0].from, turns[0].until), (day("2026-07-06"), day("2026-07-12")));
    }

    #[test]
    fn turns_that_make_no_sense_are_refused_by_their_fields() {
        let fields = |form: SlotsForm<'_>, ahead: usize| -> Vec<_> {
            let refused = slots(&roster(), &form, ahead, day(TODAY), &mut || id(1)).unwrap_err();
            refused.iter().filter_map(Refuse::field).collect()
        };
        assert_eq!(fields(SlotsForm { from: Some(day("2026-06-30")), ..form() }, 0), ["from"]);
        assert_eq!(
            fields(SlotsForm { from: None, task: "", people: "0", times: "61", ..form() }, 0),
            ["task", "people", "times", "from"]
        );
        assert_eq!(fields(form(), SLOTS_MAX - 3), ["times"]);
        assert!(slots(&roster(), &form(), SLOTS_MAX - 4, day(TODAY), &mut || id(1)).is_ok());
    }

    #[test]
    fn a_turn_takes_so_many_and_no_more_and_nobody_twice() {
        let turn = turns().remove(0);
        let first = takes(&turn, &[], 1).unwrap();
        assert_eq!(takes(&turn, std::slice::from_ref(&first), 1), Err(RosterRefusal::Taken));
        let second = takes(&turn, std::slice::from_ref(&first), 2).unwrap();
        assert_eq!(takes(&turn, &[first, second], 3), Err(RosterRefusal::Full));
    }

    #[test]
    fn only_who_lives_there_takes_a_turn() {
        let turn = turns().remove(0);
        let far = [id(9)];
        let refused = sign_up((&roster(), &turn), &[], &taker(1, &far), id(HOME), (id(5), day(TODAY)));
        assert_eq!(refused, Err(RosterRefusal::NoResident));
        assert_eq!(refused.unwrap_err().kind(), Kind::Forbidden);
    }

    #[test]
    fn a_turn_that_is_over_or_falls_out_is_not_taken_but_anybody_steps_back() {
        let turn = turns().remove(0);
        let home = [id(HOME)];
        let on = |today: &str| sign_up((&roster(), &turn), &[], &taker(1, &home), id(HOME), (id(5), day(today)));
        assert!(on("2026-07-12").is_ok());
        assert_eq!(on("2026-07-13"), Err(RosterRefusal::Over));
        let off = turn.called_off(day(TODAY)).unwrap();
        assert_eq!(takes(&off, &[], 1), Err(RosterRefusal::CalledOff));
        assert_eq!(turn.called_off(day("2026-07-13")), Err(RosterRefusal::Over));
        let mine = takes(&turn, &[], 1).unwrap();
        assert_eq!(own(std::slice::from_ref(&mine), id(1)), Ok(&mine));
        assert_eq!(own(&[mine], id(2)), Err(RosterRefusal::NotTaken));
    }

    #[test]
    fn an_offered_turn_goes_to_whoever_takes_it_and_the_turn_is_as_full_as_before() {
        let turn = turns().remove(0);
        let (one, two) = (takes(&turn, &[], 1).unwrap(), takes(&turn, &[], 2).unwrap());
        let home = [id(HOME)];
        let with = || (id(7), day(TODAY));
        let full = [one.clone(), two.clone()];
        assert_eq!(
            take_over((&roster(), &turn), &full, &taker(3, &home), id(HOME), with()),
            Err(RosterRefusal::NotOffered)
        );
        let full = [one, two.offered(true)];
        let (off, on) = take_over((&roster(), &turn), &full, &taker(3, &home), id(HOME), with()).unwrap();
        assert_eq!((off.resident, on.resident, on.offered), (id(2), id(3), false));
        // Nobody takes over their own.
        assert_eq!(take_over((&roster(), &turn), &full, &taker(2, &home), id(HOME), with()), Err(RosterRefusal::Taken));
    }

    #[test]
    fn the_board_shows_a_given_name() {
        assert_eq!(given_name("陈秀英"), "秀英");
        assert_eq!(given_name("欧阳建国"), "建国");
        assert_eq!(given_name("陈"), "陈");
    }

    proptest! {
        #[test]
        fn however_people_take_and_leave_a_turn_never_holds_more_than_it_takes(moves in proptest::collection::vec((1_u128..6, 0_u8..4), 0..60)) {
            let turn = turns().remove(0);
            let home = [id(HOME)];
            let mut taken: Vec<SignUp> = Vec::new();
            for (at, (who, what)) in moves.into_iter().enumerate() {
                let with = (id(2000 + u128::try_from(at).unwrap()), day(TODAY));
                match what {
                    0 => if let Ok(one) = sign_up((&roster(), &turn), &taken, &taker(who, &home), id(HOME), with) { taken.push(one) },
                    1 => if let Ok(own) = own(&taken, id(who)).cloned() { taken.retain(|one| one.id != own.id) },
                    2 => if let Ok(own) = own(&taken, id(who)).cloned() {
                        taken.retain(|one| one.id != own.id);
                        taken.push(own.offered(true));
                    },
                    _ => {
                        let over = take_over((&roster(), &turn), &taken, &taker(who, &home), id(HOME), with);
                        if let Ok((off, on)) = over.map(|(off, on)| (off.id, on)) {
                            taken.retain(|one| one.id != off);
                            taken.push(on);
                        }
                    }
                }
                prop_assert!(taken.len() <= 2);
                let mut people: Vec<_> = taken.iter().map(|one| one.resident).collect();
                people.sort_unstable();
                people.dedup();
                prop_assert_eq!(people.len(), taken.len());
            }
        }
    }

    #[test]
    fn the_diagrams_draw_what_rosters_and_turns_can_do() {
        let page = include_str!("../../../../docs/states/roster.md");
        let steps =
            states::steps(RosterState::ALL, &[&|state| Roster { state, ..roster() }.closed().map(|one| one.state)]);
        states::same(page, 0, RosterState::ALL, &[RosterState::Open], steps);
        let turn = |state| Slot { state, ..turns().remove(0) };
        let steps = states::steps(SlotState::ALL, &[&|state| turn(state).called_off(day(TODAY)).map(|one| one.state)]);
        states::same(page, 1, SlotState::ALL, &[SlotState::Open], steps);
    }
}
