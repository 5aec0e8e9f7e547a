//! Counties: the one table that belongs to no county.

use crate::{Error, FromRow, Reader, Result, Tx, args, sql};
use civic::id::CountyId;
use civic::people::county as noun;
use civic::people::place::PlaceCode;
use civic::time::{Timestamp, Zone};

/// A county of this installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct County {
    /// Its id.
    pub id: CountyId,
    /// Its name.
    pub name: String,
    /// Its division code.
    pub division_code: String,
    /// The IANA name of its time zone.
    pub zone: String,
    /// The host name by which it is reached, when there are several counties.
    pub host: Option<String>,
    /// The telephone number on every page.
    pub phone: Option<String>,
    /// Whether people and codes in it are invented.
    pub demo: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

impl FromRow for County {
    const TABLE: &'static str = "county";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get()?,
            name: row.get()?,
            division_code: row.get()?,
            zone: row.get()?,
            host: row.get()?,
            phone: row.get()?,
            demo: row.get()?,
            created_at: row.get()?,
        })
    }
}

/// Writes a new county. Called in the county's own unit of work, whose id it takes.
pub fn put(tx: &mut Tx<'_>, county: &County) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO county (id, name, division_code, zone, host, phone, demo, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
        ),
        args![
            county.name.as_str(),
            county.division_code.as_str(),
            county.zone.as_str(),
            county.host.as_deref(),
            county.phone.as_deref(),
            county.demo,
            county.created_at
        ],
    )?;
    Ok(())
}

/// Sets the host name of a county. Called in the county's own unit of work.
pub fn set_host(tx: &mut Tx<'_>, host: Option<&str>) -> Result<()> {
    tx.change(sql!("UPDATE county SET host = $2 WHERE id = $1"), args![host])
}

/// Every county of the installation, oldest first. For a shared unit of work.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<County>> {
    tx.all(
        sql!(
            "SELECT id, name, division_code, zone, host, phone, demo, created_at FROM county ORDER BY created_at, id LIMIT 5000"
        ),
        &[],
    )
}

/// Whether the county of this unit of work has no entry of its own: its id if so.
pub(crate) const UNRECORDED: &str = sql!(
    "SELECT c.id FROM county c WHERE c.id = $1 AND NOT EXISTS
         (SELECT 1 FROM entry e WHERE e.county_id = $1 AND e.noun = $2 AND e.noun_id = c.id) LIMIT 1"
);

/// The county of this unit of work, as the record knows it.
pub fn get(tx: &mut Tx<'_>, id: CountyId) -> Result<noun::County> {
    let row: County = tx.one(
        sql!("SELECT id, name, division_code, zone, host, phone, demo, created_at FROM county WHERE id = $1"),
        &[],
    )?;
    if row.id != id {
        return Err(Error::Missing);
    }
    let code = PlaceCode::parse(&row.division_code).ok_or_else(|| Error::Corrupt {
        table: "county",
        column: "division_code".to_owned(),
        id: id.to_string(),
    })?;
    let zone = Zone::named(&row.zone).unwrap_or_else(Zone::china);
    let created = zone.day(row.created_at);
    Ok(noun::County { id, code, name: row.name, zone: row.zone, demo: row.demo, created, version: 1 })
}
