//! Projects: what is built because of a resolution, with budget lines and sources (domain: §2.2, F13).
//!
//! Money, labour and things stand in three ledgers and are never added to each other. A line of the budget is covered by money, by days of
//! work or by things; a source gives one of them. Public money that was only asked for covers nothing until a document promises it.
//! After the plan was published its budget changes by change orders alone, each with its reason, and every edition stays readable.
//!
//! States and what is left out: `docs/states/project.md`.

use super::workday::Workdays;
use crate::decide::matter::Matter;
use crate::decide::resolution::{Resolution, ResolutionState};
use crate::id::{ChangeOrderId, MatterId, PlaceId, ProjectId, ResolutionId};
use crate::money::Fen;
use crate::record::{Noun, Recorded, Sheet};
use crate::refusal::{Faults, Kind, Refuse, TextFault, Value};
use crate::stage::{Condition, Stage, StageRefusal, Waiver};
use crate::text;
use crate::time::{Day, Timestamp};
use crate::token::Token;
use crate::tokens;
use std::fmt::Write;
use uuid::Uuid;

/// The longest title, name of a line and short text, in characters.
pub const TITLE_MAX: usize = 60;
/// The longest text of one line (place, lead, scale, quantity, document), in characters.
pub const LINE_MAX: usize = 120;
/// The longest description, in characters.
pub const TEXT_MAX: usize = 1_000;
/// The most budget lines.
pub const LINES_MAX: usize = 60;
/// The most sources.
pub const SOURCES_MAX: usize = 20;

tokens! {
    /// Where a project stands.
    pub enum ProjectState = "project-state" {
        /// Being written; the committee sees it.
        Draft = "draft",
        /// Published with its budget.
        Planned = "planned",
        /// Works go on.
        Building = "building",
        /// The works are finished and wait for their acceptance.
        Built = "built",
        /// Accepted.
        Accepted = "accepted",
        /// Given up, with its reason.
        Stopped = "stopped",
    }
    /// What is done to the thing (domain: F10).
    pub enum Nature = "nature" {
        /// Something new.
        New = "new",
        /// Something old is built again.
        Rebuild = "rebuild",
        /// Something becomes larger.
        Extend = "extend",
        /// Something is mended.
        Repair = "repair",
    }
    /// What for: most serve everybody, some make a living.
    pub enum Purpose = "purpose" {
        /// A public work.
        Public = "public",
        /// A local trade, with what it brings to the collective (M86).
        Trade = "trade",
    }
    /// What covers a line of the budget. The three are never added.
    pub enum Cover = "cover" {
        /// Money.
        Money = "money",
        /// Days of work.
        Labour = "labour",
        /// Things.
        Things = "things",
    }
    /// Where something comes from (domain: §1.4).
    pub enum SourceKind = "source" {
        /// Residents' own cash.
        ResidentCash = "resident_cash",
        /// Residents' labour.
        ResidentLabour = "resident_labour",
        /// Things given or lent.
        InKind = "in_kind",
        /// The collective.
        Collective = "collective",
        /// Donations of others.
        Donation = "donation",
        /// An award in place of subsidy.
        FiscalAward = "fiscal_award",
        /// A subsidy of township or village.
        LocalSubsidy = "local_subsidy",
        /// Pooled public funds.
        Pooled = "pooled",
        /// Something else.
        Other = "other",
    }
}

impl SourceKind {
    /// In which of the three ledgers it stands.
    pub const fn gives(self) -> Cover {
        match self {
            Self::ResidentLabour => Cover::Labour,
            Self::InKind => Cover::Things,
            _ => Cover::Money,
        }
    }
    /// Whether it is public money, which covers nothing before a document promises it: an award that was asked for is a hope.
    pub const fn is_public_money(self) -> bool {
        matches!(self, Self::FiscalAward | Self::LocalSubsidy | Self::Pooled)
    }
}

/// A line of the budget.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its name, at most [`TITLE_MAX`] characters.
    pub name: String,
    /// How much of it, in words, at most [`LINE_MAX`] characters.
    pub quantity: Option<String>,
    /// What covers it.
    pub cover: Cover,
    /// Its money; only where money covers it.
    pub amount: Option<Fen>,
    /// Its days of work; only where work covers it.
    pub days: Option<Workdays>,
}

/// Where money, work or things for a project come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Of what kind.
    pub kind: SourceKind,
    /// From whom, in words, at most [`LINE_MAX`] characters.
    pub whose: Option<String>,
    /// Its money; only a source of money has some.
    pub amount: Option<Fen>,
    /// Its days of work; only labour has some.
    pub days: Option<Workdays>,
    /// The things; only a source in kind has some.
    pub things: Option<String>,
    /// The document that promises it.
    pub document: Option<String>,
}

impl Source {
    /// Whether it is public money that was asked for and that nothing promises yet.
    pub const fn only_sought(&self) -> bool {
        self.kind.is_public_money() && self.document.is_none()
    }
}

/// Lines and sources of one edition of the plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Budget {
    /// The lines, in the order of the paper; at most [`LINES_MAX`].
    pub lines: Vec<Line>,
    /// The sources, in the order of the paper; at most [`SOURCES_MAX`].
    pub sources: Vec<Source>,
}

/// What a budget needs and what is there, each ledger for itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Funding {
    /// Money that the lines need.
    pub money_needed: Fen,
    /// Money of the sources that count.
    pub money_there: Fen,
    /// Public money that was only asked for. It covers nothing.
    pub money_sought: Fen,
    /// Work that the lines need.
    pub days_needed: Workdays,
    /// Work of the sources.
    pub days_there: Workdays,
    /// Whether lines need things.
    pub things_needed: bool,
    /// Whether a source brings things.
    pub things_there: bool,
    /// Whether there is any line.
    pub any: bool,
}

