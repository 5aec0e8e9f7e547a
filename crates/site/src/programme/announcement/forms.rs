//! Announcing something, correcting it, ending it before its last day.

use super::pages::{Loaded, id_of, load};
use crate::frame::{Error, Fields, Once, OrRefuse, Page, Result, View, Visit, once};
use crate::people::place::own_places;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::id::{AnnouncementCorrectionId, AnnouncementId};
use civic::people::place::PlaceCode;
use civic::people::standing::{Post, Visibility, speaks_for};
use civic::programme::announcement::{self as law, Announced, Correct, PLAIN_MAX};
use civic::record::{Entry, Verb};
use store::people::place;
use store::programme::announcement;

/// For how many days something is announced, where nobody says otherwise.
const DAYS: i32 = 15;

#[derive(Template)]
#[template(path = "programme/announcement/new.html")]
struct NewPage {
    v: View,
    f: Fields,
    places: Vec<(String, String)>,
    plain_max: usize,
}

async fn new_page(visit: &Visit, f: Fields) -> Result<Page<NewPage>> {
    // The places in whose name the reader speaks.
    let places = own_places(visit, |place, post| speaks_for(place.kind.level()) == Some(post)).await?;
    let places = places.iter().map(|place| (place.code.to_string(), place.name.clone())).collect();
    Ok(Page(NewPage { v: View::new(visit), f, places, plain_max: PLAIN_MAX }))
}

/// The form.
pub(super) async fn new_form(visit: Visit) -> Result<Response> {
    visit.may_anywhere()?;
    let f = Fields::empty(&visit.app).with("until", visit.today.plus(DAYS).to_string());
    new_page(&visit, f).await?.ok()
}

/// Announces.
pub(super) async fn new(visit: Visit, mut f: Fields) -> Result<Response> {
    visit.may_anywhere()?;
    let w = visit.w();
    let chosen = match PlaceCode::parse(f.value("at")) {
        Some(code) => {
            let today = visit.today;
            let found = visit
                .app
                .db()
                .read(visit.county.id, move |tx| {
                    let own = place::by_code(tx, code, today)?;
                    let path = place::path(tx, own.id)?;
                    Ok::<_, Error>((own, path))
                })
                .await?;
            visit.may(&found.1, Visibility::Public)?;
            Some(found.0)
        }
        None => {
            f.wrong("at", w.t("field-choose"));
            None
        }
    };
    let until = f.day("until", &w);
    // Everything that is wrong is said at once, also where no place was chosen yet.
    if let (Some(place), Some(until)) = (chosen, until) {
        let level = place.kind.level();
        let holds = |s: &&civic::people::standing::Standing| s.place == place.id && Some(s.post) == speaks_for(level);
        let post = visit.asker().standings.iter().find(holds).map(|s| s.post);
        let said = Announced {
            place: place.id,
            level,
            post,
            title: f.value("title").to_owned(),
            plain: f.value("plain").to_owned(),
            original: f.value("original").to_owned(),
            document: f.value("document").to_owned(),
            until,
        };
        let (actor, now, today, app) = (visit.actor(post), visit.now, visit.today, visit.app.clone());
        let written = once(&visit, &f, move |tx| {
            let mut chance = app.chance();
            let id = AnnouncementId::fresh(now, &mut chance);
            let made = law::announce(id, &said, today, now).map_err(|faults| Error::faults(&faults))?;
            announcement::put(tx, &made)?;
            let entry = Entry::of(&made, Verb::Create, actor, now, &mut chance);
            Ok(Once { entries: vec![entry], to: format!("/announcements/{id}") })
        })
        .await;
        match written {
            Err(error) => f.take(error, "plain", &w, &visit.today)?,
            done => return done,
        }
    }
    new_page(&visit, f).await?.again()
}

async fn kept(visit: &Visit, id: &str) -> Result<(Loaded, Option<Post>)> {
    let id = id_of(id)?;
    let loaded = visit.app.db().read(visit.county.id, move |tx| load(tx, id)).await?;
    let post = visit.may(&loaded.path(), Visibility::Public)?;
    Ok((loaded, post))
}

