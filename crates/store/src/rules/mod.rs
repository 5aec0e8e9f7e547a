//! Activations: from which day which rule pack is in force where.

use crate::record::verify::Check;
use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::id::ActivationId;
use civic::rules::{Activated, Activation};

/// How activations are read again for `verify`.
pub(crate) fn checks() -> Vec<Check> {
    vec![crate::check!(Activated, get, "rule_activation")]
}

impl FromRow for Activated {
    const TABLE: &'static str = "rule_activation";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get()?,
            activation: Activation {
                pack: row.get()?,
                version: row.int()?,
                place: row.get()?,
                from: row.get()?,
                until: row.get()?,
            },
            reason: row.get()?,
        })
    }
}

/// An activation by its id.
pub fn get(tx: &mut Tx<'_>, id: ActivationId) -> Result<Activated> {
    tx.one(
        sql!(
            "SELECT id, pack, pack_version, place_id, from_day, until_day, reason FROM rule_activation
             WHERE county_id = $1 AND id = $2"
        ),
        args![id],
    )
}

/// Every activation of the county under its id, the first one first.
pub fn activated(tx: &mut Tx<'_>) -> Result<Vec<Activated>> {
    tx.all(
        sql!(
            "SELECT id, pack, pack_version, place_id, from_day, until_day, reason FROM rule_activation
             WHERE county_id = $1 ORDER BY from_day, id LIMIT 1000"
        ),
        &[],
    )
}

/// Every activation of the county.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<Activation>> {
    Ok(activated(tx)?.into_iter().map(|one| one.activation).collect())
}

/// Ends an activation that was open.
pub fn end(tx: &mut Tx<'_>, ended: &Activated) -> Result<()> {
    tx.change(
        sql!(
            "UPDATE rule_activation SET until_day = $3, reason = $4
             WHERE county_id = $1 AND id = $2 AND until_day IS NULL"
        ),
        args![ended.id, ended.activation.until, ended.reason.as_deref()],
    )
}

/// Writes an activation.
pub fn put(tx: &mut Tx<'_>, activated: &Activated) -> Result<()> {
    let activation = &activated.activation;
    tx.run(
        sql!(
            "INSERT INTO rule_activation (county_id, id, pack, pack_version, place_id, from_day, until_day, reason)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
        ),
        args![
            activated.id,
            activation.pack.as_str(),
            activation.version,
            activation.place,
            activation.from,
            activation.until,
            activated.reason.as_deref()
        ],
    )?;
    Ok(())
}
