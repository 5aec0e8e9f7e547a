//! Entering a base, writing it anew, taking it to work or to its end.

use super::pages::{Loaded, id_of, load};
use crate::frame::{Error, Fields, Once, OrRefuse, Page, Result, View, Visit, once};
use crate::people::organisation::{Ground, chosen, ground};
use crate::people::place::brand;
use crate::programme::link;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::id::{BaseId, OrganisationId, PlaceId};
use civic::people::practice_base::{self as law, BaseForm, BaseState, Theme};
use civic::people::standing::{Post, Visibility};
use civic::programme::evidence::Evidence;
use civic::record::{Entry, Verb};
use civic::token::Token;
use store::people::{organisation, practice_base};

/// Organisations to choose from.
const ORGANISATIONS_MAX: u32 = 200;

/// The organisations that may keep a base or take part in it: those of the township that the place lies in, and the county's.
async fn organisations(visit: &Visit, path: &[PlaceId]) -> Result<Vec<(String, String)>> {
    let path = path.to_vec();
    visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let mut found = Vec::new();
            // The county's own first, then everything below the township, so that a village finds those beside it.
            let (root, near) = (path.last().copied(), path.iter().rev().nth(1).or(path.first()).copied());
            if let Some(root) = root {
                for one in organisation::of_place(tx, root, None, ORGANISATIONS_MAX)? {
                    found.push((one.id.to_string(), one.name));
                }
            }
            if let Some(near) = near.filter(|near| Some(*near) != root) {
                for line in organisation::list(tx, near, None, None, None, ORGANISATIONS_MAX)? {
                    found.push((line.organisation.id.to_string(), line.organisation.name));
                }
            }
            Ok::<_, Error>(found)
        })
        .await
}

/// What was typed into the form of a base.
async fn form_of(visit: &Visit, f: &mut Fields) -> Result<Option<BaseForm>> {
    let w = visit.w();
    let theme = f.token::<Theme>("theme", &w);
    let partners: Option<Vec<OrganisationId>> = f.all("partners").map(OrganisationId::parse).collect();
    let links: Option<Vec<Evidence>> = link::read(visit, f, "links").await?;
    let (Some(theme), Some(partners), Some(links)) = (theme, partners, links) else { return Ok(None) };
    Ok(Some(BaseForm {
        name: f.value("name").to_owned(),
        theme,
        partners,
        services: f.value("services").to_owned(),
        results: f.value("results").to_owned(),
        links,
    }))
}

#[derive(Template)]
#[template(path = "people/practice_base/new.html")]
struct NewPage {
    v: View,
    f: Fields,
    places: Vec<(String, String)>,
    themes: Vec<(String, String)>,
    organisations: Vec<(String, String)>,
    back: String,
}

