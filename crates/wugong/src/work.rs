//! The worker: seals entries, does jobs, sweeps what is old. It runs beside the pages in the same process; several processes on
//! one database do not stand in each other's way, since entries are sealed and jobs are claimed by compare-and-set.

use crate::messages::Port;
use anyhow::Result;
use civic::id::{AnswerId, Chance};
use civic::people::opening;
use civic::time::{Day, Timestamp, Zone};
use site::App;
use site::frame::AGAIN_MS;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;
use store::jobs::{ATTEMPTS_MAX, Job};
use store::messages::{Message, SEND};
use store::people::county::County;
use store::{Db, Done, Error, Quiet, Tx};

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
/// How long a backup stays noted.
const BACKUP_MS: i64 = 400 * DAY_MS;
/// How long a file may lie without a row that names it (design: decision 11).
const FILE_MS: i64 = 7 * DAY_MS;

/// The worker of one installation: the same database, files, clock and chance as the pages.
#[derive(Clone)]
pub struct Worker(App);

/// What one look at the jobs did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// Jobs that ended well.
    pub done: usize,
    /// Jobs that did not, and wait for their next try or are given up.
    pub failed: usize,
}

/// How often postings are looked at whose days are over. They end at midnight; who looks in the morning finds it done.
const DISCLOSE_MS: i64 = 10 * 60_000;

/// What a sweep took away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Rows: form keys, sessions, rate limits, jobs that are done.
    pub rows: u64,
    /// Files that nobody names.
    pub files: usize,
}

impl Worker {
    /// For an installation.
    pub fn new(app: App) -> Self {
        Self(app)
    }

    fn db(&self) -> &Db {
        self.0.db()
    }

    fn counties(&self) -> Result<Vec<County>> {
        Ok(self.db().shared_now(false, store::people::county::all)?)
    }

