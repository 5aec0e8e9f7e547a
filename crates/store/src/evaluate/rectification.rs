//! What is to be put right.

use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::evaluate::rectification::Rectification;
use civic::id::{MatterId, RectificationId};
use civic::token::Token;

impl FromRow for Rectification {
    const TABLE: &'static str = "rectification";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get()?,
            matter: row.get()?,
            cause: row.token()?,
            survey: row.get()?,
            issue: row.get()?,
            owner: row.get()?,
            due: row.get()?,
            state: row.token()?,
            evidence: row.get()?,
            done_on: row.get()?,
            done_by: row.get()?,
            finding: row.get()?,
            asked_again: row.get::<Option<i64>>()?.zip(row.get::<Option<i64>>()?),
            rechecked_on: row.get()?,
            reopened: row.get()?,
            created_at: row.get()?,
            version: row.get()?,
        })
    }
}

/// Writes a new one.
pub fn put(tx: &mut Tx<'_>, one: &Rectification) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO rectification (county_id, id, matter_id, cause, survey_id, issue, owner_body, due_on, state, reopened, created_at,
                 version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
        ),
        args![
            one.id,
            one.matter,
            one.cause.as_str(),
            one.survey,
            one.issue.as_str(),
            one.owner.as_str(),
            one.due,
            one.state.as_str(),
            one.reopened,
            one.created_at,
            one.version
        ],
    )?;
    Ok(())
}

/// Writes a changed one over the version that was read.
pub fn change(tx: &mut Tx<'_>, one: &Rectification) -> Result<()> {
    tx.change(
        sql!(
            "UPDATE rectification SET state = $3, evidence = $4, done_on = $5, done_by = $6, finding = $7, content = $8, asked = $9,
                 rechecked_on = $10, reopened = $11, version = version + 1
             WHERE county_id = $1 AND id = $2 AND version = $12"
        ),
        args![
            one.id,
            one.state.as_str(),
            one.evidence.as_deref(),
            one.done_on,
            one.done_by,
            one.finding.as_deref(),
            one.asked_again.map(|(n, _)| n),
            one.asked_again.map(|(_, all)| all),
            one.rechecked_on,
            one.reopened,
            one.version
        ],
    )
}

/// One by its id.
pub fn get(tx: &mut Tx<'_>, id: RectificationId) -> Result<Rectification> {
    tx.one(
        sql!(
            "SELECT id, matter_id, cause, survey_id, issue, owner_body, due_on, state, evidence, done_on, done_by, finding, content, asked,
                 rechecked_on, reopened, created_at, version
             FROM rectification WHERE county_id = $1 AND id = $2"
        ),
        args![id],
    )
}

/// Those of a matter and of those merged into it, oldest first.
pub fn of_matter(tx: &mut Tx<'_>, matter: MatterId) -> Result<Vec<Rectification>> {
    tx.all(
        sql!(
            "SELECT r.id, r.matter_id, r.cause, r.survey_id, r.issue, r.owner_body, r.due_on, r.state, r.evidence, r.done_on, r.done_by,
                 r.finding, r.content, r.asked, r.rechecked_on, r.reopened, r.created_at, r.version
             FROM rectification r JOIN matter m ON m.county_id = r.county_id AND m.id = r.matter_id
             WHERE r.county_id = $1 AND (m.id = $2 OR m.merged_into = $2) ORDER BY r.id LIMIT 100"
        ),
        args![matter],
    )
}
