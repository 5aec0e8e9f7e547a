//! Opening a programme, taking places in, taking up tasks, showing where they were done, closing it.

use super::pages::{Loaded, id_of, load};
use crate::frame::{Error, Fields, Once, OrRefuse, Page, Result, View, Visit, once};
use crate::people::place::own_places;
use crate::programme::link;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::id::{LocalBrandId, OrganisationId, PlaceId, ProgrammeId, TaskId};
use civic::people::place::{Level, Place, PlaceCode};
use civic::people::standing::{Post, Visibility};
use civic::programme::programme::{self as law, LocalBrand, ProgrammeForm};
use civic::programme::work_plan::{self as plan, Task, TaskForm};
use civic::record::{Entry, Verb};
use store::people::{organisation, place};
use store::programme::{programme, work_plan};

/// Organisations and places to choose from.
const CHOICES_MAX: u32 = 300;

#[derive(Template)]
#[template(path = "programme/programme/new.html")]
struct NewPage {
    v: View,
    f: Fields,
    places: Vec<(String, String)>,
}

/// Counties and townships invite to programmes.
fn invites(place: &Place, _: Post) -> bool {
    matches!(place.kind.level(), Level::County | Level::Township)
}

async fn new_page(visit: &Visit, f: Fields) -> Result<Page<NewPage>> {
    let places = own_places(visit, invites).await?;
    let places = places.iter().map(|place| (place.code.to_string(), place.name.clone())).collect();
    Ok(Page(NewPage { v: View::new(visit), f, places }))
}

/// The form.
pub(super) async fn new_form(visit: Visit) -> Result<Response> {
    visit.may_anywhere()?;
    let f = Fields::empty(&visit.app)
        .with("from", visit.today.to_string())
        .with("until", visit.today.plus_years(1).to_string());
    new_page(&visit, f).await?.ok()
}

