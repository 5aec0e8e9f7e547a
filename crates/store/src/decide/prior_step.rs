//! Prior steps of a matter.

use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::decide::prior_step::{PriorStep, Taken};
use civic::id::{MatterId, PriorStepId};
use civic::token::Token;

impl FromRow for PriorStep {
    const TABLE: &'static str = "prior_step";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get()?,
            matter: row.get()?,
            taken: Taken {
                body: row.token()?,
                on: row.get()?,
                eligible: row.int_or_none()?,
                present: row.int_or_none()?,
                in_favour: row.int_or_none()?,
                against: row.int_or_none()?,
                document: row.get()?,
            },
            recorded_at: row.get()?,
        })
    }
}

/// Writes a step. It is never changed: a step taken again is another one.
pub fn put(tx: &mut Tx<'_>, step: &PriorStep) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO prior_step (county_id, id, matter_id, body, taken_on, eligible, present, in_favour, against, document,
                 recorded_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        ),
        args![
            step.id,
            step.matter,
            step.taken.body.as_str(),
            step.taken.on,
            step.taken.eligible,
            step.taken.present,
            step.taken.in_favour,
            step.taken.against,
            step.taken.document.as_deref(),
            step.recorded_at
        ],
    )?;
    Ok(())
}

/// A step by its id.
pub fn get(tx: &mut Tx<'_>, id: PriorStepId) -> Result<PriorStep> {
    tx.one(
        sql!(
            "SELECT id, matter_id, body, taken_on, eligible, present, in_favour, against, document, recorded_at FROM prior_step
             WHERE county_id = $1 AND id = $2"
        ),
        args![id],
    )
}

/// The steps taken in a matter and in those merged into it, in the order of their days.
pub fn of_matter(tx: &mut Tx<'_>, matter: MatterId) -> Result<Vec<PriorStep>> {
    tx.all(
        sql!(
            "SELECT s.id, s.matter_id, s.body, s.taken_on, s.eligible, s.present, s.in_favour, s.against, s.document, s.recorded_at
             FROM prior_step s JOIN matter m ON m.county_id = s.county_id AND m.id = s.matter_id
             WHERE s.county_id = $1 AND (m.id = $2 OR m.merged_into = $2) ORDER BY s.taken_on, s.id LIMIT 200"
        ),
        args![matter],
    )
}
