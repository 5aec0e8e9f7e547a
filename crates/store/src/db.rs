//! The driver switch: connection threads, group commit on SQLite, retries on PostgreSQL. No driver type leaves this room.

pub mod about;
pub mod copy;
mod postgres;
pub(crate) use postgres::conflict;
mod sqlite;

use crate::{Done, Error, Result, Tx};
use civic::id::CountyId;
use crossbeam_channel::Sender;
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

/// See [`Db::stamp`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp(Sign);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Sign {
    /// Of the embedded engine: this process's commits, and the write-ahead log for those of others.
    Log { generation: u64, len: u64, time: std::time::SystemTime },
    /// Of a server: the snapshot that a statement would see.
    Snapshot(Arc<str>),
}

/// Where the data is and how many threads talk to it.
#[derive(Clone, Debug)]
pub struct Options {
    /// `sqlite:PATH`, a bare path, or `postgres://user@host:port/name`, the last with `?sslmode=verify-full` and
    /// `&sslrootcert=FILE` where the server is not on this machine.
    pub url: String,
    /// Reader threads on SQLite, connections on PostgreSQL.
    pub threads: usize,
}

/// Units that may wait before callers are told that the database is busy.
const QUEUE_MAX: usize = 4096;
/// How long an asynchronous caller waits for its answer. Beyond this the reader has pressed the button again.
const WAIT_MAX: Duration = Duration::from_secs(30);

/// Two writes to a file within this time may carry the same time: its clock ticks in steps of up to ten milliseconds.
const FILE_TICK: Duration = Duration::from_millis(20);

/// A unit of work, without its types.
trait Unit: Send {
    /// Runs it in a transaction; `true` keeps its writes.
    fn run(&mut self, tx: &mut Tx<'_>) -> bool;
    /// Throws the result of a run away that was not kept and that another one follows.
    fn forget(&mut self);
    /// The caller went away before the unit began: nobody waits for its answer, so it need not run.
    fn abandoned(&self) -> bool;
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
        // PostgreSQL keeps nothing of a transaction after a statement failed in it, whatever the closure made of the error.
        // So that both engines do the same, such a unit is refused on SQLite as well.
        let result = match (result, tx.broken.take()) {
            (Ok(_), Some(error)) => Err(E::from(error)),
            (result, _) => result,
        };
        let keep = result.is_ok();
        self.result = Some(result);
        keep
    }
    fn forget(&mut self) {
        self.result = None;
    }
    fn abandoned(&self) -> bool {
        self.reply.is_closed()
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
    commits: AtomicU64,
    /// Grows with every commit that wrote something, before any of its callers is answered.
    generation: AtomicU64,
}

struct Inner {
    engine: Engine,
    url: String,
    write: Sender<Box<dyn Unit>>,
    read: Sender<Box<dyn Unit>>,
    counters: Arc<Counters>,
    /// Where a server answers stamps.
    stamps: Option<postgres::Stamps>,
}

/// The database. Cheap to clone; the threads end when the last clone is dropped.
#[derive(Clone)]
pub struct Db(Arc<Inner>);

impl Db {
    /// Opens the database and starts its threads. Migrates nothing: see [`crate::migrate`].
    pub fn open(options: &Options) -> Result<Self> {
        let counters = Arc::new(Counters::default());
        let threads = options.threads.clamp(1, 64);
        let (write, writes) = crossbeam_channel::bounded(QUEUE_MAX);
        if options.url.starts_with("postgres://") || options.url.starts_with("postgresql://") {
            let stamps = Some(postgres::start(&options.url, threads, &writes, &counters)?);
            let (url, read) = (options.url.clone(), write.clone());
            Ok(Self(Arc::new(Inner { engine: Engine::Postgres, url, write, read, counters, stamps })))
        } else {
            let path = PathBuf::from(options.url.strip_prefix("sqlite:").unwrap_or(&options.url));
            let (read, reads) = crossbeam_channel::bounded(QUEUE_MAX);
            sqlite::start(&path, threads, writes, &reads, &counters)?;
            let url = options.url.clone();
            Ok(Self(Arc::new(Inner { engine: Engine::Sqlite, url, write, read, counters, stamps: None })))
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

    /// Commits of write units so far. There are fewer than writes, since those that wait share one.
    pub fn commits(&self) -> u64 {
        self.0.counters.commits.load(Ordering::SeqCst)
    }

    /// A number that has grown by the time a write of this process is acknowledged: what was rendered under the same number
    /// is not older than the last acknowledged write. Writes of another process do not move it.
    pub fn generation(&self) -> u64 {
        self.0.counters.generation.load(Ordering::SeqCst)
    }

    /// Units of work that wait for a thread: reads and writes. On PostgreSQL both wait together, and count as reads.
    pub fn waiting(&self) -> (usize, usize) {
        match self.0.engine {
            Engine::Sqlite => (self.0.read.len(), self.0.write.len()),
            Engine::Postgres => (self.0.read.len(), 0),
        }
    }

    /// Brings the database file up to date with its write-ahead log, at the end of a server. PostgreSQL does that by itself.
    pub fn settle(&self) -> Result<()> {
        match self.0.engine {
            Engine::Sqlite => sqlite::settle(Path::new(self.0.url.strip_prefix("sqlite:").unwrap_or(&self.0.url))),
            Engine::Postgres => Ok(()),
        }
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
    ///
    /// Whoever drops the future before its answer does not know whether the write was kept, as after [`Error::Busy`].
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

    /// What the data looks like right now, in one comparable value: it has changed by the time a write is acknowledged, by this
    /// process or by another one. `None` where that cannot be told: on SQLite for a moment after a write, when the log's time
    /// cannot tell two writes apart yet; on PostgreSQL while the server is away, and on Citus.
    pub async fn stamp(&self) -> Option<Stamp> {
        match &self.0.stamps {
            Some(stamps) => stamps.now().await.map(|snapshot| Stamp(Sign::Snapshot(snapshot))),
            None => self.log_stamp(),
        }
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "compared with the time of a file, and with nothing that a rule looks at"
    )]
    fn log_stamp(&self) -> Option<Stamp> {
        let path = self.0.url.strip_prefix("sqlite:").unwrap_or(&self.0.url);
        let log = std::fs::metadata(format!("{path}-wal")).ok()?;
        let time = log.modified().ok()?;
        let age = std::time::SystemTime::now().duration_since(time).ok()?;
        (age > FILE_TICK).then(|| Stamp(Sign::Log { generation: self.generation(), len: log.len(), time }))
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
    // A unit that has not begun when its caller leaves does not run at all, so that a queue left from a bad minute is gone
    // in a moment.
    match tokio::time::timeout(WAIT_MAX, answer).await {
        Ok(Ok(result)) => result,
        Ok(Err(_)) | Err(_) => Err(E::from(Error::Busy)),
    }
}

fn block<T, E: From<Error>>(answer: oneshot::Receiver<std::result::Result<T, E>>) -> std::result::Result<T, E> {
    answer.blocking_recv().unwrap_or_else(|_| Err(E::from(Error::Busy)))
}
