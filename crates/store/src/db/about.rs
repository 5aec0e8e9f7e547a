//! What the engine says of itself, for whoever looks whether everything is in order.

use super::copy::Outcome;
use super::postgres::Address;
use super::sqlite;
use std::path::Path;

/// What the engine says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// Its version.
    pub version: String,
    /// Its clock, in milliseconds, where it has one of its own.
    pub clock: Option<i64>,
    /// What the database takes on the disk, in bytes.
    pub bytes: i64,
    /// How texts are kept and sorted.
    pub texts: String,
}

/// Asks the database at that address.
pub fn about(url: &str) -> Outcome<About> {
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        let mut client = Address::parse(url)?.connect()?;
        let row = client.query_one(
            "SELECT current_setting('server_version'), CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT),
                 pg_database_size(current_database()), pg_encoding_to_char(encoding)::TEXT || ', ' || datcollate::TEXT
             FROM pg_database WHERE datname = current_database()",
            &[],
        )?;
        return Ok(About {
            version: row.try_get(0)?,
            clock: Some(row.try_get(1)?),
            bytes: row.try_get(2)?,
            texts: row.try_get(3)?,
        });
    }
    let conn = sqlite::open(Path::new(url.strip_prefix("sqlite:").unwrap_or(url)), false)?;
    let number = |text: &str| conn.query_row(text, [], |row| row.get::<_, i64>(0));
    let bytes = number("PRAGMA page_count")?.saturating_mul(number("PRAGMA page_size")?);
    let texts: String = conn.query_row("PRAGMA encoding", [], |row| row.get(0))?;
    Ok(About { version: rusqlite::version().to_owned(), clock: None, bytes, texts: format!("{texts}, byte by byte") })
}
