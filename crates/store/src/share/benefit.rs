//! Who has something of a matter: a row is an edition and is never changed.

use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::id::{BenefitId, MatterId};
use civic::share::benefit::Benefit;

impl FromRow for Benefit {
    const TABLE: &'static str = "benefit";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get()?,
            matter: row.get()?,
            edition: row.get()?,
            households: row.get()?,
            persons: row.get()?,
            elderly: row.get()?,
            children: row.get()?,
            disabled: row.get()?,
            gave_nothing: row.get()?,
            basis: row.get()?,
            reason: row.get()?,
            published_on: row.get()?,
            recorded_at: row.get()?,
        })
    }
}

/// Writes an edition.
pub fn put(tx: &mut Tx<'_>, one: &Benefit) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO benefit (county_id, id, matter_id, edition, households, persons, elderly, children, disabled, gave_nothing, basis,
                 reason, published_on, recorded_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
        ),
        args![
            one.id,
            one.matter,
            one.edition,
            one.households,
            one.persons,
            one.elderly,
            one.children,
            one.disabled,
            one.gave_nothing,
            one.basis.as_str(),
            one.reason.as_deref(),
            one.published_on,
            one.recorded_at
        ],
    )?;
    Ok(())
}

/// An edition by its id.
pub fn get(tx: &mut Tx<'_>, id: BenefitId) -> Result<Benefit> {
    tx.one(
        sql!(
            "SELECT id, matter_id, edition, households, persons, elderly, children, disabled, gave_nothing, basis, reason, published_on,
                 recorded_at
             FROM benefit WHERE county_id = $1 AND id = $2"
        ),
        args![id],
    )
}

/// The editions of a matter, oldest first.
pub fn of_matter(tx: &mut Tx<'_>, matter: MatterId) -> Result<Vec<Benefit>> {
    tx.all(
        sql!(
            "SELECT id, matter_id, edition, households, persons, elderly, children, disabled, gave_nothing, basis, reason, published_on,
                 recorded_at
             FROM benefit WHERE county_id = $1 AND matter_id = $2 ORDER BY edition LIMIT 100"
        ),
        args![matter],
    )
}
