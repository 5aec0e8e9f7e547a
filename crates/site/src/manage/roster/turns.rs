//! Taking a turn, taking one over, offering it, stepping back: by the person, or by a helper who acts with that person's consent. None of
//! it makes an entry in the record.

use super::pages::{again, id_of, load, myself};
use crate::frame::{Error, Fields, OrRefuse, Result, Visit, once_quiet};
use axum::extract::Path;
use axum::response::Response;
use civic::id::{AccountId, PlaceId, ResidentId, SignUpId, SlotId};
use civic::manage::roster::{self as law, SignUp, Slot, Taker};
use civic::people::place::village_of;
use civic::people::standing::Visibility;
use civic::time::{Timestamp, Zone};
use store::manage::roster;
use store::{Quiet, Tx, limit};

/// Turns taken, offered and given back by one account in a day.
const TRIES_MAX: i64 = 60;
const DAY_MS: i64 = 86_400_000;
/// At which hour of the day before a turn somebody is reminded who asked for it.
const REMIND_HOUR: i8 = 18;

/// Who takes a turn, for a closure that may run again.
#[derive(Clone)]
struct Who {
    resident: ResidentId,
    home: Vec<PlaceId>,
    helper: Option<AccountId>,
    show_name: bool,
    remind: bool,
}

impl Who {
    fn of(visit: &Visit, f: &Fields) -> Result<Self> {
        let signed = visit.signed.as_ref().ok_or(Error::SignIn)?;
        // Whoever holds a post and acts for nobody takes no turns, and puts nobody on one.
        let resident = signed.resident.as_ref().ok_or(law::RosterRefusal::NoResident).refuse()?;
        Ok(Self {
            resident: resident.id,
            home: resident.home.clone(),
            helper: (!resident.own).then_some(signed.account),
            show_name: f.is("show_name", "1"),
            remind: f.is("remind", "1"),
        })
    }
    fn taker(&self) -> Taker<'_> {
        let Self { resident, home, helper, show_name, remind } = self;
        Taker { resident: *resident, home, helper: *helper, show_name: *show_name, remind: *remind }
    }
}

/// When to remind of a turn; `None` when that hour is past.
fn remind_at(slot: &Slot, zone: &Zone, now: Timestamp) -> Option<Timestamp> {
    let at = zone.at(slot.from.plus(-1), REMIND_HOUR, 0);
    (at > now).then_some(at)
}

/// Runs a step over a turn. What it refuses stands on the roster's page.
async fn turn<F>(
    visit: &Visit,
    (id, slot): (&str, &str),
    mut f: Fields,
    done: &'static str,
    step: F,
) -> Result<Response>
where
    F: Fn(&mut Tx<'_>, &law::Roster, &Slot, &[SignUp], PlaceId) -> Result<()> + Send + 'static,
{
    let id = id_of(id)?;
    let slot = SlotId::parse(slot).ok_or(Error::Hidden)?;
    let (today, now) = (visit.today, visit.now);
    let case = visit.app.db().read(visit.county.id, move |tx| load(tx, id, today)).await?;
    visit.may(&case.loaded.path(), Visibility::Public)?;
    // Above villages the place itself counts.
    let near = village_of(&case.loaded.line).or(case.loaded.line.first());
    let village = near.map(|place| place.id).ok_or(Error::Hidden)?;
    let subject = visit.account().map(|account| visit.subject("turn", &account.to_string()))?;
    let written = once_quiet(visit, &f, Quiet::Turn, move |tx| {
        if !limit::take(tx, &subject, now, DAY_MS, TRIES_MAX)? {
            return Err(Error::TooMany);
        }
        let roster = roster::get(tx, id)?;
        let slot = roster::slot(tx, slot)?;
        if slot.roster != id {
            return Err(Error::Hidden);
        }
        let taken = roster::taken(tx, slot.id)?;
        step(tx, &roster, &slot, &taken, village)?;
        Ok(format!("/rosters/{id}?done={done}#slot-{}", slot.id))
    })
    .await;
    match written {
        Err(error) => {
            let status = error.status();
            f.take(error, "slots", &visit.w(), &visit.today)?;
            again(visit, id, f, status).await
        }
        done => done,
    }
}

/// Takes a turn.
pub(super) async fn take(visit: Visit, Path((id, slot)): Path<(String, String)>, f: Fields) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let who = Who::of(&visit, &f)?;
    let (app, now, today, zone) = (visit.app.clone(), visit.now, visit.today, visit.zone.clone());
    turn(&visit, (&id, &slot), f, "taken", move |tx, roster, slot, taken, village| {
        let mut chance = app.chance();
        let with = (SignUpId::fresh(now, &mut chance), today);
        let one = law::sign_up((roster, slot), taken, &who.taker(), village, with).refuse()?;
        roster::sign_up(tx, slot, &one)?;
        if let Some(at) = remind_at(slot, &zone, now).filter(|_| one.remind) {
            roster::put_reminder(tx, &one, at, now, &mut chance)?;
        }
        Ok(())
    })
    .await
}

/// Takes over a turn that somebody offers.
pub(super) async fn take_over(visit: Visit, Path((id, slot)): Path<(String, String)>, f: Fields) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let who = Who::of(&visit, &f)?;
    let (app, now, today, zone) = (visit.app.clone(), visit.now, visit.today, visit.zone.clone());
    turn(&visit, (&id, &slot), f, "taken", move |tx, roster, slot, taken, village| {
        let mut chance = app.chance();
        let with = (SignUpId::fresh(now, &mut chance), today);
        let (off, on) = law::take_over((roster, slot), taken, &who.taker(), village, with).refuse()?;
        roster::step_back(tx, off.id)?;
        roster::sign_up(tx, slot, &on)?;
        if let Some(at) = remind_at(slot, &zone, now).filter(|_| on.remind) {
            roster::put_reminder(tx, &on, at, now, &mut chance)?;
        }
        Ok(())
    })
    .await
}

/// Offers one's own turn, or keeps it after all.
pub(super) async fn offer(visit: Visit, Path((id, slot)): Path<(String, String)>, f: Fields) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let me = myself(&visit).ok_or(law::RosterRefusal::NoResident).refuse()?;
    let offered = !f.is("keep", "1");
    turn(&visit, (&id, &slot), f, if offered { "offered" } else { "kept" }, move |tx, _, _, taken, _| {
        let own = law::own(taken, me).refuse()?;
        roster::offer(tx, &own.offered(offered))?;
        Ok(())
    })
    .await
}

/// Steps back, at any time and without a reason.
pub(super) async fn leave(visit: Visit, Path((id, slot)): Path<(String, String)>, f: Fields) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let me = myself(&visit).ok_or(law::RosterRefusal::NoResident).refuse()?;
    turn(&visit, (&id, &slot), f, "left", move |tx, _, _, taken, _| {
        let own = law::own(taken, me).refuse()?;
        roster::step_back(tx, own.id)?;
        Ok(())
    })
    .await
}
