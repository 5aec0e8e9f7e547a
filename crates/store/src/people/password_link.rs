//! One-time links by which staff set their passwords.

use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::hex::{hex, unhex_exact};
use civic::id::{AccountId, Chance};
use civic::people::sign_in::{PasswordLink, make_link, token_hash};
use civic::time::Timestamp;

impl FromRow for PasswordLink {
    const TABLE: &'static str = "password_link";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self { hash: row.bytes()?, account: row.get()?, until: row.get()?, used: row.get()? })
    }
}

/// Makes a link for an account and answers its token as it stands in the address `/staff-link/{token}`. Links made before for the
/// same account open nothing any more.
pub fn issue(tx: &mut Tx<'_>, account: AccountId, now: Timestamp, chance: &mut dyn Chance) -> Result<String> {
    tx.run(sql!("DELETE FROM password_link WHERE county_id = $1 AND account_id = $2"), args![account])?;
    let (token, link) = make_link(account, now, chance);
    tx.run(
        sql!("INSERT INTO password_link (county_id, hash, account_id, until_at, used) VALUES ($1, $2, $3, $4, $5)"),
        args![link.hash, link.account, link.until, link.used],
    )?;
    Ok(hex(&token))
}

/// The link of a token as it stands in the address.
pub fn get(tx: &mut Tx<'_>, token: &str) -> Result<Option<PasswordLink>> {
    let Some(token) = unhex_exact(token) else { return Ok(None) };
    tx.optional(
        sql!("SELECT hash, account_id, until_at, used FROM password_link WHERE county_id = $1 AND hash = $2"),
        args![token_hash(&token)],
    )
}

/// Uses a link up; somebody else's press at the same instant finds it used.
pub fn spend(tx: &mut Tx<'_>, link: &PasswordLink) -> Result<()> {
    tx.change(
        sql!("UPDATE password_link SET used = $3 WHERE county_id = $1 AND hash = $2 AND used = $4"),
        args![link.hash, true, false],
    )
}

/// Forgets links that ended before `before`.
pub fn forget(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64> {
    tx.run(sql!("DELETE FROM password_link WHERE county_id = $1 AND until_at < $2"), args![before])
}
