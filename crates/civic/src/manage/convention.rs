//! Upkeep conventions: what the users of a facility agreed to do for it, how often and with what money (domain: §2.3, F22).
//!
//! A convention is an agreement and punishes nobody: texts that threaten with fines, loss of welfare or shame are refused, with the words
//! and the law ([`super::ban`]). What is in force is never rewritten: a correction is a new one that takes the place of the old, with its
//! reason, and both stay readable.
//!
//! States and what is left out: `docs/states/convention.md`.

use super::ban;
use super::facility::{Facility, FacilityState};
use crate::decide::meeting::{Meeting, MeetingState, Sort};
use crate::id::{ConventionId, FacilityId, MatterId, MeetingId, PlaceId};
use crate::record::{Noun, Recorded, Sheet};
use crate::refusal::{Faults, Kind, Refuse, TextFault, Value};
use crate::rules::Body;
use crate::text;
use crate::time::{Day, Timestamp};
use crate::token::Token;
use crate::tokens;
use uuid::Uuid;

/// The longest text of one line, in characters.
pub const LINE_MAX: usize = 120;
/// The longest text, in characters.
pub const TEXT_MAX: usize = 1_000;

tokens! {
    /// Where a convention stands.
    pub enum ConventionState = "convention-state" {
        /// Being written; the committee sees it.
        Draft = "draft",
        /// Agreed and in force.
        InForce = "in_force",
        /// Over, or replaced.
        Ended = "ended",
    }
}

/// What is agreed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Who agrees.
    pub parties: String,
    /// What it is about.
    pub area: String,
    /// What is to be done.
    pub what: String,
    /// How often.
    pub how_often: String,
    /// With what money.
    pub money: String,
    /// How trouble is settled.
    pub trouble: String,
    /// From which day.
    pub from: Day,
    /// To which day; open when `None`.
    pub until: Option<Day>,
    /// Whether it is part of the village rules.
    pub village_rules: bool,
    /// Under which number village rules were filed with the township.
    pub filing: Option<String>,
    /// The meeting that adopted it.
    pub meeting: Option<MeetingId>,
    /// Who agreed, where no meeting did.
    pub agreed_by: Option<String>,
}

/// A convention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Convention {
    /// Its id.
    pub id: ConventionId,
    /// About which facility.
    pub facility: FacilityId,
    /// The facility's matter.
    pub matter: Option<MatterId>,
    /// The facility's place.
    pub place: PlaceId,
    /// What is agreed.
    pub terms: Terms,
    /// The one whose place it takes.
    pub replaces: Option<ConventionId>,
    /// Why it takes its place.
    pub reason: Option<String>,
    /// Where it stands.
    pub state: ConventionState,
    /// Since when it is in force.
    pub in_force_on: Option<Day>,
    /// When it ended.
    pub ended_on: Option<Day>,
    /// Why it ended.
    pub ended_because: Option<String>,
    /// When it was written.
    pub created_at: Timestamp,
    /// The version read; the store compares and raises it.
    pub version: i64,
}

/// Why something is not done with a convention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConventionRefusal {
    /// A text is not taken.
    Text(TextFault),
    /// A text threatens with what no convention may threaten with.
    Banned {
        /// The field.
        field: &'static str,
        /// What was found.
        found: ban::Found,
    },
    /// The first day is missing.
    DayMissing,
    /// It would end before it begins.
    Ends {
        /// Its first day.
        from: Day,
    },
    /// Neither a meeting nor those who agreed.
    NobodyAgreed,
    /// That meeting is not held or is none of the matter.
    Meeting,
    /// Village rules are adopted by the assembly and by nobody else.
    RulesAssembly,
    /// Village rules without the number of their filing.
    RulesFiling,
    /// It is not in a state for this.
    State {
        /// Where it stands.
        state: ConventionState,
    },
    /// What it would replace is not in force any more.
    Replaced,
    /// Another one is in force: it is corrected and not passed by.
    Another,
    /// The facility is no more.
    Gone,
}

impl From<TextFault> for ConventionRefusal {
    fn from(fault: TextFault) -> Self {
        Self::Text(fault)
    }
}

