//! Cards with a printed sign-in code.

use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::id::{AccountId, CardId, ResidentId};
use civic::people::card::Card;
use civic::token::Token;

impl FromRow for Card {
    const TABLE: &'static str = "card";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get()?,
            resident: row.get()?,
            account: row.get()?,
            hash: row.bytes()?,
            state: row.token()?,
            issued: row.get()?,
            until: row.get()?,
            used: row.get()?,
            version: row.get()?,
        })
    }
}

/// Writes a new card.
pub fn put(tx: &mut Tx<'_>, card: &Card) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO card (county_id, id, resident_id, account_id, hash, state, issued_on, until_on, used_on, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        ),
        args![
            card.id,
            card.resident,
            card.account,
            card.hash,
            card.state.as_str(),
            card.issued,
            card.until,
            card.used,
            card.version
        ],
    )?;
    Ok(())
}

/// Writes a changed card over the version that was read.
pub fn change(tx: &mut Tx<'_>, card: &Card) -> Result<()> {
    tx.change(
        sql!(
            "UPDATE card SET account_id = $3, state = $4, used_on = $5, version = version + 1
             WHERE county_id = $1 AND id = $2 AND version = $6"
        ),
        args![card.id, card.account, card.state.as_str(), card.used, card.version],
    )
}

/// A card by its id.
pub fn get(tx: &mut Tx<'_>, id: CardId) -> Result<Card> {
    tx.one(
        sql!(
            "SELECT id, resident_id, account_id, hash, state, issued_on, until_on, used_on, version FROM card
             WHERE county_id = $1 AND id = $2"
        ),
        args![id],
    )
}

/// The card of a code, by the code's keyed hash.
pub fn by_hash(tx: &mut Tx<'_>, hash: [u8; 32]) -> Result<Option<Card>> {
    tx.optional(
        sql!(
            "SELECT id, resident_id, account_id, hash, state, issued_on, until_on, used_on, version FROM card
             WHERE county_id = $1 AND hash = $2 LIMIT 1"
        ),
        args![hash],
    )
}

/// The cards of a resident, newest first.
pub fn of_resident(tx: &mut Tx<'_>, resident: ResidentId) -> Result<Vec<Card>> {
    tx.all(
        sql!(
            "SELECT id, resident_id, account_id, hash, state, issued_on, until_on, used_on, version FROM card
             WHERE county_id = $1 AND resident_id = $2 ORDER BY issued_on DESC, id DESC LIMIT 200"
        ),
        args![resident],
    )
}

/// The account that an earlier card of a resident opened and that is still in use.
pub fn account_of(tx: &mut Tx<'_>, resident: ResidentId) -> Result<Option<AccountId>> {
    let row: Option<(AccountId,)> = tx.optional(
        sql!(
            "SELECT a.id FROM account_resident l JOIN account a ON a.county_id = l.county_id AND a.id = l.account_id
             WHERE l.county_id = $1 AND l.resident_id = $2 AND l.until_day IS NULL AND a.kind = 'card' AND a.state = 'active'
             ORDER BY a.id LIMIT 1"
        ),
        args![resident],
    )?;
    Ok(row.map(|(id,)| id))
}
