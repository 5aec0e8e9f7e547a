//! Objections to postings. Who objected and in what words is for those who answer, and for the objector alone.

use super::posting::rule_or_none;
use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::decide::objection::Objection;
use civic::id::{MatterId, ObjectionId, PostingId, ResidentId};
use civic::record::{Noun, Recorded};
use civic::token::Token;
use uuid::Uuid;

impl FromRow for Objection {
    const TABLE: &'static str = "objection";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get()?,
            matter: row.get()?,
            posting: row.get()?,
            resident: row.get()?,
            channel: row.token()?,
            received_on: row.get()?,
            text: row.get()?,
            due_on: row.get()?,
            answer_rule: rule_or_none(row)?,
            state: row.token()?,
            outcome: row.token_or_none()?,
            answer: row.get()?,
            answered_on: row.get()?,
            recorded_at: row.get()?,
            version: row.get()?,
        })
    }
}

/// Writes a new objection.
pub fn put(tx: &mut Tx<'_>, objection: &Objection) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO objection (county_id, id, matter_id, posting_id, resident_id, channel, received_on, text, due_on, answer_rule,
                 state, outcome, answer, answered_on, recorded_at, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
        ),
        args![
            objection.id,
            objection.matter,
            objection.posting,
            objection.resident,
            objection.channel.as_str(),
            objection.received_on,
            objection.text.as_str(),
            objection.due_on,
            objection.answer_rule.as_ref().map(ToString::to_string),
            objection.state.as_str(),
            objection.outcome.map(Token::as_str),
            objection.answer.as_deref(),
            objection.answered_on,
            objection.recorded_at,
            objection.version
        ],
    )?;
    Ok(())
}

/// Writes an answered objection over the version that was read.
pub fn change(tx: &mut Tx<'_>, objection: &Objection) -> Result<()> {
    tx.change(
        sql!(
            "UPDATE objection SET state = $3, outcome = $4, answer = $5, answered_on = $6, version = version + 1
             WHERE county_id = $1 AND id = $2 AND version = $7"
        ),
        args![
            objection.id,
            objection.state.as_str(),
            objection.outcome.map(Token::as_str),
            objection.answer.as_deref(),
            objection.answered_on,
            objection.version
        ],
    )
}

/// An objection by its id.
pub fn get(tx: &mut Tx<'_>, id: ObjectionId) -> Result<Objection> {
    tx.one(
        sql!(
            "SELECT id, matter_id, posting_id, resident_id, channel, received_on, text, due_on, answer_rule, state, outcome, answer,
                 answered_on, recorded_at, version
             FROM objection WHERE county_id = $1 AND id = $2"
        ),
        args![id],
    )
}

/// The objections to a posting in the order in which they were entered; their place in it is the number under which everybody reads
/// the answer.
pub fn of_posting(tx: &mut Tx<'_>, posting: PostingId) -> Result<Vec<Objection>> {
    tx.all(
        sql!(
            "SELECT id, matter_id, posting_id, resident_id, channel, received_on, text, due_on, answer_rule, state, outcome, answer,
                 answered_on, recorded_at, version
             FROM objection WHERE county_id = $1 AND posting_id = $2 ORDER BY id LIMIT 500"
        ),
        args![posting],
    )
}

/// The objections to every posting of a matter and of those merged into it, in the order in which they were entered.
pub fn of_matter(tx: &mut Tx<'_>, matter: MatterId) -> Result<Vec<Objection>> {
    tx.all(
        sql!(
            "SELECT o.id, o.matter_id, o.posting_id, o.resident_id, o.channel, o.received_on, o.text, o.due_on, o.answer_rule, o.state,
                 o.outcome, o.answer, o.answered_on, o.recorded_at, o.version
             FROM objection o JOIN matter m ON m.county_id = o.county_id AND m.id = o.matter_id
             WHERE o.county_id = $1 AND (m.id = $2 OR m.merged_into = $2) ORDER BY o.id LIMIT 500"
        ),
        args![matter],
    )
}

/// The objections that a resident made by name, newest first, after the objection `after`: for what the person sees and exports of
/// their own data.
pub fn of_resident(
    tx: &mut Tx<'_>,
    resident: ResidentId,
    after: Option<ObjectionId>,
    rows_max: u32,
) -> Result<Vec<Objection>> {
    tx.all(
        sql!(
            "SELECT id, matter_id, posting_id, resident_id, channel, received_on, text, due_on, answer_rule, state, outcome, answer,
                 answered_on, recorded_at, version
             FROM objection WHERE county_id = $1 AND resident_id = $2 AND id < $3 ORDER BY id DESC LIMIT $4"
        ),
        args![resident, after.map_or(Uuid::max(), |id| id.uuid()), rows_max],
    )
}

/// Erases who objected and in what words. The answer is the committee's and stays; so does the fact that there was an objection. The
/// caller writes the entry that says so.
pub fn erase(tx: &mut Tx<'_>, objection: &Objection) -> Result<Objection> {
    tx.change(
        sql!(
            "UPDATE objection SET text = '', resident_id = NULL, version = version + 1
             WHERE county_id = $1 AND id = $2 AND version = $3"
        ),
        args![objection.id, objection.version],
    )?;
    tx.run(
        sql!(
            "DELETE FROM entry_salt WHERE county_id = $1 AND field = 'text' AND entry_id IN
             (SELECT id FROM entry WHERE county_id = $1 AND noun = $2 AND noun_id = $3)"
        ),
        args![Noun::Objection.as_str(), objection.noun_id()],
    )?;
    Ok(Objection { text: String::new(), resident: None, version: objection.version + 1, ..objection.clone() })
}
