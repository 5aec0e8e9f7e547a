//! The schema as the engines have it after all migrations: fit to be spread over several servers by county, the same on both,
//! and written down, so that no change comes unnoticed.

use crate::ground::{self, NOW, grounds, on_postgres, on_sqlite};
use std::fmt::Write;
use store::{Db, Error, Options, args, migrate};

/// Tables that belong to no county.
const SHARED: &str = "('county', 'schema_version')";

/// Runs a query on a migrated PostgreSQL whose rows are breaches.
fn breaches(client: &mut postgres::Client, query: &str) -> Vec<String> {
    client.query(&query.replace("SHARED", SHARED), &[]).unwrap().iter().map(|row| row.get(0)).collect()
}

/// What must not be found in the catalogue, each as a query that answers breaches.
const RULES: &[&str] = &[
    "SELECT t.relname || ' has no primary key' FROM pg_class t
     WHERE t.relnamespace = 'public'::regnamespace AND t.relkind IN ('r', 'p') AND NOT EXISTS
         (SELECT 1 FROM pg_constraint c WHERE c.conrelid = t.oid AND c.contype = 'p')",
    // Constraints and bare indexes alike.
    "SELECT t.relname || ': the unique key ' || x.relname || ' does not begin with county_id'
     FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid
     LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = i.indkey[0]
     WHERE t.relnamespace = 'public'::regnamespace AND i.indisunique AND t.relname NOT IN SHARED
         AND a.attname IS DISTINCT FROM 'county_id'",
    "SELECT t.relname || ' excludes without county_id first' FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
     WHERE t.relnamespace = 'public'::regnamespace AND c.contype = 'x'",
    // To the county: county_id alone. To anything else: county_id first on both sides.
    "SELECT t.relname || ': the foreign key ' || c.conname || ' does not begin with county_id'
     FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class f ON f.oid = c.confrelid
     JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = c.conkey[1]
     JOIN pg_attribute b ON b.attrelid = f.oid AND b.attnum = c.confkey[1]
     WHERE t.relnamespace = 'public'::regnamespace AND c.contype = 'f' AND NOT
         (a.attname = 'county_id' AND (f.relname = 'county' AND array_length(c.conkey, 1) = 1 OR b.attname = 'county_id'))",
    "SELECT t.relname || ' points at a table of one county from outside' FROM pg_constraint c
     JOIN pg_class t ON t.oid = c.conrelid WHERE t.relnamespace = 'public'::regnamespace AND c.contype = 'f' AND t.relname IN SHARED",
    "SELECT t.relname || ': ' || c.conname || ' sets columns on delete or update' FROM pg_constraint c
     JOIN pg_class t ON t.oid = c.conrelid WHERE t.relnamespace = 'public'::regnamespace AND c.contype = 'f'
         AND (c.confdeltype IN ('n', 'd') OR c.confupdtype IN ('n', 'd'))",
    "SELECT t.relname || ' has a trigger ' || g.tgname FROM pg_trigger g JOIN pg_class t ON t.oid = g.tgrelid
     WHERE t.relnamespace = 'public'::regnamespace AND NOT g.tgisinternal",
    "SELECT 'a sequence ' || relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'S'",
    "SELECT t.relname || '.' || a.attname || ' makes its own values' FROM pg_attribute a JOIN pg_class t ON t.oid = a.attrelid
     WHERE t.relnamespace = 'public'::regnamespace AND t.relkind = 'r' AND (a.attidentity <> '' OR a.attgenerated <> '')",
    // A default is a constant: every function in it may differ from node to node.
    "SELECT t.relname || '.' || a.attname || ' has a default that is no constant: ' || pg_get_expr(d.adbin, d.adrelid)
     FROM pg_attrdef d JOIN pg_class t ON t.oid = d.adrelid JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.adnum
     WHERE t.relnamespace = 'public'::regnamespace AND pg_get_expr(d.adbin, d.adrelid) !~ '^(''[^'']*''|-?[0-9]+|true|false)(::[a-z ]+)?$'",
    "SELECT t.relname || '.' || a.attname || ' is ' || format_type(a.atttypid, a.atttypmod) FROM pg_attribute a
     JOIN pg_class t ON t.oid = a.attrelid WHERE t.relnamespace = 'public'::regnamespace AND t.relkind = 'r' AND a.attnum > 0
         AND NOT a.attisdropped AND format_type(a.atttypid, a.atttypmod) NOT IN
         ('uuid', 'text', 'bigint', 'boolean', 'double precision', 'bytea')",
    "SELECT t.relname || '.county_id may be empty' FROM pg_attribute a JOIN pg_class t ON t.oid = a.attrelid
     WHERE t.relnamespace = 'public'::regnamespace AND t.relkind = 'r' AND a.attname = 'county_id' AND NOT a.attnotnull",
    "SELECT t.relname || ' has no county_id' FROM pg_class t WHERE t.relnamespace = 'public'::regnamespace AND t.relkind = 'r'
         AND t.relname NOT IN SHARED AND NOT EXISTS
         (SELECT 1 FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attname = 'county_id')",
    "SELECT 'a function ' || proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
];

