//! The commands.

use crate::days::Days;
use crate::settings::{self, Flags, Settings};
use crate::{Failure, doctor, erase_again, installation, log, serve, verify};
use anyhow::Context;
use civic::time::Zone;
use clap::{Args, Parser, Subcommand};
use site::frame::{W, Words};
use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use store::Db;
use store::people::county::County;

/// Wugong 五共: a community settles its own matters.
#[derive(Parser, Debug)]
#[command(name = "wugong", version, about, disable_help_subcommand = true, arg_required_else_help = true)]
struct Cli {
    #[command(flatten)]
    flags: Flags,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Serve the pages until told to stop
    Serve {
        /// Bring the database up to date first instead of refusing to start
        #[arg(long)]
        migrate: bool,
        /// Leave jobs and seals to `wugong work` or to other servers of the same database
        #[arg(long)]
        no_worker: bool,
    },
    /// Do jobs and seal the record without serving pages, beside servers of the same database
    Work,
    /// Look whether everything is in order, and say what to do; ends with 1 when something is wrong
    Doctor {
        /// As JSON, for machines
        #[arg(long)]
        json: bool,
    },
    /// Bring the database up to date with this program
    Migrate,
    /// Counties of this installation
    #[command(subcommand)]
    County(CountyCommand),
    /// Check that nothing of the record was altered; with FILE an exported record, anywhere and without a database
    Verify {
        /// A file that `wugong record export` or the page "how to check the record" gave
        file: Option<PathBuf>,
        /// Which county, by code, name or host, when there are several
        #[arg(long)]
        county: Option<String>,
        /// The language of the answer: zh-CN or en; otherwise that of this machine
        #[arg(long)]
        lang: Option<String>,
    },
    /// The record
    #[command(subcommand)]
    Record(RecordCommand),
    /// Jobs: how many wait and are done, and which were given up and why
    Jobs {
        /// Which county, by code, name or host; otherwise all
        #[arg(long)]
        county: Option<String>,
    },
    /// Write everything into one archive, while the county runs
    Backup {
        /// A new file, or a folder in which it gets a name of the moment
        target: PathBuf,
    },
    /// Bring an archive back into an empty folder of data and an empty database of either engine
    Restore(crate::restore::Restore),
    /// After a restore: erase again what persons had erased since the backup was made
    EraseAgain {
        /// The erased.log from before the restore; otherwise that in the folder of data
        file: Option<PathBuf>,
    },
    /// The settings
    Settings {
        /// Each setting with its value and where it came from
        #[arg(long)]
        explain: bool,
    },
    /// Make a county of invented people and serve it on this machine
    Demo(Demo),
    /// Measure reading and writing against a baseline of the same run
    Bench(crate::bench::Bench),
}

#[derive(Subcommand, Debug)]
enum CountyCommand {
    /// Make a county from a file of its places, and print a link for its first officer
    Create(crate::county::Create),
    /// Set the host name under which a county is reached
    Host {
        /// For instance wugong.example.cn
        host: String,
        /// Which county, by code, name or host, when there are several
        #[arg(long)]
        county: Option<String>,
    },
    /// List the counties
    List,
}

#[derive(Subcommand, Debug)]
enum RecordCommand {
    /// Write the sealed record to a file that `wugong verify FILE` checks
    Export {
        /// Where to; must not be there yet
        file: PathBuf,
        /// Which county, by code, name or host, when there are several
        #[arg(long)]
        county: Option<String>,
    },
}

/// The demo's own options.
#[derive(Args, Debug)]
pub struct Demo {
    /// The same seed makes the same county
    #[arg(long, default_value_t = 7)]
    pub seed: u64,
    /// The port on 127.0.0.1 (8080 when nothing is said); 0 for a free one
    #[arg(long)]
    pub port: Option<u16>,
    /// Throw the demo that is there away and make a new one
    #[arg(long)]
    pub fresh: bool,
}

