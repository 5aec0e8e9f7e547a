//! Instants and legal days. Instants are milliseconds UTC; legal days are civil dates in the county's zone.
//!
//! A period of *n* days starts on the day after the event and ends at 24:00 of its *n*-th day (Civil Code art. 201, 203);
//! "*n* days before" means that the act is on day *n* + 1 after the notice at the earliest (design: decision 7).

use std::fmt;

/// An instant: milliseconds since 1970-01-01 UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// An instant from milliseconds.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }
    /// Milliseconds since 1970-01-01 UTC.
    pub const fn millis(self) -> i64 {
        self.0
    }
    /// The instant `millis` later (or earlier, when negative).
    pub const fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }
    /// As programs write it: `2026-04-12T01:30:00.000Z` (RFC 3339).
    pub fn rfc3339(self) -> String {
        let at = jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        format!("{at:.3}")
    }
    /// The instant `seconds` later.
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        self.plus_millis(seconds.saturating_mul(1000))
    }
}

/// A legal day: a civil date in the county's zone. Stored and recorded as `YYYY-MM-DD`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(jiff::civil::Date);

/// The ends of the calendar: what lies outside is a slip of the finger.
const FIRST: Day = Day(jiff::civil::date(1900, 1, 1));
const LAST: Day = Day(jiff::civil::date(2199, 12, 31));

impl Day {
    /// The day, or `None` when there is no such date or the year is outside 1900..=2199.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        jiff::civil::Date::new(year, month, day).ok().map(Self).filter(|d| (FIRST..=LAST).contains(d))
    }
    /// Reads `2026-04-12`, also with full-width digits, `/` or `.` between the parts, or `2026年4月12日`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = crate::text::plain_digits(text.trim()).replace(['/', '.', '年', '月'], "-").replace('日', "");
        let mut parts = text.split('-').map(str::trim);
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() || year.len() != 4 {
            return None;
        }
        Self::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
    }
    /// The year.
    pub fn year(self) -> i16 {
        self.0.year()
    }
    /// The month, 1 to 12.
    pub fn month(self) -> i8 {
        self.0.month()
    }
    /// The day of the month, 1 to 31.
    pub fn day(self) -> i8 {
        self.0.day()
    }
    /// The day of the week, 1 for Monday to 7 for Sunday.
    pub fn weekday(self) -> i8 {
        self.0.weekday().to_monday_one_offset()
    }
    /// The day `days` later (earlier, when negative). Stays at the ends of the calendar: a day that was stored must be read again.
    pub fn plus(self, days: i32) -> Self {
        let end = if days < 0 { FIRST } else { LAST };
        let span = jiff::Span::new().try_days(days).ok();
        span.and_then(|span| self.0.checked_add(span).ok()).map_or(end, |date| Self(date).clamp(FIRST, LAST))
    }
    /// Days from `self` to `other`; negative when `other` is earlier.
    pub fn until(self, other: Self) -> i32 {
        self.0.until(other.0).map_or(0, |span| span.get_days())
    }
    /// The same day `years` later; 29 February falls on 28 February. Stays at the ends of the calendar.
    pub fn plus_years(self, years: i16) -> Self {
        let end = if years < 0 { FIRST } else { LAST };
        let span = jiff::Span::new().try_years(years).ok();
        span.and_then(|span| self.0.checked_add(span).ok()).map_or(end, |date| Self(date).clamp(FIRST, LAST))
    }
    /// The same day `months` later, or the last of a month that is shorter. Stays at the ends of the calendar.
    pub fn plus_months(self, months: u16) -> Self {
        let span = jiff::Span::new().try_months(i32::from(months)).ok();
        span.and_then(|span| self.0.checked_add(span).ok()).map_or(LAST, |date| Self(date).clamp(FIRST, LAST))
    }
    /// The last day of a period of `days` days that begins after the event on `self`.
    pub fn period_end(self, days: u16) -> Self {
        self.plus(i32::from(days))
    }
    /// The earliest day of an act that needs a notice `days` days before, given on `self`.
    pub fn earliest_after_notice(self, days: u16) -> Self {
        self.plus(i32::from(days)).plus(1)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0.year(), self.0.month(), self.0.day())
    }
}
impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The county's time zone, by which instants become legal days.
#[derive(Clone, Debug)]
pub struct Zone(jiff::tz::TimeZone);

