//! Acceptance: what was planned beside what was built, what residents say, what has to be mended (domain: F18).
//!
//! The acceptance of works is the one place where a photo is compulsory (AF3): the paper that its members signed. Whoever entered the
//! numbers does not confirm them. A conditional one has passed once every defect was mended and looked at again by another person.
//!
//! States and what is left out: `docs/states/acceptance.md`.

use super::project::{Cover, Line, Project, ProjectState};
use super::workday::Workdays;
use crate::id::{AcceptanceId, AccountId, DefectId, FileId, MatterId, ProjectId};
use crate::money::Fen;
use crate::record::{Noun, Recorded, Sheet};
use crate::refusal::{Faults, Kind, Refuse, TextFault, Value};
use crate::text;
use crate::time::{Day, Timestamp};
use crate::token::Token;
use crate::tokens;
use std::fmt::Write;
use uuid::Uuid;

/// The longest quality words, members and reasons, in characters.
pub const TEXT_MAX: usize = 500;
/// The longest one-line text, in characters.
pub const LINE_MAX: usize = 120;
/// The most defects of one acceptance.
pub const DEFECTS_MAX: usize = 20;
/// The most photos of its paper.
pub const PHOTOS_MAX: usize = 6;
/// Opinions of fewer than these are not shown (design: §4.6).
pub const OPINION_LEAST: u32 = 10;
/// The most residents who can have been asked.
pub const ASKED_MAX: u32 = 100_000;

tokens! {
    /// Who accepts.
    pub enum AcceptanceLevel = "acceptance-level" {
        /// The village itself.
        Village = "village",
        /// Township or town.
        Town = "town",
        /// The county.
        County = "county",
    }
    /// What those who accepted found.
    pub enum Verdict = "verdict" {
        /// Everything is as it should be.
        Pass = "pass",
        /// Good once the defects are mended.
        Conditional = "conditional",
        /// To be built again.
        Fail = "fail",
    }
    /// Where an acceptance stands.
    pub enum AcceptanceState = "acceptance-state" {
        /// One person entered it.
        Entered = "entered",
        /// A second one found it so.
        Confirmed = "confirmed",
        /// A second one did not find it so.
        Refused = "refused",
    }
    /// Where a defect stands.
    pub enum DefectState = "defect-state" {
        /// To be mended.
        Open = "open",
        /// Mended, as one person says.
        Mended = "mended",
        /// Looked at again and good.
        Rechecked = "rechecked",
    }
}

/// One line of the budget beside what was built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actual {
    /// The line as it was planned.
    pub planned: Line,
    /// How much there is, in words.
    pub quantity: Option<String>,
    /// What it cost; of a line that money covers.
    pub amount: Option<Fen>,
    /// How many days it took; of a line that work covers.
    pub days: Option<Workdays>,
}

/// An acceptance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acceptance {
    /// Its id.
    pub id: AcceptanceId,
    /// Of which project.
    pub project: ProjectId,
    /// In which matter.
    pub matter: MatterId,
    /// By whom.
    pub level: AcceptanceLevel,
    /// On which day.
    pub held_on: Day,
    /// Planned against actual, in the order of the budget.
    pub lines: Vec<Actual>,
    /// About quality.
    pub quality: String,
    /// Who took part: office holders and functions.
    pub members: String,
    /// How many residents were content, of how many who were asked on paper.
    pub opinion: Option<(u32, u32)>,
    /// What they found.
    pub verdict: Verdict,
    /// The signed paper.
    pub papers: Vec<FileId>,
    /// Where it stands.
    pub state: AcceptanceState,
    /// Who entered it.
    pub entered_by: Option<AccountId>,
    /// Why a second person did not confirm it.
    pub refused_because: Option<String>,
    /// The day on which it passed: at once, or with the last defect.
    pub passed_on: Option<Day>,
    /// When it was entered.
    pub recorded_at: Timestamp,
    /// The version read; the store compares and raises it.
    pub version: i64,
}

