//! Acceptances with their lines and papers, and defects.

use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::build::acceptance::{Acceptance, Actual, Defect};
use civic::build::project::Line;
use civic::build::workday::Workdays;
use civic::id::{AcceptanceId, DefectId, FileId, ProjectId};
use civic::token::Token;

impl FromRow for Acceptance {
    const TABLE: &'static str = "acceptance";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get()?,
            project: row.get()?,
            matter: row.get()?,
            level: row.token()?,
            held_on: row.get()?,
            quality: row.get()?,
            members: row.get()?,
            opinion: row.int_or_none::<u32>()?.zip(row.int_or_none::<u32>()?),
            verdict: row.token()?,
            state: row.token()?,
            entered_by: row.get()?,
            refused_because: row.get()?,
            passed_on: row.get()?,
            recorded_at: row.get()?,
            version: row.get()?,
            // Lines and papers stand in their own tables; [`whole`] puts them in.
            lines: Vec::new(),
            papers: Vec::new(),
        })
    }
}

impl FromRow for Actual {
    const TABLE: &'static str = "acceptance_line";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        let planned = Line {
            name: row.get()?,
            quantity: row.get()?,
            cover: row.token()?,
            amount: row.get()?,
            days: row.int_or_none::<i64>()?.map(Workdays::quarters),
        };
        Ok(Self {
            planned,
            quantity: row.get()?,
            amount: row.get()?,
            days: row.int_or_none::<i64>()?.map(Workdays::quarters),
        })
    }
}

impl FromRow for Defect {
    const TABLE: &'static str = "defect";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get()?,
            acceptance: row.get()?,
            project: row.get()?,
            matter: row.get()?,
            position: row.get()?,
            what: row.get()?,
            due_on: row.get()?,
            owner: row.get()?,
            state: row.token()?,
            mended_on: row.get()?,
            mended_by: row.get()?,
            rechecked_on: row.get()?,
            version: row.get()?,
        })
    }
}

/// Writes an acceptance with its lines, its papers and its defects. The rows of the papers are written already.
pub fn put(tx: &mut Tx<'_>, one: &Acceptance, defects: &[Defect]) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO acceptance (county_id, id, project_id, matter_id, level, held_on, quality, members, content, asked, verdict,
                 state, entered_by, refused_because, passed_on, recorded_at, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)"
        ),
        args![
            one.id,
            one.project,
            one.matter,
            one.level.as_str(),
            one.held_on,
            one.quality.as_str(),
            one.members.as_str(),
            one.opinion.map(|(content, _)| i64::from(content)),
            one.opinion.map(|(_, asked)| i64::from(asked)),
            one.verdict.as_str(),
            one.state.as_str(),
            one.entered_by,
            one.refused_because.as_deref(),
            one.passed_on,
            one.recorded_at,
            one.version
        ],
    )?;
    for (position, line) in (1_i64..).zip(&one.lines) {
        tx.run(
            sql!(
                "INSERT INTO acceptance_line (county_id, acceptance_id, position, name, planned_quantity, cover, planned_fen,
                     planned_quarters, quantity, amount_fen, quarters)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
            ),
            args![
                one.id,
                position,
                line.planned.name.as_str(),
                line.planned.quantity.as_deref(),
                line.planned.cover.as_str(),
                line.planned.amount,
                line.planned.days.map(Workdays::in_quarters),
                line.quantity.as_deref(),
                line.amount,
                line.days.map(Workdays::in_quarters)
            ],
        )?;
    }
    for (position, file) in (1_i64..).zip(&one.papers) {
        tx.run(
            sql!("INSERT INTO acceptance_paper (county_id, acceptance_id, position, file_id) VALUES ($1, $2, $3, $4)"),
            args![one.id, position, *file],
        )?;
    }
    for defect in defects {
        tx.run(
            sql!(
                "INSERT INTO defect (county_id, id, acceptance_id, project_id, matter_id, position, what, due_on, owner_body, state,
                     mended_on, mended_by, rechecked_on, version)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
            ),
            args![
                defect.id,
                defect.acceptance,
                defect.project,
                defect.matter,
                defect.position,
                defect.what.as_str(),
                defect.due_on,
                defect.owner.as_str(),
                defect.state.as_str(),
                defect.mended_on,
                defect.mended_by,
                defect.rechecked_on,
                defect.version
            ],
        )?;
    }
    Ok(())
}

