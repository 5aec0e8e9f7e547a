//! The shape of a story: from what is said in a yard to what is resolved.

use std::ops::RangeInclusive;

use civic::decide::matter::Category;

/// The land that a story needs and that a village has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ground {
    /// Anywhere.
    Any,
    /// Slopes and springs.
    Hill,
    /// A lake, a large pond or a river.
    Water,
    /// Wide fields and ditches.
    Plain,
    /// Streets.
    Town,
}

/// A matter from the first word to the resolution. Which of it a demo matter uses depends on the state it is in.
#[derive(Debug)]
pub struct Story {
    /// Its name among the stories.
    pub slug: &'static str,
    /// What it is about.
    pub category: Category,
    /// Where it can happen.
    pub ground: Ground,
    /// How many households it touches.
    pub households: RangeInclusive<u16>,
    /// The same thing as different people say it, at most 300 characters each.
    pub says: &'static [&'static str],
    /// Spots where it may be, at most 20 characters each.
    pub wheres: &'static [&'static str],
    /// The public title that the committee edits, at most 30 characters.
    pub title: &'static str,
    /// The committee's answer, at most 300 characters.
    pub answer: &'static str,
    /// What came up in the yard meeting: three to six.
    pub points: &'static [Point],
    /// Two ways to do it.
    pub options: [Choice; 2],
    /// What was resolved, at most 300 characters.
    pub resolution: &'static str,
    /// Reasons of those against.
    pub dissent: &'static [&'static str],
    /// An objection to the posted resolution, and the answer to it.
    pub objection: Option<(&'static str, &'static str)>,
}

/// A point of a yard meeting: what, who takes it, within how many days, what came of it.
#[derive(Clone, Copy, Debug)]
pub struct Point {
    /// What was said; by whom is not written.
    pub said: &'static str,
    /// Who takes it.
    pub taker: &'static str,
    /// Within how many days.
    pub days: u8,
    /// What came of it.
    pub came: &'static str,
}

/// One of two ways.
#[derive(Clone, Copy, Debug)]
pub struct Choice {
    /// What would be done.
    pub title: &'static str,
    /// Cost in yuan (the demo turns it into fen); 0 if it costs the village nothing.
    pub yuan: u32,
    /// Who benefits.
    pub benefits: &'static str,
    /// Who pays.
    pub pays: &'static str,
    /// Who keeps it up, and how.
    pub upkeep: &'static str,
    /// Whether and how fast it can be done.
    pub feasible: &'static str,
}

pub(super) const fn point(said: &'static str, taker: &'static str, days: u8, came: &'static str) -> Point {
    Point { said, taker, days, came }
}

pub(super) const fn choice(
    title: &'static str,
    yuan: u32,
    benefits: &'static str,
    pays: &'static str,
    upkeep: &'static str,
    feasible: &'static str,
) -> Choice {
    Choice { title, yuan, benefits, pays, upkeep, feasible }
}