impl Funding {
    /// Whether every line has its source: money for money, work for work, things for things.
    pub fn is_whole(&self) -> bool {
        self.any
            && self.money_there >= self.money_needed
            && self.days_there >= self.days_needed
            && (self.things_there || !self.things_needed)
    }
    /// The same with what was paid of awards and seen on the account. What a document promised is not counted a second time, and what
    /// came is no longer only asked for.
    #[must_use]
    pub fn with_award(&self, budget: &Budget, paid: Fen) -> Self {
        let promised = budget.sources.iter().filter(|one| one.kind == SourceKind::FiscalAward && !one.only_sought());
        let promised = promised.fold(Fen::default(), |all, one| sum(all, one.amount));
        let more = Fen::new(paid.fen().saturating_sub(promised.fen()).max(0));
        let sought = Fen::new(self.money_sought.fen().saturating_sub(more.fen()).max(0));
        Self { money_there: sum(self.money_there, Some(more)), money_sought: sought, ..*self }
    }
    /// The money that is missing.
    pub fn money_missing(&self) -> Option<Fen> {
        (self.money_there < self.money_needed).then(|| Fen::new(self.money_needed.fen() - self.money_there.fen()))
    }
}

impl Budget {
    /// What it needs and what is there.
    pub fn funding(&self) -> Funding {
        let mut all = Funding { any: !self.lines.is_empty(), ..Funding::default() };
        for line in &self.lines {
            all.money_needed = sum(all.money_needed, line.amount);
            all.days_needed = all.days_needed.plus(line.days.unwrap_or_default());
            all.things_needed |= line.cover == Cover::Things;
        }
        for source in &self.sources {
            if source.only_sought() {
                all.money_sought = sum(all.money_sought, source.amount);
            } else {
                all.money_there = sum(all.money_there, source.amount);
            }
            all.days_there = all.days_there.plus(source.days.unwrap_or_default());
            all.things_there |= source.kind == SourceKind::InKind;
        }
        all
    }
    /// The money of its lines.
    pub fn total(&self) -> Fen {
        self.lines.iter().fold(Fen::default(), |all, line| sum(all, line.amount))
    }
    fn lines_text(&self) -> String {
        let mut out = String::new();
        for line in &self.lines {
            let quantity = line.quantity.as_deref().unwrap_or_default();
            let (fen, days) = (line.amount.map(Fen::fen), line.days.map(Workdays::in_quarters));
            let _ = writeln!(out, "{}\t{quantity}\t{}\t{fen:?}\t{days:?}", line.name, line.cover.as_str());
        }
        out
    }
    fn sources_text(&self) -> String {
        let mut out = String::new();
        for source in &self.sources {
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            let (fen, days) = (source.amount.map(Fen::fen), source.days.map(Workdays::in_quarters));
            let (whose, things, document) = (text(&source.whose), text(&source.things), text(&source.document));
            let _ = writeln!(out, "{}\t{whose}\t{fen:?}\t{days:?}\t{things}\t{document}", source.kind.as_str());
        }
        out
    }
}

/// Amounts are at most [`Fen::MAX`] and lines at most [`LINES_MAX`], so that a sum always fits.
fn sum(all: Fen, one: Option<Fen>) -> Fen {
    all.plus(one.unwrap_or_default()).unwrap_or(all)
}

/// What a project says besides its budget.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Its title.
    pub title: String,
    /// What is built.
    pub what: String,
    /// Where, in words.
    pub spot: String,
    /// The organisation that leads it, in words.
    pub lead: String,
    /// Who else takes part and with what, in words (M45).
    pub partners: Option<String>,
    /// What is done.
    pub nature: Nature,
    /// What for.
    pub purpose: Purpose,
    /// How large.
    pub scale: String,
    /// The first day of works.
    pub from: Day,
    /// The last day of works.
    pub until: Day,
    /// How it is kept afterwards.
    pub upkeep: Option<String>,
    /// Who looks after safety and quality: a name or a function.
    pub safety: Option<String>,
    /// What it brings, with where the figures come from; only said, never asked for (M86).
    pub result: Option<String>,
}

/// A project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// Its id.
    pub id: ProjectId,
    /// In which matter.
    pub matter: MatterId,
    /// Whose place.
    pub place: PlaceId,
    /// The resolution that it grows out of; none only where that condition was waived.
    pub resolution: Option<ResolutionId>,
    /// What it says.
    pub plan: Plan,
    /// Lines and sources of the edition that counts.
    pub budget: Budget,
    /// Which edition that is, from 1.
    pub edition: i64,
    /// Where it stands.
    pub state: ProjectState,
    /// Why it was given up.
    pub stopped_because: Option<String>,
    /// The day on which it was published.
    pub published_on: Option<Day>,
    /// The day on which works began.
    pub begun_on: Option<Day>,
    /// The day on which works were finished.
    pub built_on: Option<Day>,
    /// The day on which it was accepted or given up.
    pub ended_on: Option<Day>,
    /// When it was entered.
    pub created_at: Timestamp,
    /// The version read; the store compares and raises it.
    pub version: i64,
}

