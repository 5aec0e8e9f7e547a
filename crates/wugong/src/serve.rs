//! The server: opens everything, serves until it is told to stop, and leaves everything in order.

use crate::days::Days;
use crate::messages::{File, port};
use crate::settings::{Messages, Settings};
use crate::work::Worker;
use crate::{Failure, installation, machine, metrics, packs};
use anyhow::{Context, Result};
use civic::id::Chance;
use civic::time::Zone;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use site::frame::Passage;
use site::{App, Setup};
use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use store::Db;
use store::files::Folder;

/// Opens the database and makes sure that its schema is this program's. `migrate` brings it up to date instead of refusing.
pub fn ready(settings: &Settings, migrate: bool) -> std::result::Result<Db, Failure> {
    let db = installation::open(settings)?;
    let waiting = store::migrate::waiting(&db).context("the schema of the database cannot be read")?;
    if !waiting.is_empty() {
        if !migrate {
            return Err(Failure::migrations(&waiting));
        }
        store::migrate::migrate(&db, installation::now()).context("the database cannot be brought up to date")?;
    }
    Ok(db)
}

/// What is printed once requests are answered.
pub type Greeting<'g> = &'g dyn Fn(&str) -> String;

/// Puts the application together: what the pages and the worker work with.
fn assemble(settings: &Settings, db: &Db, days: Option<Arc<Days>>, base_url: String) -> Result<App> {
    let files = Folder::open(&settings.data.join("files")).context("the folder of files cannot be made")?;
    let today = Zone::china().day(installation::now());
    let packs = packs::all(settings.rules.as_deref(), today)?;
    let secret = installation::secret(&settings.secret_file)?;
    if settings.messages == Messages::Log && days.is_none() {
        tracing::warn!(
            "messages and sign-in codes are only written to {}; set `messages` to a gateway before real people sign in",
            settings.data.join(File::NAME).display()
        );
    }
    let app = App::new(Setup {
        db: db.clone(),
        files,
        clock: match days.clone() {
            Some(days) => Arc::new(move || days.now()),
            None => Arc::new(installation::now),
        },
        chance: Arc::new(|bytes| installation::Unforeseen.fill(bytes)),
        base_url,
        demo: days.is_some(),
        passage: days.map(|days| -> Arc<dyn Passage> { days }),
        behind_proxy: settings.behind_proxy,
        secret,
        packs,
        data: settings.data.clone(),
        fonts: settings.font_folders(),
    });
    check_rules(&app, db)?;
    Ok(app)
}

/// Does the jobs and seals the record without serving pages, until the program is told to stop. Any number of these and of servers
/// may share one database: jobs are claimed, and each is done by one of them.
pub fn work(settings: &Settings, db: &Db) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let mut stop = runtime.block_on(async { Stop::listen() })?;
    let app = assemble(settings, db, None, settings.base_url.clone().unwrap_or_default())?;
    if let Some(address) = settings.metrics_listen {
        runtime.block_on(metrics::listen(address, app.clone()))?;
    }
    let running = Worker::new(app).start(port(settings));
    tracing::info!(engine = installation::engine(db.engine()), "working");
    let mut out = std::io::stdout();
    let _ = out.write_all(b"Wugong does jobs and seals the record.\n").and_then(|()| out.flush());
    runtime.block_on(stop.told());
    runtime.shutdown_timeout(Duration::from_secs(1));
    running.stop();
    if let Err(error) = db.settle() {
        tracing::warn!(%error, "the write-ahead log stays for the next start");
    }
    tracing::info!("stopped");
    Ok(())
}

