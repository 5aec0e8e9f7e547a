//! Resolutions: what a passed motion binds, who acts on it and by when. Certified only with the signed paper.

use super::matter::{Matter, MatterRefusal, PlanState};
use super::meeting::{Meeting, MeetingState};
use super::motion::{Count, Motion, Outcome};
use super::prior_step::Gap;
use crate::id::{CountId, FileId, MatterId, MeetingId, MotionId, PlaceId, ResolutionId};
use crate::record::{Noun, Recorded, Sheet};
use crate::refusal::{Kind, Refuse, Value};
use crate::rules::{RuleRef, StepBody};
use crate::time::{Day, Timestamp};
use crate::token::Token;
use crate::tokens;
use uuid::Uuid;

tokens! {
    /// Where a resolution stands.
    pub enum ResolutionState = "resolution-state" {
        /// Recorded, not certified: the scan of the signed paper is missing.
        Recorded = "recorded",
        /// Certified: the signed paper is attached.
        Certified = "certified",
        /// A recount showed that the motion did not pass.
        Void = "void",
    }
}

/// Longest text, in characters.
pub const TEXT_MAX: usize = 2_000;
/// Longest name of who acts, in characters.
pub const WHO_MAX: usize = 80;

/// A resolution. From it one walks back to the count, the motion, the meeting and the matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolution {
    /// Its id.
    pub id: ResolutionId,
    /// In which matter.
    pub matter: MatterId,
    /// Where.
    pub place: PlaceId,
    /// Of which meeting.
    pub meeting: MeetingId,
    /// From which motion.
    pub motion: MotionId,
    /// By which count.
    pub count: CountId,
    /// What was resolved, at most [`TEXT_MAX`] characters.
    pub text: String,
    /// Who acts (a body or a function), at most [`WHO_MAX`] characters.
    pub who_acts: String,
    /// By when.
    pub deadline: Option<Day>,
    /// The day of the meeting.
    pub resolved_on: Day,
    /// From which day it binds.
    pub effective_on: Day,
    /// Where it stands.
    pub state: ResolutionState,
    /// The photos of the signed paper that count, page by page; none before it was handed in and after a recount.
    pub scans: Vec<FileId>,
    /// When it was entered.
    pub created_at: Timestamp,
    /// The version read; the store compares and raises it.
    pub version: i64,
}

/// What a resolution form says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// What was resolved.
    pub text: String,
    /// Who acts.
    pub who_acts: String,
    /// By when.
    pub deadline: Option<Day>,
    /// From which day it binds; the day of the meeting when nothing is said.
    pub effective_on: Option<Day>,
}

/// Why a resolution is not made or changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResolutionRefusal {
    /// The meeting is neither going on nor regularly over.
    Meeting {
        /// Where it stands.
        state: MeetingState,
    },
    /// The motion did not pass.
    NotPassed {
        /// What the count says.
        outcome: Option<Outcome>,
    },
    /// The count is not the last one of this motion.
    OldCount,
    /// A step that was asked for before the decision is missing.
    StepMissing {
        /// Which body's.
        body: StepBody,
        /// How many steps are missing or lacking.
        missing: i64,
        /// The rule.
        rule: RuleRef,
    },
    /// Its day lies before the meeting.
    Deadline {
        /// The day of the meeting.
        resolved_on: Day,
    },
    /// It cannot bind before it was resolved.
    Effective {
        /// The day of the meeting.
        resolved_on: Day,
    },
    /// It is void.
    Void,
    /// There is no photo of the signed paper.
    NoScan,
}

impl Refuse for ResolutionRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::Deadline { .. } | Self::Effective { .. } | Self::NoScan => Kind::Invalid,
            _ => Kind::Conflict,
        }
    }
    fn key(&self) -> &'static str {
        match self {
            Self::Meeting { .. } => "refusal-resolution-meeting",
            Self::NotPassed { .. } => "refusal-resolution-not-passed",
            Self::OldCount => "refusal-resolution-old-count",
            Self::StepMissing { .. } => "refusal-resolution-step-missing",
            Self::Deadline { .. } => "refusal-resolution-deadline",
            Self::Effective { .. } => "refusal-resolution-effective",
            Self::Void => "refusal-resolution-void",
            Self::NoScan => "scan-missing",
        }
    }
    fn values(&self) -> Vec<(&'static str, Value)> {
        match self {
            Self::Meeting { state } => vec![("state", Value::Word(state.key()))],
            Self::NotPassed { outcome: Some(outcome) } => vec![("outcome", Value::Word(outcome.key()))],
            // What each step lacks is a sentence of its own, with its own numbers; the form lists them all.
            Self::StepMissing { body, missing, .. } => {
                vec![("body", Value::Word(body.key())), ("missing", Value::Int(*missing))]
            }
            Self::Deadline { resolved_on } | Self::Effective { resolved_on } => {
                vec![("day", Value::Day(*resolved_on))]
            }
            _ => Vec::new(),
        }
    }
    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Deadline { .. } => Some("deadline"),
            Self::Effective { .. } => Some("effective_on"),
            Self::NoScan => Some("photo"),
            _ => None,
        }
    }
    fn rule(&self) -> Option<&str> {
        match self {
            Self::StepMissing { rule, .. } => Some(&rule.id),
            _ => None,
        }
    }
}

