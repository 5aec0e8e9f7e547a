//! Rosters, their turns, and who took one. A turn taken makes no entry, so that stepping back leaves nothing behind.

use crate::{Error, FromRow, Reader, Result, Tx, args, jobs, sql};
use civic::id::{Chance, FacilityId, JobId, MatterId, ResidentId, RosterId, SignUpId, SlotId};
use civic::manage::roster::{Roster, SignUp, Slot};
use civic::time::{Day, Timestamp};
use civic::token::Token;
use serde_json::json;

impl FromRow for Roster {
    const TABLE: &'static str = "roster";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get()?,
            facility: row.get()?,
            matter: row.get()?,
            place: row.get()?,
            title: row.get()?,
            care: row.get()?,
            state: row.token()?,
            version: row.get()?,
        })
    }
}

impl FromRow for Slot {
    const TABLE: &'static str = "roster_slot";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get()?,
            roster: row.get()?,
            matter: row.get()?,
            from: row.get()?,
            until: row.get()?,
            task: row.get()?,
            people: row.int()?,
            state: row.token()?,
            version: row.get()?,
        })
    }
}

impl FromRow for SignUp {
    const TABLE: &'static str = "sign_up";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get()?,
            slot: row.get()?,
            resident: row.get()?,
            helper: row.get()?,
            show_name: row.get()?,
            offered: row.get()?,
            remind: row.get()?,
            until: row.get()?,
        })
    }
}

/// Writes a new roster.
pub fn put(tx: &mut Tx<'_>, one: &Roster) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO roster (county_id, id, facility_id, matter_id, place_id, title, care, state, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        ),
        args![
            one.id,
            one.facility,
            one.matter,
            one.place,
            one.title.as_str(),
            one.care.as_deref(),
            one.state.as_str(),
            one.version
        ],
    )?;
    Ok(())
}

/// Writes a changed roster over the version that was read.
pub fn change(tx: &mut Tx<'_>, one: &Roster) -> Result<()> {
    tx.change(
        sql!("UPDATE roster SET state = $3, version = version + 1 WHERE county_id = $1 AND id = $2 AND version = $4"),
        args![one.id, one.state.as_str(), one.version],
    )
}

/// A roster by its id.
pub fn get(tx: &mut Tx<'_>, id: RosterId) -> Result<Roster> {
    tx.one(
        sql!(
            "SELECT id, facility_id, matter_id, place_id, title, care, state, version FROM roster
             WHERE county_id = $1 AND id = $2"
        ),
        args![id],
    )
}

/// The rosters of a facility, latest first.
pub fn of_facility(tx: &mut Tx<'_>, facility: FacilityId) -> Result<Vec<Roster>> {
    tx.all(
        sql!(
            "SELECT id, facility_id, matter_id, place_id, title, care, state, version FROM roster
             WHERE county_id = $1 AND facility_id = $2 ORDER BY id DESC LIMIT 20"
        ),
        args![facility],
    )
}

/// The rosters of the facilities of a matter and of those merged into it, oldest first.
pub fn of_matter(tx: &mut Tx<'_>, matter: MatterId) -> Result<Vec<Roster>> {
    tx.all(
        sql!(
            "SELECT r.id, r.facility_id, r.matter_id, r.place_id, r.title, r.care, r.state, r.version
             FROM matter m JOIN facility f ON f.county_id = m.county_id AND f.matter_id = m.id
                 JOIN roster r ON r.county_id = f.county_id AND r.facility_id = f.id
             WHERE m.county_id = $1 AND (m.id = $2 OR m.merged_into = $2) ORDER BY r.id LIMIT 50"
        ),
        args![matter],
    )
}

/// Writes a new turn.
pub fn put_slot(tx: &mut Tx<'_>, slot: &Slot) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO roster_slot (county_id, id, roster_id, matter_id, from_on, until_on, task, people, state, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        ),
        args![
            slot.id,
            slot.roster,
            slot.matter,
            slot.from,
            slot.until,
            slot.task.as_str(),
            slot.people,
            slot.state.as_str(),
            slot.version
        ],
    )?;
    Ok(())
}

/// Writes a changed turn over the version that was read.
pub fn change_slot(tx: &mut Tx<'_>, slot: &Slot) -> Result<()> {
    tx.change(
        sql!(
            "UPDATE roster_slot SET state = $3, version = version + 1 WHERE county_id = $1 AND id = $2 AND version = $4"
        ),
        args![slot.id, slot.state.as_str(), slot.version],
    )
}