/// Serves until the program is told to stop (SIGTERM, SIGINT).
/// `days` is the passage of time of a demo; without it this is a real county. Without `worker` jobs are left to [`work`].
pub fn serve(settings: &Settings, db: Db, days: Option<Arc<Days>>, worker: bool, greeting: Greeting<'_>) -> Result<()> {
    let demo = days.is_some();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let listener = std::net::TcpListener::bind(settings.listen)
        .with_context(|| format!("nobody can listen on {}; is another server there?", settings.listen))?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    // Before anybody is told that the program is there: whoever stops it then must be heard.
    let stop = runtime.block_on(async { Stop::listen() })?;
    let base_url = settings.base_url.clone().unwrap_or_else(|| format!("http://{address}"));
    let app = assemble(settings, &db, days, base_url.clone())?;
    if !demo && base_url.starts_with("http://") && !address.ip().is_loopback() {
        tracing::warn!(
            "browsers keep a sign-in over https only; set `base_url` to the https address of the server before this one"
        );
    }
    if let Some(address) = settings.metrics_listen {
        runtime.block_on(metrics::listen(address, app.clone()))?;
    }
    runtime.spawn(beside(app.clone()));
    let running = worker.then(|| Worker::new(app.clone()).start(port(settings)));
    let patience = Duration::from_secs(settings.shutdown_seconds);
    let router = site::router(app.clone()).layer(axum::middleware::from_fn_with_state(app.clone(), metrics::timed));
    tracing::info!(%address, base_url, engine = installation::engine(db.engine()), "serving");
    let mut out = std::io::stdout();
    let _ = out.write_all(greeting(&base_url).as_bytes()).and_then(|()| out.flush());
    let served = runtime.block_on(async {
        let served = until_told(listener, router, patience, stop).await;
        site::frame::write_openings(&app).await;
        served
    });
    // In this order: nobody writes any more, the worker ends what it is at, what was written last is sealed, the file is whole.
    runtime.shutdown_timeout(Duration::from_secs(1));
    if let Some(running) = running {
        running.stop();
    }
    if let Err(error) = Worker::new(app).seal() {
        tracing::warn!(%error, "the last entries wait for their seal until the next start");
    }
    if let Err(error) = db.settle() {
        tracing::warn!(%error, "the write-ahead log stays for the next start");
    }
    tracing::info!("stopped");
    served
}

/// Between two groups of openings that are written down.
const OPENINGS_EVERY: Duration = Duration::from_millis(500);
/// Between two looks at the machine, in the turns above.
const MACHINE_TURNS: u32 = 60;

/// What goes on beside the answers: writes down who opened what, and looks at disk and memory for the operator's page.
async fn beside(app: App) {
    for turn in 0_u32.. {
        if turn % MACHINE_TURNS == 0 {
            let room = machine::room(&app.setup().data).ok().map(|room| (room.free, room.whole));
            app.measures().machine(room, machine::memory());
        }
        site::frame::write_openings(&app).await;
        tokio::time::sleep(OPENINGS_EVERY).await;
    }
}

/// A rule pack that a county took into force and that is not here any more must be noticed at the start and not at the first
/// meeting.
fn check_rules(app: &App, db: &Db) -> Result<()> {
    for county in installation::counties(db)? {
        let activations = db.read_now(county.id, store::rules::all)?;
        civic::rules::Rules::new(app.setup().packs.clone(), activations)
            .with_context(|| format!("the rules of {} do not fit together", county.name))?;
    }
    Ok(())
}

/// How long the lines before a request's body may take to come. A phone on a bad network sends them in one or two packets; who lets
/// them trickle holds a connection and nothing else, and this gives it back.
const HEAD_WAIT: Duration = Duration::from_secs(10);

async fn until_told(
    listener: std::net::TcpListener,
    router: axum::Router,
    patience: Duration,
    mut stop: Stop,
) -> Result<()> {
    let handle = axum_server::Handle::new();
    let mut server = axum_server::from_tcp(listener)?.handle(handle.clone());
    // HTTP/2 is the business of the server before this one, which speaks TLS; here it would be a door without these limits.
    *server.http_builder() = Builder::new(TokioExecutor::new()).http1_only();
    server.http_builder().http1().timer(TokioTimer::new()).header_read_timeout(HEAD_WAIT);
    let served = server.serve(router.into_make_service_with_connect_info::<SocketAddr>());
    let mut server = tokio::spawn(served);
    tokio::select! {
        ended = &mut server => return Ok(ended??),
        () = stop.told() => {}
    }
    tracing::info!("told to stop: requests that have begun may end");
    handle.graceful_shutdown(Some(patience));
    tokio::select! {
        ended = server => Ok(ended??),
        // Whoever presses twice does not want to wait.
        () = stop.told() => Ok(()),
    }
}

/// Listens for the word to stop, from the moment that it is made.
#[cfg(unix)]
struct Stop {
    term: tokio::signal::unix::Signal,
    int: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Stop {
    /// Inside the runtime.
    fn listen() -> Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { term: signal(SignalKind::terminate())?, int: signal(SignalKind::interrupt())? })
    }
    async fn told(&mut self) {
        tokio::select! {
            _ = self.term.recv() => {}
            _ = self.int.recv() => {}
        }
    }
}

/// Listens for the word to stop.
#[cfg(not(unix))]
struct Stop;

#[cfg(not(unix))]
impl Stop {
    fn listen() -> Result<Self> {
        Ok(Self)
    }
    async fn told(&mut self) {
        let _ = tokio::signal::ctrl_c().await;
    }
}
