//! Entering an organisation, writing it anew, moving it along its life.

use super::pages::{Loaded, id_of, load};
use crate::frame::{Error, Fields, Once, OrRefuse, Page, Result, View, Visit, once};
use crate::people::place::brand;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::id::{OrganisationId, PlaceId};
use civic::people::organisation::{self as law, Organisation, OrganisationForm, OrganisationKind, OrganisationState};
use civic::people::place::{Place, PlaceCode};
use civic::people::standing::{Post, Visibility};
use civic::record::{Entry, Verb};
use civic::token::Token;
use store::Tx;
use store::people::{organisation, place};

/// Places to choose from.
const PLACES_MAX: u32 = 200;

/// Where something may be entered: the place asked for (or the reader's own) and those directly below, with the place and those above.
pub(crate) struct Ground {
    pub(crate) line: Vec<Place>,
    pub(crate) places: Vec<Place>,
}

/// The ground of a form. Whoever asks for no place gets the own one.
pub(crate) async fn ground(visit: &Visit, typed: &str) -> Result<Ground> {
    visit.may_anywhere()?;
    let own = visit.asker().standings.first().map(|s| s.place);
    let (code, today) = (PlaceCode::parse(typed), visit.today);
    let ground = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let id = match (code, own) {
                (Some(code), _) => place::by_code(tx, code, today)?.id,
                (None, Some(own)) => own,
                (None, None) => place::root(tx)?.id,
            };
            let line = place::line(tx, id)?;
            let mut places = line.first().cloned().into_iter().collect::<Vec<_>>();
            places.extend(place::children(tx, id, today, "", PLACES_MAX)?);
            Ok::<_, Error>(Ground { line, places })
        })
        .await?;
    let path: Vec<PlaceId> = ground.line.iter().map(|p| p.id).collect();
    visit.may(&path, Visibility::Public)?;
    Ok(ground)
}

#[derive(Template)]
#[template(path = "people/organisation/new.html")]
struct NewPage {
    v: View,
    f: Fields,
    kinds: Vec<(String, String)>,
    places: Vec<(String, String)>,
    parents: Vec<(String, String)>,
    back: String,
}

async fn new_page(visit: &Visit, ground: &Ground, f: Fields) -> Result<Page<NewPage>> {
    let associations =
        visit.app.db().read(visit.county.id, |tx| organisation::associations(tx).map_err(Error::from)).await?;
    let w = visit.w();
    let brand = brand(&ground.line);
    let at = ground.line.first().map(|p| p.code.to_string()).unwrap_or_default();
    Ok(Page(NewPage {
        kinds: OrganisationKind::ALL.iter().map(|k| (k.as_str().to_owned(), w.token(*k))).collect(),
        places: ground.places.iter().map(|p| (p.code.to_string(), p.name.clone())).collect(),
        parents: std::iter::once((String::new(), w.t("organisation-parent-none")))
            .chain(associations.iter().map(|o| (o.id.to_string(), o.name.clone())))
            .collect(),
        back: format!("/organisations?at={at}"),
        f,
        v: View::new(visit).at(&brand.name, &brand.above, &brand.href),
    }))
}

/// The form.
pub(super) async fn new_form(visit: Visit, asked: Fields) -> Result<Response> {
    let ground = ground(&visit, asked.value("at")).await?;
    let at = ground.line.first().map(|p| p.code.to_string()).unwrap_or_default();
    new_page(&visit, &ground, Fields::empty(&visit.app).with("at", at)).await?.ok()
}

/// The place that was chosen, and the post in which something is done there.
pub(crate) async fn chosen(visit: &Visit, f: &mut Fields) -> Result<Option<(Place, Option<Post>)>> {
    let Some(code) = PlaceCode::parse(f.value("at")) else {
        f.wrong("at", visit.w().t("field-choose"));
        return Ok(None);
    };
    let today = visit.today;
    let (own, path) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let own = place::by_code(tx, code, today)?;
            let path = place::path(tx, own.id)?;
            Ok::<_, Error>((own, path))
        })
        .await?;
    let post = visit.may(&path, Visibility::Public)?;
    Ok(Some((own, post)))
}

fn parent_of(tx: &mut Tx<'_>, typed: &str) -> Result<Option<Organisation>> {
    match typed {
        "" => Ok(None),
        id => Ok(Some(organisation::get(tx, OrganisationId::parse(id).ok_or(Error::Malformed)?)?)),
    }
}