/// Something that has to be mended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Defect {
    /// Its id.
    pub id: DefectId,
    /// Found at which acceptance.
    pub acceptance: AcceptanceId,
    /// Of which project.
    pub project: ProjectId,
    /// In which matter.
    pub matter: MatterId,
    /// Its place in the list, from 1.
    pub position: i64,
    /// What.
    pub what: String,
    /// Until when.
    pub due_on: Day,
    /// Which organisation mends it.
    pub owner: String,
    /// Where it stands.
    pub state: DefectState,
    /// The day on which it was mended.
    pub mended_on: Option<Day>,
    /// Who said so.
    pub mended_by: Option<AccountId>,
    /// The day on which it was looked at again.
    pub rechecked_on: Option<Day>,
    /// The version read; the store compares and raises it.
    pub version: i64,
}

impl Defect {
    /// Whether its owner is late.
    pub fn is_late(&self, today: Day) -> bool {
        self.state == DefectState::Open && today > self.due_on
    }
}

/// Why an acceptance or a defect is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AcceptanceRefusal {
    /// A text is not taken.
    Text(TextFault),
    /// The project is not in a state for this.
    Project {
        /// Where it stands.
        state: ProjectState,
    },
    /// The day is missing.
    DayMissing {
        /// Which field.
        field: &'static str,
    },
    /// The day lies ahead.
    DayToCome,
    /// The day lies before what it follows.
    TooEarly {
        /// The day before which it cannot be.
        day: Day,
    },
    /// A line of the budget has no actual number, or one that is none.
    Actual {
        /// Which line, from 1.
        n: i64,
    },
    /// More were content than were asked, or only one of the numbers is there.
    Opinion,
    /// The signed paper is missing.
    NoPaper,
    /// A conditional acceptance names what has to be mended.
    NoDefects,
    /// What passed has nothing to be mended.
    Defects,
    /// Too many defects.
    TooMany {
        /// The most.
        max: i64,
    },
    /// Whoever entered it does not confirm it.
    EnteredByYou,
    /// Whoever said that it is mended does not look at it again.
    MendedByYou,
    /// It was confirmed or refused before.
    State {
        /// Where it stands.
        state: AcceptanceState,
    },
    /// The defect is not in a state for this.
    Defect {
        /// Where it stands.
        state: DefectState,
    },
    /// Another one waits to be confirmed.
    Waiting,
}

impl From<TextFault> for AcceptanceRefusal {
    fn from(fault: TextFault) -> Self {
        Self::Text(fault)
    }
}

impl Refuse for AcceptanceRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::Project { .. } | Self::State { .. } | Self::Defect { .. } | Self::Waiting => Kind::Conflict,
            Self::EnteredByYou | Self::MendedByYou => Kind::Forbidden,
            _ => Kind::Invalid,
        }
    }
    fn key(&self) -> &'static str {
        match self {
            Self::Text(fault) => fault.key(),
            Self::Project { .. } => "refusal-acceptance-project",
            Self::DayMissing { .. } => "field-day-empty",
            Self::DayToCome => "refusal-project-day-to-come",
            Self::TooEarly { .. } => "refusal-project-too-early",
            Self::Actual { .. } => "refusal-acceptance-actual",
            Self::Opinion => "refusal-acceptance-opinion",
            Self::NoPaper => "refusal-acceptance-no-paper",
            Self::NoDefects => "refusal-acceptance-no-defects",
            Self::Defects => "refusal-acceptance-defects",
            Self::TooMany { .. } => "refusal-project-too-many",
            Self::EnteredByYou => "refusal-acceptance-entered-by-you",
            Self::MendedByYou => "refusal-acceptance-mended-by-you",
            Self::State { .. } => "refusal-acceptance-state",
            Self::Defect { .. } => "refusal-acceptance-defect",
            Self::Waiting => "refusal-acceptance-waiting",
        }
    }
    fn values(&self) -> Vec<(&'static str, Value)> {
        match self {
            Self::Text(fault) => fault.values(),
            Self::Project { state } => vec![("state", Value::Word(state.key()))],
            Self::State { state } => vec![("state", Value::Word(state.key()))],
            Self::Defect { state } => vec![("state", Value::Word(state.key()))],
            Self::TooEarly { day } => vec![("day", Value::Day(*day))],
            Self::Actual { n } => vec![("n", Value::Int(*n))],
            Self::TooMany { max } => vec![("max", Value::Int(*max))],
            _ => Vec::new(),
        }
    }
    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Text(fault) => fault.field(),
            Self::DayMissing { field } => Some(field),
            Self::DayToCome | Self::TooEarly { .. } => Some("day"),
            Self::Actual { .. } => Some("lines"),
            Self::Opinion => Some("content"),
            Self::NoPaper => Some("photo"),
            Self::NoDefects | Self::Defects | Self::TooMany { .. } => Some("defects"),
            _ => None,
        }
    }
}

