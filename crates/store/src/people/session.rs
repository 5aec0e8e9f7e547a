//! Sessions: a sign-in at work. The table holds the hash of the token, never the token.

use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::id::{AccountId, ResidentId};
use civic::people::sign_in::{Lasting, Session};
use civic::time::Timestamp;
use civic::token::Token;

impl FromRow for Session {
    const TABLE: &'static str = "session";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            hash: row.bytes()?,
            account: row.get()?,
            resident: row.get()?,
            helping: row.get()?,
            lasting: row.token()?,
            began: row.get()?,
            noted: row.get()?,
        })
    }
}

/// Writes a new session.
pub fn put(tx: &mut Tx<'_>, session: &Session) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO session (county_id, hash, account_id, resident_id, helping_id, lasting, began_at, noted_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
        ),
        args![
            session.hash,
            session.account,
            session.resident,
            session.helping,
            session.lasting.as_str(),
            session.began,
            session.noted
        ],
    )?;
    Ok(())
}

/// A session by the hash of its token.
pub fn get(tx: &mut Tx<'_>, hash: [u8; 32]) -> Result<Option<Session>> {
    tx.optional(
        sql!(
            "SELECT hash, account_id, resident_id, helping_id, lasting, began_at, noted_at FROM session
             WHERE county_id = $1 AND hash = $2"
        ),
        args![hash],
    )
}

/// Notes that a session was used.
pub fn note(tx: &mut Tx<'_>, session: &Session) -> Result<()> {
    tx.run(
        sql!("UPDATE session SET noted_at = $3 WHERE county_id = $1 AND hash = $2"),
        args![session.hash, session.noted],
    )?;
    Ok(())
}

/// Sets who one said one is, and for whom a helper acts just now.
pub fn choose(
    tx: &mut Tx<'_>,
    hash: [u8; 32],
    resident: Option<ResidentId>,
    helping: Option<ResidentId>,
) -> Result<()> {
    tx.change(
        sql!("UPDATE session SET resident_id = $3, helping_id = $4 WHERE county_id = $1 AND hash = $2"),
        args![hash, resident, helping],
    )
}

/// Ends a session.
pub fn end(tx: &mut Tx<'_>, hash: [u8; 32]) -> Result<()> {
    tx.run(sql!("DELETE FROM session WHERE county_id = $1 AND hash = $2"), args![hash])?;
    Ok(())
}

/// Ends every session of an account but `except`: it was closed, or its password was changed.
pub fn end_all(tx: &mut Tx<'_>, account: AccountId, except: Option<[u8; 32]>) -> Result<u64> {
    tx.run(
        sql!("DELETE FROM session WHERE county_id = $1 AND account_id = $2 AND hash <> $3"),
        args![account, except.map(Vec::from).unwrap_or_default()],
    )
}

/// Forgets sessions that are over at `now`.
pub fn forget(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64> {
    let mut gone = 0;
    for lasting in Lasting::ALL {
        gone += tx.run(
            sql!("DELETE FROM session WHERE county_id = $1 AND lasting = $2 AND (noted_at <= $3 OR began_at <= $4)"),
            args![
                lasting.as_str(),
                now.plus_seconds(-lasting.idle_seconds()),
                now.plus_seconds(-lasting.absolute_seconds())
            ],
        )?;
    }
    Ok(gone)
}
