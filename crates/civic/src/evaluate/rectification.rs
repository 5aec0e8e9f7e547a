//! Rectification (domain: F29): something that is not as it should be, who puts it right until when, what was done, and what somebody
//! else found when looking again.
//!
//! States and what is left out: `docs/states/rectification.md`.

use crate::decide::matter::Matter;
use crate::id::{AccountId, MatterId, RectificationId, SurveyId};
use crate::record::{Noun, Recorded, Sheet};
use crate::refusal::{Faults, Kind, Refuse, TextFault, Value};
use crate::stage::{Stage, StageRefusal};
use crate::text;
use crate::time::{Day, Timestamp};
use crate::tokens;
use uuid::Uuid;

/// The longest issue, evidence or finding, in characters.
pub const TEXT_MAX: usize = 300;
/// The longest name of who puts it right, in characters.
pub const OWNER_MAX: usize = 40;

tokens! {
    /// What it comes from.
    pub enum Cause = "rectification-cause" {
        /// What people answered in a survey.
        Survey = "survey",
        /// What was found at the acceptance of works.
        Acceptance = "acceptance",
        /// An objection.
        Objection = "objection",
    }
    /// How far it is.
    pub enum RectificationState = "rectification-state" {
        /// Somebody is to put it right.
        Open = "open",
        /// It is said to be done; somebody else is to look.
        Done = "done",
        /// It was looked at and is right.
        Closed = "closed",
    }
}

/// Something to be put right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rectification {
    /// Its id.
    pub id: RectificationId,
    /// In which matter.
    pub matter: MatterId,
    /// What it comes from.
    pub cause: Cause,
    /// The survey, where it comes from one.
    pub survey: Option<SurveyId>,
    /// What is not as it should be. Public.
    pub issue: String,
    /// Who puts it right: an organisation or a function, no person.
    pub owner: String,
    /// Until when.
    pub due: Day,
    /// How far it is.
    pub state: RectificationState,
    /// What was done.
    pub evidence: Option<String>,
    /// On which day it was done.
    pub done_on: Option<Day>,
    /// The account that said it was done: whoever looks again is another one.
    pub done_by: Option<AccountId>,
    /// What was found when looking again.
    pub finding: Option<String>,
    /// How many of those asked again said that it is right, and how many were asked.
    pub asked_again: Option<(i64, i64)>,
    /// On which day it was looked at.
    pub rechecked_on: Option<Day>,
    /// How often it was sent back.
    pub reopened: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// The version read; the store compares and raises it.
    pub version: i64,
}

/// Why it is not made or moved on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RectificationRefusal {
    /// A text is not taken.
    Text(TextFault),
    /// The stage is not open.
    Stage(StageRefusal),
    /// The last day lies behind.
    DueBehind,
    /// It is not open.
    NotOpen,
    /// Nobody said yet that it is done.
    NotDone,
    /// Whoever did it does not look again.
    Own,
    /// More content than asked.
    Numbers,
}

impl From<TextFault> for RectificationRefusal {
    fn from(fault: TextFault) -> Self {
        Self::Text(fault)
    }
}
impl From<StageRefusal> for RectificationRefusal {
    fn from(refusal: StageRefusal) -> Self {
        Self::Stage(refusal)
    }
}

impl Refuse for RectificationRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::Stage(refusal) => refusal.kind(),
            Self::Text(_) | Self::DueBehind | Self::Numbers => Kind::Invalid,
            Self::NotOpen | Self::NotDone => Kind::Conflict,
            Self::Own => Kind::Forbidden,
        }
    }
    fn key(&self) -> &'static str {
        match self {
            Self::Text(fault) => fault.key(),
            Self::Stage(refusal) => refusal.key(),
            Self::DueBehind => "refusal-rectification-due-behind",
            Self::NotOpen => "refusal-rectification-not-open",
            Self::NotDone => "refusal-rectification-not-done",
            Self::Own => "refusal-rectification-own",
            Self::Numbers => "refusal-rectification-numbers",
        }
    }
    fn values(&self) -> Vec<(&'static str, Value)> {
        match self {
            Self::Text(fault) => fault.values(),
            Self::Stage(refusal) => refusal.values(),
            _ => Vec::new(),
        }
    }
    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Text(fault) => fault.field(),
            Self::DueBehind => Some("due"),
            Self::Numbers => Some("content"),
            Self::Own | Self::NotDone => Some("finding"),
            Self::NotOpen => Some("evidence"),
            Self::Stage(_) => None,
        }
    }
}

