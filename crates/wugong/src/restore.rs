//! `wugong restore`: an archive back into an empty place, of either engine. Nothing of it stands there before all of it was checked:
//! the archive part by part, the rows with their references, the record of every county. Then what persons had erased since is
//! erased again.

use crate::archive::{Manifest, Reader};
use crate::days::Days;
use crate::settings::Settings;
use crate::{Failure, backup, erase_again, installation, verify};
use anyhow::{Context, Result, anyhow, bail};
use clap::Args;
use site::frame::W;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;
use store::copy;
use store::files::Folder;
use store::{Db, Options};

/// What `wugong restore` asks for.
#[derive(Args, Debug)]
pub struct Restore {
    /// The archive that `wugong backup` made
    pub file: PathBuf,
    /// The newest erased.log, from the machine that failed or from where it is copied to
    #[arg(long, value_name = "FILE")]
    pub erased: Option<PathBuf>,
    /// Keep what was restored although its record does not add up
    #[arg(long)]
    pub keep_altered: bool,
    /// The language of the answer: zh-CN or en; otherwise that of this machine
    #[arg(long)]
    pub lang: Option<String>,
}

/// Restores, and says what there is now. A failure leaves the place as empty as it was.
pub fn run(settings: &Settings, options: &Restore, w: &W) -> Result<String, Failure> {
    let mut reader = Reader::open(&options.file).map_err(Failure::unfit)?;
    known_schema(&reader.manifest).map_err(Failure::unfit)?;
    let erased = erased_lines(settings, options)?;
    empty(settings, &reader.manifest).map_err(Failure::usage)?;
    reader.check().map_err(Failure::unfit)?;
    let place = Place::of(settings);
    let restored = fill(settings, &place, options, &mut reader, &erased, w);
    if restored.is_err() {
        place.clear();
    }
    restored
}

/// Every migration that the backup had seen must be one of ours.
fn known_schema(manifest: &Manifest) -> Result<()> {
    let known = store::migrate::known();
    for (number, name) in &manifest.schema {
        if !known.iter().any(|(ours, called)| ours == number && called == name) {
            bail!(
                "the backup was made by a newer program (version {}): this one, version {}, does not know {name}",
                manifest.program,
                env!("CARGO_PKG_VERSION")
            );
        }
    }
    if manifest.schema.is_empty() {
        bail!("the backup does not say under which schema it was made");
    }
    Ok(())
}

/// Where everything goes.
struct Place {
    /// The address of the database while it is filled.
    database: String,
    /// The SQLite file while it is filled and where it will lie.
    file: Option<(PathBuf, PathBuf)>,
    /// The folder of files while it is filled and where it will lie.
    files: (PathBuf, PathBuf),
    secret: PathBuf,
    rules: PathBuf,
    days: PathBuf,
    erased: PathBuf,
}

impl Place {
    fn of(settings: &Settings) -> Self {
        let file = installation::file_of(settings).map(|path| (beside(&path), path));
        let files = settings.data.join("files");
        Self {
            database: file.as_ref().map_or_else(|| settings.database.clone(), |(part, _)| part.display().to_string()),
            file,
            files: (beside(&files), files),
            secret: settings.secret_file.clone(),
            rules: settings.rules.clone().unwrap_or_else(|| settings.data.join("rules")),
            days: settings.data.join(Days::NAME),
            erased: settings.data.join(erase_again::NAME),
        }
    }

    /// Takes away what a restore that did not come to its end has put here. What lies in the final places was empty before.
    fn clear(&self) {
        let _ = std::fs::remove_dir_all(&self.files.0);
        let _ = std::fs::remove_dir_all(&self.files.1);
        let _ = std::fs::remove_file(&self.days);
        match &self.file {
            Some((part, _)) => remove_database(part),
            None => {
                if let Err(error) = copy::clear(&self.database) {
                    tracing::error!(%error, "the database could not be emptied again");
                }
            }
        }
    }
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".restoring");
    path.with_file_name(name)
}

fn remove_database(path: &Path) {
    for end in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        let _ = std::fs::remove_file(PathBuf::from(name));
    }
}

/// Whether there is nothing that a restore would overwrite.
fn empty(settings: &Settings, manifest: &Manifest) -> Result<()> {
    let files = settings.data.join("files");
    if files.is_dir() && std::fs::read_dir(&files)?.next().is_some() {
        bail!("{} is not empty; restore into a folder of data that is", files.display());
    }
    if settings.secret_file.exists() {
        bail!(
            "{} is there already; restore into an empty folder of data, or move it away",
            settings.secret_file.display()
        );
    }
    match installation::file_of(settings) {
        Some(path) if path.exists() => bail!("{} is there already; a restore overwrites nothing", path.display()),
        Some(_) => Ok(()),
        None => {
            let seen = copy::schema(&settings.database).context("the database")?;
            if let Some((_, name)) = seen.iter().find(|(number, _)| !manifest.schema.iter().any(|(n, _)| n == number)) {
                bail!("the database is not empty: it has seen {name}, which the backup has not. Make a new one");
            }
            if let Some(table) = copy::occupied(&settings.database).context("the database")? {
                bail!("the database is not empty: {table} holds rows. Make a new one");
            }
            Ok(())
        }
    }
}

/// What was erased since, by ids: from the file that is named, and from one that lies in the folder of data already.
fn erased_lines(settings: &Settings, options: &Restore) -> Result<Vec<String>, Failure> {
    let here = settings.data.join(erase_again::NAME);
    let mut lines = Vec::new();
    for path in options.erased.iter().chain(here.exists().then_some(&here)) {
        let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()));
        lines.extend(text.map_err(Failure::usage)?.lines().map(str::to_owned));
    }
    Ok(lines)
}

