//! Names that residents asked to have corrected. One for a resident at a time; it is gone once the committee has said yes or no.

use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::id::{PlaceId, ResidentId};
use civic::time::Timestamp;

/// A name that somebody asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameRequest {
    /// Whose.
    pub resident: ResidentId,
    /// The village whose committee says yes or no.
    pub village: PlaceId,
    /// The name asked for.
    pub name: String,
    /// When it was asked for.
    pub asked: Timestamp,
}

impl FromRow for NameRequest {
    const TABLE: &'static str = "name_request";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self { resident: row.get()?, village: row.get()?, name: row.get()?, asked: row.get()? })
    }
}

/// Writes a request over an earlier one.
pub fn put(tx: &mut Tx<'_>, request: &NameRequest) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO name_request (county_id, resident_id, village_id, name, asked_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (county_id, resident_id) DO UPDATE SET
                 village_id = excluded.village_id, name = excluded.name, asked_at = excluded.asked_at"
        ),
        args![request.resident, request.village, request.name.as_str(), request.asked],
    )?;
    Ok(())
}

/// The request of a resident.
pub fn get(tx: &mut Tx<'_>, resident: ResidentId) -> Result<Option<NameRequest>> {
    tx.optional(
        sql!(
            "SELECT resident_id, village_id, name, asked_at FROM name_request WHERE county_id = $1 AND resident_id = $2"
        ),
        args![resident],
    )
}

/// A request with the name that the roll has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The request.
    pub request: NameRequest,
    /// The name on the roll.
    pub name_now: String,
}

impl FromRow for Asked {
    const TABLE: &'static str = "name_request";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self { request: NameRequest::from_row(row)?, name_now: row.get()? })
    }
}

/// The requests before the committee of a village, oldest first.
pub fn of_village(tx: &mut Tx<'_>, village: PlaceId, rows_max: u32) -> Result<Vec<Asked>> {
    tx.all(
        sql!(
            "SELECT n.resident_id, n.village_id, n.name, n.asked_at, r.name FROM name_request n
             JOIN resident r ON r.county_id = n.county_id AND r.id = n.resident_id
             WHERE n.county_id = $1 AND n.village_id = $2 AND r.name IS NOT NULL ORDER BY n.asked_at, n.resident_id LIMIT $3"
        ),
        args![village, rows_max],
    )
}

/// Takes a request away.
pub fn end(tx: &mut Tx<'_>, resident: ResidentId) -> Result<()> {
    tx.run(sql!("DELETE FROM name_request WHERE county_id = $1 AND resident_id = $2"), args![resident])?;
    Ok(())
}
