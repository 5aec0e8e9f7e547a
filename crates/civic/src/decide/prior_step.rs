//! Prior steps: what the law or the county asks for before a body decides, by body, day and counts.

use crate::id::{MatterId, PriorStepId};
use crate::record::{Noun, Recorded, Sheet};
use crate::refusal::{Kind, Refuse};
use crate::rules::{RuleRef, Ruled, Step, StepBody};
use crate::time::{Day, Timestamp};
use uuid::Uuid;

/// Longest note on the document, in characters.
pub const DOCUMENT_MAX: usize = 200;

/// A step that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriorStep {
    /// Its id.
    pub id: PriorStepId,
    /// In which matter.
    pub matter: MatterId,
    /// What the form said.
    pub taken: Taken,
    /// When it was entered.
    pub recorded_at: Timestamp,
}

/// What the form of a step says. Counts are asked for only where the rule needs them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Which body.
    pub body: StepBody,
    /// On which day.
    pub on: Day,
    /// How many members it has.
    pub eligible: Option<u32>,
    /// How many were present.
    pub present: Option<u32>,
    /// How many agreed.
    pub in_favour: Option<u32>,
    /// How many did not.
    pub against: Option<u32>,
    /// What it is written down in, at most [`DOCUMENT_MAX`] characters.
    pub document: Option<String>,
}

/// Why a step is not entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PriorStepRefusal {
    /// Its day is to come.
    DayToCome,
    /// More present than there are members.
    MorePresent,
    /// More votes than were present.
    MoreVotes,
}

impl Refuse for PriorStepRefusal {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }
    fn key(&self) -> &'static str {
        match self {
            Self::DayToCome => "refusal-prior-step-day-to-come",
            Self::MorePresent => "refusal-prior-step-more-present",
            Self::MoreVotes => "refusal-prior-step-more-votes",
        }
    }
    fn field(&self) -> Option<&'static str> {
        Some(match self {
            Self::DayToCome => "on",
            Self::MorePresent => "present",
            Self::MoreVotes => "in_favour",
        })
    }
}

/// Enters a step that was taken.
pub fn record(
    matter: MatterId,
    taken: Taken,
    today: Day,
    id: PriorStepId,
    now: Timestamp,
) -> Result<PriorStep, PriorStepRefusal> {
    if taken.on > today {
        return Err(PriorStepRefusal::DayToCome);
    }
    if let (Some(present), Some(eligible)) = (taken.present, taken.eligible)
        && present > eligible
    {
        return Err(PriorStepRefusal::MorePresent);
    }
    let votes = taken.in_favour.unwrap_or(0).saturating_add(taken.against.unwrap_or(0));
    if let Some(most) = taken.present.or(taken.eligible)
        && votes > most
    {
        return Err(PriorStepRefusal::MoreVotes);
    }
    Ok(PriorStep { id, matter, taken, recorded_at: now })
}

/// What is missing of a step that is asked for. Pages show it from the day the topic is set; a resolution is not made over it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Which step.
    pub step: Step,
    /// The rule that asks for it.
    pub rule: RuleRef,
    /// What is missing.
    pub why: Lack,
}

/// What is missing of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// It was not taken, or not before the decision.
    NotTaken,
    /// It was taken before the one that goes before it.
    OutOfOrder {
        /// The body whose step goes before it.
        before: StepBody,
    },
    /// Counts are needed and not there.
    NoCounts,
    /// Too few members were present.
    TooFewPresent {
        /// How many were.
        present: u32,
        /// How many are needed.
        needed: i64,
    },
    /// Too few of all members agreed.
    TooFewAgreed {
        /// How many did.
        in_favour: u32,
        /// How many are needed.
        needed: i64,
    },
}

impl Lack {
    /// The key of its sentence in the words files.
    pub const fn key(self) -> &'static str {
        match self {
            Self::NotTaken => "step-lack-not-taken",
            Self::OutOfOrder { .. } => "step-lack-out-of-order",
            Self::NoCounts => "step-lack-no-counts",
            Self::TooFewPresent { .. } => "step-lack-too-few-present",
            Self::TooFewAgreed { .. } => "step-lack-too-few-agreed",
        }
    }
}

