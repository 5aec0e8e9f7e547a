//! How often what is kept of persons was opened, in numbers: for auditors, who see nobody's name and nobody's day.

use crate::frame::{Error, Page, Result, Route, View, Visit, post_name};
use askama::Template;
use axum::response::Response;
use civic::people::opening::{KEPT_DAYS, Opened};
use civic::people::standing::{Action, Post};
use civic::token::Token;
use store::people::opening;

/// Days of the shorter of the two columns.
const MONTH_DAYS: i32 = 30;

/// The routes of this part.
pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/openings", Action::ReadRecord, show)]
}

struct Row {
    what: String,
    post: String,
    month: i64,
    all: i64,
}

#[derive(Template)]
#[template(path = "record/openings.html")]
struct OpeningsPage {
    v: View,
    rows: Vec<Row>,
    month_days: i32,
    kept_days: i32,
}

async fn show(visit: Visit) -> Result<Response> {
    visit.may_anywhere()?;
    let today = visit.today;
    let (month, all) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let month = opening::counts(tx, today.plus(1 - MONTH_DAYS))?;
            Ok::<_, Error>((month, opening::counts(tx, today.plus(-KEPT_DAYS))?))
        })
        .await?;
    let w = visit.w();
    let rows = all
        .iter()
        .map(|(kind, post, times)| {
            let same = month.iter().find(|(k, p, _)| k == kind && p == post);
            Row {
                what: Opened::parse(kind).map(|kind| w.token(kind)).unwrap_or_default(),
                post: post_name(&w, Post::parse(post)),
                month: same.map_or(0, |(_, _, times)| *times),
                all: *times,
            }
        })
        .collect();
    Page(OpeningsPage { v: View::new(&visit), rows, month_days: MONTH_DAYS, kept_days: KEPT_DAYS }).ok()
}
