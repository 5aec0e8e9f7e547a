//! The chain of a matter as its page shows it: events in the order of their days, each one sentence, with details behind it.

use civic::time::Day;

/// A figure with its unit, the number that matters of an event.
#[derive(Clone, Debug, Default)]
pub struct Figure {
    /// The number.
    pub n: String,
    /// Its unit, in words.
    pub unit: String,
}

/// A part of an event's details.
#[derive(Clone, Debug)]
pub enum Detail {
    /// A paragraph.
    Text(String),
    /// A link to another page.
    Link {
        /// Where.
        href: String,
        /// Its words.
        text: String,
    },
    /// A table with its caption, heads and rows.
    Table {
        /// What it shows, for readers aloud.
        caption: String,
        /// Heads of columns.
        head: Vec<String>,
        /// Rows of cells.
        rows: Vec<Vec<String>>,
    },
}

/// One event.
#[derive(Clone, Debug)]
pub struct Event {
    /// Where a link can point on the page: `n-<id>`, `meeting-<id>` ...
    pub id: String,
    /// The day on which it happened.
    pub day: Day,
    /// That day as people say it.
    pub when: String,
    /// The number that matters, if there is one.
    pub figure: Figure,
    /// What happened, in one sentence.
    pub say: String,
    /// `wait` when the committee owes something, `act` when the reader does.
    pub turn: &'static str,
    /// Left out in elder mode.
    pub opt: bool,
    /// What stands behind it.
    pub details: Vec<Detail>,
}

/// Puts events into the order of their days; those of one day keep their order.
pub fn ordered(mut events: Vec<Event>) -> Vec<Event> {
    events.sort_by_key(|event| event.day);
    events
}
