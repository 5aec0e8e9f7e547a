//! One unit of work: the statements of one county, and the end that says what it was.

use crate::row::{Reader, Row};
use crate::{Engine, Error, FromRow, Result, Value, record};
use civic::id::CountyId;
use civic::record::Entry;
use std::collections::HashMap;
use uuid::Uuid;

#[expect(clippy::disallowed_types, reason = "the driver types live here and in db, and nowhere else")]
pub(crate) enum Conn<'c> {
    Sqlite(&'c rusqlite::Connection),
    Postgres(&'c mut postgres::Client, &'c mut HashMap<&'static str, postgres::Statement>),
}

/// Entries of one unit after which it is more than a page writes.
const BULK: usize = 1000;

/// A unit of work. Statements see the county's id as `$1`; in a shared unit (no county) arguments begin at `$1`.
pub struct Tx<'c> {
    conn: Conn<'c>,
    county: Option<Uuid>,
    writes: bool,
    pub(crate) statements: u64,
    /// A statement met a conflict that a fresh run of the whole closure can resolve.
    pub(crate) retry: bool,
    /// The error of the first statement that failed. Nothing of the unit is kept after it, whatever the closure answers.
    pub(crate) broken: Option<Error>,
}

/// What a write ends with: the value it answers, and the proof that it said in the record what it was. Only
/// [`Tx::commit`] and [`Tx::commit_quiet`] make one.
pub struct Done<T>(pub(crate) T);

impl<T> Done<T> {
    /// The same end with another value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Done<U> {
        Done(f(self.0))
    }
}

/// The closed list of writes that are nobody's business and make no entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quiet {
    /// A session began, moved or ended.
    Session,
    /// A sign-in code was sent or tried.
    Code,
    /// Somebody wished for a correction of own data, or the wish was answered with no; a yes changes the row and makes an entry.
    Wish,
    /// Somebody took a turn on a roster, offered it or stepped back: an entry would stay as a trace of who did not come.
    Turn,
    /// A secret answer was given: an entry would say when, and the moment leads to who gave it (design: §4.6).
    Secret,
    /// A rate limit counted.
    Limit,
    /// A job was queued, claimed, done or failed.
    Job,
    /// Entries were sealed.
    Seal,
    /// A backup was made.
    Backup,
    /// Somebody with a post opened what is kept of persons. It is written down for these persons and changes nothing.
    Opening,
    /// The search index was brought up to date.
    Index,
    /// A form was answered with what the same text had become before.
    Again,
    /// Nothing was written after all (a form sent twice).
    Nothing,
}

impl<'c> Tx<'c> {
    pub(crate) fn new(conn: Conn<'c>, county: Option<Uuid>, writes: bool) -> Self {
        Self { conn, county, writes, statements: 0, retry: false, broken: None }
    }

    /// The county of this unit of work.
    pub fn county(&self) -> CountyId {
        CountyId::from(self.county.unwrap_or_default())
    }

    /// The engine, where each needs a statement of its own: in the search alone.
    pub(crate) fn engine(&self) -> Engine {
        match self.conn {
            Conn::Sqlite(_) => Engine::Sqlite,
            Conn::Postgres(..) => Engine::Postgres,
        }
    }

    /// Every row. The statement must bound their number itself (`LIMIT`).
    pub fn all<T: FromRow>(&mut self, sql: &'static str, args: &[Value]) -> Result<Vec<T>> {
        self.statements += 1;
        let county = self.county.map(Value::Id);
        let args: Vec<&Value> = county.iter().chain(args).collect();
        match &mut self.conn {
            Conn::Sqlite(conn) => {
                let read = || -> rusqlite::Result<Result<Vec<T>>> {
                    let mut statement = conn.prepare_cached(sql)?;
                    bind(&mut statement, &args)?;
                    let mut rows = statement.raw_query();
                    let mut out = Vec::new();
                    while let Some(row) = rows.next()? {
                        match T::from_row(&mut Reader::new(Row::Sqlite(row), T::TABLE)) {
                            Ok(value) => out.push(value),
                            Err(error) => return Ok(Err(error)),
                        }
                    }
                    Ok(Ok(out))
                };
                read().map_err(|e| broken(&mut self.broken, Error::sqlite(&e)))?
            }
            Conn::Postgres(client, statements) => {
                let rows = postgres_rows(client, statements, sql, &args)
                    .map_err(|e| broken(&mut self.broken, failed(&mut self.retry, &e)))?;
                rows.iter().map(|row| T::from_row(&mut Reader::new(Row::Postgres(row), T::TABLE))).collect()
            }
        }
    }

    /// The first row, if there is one.
    pub fn optional<T: FromRow>(&mut self, sql: &'static str, args: &[Value]) -> Result<Option<T>> {
        Ok(self.all(sql, args)?.into_iter().next())
    }

    /// The first row; [`Error::Missing`] without one.
    pub fn one<T: FromRow>(&mut self, sql: &'static str, args: &[Value]) -> Result<T> {
        self.optional(sql, args)?.ok_or(Error::Missing)
    }

    /// The number in the first column of the first row; zero without one.
    pub fn number(&mut self, sql: &'static str, args: &[Value]) -> Result<i64> {
        Ok(self.optional::<(i64,)>(sql, args)?.map_or(0, |(n,)| n))
    }

