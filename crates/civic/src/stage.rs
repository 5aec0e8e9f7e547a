//! The five stages of a matter and the gates between them (design: §1). A stage opens when its conditions hold or were waived; a
//! waiver needs a name and a reason and is public for ever. Stages overlap: a road is built, kept and judged at the same time.
//!
//! States and what is left out: `docs/states/stage.md`.

use crate::decide::matter::{Matter, PlanState};
use crate::decide::resolution::{Resolution, ResolutionState};
use crate::id::{MatterId, WaiverId};
use crate::people::standing::Post;
use crate::record::{Noun, Recorded, Sheet};
use crate::refusal::{Faults, Kind, Refuse, TextFault, Value};
use crate::text;
use crate::time::{Day, Timestamp};
use crate::token::Token;
use crate::tokens;
use uuid::Uuid;

/// The longest name of who waives, in characters.
pub const NAME_MAX: usize = 30;
/// The longest reason of a waiver, in characters.
pub const REASON_MAX: usize = 300;

tokens! {
    /// The stages of a matter (domain: §1.1).
    pub enum Stage = "stage" {
        /// Decide together.
        Decide = "decide",
        /// Build together.
        Build = "build",
        /// Manage together.
        Manage = "manage",
        /// Evaluate together.
        Evaluate = "evaluate",
        /// Share together.
        Share = "share",
    }
    /// How far a matter is in one of the four stages after the first.
    pub enum StageState = "stage-state" {
        /// It has not come to this yet.
        Ahead = "ahead",
        /// It is at work.
        Open = "open",
        /// It is done.
        Done = "done",
    }
    /// What must hold before a stage opens.
    pub enum Condition = "condition" {
        /// There is a resolution in force that no recount has voided.
        Resolution = "resolution",
        /// It hung out for its days and stands disclosed.
        Notice = "notice",
        /// Every budget line has its source.
        Funding = "funding",
        /// What was built was accepted.
        Acceptance = "acceptance",
        /// The final account hangs out or hung out.
        Account = "account",
    }
}

impl Stage {
    /// The stages that open by a gate, in their order.
    pub const GATED: [Self; 4] = [Self::Build, Self::Manage, Self::Evaluate, Self::Share];

    /// What must hold before it opens.
    pub const fn conditions(self) -> &'static [Condition] {
        match self {
            // The first stage opens with the first need, and nobody closes the door before that.
            Self::Decide => &[],
            Self::Build => &[Condition::Resolution, Condition::Notice, Condition::Funding],
            Self::Manage | Self::Evaluate => &[Condition::Acceptance],
            Self::Share => &[Condition::Acceptance, Condition::Account],
        }
    }
}

/// How far a matter is in the stages after the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stages {
    /// Build together.
    pub build: StageState,
    /// Manage together.
    pub manage: StageState,
    /// Evaluate together.
    pub evaluate: StageState,
    /// Share together.
    pub share: StageState,
}

impl Stages {
    /// All before the matter.
    pub const AHEAD: Self = Self {
        build: StageState::Ahead,
        manage: StageState::Ahead,
        evaluate: StageState::Ahead,
        share: StageState::Ahead,
    };

    /// How far it is in one. In the first it is what [`Matter::plan`] says; here it counts as at work.
    pub const fn get(self, stage: Stage) -> StageState {
        match stage {
            Stage::Decide => StageState::Open,
            Stage::Build => self.build,
            Stage::Manage => self.manage,
            Stage::Evaluate => self.evaluate,
            Stage::Share => self.share,
        }
    }

    const fn with(self, stage: Stage, state: StageState) -> Self {
        match stage {
            Stage::Decide => self,
            Stage::Build => Self { build: state, ..self },
            Stage::Manage => Self { manage: state, ..self },
            Stage::Evaluate => Self { evaluate: state, ..self },
            Stage::Share => Self { share: state, ..self },
        }
    }
}

