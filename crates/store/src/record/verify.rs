//! Checks the record: the chain of seals, and every fact row against its last entry. It says sealed, waiting or altered, and
//! names the row and the field.

use super::entry::{Stored, last_of, matters_of, salts_of};
use crate::{Db, Error, FromRow, Reader, Result, Tx, args, sql};
use civic::id::CountyId;
use civic::record::{Entry, Facts, Hash, HashKind, Noun, Recorded, seal};
use civic::token::Token;
use serde_json::{Map, Value as Json};
use uuid::Uuid;

/// Entries read in one unit of work.
const PAGE: i64 = 500;

/// Something that does not add up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The seal of that number does not follow from the entry and the seal before: an entry was edited, removed or put in.
    Chain {
        /// The number.
        seq: i64,
    },
    /// A number is missing in the chain, or the head does not stand on the last one.
    Gap {
        /// The number that should be there.
        seq: i64,
    },
    /// A row does not say what its last entry says.
    Altered {
        /// Which noun.
        noun: Noun,
        /// Which row.
        id: Uuid,
        /// The id of its last entry.
        entry: Uuid,
        /// The fields that differ.
        fields: Vec<String>,
    },
    /// An entry or a row holds a value that the program itself could not have written.
    Unreadable {
        /// The table.
        table: &'static str,
        /// The column.
        column: String,
        /// The row.
        id: Uuid,
    },
    /// The record speaks of a row that is not there.
    Gone {
        /// Which noun.
        noun: Noun,
        /// Which row.
        id: Uuid,
    },
    /// A row of which the record knows nothing.
    Unrecorded {
        /// Which noun.
        noun: Noun,
        /// Which row.
        id: Uuid,
    },
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Entries whose seal holds.
    pub sealed: i64,
    /// Entries that wait for their seal.
    pub waiting: i64,
    /// Rows that say what their last entry says.
    pub rows: i64,
    /// The last seal.
    pub head: Option<String>,
    /// Everything that does not add up.
    pub problems: Vec<Problem>,
}

/// How the rows of one noun are read again.
pub(crate) struct Check {
    pub(crate) noun: Noun,
    /// The row's facts, with the salts that are still there; `None` when the row is not there.
    pub(crate) again: Again,
    /// Ids of rows without any entry, at most a thousand: a statement with the noun as `$2`.
    pub(crate) unrecorded: &'static str,
    /// Rows that stand under other places than their own place does, at most a thousand: id, and whether county, township and village
    /// differ. These columns are no facts, but lists and powers are found by them.
    pub(crate) levels: Option<&'static str>,
}

/// Reads a row and reckons its facts again.
pub(crate) type Again = fn(&mut Tx<'_>, Uuid, &dyn Fn(&str) -> Option<[u8; 16]>) -> Result<Option<Facts>>;

/// Makes the [`Check`] of a noun: `check!(civic type, its get function, its table)`, and [`Check::levels`] where the table has them.
#[macro_export]
macro_rules! check {
    ($noun:ty, $get:path, $table:literal) => { $crate::check!(@ $noun, $get, $table, None) };
    ($noun:ty, $get:path, $table:literal, $levels:expr) => { $crate::check!(@ $noun, $get, $table, Some($levels)) };
    (@ $noun:ty, $get:path, $table:literal, $levels:expr) => {
        $crate::record::verify::Check {
            noun: <$noun as civic::record::Recorded>::NOUN,
            again: |tx, id, salts| match $get(tx, civic::id::Id::from(id)) {
                Ok(row) => Ok(Some($crate::record::verify::again::<$noun>(&row, salts))),
                Err($crate::Error::Missing) => Ok(None),
                Err(error) => Err(error),
            },
            unrecorded: concat!(
                "SELECT t.id FROM ",
                $table,
                " t WHERE t.county_id = $1 AND NOT EXISTS (SELECT 1 FROM entry e WHERE e.county_id = $1",
                " AND e.noun = $2 AND e.noun_id = t.id) AND NOT EXISTS (SELECT 1 FROM roll_import_row i WHERE i.county_id = $1",
                " AND i.noun = $2 AND i.noun_id = t.id) ORDER BY t.id LIMIT 1000"
            ),
            levels: $levels,
        }
    };
}

/// The statements that [`check!`] puts together, for the test that prepares every statement.
#[doc(hidden)]
pub fn statements() -> Vec<&'static str> {
    checks().into_iter().map(|check| check.unrecorded).collect()
}

/// The nouns whose rows are compared with their entries, for the test that none is left out.
#[doc(hidden)]
pub fn nouns() -> Vec<Noun> {
    checks().into_iter().map(|check| check.noun).collect()
}