/// Enters an organisation that is being set up.
pub(super) async fn new(visit: Visit, mut f: Fields) -> Result<Response> {
    visit.may_anywhere()?;
    let w = visit.w();
    let chosen = chosen(&visit, &mut f).await?;
    let kind = f.token::<OrganisationKind>("kind", &w);
    if let (Some((place, post)), Some(kind)) = (chosen, kind) {
        let (name, contact) = (f.value("name").to_owned(), f.value("contact").to_owned());
        let (parent, branch) = (f.value("parent").to_owned(), f.is("branch", "1"));
        let (actor, now, today, app) = (visit.actor(post), visit.now, visit.today, visit.app.clone());
        let written = once(&visit, &f, move |tx| {
            let mut chance = app.chance();
            let parent = parent_of(tx, &parent)?;
            let form = OrganisationForm {
                kind,
                name: &name,
                place: place.id,
                parent: parent.as_ref(),
                branch,
                contact: &contact,
            };
            let id = OrganisationId::fresh(now, &mut chance);
            let made = law::enter(id, &form, today).map_err(|faults| Error::faults(&faults))?;
            organisation::put(tx, &made)?;
            let entry = Entry::of(&made, Verb::Create, actor, now, &mut chance);
            Ok(Once { entries: vec![entry], to: format!("/organisations/{id}") })
        })
        .await;
        match written {
            Err(error) => f.take(error, "name", &w, &visit.today)?,
            done => return done,
        }
    }
    let ground = ground(&visit, f.value("at")).await?;
    new_page(&visit, &ground, f).await?.again()
}

#[derive(Template)]
#[template(path = "people/organisation/keep.html")]
struct KeepPage {
    v: View,
    f: Fields,
    g: Fields,
    name: String,
    now: String,
    id: String,
    states: Vec<(String, String)>,
}

async fn kept(visit: &Visit, id: &str) -> Result<(Loaded, Option<Post>)> {
    let id = id_of(id)?;
    let loaded = visit.app.db().read(visit.county.id, move |tx| load(tx, id)).await?;
    let post = visit.may(&loaded.path(), Visibility::Public)?;
    Ok((loaded, post))
}

fn keep_page(visit: &Visit, loaded: &Loaded, f: Fields, g: Fields) -> Page<KeepPage> {
    let w = visit.w();
    let one = &loaded.organisation;
    let next = OrganisationState::ALL.iter().filter(|to| one.moved(**to, visit.today, visit.today).is_ok());
    Page(KeepPage {
        name: one.name.clone(),
        now: w.t2("organisation-since", "state", w.token(one.state), "day", w.day(&one.since, &visit.today)),
        id: one.id.to_string(),
        states: next.map(|s| (s.as_str().to_owned(), w.t(&format!("organisation-to-{}", s.as_str())))).collect(),
        f,
        g,
        v: loaded.view(visit),
    })
}

fn as_it_is(visit: &Visit, loaded: &Loaded) -> Fields {
    let one = &loaded.organisation;
    Fields::empty(&visit.app).with("name", one.name.as_str()).with("contact", one.contact.clone().unwrap_or_default())
}

fn moving(visit: &Visit) -> Fields {
    Fields::empty(&visit.app).with("since", visit.today.to_string())
}

/// Both forms of an organisation.
pub(super) async fn keep_form(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let (loaded, _) = kept(&visit, &id).await?;
    let (f, g) = (as_it_is(&visit, &loaded), moving(&visit));
    keep_page(&visit, &loaded, f, g).ok()
}

/// Writes name and contact anew.
pub(super) async fn change(visit: Visit, Path(id): Path<String>, mut f: Fields) -> Result<Response> {
    let (loaded, post) = kept(&visit, &id).await?;
    let w = visit.w();
    let id = loaded.organisation.id;
    let (name, contact) = (f.value("name").to_owned(), f.value("contact").to_owned());
    let (actor, now, app) = (visit.actor(post), visit.now, visit.app.clone());
    let written = once(&visit, &f, move |tx| {
        let old = organisation::get(tx, id)?;
        let new = old.renamed(&name, &contact).map_err(|faults| Error::faults(&faults))?;
        organisation::change(tx, &new)?;
        let entry = Entry::of(&new, Verb::Change, actor, now, &mut app.chance());
        Ok(Once { entries: vec![entry], to: format!("/organisations/{id}") })
    })
    .await;
    match written {
        Err(error) => f.take(error, "name", &w, &visit.today)?,
        done => return done,
    }
    let g = moving(&visit);
    keep_page(&visit, &loaded, f, g).again()
}

/// Moves it along its life.
pub(super) async fn move_on(visit: Visit, Path(id): Path<String>, mut g: Fields) -> Result<Response> {
    let (loaded, post) = kept(&visit, &id).await?;
    let w = visit.w();
    let to = g.token::<OrganisationState>("state", &w);
    let since = g.day("since", &w);
    if let (Some(to), Some(since)) = (to, since) {
        let id = loaded.organisation.id;
        let (actor, now, today, app) = (visit.actor(post), visit.now, visit.today, visit.app.clone());
        let written = once(&visit, &g, move |tx| {
            let new = organisation::get(tx, id)?.moved(to, since, today).refuse()?;
            organisation::change(tx, &new)?;
            let entry = Entry::of(&new, Verb::Change, actor, now, &mut app.chance());
            Ok(Once { entries: vec![entry], to: format!("/organisations/{id}") })
        })
        .await;
        match written {
            Err(error) => g.take(error, "state", &w, &visit.today)?,
            done => return done,
        }
    }
    let f = as_it_is(&visit, &loaded);
    keep_page(&visit, &loaded, f, g).again()
}