/// A condition that an office let pass, with its name and its reason. It is never changed and never taken back: it stands in the
/// register for everybody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiver {
    /// Its id.
    pub id: WaiverId,
    /// In which matter.
    pub matter: MatterId,
    /// Before which stage.
    pub stage: Stage,
    /// Which condition.
    pub condition: Condition,
    /// Who answers for it: name and function of an office holder, at most [`NAME_MAX`] characters.
    pub name: String,
    /// In which post it was entered.
    pub post: Post,
    /// Why, at most [`REASON_MAX`] characters.
    pub reason: String,
    /// On which day.
    pub waived_on: Day,
    /// When it was entered.
    pub recorded_at: Timestamp,
}

/// Why a stage does not open or a condition is not waived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StageRefusal {
    /// A text is not taken.
    Text(TextFault),
    /// The matter goes on in another one, or nobody may know of it.
    NotHere,
    /// The stage is open already.
    IsOpen,
    /// The stage is not open, so it cannot be done.
    NotOpen,
    /// Conditions neither hold nor were waived.
    Missing {
        /// Which.
        conditions: Vec<Condition>,
    },
    /// Nobody asks for that condition before that stage.
    NotAsked,
    /// It holds, so there is nothing to waive.
    Holds,
    /// It was waived before.
    Waived {
        /// When.
        on: Day,
    },
}

impl From<TextFault> for StageRefusal {
    fn from(fault: TextFault) -> Self {
        Self::Text(fault)
    }
}

impl Refuse for StageRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::Text(_) | Self::NotAsked => Kind::Invalid,
            _ => Kind::Conflict,
        }
    }
    fn key(&self) -> &'static str {
        match self {
            Self::Text(fault) => fault.key(),
            Self::NotHere => "refusal-stage-not-here",
            Self::IsOpen => "refusal-stage-is-open",
            Self::NotOpen => "refusal-stage-not-open",
            Self::Missing { .. } => "refusal-stage-missing",
            Self::NotAsked => "refusal-stage-not-asked",
            Self::Holds => "refusal-stage-holds",
            Self::Waived { .. } => "refusal-stage-waived",
        }
    }
    fn values(&self) -> Vec<(&'static str, Value)> {
        match self {
            Self::Text(fault) => fault.values(),
            Self::Missing { conditions } => {
                let first = conditions.first().map(|condition| condition.key()).unwrap_or_default();
                let n = i64::try_from(conditions.len()).unwrap_or(i64::MAX);
                vec![("first", Value::Word(first)), ("n", Value::Int(n))]
            }
            Self::Waived { on } => vec![("day", Value::Day(*on))],
            _ => Vec::new(),
        }
    }
    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Text(fault) => fault.field(),
            Self::NotAsked | Self::Holds | Self::Waived { .. } => Some("condition"),
            _ => None,
        }
    }
}

/// Whether a resolution of the matter is in force on `today`.
pub fn resolved(resolutions: &[Resolution], today: Day) -> bool {
    resolutions.iter().any(|one| one.state != ResolutionState::Void && one.effective_on <= today)
}

/// Whether what was decided hung out for its days: a matter comes to *disclosed* only after the last of them and with every
/// objection answered, and an upheld objection or a correction of substance takes it back.
pub const fn disclosed(matter: &Matter) -> bool {
    matches!(matter.plan, PlanState::Disclosed)
}

/// What stands at the gate of a stage: each condition, and whether it holds or who waived it.
pub fn gate<'w>(stage: Stage, met: &[Condition], waivers: &'w [Waiver]) -> Vec<(Condition, Passed<'w>)> {
    let passed = |condition: Condition| {
        if met.contains(&condition) {
            return Passed::Holds;
        }
        match waivers.iter().find(|waiver| waiver.stage == stage && waiver.condition == condition) {
            Some(waiver) => Passed::Waived(waiver),
            None => Passed::Missing,
        }
    };
    stage.conditions().iter().map(|condition| (*condition, passed(*condition))).collect()
}

/// How a condition stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passed<'w> {
    /// It holds.
    Holds,
    /// It does not hold, and somebody let it pass.
    Waived(&'w Waiver),
    /// It does not hold.
    Missing,
}

/// What the form of a waiver says.
#[derive(Clone, Copy, Debug)]
pub struct WaiverForm<'a> {
    /// Before which stage.
    pub stage: Stage,
    /// Which condition.
    pub condition: Condition,
    /// Who answers for it.
    pub name: &'a str,
    /// Why.
    pub reason: &'a str,
}