/// Runs the program and says how it ended.
pub fn main(args: impl Iterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let _ = writeln!(std::io::stderr(), "wugong: {failure}");
            ExitCode::from(failure.code)
        }
    }
}

fn run(cli: Cli) -> Result<(), Failure> {
    let mut flags = cli.flags;
    if let Command::Demo(options) = &cli.command {
        crate::trial::prepare(options, &mut flags);
    }
    let settings = Settings::find(&flags).map_err(Failure::usage)?;
    log::start(&settings);
    match cli.command {
        Command::Serve { migrate, no_worker } => {
            let db = serve::ready(&settings, migrate)?;
            let counties = installation::counties(&db)?;
            let names: Vec<String> = counties.into_iter().map(|county| county.name).collect();
            let names = if names.is_empty() {
                "no county yet (make one with `wugong county create`)".to_owned()
            } else {
                names.join(", ")
            };
            // In a demo that stands ahead, the true day would be one that is over.
            if Days::kept(&settings.data).context("the days that a demo let pass")? > 0 {
                return Err(Failure::usage(anyhow::anyhow!(
                    "{} holds a demo in which days were let pass; `wugong demo` serves it",
                    settings.data.display()
                )));
            }
            Ok(serve::serve(&settings, db, None, !no_worker, &|url| format!("Wugong serves {names} at {url}\n"))?)
        }
        Command::Work => {
            let db = serve::ready(&settings, false)?;
            Ok(serve::work(&settings, &db)?)
        }
        Command::Doctor { json } => {
            let findings = doctor::examine(&settings, installation::now());
            say(&if json { doctor::json(&findings) } else { doctor::table(&findings) })?;
            doctor::ended(&findings)
        }
        Command::Migrate => {
            let db = installation::open(&settings)?;
            let applied = store::migrate::migrate(&db, installation::now())?;
            say(&match applied {
                0 => "The database was up to date already.\n".to_owned(),
                n => format!("The database was brought up to date ({n} steps).\n"),
            })
        }
        Command::County(CountyCommand::Create(create)) => say(&crate::county::create(&settings, &create)?),
        Command::County(CountyCommand::Host { host, county }) => {
            let db = serve::ready(&settings, false)?;
            let county = installation::county(&db, county.as_deref())?;
            say(&crate::county::set_host(&db, &county, &host)?)
        }
        Command::County(CountyCommand::List) => {
            let db = serve::ready(&settings, false)?;
            for county in installation::counties(&db)? {
                say(&format!("{} {} {}\n", county.division_code, county.name, county.host.unwrap_or_default()))?;
            }
            Ok(())
        }
        Command::Verify { file: Some(file), lang, .. } => {
            let words = words(lang.as_deref());
            let opened = std::fs::File::open(&file)
                .map_err(|error| anyhow::anyhow!("{} cannot be opened: {error}", file.display()))?;
            let report = verify::file(std::io::BufReader::new(opened))?;
            say(&verify::file_words(&report, &words))?;
            if report.whole() { Ok(()) } else { Err(Failure::altered()) }
        }
        Command::Verify { file: None, county, lang } => {
            let words = words(lang.as_deref());
            let db = serve::ready(&settings, false)?;
            let mut whole = true;
            for county in one_or_all(&db, county.as_deref())? {
                let report = store::record::verify::county(&db, county.id)?;
                say(&verify::words(&county.name, &report, &words))?;
                whole &= report.problems.is_empty();
            }
            if whole { Ok(()) } else { Err(Failure::altered()) }
        }
        Command::Record(RecordCommand::Export { file, county }) => export(&settings, &file, county.as_deref()),
        Command::Jobs { county } => jobs(&settings, county.as_deref()),
        Command::Backup { target } => backup(&settings, &target),
        Command::Restore(restore) => say(&crate::restore::run(&settings, &restore, &words(restore.lang.as_deref()))?),
        Command::EraseAgain { file } => {
            let db = serve::ready(&settings, false)?;
            let path = file.unwrap_or_else(|| settings.data.join(erase_again::NAME));
            let done = erase_again::run(&db, &path)?;
            say(&format!("{} erased again; {} needed nothing.\n", done.erased, done.left))
        }
        Command::Settings { explain } => {
            if explain {
                say(&settings.explain())
            } else {
                for setting in settings::ALL {
                    say(&format!("{}: {}\n", setting.name, setting.meaning))?;
                }
                say("\n`wugong settings --explain` says what each is now and where that came from.\n")
            }
        }
        Command::Demo(options) => crate::trial::run(&settings, &options),
        Command::Bench(bench) => crate::bench::run(&settings, &bench),
    }
}

