//! Sessions: a sign-in at work. The table holds the digest of the token, never the token.

use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::id::{AccountId, ResidentId};
use civic::time::Timestamp;

/// A session's row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of the cookie's token.
    pub id: [u8; 32],
    /// Whose sign-in it is.
    pub account: AccountId,
    /// For which resident it acts; `None` for staff and until one of a family is chosen.
    pub resident: Option<ResidentId>,
    /// When it began: the absolute limit counts from here.
    pub created_at: Timestamp,
    /// When it was last used, to the minute: the idle limit counts from here.
    pub seen_at: Timestamp,
}

impl FromRow for Session {
    const TABLE: &'static str = "session";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            id: row.bytes()?,
            account: row.get()?,
            resident: row.get()?,
            created_at: row.get()?,
            seen_at: row.get()?,
        })
    }
}

/// Writes a new session.
pub fn put(tx: &mut Tx<'_>, session: &Session) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO session (county_id, id, account_id, resident_id, created_at, seen_at) VALUES ($1, $2, $3, $4, $5, $6)"
        ),
        args![session.id, session.account, session.resident, session.created_at, session.seen_at],
    )?;
    Ok(())
}

/// A session by the digest of its token.
pub fn get(tx: &mut Tx<'_>, id: [u8; 32]) -> Result<Option<Session>> {
    tx.optional(
        sql!("SELECT id, account_id, resident_id, created_at, seen_at FROM session WHERE county_id = $1 AND id = $2"),
        args![id],
    )
}

/// Notes that a session was used.
pub fn seen(tx: &mut Tx<'_>, id: [u8; 32], now: Timestamp) -> Result<()> {
    tx.run(sql!("UPDATE session SET seen_at = $3 WHERE county_id = $1 AND id = $2"), args![id, now])?;
    Ok(())
}

/// Sets for which resident a session acts.
pub fn choose(tx: &mut Tx<'_>, id: [u8; 32], resident: Option<ResidentId>) -> Result<()> {
    tx.change(sql!("UPDATE session SET resident_id = $3 WHERE county_id = $1 AND id = $2"), args![id, resident])
}

/// Ends a session.
pub fn end(tx: &mut Tx<'_>, id: [u8; 32]) -> Result<()> {
    tx.run(sql!("DELETE FROM session WHERE county_id = $1 AND id = $2"), args![id])?;
    Ok(())
}

/// Ends every session of an account: it was closed, or its password was changed.
pub fn end_all(tx: &mut Tx<'_>, account: AccountId) -> Result<u64> {
    tx.run(sql!("DELETE FROM session WHERE county_id = $1 AND account_id = $2"), args![account])
}

/// Forgets sessions last used before `idle` or begun before `old`.
pub fn forget(tx: &mut Tx<'_>, idle: Timestamp, old: Timestamp) -> Result<u64> {
    tx.run(sql!("DELETE FROM session WHERE county_id = $1 AND (seen_at < $2 OR created_at < $3)"), args![idle, old])
}