impl Zone {
    /// The zone of that IANA name, for instance `Asia/Shanghai`.
    pub fn named(name: &str) -> Option<Self> {
        jiff::tz::TimeZone::get(name).ok().map(Self)
    }
    /// China Standard Time, a fixed eight hours east.
    pub fn china() -> Self {
        Self(jiff::tz::TimeZone::fixed(jiff::tz::offset(8)))
    }
    /// The legal day on which `at` falls.
    pub fn day(&self, at: Timestamp) -> Day {
        Day(self.local(at).date())
    }
    /// The hour and minute of `at` on its legal day.
    pub fn clock(&self, at: Timestamp) -> (i8, i8) {
        let local = self.local(at);
        (local.hour(), local.minute())
    }
    /// The first instant of `day` (0:00).
    pub fn start(&self, day: Day) -> Timestamp {
        self.at(day, 0, 0)
    }
    /// The instant at which `day` is over (24:00, the first instant of the next day).
    pub fn end(&self, day: Day) -> Timestamp {
        self.start(day.plus(1))
    }
    /// The instant of `hour:minute` on `day`.
    pub fn at(&self, day: Day, hour: i8, minute: i8) -> Timestamp {
        let time = day.0.at(hour.clamp(0, 23), minute.clamp(0, 59), 0, 0);
        Timestamp(self.0.to_ambiguous_timestamp(time).compatible().map_or(0, |t| t.as_millisecond()))
    }
    fn local(&self, at: Timestamp) -> jiff::civil::DateTime {
        let at = jiff::Timestamp::from_millisecond(at.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        self.0.to_datetime(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[test]
    fn a_period_starts_on_the_day_after_the_event_and_ends_at_the_end_of_its_last_day() {
        assert_eq!(day("2026-04-13").period_end(15), day("2026-04-28"));
        let zone = Zone::china();
        assert_eq!(zone.end(day("2026-04-28")), zone.start(day("2026-04-29")));
    }

    #[test]
    fn ten_days_before_means_the_eleventh_day_after_the_notice() {
        assert_eq!(day("2026-04-01").earliest_after_notice(10), day("2026-04-12"));
    }

    #[test]
    fn a_day_in_the_county_begins_eight_hours_before_the_day_in_utc() {
        let zone = Zone::named("Asia/Shanghai").unwrap();
        let at = zone.at(day("2026-01-01"), 0, 30);
        assert_eq!(at.millis(), 1_767_198_600_000);
        assert_eq!(zone.day(at), day("2026-01-01"));
        assert_eq!(zone.clock(at), (0, 30));
    }

    #[test]
    fn a_day_stays_at_the_ends_of_the_calendar_and_can_be_read_again() {
        let (first, last) = (day("1900-01-01"), day("2199-12-31"));
        assert_eq!(last.period_end(15), last);
        assert_eq!(first.plus(-1), first);
        assert_eq!(last.plus_years(18), last);
        for days in [i32::MIN, -8_000_000, 8_000_000, i32::MAX] {
            assert_eq!(day("2026-04-05").plus(days), if days < 0 { first } else { last }, "{days}");
        }
    }

    #[test]
    fn days_are_read_as_people_write_them() {
        for text in ["2026-4-5", "2026/04/05", "２０２６－４－５", "2026年4月5日", " 2026.4.5 "] {
            assert_eq!(Day::parse(text), Some(day("2026-04-05")), "{text}");
        }
        for text in ["", "2026-02-30", "26-4-5", "2026-13-01", "0001-01-01", "2026-4-5-6", "明天"] {
            assert_eq!(Day::parse(text), None, "{text}");
        }
    }
}
