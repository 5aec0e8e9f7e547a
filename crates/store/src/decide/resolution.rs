//! Resolutions, and the photos of their signed sheets. The row names the first photo of the attempt that counts; the others follow from it.

use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::decide::resolution::Resolution;
use civic::id::{FileId, MatterId, MotionId, ResolutionId};
use civic::token::Token;

impl FromRow for Resolution {
    const TABLE: &'static str = "resolution";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get()?,
            matter: row.get()?,
            place: row.get()?,
            meeting: row.get()?,
            motion: row.get()?,
            count: row.get()?,
            text: row.get()?,
            who_acts: row.get()?,
            deadline: row.get()?,
            resolved_on: row.get()?,
            effective_on: row.get()?,
            state: row.token()?,
            // The row has the first page alone; [`whole`] puts the others behind it.
            scans: row.get::<Option<FileId>>()?.into_iter().collect(),
            created_at: row.get()?,
            version: row.get()?,
        })
    }
}

/// Writes a new resolution. A motion that has one already is a clash.
pub fn put(tx: &mut Tx<'_>, resolution: &Resolution) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO resolution (county_id, id, matter_id, place_id, meeting_id, motion_id, count_id, text, who_acts, deadline_on,
                 resolved_on, effective_on, state, scan_id, created_at, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
        ),
        args![
            resolution.id,
            resolution.matter,
            resolution.place,
            resolution.meeting,
            resolution.motion,
            resolution.count,
            resolution.text.as_str(),
            resolution.who_acts.as_str(),
            resolution.deadline,
            resolution.resolved_on,
            resolution.effective_on,
            resolution.state.as_str(),
            resolution.scans.first().copied(),
            resolution.created_at,
            resolution.version
        ],
    )?;
    crate::search::resolution(tx, resolution)
}

/// Writes a changed resolution over the version that was read. What was resolved never changes, only how it stands.
pub fn change(tx: &mut Tx<'_>, resolution: &Resolution) -> Result<()> {
    tx.change(
        sql!(
            "UPDATE resolution SET count_id = $3, state = $4, scan_id = $5, version = version + 1
             WHERE county_id = $1 AND id = $2 AND version = $6"
        ),
        args![
            resolution.id,
            resolution.count,
            resolution.state.as_str(),
            resolution.scans.first().copied(),
            resolution.version
        ],
    )?;
    crate::search::resolution(tx, resolution)
}

/// A resolution with every page of its signed paper.
fn whole(tx: &mut Tx<'_>, read: Resolution) -> Result<Resolution> {
    if read.scans.is_empty() {
        return Ok(read);
    }
    Ok(Resolution { scans: scans(tx, read.id)?, ..read })
}

/// A resolution by its id.
pub fn get(tx: &mut Tx<'_>, id: ResolutionId) -> Result<Resolution> {
    let read = tx.one(
        sql!(
            "SELECT id, matter_id, place_id, meeting_id, motion_id, count_id, text, who_acts, deadline_on, resolved_on, effective_on,
                 state, scan_id, created_at, version
             FROM resolution WHERE county_id = $1 AND id = $2"
        ),
        args![id],
    )?;
    whole(tx, read)
}

/// The resolution of a motion, once there is one.
pub fn of_motion(tx: &mut Tx<'_>, motion: MotionId) -> Result<Option<Resolution>> {
    let read = tx.optional(
        sql!(
            "SELECT id, matter_id, place_id, meeting_id, motion_id, count_id, text, who_acts, deadline_on, resolved_on, effective_on,
                 state, scan_id, created_at, version
             FROM resolution WHERE county_id = $1 AND motion_id = $2"
        ),
        args![motion],
    )?;
    read.map(|read| whole(tx, read)).transpose()
}

/// The resolutions in a matter and in those merged into it, oldest first. Two statements at most.
pub fn of_matter(tx: &mut Tx<'_>, matter: MatterId) -> Result<Vec<Resolution>> {
    let mut made: Vec<Resolution> = tx.all(
        sql!(
            "SELECT r.id, r.matter_id, r.place_id, r.meeting_id, r.motion_id, r.count_id, r.text, r.who_acts, r.deadline_on,
                 r.resolved_on, r.effective_on, r.state, r.scan_id, r.created_at, r.version
             FROM resolution r JOIN matter m ON m.county_id = r.county_id AND m.id = r.matter_id
             WHERE r.county_id = $1 AND (m.id = $2 OR m.merged_into = $2) ORDER BY r.resolved_on, r.id LIMIT 100"
        ),
        args![matter],
    )?;
    if made.iter().all(|one| one.scans.is_empty()) {
        return Ok(made);
    }
    let pages: Vec<(ResolutionId, FileId)> = tx.all(
        sql!(
            "SELECT s.resolution_id, s.file_id FROM resolution_scan s
             JOIN resolution r ON r.county_id = s.county_id AND r.id = s.resolution_id
             JOIN matter m ON m.county_id = r.county_id AND m.id = r.matter_id
             WHERE s.county_id = $1 AND (m.id = $2 OR m.merged_into = $2) AND r.scan_id IS NOT NULL AND s.attempt =
                 (SELECT MAX(a.attempt) FROM resolution_scan a WHERE a.county_id = $1 AND a.resolution_id = s.resolution_id)
             ORDER BY s.resolution_id, s.position LIMIT 2000"
        ),
        args![matter],
    )?;
    for one in made.iter_mut().filter(|one| !one.scans.is_empty()) {
        one.scans = pages.iter().filter(|(of, _)| *of == one.id).map(|(_, file)| *file).collect();
    }
    Ok(made)
}

/// Writes which photos belong to one attempt at the signed sheet, in order. `attempt` is the version of the resolution that they
/// were attached to, so that two attempts never share a number.
pub fn put_scans(tx: &mut Tx<'_>, resolution: ResolutionId, attempt: i64, files: &[FileId]) -> Result<()> {
    for (position, file) in (1_i64..).zip(files) {
        tx.run(
            sql!(
                "INSERT INTO resolution_scan (county_id, resolution_id, file_id, attempt, position) VALUES ($1, $2, $3, $4, $5)"
            ),
            args![resolution, *file, attempt, position],
        )?;
    }
    Ok(())
}

/// The photos of the last attempt at the signed sheet, in order.
pub fn scans(tx: &mut Tx<'_>, resolution: ResolutionId) -> Result<Vec<FileId>> {
    let rows: Vec<(FileId,)> = tx.all(
        sql!(
            "SELECT file_id FROM resolution_scan s WHERE county_id = $1 AND resolution_id = $2 AND attempt =
                 (SELECT MAX(attempt) FROM resolution_scan m WHERE m.county_id = $1 AND m.resolution_id = s.resolution_id)
             ORDER BY position LIMIT 20"
        ),
        args![resolution],
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
