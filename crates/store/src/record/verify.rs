//! Checks the record: the chain of seals, and every fact row against its last entry. It says sealed, waiting or altered, and
//! names the row and the field.

use super::entry::{Stored, matters_of, salts_of};
use crate::{Db, FromRow, Reader, Result, Tx, args, sql};
use civic::id::{CountyId, EntryId};
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
        /// Its last entry.
        entry: EntryId,
        /// The fields that differ.
        fields: Vec<String>,
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
    pub(crate) again: fn(&mut Tx<'_>, Uuid, &dyn Fn(&str) -> Option<[u8; 16]>) -> Result<Option<Facts>>,
    /// Ids of rows without any entry, at most a thousand.
    pub(crate) unrecorded: fn(&mut Tx<'_>) -> Result<Vec<(Uuid,)>>,
}

/// Makes the [`Check`] of a noun: `check!(civic type, its get function, its table)`.
#[macro_export]
macro_rules! check {
    ($noun:ty, $get:path, $table:literal) => {
        $crate::record::verify::Check {
            noun: <$noun as civic::record::Recorded>::NOUN,
            again: |tx, id, salts| match $get(tx, civic::id::Id::from(id)) {
                Ok(row) => Ok(Some($crate::record::verify::again::<$noun>(&row, salts))),
                Err($crate::Error::Missing) => Ok(None),
                Err(error) => Err(error),
            },
            unrecorded: |tx| {
                tx.all(
                    concat!(
                        "SELECT t.id FROM ",
                        $table,
                        " t WHERE t.county_id = $1 AND NOT EXISTS (SELECT 1 FROM entry e WHERE e.county_id = $1",
                        " AND e.noun = $2 AND e.noun_id = t.id) ORDER BY t.id LIMIT 1000"
                    ),
                    $crate::args![civic::token::Token::as_str(<$noun as civic::record::Recorded>::NOUN)],
                )
            },
        }
    };
}

pub(crate) fn again<R: Recorded>(row: &R, salts: &dyn Fn(&str) -> Option<[u8; 16]>) -> Facts {
    Entry::facts_again(row, salts)
}

/// Every noun whose rows can be read again. A noun that writes entries and is missing here fails the test
/// `every_noun_of_the_record_is_checked`.
fn checks() -> Vec<Check> {
    crate::decide::checks().into_iter().chain(crate::people::checks()).collect()
}

/// Checks a county.
pub fn county(db: &Db, county: CountyId) -> Result<Report> {
    let mut report = Report::default();
    let mut hash = Hash::START;
    let mut seq = 0;
    loop {
        let page: Vec<(Stored, String)> = db.read_now(county, move |tx| sealed_after(tx, seq))?;
        if page.is_empty() {
            break;
        }
        for (stored, canonical) in page {
            let found = stored.seq.unwrap_or_default();
            if found != seq + 1 {
                report.problems.push(Problem::Gap { seq: seq + 1 });
            }
            seq = found;
            let kind = stored.hash_kind.as_deref().and_then(HashKind::parse).unwrap_or(HashKind::Sha256);
            let expected = seal(kind, hash, seq, &canonical);
            if stored.hash.as_deref() == Some(&expected.0[..]) {
                report.sealed += 1;
                hash = expected;
            } else {
                report.problems.push(Problem::Chain { seq });
                // The walk goes on from the seal that stands there, so that one edit is named once and not ever after.
                hash = stored.hash.and_then(|h| <[u8; 32]>::try_from(h).ok()).map_or(expected, Hash);
            }
        }
    }
    let head: Option<(i64, Vec<u8>)> =
        db.read_now(county, |tx| tx.optional(sql!("SELECT seq, hash FROM entry_head WHERE county_id = $1"), &[]))?;
    match head {
        Some((at, sealed)) if at == seq && sealed == hash.0 => report.head = Some(hash.hex()),
        None if seq == 0 => {}
        _ => report.problems.push(Problem::Gap { seq: seq + 1 }),
    }
    report.waiting = db.read_now(county, |tx| {
        tx.number(sql!("SELECT COUNT(*) FROM entry WHERE county_id = $1 AND seq IS NULL"), &[])
    })?;
    for check in checks() {
        rows(db, county, &check, &mut report)?;
    }
    Ok(report)
}

/// Compares every row of one noun with its last entry.
fn rows(db: &Db, county: CountyId, check: &Check, report: &mut Report) -> Result<()> {
    let (noun, again, unrecorded) = (check.noun, check.again, check.unrecorded);
    let mut after = Uuid::nil();
    loop {
        let (problems, same, last) = db.read_now(county, move |tx| {
            let last: Vec<Stored> = tx.all(
                sql!(
                    "SELECT id, at, turn, verb, noun, noun_id, post, actor, facts, seq, hash_kind, hash FROM entry e
                     WHERE county_id = $1 AND noun = $2 AND noun_id > $3 AND turn =
                         (SELECT MAX(turn) FROM entry m WHERE m.county_id = $1 AND m.noun = $2 AND m.noun_id = e.noun_id)
                     ORDER BY noun_id LIMIT $4"
                ),
                args![noun.as_str(), after, PAGE],
            )?;
            let mut problems = Vec::new();
            let mut same = 0;
            for stored in &last {
                let salts = salts_of(tx, stored.entry.id)?;
                let salt = |field: &str| salts.iter().find(|(f, _)| f == field).map(|(_, salt)| *salt);
                match again(tx, stored.entry.noun_id, &salt)? {
                    None => problems.push(Problem::Gone { noun, id: stored.entry.noun_id }),
                    Some(facts) => {
                        let fields = differing(&stored.entry.facts, &facts.canonical());
                        if fields.is_empty() {
                            same += 1;
                        } else {
                            let (id, entry) = (stored.entry.noun_id, stored.entry.id);
                            problems.push(Problem::Altered { noun, id, entry, fields });
                        }
                    }
                }
            }
            Ok::<_, crate::Error>((problems, same, last.last().map(|s| s.entry.noun_id)))
        })?;
        report.problems.extend(problems);
        report.rows += same;
        match last {
            Some(id) => after = id,
            None => break,
        }
    }
    let stray: Vec<(Uuid,)> = db.read_now(county, move |tx| unrecorded(tx))?;
    report.problems.extend(stray.into_iter().map(|(id,)| Problem::Unrecorded { noun, id }));
    Ok(())
}

/// The fields in which two canonical texts differ. A text whose salt was erased is missing on the second side and is no
/// difference; its digest can no longer be recomputed by anybody.
fn differing(recorded: &str, now: &str) -> Vec<String> {
    let read = |text: &str| serde_json::from_str::<Map<String, Json>>(text).unwrap_or_default();
    let (recorded, now) = (read(recorded), read(now));
    let erased = |field: &String, value: &Json| {
        !now.contains_key(field) && value.as_str().is_some_and(|v| v.starts_with("sha256:"))
    };
    let mut fields: Vec<String> = recorded
        .iter()
        .filter(|(field, value)| now.get(*field) != Some(value) && !erased(field, value))
        .map(|(field, _)| field.clone())
        .collect();
    fields.extend(now.keys().filter(|field| !recorded.contains_key(*field)).cloned());
    fields
}

struct Sealed(Stored);
impl FromRow for Sealed {
    const TABLE: &'static str = "entry";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Stored::from_row(row).map(Self)
    }
}

fn sealed_after(tx: &mut Tx<'_>, seq: i64) -> Result<Vec<(Stored, String)>> {
    let page: Vec<Sealed> = tx.all(
        sql!(
            "SELECT id, at, turn, verb, noun, noun_id, post, actor, facts, seq, hash_kind, hash FROM entry
             WHERE county_id = $1 AND seq > $2 ORDER BY seq LIMIT $3"
        ),
        args![seq, PAGE],
    )?;
    page.into_iter()
        .map(|Sealed(stored)| {
            let mut entry = stored.entry.clone();
            entry.matters = matters_of(tx, entry.id)?;
            let canonical = entry.canonical();
            Ok((stored, canonical))
        })
        .collect()
}