#[test]
fn every_table_could_be_spread_over_servers_by_county() {
    let ground = on_postgres();
    let mut client = ground::postgres(ground.postgres.as_ref().unwrap());
    let found: Vec<String> = RULES.iter().flat_map(|rule| breaches(&mut client, rule)).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn tables_that_could_not_be_spread_are_found() {
    let ground = on_postgres();
    let mut client = ground::postgres(ground.postgres.as_ref().unwrap());
    let samples = [
        ("CREATE TABLE x (county_id UUID NOT NULL, id UUID)", "x has no primary key"),
        ("CREATE TABLE x (county_id UUID NOT NULL, id UUID PRIMARY KEY)", "x: the unique key x_pkey"),
        (
            "CREATE TABLE x (county_id UUID PRIMARY KEY, n TEXT, UNIQUE (n, county_id))",
            "x: the unique key x_n_county_id_key",
        ),
        ("CREATE UNIQUE INDEX x ON job (kind) WHERE state = 'waiting'", "job: the unique key x does not"),
        (
            "CREATE TABLE x (county_id UUID PRIMARY KEY, n UUID, FOREIGN KEY (n) REFERENCES county (id))",
            "x: the foreign key x_n_fkey",
        ),
        (
            "CREATE TABLE x (county_id UUID PRIMARY KEY, n UUID,
             FOREIGN KEY (county_id, n) REFERENCES entry (county_id, id) ON DELETE SET NULL)",
            "x: x_county_id_n_fkey sets columns",
        ),
        ("CREATE TABLE x (county_id UUID PRIMARY KEY, n BIGINT DEFAULT random() * 9)", "x.n has a default"),
        ("CREATE TABLE x (county_id UUID PRIMARY KEY, n BIGINT GENERATED ALWAYS AS IDENTITY)", "a sequence x_n_seq"),
        ("CREATE TABLE x (county_id UUID PRIMARY KEY, n INTEGER)", "x.n is integer"),
        ("CREATE TABLE x (id UUID PRIMARY KEY)", "x has no county_id"),
        (
            "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
             CREATE TRIGGER g BEFORE INSERT ON job FOR EACH ROW EXECUTE FUNCTION f()",
            "job has a trigger g",
        ),
    ];
    for (sample, expected) in samples {
        client.batch_execute(&format!("BEGIN; {sample}")).unwrap();
        let found: Vec<String> = RULES.iter().flat_map(|rule| breaches(&mut client, rule)).collect();
        client.batch_execute("ROLLBACK").unwrap();
        assert!(found.iter().any(|breach| breach.starts_with(expected)), "{sample}\nfound {found:?}");
    }
}

#[test]
fn the_schema_of_sqlite_is_as_written_down() {
    let ground = on_sqlite();
    let conn = rusqlite::Connection::open(ground.sqlite.as_ref().unwrap()).unwrap();
    let mut statement = conn
        .prepare(
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'
             ORDER BY tbl_name, CASE type WHEN 'table' THEN 0 ELSE 1 END, name",
        )
        .unwrap();
    let texts: Vec<String> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    insta::assert_snapshot!("schema.sqlite", texts.join(";\n") + ";");
}

