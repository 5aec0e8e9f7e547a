//! Migrations: one numbered list, applied in order, each once, each checked by its digest ever after.

use crate::{Db, Engine, Error, Result, args, sql};
use civic::time::Timestamp;
use sha2::{Digest, Sha256};

/// A migration's text: the same for both engines, or one for each where they must differ.
#[derive(Clone, Copy)]
enum Text {
    Both(&'static str),
    #[expect(dead_code, reason = "the door for the few migrations in which the engines must differ")]
    Each {
        sqlite: &'static str,
        postgres: &'static str,
    },
}

macro_rules! list {
    ($($number:literal $name:literal)*) => {
        &[$(($number, $name, Text::Both(include_str!(concat!("../../../schema/", $name, ".sql"))))),*]
    };
}

const MIGRATIONS: &[(i64, &str, Text)] = list! {
    1 "0001_house"
    2 "0002_people"
    3 "0003_need"
};

/// Brings the schema up to date and says how many migrations were applied.
pub fn migrate(db: &Db, now: Timestamp) -> Result<usize> {
    let engine = db.engine();
    db.shared_now(true, |tx| {
        tx.batch(
            "CREATE TABLE IF NOT EXISTS schema_version (number BIGINT PRIMARY KEY, name TEXT NOT NULL, digest TEXT NOT NULL, \
             applied_at BIGINT NOT NULL)",
        )
    })?;
    let mut applied = 0;
    for (number, name, text) in MIGRATIONS {
        let text = match (text, engine) {
            (Text::Both(text), _) => text,
            (Text::Each { sqlite, .. }, Engine::Sqlite) => sqlite,
            (Text::Each { postgres, .. }, Engine::Postgres) => postgres,
        };
        let digest: String = Sha256::digest(text.as_bytes()).iter().map(|b| format!("{b:02x}")).collect();
        let fresh = db.shared_now(true, move |tx| {
            let known =
                tx.optional::<(String,)>(sql!("SELECT digest FROM schema_version WHERE number = $1"), args![*number])?;
            match known {
                Some((known,)) if known == digest => Ok(false),
                Some(_) => Err(Error::Engine {
                    code: "migration".to_owned(),
                    message: format!("migration {name} was changed after it had been applied"),
                }),
                None => {
                    tx.batch(text)?;
                    tx.run(
                        sql!("INSERT INTO schema_version (number, name, digest, applied_at) VALUES ($1, $2, $3, $4)"),
                        args![*number, *name, digest.as_str(), now],
                    )?;
                    Ok(true)
                }
            }
        })?;
        applied += usize::from(fresh);
    }
    Ok(applied)
}

/// Migrations that the database has not seen yet. A server refuses to start when there are any.
pub fn waiting(db: &Db) -> Result<Vec<&'static str>> {
    let known: Vec<i64> = db
        .shared_now(false, |tx| {
            tx.all::<(i64,)>(sql!("SELECT number FROM schema_version ORDER BY number LIMIT 10000"), &[])
        })
        .map(|rows| rows.into_iter().map(|(n,)| n).collect())
        .unwrap_or_default();
    Ok(MIGRATIONS.iter().filter(|(number, ..)| !known.contains(number)).map(|(_, name, _)| *name).collect())
}
