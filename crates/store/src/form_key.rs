//! Form keys: every write a client can send carries one, so that a second press, a lost answer or a failover has one effect.

use crate::{Result, Tx, args, sql};
use civic::time::Timestamp;
use uuid::Uuid;

/// What is known of a form's key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// Nothing yet: go on, and [`keep`] the answer in the same transaction.
    Fresh,
    /// The same form with the same content was done: give the first answer again.
    Same(String),
    /// The key was used with other content: show what was saved, keep what is new before the reader's eyes.
    Other(String),
}

/// Looks a key up. `owner` is the account's or the visitor's own word, so that nobody can guess another's.
pub fn seen(tx: &mut Tx<'_>, owner: &str, form: Uuid, digest: [u8; 32]) -> Result<Seen> {
    let row: Option<(Vec<u8>, String)> = tx.optional(
        sql!("SELECT digest, answer FROM form_key WHERE county_id = $1 AND owner = $2 AND form = $3"),
        args![owner, form],
    )?;
    Ok(match row {
        None => Seen::Fresh,
        Some((known, answer)) if known == digest => Seen::Same(answer),
        Some((_, answer)) => Seen::Other(answer),
    })
}

/// Remembers the answer of a form.
pub fn keep(tx: &mut Tx<'_>, owner: &str, form: Uuid, digest: [u8; 32], answer: &str, now: Timestamp) -> Result<()> {
    tx.run(
        sql!("INSERT INTO form_key (county_id, owner, form, digest, answer, at) VALUES ($1, $2, $3, $4, $5, $6)"),
        args![owner, form, digest, answer, now],
    )?;
    Ok(())
}

/// Whose the rows of [`told`] are: nobody's. What finds such a row is made of what was written and of the sender's own cookie.
const TOLD: &str = "told";

/// The answer of a text that was sent after `since` from the same session, in another form (somebody went back and sent again).
pub fn told(tx: &mut Tx<'_>, mark: Uuid, digest: [u8; 32], since: Timestamp) -> Result<Option<String>> {
    let row: Option<(String,)> = tx.optional(
        sql!(
            "SELECT answer FROM form_key WHERE county_id = $1 AND owner = $2 AND form = $3 AND digest = $4 AND at > $5"
        ),
        args![TOLD, mark, digest, since],
    )?;
    Ok(row.map(|(answer,)| answer))
}

/// Remembers for a while how a text was answered; the same text sent later than that is a new one.
pub fn keep_told(tx: &mut Tx<'_>, mark: Uuid, digest: [u8; 32], answer: &str, now: Timestamp) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO form_key (county_id, owner, form, digest, answer, at) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (county_id, owner, form) DO UPDATE SET digest = $4, answer = $5, at = $6"
        ),
        args![TOLD, mark, digest, answer, now],
    )?;
    Ok(())
}

/// Forgets what [`told`] would not find any more after `before`, at most `rows_max` at a time.
pub fn forget_told(tx: &mut Tx<'_>, before: Timestamp, rows_max: u32) -> Result<u64> {
    tx.run(
        sql!(
            "DELETE FROM form_key WHERE county_id = $1 AND (owner, form) IN
             (SELECT owner, form FROM form_key WHERE county_id = $1 AND at < $2 AND owner = $4 ORDER BY at LIMIT $3)"
        ),
        args![before, rows_max, TOLD],
    )
}

/// Forgets keys older than `before`, at most `rows_max` at a time.
pub fn forget(tx: &mut Tx<'_>, before: Timestamp, rows_max: u32) -> Result<u64> {
    tx.run(
        sql!(
            "DELETE FROM form_key WHERE county_id = $1 AND (owner, form) IN
             (SELECT owner, form FROM form_key WHERE county_id = $1 AND at < $2 ORDER BY at LIMIT $3)"
        ),
        args![before, rows_max],
    )
}