/// Lets a condition pass. `met` are the conditions that hold, `before` the waivers of the matter so far.
pub fn waive(
    matter: &Matter,
    form: &WaiverForm<'_>,
    met: &[Condition],
    before: &[Waiver],
    (id, post, now, today): (WaiverId, Post, Timestamp, Day),
) -> Result<Waiver, Vec<StageRefusal>> {
    let mut faults = Faults::<StageRefusal>::default();
    let name = faults.take(text::line(form.name, NAME_MAX).map_err(TextFault::at("name")));
    let reason = faults.take(text::block(form.reason, REASON_MAX).map_err(TextFault::at("reason")));
    faults.take(here(matter));
    if matter.stages.get(form.stage) != StageState::Ahead {
        faults.add(StageRefusal::IsOpen);
    }
    match gate(form.stage, met, before).into_iter().find(|(condition, _)| *condition == form.condition) {
        None => faults.add(StageRefusal::NotAsked),
        Some((_, Passed::Holds)) => faults.add(StageRefusal::Holds),
        Some((_, Passed::Waived(waiver))) => faults.add(StageRefusal::Waived { on: waiver.waived_on }),
        Some((_, Passed::Missing)) => {}
    }
    let waiver = (|| {
        Some(Waiver {
            id,
            matter: matter.id,
            stage: form.stage,
            condition: form.condition,
            name: name?,
            post,
            reason: reason?,
            waived_on: today,
            recorded_at: now,
        })
    })();
    faults.finish(waiver)
}

fn here(matter: &Matter) -> Result<(), StageRefusal> {
    if matter.merged_into.is_some() || !matter.is_public() { Err(StageRefusal::NotHere) } else { Ok(()) }
}

impl Matter {
    /// Opens a stage: every condition holds or was waived. One that was done opens again without its gate, since more may come (a
    /// defect, another survey).
    pub fn opened(&self, stage: Stage, met: &[Condition], waivers: &[Waiver]) -> Result<Self, StageRefusal> {
        here(self)?;
        match self.stages.get(stage) {
            StageState::Open => return Err(StageRefusal::IsOpen),
            StageState::Done => return Ok(self.at(stage, StageState::Open)),
            StageState::Ahead => {}
        }
        let missing = gate(stage, met, waivers).into_iter().filter(|(_, passed)| *passed == Passed::Missing);
        let conditions: Vec<Condition> = missing.map(|(condition, _)| condition).collect();
        if conditions.is_empty() {
            Ok(self.at(stage, StageState::Open))
        } else {
            Err(StageRefusal::Missing { conditions })
        }
    }

    /// Marks a stage as done. The nouns of the stage check before that nothing of theirs is left.
    pub fn done(&self, stage: Stage) -> Result<Self, StageRefusal> {
        here(self)?;
        if stage == Stage::Decide || self.stages.get(stage) != StageState::Open {
            return Err(StageRefusal::NotOpen);
        }
        Ok(self.at(stage, StageState::Done))
    }

    /// Whether a stage is at work: nouns of the stage ask before they write.
    pub fn is_open(&self, stage: Stage) -> Result<(), StageRefusal> {
        here(self)?;
        if self.stages.get(stage) == StageState::Open { Ok(()) } else { Err(StageRefusal::NotOpen) }
    }

    fn at(&self, stage: Stage, state: StageState) -> Self {
        Self { stages: self.stages.with(stage, state), ..self.clone() }
    }
}

impl Recorded for Waiver {
    const NOUN: Noun = Noun::Waiver;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        vec![self.matter]
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        sheet.token("stage", self.stage);
        sheet.token("condition", self.condition);
        sheet.text("name", &self.name);
        sheet.token("post", self.post);
        sheet.text("reason", &self.reason);
        sheet.day("waived_on", self.waived_on);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::matter::tests::{day, public, raised};
    use crate::states;
    use proptest::prelude::*;

