//! What this process counts of its own work: requests by route template, how long they took, kept pages. Templates only, never a
//! path: a slip's code or a one-time link stands in it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, RwLock};

/// The upper bounds of the times that are told apart, in milliseconds; beyond the last is one more.
pub const BOUNDS_MS: [u64; 11] = [1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 10_000];
/// From here on a request is slow.
pub const SLOW_MS: u64 = 250;

/// Names the route of an answer to whoever measures outside of the site.
#[derive(Clone, Debug)]
pub struct Answered(pub String);

#[derive(Default)]
struct Cell {
    classes: [AtomicU64; 5],
    times: [AtomicU64; 12],
    micros: AtomicU64,
}

/// What was counted of one route since the process began.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OfRoute {
    /// GET or POST.
    pub method: String,
    /// Its template; `-` for a path that is none of ours.
    pub route: String,
    /// Answers by the first digit of their status, from 1 to 5.
    pub classes: [u64; 5],
    /// Answers by time: within each of [`BOUNDS_MS`], and beyond.
    pub times: [u64; 12],
    /// All times together, in microseconds.
    pub micros: u64,
}

impl OfRoute {
    /// Answers altogether.
    pub fn count(&self) -> u64 {
        self.times.iter().sum()
    }
    /// Answers that took longer than [`SLOW_MS`].
    pub fn slow(&self) -> u64 {
        let after = BOUNDS_MS.iter().filter(|bound| **bound <= SLOW_MS).count();
        self.times.iter().skip(after).sum()
    }
    /// The mean time in milliseconds.
    pub fn mean_ms(&self) -> u64 {
        self.micros / 1000 / self.count().max(1)
    }
}

/// What the machine has left, as it was noted last: room on the disk (free, whole) and the memory of this process, in bytes.
#[derive(Clone, Copy, Default)]
struct Machine {
    room: Option<(u64, u64)>,
    memory: Option<u64>,
}

/// The counts of this process.
#[derive(Default)]
pub struct Measures {
    routes: RwLock<BTreeMap<(String, String), Arc<Cell>>>,
    kept: AtomicU64,
    fresh: AtomicU64,
    machine: RwLock<Machine>,
}

impl Measures {
    /// Notes an answer.
    pub fn note(&self, method: &str, route: &str, status: u16, micros: u64) {
        let key = (method.to_owned(), route.to_owned());
        let known = self.routes.read().ok().and_then(|routes| routes.get(&key).cloned());
        let cell = match known {
            Some(cell) => cell,
            // There are as many as the site has routes.
            None => match self.routes.write() {
                Ok(mut routes) => routes.entry(key).or_default().clone(),
                Err(_) => return,
            },
        };
        let class = usize::from((status / 100).clamp(1, 5)) - 1;
        let time = BOUNDS_MS.iter().position(|bound| micros <= bound * 1000).unwrap_or(BOUNDS_MS.len());
        for counter in cell.classes.get(class).into_iter().chain(cell.times.get(time)) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
        cell.micros.fetch_add(micros, Ordering::Relaxed);
    }

    /// Notes that a public page was asked for that may be kept, and whether it was there.
    pub(super) fn page(&self, kept: bool) {
        if kept { &self.kept } else { &self.fresh }.fetch_add(1, Ordering::Relaxed);
    }

    /// Pages given out as they were kept, and pages made anew that may be kept.
    pub fn pages(&self) -> (u64, u64) {
        (self.kept.load(Ordering::Relaxed), self.fresh.load(Ordering::Relaxed))
    }

    /// Notes what the machine has left: room on the disk (free, whole) and the memory of this process, in bytes. The binary looks.
    pub fn machine(&self, room: Option<(u64, u64)>, memory: Option<u64>) {
        if let Ok(mut machine) = self.machine.write() {
            *machine = Machine { room, memory };
        }
    }

    /// Free and whole room on the disk of the folder of data, in bytes, as it was noted last.
    pub fn room(&self) -> Option<(u64, u64)> {
        self.machine.read().ok()?.room
    }

    /// The memory of this process, in bytes, as it was noted last.
    pub fn memory(&self) -> Option<u64> {
        self.machine.read().ok()?.memory
    }

    /// Every route that was asked for, in order.
    pub fn routes(&self) -> Vec<OfRoute> {
        let Ok(routes) = self.routes.read() else { return Vec::new() };
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let of = |((method, route), cell): (&(String, String), &Arc<Cell>)| OfRoute {
            method: method.clone(),
            route: route.clone(),
            classes: cell.classes.each_ref().map(read),
            times: cell.times.each_ref().map(read),
            micros: read(&cell.micros),
        };
        routes.iter().map(of).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_at_its_bound_counts_within_it_and_beyond_the_last_is_one_more() {
        let measures = Measures::default();
        for micros in [0, 1000, 1001, 250_000, 250_001, 10_000_000, 10_000_001] {
            measures.note("GET", "/m/{number}", 200, micros);
        }
        measures.note("GET", "-", 404, 5);
        measures.note("GET", "-", 999, 5);
        let routes = measures.routes();
        assert_eq!(routes.len(), 2);
        let of = &routes[1];
        assert_eq!(of.times, [2, 1, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1]);
        assert_eq!((of.count(), of.slow(), of.classes), (7, 3, [0, 7, 0, 0, 0]));
        assert_eq!(routes[0].classes, [0, 0, 0, 1, 1]);
    }
}