    /// Seals everything that waits in every county, and says how many entries there were.
    pub fn seal(&self) -> Result<usize> {
        let mut sealed = 0;
        for county in self.counties()?.iter().map(|county| county.id) {
            while self.db().read_now(county, store::record::seal::any)? {
                match self.db().write_now(county, store::record::seal::waiting) {
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
            let now = self.0.now();
            let due = self.db().read_now(county.id, move |tx| store::jobs::due(tx, now, JOBS_MAX))?;
            for job in due {
                match self.job(&county, job, port)? {
                    Some(true) => round.done += 1,
                    Some(false) => round.failed += 1,
                    None => {}
                }
            }
        }
        Ok(round)
    }

    /// Claims a job, does it and notes how it went; `None` when another worker has it. The claim is a write of its own: what the job
    /// did cannot be taken back with it.
    fn job(&self, county: &County, job: Job, port: &dyn Port) -> Result<Option<bool>> {
        let now = self.0.now();
        let zone = Zone::named(&county.zone).unwrap_or_else(Zone::china);
        let message = (job.kind == SEND).then(|| Message::parse(&job.payload));
        let answer = message.as_ref().and_then(|m| m.as_ref()).and_then(|m| m.answer);
        let (app, claimed, today) = (self.0.clone(), job.clone(), zone.day(now));
        let mine = self.db().write_now(county.id, move |tx| {
            let mine = store::jobs::claim(tx, &claimed, now)?;
            // A job whose workers all died on the way was given up just now.
            let lost = answer.filter(|_| !mine && claimed.attempts >= ATTEMPTS_MAX);
            end(tx, lost, false, today, now, &mut app.chance()).map(|done| done.map(|()| mine))
        })?;
        if !mine {
            return Ok(None);
        }
        let outcome = match &message {
            Some(Some(message)) => port.send(job.id, message),
            Some(None) => Err("the message cannot be read".to_owned()),
            None if job.kind == store::people::erasure::JOB => self.note_erasure(county, &job),
            None if job.kind == store::manage::roster::REMIND => self.remind(county, &job),
            None if job.kind == store::search::JOB => {
                store::search::fill(self.db(), county.id).map(drop).map_err(|error| error.to_string())
            }
            None => Err("no worker knows this kind of job".to_owned()),
        };
        if let Err(problem) = &outcome {
            tracing::warn!(job = %job.id, kind = job.kind, attempt = job.attempts + 1, problem, "a job failed");
        }
        let ended = self.0.now();
        let (well, today) = (outcome.is_ok(), zone.day(ended));
        let last = job.attempts + 1 >= ATTEMPTS_MAX;
        let answer = answer.filter(|_| well || last);
        let app = self.0.clone();
        self.db().write_now(county.id, move |tx| {
            match &outcome {
                Ok(()) => store::jobs::done(tx, job.id)?,
                Err(problem) => store::jobs::failed(tx, &job, problem, ended)?,
            }
            end(tx, answer, well, today, ended, &mut app.chance())
        })?;
        Ok(Some(well))
    }

    /// Writes what was erased into a file beside the database, so that restoring an older backup can erase it again. A line that
    /// stands there twice does no harm.
    fn note_erasure(&self, county: &County, job: &Job) -> std::result::Result<(), String> {
        use std::io::Write;
        let path = self.0.setup().data.join(crate::erase_again::NAME);
        let line = format!("{} {}\n", county.id, job.payload);
        let write = || -> std::io::Result<()> {
            let mut file = std::fs::OpenOptions::new().create(true).append(true).open(&path)?;
            file.write_all(line.as_bytes())?;
            file.sync_all()
        };
        write().map_err(|error| format!("erased.log: {error}"))
    }

    /// Sends a reminder of a turn to who asked for it and still has it.
    fn remind(&self, county: &County, job: &Job) -> std::result::Result<(), String> {
        let (now, app, payload) = (self.0.now(), self.0.clone(), job.payload.clone());
        let today = Zone::named(&county.zone).unwrap_or_else(Zone::china).day(now);
        let w = self.0.words(site::frame::Lang::Zh);
        self.db()
            .write_now(county.id, move |tx| {
                if let Some(found) = store::manage::roster::take_reminder(tx, &payload, today)? {
                    let day = w.day(&found.from, &today);
                    let text = w.t3("roster-reminder", "day", day, "task", &found.task, "spot", &found.spot);
                    store::messages::send(tx, &found.phone, &text, now, &mut app.chance())?;
                }
                Ok::<_, Error>(tx.commit_quiet(Quiet::Job, ()))
            })
            .map_err(|error| format!("the reminder could not be queued: {error}"))
    }

    /// Takes away what is kept for a time only and whose time is over.
    pub fn sweep(&self) -> Result<Swept> {
        let mut swept = Swept::default();
        let now = self.0.now();
        let counties = self.counties()?;
        for county in &counties {
            let today = Zone::named(&county.zone).unwrap_or_else(Zone::china).day(now);
            let county = county.id;
            // Bounded units, one after the other, so that nobody waits behind a large one.
            loop {
                let gone = self.db().write_now(county, move |tx| {
                    let mut gone = store::form_key::forget(tx, now.plus_millis(-FORM_KEY_MS), SWEEP_ROWS)?;
                    gone += store::form_key::forget_told(tx, now.plus_millis(-AGAIN_MS), SWEEP_ROWS)?;
                    gone += store::people::session::forget(tx, now)?;
                    gone += store::people::phone_code::forget(tx, now.plus_millis(-CODE_MS))?;
                    gone += store::people::password_link::forget(tx, now.plus_millis(-CODE_MS))?;
                    gone += store::limit::forget(tx, now.plus_millis(-DAY_MS))?;
                    gone += store::backup::forget(tx, now.plus_millis(-BACKUP_MS))?;
                    gone += store::people::opening::forget(tx, today.plus(-opening::KEPT_DAYS), SWEEP_ROWS)?;
                    gone +=
                        store::manage::roster::forget(tx, today.plus(-civic::manage::roster::KEPT_DAYS), SWEEP_ROWS)?;
                    gone += store::jobs::forget(tx, now.plus_millis(-JOB_MS), SWEEP_ROWS)?;
                    Ok::<_, Error>(tx.commit_quiet(Quiet::Session, gone))
                })?;
                swept.rows += gone;
                if gone < u64::from(SWEEP_ROWS) {
                    break;
                }
            }
        }
        swept.files =
            self.0.setup().files.sweep::<anyhow::Error>(now.plus_millis(-FILE_MS), SWEEP_FILES, |digest| {
                for county in &counties {
                    if self.db().read_now(county.id, move |tx| store::files::named(tx, digest))? {
                        return Ok(true);
                    }
                }
                Ok(false)
            })?;
        Ok(swept)
    }

    /// Lets the matters whose postings ran their days, with every objection answered, stand disclosed; says how many.
    pub fn disclose(&self) -> Result<usize> {
        let mut disclosed = 0;
        for county in &self.counties()? {
            disclosed += site::decide::posting::sweep(&self.0, county).map_err(|e| anyhow::anyhow!("{e:?}"))?;
        }
        for county in &self.counties()? {
            site::evaluate::sweep(&self.0, county).map_err(|e| anyhow::anyhow!("{e:?}"))?;
            site::share::sweep(&self.0, county).map_err(|e| anyhow::anyhow!("{e:?}"))?;
        }
        Ok(disclosed)
    }

    /// Starts the worker's threads.
    pub fn start(self, port: Box<dyn Port>) -> Running {
        let (stop_sealing, sealing) = channel();
        let (stop_jobs, jobs) = channel();
        let sealer = self.clone();
        let threads = vec![
            std::thread::spawn(move || {
                let mut swept_at: Option<Timestamp> = None;
                let mut disclosed_at: Option<Timestamp> = None;
                turns(&sealing, SEAL_EVERY, || {
                    sealer.seal()?;
                    let now = sealer.0.now();
                    if disclosed_at.is_none_or(|at| now.millis().saturating_sub(at.millis()) >= DISCLOSE_MS) {
                        disclosed_at = Some(now);
                        let matters = sealer.disclose()?;
                        tracing::info!(matters, "disclosed");
                    }
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

/// Ends the unit of work of a job; where the job brought an answer, the answer's state follows.
fn end(
    tx: &mut Tx<'_>,
    answer: Option<AnswerId>,
    taken: bool,
    today: Day,
    now: Timestamp,
    chance: &mut dyn Chance,
) -> std::result::Result<Done<()>, Error> {
    let entries = match answer {
        Some(id) => store::decide::answer::message_ended(tx, id, taken, today, now, chance)?,
        None => Vec::new(),
    };
    if entries.is_empty() { Ok(tx.commit_quiet(Quiet::Job, ())) } else { tx.commit(&entries, ()) }
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
