//! Resolutions, and the photos of their signed sheets.

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
            scan: row.get()?,
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
            resolution.scan,
            resolution.created_at,
            resolution.version
        ],
    )?;
    Ok(())
}

/// Writes a changed resolution over the version that was read. What was resolved never changes, only how it stands.
pub fn change(tx: &mut Tx<'_>, resolution: &Resolution) -> Result<()> {
    tx.change(
        sql!(
            "UPDATE resolution SET count_id = $3, state = $4, scan_id = $5, version = version + 1
             WHERE county_id = $1 AND id = $2 AND version = $6"
        ),
        args![resolution.id, resolution.count, resolution.state.as_str(), resolution.scan, resolution.version],
    )
}

/// A resolution by its id.
pub fn get(tx: &mut Tx<'_>, id: ResolutionId) -> Result<Resolution> {
    tx.one(
        sql!(
            "SELECT id, matter_id, place_id, meeting_id, motion_id, count_id, text, who_acts, deadline_on, resolved_on, effective_on,
                 state, scan_id, created_at, version
             FROM resolution WHERE county_id = $1 AND id = $2"
        ),
        args![id],
    )
}

/// The resolution of a motion, once there is one.
pub fn of_motion(tx: &mut Tx<'_>, motion: MotionId) -> Result<Option<Resolution>> {
    tx.optional(
        sql!(
            "SELECT id, matter_id, place_id, meeting_id, motion_id, count_id, text, who_acts, deadline_on, resolved_on, effective_on,
                 state, scan_id, created_at, version
             FROM resolution WHERE county_id = $1 AND motion_id = $2"
        ),
        args![motion],
    )
}

/// The resolutions in a matter and in those merged into it, oldest first.
pub fn of_matter(tx: &mut Tx<'_>, matter: MatterId) -> Result<Vec<Resolution>> {
    tx.all(
        sql!(
            "SELECT r.id, r.matter_id, r.place_id, r.meeting_id, r.motion_id, r.count_id, r.text, r.who_acts, r.deadline_on,
                 r.resolved_on, r.effective_on, r.state, r.scan_id, r.created_at, r.version
             FROM resolution r JOIN matter m ON m.county_id = r.county_id AND m.id = r.matter_id
             WHERE r.county_id = $1 AND (m.id = $2 OR m.merged_into = $2) ORDER BY r.resolved_on, r.id LIMIT 100"
        ),
        args![matter],
    )
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