    fn form(condition: Condition) -> WaiverForm<'static> {
        WaiverForm { stage: Stage::Build, condition, name: "周林 副镇长", reason: "汛期到了，先修涵管" }
    }
    fn with(n: u128) -> (WaiverId, Post, Timestamp, Day) {
        let id = WaiverId::from(Uuid::from_u128(n));
        (id, Post::Township, Timestamp::from_millis(0), day("2026-05-02"))
    }
    fn at(state: StageState) -> Matter {
        public(1).at(Stage::Build, state)
    }

    #[test]
    fn building_begins_with_a_resolution_its_notice_and_money_for_all_of_it() {
        use Condition::{Funding, Notice, Resolution};
        let all = [Resolution, Notice, Funding];
        let open = public(1).opened(Stage::Build, &all, &[]).unwrap();
        assert_eq!(open.stages.build, StageState::Open);
        for left_out in all {
            let met: Vec<Condition> = all.into_iter().filter(|one| *one != left_out).collect();
            let refused = public(1).opened(Stage::Build, &met, &[]).unwrap_err();
            assert_eq!(refused, StageRefusal::Missing { conditions: vec![left_out] });
            assert_eq!(refused.key(), "refusal-stage-missing");
        }
        assert!(raised(2).opened(Stage::Build, &all, &[]).is_err(), "nobody knows of it");
    }

    #[test]
    fn a_waiver_opens_its_own_stage_only_and_says_who_and_why() {
        use Condition::{Funding, Notice, Resolution};
        let met = [Resolution, Notice];
        let waiver = waive(&public(1), &form(Funding), &met, &[], with(1)).unwrap();
        assert!(public(1).opened(Stage::Build, &met, std::slice::from_ref(&waiver)).is_ok());
        let other = Waiver { stage: Stage::Share, ..waiver.clone() };
        assert!(public(1).opened(Stage::Build, &met, &[other]).is_err());
        let again = waive(&public(1), &form(Funding), &met, std::slice::from_ref(&waiver), with(2)).unwrap_err();
        assert_eq!(again, [StageRefusal::Waived { on: day("2026-05-02") }]);
        assert_eq!(waive(&public(1), &form(Notice), &met, &[], with(2)).unwrap_err(), [StageRefusal::Holds]);
        let asked = waive(&public(1), &form(Condition::Account), &met, &[], with(2)).unwrap_err();
        assert_eq!(asked, [StageRefusal::NotAsked]);
        let empty = WaiverForm { name: " ", reason: "", ..form(Funding) };
        let fields: Vec<_> =
            waive(&public(1), &empty, &met, &[], with(2)).unwrap_err().iter().filter_map(Refuse::field).collect();
        assert_eq!(fields, ["name", "reason"]);
        let open = at(StageState::Open);
        assert_eq!(waive(&open, &form(Funding), &met, &[], with(2)).unwrap_err(), [StageRefusal::IsOpen]);
    }

    proptest! {
        #[test]
        fn no_stage_opens_while_a_condition_is_neither_met_nor_waived(
            stage in prop::sample::select(Stage::GATED.to_vec()),
            met in prop::sample::subsequence(Condition::ALL.to_vec(), 0..=Condition::ALL.len()),
            waived in prop::sample::subsequence(Condition::ALL.to_vec(), 0..=Condition::ALL.len()),
        ) {
            let waivers: Vec<Waiver> = waived
                .iter()
                .filter_map(|condition| {
                    let form = WaiverForm { stage, ..form(*condition) };
                    waive(&public(1), &form, &met, &[], with(1)).ok()
                })
                .collect();
            let opens = public(1).opened(stage, &met, &waivers).is_ok();
            let all = stage.conditions().iter().all(|one| met.contains(one) || waived.contains(one));
            prop_assert_eq!(opens, all);
        }
    }

    #[test]
    fn the_diagram_draws_what_a_stage_can_do() {
        let all = [Condition::Resolution, Condition::Notice, Condition::Funding];
        let steps = states::steps(
            StageState::ALL,
            &[&|from| at(from).opened(Stage::Build, &all, &[]).map(|matter| matter.stages.build), &|from| {
                at(from).done(Stage::Build).map(|matter| matter.stages.build)
            }],
        );
        let page = include_str!("../../../docs/states/stage.md");
        states::same(page, 0, StageState::ALL, &[StageState::Ahead], steps);
    }
}
