//! Corrections of postings: what a sheet said before and after. None is ever changed or deleted.

use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::decide::posting::Correction;
use civic::id::{CorrectionId, MatterId, PostingId};

impl FromRow for Correction {
    const TABLE: &'static str = "posting_correction";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get()?,
            posting: row.get()?,
            matter: row.get()?,
            turn: row.int()?,
            before: row.get()?,
            after: row.get()?,
            reason: row.get()?,
            substantial: row.get()?,
            corrected_on: row.get()?,
            until_before: row.get()?,
            until_after: row.get()?,
            recorded_at: row.get()?,
        })
    }
}

/// Writes a new correction.
pub fn put(tx: &mut Tx<'_>, correction: &Correction) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO posting_correction (county_id, id, posting_id, matter_id, turn, before_text, after_text, reason, substantial,
                 corrected_on, until_before_on, until_after_on, recorded_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
        ),
        args![
            correction.id,
            correction.posting,
            correction.matter,
            correction.turn,
            correction.before.as_str(),
            correction.after.as_str(),
            correction.reason.as_str(),
            correction.substantial,
            correction.corrected_on,
            correction.until_before,
            correction.until_after,
            correction.recorded_at
        ],
    )?;
    Ok(())
}

/// A correction by its id.
pub fn get(tx: &mut Tx<'_>, id: CorrectionId) -> Result<Correction> {
    tx.one(
        sql!(
            "SELECT id, posting_id, matter_id, turn, before_text, after_text, reason, substantial, corrected_on, until_before_on,
                 until_after_on, recorded_at
             FROM posting_correction WHERE county_id = $1 AND id = $2"
        ),
        args![id],
    )
}

/// The corrections of a posting, in order.
pub fn of_posting(tx: &mut Tx<'_>, posting: PostingId) -> Result<Vec<Correction>> {
    tx.all(
        sql!(
            "SELECT id, posting_id, matter_id, turn, before_text, after_text, reason, substantial, corrected_on, until_before_on,
                 until_after_on, recorded_at
             FROM posting_correction WHERE county_id = $1 AND posting_id = $2 ORDER BY turn LIMIT 200"
        ),
        args![posting],
    )
}

/// The corrections of every posting of a matter and of those merged into it, oldest first.
pub fn of_matter(tx: &mut Tx<'_>, matter: MatterId) -> Result<Vec<Correction>> {
    tx.all(
        sql!(
            "SELECT c.id, c.posting_id, c.matter_id, c.turn, c.before_text, c.after_text, c.reason, c.substantial, c.corrected_on,
                 c.until_before_on, c.until_after_on, c.recorded_at
             FROM posting_correction c JOIN matter m ON m.county_id = c.county_id AND m.id = c.matter_id
             WHERE c.county_id = $1 AND (m.id = $2 OR m.merged_into = $2) ORDER BY c.corrected_on, c.id LIMIT 200"
        ),
        args![matter],
    )
}
