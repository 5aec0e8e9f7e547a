//! Judgements where there should be an association.

use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::id::{PlaceId, ShouldBuildId};
use civic::people::should_build::ShouldBuild;
use civic::token::Token;

impl FromRow for ShouldBuild {
    const TABLE: &'static str = "should_build";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get()?,
            place: row.get()?,
            kind: row.token()?,
            should: row.get()?,
            reason: row.get()?,
            judged: row.get()?,
            recorded_at: row.get()?,
        })
    }
}

/// Writes a judgement.
pub fn put(tx: &mut Tx<'_>, one: &ShouldBuild) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO should_build (county_id, id, place_id, kind, should, reason, judged_on, recorded_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
        ),
        args![one.id, one.place, one.kind.as_str(), one.should, one.reason.as_str(), one.judged, one.recorded_at],
    )?;
    Ok(())
}

/// A judgement by its id.
pub fn get(tx: &mut Tx<'_>, id: ShouldBuildId) -> Result<ShouldBuild> {
    tx.one(
        sql!(
            "SELECT id, place_id, kind, should, reason, judged_on, recorded_at FROM should_build WHERE county_id = $1 AND id = $2"
        ),
        args![id],
    )
}

/// A judgement with the name of its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The judgement.
    pub judgement: ShouldBuild,
    /// The name of its place.
    pub place_name: String,
}

impl FromRow for Line {
    const TABLE: &'static str = "should_build";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        let judgement = ShouldBuild::from_row(row)?;
        Ok(Self { judgement, place_name: row.get()? })
    }
}

/// Every judgement about a place and what is below it, by place and kind, of each the oldest first.
pub fn within(tx: &mut Tx<'_>, place: PlaceId) -> Result<Vec<Line>> {
    tx.all(
        sql!(
            "SELECT s.id, s.place_id, s.kind, s.should, s.reason, s.judged_on, s.recorded_at, p.name
             FROM should_build s JOIN place p ON p.county_id = s.county_id AND p.id = s.place_id
             WHERE s.county_id = $1 AND (p.id = $2 OR p.village_id = $2 OR p.township_id = $2 OR p.root_id = $2)
             ORDER BY p.code, s.kind, s.judged_on, s.id LIMIT 5000"
        ),
        args![place],
    )
}