/// Writes where an acceptance stands over the version that was read. What it found never changes.
pub fn change(tx: &mut Tx<'_>, one: &Acceptance) -> Result<()> {
    tx.change(
        sql!(
            "UPDATE acceptance SET state = $3, refused_because = $4, passed_on = $5, version = version + 1
             WHERE county_id = $1 AND id = $2 AND version = $6"
        ),
        args![one.id, one.state.as_str(), one.refused_because.as_deref(), one.passed_on, one.version],
    )
}

/// Writes where a defect stands over the version that was read.
pub fn change_defect(tx: &mut Tx<'_>, defect: &Defect) -> Result<()> {
    tx.change(
        sql!(
            "UPDATE defect SET state = $3, mended_on = $4, mended_by = $5, rechecked_on = $6, version = version + 1
             WHERE county_id = $1 AND id = $2 AND version = $7"
        ),
        args![
            defect.id,
            defect.state.as_str(),
            defect.mended_on,
            defect.mended_by,
            defect.rechecked_on,
            defect.version
        ],
    )
}

fn whole(tx: &mut Tx<'_>, read: Acceptance) -> Result<Acceptance> {
    let lines = tx.all(
        sql!(
            "SELECT name, planned_quantity, cover, planned_fen, planned_quarters, quantity, amount_fen, quarters FROM acceptance_line
             WHERE county_id = $1 AND acceptance_id = $2 ORDER BY position LIMIT 60"
        ),
        args![read.id],
    )?;
    let papers: Vec<(FileId,)> = tx.all(
        sql!(
            "SELECT file_id FROM acceptance_paper WHERE county_id = $1 AND acceptance_id = $2 ORDER BY position LIMIT 6"
        ),
        args![read.id],
    )?;
    Ok(Acceptance { lines, papers: papers.into_iter().map(|(file,)| file).collect(), ..read })
}

/// An acceptance by its id.
pub fn get(tx: &mut Tx<'_>, id: AcceptanceId) -> Result<Acceptance> {
    let read = tx.one(
        sql!(
            "SELECT id, project_id, matter_id, level, held_on, quality, members, content, asked, verdict, state, entered_by,
                 refused_because, passed_on, recorded_at, version
             FROM acceptance WHERE county_id = $1 AND id = $2"
        ),
        args![id],
    )?;
    whole(tx, read)
}

/// The acceptances of a project, oldest first.
pub fn of_project(tx: &mut Tx<'_>, project: ProjectId) -> Result<Vec<Acceptance>> {
    let read: Vec<Acceptance> = tx.all(
        sql!(
            "SELECT id, project_id, matter_id, level, held_on, quality, members, content, asked, verdict, state, entered_by,
                 refused_because, passed_on, recorded_at, version
             FROM acceptance WHERE county_id = $1 AND project_id = $2 ORDER BY id LIMIT 30"
        ),
        args![project],
    )?;
    read.into_iter().map(|one| whole(tx, one)).collect()
}

/// The acceptances of every project of a matter and of those merged into it, without lines and papers: for its chain.
pub fn of_matter(tx: &mut Tx<'_>, matter: civic::id::MatterId) -> Result<Vec<Acceptance>> {
    tx.all(
        sql!(
            "SELECT a.id, a.project_id, a.matter_id, a.level, a.held_on, a.quality, a.members, a.content, a.asked, a.verdict, a.state,
                 a.entered_by, a.refused_because, a.passed_on, a.recorded_at, a.version
             FROM acceptance a JOIN matter m ON m.county_id = a.county_id AND m.id = a.matter_id
             WHERE a.county_id = $1 AND (m.id = $2 OR m.merged_into = $2) ORDER BY a.id LIMIT 100"
        ),
        args![matter],
    )
}

/// A defect by its id.
pub fn defect(tx: &mut Tx<'_>, id: DefectId) -> Result<Defect> {
    tx.one(
        sql!(
            "SELECT id, acceptance_id, project_id, matter_id, position, what, due_on, owner_body, state, mended_on, mended_by,
                 rechecked_on, version
             FROM defect WHERE county_id = $1 AND id = $2"
        ),
        args![id],
    )
}

/// The defects of a project, by acceptance and place in its list.
pub fn defects(tx: &mut Tx<'_>, project: ProjectId) -> Result<Vec<Defect>> {
    tx.all(
        sql!(
            "SELECT id, acceptance_id, project_id, matter_id, position, what, due_on, owner_body, state, mended_on, mended_by,
                 rechecked_on, version
             FROM defect WHERE county_id = $1 AND project_id = $2 ORDER BY acceptance_id, position LIMIT 600"
        ),
        args![project],
    )
}
