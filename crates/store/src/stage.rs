//! Waivers: the conditions before a stage that somebody let pass.

use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::id::{MatterId, WaiverId};
use civic::record::Recorded;
use civic::stage::Waiver;
use civic::token::Token;
use uuid::Uuid;

impl FromRow for Waiver {
    const TABLE: &'static str = "waiver";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get()?,
            matter: row.get()?,
            stage: row.token()?,
            condition: row.token()?,
            name: row.get()?,
            post: row.token()?,
            reason: row.get()?,
            waived_on: row.get()?,
            recorded_at: row.get()?,
        })
    }
}

pub(crate) fn checks() -> Vec<crate::record::verify::Check> {
    vec![crate::check!(Waiver, get, "waiver")]
}

/// Writes a waiver. It is never changed.
pub fn put(tx: &mut Tx<'_>, waiver: &Waiver) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO waiver (county_id, id, matter_id, stage, condition, name, post, reason, waived_on, recorded_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        ),
        args![
            waiver.noun_id(),
            waiver.matter,
            waiver.stage.as_str(),
            waiver.condition.as_str(),
            waiver.name.as_str(),
            waiver.post.as_str(),
            waiver.reason.as_str(),
            waiver.waived_on,
            waiver.recorded_at
        ],
    )?;
    Ok(())
}

/// A waiver by its id.
pub fn get(tx: &mut Tx<'_>, id: WaiverId) -> Result<Waiver> {
    tx.one(
        sql!(
            "SELECT id, matter_id, stage, condition, name, post, reason, waived_on, recorded_at FROM waiver
             WHERE county_id = $1 AND id = $2"
        ),
        args![id],
    )
}

/// The waivers of a matter, in the order in which they were entered.
pub fn of_matter(tx: &mut Tx<'_>, matter: MatterId) -> Result<Vec<Waiver>> {
    tx.all(
        sql!(
            "SELECT id, matter_id, stage, condition, name, post, reason, waived_on, recorded_at FROM waiver
             WHERE county_id = $1 AND matter_id = $2 ORDER BY recorded_at, id LIMIT 100"
        ),
        args![matter],
    )
}

/// One line of the register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The waiver.
    pub waiver: Waiver,
    /// The public number of its matter.
    pub number: String,
    /// The title of its matter.
    pub title: String,
    /// The name of its place.
    pub place_name: String,
}

impl FromRow for Line {
    const TABLE: &'static str = "waiver";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self { waiver: Waiver::from_row(row)?, number: row.get()?, title: row.get()?, place_name: row.get()? })
    }
}

/// The register of the county, latest first, from `before` on (exclusive).
pub fn register(tx: &mut Tx<'_>, before: Option<WaiverId>, max: u32) -> Result<Vec<Line>> {
    // Ids sort by the time at which they were made, so that one key pages through the register.
    tx.all(
        sql!(
            "SELECT w.id, w.matter_id, w.stage, w.condition, w.name, w.post, w.reason, w.waived_on, w.recorded_at, m.number,
                 m.title, p.name
             FROM waiver w
             JOIN matter m ON m.county_id = w.county_id AND m.id = w.matter_id
             JOIN place p ON p.county_id = m.county_id AND p.id = m.place_id
             WHERE w.county_id = $1 AND w.id < $2 AND m.number IS NOT NULL ORDER BY w.id DESC LIMIT $3"
        ),
        args![before.unwrap_or(WaiverId::from(Uuid::max())), max],
    )
}
