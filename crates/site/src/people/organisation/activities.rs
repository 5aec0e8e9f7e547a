//! Entering what an organisation does or did: how many came is a number, who came is asked nowhere.

use super::pages::{Loaded, id_of, load};
use crate::frame::{Error, Fields, Once, OrRefuse, Page, Result, View, Visit, once};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::decide::code::PublicNumber;
use civic::id::{ActivityId, MatterId};
use civic::people::activity::{
    self as law, Activity, ActivityForm, ActivityKind, ActivityState, Came, MANY_MAX, OpenTo,
};
use civic::people::place::{Place, PlaceCode};
use civic::people::standing::{Post, Visibility};
use civic::record::{Entry, Verb};
use civic::token::Token;
use store::people::{activity, organisation, place};
use store::{Tx, decide::matter};

/// Places to choose from.
const PLACES_MAX: u32 = 200;

#[derive(Template)]
#[template(path = "people/organisation/activity.html")]
struct ActivityPage {
    v: View,
    f: Fields,
    name: String,
    action: String,
    back: String,
    kinds: Vec<(String, String)>,
    open_to: Vec<(String, String)>,
    places: Vec<(String, String)>,
}

async fn kept(visit: &Visit, id: &str) -> Result<(Loaded, Vec<Place>, Option<Post>)> {
    let id = id_of(id)?;
    let today = visit.today;
    let (loaded, places) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let loaded = load(tx, id)?;
            let mut places: Vec<Place> = loaded.line.first().cloned().into_iter().collect();
            places.extend(place::children(tx, loaded.organisation.place, today, "", PLACES_MAX)?);
            Ok::<_, Error>((loaded, places))
        })
        .await?;
    let post = visit.may(&loaded.path(), Visibility::Public)?;
    Ok((loaded, places, post))
}

fn activity_page(visit: &Visit, loaded: &Loaded, places: &[Place], f: Fields) -> Page<ActivityPage> {
    let w = visit.w();
    let id = loaded.organisation.id;
    Page(ActivityPage {
        name: loaded.organisation.name.clone(),
        action: format!("/organisations/{id}/activity"),
        back: format!("/organisations/{id}"),
        kinds: ActivityKind::ALL.iter().map(|k| (k.as_str().to_owned(), w.token(*k))).collect(),
        open_to: OpenTo::ALL.iter().map(|o| (o.as_str().to_owned(), w.token(*o))).collect(),
        places: places.iter().map(|p| (p.code.to_string(), p.name.clone())).collect(),
        f,
        v: loaded.view(visit),
    })
}

/// The form.
pub(super) async fn new_form(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let (loaded, places, _) = kept(&visit, &id).await?;
    let f = Fields::empty(&visit.app).with("held", visit.today.to_string()).with("at", loaded.code());
    activity_page(&visit, &loaded, &places, f).ok()
}

/// The public matter that a number names, as it goes on; `None` when there is none.
fn public_matter(tx: &mut Tx<'_>, number: &PublicNumber) -> Result<Option<MatterId>> {
    match matter::by_number(tx, number) {
        Ok(found) => Ok(Some(found.living())),
        Err(store::Error::Missing) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// How many came, where both numbers stand there.
fn came_of(f: &mut Fields, visit: &Visit) -> Option<Came> {
    let w = visit.w();
    let organisations = f.count("organisations", MANY_MAX, &w);
    let people = f.count("people", MANY_MAX, &w);
    Some(Came { organisations: organisations?, people: people? })
}

/// Enters an activity.
pub(super) async fn new(visit: Visit, Path(id): Path<String>, mut f: Fields) -> Result<Response> {
    let (loaded, places, post) = kept(&visit, &id).await?;
    let w = visit.w();
    let kind = f.token::<ActivityKind>("kind", &w);
    let open_to = f.token::<OpenTo>("open_to", &w);
    let held = f.day("held", &w);
    let at = PlaceCode::parse(f.value("at")).and_then(|code| places.iter().find(|p| p.code == code)).map(|p| p.id);
    if at.is_none() {
        f.wrong("at", w.t("field-choose"));
    }
    // Of one to come nobody knows how many will come.
    let asks = held.is_some_and(|held| held <= visit.today) || !f.value("people").trim().is_empty();
    let came = if asks { came_of(&mut f, &visit) } else { None };
    let matter = match f.value("matter").trim().to_owned() {
        typed if typed.is_empty() => None,
        typed => {
            let found = match PublicNumber::parse(&typed) {
                Ok(number) => visit.app.db().read(visit.county.id, move |tx| public_matter(tx, &number)).await?,
                Err(_) => None,
            };
            if found.is_none() {
                f.wrong("matter", w.t("activity-matter-unknown"));
            }
            found
        }
    };
    if let (Some(kind), Some(open_to), Some(held), Some(place), true) = (kind, open_to, held, at, f.ok()) {
        let form = ActivityForm { kind, held, place, purpose: f.value("purpose").to_owned(), open_to, matter, came };
        let id = loaded.organisation.id;
        let (actor, now, today, app) = (visit.actor(post), visit.now, visit.today, visit.app.clone());
        let written = once(&visit, &f, move |tx| {
            let mut chance = app.chance();
            let organisation = organisation::get(tx, id)?;
            let new = ActivityId::fresh(now, &mut chance);
            let made = law::enter(new, &organisation, &form, today, now).map_err(|faults| Error::faults(&faults))?;
            activity::put(tx, &made)?;
            let entry = Entry::of(&made, Verb::Create, actor, now, &mut chance);
            Ok(Once { entries: vec![entry], to: format!("/organisations/{id}") })
        })
        .await;
        match written {
            Err(error) => f.take(error, "purpose", &w, &visit.today)?,
            done => return done,
        }
    }
    activity_page(&visit, &loaded, &places, f).again()
}

#[derive(Template)]
#[template(path = "people/organisation/activity-keep.html")]
struct KeepPage {
    v: View,
    f: Fields,
    g: Fields,
    id: String,
    purpose: String,
    when: String,
    back: String,
    /// Whether its day has come, so that it can be said how many came.
    due: bool,
    struck: bool,
}

async fn one(visit: &Visit, id: &str) -> Result<(Activity, Loaded, Option<Post>)> {
    let id = ActivityId::parse(id).ok_or(Error::Hidden)?;
    let (activity, loaded) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let activity = activity::get(tx, id)?;
            let loaded = load(tx, activity.organisation)?;
            Ok::<_, Error>((activity, loaded))
        })
        .await?;
    let post = visit.may(&loaded.path(), Visibility::Public)?;
    Ok((activity, loaded, post))
}

