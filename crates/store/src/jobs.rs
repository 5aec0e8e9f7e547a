//! Jobs: effects written in the same transaction as their cause, done by the worker, safe to run twice.

use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::id::{Chance, JobId};
use civic::time::Timestamp;
use civic::token::Token;
use civic::tokens;

tokens! {
    /// Where a job stands.
    pub enum JobState = "job-state" {
        /// Waits for its time or for a worker.
        Waiting = "waiting",
        /// Done.
        Done = "done",
        /// Given up after its last try; stands where the operator sees it.
        Failed = "failed",
    }
}

/// Tries before a job is given up.
pub const ATTEMPTS_MAX: i64 = 8;
/// How long a claimed job is left alone before another worker may take it, in milliseconds.
pub const CLAIM_MS: i64 = 60_000;

/// One job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// What to do: a word that the worker knows.
    pub kind: String,
    /// With what, as JSON that SQL never looks into.
    pub payload: String,
    /// Tries so far, this one not counted.
    pub attempts: i64,
}

impl FromRow for Job {
    const TABLE: &'static str = "job";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self { id: row.get()?, kind: row.get()?, payload: row.get()?, attempts: row.get()? })
    }
}

/// Queues a job in the caller's transaction.
pub fn put(
    tx: &mut Tx<'_>,
    kind: &str,
    payload: &str,
    due: Timestamp,
    now: Timestamp,
    chance: &mut dyn Chance,
) -> Result<JobId> {
    let id = JobId::fresh(now, chance);
    tx.run(
        sql!(
            "INSERT INTO job (county_id, id, kind, payload, state, due_at, attempts, claimed_until, problem, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, 0, 0, NULL, $7)"
        ),
        args![id, kind, payload, JobState::Waiting.as_str(), due, now],
    )?;
    Ok(id)
}

/// Jobs that are due and not claimed, oldest first.
pub fn due(tx: &mut Tx<'_>, now: Timestamp, rows_max: u32) -> Result<Vec<Job>> {
    tx.all(
        sql!(
            "SELECT id, kind, payload, attempts FROM job
             WHERE county_id = $1 AND state = $2 AND due_at <= $3 AND claimed_until <= $3 ORDER BY due_at, id LIMIT $4"
        ),
        args![JobState::Waiting.as_str(), now, rows_max],
    )
}

/// Claims a job by compare-and-set; `false` when another worker was first. A job whose last try neither ended nor failed (its
/// worker died each time) is given up here.
pub fn claim(tx: &mut Tx<'_>, job: &Job, now: Timestamp) -> Result<bool> {
    if job.attempts >= ATTEMPTS_MAX {
        tx.run(
            sql!(
                "UPDATE job SET state = $3, problem = $4, payload = CASE WHEN kind = $8 THEN '' ELSE payload END
                 WHERE county_id = $1 AND id = $2 AND state = $5 AND attempts = $6 AND claimed_until <= $7"
            ),
            args![
                job.id,
                JobState::Failed.as_str(),
                "no worker came to its end",
                JobState::Waiting.as_str(),
                job.attempts,
                now,
                crate::messages::SEND
            ],
        )?;
        return Ok(false);
    }
    let rows = tx.run(
        sql!(
            "UPDATE job SET claimed_until = $3, attempts = attempts + 1
             WHERE county_id = $1 AND id = $2 AND state = $4 AND attempts = $5 AND claimed_until <= $6"
        ),
        args![job.id, now.plus_millis(CLAIM_MS), JobState::Waiting.as_str(), job.attempts, now],
    )?;
    Ok(rows == 1)
}

/// Ends a job. Its payload goes: a message holds a phone number and what it says, and both are of no use once it is sent.
pub fn done(tx: &mut Tx<'_>, job: JobId) -> Result<()> {
    tx.run(
        sql!("UPDATE job SET state = $3, problem = NULL, payload = '' WHERE county_id = $1 AND id = $2"),
        args![job, JobState::Done.as_str()],
    )?;
    Ok(())
}

