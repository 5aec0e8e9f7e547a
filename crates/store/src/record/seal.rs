//! Sealing: gives every waiting entry its number and chains it to the one before.

use super::entry::{Stored, matters_of};
use crate::{Done, Error, Quiet, Result, Tx, args, sql};
use civic::record::{Hash, HashKind, seal};
use civic::token::Token;

/// Entries sealed in one unit of work; the rest waits for the next.
pub const BATCH_MAX: i64 = 500;

/// Whether any entry waits for its seal.
pub fn any(tx: &mut Tx<'_>) -> Result<bool> {
    Ok(tx.number(sql!("SELECT CAST(1 AS BIGINT) FROM entry WHERE county_id = $1 AND seq IS NULL LIMIT 1"), &[])? == 1)
}

/// Seals the waiting entries of the county, oldest first, and says how many there were. Safe to run from several processes: the
/// head moves by compare-and-set, so that one of them wins and the other starts again.
pub fn waiting(tx: &mut Tx<'_>) -> Result<Done<usize>> {
    let entries: Vec<Stored> = tx.all(
        sql!(
            "SELECT id, at, turn, verb, noun, noun_id, post, actor, facts, seq, hash_kind, hash FROM entry
             WHERE county_id = $1 AND seq IS NULL ORDER BY at, turn, id LIMIT $2"
        ),
        args![BATCH_MAX],
    )?;
    if entries.is_empty() {
        return Ok(tx.commit_quiet(Quiet::Nothing, 0));
    }
    let head: Option<(i64, Vec<u8>)> =
        tx.optional(sql!("SELECT seq, hash FROM entry_head WHERE county_id = $1"), &[])?;
    let (start, mut hash) = match &head {
        None => (0, Hash::START),
        Some((seq, hash)) => {
            let hash = <[u8; 32]>::try_from(hash.as_slice()).map_err(|_| Error::Corrupt {
                table: "entry_head",
                column: "hash".to_owned(),
                id: tx.county().to_string(),
            })?;
            (*seq, Hash(hash))
        }
    };
    let mut seq = start;
    for stored in &entries {
        let mut entry = stored.entry.clone();
        entry.matters = matters_of(tx, entry.id)?;
        seq += 1;
        hash = seal(HashKind::Sha256, hash, seq, stored.turn, &entry.canonical());
        tx.change(
            sql!(
                "UPDATE entry SET seq = $2, hash_kind = $3, hash = $4 WHERE county_id = $1 AND id = $5 AND seq IS NULL"
            ),
            args![seq, HashKind::Sha256.as_str(), hash.0, entry.id],
        )?;
    }
    if head.is_none() {
        tx.run(sql!("INSERT INTO entry_head (county_id, seq, hash) VALUES ($1, $2, $3)"), args![seq, hash.0])?;
    } else {
        tx.change(
            sql!("UPDATE entry_head SET seq = $2, hash = $3 WHERE county_id = $1 AND seq = $4"),
            args![seq, hash.0, start],
        )?;
    }
    Ok(tx.commit_quiet(Quiet::Seal, entries.len()))
}
