//! The works diary: what was done on a day, what went wrong, what came in, with photos of the work and never of people (domain: F17).
//!
//! A note is written once and not changed; what was wrong in it is said in a later one. Changes of the budget are change orders
//! ([`super::project::ChangeOrder`]) and stand elsewhere.

use super::project::{Project, ProjectState};
use crate::id::{FileId, MatterId, ProjectId, WorksId};
use crate::record::{Noun, Recorded, Sheet};
use crate::refusal::{Faults, Kind, Refuse, TextFault, Value};
use crate::text;
use crate::time::{Day, Timestamp};
use crate::token::Token;
use uuid::Uuid;

/// The longest text of a note, in characters.
pub const TEXT_MAX: usize = 500;
/// The longest name of who saw it, in characters.
pub const WHO_MAX: usize = 60;
/// The most photos of one note.
pub const PHOTOS_MAX: usize = 6;

/// A note of one day of works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Works {
    /// Its id.
    pub id: WorksId,
    /// Of which project.
    pub project: ProjectId,
    /// In which matter.
    pub matter: MatterId,
    /// The day of the works.
    pub on: Day,
    /// The line of the budget that it is about, from 1; none when it is about several.
    pub line: Option<i64>,
    /// What was done.
    pub progress: String,
    /// What was wrong with the quality.
    pub quality: Option<String>,
    /// What was noticed about safety.
    pub safety: Option<String>,
    /// What material came in.
    pub material: Option<String>,
    /// Who saw it, in words: a function, such as the residents' monitoring group.
    pub seen: Option<String>,
    /// Photos of the work, at most [`PHOTOS_MAX`].
    pub photos: Vec<FileId>,
    /// When it was entered.
    pub recorded_at: Timestamp,
}

/// Why a note is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WorksRefusal {
    /// A text is not taken.
    Text(TextFault),
    /// Nothing is built now.
    State {
        /// Where the project stands.
        state: ProjectState,
    },
    /// The day is missing.
    DayMissing,
    /// The day lies ahead.
    DayToCome,
    /// Works had not begun.
    TooEarly {
        /// The day on which they began.
        day: Day,
    },
    /// There is no such line.
    NoLine,
    /// More photos than fit.
    Photos {
        /// The most.
        max: i64,
    },
}

impl From<TextFault> for WorksRefusal {
    fn from(fault: TextFault) -> Self {
        Self::Text(fault)
    }
}

impl Refuse for WorksRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::State { .. } => Kind::Conflict,
            _ => Kind::Invalid,
        }
    }
    fn key(&self) -> &'static str {
        match self {
            Self::Text(fault) => fault.key(),
            Self::State { .. } => "refusal-works-state",
            Self::DayMissing => "field-day-empty",
            Self::DayToCome => "refusal-project-day-to-come",
            Self::TooEarly { .. } => "refusal-project-too-early",
            Self::NoLine => "refusal-works-no-line",
            Self::Photos { .. } => "scan-too-many",
        }
    }
    fn values(&self) -> Vec<(&'static str, Value)> {
        match self {
            Self::Text(fault) => fault.values(),
            Self::State { state } => vec![("state", Value::Word(state.key()))],
            Self::TooEarly { day } => vec![("day", Value::Day(*day))],
            Self::Photos { max } => vec![("max", Value::Int(*max))],
            _ => Vec::new(),
        }
    }
    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Text(fault) => fault.field(),
            Self::State { .. } => None,
            Self::DayMissing | Self::DayToCome | Self::TooEarly { .. } => Some("day"),
            Self::NoLine => Some("line"),
            Self::Photos { .. } => Some("photo"),
        }
    }
}

/// What the form says.
#[derive(Clone, Copy, Debug)]
pub struct WorksForm<'a> {
    /// The day of the works.
    pub on: Option<Day>,
    /// The line of the budget, from 1.
    pub line: Option<i64>,
    /// What was done.
    pub progress: &'a str,
    /// Quality.
    pub quality: &'a str,
    /// Safety.
    pub safety: &'a str,
    /// Material.
    pub material: &'a str,
    /// Who saw it.
    pub seen: &'a str,
    /// How many photos come with it.
    pub photos: usize,
}