impl Refuse for ConventionRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::State { .. } | Self::Replaced | Self::Another | Self::Gone => Kind::Conflict,
            _ => Kind::Invalid,
        }
    }
    fn key(&self) -> &'static str {
        match self {
            Self::Text(fault) => fault.key(),
            Self::Banned { .. } => "refusal-convention-banned",
            Self::DayMissing => "field-day-empty",
            Self::Ends { .. } => "refusal-convention-ends",
            Self::NobodyAgreed => "refusal-convention-nobody-agreed",
            Self::Meeting => "refusal-convention-meeting",
            Self::RulesAssembly => "refusal-convention-rules-assembly",
            Self::RulesFiling => "refusal-convention-rules-filing",
            Self::State { .. } => "refusal-convention-state",
            Self::Replaced => "refusal-convention-replaced",
            Self::Another => "refusal-convention-another",
            Self::Gone => "refusal-convention-gone",
        }
    }
    fn values(&self) -> Vec<(&'static str, Value)> {
        match self {
            Self::Text(fault) => fault.values(),
            Self::Banned { found, .. } => vec![
                ("word", Value::Text(found.word.to_owned())),
                ("why", Value::Word(format!("convention-ban-{}", found.kind))),
                ("law", Value::Text(found.law.to_owned())),
            ],
            Self::Ends { from } => vec![("from", Value::Day(*from))],
            Self::State { state } => vec![("state", Value::Word(state.key()))],
            _ => Vec::new(),
        }
    }
    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Text(fault) => fault.field(),
            Self::Banned { field, .. } => Some(field),
            Self::DayMissing => Some("from"),
            Self::Ends { .. } => Some("until"),
            Self::NobodyAgreed | Self::Meeting | Self::RulesAssembly => Some("meeting"),
            Self::RulesFiling => Some("filing"),
            _ => None,
        }
    }
}

/// What the form of a convention says.
#[derive(Clone, Copy, Debug)]
pub struct ConventionForm<'a> {
    /// Who agrees.
    pub parties: &'a str,
    /// What it is about.
    pub area: &'a str,
    /// What is to be done.
    pub what: &'a str,
    /// How often.
    pub how_often: &'a str,
    /// With what money.
    pub money: &'a str,
    /// How trouble is settled.
    pub trouble: &'a str,
    /// From which day.
    pub from: Option<Day>,
    /// To which day.
    pub until: Option<Day>,
    /// Whether it is part of the village rules.
    pub village_rules: bool,
    /// Their filing number.
    pub filing: &'a str,
    /// The meeting that adopted it, where one did.
    pub meeting: Option<&'a Meeting>,
    /// Who agreed, where no meeting did.
    pub agreed_by: &'a str,
}

/// Reads what is agreed. `matter` is that of the facility: its meetings can adopt it.
pub fn read(form: &ConventionForm<'_>, matter: Option<MatterId>) -> Result<Terms, Vec<ConventionRefusal>> {
    let mut faults = Faults::<ConventionRefusal>::default();
    let mut taken = |field: &'static str, text: Result<String, text::TextError>| -> Option<String> {
        let text = faults.take(text.map_err(TextFault::at(field)))?;
        if let Some(found) = ban::find(&text) {
            faults.add(ConventionRefusal::Banned { field, found });
        }
        Some(text)
    };
    let parties = taken("parties", text::block(form.parties, TEXT_MAX));
    let area = taken("area", text::line(form.area, LINE_MAX));
    let what = taken("what", text::block(form.what, TEXT_MAX));
    let how_often = taken("how_often", text::line(form.how_often, LINE_MAX));
    let money = taken("money", text::block(form.money, TEXT_MAX));
    let trouble = taken("trouble", text::block(form.trouble, TEXT_MAX));
    let filing = faults.take(text::line_or_none(form.filing, LINE_MAX).map_err(TextFault::at("filing")));
    let agreed_by = faults.take(text::line_or_none(form.agreed_by, LINE_MAX).map_err(TextFault::at("agreed_by")));
    if let (Some(from), Some(until)) = (form.from, form.until)
        && until < from
    {
        faults.add(ConventionRefusal::Ends { from });
    }
    if form.from.is_none() {
        faults.add(ConventionRefusal::DayMissing);
    }
    let held = |meeting: &Meeting| {
        meeting.state == MeetingState::Closed && matter.is_some_and(|matter| meeting.matters.contains(&matter))
    };
    if form.meeting.is_some_and(|meeting| !held(meeting)) {
        faults.add(ConventionRefusal::Meeting);
    }
    let terms = (|| {
        Some(Terms {
            parties: parties?,
            area: area?,
            what: what?,
            how_often: how_often?,
            money: money?,
            trouble: trouble?,
            from: form.from?,
            until: form.until,
            village_rules: form.village_rules,
            filing: filing?,
            meeting: form.meeting.map(|meeting| meeting.id),
            agreed_by: agreed_by?,
        })
    })();
    faults.finish(terms)
}

