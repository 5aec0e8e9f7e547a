//! Helper mode: a helper acts for a resident who said yes. The effect is the resident's, the strip on every page says so, and the
//! resident's own phone or card is never asked for a helper.

use crate::frame::{Error, Fields, Once, Page, Result, Route, View, Visit, once, see_other};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::id::{ConsentId, PlaceId, ResidentId};
use civic::people::consent::{ConsentKind, ConsentWay, Given, give, may_act_for};
use civic::people::place::village_of;
use civic::people::standing::{Action, Visibility};
use civic::record::{Entry, Verb};
use civic::time::Day;
use store::Quiet;
use store::people::{consent, household, place, resident, session, signed};

/// People shown for one search.
const FOUND_MAX: u32 = 20;

/// The routes of helper mode.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/helper", Action::HelpRaise, find),
        Route::get("/helper/{resident}", Action::HelpRaise, ask),
        Route::post("/helper/{resident}", Action::HelpRaise, act),
        Route::post("/helper/leave", Action::OwnThings, leave),
    ]
}

struct PersonView {
    href: String,
    name: String,
    home: String,
}

#[derive(Template)]
#[template(path = "people/helper/find.html")]
struct FindPage {
    v: View,
    f: Fields,
    searched: bool,
    people: Vec<PersonView>,
    full: bool,
}

/// The villages in which somebody helps: that of a hamlet, or all within a township.
fn villages(tx: &mut store::Tx<'_>, places: &[PlaceId], today: Day) -> store::Result<Vec<PlaceId>> {
    let mut found = Vec::new();
    for id in places {
        let line = place::line(tx, *id)?;
        match village_of(&line) {
            Some(village) => found.push(village.id),
            None => found.extend(place::villages(tx, *id, today, "", 50)?.iter().map(|v| v.id)),
        }
    }
    found.dedup();
    Ok(found)
}

async fn find(visit: Visit, fields: Fields) -> Result<Response> {
    visit.may_anywhere()?;
    let text = civic::text::line(fields.value("q"), household::SEARCH_MAX).unwrap_or_default();
    let searched = !text.is_empty();
    let own = visit.clone();
    let found = match searched {
        false => Vec::new(),
        true => {
            visit
                .app
                .db()
                .read(visit.county.id, move |tx| {
                    let places: Vec<PlaceId> = own.asker().standings.iter().map(|s| s.place).collect();
                    let mut found = Vec::new();
                    for village in villages(tx, &places, own.today)? {
                        let above = place::path(tx, village)?;
                        for one in resident::search(tx, village, own.today, &text, FOUND_MAX)? {
                            // A helper of one hamlet finds the people of that hamlet.
                            let path: Vec<PlaceId> = std::iter::once(one.place).chain(above.iter().copied()).collect();
                            if own.could(Action::HelpRaise, &path) {
                                found.push(one);
                            }
                        }
                    }
                    Ok::<_, Error>(found)
                })
                .await?
        }
    };
    visit.opened(found.iter().map(|one| one.id.uuid()));
    let full = found.len() >= usize::try_from(FOUND_MAX).unwrap_or(usize::MAX);
    let people = found
        .into_iter()
        .map(|one| PersonView {
            href: format!("/helper/{}", one.id),
            name: one.name,
            home: [Some(one.place_name), one.label].into_iter().flatten().collect::<Vec<_>>().join(" "),
        })
        .collect();
    let f = Fields::default().with("q", fields.value("q"));
    Page(FindPage { v: View::new(&visit), f, searched, people, full }).ok()
}

#[derive(Template)]
#[template(path = "people/helper/ask.html")]
struct AskPage {
    v: View,
    f: Fields,
    action: String,
    name: String,
    /// Since when the person has agreed, if so.
    since: Option<Day>,
}

struct Person {
    name: String,
    home: Vec<PlaceId>,
    since: Option<Day>,
}

async fn person(visit: &Visit, id: ResidentId) -> Result<Person> {
    let (today, now, helper, zone) = (visit.today, visit.now, visit.account()?, visit.zone.clone());
    visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let (name, home) = signed::name_and_home(tx, id, today)?.ok_or(Error::Hidden)?;
            let consents = consent::between(tx, helper, id)?;
            let since = may_act_for(helper, id, &consents, now).ok().map(|c| zone.day(c.given));
            Ok(Person { name: name.unwrap_or_default(), home, since })
        })
        .await
}

async fn ask(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let id = ResidentId::parse(&id).ok_or(Error::Hidden)?;
    let person = person(&visit, id).await?;
    visit.may(&person.home, Visibility::Draft)?;
    let f = Fields::empty(&visit.app);
    let page =
        AskPage { v: View::new(&visit), f, action: format!("/helper/{id}"), name: person.name, since: person.since };
    Page(page).ok()
}

async fn act(visit: Visit, Path(id): Path<String>, mut fields: Fields) -> Result<Response> {
    let id = ResidentId::parse(&id).ok_or(Error::Hidden)?;
    let person = person(&visit, id).await?;
    let post = visit.may(&person.home, Visibility::Draft)?;
    let signed = visit.signed.clone().ok_or(Error::SignIn)?;
    let (hash, own_resident) = (signed.session.hash, signed.session.resident);
    if person.since.is_some() {
        visit
            .app
            .db()
            .write(visit.county.id, move |tx| {
                session::choose(tx, hash, own_resident, Some(id))?;
                Ok::<_, Error>(tx.commit_quiet(Quiet::Session, ()))
            })
            .await?;
        return Ok(see_other("/"));
    }
    let w = visit.w();
    let way = match fields.value("agreed") {
        "spoken" => ConsentWay::Spoken,
        "signed" => ConsentWay::Signed,
        _ => {
            fields.wrong("agreed", w.t("helper-agreed-missing"));
            let v = View::new(&visit);
            let page = AskPage { v, f: fields, action: format!("/helper/{id}"), name: person.name, since: None };
            return Page(page).again();
        }
    };
    let wording = w.t1("helper-wording", "way", w.token(way));
    let own = visit.clone();
    once(&visit, &fields, move |tx| {
        let mut chance = own.app.chance();
        let given =
            Given { kind: ConsentKind::HelperActs, resident: Some(id), need: None, helper: Some(own.account()?), way };
        let consent = give(ConsentId::fresh(own.now, &mut chance), given, own.now);
        let consent = consent.map_err(|refusal| Error::refused(&refusal))?;
        consent::put(tx, &consent, &wording)?;
        session::choose(tx, hash, own_resident, Some(id))?;
        let entry = Entry::of(&consent, Verb::Create, own.actor(post), own.now, &mut chance);
        Ok(Once { entries: vec![entry], to: "/".to_owned() })
    })
    .await
}

/// Ends helping. [`Fields`] is taken for the form's token alone.
async fn leave(visit: Visit, _: Fields) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let signed = visit.signed.clone().ok_or(Error::SignIn)?;
    let (hash, own) = (signed.session.hash, signed.session.resident);
    visit
        .app
        .db()
        .write(visit.county.id, move |tx| {
            session::choose(tx, hash, own, None)?;
            Ok::<_, Error>(tx.commit_quiet(Quiet::Session, ()))
        })
        .await?;
    Ok(see_other(if signed.standings.is_empty() { "/" } else { "/helper" }))
}
