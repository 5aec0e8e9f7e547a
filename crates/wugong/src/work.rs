//! The worker: seals entries, does jobs, sweeps what is old. It runs beside the pages in the same process; several processes on
//! one database do not stand in each other's way, since entries are sealed and jobs are claimed by compare-and-set.

use crate::messages::Port;
use anyhow::Result;
use civic::id::CountyId;
use civic::time::Timestamp;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;
use store::files::Folder;
use store::jobs::Job;
use store::messages::{Message, SEND};
use store::people::county::County;
use store::{Db, Error, Quiet};

/// Between two looks at what waits for its seal.
const SEAL_EVERY: Duration = Duration::from_millis(300);
/// Between two looks at the jobs.
const JOBS_EVERY: Duration = Duration::from_millis(500);
/// Jobs taken at one look.
const JOBS_MAX: u32 = 20;
const DAY_MS: i64 = 86_400_000;
/// Rows swept in one unit of work.
const SWEEP_ROWS: u32 = 2_000;
/// Files swept in one turn.
const SWEEP_FILES: usize = 10_000;
/// How long a form's key is remembered (design: decision 9).
const FORM_KEY_MS: i64 = 90 * DAY_MS;
/// How long a code or a link lies after it ended, so that a late reader is told that it is over and not that it never was.
const CODE_MS: i64 = 7 * DAY_MS;
/// How long a job that is done stays visible to the operator.
const JOB_MS: i64 = 30 * DAY_MS;
/// How long a file may lie without a row that names it (design: decision 11).
const FILE_MS: i64 = 7 * DAY_MS;

/// What the worker needs.
#[derive(Clone)]
pub struct Worker {
    /// The database.
    pub db: Db,
    /// The folder of files.
    pub files: Folder,
    /// The present moment.
    pub clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
}

/// What one look at the jobs did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// Jobs that ended well.
    pub done: usize,
    /// Jobs that did not, and wait for their next try or are given up.
    pub failed: usize,
}

/// What a sweep took away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Rows: form keys, sessions, rate limits, jobs that are done.
    pub rows: u64,
    /// Files that nobody names.
    pub files: usize,
}

impl Worker {
    fn counties(&self) -> Result<Vec<CountyId>> {
        let all: Vec<County> = self.db.shared_now(false, store::people::county::all)?;
        Ok(all.into_iter().map(|county| county.id).collect())
    }

    /// Seals everything that waits in every county, and says how many entries there were.
    pub fn seal(&self) -> Result<usize> {
        let mut sealed = 0;
        for county in self.counties()? {
            while self.db.read_now(county, store::record::seal::any)? {
                match self.db.write_now(county, store::record::seal::waiting) {
                    Ok(n) => sealed += n,
                    // Another process sealed them first.
                    Err(Error::Clash) => break,
                    Err(error) => return Err(error.into()),
                }
            }
        }
        Ok(sealed)
    }

    /// Does the jobs that are due, once.
    pub fn jobs(&self, port: &dyn Port) -> Result<Round> {
        let mut round = Round::default();
        for county in self.counties()? {
            let now = (self.clock)();
            let due = self.db.read_now(county, move |tx| store::jobs::due(tx, now, JOBS_MAX))?;
            for job in due {
                if self.job(county, job, port)? {
                    round.done += 1;
                } else {
                    round.failed += 1;
                }
            }
        }
        Ok(round)
    }

    /// Claims a job, does it and notes how it went. The claim is a write of its own: what the job does must not be undone with it.
    fn job(&self, county: CountyId, job: Job, port: &dyn Port) -> Result<bool> {
        let now = (self.clock)();
        let claimed = job.clone();
        let mine = self.db.write_now(county, move |tx| {
            let mine = store::jobs::claim(tx, &claimed, now)?;
            Ok::<_, Error>(tx.commit_quiet(Quiet::Job, mine))
        })?;
        if !mine {
            return Ok(false);
        }
        let outcome = match job.kind.as_str() {
            SEND => match Message::parse(&job.payload) {
                Some(message) => port.send(job.id, &message),
                None => Err("the message cannot be read".to_owned()),
            },
            _ => Err("no worker knows this kind of job".to_owned()),
        };
        if let Err(problem) = &outcome {
            tracing::warn!(job = %job.id, kind = job.kind, attempt = job.attempts + 1, problem, "a job failed");
        }
        let ended = (self.clock)();
        let well = outcome.is_ok();
        self.db.write_now(county, move |tx| {
            match &outcome {
                Ok(()) => store::jobs::done(tx, job.id)?,
                Err(problem) => store::jobs::failed(tx, &job, problem, ended)?,
            }
            Ok::<_, Error>(tx.commit_quiet(Quiet::Job, ()))
        })?;
        Ok(well)
    }

