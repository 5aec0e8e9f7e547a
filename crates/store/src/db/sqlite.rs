//! SQLite: one thread that writes and groups what waits into one commit, several that read.

#![expect(clippy::disallowed_types, reason = "this is the one place that opens connections")]

use super::{Counters, Unit};
use crate::tx::Conn;
use crate::{Error, Result, Tx};
use crossbeam_channel::Receiver;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// The most write units in one commit. Beyond this the first ones would wait too long for their answer.
const GROUP_MAX: usize = 64;

type Queue = Receiver<Box<dyn Unit>>;

/// Opens the connections and starts their threads.
pub(super) fn start(path: &Path, readers: usize, writes: Queue, reads: &Queue, counters: &Arc<Counters>) -> Result<()> {
    let conn = writer(path)?;
    let own = counters.clone();
    std::thread::spawn(move || write_thread(&conn, &writes, &own));
    for _ in 0..readers {
        let conn = reader(path)?;
        let (queue, counters) = (reads.clone(), counters.clone());
        std::thread::spawn(move || read_thread(&conn, &queue, &counters));
    }
    Ok(())
}

pub(super) fn open(path: &Path, write: bool) -> Result<rusqlite::Connection> {
    use rusqlite::OpenFlags;
    let mut flags = OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_READ_WRITE;
    if write {
        flags |= OpenFlags::SQLITE_OPEN_CREATE;
    }
    let conn = rusqlite::Connection::open_with_flags(path, flags).map_err(|e| Error::sqlite(&e))?;
    conn.busy_timeout(Duration::from_secs(20)).map_err(|e| Error::sqlite(&e))?;
    conn.set_prepared_statement_cache_capacity(512);
    Ok(conn)
}

fn writer(path: &Path) -> Result<rusqlite::Connection> {
    let conn = open(path, true)?;
    let mode: String =
        conn.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0)).map_err(|e| Error::sqlite(&e))?;
    // Some file systems cannot do it, and SQLite then silently keeps what it had.
    if mode != "wal" {
        return Err(Error::Engine {
            code: "journal_mode".to_owned(),
            message: format!("this folder cannot hold the database: no write-ahead log there, only {mode}"),
        });
    }
    // FULL: an acknowledged write must survive a power cut; the group commit pays for it.
    conn.execute_batch(
        "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 2000;",
    )
    .map_err(|e| Error::sqlite(&e))?;
    Ok(conn)
}

fn reader(path: &Path) -> Result<rusqlite::Connection> {
    let conn = open(path, false)?;
    conn.execute_batch("PRAGMA query_only = ON; PRAGMA cache_size = -16384; PRAGMA mmap_size = 268435456;")
        .map_err(|e| Error::sqlite(&e))?;
    Ok(conn)
}

/// Moves what lies in the write-ahead log into the database file and empties the log. Where readers stand in the way, nothing is
/// lost: the next opening reads the log.
pub(super) fn settle(path: &Path) -> Result<()> {
    let conn = open(path, false)?;
    conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).map_err(|e| Error::sqlite(&e))
}

fn write_thread(conn: &rusqlite::Connection, queue: &Queue, counters: &Counters) {
    while let Ok(first) = queue.recv() {
        if first.abandoned() {
            continue;
        }
        if let Err(error) = conn.execute_batch("BEGIN IMMEDIATE") {
            first.answer(Err(Error::sqlite(&error)));
            continue;
        }
        let mut group = Vec::with_capacity(GROUP_MAX);
        let mut whole = true;
        let mut next = Some(first);
        while let Some(mut unit) = next {
            // A full disk makes SQLite roll the whole transaction back by itself. Nothing of the group is kept then, and
            // nothing more may run as if it still stood in a transaction.
            let done = unit_in_savepoint(conn, &mut unit, counters);
            whole = done.is_ok() && !conn.is_autocommit();
            group.push(unit);
            next = if whole && group.len() < GROUP_MAX { waiting(queue) } else { None };
        }
        let committed = if whole {
            conn.execute_batch("COMMIT").map_err(|e| Error::sqlite(&e))
        } else {
            tracing::error!("the transaction was lost, {} units with it", group.len());
            Err(Error::Busy)
        };
        if !conn.is_autocommit() {
            let _ = conn.execute_batch("ROLLBACK");
        }
        counters.commits.fetch_add(1, Ordering::SeqCst);
        counters.generation.fetch_add(1, Ordering::SeqCst);
        for unit in group {
            unit.answer(committed.clone());
        }
    }
}

/// The next unit that waits already and whose caller still waits for it.
fn waiting(queue: &Queue) -> Option<Box<dyn Unit>> {
    queue.try_iter().find(|unit| !unit.abandoned())
}

/// Runs one unit in a savepoint of its own, so that its refusal leaves the others of the group alone. An error means that the
/// transaction cannot go on.
fn unit_in_savepoint(conn: &rusqlite::Connection, unit: &mut Box<dyn Unit>, counters: &Counters) -> Result<()> {
    step(conn, "SAVEPOINT unit")?;
    let mut tx = Tx::new(Conn::Sqlite(conn), unit.county(), true);
    let keep = unit.run(&mut tx);
    counters.statements.fetch_add(tx.statements, Ordering::SeqCst);
    if !keep {
        step(conn, "ROLLBACK TO unit")?;
    }
    step(conn, "RELEASE unit")
}

fn read_thread(conn: &rusqlite::Connection, queue: &Queue, counters: &Counters) {
    while let Ok(mut unit) = queue.recv() {
        if unit.abandoned() {
            continue;
        }
        let begun = step(conn, "BEGIN");
        if begun.is_ok() {
            let mut tx = Tx::new(Conn::Sqlite(conn), unit.county(), false);
            unit.run(&mut tx);
            counters.statements.fetch_add(tx.statements, Ordering::SeqCst);
            let _ = step(conn, "COMMIT");
        }
        // A transaction left open would show this thread's readers the same moment for ever.
        if !conn.is_autocommit() {
            let _ = conn.execute_batch("ROLLBACK");
        }
        unit.answer(begun);
    }
}

fn step(conn: &rusqlite::Connection, sql: &str) -> Result<()> {
    conn.prepare_cached(sql).and_then(|mut s| s.execute([])).map(drop).map_err(|e| Error::sqlite(&e))
}
