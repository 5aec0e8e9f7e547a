//! What every command begins with: the folder of data, the database, the secret, the clock and chance of this machine.

use crate::settings::Settings;
use anyhow::{Context, Result, anyhow, bail};
use civic::id::{Chance, CountyId};
use civic::time::Timestamp;
use std::io::Write;
use std::path::{Path, PathBuf};
use store::people::county::{self, County};
use store::{Db, Engine, Options};

/// The clock of this machine.
#[expect(clippy::disallowed_methods, reason = "the binary is where the clock is read")]
pub fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// Bytes that nobody can foresee, from the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unforeseen;

impl Chance for Unforeseen {
    #[expect(clippy::expect_used, reason = "a program that cannot draw chance must not go on with foreseeable codes")]
    fn fill(&mut self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system gives random bytes");
    }
}

/// Opens the database, and makes the folder of data where there is none.
pub fn open(settings: &Settings) -> Result<Db> {
    make_private(&settings.data)?;
    let options = Options { url: settings.database.clone(), threads: settings.database_threads };
    Db::open(&options).map_err(|error| anyhow!("the database cannot be opened: {error}"))
}

/// Which engine the settings name.
pub fn engine_of(settings: &Settings) -> Engine {
    let url = &settings.database;
    if url.starts_with("postgres://") || url.starts_with("postgresql://") { Engine::Postgres } else { Engine::Sqlite }
}

/// The file of the database, on SQLite.
pub fn file_of(settings: &Settings) -> Option<PathBuf> {
    let path = settings.database.strip_prefix("sqlite:").unwrap_or(&settings.database);
    (engine_of(settings) == Engine::Sqlite).then(|| PathBuf::from(path))
}

/// A folder that only its owner can look into: people's names and voices lie there.
pub(crate) fn make_private(folder: &Path) -> Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).with_context(|| format!("the folder {} cannot be made", folder.display()))
}

/// The secret of the installation, made at the first start. Codes on paper are checked with it, so a lost secret means new cards.
pub fn secret(path: &Path) -> Result<[u8; 32]> {
    let known = |bytes: Vec<u8>| {
        <[u8; 32]>::try_from(bytes).map_err(|_| anyhow!("{} is no secret: it must hold 32 bytes", path.display()))
    };
    match std::fs::read(path) {
        Ok(bytes) => return known(bytes),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(error).with_context(|| format!("the secret {} cannot be read", path.display())),
    }
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        make_private(folder)?;
    }
    // Written beside and linked into place, so that two programs that start at the same time end with the same secret.
    let fresh = Unforeseen.token();
    let part = path.with_extension(format!("{:016x}.part", Unforeseen.below(u64::MAX)));
    let write = || -> std::io::Result<()> {
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&part)?;
        file.write_all(&fresh)?;
        file.sync_all()
    };
    write().with_context(|| format!("the secret {} cannot be written", path.display()))?;
    let linked = std::fs::hard_link(&part, path);
    let _ = std::fs::remove_file(&part);
    match linked {
        Ok(()) => Ok(fresh),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => known(std::fs::read(path)?),
        Err(error) => Err(error).with_context(|| format!("the secret {} cannot be written", path.display())),
    }
}

/// Every county of the installation.
pub fn counties(db: &Db) -> Result<Vec<County>> {
    Ok(db.shared_now(false, county::all)?)
}

/// The county that a command is about: the one that is named by code, name or host, or the only one there is.
pub fn county(db: &Db, named: Option<&str>) -> Result<County> {
    let all = counties(db)?;
    let list = || all.iter().map(|c| format!("{} {}", c.division_code, c.name)).collect::<Vec<_>>().join(", ");
    match named {
        None if all.is_empty() => bail!("there is no county yet; make one with `wugong county create`"),
        None => match all.as_slice() {
            [only] => Ok(only.clone()),
            _ => bail!("there are several counties, say which one with --county: {}", list()),
        },
        Some(word) => all
            .iter()
            .find(|c| c.division_code == word || c.name == word || c.host.as_deref() == Some(word))
            .cloned()
            .ok_or_else(|| anyhow!("there is no county {word}; there are: {}", list())),
    }
}

/// A fresh id of a county.
pub fn fresh_county_id(now: Timestamp) -> CountyId {
    CountyId::fresh(now, &mut Unforeseen)
}

/// The engine in a word.
pub const fn engine(db_engine: Engine) -> &'static str {
    match db_engine {
        Engine::Sqlite => "SQLite",
        Engine::Postgres => "PostgreSQL",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_secret_is_made_once_and_is_nobody_elses() {
        let folder = std::env::temp_dir().join(format!("wugong-secret-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        let path = folder.join("secret");
        let secrets: Vec<[u8; 32]> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| secret(&path).unwrap())).collect();
            threads.into_iter().map(|t| t.join().unwrap()).collect()
        });
        assert!(secrets.iter().all(|one| *one == secret(&path).unwrap()));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
            assert_eq!(std::fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
        }
        std::fs::write(&path, b"short").unwrap();
        assert!(secret(&path).unwrap_err().to_string().contains("32 bytes"));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
