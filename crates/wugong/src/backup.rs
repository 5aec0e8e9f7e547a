//! `wugong backup`: the whole installation as one archive, while it runs. The database comes first, as it was at one moment; then the
//! files that its rows name, which are never changed once they are there. So nothing in the archive speaks of what it lacks.

use crate::archive::{self, CountyOf, FORMAT, Manifest, TableOf, Writer};
use crate::days::Days;
use crate::settings::Settings;
use crate::{erase_again, installation};
use anyhow::{Context, Result, bail};
use civic::hex::{hex, unhex_exact};
use civic::id::Id;
use civic::time::{Timestamp, Zone};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use store::backup::Backup;
use store::copy::{self, Table};
use store::files::Folder;
use store::{Quiet, Value};
use uuid::Uuid;

/// The name of the secret in the archive, whatever its file is called here.
pub const SECRET: &str = "secret";

/// A backup that was made.
#[derive(Debug)]
pub struct Made {
    /// Where it lies.
    pub path: PathBuf,
    /// Its length in bytes.
    pub bytes: u64,
    /// Rows of all tables.
    pub rows: u64,
    /// Files that rows name.
    pub files: usize,
    /// Of these, the digests of those that were not to be had.
    pub missing: Vec<String>,
    /// The counties, with the head of the record of each.
    pub counties: Vec<CountyOf>,
}

/// Makes a backup of what the settings name, into a new file or, with a name of the moment, into a folder.
pub fn run(settings: &Settings, target: &Path, now: Timestamp) -> Result<Made> {
    let path = if target.is_dir() { target.join(name_of(now)) } else { target.to_owned() };
    if path.symlink_metadata().is_ok() {
        bail!("{} is there already; a backup overwrites nothing", path.display());
    }
    // Opening what is not there would make it.
    if let Some(file) = installation::file_of(settings).filter(|file| !file.exists()) {
        bail!("there is no database at {}", file.display());
    }
    let file_name = path.file_name().and_then(|name| name.to_str()).context("the file needs a name")?;
    // Under this name until it is whole and on the disk: what bears the name of a backup is one.
    let part = path.with_file_name(format!(".{file_name}.{}.part", std::process::id()));
    let made = write(settings, &part, now).and_then(|made| {
        if path.symlink_metadata().is_ok() {
            bail!("{} has come to be meanwhile", path.display());
        }
        std::fs::rename(&part, &path).with_context(|| format!("{} cannot be named", path.display()))?;
        sync_folder(&path).with_context(|| format!("the folder of {}", path.display()))?;
        Ok(made)
    });
    match made {
        Ok(made) => {
            let made = Made { path, ..made };
            // The backup is there whatever comes of its note.
            if let Err(error) = note(settings, &made, now) {
                tracing::warn!("the backup is whole and could not be noted: {error:#}");
            }
            Ok(made)
        }
        Err(error) => {
            let _ = std::fs::remove_file(&part);
            Err(error)
        }
    }
}

/// Notes the backup in every county's own table, where the operator's page and `wugong doctor` look for it.
fn note(settings: &Settings, made: &Made, now: Timestamp) -> Result<()> {
    let db = installation::open(settings)?;
    // One that is older than the program may lack the table; the backup before a migration is not noted.
    if !store::migrate::waiting(&db)?.is_empty() {
        return Ok(());
    }
    for county in installation::counties(&db)? {
        let sealed = made.counties.iter().find(|of| of.id == county.id.to_string()).map_or(0, |of| of.sealed);
        let row = Backup {
            id: Id::fresh(now, &mut installation::Unforeseen),
            at: now,
            bytes_len: i64::try_from(made.bytes)?,
            files_missing: i64::try_from(made.missing.len())?,
            sealed,
        };
        db.write_now(county.id, move |tx| {
            store::backup::put(tx, &row)?;
            Ok::<_, store::Error>(tx.commit_quiet(Quiet::Backup, ()))
        })?;
    }
    Ok(())
}