async fn new_page(visit: &Visit, ground: &Ground, f: Fields) -> Result<Page<NewPage>> {
    let w = visit.w();
    let path: Vec<PlaceId> = ground.line.iter().map(|p| p.id).collect();
    let brand = brand(&ground.line);
    let at = ground.line.first().map(|p| p.code.to_string()).unwrap_or_default();
    Ok(Page(NewPage {
        places: ground.places.iter().map(|p| (p.code.to_string(), p.name.clone())).collect(),
        themes: Theme::ALL.iter().map(|t| (t.as_str().to_owned(), w.token(*t))).collect(),
        organisations: organisations(visit, &path).await?,
        back: format!("/bases?at={at}"),
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

/// Enters a base that is being set up.
pub(super) async fn new(visit: Visit, mut f: Fields) -> Result<Response> {
    visit.may_anywhere()?;
    let w = visit.w();
    let chosen = chosen(&visit, &mut f).await?;
    let host = OrganisationId::parse(f.value("host"));
    if host.is_none() {
        f.wrong("host", w.t("field-choose"));
    }
    let form = form_of(&visit, &mut f).await?;
    if let (Some((at, post)), Some(host), Some(form)) = (chosen, host, form) {
        let (actor, now, today, app) = (visit.actor(post), visit.now, visit.today, visit.app.clone());
        let written = once(&visit, &f, move |tx| {
            let mut chance = app.chance();
            let host = organisation::get(tx, host)?;
            let id = BaseId::fresh(now, &mut chance);
            let made = law::enter(id, at.id, &host, &form, today).map_err(|faults| Error::faults(&faults))?;
            practice_base::put(tx, &made)?;
            let entry = Entry::of(&made, Verb::Create, actor, now, &mut chance);
            Ok(Once { entries: vec![entry], to: format!("/bases/{id}") })
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
#[template(path = "people/practice_base/keep.html")]
struct KeepPage {
    v: View,
    f: Fields,
    g: Fields,
    id: String,
    name: String,
    now: String,
    states: Vec<(String, String)>,
    themes: Vec<(String, String)>,
    organisations: Vec<(String, String)>,
    ended: bool,
}

async fn kept(visit: &Visit, id: &str) -> Result<(Loaded, Option<Post>)> {
    let id = id_of(id)?;
    let loaded = visit.app.db().read(visit.county.id, move |tx| load(tx, id)).await?;
    let post = visit.may(&loaded.path(), Visibility::Public)?;
    Ok((loaded, post))
}

async fn keep_page(visit: &Visit, loaded: &Loaded, f: Fields, g: Fields) -> Result<Page<KeepPage>> {
    let w = visit.w();
    let one = &loaded.base;
    let follows = |to: &&BaseState| {
        !matches!(one.moved(**to, visit.today, visit.today), Err(law::BaseRefusal::OutOfOrder { .. }))
    };
    Ok(Page(KeepPage {
        id: one.id.to_string(),
        name: one.name.clone(),
        now: w.t2("organisation-since", "state", w.token(one.state), "day", w.day(&one.since, &visit.today)),
        states: BaseState::ALL
            .iter()
            .filter(follows)
            .map(|s| (s.as_str().to_owned(), w.t(&format!("base-to-{}", s.as_str()))))
            .collect(),
        themes: Theme::ALL.iter().map(|t| (t.as_str().to_owned(), w.token(*t))).collect(),
        organisations: organisations(visit, &loaded.path()).await?,
        ended: one.state == BaseState::Ended,
        f,
        g,
        v: loaded.view(visit),
    }))
}

async fn as_it_is(visit: &Visit, loaded: &Loaded) -> Result<Fields> {
    let one = loaded.base.clone();
    let (w, today, links) = (visit.w(), visit.today, one.links.clone());
    let links =
        visit.app.db().read(visit.county.id, move |tx| link::views(tx, &links, &w, today).map_err(Error::from)).await?;
    let mut f = Fields::empty(&visit.app)
        .with("name", one.name.as_str())
        .with("theme", one.theme.as_str())
        .with("services", one.services.as_str())
        .with("results", one.results.unwrap_or_default())
        .with("links", link::typed(&links));
    for partner in &one.partners {
        f = f.with("partners", partner.to_string());
    }
    Ok(f)
}

fn moving(visit: &Visit) -> Fields {
    Fields::empty(&visit.app).with("since", visit.today.to_string())
}

/// Both forms of a base.
pub(super) async fn keep_form(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let (loaded, _) = kept(&visit, &id).await?;
    let (f, g) = (as_it_is(&visit, &loaded).await?, moving(&visit));
    keep_page(&visit, &loaded, f, g).await?.ok()
}

/// Writes it anew.
pub(super) async fn change(visit: Visit, Path(id): Path<String>, mut f: Fields) -> Result<Response> {
    let (loaded, post) = kept(&visit, &id).await?;
    let w = visit.w();
    if let Some(form) = form_of(&visit, &mut f).await? {
        let id = loaded.base.id;
        let (actor, now, app) = (visit.actor(post), visit.now, visit.app.clone());
        let written = once(&visit, &f, move |tx| {
            let new = practice_base::get(tx, id)?.changed(&form).map_err(|faults| Error::faults(&faults))?;
            practice_base::change(tx, &new)?;
            let entry = Entry::of(&new, Verb::Change, actor, now, &mut app.chance());
            Ok(Once { entries: vec![entry], to: format!("/bases/{id}") })
        })
        .await;
        match written {
            Err(error) => f.take(error, "name", &w, &visit.today)?,
            done => return done,
        }
    }
    let g = moving(&visit);
    keep_page(&visit, &loaded, f, g).await?.again()
}

/// Takes it to work, to rest, to its end.
pub(super) async fn move_on(visit: Visit, Path(id): Path<String>, mut g: Fields) -> Result<Response> {
    let (loaded, post) = kept(&visit, &id).await?;
    let w = visit.w();
    let to = g.token::<BaseState>("state", &w);
    let since = g.day("since", &w);
    if let (Some(to), Some(since)) = (to, since) {
        let id = loaded.base.id;
        let (actor, now, today, app) = (visit.actor(post), visit.now, visit.today, visit.app.clone());
        let written = once(&visit, &g, move |tx| {
            let new = practice_base::get(tx, id)?.moved(to, since, today).refuse()?;
            practice_base::change(tx, &new)?;
            let entry = Entry::of(&new, Verb::Change, actor, now, &mut app.chance());
            Ok(Once { entries: vec![entry], to: format!("/bases/{id}") })
        })
        .await;
        match written {
            Err(error) => g.take(error, "state", &w, &visit.today)?,
            done => return done,
        }
    }
    let f = as_it_is(&visit, &loaded).await?;
    keep_page(&visit, &loaded, f, g).await?.again()
}