/// Opens a programme.
pub(super) async fn new(visit: Visit, mut f: Fields) -> Result<Response> {
    visit.may_anywhere()?;
    let w = visit.w();
    let places = own_places(&visit, invites).await?;
    let at = PlaceCode::parse(f.value("at")).and_then(|code| places.iter().find(|p| p.code == code)).map(|p| p.id);
    if at.is_none() {
        f.wrong("at", w.t("field-choose"));
    }
    let (from, until) = (f.day("from", &w), f.day("until", &w));
    if let (Some(at), Some(from), Some(until)) = (at, from, until) {
        let path = visit.app.db().read(visit.county.id, move |tx| place::path(tx, at).map_err(Error::from)).await?;
        let post = visit.may(&path, Visibility::Public)?;
        let form = ProgrammeForm {
            name: f.value("name").to_owned(),
            brand: f.value("brand").to_owned(),
            goals: f.value("goals").to_owned(),
            plan: f.value("plan").to_owned(),
            from,
            until,
        };
        let (actor, now, app) = (visit.actor(post), visit.now, visit.app.clone());
        let written = once(&visit, &f, move |tx| {
            let mut chance = app.chance();
            let id = ProgrammeId::fresh(now, &mut chance);
            let made = law::open(id, at, &form).map_err(|faults| Error::faults(&faults))?;
            programme::put(tx, &made)?;
            let entry = Entry::of(&made, Verb::Create, actor, now, &mut chance);
            Ok(Once { entries: vec![entry], to: format!("/programmes/{id}") })
        })
        .await;
        match written {
            Err(error) => f.take(error, "name", &w, &visit.today)?,
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
#[template(path = "programme/programme/keep.html")]
struct KeepPage {
    v: View,
    f: Fields,
    g: Fields,
    id: String,
    name: String,
    places: Vec<(String, String)>,
}

/// The places that can take part: those directly below, and for a county its villages under each township as well.
async fn places_below(visit: &Visit, root: PlaceId) -> Result<Vec<Place>> {
    let today = visit.today;
    visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let mut places = place::children(tx, root, today, "", CHOICES_MAX)?;
            if places.iter().any(|p| p.kind.level() == Level::Township) {
                places.extend(place::villages(tx, root, today, "", CHOICES_MAX)?);
                places.sort_by_key(|p| p.code);
            }
            Ok::<_, Error>(places)
        })
        .await
}

async fn keep_page(visit: &Visit, loaded: &Loaded, f: Fields, g: Fields) -> Result<Page<KeepPage>> {
    let one = &loaded.programme;
    let places = places_below(visit, one.place).await?;
    Ok(Page(KeepPage {
        id: one.id.to_string(),
        name: one.name.clone(),
        places: places.iter().map(|p| (p.code.to_string(), p.name.clone())).collect(),
        f,
        g,
        v: loaded.view(visit),
    }))
}

/// Both forms of a programme: a place takes part, and it is closed.
pub(super) async fn keep_form(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let (loaded, _) = kept(&visit, &id).await?;
    let (f, g) = (Fields::empty(&visit.app), Fields::empty(&visit.app));
    keep_page(&visit, &loaded, f, g).await?.ok()
}

/// Takes a place in, with a text of its own.
pub(super) async fn join(visit: Visit, Path(id): Path<String>, mut f: Fields) -> Result<Response> {
    let (loaded, post) = kept(&visit, &id).await?;
    let w = visit.w();
    let places = places_below(&visit, loaded.programme.place).await?;
    let at = PlaceCode::parse(f.value("at")).and_then(|code| places.iter().find(|p| p.code == code)).map(|p| p.id);
    if at.is_none() {
        f.wrong("at", w.t("field-choose"));
    }
    if let Some(at) = at {
        let (id, text) = (loaded.programme.id, f.value("text").to_owned());
        let (actor, now, today, app) = (visit.actor(post), visit.now, visit.today, visit.app.clone());
        let written = once(&visit, &f, move |tx| {
            let mut chance = app.chance();
            let others: Vec<LocalBrand> = programme::brands(tx, id)?.into_iter().map(|line| line.brand).collect();
            let new = LocalBrandId::fresh(now, &mut chance);
            let joined = programme::get(tx, id)?.join(new, at, &text, &others, today).refuse()?;
            programme::put_brand(tx, &joined)?;
            let entry = Entry::of(&joined, Verb::Create, actor, now, &mut chance);
            Ok(Once { entries: vec![entry], to: format!("/programmes/{id}") })
        })
        .await;
        match written {
            Err(error) => f.take(error, "text", &w, &visit.today)?,
            done => return done,
        }
    }
    let g = Fields::empty(&visit.app);
    keep_page(&visit, &loaded, f, g).await?.again()
}

/// Closes it, with what came of it.
pub(super) async fn close(visit: Visit, Path(id): Path<String>, mut g: Fields) -> Result<Response> {
    let (loaded, post) = kept(&visit, &id).await?;
    let w = visit.w();
    let (id, outcome) = (loaded.programme.id, g.value("outcome").to_owned());
    let (actor, now, today, app) = (visit.actor(post), visit.now, visit.today, visit.app.clone());
    let written = once(&visit, &g, move |tx| {
        let closed = programme::get(tx, id)?.close(&outcome, today).refuse()?;
        programme::change(tx, &closed)?;
        let entry = Entry::of(&closed, Verb::Close, actor, now, &mut app.chance());
        Ok(Once { entries: vec![entry], to: format!("/programmes/{id}") })
    })
    .await;
    match written {
        Err(error) => g.take(error, "outcome", &w, &visit.today)?,
        done => return done,
    }
    let f = Fields::empty(&visit.app);
    keep_page(&visit, &loaded, f, g).await?.again()
}

#[derive(Template)]
#[template(path = "programme/programme/task.html")]
struct TaskPage {
    v: View,
    f: Fields,
    name: String,
    action: String,
    back: String,
    organisations: Vec<(String, String)>,
}

async fn task_page(visit: &Visit, loaded: &Loaded, f: Fields) -> Result<Page<TaskPage>> {
    let root = loaded.programme.place;
    let lines = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            organisation::list(tx, root, None, None, None, CHOICES_MAX).map_err(Error::from)
        })
        .await?;
    let id = loaded.programme.id;
    Ok(Page(TaskPage {
        name: loaded.programme.name.clone(),
        action: format!("/programmes/{id}/task"),
        back: format!("/programmes/{id}"),
        organisations: lines.iter().map(|l| (l.organisation.id.to_string(), l.organisation.name.clone())).collect(),
        f,
        v: loaded.view(visit),
    }))
}

/// The form for a task.
pub(super) async fn task_form(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let (loaded, _) = kept(&visit, &id).await?;
    task_page(&visit, &loaded, Fields::empty(&visit.app)).await?.ok()
}

/// Takes up a task.
pub(super) async fn task(visit: Visit, Path(id): Path<String>, mut f: Fields) -> Result<Response> {
    let (loaded, post) = kept(&visit, &id).await?;
    let w = visit.w();
    let owner = OrganisationId::parse(f.value("owner"));
    if owner.is_none() {
        f.wrong("owner", w.t("field-choose"));
    }
    let helpers: Option<Vec<OrganisationId>> = f.all("helpers").map(OrganisationId::parse).collect();
    let due = f.day("due", &w);
    if let (Some(owner), Some(helpers), Some(due)) = (owner, helpers, due) {
        let id = loaded.programme.id;
        let (goal, document, funding) =
            (f.value("goal").to_owned(), f.value("document").to_owned(), f.value("funding").to_owned());
        let (actor, now, app) = (visit.actor(post), visit.now, visit.app.clone());
        let written = once(&visit, &f, move |tx| {
            let mut chance = app.chance();
            let lies = organisation::get(tx, owner)?.place;
            let form = TaskForm {
                goal: goal.clone(),
                owner,
                owner_level: place::get(tx, lies)?.kind.level(),
                helpers: helpers.clone(),
                due,
                document: document.clone(),
                funding: funding.clone(),
            };
            let new = TaskId::fresh(now, &mut chance);
            let of = programme::get(tx, id)?;
            let made = plan::take_up(new, &of, &form).map_err(|faults| Error::faults(&faults))?;
            work_plan::put(tx, &made)?;
            let entry = Entry::of(&made, Verb::Create, actor, now, &mut chance);
            Ok(Once { entries: vec![entry], to: format!("/programmes/{id}") })
        })
        .await;
        match written {
            Err(error) => f.take(error, "goal", &w, &visit.today)?,
            done => return done,
        }
    }
    task_page(&visit, &loaded, f).await?.again()
}

