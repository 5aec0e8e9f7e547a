//! `wugong demo`: a county of invented people on this machine, for trying everything out.

use crate::cli::Demo;
use crate::county::{self, New};
use crate::installation::{self, Unforeseen};
use crate::settings::{Flags, Settings};
use crate::{Failure, serve};
use anyhow::{Context, anyhow};
use civic::id::ActivationId;
use civic::people::place::parse_places;
use civic::record::{Actor, Entry, Verb};
use civic::time::{Timestamp, Zone};
use std::fmt::Write as _;
use std::path::Path;
use store::Db;

/// The folder of the demo when nothing else is said.
const FOLDER: &str = "demo-data";
/// Where it listens when nothing else is said.
const PORT: u16 = 8080;

/// The demo's own defaults: a folder of its own, so that it never touches a real county, and an address on this machine alone.
pub(crate) fn prepare(options: &Demo, flags: &mut Flags) {
    flags.data.get_or_insert_with(|| FOLDER.to_owned());
    if options.port.is_some() || flags.listen.is_none() {
        flags.listen = Some(format!("127.0.0.1:{}", options.port.unwrap_or(PORT)));
    }
}

/// Makes the demo county unless it is there, and serves it.
pub(crate) fn run(settings: &Settings, options: &Demo) -> Result<(), Failure> {
    if !settings.listen.ip().is_loopback() {
        // Whoever reaches it can be anybody in it.
        return Err(Failure::usage(anyhow!("a demo listens on this machine only (127.0.0.1)")));
    }
    if options.fresh {
        throw_away(&settings.data)?;
    }
    let db = serve::ready(settings, true)?;
    let counties = installation::counties(&db)?;
    if counties.iter().any(|county| !county.demo) {
        return Err(Failure::usage(anyhow!(
            "{} holds a real county; a demo needs a folder of its own",
            settings.database
        )));
    }
    if counties.is_empty() {
        make(&db, options, installation::now())?;
    }
    let county = installation::county(&db, None)?.name;
    Ok(serve::serve(settings, db, true, &|url| greeting(&county, url))?)
}

/// Makes the county of that seed.
fn make(db: &Db, options: &Demo, now: Timestamp) -> anyhow::Result<()> {
    eprintln!("Making the demo county (seed {}) ...", options.seed);
    let rows = parse_places(include_str!("../../../docs/places-example.csv"))
        .map_err(|errors| anyhow!("the example of places has {} faults", errors.len()))?;
    let root = rows.first().context("the example of places is empty")?;
    let code = root.code.to_string();
    let new = New { name: &root.name, code: &code, zone: "Asia/Shanghai", phone: None, host: None, demo: true };
    let founding = county::prepare(&new, &rows, now, &mut Unforeseen)?;
    let (place, from) = (founding.root, Zone::china().day(now));
    let activation = civic::rules::Activation { pack: "demo-county".to_owned(), version: 1, place, from, until: None };
    let overlay = civic::rules::Activated { id: ActivationId::fresh(now, &mut Unforeseen), activation };
    let entry = Entry::of(&overlay, Verb::Activate, Actor::NOBODY, now, &mut Unforeseen);
    founding.write(db, move |tx| {
        store::rules::put(tx, &overlay)?;
        Ok((vec![entry.clone()], ()))
    })?;
    Ok(())
}

/// Takes away what a demo made, and nothing else.
fn throw_away(data: &Path) -> anyhow::Result<()> {
    for name in ["wugong.db", "wugong.db-wal", "wugong.db-shm", "secret", crate::messages::File::NAME] {
        gone(std::fs::remove_file(data.join(name)), &data.join(name))?;
    }
    gone(std::fs::remove_dir_all(data.join("files")), &data.join("files"))
}

fn gone(removed: std::io::Result<()>, path: &Path) -> anyhow::Result<()> {
    match removed {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("{} cannot be taken away", path.display()))
        }
        _ => Ok(()),
    }
}

/// What the terminal says once the demo answers.
fn greeting(county: &str, url: &str) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "\n{county} is served at {url}\n");
    let _ = writeln!(text, "  {url}/demo          try it as somebody: a resident, a helper, the committee, an auditor");
    let _ = writeln!(text, "  {url}/record        how anybody checks the record");
    let _ = writeln!(text, "  {url}/rules         the rules in force, with their sources");
    let _ = writeln!(text, "\nEverybody in it is invented. Stop it with Ctrl-C.");
    text
}
