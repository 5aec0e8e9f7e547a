//! Announcements and their corrections.

use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::id::{AnnouncementCorrectionId, AnnouncementId, PlaceId};
use civic::programme::announcement::{Announcement, AnnouncementCorrection};
use civic::time::Day;
use civic::token::Token;
use uuid::Uuid;

impl FromRow for Announcement {
    const TABLE: &'static str = "announcement";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get()?,
            place: row.get()?,
            title: row.get()?,
            plain: row.get()?,
            original: row.get()?,
            document: row.get()?,
            published: row.get()?,
            until: row.get()?,
            state: row.token()?,
            ended: row.get()?,
            reason: row.get()?,
            corrections: row.int()?,
            created_at: row.get()?,
            version: row.get()?,
        })
    }
}

impl FromRow for AnnouncementCorrection {
    const TABLE: &'static str = "announcement_correction";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get()?,
            announcement: row.get()?,
            turn: row.int()?,
            before: row.get()?,
            after: row.get()?,
            until_before: row.get()?,
            until_after: row.get()?,
            reason: row.get()?,
            corrected: row.get()?,
            recorded_at: row.get()?,
        })
    }
}

/// Writes a new announcement.
pub fn put(tx: &mut Tx<'_>, one: &Announcement) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO announcement (county_id, id, place_id, title, plain, original, document, published_on, until_on, state, ended_on,
                 reason, corrections, created_at, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"
        ),
        args![
            one.id,
            one.place,
            one.title.as_str(),
            one.plain.as_str(),
            one.original.as_deref(),
            one.document.as_deref(),
            one.published,
            one.until,
            one.state.as_str(),
            one.ended,
            one.reason.as_deref(),
            i64::from(one.corrections),
            one.created_at,
            one.version
        ],
    )?;
    crate::search::announcement(tx, one)
}

/// Writes a changed announcement over the version that was read.
pub fn change(tx: &mut Tx<'_>, one: &Announcement) -> Result<()> {
    tx.change(
        sql!(
            "UPDATE announcement SET plain = $3, until_on = $4, state = $5, ended_on = $6, reason = $7, corrections = $8,
                 version = version + 1
             WHERE county_id = $1 AND id = $2 AND version = $9"
        ),
        args![
            one.id,
            one.plain.as_str(),
            one.until,
            one.state.as_str(),
            one.ended,
            one.reason.as_deref(),
            i64::from(one.corrections),
            one.version
        ],
    )?;
    crate::search::announcement(tx, one)
}

/// An announcement by its id.
pub fn get(tx: &mut Tx<'_>, id: AnnouncementId) -> Result<Announcement> {
    tx.one(
        sql!(
            "SELECT id, place_id, title, plain, original, document, published_on, until_on, state, ended_on, reason, corrections,
                 created_at, version
             FROM announcement WHERE county_id = $1 AND id = $2"
        ),
        args![id],
    )
}

/// One line of a list: the announcement, the name of the place that it is from, its questions and how many of them are overdue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The announcement.
    pub announcement: Announcement,
    /// The name of the place in whose name it is written.
    pub place_name: String,
    /// Questions that wait for their answer.
    pub waiting: i64,
    /// Of these, how many are past their last day.
    pub overdue: i64,
}

impl FromRow for Line {
    const TABLE: &'static str = "announcement";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        let announcement = Announcement::from_row(row)?;
        Ok(Self { announcement, place_name: row.get()?, waiting: row.get()?, overdue: row.get()? })
    }
}

/// Which announcements are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holding {
    /// Those that hold today.
    Now,
    /// Those that are over or were ended.
    Past,
}

/// What is announced to a place: by itself and by the places above (`path`: the place and those above it), the newest first, after
/// the line `after`.
pub fn of_path(
    tx: &mut Tx<'_>,
    path: &[PlaceId],
    holding: Holding,
    today: Day,
    after: Option<(Day, AnnouncementId)>,
    rows_max: u32,
) -> Result<Vec<Line>> {
    // A path has four places at most; a shorter one names its last again.
    let nth = |n: usize| path.get(n).or(path.last()).copied();
    let (day, id) = after.map_or(("9999-12-31".to_owned(), Uuid::max()), |(day, id)| (day.to_string(), id.uuid()));
    tx.all(
        sql!(
            "SELECT a.id, a.place_id, a.title, a.plain, a.original, a.document, a.published_on, a.until_on, a.state, a.ended_on, a.reason,
                 a.corrections, a.created_at, a.version, p.name,
                 (SELECT COUNT(*) FROM question q WHERE q.county_id = $1 AND q.announcement_id = a.id AND q.state = 'waiting'),
                 (SELECT COUNT(*) FROM question q WHERE q.county_id = $1 AND q.announcement_id = a.id AND q.state = 'waiting'
                     AND q.due_on < $6)
             FROM announcement a JOIN place p ON p.county_id = a.county_id AND p.id = a.place_id
             WHERE a.county_id = $1 AND a.place_id IN ($2, $3, $4, $5)
                 AND $7 = (a.state = 'standing' AND a.until_on >= $6) AND (a.published_on, a.id) < ($8, $9)
             ORDER BY a.published_on DESC, a.id DESC LIMIT $10"
        ),
        args![nth(0), nth(1), nth(2), nth(3), today, holding == Holding::Now, day, id, rows_max],
    )
}

/// Writes a correction.
pub fn put_correction(tx: &mut Tx<'_>, one: &AnnouncementCorrection) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO announcement_correction (county_id, id, announcement_id, turn, before_text, after_text, until_before_on,
                 until_after_on, reason, corrected_on, recorded_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        ),
        args![
            one.id,
            one.announcement,
            i64::from(one.turn),
            one.before.as_str(),
            one.after.as_str(),
            one.until_before,
            one.until_after,
            one.reason.as_str(),
            one.corrected,
            one.recorded_at
        ],
    )?;
    Ok(())
}

/// A correction by its id.
pub fn correction(tx: &mut Tx<'_>, id: AnnouncementCorrectionId) -> Result<AnnouncementCorrection> {
    tx.one(
        sql!(
            "SELECT id, announcement_id, turn, before_text, after_text, until_before_on, until_after_on, reason, corrected_on, recorded_at
             FROM announcement_correction WHERE county_id = $1 AND id = $2"
        ),
        args![id],
    )
}

/// The corrections of an announcement, the newest first.
pub fn corrections(tx: &mut Tx<'_>, announcement: AnnouncementId) -> Result<Vec<AnnouncementCorrection>> {
    tx.all(
        sql!(
            "SELECT id, announcement_id, turn, before_text, after_text, until_before_on, until_after_on, reason, corrected_on, recorded_at
             FROM announcement_correction WHERE county_id = $1 AND announcement_id = $2 ORDER BY turn DESC LIMIT 100"
        ),
        args![announcement],
    )
}