/// Writes a draft about a facility; `before` is the one in force whose place it is to take, with the reason.
pub fn draft(
    facility: &Facility,
    terms: Terms,
    before: Option<(&Convention, &str)>,
    (id, now): (ConventionId, Timestamp),
) -> Result<Convention, ConventionRefusal> {
    if facility.state == FacilityState::Removed {
        return Err(ConventionRefusal::Gone);
    }
    let (replaces, reason) = match before {
        None => (None, None),
        Some((before, reason)) => {
            if before.state != ConventionState::InForce || before.facility != facility.id {
                return Err(ConventionRefusal::Replaced);
            }
            (Some(before.id), Some(text::block(reason, TEXT_MAX).map_err(TextFault::at("reason"))?))
        }
    };
    Ok(Convention {
        id,
        facility: facility.id,
        matter: facility.matter,
        place: facility.place,
        terms,
        replaces,
        reason,
        state: ConventionState::Draft,
        in_force_on: None,
        ended_on: None,
        ended_because: None,
        created_at: now,
        version: 1,
    })
}

impl Convention {
    fn only(&self, state: ConventionState) -> Result<(), ConventionRefusal> {
        if self.state == state { Ok(()) } else { Err(ConventionRefusal::State { state: self.state }) }
    }

    /// Says something else in a draft.
    pub fn edited(&self, terms: Terms) -> Result<Self, ConventionRefusal> {
        self.only(ConventionState::Draft)?;
        Ok(Self { terms, ..self.clone() })
    }

    /// Puts it in force. `meeting` is the one that its terms name, `standing` are those of the facility that are in force: the one whose
    /// place it takes, and no other. That one is ended by [`Convention::replaced`].
    pub fn put_in_force(
        &self,
        meeting: Option<&Meeting>,
        standing: &[Convention],
        today: Day,
    ) -> Result<Self, Vec<ConventionRefusal>> {
        let mut faults = Faults::<ConventionRefusal>::default();
        faults.take(self.only(ConventionState::Draft));
        if self.terms.meeting.is_none() && self.terms.agreed_by.is_none() {
            faults.add(ConventionRefusal::NobodyAgreed);
        }
        if self.terms.village_rules {
            // Village rules are made by the villagers' assembly and filed with the township (Organic Law of Villagers' Committees art. 31).
            let assembly = |one: &Meeting| match one.sort {
                Sort::Formal { body, .. } => matches!(body, Body::VillagersAssembly | Body::ResidentsAssembly),
                Sort::Talk { .. } => false,
            };
            if !meeting.is_some_and(assembly) {
                faults.add(ConventionRefusal::RulesAssembly);
            }
            if self.terms.filing.is_none() {
                faults.add(ConventionRefusal::RulesFiling);
            }
        }
        let stands = |one: &&Convention| one.state == ConventionState::InForce;
        match (self.replaces, standing.iter().filter(stands).map(|one| one.id).collect::<Vec<_>>().as_slice()) {
            (None, []) => {}
            (Some(before), [one]) if before == *one => {}
            (Some(_), []) => faults.add(ConventionRefusal::Replaced),
            _ => faults.add(ConventionRefusal::Another),
        }
        faults.finish(Some(Self { state: ConventionState::InForce, in_force_on: Some(today), ..self.clone() }))
    }

