//! One-time links by which staff set their passwords.

use crate::{FromRow, Reader, Result, Tx, args, sql};
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
    Ok(token.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The link of a token as it stands in the address.
pub fn get(tx: &mut Tx<'_>, token: &str) -> Result<Option<PasswordLink>> {
    let Some(token) = token_bytes(token) else { return Ok(None) };
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

/// The 32 bytes of a token written in hexadecimal.
pub fn token_bytes(token: &str) -> Option<[u8; 32]> {
    if token.len() != 64 || !token.is_ascii() {
        return None;
    }
    let bytes: Option<Vec<u8>> =
        (0..32).map(|at| token.get(2 * at..2 * at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok())).collect();
    bytes?.try_into().ok()
}