/// `wugong-2026-04-12-013000Z.zip`, in UTC: names sort by time, whatever zone the machine is in.
fn name_of(now: Timestamp) -> String {
    let day = Zone::named("UTC").unwrap_or_else(Zone::china).day(now);
    let seconds = now.millis().rem_euclid(86_400_000) / 1000;
    format!("wugong-{day}-{:02}{:02}{:02}Z.zip", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// Brings the name of a file to the disk.
pub(crate) fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

fn write(settings: &Settings, part: &Path, now: Timestamp) -> Result<Made> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    // Names, numbers and the secret stand in it: its owner's alone.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(part).with_context(|| format!("{} cannot be written", part.display()))?;
    let full = || format!("{} cannot be written", part.display());
    let mut out =
        Out { writer: Writer::new(file), tables: Vec::new(), counties: BTreeMap::new(), digests: BTreeSet::new() };
    let origin = copy::out(&settings.database, &mut out).context("the rows of the database")?;
    if out.counties.is_empty() {
        bail!("there is no county yet, so there is nothing to back up");
    }
    let Out { mut writer, tables, counties, digests } = out;
    let folder = Folder::open(&settings.data.join("files")).context("the folder of files")?;
    let mut missing = Vec::new();
    for digest in &digests {
        let name = hex(digest);
        match folder.read(digest) {
            Ok(bytes) => {
                let (start, rest) = name.split_at(2);
                writer.part(&format!("files/{start}/{rest}"), false, &bytes).with_context(full)?;
            }
            // Erased since the moment of the rows, or damaged: the backup goes on without it and says so.
            Err(_) => missing.push(name),
        }
    }
    let beside = [
        (settings.secret_file.clone(), SECRET),
        (settings.data.join(erase_again::NAME), erase_again::NAME),
        (settings.data.join(Days::NAME), Days::NAME),
    ];
    for (path, name) in beside {
        if let Some(bytes) = there(&path)? {
            writer.part(&format!("beside/{name}"), true, &bytes).with_context(full)?;
        }
    }
    for path in packs(settings.rules.as_deref())? {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        if let Some(bytes) = there(&path)? {
            writer.part(&format!("rules/{name}"), true, &bytes).with_context(full)?;
        }
    }
    let counties: Vec<CountyOf> = counties.into_values().collect();
    let manifest = Manifest {
        format: FORMAT.to_owned(),
        program: env!("CARGO_PKG_VERSION").to_owned(),
        made_at: now.millis(),
        engine: installation::engine(installation::engine_of(settings)).to_owned(),
        schema: origin.schema,
        counties: counties.clone(),
        tables,
        missing: missing.clone(),
        parts: Vec::new(),
    };
    let bytes = writer.finish(manifest).with_context(full)?;
    Ok(Made { path: PathBuf::new(), bytes, rows: origin.rows, files: digests.len(), missing, counties })
}

/// The rule packs of the installation's own.
fn packs(folder: Option<&Path>) -> Result<Vec<PathBuf>> {
    let Some(folder) = folder else { return Ok(Vec::new()) };
    let listing = std::fs::read_dir(folder).with_context(|| format!("folder of rule packs {}", folder.display()))?;
    let mut paths: Vec<_> = listing.map(|entry| entry.map(|e| e.path())).collect::<io::Result<_>>()?;
    paths.retain(|path| path.extension().is_some_and(|end| end == "toml"));
    paths.sort();
    Ok(paths)
}

/// The bytes of a small file, if it is there.
fn there(path: &Path) -> Result<Option<Vec<u8>>> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("{} cannot be read", path.display())),
    }
}

/// Writes rows into the archive and notes what they say of counties, their record and files.
struct Out {
    writer: Writer,
    tables: Vec<TableOf>,
    counties: BTreeMap<Uuid, CountyOf>,
    digests: BTreeSet<[u8; 32]>,
}

fn value<'r>(table: &Table, row: &'r [Value], column: &str) -> Option<&'r Value> {
    row.get(table.columns.iter().position(|(name, _)| name == column)?)
}

impl Out {
    fn note(&mut self, table: &Table, row: &[Value]) -> Option<()> {
        let text = |column: &str| match value(table, row, column) {
            Some(Value::Text(text)) => text.clone(),
            _ => String::new(),
        };
        match table.name.as_str() {
            "county" => {
                let Some(Value::Id(id)) = value(table, row, "id") else { return None };
                let (name, code) = (text("name"), text("division_code"));
                self.counties.insert(*id, CountyOf { id: id.to_string(), name, code, sealed: 0, head: String::new() });
            }
            // After `county`, since tables come by name.
            "entry_head" => {
                let Some(Value::Id(id)) = value(table, row, "county_id") else { return None };
                let (Some(Value::Int(seq)), Some(Value::Bytes(hash))) =
                    (value(table, row, "seq"), value(table, row, "hash"))
                else {
                    return None;
                };
                let county = self.counties.get_mut(id)?;
                (county.sealed, county.head) = (*seq, hex(hash));
            }
            "file" => {
                let Some(Value::Bytes(digest)) = value(table, row, "digest") else { return None };
                self.digests.insert(digest.as_slice().try_into().ok()?);
            }
            _ => {}
        }
        Some(())
    }
}

impl copy::Sink for Out {
    fn begin(&mut self, table: &Table) -> io::Result<()> {
        self.writer.begin_table(table)
    }
    fn row(&mut self, table: &Table, row: &[Value]) -> io::Result<()> {
        self.note(table, row);
        self.writer.write(&archive::line(row)?)
    }
    fn end(&mut self, table: &Table, rows: u64) -> io::Result<()> {
        self.writer.end();
        let columns = table.columns.iter().map(|(name, kind)| (name.clone(), kind.as_str().to_owned())).collect();
        self.tables.push(TableOf { name: table.name.clone(), columns, rows });
        Ok(())
    }
}

/// The digest that a name of a file says, `ab/cdef...`.
pub fn digest_of(name: &str) -> Option<[u8; 32]> {
    unhex_exact(&name.replacen('/', "", 1))
}

/// What the terminal says of it.
pub fn words(made: &Made) -> String {
    let mut text = format!(
        "{} holds {} rows and {} files ({} KiB).\n",
        made.path.display(),
        made.rows,
        made.files - made.missing.len(),
        made.bytes / 1024
    );
    for county in &made.counties {
        let _ = writeln!(
            text,
            "{} {}: {} sealed entries, the last seal is {}",
            county.code, county.name, county.sealed, county.head
        );
    }
    text.push_str("Keep it where nobody else can read it: people's names and the secret are in it.\n");
    text
}
