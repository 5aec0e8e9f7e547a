//! Accounts, and which residents each serves.

use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::id::{AccountId, PlaceId, ResidentId};
use civic::people::account::{Account, AccountKind, AccountResident, AccountState};
use civic::time::Day;
use civic::token::Token;

impl FromRow for Account {
    const TABLE: &'static str = "account";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get()?,
            kind: row.token()?,
            login: row.get()?,
            name: row.get()?,
            phone: row.get()?,
            password: row.get()?,
            place: row.get()?,
            state: row.token()?,
            created: row.get()?,
            closed: row.get()?,
            version: row.get()?,
        })
    }
}

impl FromRow for AccountResident {
    const TABLE: &'static str = "account_resident";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self { account: row.get()?, resident: row.get()?, from: row.get()?, until: row.get()?, version: row.get()? })
    }
}

/// Writes a new account. [`crate::Error::Clash`] when its phone or staff name is taken; look first.
pub fn put(tx: &mut Tx<'_>, account: &Account) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO account (county_id, id, kind, login, name, phone, password, place_id, state, created_on, closed_on, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
        ),
        args![
            account.id,
            account.kind.as_str(),
            account.login.as_deref(),
            account.name.as_deref(),
            account.phone.as_deref(),
            account.password.as_deref(),
            account.place,
            account.state.as_str(),
            account.created,
            account.closed,
            account.version
        ],
    )?;
    Ok(())
}

/// Writes a changed account over the version that was read.
pub fn change(tx: &mut Tx<'_>, account: &Account) -> Result<()> {
    tx.change(
        sql!(
            "UPDATE account SET login = $3, name = $4, phone = $5, password = $6, place_id = $7, state = $8, closed_on = $9,
                 version = version + 1
             WHERE county_id = $1 AND id = $2 AND version = $10"
        ),
        args![
            account.id,
            account.login.as_deref(),
            account.name.as_deref(),
            account.phone.as_deref(),
            account.password.as_deref(),
            account.place,
            account.state.as_str(),
            account.closed,
            account.version
        ],
    )
}

/// An account by its id.
pub fn get(tx: &mut Tx<'_>, id: AccountId) -> Result<Account> {
    tx.one(
        sql!(
            "SELECT id, kind, login, name, phone, password, place_id, state, created_on, closed_on, version FROM account
             WHERE county_id = $1 AND id = $2"
        ),
        args![id],
    )
}

/// The account of a phone.
pub fn by_phone(tx: &mut Tx<'_>, phone: &str) -> Result<Option<Account>> {
    tx.optional(
        sql!(
            "SELECT id, kind, login, name, phone, password, place_id, state, created_on, closed_on, version FROM account
             WHERE county_id = $1 AND phone = $2 LIMIT 1"
        ),
        args![phone],
    )
}

/// The account of a staff name, as [`civic::people::account::read_login`] reads it.
pub fn by_login(tx: &mut Tx<'_>, login: &str) -> Result<Option<Account>> {
    tx.optional(
        sql!(
            "SELECT id, kind, login, name, phone, password, place_id, state, created_on, closed_on, version FROM account
             WHERE county_id = $1 AND login = $2 LIMIT 1"
        ),
        args![login],
    )
}

/// Lets an account serve a resident, anew where it once did.
pub fn link(tx: &mut Tx<'_>, link: &AccountResident) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO account_resident (county_id, account_id, resident_id, from_day, until_day, version)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (county_id, account_id, resident_id) DO UPDATE SET
                 from_day = excluded.from_day, until_day = excluded.until_day, version = account_resident.version + 1"
        ),
        args![link.account, link.resident, link.from, link.until, link.version],
    )?;
    Ok(())
}

/// Writes the end of a link over the version that was read.
pub fn change_link(tx: &mut Tx<'_>, link: &AccountResident) -> Result<()> {
    tx.change(
        sql!(
            "UPDATE account_resident SET until_day = $4, version = version + 1
             WHERE county_id = $1 AND account_id = $2 AND resident_id = $3 AND version = $5"
        ),
        args![link.account, link.resident, link.until, link.version],
    )
}

/// The links of an account, ended ones too.
pub fn links(tx: &mut Tx<'_>, account: AccountId) -> Result<Vec<AccountResident>> {
    tx.all(
        sql!(
            "SELECT account_id, resident_id, from_day, until_day, version FROM account_resident
             WHERE county_id = $1 AND account_id = $2 ORDER BY from_day, resident_id LIMIT 200"
        ),
        args![account],
    )
}

