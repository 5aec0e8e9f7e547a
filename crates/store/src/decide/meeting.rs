//! Meetings, and by which matters they are found.

use super::matter::{Within, levels};
use crate::record::verify::again;
use crate::{Error, FromRow, Reader, Result, Tx, args, sql};
use civic::decide::matter::Matter;
use civic::decide::meeting::{Meeting, MeetingState, Sort};
use civic::id::{Id, MatterId, MeetingId, PlaceId};
use civic::record::Facts;
use civic::time::Day;
use civic::token::Token;
use uuid::Uuid;

/// The rows that stand under other places than their own place does.
pub(super) const LEVELS: &str = sql!(
    "SELECT t.id, FALSE, t.township_id IS DISTINCT FROM p.township_id, t.village_id IS DISTINCT FROM p.village_id
     FROM meeting t JOIN place p ON p.county_id = t.county_id AND p.id = t.place_id
     WHERE t.county_id = $1 AND (t.township_id IS DISTINCT FROM p.township_id OR t.village_id IS DISTINCT FROM p.village_id)
     ORDER BY t.id LIMIT 1000"
);

impl FromRow for Meeting {
    const TABLE: &'static str = "meeting";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        let (id, place, matters) = (row.get()?, row.get()?, matters(row)?);
        let (body, mode, form) = (row.token_or_none()?, row.token_or_none()?, row.token_or_none()?);
        let sort = Sort::from_parts(body, mode, form).ok_or_else(|| row.corrupt())?;
        Ok(Self {
            id,
            place,
            matters,
            sort,
            state: row.token()?,
            title: row.get()?,
            held_on: row.get()?,
            minute: row.int_or_none()?,
            venue: row.get()?,
            kept_by: row.get()?,
            recorder: row.get()?,
            on_paper: row.get()?,
            roll: row.get()?,
            reconvened_from: row.get()?,
            reason: row.get()?,
            opened_at: row.get()?,
            closed_at: row.get()?,
            created_at: row.get()?,
            version: row.get()?,
        })
    }
}

/// The next column as the ids of a meeting's matters.
pub(super) fn matters(row: &mut Reader<'_>) -> Result<Vec<MatterId>> {
    let text: String = row.get()?;
    let ids = text.split(',').filter(|id| !id.is_empty());
    ids.map(|id| Id::parse(id).ok_or_else(|| row.corrupt())).collect()
}

/// Writes a new meeting and hangs it under its matters, which never change. A second one that takes up the same failed meeting is
/// a clash.
pub fn put(tx: &mut Tx<'_>, meeting: &Meeting) -> Result<()> {
    let (township, village) = levels(tx, meeting.place)?;
    let ids: Vec<String> = meeting.matters.iter().map(ToString::to_string).collect();
    tx.run(
        sql!(
            "INSERT INTO meeting (county_id, id, place_id, township_id, village_id, matter_ids, body, mode, form, state, title, held_on,
                 minute, venue, kept_by, recorder, on_paper, roll_id, reconvened_from_id, reason, opened_at, closed_at, created_at,
                 version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)"
        ),
        args![
            meeting.id,
            meeting.place,
            township,
            village,
            ids.join(","),
            meeting.sort.body().map(Token::as_str),
            meeting.sort.mode().map(Token::as_str),
            meeting.sort.form().map(Token::as_str),
            meeting.state.as_str(),
            meeting.title.as_deref(),
            meeting.held_on,
            meeting.minute,
            meeting.venue.as_deref(),
            meeting.kept_by.as_deref(),
            meeting.recorder.as_deref(),
            meeting.on_paper,
            meeting.roll,
            meeting.reconvened_from,
            meeting.reason.as_deref(),
            meeting.opened_at,
            meeting.closed_at,
            meeting.created_at,
            meeting.version
        ],
    )?;
    for matter in &meeting.matters {
        tx.run(
            sql!("INSERT INTO meeting_matter (county_id, meeting_id, matter_id) VALUES ($1, $2, $3)"),
            args![meeting.id, *matter],
        )?;
    }
    Ok(())
}

