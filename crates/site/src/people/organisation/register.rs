//! The register: counts by kind and by the places below, then the organisations one by one.

use crate::frame::{Error, FILE_ROWS_MAX, Fields, ListFile, Page, Result, View, Visit, W, cut, list_file};
use crate::people::place::brand;
use askama::Template;
use axum::response::Response;
use civic::id::{OrganisationId, PlaceId};
use civic::people::organisation::{OrganisationKind, OrganisationState};
use civic::people::place::{PlaceCode, village_of};
use civic::people::standing::{Action, Visibility};
use civic::token::Token;
use store::people::organisation::{self, Line};
use store::people::place;

/// Organisations on one page.
const LINES_MAX: u32 = 30;
/// Places below that are counted.
const PLACES_MAX: u32 = 200;

/// An organisation in a list.
pub(super) struct LineView {
    pub(super) href: String,
    pub(super) name: String,
    pub(super) text: String,
}

pub(super) fn line_view(line: &Line, w: &W) -> LineView {
    let one = &line.organisation;
    LineView {
        href: format!("/organisations/{}", one.id),
        name: one.name.clone(),
        text: w.list(&[line.place_name.as_str(), &w.token(one.kind), &w.token(one.state)]),
    }
}

/// A way to a part of the register, with how many are there.
struct CountView {
    href: String,
    name: String,
    n: i64,
    here: bool,
}

#[derive(Template)]
#[template(path = "people/organisation/register.html")]
struct RegisterPage {
    v: View,
    total: i64,
    branches: i64,
    kinds: Vec<CountView>,
    places: Vec<CountView>,
    at: String,
    kind: String,
    state: String,
    states: Vec<(String, String)>,
    here: String,
    lines: Vec<LineView>,
    /// Of a hamlet: what its village has, the nearest that one can turn to.
    nearest: Vec<LineView>,
    first: Option<String>,
    next: Option<String>,
    new: Option<String>,
    coverage: String,
}

/// Code, name and id of the last line of the page before.
fn after_of(text: &str) -> Option<(String, String, OrganisationId)> {
    let (code, rest) = text.split_once('~')?;
    let (name, id) = rest.rsplit_once('~')?;
    Some((code.to_owned(), name.to_owned(), OrganisationId::parse(id)?))
}

/// The register.
pub(super) async fn list(visit: Visit, asked: Fields) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let code = match asked.value("at") {
        "" => None,
        code => Some(PlaceCode::parse(code).ok_or(Error::Hidden)?),
    };
    let kind = OrganisationKind::parse(asked.value("kind"));
    let state = OrganisationState::parse(asked.value("state"));
    let after = after_of(asked.value("after"));
    let (today, going_on) = (visit.today, after.is_some());
    let file = ListFile::asked(&asked);
    let rows_max = if file.is_some() { FILE_ROWS_MAX } else { LINES_MAX + 1 };
    let (line, tally, below, mut lines, nearest) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let own = match code {
                Some(code) => place::by_code(tx, code, today)?,
                None => place::root(tx)?,
            };
            let line = place::line(tx, own.id)?;
            let tally = organisation::tally(tx, own.id, own.kind.level())?;
            let below = place::children(tx, own.id, today, "", PLACES_MAX)?;
            let after = after.as_ref().map(|(code, name, id)| (code.as_str(), name.as_str(), *id));
            let lines = organisation::list(tx, own.id, kind, state, after, rows_max)?;
            let village = village_of(&line).filter(|village| village.id != own.id);
            let nearest = match village {
                Some(village) => organisation::of_place(tx, village.id, None, LINES_MAX)?,
                None => Vec::new(),
            };
            Ok::<_, Error>((line, tally, below, lines, nearest))
        })
        .await?;
    let w = visit.w();
    if let Some(file) = file {
        let head = ["name", "kind", "state", "place"].map(|key| w.t(&format!("list-{key}"))).to_vec();
        let rows = lines.into_iter().map(|line| {
            let (kind, state) = (w.token(line.organisation.kind), w.token(line.organisation.state));
            vec![line.organisation.name, kind, state, line.place_name]
        });
        return list_file(file, "organisations", head, rows.collect()).await;
    }
    let brand = brand(&line);
    let at = line.first().map(|p| p.code.to_string()).unwrap_or_default();
    let path: Vec<PlaceId> = line.iter().map(|p| p.id).collect();
    let more = cut(&mut lines, LINES_MAX);
    let (kind_word, state_word) =
        (kind.map(Token::as_str).unwrap_or_default(), state.map(Token::as_str).unwrap_or_default());
    let here = format!("/organisations?at={at}&kind={kind_word}&state={state_word}");
    let of_kind = |kind: OrganisationKind| tally.iter().filter(|t| t.kind == kind).map(|t| t.n).sum::<i64>();
    let page = RegisterPage {
        here: here.clone(),
        total: tally.iter().map(|t| t.n).sum(),
        branches: tally.iter().filter(|t| t.branch).map(|t| t.n).sum(),
        kinds: OrganisationKind::ALL
            .iter()
            .map(|k| (*k, of_kind(*k)))
            .filter(|(_, n)| *n > 0)
            .map(|(k, n)| CountView {
                href: format!("/organisations?at={at}&kind={}", k.as_str()),
                name: w.token(k),
                n,
                here: Some(k) == kind,
            })
            .collect(),
        places: below
            .iter()
            .map(|place| CountView {
                href: format!("/organisations?at={}&kind={kind_word}&state={state_word}", place.code),
                name: place.name.clone(),
                n: tally.iter().filter(|t| t.place == Some(place.id)).map(|t| t.n).sum(),
                here: false,
            })
            .collect(),
        states: std::iter::once((String::new(), w.t("organisations-state-all")))
            .chain(OrganisationState::ALL.iter().map(|s| (s.as_str().to_owned(), w.token(*s))))
            .collect(),
        kind: kind_word.to_owned(),
        state: state_word.to_owned(),
        first: going_on.then(|| here.clone()),
        next: lines.last().filter(|_| more).map(|last| {
            let one = &last.organisation;
            let mark = format!("{}~{}~{}", last.place_code, one.name, one.id);
            let mark: String = form_urlencoded::byte_serialize(mark.as_bytes()).collect();
            format!("{here}&after={mark}")
        }),
        nearest: nearest
            .iter()
            .map(|one| LineView {
                href: format!("/organisations/{}", one.id),
                name: one.name.clone(),
                text: w.list(&[&w.token(one.kind), &w.token(one.state), one.contact.as_deref().unwrap_or_default()]),
            })
            .collect(),
        lines: lines.iter().map(|line| line_view(line, &w)).collect(),
        new: visit.could(Action::KeepOrganisation, &path).then(|| format!("/organisations/new?at={at}")),
        coverage: format!("/coverage?at={at}"),
        at,
        v: View::new(&visit).at(&brand.name, &brand.above, &brand.href),
    };
    Page(page).ok()
}