/// A change of the budget after it was published. It is never changed itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeOrder {
    /// Its id.
    pub id: ChangeOrderId,
    /// Of which project.
    pub project: ProjectId,
    /// In which matter.
    pub matter: MatterId,
    /// The edition that it made.
    pub edition: i64,
    /// Why, at most [`TEXT_MAX`] characters.
    pub reason: String,
    /// Which office approved it: a body or a function, at most [`LINE_MAX`] characters.
    pub approved_by: String,
    /// On which day.
    pub approved_on: Day,
    /// Lines and sources before it.
    pub before: Budget,
    /// Lines and sources after it.
    pub after: Budget,
    /// The last day of works before it.
    pub until_before: Day,
    /// The last day of works after it.
    pub until_after: Day,
    /// When it was entered.
    pub recorded_at: Timestamp,
}

/// Why a project is not taken or does not move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProjectRefusal {
    /// A text is not taken.
    Text(TextFault),
    /// There is no resolution of this matter that holds, and nobody waived it.
    NoResolution,
    /// It ends before it begins.
    Ends {
        /// Its first day.
        from: Day,
    },
    /// A day is missing.
    DayMissing {
        /// Which field.
        field: &'static str,
    },
    /// What was typed is no amount of money above zero.
    Amount,
    /// What was typed is no number of days above zero, in quarters.
    Days,
    /// There is no line.
    NoLines,
    /// There is no source.
    NoSources,
    /// Too many lines or sources.
    TooMany {
        /// The most.
        max: i64,
    },
    /// Something that a plan must hold before everybody sees it is missing.
    Incomplete {
        /// Which field.
        field: &'static str,
    },
    /// It is not in a state for this.
    State {
        /// Where it stands.
        state: ProjectState,
    },
    /// Nothing was changed.
    Same,
    /// The day lies ahead.
    DayToCome,
    /// The day lies before what it follows.
    TooEarly {
        /// The day before which it cannot be.
        day: Day,
    },
    /// The stage of the matter is not open.
    Stage(StageRefusal),
}

impl From<TextFault> for ProjectRefusal {
    fn from(fault: TextFault) -> Self {
        Self::Text(fault)
    }
}
impl From<StageRefusal> for ProjectRefusal {
    fn from(refusal: StageRefusal) -> Self {
        Self::Stage(refusal)
    }
}

impl Refuse for ProjectRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::NoResolution | Self::State { .. } => Kind::Conflict,
            Self::Stage(stage) => stage.kind(),
            _ => Kind::Invalid,
        }
    }
    fn key(&self) -> &'static str {
        match self {
            Self::Text(fault) => fault.key(),
            Self::NoResolution => "refusal-project-no-resolution",
            Self::Ends { .. } => "refusal-project-ends",
            Self::DayMissing { .. } => "field-day-empty",
            Self::Amount => "refusal-project-amount",
            Self::Days => "refusal-project-days",
            Self::NoLines => "refusal-project-no-lines",
            Self::NoSources => "refusal-project-no-sources",
            Self::TooMany { .. } => "refusal-project-too-many",
            Self::Incomplete { .. } => "refusal-project-incomplete",
            Self::State { .. } => "refusal-project-state",
            Self::Same => "refusal-project-same",
            Self::DayToCome => "refusal-project-day-to-come",
            Self::TooEarly { .. } => "refusal-project-too-early",
            Self::Stage(stage) => stage.key(),
        }
    }
    fn values(&self) -> Vec<(&'static str, Value)> {
        match self {
            Self::Text(fault) => fault.values(),
            Self::Ends { from } => vec![("from", Value::Day(*from))],
            Self::TooMany { max } => vec![("max", Value::Int(*max))],
            Self::State { state } => vec![("state", Value::Word(state.key()))],
            Self::TooEarly { day } => vec![("day", Value::Day(*day))],
            Self::Stage(stage) => stage.values(),
            _ => Vec::new(),
        }
    }
    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Text(fault) => fault.field(),
            Self::NoResolution => Some("resolution"),
            Self::Ends { .. } => Some("until"),
            Self::DayMissing { field } | Self::Incomplete { field } => Some(field),
            Self::Amount | Self::Days => Some("amount"),
            Self::NoLines | Self::TooMany { .. } | Self::Same => Some("lines"),
            Self::NoSources => Some("sources"),
            Self::DayToCome | Self::TooEarly { .. } => Some("day"),
            Self::State { .. } | Self::Stage(_) => None,
        }
    }
}

/// What one row of the budget says.
#[derive(Clone, Copy, Debug)]
pub struct LineForm<'a> {
    /// Its name.
    pub name: &'a str,
    /// How much of it.
    pub quantity: &'a str,
    /// What covers it.
    pub cover: Cover,
    /// Yuan or days, by what covers it.
    pub amount: &'a str,
}

/// Reads one row of the budget. Its refusals name the fields `name`, `quantity` and `amount` of the row.
pub fn line(form: &LineForm<'_>) -> Result<Line, Vec<ProjectRefusal>> {
    let mut faults = Faults::<ProjectRefusal>::default();
    let name = faults.take(text::line(form.name, TITLE_MAX).map_err(TextFault::at("name")));
    let quantity = faults.take(text::line_or_none(form.quantity, LINE_MAX).map_err(TextFault::at("quantity")));
    let measure = faults.take(measure(form.cover, form.amount));
    let line = (|| {
        let (amount, days) = measure?;
        Some(Line { name: name?, quantity: quantity?, cover: form.cover, amount, days })
    })();
    faults.finish(line)
}

/// What one row of the sources says.
#[derive(Clone, Copy, Debug)]
pub struct SourceForm<'a> {
    /// Of what kind.
    pub kind: SourceKind,
    /// From whom, or what things.
    pub whose: &'a str,
    /// Yuan or days, by its kind.
    pub amount: &'a str,
    /// The document that promises it.
    pub document: &'a str,
}

