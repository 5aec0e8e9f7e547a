//! The work plan of a programme: tasks, each with the organisation that answers for it, a last day and the document that it rests on.
//! Whether a task is done shows where it was done; there is no reporting form and no percentage (domain: M52, AF2).

use super::evidence::{self, Evidence};
use super::programme::{Programme, ProgrammeRefusal};
use crate::id::{MatterId, OrganisationId, ProgrammeId, TaskId};
use crate::people::place::Level;
use crate::record::{Noun, Recorded, Sheet};
use crate::refusal::{Faults, Kind, Refuse, TextFault, Value};
use crate::text;
use crate::time::Day;
use crate::tokens;
use uuid::Uuid;

/// The longest goal, in characters.
pub const GOAL_MAX: usize = 120;
/// The longest document or source of funds, in characters.
pub const DOCUMENT_MAX: usize = 80;
/// The longest reason, in characters.
pub const REASON_MAX: usize = 200;
/// The most helpers.
pub const HELPERS_MAX: usize = 8;

tokens! {
    /// Where a task stands.
    pub enum TaskState = "task-state" {
        /// It is to be done.
        Open = "open",
        /// It was done, and one sees where.
        Done = "done",
        /// It was dropped, with the reason.
        Dropped = "dropped",
    }
}

/// A task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// Its id.
    pub id: TaskId,
    /// Of which programme.
    pub programme: ProgrammeId,
    /// What is to be reached.
    pub goal: String,
    /// The organisation that answers for it.
    pub owner: OrganisationId,
    /// The organisations that help.
    pub helpers: Vec<OrganisationId>,
    /// The last day.
    pub due: Day,
    /// The document that it rests on.
    pub document: String,
    /// Which office pays, where a village is asked to do it.
    pub funding: Option<String>,
    /// Where one sees that it was done.
    pub evidence: Vec<Evidence>,
    /// Where it stands.
    pub state: TaskState,
    /// The day on which it was done or dropped.
    pub ended: Option<Day>,
    /// Why it was dropped.
    pub reason: Option<String>,
    /// The version read; the store compares and raises it.
    pub version: i64,
}

/// Why a task is not taken up or not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskRefusal {
    /// A text is not taken.
    Text(TextFault),
    /// The programme is closed.
    Programme(ProgrammeRefusal),
    /// Its last day lies outside the programme.
    Outside {
        /// The programme's first day.
        from: Day,
        /// The programme's last day.
        until: Day,
    },
    /// A village is asked to do something, and nobody says which office pays (Villagers' Committees Law art. 43: what is handed to
    /// villages is lawful and funded).
    Unfunded,
    /// Whoever answers for it is among the helpers.
    OwnerHelps,
    /// Too many helpers.
    TooMany {
        /// The most.
        max: usize,
    },
    /// Nothing shows that it was done.
    NoEvidence,
    /// It was done or dropped already.
    OutOfOrder {
        /// Where it stands.
        from: TaskState,
    },
}

impl From<TextFault> for TaskRefusal {
    fn from(fault: TextFault) -> Self {
        Self::Text(fault)
    }
}
impl From<ProgrammeRefusal> for TaskRefusal {
    fn from(refusal: ProgrammeRefusal) -> Self {
        Self::Programme(refusal)
    }
}

impl Refuse for TaskRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::Programme(refusal) => refusal.kind(),
            Self::OutOfOrder { .. } => Kind::Conflict,
            _ => Kind::Invalid,
        }
    }
    fn key(&self) -> &'static str {
        match self {
            Self::Text(fault) => fault.key(),
            Self::Programme(refusal) => refusal.key(),
            Self::Outside { .. } => "refusal-task-outside",
            Self::Unfunded => "refusal-task-unfunded",
            Self::OwnerHelps => "refusal-task-owner-helps",
            Self::TooMany { .. } => "refusal-task-too-many",
            Self::NoEvidence => "refusal-task-no-evidence",
            Self::OutOfOrder { .. } => "refusal-task-out-of-order",
        }
    }
    fn values(&self) -> Vec<(&'static str, Value)> {
        use crate::token::Token;
        match self {
            Self::Text(fault) => fault.values(),
            Self::Programme(refusal) => refusal.values(),
            Self::Outside { from, until } => vec![("from", Value::Day(*from)), ("until", Value::Day(*until))],
            Self::TooMany { max } => vec![("max", Value::Int(i64::try_from(*max).unwrap_or(i64::MAX)))],
            Self::OutOfOrder { from } => vec![("from", Value::Word(from.key()))],
            _ => Vec::new(),
        }
    }
    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Text(fault) => fault.field(),
            Self::Programme(refusal) => refusal.field(),
            Self::Outside { .. } => Some("due"),
            Self::Unfunded => Some("funding"),
            Self::OwnerHelps | Self::TooMany { .. } => Some("helpers"),
            Self::NoEvidence => Some("evidence"),
            Self::OutOfOrder { .. } => None,
        }
    }
}

