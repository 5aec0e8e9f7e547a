//! Who is behind a session: loaded once a request, in one unit of work.

use super::{account, consent, session, standing};
use crate::{Error, FromRow, Reader, Result, Tx, args, sql};
use civic::id::{AccountId, PlaceId, ResidentId};
use civic::people::account::{AccountKind, AccountState};
use civic::people::consent::may_act_for;
use civic::people::sign_in::Session;
use civic::people::standing::{Action, Asker, Permit, Standing, Visibility, permit};
use civic::time::{Day, Timestamp};

/// What a page needs to know of who is signed in.
#[derive(Clone, Debug)]
pub struct Signed {
    /// The session.
    pub session: Session,
    /// The account.
    pub account: AccountId,
    /// By what the account signs in.
    pub account_kind: AccountKind,
    /// Whether the village has said who it is.
    pub account_state: AccountState,
    /// The name under which staff are shown, or that a registrant gave.
    pub shown_name: Option<String>,
    /// The resident in whose name it acts, with name and places.
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
    /// Where the person belongs today, and the places above, innermost first.
    pub home: Vec<PlaceId>,
    /// Whether the resident is the account's own (a helper acts for others).
    pub own: bool,
}

/// A resident's name with one of the places where the person belongs.
struct ResidentRow(Option<String>, Option<PlaceId>, Option<PlaceId>, Option<PlaceId>, Option<PlaceId>);
impl FromRow for ResidentRow {
    const TABLE: &'static str = "resident";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self(row.get()?, row.get()?, row.get()?, row.get()?, row.get()?))
    }
}

/// The resident in whose name the session acts: one of the account's own, or, for a helper, somebody whose consent holds now at a
/// place that the helper's post reaches. When either ends, the helper's power ends with the next request.
fn acting(
    tx: &mut Tx<'_>,
    session: &Session,
    standings: &[Standing],
    today: Day,
    now: Timestamp,
) -> Result<Option<Resident>> {
    let (id, own) = match (session.helping, session.resident) {
        (Some(id), _) => (id, false),
        (None, Some(id)) => (id, true),
        (None, None) => return Ok(None),
    };
    let allowed = if own {
        account::links(tx, session.account)?.iter().any(|link| link.resident == id && link.holds_on(today))
    } else {
        let consents = consent::between(tx, session.account, id)?;
        may_act_for(session.account, id, &consents, now).is_ok()
    };
    if !allowed {
        return Ok(None);
    }
    let Some((name, home)) = name_and_home(tx, id, today)? else { return Ok(None) };
    let helper = Asker { signed_in: true, standings: standings.to_vec(), ..Asker::default() };
    if !own && !matches!(permit(&helper, Action::HelpRaise, &home, Visibility::Draft, today), Permit::Yes(_)) {
        return Ok(None);
    }
    Ok(Some(Resident { id, name, home, own }))
}

/// A resident's name, and the places where the person belongs on a day with those above, innermost first. `None` when there is no
/// such person or the data was erased.
pub fn name_and_home(tx: &mut Tx<'_>, id: ResidentId, day: Day) -> Result<Option<(Option<String>, Vec<PlaceId>)>> {
    let rows: Vec<ResidentRow> = tx.all(
        sql!(
            "SELECT r.name, p.id, p.village_id, p.township_id, p.root_id FROM resident r
             LEFT JOIN membership m ON m.county_id = r.county_id AND m.resident_id = r.id
                 AND m.from_day <= $3 AND (m.until_day IS NULL OR m.until_day >= $3)
             LEFT JOIN place p ON p.county_id = m.county_id AND p.id = m.place_id
             WHERE r.county_id = $1 AND r.id = $2 AND r.erased_at IS NULL
             ORDER BY CASE WHEN m.kind IN ('villager', 'resident') THEN 0 ELSE 1 END, m.from_day, m.id LIMIT 20"
        ),
        args![id, day],
    )?;
    let Some(ResidentRow(name, ..)) = rows.first() else { return Ok(None) };
    let name = name.clone();
    let mut home: Vec<PlaceId> = Vec::new();
    for ResidentRow(_, hamlet, village, township, root) in rows {
        for place in [hamlet, village, township, root].into_iter().flatten() {
            if !home.contains(&place) {
                home.push(place);
            }
        }
    }
    Ok(Some((name, home)))
}

/// Loads who is behind a session; `None` when it is unknown or over, or its account is closed.
pub fn load(tx: &mut Tx<'_>, hash: [u8; 32], today: Day, now: Timestamp) -> Result<Option<Signed>> {
    let Some(session) = session::get(tx, hash)? else { return Ok(None) };
    if !session.holds_at(now) {
        return Ok(None);
    }
    let account = match account::get(tx, session.account) {
        Ok(account) => account,
        Err(Error::Missing) => return Ok(None),
        Err(error) => return Err(error),
    };
    if account.state == AccountState::Closed {
        return Ok(None);
    }
    let standings = standing::of_account(tx, session.account, today)?;
    let resident = acting(tx, &session, &standings, today, now)?;
    Ok(Some(Signed {
        account: session.account,
        session,
        account_kind: account.kind,
        account_state: account.state,
        shown_name: account.name,
        resident,
        standings,
    }))
}