/// Writes a changed meeting over the version that was read. What kind it is, where and about what stays.
pub fn change(tx: &mut Tx<'_>, meeting: &Meeting) -> Result<()> {
    tx.change(
        sql!(
            "UPDATE meeting SET state = $3, held_on = $4, minute = $5, venue = $6, kept_by = $7, recorder = $8, on_paper = $9,
                 roll_id = $10, reason = $11, opened_at = $12, closed_at = $13, version = version + 1
             WHERE county_id = $1 AND id = $2 AND version = $14"
        ),
        args![
            meeting.id,
            meeting.state.as_str(),
            meeting.held_on,
            meeting.minute,
            meeting.venue.as_deref(),
            meeting.kept_by.as_deref(),
            meeting.recorder.as_deref(),
            meeting.on_paper,
            meeting.roll,
            meeting.reason.as_deref(),
            meeting.opened_at,
            meeting.closed_at,
            meeting.version
        ],
    )
}

/// Holds on to a meeting being open while something is written into it (who came, a motion, a count). Several may write at the same
/// moment; whoever closes it at that moment finds that it changed and looks again.
pub fn while_open(tx: &mut Tx<'_>, id: MeetingId) -> Result<()> {
    tx.change(
        sql!("UPDATE meeting SET version = version + 1 WHERE county_id = $1 AND id = $2 AND state = $3"),
        args![id, MeetingState::Open.as_str()],
    )
}

/// A meeting by its id.
pub fn get(tx: &mut Tx<'_>, id: MeetingId) -> Result<Meeting> {
    tx.one(
        sql!(
            "SELECT id, place_id, matter_ids, body, mode, form, state, title, held_on, minute, venue, kept_by, recorder, on_paper,
                 roll_id, reconvened_from_id, reason, opened_at, closed_at, created_at, version
             FROM meeting WHERE county_id = $1 AND id = $2"
        ),
        args![id],
    )
}

/// The meeting that took up a failed one again, if one did.
pub fn successor(tx: &mut Tx<'_>, failed: MeetingId) -> Result<Option<Meeting>> {
    tx.optional(
        sql!(
            "SELECT id, place_id, matter_ids, body, mode, form, state, title, held_on, minute, venue, kept_by, recorder, on_paper,
                 roll_id, reconvened_from_id, reason, opened_at, closed_at, created_at, version
             FROM meeting WHERE county_id = $1 AND reconvened_from_id = $2"
        ),
        args![failed],
    )
}

/// The meetings that hear a matter or one merged into it, in the order in which they were entered.
pub fn of_matter(tx: &mut Tx<'_>, matter: MatterId) -> Result<Vec<Meeting>> {
    tx.all(
        sql!(
            "SELECT id, place_id, matter_ids, body, mode, form, state, title, held_on, minute, venue, kept_by, recorder, on_paper,
                 roll_id, reconvened_from_id, reason, opened_at, closed_at, created_at, version
             FROM meeting WHERE county_id = $1 AND id IN
                 (SELECT l.meeting_id FROM meeting_matter l JOIN matter m ON m.county_id = l.county_id AND m.id = l.matter_id
                  WHERE l.county_id = $1 AND (m.id = $2 OR m.merged_into = $2))
             ORDER BY id LIMIT 200"
        ),
        args![matter],
    )
}

/// The matters that a meeting hears, as they are now.
pub fn matters_of(tx: &mut Tx<'_>, id: MeetingId) -> Result<Vec<Matter>> {
    tx.all(
        sql!(
            "SELECT m.id, m.place_id, m.title, m.number, m.categories, m.plan, m.build, m.manage, m.evaluate, m.share, m.merged_into, m.created_on, m.version
             FROM meeting_matter l JOIN matter m ON m.county_id = l.county_id AND m.id = l.matter_id
             WHERE l.county_id = $1 AND l.meeting_id = $2 ORDER BY m.id LIMIT 100"
        ),
        args![id],
    )
}

/// One line of a list of meetings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The meeting.
    pub meeting: Meeting,
    /// The name of its place.
    pub place_name: String,
    /// The title of the first matter that it hears, where it hears one.
    pub matter_title: Option<String>,
}

impl FromRow for Line {
    const TABLE: &'static str = "meeting";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self { meeting: Meeting::from_row(row)?, place_name: row.get()?, matter_title: row.get()? })
    }
}

