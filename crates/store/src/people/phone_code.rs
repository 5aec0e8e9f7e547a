//! Codes sent to phones: one stands for a phone at a time.

use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::people::sign_in::PhoneCode;
use civic::time::Timestamp;

impl FromRow for PhoneCode {
    const TABLE: &'static str = "phone_code";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self { phone: row.get()?, hash: row.bytes()?, sent: row.get()?, wrong: row.int()?, used: row.get()? })
    }
}

/// Writes the code that stands for its phone from now on.
pub fn put(tx: &mut Tx<'_>, code: &PhoneCode) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO phone_code (county_id, phone, hash, sent_at, wrong, used) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (county_id, phone) DO UPDATE SET
                 hash = excluded.hash, sent_at = excluded.sent_at, wrong = excluded.wrong, used = excluded.used"
        ),
        args![code.phone.as_str(), code.hash, code.sent, code.wrong, code.used],
    )?;
    Ok(())
}

/// The code that stands for a phone.
pub fn get(tx: &mut Tx<'_>, phone: &str) -> Result<Option<PhoneCode>> {
    tx.optional(
        sql!("SELECT phone, hash, sent_at, wrong, used FROM phone_code WHERE county_id = $1 AND phone = $2"),
        args![phone],
    )
}

/// Forgets codes sent before `before`.
pub fn forget(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64> {
    tx.run(sql!("DELETE FROM phone_code WHERE county_id = $1 AND sent_at < $2"), args![before])
}