/// What is written about a task, as typed.
#[derive(Clone, Debug)]
pub struct TaskForm {
    /// What is to be reached.
    pub goal: String,
    /// The organisation that answers for it.
    pub owner: OrganisationId,
    /// The level of the place that this organisation is for.
    pub owner_level: Level,
    /// The organisations that help.
    pub helpers: Vec<OrganisationId>,
    /// The last day.
    pub due: Day,
    /// The document.
    pub document: String,
    /// Which office pays; empty where nobody has to.
    pub funding: String,
}

/// Takes up a task.
pub fn take_up(id: TaskId, programme: &Programme, form: &TaskForm) -> Result<Task, Vec<TaskRefusal>> {
    programme.goes_on().map_err(|refusal| vec![refusal.into()])?;
    let mut faults = Faults::<TaskRefusal>::default();
    let goal = faults.take(text::line(&form.goal, GOAL_MAX).map_err(TextFault::at("goal")));
    let document = faults.take(text::line(&form.document, DOCUMENT_MAX).map_err(TextFault::at("document")));
    let funding = faults.take(text::line_or_none(&form.funding, DOCUMENT_MAX).map_err(TextFault::at("funding")));
    // Nothing is laid upon a village without saying who pays for it (domain: AF11).
    if matches!(form.owner_level, Level::Village | Level::Hamlet) && funding == Some(None) {
        faults.add(TaskRefusal::Unfunded);
    }
    if form.due < programme.from || form.due > programme.until {
        faults.add(TaskRefusal::Outside { from: programme.from, until: programme.until });
    }
    let mut helpers: Vec<OrganisationId> = Vec::new();
    for helper in &form.helpers {
        if *helper == form.owner {
            faults.add(TaskRefusal::OwnerHelps);
        } else if !helpers.contains(helper) {
            helpers.push(*helper);
        }
    }
    if helpers.len() > HELPERS_MAX {
        faults.add(TaskRefusal::TooMany { max: HELPERS_MAX });
    }
    let task = (|| {
        Some(Task {
            id,
            programme: programme.id,
            goal: goal?,
            owner: form.owner,
            helpers,
            due: form.due,
            document: document?,
            funding: funding?,
            evidence: Vec::new(),
            state: TaskState::Open,
            ended: None,
            reason: None,
            version: 1,
        })
    })();
    faults.finish(task)
}

impl Task {
    fn open(&self) -> Result<(), TaskRefusal> {
        if self.state == TaskState::Open { Ok(()) } else { Err(TaskRefusal::OutOfOrder { from: self.state }) }
    }

    /// Notes where one sees that something was done, and with `done` that all of it is.
    pub fn shown(&self, evidence: &[Evidence], done: bool, today: Day) -> Result<Self, TaskRefusal> {
        self.open()?;
        let evidence = evidence::each_once(evidence);
        if evidence.is_empty() {
            return Err(TaskRefusal::NoEvidence);
        }
        let (state, ended) = if done { (TaskState::Done, Some(today)) } else { (TaskState::Open, None) };
        Ok(Self { evidence, state, ended, ..self.clone() })
    }

    /// Drops it with the reason.
    pub fn dropped(&self, reason: &str, today: Day) -> Result<Self, TaskRefusal> {
        self.open()?;
        let reason = text::line(reason, REASON_MAX).map_err(TextFault::at("reason"))?;
        Ok(Self { state: TaskState::Dropped, ended: Some(today), reason: Some(reason), ..self.clone() })
    }

    /// Whether its last day is over and it is still to be done.
    pub fn late(&self, today: Day) -> bool {
        self.state == TaskState::Open && self.due < today
    }
}

