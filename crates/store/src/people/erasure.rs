//! Erasing a person's data on wish: the name, the day of coming of age, phone, consents and own words go, with the salts of their
//! digests; ids stay, and say nothing any more. What the person took part in stays counted.

use super::{account, card, consent, household, membership, name_request, resident, roll_import, session};
use crate::build::contribution;
use crate::decide::objection;
use crate::manage::{inspection, roster};
use crate::record::entry::erase_salts;
use crate::share::honour;
use crate::{Result, Tx, jobs};
use civic::decide::need::Need;
use civic::id::{AccountId, Chance, HouseholdId, ResidentId};
use civic::people::account::{Account, AccountState};
use civic::people::card::{Card, CardState};
use civic::people::household::{Household, LABEL_MAX};
use civic::people::membership::Membership;
use civic::people::resident::surname;
use civic::programme::question::Question;
use civic::record::{Actor, Entry, Noun, Verb};
use civic::time::{Day, Timestamp};
use std::collections::BTreeSet;

/// The kind of the job that writes an erasure into the file which `restore` replays: a backup from before it must not bring the
/// person back. Its payload: `{"accounts":[id..],"at":milliseconds,"resident":id or null}`, with `"need":id` where one need was erased
/// without its resident, and `"question":id` where a question was taken back.
pub const JOB: &str = "erasure.note";

/// More objections than one person makes in a life.
const OBJECTIONS_MAX: u32 = 1_000;

/// More gifts than one person makes in a life.
const GIFTS_MAX: u32 = 10_000;

/// When and by whom it is done.
pub struct Deed<'c> {
    /// The legal day.
    pub today: Day,
    /// The moment.
    pub now: Timestamp,
    /// Who does it.
    pub actor: Actor,
    /// For ids and salts.
    pub chance: &'c mut dyn Chance,
}

/// Erases a resident. Answers the entries to commit; none when the person was erased before, so that a replay may run twice.
pub fn resident(tx: &mut Tx<'_>, id: ResidentId, deed: &mut Deed<'_>) -> Result<Vec<Entry>> {
    if resident::erased(tx, id)? {
        return Ok(Vec::new());
    }
    let person = resident::get(tx, id)?;
    let mut entries = Vec::new();
    // Whoever leaves the roll counts from today on no more.
    let yesterday = deed.today.plus(-1);
    let mut households: BTreeSet<HouseholdId> = BTreeSet::new();
    for old in membership::of_resident(tx, id)? {
        households.extend(old.household);
        let gone = Membership {
            until: Some(old.until.map_or(yesterday, |until| until.min(yesterday)).max(old.from)),
            ..old.clone()
        };
        membership::change(tx, &gone)?;
        erase_salts(tx, Noun::Membership, gone.id.uuid())?;
        roll_import::erase_salt(tx, Noun::Membership, gone.id.uuid())?;
        entries.push(Entry::of(&gone, Verb::Erase, deed.actor, deed.now, deed.chance));
    }
    let gone = person.erased();
    resident::erase(tx, &gone, deed.now)?;
    erase_salts(tx, Noun::Resident, id.uuid())?;
    roll_import::erase_salt(tx, Noun::Resident, id.uuid())?;
    entries.push(Entry::of(&gone, Verb::Erase, deed.actor, deed.now, deed.chance));
    name_request::end(tx, id)?;
    for household in households {
        entries.extend(label(tx, household, &person.name, yesterday, deed)?);
    }
    for given in consent::of_resident(tx, id)? {
        if let Ok(withdrawn) = given.consent.withdraw(deed.now) {
            consent::change(tx, &withdrawn)?;
            entries.push(Entry::of(&withdrawn, Verb::End, deed.actor, deed.now, deed.chance));
        }
    }
    for own in objection::of_resident(tx, id, None, OBJECTIONS_MAX)? {
        let gone = objection::erase(tx, &own)?;
        entries.push(Entry::of(&gone, Verb::Erase, deed.actor, deed.now, deed.chance));
    }
    for given in contribution::of_resident(tx, id, None, GIFTS_MAX)? {
        let gone = contribution::erase(tx, &given)?;
        entries.push(Entry::of(&gone, Verb::Erase, deed.actor, deed.now, deed.chance));
    }
    roster::erase(tx, id)?;
    for own in honour::of_resident(tx, id)? {
        let Ok(gone) = own.removed() else { continue };
        let gone = honour::end(tx, &gone)?;
        entries.push(Entry::of(&gone, Verb::Erase, deed.actor, deed.now, deed.chance));
    }
    for own in inspection::of_resident(tx, id)? {
        let gone = inspection::erase(tx, &own)?;
        entries.push(Entry::of(&gone, Verb::Erase, deed.actor, deed.now, deed.chance));
    }
    for old in card::of_resident(tx, id)? {
        if old.state == CardState::Issued {
            let gone = Card { state: CardState::Replaced, ..old };
            card::change(tx, &gone)?;
            entries.push(Entry::of(&gone, Verb::End, deed.actor, deed.now, deed.chance));
        }
    }
    let mut accounts = Vec::new();
    for link in account::links_to(tx, id)? {
        if link.holds_on(deed.today) {
            account::change_link(tx, &link.ended(deed.today))?;
        }
        let serves = account::serves(tx, link.account, deed.today)?;
        let one = account::get(tx, link.account)?;
        if serves.is_empty() && one.state != AccountState::Closed {
            accounts.push(one.id);
            entries.extend(close(tx, &one, deed)?);
        }
    }
    entries.extend(words(tx, id, deed)?);
    note(tx, Some(id), &accounts, deed)?;
    Ok(entries)
}