    /// Runs a statement and says how many rows it touched.
    pub fn run(&mut self, sql: &'static str, args: &[Value]) -> Result<u64> {
        self.statements += 1;
        let county = self.county.map(Value::Id);
        let args: Vec<&Value> = county.iter().chain(args).collect();
        match &mut self.conn {
            Conn::Sqlite(conn) => {
                let run = || -> rusqlite::Result<usize> {
                    let mut statement = conn.prepare_cached(sql)?;
                    bind(&mut statement, &args)?;
                    statement.raw_execute()
                };
                let rows = run().map_err(|e| broken(&mut self.broken, Error::sqlite(&e)))?;
                Ok(u64::try_from(rows).unwrap_or(u64::MAX))
            }
            Conn::Postgres(client, statements) => {
                let mut run = || -> std::result::Result<u64, postgres::Error> {
                    let statement = prepared(client, statements, sql)?;
                    client.execute(&statement, &params(&args))
                };
                run().map_err(|e| broken(&mut self.broken, failed(&mut self.retry, &e)))
            }
        }
    }

    /// Runs a compare-and-set that must touch exactly one row; [`Error::Clash`] when it touches none.
    pub fn change(&mut self, sql: &'static str, args: &[Value]) -> Result<()> {
        match self.run(sql, args)? {
            1 => Ok(()),
            _ => Err(Error::Clash),
        }
    }

    /// Ends a write: puts its entries into the record in the same transaction. At least one entry is needed.
    pub fn commit<T>(&mut self, entries: &[Entry], value: T) -> Result<Done<T>> {
        debug_assert!(self.writes, "a read has nothing to commit");
        if entries.is_empty() {
            return Err(Error::Engine { code: "record".to_owned(), message: "a write without an entry".to_owned() });
        }
        for (at, entry) in entries.iter().enumerate() {
            record::entry::put(self, entry)?;
            if at == BULK {
                self.learn()?;
            }
        }
        Ok(Done(value))
    }

    /// Ends a write that is nobody's business. The list is closed.
    pub fn commit_quiet<T>(&mut self, _why: Quiet, value: T) -> Done<T> {
        Done(value)
    }

    /// After much was written at once: PostgreSQL looks at its tables anew. It checks references by plans that it made when the
    /// tables were empty, when every index was as good as any other; without this each check walks through a whole county, until
    /// the server looks by itself a minute later. SQLite has no such plans.
    pub fn learn(&mut self) -> Result<()> {
        match self.conn {
            Conn::Sqlite(_) => Ok(()),
            Conn::Postgres(..) => self.batch("ANALYZE"),
        }
    }

    /// Runs plain text of several statements without arguments: migrations.
    pub(crate) fn batch(&mut self, sql: &str) -> Result<()> {
        self.statements += 1;
        match &mut self.conn {
            Conn::Sqlite(conn) => conn.execute_batch(sql).map_err(|e| broken(&mut self.broken, Error::sqlite(&e))),
            Conn::Postgres(client, _) => {
                client.batch_execute(sql).map_err(|e| broken(&mut self.broken, failed(&mut self.retry, &e)))
            }
        }
    }
}

/// Remembers the first error of a unit and passes it on.
fn broken(first: &mut Option<Error>, error: Error) -> Error {
    first.get_or_insert_with(|| error.clone());
    error
}

fn failed(retry: &mut bool, error: &postgres::Error) -> Error {
    if error.code().is_some_and(crate::db::conflict) {
        *retry = true;
    }
    Error::postgres(error)
}

#[expect(clippy::disallowed_types, reason = "the driver types live here and in db, and nowhere else")]
/// SQLite takes `$1` for a name: each argument is bound by its number's name, which also allows a number to stand twice.
fn bind(statement: &mut rusqlite::Statement<'_>, args: &[&Value]) -> rusqlite::Result<()> {
    const NAMES: [&str; 41] = [
        "$1", "$2", "$3", "$4", "$5", "$6", "$7", "$8", "$9", "$10", "$11", "$12", "$13", "$14", "$15", "$16", "$17",
        "$18", "$19", "$20", "$21", "$22", "$23", "$24", "$25", "$26", "$27", "$28", "$29", "$30", "$31", "$32", "$33",
        "$34", "$35", "$36", "$37", "$38", "$39", "$40", "$41",
    ];
    let mut bound = 0;
    for (name, value) in NAMES.iter().zip(args) {
        if let Some(at) = statement.parameter_index(name)? {
            statement.raw_bind_parameter(at, value)?;
            bound += 1;
        }
    }
    // A statement that leaves an argument out would be refused by PostgreSQL; both engines must refuse alike.
    if bound != args.len() || bound != statement.parameter_count() {
        return Err(rusqlite::Error::InvalidParameterCount(bound, args.len()));
    }
    Ok(())
}

#[expect(clippy::disallowed_types, reason = "the driver types live here and in db, and nowhere else")]
fn prepared(
    client: &mut postgres::Client,
    statements: &mut HashMap<&'static str, postgres::Statement>,
    sql: &'static str,
) -> std::result::Result<postgres::Statement, postgres::Error> {
    if let Some(statement) = statements.get(sql) {
        return Ok(statement.clone());
    }
    let statement = client.prepare(sql)?;
    statements.insert(sql, statement.clone());
    Ok(statement)
}

#[expect(clippy::disallowed_types, reason = "the driver types live here and in db, and nowhere else")]
fn postgres_rows(
    client: &mut postgres::Client,
    statements: &mut HashMap<&'static str, postgres::Statement>,
    sql: &'static str,
    args: &[&Value],
) -> std::result::Result<Vec<postgres::Row>, postgres::Error> {
    let statement = prepared(client, statements, sql)?;
    client.query(&statement, &params(args))
}

fn params<'v>(args: &[&'v Value]) -> Vec<&'v (dyn postgres::types::ToSql + Sync)> {
    let mut params: Vec<&'v (dyn postgres::types::ToSql + Sync)> = Vec::with_capacity(args.len());
    for arg in args {
        params.push(*arg);
    }
    params
}
