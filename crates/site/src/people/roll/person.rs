//! Somebody on the roll: put right, gone with a date, gone to another household, a phone to sign in with, erased on a paper's wish.

use super::adult_from;
use crate::frame::{Error, Fields, Once, Page, Result, View, Visit, W, once};
use crate::people::place::brand;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::id::{AccountId, MembershipId, PlaceId, ResidentId};
use civic::people::account::{Account, AccountKind, AccountState, with_phone};
use civic::people::card::{Card, CardState};
use civic::people::household::LABEL_MAX;
use civic::people::membership::{Membership, MembershipKind, begin};
use civic::people::place::{Place, village_of, whole_name};
use civic::people::resident::{Resident, long_adult, old_enough};
use civic::people::standing::{Action, Post, Visibility};
use civic::record::{Entry, Verb};
use civic::time::Day;
use store::people::erasure::{self, Deed};
use store::people::{account, card, household, membership, place, resident};

/// Somebody with everything that the committee keeps of the person.
pub(super) struct Person {
    pub(super) resident: Resident,
    pub(super) memberships: Vec<Membership>,
    pub(super) line: Vec<Place>,
    hamlets: Vec<Place>,
    homes: Vec<Option<String>>,
    accounts: Vec<Account>,
    pub(super) cards: Vec<Card>,
}

impl Person {
    pub(super) fn path(&self) -> Vec<PlaceId> {
        self.line.iter().map(|p| p.id).collect()
    }
    /// Where the person is, from the outside in, without the county.
    pub(super) fn path_name(&self) -> String {
        whole_name(&self.line)
    }
    fn current(&self, today: Day) -> Option<&Membership> {
        self.memberships.iter().find(|m| m.holds_on(today) || m.until.is_none())
    }
}

/// The person, where the reader may see the roll on which the person is or was last.
pub(super) async fn person(visit: &Visit, id: &str) -> Result<(Person, Option<Post>)> {
    visit.account()?;
    let id = ResidentId::parse(id).ok_or(Error::Hidden)?;
    let today = visit.today;
    let person = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let resident = resident::get(tx, id)?;
            let memberships = membership::of_resident(tx, id)?;
            let last = memberships.first().ok_or(Error::Hidden)?;
            let line = place::line(tx, last.place)?;
            let village = village_of(&line).map_or(last.place, |p| p.id);
            let mut homes = Vec::new();
            for one in &memberships {
                homes.push(one.household.map(|h| household::get(tx, h)).transpose()?.map(|h| h.label));
            }
            Ok::<_, Error>(Person {
                hamlets: place::children(tx, village, today, "", super::HAMLETS_MAX)?,
                accounts: account::of_resident(tx, id, today)?,
                cards: card::of_resident(tx, id)?,
                resident,
                memberships,
                line,
                homes,
            })
        })
        .await?;
    let post = visit.may(&person.path(), Visibility::Draft)?;
    Ok((person, post))
}

/// Of age long since, from a day on, or not yet.
pub(super) fn age(w: &W, resident: &Resident, today: Day) -> String {
    if Some(resident.adult_from) == long_adult() {
        w.t("roll-adult")
    } else if resident.adult_on(today) {
        w.t1("roll-adult-since", "day", w.full_day(&resident.adult_from))
    } else {
        w.t1("roll-adult-from", "day", w.full_day(&resident.adult_from))
    }
}

struct MembershipView {
    text: String,
    home: Option<(String, String)>,
}

#[derive(Template)]
#[template(path = "people/roll/person.html")]
struct PersonPage {
    v: View,
    f: Fields,
    id: String,
    name: String,
    age: String,
    memberships: Vec<MembershipView>,
    phone: Option<String>,
    card: Option<String>,
    /// Whether a card that was handed out opens still.
    card_open: bool,
    keeps: bool,
    current: bool,
    places: Vec<(String, String)>,
    done: Option<String>,
}

