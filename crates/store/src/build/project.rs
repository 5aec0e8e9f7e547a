//! Projects with the edition of their budget that counts. Editions before it stay, for the orders that changed them.

use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::build::project::{Budget, Line, Plan, Project, Source};
use civic::build::workday::Workdays;
use civic::id::{MatterId, ProjectId};
use civic::token::Token;

impl FromRow for Project {
    const TABLE: &'static str = "project";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get()?,
            matter: row.get()?,
            place: row.get()?,
            resolution: row.get()?,
            plan: Plan {
                title: row.get()?,
                what: row.get()?,
                spot: row.get()?,
                lead: row.get()?,
                partners: row.get()?,
                nature: row.token()?,
                purpose: row.token()?,
                scale: row.get()?,
                from: row.get()?,
                until: row.get()?,
                upkeep: row.get()?,
                safety: row.get()?,
                result: row.get()?,
            },
            // Lines and sources stand in their own tables; [`whole`] puts them in.
            budget: Budget::default(),
            edition: row.get()?,
            state: row.token()?,
            stopped_because: row.get()?,
            published_on: row.get()?,
            begun_on: row.get()?,
            built_on: row.get()?,
            ended_on: row.get()?,
            created_at: row.get()?,
            version: row.get()?,
        })
    }
}

/// A line of a budget with the project and the edition that it belongs to.
struct OfLine(ProjectId, i64, Line);

impl FromRow for OfLine {
    const TABLE: &'static str = "project_line";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        let (project, edition) = (row.get()?, row.get()?);
        let line = Line {
            name: row.get()?,
            quantity: row.get()?,
            cover: row.token()?,
            amount: row.get()?,
            days: row.int_or_none::<i64>()?.map(Workdays::quarters),
        };
        Ok(Self(project, edition, line))
    }
}

struct OfSource(ProjectId, i64, Source);

impl FromRow for OfSource {
    const TABLE: &'static str = "project_source";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        let (project, edition) = (row.get()?, row.get()?);
        let source = Source {
            kind: row.token()?,
            whose: row.get()?,
            amount: row.get()?,
            days: row.int_or_none::<i64>()?.map(Workdays::quarters),
            things: row.get()?,
            document: row.get()?,
        };
        Ok(Self(project, edition, source))
    }
}

/// Writes a new project with its budget.
pub fn put(tx: &mut Tx<'_>, project: &Project) -> Result<()> {
    let plan = &project.plan;
    tx.run(
        sql!(
            "INSERT INTO project (county_id, id, matter_id, place_id, resolution_id, title, what, spot, lead_body, partners, nature,
                 purpose, scale, from_on, until_on, upkeep, safety, result, edition, state, stopped_because, published_on, begun_on,
                 built_on, ended_on, created_at, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
                 $25, $26, $27)"
        ),
        args![
            project.id,
            project.matter,
            project.place,
            project.resolution,
            plan.title.as_str(),
            plan.what.as_str(),
            plan.spot.as_str(),
            plan.lead.as_str(),
            plan.partners.as_deref(),
            plan.nature.as_str(),
            plan.purpose.as_str(),
            plan.scale.as_str(),
            plan.from,
            plan.until,
            plan.upkeep.as_deref(),
            plan.safety.as_deref(),
            plan.result.as_deref(),
            project.edition,
            project.state.as_str(),
            project.stopped_because.as_deref(),
            project.published_on,
            project.begun_on,
            project.built_on,
            project.ended_on,
            project.created_at,
            project.version
        ],
    )?;
    put_budget(tx, project)
}

fn put_budget(tx: &mut Tx<'_>, project: &Project) -> Result<()> {
    for (position, line) in (1_i64..).zip(&project.budget.lines) {
        tx.run(
            sql!(
                "INSERT INTO project_line (county_id, project_id, edition, position, name, quantity, cover, amount_fen, quarters)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
            ),
            args![
                project.id,
                project.edition,
                position,
                line.name.as_str(),
                line.quantity.as_deref(),
                line.cover.as_str(),
                line.amount,
                line.days.map(Workdays::in_quarters)
            ],
        )?;
    }
    for (position, source) in (1_i64..).zip(&project.budget.sources) {
        tx.run(
            sql!(
                "INSERT INTO project_source (county_id, project_id, edition, position, kind, whose, amount_fen, quarters, things, document)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
            ),
            args![
                project.id,
                project.edition,
                position,
                source.kind.as_str(),
                source.whose.as_deref(),
                source.amount,
                source.days.map(Workdays::in_quarters),
                source.things.as_deref(),
                source.document.as_deref()
            ],
        )?;
    }
    Ok(())
}

/// Writes a changed project over the version that was read. Its budget stays as it is; see [`rewrite`] and [`extend`].
pub fn change(tx: &mut Tx<'_>, project: &Project) -> Result<()> {
    let plan = &project.plan;
    tx.change(
        sql!(
            "UPDATE project SET resolution_id = $3, title = $4, what = $5, spot = $6, lead_body = $7, partners = $8, nature = $9,
                 purpose = $10, scale = $11, from_on = $12, until_on = $13, upkeep = $14, safety = $15, result = $16, edition = $17,
                 state = $18, stopped_because = $19, published_on = $20, begun_on = $21, built_on = $22, ended_on = $23,
                 version = version + 1
             WHERE county_id = $1 AND id = $2 AND version = $24"
        ),
        args![
            project.id,
            project.resolution,
            plan.title.as_str(),
            plan.what.as_str(),
            plan.spot.as_str(),
            plan.lead.as_str(),
            plan.partners.as_deref(),
            plan.nature.as_str(),
            plan.purpose.as_str(),
            plan.scale.as_str(),
            plan.from,
            plan.until,
            plan.upkeep.as_deref(),
            plan.safety.as_deref(),
            plan.result.as_deref(),
            project.edition,
            project.state.as_str(),
            project.stopped_because.as_deref(),
            project.published_on,
            project.begun_on,
            project.built_on,
            project.ended_on,
            project.version
        ],
    )
}

