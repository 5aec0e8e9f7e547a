//! Days that a demo lets pass. A notice takes its days and a posting fifteen; whoever tries the demo does not wait for them.
//!
//! How many there were is kept in a file beside the data before the clock moves: a restart goes on where the demo stood, so that
//! nothing is ever written down with a time before what stands in the record already.

use crate::installation;
use anyhow::{Context, Result};
use civic::time::Timestamp;
use site::frame::Passage;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

const DAY_MS: i64 = 86_400_000;
/// So many days may pass: past the second year nobody knows yet on which days people work.
const DAYS_MAX: u32 = 366;

/// The days of one demo.
#[derive(Debug)]
pub struct Days {
    file: PathBuf,
    passed: AtomicU32,
    turn: Mutex<()>,
}

impl Days {
    /// The file's name in the folder of data.
    pub const NAME: &'static str = "days-passed";

    /// Goes on where the demo of that folder stood.
    ///
    /// # Errors
    /// When the file cannot be read or holds no number.
    pub fn open(data: &Path) -> Result<Self> {
        let passed = AtomicU32::new(Self::kept(data)?);
        Ok(Self { file: data.join(Self::NAME), passed, turn: Mutex::new(()) })
    }

    /// How many days a demo in that folder let pass; none where there is no such demo.
    ///
    /// # Errors
    /// When the file cannot be read or holds no number.
    pub fn kept(data: &Path) -> Result<u32> {
        let file = data.join(Self::NAME);
        match std::fs::read_to_string(&file) {
            Ok(text) => text.trim().parse().with_context(|| format!("{} holds no number of days", file.display())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(0),
            Err(error) => Err(error).with_context(|| format!("{} cannot be read", file.display())),
        }
    }

    /// The present moment of the demo.
    pub fn now(&self) -> Timestamp {
        installation::now().plus_millis(i64::from(self.days()).saturating_mul(DAY_MS))
    }

    /// Written beside and renamed into place, and on the disk before anybody sees the new day.
    fn keep(&self, days: u32) -> io::Result<()> {
        let part = self.file.with_extension("part");
        let mut file = std::fs::File::create(&part)?;
        file.write_all(format!("{days}\n").as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&part, &self.file)?;
        match self.file.parent() {
            Some(folder) => std::fs::File::open(folder)?.sync_all(),
            None => Ok(()),
        }
    }
}

impl Passage for Days {
    fn days(&self) -> u32 {
        self.passed.load(Ordering::SeqCst)
    }

    fn pass(&self, before: u32, more: u32) -> io::Result<bool> {
        let _turn = self.turn.lock().map_err(|_| io::Error::other("a thread broke while days passed"))?;
        if self.days() != before {
            return Ok(true);
        }
        let days = before.saturating_add(more);
        if days > DAYS_MAX {
            return Ok(false);
        }
        self.keep(days)?;
        self.passed.store(days, Ordering::SeqCst);
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_that_passed_stay_passed_and_a_form_sent_twice_lets_them_pass_once() {
        let data = std::env::temp_dir().join(format!("wugong-days-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&data);
        std::fs::create_dir_all(&data).unwrap();
        let days = Days::open(&data).unwrap();
        let before = installation::now();
        assert_eq!((days.days(), Days::kept(&data).unwrap()), (0, 0));
        assert!(days.pass(0, 5).unwrap() && days.pass(0, 5).unwrap());
        assert_eq!(days.days(), 5);
        assert!(days.now() >= before.plus_millis(5 * DAY_MS));
        let again = Days::open(&data).unwrap();
        assert_eq!(again.days(), 5, "a restart goes on where it stood");
        assert!(again.pass(5, 16).unwrap());
        assert!(!again.pass(21, DAYS_MAX - 20).unwrap(), "a year and no more");
        assert_eq!((again.days(), Days::kept(&data).unwrap()), (21, 21));
        std::fs::write(data.join(Days::NAME), "tomorrow").unwrap();
        assert!(Days::open(&data).is_err());
        std::fs::remove_dir_all(&data).unwrap();
    }
}