/// Writes a note. Its photos are in `photos`; a form is checked before they are drawn anew with none in it.
pub fn note(
    project: &Project,
    form: &WorksForm<'_>,
    photos: Vec<FileId>,
    (id, now, today): (WorksId, Timestamp, Day),
) -> Result<Works, Vec<WorksRefusal>> {
    let mut faults = Faults::<WorksRefusal>::default();
    // What is mended after the end belongs into the diary as well.
    if !matches!(project.state, ProjectState::Building | ProjectState::Built) {
        faults.add(WorksRefusal::State { state: project.state });
    }
    let on = faults.take(form.on.ok_or(WorksRefusal::DayMissing));
    if let Some(on) = on {
        if on > today {
            faults.add(WorksRefusal::DayToCome);
        }
        match project.begun_on {
            Some(day) if on < day => faults.add(WorksRefusal::TooEarly { day }),
            _ => {}
        }
    }
    let lines = i64::try_from(project.budget.lines.len()).unwrap_or(i64::MAX);
    if form.line.is_some_and(|line| !(1..=lines).contains(&line)) {
        faults.add(WorksRefusal::NoLine);
    }
    let progress = faults.take(text::block(form.progress, TEXT_MAX).map_err(TextFault::at("progress")));
    let quality = faults.take(text::block_or_none(form.quality, TEXT_MAX).map_err(TextFault::at("quality")));
    let safety = faults.take(text::block_or_none(form.safety, TEXT_MAX).map_err(TextFault::at("safety")));
    let material = faults.take(text::block_or_none(form.material, TEXT_MAX).map_err(TextFault::at("material")));
    let seen = faults.take(text::line_or_none(form.seen, WHO_MAX).map_err(TextFault::at("seen")));
    if form.photos > PHOTOS_MAX {
        faults.add(WorksRefusal::Photos { max: i64::try_from(PHOTOS_MAX).unwrap_or(i64::MAX) });
    }
    let note = (|| {
        Some(Works {
            id,
            project: project.id,
            matter: project.matter,
            on: on?,
            line: form.line,
            progress: progress?,
            quality: quality?,
            safety: safety?,
            material: material?,
            seen: seen?,
            photos,
            recorded_at: now,
        })
    })();
    faults.finish(note)
}

impl Recorded for Works {
    const NOUN: Noun = Noun::Works;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        vec![self.matter]
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        sheet.id("project", self.project);
        sheet.id("matter", self.matter);
        sheet.day("on", self.on);
        sheet.int_or_none("line", self.line);
        sheet.text("progress", &self.progress);
        sheet.text_or_none("quality", self.quality.as_deref());
        sheet.text_or_none("safety", self.safety.as_deref());
        sheet.text_or_none("material", self.material.as_deref());
        sheet.text_or_none("seen", self.seen.as_deref());
        let photos: Vec<String> = self.photos.iter().map(ToString::to_string).collect();
        sheet.word_or_none("photos", (!photos.is_empty()).then(|| photos.join(" ")).as_deref());
        sheet.at("recorded_at", self.recorded_at);
    }
}

#[cfg(test)]
mod tests {
    use super::super::project::tests::{id, planned};
    use super::*;
    use crate::decide::matter::tests::day;

    fn form() -> WorksForm<'static> {
        let on = Some(day("2026-05-08"));
        WorksForm {
            on,
            line: Some(1),
            progress: "挖槽40米",
            quality: "",
            safety: "",
            material: "",
            seen: "",
            photos: 0,
        }
    }
    fn at(state: ProjectState) -> Project {
        Project { state, begun_on: Some(day("2026-05-06")), ..planned() }
    }
    fn try_at(project: &Project, form: &WorksForm<'_>) -> Result<Works, Vec<WorksRefusal>> {
        note(project, form, Vec::new(), (id(3), Timestamp::from_millis(0), day("2026-05-08")))
    }

    #[test]
    fn the_diary_is_kept_while_something_is_built_or_mended_and_at_no_other_time() {
        for state in ProjectState::ALL {
            let taken = matches!(state, ProjectState::Building | ProjectState::Built);
            assert_eq!(try_at(&at(*state), &form()).is_ok(), taken, "{state:?}");
        }
    }

    #[test]
    fn a_note_is_of_a_day_of_the_works_and_of_a_line_that_there_is() {
        let project = at(ProjectState::Building);
        let one = |form: WorksForm<'_>| try_at(&project, &form).unwrap_err();
        assert_eq!(one(WorksForm { on: None, ..form() }), [WorksRefusal::DayMissing]);
        assert_eq!(one(WorksForm { on: Some(day("2026-05-09")), ..form() }), [WorksRefusal::DayToCome]);
        let early = WorksForm { on: Some(day("2026-05-05")), ..form() };
        assert_eq!(one(early), [WorksRefusal::TooEarly { day: day("2026-05-06") }]);
        assert!(try_at(&project, &WorksForm { on: Some(day("2026-05-06")), ..form() }).is_ok());
        for line in [0, -1, 5] {
            assert_eq!(one(WorksForm { line: Some(line), ..form() }), [WorksRefusal::NoLine], "{line}");
        }
        assert!(try_at(&project, &WorksForm { line: Some(4), ..form() }).is_ok());
        assert_eq!(one(WorksForm { photos: 7, ..form() }), [WorksRefusal::Photos { max: 6 }]);
        assert!(try_at(&project, &WorksForm { photos: 6, line: None, ..form() }).is_ok());
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let long = "长".repeat(TEXT_MAX + 1);
        let bad = WorksForm { on: None, progress: " ", quality: &long, ..form() };
        let fields: Vec<_> =
            try_at(&at(ProjectState::Building), &bad).unwrap_err().iter().filter_map(Refuse::field).collect();
        assert_eq!(fields, ["day", "progress", "quality"]);
    }
}
