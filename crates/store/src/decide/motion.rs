//! Motions, and the units that stand back from them.

use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::decide::motion::Motion;
use civic::id::{MatterId, MeetingId, MotionId};
use civic::token::Token;
use uuid::Uuid;

impl FromRow for Motion {
    const TABLE: &'static str = "motion";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get()?,
            meeting: row.get()?,
            matter: row.get()?,
            topic: row.get()?,
            option: row.get()?,
            item: row.token()?,
            ballot_mode: row.token()?,
            text: row.get()?,
            mover: row.get()?,
            seconder: row.get()?,
            // Rows of their own; every function here reads them behind it.
            recused: Vec::new(),
            state: row.token()?,
            outcome: row.token_or_none()?,
            count: row.get()?,
            put_at: row.get()?,
            version: row.get()?,
        })
    }
}

/// Gives each motion its recusals.
fn with_recusals(mut motions: Vec<Motion>, recusals: Vec<(MotionId, Uuid)>) -> Vec<Motion> {
    for (id, unit) in recusals {
        if let Some(motion) = motions.iter_mut().find(|motion| motion.id == id) {
            motion.recused.push(unit);
        }
    }
    motions
}

/// Writes a new motion.
pub fn put(tx: &mut Tx<'_>, motion: &Motion) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO motion (county_id, id, meeting_id, matter_id, topic_id, option_id, item, ballot_mode, text, mover, seconder, state,
                 outcome, count_id, put_at, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
        ),
        args![
            motion.id,
            motion.meeting,
            motion.matter,
            motion.topic,
            motion.option,
            motion.item.as_str(),
            motion.ballot_mode.as_str(),
            motion.text.as_str(),
            motion.mover.as_deref(),
            motion.seconder.as_deref(),
            motion.state.as_str(),
            motion.outcome.map(Token::as_str),
            motion.count,
            motion.put_at,
            motion.version
        ],
    )?;
    put_recusals(tx, motion)
}

fn put_recusals(tx: &mut Tx<'_>, motion: &Motion) -> Result<()> {
    for unit in &motion.recused {
        tx.run(
            sql!("INSERT INTO motion_recusal (county_id, motion_id, unit_id) VALUES ($1, $2, $3)"),
            args![motion.id, *unit],
        )?;
    }
    Ok(())
}

/// Writes a changed motion over the version that was read. Its wording never changes: another wording is another motion.
pub fn change(tx: &mut Tx<'_>, motion: &Motion) -> Result<()> {
    tx.change(
        sql!(
            "UPDATE motion SET state = $3, outcome = $4, count_id = $5, version = version + 1
             WHERE county_id = $1 AND id = $2 AND version = $6"
        ),
        args![motion.id, motion.state.as_str(), motion.outcome.map(Token::as_str), motion.count, motion.version],
    )?;
    tx.run(sql!("DELETE FROM motion_recusal WHERE county_id = $1 AND motion_id = $2"), args![motion.id])?;
    put_recusals(tx, motion)
}

/// A motion by its id.
pub fn get(tx: &mut Tx<'_>, id: MotionId) -> Result<Motion> {
    let motion: Motion = tx.one(
        sql!(
            "SELECT id, meeting_id, matter_id, topic_id, option_id, item, ballot_mode, text, mover, seconder, state, outcome, count_id,
                 put_at, version
             FROM motion WHERE county_id = $1 AND id = $2"
        ),
        args![id],
    )?;
    let recused: Vec<(Uuid,)> = tx.all(
        sql!("SELECT unit_id FROM motion_recusal WHERE county_id = $1 AND motion_id = $2 ORDER BY unit_id LIMIT 30001"),
        args![id],
    )?;
    Ok(Motion { recused: recused.into_iter().map(|(unit,)| unit).collect(), ..motion })
}

/// The motions of a meeting in the order in which they were put. Two statements.
pub fn of_meeting(tx: &mut Tx<'_>, meeting: MeetingId) -> Result<Vec<Motion>> {
    let motions = tx.all(
        sql!(
            "SELECT id, meeting_id, matter_id, topic_id, option_id, item, ballot_mode, text, mover, seconder, state, outcome, count_id,
                 put_at, version
             FROM motion WHERE county_id = $1 AND meeting_id = $2 ORDER BY id LIMIT 100"
        ),
        args![meeting],
    )?;
    let recusals = tx.all(
        sql!(
            "SELECT u.motion_id, u.unit_id FROM motion_recusal u
                 JOIN motion o ON o.county_id = u.county_id AND o.id = u.motion_id
             WHERE u.county_id = $1 AND o.meeting_id = $2 ORDER BY u.motion_id, u.unit_id LIMIT 100000"
        ),
        args![meeting],
    )?;
    Ok(with_recusals(motions, recusals))
}

/// The motions about a matter or one merged into it, oldest first. Two statements.
pub fn of_matter(tx: &mut Tx<'_>, matter: MatterId) -> Result<Vec<Motion>> {
    let motions = tx.all(
        sql!(
            "SELECT o.id, o.meeting_id, o.matter_id, o.topic_id, o.option_id, o.item, o.ballot_mode, o.text, o.mover, o.seconder, o.state,
                 o.outcome, o.count_id, o.put_at, o.version
             FROM motion o JOIN matter m ON m.county_id = o.county_id AND m.id = o.matter_id
             WHERE o.county_id = $1 AND (m.id = $2 OR m.merged_into = $2) ORDER BY o.id LIMIT 500"
        ),
        args![matter],
    )?;
    let recusals = tx.all(
        sql!(
            "SELECT u.motion_id, u.unit_id FROM motion_recusal u
                 JOIN motion o ON o.county_id = u.county_id AND o.id = u.motion_id
                 JOIN matter m ON m.county_id = o.county_id AND m.id = o.matter_id
             WHERE u.county_id = $1 AND (m.id = $2 OR m.merged_into = $2) ORDER BY u.motion_id, u.unit_id LIMIT 100000"
        ),
        args![matter],
    )?;
    Ok(with_recusals(motions, recusals))
}

/// How many motions of a meeting are neither counted nor taken back.
pub fn on_table(tx: &mut Tx<'_>, meeting: MeetingId) -> Result<usize> {
    let n = tx.number(
        sql!("SELECT COUNT(*) FROM motion WHERE county_id = $1 AND meeting_id = $2 AND state = $3"),
        args![meeting, civic::decide::motion::MotionState::Put.as_str()],
    )?;
    Ok(usize::try_from(n).unwrap_or_default())
}