#[test]
fn the_schema_of_postgresql_is_as_written_down() {
    let ground = on_postgres();
    let mut client = ground::postgres(ground.postgres.as_ref().unwrap());
    let tables = client
        .query(
            "SELECT oid::bigint, relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
             ORDER BY relname",
            &[],
        )
        .unwrap();
    let mut out = String::new();
    for table in tables {
        let (oid, name): (i64, String) = (table.get(0), table.get(1));
        let mut texts = |query: &str| -> Vec<String> {
            client.query(query, &[&oid]).unwrap().iter().map(|row| row.get(0)).collect()
        };
        let mut lines = texts(
            "SELECT a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
                 || COALESCE(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '')
             FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
             WHERE a.attrelid::bigint = $1 AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum",
        );
        // Newer servers list NOT NULL among the constraints too.
        lines.extend(texts(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid::bigint = $1 AND contype <> 'n'
             ORDER BY contype = 'f', contype DESC, conname",
        ));
        let _ = writeln!(out, "CREATE TABLE {name} (\n    {}\n);", lines.join(",\n    "));
        let indexes = texts(
            "SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i WHERE i.indrelid::bigint = $1 AND NOT EXISTS
                 (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u')) ORDER BY 1",
        );
        for index in indexes {
            let _ = writeln!(out, "{};", index.replace("public.", ""));
        }
    }
    insta::assert_snapshot!("schema.postgres", out.trim_end());
}

#[test]
fn migrating_twice_changes_nothing() {
    for ground in grounds() {
        assert_eq!(migrate::migrate(&ground.db, NOW), Ok(0), "{}", ground.name);
        assert_eq!(migrate::waiting(&ground.db), Ok(Vec::new()), "{}", ground.name);
    }
}

#[test]
fn an_empty_database_says_what_it_waits_for() {
    let path = std::env::temp_dir().join(format!("wugong-store-{}.db", ground::unique()));
    let postgres = ground::database(&std::env::var("WUGONG_TEST_POSTGRES").unwrap());
    for url in [path.display().to_string(), postgres.clone()] {
        let db = Db::open(&Options { url, threads: 2 }).unwrap();
        let waiting = migrate::waiting(&db).unwrap();
        assert_eq!(waiting.first(), Some(&"0001_house"));
        assert_eq!(migrate::migrate(&db, NOW), Ok(waiting.len()));
    }
    let _ = std::fs::remove_file(path);
    let (server, name) = postgres.rsplit_once('/').unwrap();
    let drop = format!("DROP DATABASE {name} WITH (FORCE)");
    ground::postgres(&format!("{server}/postgres")).batch_execute(&drop).unwrap();
}

#[test]
fn several_programs_that_migrate_at_once_apply_each_migration_once() {
    let url = ground::database(&std::env::var("WUGONG_TEST_POSTGRES").unwrap());
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let url = url.clone();
            std::thread::spawn(move || {
                let db = Db::open(&Options { url, threads: 1 }).unwrap();
                let applied = migrate::migrate(&db, NOW);
                (applied, migrate::waiting(&db))
            })
        })
        .collect();
    let results: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    let applied: usize = results.iter().map(|(applied, _)| applied.clone().unwrap()).sum();
    assert!(results.iter().all(|(_, waiting)| *waiting == Ok(Vec::new())), "{results:?}");
    let mut client = ground::postgres(&url);
    let known: i64 = client.query_one("SELECT COUNT(*) FROM schema_version", &[]).unwrap().get(0);
    assert_eq!(applied as i64, known);
    drop(client);
    let (server, name) = url.rsplit_once('/').unwrap();
    let drop = format!("DROP DATABASE {name} WITH (FORCE)");
    ground::postgres(&format!("{server}/postgres")).batch_execute(&drop).unwrap();
}

#[test]
fn a_changed_migration_and_a_newer_database_are_refused() {
    for ground in grounds() {
        let set = |sql: &'static str, digest: &'static str| {
            ground.db.shared_now(true, move |tx| tx.run(sql, args![digest])).unwrap();
        };
        let refusals = || [migrate::migrate(&ground.db, NOW).map(|_| ()), migrate::waiting(&ground.db).map(|_| ())];
        set("INSERT INTO schema_version (number, name, digest, applied_at) VALUES (9999, '9999_later', $1, 0)", "x");
        for refusal in refusals() {
            let Err(Error::Engine { code, message }) = refusal else { panic!("{}: {refusal:?}", ground.name) };
            assert_eq!(code, "migration");
            assert!(message.contains("newer program") && message.contains("9999_later"), "{message}");
        }
        set("DELETE FROM schema_version WHERE number = 9999 AND digest = $1", "x");
        set("UPDATE schema_version SET digest = $1 WHERE number = 1", "0000");
        for refusal in refusals() {
            let Err(Error::Engine { message, .. }) = refusal else { panic!("{}: {refusal:?}", ground.name) };
            assert!(message.contains("0001_house was changed"), "{message}");
        }
    }
}
