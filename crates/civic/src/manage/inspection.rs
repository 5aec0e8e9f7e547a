//! Inspection notes: somebody was there and saw that all is well, or that something is broken (domain: §2.3, F24, F25).
//!
//! Anybody notes, by the code on the plate, with or without a name. Who it was is for those who handle it and nobody else; what
//! everybody reads is the answer. The clock runs on the side of who looks after the facility.
//!
//! States and what is left out: `docs/states/inspection.md`.

use super::facility::{Facility, FacilityRefusal};
use crate::decide::code::SlipCode;
use crate::decide::convocation::rule_word;
use crate::id::{AccountId, FacilityId, FileId, InspectionId, MatterId, PlaceId, ResidentId};
use crate::record::{Noun, Recorded, Sheet};
use crate::refusal::{Kind, Refuse, TextFault, Value};
use crate::rules::{InForce, RuleRef, RuleRefusal};
use crate::text;
use crate::time::{Day, Timestamp};
use crate::token::Token;
use crate::tokens;
use uuid::Uuid;

/// The longest words and answer, in characters.
pub const TEXT_MAX: usize = 500;

tokens! {
    /// What somebody found.
    pub enum Finding = "finding" {
        /// All is well.
        Well = "well",
        /// Something is broken.
        Defect = "defect",
    }
    /// Where a note stands.
    pub enum InspectionState = "inspection-state" {
        /// All was well; there is nothing to do.
        Noted = "noted",
        /// A defect that nobody answered yet.
        Open = "open",
        /// Answered: when and how it is mended.
        Answered = "answered",
        /// Mended.
        Mended = "mended",
        /// Looked at, and nothing is broken or it is somebody else's; with the reason.
        Dismissed = "dismissed",
    }
}

/// A note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspection {
    /// Its id.
    pub id: InspectionId,
    /// About which facility.
    pub facility: FacilityId,
    /// The facility's matter.
    pub matter: Option<MatterId>,
    /// The facility's place.
    pub place: PlaceId,
    /// The code by which whoever noted it reads the answer.
    pub code: SlipCode,
    /// What was found.
    pub finding: Finding,
    /// In that person's words.
    pub words: Option<String>,
    /// A photo of the thing.
    pub photo: Option<FileId>,
    /// Who it was, where that is known.
    pub resident: Option<ResidentId>,
    /// The helper who entered it.
    pub helper: Option<AccountId>,
    /// On which day.
    pub noted_on: Day,
    /// Until when an answer is owed, or by when it is to be mended.
    pub due_on: Option<Day>,
    /// The rule that made the day.
    pub due_rule: Option<RuleRef>,
    /// Where it stands.
    pub state: InspectionState,
    /// The answer, for everybody.
    pub answer: Option<String>,
    /// When it was answered first.
    pub answered_on: Option<Day>,
    /// When it was mended or dismissed.
    pub settled_on: Option<Day>,
    /// When it was entered.
    pub recorded_at: Timestamp,
    /// The version read; the store compares and raises it.
    pub version: i64,
}

/// Why something is not done with a note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InspectionRefusal {
    /// A text is not taken.
    Text(TextFault),
    /// A defect without words and without a photo.
    NothingSaid,
    /// It is not in a state for this.
    State {
        /// Where it stands.
        state: InspectionState,
    },
    /// A day that is not yet.
    DayToCome,
    /// A day before the note.
    TooEarly {
        /// The day of the note.
        day: Day,
    },
    /// A promise for a day that is past.
    PromisePast,
    /// The facility says no.
    Facility(FacilityRefusal),
    /// No rule or no calendar for that day.
    Rule(RuleRefusal),
}

impl From<TextFault> for InspectionRefusal {
    fn from(fault: TextFault) -> Self {
        Self::Text(fault)
    }
}
impl From<FacilityRefusal> for InspectionRefusal {
    fn from(refusal: FacilityRefusal) -> Self {
        Self::Facility(refusal)
    }
}
impl From<RuleRefusal> for InspectionRefusal {
    fn from(refusal: RuleRefusal) -> Self {
        Self::Rule(refusal)
    }
}

