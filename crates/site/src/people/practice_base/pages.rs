//! The list of bases, and the page of one: what one finds there, which needs it serves, where people met over it.

use crate::frame::{Error, Fields, Page, Result, View, Visit, cut};
use crate::people::place::brand;
use crate::programme::link::{self, LinkView};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::id::{BaseId, PlaceId};
use civic::people::place::{Place, PlaceCode, whole_name};
use civic::people::practice_base::PracticeBase;
use civic::people::standing::{Action, Visibility};
use store::Tx;
use store::people::{organisation, place, practice_base};

/// Bases on one page.
const LINES_MAX: u32 = 30;

struct LineView {
    href: String,
    name: String,
    text: String,
}

#[derive(Template)]
#[template(path = "people/practice_base/list.html")]
struct ListPage {
    v: View,
    lines: Vec<LineView>,
    first: Option<String>,
    next: Option<String>,
    new: Option<String>,
}

/// The list.
pub(super) async fn list(visit: Visit, asked: Fields) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let code = match asked.value("at") {
        "" => None,
        code => Some(PlaceCode::parse(code).ok_or(Error::Hidden)?),
    };
    let after =
        asked.value("after").rsplit_once('~').and_then(|(name, id)| Some((name.to_owned(), BaseId::parse(id)?)));
    let (today, going_on) = (visit.today, after.is_some());
    let (line, mut lines) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let id = match code {
                Some(code) => place::by_code(tx, code, today)?.id,
                None => place::root(tx)?.id,
            };
            let line = place::line(tx, id)?;
            let after = after.as_ref().map(|(name, id)| (name.as_str(), *id));
            let lines = practice_base::within(tx, id, after, LINES_MAX + 1)?;
            Ok::<_, Error>((line, lines))
        })
        .await?;
    let w = visit.w();
    let brand = brand(&line);
    let at = line.first().map(|p| p.code.to_string()).unwrap_or_default();
    let path: Vec<PlaceId> = line.iter().map(|p| p.id).collect();
    let more = cut(&mut lines, LINES_MAX);
    let page = ListPage {
        first: going_on.then(|| format!("/bases?at={at}")),
        next: lines.last().filter(|_| more).map(|last| {
            let mark = format!("{}~{}", last.base.name, last.base.id);
            let mark: String = form_urlencoded::byte_serialize(mark.as_bytes()).collect();
            format!("/bases?at={at}&after={mark}")
        }),
        lines: lines
            .iter()
            .map(|line| LineView {
                href: format!("/bases/{}", line.base.id),
                name: line.base.name.clone(),
                text: w.list(&[&line.place_name, &w.token(line.base.theme), &w.token(line.base.state)]),
            })
            .collect(),
        new: visit.could(Action::KeepOrganisation, &path).then(|| format!("/bases/new?at={at}")),
        v: View::new(&visit).at(&brand.name, &brand.above, &brand.href),
    };
    Page(page).ok()
}

/// A base with its place and those above it, innermost first.
pub(super) struct Loaded {
    pub(super) base: PracticeBase,
    pub(super) line: Vec<Place>,
}

impl Loaded {
    pub(super) fn path(&self) -> Vec<PlaceId> {
        self.line.iter().map(|place| place.id).collect()
    }
    pub(super) fn view(&self, visit: &Visit) -> View {
        let brand = brand(&self.line);
        View::new(visit).at(&brand.name, &brand.above, &brand.href)
    }
}

/// The id in the address; anything else is not there.
pub(super) fn id_of(text: &str) -> Result<BaseId> {
    BaseId::parse(text).ok_or(Error::Hidden)
}

pub(super) fn load(tx: &mut Tx<'_>, id: BaseId) -> Result<Loaded> {
    let base = practice_base::get(tx, id)?;
    let line = place::line(tx, base.place)?;
    Ok(Loaded { base, line })
}

#[derive(Template)]
#[template(path = "people/practice_base/base.html")]
struct BasePage {
    v: View,
    name: String,
    meta: String,
    stands: String,
    place: String,
    host: (String, String),
    partners: Vec<(String, String)>,
    services: String,
    results: Option<String>,
    served: Vec<LinkView>,
    met: Vec<LinkView>,
    all: String,
    keep: Option<String>,
}

/// The page.
pub(super) async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let id = id_of(&id)?;
    let (w, today) = (visit.w(), visit.today);
    let words = w.clone();
    let (loaded, host, partners, links) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let loaded = load(tx, id)?;
            let named = |tx: &mut Tx<'_>, id| {
                organisation::get(tx, id).map(|one| (format!("/organisations/{}", one.id), one.name))
            };
            let host = named(tx, loaded.base.host)?;
            let mut partners = Vec::new();
            for partner in &loaded.base.partners {
                partners.push(named(tx, *partner)?);
            }
            let links = link::views(tx, &loaded.base.links, &words, today)?;
            Ok::<_, Error>((loaded, host, partners, links))
        })
        .await?;
    let path = loaded.path();
    visit.may(&path, Visibility::Public)?;
    let one = &loaded.base;
    let (met, served): (Vec<_>, Vec<_>) = links.into_iter().partition(|link| link.met);
    let at = loaded.line.first().map(|p| p.code.to_string()).unwrap_or_default();
    let page = BasePage {
        name: one.name.clone(),
        meta: w.list(&[&w.t("base-is"), &w.token(one.theme)]),
        stands: w.t2("organisation-since", "state", w.token(one.state), "day", w.day(&one.since, &today)),
        place: whole_name(&loaded.line),
        host,
        partners,
        services: one.services.clone(),
        results: one.results.clone(),
        served,
        met,
        all: format!("/bases?at={at}"),
        keep: visit.could(Action::KeepOrganisation, &path).then(|| format!("/bases/{id}/keep")),
        v: loaded.view(&visit),
    };
    Page(page).ok()
}