fn page(visit: &Visit, person: &Person, f: Fields, done: Option<String>) -> PersonPage {
    let w = visit.w();
    let brand = brand(&person.line);
    let memberships = person
        .memberships
        .iter()
        .zip(&person.homes)
        .map(|(m, home)| {
            let from = w.full_day(&m.from);
            let time = match m.until {
                None => w.t1("data-since", "from", from),
                Some(until) => w.t2("data-from-until", "from", from, "until", w.full_day(&until)),
            };
            MembershipView {
                text: w.list(&[&w.token(m.kind), &w.token(m.basis), &time]),
                home: m.household.zip(home.clone()).map(|(id, label)| (format!("/roll/household/{id}"), label)),
            }
        })
        .collect();
    let places = if person.hamlets.is_empty() {
        person.line.first().map(|p| vec![(p.id.to_string(), p.name.clone())]).unwrap_or_default()
    } else {
        person.hamlets.iter().map(|p| (p.id.to_string(), p.name.clone())).collect()
    };
    let card = person.cards.first().map(|c| {
        w.t3("roll-card-state", "day", w.full_day(&c.issued), "state", w.token(c.state), "until", w.full_day(&c.until))
    });
    PersonPage {
        v: View::new(visit).at(&brand.name, &brand.above, &brand.href),
        f,
        id: person.resident.id.to_string(),
        name: if person.resident.name.is_empty() { w.t("roll-erased") } else { person.resident.name.clone() },
        age: age(&w, &person.resident, visit.today),
        memberships,
        phone: person.accounts.iter().find_map(|a| a.phone.clone()),
        card,
        card_open: person.cards.iter().any(|c| c.state == CardState::Issued && visit.today <= c.until),
        keeps: visit.could(Action::KeepRoll, &person.path()) && !person.resident.name.is_empty(),
        current: person.current(visit.today).is_some(),
        places,
        done,
    }
}

/// The fields of a fresh page.
fn fresh(visit: &Visit, person: &Person) -> Fields {
    let long = Some(person.resident.adult_from) == long_adult();
    let f = Fields::empty(&visit.app)
        .with("name", person.resident.name.clone())
        .with("adult", if long { "yes" } else { "from" })
        .with("until", visit.today.to_string())
        .with("day", visit.today.to_string());
    if long { f } else { f.with("adult_from", person.resident.adult_from.to_string()) }
}

pub(super) async fn show(visit: Visit, Path(id): Path<String>, fields: Fields) -> Result<Response> {
    let (person, _) = person(&visit, &id).await?;
    let known = ["correct", "leave", "move", "phone", "card"];
    let done = known.into_iter().find(|d| *d == fields.value("done")).map(|d| visit.w().t(&format!("roll-done-{d}")));
    let f = fresh(&visit, &person);
    Page(page(&visit, &person, f, done)).ok()
}