impl Refuse for InspectionRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::State { .. } => Kind::Conflict,
            Self::Facility(facility) => facility.kind(),
            Self::Rule(rule) => rule.kind(),
            _ => Kind::Invalid,
        }
    }
    fn key(&self) -> &'static str {
        match self {
            Self::Text(fault) => fault.key(),
            Self::NothingSaid => "refusal-inspection-nothing-said",
            Self::State { .. } => "refusal-inspection-state",
            Self::DayToCome => "refusal-inspection-day-to-come",
            Self::TooEarly { .. } => "refusal-inspection-too-early",
            Self::PromisePast => "refusal-inspection-promise-past",
            Self::Facility(facility) => facility.key(),
            Self::Rule(rule) => rule.key(),
        }
    }
    fn values(&self) -> Vec<(&'static str, Value)> {
        match self {
            Self::Text(fault) => fault.values(),
            Self::State { state } => vec![("state", Value::Word(state.key()))],
            Self::TooEarly { day } => vec![("day", Value::Day(*day))],
            Self::Facility(facility) => facility.values(),
            Self::Rule(rule) => rule.values(),
            _ => Vec::new(),
        }
    }
    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Text(fault) => fault.field(),
            Self::NothingSaid => Some("words"),
            Self::DayToCome | Self::TooEarly { .. } => Some("day"),
            Self::PromisePast => Some("promised"),
            Self::Facility(facility) => facility.field(),
            _ => None,
        }
    }
}

/// What somebody notes.
#[derive(Clone, Copy, Debug)]
pub struct NoteForm<'a> {
    /// What was found.
    pub finding: Finding,
    /// In which words.
    pub words: &'a str,
    /// A photo of the thing.
    pub photo: Option<FileId>,
    /// Who it was.
    pub resident: Option<ResidentId>,
    /// The helper who enters it.
    pub helper: Option<AccountId>,
}

/// Takes a note. A defect is owed an answer as a need is: by the same rule, where the county has one. Answers the note and the
/// facility as it stands after it.
pub fn note(
    facility: &Facility,
    form: &NoteForm<'_>,
    rules: &InForce<'_>,
    (id, code, today, now): (InspectionId, SlipCode, Day, Timestamp),
) -> Result<(Inspection, Facility), InspectionRefusal> {
    let words = text::block_or_none(form.words, TEXT_MAX).map_err(TextFault::at("words"))?;
    let defect = form.finding == Finding::Defect;
    if defect && words.is_none() && form.photo.is_none() {
        return Err(InspectionRefusal::NothingSaid);
    }
    let after = facility.broke()?;
    let (due_on, due_rule) = match rules.reply() {
        Some(reply) if defect => (Some(rules.period_end(today, reply.value)?), Some(reply.rule)),
        _ => (None, None),
    };
    let one = Inspection {
        id,
        facility: facility.id,
        matter: facility.matter,
        place: facility.place,
        code,
        finding: form.finding,
        words,
        photo: form.photo,
        resident: form.resident,
        helper: form.helper,
        noted_on: today,
        due_on,
        due_rule,
        state: if defect { InspectionState::Open } else { InspectionState::Noted },
        answer: None,
        answered_on: None,
        settled_on: None,
        recorded_at: now,
        version: 1,
    };
    Ok((one, if defect { after } else { facility.clone() }))
}

impl Inspection {
    /// Whether it waits for something.
    pub fn waits(&self) -> bool {
        matches!(self.state, InspectionState::Open | InspectionState::Answered)
    }

    fn waiting(&self) -> Result<(), InspectionRefusal> {
        if self.waits() { Ok(()) } else { Err(InspectionRefusal::State { state: self.state }) }
    }