/// What the form says of one line of the budget.
#[derive(Clone, Copy, Debug, Default)]
pub struct ActualForm<'a> {
    /// How much there is, in words.
    pub quantity: &'a str,
    /// Yuan or days, by what covers the line.
    pub amount: &'a str,
}

/// What the form says of one defect.
#[derive(Clone, Copy, Debug)]
pub struct DefectForm<'a> {
    /// What.
    pub what: &'a str,
    /// Until when.
    pub due_on: Option<Day>,
    /// Which organisation mends it.
    pub owner: &'a str,
}

/// What the form says.
#[derive(Clone, Debug)]
pub struct AcceptanceForm<'a> {
    /// By whom.
    pub level: AcceptanceLevel,
    /// On which day.
    pub held_on: Option<Day>,
    /// For each line of the budget.
    pub lines: Vec<ActualForm<'a>>,
    /// About quality.
    pub quality: &'a str,
    /// Who took part.
    pub members: &'a str,
    /// How many were content, and how many were asked.
    pub opinion: (&'a str, &'a str),
    /// What they found.
    pub verdict: Verdict,
    /// What has to be mended.
    pub defects: Vec<DefectForm<'a>>,
    /// How many photos of the signed paper come with it.
    pub papers: usize,
}

/// Enters an acceptance with its defects; the ids of those are made by `fresh`. `before` are the acceptances of the project so far.
pub fn enter(
    project: &Project,
    form: &AcceptanceForm<'_>,
    papers: Vec<FileId>,
    before: &[Acceptance],
    (id, by, now, today): (AcceptanceId, Option<AccountId>, Timestamp, Day),
    fresh: &mut dyn FnMut() -> DefectId,
) -> Result<(Acceptance, Vec<Defect>), Vec<AcceptanceRefusal>> {
    let mut faults = Faults::<AcceptanceRefusal>::default();
    // A higher level may look again at what another one accepted.
    if !matches!(project.state, ProjectState::Built | ProjectState::Accepted) {
        faults.add(AcceptanceRefusal::Project { state: project.state });
    }
    if before.iter().any(|one| one.state == AcceptanceState::Entered) {
        faults.add(AcceptanceRefusal::Waiting);
    }
    let held_on = faults.take(form.held_on.ok_or(AcceptanceRefusal::DayMissing { field: "day" }));
    if let Some(on) = held_on {
        if on > today {
            faults.add(AcceptanceRefusal::DayToCome);
        }
        match project.built_on {
            Some(day) if on < day => faults.add(AcceptanceRefusal::TooEarly { day }),
            _ => {}
        }
    }
    let mut lines = Vec::new();
    for (n, planned) in (1_i64..).zip(&project.budget.lines) {
        let typed = usize::try_from(n - 1).ok().and_then(|at| form.lines.get(at)).copied().unwrap_or_default();
        let quantity = faults.take(text::line_or_none(typed.quantity, LINE_MAX).map_err(TextFault::at("lines")));
        let number = match planned.cover {
            Cover::Money => Fen::parse_yuan(typed.amount).map(|amount| (Some(amount), None)),
            Cover::Labour => Workdays::parse(typed.amount).map(|days| (None, Some(days))),
            // What was given in kind has no price; that it is there is said in words.
            Cover::Things => typed.amount.trim().is_empty().then_some((None, None)),
        };
        let number = faults.take(number.ok_or(AcceptanceRefusal::Actual { n }));
        if let (Some(quantity), Some((amount, days))) = (quantity, number) {
            lines.push(Actual { planned: planned.clone(), quantity, amount, days });
        }
    }
    let quality = faults.take(text::block(form.quality, TEXT_MAX).map_err(TextFault::at("quality")));
    let members = faults.take(text::block(form.members, TEXT_MAX).map_err(TextFault::at("members")));
    let opinion = match form.opinion {
        (content, asked) if content.trim().is_empty() && asked.trim().is_empty() => Some(None),
        (content, asked) => match (text::count(content, ASKED_MAX), text::count(asked, ASKED_MAX)) {
            (Some(content), Some(asked)) if content <= asked && asked > 0 => Some(Some((content, asked))),
            _ => None,
        },
    };
    let opinion = faults.take(opinion.ok_or(AcceptanceRefusal::Opinion));
    if form.papers == 0 {
        faults.add(AcceptanceRefusal::NoPaper);
    }
    match (form.verdict, form.defects.len()) {
        (Verdict::Conditional, 0) => faults.add(AcceptanceRefusal::NoDefects),
        (Verdict::Pass, 1..) => faults.add(AcceptanceRefusal::Defects),
        (_, n) if n > DEFECTS_MAX => {
            faults.add(AcceptanceRefusal::TooMany { max: i64::try_from(DEFECTS_MAX).unwrap_or(i64::MAX) });
        }
        _ => {}
    }
    let mut defects = Vec::new();
    for (position, typed) in (1_i64..).zip(&form.defects) {
        let what = faults.take(text::line(typed.what, LINE_MAX).map_err(TextFault::at("defects")));
        let owner = faults.take(text::line(typed.owner, LINE_MAX).map_err(TextFault::at("defects")));
        let due_on = faults.take(typed.due_on.ok_or(AcceptanceRefusal::DayMissing { field: "defects" }));
        if let (Some(what), Some(owner), Some(due_on)) = (what, owner, due_on) {
            defects.push(Defect {
                id: fresh(),
                acceptance: id,
                project: project.id,
                matter: project.matter,
                position,
                what,
                due_on,
                owner,
                state: DefectState::Open,
                mended_on: None,
                mended_by: None,
                rechecked_on: None,
                version: 1,
            });
        }
    }
    let made = (|| {
        let acceptance = Acceptance {
            id,
            project: project.id,
            matter: project.matter,
            level: form.level,
            held_on: held_on?,
            lines,
            quality: quality?,
            members: members?,
            opinion: opinion?,
            verdict: form.verdict,
            papers,
            state: AcceptanceState::Entered,
            entered_by: by,
            refused_because: None,
            passed_on: None,
            recorded_at: now,
            version: 1,
        };
        Some((acceptance, defects))
    })();
    faults.finish(made)
}

