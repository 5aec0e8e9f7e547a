//! Who is behind a session: loaded once a request, in one unit of work.

use super::{session, standing};
use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::id::{AccountId, PlaceId, ResidentId};
use civic::people::standing::Standing;
use civic::time::{Day, Timestamp};

/// What a page needs to know of who is signed in.
#[derive(Clone, Debug)]
pub struct Signed {
    /// The session.
    pub session: session::Session,
    /// The account.
    pub account: AccountId,
    /// `phone`, `card` or `staff`.
    pub account_kind: String,
    /// The name under which staff are shown.
    pub shown_name: Option<String>,
    /// The resident in whose name it acts, with name and hamlet.
    pub resident: Option<Resident>,
    /// The standings that hold today.
    pub standings: Vec<Standing>,
}

/// The resident in whose name an account acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resident {
    /// Its id.
    pub id: ResidentId,
    /// Its name; `None` once erased.
    pub name: Option<String>,
    /// Where its household is, and the places above, innermost first. Empty without a household.
    pub home: Vec<PlaceId>,
    /// Whether the resident is the account's own (a helper acts for others).
    pub own: bool,
}

struct AccountRow(String, String, Option<String>);
impl FromRow for AccountRow {
    const TABLE: &'static str = "account";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self(row.get()?, row.get()?, row.get()?))
    }
}

struct ResidentRow(Option<String>, Option<PlaceId>, Option<PlaceId>, Option<PlaceId>, Option<PlaceId>);
impl FromRow for ResidentRow {
    const TABLE: &'static str = "resident";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self(row.get()?, row.get()?, row.get()?, row.get()?, row.get()?))
    }
}

/// Loads who is behind a session; `None` when it is unknown, over (idle since before `idle`, begun before `old`) or its account
/// is not active any more.
pub fn load(tx: &mut Tx<'_>, id: [u8; 32], today: Day, idle: Timestamp, old: Timestamp) -> Result<Option<Signed>> {
    let Some(session) = session::get(tx, id)? else { return Ok(None) };
    if session.seen_at < idle || session.created_at < old {
        return Ok(None);
    }
    let account: Option<AccountRow> = tx.optional(
        sql!("SELECT kind, state, shown_name FROM account WHERE county_id = $1 AND id = $2"),
        args![session.account],
    )?;
    let Some(AccountRow(account_kind, state, shown_name)) = account else { return Ok(None) };
    if state == "closed" {
        return Ok(None);
    }
    let resident = match session.resident {
        None => None,
        Some(id) => {
            let row: Option<ResidentRow> = tx.optional(
                sql!(
                    "SELECT r.name, p.id, p.village_id, p.township_id, p.root_id FROM resident r
                     LEFT JOIN household h ON h.county_id = r.county_id AND h.id = r.household_id
                     LEFT JOIN place p ON p.county_id = h.county_id AND p.id = h.place_id
                     WHERE r.county_id = $1 AND r.id = $2 AND r.erased_at IS NULL"
                ),
                args![id],
            )?;
            let own = tx.number(
                sql!(
                    "SELECT COUNT(*) FROM account_resident
                     WHERE county_id = $1 AND account_id = $2 AND resident_id = $3 AND confirmed_at IS NOT NULL"
                ),
                args![session.account, id],
            )? > 0;
            row.map(|ResidentRow(name, hamlet, village, township, root)| {
                let mut home: Vec<PlaceId> = [hamlet, village, township, root].into_iter().flatten().collect();
                home.dedup();
                Resident { id, name, home, own }
            })
        }
    };
    let standings = standing::of_account(tx, session.account, today)?;
    Ok(Some(Signed { account: session.account, session, account_kind, shown_name, resident, standings }))
}
