//! A fresh, migrated database with one county, on SQLite and on PostgreSQL (`WUGONG_TEST_POSTGRES` names a server; `./x test`
//! starts one), and servers of a test's own.

use civic::id::{Chance, CountyId};
use civic::record::{Actor, Entry, Verb};
use civic::time::Timestamp;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use store::people::county::{self, County};
use store::{Db, Options};

/// Predictable bytes.
pub struct Seeded(u64);
impl Chance for Seeded {
    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *byte = (self.0 >> 33).to_le_bytes()[0];
        }
    }
}
pub fn chance(seed: u64) -> Seeded {
    Seeded(seed)
}

pub const NOW: Timestamp = Timestamp::from_millis(1_780_000_000_000);

/// One database for one test.
pub struct Ground {
    pub db: Db,
    pub county: CountyId,
    pub name: &'static str,
    /// The file, on SQLite.
    pub sqlite: Option<PathBuf>,
    /// The address, on PostgreSQL.
    pub postgres: Option<String>,
}

impl Drop for Ground {
    fn drop(&mut self) {
        if let Some(path) = &self.sqlite {
            for tail in ["", "-wal", "-shm"] {
                let _ = std::fs::remove_file(format!("{}{tail}", path.display()));
            }
        }
        if let Some(url) = &self.postgres {
            let (server, name) = url.rsplit_once('/').unwrap();
            // A server of a test's own may be gone already, with everything in it.
            if let Ok(mut client) = postgres::Client::connect(&format!("{server}/postgres"), postgres::NoTls) {
                let _ = client.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)"));
            }
        }
    }
}

static NEXT: AtomicU64 = AtomicU64::new(0);

/// A name that no other test of this machine uses now.
pub fn unique() -> String {
    format!("{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst))
}

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run ./x test, or ./x test -- -p store"))
}

/// A fresh database on each engine.
pub fn grounds() -> Vec<Ground> {
    vec![on_sqlite(), on_postgres()]
}

pub fn on_sqlite() -> Ground {
    let path = std::env::temp_dir().join(format!("wugong-store-{}.db", unique()));
    ground(Db::open(&Options { url: path.display().to_string(), threads: 3 }).unwrap(), "sqlite", Some(path), None)
}

pub fn on_postgres() -> Ground {
    on_server(&variable("WUGONG_TEST_POSTGRES"), 4)
}

/// A fresh database on that server.
pub fn on_server(server: &str, threads: usize) -> Ground {
    let url = database(server);
    ground(Db::open(&Options { url: url.clone(), threads }).unwrap(), "postgres", None, Some(url))
}

/// Makes an empty database on a server and answers its address.
pub fn database(server: &str) -> String {
    let name = format!("store_{}", unique());
    postgres(server).batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
    format!("{}/{name}", server.rsplit_once('/').unwrap().0)
}

/// A connection of the test's own.
pub fn postgres(url: &str) -> postgres::Client {
    postgres::Client::connect(url, postgres::NoTls).unwrap()
}

fn ground(db: Db, name: &'static str, sqlite: Option<PathBuf>, postgres: Option<String>) -> Ground {
    store::migrate::migrate(&db, NOW).unwrap();
    let county = CountyId::fresh(NOW, &mut chance(1));
    db.write_now(county, move |tx| {
        let row = County {
            id: county,
            name: "嘉禾县".into(),
            division_code: "429990000000".into(),
            zone: "Asia/Shanghai".into(),
            host: None,
            phone: None,
            demo: true,
            created_at: NOW,
        };
        county::put(tx, &row)?;
        let entry = Entry::of(&county::get(tx, county)?, Verb::Create, Actor::NOBODY, NOW, &mut chance(u64::MAX));
        tx.commit(&[entry], ())
    })
    .unwrap();
    Ground { db, county, name, sqlite, postgres }
}

/// A PostgreSQL server of a test's own, which it may kill.
pub struct Server {
    folder: PathBuf,
    pub url: String,
}

impl Server {
    pub fn start() -> Self {
        let folder = PathBuf::from(variable("WUGONG_TEST_DIR")).join(format!("store_{}", unique()));
        let url = control("start", &folder);
        Self { folder, url }
    }
    pub fn kill(&self) {
        control("kill9", &self.folder);
    }
    pub fn again(&self) {
        assert_eq!(control("again", &self.folder), self.url);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        control("stop", &self.folder);
    }
}

fn control(command: &str, folder: &std::path::Path) -> String {
    let output = Command::new(variable("WUGONG_TEST_PG_CTL")).arg(command).arg(folder).output().unwrap();
    assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}