impl Acceptance {
    /// What the money lines cost.
    pub fn cost(&self) -> Fen {
        self.lines.iter().fold(Fen::default(), |all, one| all.plus(one.amount.unwrap_or_default()).unwrap_or(all))
    }
    /// What the money lines were planned to cost.
    pub fn planned(&self) -> Fen {
        self.lines
            .iter()
            .fold(Fen::default(), |all, one| all.plus(one.planned.amount.unwrap_or_default()).unwrap_or(all))
    }
    /// The opinion as everybody may see it: none when too few were asked.
    pub fn shown_opinion(&self) -> Option<(u32, u32)> {
        self.opinion.filter(|(_, asked)| *asked >= OPINION_LEAST)
    }
    fn waits(&self, by: Option<AccountId>) -> Result<(), AcceptanceRefusal> {
        if self.state != AcceptanceState::Entered {
            return Err(AcceptanceRefusal::State { state: self.state });
        }
        if by.is_some() && by == self.entered_by {
            return Err(AcceptanceRefusal::EnteredByYou);
        }
        Ok(())
    }
    /// A second person found it so.
    pub fn confirmed(&self, by: Option<AccountId>, today: Day) -> Result<Self, AcceptanceRefusal> {
        self.waits(by)?;
        let passed_on = (self.verdict == Verdict::Pass).then_some(today);
        Ok(Self { state: AcceptanceState::Confirmed, passed_on, ..self.clone() })
    }
    /// A second person did not find it so.
    pub fn refused(&self, by: Option<AccountId>, reason: &str) -> Result<Self, AcceptanceRefusal> {
        let reason = text::block(reason, TEXT_MAX).map_err(TextFault::at("reason"))?;
        self.waits(by)?;
        Ok(Self { state: AcceptanceState::Refused, refused_because: Some(reason), ..self.clone() })
    }
    /// A conditional one passes with its last defect; anything else stays as it is.
    #[must_use]
    pub fn after_recheck(&self, defects: &[Defect], today: Day) -> Self {
        let all = defects.iter().filter(|one| one.acceptance == self.id).all(|one| one.state == DefectState::Rechecked);
        let passes = all
            && self.state == AcceptanceState::Confirmed
            && self.verdict == Verdict::Conditional
            && self.passed_on.is_none();
        Self { passed_on: if passes { Some(today) } else { self.passed_on }, ..self.clone() }
    }
    fn lines_text(&self) -> String {
        let mut out = String::new();
        for one in &self.lines {
            let (fen, days) = (one.amount.map(Fen::fen), one.days.map(Workdays::in_quarters));
            let quantity = one.quantity.as_deref().unwrap_or_default();
            let planned = (one.planned.amount.map(Fen::fen), one.planned.days.map(Workdays::in_quarters));
            let _ = writeln!(
                out,
                "{}\t{}\t{}\t{planned:?}\t{quantity}\t{fen:?}\t{days:?}",
                one.planned.name,
                one.planned.cover.as_str(),
                one.planned.quantity.as_deref().unwrap_or_default()
            );
        }
        out
    }
}