/// A form about somebody that is shown again when it is refused.
async fn change<F>(visit: &Visit, person: &Person, mut fields: Fields, fallback: &str, f: F) -> Result<Response>
where
    F: Fn(&mut store::Tx<'_>) -> Result<Once> + Send + 'static,
{
    match once(visit, &fields, f).await {
        Ok(done) => Ok(done),
        Err(error) => {
            fields.take(error, fallback, &visit.w(), &visit.today)?;
            Page(page(visit, person, fields, None)).again()
        }
    }
}

fn back(id: ResidentId, done: &str) -> String {
    format!("/roll/person/{id}?done={done}")
}

pub(super) async fn correct(visit: Visit, Path(id): Path<String>, mut fields: Fields) -> Result<Response> {
    let (person, post) = person(&visit, &id).await?;
    let w = visit.w();
    if let Some(day) = adult_from(&mut fields, &visit) {
        if let Err(refusals) = person.resident.corrected(fields.value("name"), day, visit.today) {
            for refusal in refusals {
                fields.refuse(&refusal, "name", &w, &visit.today);
            }
        }
        if let Err(refusal) = old_enough(day, visit.today) {
            fields.refuse(&refusal, "adult_from", &w, &visit.today);
        }
    }
    if !fields.ok() {
        return Page(page(&visit, &person, fields, None)).again();
    }
    let (own, id, name) = (visit.clone(), person.resident.id, fields.value("name").to_owned());
    let day = adult_from(&mut fields, &visit).ok_or(Error::Malformed)?;
    change(&visit, &person, fields, "name", move |tx| {
        let before = resident::get(tx, id)?;
        let right = before.corrected(&name, day, own.today);
        let right = right.map_err(|refusals| refusals.first().map_or(Error::Malformed, |r| Error::refused(r)))?;
        resident::change(tx, &right)?;
        let entry = Entry::of(&right, Verb::Correct, own.actor(post), own.now, &mut own.app.chance());
        Ok(Once { entries: vec![entry], to: back(id, "correct") })
    })
    .await
}

/// Ends every membership that holds, with a last day.
pub(super) async fn leave(visit: Visit, Path(id): Path<String>, mut fields: Fields) -> Result<Response> {
    let (person, post) = person(&visit, &id).await?;
    let Some(until) = fields.day("until", &visit.w()) else {
        return Page(page(&visit, &person, fields, None)).again();
    };
    let (own, id) = (visit.clone(), person.resident.id);
    change(&visit, &person, fields, "until", move |tx| {
        let mut entries = Vec::new();
        // What was given for a time that is not over yet ends with the rest.
        let holds = |m: &Membership| m.until.is_none_or(|last| until < last && m.from <= until);
        for before in membership::of_resident(tx, id)?.into_iter().filter(holds) {
            let after = before.ended(until).map_err(|refusal| Error::refused(&refusal))?;
            membership::change(tx, &after)?;
            entries.push(Entry::of(&after, Verb::End, own.actor(post), own.now, &mut own.app.chance()));
        }
        if entries.is_empty() {
            return Err(Error::Store(store::Error::Clash));
        }
        Ok(Once { entries, to: back(id, "leave") })
    })
    .await
}

/// Goes to another household of the village from a day on; stays the same person.
pub(super) async fn move_home(visit: Visit, Path(id): Path<String>, mut fields: Fields) -> Result<Response> {
    let (person, post) = person(&visit, &id).await?;
    let w = visit.w();
    let day = fields.day("day", &w);
    let label = fields.line("to", LABEL_MAX, &w);
    let places: Vec<PlaceId> = person.hamlets.iter().chain(&person.line).map(|p| p.id).collect();
    let to = PlaceId::parse(fields.value("place")).filter(|id| places.contains(id));
    if to.is_none() {
        fields.wrong("place", w.t("field-choose"));
    }
    let (Some(day), Some(label), Some(place)) = (day, label, to) else {
        return Page(page(&visit, &person, fields, None)).again();
    };
    let found = {
        let label = label.clone();
        visit
            .app
            .db()
            .read(visit.county.id, move |tx| household::of_label(tx, place, &label).map_err(Error::from))
            .await?
    };
    let Some(home) = found.first().map(|h| h.id) else {
        fields.wrong("to", w.t("roll-move-none"));
        return Page(page(&visit, &person, fields, None)).again();
    };
    let (own, id) = (visit.clone(), person.resident.id);
    change(&visit, &person, fields, "day", move |tx| {
        let mut chance = own.app.chance();
        let memberships = membership::of_resident(tx, id)?;
        // A home that somebody owns stays where it is.
        let goes = |m: &&Membership| m.until.is_none() && m.household.is_some() && m.kind != MembershipKind::Owner;
        let mut entries = Vec::new();
        for before in memberships.iter().filter(goes) {
            let ended = before.ended(day.plus(-1)).map_err(|refusal| Error::refused(&refusal))?;
            let others: Vec<Membership> = memberships.iter().filter(|m| m.id != before.id).cloned().collect();
            let next = Membership {
                id: MembershipId::fresh(own.now, &mut chance),
                place,
                household: Some(home),
                from: day,
                until: None,
                version: 1,
                ..before.clone()
            };
            let next = begin(next, &others).map_err(|refusal| Error::refused(&refusal))?;
            membership::change(tx, &ended)?;
            membership::put(tx, &next)?;
            entries.push(Entry::of(&ended, Verb::End, own.actor(post), own.now, &mut chance));
            entries.push(Entry::of(&next, Verb::Create, own.actor(post), own.now, &mut chance));
        }
        if entries.is_empty() {
            return Err(Error::Store(store::Error::Clash));
        }
        Ok(Once { entries, to: back(id, "move") })
    })
    .await
}

/// Notes the phone with which somebody signs in. A phone that serves others of the family serves this person too.
pub(super) async fn phone(visit: Visit, Path(id): Path<String>, fields: Fields) -> Result<Response> {
    let (person, post) = person(&visit, &id).await?;
    let (own, id, typed) = (visit.clone(), person.resident.id, fields.value("phone").to_owned());
    let place = person.line.first().map(|p| p.id).ok_or(Error::Hidden)?;
    change(&visit, &person, fields, "phone", move |tx| {
        let mut chance = own.app.chance();
        let new = with_phone(AccountId::fresh(own.now, &mut chance), &typed, place, own.today);
        let new = new.map_err(|refusal| Error::refused(&refusal))?;
        let phone = new.phone.clone().unwrap_or_default();
        let (account, verb) = match account::by_phone(tx, &phone)? {
            // Registered alone and waiting: the village's word comes by this very form.
            Some(known) if known.state == AccountState::Waiting => {
                let confirmed = known.confirmed().map_err(|refusal| Error::refused(&refusal))?;
                account::change(tx, &confirmed)?;
                (confirmed, Verb::Change)
            }
            Some(known) => (known, Verb::Change),
            None => {
                account::put(tx, &new)?;
                (new, Verb::Create)
            }
        };
        // The old number of the same person opens nothing more, unless it serves others.
        for old in account::of_resident(tx, id, own.today)? {
            if old.kind == AccountKind::Phone && old.id != account.id {
                for link in account::links(tx, old.id)?.iter().filter(|l| l.resident == id && l.holds_on(own.today)) {
                    account::change_link(tx, &link.ended(own.today))?;
                }
            }
        }
        let links = account::links(tx, account.id)?;
        let link = account.serve(id, &links, own.today).map_err(|refusal| Error::refused(&refusal))?;
        account::link(tx, &link)?;
        let entry = Entry::of(&account::get(tx, account.id)?, verb, own.actor(post), own.now, &mut chance);
        Ok(Once { entries: vec![entry], to: back(id, "phone") })
    })
    .await
}

/// Erases somebody who asked for it on paper or by word of mouth: the same as the person's own press.
pub(super) async fn erase(visit: Visit, Path(id): Path<String>, mut fields: Fields) -> Result<Response> {
    let (person, post) = person(&visit, &id).await?;
    if !fields.is("wished", "1") {
        fields.wrong("wished", visit.w().t("roll-erase-wish-missing"));
        return Page(page(&visit, &person, fields, None)).again();
    }
    let code = village_of(&person.line).map(|p| p.code.to_string());
    let (own, id) = (visit.clone(), person.resident.id);
    once(&visit, &fields, move |tx| {
        let mut chance = own.app.chance();
        let mut deed = Deed { today: own.today, now: own.now, actor: own.actor(post), chance: &mut chance };
        let entries = erasure::resident(tx, id, &mut deed)?;
        if entries.is_empty() {
            return Err(Error::Store(store::Error::Clash));
        }
        Ok(Once { entries, to: format!("/roll?village={}", code.clone().unwrap_or_default()) })
    })
    .await
}
