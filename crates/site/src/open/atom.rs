//! Feeds (Atom, RFC 4287): what moved at a place, and what happened to a matter.

use super::answer::marked;
use crate::decide::matter::told;
use crate::frame::{Error, Result, Route, Visit, address, see_other};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::people::place::{PlaceCode, whole_name};
use civic::people::standing::{Action, Visibility};
use civic::time::{Day, Timestamp};
use store::decide::matter::{self, Far, Within};
use store::people::place;

/// Entries of a feed.
const ENTRIES_MAX: u32 = 50;
const MEDIA_TYPE: &str = "application/atom+xml; charset=utf-8";

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/p/{code}/feed.atom", Action::ReadPublic, of_place).kept(),
        Route::get("/m/{number}/feed.atom", Action::ReadPublic, of_matter).kept(),
    ]
}

struct EntryView {
    id: String,
    title: String,
    href: String,
    updated: String,
    text: String,
}

#[derive(Template)]
#[template(path = "open/feed.xml")]
struct Feed {
    lang: &'static str,
    id: String,
    title: String,
    page: String,
    own: String,
    updated: String,
    author: String,
    entries: Vec<EntryView>,
}

/// A moment as feeds write it (RFC 3339).
fn moment(at: Timestamp) -> String {
    at.rfc3339()
}

fn answer(visit: &Visit, title: String, page: &str, mut entries: Vec<EntryView>) -> Result<Response> {
    entries.truncate(usize::try_from(ENTRIES_MAX).unwrap_or(usize::MAX));
    let feed = Feed {
        lang: visit.lang.tag(),
        id: address(&visit.app, &visit.path),
        title,
        page: address(&visit.app, page),
        own: address(&visit.app, &visit.path),
        // An empty feed was made with its county.
        updated: entries.first().map_or_else(|| moment(visit.county.created_at), |first| first.updated.clone()),
        author: visit.county.name.clone(),
        entries,
    };
    Ok(marked(MEDIA_TYPE, feed.render()?.into_bytes()))
}

/// What moved at a place and below it, the latest first.
async fn of_place(visit: Visit, Path(code): Path<String>) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let code = PlaceCode::parse(&code).ok_or(Error::Hidden)?;
    let today = visit.today;
    let (line, rows) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let own = place::by_code(tx, code, today)?;
            let line = place::line(tx, own.id)?;
            let rows = matter::list(tx, Within::of(&line), Far::Anywhere, None, None, ENTRIES_MAX)?;
            Ok::<_, Error>((line, rows))
        })
        .await?;
    let w = visit.w();
    let entries = rows
        .into_iter()
        .map(|row| {
            let number = row.matter.number.as_ref().map(ToString::to_string).unwrap_or_default();
            let href = address(&visit.app, &format!("/m/{number}"));
            EntryView {
                id: href.clone(),
                title: row.matter.title.clone().unwrap_or_default(),
                updated: moment(row.moved_at),
                text: w.list(&[&row.place_name, &number, &w.token(row.matter.plan)]),
                href,
            }
        })
        .collect();
    answer(&visit, whole_name(&line), &format!("/p/{}", line.first().ok_or(Error::Hidden)?.code), entries)
}

/// What happened to a matter, the latest first.
async fn of_matter(visit: Visit, Path(number): Path<String>) -> Result<Response> {
    let told = match told(&visit, &number).await? {
        Ok(told) => told,
        Err(survivor) => return Ok(see_other(&format!("/m/{survivor}/feed.atom"))),
    };
    let number = told.matter.number.as_ref().map(ToString::to_string).unwrap_or_default();
    let page = format!("/m/{number}");
    let w = visit.w();
    let mut events: Vec<_> =
        told.stages.into_iter().flat_map(|(stage, events)| events.into_iter().map(move |one| (stage, one))).collect();
    events.sort_by_key(|(_, event)| std::cmp::Reverse(event.day));
    // An event has a day and no moment; noon is that day everywhere in the country.
    let noon = |day: Day| visit.zone.at(day, 12, 0);
    let entries = events
        .into_iter()
        .map(|(stage, event)| {
            let href = address(&visit.app, &format!("{page}#{}", event.id));
            EntryView {
                id: href.clone(),
                title: event.say,
                updated: moment(noon(event.day)),
                text: w.token(stage),
                href,
            }
        })
        .collect();
    answer(&visit, told.matter.title.unwrap_or_default(), &page, entries)
}