pub(crate) fn again<R: Recorded>(row: &R, salts: &dyn Fn(&str) -> Option<[u8; 16]>) -> Facts {
    Entry::facts_again(row, salts)
}

/// Every noun whose rows can be read again. A noun that writes entries and is missing here fails the test
/// `every_noun_of_the_record_is_checked`.
fn checks() -> Vec<Check> {
    let rooms = [
        crate::decide::checks(),
        crate::stage::checks(),
        crate::build::checks(),
        crate::manage::checks(),
        crate::evaluate::checks(),
        crate::share::checks(),
        crate::people::checks(),
        crate::programme::checks(),
        crate::rules::checks(),
    ];
    rooms.into_iter().flatten().collect()
}

/// Checks a county. On a running one it may be called at any time: entries written or sealed meanwhile are no problem.
pub fn county(db: &Db, county: CountyId) -> Result<Report> {
    let mut report = Report::default();
    let mut hash = Hash::START;
    let mut seq = 0;
    let head = loop {
        // The head is read in the same moment as the page that turns out to be the last, so that it is that page's head.
        let (page, head) = db.read_now(county, move |tx| {
            let head = tx.optional(sql!("SELECT seq, hash FROM entry_head WHERE county_id = $1"), &[])?;
            Ok::<(Vec<(Found, Option<String>)>, Option<(i64, Vec<u8>)>), Error>((sealed_after(tx, seq)?, head))
        })?;
        if page.is_empty() {
            break head;
        }
        for (found, canonical) in page {
            let at = found.seq.unwrap_or_default();
            if at != seq + 1 {
                report.problems.push(Problem::Gap { seq: seq + 1 });
            }
            seq = at;
            let there = found.hash.and_then(|h| <[u8; 32]>::try_from(h).ok()).map(Hash);
            let expected = match (&found.stored, canonical) {
                (Ok(stored), Some(canonical)) => {
                    let kind = stored.hash_kind.as_deref().and_then(HashKind::parse);
                    kind.map(|kind| seal(kind, hash, seq, stored.turn, &canonical))
                }
                (Err(Error::Corrupt { table, column, .. }), _) => {
                    let (column, id) = (column.clone(), found.id);
                    report.problems.push(Problem::Unreadable { table, column, id });
                    None
                }
                _ => None,
            };
            if expected.is_some() && expected == there {
                report.sealed += 1;
            } else {
                report.problems.push(Problem::Chain { seq });
            }
            // The walk goes on from the seal that stands there, so that one edit is named once and not ever after.
            hash = there.or(expected).unwrap_or(hash);
        }
    };
    match head {
        Some((at, sealed)) if at == seq && sealed == hash.0 => report.head = Some(hash.hex()),
        None if seq == 0 => {}
        _ => report.problems.push(Problem::Gap { seq: seq + 1 }),
    }
    report.waiting = db.read_now(county, waiting)?;
    // The walk begins at 1. A number below would hide an entry from it and from sealing, and yet speak for its row as the last one.
    let below: Vec<(i64,)> = db.read_now(county, |tx| {
        tx.all(sql!("SELECT seq FROM entry WHERE county_id = $1 AND seq < 1 ORDER BY seq LIMIT 1000"), &[])
    })?;
    report.problems.extend(below.into_iter().map(|(seq,)| Problem::Chain { seq }));
    for check in checks() {
        rows(db, county, &check, &mut report)?;
    }
    crate::people::roll_import::verify(db, county, &mut report)?;
    Ok(report)
}

/// How many entries wait for their seal.
pub fn waiting(tx: &mut Tx<'_>) -> Result<i64> {
    tx.number(sql!("SELECT COUNT(*) FROM entry WHERE county_id = $1 AND seq IS NULL"), &[])
}

