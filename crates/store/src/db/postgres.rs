//! PostgreSQL: a bounded pool of threads with a connection each. A unit is run again when it met a conflict, and the threads
//! find their way back by themselves when the server was away.

#![expect(clippy::disallowed_types, reason = "this is the one place that opens connections")]

use super::{Counters, Unit};
use crate::tx::Conn;
use crate::{Error, Result, Tx};
use crossbeam_channel::Receiver;
use postgres::config::{Host, SslMode, TargetSessionAttrs};
use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio_postgres_rustls::MakeRustlsConnect;

/// Runs of one unit before it answers [`Error::Busy`].
const TRIES_MAX: u32 = 5;

/// What the threads of one pool share.
struct Pool {
    address: Address,
    counters: Arc<Counters>,
    /// The last try to connect failed. Units that come now get one try instead of all, so that callers are told soon.
    away: AtomicBool,
    /// Units that lost against another one stand in line here, so that they do not beat each other a second time.
    line: Mutex<()>,
}

/// Opens the first connection and starts the threads.
pub(super) fn start(
    url: &str,
    threads: usize,
    queue: &Receiver<Box<dyn Unit>>,
    counters: &Arc<Counters>,
) -> Result<()> {
    let address = Address::parse(url)?;
    // The first connection is made here, so that a wrong address is told at the start and not at the first page.
    let mut client = address.connect()?;
    fits(&mut client)?;
    let mut first = Some(client);
    let pool = Pool { address, counters: counters.clone(), away: AtomicBool::new(false), line: Mutex::new(()) };
    let pool = Arc::new(pool);
    for _ in 0..threads {
        let (pool, queue, client) = (pool.clone(), queue.clone(), first.take());
        std::thread::spawn(move || thread(&pool, client, &queue));
    }
    Ok(())
}

fn thread(pool: &Pool, client: Option<postgres::Client>, queue: &Receiver<Box<dyn Unit>>) {
    let mut client = client;
    let mut statements = HashMap::new();
    while let Ok(mut unit) = queue.recv() {
        if unit.abandoned() {
            continue;
        }
        let outcome = several_tries(pool, &mut client, &mut statements, &mut unit);
        if unit.writes() {
            pool.counters.generation.fetch_add(1, Ordering::SeqCst);
        }
        unit.answer(outcome);
    }
}

fn several_tries(
    pool: &Pool,
    client: &mut Option<postgres::Client>,
    statements: &mut HashMap<&'static str, postgres::Statement>,
    unit: &mut Box<dyn Unit>,
) -> Result<()> {
    let away_before = pool.away.load(Ordering::SeqCst);
    for attempt in 0..TRIES_MAX {
        if client.as_ref().is_none_or(postgres::Client::is_closed) {
            statements.clear();
            *client = reconnected(pool);
        }
        let Some(open) = client.as_mut() else {
            if away_before {
                return Err(Error::Busy);
            }
            std::thread::sleep(Duration::from_millis(100 << attempt));
            continue;
        };
        let turn = (attempt > 0 && unit.writes()).then(|| pool.line.lock().unwrap_or_else(PoisonError::into_inner));
        let tried = one_try(open, statements, unit, &pool.counters);
        drop(turn);
        match tried {
            Ok(()) => return Ok(()),
            Err(Attempt::Again) => {
                unit.forget();
                std::thread::sleep(Duration::from_millis(1 << attempt));
            }
            // The commit was sent and its answer did not come: it may have happened. Running it again could do it twice, so
            // the caller is told; its form key makes the next try safe.
            Err(Attempt::Unknown(error)) => return Err(error),
        }
    }
    Err(Error::Busy)
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

enum Attempt {
    /// Nothing was kept; the whole unit can run again.
    Again,
    /// It is not known whether the commit happened.
    Unknown(Error),
}

fn one_try(
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
    if unit.writes() {
        counters.commits.fetch_add(1, Ordering::SeqCst);
    }
    match client.batch_execute("COMMIT") {
        Ok(()) => Ok(()),
        // What was only read can be read again.
        Err(_) if !unit.writes() => Err(Attempt::Again),
        Err(error) => match error.code() {
            Some(state) if matches!(state.code(), "40001" | "40P01") => Err(Attempt::Again),
            Some(_) => Err(Attempt::Unknown(Error::postgres(&error))),
            None => Err(Attempt::Unknown(Error::Busy)),
        },
    }
}

/// Where the server is and how it is spoken to.
struct Address {
    config: postgres::Config,
    tls: Option<MakeRustlsConnect>,
}

impl Address {
    /// Reads `postgres://...`. `sslmode` and `sslrootcert` are read here: the driver knows neither the checking modes nor the file.
    fn parse(url: &str) -> Result<Self> {
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

    fn connect(&self) -> Result<postgres::Client> {
        let connected = match &self.tls {
            None => self.config.connect(postgres::NoTls),
            Some(tls) => self.config.connect(tls.clone()),
        };
        connected.map_err(|e| Error::postgres(&e))
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