impl Defect {
    fn only(&self, state: DefectState) -> Result<(), AcceptanceRefusal> {
        if self.state == state { Ok(()) } else { Err(AcceptanceRefusal::Defect { state: self.state }) }
    }
    /// Somebody says that it is mended.
    pub fn mended(&self, by: Option<AccountId>, today: Day) -> Result<Self, AcceptanceRefusal> {
        self.only(DefectState::Open)?;
        Ok(Self { state: DefectState::Mended, mended_on: Some(today), mended_by: by, ..self.clone() })
    }
    /// Another person looked at it again: it is good.
    pub fn rechecked(&self, by: Option<AccountId>, today: Day) -> Result<Self, AcceptanceRefusal> {
        self.only(DefectState::Mended)?;
        if by.is_some() && by == self.mended_by {
            return Err(AcceptanceRefusal::MendedByYou);
        }
        Ok(Self { state: DefectState::Rechecked, rechecked_on: Some(today), ..self.clone() })
    }
    /// Another person looked at it again: it is not.
    pub fn open_again(&self) -> Result<Self, AcceptanceRefusal> {
        self.only(DefectState::Mended)?;
        Ok(Self { state: DefectState::Open, mended_on: None, mended_by: None, ..self.clone() })
    }
}

/// Whether everything that a matter builds was accepted: each published plan that was not given up.
pub fn accepted(projects: &[Project]) -> bool {
    let mut standing = projects.iter().filter(|one| one.is_public() && one.state != ProjectState::Stopped).peekable();
    standing.peek().is_some() && standing.all(|one| one.state == ProjectState::Accepted)
}

impl Recorded for Acceptance {
    const NOUN: Noun = Noun::Acceptance;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        vec![self.matter]
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        sheet.id("project", self.project);
        sheet.id("matter", self.matter);
        sheet.token("level", self.level);
        sheet.day("held_on", self.held_on);
        sheet.text("lines", &self.lines_text());
        sheet.money("cost", self.cost());
        sheet.text("quality", &self.quality);
        sheet.text("members", &self.members);
        sheet.int_or_none("content", self.opinion.map(|(content, _)| content));
        sheet.int_or_none("asked", self.opinion.map(|(_, asked)| asked));
        sheet.token("verdict", self.verdict);
        let papers: Vec<String> = self.papers.iter().map(ToString::to_string).collect();
        sheet.word("papers", &papers.join(" "));
        sheet.token("state", self.state);
        sheet.text_or_none("refused_because", self.refused_because.as_deref());
        sheet.day_or_none("passed_on", self.passed_on);
        sheet.at("recorded_at", self.recorded_at);
    }
}

impl Recorded for Defect {
    const NOUN: Noun = Noun::Defect;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        vec![self.matter]
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        sheet.id("acceptance", self.acceptance);
        sheet.id("project", self.project);
        sheet.id("matter", self.matter);
        sheet.int("position", self.position);
        sheet.text("what", &self.what);
        sheet.day("due_on", self.due_on);
        sheet.text("owner", &self.owner);
        sheet.token("state", self.state);
        sheet.day_or_none("mended_on", self.mended_on);
        sheet.day_or_none("rechecked_on", self.rechecked_on);
    }
}

