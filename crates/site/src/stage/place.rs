//! A stage's own page at a place: what it is, what a resident can do in it now, and the matters that have come to it.

use crate::decide::matter::{LineView, line_views};
use crate::frame::{Error, Fields, Page, Result, Route, View, Visit, cut};
use crate::people::place::brand;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::id::{MatterId, SurveyId};
use civic::people::place::{Level, PlaceCode};
use civic::people::standing::{Action, Visibility};
use civic::stage::Stage;
use civic::time::Timestamp;
use civic::token::Token;
use store::decide::matter::{self, Far, Within};
use store::evaluate::survey;
use store::people::place;

/// Surveys that the page of their stage leads to.
const SURVEYS_MAX: u32 = 10;
/// Matters on one page of the list.
const LINES_MAX: u32 = 20;

/// The routes of stages at places.
pub fn routes() -> Vec<Route> {
    vec![Route::get("/p/{code}/stages/{stage}", Action::ReadPublic, show).kept()]
}

struct WayView {
    href: String,
    text: String,
}

#[derive(Template)]
#[template(path = "stage/place.html")]
struct StagePage {
    v: View,
    stage: &'static str,
    name: String,
    what: String,
    /// The other stages, to walk on to.
    others: Vec<(&'static str, String, String)>,
    ways: Vec<WayView>,
    note: String,
    lines: Vec<LineView>,
    after: Option<String>,
    first: Option<String>,
}

async fn show(visit: Visit, Path((code, stage)): Path<(String, String)>, fields: Fields) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let code = PlaceCode::parse(&code).ok_or(Error::Hidden)?;
    let stage = Stage::parse(&stage).ok_or(Error::Hidden)?;
    let after = fields
        .value("after")
        .split_once('.')
        .and_then(|(at, id)| Some((Timestamp::from_millis(at.parse().ok()?), MatterId::parse(id)?)));
    let today = visit.today;
    let (line, mut rows, surveys) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let own = place::by_code(tx, code, today)?;
            let line = place::line(tx, own.id)?;
            let rows = matter::list(tx, Within::of(&line), Far::In(stage), None, after, LINES_MAX + 1)?;
            let surveys = match stage {
                Stage::Evaluate => survey::asking(tx, own.id, today, SURVEYS_MAX)?,
                _ => Vec::new(),
            };
            Ok::<_, Error>((line, rows, surveys))
        })
        .await?;
    let w = visit.w();
    let own = line.first().ok_or(Error::Hidden)?;
    let near = matches!(own.kind.level(), Level::Village | Level::Hamlet);
    let brand = brand(&line);
    let here = format!("{}/stages/{}", brand.href, stage.as_str());
    let more = cut(&mut rows, LINES_MAX);
    let next = rows.last().filter(|_| more);
    let page = StagePage {
        stage: stage.as_str(),
        name: w.token(stage),
        what: w.t(&format!("stage-what-{}", stage.as_str())),
        others: Stage::ALL
            .iter()
            .map(|one| (one.as_str(), w.token(*one), format!("{}/stages/{}", brand.href, one.as_str())))
            .collect(),
        ways: ways(&visit, stage, &own.code.to_string(), near, &surveys),
        note: w.t(&format!("stage-note-{}", stage.as_str())),
        lines: line_views(&rows, &visit),
        after: next.map(|last| format!("{here}?after={}.{}", last.moved_at.millis(), last.matter.id)),
        first: after.map(|_| here),
        v: View::new(&visit).at(&brand.name, &brand.above, &brand.href),
    };
    Page(page).ok()
}

/// What a resident can do in a stage that has a page of its own; what is done at one matter stands on that matter's page.
fn ways(visit: &Visit, stage: Stage, code: &str, near: bool, surveys: &[(SurveyId, String)]) -> Vec<WayView> {
    let w = visit.w();
    let way = |href: String, key: &str| WayView { href, text: w.t(key) };
    let mut ways = Vec::new();
    if stage == Stage::Decide {
        if near {
            ways.push(way(format!("/need?at={code}"), "place-raise"));
        }
        ways.push(way(format!("/meetings?at={code}"), "place-meetings-all"));
        ways.push(way(format!("/postings?at={code}"), "postings-title"));
        ways.push(way("/look-up".to_owned(), "nav-look-up"));
    }
    if stage == Stage::Manage {
        ways.push(way(format!("/facilities?at={code}"), "facility-list-title"));
    }
    ways.extend(surveys.iter().map(|(id, title)| WayView {
        href: format!("/surveys/{id}/answer"),
        text: w.t1("survey-answer-about", "title", title),
    }));
    if stage == Stage::Share {
        ways.push(way(format!("/cases?at={code}"), "cases-title"));
        ways.push(way(format!("/p/{code}/honours"), "honours-title"));
    }
    ways
}