#[derive(Template)]
#[template(path = "programme/announcement/correct.html")]
struct CorrectPage {
    v: View,
    f: Fields,
    about: String,
    action: String,
    back: String,
    plain_max: usize,
}

fn correct_page(visit: &Visit, loaded: &Loaded, f: Fields) -> Page<CorrectPage> {
    let id = loaded.announcement.id;
    Page(CorrectPage {
        about: loaded.announcement.title.clone(),
        action: format!("/announcements/{id}/correct"),
        back: format!("/announcements/{id}"),
        plain_max: PLAIN_MAX,
        f,
        v: loaded.view(visit),
    })
}

/// The form for a correction: what it says stands in it already.
pub(super) async fn correct_form(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let (loaded, _) = kept(&visit, &id).await?;
    let one = &loaded.announcement;
    let f = Fields::empty(&visit.app).with("plain", one.plain.as_str()).with("until", one.until.to_string());
    correct_page(&visit, &loaded, f).ok()
}

/// Corrects it; what it said stays readable.
pub(super) async fn correct(visit: Visit, Path(id): Path<String>, mut f: Fields) -> Result<Response> {
    let (loaded, post) = kept(&visit, &id).await?;
    let w = visit.w();
    if let Some(until) = f.day("until", &w) {
        let typed = Correct { plain: f.value("plain").to_owned(), until, reason: f.value("reason").to_owned() };
        let id = loaded.announcement.id;
        let (actor, now, today, app) = (visit.actor(post), visit.now, visit.today, visit.app.clone());
        let written = once(&visit, &f, move |tx| {
            let mut chance = app.chance();
            let new = AnnouncementCorrectionId::fresh(now, &mut chance);
            let old = announcement::get(tx, id)?;
            let (next, correction) = old.correct(&typed, new, today, now).map_err(|faults| Error::faults(&faults))?;
            announcement::change(tx, &next)?;
            announcement::put_correction(tx, &correction)?;
            let entries = vec![
                Entry::of(&next, Verb::Correct, actor, now, &mut chance),
                Entry::of(&correction, Verb::Create, actor, now, &mut chance),
            ];
            Ok(Once { entries, to: format!("/announcements/{id}") })
        })
        .await;
        match written {
            Err(error) => f.take(error, "plain", &w, &visit.today)?,
            done => return done,
        }
    }
    correct_page(&visit, &loaded, f).again()
}

#[derive(Template)]
#[template(path = "programme/announcement/end.html")]
struct EndPage {
    v: View,
    f: Fields,
    about: String,
    action: String,
    back: String,
}

fn end_page(visit: &Visit, loaded: &Loaded, f: Fields) -> Page<EndPage> {
    let id = loaded.announcement.id;
    Page(EndPage {
        about: loaded.announcement.title.clone(),
        action: format!("/announcements/{id}/end"),
        back: format!("/announcements/{id}"),
        f,
        v: loaded.view(visit),
    })
}

/// The form for an early end.
pub(super) async fn end_form(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let (loaded, _) = kept(&visit, &id).await?;
    let f = Fields::empty(&visit.app);
    end_page(&visit, &loaded, f).ok()
}

/// Ends it before its last day.
pub(super) async fn end(visit: Visit, Path(id): Path<String>, mut f: Fields) -> Result<Response> {
    let (loaded, post) = kept(&visit, &id).await?;
    let w = visit.w();
    let (id, reason) = (loaded.announcement.id, f.value("reason").to_owned());
    let (actor, now, today, app) = (visit.actor(post), visit.now, visit.today, visit.app.clone());
    let written = once(&visit, &f, move |tx| {
        let ended = announcement::get(tx, id)?.end(&reason, today).refuse()?;
        announcement::change(tx, &ended)?;
        let entry = Entry::of(&ended, Verb::End, actor, now, &mut app.chance());
        Ok(Once { entries: vec![entry], to: format!("/announcements/{id}") })
    })
    .await;
    match written {
        Err(error) => f.take(error, "reason", &w, &visit.today)?,
        done => return done,
    }
    end_page(&visit, &loaded, f).again()
}