/// Writes to standard output. A reader that has gone away (`| head`) is no failure.
pub(crate) fn say(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

fn words(named: Option<&str>) -> W {
    W::new(Arc::new(Words::load()), settings::language(named))
}

/// The county that is named, or every one.
fn one_or_all(db: &Db, named: Option<&str>) -> Result<Vec<County>, Failure> {
    Ok(match named {
        Some(_) => vec![installation::county(db, named)?],
        None => installation::counties(db)?,
    })
}

/// Jobs given up that are listed; the rest is in the number.
const GIVEN_UP_MAX: u32 = 100;

fn jobs(settings: &Settings, named: Option<&str>) -> Result<(), Failure> {
    let db = serve::ready(settings, false)?;
    for county in one_or_all(&db, named)? {
        let counts = db.read_now(county.id, store::jobs::counts)?;
        let line: Vec<String> = counts.iter().map(|(state, n)| format!("{n} {state}")).collect();
        let line = if line.is_empty() { "no jobs".to_owned() } else { line.join(", ") };
        say(&format!("{}: {line}\n", county.name))?;
        let zone = Zone::named(&county.zone).unwrap_or_else(Zone::china);
        for job in db.read_now(county.id, |tx| store::jobs::given_up(tx, GIVEN_UP_MAX))? {
            let (day, why) = (zone.day(job.created_at), job.problem.unwrap_or_default());
            say(&format!("  {day} {} {}: {why}\n", job.kind, job.id))?;
        }
    }
    Ok(())
}

fn backup(settings: &Settings, target: &Path) -> Result<(), Failure> {
    let made = crate::backup::run(settings, target, installation::now())?;
    say(&crate::backup::words(&made))?;
    if made.missing.is_empty() {
        return Ok(());
    }
    // The backup is kept: what it holds is whole. Whoever runs it must hear of the rest.
    for digest in &made.missing {
        eprintln!("wugong: the file {digest} is missing or damaged in {}", settings.data.join("files").display());
    }
    Err(Failure::from(anyhow::anyhow!("{} files were not to be had", made.missing.len())))
}

fn export(settings: &Settings, path: &Path, county: Option<&str>) -> Result<(), Failure> {
    let db = serve::ready(settings, false)?;
    let county = installation::county(&db, county)?;
    let head = db.read_now(county.id, store::record::export::head)?;
    let until = head.map_or(0, |(seq, _)| seq);
    let file = std::fs::File::create_new(path)
        .map_err(|error| anyhow::anyhow!("{} cannot be written: {error}", path.display()))?;
    let mut out = std::io::BufWriter::new(file);
    out.write_all(store::record::export::first_line(county.id.uuid(), head).as_bytes())?;
    let mut after = 0;
    loop {
        let (lines, last) = db.read_now(county.id, move |tx| store::record::export::lines(tx, after, until))?;
        if lines.is_empty() {
            break;
        }
        out.write_all(lines.as_bytes())?;
        after = last;
    }
    out.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()?;
    say(&format!("{until} entries of {} are in {}.\n", county.name, path.display()))?;
    match db.read_now(county.id, store::record::verify::waiting)? {
        0 => Ok(()),
        n => {
            say(&format!("{n} more wait for their seal and are not in it; a running server seals them in a moment.\n"))
        }
    }
}