/// Makes the resolution of a motion that passed. `gaps` is what is missing of the steps asked for before the decision
/// ([`super::prior_step::gaps`]); a lawful decision has none.
pub fn resolve(
    meeting: &Meeting,
    motion: &Motion,
    count: &Count,
    gaps: &[Gap],
    resolved: Resolved,
    id: ResolutionId,
    now: Timestamp,
) -> Result<Resolution, ResolutionRefusal> {
    if !matches!(meeting.state, MeetingState::Open | MeetingState::Closed) {
        return Err(ResolutionRefusal::Meeting { state: meeting.state });
    }
    if motion.meeting != meeting.id || count.motion != motion.id || motion.count != Some(count.id) {
        return Err(ResolutionRefusal::OldCount);
    }
    if count.outcome != Outcome::Passed {
        return Err(ResolutionRefusal::NotPassed { outcome: motion.outcome });
    }
    if let Some(gap) = gaps.first() {
        return Err(ResolutionRefusal::StepMissing {
            body: gap.step.body,
            missing: i64::try_from(gaps.len()).unwrap_or(i64::MAX),
            rule: gap.rule.clone(),
        });
    }
    let resolved_on = count.counted_on;
    if resolved.deadline.is_some_and(|deadline| deadline < resolved_on) {
        return Err(ResolutionRefusal::Deadline { resolved_on });
    }
    let effective_on = resolved.effective_on.unwrap_or(resolved_on);
    if effective_on < resolved_on {
        return Err(ResolutionRefusal::Effective { resolved_on });
    }
    Ok(Resolution {
        id,
        matter: motion.matter,
        place: meeting.place,
        meeting: meeting.id,
        motion: motion.id,
        count: count.id,
        text: resolved.text,
        who_acts: resolved.who_acts,
        deadline: resolved.deadline,
        resolved_on,
        effective_on,
        state: ResolutionState::Recorded,
        scans: Vec::new(),
        created_at: now,
        version: 1,
    })
}

/// Attaches the photos of the signed paper, every page of it. Better ones may replace bad ones; the record keeps both.
pub fn certify(resolution: &Resolution, scans: Vec<FileId>) -> Result<Resolution, ResolutionRefusal> {
    if resolution.state == ResolutionState::Void {
        return Err(ResolutionRefusal::Void);
    }
    if scans.is_empty() {
        return Err(ResolutionRefusal::NoScan);
    }
    Ok(Resolution { state: ResolutionState::Certified, scans, ..resolution.clone() })
}

/// Follows a recount of its motion. Where the motion did not pass after all, there is no resolution; the page stays and says so.
/// Where it still passed, the signed paper shows other numbers than the count, so it must be certified again.
pub fn follow(resolution: &Resolution, count: &Count) -> Result<Resolution, ResolutionRefusal> {
    if count.motion != resolution.motion || count.corrects != Some(resolution.count) {
        return Err(ResolutionRefusal::OldCount);
    }
    let state = match (resolution.state, count.outcome) {
        (ResolutionState::Void, _) => return Err(ResolutionRefusal::Void),
        (_, Outcome::Passed) => ResolutionState::Recorded,
        (_, Outcome::NotPassed | Outcome::NoQuorum) => ResolutionState::Void,
    };
    Ok(Resolution { state, count: count.id, scans: Vec::new(), ..resolution.clone() })
}

/// The matter after a resolution in it: decided. Whatever of the way there nobody entered (it was heard without having been opened as a
/// topic first) is gone through now, since a body has met over it. A second resolution in a matter whose first one hangs out already
/// changes nothing.
pub fn settled(matter: &Matter) -> Result<Matter, MatterRefusal> {
    const WAY: [PlanState; 3] = [PlanState::Topic, PlanState::Deliberated, PlanState::Decided];
    match matter.plan {
        PlanState::Decided | PlanState::Posted if matter.merged_into.is_none() => Ok(matter.clone()),
        PlanState::Sorted | PlanState::Answered | PlanState::Topic | PlanState::Deliberated => {
            let mut matter = matter.clone();
            for to in WAY {
                if to > matter.plan {
                    matter = matter.advance(to)?;
                }
            }
            Ok(matter)
        }
        _ => matter.advance(PlanState::Decided),
    }
}

