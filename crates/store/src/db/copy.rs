//! Every row of every table, out of one database and into an empty one of either engine: for backup and restore.
//!
//! Out: one transaction that only reads, on a connection of its own. Both engines show it one moment for as long as it takes, and
//! neither lets a writer wait for it. In: one transaction as well, so that a restore is there whole or not at all.
//! Rows come in the order of their primary key. Where a table's ids are drawn by lot (a secret ballot), that is the order
//! which says nothing; the order in which rows were written is never passed on.

#![expect(clippy::disallowed_types, reason = "whole tables are copied by the driver, outside of any unit of work")]

use super::postgres::Address;
use super::sqlite;
use crate::{Error, Value};
use postgres::fallible_iterator::FallibleIterator;
use std::io::Write;
use std::path::Path;
use uuid::Uuid;

/// The type of a column; both engines have these and no others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// UUID.
    Id,
    /// TEXT.
    Text,
    /// BIGINT.
    Int,
    /// BOOLEAN.
    Bool,
    /// DOUBLE PRECISION.
    Real,
    /// BYTEA.
    Bytes,
}

const KINDS: [(Kind, &str); 6] = [
    (Kind::Id, "uuid"),
    (Kind::Text, "text"),
    (Kind::Int, "bigint"),
    (Kind::Bool, "boolean"),
    (Kind::Real, "double precision"),
    (Kind::Bytes, "bytea"),
];

impl Kind {
    /// Its name in the schema, in small letters.
    pub fn as_str(self) -> &'static str {
        KINDS.iter().find(|(kind, _)| *kind == self).map_or("", |(_, name)| name)
    }
    /// By that name.
    pub fn parse(name: &str) -> Option<Self> {
        KINDS.iter().find(|(_, known)| known.eq_ignore_ascii_case(name)).map(|(kind, _)| *kind)
    }
}

/// A table and its columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Name and type of each column.
    pub columns: Vec<(String, Kind)>,
}

/// Tables that stay behind, each with the reason. One that is made again from others belongs here, with the line in `restore` that makes it.
pub const LEFT: &[(&str, &str)] = &[
    ("schema_version", "migrations write it"),
    ("session", "one that ended since must not live again; everybody signs in anew"),
    ("phone_code", "a code that was used since must not open again"),
    ("rate_limit", "it counts the last hour"),
    ("search_text", "it is made again from the rows that it was taken from"),
];

/// Takes what is copied out.
pub trait Sink {
    /// The rows of that table follow.
    fn begin(&mut self, table: &Table) -> std::io::Result<()>;
    /// One of them, a value for each column.
    fn row(&mut self, table: &Table, row: &[Value]) -> std::io::Result<()>;
    /// There were so many.
    fn end(&mut self, table: &Table, rows: u64) -> std::io::Result<()>;
}

/// Takes one row, a value for each column.
pub type Take<'t> = &'t mut dyn FnMut(&[Value]) -> Outcome<()>;

/// Gives what is copied in.
pub trait Source {
    /// The tables that it has.
    fn tables(&self) -> Vec<Table>;
    /// Every row of one of them.
    fn rows(&mut self, table: &Table, take: Take<'_>) -> Outcome<()>;
}

/// Why a copy did not come to its end. Nothing was kept then.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// The database.
    #[error(transparent)]
    Database(#[from] Error),
    /// What is read from or written to.
    #[error(transparent)]
    File(#[from] std::io::Error),
    /// The two do not fit each other.
    #[error("{0}")]
    Unfit(String),
}

/// What a copy ends with.
pub type Outcome<T> = std::result::Result<T, Failed>;

impl From<rusqlite::Error> for Failed {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(Error::sqlite(&error))
    }
}
impl From<postgres::Error> for Failed {
    fn from(error: postgres::Error) -> Self {
        Self::Database(Error::postgres(&error))
    }
}

/// What one copy came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The migrations that the database had seen: number and name.
    pub schema: Vec<(i64, String)>,
    /// Rows copied.
    pub rows: u64,
}

