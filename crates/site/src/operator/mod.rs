//! The page for whoever keeps the county's installation running: jobs, backups, room, what is slow. Nothing of persons stands on it.

use crate::frame::{Error, Fields, Page, Result, Route, View, Visit, see_other};
use askama::Template;
use axum::response::Response;
use civic::id::JobId;
use civic::people::standing::Action;
use store::{Quiet, backup, jobs, record};

/// Failed jobs on the page; the rest is in the number.
const JOBS_MAX: u32 = 50;
/// Backups on the page.
const BACKUPS_MAX: u32 = 10;
/// Routes on the page.
const ROUTES_MAX: usize = 12;

/// The routes of this part.
pub fn routes() -> Vec<Route> {
    vec![Route::get("/operator", Action::Operate, show), Route::post("/operator/again", Action::Operate, again)]
}

struct JobView {
    id: String,
    kind: String,
    when: String,
    problem: String,
    whole: bool,
}

struct BackupView {
    when: String,
    size: String,
    missing: i64,
}

struct RouteView {
    name: String,
    count: u64,
    slow: u64,
    mean: u64,
    broken: u64,
}

#[derive(Template)]
#[template(path = "operator/operator.html")]
struct OperatorPage {
    v: View,
    f: Fields,
    done: Option<String>,
    version: String,
    waiting: i64,
    failed: i64,
    late: Option<String>,
    unsealed: Option<String>,
    jobs: Vec<JobView>,
    backups: Vec<BackupView>,
    room: Option<(u64, u64)>,
    memory: Option<u64>,
    kept: u64,
    fresh: u64,
    slow_ms: u64,
    routes: Vec<RouteView>,
}

/// The clock of the county at a moment: a day and a time.
fn moment(visit: &Visit, at: civic::time::Timestamp) -> String {
    let (hour, minute) = visit.zone.clock(at);
    format!("{} {hour:02}:{minute:02}", visit.w().full_day(&visit.zone.day(at)))
}

async fn show(visit: Visit, fields: Fields) -> Result<Response> {
    visit.may_anywhere()?;
    let now = visit.now;
    let (open, given_up, backups, unsealed) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            Ok::<_, Error>((
                jobs::open(tx, now)?,
                jobs::given_up(tx, JOBS_MAX)?,
                backup::last(tx, BACKUPS_MAX)?,
                record::entry::unsealed_since(tx)?,
            ))
        })
        .await?;
    let w = visit.w();
    let measures = visit.app.measures();
    let mut routes = measures.routes();
    // What people wait for longest comes first: slow answers, then slow on the whole.
    routes.sort_by_key(|of| std::cmp::Reverse((of.slow(), of.mean_ms())));
    let engine = match visit.app.db().engine() {
        store::Engine::Sqlite => "SQLite",
        store::Engine::Postgres => "PostgreSQL",
    };
    // A moment is nothing to worry about.
    let late = |at: Option<civic::time::Timestamp>| {
        at.filter(|at| now.millis().saturating_sub(at.millis()) > 60_000).map(|at| moment(&visit, at))
    };
    let (kept, fresh) = measures.pages();
    let page = OperatorPage {
        f: Fields::empty(&visit.app),
        done: ["again", "gone"]
            .into_iter()
            .find(|word| *word == fields.value("done"))
            .map(|word| w.t(&format!("operator-done-{word}"))),
        version: format!("Wugong {}, {engine}", env!("CARGO_PKG_VERSION")),
        waiting: open.waiting,
        failed: open.failed,
        late: late(open.late),
        unsealed: late(unsealed),
        jobs: given_up
            .into_iter()
            .map(|job| JobView {
                id: job.id.to_string(),
                when: moment(&visit, job.created_at),
                kind: job.kind,
                problem: job.problem.unwrap_or_default(),
                whole: job.whole,
            })
            .collect(),
        backups: backups
            .into_iter()
            .map(|one| BackupView {
                when: moment(&visit, one.at),
                size: (one.bytes_len / 1024).to_string(),
                missing: one.files_missing,
            })
            .collect(),
        room: measures.room().map(|(free, whole)| (free >> 20, whole >> 20)),
        memory: measures.memory().map(|bytes| bytes >> 20),
        kept,
        fresh,
        slow_ms: crate::frame::measure::SLOW_MS,
        routes: routes
            .iter()
            .take(ROUTES_MAX)
            .map(|of| RouteView {
                name: format!("{} {}", of.method, of.route),
                count: of.count(),
                slow: of.slow(),
                mean: of.mean_ms(),
                broken: of.classes.last().copied().unwrap_or_default(),
            })
            .collect(),
        v: View::new(&visit).dense(),
    };
    Page(page).ok()
}

/// Lets a job that was given up be done again. Pressed twice it is the same: only one that was given up begins anew.
async fn again(visit: Visit, fields: Fields) -> Result<Response> {
    visit.may_anywhere()?;
    let job = JobId::parse(fields.value("job")).ok_or(Error::Hidden)?;
    let now = visit.now;
    let begun = visit
        .app
        .db()
        .write(visit.county.id, move |tx| {
            let begun = jobs::again(tx, job, now)?;
            Ok::<_, Error>(tx.commit_quiet(Quiet::Job, begun))
        })
        .await?;
    Ok(see_other(if begun { "/operator?done=again" } else { "/operator?done=gone" }))
}
