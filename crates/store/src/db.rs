//! The driver switch: connection threads, group commit on SQLite, retries on PostgreSQL. No driver type leaves this room.

#![expect(clippy::disallowed_types, reason = "this is the one place that opens connections")]

use crate::tx::Conn;
use crate::{Done, Error, Result, Tx};
use civic::id::CountyId;
use crossbeam_channel::{Receiver, Sender};
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::oneshot;
use uuid::Uuid;

/// Which engine holds the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// The embedded engine: one file.
    Sqlite,
    /// A PostgreSQL server.
    Postgres,
}

/// Where the data is and how many threads talk to it.
#[derive(Clone, Debug)]
pub struct Options {
    /// `sqlite:PATH`, a bare path, or `postgres://user@host:port/name`.
    pub url: String,
    /// Reader threads on SQLite, connections on PostgreSQL.
    pub threads: usize,
}

/// The most write units in one SQLite commit. Beyond this the first ones would wait too long for their answer.
const GROUP_MAX: usize = 64;
/// Units that may wait before callers are held back.
const QUEUE_MAX: usize = 4096;
/// Runs of one unit on PostgreSQL before it answers [`Error::Busy`].
const TRIES_MAX: u32 = 5;

/// A unit of work, without its types.
trait Unit: Send {
    /// Runs it in a transaction; `true` keeps its writes.
    fn run(&mut self, tx: &mut Tx<'_>) -> bool;
    /// Answers the caller; an error here means that the commit did not happen, or is not known to have happened.
    fn answer(self: Box<Self>, committed: Result<()>);
    fn county(&self) -> Option<Uuid>;
    fn writes(&self) -> bool;
}

struct Work<F, T, E> {
    run: F,
    county: Option<Uuid>,
    writes: bool,
    result: Option<std::result::Result<T, E>>,
    reply: oneshot::Sender<std::result::Result<T, E>>,
}

impl<F, T, E> Unit for Work<F, T, E>
where
    F: Fn(&mut Tx<'_>) -> std::result::Result<T, E> + Send,
    T: Send,
    E: From<Error> + Send,
{
    fn run(&mut self, tx: &mut Tx<'_>) -> bool {
        let run = &self.run;
        let result = catch_unwind(AssertUnwindSafe(|| run(tx))).unwrap_or_else(|_| {
            Err(E::from(Error::Engine { code: "panic".to_owned(), message: "a unit of work panicked".to_owned() }))
        });
        let keep = result.is_ok();
        self.result = Some(result);
        keep
    }
    fn answer(self: Box<Self>, committed: Result<()>) {
        let result = match (committed, self.result) {
            (Ok(()), Some(result)) => result,
            // A refusal stays a refusal, whatever became of the others in the group.
            (Err(_), Some(Err(refusal))) => Err(refusal),
            (Err(error), _) => Err(E::from(error)),
            (Ok(()), None) => Err(E::from(Error::Busy)),
        };
        let _ = self.reply.send(result);
    }
    fn county(&self) -> Option<Uuid> {
        self.county
    }
    fn writes(&self) -> bool {
        self.writes
    }
}

#[derive(Default)]
struct Counters {
    statements: AtomicU64,
    /// Grows with every commit that wrote something, before any of its callers is answered.
    generation: AtomicU64,
}

struct Inner {
    engine: Engine,
    url: String,
    write: Sender<Box<dyn Unit>>,
    read: Sender<Box<dyn Unit>>,
    counters: Arc<Counters>,
}

/// The database. Cheap to clone; the threads end when the last clone is dropped.
#[derive(Clone)]
pub struct Db(Arc<Inner>);

impl Db {
    /// Opens the database and starts its threads. Migrates nothing: see [`crate::migrate`].
    pub fn open(options: &Options) -> Result<Self> {
        let counters = Arc::new(Counters::default());
        let threads = options.threads.clamp(1, 64);
        if options.url.starts_with("postgres://") || options.url.starts_with("postgresql://") {
            let (jobs, queue) = crossbeam_channel::bounded(QUEUE_MAX);
            let config: postgres::Config = options.url.parse().map_err(|e| Error::postgres(&e))?;
            // The first connection is made here, so that a wrong address is told at the start and not at the first page.
            let mut first = Some(connect(&config)?);
            for _ in 0..threads {
                let (config, queue, counters, client) = (config.clone(), queue.clone(), counters.clone(), first.take());
                std::thread::spawn(move || postgres_thread(&config, client, &queue, &counters));
            }
            Ok(Self(Arc::new(Inner {
                engine: Engine::Postgres,
                url: options.url.clone(),
                write: jobs.clone(),
                read: jobs,
                counters,
            })))
        } else {
            let path = PathBuf::from(options.url.strip_prefix("sqlite:").unwrap_or(&options.url));
            let writer = sqlite_writer(&path)?;
            let (write, write_queue) = crossbeam_channel::bounded(QUEUE_MAX);
            let (read, read_queue) = crossbeam_channel::bounded(QUEUE_MAX);
            let own = counters.clone();
            std::thread::spawn(move || sqlite_write_thread(&writer, &write_queue, &own));
            for _ in 0..threads {
                let reader = sqlite_reader(&path)?;
                let (queue, counters) = (read_queue.clone(), counters.clone());
                std::thread::spawn(move || sqlite_read_thread(&reader, &queue, &counters));
            }
            Ok(Self(Arc::new(Inner { engine: Engine::Sqlite, url: options.url.clone(), write, read, counters })))
        }
    }

    /// Which engine this is.
    pub fn engine(&self) -> Engine {
        self.0.engine
    }

    /// The address it was opened with.
    pub fn url(&self) -> &str {
        &self.0.url
    }

    /// Statements run so far, over all threads. A page's cost is the difference before and after.
    pub fn statements(&self) -> u64 {
        self.0.counters.statements.load(Ordering::SeqCst)
    }

    /// A number that has grown by the time a write of this process is acknowledged: what was rendered under the same number
    /// is not older than the last acknowledged write. Writes of another process do not move it.
    pub fn generation(&self) -> u64 {
        self.0.counters.generation.load(Ordering::SeqCst)
    }

    /// Runs a read of one county: every statement sees the same moment.
    pub async fn read<T, E, F>(&self, county: CountyId, f: F) -> std::result::Result<T, E>
    where
        F: Fn(&mut Tx<'_>) -> std::result::Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        wait(self.send(Some(county), false, f)).await
    }

    /// Runs a write of one county, whole or not at all. The answer comes after the data is on disk. `f` may run more than once.
    pub async fn write<T, E, F>(&self, county: CountyId, f: F) -> std::result::Result<T, E>
    where
        F: Fn(&mut Tx<'_>) -> std::result::Result<Done<T>, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        wait(self.send(Some(county), true, move |tx| f(tx).map(|done| done.0))).await
    }

    /// As [`Db::read`], for threads outside the asynchronous world: commands, tests, the generator.
    pub fn read_now<T, E, F>(&self, county: CountyId, f: F) -> std::result::Result<T, E>
    where
        F: Fn(&mut Tx<'_>) -> std::result::Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        block(self.send(Some(county), false, f))
    }

    /// As [`Db::write`], for threads outside the asynchronous world.
    pub fn write_now<T, E, F>(&self, county: CountyId, f: F) -> std::result::Result<T, E>
    where
        F: Fn(&mut Tx<'_>) -> std::result::Result<Done<T>, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        block(self.send(Some(county), true, move |tx| f(tx).map(|done| done.0)))
    }

    /// Runs a read of the few tables that belong to no county; arguments begin at `$1`.
    pub async fn shared<T, F>(&self, f: F) -> Result<T>
    where
        F: Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        wait(self.send(None, false, f)).await
    }

    /// As [`Db::shared`], for threads outside the asynchronous world, and for writes too: migrations, making a county.
    pub fn shared_now<T, F>(&self, writes: bool, f: F) -> Result<T>
    where
        F: Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        block(self.send(None, writes, f))
    }