/// What the form of a new one says.
#[derive(Clone, Copy, Debug)]
pub struct RectificationForm<'a> {
    /// What it comes from.
    pub cause: Cause,
    /// The survey, where it comes from one.
    pub survey: Option<SurveyId>,
    /// What is not as it should be.
    pub issue: &'a str,
    /// Who puts it right.
    pub owner: &'a str,
    /// Until when.
    pub due: Day,
}

/// Notes something to be put right.
pub fn note(
    matter: &Matter,
    form: &RectificationForm<'_>,
    (id, now, today): (RectificationId, Timestamp, Day),
) -> Result<Rectification, Vec<RectificationRefusal>> {
    let mut faults = Faults::<RectificationRefusal>::default();
    faults.take(matter.is_open(Stage::Evaluate));
    let issue = faults.take(text::block(form.issue, TEXT_MAX).map_err(TextFault::at("issue")));
    let owner = faults.take(text::line(form.owner, OWNER_MAX).map_err(TextFault::at("owner")));
    if form.due < today {
        faults.add(RectificationRefusal::DueBehind);
    }
    let noted = (|| {
        Some(Rectification {
            id,
            matter: matter.id,
            cause: form.cause,
            survey: form.survey,
            issue: issue?,
            owner: owner?,
            due: form.due,
            state: RectificationState::Open,
            evidence: None,
            done_on: None,
            done_by: None,
            finding: None,
            asked_again: None,
            rechecked_on: None,
            reopened: 0,
            created_at: now,
            version: 1,
        })
    })();
    faults.finish(noted)
}

impl Rectification {
    /// Whether its last day is over and nobody did it: then the committee's side turns amber, never a resident (domain: AF9).
    pub fn is_late(&self, today: Day) -> bool {
        self.state == RectificationState::Open && self.due < today
    }

    /// It was done; `by` says so.
    pub fn done(&self, evidence: &str, by: AccountId, today: Day) -> Result<Self, RectificationRefusal> {
        if self.state != RectificationState::Open {
            return Err(RectificationRefusal::NotOpen);
        }
        let evidence = text::block(evidence, TEXT_MAX).map_err(TextFault::at("evidence"))?;
        Ok(Self {
            state: RectificationState::Done,
            evidence: Some(evidence),
            done_on: Some(today),
            done_by: Some(by),
            ..self.clone()
        })
    }

    /// Somebody else looked again: it is right and closed, or goes back.
    pub fn rechecked(
        &self,
        (finding, asked_again, right): (&str, Option<(i64, i64)>, bool),
        by: AccountId,
        today: Day,
    ) -> Result<Self, RectificationRefusal> {
        if self.state != RectificationState::Done {
            return Err(RectificationRefusal::NotDone);
        }
        // Whoever confirms is never who gave (design: §4.2).
        if self.done_by == Some(by) {
            return Err(RectificationRefusal::Own);
        }
        let finding = text::block(finding, TEXT_MAX).map_err(TextFault::at("finding"))?;
        if asked_again.is_some_and(|(n, all)| n < 0 || n > all || all < 1) {
            return Err(RectificationRefusal::Numbers);
        }
        Ok(Self {
            state: if right { RectificationState::Closed } else { RectificationState::Open },
            finding: Some(finding),
            asked_again,
            rechecked_on: Some(today),
            reopened: self.reopened + i64::from(!right),
            ..self.clone()
        })
    }
}

