//! Why a command did not do what it was asked, with its exit code.

use std::fmt;

/// A command's end that is not a good one.
#[derive(Debug)]
pub struct Failure {
    /// The exit code: 1 something went wrong, 2 it was called wrongly or a setting is wrong, 3 the record was altered, 4 the
    /// database is older than the program, 5 a file is no backup of this program, damaged or of a newer one.
    pub code: u8,
    error: anyhow::Error,
}

impl Failure {
    /// It was called wrongly, or a setting is wrong.
    pub fn usage(error: anyhow::Error) -> Self {
        Self { code: 2, error }
    }
    /// The record was altered; what exactly was printed already.
    pub fn altered() -> Self {
        Self { code: 3, error: anyhow::anyhow!("the record does not add up") }
    }
    /// The record of a backup was altered, so nothing of it was kept. `said` is what was found.
    pub fn altered_in(said: &str) -> Self {
        let error = anyhow::anyhow!(
            "the record of the backup does not add up, and nothing was restored (--keep-altered keeps it all the same):\n{said}"
        );
        Self { code: 3, error }
    }
    /// A file is no backup of this program, is damaged, or was made by a newer program.
    pub fn unfit(error: anyhow::Error) -> Self {
        Self { code: 5, error }
    }
    /// The database is older than the program.
    pub fn migrations(waiting: &[&str]) -> Self {
        let error = anyhow::anyhow!(
            "the database is older than this program. Make a backup, then run `wugong migrate` (waiting: {})",
            waiting.join(", ")
        );
        Self { code: 4, error }
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self { code: 1, error }
    }
}
impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Self {
        Self { code: 1, error: error.into() }
    }
}
impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self { code: 1, error: error.into() }
    }
}

impl fmt::Display for Failure {
    /// What went wrong and why, in one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#}", self.error)
    }
}
