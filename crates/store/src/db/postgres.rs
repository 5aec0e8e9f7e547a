//! PostgreSQL: a bounded pool of threads with a connection each. Writes of one county that wait together are one transaction, as
//! on SQLite; a transaction that met a conflict is run again, and the threads find their way back by themselves when the server
//! was away.

#![expect(clippy::disallowed_types, reason = "this is the one place that opens connections")]

mod stamps;

use super::{Counters, QUEUE_MAX, Unit};
use crate::tx::Conn;
use crate::{Error, Result, Tx};
use crossbeam_channel::Receiver;
use postgres::config::{Host, SslMode, TargetSessionAttrs};
pub(super) use stamps::Stamps;
use std::collections::{HashMap, VecDeque};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio_postgres_rustls::MakeRustlsConnect;
use uuid::Uuid;

/// Runs of one unit before it answers [`Error::Busy`].
const TRIES_MAX: u32 = 5;
/// The most write units in one transaction. Beyond this the first ones would wait too long for their answer.
const GROUP_MAX: usize = 64;
/// Runs of a group as a whole. After them each of its units runs alone, so that one that never succeeds harms no other.
const GROUP_TRIES_MAX: u32 = 2;

/// Writes of one county, in the order in which they came.
type Line = VecDeque<Box<dyn Unit>>;

/// What the threads of one pool share.
struct Pool {
    address: Arc<Address>,
    counters: Arc<Counters>,
    /// The last try to connect failed. Units that come now get one try instead of all, so that callers are told soon.
    away: AtomicBool,
    /// The writes that wait, by county. A county stands here while one of the threads works its line off.
    lines: Mutex<HashMap<Option<Uuid>, Line>>,
}

/// Opens the first connection and starts the threads.
pub(super) fn start(
    url: &str,
    threads: usize,
    queue: &Receiver<Box<dyn Unit>>,
    counters: &Arc<Counters>,
) -> Result<Stamps> {
    let address = Arc::new(Address::parse(url)?);
    // The first connection is made here, so that a wrong address is told at the start and not at the first page.
    let mut client = address.connect()?;
    fits(&mut client)?;
    let mut first = Some(client);
    let pool = Pool {
        address: address.clone(),
        counters: counters.clone(),
        away: AtomicBool::new(false),
        lines: Mutex::new(HashMap::new()),
    };
    let pool = Arc::new(pool);
    for _ in 0..threads {
        let (pool, queue, client) = (pool.clone(), queue.clone(), first.take());
        std::thread::spawn(move || thread(&pool, client, &queue));
    }
    Ok(Stamps::start(address))
}

/// One thread's connection.
struct Connection {
    client: Option<postgres::Client>,
    statements: HashMap<&'static str, postgres::Statement>,
    /// The county whose writes this connection holds back elsewhere.
    held: Option<i64>,
}

fn thread(pool: &Pool, client: Option<postgres::Client>, queue: &Receiver<Box<dyn Unit>>) {
    let mut connection = Connection { client, statements: HashMap::new(), held: None };
    while let Ok(mut unit) = queue.recv() {
        if unit.abandoned() {
            continue;
        }
        if unit.writes() {
            let county = unit.county();
            if pool.stand_in_line(unit) {
                pool.work_off(&mut connection, county);
            }
        } else {
            let outcome = several_tries(pool, &mut connection, std::slice::from_mut(&mut unit), TRIES_MAX);
            unit.answer(outcome.map_err(Error::from));
        }
    }
}

impl Pool {
    fn lines(&self) -> MutexGuard<'_, HashMap<Option<Uuid>, Line>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a write into its county's line. `true` when nobody works that line off yet: the caller does.
    fn stand_in_line(&self, unit: Box<dyn Unit>) -> bool {
        let mut lines = self.lines();
        match lines.get_mut(&unit.county()) {
            None => {
                lines.insert(unit.county(), Line::from([unit]));
                true
            }
            Some(line) if line.len() >= QUEUE_MAX => {
                drop(lines);
                unit.answer(Err(Error::Busy));
                false
            }
            Some(line) => {
                line.push_back(unit);
                false
            }
        }
    }

