//! The first page and the page of every place.

use crate::decide::matter::{LineView, SETTLED, TALKING, line_views};
use crate::decide::meeting::{self as meetings, line_view};
use crate::decide::posting::{Near, near as open_postings};
use crate::frame::{Error, Page, Result, Route, View, Visit};
use crate::programme::announcement::{Near as News, near as announced};
use askama::Template;
use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use civic::decide::matter::PlanState;
use civic::id::PlaceId;
use civic::people::place::{Level, Place, PlaceCode, village_of};
use civic::people::standing::{Action, Post, Visibility};
use civic::stage::{Stage, StageState, Stages};
use civic::time::Day;
use civic::token::Token;
use store::decide::matter::{Far, Within};
use store::decide::{matter, need, posting};
use store::people::place;

/// Matters shown on a place's page; the rest is on the stage's own page.
const LINES_MAX: u32 = 8;
/// Matters at work in the stages after the first that are looked at for a place's page, and shown in each.
const AT_WORK_MAX: u32 = 20;
const OF_STAGE_MAX: usize = 4;
/// Postings shown on a place's page.
const POSTINGS_MAX: u32 = 5;
/// Places shown on one page.
const PLACES_MAX: u32 = 200;

/// The routes of places.
pub fn routes() -> Vec<Route> {
    vec![Route::get("/", Action::ReadPublic, home).kept(), Route::get("/p/{code}", Action::ReadPublic, show).kept()]
}

/// Name, name above and page of a place, for the header.
#[derive(Clone, Debug)]
pub struct Brand {
    /// Its name.
    pub name: String,
    /// The names above it, up to the township.
    pub above: String,
    /// Its page.
    pub href: String,
}

/// The header's brand of a place, from the place and those above it, innermost first.
pub fn brand(line: &[Place]) -> Brand {
    let name = line.first().map(|p| p.name.clone()).unwrap_or_default();
    // Read from the outside in, without the county: 官桥镇竹溪村.
    let above: String = line
        .iter()
        .skip(1)
        .rev()
        .filter(|p| p.kind.level() != Level::County || line.len() == 2)
        .map(|p| p.name.as_str())
        .collect();
    let href = line.first().map(|p| format!("/p/{}", p.code)).unwrap_or_else(|| "/".to_owned());
    Brand { name, above, href }
}

/// The places at which the reader holds a post for which `fits` says yes, each once.
pub async fn own_places(visit: &Visit, fits: fn(&Place, Post) -> bool) -> Result<Vec<Place>> {
    let held: Vec<(PlaceId, Post)> = visit.asker().standings.iter().map(|s| (s.place, s.post)).collect();
    visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let mut places: Vec<Place> = Vec::new();
            for (id, post) in &held {
                let one = place::get(tx, *id)?;
                if fits(&one, *post) && places.iter().all(|known| known.id != one.id) {
                    places.push(one);
                }
            }
            Ok::<_, Error>(places)
        })
        .await
}

/// Village and hamlet as they stand at the head of a sheet.
pub fn organ(line: &[Place]) -> String {
    let near = line.iter().rev().filter(|p| matches!(p.kind.level(), Level::Village | Level::Hamlet));
    near.map(|p| p.name.as_str()).collect::<Vec<_>>().join(" ")
}

/// A public need that waits for its answer.
struct WaitView {
    href: String,
    title: String,
    text: String,
    left: String,
    over: bool,
}

/// A link to a place below.
struct PlaceView {
    href: String,
    name: String,
}

/// One of the five stages as the page of a place shows it.
struct StageView {
    key: &'static str,
    name: String,
    text: String,
    /// `todo` while nothing has come to it.
    state: &'static str,
    href: String,
    /// What is at work in it; of the first stage the page shows more, by itself.
    lines: Vec<LineView>,
}