fn fill(
    settings: &Settings,
    place: &Place,
    options: &Restore,
    reader: &mut Reader,
    erased: &[String],
    w: &W,
) -> Result<String, Failure> {
    installation::make_private(&settings.data)?;
    // Left by one that was killed.
    let _ = std::fs::remove_dir_all(&place.files.0);
    if let Some((part, _)) = &place.file {
        remove_database(part);
    }
    let folder = Folder::open(&place.files.0).context("the folder of files")?;
    let files = reader.below("files/");
    for name in &files {
        let bytes = reader.bytes(&format!("files/{name}"))?;
        let kept = folder.keep(&bytes).with_context(|| format!("{} cannot be written", place.files.0.display()))?;
        if backup::digest_of(name) != Some(kept) {
            return Err(Failure::unfit(anyhow!("the file {name} is not what its name says")));
        }
    }

    let db = Db::open(&Options { url: place.database.clone(), threads: 2 }).context("the database")?;
    let numbers: Vec<i64> = reader.manifest.schema.iter().map(|(number, _)| *number).collect();
    store::migrate::only(&db, &numbers, installation::now()).context("the schema of the backup")?;
    let rows = copy::into(&place.database, reader).map_err(|failed| match failed {
        copy::Failed::Unfit(why) => Failure::unfit(anyhow!(why)),
        copy::Failed::Database(store::Error::Clash) => {
            Failure::unfit(anyhow!("two rows of the backup have the same key, or a value is missing"))
        }
        failed => Failure::from(anyhow!(failed).context("the rows of the backup")),
    })?;
    let promised: u64 = reader.manifest.tables.iter().map(|table| table.rows).sum();
    if rows != promised {
        return Err(Failure::unfit(anyhow!("the backup holds {rows} rows, its manifest speaks of {promised}")));
    }
    store::migrate::migrate(&db, installation::now()).context("bringing the database up to date")?;

    let mut said = format!("{rows} rows and {} files are back.\n", files.len());
    if !reader.manifest.missing.is_empty() {
        let _ = writeln!(said, "{} files were not to be had when the backup was made.", reader.manifest.missing.len());
    }
    let mut whole = true;
    for county in installation::counties(&db)? {
        let report = store::record::verify::county(&db, county.id)?;
        said.push_str(&verify::words(&county.name, &report, w));
        whole &= report.problems.is_empty() && as_promised(&reader.manifest, &county.id.to_string(), &report);
    }
    if !whole && !options.keep_altered {
        return Err(Failure::altered_in(&said));
    }

    let mut lines: BTreeSet<String> = erased.iter().cloned().collect();
    if reader.below("beside/").iter().any(|name| name == erase_again::NAME) {
        let text = String::from_utf8_lossy(&reader.bytes(&format!("beside/{}", erase_again::NAME))?).into_owned();
        lines.extend(text.lines().map(str::to_owned));
    }
    if !lines.is_empty() {
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        let part = beside(&place.erased);
        keep(&part, text.as_bytes(), false)?;
        std::fs::rename(&part, &place.erased)?;
        let again = erase_again::run(&db, &place.erased)?;
        let _ = writeln!(said, "{} erased again; {} needed nothing.", again.erased, again.left);
    }
    for county in installation::counties(&db)? {
        store::search::fill(&db, county.id).context("the search index")?;
    }
    settle(&db, place)?;
    drop(db);
    put_in_place(place, reader)?;
    if !whole {
        let _ = writeln!(said, "It was kept although its record does not add up.");
    }
    Ok(said)
}

/// Whether the record ends where the manifest says; whoever takes entries off the end of both makes a whole chain.
fn as_promised(manifest: &Manifest, county: &str, report: &store::record::verify::Report) -> bool {
    manifest
        .counties
        .iter()
        .any(|of| of.id == county && of.sealed == report.sealed && of.head == report.head.clone().unwrap_or_default())
}

/// Brings the database file to the disk. Its last connection moves the write-ahead log into it, and is waited for.
fn settle(db: &Db, place: &Place) -> Result<()> {
    db.settle().context("the database file")?;
    if let Some((part, _)) = &place.file {
        std::fs::File::open(part).and_then(|file| file.sync_all()).context("the database file")?;
    }
    Ok(())
}

fn put_in_place(place: &Place, reader: &mut Reader) -> Result<()> {
    // The folder may be there and empty.
    let _ = std::fs::remove_dir(&place.files.1);
    std::fs::rename(&place.files.0, &place.files.1).context("the folder of files")?;
    for name in reader.below("rules/") {
        std::fs::create_dir_all(&place.rules)?;
        let to = place.rules.join(&name);
        if !to.exists() {
            keep(&to, &reader.bytes(&format!("rules/{name}"))?, false)?;
        }
    }
    for name in reader.below("beside/") {
        let bytes = reader.bytes(&format!("beside/{name}"))?;
        match name.as_str() {
            backup::SECRET => keep(&place.secret, &bytes, true)?,
            Days::NAME => keep(&place.days, &bytes, false)?,
            _ => {}
        }
    }
    if let Some((part, file)) = &place.file {
        // The connections close a moment after they are let go, and the last one takes the log away.
        let log = PathBuf::from(format!("{}-wal", part.display()));
        for _ in 0..200 {
            if !log.exists() {
                break;
            }
            std::thread::sleep(Duration::from_millis(25));
        }
        std::fs::rename(part, file).context("the database file")?;
        backup::sync_folder(file)?;
    }
    Ok(())
}

fn keep(path: &Path, bytes: &[u8], hidden: bool) -> Result<()> {
    use std::io::Write;
    let write = || -> io::Result<()> {
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, if hidden { 0o600 } else { 0o640 });
        let mut file = options.open(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    write().with_context(|| format!("{} cannot be written", path.display()))
}
