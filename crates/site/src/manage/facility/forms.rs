//! What the committee enters: a facility that was built, one that stood there before, and what changes with it.

use super::load::{Loaded, by_number, number_of};
use crate::decide::need::fresh_number;
use crate::frame::{Error, Fields, Once, OrRefuse, Page, Result, View, Visit, W, once, photos};
use crate::people::place::brand;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::build::project::{Project, ProjectState};
use civic::decide::code::PublicNumber;
use civic::decide::matter::Matter;
use civic::id::{FacilityId, PlaceId, ProjectId};
use civic::manage::facility::{
    self as law, Cause, Entered, Facility, FacilityForm, FacilityKind, FacilityState, PHOTOS_MAX, UpkeepMode,
};
use civic::people::place::{Place, PlaceCode};
use civic::people::standing::{Post, Visibility};
use civic::record::{Entry, Verb};
use civic::stage::{Stage, StageState};
use civic::time::Day;
use civic::token::Token;
use store::build::project;
use store::decide::matter;
use store::files::FileKind;
use store::manage::{facility, inspection};
use store::people::place;

#[derive(Template)]
#[template(path = "manage/facility/form.html")]
struct FormPage {
    v: View,
    f: Fields,
    about: String,
    back: String,
    action: String,
    /// The projects it may come of; nothing for one that stood there before.
    projects: Vec<(String, String)>,
    /// Whether the reason without a project is asked for.
    old: bool,
    kinds: Vec<(String, String)>,
    modes: Vec<(String, String)>,
    /// Of one that stands in the register already.
    own: Option<OwnView>,
    /// Where the gate stands that is not open yet.
    gate: Option<String>,
}

struct OwnView {
    photos: String,
    photos_max: usize,
    close: Option<String>,
    reopen: Option<String>,
    remove: Option<String>,
}

fn options<T: Token>(w: &W) -> Vec<(String, String)> {
    T::ALL.iter().map(|one| (one.as_str().to_owned(), w.token(*one))).collect()
}

/// What a facility is entered for.
struct Ground {
    matter: Option<Matter>,
    projects: Vec<Project>,
    line: Vec<Place>,
}

impl Ground {
    fn path(&self) -> Vec<PlaceId> {
        self.line.iter().map(|place| place.id).collect()
    }
    fn number(&self) -> String {
        self.matter.as_ref().and_then(|one| one.number.as_ref()).map(ToString::to_string).unwrap_or_default()
    }
}

async fn by_matter(visit: &Visit, number: &str) -> Result<(Ground, Option<Post>)> {
    let number = PublicNumber::parse(number).map_err(|_| Error::Hidden)?;
    let ground = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let matter = matter::by_number(tx, &number)?;
            let line = place::line(tx, matter.place)?;
            let projects = project::of_matter(tx, matter.id)?;
            Ok::<_, Error>(Ground { matter: Some(matter), projects, line })
        })
        .await?;
    let post = visit.may(&ground.path(), Visibility::Public)?;
    Ok((ground, post))
}

async fn by_place(visit: &Visit, code: &str) -> Result<(Ground, Option<Post>)> {
    let code = PlaceCode::parse(code).ok_or(Error::Hidden)?;
    let today = visit.today;
    let ground = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let own = place::by_code(tx, code, today)?;
            Ok::<_, Error>(Ground { matter: None, projects: Vec::new(), line: place::line(tx, own.id)? })
        })
        .await?;
    let post = visit.may(&ground.path(), Visibility::Public)?;
    Ok((ground, post))
}