fn keep_page(visit: &Visit, activity: &Activity, loaded: &Loaded, f: Fields, g: Fields) -> Page<KeepPage> {
    let w = visit.w();
    Page(KeepPage {
        id: activity.id.to_string(),
        purpose: activity.purpose.clone(),
        when: w.list(&[&w.day(&activity.held, &visit.today), &w.token(activity.kind), &w.token(activity.state)]),
        back: format!("/organisations/{}", activity.organisation),
        due: activity.state == ActivityState::Planned && activity.held <= visit.today,
        struck: activity.state == ActivityState::Struck,
        f,
        g,
        v: loaded.view(visit),
    })
}

/// Both forms of an activity.
pub(super) async fn keep_form(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let (activity, loaded, _) = one(&visit, &id).await?;
    let (f, g) = (Fields::empty(&visit.app), Fields::empty(&visit.app));
    keep_page(&visit, &activity, &loaded, f, g).ok()
}

/// Says how many came to one that was planned.
pub(super) async fn held(visit: Visit, Path(id): Path<String>, mut f: Fields) -> Result<Response> {
    let (activity, loaded, post) = one(&visit, &id).await?;
    let w = visit.w();
    if let Some(came) = came_of(&mut f, &visit) {
        let (id, back) = (activity.id, activity.organisation);
        let (actor, now, today, app) = (visit.actor(post), visit.now, visit.today, visit.app.clone());
        let written = once(&visit, &f, move |tx| {
            let new = activity::get(tx, id)?.held(came, today).refuse()?;
            activity::change(tx, &new)?;
            let entry = Entry::of(&new, Verb::Change, actor, now, &mut app.chance());
            Ok(Once { entries: vec![entry], to: format!("/organisations/{back}") })
        })
        .await;
        match written {
            Err(error) => f.take(error, "people", &w, &visit.today)?,
            done => return done,
        }
    }
    let g = Fields::empty(&visit.app);
    keep_page(&visit, &activity, &loaded, f, g).again()
}

/// Strikes an activity out, with the reason.
pub(super) async fn strike(visit: Visit, Path(id): Path<String>, mut g: Fields) -> Result<Response> {
    let (activity, loaded, post) = one(&visit, &id).await?;
    let w = visit.w();
    let (id, back, reason) = (activity.id, activity.organisation, g.value("reason").to_owned());
    let (actor, now, app) = (visit.actor(post), visit.now, visit.app.clone());
    let written = once(&visit, &g, move |tx| {
        let new = activity::get(tx, id)?.struck(&reason).refuse()?;
        activity::change(tx, &new)?;
        let entry = Entry::of(&new, Verb::Cancel, actor, now, &mut app.chance());
        Ok(Once { entries: vec![entry], to: format!("/organisations/{back}") })
    })
    .await;
    match written {
        Err(error) => g.take(error, "reason", &w, &visit.today)?,
        done => return done,
    }
    let f = Fields::empty(&visit.app);
    keep_page(&visit, &activity, &loaded, f, g).again()
}