/// What is missing of the steps asked for (in their order) before a decision on `decided_on`. A step on the day of the decision
/// counts: a committee may confer in the morning and the village meet at night. Of several records of one body the last one
/// before the decision counts.
pub fn gaps(required: &[Ruled<Step>], taken: &[PriorStep], decided_on: Day) -> Vec<Gap> {
    let mut gaps = Vec::new();
    let mut last: Option<(StepBody, Day)> = None;
    for Ruled { value: step, rule } in required {
        let found = taken
            .iter()
            .filter(|t| t.taken.body == step.body && t.taken.on <= decided_on)
            .max_by_key(|t| (t.taken.on, t.recorded_at, t.id));
        let lack = match found {
            None => Some(Lack::NotTaken),
            Some(found) => lack(step, found, last),
        };
        if let Some(found) = found {
            last = Some((step.body, found.taken.on));
        }
        if let Some(why) = lack {
            gaps.push(Gap { step: *step, rule: rule.clone(), why });
        }
    }
    gaps
}

fn lack(step: &Step, found: &PriorStep, last: Option<(StepBody, Day)>) -> Option<Lack> {
    let taken = &found.taken;
    if let Some((before, on)) = last
        && taken.on < on
    {
        return Some(Lack::OutOfOrder { before });
    }
    if let Some(quorum) = step.quorum {
        let (Some(present), Some(eligible)) = (taken.present, taken.eligible) else { return Some(Lack::NoCounts) };
        if !quorum.met(present.into(), eligible.into()) {
            return Some(Lack::TooFewPresent { present, needed: quorum.needed(eligible.into()) });
        }
    }
    if let Some(decision) = step.decision {
        let (Some(in_favour), Some(eligible)) = (taken.in_favour, taken.eligible) else { return Some(Lack::NoCounts) };
        if !decision.met(in_favour.into(), eligible.into()) {
            return Some(Lack::TooFewAgreed { in_favour, needed: decision.needed(eligible.into()) });
        }
    }
    None
}

impl Recorded for PriorStep {
    const NOUN: Noun = Noun::PriorStep;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        vec![self.matter]
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        sheet.id("matter", self.matter);
        sheet.token("body", self.taken.body);
        sheet.day("on", self.taken.on);
        sheet.int_or_none("eligible", self.taken.eligible);
        sheet.int_or_none("present", self.taken.present);
        sheet.int_or_none("in_favour", self.taken.in_favour);
        sheet.int_or_none("against", self.taken.against);
        sheet.text_or_none("document", self.taken.document.as_deref());
        sheet.at("recorded_at", self.recorded_at);
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::{day, demo, id, law, now};
    use super::*;
    use crate::rules::Body;

    fn taken(body: StepBody, on: &str) -> Taken {
        let counts = body == StepBody::MembersMeeting;
        Taken {
            body,
            on: day(on),
            eligible: counts.then_some(12),
            present: counts.then_some(8),
            in_favour: counts.then_some(6),
            against: counts.then_some(1),
            document: None,
        }
    }

    fn step(n: u128, taken: Taken) -> PriorStep {
        record(id(20), taken, day("2026-12-31"), id(n), now()).unwrap()
    }

    fn all() -> [PriorStep; 3] {
        [
            step(1, taken(StepBody::Branch, "2026-03-21")),
            step(2, taken(StepBody::TwoCommittees, "2026-03-24")),
            step(3, taken(StepBody::MembersMeeting, "2026-03-28")),
        ]
    }

    fn lacks(steps: &[PriorStep]) -> Vec<(StepBody, Lack)> {
        let required = demo("2026-04-12").prior_steps(Body::VillagersAssembly);
        gaps(&required, steps, day("2026-04-12")).into_iter().map(|gap| (gap.step.body, gap.why)).collect()
    }