fn form_page(visit: &Visit, ground: &Ground, f: Fields) -> Page<FormPage> {
    let w = visit.w();
    let brand = brand(&ground.line);
    let number = ground.number();
    let built =
        |one: &&Project| matches!(one.state, ProjectState::Building | ProjectState::Built | ProjectState::Accepted);
    let shut = ground.matter.as_ref().is_some_and(|one| one.stages.get(Stage::Manage) != StageState::Open);
    Page(FormPage {
        about: match &ground.matter {
            Some(matter) => w.list(&[&number, matter.title.as_deref().unwrap_or_default()]),
            None => brand.name.clone(),
        },
        back: if ground.matter.is_some() { format!("/m/{number}") } else { brand.href.clone() },
        action: if ground.matter.is_some() {
            format!("/m/{number}/facility")
        } else {
            format!("{}/facility", brand.href)
        },
        projects: ground
            .projects
            .iter()
            .filter(built)
            .map(|one| (one.id.to_string(), w.list(&[&one.plan.title, &w.token(one.state)])))
            .collect(),
        old: ground.matter.is_none(),
        kinds: options::<FacilityKind>(&w),
        modes: options::<UpkeepMode>(&w),
        own: None,
        gate: shut.then(|| format!("/m/{number}/stages/manage")),
        f,
        v: View::new(visit).at(&brand.name, &brand.above, &brand.href),
    })
}

/// A day that may be missing, read from a field; what is no day is said beside it.
fn day_or_none(f: &mut Fields, name: &str, w: &W) -> Option<Day> {
    if f.value(name).trim().is_empty() { None } else { f.day(name, w) }
}

/// Reads the register's words; what is wrong stands beside its field.
fn entered(f: &mut Fields, w: &W, today: &Day) -> Option<Entered> {
    let kind = f.token::<FacilityKind>("kind", w);
    let mode = f.token::<UpkeepMode>("mode", w);
    let warranty_until = day_or_none(f, "warranty", w);
    let typed = f.clone();
    let form = FacilityForm {
        name: typed.value("name"),
        kind: kind.unwrap_or(FacilityKind::Other),
        spot: typed.value("spot"),
        owner: typed.value("owner"),
        user: typed.value("user"),
        manager: typed.value("manager"),
        contact: typed.value("contact"),
        standard: typed.value("standard"),
        mode: mode.unwrap_or(UpkeepMode::SelfManaged),
        cost: typed.value("cost"),
        cost_source: typed.value("cost_source"),
        warranty_until,
        at: typed.value("at"),
    };
    match law::read(&form) {
        Ok(sheet) => (kind.is_some() && mode.is_some()).then_some(sheet),
        Err(faults) => {
            f.refuse_all(&faults, "name", w, today);
            None
        }
    }
}

/// The form for what a matter's project built.
pub(super) async fn of_matter(visit: Visit, Path(number): Path<String>) -> Result<Response> {
    let (ground, _) = by_matter(&visit, &number).await?;
    let mut f = Fields::empty(&visit.app).with("mode", UpkeepMode::SelfManaged.as_str());
    if let Some(last) = ground.projects.iter().rev().find(|one| one.is_public()) {
        f = f.with("project", last.id.to_string()).with("name", &last.plan.title).with("spot", &last.plan.spot);
        f = f.with("standard", last.plan.upkeep.clone().unwrap_or_default());
    }
    form_page(&visit, &ground, f).ok()
}

/// The form for what stood there before.
pub(super) async fn of_place(visit: Visit, Path(code): Path<String>) -> Result<Response> {
    let (ground, _) = by_place(&visit, &code).await?;
    let f = Fields::empty(&visit.app).with("mode", UpkeepMode::SelfManaged.as_str());
    form_page(&visit, &ground, f).ok()
}

/// Enters what a project built.
pub(super) async fn of_matter_send(visit: Visit, Path(number): Path<String>, f: Fields) -> Result<Response> {
    let (ground, post) = by_matter(&visit, &number).await?;
    enter(&visit, &ground, post, f).await
}

/// Enters what stood there before.
pub(super) async fn of_place_send(visit: Visit, Path(code): Path<String>, f: Fields) -> Result<Response> {
    let (ground, post) = by_place(&visit, &code).await?;
    enter(&visit, &ground, post, f).await
}

