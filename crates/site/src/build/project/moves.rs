//! What moves a project on: published, begun, finished, given up.

use super::load::{Loaded, id_of, load};
use crate::frame::{Error, Fields, Once, OrRefuse, Page, Result, View, Visit, once};
use crate::people::place::brand;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::build::project::{Project, ProjectState};
use civic::decide::matter::Matter;
use civic::people::standing::Post;
use civic::record::{Entry, Verb};
use civic::stage::{Stage, StageState};
use civic::time::Day;
use store::build::project;
use store::decide::{matter, resolution};

async fn own(visit: &Visit, id: &str) -> Result<(Loaded, Option<Post>)> {
    let id = id_of(id)?;
    let loaded = visit.app.db().read(visit.county.id, move |tx| load(tx, id)).await?;
    let post = visit.may(&loaded.path(), loaded.visibility())?;
    Ok((loaded, post))
}

#[derive(Template)]
#[template(path = "build/project/state.html")]
struct StatePage {
    v: View,
    f: Fields,
    about: String,
    title: String,
    back: String,
    state: String,
    begin: Option<String>,
    /// Where the gate stands that is not open yet.
    gate: Option<String>,
    built: Option<String>,
    stop: Option<String>,
    /// The draft's form, when publishing it was refused.
    edit: Option<String>,
}

fn state_page(visit: &Visit, loaded: &Loaded, f: Fields) -> Page<StatePage> {
    let w = visit.w();
    let brand = brand(&loaded.line);
    let one = &loaded.project;
    let at = |part: &str| format!("/projects/{}/{part}", one.id);
    let open = loaded.matter.stages.get(Stage::Build) == StageState::Open;
    let planned = one.state == ProjectState::Planned;
    Page(StatePage {
        about: loaded.about(&w),
        title: one.plan.title.clone(),
        back: format!("/projects/{}", one.id),
        state: w.token(one.state),
        begin: (planned && open).then(|| at("begin")),
        gate: (planned && !open).then(|| format!("/m/{}/stages/build", loaded.number())),
        built: (one.state == ProjectState::Building).then(|| at("built")),
        stop: matches!(one.state, ProjectState::Planned | ProjectState::Building | ProjectState::Built)
            .then(|| at("stop")),
        edit: (one.state == ProjectState::Draft).then(|| at("edit")),
        f,
        v: View::new(visit).at(&brand.name, &brand.above, &brand.href),
    })
}

/// Where the project stands, and what can come next.
pub(super) async fn state_form(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let (loaded, _) = own(&visit, &id).await?;
    let f = Fields::empty(&visit.app).with("day", visit.today.to_string());
    state_page(&visit, &loaded, f).ok()
}

/// Runs a move and comes back to the project's page, or says beside its form why not.
async fn moved<F>(visit: &Visit, id: &str, mut f: Fields, verb: Verb, step: F) -> Result<Response>
where
    F: Fn(&mut store::Tx<'_>, &Project, &Matter) -> Result<Project> + Send + 'static,
{
    let (loaded, post) = own(visit, id).await?;
    let (actor, now, app, id) = (visit.actor(post), visit.now, visit.app.clone(), loaded.project.id);
    let living = loaded.matter.id;
    let written = once(visit, &f, move |tx| {
        let before = project::get(tx, id)?;
        let own = matter::get(tx, living)?;
        let after = step(tx, &before, &own)?;
        project::change(tx, &after)?;
        matter::moved(tx, living, now)?;
        let entry = Entry::of(&after, verb, actor, now, &mut app.chance());
        Ok(Once { entries: vec![entry], to: format!("/projects/{id}") })
    })
    .await;
    match written {
        Err(error) => {
            f.take(error, "day", &visit.w(), &visit.today)?;
            state_page(visit, &loaded, f).again()
        }
        done => done,
    }
}

/// Publishes the plan.
pub(super) async fn publish(visit: Visit, Path(id): Path<String>, f: Fields) -> Result<Response> {
    let today = visit.today;
    moved(&visit, &id, f, Verb::Post, move |tx, before, own| {
        let cause = match before.resolution {
            Some(id) => Some(resolution::get(tx, id)?),
            None => None,
        };
        let waivers = store::stage::of_matter(tx, own.id)?;
        before.published(cause.as_ref(), &waivers, today).map_err(|r| Error::faults(&r))
    })
    .await
}

/// The day of a form, or nothing with the reason beside it.
fn day_of(visit: &Visit, f: &mut Fields) -> Option<Day> {
    f.day("day", &visit.w())
}

/// Begins the works.
pub(super) async fn begin(visit: Visit, Path(id): Path<String>, mut f: Fields) -> Result<Response> {
    let Some(on) = day_of(&visit, &mut f) else { return wrong(&visit, &id, f).await };
    let today = visit.today;
    moved(&visit, &id, f, Verb::Open, move |_, before, own| before.begun(own, on, today).refuse()).await
}

/// Says that the works are finished.
pub(super) async fn built(visit: Visit, Path(id): Path<String>, mut f: Fields) -> Result<Response> {
    let Some(on) = day_of(&visit, &mut f) else { return wrong(&visit, &id, f).await };
    let today = visit.today;
    moved(&visit, &id, f, Verb::Close, move |_, before, _| before.finished(on, today).refuse()).await
}

/// Gives it up, with the reason.
pub(super) async fn stop(visit: Visit, Path(id): Path<String>, f: Fields) -> Result<Response> {
    let today = visit.today;
    let reason = f.value("reason").to_owned();
    moved(&visit, &id, f, Verb::End, move |_, before, _| before.stopped(&reason, today).refuse()).await
}

async fn wrong(visit: &Visit, id: &str, f: Fields) -> Result<Response> {
    let (loaded, _) = own(visit, id).await?;
    state_page(visit, &loaded, f).again()
}
