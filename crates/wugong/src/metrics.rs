//! Numbers for Prometheus, as text, on a listener of their own. Few families, and nothing of persons: routes stand there as templates.
//! The format: <https://prometheus.io/docs/instrumenting/exposition_formats/>.

use crate::{installation, machine};
use anyhow::{Context, Result};
use axum::extract::{Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use site::App;
use site::frame::measure::{Answered, BOUNDS_MS, OfRoute};
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::time::Instant;
use store::Error;
use store::jobs::Open;

/// Measures every answer. It stands outside of the site, which knows no clock but the county's.
#[expect(clippy::disallowed_methods, reason = "how long an answer takes is measured here, and looked at by no rule")]
pub async fn timed(State(app): State<App>, request: Request, next: Next) -> Response {
    let (began, method) = (Instant::now(), request.method().clone());
    let response = next.run(request).await;
    let route = response.extensions().get::<Answered>().map_or("-", |answered| answered.0.as_str());
    let micros = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
    app.measures().note(if method == "POST" { "POST" } else { "GET" }, route, response.status().as_u16(), micros);
    response
}

/// Serves `/metrics` at that address, on the runtime that this is called in. Answers the address.
pub async fn listen(address: SocketAddr, app: App) -> Result<SocketAddr> {
    let listener = tokio::net::TcpListener::bind(address)
        .await
        .with_context(|| format!("nobody can listen on {address} for metrics; is another server there?"))?;
    let address = listener.local_addr()?;
    let began = installation::now().millis() / 1000;
    let router = axum::Router::new()
        .route(
            "/metrics",
            axum::routing::get(async move |State(app): State<App>| {
                let text = text(&app, began).await;
                ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
            }),
        )
        .with_state(app);
    tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            tracing::error!(%error, "metrics are served no more");
        }
    });
    tracing::info!(%address, "metrics");
    Ok(address)
}

/// What the database knows.
#[derive(Default)]
struct Asked {
    open: Open,
    backup: Option<i64>,
}

async fn asked(app: &App) -> Result<Asked, Error> {
    let mut asked = Asked::default();
    for county in app.db().shared(store::people::county::all).await? {
        let now = app.now();
        let (open, backups) = app
            .db()
            .read(county.id, move |tx| Ok::<_, Error>((store::jobs::open(tx, now)?, store::backup::last(tx, 1)?)))
            .await?;
        asked.open.waiting += open.waiting;
        asked.open.failed += open.failed;
        let at = backups.first().map(|backup| backup.at.millis() / 1000);
        // Of several counties the one whose backup is oldest.
        asked.backup = asked.backup.map_or(at, |known| at.map(|at| at.min(known)));
    }
    Ok(asked)
}

async fn text(app: &App, began: i64) -> String {
    let mut out = String::new();
    let mut family = |name: &str, kind: &str, help: &str, lines: &[(String, String)]| {
        let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}");
        for (labels, value) in lines {
            let _ = writeln!(out, "{name}{labels} {value}");
        }
    };
    let one = |value: String| vec![(String::new(), value)];
    let engine = installation::engine(app.db().engine());
    let build = format!("{{version=\"{}\",engine=\"{engine}\"}}", env!("CARGO_PKG_VERSION"));
    family("wugong_build_info", "gauge", "Version and engine.", &[(build, "1".to_owned())]);
    let routes = app.measures().routes();
    family("wugong_requests_total", "counter", "Answers by route and status.", &classes(&routes));
    family("wugong_request_seconds", "histogram", "How long answers took.", &[]);
    times(&mut out, &routes);
    let mut family = |name: &str, kind: &str, help: &str, lines: &[(String, String)]| {
        let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}");
        for (labels, value) in lines {
            let _ = writeln!(out, "{name}{labels} {value}");
        }
    };
    let (kept, fresh) = app.measures().pages();
    let pages = [("{from=\"kept\"}", kept), ("{from=\"fresh\"}", fresh)].map(|(l, n)| (l.to_owned(), n.to_string()));
    family("wugong_pages_total", "counter", "Public pages given out as kept, and made anew.", &pages);
    let (reads, writes) = app.db().waiting();
    let waiting = [("{of=\"read\"}", reads), ("{of=\"write\"}", writes)].map(|(l, n)| (l.to_owned(), n.to_string()));
    family("wugong_database_waiting", "gauge", "Units of work that wait for a connection.", &waiting);
    family("wugong_statements_total", "counter", "Statements run.", &one(app.db().statements().to_string()));
    family("wugong_commits_total", "counter", "Commits of writes.", &one(app.db().commits().to_string()));
    match asked(app).await {
        Ok(asked) => {
            family("wugong_database_up", "gauge", "Whether the database answers.", &one("1".to_owned()));
            let jobs = [("{state=\"waiting\"}", asked.open.waiting), ("{state=\"failed\"}", asked.open.failed)];
            let jobs = jobs.map(|(labels, n)| (labels.to_owned(), n.to_string()));
            family("wugong_jobs", "gauge", "Jobs that wait and jobs that were given up.", &jobs);
            let backup = asked.backup.map(|at| one(at.to_string())).unwrap_or_default();
            family("wugong_backup_timestamp_seconds", "gauge", "When the last backup was made.", &backup);
        }
        Err(_) => family("wugong_database_up", "gauge", "Whether the database answers.", &one("0".to_owned())),
    }
    let free = machine::room(&app.setup().data).map(|room| one(room.free.to_string())).unwrap_or_default();
    family("wugong_disk_free_bytes", "gauge", "Room left on the disk of the folder of data.", &free);
    let memory = machine::memory().map(|bytes| one(bytes.to_string())).unwrap_or_default();
    family("process_resident_memory_bytes", "gauge", "Memory that the process holds.", &memory);
    family("process_start_time_seconds", "gauge", "When the process began.", &one(began.to_string()));
    out
}

fn labels(of: &OfRoute) -> String {
    format!("method=\"{}\",route=\"{}\"", of.method, of.route.replace('\\', "\\\\").replace('"', "\\\""))
}

fn classes(routes: &[OfRoute]) -> Vec<(String, String)> {
    let mut lines = Vec::new();
    for of in routes {
        for (digit, n) in (1..).zip(of.classes).filter(|(_, n)| *n > 0) {
            lines.push((format!("{{{},status=\"{digit}xx\"}}", labels(of)), n.to_string()));
        }
    }
    lines
}

fn times(out: &mut String, routes: &[OfRoute]) {
    for of in routes {
        let (labels, mut so_far) = (labels(of), 0);
        let bounds = BOUNDS_MS.iter().map(|ms| format!("{}.{:03}", ms / 1000, ms % 1000)).chain(["+Inf".to_owned()]);
        for (bound, n) in bounds.zip(of.times) {
            so_far += n;
            let _ = writeln!(out, "wugong_request_seconds_bucket{{{labels},le=\"{bound}\"}} {so_far}");
        }
        let seconds = format!("{}.{:06}", of.micros / 1_000_000, of.micros % 1_000_000);
        let _ = writeln!(out, "wugong_request_seconds_sum{{{labels}}} {seconds}");
        let _ = writeln!(out, "wugong_request_seconds_count{{{labels}}} {so_far}");
    }
}
