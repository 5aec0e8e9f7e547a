//! Counties: the one table that belongs to no county.

use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::id::CountyId;
use civic::time::Timestamp;

/// A county of this installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct County {
    /// Its id.
    pub id: CountyId,
    /// Its name.
    pub name: String,
    /// Its six-digit division code.
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

/// Every county of the installation, oldest first. For a shared unit of work.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<County>> {
    tx.all(
        sql!(
            "SELECT id, name, division_code, zone, host, phone, demo, created_at FROM county ORDER BY created_at, id LIMIT 5000"
        ),
        &[],
    )
}