/// Which meetings a list takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Called for `today` or later, or going on; the next one first. Those put off have no day that holds.
    ToCome,
    /// Over, or put off; the latest first.
    Past,
}

/// Meetings of which people were told, after the line `after` (its day and id). Drafts are not among them, nor are meetings called off
/// before they had a day.
pub fn list(
    tx: &mut Tx<'_>,
    within: Within,
    when: When,
    after: Option<(Day, MeetingId)>,
    rows_max: u32,
) -> Result<Vec<Line>> {
    let (first_day, first_id) = match when {
        When::ToCome => (String::new(), Uuid::nil()),
        When::Past => ("9999".to_owned(), Uuid::max()),
    };
    let (day, id) = after.map_or((first_day, first_id), |(day, id)| (day.to_string(), id.uuid()));
    let (convened, open) = (MeetingState::Convened.as_str(), MeetingState::Open.as_str());
    // A village and what lies in it is one index, the township and the county another.
    let (near, village, hamlet) = match within {
        Within::Village(village) => (true, village.uuid(), village.uuid()),
        Within::Near(hamlet, village) => (true, village.uuid(), hamlet.uuid()),
        Within::Township(_) | Within::County => (false, Uuid::nil(), Uuid::nil()),
    };
    let (whole, township) = match within {
        Within::Village(_) => (true, Uuid::nil()),
        Within::Near(..) => (false, Uuid::nil()),
        Within::Township(township) => (false, township.uuid()),
        Within::County => (true, Uuid::nil()),
    };
    match (when, near) {
        (When::ToCome, true) => tx.all(
            sql!(
                "SELECT e.id, e.place_id, e.matter_ids, e.body, e.mode, e.form, e.state, e.title, e.held_on, e.minute, e.venue, e.kept_by,
                     e.recorder, e.on_paper, e.roll_id, e.reconvened_from_id, e.reason, e.opened_at, e.closed_at, e.created_at,
                     e.version, p.name,
                     (SELECT MIN(m.title) FROM meeting_matter l JOIN matter m ON m.county_id = l.county_id AND m.id = l.matter_id
                      WHERE l.county_id = $1 AND l.meeting_id = e.id)
                 FROM meeting e JOIN place p ON p.county_id = e.county_id AND p.id = e.place_id
                 WHERE e.county_id = $1 AND e.village_id = $7 AND ($8 OR e.place_id IN ($7, $9)) AND e.held_on IS NOT NULL
                   AND e.state IN ($2, $3) AND (e.held_on, e.id) > ($4, $5)
                 ORDER BY e.held_on, e.id LIMIT $6"
            ),
            args![convened, open, day, id, rows_max, village, whole, hamlet],
        ),
        (When::ToCome, false) => tx.all(
            sql!(
                "SELECT e.id, e.place_id, e.matter_ids, e.body, e.mode, e.form, e.state, e.title, e.held_on, e.minute, e.venue, e.kept_by,
                     e.recorder, e.on_paper, e.roll_id, e.reconvened_from_id, e.reason, e.opened_at, e.closed_at, e.created_at,
                     e.version, p.name,
                     (SELECT MIN(m.title) FROM meeting_matter l JOIN matter m ON m.county_id = l.county_id AND m.id = l.matter_id
                      WHERE l.county_id = $1 AND l.meeting_id = e.id)
                 FROM meeting e JOIN place p ON p.county_id = e.county_id AND p.id = e.place_id
                 WHERE e.county_id = $1 AND ($7 OR e.township_id = $8) AND e.held_on IS NOT NULL
                   AND e.state IN ($2, $3) AND (e.held_on, e.id) > ($4, $5)
                 ORDER BY e.held_on, e.id LIMIT $6"
            ),
            args![convened, open, day, id, rows_max, whole, township],
        ),
        (When::Past, true) => tx.all(
            sql!(
                "SELECT e.id, e.place_id, e.matter_ids, e.body, e.mode, e.form, e.state, e.title, e.held_on, e.minute, e.venue, e.kept_by,
                     e.recorder, e.on_paper, e.roll_id, e.reconvened_from_id, e.reason, e.opened_at, e.closed_at, e.created_at,
                     e.version, p.name,
                     (SELECT MIN(m.title) FROM meeting_matter l JOIN matter m ON m.county_id = l.county_id AND m.id = l.matter_id
                      WHERE l.county_id = $1 AND l.meeting_id = e.id)
                 FROM meeting e JOIN place p ON p.county_id = e.county_id AND p.id = e.place_id
                 WHERE e.county_id = $1 AND e.village_id = $7 AND ($8 OR e.place_id IN ($7, $9)) AND e.held_on IS NOT NULL
                   AND e.state NOT IN ('draft', $2, $3) AND (e.held_on, e.id) < ($4, $5)
                 ORDER BY e.held_on DESC, e.id DESC LIMIT $6"
            ),
            args![convened, open, day, id, rows_max, village, whole, hamlet],
        ),
        (When::Past, false) => tx.all(
            sql!(
                "SELECT e.id, e.place_id, e.matter_ids, e.body, e.mode, e.form, e.state, e.title, e.held_on, e.minute, e.venue, e.kept_by,
                     e.recorder, e.on_paper, e.roll_id, e.reconvened_from_id, e.reason, e.opened_at, e.closed_at, e.created_at,
                     e.version, p.name,
                     (SELECT MIN(m.title) FROM meeting_matter l JOIN matter m ON m.county_id = l.county_id AND m.id = l.matter_id
                      WHERE l.county_id = $1 AND l.meeting_id = e.id)
                 FROM meeting e JOIN place p ON p.county_id = e.county_id AND p.id = e.place_id
                 WHERE e.county_id = $1 AND ($7 OR e.township_id = $8) AND e.held_on IS NOT NULL
                   AND e.state NOT IN ('draft', $2, $3) AND (e.held_on, e.id) < ($4, $5)
                 ORDER BY e.held_on DESC, e.id DESC LIMIT $6"
            ),
            args![convened, open, day, id, rows_max, whole, township],
        ),
    }
}

