//! Standings: who may do what where, begun and ended with dates.

use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::id::{AccountId, PlaceId, StandingId};
use civic::people::standing::{Post, Standing};
use civic::time::Day;
use civic::token::Token;

impl FromRow for Standing {
    const TABLE: &'static str = "standing";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get()?,
            account: row.get()?,
            place: row.get()?,
            organisation: row.get()?,
            post: row.token()?,
            from: row.get()?,
            until: row.get()?,
            document: row.get()?,
        })
    }
}

/// Writes a new standing.
pub fn put(tx: &mut Tx<'_>, standing: &Standing) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO standing (county_id, id, account_id, place_id, organisation_id, post, from_day, until_day, document)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        ),
        args![
            standing.id,
            standing.account,
            standing.place,
            standing.organisation,
            standing.post.as_str(),
            standing.from,
            standing.until,
            standing.document.as_deref()
        ],
    )?;
    Ok(())
}

/// A standing by its id.
pub fn get(tx: &mut Tx<'_>, id: StandingId) -> Result<Standing> {
    tx.one(
        sql!(
            "SELECT id, account_id, place_id, organisation_id, post, from_day, until_day, document FROM standing
             WHERE county_id = $1 AND id = $2"
        ),
        args![id],
    )
}

/// Writes the last day of a standing over the one that was read.
pub fn end(tx: &mut Tx<'_>, before: &Standing, until: Day) -> Result<()> {
    tx.change(
        sql!(
            "UPDATE standing SET until_day = $3 WHERE county_id = $1 AND id = $2
                 AND (until_day = $4 OR (until_day IS NULL AND CAST($4 AS TEXT) IS NULL))"
        ),
        args![before.id, until, before.until],
    )
}

/// Every standing of an account, past ones too, newest first.
pub fn all_of_account(tx: &mut Tx<'_>, account: AccountId) -> Result<Vec<Standing>> {
    tx.all(
        sql!(
            "SELECT id, account_id, place_id, organisation_id, post, from_day, until_day, document FROM standing
             WHERE county_id = $1 AND account_id = $2 ORDER BY from_day DESC, id DESC LIMIT 200"
        ),
        args![account],
    )
}

/// A standing with who holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The standing.
    pub standing: Standing,
    /// The name of who holds it; `None` once the account is closed.
    pub name: Option<String>,
    /// Whether the account has a password already.
    pub password_set: bool,
}

impl FromRow for Held {
    const TABLE: &'static str = "standing";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self { standing: Standing::from_row(row)?, name: row.get()?, password_set: row.get()? })
    }
}

/// Who holds or held posts at a place: those that hold on `day` or begin later first, then past ones, newest first.
pub fn held_at(tx: &mut Tx<'_>, place: PlaceId, day: Day, rows_max: u32) -> Result<Vec<Held>> {
    tx.all(
        sql!(
            "SELECT s.id, s.account_id, s.place_id, s.organisation_id, s.post, s.from_day, s.until_day, s.document, a.name,
                 a.password IS NOT NULL
             FROM standing s JOIN account a ON a.county_id = s.county_id AND a.id = s.account_id
             WHERE s.county_id = $1 AND s.place_id = $2
             ORDER BY CASE WHEN s.until_day IS NULL OR s.until_day >= $3 THEN 0 ELSE 1 END, s.post, s.from_day DESC, s.id LIMIT $4"
        ),
        args![place, day, rows_max],
    )
}

/// The standings of an account that hold on `day`.
pub fn of_account(tx: &mut Tx<'_>, account: AccountId, day: Day) -> Result<Vec<Standing>> {
    tx.all(
        sql!(
            "SELECT id, account_id, place_id, organisation_id, post, from_day, until_day, document FROM standing
             WHERE county_id = $1 AND account_id = $2 AND from_day <= $3 AND (until_day IS NULL OR until_day >= $3)
             ORDER BY from_day, id LIMIT 50"
        ),
        args![account, day],
    )
}

/// The standings in one post at a place, newest first, past ones too.
pub fn at_place(tx: &mut Tx<'_>, place: PlaceId, post: Post, rows_max: u32) -> Result<Vec<Standing>> {
    tx.all(
        sql!(
            "SELECT id, account_id, place_id, organisation_id, post, from_day, until_day, document FROM standing
             WHERE county_id = $1 AND place_id = $2 AND post = $3 ORDER BY from_day DESC, id DESC LIMIT $4"
        ),
        args![place, post.as_str(), rows_max],
    )
}