fn stage_views(visit: &Visit, own: &Place, talking_n: i64, loaded: &Loaded) -> Vec<StageView> {
    let w = visit.w();
    let view = |stage: &Stage| {
        let open = |stages: &Stages| stages.get(*stage) == StageState::Open;
        let n = match stage {
            Stage::Decide => talking_n,
            _ => loaded.counts.iter().filter(|(_, stages, _)| open(stages)).map(|(.., n)| n).sum(),
        };
        let here = loaded.at_work.iter().filter(|line| *stage != Stage::Decide && open(&line.matter.stages));
        let here: Vec<matter::Line> = here.take(OF_STAGE_MAX).cloned().collect();
        StageView {
            key: stage.as_str(),
            name: w.token(*stage),
            text: if n > 0 || *stage == Stage::Decide { w.t1("stage-n", "n", n) } else { w.t("stage-later") },
            state: if n > 0 || *stage == Stage::Decide { "" } else { "todo" },
            href: format!("/p/{}/stages/{}", own.code, stage.as_str()),
            lines: line_views(&here, visit),
        }
    };
    Stage::ALL.iter().map(view).collect()
}

/// What both homes of a place show.
struct Shown {
    /// The code of the place.
    code: String,
    title: String,
    meta: String,
    day: Day,
    day_month: String,
    day_week: String,
    day_full: String,
    raise: Option<String>,
    /// The same where it would be the first.
    first_raise: Option<String>,
    meetings: Vec<meetings::LineView>,
    meetings_stamp: String,
    meetings_all: String,
    talking: Vec<LineView>,
    talking_n: i64,
    settled: Vec<LineView>,
    settled_n: i64,
    /// The five stages, each with what is at work in it.
    stages: Vec<StageView>,
    more: String,
    /// Whether nobody has ever raised anything here that became public.
    bare: bool,
    waiting: Vec<WaitView>,
    act: Vec<Near>,
    news: Vec<News>,
    news_all: String,
    organisations: String,
    postings: String,
    places: Vec<PlaceView>,
    places_title: String,
    near: bool,
}

#[derive(Template)]
#[template(path = "people/place/place.html")]
struct PlacePage {
    v: View,
    p: Shown,
}

/// The home of large type: one of each that is due, and a few big ways on.
#[derive(Template)]
#[template(path = "people/place/elder.html")]
struct ElderPage {
    v: View,
    p: Shown,
}

/// The first page: one's own hamlet, the place looked at last, or the county.
async fn home(visit: Visit) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    if let Some(own) = visit.signed.as_ref().and_then(|s| s.resident.as_ref()).and_then(|r| r.home.first()) {
        return page(&visit, *own).await;
    }
    if let Some(code) = visit.cookie("place").and_then(PlaceCode::parse) {
        let today = visit.today;
        let known = visit
            .app
            .db()
            .read(visit.county.id, move |tx| Ok::<_, Error>(place::by_code(tx, code, today).ok()))
            .await?;
        if let Some(place) = known {
            return page(&visit, place.id).await;
        }
    }
    if let Some(post) = visit.signed.as_ref().and_then(|s| s.standings.first()) {
        return page(&visit, post.place).await;
    }
    let root = visit.app.db().read(visit.county.id, |tx| place::root(tx).map_err(Error::from)).await?;
    page(&visit, root.id).await
}