    fn send<T, E, F>(
        &self,
        county: Option<CountyId>,
        writes: bool,
        run: F,
    ) -> oneshot::Receiver<std::result::Result<T, E>>
    where
        F: Fn(&mut Tx<'_>) -> std::result::Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let work = Work { run, county: county.map(|c| c.uuid()), writes, result: None, reply };
        let queue = if writes { &self.0.write } else { &self.0.read };
        // A full queue means that the disk cannot follow: callers are told so at once instead of piling up.
        if let Err(refused) = queue.try_send(Box::new(work)) {
            refused.into_inner().answer(Err(Error::Busy));
        }
        answer
    }
}

async fn wait<T, E: From<Error>>(answer: oneshot::Receiver<std::result::Result<T, E>>) -> std::result::Result<T, E> {
    answer.await.unwrap_or_else(|_| Err(E::from(Error::Busy)))
}

fn block<T, E: From<Error>>(answer: oneshot::Receiver<std::result::Result<T, E>>) -> std::result::Result<T, E> {
    answer.blocking_recv().unwrap_or_else(|_| Err(E::from(Error::Busy)))
}

// ---- SQLite ----

fn sqlite_open(path: &Path, write: bool) -> Result<rusqlite::Connection> {
    use rusqlite::OpenFlags;
    let mut flags = OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_READ_WRITE;
    if write {
        flags |= OpenFlags::SQLITE_OPEN_CREATE;
    }
    let conn = rusqlite::Connection::open_with_flags(path, flags).map_err(|e| Error::sqlite(&e))?;
    conn.busy_timeout(Duration::from_secs(20)).map_err(|e| Error::sqlite(&e))?;
    conn.set_prepared_statement_cache_capacity(512);
    Ok(conn)
}

