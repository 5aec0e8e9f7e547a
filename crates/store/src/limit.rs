//! Rate limits: so many tries of one subject in a window.

use crate::{Result, Tx, args, sql};
use civic::time::Timestamp;

/// Counts one try of `subject` and says whether it is within `tries_max` in the window of `window_ms` that began with the first.
pub fn take(tx: &mut Tx<'_>, subject: &str, now: Timestamp, window_ms: i64, tries_max: i64) -> Result<bool> {
    let (used,): (i64,) = tx.one(
        sql!(
            "INSERT INTO rate_limit (county_id, subject, window_at, used) VALUES ($1, $2, $3, 1)
             ON CONFLICT (county_id, subject) DO UPDATE SET
                 used = CASE WHEN rate_limit.window_at <= $4 THEN 1 ELSE rate_limit.used + 1 END,
                 window_at = CASE WHEN rate_limit.window_at <= $4 THEN excluded.window_at ELSE rate_limit.window_at END
             RETURNING used"
        ),
        args![subject, now, now.plus_millis(-window_ms)],
    )?;
    Ok(used <= tries_max)
}

/// How many tries of `subject` lie in the window that is open now; none when there is no window. Counts nothing.
pub fn used(tx: &mut Tx<'_>, subject: &str, now: Timestamp, window_ms: i64) -> Result<i64> {
    tx.number(
        sql!("SELECT used FROM rate_limit WHERE county_id = $1 AND subject = $2 AND window_at > $3"),
        args![subject, now.plus_millis(-window_ms)],
    )
}

/// Forgets windows that began before `before`.
pub fn forget(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64> {
    tx.run(sql!("DELETE FROM rate_limit WHERE county_id = $1 AND window_at < $2"), args![before])
}