/// Reads one row of the sources. Its refusals name the fields `whose`, `amount` and `document` of the row.
pub fn source(form: &SourceForm<'_>) -> Result<Source, Vec<ProjectRefusal>> {
    let mut faults = Faults::<ProjectRefusal>::default();
    let things = form.kind.gives() == Cover::Things;
    let whose = if things {
        faults.take(text::line(form.whose, LINE_MAX).map_err(TextFault::at("whose"))).map(Some)
    } else {
        faults.take(text::line_or_none(form.whose, LINE_MAX).map_err(TextFault::at("whose")))
    };
    let document = faults.take(text::line_or_none(form.document, LINE_MAX).map_err(TextFault::at("document")));
    let measure = faults.take(measure(form.kind.gives(), form.amount));
    let source = (|| {
        let (amount, days) = measure?;
        let (whose, things) = if things { (None, whose?) } else { (whose?, None) };
        Some(Source { kind: form.kind, whose, amount, days, things, document: document? })
    })();
    faults.finish(source)
}

/// The number of a row in the ledger that it belongs to. Things have none, and none may be typed: it would be taken for their price.
fn measure(cover: Cover, typed: &str) -> Result<(Option<Fen>, Option<Workdays>), ProjectRefusal> {
    match cover {
        Cover::Money => match Fen::parse_yuan(typed) {
            Some(amount) if amount > Fen::default() => Ok((Some(amount), None)),
            _ => Err(ProjectRefusal::Amount),
        },
        Cover::Labour => match Workdays::parse(typed) {
            Some(days) if days > Workdays::default() => Ok((None, Some(days))),
            _ => Err(ProjectRefusal::Days),
        },
        Cover::Things if typed.trim().is_empty() => Ok((None, None)),
        Cover::Things => Err(ProjectRefusal::Amount),
    }
}

/// What the form of a project says besides its budget.
#[derive(Clone, Copy, Debug)]
pub struct PlanForm<'a> {
    /// Its title.
    pub title: &'a str,
    /// What is built.
    pub what: &'a str,
    /// Where.
    pub spot: &'a str,
    /// Who leads it.
    pub lead: &'a str,
    /// Who else takes part.
    pub partners: &'a str,
    /// What is done.
    pub nature: Nature,
    /// What for.
    pub purpose: Purpose,
    /// How large.
    pub scale: &'a str,
    /// The first day of works.
    pub from: Option<Day>,
    /// The last day of works.
    pub until: Option<Day>,
    /// How it is kept afterwards.
    pub upkeep: &'a str,
    /// Who looks after safety.
    pub safety: &'a str,
    /// What it brings.
    pub result: &'a str,
}

/// Reads what the form says besides the budget.
pub fn read(form: &PlanForm<'_>) -> Result<Plan, Vec<ProjectRefusal>> {
    let mut faults = Faults::<ProjectRefusal>::default();
    let title = faults.take(text::line(form.title, TITLE_MAX).map_err(TextFault::at("title")));
    let what = faults.take(text::block(form.what, TEXT_MAX).map_err(TextFault::at("what")));
    let spot = faults.take(text::line(form.spot, LINE_MAX).map_err(TextFault::at("spot")));
    let lead = faults.take(text::line(form.lead, LINE_MAX).map_err(TextFault::at("lead")));
    let partners = faults.take(text::block_or_none(form.partners, TEXT_MAX).map_err(TextFault::at("partners")));
    let scale = faults.take(text::line(form.scale, LINE_MAX).map_err(TextFault::at("scale")));
    let upkeep = faults.take(text::block_or_none(form.upkeep, TEXT_MAX).map_err(TextFault::at("upkeep")));
    let safety = faults.take(text::line_or_none(form.safety, LINE_MAX).map_err(TextFault::at("safety")));
    let result = faults.take(text::block_or_none(form.result, TEXT_MAX).map_err(TextFault::at("result")));
    let from = faults.take(form.from.ok_or(ProjectRefusal::DayMissing { field: "from" }));
    let until = faults.take(form.until.ok_or(ProjectRefusal::DayMissing { field: "until" }));
    if let (Some(from), Some(until)) = (from, until)
        && until < from
    {
        faults.add(ProjectRefusal::Ends { from });
    }
    let plan = (|| {
        Some(Plan {
            title: title?,
            what: what?,
            spot: spot?,
            lead: lead?,
            partners: partners?,
            nature: form.nature,
            purpose: form.purpose,
            scale: scale?,
            from: from?,
            until: until?,
            upkeep: upkeep?,
            safety: safety?,
            result: result?,
        })
    })();
    faults.finish(plan)
}

fn fits(budget: &Budget) -> Result<(), ProjectRefusal> {
    let most = |max: usize| ProjectRefusal::TooMany { max: i64::try_from(max).unwrap_or(i64::MAX) };
    if budget.lines.len() > LINES_MAX {
        return Err(most(LINES_MAX));
    }
    if budget.sources.len() > SOURCES_MAX {
        return Err(most(SOURCES_MAX));
    }
    Ok(())
}

