//! A fresh, migrated database with one county, on SQLite always and on PostgreSQL where `WUGONG_TEST_POSTGRES` names a server
//! (`./x test` starts one).
#![allow(clippy::disallowed_types, clippy::disallowed_methods, reason = "tests open connections of their own")]

use civic::id::{Chance, CountyId};
use civic::time::Timestamp;
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
    pub name: String,
    pub sqlite: Option<std::path::PathBuf>,
}

impl Drop for Ground {
    fn drop(&mut self) {
        if let Some(path) = &self.sqlite {
            for tail in ["", "-wal", "-shm"] {
                let _ = std::fs::remove_file(format!("{}{tail}", path.display()));
            }
        }
    }
}

static NEXT: AtomicU64 = AtomicU64::new(0);

/// A fresh database on each engine that is to be had.
pub fn grounds() -> Vec<Ground> {
    let unique = format!("{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
    let path = std::env::temp_dir().join(format!("wugong-store-{unique}.db"));
    let mut grounds = vec![ground(path.display().to_string(), "sqlite".into(), Some(path))];
    match std::env::var("WUGONG_TEST_POSTGRES") {
        Ok(server) => {
            let name = format!("store_{unique}");
            let mut client = postgres::Client::connect(&server, postgres::NoTls).unwrap();
            client.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
            let base = server.rsplit_once('/').unwrap().0.to_owned();
            grounds.push(ground(format!("{base}/{name}"), "postgres".into(), None));
        }
        Err(_) => eprintln!("not run on PostgreSQL: WUGONG_TEST_POSTGRES is not set (./x test sets it)"),
    }
    grounds
}

fn ground(url: String, name: String, sqlite: Option<std::path::PathBuf>) -> Ground {
    let db = Db::open(&Options { url, threads: 3 }).unwrap();
    store::migrate::migrate(&db, NOW).unwrap();
    let county = CountyId::fresh(NOW, &mut chance(1));
    db.write_now(county, move |tx| {
        let row = County {
            id: county,
            name: "嘉禾县".into(),
            division_code: "429990".into(),
            zone: "Asia/Shanghai".into(),
            host: None,
            phone: None,
            demo: true,
            created_at: NOW,
        };
        county::put(tx, &row)?;
        Ok::<_, store::Error>(tx.commit_quiet(store::Quiet::Index, ()))
    })
    .unwrap();
    Ground { db, county, name, sqlite }
}