    /// Ends it because `by` took its place.
    pub fn replaced(&self, by: &Convention, today: Day) -> Result<Self, ConventionRefusal> {
        self.only(ConventionState::InForce)?;
        if by.replaces != Some(self.id) {
            return Err(ConventionRefusal::Replaced);
        }
        Ok(Self {
            state: ConventionState::Ended,
            ended_on: Some(today),
            ended_because: by.reason.clone(),
            ..self.clone()
        })
    }

    /// Ends it, with the reason.
    pub fn ended(&self, reason: &str, today: Day) -> Result<Self, ConventionRefusal> {
        self.only(ConventionState::InForce)?;
        let reason = text::block(reason, TEXT_MAX).map_err(TextFault::at("reason"))?;
        Ok(Self { state: ConventionState::Ended, ended_on: Some(today), ended_because: Some(reason), ..self.clone() })
    }

    /// Whether everybody may know of it.
    pub fn is_public(&self) -> bool {
        self.state != ConventionState::Draft
    }
}

impl Recorded for Convention {
    const NOUN: Noun = Noun::Convention;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        self.matter.into_iter().collect()
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        let terms = &self.terms;
        sheet.id("facility", self.facility);
        sheet.id("place", self.place);
        sheet.text("parties", &terms.parties);
        sheet.text("area", &terms.area);
        sheet.text("what", &terms.what);
        sheet.text("how_often", &terms.how_often);
        sheet.text("money", &terms.money);
        sheet.text("trouble", &terms.trouble);
        sheet.day("from", terms.from);
        sheet.day_or_none("until", terms.until);
        sheet.yes("village_rules", terms.village_rules);
        sheet.text_or_none("filing", terms.filing.as_deref());
        sheet.id_or_none("meeting", terms.meeting);
        sheet.text_or_none("agreed_by", terms.agreed_by.as_deref());
        sheet.id_or_none("replaces", self.replaces);
        sheet.text_or_none("reason", self.reason.as_deref());
        sheet.token("state", self.state);
        sheet.day_or_none("in_force_on", self.in_force_on);
        sheet.day_or_none("ended_on", self.ended_on);
        sheet.text_or_none("ended_because", self.ended_because.as_deref());
    }
}

#[cfg(test)]
mod tests {
    use super::super::facility::tests::old;
    use super::*;
    use crate::decide::matter::tests::day;
    use crate::decide::trial::{formal, id, now};
    use crate::rules::Mode;
    use crate::states;

