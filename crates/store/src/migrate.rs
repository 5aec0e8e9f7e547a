//! Migrations: one numbered list, applied in order, each once, each checked by its digest ever after.

use crate::{Db, Engine, Error, Result, args, sql};
use civic::hex::hex;
use civic::time::Timestamp;
use sha2::{Digest, Sha256};

/// A migration's text: the same for both engines, or one for each where they must differ.
#[derive(Clone, Copy)]
enum Text {
    Both(&'static str),
    Each { sqlite: &'static str, postgres: &'static str },
}

/// A migration is one file, or `each` of `.sqlite.sql` and `.postgres.sql` where the engines must differ.
macro_rules! list {
    ($($number:literal $name:literal $($each:ident)?)*) => {
        &[$(($number, $name, list!(@ $name $($each)?))),*]
    };
    (@ $name:literal) => { Text::Both(include_str!(concat!("../../../schema/", $name, ".sql"))) };
    (@ $name:literal each) => {
        Text::Each {
            sqlite: include_str!(concat!("../../../schema/", $name, ".sqlite.sql")),
            postgres: include_str!(concat!("../../../schema/", $name, ".postgres.sql")),
        }
    };
}

const MIGRATIONS: &[(i64, &str, Text)] = list! {
    1 "0001_house"
    2 "0002_people"
    3 "0003_need"
    4 "0004_meeting"
    5 "0005_resolution"
    6 "0006_work"
    7 "0007_representative"
    8 "0008_stage"
    9 "0009_rule_end"
    10 "0010_project"
    11 "0011_contribution"
    20 "0020_works"
    21 "0021_acceptance"
    30 "0030_announcement"
    31 "0031_organisation"
    32 "0032_practice_base"
    33 "0033_programme"
    40 "0040_operation"
    50 "0050_facility"
    60 "0060_evaluate"
    61 "0061_share"
    62 "0062_honour"
    70 "0070_search"
    71 "0071_search_index" each
    80 "0080_award"
    81 "0081_final_account"
};

/// The text of a migration for one engine, and its digest.
fn text_of(text: &Text, engine: Engine) -> (&'static str, String) {
    let text = match (text, engine) {
        (Text::Both(text), _) => text,
        (Text::Each { sqlite, .. }, Engine::Sqlite) => sqlite,
        (Text::Each { postgres, .. }, Engine::Postgres) => postgres,
    };
    (text, hex(&Sha256::digest(text.as_bytes())))
}

fn refused(message: String) -> Error {
    Error::Engine { code: "migration".to_owned(), message }
}

/// Brings the schema up to date and says how many migrations were applied. Several may call it at once: each migration is applied
/// by one of them.
pub fn migrate(db: &Db, now: Timestamp) -> Result<usize> {
    begin(db)?;
    let mut applied = 0;
    for number in 0..MIGRATIONS.len() {
        applied += usize::from(patiently(|| step(db, number, now))?);
    }
    waiting(db)?;
    Ok(applied)
}

fn begin(db: &Db) -> Result<()> {
    patiently(|| {
        db.shared_now(true, |tx| {
            tx.batch(
                "CREATE TABLE IF NOT EXISTS schema_version (number BIGINT PRIMARY KEY, name TEXT NOT NULL, digest TEXT NOT NULL, \
                 applied_at BIGINT NOT NULL)",
            )
        })
    })
}

/// Applies the migrations of these numbers and no others: the schema under which a backup was made, before its rows come in. Those that
/// are still missing follow with [`migrate`].
pub fn only(db: &Db, numbers: &[i64], now: Timestamp) -> Result<()> {
    begin(db)?;
    for at in 0..MIGRATIONS.len() {
        if MIGRATIONS.get(at).is_some_and(|(number, ..)| numbers.contains(number)) {
            patiently(|| step(db, at, now))?;
        }
    }
    Ok(())
}

/// Number and name of every migration, in order.
pub fn known() -> Vec<(i64, &'static str)> {
    MIGRATIONS.iter().map(|(number, name, _)| (*number, *name)).collect()
}

/// Tries again what another process did at the same instant.
fn patiently<T>(f: impl Fn() -> Result<T>) -> Result<T> {
    let mut result = f();
    for _ in 0..4 {
        if !matches!(result, Err(Error::Clash | Error::Busy)) {
            break;
        }
        result = f();
    }
    result
}

/// Applies one migration of the list; `false` when it had been applied.
fn step(db: &Db, at: usize, now: Timestamp) -> Result<bool> {
    let Some((number, name, text)) = MIGRATIONS.get(at) else { return Ok(false) };
    let engine = db.engine();
    let (text, digest) = text_of(text, engine);
    db.shared_now(true, move |tx| {
        let known =
            tx.optional::<(String,)>(sql!("SELECT digest FROM schema_version WHERE number = $1"), args![*number])?;
        match known {
            Some((known,)) if known == digest => Ok(false),
            Some(_) => Err(refused(format!("migration {name} was changed after it had been applied"))),
            None => {
                // The row comes first: another process that does the same waits here instead of meeting half a schema.
                tx.run(
                    sql!("INSERT INTO schema_version (number, name, digest, applied_at) VALUES ($1, $2, $3, $4)"),
                    args![*number, *name, digest.as_str(), now],
                )?;
                tx.batch(text)?;
                if engine == Engine::Sqlite {
                    crate::sizes::tell(tx)?;
                }
                Ok(true)
            }
        }
    })
}

/// How many migrations there are: a database that waits for all of them is a new one.
pub fn total() -> usize {
    MIGRATIONS.len()
}

/// Migrations that the database has not seen yet. A server refuses to start when there are any. An error when the database
/// was made by a newer program or a migration was changed after it had been applied.
pub fn waiting(db: &Db) -> Result<Vec<&'static str>> {
    let engine = db.engine();
    let read = db.shared_now(false, |tx| {
        tx.all::<(i64, String, String)>(
            sql!("SELECT number, name, digest FROM schema_version ORDER BY number LIMIT 10000"),
            &[],
        )
    });
    let known = match read {
        Ok(known) => known,
        // A database without the table has seen nothing; 42P01 is PostgreSQL's word for it, 1 SQLite's.
        Err(Error::Engine { code, .. }) if code == "42P01" || code == "1" => Vec::new(),
        Err(error) => return Err(error),
    };
    for (number, name, digest) in &known {
        match MIGRATIONS.iter().find(|(ours, ..)| ours == number) {
            None => return Err(refused(format!("the database was made by a newer program: it knows {name}"))),
            Some((.., text)) if text_of(text, engine).1 != *digest => {
                return Err(refused(format!("migration {name} was changed after it had been applied")));
            }
            Some(_) => {}
        }
    }
    let new = MIGRATIONS.iter().filter(|(number, ..)| !known.iter().any(|(seen, ..)| seen == number));
    Ok(new.map(|(_, name, _)| *name).collect())
}