/// Writes a draft. `cause` is the resolution that it grows out of; without one, `waivers` must hold that of this condition.
pub fn draft(
    matter: &Matter,
    cause: Option<&Resolution>,
    waivers: &[Waiver],
    plan: Plan,
    budget: Budget,
    (id, now): (ProjectId, Timestamp),
) -> Result<Project, ProjectRefusal> {
    if matter.merged_into.is_some() || !matter.is_public() {
        return Err(StageRefusal::NotHere.into());
    }
    caused(cause, waivers)?;
    fits(&budget)?;
    Ok(Project {
        id,
        matter: matter.id,
        place: matter.place,
        resolution: cause.map(|resolution| resolution.id),
        plan,
        budget,
        edition: 1,
        state: ProjectState::Draft,
        stopped_because: None,
        published_on: None,
        begun_on: None,
        built_on: None,
        ended_on: None,
        created_at: now,
        version: 1,
    })
}

/// Whether there is a cause that holds: a resolution that no recount voided, or the waiver of one.
fn caused(cause: Option<&Resolution>, waivers: &[Waiver]) -> Result<(), ProjectRefusal> {
    let waived = |waiver: &Waiver| waiver.stage == Stage::Build && waiver.condition == Condition::Resolution;
    match cause {
        Some(resolution) if resolution.state == ResolutionState::Void => Err(ProjectRefusal::NoResolution),
        None if !waivers.iter().any(waived) => Err(ProjectRefusal::NoResolution),
        _ => Ok(()),
    }
}

/// What the form of a change order says besides the new budget.
#[derive(Clone, Copy, Debug)]
pub struct OrderForm<'a> {
    /// Why.
    pub reason: &'a str,
    /// Which office approved it.
    pub approved_by: &'a str,
    /// On which day.
    pub approved_on: Option<Day>,
    /// The last day of works from now on; as before when nothing is said.
    pub until: Option<Day>,
}

impl Project {
    /// Whether everybody may read it.
    pub const fn is_public(&self) -> bool {
        !matches!(self.state, ProjectState::Draft) && self.published_on.is_some()
    }
    /// Whether people may still give to it and its budget may still change.
    pub const fn is_at_work(&self) -> bool {
        matches!(self.state, ProjectState::Planned | ProjectState::Building)
    }

    fn only(&self, states: &[ProjectState]) -> Result<(), ProjectRefusal> {
        if states.contains(&self.state) { Ok(()) } else { Err(ProjectRefusal::State { state: self.state }) }
    }

    /// A draft with other words and another budget. A published plan changes by change orders.
    pub fn edited(
        &self,
        cause: Option<&Resolution>,
        waivers: &[Waiver],
        plan: Plan,
        budget: Budget,
    ) -> Result<Self, ProjectRefusal> {
        self.only(&[ProjectState::Draft])?;
        caused(cause, waivers)?;
        fits(&budget)?;
        Ok(Self { resolution: cause.map(|resolution| resolution.id), plan, budget, ..self.clone() })
    }

    /// Publishes it. From then on people know what it costs, who pays and how it will be kept: a road without upkeep is half a road.
    pub fn published(
        &self,
        cause: Option<&Resolution>,
        waivers: &[Waiver],
        today: Day,
    ) -> Result<Self, Vec<ProjectRefusal>> {
        let mut faults = Faults::<ProjectRefusal>::default();
        faults.take(self.only(&[ProjectState::Draft]));
        faults.take(caused(cause, waivers));
        if self.budget.lines.is_empty() {
            faults.add(ProjectRefusal::NoLines);
        }
        if self.budget.sources.is_empty() {
            faults.add(ProjectRefusal::NoSources);
        }
        for (field, there) in [("upkeep", self.plan.upkeep.is_some()), ("safety", self.plan.safety.is_some())] {
            if !there {
                faults.add(ProjectRefusal::Incomplete { field });
            }
        }
        faults.finish(Some(Self { state: ProjectState::Planned, published_on: Some(today), ..self.clone() }))
    }

    /// Begins the works. The stage of its matter is open: its gate asked for resolution, notice and funding.
    pub fn begun(&self, matter: &Matter, on: Day, today: Day) -> Result<Self, ProjectRefusal> {
        self.only(&[ProjectState::Planned])?;
        matter.is_open(Stage::Build)?;
        self.since(self.published_on, on, today)?;
        Ok(Self { state: ProjectState::Building, begun_on: Some(on), ..self.clone() })
    }

    /// The works are finished; what was built waits for its acceptance.
    pub fn finished(&self, on: Day, today: Day) -> Result<Self, ProjectRefusal> {
        self.only(&[ProjectState::Building])?;
        self.since(self.begun_on, on, today)?;
        Ok(Self { state: ProjectState::Built, built_on: Some(on), ..self.clone() })
    }

    /// An acceptance found defects that have to be built again.
    pub fn taken_up(&self) -> Result<Self, ProjectRefusal> {
        self.only(&[ProjectState::Built])?;
        Ok(Self { state: ProjectState::Building, built_on: None, ..self.clone() })
    }

    /// It was accepted.
    pub fn accepted(&self, on: Day, today: Day) -> Result<Self, ProjectRefusal> {
        self.only(&[ProjectState::Built])?;
        self.since(self.built_on, on, today)?;
        Ok(Self { state: ProjectState::Accepted, ended_on: Some(on), ..self.clone() })
    }

    /// It is given up, with the reason that everybody reads.
    pub fn stopped(&self, reason: &str, today: Day) -> Result<Self, ProjectRefusal> {
        use ProjectState::{Building, Built, Planned, Stopped};
        let reason = text::block(reason, TEXT_MAX).map_err(TextFault::at("reason"))?;
        self.only(&[Planned, Building, Built])?;
        Ok(Self { state: Stopped, stopped_because: Some(reason), ended_on: Some(today), ..self.clone() })
    }