    /// The next writes of a county whose callers still wait; without any its line is closed.
    fn next_group(&self, county: Option<Uuid>) -> Vec<Box<dyn Unit>> {
        let mut lines = self.lines();
        let mut group = Vec::new();
        if let Some(line) = lines.get_mut(&county) {
            while group.len() < GROUP_MAX
                && let Some(unit) = line.pop_front()
            {
                if !unit.abandoned() {
                    group.push(unit);
                }
            }
        }
        if group.is_empty() {
            lines.remove(&county);
        }
        group
    }

    fn work_off(&self, connection: &mut Connection, county: Option<Uuid>) {
        loop {
            let mut group = self.next_group(county);
            if group.is_empty() {
                break;
            }
            let tries = if group.len() > 1 { GROUP_TRIES_MAX } else { TRIES_MAX };
            match several_tries(self, connection, &mut group, tries) {
                Err(Failed::Nothing) if group.len() > 1 && !self.away.load(Ordering::SeqCst) => {
                    for mut unit in group {
                        let outcome = several_tries(self, connection, std::slice::from_mut(&mut unit), TRIES_MAX);
                        self.counters.generation.fetch_add(1, Ordering::SeqCst);
                        unit.answer(outcome.map_err(Error::from));
                    }
                }
                outcome => {
                    let outcome = outcome.map_err(Error::from);
                    self.counters.generation.fetch_add(1, Ordering::SeqCst);
                    for unit in group {
                        unit.answer(outcome.clone());
                    }
                }
            }
            connection.let_go();
        }
    }
}

impl Connection {
    /// Lets the writes of other server processes go on. One county's writes run one after the other in all processes together: two
    /// at once would meet in the same pages of an index and throw each other back for nothing.
    fn let_go(&mut self) {
        if let (Some(key), Some(client)) = (self.held.take(), self.client.as_mut())
            && client.execute("SELECT pg_advisory_unlock($1)", &[&key]).is_err()
        {
            // What the connection holds ends with it.
            self.client = None;
        }
    }
}

/// Why units have no outcome of their own.
enum Failed {
    /// Nothing of them was kept; they can run again.
    Nothing,
    /// It is not known whether they were kept.
    Unknown(Error),
}

impl From<Failed> for Error {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Nothing => Self::Busy,
            Failed::Unknown(error) => error,
        }
    }
}

/// Runs units in one transaction, and again after a conflict.
fn several_tries(
    pool: &Pool,
    connection: &mut Connection,
    units: &mut [Box<dyn Unit>],
    tries: u32,
) -> std::result::Result<(), Failed> {
    let away_before = pool.away.load(Ordering::SeqCst);
    for attempt in 0..tries {
        if connection.client.as_ref().is_none_or(postgres::Client::is_closed) {
            connection.statements.clear();
            connection.held = None;
            connection.client = reconnected(pool);
        }
        if connection.client.is_none() {
            if away_before {
                return Err(Failed::Nothing);
            }
            std::thread::sleep(Duration::from_millis(100 << attempt));
            continue;
        }
        match one_try(connection, units, &pool.counters) {
            Ok(()) => return Ok(()),
            Err(Failed::Nothing) => {
                units.iter_mut().for_each(|unit| unit.forget());
                std::thread::sleep(Duration::from_millis(1 << attempt));
            }
            // The commit was sent and its answer did not come: it may have happened. Running it again could do it twice, so
            // the caller is told; its form key makes the next try safe.
            Err(unknown) => return Err(unknown),
        }
    }
    Err(Failed::Nothing)
}

fn reconnected(pool: &Pool) -> Option<postgres::Client> {
    match pool.address.connect() {
        Ok(client) => {
            if pool.away.swap(false, Ordering::SeqCst) {
                tracing::info!("the database is back");
            }
            Some(client)
        }
        Err(error) => {
            if !pool.away.swap(true, Ordering::SeqCst) {
                tracing::warn!("the database is away: {error}");
            }
            None
        }
    }
}