/// A turn by its id.
pub fn slot(tx: &mut Tx<'_>, id: SlotId) -> Result<Slot> {
    tx.one(
        sql!(
            "SELECT id, roster_id, matter_id, from_on, until_on, task, people, state, version FROM roster_slot
             WHERE county_id = $1 AND id = $2"
        ),
        args![id],
    )
}

/// The turns of a roster that end on `from` or later, in the order of their days.
pub fn slots(tx: &mut Tx<'_>, roster: RosterId, from: Day, rows_max: u32) -> Result<Vec<Slot>> {
    tx.all(
        sql!(
            "SELECT id, roster_id, matter_id, from_on, until_on, task, people, state, version FROM roster_slot
             WHERE county_id = $1 AND roster_id = $2 AND until_on >= $3 ORDER BY until_on, id LIMIT $4"
        ),
        args![roster, from, rows_max],
    )
}

/// Who has a turn, in the order in which they took it.
pub fn taken(tx: &mut Tx<'_>, slot: SlotId) -> Result<Vec<SignUp>> {
    tx.all(
        sql!(
            "SELECT id, slot_id, resident_id, helper_id, show_name, offered, remind, until_on FROM sign_up
             WHERE county_id = $1 AND slot_id = $2 ORDER BY id LIMIT 100"
        ),
        args![slot],
    )
}

/// A turn taken, with the name of who took it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Who took which turn.
    pub sign_up: SignUp,
    /// The person's name; empty once it was erased.
    pub name: String,
}

impl FromRow for Named {
    const TABLE: &'static str = "sign_up";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self { sign_up: SignUp::from_row(row)?, name: row.get()? })
    }
}

/// Who has the turns of a roster that end on `from` or later.
pub fn taken_of(tx: &mut Tx<'_>, roster: RosterId, from: Day) -> Result<Vec<Named>> {
    tx.all(
        sql!(
            "SELECT s.id, s.slot_id, s.resident_id, s.helper_id, s.show_name, s.offered, s.remind, s.until_on, r.name
             FROM roster_slot t JOIN sign_up s ON s.county_id = t.county_id AND s.slot_id = t.id
                 JOIN resident r ON r.county_id = s.county_id AND r.id = s.resident_id
             WHERE t.county_id = $1 AND t.roster_id = $2 AND t.until_on >= $3 ORDER BY s.id LIMIT 6000"
        ),
        args![roster, from],
    )
}

/// One of a person's own turns, for what that person sees of their own data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnTurn {
    /// The turn's roster.
    pub roster: RosterId,
    /// What the roster is about.
    pub title: String,
    /// What is to be done.
    pub task: String,
    /// Its first day.
    pub from: Day,
    /// Its last day.
    pub until: Day,
}

impl FromRow for OwnTurn {
    const TABLE: &'static str = "sign_up";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self { roster: row.get()?, title: row.get()?, task: row.get()?, from: row.get()?, until: row.get()? })
    }
}

/// A person's own turns, by their days.
pub fn of_resident(tx: &mut Tx<'_>, resident: ResidentId) -> Result<Vec<OwnTurn>> {
    tx.all(
        sql!(
            "SELECT r.id, r.title, t.task, t.from_on, t.until_on
             FROM sign_up s JOIN roster_slot t ON t.county_id = s.county_id AND t.id = s.slot_id
                 JOIN roster r ON r.county_id = t.county_id AND r.id = t.roster_id
             WHERE s.county_id = $1 AND s.resident_id = $2 ORDER BY t.from_on, t.id LIMIT 500"
        ),
        args![resident],
    )
}

/// Writes that somebody took a turn. The turn's version is compared and raised: two who take the last place at once are told apart also
/// where the database would let both pass.
pub fn sign_up(tx: &mut Tx<'_>, slot: &Slot, one: &SignUp) -> Result<()> {
    tx.change(
        sql!("UPDATE roster_slot SET version = version + 1 WHERE county_id = $1 AND id = $2 AND version = $3"),
        args![slot.id, slot.version],
    )?;
    put_sign_up(tx, one)
}

/// Writes that somebody took a turn, without asking whether others did so just now.
pub fn put_sign_up(tx: &mut Tx<'_>, one: &SignUp) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO sign_up (county_id, id, slot_id, resident_id, helper_id, show_name, offered, remind, until_on)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        ),
        args![one.id, one.slot, one.resident, one.helper, one.show_name, one.offered, one.remind, one.until],
    )?;
    Ok(())
}

