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

/// Sets the last day of a standing that has none yet.
pub fn end(tx: &mut Tx<'_>, id: StandingId, until: Day) -> Result<()> {
    tx.change(
        sql!("UPDATE standing SET until_day = $3 WHERE county_id = $1 AND id = $2 AND until_day IS NULL"),
        args![id, until],
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
