//! Who opened what is kept of persons. A row says the post and a keyed digest of the account, never a name; whoever is concerned sees day
//! and post, auditors see numbers.

use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::id::ResidentId;
use civic::people::opening::Opened;
use civic::people::standing::Post;
use civic::time::Day;
use civic::token::Token;
use uuid::Uuid;

/// One opening.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// The place, household, resident or need whose data it was.
    pub subject: Uuid,
    /// On which day.
    pub day: Day,
    /// What was opened.
    pub kind: Opened,
    /// In which post.
    pub post: Post,
    /// The account, as a digest under the county's secret.
    pub actor: [u8; 32],
}

/// Notes an opening. The same once more on one day is counted in its row.
pub fn put(tx: &mut Tx<'_>, opening: &Opening) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO opening (county_id, subject_id, day, kind, post, actor, times) VALUES ($1, $2, $3, $4, $5, $6, 1)
             ON CONFLICT (county_id, subject_id, day, kind, post, actor) DO UPDATE SET times = opening.times + 1"
        ),
        args![opening.subject, opening.day, opening.kind.as_str(), opening.post.as_str(), opening.actor],
    )?;
    Ok(())
}

/// What the person concerned sees of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// On which day.
    pub day: Day,
    /// What was opened.
    pub kind: Opened,
    /// In which post.
    pub post: Post,
    /// How often on that day.
    pub times: i64,
}

impl FromRow for Seen {
    const TABLE: &'static str = "opening";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self { day: row.get()?, kind: row.token()?, post: row.token()?, times: row.get()? })
    }
}

/// The openings of one subject, newest first, at most `rows_max`.
pub fn of(tx: &mut Tx<'_>, subject: Uuid, rows_max: u32) -> Result<Vec<Seen>> {
    tx.all(
        sql!(
            "SELECT day, kind, post, CAST(SUM(times) AS BIGINT) FROM opening WHERE county_id = $1 AND subject_id = $2
             GROUP BY day, kind, post ORDER BY day DESC, kind, post LIMIT $3"
        ),
        args![subject, rows_max],
    )
}

/// As [`of`], for every need that a resident raised under a name.
pub fn of_needs(tx: &mut Tx<'_>, resident: ResidentId, rows_max: u32) -> Result<Vec<Seen>> {
    tx.all(
        sql!(
            "SELECT o.day, o.kind, o.post, CAST(SUM(o.times) AS BIGINT) FROM need n
             JOIN opening o ON o.county_id = n.county_id AND o.subject_id = n.id
             WHERE n.county_id = $1 AND n.resident_id = $2
             GROUP BY o.day, o.kind, o.post ORDER BY o.day DESC, o.kind, o.post LIMIT $3"
        ),
        args![resident, rows_max],
    )
}

/// How often each kind was opened in each post from `from` on, for auditors.
pub fn counts(tx: &mut Tx<'_>, from: Day) -> Result<Vec<(String, String, i64)>> {
    tx.all(
        sql!(
            "SELECT kind, post, CAST(SUM(times) AS BIGINT) FROM opening WHERE county_id = $1 AND day >= $2
             GROUP BY kind, post ORDER BY kind, post LIMIT 200"
        ),
        args![from],
    )
}

/// Days forgotten in one unit of work.
const DAYS_MAX: usize = 32;

/// Forgets openings of days before `before`, day by day, at most `rows_max` of a day.
pub fn forget(tx: &mut Tx<'_>, before: Day, rows_max: u32) -> Result<u64> {
    let mut gone = 0;
    for _ in 0..DAYS_MAX {
        let day: Option<(Day,)> = tx.optional(
            sql!("SELECT day FROM opening WHERE county_id = $1 AND day < $2 ORDER BY day LIMIT 1"),
            args![before],
        )?;
        let Some((day,)) = day else { break };
        gone += tx.run(
            sql!(
                "DELETE FROM opening WHERE county_id = $1 AND day = $2 AND subject_id IN
                 (SELECT subject_id FROM opening WHERE county_id = $1 AND day = $2 ORDER BY subject_id LIMIT $3)"
            ),
            args![day, rows_max],
        )?;
    }
    Ok(gone)
}