fn one_try(
    connection: &mut Connection,
    units: &mut [Box<dyn Unit>],
    counters: &Counters,
) -> std::result::Result<(), Failed> {
    let Connection { client: Some(client), statements, held } = connection else { return Err(Failed::Nothing) };
    let writes = units.first().is_some_and(|unit| unit.writes());
    let again = |_: postgres::Error| Failed::Nothing;
    if writes && held.is_none() {
        let key = key(units.first().and_then(|unit| unit.county()));
        // Before the transaction begins: it must see what the one before it wrote.
        client.execute("SELECT pg_advisory_lock($1)", &[&key]).map_err(again)?;
        *held = Some(key);
    }
    let begin =
        if writes { "BEGIN ISOLATION LEVEL SERIALIZABLE" } else { "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" };
    client.batch_execute(begin).map_err(again)?;
    // A savepoint each, so that the refusal of one leaves the others of the group alone.
    let alone = units.len() == 1;
    let mut keep = false;
    for (at, unit) in units.iter_mut().enumerate() {
        if !alone {
            let next = if at == 0 { "SAVEPOINT unit" } else { "RELEASE unit; SAVEPOINT unit" };
            client.batch_execute(next).map_err(again)?;
        }
        let mut tx = Tx::new(Conn::Postgres(client, statements), unit.county(), writes);
        let kept = unit.run(&mut tx);
        counters.statements.fetch_add(tx.statements, Ordering::SeqCst);
        let retry = tx.retry;
        drop(tx);
        if !kept && retry {
            // Where the rollback fails too, the connection broke, and has kept nothing either.
            let _ = client.batch_execute("ROLLBACK");
            return Err(Failed::Nothing);
        }
        if !kept && !alone {
            client.batch_execute("ROLLBACK TO unit").map_err(again)?;
        }
        keep |= kept;
    }
    if !keep {
        // A connection that broke before the commit was sent has kept nothing.
        return client.batch_execute("ROLLBACK").map_err(again);
    }
    if writes {
        counters.commits.fetch_add(1, Ordering::SeqCst);
    }
    match client.batch_execute("COMMIT") {
        Ok(()) => Ok(()),
        // What was only read can be read again.
        Err(_) if !writes => Err(Failed::Nothing),
        Err(error) => match error.code() {
            Some(state) if conflict(state) => Err(Failed::Nothing),
            Some(_) => Err(Failed::Unknown(Error::postgres(&error))),
            None => Err(Failed::Unknown(Error::Busy)),
        },
    }
}

/// Whether a fresh run of the whole transaction can succeed: lost against another one, in a ring of waiters, waited too long.
pub(crate) fn conflict(state: &postgres::error::SqlState) -> bool {
    matches!(state.code(), "40001" | "40P01" | "55P03")
}

/// The number under which a county's writes wait for each other; what belongs to no county has one of its own.
fn key(county: Option<Uuid>) -> i64 {
    i64::from_be_bytes(county.map_or(*b"wugong\0\0", |county| {
        let [a, b, c, d, e, f, g, h, ..] = county.into_bytes();
        let [.., i, j, k, l, m, n, o, p] = county.into_bytes();
        [a ^ i, b ^ j, c ^ k, d ^ l, e ^ m, f ^ n, g ^ o, h ^ p]
    }))
}

/// Where the server is and how it is spoken to.
pub(super) struct Address {
    config: postgres::Config,
    tls: Option<MakeRustlsConnect>,
}

impl Address {
    /// Reads `postgres://...`. `sslmode` and `sslrootcert` are read here: the driver knows neither the checking modes nor the file.
    pub(super) fn parse(url: &str) -> Result<Self> {
        let (base, query) = url.split_once('?').unwrap_or((url, ""));
        let (mut mode, mut root, mut rest) = ("disable", None, Vec::new());
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match pair.split_once('=') {
                Some(("sslmode", value)) => mode = value,
                Some(("sslrootcert", value)) => root = Some(unescaped(value)),
                _ => rest.push(pair),
            }
        }
        let bare = if rest.is_empty() { base.to_owned() } else { format!("{base}?{}", rest.join("&")) };
        let mut config: postgres::Config = bare.parse().map_err(|e| Error::postgres(&e))?;
        config
            .connect_timeout(Duration::from_secs(5))
            // A server that vanished without a word is noticed in seconds and not in the system's quarter of an hour.
            .tcp_user_timeout(Duration::from_secs(10))
            .keepalives_idle(Duration::from_secs(30))
            // Of several hosts the one that takes writes; one that only follows is as good as none.
            .target_session_attrs(TargetSessionAttrs::ReadWrite)
            .application_name("wugong");
        let tls = match mode {
            "disable" => {
                if config.get_hosts().iter().any(elsewhere) {
                    tracing::warn!("the way to the database is not encrypted; add sslmode=verify-full to its address");
                }
                config.ssl_mode(SslMode::Disable);
                None
            }
            "require" | "verify-full" => {
                config.ssl_mode(SslMode::Require);
                Some(tls(root.as_deref())?)
            }
            other => {
                return Err(wrong(&format!("sslmode={other} is not known here: disable, require or verify-full")));
            }
        };
        Ok(Self { config, tls })
    }

    pub(super) fn connect(&self) -> Result<postgres::Client> {
        let connected = match &self.tls {
            None => self.config.connect(postgres::NoTls),
            Some(tls) => self.config.connect(tls.clone()),
        };
        let mut client = connected.map_err(|e| Error::postgres(&e))?;
        // Nobody waits behind a lock for longer than a reader would wait for a page.
        client.batch_execute("SET lock_timeout = '10s'").map_err(|e| Error::postgres(&e))?;
        Ok(client)
    }
}