/// The matter after a decision in it turned out not to hold, or an objection sent it to a meeting again.
pub fn sent_back(matter: &Matter) -> Result<Matter, MatterRefusal> {
    match matter.plan {
        PlanState::Decided | PlanState::Posted => matter.advance(PlanState::Deliberated),
        PlanState::Disclosed => matter.advance(PlanState::Topic),
        _ => Ok(matter.clone()),
    }
}

impl Resolution {
    /// Whether it binds on `day`.
    pub fn binds_on(&self, day: Day) -> bool {
        self.state != ResolutionState::Void && self.effective_on <= day
    }
}

impl Recorded for Resolution {
    const NOUN: Noun = Noun::Resolution;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        vec![self.matter]
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        sheet.id("matter", self.matter);
        sheet.id("place", self.place);
        sheet.id("meeting", self.meeting);
        sheet.id("motion", self.motion);
        sheet.id("count", self.count);
        sheet.text("text", &self.text);
        sheet.text("who_acts", &self.who_acts);
        sheet.day_or_none("deadline", self.deadline);
        sheet.day("resolved_on", self.resolved_on);
        sheet.day("effective_on", self.effective_on);
        sheet.token("state", self.state);
        let scans: Vec<String> = self.scans.iter().map(ToString::to_string).collect();
        sheet.word_or_none("scans", (!scans.is_empty()).then(|| scans.join(" ")).as_deref());
        sheet.at("created_at", self.created_at);
    }
}

#[cfg(test)]
mod tests {
    use super::super::prior_step;
    use super::super::trial::{self, day, demo, id, now};
    use super::*;
    use crate::rules::Body;
    use crate::states;

    fn resolved() -> Resolved {
        Resolved {
            text: "修西巷水泥路180米，两边做排水沟。".into(),
            who_acts: "村委会牵头，理事会施工".into(),
            deadline: Some(day("2026-06-30")),
            effective_on: None,
        }
    }

    fn make(in_favour: i64, gaps: &[Gap], resolved: Resolved) -> Result<Resolution, ResolutionRefusal> {
        let (meeting, motion, count) = trial::voted(in_favour);
        resolve(&meeting, &motion, &count, gaps, resolved, id(70), now())
    }

    #[test]
    fn a_passed_motion_becomes_a_resolution_that_is_recorded_and_not_certified() {
        let resolution = make(35, &[], resolved()).unwrap();
        assert_eq!((resolution.state, resolution.scans.as_slice()), (ResolutionState::Recorded, &[][..]));
        assert_eq!(resolution.effective_on, day("2026-04-12"));
        assert!(resolution.binds_on(day("2026-04-12")) && !resolution.binds_on(day("2026-04-11")));
        assert_eq!(certify(&resolution, Vec::new()), Err(ResolutionRefusal::NoScan));
        let certified = certify(&resolution, vec![id(80), id(81)]).unwrap();
        assert_eq!((certified.state, certified.scans.as_slice()), (ResolutionState::Certified, &[id(80), id(81)][..]));
        // Every page stands in the record: to take one away is to alter it.
        let stands = |of: &Resolution| {
            let mut none = |_| None;
            let mut sheet = Sheet::new(&mut none);
            of.facts(&mut sheet);
            sheet.done().get("scans").cloned()
        };
        let first = Resolution { scans: vec![id(80)], ..certified.clone() };
        assert_ne!(stands(&certified), stands(&first));
    }

    #[test]
    fn a_motion_that_did_not_pass_becomes_nothing() {
        let refusal = make(19, &[], resolved()).unwrap_err();
        assert_eq!(refusal, ResolutionRefusal::NotPassed { outcome: Some(Outcome::NotPassed) });
    }

    #[test]
    fn a_missing_step_stands_in_the_way_by_name() {
        let required = demo("2026-04-12").prior_steps(Body::VillagersAssembly);
        let gaps = prior_step::gaps(&required, &[], day("2026-04-12"));
        let refusal = make(35, &gaps, resolved()).unwrap_err();
        assert_eq!(refusal.rule(), Some("X-VA-step-1"));
        assert_eq!(refusal.values(), [("body", Value::Word("step-body-branch".into())), ("missing", Value::Int(3))]);
    }