/// Compares every row of one noun with its last entry.
fn rows(db: &Db, county: CountyId, check: &Check, report: &mut Report) -> Result<()> {
    let (noun, again, unrecorded) = (check.noun, check.again, check.unrecorded);
    let mut after = Uuid::nil();
    loop {
        let (problems, same, last) = db.read_now(county, move |tx| {
            let last: Vec<Found> = tx.all(
                sql!(
                    "SELECT seq, hash, id, noun_id, id, at, turn, verb, noun, noun_id, post, actor, facts, seq, hash_kind, hash FROM entry e
                     WHERE county_id = $1 AND noun = $2 AND noun_id > $3 AND turn =
                         (SELECT MAX(turn) FROM entry m WHERE m.county_id = $1 AND m.noun = $2 AND m.noun_id = e.noun_id)
                     ORDER BY noun_id LIMIT $4"
                ),
                args![noun.as_str(), after, PAGE],
            )?;
            let mut problems = Vec::new();
            let mut same = 0;
            for found in &last {
                // An unreadable entry was named on the walk along the chain when it is sealed; here it is named when it waits.
                let stored = match &found.stored {
                    Ok(stored) => stored,
                    Err(Error::Corrupt { table, column, .. }) => {
                        if found.seq.is_none() {
                            problems.push(Problem::Unreadable { table, column: column.clone(), id: found.id });
                        }
                        continue;
                    }
                    Err(error) => return Err(error.clone()),
                };
                let salts = salts_of(tx, stored.entry.id)?;
                let salt = |field: &str| salts.iter().find(|(f, _)| f == field).map(|(_, salt)| *salt);
                match again(tx, found.noun_id, &salt) {
                    Ok(None) => problems.push(Problem::Gone { noun, id: found.noun_id }),
                    Ok(Some(facts)) => {
                        let fields = differing(&stored.entry.facts, &facts.canonical());
                        if fields.is_empty() {
                            same += 1;
                        } else {
                            problems.push(Problem::Altered { noun, id: found.noun_id, entry: found.id, fields });
                        }
                    }
                    Err(Error::Corrupt { table, column, .. }) => {
                        problems.push(Problem::Unreadable { table, column, id: found.noun_id });
                    }
                    Err(error) => return Err(error),
                }
            }
            Ok::<_, Error>((problems, same, last.last().map(|found| found.noun_id)))
        })?;
        report.problems.extend(problems);
        report.rows += same;
        match last {
            Some(id) => after = id,
            None => break,
        }
    }
    if let Some(levels) = check.levels {
        report.problems.extend(db.read_now(county, move |tx| moved(tx, noun, levels))?);
    }
    let stray: Vec<(Uuid,)> = db.read_now(county, move |tx| tx.all(unrecorded, args![noun.as_str()]))?;
    report.problems.extend(stray.into_iter().map(|(id,)| Problem::Unrecorded { noun, id }));
    Ok(())
}

/// The rows of a noun that were put under other places.
fn moved(tx: &mut Tx<'_>, noun: Noun, levels: &'static str) -> Result<Vec<Problem>> {
    let rows: Vec<(Uuid, bool, bool, bool)> = tx.all(levels, &[])?;
    let problem = |(id, root, township, village)| {
        let entry = last_of(tx, noun, id)?.map_or(Uuid::nil(), |last| last.entry.id.uuid());
        let fields = [(root, "root_id"), (township, "township_id"), (village, "village_id")];
        let fields = fields.into_iter().filter(|(differs, _)| *differs).map(|(_, field)| field.to_owned()).collect();
        Ok(Problem::Altered { noun, id, entry, fields })
    };
    rows.into_iter().map(problem).collect()
}

/// The fields in which two canonical texts differ. A text whose salt is gone is missing on the second side and differs: erasing
/// writes an entry of what is left, so that nothing needs an older salt, and a salt that was taken away by hand hides no edit.
fn differing(recorded: &str, now: &str) -> Vec<String> {
    let read = |text: &str| serde_json::from_str::<Map<String, Json>>(text).unwrap_or_default();
    let (recorded, now) = (read(recorded), read(now));
    let mut fields: Vec<String> = recorded
        .iter()
        .filter(|(field, value)| now.get(*field) != Some(value))
        .map(|(field, _)| field.clone())
        .collect();
    fields.extend(now.keys().filter(|field| !recorded.contains_key(*field)).cloned());
    fields
}

/// An entry as it was found: what places it, and the rest if it can be read.
struct Found {
    seq: Option<i64>,
    hash: Option<Vec<u8>>,
    id: Uuid,
    noun_id: Uuid,
    stored: Result<Stored>,
}
impl FromRow for Found {
    const TABLE: &'static str = "entry";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            seq: row.get()?,
            hash: row.get().unwrap_or_default(),
            id: row.get()?,
            noun_id: row.get()?,
            stored: Stored::from_row(row),
        })
    }
}

fn sealed_after(tx: &mut Tx<'_>, seq: i64) -> Result<Vec<(Found, Option<String>)>> {
    let page: Vec<Found> = tx.all(
        sql!(
            "SELECT seq, hash, id, noun_id, id, at, turn, verb, noun, noun_id, post, actor, facts, seq, hash_kind, hash
             FROM entry WHERE county_id = $1 AND seq > $2 ORDER BY seq LIMIT $3"
        ),
        args![seq, PAGE],
    )?;
    page.into_iter()
        .map(|found| {
            let canonical = match &found.stored {
                Ok(stored) => {
                    let mut entry = stored.entry.clone();
                    entry.matters = matters_of(tx, entry.id)?;
                    Some(entry.canonical())
                }
                Err(_) => None,
            };
            Ok((found, canonical))
        })
        .collect()
}