    /// Takes away what is kept for a time only and whose time is over.
    pub fn sweep(&self) -> Result<Swept> {
        let mut swept = Swept::default();
        let now = (self.clock)();
        let counties = self.counties()?;
        for county in &counties {
            // Bounded units, one after the other, so that nobody waits behind a large one.
            loop {
                let gone = self.db.write_now(*county, move |tx| {
                    let mut gone = store::form_key::forget(tx, now.plus_millis(-FORM_KEY_MS), SWEEP_ROWS)?;
                    gone += store::people::session::forget(tx, now)?;
                    gone += store::people::phone_code::forget(tx, now.plus_millis(-CODE_MS))?;
                    gone += store::people::password_link::forget(tx, now.plus_millis(-CODE_MS))?;
                    gone += store::limit::forget(tx, now.plus_millis(-DAY_MS))?;
                    gone += store::jobs::forget(tx, now.plus_millis(-JOB_MS), SWEEP_ROWS)?;
                    Ok::<_, Error>(tx.commit_quiet(Quiet::Session, gone))
                })?;
                swept.rows += gone;
                if gone < u64::from(SWEEP_ROWS) {
                    break;
                }
            }
        }
        swept.files = self.files.sweep::<anyhow::Error>(now.plus_millis(-FILE_MS), SWEEP_FILES, |digest| {
            for county in &counties {
                if self.db.read_now(*county, move |tx| store::files::named(tx, digest))? {
                    return Ok(true);
                }
            }
            Ok(false)
        })?;
        Ok(swept)
    }

    /// Starts the worker's threads.
    pub fn start(self, port: Box<dyn Port>) -> Running {
        let (stop_sealing, sealing) = channel();
        let (stop_jobs, jobs) = channel();
        let sealer = self.clone();
        let threads = vec![
            std::thread::spawn(move || {
                let mut swept_at: Option<Timestamp> = None;
                turns(&sealing, SEAL_EVERY, || {
                    sealer.seal()?;
                    let now = (sealer.clock)();
                    if swept_at.is_none_or(|at| now.millis().saturating_sub(at.millis()) >= DAY_MS) {
                        swept_at = Some(now);
                        let swept = sealer.sweep()?;
                        tracing::info!(rows = swept.rows, files = swept.files, "swept");
                    }
                    Ok(())
                });
            }),
            std::thread::spawn(move || {
                turns(&jobs, JOBS_EVERY, || {
                    self.jobs(&*port)?;
                    Ok(())
                });
            }),
        ];
        Running { stop: vec![stop_sealing, stop_jobs], threads }
    }
}

/// Runs `turn` again and again until told to stop. A turn that fails is told in the log and tried again, each time after a longer
/// while, up to half a minute: the database may be away.
fn turns(stop: &Receiver<()>, every: Duration, mut turn: impl FnMut() -> Result<()>) {
    let mut failures: u32 = 0;
    loop {
        match turn() {
            Ok(()) => failures = 0,
            Err(error) => {
                failures = failures.saturating_add(1);
                tracing::error!(%error, failures, "the worker could not do its work");
            }
        }
        let wait = every.saturating_mul(1 << failures.min(6)).min(Duration::from_secs(30));
        match stop.recv_timeout(wait) {
            Err(RecvTimeoutError::Timeout) => {}
            Ok(()) | Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

/// A worker at work.
pub struct Running {
    stop: Vec<Sender<()>>,
    threads: Vec<JoinHandle<()>>,
}

impl Running {
    /// Lets it end the turn that it is in, and waits for that.
    pub fn stop(self) {
        drop(self.stop);
        for thread in self.threads {
            let _ = thread.join();
        }
    }
}