/// Closes an account on wish: phone and name go, nobody is signed in with it any more. The resident stays on the roll.
pub fn account(tx: &mut Tx<'_>, id: AccountId, deed: &mut Deed<'_>) -> Result<Vec<Entry>> {
    let one = account::get(tx, id)?;
    let entries: Vec<Entry> = close(tx, &one, deed)?.into_iter().collect();
    if !entries.is_empty() {
        note(tx, None, &[id], deed)?;
    }
    Ok(entries)
}

fn close(tx: &mut Tx<'_>, one: &Account, deed: &mut Deed<'_>) -> Result<Option<Entry>> {
    let Ok(closed) = one.closed(deed.today) else { return Ok(None) };
    for link in account::links(tx, one.id)? {
        if link.holds_on(deed.today) {
            account::change_link(tx, &link.ended(deed.today))?;
        }
    }
    account::change(tx, &closed)?;
    session::end_all(tx, one.id, None)?;
    erase_salts(tx, Noun::Account, one.id.uuid())?;
    Ok(Some(Entry::of(&closed, Verb::Erase, deed.actor, deed.now, deed.chance)))
}

/// A household is often called by a name. Where nobody is left in it, it ends without a label; where others are and the label holds
/// the erased name, it goes by the surname.
fn label(tx: &mut Tx<'_>, id: HouseholdId, name: &str, until: Day, deed: &mut Deed<'_>) -> Result<Option<Entry>> {
    let old = household::get(tx, id)?;
    let left = membership::people_after(tx, id, until)?;
    let new = if left == 0 {
        old.erased(until)
    } else if !name.is_empty() && old.label.contains(name) {
        Household { label: free_label(tx, &old, name)?, ..old }
    } else {
        return Ok(None);
    };
    household::change(tx, &new)?;
    erase_salts(tx, Noun::Household, id.uuid())?;
    roll_import::erase_salt(tx, Noun::Household, id.uuid())?;
    Ok(Some(Entry::of(&new, Verb::Erase, deed.actor, deed.now, deed.chance)))
}

fn free_label(tx: &mut Tx<'_>, old: &Household, name: &str) -> Result<String> {
    let shorter = old.label.replace(name, &format!("{}家", surname(name)));
    let base: String = shorter.chars().take(LABEL_MAX.saturating_sub(3)).collect();
    for n in 1..100 {
        let label = if n == 1 { base.clone() } else { format!("{base}{n}") };
        if household::of_label(tx, old.place, &label)?.is_empty() {
            return Ok(label);
        }
    }
    Err(crate::Error::Clash)
}

/// What the person asked for in own words.
fn words(tx: &mut Tx<'_>, id: ResidentId, deed: &mut Deed<'_>) -> Result<Vec<Entry>> {
    use crate::decide::need;
    let mut entries = Vec::new();
    // Each round takes the person out of what it erases, so the list grows shorter; the bound stops a list that would not.
    for _ in 0..100 {
        let needs = need::of_resident(tx, id, None, 50)?;
        if needs.is_empty() {
            break;
        }
        for old in needs {
            entries.extend(need::erase(tx, &old, deed)?);
        }
    }
    Ok(entries)
}

/// Erases what one need holds of its raiser, on the wish of who holds its slip.
pub fn need(tx: &mut Tx<'_>, need: &Need, deed: &mut Deed<'_>) -> Result<Vec<Entry>> {
    let entries = crate::decide::need::erase(tx, need, deed)?;
    let payload =
        serde_json::json!({ "accounts": [], "at": deed.now.millis(), "need": need.id.to_string(), "resident": null });
    jobs::put(tx, JOB, &payload.to_string(), deed.now, deed.now, deed.chance)?;
    Ok(entries)
}

/// Takes a question about an announcement back, on the wish of who holds its slip: its words and a number to call back go. None where
/// nothing of it is left to erase.
pub fn question(tx: &mut Tx<'_>, question: &Question, deed: &mut Deed<'_>) -> Result<Vec<Entry>> {
    let Ok(gone) = question.withdrawn() else { return Ok(Vec::new()) };
    crate::programme::question::erase(tx, &gone)?;
    let payload = serde_json::json!({
        "accounts": [], "at": deed.now.millis(), "question": question.id.to_string(), "resident": null
    });
    jobs::put(tx, JOB, &payload.to_string(), deed.now, deed.now, deed.chance)?;
    Ok(vec![Entry::of(&gone, Verb::Erase, deed.actor, deed.now, deed.chance)])
}

fn note(tx: &mut Tx<'_>, resident: Option<ResidentId>, accounts: &[AccountId], deed: &mut Deed<'_>) -> Result<()> {
    let accounts: Vec<String> = accounts.iter().map(ToString::to_string).collect();
    let payload = serde_json::json!({
        "accounts": accounts,
        "at": deed.now.millis(),
        "resident": resident.map(|id| id.to_string()),
    });
    jobs::put(tx, JOB, &payload.to_string(), deed.now, deed.now, deed.chance)?;
    Ok(())
}