impl Recorded for Task {
    const NOUN: Noun = Noun::Task;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        self.evidence.iter().filter_map(|link| link.matter()).collect()
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        sheet.id("programme", self.programme);
        sheet.text("goal", &self.goal);
        sheet.id("owner", self.owner);
        sheet.word("helpers", &evidence::join_ids(&self.helpers));
        sheet.day("due", self.due);
        sheet.text("document", &self.document);
        sheet.text_or_none("funding", self.funding.as_deref());
        sheet.word("evidence", &evidence::join(&self.evidence));
        sheet.token("state", self.state);
        sheet.day_or_none("ended", self.ended);
        sheet.text_or_none("reason", self.reason.as_deref());
    }
}

#[cfg(test)]
mod tests {
    use super::super::programme::tests::programme;
    use super::*;
    use crate::id::Id;
    use crate::states;
    use crate::token::Token;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }
    fn form(level: Level, funding: &str) -> TaskForm {
        TaskForm {
            goal: "每个乡镇办一个样子出来".into(),
            owner: Id::from(Uuid::from_u128(20)),
            owner_level: level,
            helpers: vec![Id::from(Uuid::from_u128(21))],
            due: day("2026-06-30"),
            document: "工作方案第三条".into(),
            funding: funding.into(),
        }
    }
    fn taken(form: &TaskForm) -> Result<Task, Vec<TaskRefusal>> {
        take_up(Id::from(Uuid::from_u128(9)), &programme(), form)
    }
    fn evidence() -> [Evidence; 1] {
        [Evidence::Matter(Id::from(Uuid::from_u128(4)))]
    }

    #[test]
    fn nothing_is_laid_upon_a_village_without_saying_who_pays() {
        for (level, funding, fits) in [
            (Level::County, "", true),
            (Level::Township, "", true),
            (Level::Village, "", false),
            (Level::Village, "县财政局", true),
            (Level::Hamlet, "", false),
        ] {
            let taken = taken(&form(level, funding));
            assert_eq!(taken.is_ok(), fits, "{level:?}");
            if !fits {
                assert_eq!(taken.unwrap_err(), [TaskRefusal::Unfunded]);
            }
        }
        assert!(matches!(
            taken(&TaskForm { document: " ".into(), ..form(Level::County, "") }).unwrap_err()[..],
            [TaskRefusal::Text(_)]
        ));
    }

    #[test]
    fn a_task_lies_within_its_programme_and_nobody_helps_oneself() {
        for (due, fits) in [("2025-12-31", false), ("2026-01-01", true), ("2027-12-31", true), ("2028-01-01", false)] {
            assert_eq!(taken(&TaskForm { due: day(due), ..form(Level::County, "") }).is_ok(), fits, "{due}");
        }
        let own = TaskForm { helpers: vec![Id::from(Uuid::from_u128(20))], ..form(Level::County, "") };
        assert_eq!(taken(&own).unwrap_err(), [TaskRefusal::OwnerHelps]);
    }

    #[test]
    fn a_task_is_done_where_one_can_see_it() {
        let task = taken(&form(Level::County, "")).unwrap();
        assert!(task.late(day("2026-07-01")) && !task.late(day("2026-06-30")));
        assert_eq!(task.shown(&[], true, day("2026-06-01")), Err(TaskRefusal::NoEvidence));
        let half = task.shown(&evidence(), false, day("2026-06-01")).unwrap();
        assert_eq!((half.state, half.matters().len()), (TaskState::Open, 1));
        let done = half.shown(&evidence(), true, day("2026-07-05")).unwrap();
        assert!(!done.late(day("2026-08-01")));
        assert_eq!(done.dropped("x", day("2026-08-01")), Err(TaskRefusal::OutOfOrder { from: TaskState::Done }));
    }

    #[test]
    fn the_diagram_draws_what_a_task_can_do() {
        let first = taken(&form(Level::County, "")).unwrap();
        let at = |state| Task { state, ..first.clone() };
        let steps = states::steps(
            TaskState::ALL,
            &[
                &|s| at(s).shown(&evidence(), false, day("2026-06-01")).map(|one| one.state),
                &|s| at(s).shown(&evidence(), true, day("2026-06-01")).map(|one| one.state),
                &|s| at(s).dropped("不办了", day("2026-06-01")).map(|one| one.state),
            ],
        );
        let page = include_str!("../../../../docs/states/task.md");
        states::same(page, 0, TaskState::ALL, &[first.state], steps);
    }
}