    fn since(&self, before: Option<Day>, on: Day, today: Day) -> Result<(), ProjectRefusal> {
        if on > today {
            return Err(ProjectRefusal::DayToCome);
        }
        match before {
            Some(day) if on < day => Err(ProjectRefusal::TooEarly { day }),
            _ => Ok(()),
        }
    }

    /// Changes the budget of a published plan. The order says why and which office approved it; the edition before it stays.
    pub fn changed(
        &self,
        form: &OrderForm<'_>,
        budget: Budget,
        (id, now, today): (ChangeOrderId, Timestamp, Day),
    ) -> Result<(Self, ChangeOrder), Vec<ProjectRefusal>> {
        let mut faults = Faults::<ProjectRefusal>::default();
        faults.take(self.only(&[ProjectState::Planned, ProjectState::Building]));
        let reason = faults.take(text::block(form.reason, TEXT_MAX).map_err(TextFault::at("reason")));
        let approved_by = faults.take(text::line(form.approved_by, LINE_MAX).map_err(TextFault::at("approved_by")));
        let approved_on = faults.take(form.approved_on.ok_or(ProjectRefusal::DayMissing { field: "day" }));
        if let Some(on) = approved_on {
            faults.take(self.since(self.published_on, on, today));
        }
        faults.take(fits(&budget));
        if budget.lines.is_empty() {
            faults.add(ProjectRefusal::NoLines);
        }
        if budget.sources.is_empty() {
            faults.add(ProjectRefusal::NoSources);
        }
        let until = form.until.unwrap_or(self.plan.until);
        if until < self.plan.from {
            faults.add(ProjectRefusal::Ends { from: self.plan.from });
        }
        if budget == self.budget && until == self.plan.until {
            faults.add(ProjectRefusal::Same);
        }
        let edition = self.edition.saturating_add(1);
        let made = (|| {
            let order = ChangeOrder {
                id,
                project: self.id,
                matter: self.matter,
                edition,
                reason: reason?,
                approved_by: approved_by?,
                approved_on: approved_on?,
                before: self.budget.clone(),
                after: budget.clone(),
                until_before: self.plan.until,
                until_after: until,
                recorded_at: now,
            };
            let plan = Plan { until, ..self.plan.clone() };
            Some((Self { plan, budget: budget.clone(), edition, ..self.clone() }, order))
        })();
        faults.finish(made)
    }
}

/// Whether the matter's gate may say that every line has its source: there is a published plan, and each that was not given up is
/// covered whole. `paid` is what was paid of awards to each; what is only hoped for is not in it.
pub fn funded(projects: &[Project], paid: &[(ProjectId, Fen)]) -> bool {
    let mut standing = projects.iter().filter(|one| one.is_public() && one.state != ProjectState::Stopped).peekable();
    standing.peek().is_some()
        && standing.all(|one| {
            let paid = paid.iter().find(|(of, _)| *of == one.id).map_or(Fen::default(), |(_, paid)| *paid);
            one.budget.funding().with_award(&one.budget, paid).is_whole()
        })
}

impl Recorded for Project {
    const NOUN: Noun = Noun::Project;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        vec![self.matter]
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        let plan = &self.plan;
        sheet.id("matter", self.matter);
        sheet.id("place", self.place);
        sheet.id_or_none("resolution", self.resolution);
        sheet.text("title", &plan.title);
        sheet.text("what", &plan.what);
        sheet.text("spot", &plan.spot);
        sheet.text("lead", &plan.lead);
        sheet.text_or_none("partners", plan.partners.as_deref());
        sheet.token("nature", plan.nature);
        sheet.token("purpose", plan.purpose);
        sheet.text("scale", &plan.scale);
        sheet.day("from", plan.from);
        sheet.day("until", plan.until);
        sheet.text_or_none("upkeep", plan.upkeep.as_deref());
        sheet.text_or_none("safety", plan.safety.as_deref());
        sheet.text_or_none("result", plan.result.as_deref());
        let funding = self.budget.funding();
        sheet.money("money_needed", funding.money_needed);
        sheet.money("money_there", funding.money_there);
        sheet.money("money_sought", funding.money_sought);
        sheet.int("days_needed", funding.days_needed.in_quarters());
        sheet.int("days_there", funding.days_there.in_quarters());
        sheet.text("lines", &self.budget.lines_text());
        sheet.text("sources", &self.budget.sources_text());
        sheet.int("edition", self.edition);
        sheet.token("state", self.state);
        sheet.text_or_none("stopped_because", self.stopped_because.as_deref());
        sheet.day_or_none("published_on", self.published_on);
        sheet.day_or_none("begun_on", self.begun_on);
        sheet.day_or_none("built_on", self.built_on);
        sheet.day_or_none("ended_on", self.ended_on);
        sheet.at("created_at", self.created_at);
    }
}

impl Recorded for ChangeOrder {
    const NOUN: Noun = Noun::ChangeOrder;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        vec![self.matter]
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        sheet.id("project", self.project);
        sheet.id("matter", self.matter);
        sheet.int("edition", self.edition);
        sheet.text("reason", &self.reason);
        sheet.text("approved_by", &self.approved_by);
        sheet.day("approved_on", self.approved_on);
        sheet.money("before", self.before.total());
        sheet.money("after", self.after.total());
        sheet.text("lines_before", &self.before.lines_text());
        sheet.text("sources_before", &self.before.sources_text());
        sheet.text("lines_after", &self.after.lines_text());
        sheet.text("sources_after", &self.after.sources_text());
        sheet.day("until_before", self.until_before);
        sheet.day("until_after", self.until_after);
        sheet.at("recorded_at", self.recorded_at);
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::decide::matter::tests::{day, public};
    use crate::decide::trial;
    use crate::stage::WaiverForm;
    use crate::states;