async fn enter(visit: &Visit, ground: &Ground, post: Option<Post>, mut f: Fields) -> Result<Response> {
    let (w, today) = (visit.w(), visit.today);
    let sheet = entered(&mut f, &w, &today);
    let chosen = ProjectId::parse(f.value("project"));
    if ground.matter.is_some() && chosen.is_none() {
        f.wrong("project", w.t("field-choose"));
    }
    if let (Some(sheet), true) = (sheet, f.ok()) {
        let (actor, now, app) = (visit.actor(post), visit.now, visit.app.clone());
        let own = ground.matter.as_ref().map(|one| one.id);
        let line = ground.line.clone();
        let reason = f.value("without").to_owned();
        let written = once(visit, &f, move |tx| {
            let mut chance = app.chance();
            let living = own.map(|id| matter::get(tx, id)).transpose()?;
            // A project of another matter is none.
            let projects = own.map(|id| project::of_matter(tx, id)).transpose()?.unwrap_or_default();
            let project = projects.iter().find(|one| Some(one.id) == chosen);
            let at = line.first().map(|place| place.id).ok_or(Error::Hidden)?;
            let cause = match (&living, project) {
                (Some(matter), Some(project)) => Cause::Project(matter, project),
                (Some(_), None) => return Err(Error::Malformed),
                (None, _) => Cause::Old(at, &reason),
            };
            let number = fresh_number(tx, &line, today)?.ok_or(Error::Hidden)?;
            let with = (FacilityId::fresh(now, &mut chance), number, today);
            let made = law::enter(cause, sheet.clone(), with).refuse()?;
            facility::put(tx, &made)?;
            if let Some(id) = own {
                matter::moved(tx, id, now)?;
            }
            let entry = Entry::of(&made, Verb::Create, actor, now, &mut chance);
            Ok(Once { entries: vec![entry], to: format!("/f/{}?entered=1", made.number) })
        })
        .await;
        match written {
            Err(error) => f.take(error, "name", &w, &today)?,
            done => return done,
        }
    }
    form_page(visit, ground, f).again()
}

/// A facility whose committee asks.
pub(super) async fn own(visit: &Visit, number: &str) -> Result<(Loaded, Option<Post>)> {
    let number = number_of(number)?;
    let loaded = visit.app.db().read(visit.county.id, move |tx| by_number(tx, &number)).await?;
    let post = visit.may(&loaded.path(), Visibility::Public)?;
    Ok((loaded, post))
}

fn edit_page(visit: &Visit, loaded: &Loaded, f: Fields) -> Page<FormPage> {
    let w = visit.w();
    let href = loaded.href();
    let state = loaded.facility.state;
    let gone = state == FacilityState::Removed;
    let at = |part: &str| format!("{href}/{part}");
    Page(FormPage {
        about: loaded.about(&w),
        back: href.clone(),
        action: at("edit"),
        projects: Vec::new(),
        old: false,
        kinds: options::<FacilityKind>(&w),
        modes: options::<UpkeepMode>(&w),
        own: Some(OwnView {
            photos: at("photos"),
            photos_max: PHOTOS_MAX.saturating_sub(loaded.facility.photos.len()),
            close: (!gone && state != FacilityState::Closed).then(|| at("close")),
            reopen: (state == FacilityState::Closed).then(|| at("reopen")),
            remove: (!gone).then(|| at("remove")),
        }),
        gate: None,
        f,
        v: loaded.view(visit),
    })
}

fn filled(visit: &Visit, sheet: &Entered) -> Fields {
    Fields::empty(&visit.app)
        .with("name", &sheet.name)
        .with("kind", sheet.kind.as_str())
        .with("spot", &sheet.spot)
        .with("owner", &sheet.owner)
        .with("user", &sheet.user)
        .with("manager", &sheet.manager)
        .with("contact", &sheet.contact)
        .with("standard", &sheet.standard)
        .with("mode", sheet.mode.as_str())
        .with("cost", sheet.yearly_cost.map(|cost| cost.to_string()).unwrap_or_default())
        .with("cost_source", sheet.cost_source.clone().unwrap_or_default())
        .with("at", sheet.at.map(|at| at.to_string()).unwrap_or_default())
        .with("warranty", sheet.warranty_until.map(|day| day.to_string()).unwrap_or_default())
}