impl Recorded for Rectification {
    const NOUN: Noun = Noun::Rectification;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        vec![self.matter]
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        sheet.token("cause", self.cause);
        sheet.id_or_none("survey", self.survey);
        sheet.text("issue", &self.issue);
        sheet.text("owner", &self.owner);
        sheet.day("due", self.due);
        sheet.token("state", self.state);
        sheet.text_or_none("evidence", self.evidence.as_deref());
        sheet.day_or_none("done_on", self.done_on);
        sheet.text_or_none("finding", self.finding.as_deref());
        sheet.int_or_none("content", self.asked_again.map(|(n, _)| n));
        sheet.int_or_none("asked", self.asked_again.map(|(_, all)| all));
        sheet.day_or_none("rechecked_on", self.rechecked_on);
        sheet.int("reopened", self.reopened);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::matter::tests::{day, public};
    use crate::stage::Condition;
    use crate::states;
    use crate::token::Token;

    fn account(n: u128) -> AccountId {
        AccountId::from(Uuid::from_u128(n))
    }
    fn noted() -> Rectification {
        let judged = public(1).opened(Stage::Evaluate, &[Condition::Acceptance], &[]).unwrap();
        let form = RectificationForm {
            cause: Cause::Survey,
            survey: None,
            issue: "巷口盖板翘起来绊脚",
            owner: "竹溪村委会",
            due: day("2026-08-10"),
        };
        let with = (RectificationId::from(Uuid::from_u128(1)), Timestamp::from_millis(0), day("2026-08-01"));
        let behind = RectificationForm { due: day("2026-07-31"), issue: " ", ..form };
        let refused = note(&judged, &behind, with).unwrap_err();
        assert_eq!(refused.iter().filter_map(Refuse::field).collect::<Vec<_>>(), ["issue", "due"]);
        let ahead = note(&public(1), &form, with).unwrap_err();
        assert_eq!(ahead, [RectificationRefusal::Stage(StageRefusal::NotOpen)]);
        note(&judged, &form, with).unwrap()
    }

    #[test]
    fn somebody_else_looks_again_and_it_is_closed_or_goes_back() {
        let done = noted().done("换了两块盖板", account(1), day("2026-08-09")).unwrap();
        let right = ("踩上去不动", Some((9, 10)), true);
        assert_eq!(done.rechecked(right, account(1), day("2026-08-10")).unwrap_err(), RectificationRefusal::Own);
        let closed = done.rechecked(right, account(2), day("2026-08-10")).unwrap();
        assert_eq!((closed.state, closed.reopened), (RectificationState::Closed, 0));
        let back = done.rechecked(("还有一块", None, false), account(2), day("2026-08-10")).unwrap();
        assert_eq!((back.state, back.reopened), (RectificationState::Open, 1));
        assert!(back.done("又换一块", account(2), day("2026-08-12")).is_ok());
        let bad = done.rechecked(("好", Some((11, 10)), true), account(2), day("2026-08-10")).unwrap_err();
        assert_eq!(bad, RectificationRefusal::Numbers);
    }

    #[test]
    fn it_is_late_on_the_day_after_its_last_and_not_once_it_is_done() {
        assert!(!noted().is_late(day("2026-08-10")));
        assert!(noted().is_late(day("2026-08-11")));
        assert!(!noted().done("换了", account(1), day("2026-08-12")).unwrap().is_late(day("2026-08-13")));
    }

    #[test]
    fn the_diagram_draws_what_a_rectification_can_do() {
        let at = |state| Rectification { state, done_by: Some(account(1)), ..noted() };
        let on = day("2026-08-05");
        let steps = states::steps(
            RectificationState::ALL,
            &[
                &|from| at(from).done("换了", account(1), on).map(|one| one.state),
                &|from| at(from).rechecked(("好", None, true), account(2), on).map(|one| one.state),
                &|from| at(from).rechecked(("没好", None, false), account(2), on).map(|one| one.state),
            ],
        );
        let page = include_str!("../../../../docs/states/rectification.md");
        states::same(page, 0, RectificationState::ALL, &[RectificationState::Open], steps);
    }
}