    pub(crate) fn id<T>(n: u128) -> crate::id::Id<T> {
        crate::id::Id::from(Uuid::from_u128(n))
    }
    fn now() -> Timestamp {
        Timestamp::from_millis(0)
    }
    fn money(name: &str, yuan: &str) -> Line {
        line(&LineForm { name, quantity: "", cover: Cover::Money, amount: yuan }).unwrap()
    }
    fn from(kind: SourceKind, amount: &str, document: &str) -> Source {
        let whose = if kind == SourceKind::InKind { "石料22方" } else { "" };
        source(&SourceForm { kind, whose, amount, document }).unwrap()
    }
    fn road(document: &str) -> Budget {
        Budget {
            lines: vec![
                money("混凝土", "120000"),
                money("边沟", "30000"),
                line(&LineForm { name: "清淤", quantity: "", cover: Cover::Labour, amount: "14" }).unwrap(),
                line(&LineForm { name: "石料", quantity: "22方", cover: Cover::Things, amount: "" }).unwrap(),
            ],
            sources: vec![
                from(SourceKind::ResidentCash, "75000", ""),
                from(SourceKind::FiscalAward, "75000", document),
                from(SourceKind::ResidentLabour, "14", ""),
                from(SourceKind::InKind, "", ""),
            ],
        }
    }
    const FORM: PlanForm<'static> = PlanForm {
        title: "西巷水泥路",
        what: "修路180米",
        spot: "西巷",
        lead: "村委会",
        partners: "",
        nature: Nature::New,
        purpose: Purpose::Public,
        scale: "180米",
        from: None,
        until: None,
        upkeep: "每年清沟",
        safety: "葛守田",
        result: "",
    };
    fn form() -> PlanForm<'static> {
        PlanForm { from: Some(day("2026-05-06")), until: Some(day("2026-06-30")), ..FORM }
    }
    fn caused() -> (Matter, Resolution) {
        (public(1), trial::resolution())
    }
    pub(crate) fn planned() -> Project {
        let (matter, resolution) = caused();
        let draft =
            draft(&matter, Some(&resolution), &[], read(&form()).unwrap(), road("批文"), (id(5), now())).unwrap();
        draft.published(Some(&resolution), &[], day("2026-04-30")).unwrap()
    }
    fn at(state: ProjectState) -> Project {
        Project { state, begun_on: Some(day("2026-05-06")), built_on: Some(day("2026-05-07")), ..planned() }
    }

    #[test]
    fn money_work_and_things_are_covered_each_by_its_own_and_never_added() {
        assert!(road("批文").funding().is_whole());
        let funding = road("批文").funding();
        assert_eq!((funding.money_needed, funding.money_there), (Fen::new(15_000_000), Fen::new(15_000_000)));
        assert_eq!(funding.days_there, Workdays::quarters(56));
        // A hundred days of work pay for no concrete, and all the money in the world is no day of work.
        let mut budget = road("批文");
        budget.sources[0].amount = Some(Fen::new(1));
        budget.sources[2].days = Workdays::parse("1000");
        assert!(!budget.funding().is_whole());
        let mut budget = road("批文");
        budget.sources[0].amount = Some(Fen::MAX);
        budget.sources[2].days = Workdays::parse("13.75");
        assert!(!budget.funding().is_whole());
        let mut budget = road("批文");
        budget.sources.pop();
        assert!(!budget.funding().is_whole(), "nobody brings stones");
        assert!(!Budget::default().funding().is_whole(), "nothing is covered by nothing");
    }

    #[test]
    fn public_money_that_was_asked_for_covers_nothing_until_a_document_promises_it() {
        let funding = road("").funding();
        assert_eq!(funding.money_missing(), Some(Fen::new(7_500_000)));
        assert_eq!(funding.money_sought, Fen::new(7_500_000));
        assert!(!funding.is_whole() && road("嘉财农〔2026〕8号").funding().is_whole());
    }

    #[test]
    fn things_have_no_number_that_could_be_taken_for_a_price() {
        let things = LineForm { name: "石料", quantity: "22方", cover: Cover::Things, amount: "300" };
        assert_eq!(line(&things).unwrap_err(), [ProjectRefusal::Amount]);
        for amount in ["", "0", "-1", "abc"] {
            let form = LineForm { name: "混凝土", quantity: "", cover: Cover::Money, amount };
            assert_eq!(line(&form).unwrap_err(), [ProjectRefusal::Amount], "{amount}");
            let form = SourceForm { kind: SourceKind::ResidentLabour, whose: "", amount, document: "" };
            assert_eq!(source(&form).unwrap_err(), [ProjectRefusal::Days], "{amount}");
        }
        let nameless = SourceForm { kind: SourceKind::InKind, whose: " ", amount: "", document: "" };
        assert!(matches!(source(&nameless).unwrap_err()[..], [ProjectRefusal::Text(_)]));
    }

    #[test]
    fn a_project_has_a_resolution_that_holds_or_the_waiver_of_one() {
        let (matter, resolution) = caused();
        let try_with = |cause: Option<&Resolution>, waivers: &[Waiver]| {
            draft(&matter, cause, waivers, read(&form()).unwrap(), road(""), (id(5), now()))
        };
        assert!(try_with(Some(&resolution), &[]).is_ok());
        assert_eq!(try_with(None, &[]), Err(ProjectRefusal::NoResolution));
        let void = Resolution { state: ResolutionState::Void, ..resolution.clone() };
        assert_eq!(try_with(Some(&void), &[]), Err(ProjectRefusal::NoResolution));
        let waive = |condition| {
            let form = WaiverForm { stage: Stage::Build, condition, name: "周林 副镇长", reason: "抢险" };
            let with = (id(9), crate::people::standing::Post::Township, now(), day("2026-04-12"));
            crate::stage::waive(&matter, &form, &[], &[], with).unwrap()
        };
        assert!(try_with(None, &[waive(Condition::Resolution)]).is_ok());
        assert_eq!(try_with(None, &[waive(Condition::Funding)]), Err(ProjectRefusal::NoResolution));
        let drafted = try_with(Some(&resolution), &[]).unwrap();
        assert_eq!(drafted.published(Some(&void), &[], day("2026-04-30")).unwrap_err(), [ProjectRefusal::NoResolution]);
    }

    #[test]
    fn a_plan_without_upkeep_safety_or_budget_is_not_published() {
        let (matter, resolution) = caused();
        let bare = PlanForm { upkeep: "", safety: " ", ..form() };
        let drafted =
            draft(&matter, Some(&resolution), &[], read(&bare).unwrap(), Budget::default(), (id(5), now())).unwrap();
        let refused = drafted.published(Some(&resolution), &[], day("2026-04-30")).unwrap_err();
        let fields: Vec<_> = refused.iter().filter_map(Refuse::field).collect();
        assert_eq!(fields, ["lines", "sources", "upkeep", "safety"]);
    }

    #[test]
    fn works_begin_when_the_matters_stage_is_open_and_not_before() {
        let matter = public(1);
        let on = day("2026-05-06");
        assert_eq!(planned().begun(&matter, on, on), Err(StageRefusal::NotOpen.into()));
        let open = matter.opened(Stage::Build, Condition::ALL, &[]).unwrap();
        assert_eq!(planned().begun(&open, on, on).unwrap().state, ProjectState::Building);
        assert_eq!(planned().begun(&open, on, day("2026-05-05")), Err(ProjectRefusal::DayToCome));
        let early = day("2026-04-29");
        assert_eq!(planned().begun(&open, early, on), Err(ProjectRefusal::TooEarly { day: day("2026-04-30") }));
    }

    #[test]
    fn a_budget_changes_by_an_order_with_reason_office_and_both_editions() {
        let project = planned();
        let form = OrderForm {
            reason: "暗沟加12米",
            approved_by: "村民代表会议",
            approved_on: Some(day("2026-05-20")),
            until: None,
        };
        let with = || (id(6), now(), day("2026-05-20"));
        let same = project.changed(&form, project.budget.clone(), with()).unwrap_err();
        assert_eq!(same, [ProjectRefusal::Same]);
        let mut more = project.budget.clone();
        more.lines.push(money("暗沟", "2040"));
        let (changed, order) = project.changed(&form, more.clone(), with()).unwrap();
        assert_eq!((changed.edition, order.edition), (2, 2));
        assert_eq!((order.before, order.after), (project.budget.clone(), more.clone()));
        let silent = OrderForm { reason: " ", approved_by: "", approved_on: None, ..form };
        let fields: Vec<_> =
            project.changed(&silent, more.clone(), with()).unwrap_err().iter().filter_map(Refuse::field).collect();
        assert_eq!(fields, ["reason", "approved_by", "day"]);
        for state in [ProjectState::Draft, ProjectState::Built, ProjectState::Accepted, ProjectState::Stopped] {
            assert_eq!(at(state).changed(&form, more.clone(), with()).unwrap_err(), [ProjectRefusal::State { state }]);
        }
    }

    #[test]
    fn a_matter_is_funded_when_every_plan_that_stands_is_covered() {
        let bare = Project { budget: road(""), ..planned() };
        assert!(!funded(&[], &[]) && funded(&[planned()], &[]) && !funded(&[planned(), bare.clone()], &[]));
        let stopped = Project { state: ProjectState::Stopped, ..bare.clone() };
        assert!(funded(&[planned(), stopped], &[]));
        let draft = Project { state: ProjectState::Draft, published_on: None, ..planned() };
        assert!(!funded(&[draft], &[]), "a plan that nobody has seen covers nothing");
    }

    #[test]
    fn the_diagram_draws_what_a_project_can_do() {
        let (matter, resolution) = caused();
        let open = matter.opened(Stage::Build, Condition::ALL, &[]).unwrap();
        let on = day("2026-05-20");
        let plan = || read(&form()).unwrap();
        let order =
            OrderForm {
                reason: "改", approved_by: "代表会议", approved_on: Some(on), until: Some(day("2026-07-15"))
            };
        let one = |result: Result<Project, ProjectRefusal>| result.map(|project| project.state).map_err(|_| ());
        let steps = states::steps(
            ProjectState::ALL,
            &[
                &|s| one(at(s).edited(Some(&resolution), &[], plan(), road(""))),
                &|s| at(s).published(Some(&resolution), &[], on).map(|p| p.state).map_err(|_| ()),
                &|s| at(s).changed(&order, road("批文"), (id(6), now(), on)).map(|(p, _)| p.state).map_err(|_| ()),
                &|s| one(at(s).begun(&open, on, on)),
                &|s| one(at(s).finished(on, on)),
                &|s| one(at(s).taken_up()),
                &|s| one(at(s).accepted(on, on)),
                &|s| one(at(s).stopped("不建了", on)),
            ],
        );
        let page = include_str!("../../../../docs/states/project.md");
        states::same(page, 0, ProjectState::ALL, &[ProjectState::Draft], steps);
    }
}