/// The page of a place; it is remembered as the place to begin at next time.
async fn show(visit: Visit, Path(code): Path<String>) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let code = PlaceCode::parse(&code).ok_or(Error::Hidden)?;
    let today = visit.today;
    let (place, cookie) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let place = place::by_code(tx, code, today)?;
            let cookie = format!("place={}; Path=/; Max-Age=31536000; SameSite=Lax", place.code);
            Ok::<_, Error>((place, cookie))
        })
        .await?;
    let mut response = page(&visit, place.id).await?;
    if let Ok(cookie) = HeaderValue::try_from(cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

struct Loaded {
    line: Vec<Place>,
    counts: matter::Counts,
    talking: Vec<matter::Line>,
    settled: Vec<matter::Line>,
    at_work: Vec<matter::Line>,
    waiting: Vec<need::Waiting>,
    postings: Vec<posting::Line>,
    news: Vec<store::programme::announcement::Line>,
    meetings: Vec<store::decide::meeting::Line>,
    places: Vec<Place>,
}

async fn page(visit: &Visit, id: PlaceId) -> Result<Response> {
    let today = visit.today;
    let loaded = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let line = place::line(tx, id)?;
            let village = village_of(&line).map(|p| p.id);
            let within = Within::of(&line);
            let counts = matter::counts(tx, within)?;
            let talking = matter::list(tx, within, Far::Plans(&TALKING), None, None, LINES_MAX)?;
            let settled = matter::list(tx, within, Far::Plans(&SETTLED), None, None, LINES_MAX)?;
            let at_work = matter::list(tx, within, Far::AtWork, None, None, AT_WORK_MAX)?;
            let waiting = match village {
                Some(village) => need::waiting_in_public(tx, village, 5)?,
                None => Vec::new(),
            };
            // What waits for the reader is shown where people live; higher up it would only be long.
            let postings = match village {
                Some(_) => posting::open(tx, within, today, None, POSTINGS_MAX)?,
                None => Vec::new(),
            };
            let path: Vec<PlaceId> = line.iter().map(|place| place.id).collect();
            let news = announced(tx, &path, today)?;
            let meetings = meetings::near(tx, within)?;
            let places = place::children(tx, id, today, "", PLACES_MAX)?;
            Ok::<_, Error>(Loaded {
                line,
                counts,
                talking,
                settled,
                at_work,
                waiting,
                postings,
                news,
                meetings,
                places,
            })
        })
        .await?;
    let w = visit.w();
    let own = loaded.line.first().ok_or(Error::Hidden)?;
    let level = own.kind.level();
    let brand = brand(&loaded.line);
    let near = matches!(level, Level::Hamlet | Level::Village);
    let sum = |states: &[PlanState]| loaded.counts.iter().filter(|(s, ..)| states.contains(s)).map(|(.., n)| n).sum();
    let waiting = loaded
        .waiting
        .iter()
        .map(|one| {
            let days = one.due.map(|due| visit.today.until(due));
            let over = days.is_some_and(|days| days < 0);
            WaitView {
                href: format!("/m/{}", one.number),
                title: one.title.clone().unwrap_or_default(),
                text: one.due.map(|due| w.t1("place-answer-due", "day", w.day(&due, &visit.today))).unwrap_or_default(),
                left: days
                    .map(|d| w.t1(if over { "days-over" } else { "days-left" }, "n", d.abs()))
                    .unwrap_or_default(),
                over,
            }
        })
        .collect();
    let day = visit.today;
    let bare = near && loaded.counts.iter().all(|(.., n)| *n == 0);
    let raise = near.then(|| format!("/need?at={}", own.code));
    let (talking_n, settled_n) = (sum(&TALKING), sum(&SETTLED));
    let shown = Shown {
        code: own.code.to_string(),
        title: match level {
            Level::Hamlet | Level::Village => w.t("place-near"),
            _ => own.name.clone(),
        },
        meta: w.t2("place-meta", "name", &own.name, "n", talking_n + settled_n),
        day,
        day_month: w.t1("place-month", "n", i64::from(day.month())),
        day_week: w.weekday(&day),
        day_full: w.list(&[&w.day(&day, &day), &w.weekday(&day)]),
        raise: raise.clone().filter(|_| !bare),
        first_raise: raise,
        bare,
        meetings_stamp: w.t(if loaded.meetings.iter().any(|m| m.meeting.held_on == Some(today)) {
            "place-meeting-today"
        } else {
            "place-meeting-soon"
        }),
        meetings: loaded.meetings.iter().map(|line| line_view(line, &w, &today)).collect(),
        meetings_all: format!("/meetings?at={}", own.code),
        talking: line_views(&loaded.talking, visit),
        talking_n,
        settled: line_views(&loaded.settled, visit),
        stages: stage_views(visit, own, talking_n, &loaded),
        settled_n,
        more: format!("/p/{}/matters", own.code),
        waiting,
        act: open_postings(&loaded.postings, &w, visit.today),
        postings: format!("/postings?at={}", own.code),
        news: loaded.news.iter().map(|line| News::new(line, &w, today)).collect(),
        news_all: format!("/announcements?at={}", own.code),
        organisations: format!("/organisations?at={}", own.code),
        places_title: match level {
            Level::County => w.t("place-townships"),
            Level::Township => w.t("place-villages"),
            _ => w.t("place-hamlets"),
        },
        places: loaded
            .places
            .iter()
            .map(|p| PlaceView { href: format!("/p/{}", p.code), name: p.name.clone() })
            .collect(),
        near,
    };
    let v = View::new(visit).at(&brand.name, &brand.above, &brand.href);
    if v.elder { Page(ElderPage { v, p: shown }).ok() } else { Page(PlacePage { v, p: shown }).ok() }
}