/// Notes a failed try of a claimed job: it waits longer each time, and is given up after [`ATTEMPTS_MAX`], where the operator sees
/// it. `problem` is a word for the operator and never holds a person's text. A worker whose claim has run out changes nothing:
/// another one has the job, or has ended it. The payload of a message that is given up goes, as that of one that is done: it names a
/// person, and whoever answers is told to do so in another way. Any other job keeps it and can be done [`again`].
pub fn failed(tx: &mut Tx<'_>, job: &Job, problem: &str, now: Timestamp) -> Result<()> {
    let tries = job.attempts + 1;
    let state = if tries >= ATTEMPTS_MAX { JobState::Failed } else { JobState::Waiting };
    let wait = 1000_i64.saturating_mul(1 << tries.clamp(0, 12));
    tx.run(
        sql!(
            "UPDATE job SET state = $3, problem = $4, due_at = $5, claimed_until = 0,
                 payload = CASE WHEN $8 THEN '' ELSE payload END
             WHERE county_id = $1 AND id = $2 AND state = $6 AND attempts = $7"
        ),
        args![
            job.id,
            state.as_str(),
            problem,
            now.plus_millis(wait),
            JobState::Waiting.as_str(),
            tries,
            tries >= ATTEMPTS_MAX && job.kind == crate::messages::SEND
        ],
    )?;
    Ok(())
}

/// Forgets jobs that were queued before `before` and are done, at most `rows_max` at a time: a payload may name a person.
pub fn forget(tx: &mut Tx<'_>, before: Timestamp, rows_max: u32) -> Result<u64> {
    tx.run(
        sql!(
            "DELETE FROM job WHERE county_id = $1 AND id IN
             (SELECT id FROM job WHERE county_id = $1 AND state = $2 AND created_at < $3 ORDER BY id LIMIT $4)"
        ),
        args![JobState::Done.as_str(), before, rows_max],
    )
}

/// A job that was given up, for the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenUp {
    /// Its id.
    pub id: JobId,
    /// What was to be done.
    pub kind: String,
    /// Why it was not, in a word that holds no person's text.
    pub problem: Option<String>,
    /// When it was queued.
    pub created_at: Timestamp,
    /// Whether it can be done again.
    pub whole: bool,
}

impl FromRow for GivenUp {
    const TABLE: &'static str = "job";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self { id: row.get()?, kind: row.get()?, problem: row.get()?, created_at: row.get()?, whole: row.get()? })
    }
}

/// Lets a job that was given up wait for a worker once more, with all its tries; `false` when there is nothing left to do it with.
pub fn again(tx: &mut Tx<'_>, job: JobId, now: Timestamp) -> Result<bool> {
    let rows = tx.run(
        sql!(
            "UPDATE job SET state = $3, problem = NULL, attempts = 0, claimed_until = 0, due_at = $4
             WHERE county_id = $1 AND id = $2 AND state = $5 AND payload <> ''"
        ),
        args![job, JobState::Waiting.as_str(), now, JobState::Failed.as_str()],
    )?;
    Ok(rows == 1)
}

/// How many jobs wait and how many were given up, and since when the oldest waits that is due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Open {
    /// Waiting, for their time or for a worker.
    pub waiting: i64,
    /// Given up.
    pub failed: i64,
    /// Since when the oldest that is due waits.
    pub late: Option<Timestamp>,
}

/// What is not done.
pub fn open(tx: &mut Tx<'_>, now: Timestamp) -> Result<Open> {
    let count = sql!("SELECT COUNT(*) FROM job WHERE county_id = $1 AND state = $2");
    let waiting = tx.number(count, args![JobState::Waiting.as_str()])?;
    let failed = tx.number(count, args![JobState::Failed.as_str()])?;
    let late: Option<(Timestamp,)> = tx.optional(
        sql!("SELECT due_at FROM job WHERE county_id = $1 AND state = $2 AND due_at <= $3 ORDER BY due_at LIMIT 1"),
        args![JobState::Waiting.as_str(), now],
    )?;
    Ok(Open { waiting, failed, late: late.map(|(at,)| at) })
}

/// The jobs that were given up, newest first, at most `rows_max`.
pub fn given_up(tx: &mut Tx<'_>, rows_max: u32) -> Result<Vec<GivenUp>> {
    tx.all(
        sql!(
            "SELECT id, kind, problem, created_at, payload <> '' FROM job
             WHERE county_id = $1 AND state = $2 ORDER BY created_at DESC, id DESC LIMIT $3"
        ),
        args![JobState::Failed.as_str(), rows_max],
    )
}

/// Counts of jobs by state, for the operator.
pub fn counts(tx: &mut Tx<'_>) -> Result<Vec<(String, i64)>> {
    tx.all(sql!("SELECT state, COUNT(*) FROM job WHERE county_id = $1 GROUP BY state ORDER BY state LIMIT 10"), &[])
}
