//! The works diary: notes, which are never changed, and their photos.

use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::build::works::Works;
use civic::id::{FileId, MatterId, ProjectId, WorksId};

impl FromRow for Works {
    const TABLE: &'static str = "works";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get()?,
            project: row.get()?,
            matter: row.get()?,
            on: row.get()?,
            line: row.get()?,
            progress: row.get()?,
            quality: row.get()?,
            safety: row.get()?,
            material: row.get()?,
            seen: row.get()?,
            // Photos stand in their own table.
            photos: Vec::new(),
            recorded_at: row.get()?,
        })
    }
}

/// Writes a note. The rows of its photos are written already ([`crate::files::put`]).
pub fn put(tx: &mut Tx<'_>, note: &Works) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO works (county_id, id, project_id, matter_id, worked_on, line, progress, quality, safety, material, seen,
                 recorded_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
        ),
        args![
            note.id,
            note.project,
            note.matter,
            note.on,
            note.line,
            note.progress.as_str(),
            note.quality.as_deref(),
            note.safety.as_deref(),
            note.material.as_deref(),
            note.seen.as_deref(),
            note.recorded_at
        ],
    )?;
    for (position, file) in (1_i64..).zip(&note.photos) {
        tx.run(
            sql!("INSERT INTO works_photo (county_id, works_id, position, file_id) VALUES ($1, $2, $3, $4)"),
            args![note.id, position, *file],
        )?;
    }
    Ok(())
}

/// A note by its id.
pub fn get(tx: &mut Tx<'_>, id: WorksId) -> Result<Works> {
    let read: Works = tx.one(
        sql!(
            "SELECT id, project_id, matter_id, worked_on, line, progress, quality, safety, material, seen, recorded_at
             FROM works WHERE county_id = $1 AND id = $2"
        ),
        args![id],
    )?;
    let rows: Vec<(FileId,)> = tx.all(
        sql!("SELECT file_id FROM works_photo WHERE county_id = $1 AND works_id = $2 ORDER BY position LIMIT 6"),
        args![id],
    )?;
    Ok(Works { photos: rows.into_iter().map(|(file,)| file).collect(), ..read })
}

/// The latest `rows_max` notes of a project before (day, note), latest first, with their photos.
pub fn of_project(tx: &mut Tx<'_>, project: ProjectId, before: Option<WorksId>, rows_max: u32) -> Result<Vec<Works>> {
    let mut notes: Vec<Works> = tx.all(
        sql!(
            "SELECT w.id, w.project_id, w.matter_id, w.worked_on, w.line, w.progress, w.quality, w.safety, w.material, w.seen,
                 w.recorded_at
             FROM works w LEFT JOIN works b ON b.county_id = w.county_id AND b.id = $3
             WHERE w.county_id = $1 AND w.project_id = $2 AND (b.id IS NULL OR (w.worked_on, w.id) < (b.worked_on, b.id))
             ORDER BY w.worked_on DESC, w.id DESC LIMIT $4"
        ),
        args![project, before, i64::from(rows_max)],
    )?;
    let (Some(first), Some(last)) = (notes.first().map(|one| one.on), notes.last().map(|one| one.on)) else {
        return Ok(notes);
    };
    let photos: Vec<(WorksId, FileId)> = tx.all(
        sql!(
            "SELECT p.works_id, p.file_id FROM works_photo p JOIN works w ON w.county_id = p.county_id AND w.id = p.works_id
             WHERE p.county_id = $1 AND w.project_id = $2 AND w.worked_on BETWEEN $3 AND $4
             ORDER BY p.works_id, p.position LIMIT 1000"
        ),
        args![project, last, first],
    )?;
    for note in &mut notes {
        note.photos = photos.iter().filter(|(of, _)| *of == note.id).map(|(_, file)| *file).collect();
    }
    Ok(notes)
}

/// How many notes the projects of a matter and of those merged into it have, each with its last day: for its chain.
pub fn of_matter(tx: &mut Tx<'_>, matter: MatterId) -> Result<Vec<(ProjectId, i64, civic::time::Day)>> {
    tx.all(
        sql!(
            "SELECT w.project_id, CAST(COUNT(*) AS BIGINT), MAX(w.worked_on) FROM works w
             JOIN matter m ON m.county_id = w.county_id AND m.id = w.matter_id
             WHERE w.county_id = $1 AND (m.id = $2 OR m.merged_into = $2) GROUP BY w.project_id ORDER BY w.project_id LIMIT 50"
        ),
        args![matter],
    )
}