/// Meetings of a village that are being prepared or were put off, for who prepares them.
pub fn in_hand(tx: &mut Tx<'_>, village: PlaceId, after: Option<MeetingId>, rows_max: u32) -> Result<Vec<Line>> {
    tx.all(
        sql!(
            "SELECT e.id, e.place_id, e.matter_ids, e.body, e.mode, e.form, e.state, e.title, e.held_on, e.minute, e.venue, e.kept_by,
                 e.recorder, e.on_paper, e.roll_id, e.reconvened_from_id, e.reason, e.opened_at, e.closed_at, e.created_at,
                 e.version, p.name,
                 (SELECT MIN(m.title) FROM meeting_matter l JOIN matter m ON m.county_id = l.county_id AND m.id = l.matter_id
                  WHERE l.county_id = $1 AND l.meeting_id = e.id)
             FROM meeting e JOIN place p ON p.county_id = e.county_id AND p.id = e.place_id
             WHERE e.county_id = $1 AND e.village_id = $2 AND e.state IN ($5, $6) AND e.id > $3
             ORDER BY e.id LIMIT $4"
        ),
        args![
            village,
            after.map_or(Uuid::nil(), |id| id.uuid()),
            rows_max,
            MeetingState::Draft.as_str(),
            MeetingState::Postponed.as_str()
        ],
    )
}

/// The facts for `verify`. A meeting that hangs under other matters than its own row names says none, so that the edit shows.
pub(super) fn facts(tx: &mut Tx<'_>, id: Uuid, salts: &dyn Fn(&str) -> Option<[u8; 16]>) -> Result<Option<Facts>> {
    let mut meeting = match get(tx, Id::from(id)) {
        Ok(meeting) => meeting,
        Err(Error::Missing) => return Ok(None),
        Err(error) => return Err(error),
    };
    let hung: Vec<(MatterId,)> = tx.all(
        sql!(
            "SELECT matter_id FROM meeting_matter WHERE county_id = $1 AND meeting_id = $2 ORDER BY matter_id LIMIT 1000"
        ),
        args![id],
    )?;
    let mut own = meeting.matters.clone();
    own.sort_unstable();
    if !own.into_iter().eq(hung.into_iter().map(|(id,)| id)) {
        meeting.matters = Vec::new();
    }
    Ok(Some(again(&meeting, salts)))
}
