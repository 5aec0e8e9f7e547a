//! `wugong demo`: a county of invented people on this machine, for trying everything out.

use crate::cli::Demo;
use crate::days::Days;
use crate::demo::{self, Summary, Tour};
use crate::installation;
use crate::settings::{Flags, Settings};
use crate::{Failure, serve};
use anyhow::{Context, anyhow};
use civic::time::{Timestamp, Zone};
use site::frame::Passage;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use store::Db;
use store::files::Folder;

/// The folder of the demo when nothing else is said.
const FOLDER: &str = "demo-data";
/// Where it listens when nothing else is said.
const PORT: u16 = 8080;
/// After so many days a demo is said to be old: by then every answer that was due is late.
const STALE_DAYS: i32 = 4;

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
    let made = if counties.is_empty() { Some(make(&db, settings, options, installation::now())?) } else { None };
    let county = installation::county(&db, None)?;
    let passage = Arc::new(Days::open(&settings.data).context("the days that this demo let pass")?);
    let days = demo::made_days_ago(county.created_at, installation::now());
    if days >= STALE_DAYS {
        eprintln!("This demo was made {days} days ago. `wugong demo --fresh` makes a new one around today.");
    }
    if passage.days() > 0 {
        let today = Zone::china().day(passage.now());
        eprintln!("In this demo {} days were let pass: it stands at {today}.", passage.days());
    }
    let tour = made.map(|made| made.tour);
    Ok(serve::serve(settings, db, Some(passage), true, &|url| greeting(&county.name, url, tour.as_ref()))?)
}

/// Makes the county of that seed, and says what is being made.
fn make(db: &Db, settings: &Settings, options: &Demo, now: Timestamp) -> anyhow::Result<Summary> {
    eprintln!("Making the demo county (seed {}) ...", options.seed);
    let files = Folder::open(&settings.data.join("files")).context("the folder of files")?;
    let made = demo::generate(db, &files, options.seed, now, &mut |line| eprintln!("  {line}"))?;
    eprintln!("{made}");
    Ok(made)
}

/// Takes away what a demo made, and nothing else.
fn throw_away(data: &Path) -> anyhow::Result<()> {
    for name in ["wugong.db", "wugong.db-wal", "wugong.db-shm", "secret", Days::NAME, crate::messages::File::NAME] {
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
fn greeting(county: &str, url: &str, tour: Option<&Tour>) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "\n{county} is served at {url}\n");
    let _ =
        writeln!(text, "  {url}/demo          try it as somebody: a resident, a helper, the committee, an auditor;");
    let _ = writeln!(text, "                                 and let days pass, for notices and postings");
    if let Some(tour) = tour {
        let _ = writeln!(text, "  {url}/m/{}   a flooded lane, from the first word to the resolution", tour.number);
    }
    if let Some(slip) = tour.and_then(|tour| tour.slips.first()) {
        let _ = writeln!(text, "  {url}/look-up       with its slip: {slip}");
    }
    let _ = writeln!(text, "  {url}/record        how anybody checks the record");
    let _ = writeln!(text, "  {url}/rules         the rules in force, with their sources");
    let _ = writeln!(text, "\nEverybody in it is invented. Stop it with Ctrl-C.");
    text
}
