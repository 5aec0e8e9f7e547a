//! The demo county: invented places and people, made through the same rules as real ones.
//!
//! [`generate`] makes 青渡县 around one moment: places, rolls, posts, rules, and some two hundred matters that began within the
//! last three months and stand in every state that a person can meet. Everything goes through `civic`, so that a rule that refuses a
//! step stops the generator, and into the store in one unit of work with its entries: the county is there whole or not at all.
//! The same seed at the same moment makes the same county, down to the head of its record.
//!
//! To add a way in which a matter can go: a variant of `Way` in `matters.rs` with the days that it takes, its script in `run`, and
//! its place in one of the lists.

mod book;
mod build;
mod corpus;
mod course;
mod draw;
mod gathering;
mod ground;
mod manage;
mod matters;
mod network;
mod people;
mod programme;
mod share;
mod sheet;
mod tour;
mod voice;
mod when;
mod works;
mod world;

use anyhow::{Context, Result};
use book::Book;
use civic::id::CountyId;
use civic::time::{Timestamp, Zone};
use std::fmt;
use store::Db;
use store::files::Folder;
pub use tour::Tour;
use when::When;

/// What was made.
#[derive(Clone, Debug)]
pub struct Summary {
    /// The county.
    pub county: CountyId,
    /// Its villages and communities.
    pub villages: usize,
    /// Its households.
    pub households: usize,
    /// Its residents.
    pub residents: usize,
    /// Its matters.
    pub matters: usize,
    /// Entries of its record.
    pub entries: usize,
    /// Where to look first.
    pub tour: Tour,
}

/// Makes the demo county in an empty, migrated database, and seals its record. `progress` is told what is being made.
///
/// # Errors
/// When `now` lies outside the years for which the rules and calendars are known, when a rule refuses a step, and when the database
/// or the folder does not take what is written.
pub fn generate(db: &Db, files: &Folder, seed: u64, now: Timestamp, progress: &mut dyn FnMut(&str)) -> Result<Summary> {
    let (book, summary) = compose(files, seed, now, progress)?;
    progress(&format!("writing {} entries of the record", summary.entries));
    book.write(db, summary.county)?;
    progress("sealing the record");
    while db.write_now(summary.county, store::record::seal::waiting).context("sealing the record")? > 0 {}
    Ok(summary)
}

/// How many days ago a demo county was made, by the moment at which its row was written. After some days nothing in it is due today
/// any more.
pub fn made_days_ago(created_at: Timestamp, now: Timestamp) -> i32 {
    let zone = Zone::china();
    zone.day(created_at).until(zone.day(now)).saturating_sub(when::PAST_DAYS)
}

/// Makes everything up, and writes nothing but the photos of sheets and the voice notes.
fn compose(files: &Folder, seed: u64, now: Timestamp, progress: &mut dyn FnMut(&str)) -> Result<(Book, Summary)> {
    let when = When::new(now)?;
    let mut book = Book::new(seed);
    let mut world = ground::lay(&mut book, when, progress)?;
    world.voices = voice::hum(&mut book, files)?;
    let scans = sheet::draw(&mut book, files)?;
    let (matters, tour) = matters::make(&mut book, &world, &scans, progress)?;
    programme::announce(&mut book, &world)?;
    network::weave(&mut book, &world)?;
    manage::keep(&mut book, &world)?;
    let villages = || world.townships.iter().flat_map(|town| &town.villages);
    let homes = || villages().flat_map(|village| &village.hamlets).flat_map(|hamlet| &hamlet.homes);
    let summary = Summary {
        county: world.county,
        villages: villages().count(),
        households: homes().count(),
        residents: homes().map(|home| home.people.len()).sum(),
        matters,
        entries: book.entries(),
        tour,
    };
    Ok((book, summary))
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "青渡县: {} villages, {} households, {} residents, {} matters, {} entries",
            self.villages, self.households, self.residents, self.matters, self.entries
        )?;
        write!(f, "Look first at {}, the flooded lane", self.tour.number)?;
        if let Some(slip) = self.tour.slips.first() {
            write!(f, ", or at its first slip: {slip}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
