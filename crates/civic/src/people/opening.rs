//! Openings: somebody with a post read what is kept of persons. Whoever is concerned may know of it (Personal Information Protection
//! Law art. 44, 54; the order of processing is kept for audits).

use crate::tokens;

tokens! {
    /// What was opened.
    pub enum Opened = "opened" {
        /// The roll of a place: households and names.
        Roll = "roll",
        /// One household.
        Household = "household",
        /// One person.
        Resident = "resident",
        /// A need before it is public, in its raiser's words, with the way to reach the raiser.
        Need = "need",
        /// Who sits at a meeting or stands on its roll.
        Meeting = "meeting",
        /// Names and numbers for giving answers.
        Answers = "answers",
        /// Something else that names persons.
        Other = "other",
    }
}

/// How many days an opening is kept: half a year and some days, so that a month's audit of half a year ago still finds it.
pub const KEPT_DAYS: i32 = 200;