/// Writes a draft with another budget: nobody has seen the one before it, so that it goes.
pub fn rewrite(tx: &mut Tx<'_>, project: &Project) -> Result<()> {
    change(tx, project)?;
    tx.run(
        sql!("DELETE FROM project_line WHERE county_id = $1 AND project_id = $2 AND edition = $3"),
        args![project.id, project.edition],
    )?;
    tx.run(
        sql!("DELETE FROM project_source WHERE county_id = $1 AND project_id = $2 AND edition = $3"),
        args![project.id, project.edition],
    )?;
    put_budget(tx, project)
}

/// Writes a project with the next edition of its budget; those before it stay.
pub fn extend(tx: &mut Tx<'_>, project: &Project) -> Result<()> {
    change(tx, project)?;
    put_budget(tx, project)
}

/// A project by its id.
pub fn get(tx: &mut Tx<'_>, id: ProjectId) -> Result<Project> {
    let read: Project = tx.one(
        sql!(
            "SELECT id, matter_id, place_id, resolution_id, title, what, spot, lead_body, partners, nature, purpose, scale, from_on,
                 until_on, upkeep, safety, result, edition, state, stopped_because, published_on, begun_on, built_on, ended_on,
                 created_at, version
             FROM project WHERE county_id = $1 AND id = $2"
        ),
        args![id],
    )?;
    let budget = budget(tx, id, read.edition)?;
    Ok(Project { budget, ..read })
}

/// The title of a project.
pub fn title(tx: &mut Tx<'_>, id: ProjectId) -> Result<String> {
    let (title,): (String,) = tx.one(sql!("SELECT title FROM project WHERE county_id = $1 AND id = $2"), args![id])?;
    Ok(title)
}

/// Lines and sources of one edition.
pub(super) fn budget(tx: &mut Tx<'_>, project: ProjectId, edition: i64) -> Result<Budget> {
    let lines: Vec<OfLine> = tx.all(
        sql!(
            "SELECT project_id, edition, name, quantity, cover, amount_fen, quarters FROM project_line
             WHERE county_id = $1 AND project_id = $2 AND edition = $3 ORDER BY position LIMIT 60"
        ),
        args![project, edition],
    )?;
    let sources: Vec<OfSource> = tx.all(
        sql!(
            "SELECT project_id, edition, kind, whose, amount_fen, quarters, things, document FROM project_source
             WHERE county_id = $1 AND project_id = $2 AND edition = $3 ORDER BY position LIMIT 20"
        ),
        args![project, edition],
    )?;
    Ok(Budget {
        lines: lines.into_iter().map(|OfLine(_, _, line)| line).collect(),
        sources: sources.into_iter().map(|OfSource(_, _, source)| source).collect(),
    })
}

/// The projects of a matter and of those merged into it, oldest first, drafts too. Three statements at most.
pub fn of_matter(tx: &mut Tx<'_>, matter: MatterId) -> Result<Vec<Project>> {
    let mut projects: Vec<Project> = tx.all(
        sql!(
            "SELECT p.id, p.matter_id, p.place_id, p.resolution_id, p.title, p.what, p.spot, p.lead_body, p.partners, p.nature,
                 p.purpose, p.scale, p.from_on, p.until_on, p.upkeep, p.safety, p.result, p.edition, p.state, p.stopped_because,
                 p.published_on, p.begun_on, p.built_on, p.ended_on, p.created_at, p.version
             FROM project p JOIN matter m ON m.county_id = p.county_id AND m.id = p.matter_id
             WHERE p.county_id = $1 AND (m.id = $2 OR m.merged_into = $2) ORDER BY p.id LIMIT 50"
        ),
        args![matter],
    )?;
    if projects.is_empty() {
        return Ok(projects);
    }
    let lines: Vec<OfLine> = tx.all(
        sql!(
            "SELECT l.project_id, l.edition, l.name, l.quantity, l.cover, l.amount_fen, l.quarters FROM project_line l
             JOIN project p ON p.county_id = l.county_id AND p.id = l.project_id
             JOIN matter m ON m.county_id = p.county_id AND m.id = p.matter_id
             WHERE l.county_id = $1 AND (m.id = $2 OR m.merged_into = $2) AND l.edition = p.edition
             ORDER BY l.project_id, l.position LIMIT 3000"
        ),
        args![matter],
    )?;
    let sources: Vec<OfSource> = tx.all(
        sql!(
            "SELECT s.project_id, s.edition, s.kind, s.whose, s.amount_fen, s.quarters, s.things, s.document FROM project_source s
             JOIN project p ON p.county_id = s.county_id AND p.id = s.project_id
             JOIN matter m ON m.county_id = p.county_id AND m.id = p.matter_id
             WHERE s.county_id = $1 AND (m.id = $2 OR m.merged_into = $2) AND s.edition = p.edition
             ORDER BY s.project_id, s.position LIMIT 1000"
        ),
        args![matter],
    )?;
    for project in &mut projects {
        let mine = |of: &ProjectId, edition: &i64| *of == project.id && *edition == project.edition;
        let own_lines = lines.iter().filter(|OfLine(of, edition, _)| mine(of, edition));
        let own_sources = sources.iter().filter(|OfSource(of, edition, _)| mine(of, edition));
        project.budget = Budget {
            lines: own_lines.map(|OfLine(_, _, line)| line.clone()).collect(),
            sources: own_sources.map(|OfSource(_, _, source)| source.clone()).collect(),
        };
    }
    Ok(projects)
}