fn sqlite_writer(path: &Path) -> Result<rusqlite::Connection> {
    let conn = sqlite_open(path, true)?;
    // FULL: an acknowledged write must survive a power cut; the group commit pays for it.
    conn.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -32768; \
         PRAGMA wal_autocheckpoint = 2000;",
    )
    .map_err(|e| Error::sqlite(&e))?;
    Ok(conn)
}

fn sqlite_reader(path: &Path) -> Result<rusqlite::Connection> {
    let conn = sqlite_open(path, false)?;
    conn.execute_batch("PRAGMA query_only = ON; PRAGMA cache_size = -16384; PRAGMA mmap_size = 268435456;")
        .map_err(|e| Error::sqlite(&e))?;
    Ok(conn)
}

fn sqlite_write_thread(conn: &rusqlite::Connection, queue: &Receiver<Box<dyn Unit>>, counters: &Counters) {
    while let Ok(first) = queue.recv() {
        if let Err(error) = conn.execute_batch("BEGIN IMMEDIATE") {
            first.answer(Err(Error::sqlite(&error)));
            continue;
        }
        let mut units = Vec::with_capacity(GROUP_MAX);
        let mut next = Some(first);
        while let Some(mut unit) = next {
            let kept = sqlite_unit(conn, &mut unit, counters);
            units.push((unit, kept));
            next = if units.len() < GROUP_MAX { queue.try_recv().ok() } else { None };
        }
        let committed = conn.execute_batch("COMMIT").map_err(|error| {
            let _ = conn.execute_batch("ROLLBACK");
            Error::sqlite(&error)
        });
        counters.generation.fetch_add(1, Ordering::SeqCst);
        for (unit, kept) in units {
            unit.answer(kept.and_then(|()| committed.clone()));
        }
    }
}

/// Runs one unit in a savepoint of its own, so that its refusal leaves the others of the group alone.
fn sqlite_unit(conn: &rusqlite::Connection, unit: &mut Box<dyn Unit>, counters: &Counters) -> Result<()> {
    let step =
        |sql: &str| conn.prepare_cached(sql).and_then(|mut s| s.execute([])).map(drop).map_err(|e| Error::sqlite(&e));
    step("SAVEPOINT unit")?;
    let mut tx = Tx::new(Conn::Sqlite(conn), unit.county(), true);
    let keep = unit.run(&mut tx);
    counters.statements.fetch_add(tx.statements, Ordering::SeqCst);
    if !keep {
        step("ROLLBACK TO unit")?;
    }
    step("RELEASE unit")
}

