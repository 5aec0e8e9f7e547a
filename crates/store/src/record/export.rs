//! The sealed record as lines of JSON, for whoever wants to check it elsewhere. No salts are among them: the file says no more
//! than the entries themselves, which hold no personal data.

use super::entry::Stored;
use crate::{Error, Result, Tx, args, sql};
use civic::hex::hex;
use civic::id::MatterId;
use civic::record::Hash;
use civic::token::Token;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use uuid::Uuid;

/// What the first line of a file calls itself.
pub const FORMAT: &str = "wugong.record.1";
/// Entries read in one unit of work.
pub const PAGE: i64 = 500;

/// Number and seal of the last sealed entry; `None` before the first.
pub fn head(tx: &mut Tx<'_>) -> Result<Option<(i64, Hash)>> {
    let row: Option<(i64, Vec<u8>)> =
        tx.optional(sql!("SELECT seq, hash FROM entry_head WHERE county_id = $1"), &[])?;
    row.map(|(seq, hash)| {
        <[u8; 32]>::try_from(hash).map(|hash| (seq, Hash(hash))).map_err(|_| Error::Corrupt {
            table: "entry_head",
            column: "hash".to_owned(),
            id: tx.county().to_string(),
        })
    })
    .transpose()
}

/// The first line of a file that ends at `head`.
pub fn first_line(county: Uuid, head: Option<(i64, Hash)>) -> String {
    let (count, hash) = head.map_or((0, String::new()), |(seq, hash)| (seq, hash.hex()));
    format!("{{\"count\":{count},\"county\":\"{county}\",\"format\":\"{FORMAT}\",\"head\":\"{hash}\"}}\n")
}

/// The next lines after the entry `after`, at most [`PAGE`] and none beyond `until`: `{"entry":{..},"hash":"..","hash_kind":"..",
/// "seq":n,"turn":n}` each. `entry` is the canonical JSON that is hashed. Empty when there are no more.
pub fn lines(tx: &mut Tx<'_>, after: i64, until: i64) -> Result<(String, i64)> {
    let to = until.min(after.saturating_add(PAGE));
    let entries: Vec<Stored> = tx.all(
        sql!(
            "SELECT id, at, turn, verb, noun, noun_id, post, actor, facts, seq, hash_kind, hash FROM entry
             WHERE county_id = $1 AND seq > $2 AND seq <= $3 ORDER BY seq LIMIT $4"
        ),
        args![after, to, PAGE],
    )?;
    // The matters of the whole page in one statement; an entry names few.
    let rows: Vec<(Uuid, MatterId)> = tx.all(
        sql!(
            "SELECT m.entry_id, m.matter_id FROM entry e JOIN entry_matter m ON m.county_id = e.county_id AND m.entry_id = e.id
             WHERE e.county_id = $1 AND e.seq > $2 AND e.seq <= $3 ORDER BY e.seq, m.matter_id LIMIT 500000"
        ),
        args![after, to],
    )?;
    let mut matters: BTreeMap<Uuid, Vec<MatterId>> = BTreeMap::new();
    for (entry, matter) in rows {
        matters.entry(entry).or_default().push(matter);
    }
    let (mut text, mut last) = (String::new(), after);
    for mut stored in entries {
        stored.entry.matters = matters.remove(&stored.entry.id.uuid()).unwrap_or_default();
        last = stored.seq.unwrap_or(last);
        let hash = hex(&stored.hash.unwrap_or_default());
        let kind = stored.hash_kind.as_deref().and_then(civic::record::HashKind::parse);
        let _ = writeln!(
            text,
            "{{\"entry\":{},\"hash\":\"{hash}\",\"hash_kind\":\"{}\",\"seq\":{last},\"turn\":{}}}",
            stored.entry.canonical(),
            kind.map_or("", Token::as_str),
            stored.turn
        );
    }
    Ok((text, last))
}