/// The register's words, to be changed.
pub(super) async fn edit_form(visit: Visit, Path(number): Path<String>) -> Result<Response> {
    let (loaded, _) = own(&visit, &number).await?;
    let f = filled(&visit, &loaded.facility.sheet);
    edit_page(&visit, &loaded, f).ok()
}

/// Runs a step over a facility and comes back to its page, or says on its form why not.
async fn changed<F>(visit: &Visit, number: &str, mut f: Fields, verb: Verb, field: &str, step: F) -> Result<Response>
where
    F: Fn(&mut store::Tx<'_>, &Facility) -> Result<Facility> + Send + 'static,
{
    let (loaded, post) = own(visit, number).await?;
    let (actor, now, app, id) = (visit.actor(post), visit.now, visit.app.clone(), loaded.facility.id);
    let written = once(visit, &f, move |tx| {
        let before = facility::get(tx, id)?;
        let after = step(tx, &before)?;
        facility::change(tx, &after)?;
        facility::put_photos(tx, &after, before.photos.len())?;
        if let Some(matter) = after.matter {
            matter::moved(tx, matter, now)?;
        }
        let entry = Entry::of(&after, verb, actor, now, &mut app.chance());
        Ok(Once { entries: vec![entry], to: format!("/f/{}", after.number) })
    })
    .await;
    match written {
        Err(error) => f.take(error, field, &visit.w(), &visit.today)?,
        done => return done,
    }
    // What was not sent by this form stands there as the register has it.
    let mut shown = f.clone();
    for (name, value) in filled(visit, &loaded.facility.sheet).pairs() {
        if name != "form" && !f.pairs().iter().any(|(typed, _)| typed == name) {
            shown = shown.with(name, value);
        }
    }
    edit_page(visit, &loaded, shown).again()
}

/// Writes the register's words anew.
pub(super) async fn edit(visit: Visit, Path(number): Path<String>, mut f: Fields) -> Result<Response> {
    let (loaded, _) = own(&visit, &number).await?;
    let sheet = entered(&mut f, &visit.w(), &visit.today);
    let (Some(sheet), true) = (sheet, f.ok()) else { return edit_page(&visit, &loaded, f).again() };
    changed(&visit, &number, f, Verb::Change, "name", move |_, before| before.edited(sheet.clone()).refuse()).await
}

/// Adds photos.
pub(super) async fn picture(visit: Visit, Path(number): Path<String>, mut f: Fields) -> Result<Response> {
    let (loaded, _) = own(&visit, &number).await?;
    let photos = photos(&visit, &mut f, "photo", (1, PHOTOS_MAX)).await?;
    if !f.ok() {
        let mut shown = f.clone();
        for (name, value) in filled(&visit, &loaded.facility.sheet).pairs() {
            if name != "form" {
                shown = shown.with(name, value);
            }
        }
        return edit_page(&visit, &loaded, shown).again();
    }
    let (now, app) = (visit.now, visit.app.clone());
    changed(&visit, &number, f, Verb::Change, "photo", move |tx, before| {
        let mut chance = app.chance();
        let mut ids = Vec::new();
        for photo in &photos {
            ids.push(photo.put(tx, FileKind::Photo, now, &mut chance)?);
        }
        before.pictured(&ids).refuse()
    })
    .await
}

/// Closes it for a time.
pub(super) async fn close(visit: Visit, Path(number): Path<String>, f: Fields) -> Result<Response> {
    let reason = f.value("reason").to_owned();
    changed(&visit, &number, f, Verb::Close, "reason", move |_, before| before.closed(&reason).refuse()).await
}

/// Opens it again.
pub(super) async fn reopen(visit: Visit, Path(number): Path<String>, f: Fields) -> Result<Response> {
    changed(&visit, &number, f, Verb::Open, "reason", move |tx, before| {
        let faults = inspection::waiting(tx, before.id)?;
        before.reopened(faults).refuse()
    })
    .await
}

/// It is no more.
pub(super) async fn remove(visit: Visit, Path(number): Path<String>, f: Fields) -> Result<Response> {
    let reason = f.value("reason").to_owned();
    changed(&visit, &number, f, Verb::End, "reason", move |_, before| before.removed(&reason).refuse()).await
}