    /// Answers: how it is mended, and by which day. A second answer takes the place of the first, which stays in the record.
    pub fn answered(&self, answer: &str, promised: Option<Day>, today: Day) -> Result<Self, InspectionRefusal> {
        self.waiting()?;
        let answer = text::block(answer, TEXT_MAX).map_err(TextFault::at("answer"))?;
        if promised.is_some_and(|day| day < today) {
            return Err(InspectionRefusal::PromisePast);
        }
        Ok(Self {
            state: InspectionState::Answered,
            answer: Some(answer),
            answered_on: self.answered_on.or(Some(today)),
            due_on: promised,
            due_rule: None,
            ..self.clone()
        })
    }

    /// It is mended since `on`.
    pub fn mended(&self, answer: &str, on: Day, today: Day) -> Result<Self, InspectionRefusal> {
        self.settled(InspectionState::Mended, answer, on, today)
    }

    /// It was looked at, and there is nothing to mend here; with the reason.
    pub fn dismissed(&self, reason: &str, today: Day) -> Result<Self, InspectionRefusal> {
        self.settled(InspectionState::Dismissed, reason, today, today)
    }

    fn settled(&self, state: InspectionState, answer: &str, on: Day, today: Day) -> Result<Self, InspectionRefusal> {
        self.waiting()?;
        let answer = text::block(answer, TEXT_MAX).map_err(TextFault::at("answer"))?;
        if on > today {
            return Err(InspectionRefusal::DayToCome);
        }
        if on < self.noted_on {
            return Err(InspectionRefusal::TooEarly { day: self.noted_on });
        }
        Ok(Self {
            state,
            answer: Some(answer),
            answered_on: self.answered_on.or(Some(today)),
            settled_on: Some(on),
            due_on: None,
            due_rule: None,
            ..self.clone()
        })
    }

    /// Whether its last day is over: the side of who looks after the facility turns amber.
    pub fn overdue(&self, today: Day) -> bool {
        self.waits() && self.due_on.is_some_and(|due| due < today)
    }

    /// Without who it was and what was said.
    pub fn erased(&self) -> Self {
        Self { words: None, photo: None, resident: None, helper: None, ..self.clone() }
    }
}

impl Recorded for Inspection {
    const NOUN: Noun = Noun::Inspection;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        self.matter.into_iter().collect()
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        // Who it was stands in no record, not even as an id.
        sheet.id("facility", self.facility);
        sheet.id("place", self.place);
        sheet.text("code", &self.code.digits());
        sheet.token("finding", self.finding);
        sheet.text_or_none("words", self.words.as_deref());
        sheet.id_or_none("photo", self.photo);
        sheet.day("noted_on", self.noted_on);
        sheet.day_or_none("due_on", self.due_on);
        rule_word(sheet, "due_rule", self.due_rule.as_ref());
        sheet.token("state", self.state);
        sheet.text_or_none("answer", self.answer.as_deref());
        sheet.day_or_none("answered_on", self.answered_on);
        sheet.day_or_none("settled_on", self.settled_on);
        sheet.at("recorded_at", self.recorded_at);
    }
}

#[cfg(test)]
mod tests {
    use super::super::facility::FacilityState;
    use super::super::facility::tests::old;
    use super::*;
    use crate::decide::trial::{day, demo, id, law, now};
    use crate::states;

