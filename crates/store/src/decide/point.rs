//! Points raised at meetings.

use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::decide::point::Point;
use civic::id::{MatterId, MeetingId, PointId};
use civic::token::Token;

impl FromRow for Point {
    const TABLE: &'static str = "point";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get()?,
            meeting: row.get()?,
            matter: row.get()?,
            text: row.get()?,
            taken_by: row.get()?,
            due_on: row.get()?,
            outcome: row.token_or_none()?,
            reason: row.get()?,
            raised_at: row.get()?,
            version: row.get()?,
        })
    }
}

/// Writes a new point.
pub fn put(tx: &mut Tx<'_>, point: &Point) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO point (county_id, id, meeting_id, matter_id, text, taken_by, due_on, outcome, reason, raised_at, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        ),
        args![
            point.id,
            point.meeting,
            point.matter,
            point.text.as_str(),
            point.taken_by.as_deref(),
            point.due_on,
            point.outcome.map(Token::as_str),
            point.reason.as_deref(),
            point.raised_at,
            point.version
        ],
    )?;
    Ok(())
}

/// Writes a changed point over the version that was read. What was said stays.
pub fn change(tx: &mut Tx<'_>, point: &Point) -> Result<()> {
    tx.change(
        sql!(
            "UPDATE point SET taken_by = $3, due_on = $4, outcome = $5, reason = $6, version = version + 1
             WHERE county_id = $1 AND id = $2 AND version = $7"
        ),
        args![
            point.id,
            point.taken_by.as_deref(),
            point.due_on,
            point.outcome.map(Token::as_str),
            point.reason.as_deref(),
            point.version
        ],
    )
}

/// A point by its id.
pub fn get(tx: &mut Tx<'_>, id: PointId) -> Result<Point> {
    tx.one(
        sql!(
            "SELECT id, meeting_id, matter_id, text, taken_by, due_on, outcome, reason, raised_at, version FROM point
             WHERE county_id = $1 AND id = $2"
        ),
        args![id],
    )
}

/// The points of a meeting in the order in which they were entered.
pub fn of_meeting(tx: &mut Tx<'_>, meeting: MeetingId) -> Result<Vec<Point>> {
    tx.all(
        sql!(
            "SELECT id, meeting_id, matter_id, text, taken_by, due_on, outcome, reason, raised_at, version FROM point
             WHERE county_id = $1 AND meeting_id = $2 ORDER BY id LIMIT 500"
        ),
        args![meeting],
    )
}

/// The points about a matter or one merged into it, by meeting, in the order in which they were entered.
pub fn of_matter(tx: &mut Tx<'_>, matter: MatterId) -> Result<Vec<Point>> {
    tx.all(
        sql!(
            "SELECT t.id, t.meeting_id, t.matter_id, t.text, t.taken_by, t.due_on, t.outcome, t.reason, t.raised_at, t.version
             FROM point t JOIN matter m ON m.county_id = t.county_id AND m.id = t.matter_id
             WHERE t.county_id = $1 AND (m.id = $2 OR m.merged_into = $2) ORDER BY t.id LIMIT 1000"
        ),
        args![matter],
    )
}