fn sqlite_read_thread(conn: &rusqlite::Connection, queue: &Receiver<Box<dyn Unit>>, counters: &Counters) {
    let step =
        |sql: &str| conn.prepare_cached(sql).and_then(|mut s| s.execute([])).map(drop).map_err(|e| Error::sqlite(&e));
    while let Ok(mut unit) = queue.recv() {
        let begun = step("BEGIN");
        if begun.is_ok() {
            let mut tx = Tx::new(Conn::Sqlite(conn), unit.county(), false);
            unit.run(&mut tx);
            counters.statements.fetch_add(tx.statements, Ordering::SeqCst);
            let _ = step("COMMIT");
        }
        unit.answer(begun);
    }
}

// ---- PostgreSQL ----

fn connect(config: &postgres::Config) -> Result<postgres::Client> {
    let mut config = config.clone();
    config.connect_timeout(Duration::from_secs(5)).application_name("wugong");
    config.connect(postgres::NoTls).map_err(|e| Error::postgres(&e))
}

fn postgres_thread(
    config: &postgres::Config,
    mut client: Option<postgres::Client>,
    queue: &Receiver<Box<dyn Unit>>,
    counters: &Counters,
) {
    let mut statements = HashMap::new();
    while let Ok(mut unit) = queue.recv() {
        let mut outcome = Err(Error::Busy);
        for attempt in 0..TRIES_MAX {
            if client.as_ref().is_none_or(postgres::Client::is_closed) {
                statements.clear();
                client = connect(config).ok();
            }
            let Some(open) = client.as_mut() else {
                std::thread::sleep(Duration::from_millis(100 << attempt));
                continue;
            };
            match postgres_unit(open, &mut statements, &mut unit, counters) {
                Ok(()) => {
                    outcome = Ok(());
                    break;
                }
                Err(Attempt::Again) => {
                    outcome = Err(Error::Busy);
                    std::thread::sleep(Duration::from_millis(1 << attempt));
                }
                // The commit was sent and its answer did not come: it may have happened. Running it again could do it twice,
                // so the caller is told; its form key makes the next try safe.
                Err(Attempt::Unknown(error)) => {
                    outcome = Err(error);
                    break;
                }
            }
        }
        if unit.writes() {
            counters.generation.fetch_add(1, Ordering::SeqCst);
        }
        unit.answer(outcome);
    }
}

enum Attempt {
    /// Nothing was kept; the whole unit can run again.
    Again,
    /// It is not known whether the commit happened.
    Unknown(Error),
}

fn postgres_unit(
    client: &mut postgres::Client,
    statements: &mut HashMap<&'static str, postgres::Statement>,
    unit: &mut Box<dyn Unit>,
    counters: &Counters,
) -> std::result::Result<(), Attempt> {
    let begin = if unit.writes() {
        "BEGIN ISOLATION LEVEL SERIALIZABLE"
    } else {
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    };
    client.batch_execute(begin).map_err(|_| Attempt::Again)?;
    let mut tx = Tx::new(Conn::Postgres(client, statements), unit.county(), unit.writes());
    let keep = unit.run(&mut tx);
    counters.statements.fetch_add(tx.statements, Ordering::SeqCst);
    let retry = tx.retry;
    drop(tx);
    if !keep {
        let rolled_back = client.batch_execute("ROLLBACK");
        // A connection that broke before the commit was sent has kept nothing.
        return if retry || rolled_back.is_err() { Err(Attempt::Again) } else { Ok(()) };
    }
    match client.batch_execute("COMMIT") {
        Ok(()) => Ok(()),
        Err(error) => match error.code() {
            Some(state) if matches!(state.code(), "40001" | "40P01") => Err(Attempt::Again),
            Some(_) => Err(Attempt::Unknown(Error::postgres(&error))),
            None => Err(Attempt::Unknown(Error::Busy)),
        },
    }
}