    #[test]
    fn steps_taken_in_order_with_enough_members_leave_no_gap() {
        assert_eq!(lacks(&all()), []);
    }

    #[test]
    fn a_missing_step_is_named_with_its_rule() {
        let [branch, _, members] = all();
        let steps = [branch, members];
        assert_eq!(lacks(&steps), [(StepBody::TwoCommittees, Lack::NotTaken)]);
        let required = demo("2026-04-12").prior_steps(Body::VillagersAssembly);
        assert_eq!(gaps(&required, &steps, day("2026-04-12"))[0].rule.id, "X-VA-step-2");
    }

    #[test]
    fn steps_out_of_order_or_after_the_decision_do_not_count() {
        let [branch, committees, _] = all();
        let before = step(3, taken(StepBody::MembersMeeting, "2026-03-23"));
        assert_eq!(
            lacks(&[branch.clone(), committees.clone(), before]),
            [(StepBody::MembersMeeting, Lack::OutOfOrder { before: StepBody::TwoCommittees })]
        );
        let same_day = step(3, taken(StepBody::MembersMeeting, "2026-04-12"));
        assert_eq!(lacks(&[branch.clone(), committees.clone(), same_day]), []);
        let after = step(3, taken(StepBody::MembersMeeting, "2026-04-13"));
        assert_eq!(lacks(&[branch, committees, after]), [(StepBody::MembersMeeting, Lack::NotTaken)]);
    }

    #[test]
    fn the_members_meeting_needs_two_thirds_present_and_half_of_all_agreeing() {
        let [branch, committees, _] = all();
        let with = |present, in_favour| {
            let members = Taken {
                present: Some(present),
                in_favour: Some(in_favour),
                against: None,
                ..taken(StepBody::MembersMeeting, "2026-03-28")
            };
            lacks(&[branch.clone(), committees.clone(), step(3, members)])
        };
        assert_eq!(with(8, 6), []);
        let few = [(StepBody::MembersMeeting, Lack::TooFewPresent { present: 7, needed: 8 })];
        assert_eq!(with(7, 7), few);
        let no = [(StepBody::MembersMeeting, Lack::TooFewAgreed { in_favour: 5, needed: 6 })];
        assert_eq!(with(8, 5), no);
        let without = Taken { present: None, ..taken(StepBody::MembersMeeting, "2026-03-28") };
        assert_eq!(
            lacks(&[branch.clone(), committees.clone(), step(3, without)]),
            [(StepBody::MembersMeeting, Lack::NoCounts)]
        );
    }

    #[test]
    fn a_second_attempt_of_a_step_counts_instead_of_the_first() {
        let [branch, committees, _] = all();
        let failed = Taken {
            present: Some(5),
            in_favour: Some(5),
            against: None,
            ..taken(StepBody::MembersMeeting, "2026-03-28")
        };
        let again = taken(StepBody::MembersMeeting, "2026-04-01");
        assert_eq!(lacks(&[branch, committees, step(3, failed), step(4, again)]), []);
    }

    #[test]
    fn without_an_overlay_no_step_is_asked_for() {
        let required = law("2026-04-12").prior_steps(Body::VillagersAssembly);
        assert_eq!(gaps(&required, &[], day("2026-04-12")), []);
    }

    #[test]
    fn a_step_with_impossible_numbers_is_refused_beside_its_field() {
        let make = |taken| record(id(20), taken, day("2026-04-01"), id(1), now());
        let base = taken(StepBody::MembersMeeting, "2026-03-28");
        assert_eq!(make(Taken { present: Some(13), ..base.clone() }), Err(PriorStepRefusal::MorePresent));
        assert_eq!(make(Taken { in_favour: Some(8), ..base.clone() }), Err(PriorStepRefusal::MoreVotes));
        assert_eq!(make(Taken { on: day("2026-04-02"), ..base }), Err(PriorStepRefusal::DayToCome));
    }
}