/// Whether the database compares texts as SQLite does, byte by byte: pages are cut at texts, so both engines must agree on
/// their order, and an order of the system's can change under an index when the system is updated.
fn fits(client: &mut postgres::Client) -> Result<()> {
    let row = client
        .query_one(
            "SELECT pg_encoding_to_char(encoding)::TEXT, datlocprovider::TEXT, datcollate::TEXT,
                 current_setting('server_version_num')::BIGINT, datname::TEXT
             FROM pg_database WHERE datname = current_database()",
            &[],
        )
        .map_err(|e| Error::postgres(&e))?;
    let text = |at: usize| row.try_get::<_, String>(at).map_err(|e| Error::postgres(&e));
    let (encoding, provider, collation, name) = (text(0)?, text(1)?, text(2)?, text(4)?);
    let version: i64 = row.try_get(3).map_err(|e| Error::postgres(&e))?;
    let bytewise = match provider.as_str() {
        "c" => matches!(collation.as_str(), "C" | "POSIX" | "C.UTF-8" | "C.utf8"),
        // The provider that came with PostgreSQL 17; each of its collations compares byte by byte.
        "b" => true,
        _ => false,
    };
    if version < 150_000 {
        return Err(wrong(&format!("PostgreSQL 15 or newer is needed, this is {}", version / 10_000)));
    }
    if encoding != "UTF8" || !bytewise {
        return Err(wrong(&format!(
            "the database {name} is {encoding} and sorts by {collation}. Make it anew: CREATE DATABASE {name} \
             TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'"
        )));
    }
    Ok(())
}

/// Is this host another machine?
fn elsewhere(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => {
            name != "localhost" && !name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
        }
        Host::Unix(_) => false,
    }
}

/// Encryption with the server's certificate checked: against the file of roots when one is named, else against the public ones.
fn tls(root: Option<&str>) -> Result<MakeRustlsConnect> {
    use rustls::pki_types::pem::PemObject;
    let mut roots = rustls::RootCertStore::empty();
    match root {
        None => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
        Some(file) => {
            let unreadable = |e: &dyn std::fmt::Display| wrong(&format!("sslrootcert {file}: {e}"));
            let found =
                rustls::pki_types::CertificateDer::pem_file_iter(Path::new(file)).map_err(|e| unreadable(&e))?;
            for certificate in found {
                roots.add(certificate.map_err(|e| unreadable(&e))?).map_err(|e| unreadable(&e))?;
            }
            if roots.is_empty() {
                return Err(unreadable(&"no certificate stands in it"));
            }
        }
    }
    // The provider is named, since a process-wide default would be a setting that nobody sees.
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| wrong(&e.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

fn wrong(message: &str) -> Error {
    Error::Engine { code: "address".to_owned(), message: format!("the database's address: {message}") }
}

/// `%20` and its like in a file's name.
fn unescaped(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = (*first == b'%')
            .then(|| after.get(..2))
            .flatten()
            .and_then(|two| std::str::from_utf8(two).ok())
            .and_then(|two| u8::from_str_radix(two, 16).ok());
        bytes.push(hex.unwrap_or(*first));
        rest = if hex.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
