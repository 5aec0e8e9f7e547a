//! Look-alikes: which public matters share the most two-character pieces with what is being typed. Works on short Chinese texts
//! without a dictionary, and alike on both engines.

use crate::{Result, Tx, args, sql};
use civic::id::{MatterId, PlaceId};
use std::collections::{BTreeMap, BTreeSet};

/// Pieces looked up for one text. More than this does not make the answer better.
const PIECES_MAX: usize = 40;

/// The distinct two-character pieces of a text, letters and digits only.
pub fn pieces(text: &str) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    let mut before: Option<char> = None;
    for c in text.chars().flat_map(char::to_lowercase) {
        if !c.is_alphanumeric() {
            before = None;
            continue;
        }
        if let Some(first) = before {
            out.insert(String::from_iter([first, c]));
        }
        before = Some(c);
    }
    out
}

/// Puts a matter's public words into the index, in place of what stood there.
pub fn index(tx: &mut Tx<'_>, matter: MatterId, place: PlaceId, text: &str) -> Result<()> {
    tx.run(sql!("DELETE FROM matter_piece WHERE county_id = $1 AND matter_id = $2"), args![matter])?;
    for piece in pieces(text) {
        tx.run(
            sql!("INSERT INTO matter_piece (county_id, piece, matter_id, place_id) VALUES ($1, $2, $3, $4)"),
            args![piece, matter, place],
        )?;
    }
    Ok(())
}

/// The matters at one of `places` that are most like `text`, best first: each with the share of the text's pieces that it has, in
/// percent. Matters that share fewer than two pieces or under a fifth are left out.
pub fn alike(tx: &mut Tx<'_>, places: &[PlaceId], text: &str, rows_max: usize) -> Result<Vec<(MatterId, usize)>> {
    let wanted: Vec<String> = pieces(text).into_iter().take(PIECES_MAX).collect();
    if wanted.len() < 2 {
        return Ok(Vec::new());
    }
    let places: BTreeSet<PlaceId> = places.iter().copied().collect();
    let mut shared: BTreeMap<MatterId, usize> = BTreeMap::new();
    // One statement whatever the text: ten pieces a turn, the last turn padded with pieces that are no words. Where a piece stands
    // in more matters than are read, the newest ones count: a look-alike is most often of these weeks.
    for ten in wanted.chunks(10) {
        let piece = |i: usize| ten.get(i).map_or("", String::as_str);
        let rows: Vec<(MatterId, PlaceId)> = tx.all(
            sql!(
                "SELECT matter_id, place_id FROM matter_piece
                 WHERE county_id = $1 AND piece IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
                 ORDER BY matter_id DESC LIMIT 5000"
            ),
            args![piece(0), piece(1), piece(2), piece(3), piece(4), piece(5), piece(6), piece(7), piece(8), piece(9)],
        )?;
        for (matter, place) in rows {
            if places.contains(&place) {
                *shared.entry(matter).or_default() += 1;
            }
        }
    }
    let mut found: Vec<(MatterId, usize)> = shared
        .into_iter()
        .map(|(matter, n)| (matter, n, n * 100 / wanted.len()))
        .filter(|(_, n, percent)| *n >= 2 && *percent >= 20)
        .map(|(matter, _, percent)| (matter, percent))
        .collect();
    found.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    found.truncate(rows_max);
    Ok(found)
}