#[derive(Template)]
#[template(path = "programme/programme/task-keep.html")]
struct TaskKeepPage {
    v: View,
    f: Fields,
    g: Fields,
    id: String,
    goal: String,
    back: String,
    ways: Vec<(String, String)>,
}

async fn one(visit: &Visit, id: &str) -> Result<(Task, Loaded, Option<Post>)> {
    let id = TaskId::parse(id).ok_or(Error::Hidden)?;
    let (task, loaded) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let task = work_plan::get(tx, id)?;
            let loaded = load(tx, task.programme)?;
            Ok::<_, Error>((task, loaded))
        })
        .await?;
    let post = visit.may(&loaded.path(), Visibility::Public)?;
    Ok((task, loaded, post))
}

fn task_keep_page(visit: &Visit, task: &Task, loaded: &Loaded, f: Fields, g: Fields) -> Page<TaskKeepPage> {
    let w = visit.w();
    Page(TaskKeepPage {
        id: task.id.to_string(),
        goal: task.goal.clone(),
        back: format!("/programmes/{}", task.programme),
        ways: ["part", "whole"].map(|way| (way.to_owned(), w.t(&format!("task-show-{way}")))).to_vec(),
        f,
        g,
        v: loaded.view(visit),
    })
}

async fn as_it_is(visit: &Visit, task: &Task) -> Result<Fields> {
    let (w, today, links) = (visit.w(), visit.today, task.evidence.clone());
    let links =
        visit.app.db().read(visit.county.id, move |tx| link::views(tx, &links, &w, today).map_err(Error::from)).await?;
    Ok(Fields::empty(&visit.app).with("evidence", link::typed(&links)))
}

/// Both forms of a task.
pub(super) async fn task_keep_form(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let (task, loaded, _) = one(&visit, &id).await?;
    let (f, g) = (as_it_is(&visit, &task).await?, Fields::empty(&visit.app));
    task_keep_page(&visit, &task, &loaded, f, g).ok()
}

/// Notes where one sees what was done.
pub(super) async fn show_task(visit: Visit, Path(id): Path<String>, mut f: Fields) -> Result<Response> {
    let (task, loaded, post) = one(&visit, &id).await?;
    let w = visit.w();
    let done = match f.value("way") {
        "part" => Some(false),
        "whole" => Some(true),
        _ => {
            f.wrong("way", w.t("field-choose"));
            None
        }
    };
    let links = link::read(&visit, &mut f, "evidence").await?;
    if let (Some(done), Some(links)) = (done, links) {
        let (id, back) = (task.id, task.programme);
        let (actor, now, today, app) = (visit.actor(post), visit.now, visit.today, visit.app.clone());
        let written = once(&visit, &f, move |tx| {
            let new = work_plan::get(tx, id)?.shown(&links, done, today).refuse()?;
            work_plan::change(tx, &new)?;
            let entry = Entry::of(&new, Verb::Change, actor, now, &mut app.chance());
            Ok(Once { entries: vec![entry], to: format!("/programmes/{back}") })
        })
        .await;
        match written {
            Err(error) => f.take(error, "evidence", &w, &visit.today)?,
            done => return done,
        }
    }
    let g = Fields::empty(&visit.app);
    task_keep_page(&visit, &task, &loaded, f, g).again()
}

/// Drops a task, with the reason.
pub(super) async fn drop_task(visit: Visit, Path(id): Path<String>, mut g: Fields) -> Result<Response> {
    let (task, loaded, post) = one(&visit, &id).await?;
    let w = visit.w();
    let (id, back, reason) = (task.id, task.programme, g.value("reason").to_owned());
    let (actor, now, today, app) = (visit.actor(post), visit.now, visit.today, visit.app.clone());
    let written = once(&visit, &g, move |tx| {
        let new = work_plan::get(tx, id)?.dropped(&reason, today).refuse()?;
        work_plan::change(tx, &new)?;
        let entry = Entry::of(&new, Verb::Cancel, actor, now, &mut app.chance());
        Ok(Once { entries: vec![entry], to: format!("/programmes/{back}") })
    })
    .await;
    match written {
        Err(error) => g.take(error, "reason", &w, &visit.today)?,
        done => return done,
    }
    let f = as_it_is(&visit, &task).await?;
    task_keep_page(&visit, &task, &loaded, f, g).again()
}
