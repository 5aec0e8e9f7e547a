//! Days of the demo: everything lies so many days before or after the moment at which the county is made, so that it is alive
//! whenever that is.

use anyhow::{Result, bail};
use civic::time::{Day, Timestamp, Zone};

/// How many days before today the county was set up. Everything else happened since.
pub(super) const PAST_DAYS: i32 = 96;
/// How many days after today the demo looks: meetings that are called, deadlines.
const FUTURE_DAYS: i32 = 45;

/// The moment at which the county is made.
#[derive(Clone, Debug)]
pub(super) struct When {
    /// The zone by which days begin.
    pub(super) zone: Zone,
    /// The moment.
    pub(super) now: Timestamp,
    /// Its day.
    pub(super) today: Day,
}

impl When {
    /// The national rules begin on 1 January 2026, and nobody knows yet on which days of 2028 people work: before and after that no
    /// meeting could be judged and no deadline told.
    pub(super) fn new(now: Timestamp) -> Result<Self> {
        let zone = Zone::china();
        let today = zone.day(now);
        let when = Self { zone, now, today };
        let first = Day::new(2026, 1, 1).zip(Day::new(2027, 12, 31));
        let fits = first.is_some_and(|(first, last)| when.ago(PAST_DAYS) >= first && today.plus(FUTURE_DAYS) <= last);
        if !fits {
            bail!(
                "the demo county can be made from 2026-04-07 to 2027-11-16, for which its rules and calendars are known; today is {today}"
            );
        }
        Ok(when)
    }

    /// The day so many days ago; a negative number is a day to come.
    pub(super) fn ago(&self, days: i32) -> Day {
        self.today.plus(days.saturating_neg())
    }

    /// An hour of a day, or now where that is still to come: nothing is written down before it happens.
    pub(super) fn at(&self, day: Day, hour: i8, minute: i8) -> Timestamp {
        self.zone.at(day, hour, minute).min(self.now)
    }
}
