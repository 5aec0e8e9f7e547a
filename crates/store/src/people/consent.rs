//! Consents, with the sentence that was agreed to.

use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::id::{AccountId, ConsentId, NeedId, ResidentId};
use civic::people::consent::{Consent, ConsentKind};
use civic::token::Token;

impl FromRow for Consent {
    const TABLE: &'static str = "consent";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get()?,
            kind: row.token()?,
            resident: row.get()?,
            need: row.get()?,
            helper: row.get()?,
            way: row.token()?,
            given: row.get()?,
            withdrawn: row.get()?,
            version: row.get()?,
        })
    }
}

/// Writes a new consent. `wording` is the sentence that stood beside the box.
pub fn put(tx: &mut Tx<'_>, consent: &Consent, wording: &str) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO consent (county_id, id, kind, resident_id, need_id, helper_id, way, given_at, withdrawn_at, wording, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        ),
        args![
            consent.id,
            consent.kind.as_str(),
            consent.resident,
            consent.need,
            consent.helper,
            consent.way.as_str(),
            consent.given,
            consent.withdrawn,
            wording,
            consent.version
        ],
    )?;
    Ok(())
}

/// Writes a changed consent over the version that was read: only its end ever changes.
pub fn change(tx: &mut Tx<'_>, consent: &Consent) -> Result<()> {
    tx.change(
        sql!(
            "UPDATE consent SET withdrawn_at = $3, version = version + 1 WHERE county_id = $1 AND id = $2 AND version = $4"
        ),
        args![consent.id, consent.withdrawn, consent.version],
    )
}

/// A consent by its id.
pub fn get(tx: &mut Tx<'_>, id: ConsentId) -> Result<Consent> {
    tx.one(
        sql!(
            "SELECT id, kind, resident_id, need_id, helper_id, way, given_at, withdrawn_at, version FROM consent
             WHERE county_id = $1 AND id = $2"
        ),
        args![id],
    )
}

/// The consents by which a helper acts for a resident in everything, those withdrawn too, newest first.
pub fn between(tx: &mut Tx<'_>, helper: AccountId, resident: ResidentId) -> Result<Vec<Consent>> {
    tx.all(
        sql!(
            "SELECT id, kind, resident_id, need_id, helper_id, way, given_at, withdrawn_at, version FROM consent
             WHERE county_id = $1 AND helper_id = $2 AND resident_id = $3 AND need_id IS NULL AND kind = $4
             ORDER BY given_at DESC, id DESC LIMIT 50"
        ),
        args![helper, resident, ConsentKind::HelperActs.as_str()],
    )
}

/// The consents given for one need.
pub fn of_need(tx: &mut Tx<'_>, need: NeedId) -> Result<Vec<Consent>> {
    tx.all(
        sql!(
            "SELECT id, kind, resident_id, need_id, helper_id, way, given_at, withdrawn_at, version FROM consent
             WHERE county_id = $1 AND need_id = $2 ORDER BY given_at, id LIMIT 50"
        ),
        args![need],
    )
}

/// A consent as the person who gave it sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// The consent.
    pub consent: Consent,
    /// The sentence that was agreed to.
    pub wording: String,
    /// The helper's name, where it is for a helper.
    pub helper_name: Option<String>,
}

impl FromRow for Given {
    const TABLE: &'static str = "consent";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self { consent: Consent::from_row(row)?, wording: row.get()?, helper_name: row.get()? })
    }
}

/// Everything that a resident agreed to, newest first.
pub fn of_resident(tx: &mut Tx<'_>, resident: ResidentId) -> Result<Vec<Given>> {
    tx.all(
        sql!(
            "SELECT c.id, c.kind, c.resident_id, c.need_id, c.helper_id, c.way, c.given_at, c.withdrawn_at, c.version, c.wording,
                 a.name
             FROM consent c LEFT JOIN account a ON a.county_id = c.county_id AND a.id = c.helper_id
             WHERE c.county_id = $1 AND c.resident_id = $2 ORDER BY c.given_at DESC, c.id DESC LIMIT 200"
        ),
        args![resident],
    )
}