/// The links to a resident, ended ones too.
pub fn links_to(tx: &mut Tx<'_>, resident: ResidentId) -> Result<Vec<AccountResident>> {
    tx.all(
        sql!(
            "SELECT account_id, resident_id, from_day, until_day, version FROM account_resident
             WHERE county_id = $1 AND resident_id = $2 ORDER BY from_day, account_id LIMIT 200"
        ),
        args![resident],
    )
}

/// Who an account serves on a day, by name: the choice after signing in.
pub fn serves(tx: &mut Tx<'_>, account: AccountId, day: Day) -> Result<Vec<(ResidentId, String)>> {
    tx.all(
        sql!(
            "SELECT r.id, r.name FROM account_resident l
             JOIN resident r ON r.county_id = l.county_id AND r.id = l.resident_id
             WHERE l.county_id = $1 AND l.account_id = $2 AND l.from_day <= $3 AND (l.until_day IS NULL OR l.until_day >= $3)
                 AND r.name IS NOT NULL
             ORDER BY r.name, r.id LIMIT 50"
        ),
        args![account, day],
    )
}

/// The accounts that serve a resident on a day.
pub fn of_resident(tx: &mut Tx<'_>, resident: ResidentId, day: Day) -> Result<Vec<Account>> {
    tx.all(
        sql!(
            "SELECT a.id, a.kind, a.login, a.name, a.phone, a.password, a.place_id, a.state, a.created_on, a.closed_on, a.version
             FROM account_resident l JOIN account a ON a.county_id = l.county_id AND a.id = l.account_id
             WHERE l.county_id = $1 AND l.resident_id = $2 AND l.from_day <= $3 AND (l.until_day IS NULL OR l.until_day >= $3)
             ORDER BY a.id LIMIT 50"
        ),
        args![resident, day],
    )
}

/// Those who registered alone at a village or its hamlets and wait for its word, oldest first, after `after`.
pub fn waiting(
    tx: &mut Tx<'_>,
    village: PlaceId,
    after: Option<AccountId>,
    rows_max: u32,
) -> Result<Vec<(Account, String)>> {
    let rows: Vec<Waiting> = tx.all(
        sql!(
            "SELECT a.id, a.kind, a.login, a.name, a.phone, a.password, a.place_id, a.state, a.created_on, a.closed_on, a.version,
                 p.name
             FROM account a JOIN place p ON p.county_id = a.county_id AND p.id = a.place_id
             WHERE a.county_id = $1 AND a.state = 'waiting' AND p.village_id = $2 AND a.id > $3
             ORDER BY a.id LIMIT $4"
        ),
        args![village, after.map_or_else(uuid::Uuid::nil, AccountId::uuid), rows_max],
    )?;
    Ok(rows.into_iter().map(|row| (row.0, row.1)).collect())
}

struct Waiting(Account, String);
impl FromRow for Waiting {
    const TABLE: &'static str = "account";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self(Account::from_row(row)?, row.get()?))
    }
}

/// The staff names under which the demo county keeps one account for each part that a visitor can try. A resident's account
/// carries one too, which nobody can sign in with.
pub const DEMO_ROLES: [&str; 8] = [
    "demo-resident",
    "demo-elder",
    "demo-facilitator",
    "demo-committee",
    "demo-supervision",
    "demo-township",
    "demo-county",
    "demo-auditor",
];

/// One part that a visitor of the demo can try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoRole {
    /// Which of [`DEMO_ROLES`].
    pub role: &'static str,
    /// The account.
    pub account: AccountId,
    /// By what one would sign in.
    pub kind: AccountKind,
    /// The place where the part is played: that of the standing, or of the account.
    pub place_name: String,
    /// Who it is.
    pub name: String,
}

/// The parts that a visitor of the demo can try, in the order of [`DEMO_ROLES`]. Empty in a county that is no demo.
pub fn demo_roles(tx: &mut Tx<'_>, day: Day) -> Result<Vec<DemoRole>> {
    let mut found = Vec::new();
    for role in DEMO_ROLES {
        let Some(account) = by_login(tx, role)? else { continue };
        if account.state != AccountState::Active {
            continue;
        }
        let standing = super::standing::of_account(tx, account.id, day)?;
        let place = super::place::get(tx, standing.first().map_or(account.place, |s| s.place))?;
        let resident = serves(tx, account.id, day)?.into_iter().next();
        let name = resident.map(|(_, name)| name).or(account.name).unwrap_or_default();
        found.push(DemoRole { role, account: account.id, kind: account.kind, place_name: place.name, name });
    }
    Ok(found)
}