    fn form() -> ConventionForm<'static> {
        ConventionForm {
            parties: "西巷12户",
            area: "西巷口到祠堂的路和边沟",
            what: "扫路，清边沟",
            how_often: "每周一次，雨季前清沟一次",
            money: "扫把水泥由村集体出，一年600元以内",
            trouble: "先由理事会调解，谈不拢请村调解委员会",
            from: Some(day("2026-07-01")),
            until: Some(day("2028-06-30")),
            village_rules: false,
            filing: "",
            meeting: None,
            agreed_by: "西巷12户在祠堂当面说定",
        }
    }
    fn written() -> Convention {
        draft(&old(), read(&form(), None).unwrap(), None, (id(80), now())).unwrap()
    }
    fn at(state: ConventionState) -> Convention {
        Convention { state, ..written() }
    }

    #[test]
    fn a_convention_that_punishes_is_refused_beside_its_field_with_the_words_and_the_law() {
        let bad = ConventionForm { what: "轮到不来的没收扫把", trouble: "三次不来的示众", ..form() };
        let refused = read(&bad, None).unwrap_err();
        let fields: Vec<_> = refused.iter().filter_map(Refuse::field).collect();
        assert_eq!(fields, ["what", "trouble"]);
        let values = refused[0].values();
        assert_eq!(values[0], ("word", Value::Text("没收".to_owned())));
        assert_eq!(values[1], ("why", Value::Word("convention-ban-fine".to_owned())));
        assert!(matches!(&values[2].1, Value::Text(law) if law.contains("行政处罚法")));
        assert!(read(&ConventionForm { trouble: "不来的不罚款，换人就行", ..form() }, None).is_ok());
    }

    #[test]
    fn somebody_has_to_have_agreed() {
        let nobody = read(&ConventionForm { agreed_by: " ", ..form() }, None).unwrap();
        let refused = draft(&old(), nobody, None, (id(81), now())).unwrap().put_in_force(None, &[], day("2026-07-01"));
        assert_eq!(refused.unwrap_err(), [ConventionRefusal::NobodyAgreed]);
        assert!(written().put_in_force(None, &[], day("2026-07-01")).is_ok());
    }

    #[test]
    fn village_rules_need_the_assembly_and_their_filing() {
        let today = day("2026-07-01");
        let rules = ConventionForm { village_rules: true, ..form() };
        let one = draft(&old(), read(&rules, None).unwrap(), None, (id(82), now())).unwrap();
        let refused = one.put_in_force(None, &[], today).unwrap_err();
        assert_eq!(refused, [ConventionRefusal::RulesAssembly, ConventionRefusal::RulesFiling]);
        let meeting = |body| Meeting { state: MeetingState::Closed, ..formal(body, Mode::Household) };
        let (group, assembly) = (meeting(Body::GroupMeeting), meeting(Body::VillagersAssembly));
        let matter = Some(id(20));
        for (adopted, well) in [(&group, false), (&assembly, true)] {
            let form = ConventionForm { meeting: Some(adopted), filing: "官政备〔2026〕3号", ..rules };
            let one = draft(&old(), read(&form, matter).unwrap(), None, (id(82), now())).unwrap();
            assert_eq!(one.put_in_force(Some(adopted), &[], today).is_ok(), well);
        }
        let called = formal(Body::VillagersAssembly, Mode::Household);
        let refused = read(&ConventionForm { meeting: Some(&called), ..form() }, matter).unwrap_err();
        assert_eq!(refused, [ConventionRefusal::Meeting], "it was not held yet");
        let refused = read(&ConventionForm { meeting: Some(&assembly), ..form() }, Some(id(21))).unwrap_err();
        assert_eq!(refused, [ConventionRefusal::Meeting], "it was about something else");
    }

    #[test]
    fn what_is_in_force_is_corrected_by_another_one_with_its_reason_and_both_stay() {
        let today = day("2026-09-01");
        let first = written().put_in_force(None, &[], day("2026-07-01")).unwrap();
        let terms = || read(&ConventionForm { how_often: "每月两次", ..form() }, None).unwrap();
        let passing = draft(&old(), terms(), None, (id(83), now())).unwrap();
        let standing = [first.clone()];
        assert_eq!(passing.put_in_force(None, &standing, today).unwrap_err(), [ConventionRefusal::Another]);
        let silent = draft(&old(), terms(), Some((&first, " ")), (id(83), now())).unwrap_err();
        assert_eq!(silent.field(), Some("reason"));
        let next = draft(&old(), terms(), Some((&first, "夏天长草快")), (id(83), now())).unwrap();
        let next = next.put_in_force(None, &standing, today).unwrap();
        let gone = first.replaced(&next, today).unwrap();
        assert_eq!((gone.state, gone.ended_because.as_deref()), (ConventionState::Ended, Some("夏天长草快")));
        assert_eq!(gone.terms, first.terms);
        assert!(draft(&old(), terms(), Some((&gone, "再来")), (id(84), now())).is_err());
    }

    #[test]
    fn the_diagram_draws_what_a_convention_can_do() {
        let on = day("2026-07-01");
        let one = |result: Result<Convention, ConventionRefusal>| result.map(|one| one.state).map_err(|_| ());
        let next = Convention { id: id(85), replaces: Some(id(80)), ..written() };
        let steps = states::steps(
            ConventionState::ALL,
            &[
                &|s| one(at(s).edited(written().terms)),
                &|s| at(s).put_in_force(None, &[], on).map(|one| one.state).map_err(|_| ()),
                &|s| one(at(s).replaced(&next, on)),
                &|s| one(at(s).ended("路改道了", on)),
            ],
        );
        let page = include_str!("../../../../docs/states/convention.md");
        states::same(page, 0, ConventionState::ALL, &[ConventionState::Draft], steps);
    }
}