enum Conn {
    Sqlite(rusqlite::Connection),
    Postgres(Box<postgres::Client>),
}

fn connect(url: &str) -> Outcome<Conn> {
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        Ok(Conn::Postgres(Box::new(Address::parse(url)?.connect()?)))
    } else {
        Ok(Conn::Sqlite(sqlite::open(Path::new(url.strip_prefix("sqlite:").unwrap_or(url)), false)?))
    }
}

/// A name as SQL writes it, whatever stands in it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn list(names: impl Iterator<Item = impl AsRef<str>>) -> String {
    names.map(|name| quoted(name.as_ref())).collect::<Vec<_>>().join(", ")
}

/// A table as the catalogue names it: its name, its columns with their types, its primary key.
type Found = (String, Vec<(String, String)>, Vec<String>);

/// A table with its primary key.
struct Keyed {
    table: Table,
    key: Vec<String>,
}

impl Keyed {
    fn select(&self) -> String {
        let columns = list(self.table.columns.iter().map(|(name, _)| name));
        format!("SELECT {columns} FROM {} ORDER BY {}", quoted(&self.table.name), list(self.key.iter()))
    }
}

impl Conn {
    /// Every table of the database that is copied. What one engine alone has (an index for searching) is no table in this sense: it is
    /// made again from the others.
    fn tables(&mut self) -> Outcome<Vec<Keyed>> {
        let mut tables: Vec<Found> = Vec::new();
        match self {
            Self::Sqlite(conn) => {
                let mut names = conn.prepare(
                    "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
                )?;
                let names: Vec<String> = names.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
                let mut columns = conn.prepare("SELECT name, type, pk FROM pragma_table_info(?1) ORDER BY cid")?;
                for name in names {
                    let found: Vec<(String, String, i64)> = columns
                        .query_map([&name], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
                        .collect::<Result<_, _>>()?;
                    let mut key: Vec<_> = found.iter().filter(|column| column.2 > 0).collect();
                    key.sort_by_key(|column| column.2);
                    let key = key.into_iter().map(|column| column.0.clone()).collect();
                    tables.push((name, found.into_iter().map(|(name, kind, _)| (name, kind)).collect(), key));
                }
            }
            Self::Postgres(client) => {
                let names = client.query(
                    "SELECT table_name::TEXT FROM information_schema.tables
                     WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY table_name::TEXT COLLATE \"C\"",
                    &[],
                )?;
                for name in names {
                    let name: String = name.try_get(0)?;
                    let columns = client.query(
                        "SELECT column_name::TEXT, data_type::TEXT FROM information_schema.columns
                         WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position",
                        &[&name],
                    )?;
                    let columns = columns.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect::<Result<
                        _,
                        postgres::Error,
                    >>(
                    )?;
                    let key = client.query(
                        "SELECT a.attname::TEXT FROM pg_index i
                         CROSS JOIN LATERAL unnest(i.indkey::INT2[]) WITH ORDINALITY AS k (attnum, n)
                         JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
                         WHERE i.indisprimary AND i.indrelid = to_regclass(quote_ident($1)) ORDER BY k.n",
                        &[&name],
                    )?;
                    let key = key.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
                    tables.push((name, columns, key));
                }
            }
        }
        let mut found = Vec::new();
        for (name, columns, key) in tables {
            if LEFT.iter().any(|(left, _)| *left == name) {
                continue;
            }
            let mut known = Vec::new();
            for (column, kind) in columns {
                let kind = Kind::parse(&kind).ok_or_else(|| {
                    Failed::Unfit(format!("{name}.{column} is of the type {kind}, which is not copied"))
                })?;
                known.push((column, kind));
            }
            if key.is_empty() {
                return Err(Failed::Unfit(format!("the table {name} has no primary key")));
            }
            found.push(Keyed { table: Table { name, columns: known }, key });
        }
        Ok(found)
    }

    /// The migrations that it has seen; none in a database without tables.
    fn schema(&mut self) -> Outcome<Vec<(i64, String)>> {
        let there = match self {
            Self::Sqlite(conn) => {
                conn.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'schema_version'")?.exists([])?
            }
            Self::Postgres(client) => {
                client.query_one("SELECT to_regclass('schema_version') IS NOT NULL", &[])?.try_get(0)?
            }
        };
        if !there {
            return Ok(Vec::new());
        }
        let text = "SELECT number, name FROM schema_version ORDER BY number";
        match self {
            Self::Sqlite(conn) => {
                let mut statement = conn.prepare(text)?;
                let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
                Ok(rows.collect::<Result<_, _>>()?)
            }
            Self::Postgres(client) => client
                .query(text, &[])?
                .iter()
                .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
                .collect::<Result<_, postgres::Error>>()
                .map_err(Failed::from),
        }
    }

    fn batch(&mut self, text: &str) -> Outcome<()> {
        match self {
            Self::Sqlite(conn) => conn.execute_batch(text)?,
            Self::Postgres(client) => client.batch_execute(text)?,
        }
        Ok(())
    }

    /// Whether any of these tables holds a row: its name.
    fn occupied(&mut self, tables: &[Keyed]) -> Outcome<Option<String>> {
        for Keyed { table, .. } in tables {
            let text = format!("SELECT 1 FROM {} LIMIT 1", quoted(&table.name));
            let some = match self {
                Self::Sqlite(conn) => conn.prepare(&text)?.exists([])?,
                Self::Postgres(client) => !client.query(&text, &[])?.is_empty(),
            };
            if some {
                return Ok(Some(table.name.clone()));
            }
        }
        Ok(None)
    }
}

/// Copies every row of the database at that address out, all of them as they were at one moment. Writers go on meanwhile.
pub fn out(url: &str, sink: &mut dyn Sink) -> Outcome<Origin> {
    let mut conn = connect(url)?;
    match &mut conn {
        Conn::Sqlite(conn) => conn.execute_batch("PRAGMA query_only = ON; BEGIN")?,
        Conn::Postgres(client) => client.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?,
    }
    let mut origin = Origin { schema: conn.schema()?, rows: 0 };
    for keyed in conn.tables()? {
        let table = &keyed.table;
        sink.begin(table)?;
        let mut rows = 0;
        match &mut conn {
            Conn::Sqlite(conn) => {
                let mut statement = conn.prepare(&keyed.select())?;
                let mut found = statement.raw_query();
                while let Some(row) = found.next()? {
                    let values =
                        table.columns.iter().enumerate().map(|(at, column)| sqlite_value(row, at, table, column));
                    sink.row(table, &values.collect::<Outcome<Vec<_>>>()?)?;
                    rows += 1;
                }
            }
            Conn::Postgres(client) => {
                let nothing: [&(dyn postgres::types::ToSql + Sync); 0] = [];
                let mut found = client.query_raw(&keyed.select(), nothing)?;
                while let Some(row) = found.next()? {
                    let values =
                        table.columns.iter().enumerate().map(|(at, (_, kind))| postgres_value(&row, at, *kind));
                    sink.row(table, &values.collect::<Outcome<Vec<_>>>()?)?;
                    rows += 1;
                }
            }
        }
        sink.end(table, rows)?;
        origin.rows += rows;
    }
    conn.batch("ROLLBACK")?;
    Ok(origin)
}

fn sqlite_value(row: &rusqlite::Row<'_>, at: usize, table: &Table, column: &(String, Kind)) -> Outcome<Value> {
    use rusqlite::types::ValueRef;
    let value = match (row.get_ref(at)?, column.1) {
        (ValueRef::Null, _) => Some(Value::Null),
        (ValueRef::Blob(bytes), Kind::Id) => Uuid::from_slice(bytes).ok().map(Value::Id),
        (ValueRef::Text(text), Kind::Text) => std::str::from_utf8(text).ok().map(|text| Value::Text(text.to_owned())),
        (ValueRef::Integer(n), Kind::Int) => Some(Value::Int(n)),
        (ValueRef::Integer(n @ (0 | 1)), Kind::Bool) => Some(Value::Bool(n == 1)),
        (ValueRef::Real(n), Kind::Real) => Some(Value::Real(n)),
        (ValueRef::Blob(bytes), Kind::Bytes) => Some(Value::Bytes(bytes.to_vec())),
        _ => None,
    };
    value.ok_or_else(|| {
        Failed::Unfit(format!("{}.{} holds a value that is no {}", table.name, column.0, column.1.as_str()))
    })
}

fn postgres_value(row: &postgres::Row, at: usize, kind: Kind) -> Outcome<Value> {
    Ok(match kind {
        Kind::Id => row.try_get::<_, Option<Uuid>>(at)?.into(),
        Kind::Text => row.try_get::<_, Option<String>>(at)?.into(),
        Kind::Int => row.try_get::<_, Option<i64>>(at)?.into(),
        Kind::Bool => row.try_get::<_, Option<bool>>(at)?.into(),
        Kind::Real => row.try_get::<_, Option<f64>>(at)?.into(),
        Kind::Bytes => row.try_get::<_, Option<Vec<u8>>>(at)?.into(),
    })
}

/// The migrations that the database at that address has seen: number and name. None in one that was never used.
pub fn schema(url: &str) -> Outcome<Vec<(i64, String)>> {
    connect(url)?.schema()
}

/// The name of a table that holds rows already; `None` when the database is as good as new.
pub fn occupied(url: &str) -> Outcome<Option<String>> {
    let mut conn = connect(url)?;
    let tables = conn.tables()?;
    conn.occupied(&tables)
}

/// Empties every table of the database, in one transaction: what a restore takes back that did not come to a good end.
pub fn clear(url: &str) -> Outcome<()> {
    let mut conn = connect(url)?;
    let tables = conn.tables()?;
    match &mut conn {
        Conn::Postgres(client) => {
            let every = list(tables.iter().map(|keyed| &keyed.table.name));
            client.batch_execute(&format!("TRUNCATE {every} CASCADE"))?;
        }
        Conn::Sqlite(conn) => {
            let mut text = String::from("PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE;");
            for keyed in &tables {
                text.push_str(&format!("DELETE FROM {};", quoted(&keyed.table.name)));
            }
            text.push_str("COMMIT");
            conn.execute_batch(&text)?;
        }
    }
    Ok(())
}

/// Copies every row of the source in, in one transaction. The database has its schema and no rows; the source gives exactly the
/// tables and columns that are copied. Answers the number of rows.
pub fn into(url: &str, source: &mut dyn Source) -> Outcome<u64> {
    let mut conn = connect(url)?;
    let mut tables = conn.tables()?;
    if let Some(table) = conn.occupied(&tables)? {
        return Err(Failed::Unfit(format!("the database is not empty: {table} holds rows")));
    }
    let constraints = conn.without_references()?;
    let mut rows = 0;
    for given in source.tables() {
        let at = tables.iter().position(|keyed| same(&keyed.table, &given));
        let Some(at) = at else {
            return Err(Failed::Unfit(format!(
                "the table {} is unknown, given twice or has other columns",
                given.name
            )));
        };
        tables.swap_remove(at);
        rows += conn.fill(&given, source)?;
    }
    if let Some(missing) = tables.first() {
        return Err(Failed::Unfit(format!("the table {} is missing", missing.table.name)));
    }
    conn.with_references(&constraints)?;
    conn.batch("COMMIT")?;
    match &mut conn {
        Conn::Sqlite(conn) => conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?,
        Conn::Postgres(client) => client.batch_execute("ANALYZE")?,
    }
    Ok(rows)
}

/// Whether two tables have the same name and columns, in whatever order.
fn same(one: &Table, other: &Table) -> bool {
    let sorted = |table: &Table| {
        let mut columns = table.columns.clone();
        columns.sort_by(|a, b| a.0.cmp(&b.0));
        columns
    };
    one.name == other.name && sorted(one) == sorted(other)
}

impl Conn {
    /// Begins the transaction in which rows may come before those that they refer to. Answers what [`Self::with_references`] needs.
    fn without_references(&mut self) -> Outcome<Vec<String>> {
        match self {
            Self::Sqlite(conn) => {
                conn.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA synchronous = FULL; BEGIN IMMEDIATE")?;
                Ok(Vec::new())
            }
            Self::Postgres(client) => {
                client.batch_execute("BEGIN")?;
                let found = client.query(
                    "SELECT conrelid::regclass::TEXT, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
                     WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY oid",
                    &[],
                )?;
                let mut again = Vec::new();
                for row in found {
                    let (table, name, text): (String, String, String) =
                        (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
                    client.batch_execute(&format!("ALTER TABLE {table} DROP CONSTRAINT {name}"))?;
                    again.push(format!("ALTER TABLE {table} ADD CONSTRAINT {name} {text}"));
                }
                Ok(again)
            }
        }
    }

    /// Checks every reference.
    fn with_references(&mut self, again: &[String]) -> Outcome<()> {
        match self {
            Self::Sqlite(conn) => {
                let mut check = conn.prepare("PRAGMA foreign_key_check")?;
                let mut found = check.query([])?;
                match found.next()? {
                    None => Ok(()),
                    Some(row) => {
                        let (table, to): (String, String) = (row.get(0)?, row.get(2)?);
                        Err(Failed::Unfit(format!("a row of {table} refers to a row of {to} that is not there")))
                    }
                }
            }
            Self::Postgres(client) => {
                for text in again {
                    client.batch_execute(text).map_err(|error| match error.code() {
                        Some(state) if state.code() == "23503" => {
                            Failed::Unfit(format!("a row refers to another that is not there: {error}"))
                        }
                        _ => error.into(),
                    })?;
                }
                Ok(())
            }
        }
    }

    fn fill(&mut self, table: &Table, source: &mut dyn Source) -> Outcome<u64> {
        let columns = list(table.columns.iter().map(|(name, _)| name));
        let name = quoted(&table.name);
        let mut rows = 0;
        match self {
            Self::Sqlite(conn) => {
                let places: Vec<String> = (1..=table.columns.len()).map(|n| format!("?{n}")).collect();
                let text = format!("INSERT INTO {name} ({columns}) VALUES ({})", places.join(", "));
                let mut insert = conn.prepare(&text)?;
                source.rows(table, &mut |row| {
                    insert.execute(rusqlite::params_from_iter(row))?;
                    rows += 1;
                    Ok(())
                })?;
            }
            Self::Postgres(client) => {
                let mut writer = client.copy_in(&format!("COPY {name} ({columns}) FROM STDIN"))?;
                source.rows(table, &mut |row| {
                    writer.write_all(&line(row))?;
                    rows += 1;
                    Ok(())
                })?;
                writer.finish()?;
            }
        }
        Ok(rows)
    }
}

/// A row in the text format of COPY (<https://www.postgresql.org/docs/15/sql-copy.html>).
fn line(row: &[Value]) -> Vec<u8> {
    let mut out = Vec::new();
    for (at, value) in row.iter().enumerate() {
        if at > 0 {
            out.push(b'\t');
        }
        match value {
            Value::Null => out.extend(b"\\N"),
            Value::Int(n) => out.extend(n.to_string().bytes()),
            Value::Bool(yes) => out.push(if *yes { b't' } else { b'f' }),
            Value::Real(n) => out.extend(format!("{n:?}").bytes()),
            Value::Id(id) => out.extend(id.to_string().bytes()),
            Value::Bytes(bytes) => {
                out.extend(b"\\\\x");
                out.extend(civic::hex::hex(bytes).bytes());
            }
            Value::Text(text) => {
                for byte in text.bytes() {
                    match byte {
                        b'\\' => out.extend(b"\\\\"),
                        b'\n' => out.extend(b"\\n"),
                        b'\r' => out.extend(b"\\r"),
                        b'\t' => out.extend(b"\\t"),
                        byte => out.push(byte),
                    }
                }
            }
        }
    }
    out.push(b'\n');
    out
}