    #[test]
    fn it_binds_and_is_done_not_before_it_was_resolved() {
        let early = Resolved { deadline: Some(day("2026-04-11")), ..resolved() };
        assert_eq!(make(35, &[], early), Err(ResolutionRefusal::Deadline { resolved_on: day("2026-04-12") }));
        let early = Resolved { effective_on: Some(day("2026-04-11")), ..resolved() };
        assert_eq!(make(35, &[], early), Err(ResolutionRefusal::Effective { resolved_on: day("2026-04-12") }));
    }

    #[test]
    fn a_meeting_that_failed_resolves_nothing() {
        let (meeting, motion, count) = trial::voted(35);
        for state in [MeetingState::FailedQuorum, MeetingState::FailedNotice, MeetingState::Cancelled] {
            let meeting = Meeting { state, ..meeting.clone() };
            let result = resolve(&meeting, &motion, &count, &[], resolved(), id(70), now());
            assert_eq!(result, Err(ResolutionRefusal::Meeting { state }));
        }
    }

    #[test]
    fn a_recount_makes_it_void_or_asks_for_the_paper_again() {
        let resolution = certify(&make(35, &[], resolved()).unwrap(), vec![id(80)]).unwrap();
        let (_, _, first) = trial::voted(35);
        let recounted = |outcome| Count { id: id(51), turn: 2, corrects: Some(first.id), outcome, ..first.clone() };
        let still = follow(&resolution, &recounted(Outcome::Passed)).unwrap();
        assert_eq!((still.state, still.scans.len(), still.count), (ResolutionState::Recorded, 0, id(51)));
        let void = follow(&resolution, &recounted(Outcome::NotPassed)).unwrap();
        assert_eq!(void.state, ResolutionState::Void);
        assert!(!void.binds_on(day("2027-01-01")));
        assert_eq!(certify(&void, vec![id(81)]), Err(ResolutionRefusal::Void));
        assert_eq!(follow(&resolution, &first), Err(ResolutionRefusal::OldCount));
    }

    fn matter(plan: PlanState) -> Matter {
        let number = crate::decide::code::PublicNumber::parse("ZX-2026-017").unwrap();
        let place = trial::place();
        let open = super::super::matter::open(id(20), place, "西巷路", &[], number, day("2026-04-01")).unwrap();
        Matter { plan, ..open }
    }

    #[test]
    fn a_resolution_brings_its_matter_to_decided_from_wherever_it_was_heard() {
        use PlanState::{Answered, Closed, Decided, Deliberated, Disclosed, Posted, Sorted, Topic};
        for plan in [Sorted, Answered, Topic, Deliberated, Decided] {
            assert_eq!(settled(&matter(plan)).unwrap().plan, Decided, "{plan:?}");
        }
        assert_eq!(settled(&matter(Posted)).unwrap().plan, Posted);
        for plan in [Disclosed, Closed] {
            assert_eq!(settled(&matter(plan)), Err(MatterRefusal::OutOfOrder { from: plan, to: Decided }));
        }
        let merged = Matter { merged_into: Some(id(21)), ..matter(Posted) };
        assert_eq!(settled(&merged), Err(MatterRefusal::Merged));
    }

    #[test]
    fn a_decision_that_does_not_hold_leaves_its_matter_open_for_another_meeting() {
        use PlanState::{Decided, Deliberated, Disclosed, Posted, Topic};
        for (from, to) in
            [(Decided, Deliberated), (Posted, Deliberated), (Disclosed, Topic), (Deliberated, Deliberated)]
        {
            assert_eq!(sent_back(&matter(from)).unwrap().plan, to, "{from:?}");
        }
    }

    #[test]
    fn only_the_last_count_of_its_own_motion_makes_a_resolution() {
        let (meeting, motion, count) = trial::voted(35);
        let old = Count { id: id(99), ..count };
        let result = resolve(&meeting, &motion, &old, &[], resolved(), id(70), now());
        assert_eq!(result, Err(ResolutionRefusal::OldCount));
    }

    #[test]
    fn the_diagram_draws_what_a_resolution_can_do() {
        let first = make(35, &[], resolved()).unwrap();
        let (_, _, count) = trial::voted(35);
        let at = |state| Resolution { state, ..first.clone() };
        let recount = |state, outcome| {
            let again = Count { id: id(51), turn: 2, corrects: Some(count.id), outcome, ..count.clone() };
            follow(&at(state), &again).map(|one| one.state)
        };
        let steps = states::steps(
            ResolutionState::ALL,
            &[
                &|s| certify(&at(s), vec![id(80)]).map(|one| one.state),
                &|s| recount(s, Outcome::Passed),
                &|s| recount(s, Outcome::NotPassed),
                &|s| recount(s, Outcome::NoQuorum),
            ],
        );
        let page = include_str!("../../../../docs/states/resolution.md");
        states::same(page, 0, ResolutionState::ALL, &[first.state], steps);
    }
}
