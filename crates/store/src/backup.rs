//! Backups that were made, for whoever keeps the installation running.

use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::id::Id;
use civic::time::Timestamp;

/// Marks the ids of backups.
#[derive(Debug)]
pub enum Of {}

/// One backup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    /// Its id.
    pub id: Id<Of>,
    /// The moment that it shows.
    pub at: Timestamp,
    /// The length of the archive in bytes.
    pub bytes_len: i64,
    /// Files that rows name and that were not to be had.
    pub files_missing: i64,
    /// Sealed entries of the county's record in it.
    pub sealed: i64,
}

impl FromRow for Backup {
    const TABLE: &'static str = "backup";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get()?,
            at: row.get()?,
            bytes_len: row.get()?,
            files_missing: row.get()?,
            sealed: row.get()?,
        })
    }
}

/// Notes a backup.
pub fn put(tx: &mut Tx<'_>, backup: &Backup) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO backup (county_id, id, at, bytes_len, files_missing, sealed) VALUES ($1, $2, $3, $4, $5, $6)"
        ),
        args![backup.id, backup.at, backup.bytes_len, backup.files_missing, backup.sealed],
    )?;
    Ok(())
}

/// The last backups, newest first, at most `rows_max`.
pub fn last(tx: &mut Tx<'_>, rows_max: u32) -> Result<Vec<Backup>> {
    tx.all(
        sql!(
            "SELECT id, at, bytes_len, files_missing, sealed FROM backup WHERE county_id = $1 ORDER BY at DESC, id DESC LIMIT $2"
        ),
        args![rows_max],
    )
}

/// Forgets what was noted before `before`.
pub fn forget(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64> {
    tx.run(sql!("DELETE FROM backup WHERE county_id = $1 AND at < $2"), args![before])
}