/// Notes whether a turn is offered; [`Error::Clash`] when it is not there any more.
pub fn offer(tx: &mut Tx<'_>, one: &SignUp) -> Result<()> {
    tx.change(sql!("UPDATE sign_up SET offered = $3 WHERE county_id = $1 AND id = $2"), args![one.id, one.offered])
}

/// Takes somebody off a turn. Nothing of it stays. [`Error::Clash`] when it is not there any more.
pub fn step_back(tx: &mut Tx<'_>, id: SignUpId) -> Result<()> {
    match tx.run(sql!("DELETE FROM sign_up WHERE county_id = $1 AND id = $2"), args![id])? {
        1 => Ok(()),
        _ => Err(Error::Clash),
    }
}

/// Takes a person off every turn, on that person's wish to be erased.
pub fn erase(tx: &mut Tx<'_>, resident: ResidentId) -> Result<()> {
    tx.run(sql!("DELETE FROM sign_up WHERE county_id = $1 AND resident_id = $2"), args![resident])?;
    Ok(())
}

/// Forgets who had the turns that ended before `before`, at most `rows_max` at a time.
pub fn forget(tx: &mut Tx<'_>, before: Day, rows_max: u32) -> Result<u64> {
    tx.run(
        sql!(
            "DELETE FROM sign_up WHERE county_id = $1 AND id IN
             (SELECT id FROM sign_up WHERE county_id = $1 AND until_on < $2 ORDER BY until_on LIMIT $3)"
        ),
        args![before, rows_max],
    )
}

/// The kind of the job that reminds somebody who asked for it. Its payload is the id of the sign-up and nothing else: when the person
/// stepped back meanwhile, there is nobody to remind.
pub const REMIND: &str = "roster.remind";

/// Queues the reminder of a turn.
pub fn put_reminder(
    tx: &mut Tx<'_>,
    one: &SignUp,
    due: Timestamp,
    now: Timestamp,
    chance: &mut dyn Chance,
) -> Result<JobId> {
    jobs::put(tx, REMIND, &json!({ "sign_up": one.id.to_string() }).to_string(), due, now, chance)
}

/// What a reminder says, and to which number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reminder {
    /// The number.
    pub phone: String,
    /// What is to be done.
    pub task: String,
    /// On which day it begins.
    pub from: Day,
    /// Where.
    pub spot: String,
}

impl FromRow for Reminder {
    const TABLE: &'static str = "sign_up";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self { phone: row.get()?, task: row.get()?, from: row.get()?, spot: row.get()? })
    }
}

/// Whom to remind of what by the payload of the job, and takes the wish off so that nobody is reminded twice. `None` when there is
/// nobody any more, no telephone, or the turn fell out.
pub fn take_reminder(tx: &mut Tx<'_>, payload: &str, today: Day) -> Result<Option<Reminder>> {
    let json: serde_json::Value = serde_json::from_str(payload).unwrap_or_default();
    let id = json.get("sign_up").and_then(serde_json::Value::as_str).and_then(SignUpId::parse);
    let Some(id) = id else { return Ok(None) };
    let found: Option<Reminder> = tx.optional(
        sql!(
            "SELECT a.phone, t.task, t.from_on, f.spot
             FROM sign_up s JOIN roster_slot t ON t.county_id = s.county_id AND t.id = s.slot_id
                 JOIN roster r ON r.county_id = t.county_id AND r.id = t.roster_id
                 JOIN facility f ON f.county_id = r.county_id AND f.id = r.facility_id
                 JOIN account_resident l ON l.county_id = s.county_id AND l.resident_id = s.resident_id
                     AND l.from_day <= $3 AND (l.until_day IS NULL OR l.until_day >= $3)
                 JOIN account a ON a.county_id = l.county_id AND a.id = l.account_id
             WHERE s.county_id = $1 AND s.id = $2 AND s.remind AND t.state = 'open' AND a.state = 'active' AND a.phone IS NOT NULL
             ORDER BY l.from_day, a.id LIMIT 1"
        ),
        args![id, today],
    )?;
    tx.run(sql!("UPDATE sign_up SET remind = FALSE WHERE county_id = $1 AND id = $2"), args![id])?;
    Ok(found)
}
