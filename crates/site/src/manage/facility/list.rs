//! The register of a place: what there is, in which state, who looks after it.

use crate::frame::{Error, FILE_ROWS_MAX, Fields, ListFile, Page, Result, View, Visit, list_file};
use crate::people::place::brand;
use askama::Template;
use axum::response::Response;
use civic::id::FacilityId;
use civic::manage::facility::{FacilityKind, FacilityState};
use civic::people::place::PlaceCode;
use civic::people::standing::{Action, Visibility};
use civic::token::Token;
use store::manage::facility;
use store::people::place;

/// Facilities on one page.
const LINES_MAX: u32 = 30;

struct LineView {
    href: String,
    name: String,
    note: String,
    wait: bool,
}

#[derive(Template)]
#[template(path = "manage/facility/list.html")]
struct ListPage {
    v: View,
    at: String,
    kind: String,
    kinds: Vec<(String, String)>,
    state: String,
    states: Vec<(String, String)>,
    here: String,
    lines: Vec<LineView>,
    enter: Option<String>,
    after: Option<String>,
    first: Option<String>,
}

/// The facilities of a place and everything below.
pub(super) async fn list(visit: Visit, fields: Fields) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let asked = match fields.value("at") {
        "" => None,
        code => Some(PlaceCode::parse(code).ok_or(Error::Hidden)?),
    };
    let kind = FacilityKind::parse(fields.value("kind"));
    let state = FacilityState::parse(fields.value("state"));
    let after = FacilityId::parse(fields.value("after"));
    let today = visit.today;
    let file = ListFile::asked(&fields);
    let rows_max = if file.is_some() { FILE_ROWS_MAX } else { LINES_MAX + 1 };
    let (line, mut rows) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let own = match asked {
                Some(code) => place::by_code(tx, code, today)?,
                None => place::root(tx)?,
            };
            let line = place::line(tx, own.id)?;
            let rows = facility::list(tx, own.id, kind, state, after, rows_max)?;
            Ok::<_, Error>((line, rows))
        })
        .await?;
    let w = visit.w();
    if let Some(file) = file {
        let head = ["number", "name", "kind", "state", "place", "kept"].map(|key| w.t(&format!("list-{key}"))).to_vec();
        let rows = rows.into_iter().map(|line| {
            let one = line.facility;
            let (kind, state) = (w.token(one.sheet.kind), w.token(one.state));
            vec![one.number.to_string(), one.sheet.name, kind, state, line.place_name, one.sheet.manager]
        });
        return list_file(file, "facilities", head, rows.collect()).await;
    }
    let brand = brand(&line);
    let path: Vec<_> = line.iter().map(|place| place.id).collect();
    let at = brand.href.trim_start_matches("/p/").to_owned();
    let max = usize::try_from(LINES_MAX).unwrap_or(usize::MAX);
    let more = rows.len() > max;
    rows.truncate(max);
    let kind = kind.map(Token::as_str).unwrap_or_default().to_owned();
    let state = state.map(Token::as_str).unwrap_or_default().to_owned();
    let here = format!("/facilities?at={at}&kind={kind}&state={state}");
    let page = ListPage {
        here: here.clone(),
        kinds: FacilityKind::ALL.iter().map(|one| (one.as_str().to_owned(), w.token(*one))).collect(),
        states: FacilityState::ALL.iter().map(|one| (one.as_str().to_owned(), w.token(*one))).collect(),
        after: rows.last().filter(|_| more).map(|last| format!("{here}&after={}", last.facility.id)),
        first: after.map(|_| here.clone()),
        lines: rows
            .iter()
            .map(|line| {
                let one = &line.facility;
                let state = w.token(one.state);
                let kept = w.t1("facility-kept-by", "who", &one.sheet.manager);
                let number = one.number.to_string();
                LineView {
                    href: format!("/f/{number}"),
                    name: one.sheet.name.clone(),
                    note: w.list(&[&number, &state, &line.place_name, &kept]),
                    wait: one.state == FacilityState::Faulty,
                }
            })
            .collect(),
        enter: visit.could(Action::KeepFacility, &path).then(|| format!("{}/facility", brand.href)),
        kind,
        state,
        at,
        v: View::new(&visit).at(&brand.name, &brand.above, &brand.href),
    };
    Page(page).ok()
}