    const TODAY: &str = "2026-07-06";
    fn form(finding: Finding, words: &'static str) -> NoteForm<'static> {
        NoteForm { finding, words, photo: None, resident: None, helper: None }
    }
    fn with() -> (InspectionId, SlipCode, Day, Timestamp) {
        (id(120), SlipCode::parse("000000000000").unwrap_or_else(|_| code()), day(TODAY), now())
    }
    fn code() -> SlipCode {
        struct Zero;
        impl crate::id::Chance for Zero {
            fn fill(&mut self, bytes: &mut [u8]) {
                bytes.fill(1);
            }
        }
        SlipCode::fresh(&mut Zero)
    }
    fn defect() -> Inspection {
        note(&old(), &form(Finding::Defect, "边沟盖板断了一块"), &demo(TODAY), with()).unwrap().0
    }
    fn at(state: InspectionState) -> Inspection {
        Inspection { state, ..defect() }
    }

    #[test]
    fn a_defect_makes_the_facility_faulty_and_is_owed_an_answer_by_the_countys_rule() {
        let (one, after) = note(&old(), &form(Finding::Defect, "边沟盖板断了"), &demo(TODAY), with()).unwrap();
        assert_eq!((one.state, after.state), (InspectionState::Open, FacilityState::Faulty));
        assert!(one.due_on.is_some() && one.due_rule.is_some());
        assert!(!one.overdue(one.due_on.unwrap()) && one.overdue(one.due_on.unwrap().plus(1)));
        // National law knows no such day.
        let (bare, _) = note(&old(), &form(Finding::Defect, "断了"), &law(TODAY), with()).unwrap();
        assert_eq!((bare.due_on, bare.due_rule), (None, None));
        let said = note(&old(), &form(Finding::Defect, " "), &demo(TODAY), with()).unwrap_err();
        assert_eq!(said, InspectionRefusal::NothingSaid);
        let photo = NoteForm { photo: Some(id(5)), ..form(Finding::Defect, "") };
        assert!(note(&old(), &photo, &demo(TODAY), with()).is_ok());
    }

    #[test]
    fn all_is_well_changes_nothing_and_asks_for_no_words() {
        let (one, after) = note(&old(), &form(Finding::Well, ""), &demo(TODAY), with()).unwrap();
        assert_eq!((one.state, one.due_on, after), (InspectionState::Noted, None, old()));
        assert!(one.answered("好", None, day(TODAY)).is_err());
    }

    #[test]
    fn what_is_gone_is_not_reported_as_broken() {
        let gone = old().removed("并入新路").unwrap();
        assert!(note(&gone, &form(Finding::Defect, "断了"), &demo(TODAY), with()).is_err());
    }

    #[test]
    fn an_answer_promises_a_day_and_mending_has_its_own() {
        let one = defect();
        let refused = one.answered("换盖板", Some(day("2026-07-05")), day(TODAY)).unwrap_err();
        assert_eq!(refused, InspectionRefusal::PromisePast);
        let said = one.answered("换盖板", Some(day("2026-07-20")), day(TODAY)).unwrap();
        assert_eq!((said.due_on, said.due_rule.clone()), (Some(day("2026-07-20")), None));
        assert!(!said.overdue(day("2026-07-20")) && said.overdue(day("2026-07-21")));
        let early = said.mended("换好了", day("2026-07-05"), day("2026-07-21")).unwrap_err();
        assert_eq!(early, InspectionRefusal::TooEarly { day: day(TODAY) });
        assert_eq!(said.mended("换好了", day("2026-07-22"), day("2026-07-21")), Err(InspectionRefusal::DayToCome));
        let done = said.mended("换好了", day("2026-07-19"), day("2026-07-21")).unwrap();
        assert_eq!((done.answered_on, done.settled_on), (Some(day(TODAY)), Some(day("2026-07-19"))));
        assert!(!done.waits() && !done.overdue(day("2027-01-01")));
    }

    #[test]
    fn the_record_does_not_say_who_it_was() {
        let named = Inspection { resident: Some(id(7)), helper: Some(id(8)), ..defect() };
        let facts = |one: &Inspection| crate::record::Entry::facts_again(one, &|_| Some([0; 16])).canonical();
        assert_eq!(facts(&named), facts(&defect()));
        assert_eq!((named.erased().resident, named.erased().words), (None, None));
    }

    #[test]
    fn the_diagram_draws_what_a_note_can_do() {
        let on = day(TODAY);
        let one = |result: Result<Inspection, InspectionRefusal>| result.map(|one| one.state).map_err(|_| ());
        let steps = states::steps(
            InspectionState::ALL,
            &[&|s| one(at(s).answered("换盖板", None, on)), &|s| one(at(s).mended("换好了", on, on)), &|s| {
                one(at(s).dismissed("看过了，没有断", on))
            }],
        );
        let page = include_str!("../../../../docs/states/inspection.md");
        let begins = [InspectionState::Noted, InspectionState::Open];
        states::same(page, 0, InspectionState::ALL, &begins, steps);
    }
}