#[cfg(test)]
mod tests {
    use super::super::project::tests::{id, planned};
    use super::*;
    use crate::decide::matter::tests::day;
    use crate::states;

    fn built() -> Project {
        Project { state: ProjectState::Built, built_on: Some(day("2026-06-20")), ..planned() }
    }
    fn form(verdict: Verdict) -> AcceptanceForm<'static> {
        let lines = [("", "118000"), ("360米", "30000"), ("", "14"), ("22方", "")];
        let defect = DefectForm { what: "盖板缺两块", due_on: Some(day("2026-07-10")), owner: "施工队" };
        AcceptanceForm {
            level: AcceptanceLevel::Village,
            held_on: Some(day("2026-06-22")),
            lines: lines.map(|(quantity, amount)| ActualForm { quantity, amount }).to_vec(),
            quality: "路面平整",
            members: "监督小组三人",
            opinion: ("40", "46"),
            verdict,
            defects: if verdict == Verdict::Conditional { vec![defect] } else { Vec::new() },
            papers: 1,
        }
    }
    fn try_with(form: &AcceptanceForm<'_>) -> Result<(Acceptance, Vec<Defect>), Vec<AcceptanceRefusal>> {
        let with = (id(1), Some(id(7)), Timestamp::from_millis(0), day("2026-06-22"));
        enter(&built(), form, vec![id(80)], &[], with, &mut || id(2))
    }
    fn at(state: AcceptanceState) -> Acceptance {
        Acceptance { state, ..try_with(&form(Verdict::Conditional)).unwrap().0 }
    }
    fn defect(state: DefectState) -> Defect {
        let defect = try_with(&form(Verdict::Conditional)).unwrap().1.remove(0);
        Defect { state, mended_by: Some(id(7)), ..defect }
    }

    #[test]
    fn planned_stands_beside_actual_and_money_work_and_things_are_not_mixed() {
        let (one, defects) = try_with(&form(Verdict::Pass)).unwrap();
        assert_eq!((one.cost(), one.planned()), (Fen::new(14_800_000), Fen::new(15_000_000)));
        assert!(defects.is_empty());
        assert_eq!(one.lines[2].days, Workdays::parse("14"));
        for (at, typed) in [(0, ""), (0, "-1"), (2, "1.3"), (3, "300")] {
            let mut bad = form(Verdict::Pass);
            bad.lines[at].amount = typed;
            let n = i64::try_from(at).unwrap() + 1;
            assert_eq!(try_with(&bad).unwrap_err(), [AcceptanceRefusal::Actual { n }], "{typed}");
        }
    }

    #[test]
    fn the_signed_paper_is_compulsory_and_defects_go_with_a_condition_only() {
        let bare = AcceptanceForm { papers: 0, ..form(Verdict::Pass) };
        assert_eq!(try_with(&bare).unwrap_err(), [AcceptanceRefusal::NoPaper]);
        let none = AcceptanceForm { defects: Vec::new(), ..form(Verdict::Conditional) };
        assert_eq!(try_with(&none).unwrap_err(), [AcceptanceRefusal::NoDefects]);
        let some = AcceptanceForm { defects: form(Verdict::Conditional).defects, ..form(Verdict::Pass) };
        assert_eq!(try_with(&some).unwrap_err(), [AcceptanceRefusal::Defects]);
        let undated = DefectForm { what: "盖板", due_on: None, owner: "施工队" };
        let undated = AcceptanceForm { defects: vec![undated], ..form(Verdict::Conditional) };
        assert_eq!(try_with(&undated).unwrap_err(), [AcceptanceRefusal::DayMissing { field: "defects" }]);
    }

    #[test]
    fn an_opinion_of_fewer_than_ten_is_kept_and_not_shown() {
        let with = |opinion| try_with(&AcceptanceForm { opinion, ..form(Verdict::Pass) });
        assert_eq!(with(("9", "9")).unwrap().0.shown_opinion(), None);
        assert_eq!(with(("9", "10")).unwrap().0.shown_opinion(), Some((9, 10)));
        assert_eq!(with(("", "")).unwrap().0.opinion, None);
        for bad in [("11", "10"), ("", "10"), ("5", ""), ("0", "0"), ("x", "10")] {
            assert_eq!(with(bad).unwrap_err(), [AcceptanceRefusal::Opinion], "{bad:?}");
        }
    }

    #[test]
    fn whoever_entered_the_numbers_does_not_confirm_them_and_whoever_mended_does_not_recheck() {
        let today = day("2026-06-23");
        let (one, _) = try_with(&form(Verdict::Pass)).unwrap();
        assert_eq!(one.confirmed(Some(id(7)), today), Err(AcceptanceRefusal::EnteredByYou));
        assert_eq!(one.refused(Some(id(7)), "数不对"), Err(AcceptanceRefusal::EnteredByYou));
        assert_eq!(one.confirmed(Some(id(8)), today).unwrap().passed_on, Some(today));
        let mended = defect(DefectState::Open).mended(Some(id(7)), today).unwrap();
        assert_eq!(mended.rechecked(Some(id(7)), today), Err(AcceptanceRefusal::MendedByYou));
        assert!(mended.rechecked(Some(id(8)), today).is_ok());
    }

    #[test]
    fn a_conditional_acceptance_passes_with_the_last_defect_that_was_looked_at_again() {
        let today = day("2026-07-08");
        let one = at(AcceptanceState::Entered).confirmed(Some(id(8)), day("2026-06-23")).unwrap();
        assert_eq!(one.passed_on, None);
        let good = defect(DefectState::Rechecked);
        let second = Defect { id: id(3), ..defect(DefectState::Mended) };
        assert_eq!(one.after_recheck(&[good.clone(), second.clone()], today).passed_on, None);
        let second = Defect { state: DefectState::Rechecked, ..second };
        assert_eq!(one.after_recheck(&[good, second], today).passed_on, Some(today));
    }

    #[test]
    fn a_defect_is_late_on_the_day_after_its_last_and_its_owner_turns_amber() {
        let open = defect(DefectState::Open);
        assert!(!open.is_late(day("2026-07-10")) && open.is_late(day("2026-07-11")));
        assert!(!defect(DefectState::Mended).is_late(day("2026-08-01")));
    }

    #[test]
    fn a_matter_is_accepted_when_every_plan_that_stands_is() {
        let good = Project { state: ProjectState::Accepted, ..planned() };
        let stopped = Project { state: ProjectState::Stopped, ..planned() };
        assert!(accepted(&[good.clone(), stopped.clone()]));
        assert!(!accepted(&[]) && !accepted(&[stopped]) && !accepted(&[good, built()]));
    }

    #[test]
    fn what_is_not_built_is_not_accepted_and_one_waits_at_a_time() {
        let with = || (id(1), Some(id(7)), Timestamp::from_millis(0), day("2026-06-22"));
        for state in ProjectState::ALL {
            let project = Project { state: *state, ..built() };
            let taken = enter(&project, &form(Verdict::Pass), vec![id(80)], &[], with(), &mut || id(2)).is_ok();
            assert_eq!(taken, matches!(state, ProjectState::Built | ProjectState::Accepted), "{state:?}");
        }
        let waiting = [at(AcceptanceState::Entered)];
        let second = enter(&built(), &form(Verdict::Pass), vec![id(80)], &waiting, with(), &mut || id(2));
        assert_eq!(second.unwrap_err(), [AcceptanceRefusal::Waiting]);
    }

    #[test]
    fn the_diagrams_draw_what_acceptances_and_defects_can_do() {
        let page = include_str!("../../../../docs/states/acceptance.md");
        let today = day("2026-06-23");
        let steps = states::steps(
            AcceptanceState::ALL,
            &[&|s| at(s).confirmed(Some(id(8)), today).map(|one| one.state), &|s| {
                at(s).refused(Some(id(8)), "数不对").map(|one| one.state)
            }],
        );
        states::same(page, 0, AcceptanceState::ALL, &[AcceptanceState::Entered], steps);
        let steps = states::steps(
            DefectState::ALL,
            &[
                &|s| defect(s).mended(Some(id(7)), today).map(|one| one.state),
                &|s| defect(s).rechecked(Some(id(8)), today).map(|one| one.state),
                &|s| defect(s).open_again().map(|one| one.state),
            ],
        );
        states::same(page, 1, DefectState::ALL, &[DefectState::Open], steps);
    }
}
