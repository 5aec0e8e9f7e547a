//! After a backup was restored: erases again what persons had erased since it was made. `erased.log` in the folder of data names them,
//! by ids alone; it is the one file that is taken over from before the restore and not from the backup.

use crate::Failure;
use crate::installation::{self, Unforeseen};
use anyhow::{Context, anyhow};
use civic::id::{AccountId, CountyId, NeedId, QuestionId, ResidentId};
use civic::record::{Actor, Entry};
use civic::time::{Day, Timestamp, Zone};
use std::path::Path;
use store::people::erasure::{self, Deed};
use store::{Db, Error, Quiet, Tx};

/// What the worker writes down, and what is read back here.
pub const NAME: &str = "erased.log";

/// What one run did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// Persons, sign-ins, needs and questions that were erased again.
    pub erased: usize,
    /// Those that need nothing: erased already, or not yet there when the backup was made.
    pub left: usize,
}

/// Whom or what one line names.
#[derive(Clone, Copy, Debug)]
enum Whom {
    Resident(ResidentId),
    Account(AccountId),
    Need(NeedId),
    Question(QuestionId),
}

/// Reads the lines of a file and erases each again. May be run as often as one likes.
pub fn run(db: &Db, path: &Path) -> Result<Done, Failure> {
    let source = std::fs::read_to_string(path)
        .with_context(|| format!("{} cannot be read", path.display()))
        .map_err(Failure::usage)?;
    let counties = installation::counties(db)?;
    let mut done = Done::default();
    let now = installation::now();
    for (n, line) in (1..).zip(source.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        let (county, named) = parse(line)
            .ok_or_else(|| Failure::usage(anyhow!("line {n} of {} names nothing that was erased", path.display())))?;
        let Some(county) = counties.iter().find(|one| one.id == county) else {
            done.left += named.len();
            continue;
        };
        let today = Zone::named(&county.zone).unwrap_or_else(Zone::china).day(now);
        for whom in named {
            if erase(db, county.id, whom, today, now)? {
                done.erased += 1;
            } else {
                done.left += 1;
            }
        }
    }
    Ok(done)
}

/// `COUNTY {"accounts":[id..],"at":milliseconds,"need":id,"question":id,"resident":id or null}`.
fn parse(line: &str) -> Option<(CountyId, Vec<Whom>)> {
    let (county, payload) = line.split_once(' ')?;
    let payload: serde_json::Value = serde_json::from_str(payload).ok()?;
    let id = |name: &str| payload.get(name)?.as_str();
    let mut named = Vec::new();
    // The resident first: it takes along the sign-ins that serve nobody else.
    named.extend(id("resident").and_then(ResidentId::parse).map(Whom::Resident));
    for account in payload.get("accounts")?.as_array()? {
        named.push(Whom::Account(AccountId::parse(account.as_str()?)?));
    }
    named.extend(id("need").and_then(NeedId::parse).map(Whom::Need));
    named.extend(id("question").and_then(QuestionId::parse).map(Whom::Question));
    (!named.is_empty()).then_some((CountyId::parse(county)?, named))
}

/// Whether there was something to erase.
fn erase(db: &Db, county: CountyId, whom: Whom, today: Day, now: Timestamp) -> Result<bool, Failure> {
    let erased = db.write_now(county, move |tx| {
        let entries = again(tx, whom, today, now)?;
        let some = !entries.is_empty();
        if some { tx.commit(&entries, true) } else { Ok(tx.commit_quiet(Quiet::Nothing, false)) }
    });
    match erased {
        Ok(erased) => Ok(erased),
        // Came after the backup was made, so the backup has brought nothing back.
        Err(Error::Missing) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

fn again(tx: &mut Tx<'_>, whom: Whom, today: Day, now: Timestamp) -> store::Result<Vec<Entry>> {
    let mut chance = Unforeseen;
    let mut deed = Deed { today, now, actor: Actor::NOBODY, chance: &mut chance };
    match whom {
        Whom::Resident(id) => erasure::resident(tx, id, &mut deed),
        Whom::Account(id) => erasure::account(tx, id, &mut deed),
        Whom::Question(id) => {
            let question = store::programme::question::get(tx, id)?;
            erasure::question(tx, &question, &mut deed)
        }
        Whom::Need(id) => {
            let need = store::decide::need::get(tx, id)?;
            if need.erased() == need { Ok(Vec::new()) } else { erasure::need(tx, &need, &mut deed) }
        }
    }
}
