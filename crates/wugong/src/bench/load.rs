//! Load: many connections that each send the next request as soon as the answer has come.

use super::http::{Answer, Connection};
use std::future::Future;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// What a load came to.
#[derive(Clone, Debug, Default)]
pub struct Rate {
    /// Answers that were as wanted.
    pub answers: usize,
    /// From the first request to the last answer, in seconds.
    pub seconds: f64,
    /// How long each answer took, in microseconds, shortest first.
    micros: Vec<u32>,
}

impl Rate {
    /// Answers a second.
    pub fn per_second(&self) -> f64 {
        if self.seconds > 0.0 { whole(self.answers) / self.seconds } else { 0.0 }
    }

    /// The time within which so many of a hundred answers came, in milliseconds.
    pub fn millis(&self, percent: usize) -> f64 {
        let at = (self.micros.len() * percent / 100).min(self.micros.len().saturating_sub(1));
        self.micros.get(at).map_or(0.0, |micros| f64::from(*micros) / 1000.0)
    }

    /// Notes that `answers` came together after that time.
    pub fn note(&mut self, took: Duration, answers: usize) {
        self.micros.push(u32::try_from(took.as_micros()).unwrap_or(u32::MAX));
        self.answers += answers;
    }

    /// Ends a load that lasted so long.
    pub fn end(&mut self, lasted: Duration) {
        self.seconds = lasted.as_secs_f64();
        self.micros.sort_unstable();
    }

    fn add(&mut self, other: Self) {
        self.answers += other.answers;
        self.micros.extend(other.micros);
    }
}

/// A count as a number with a fraction. Counts here are far below the size at which that loses anything.
pub fn whole(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}

/// The moment, for measuring.
#[expect(clippy::disallowed_methods, reason = "a bench measures; nothing else looks at this clock")]
pub fn moment() -> Instant {
    Instant::now()
}

/// Keeps `connections` busy until the time is over. `next` makes the request of that connection and turn, and `None` when it has
/// none left; `fits` says whether an answer is as wanted. One that is not ends the load with what came.
pub fn keep_busy(
    address: SocketAddr,
    connections: usize,
    lasts: Duration,
    next: impl Fn(usize, usize) -> Option<Vec<u8>> + Clone + Send + Sync + 'static,
    fits: impl Fn(&Answer<'_>) -> bool + Clone + Send + Sync + 'static,
) -> anyhow::Result<Rate> {
    on_runtime(async move {
        let began = moment();
        let tasks: Vec<_> = (0..connections)
            .map(|number| {
                let (next, fits) = (next.clone(), fits.clone());
                tokio::spawn(async move {
                    let mut rate = Rate::default();
                    let mut connection = Connection::open(address).await?;
                    for turn in 0.. {
                        if began.elapsed() >= lasts {
                            break;
                        }
                        let Some(request) = next(number, turn) else { break };
                        let sent = moment();
                        let answer = connection.send(&request).await?;
                        if !fits(&answer) {
                            anyhow::bail!("an answer of {} came, which is not what was asked for", answer.status);
                        }
                        rate.note(sent.elapsed(), 1);
                    }
                    Ok::<Rate, anyhow::Error>(rate)
                })
            })
            .collect();
        let mut rate = Rate::default();
        for task in tasks {
            rate.add(task.await??);
        }
        rate.end(began.elapsed());
        Ok(rate)
    })
}

/// Runs something asynchronous on a runtime of the load's own.
pub fn on_runtime<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?.block_on(work)
}
