//! Files: photos, audio, scans. Named by the SHA-256 of their content, in a folder beside the database, on disk before their row
//! is written; one that no row names is swept after seven days.

use crate::{Error, FromRow, Reader, Result, Tx, args, sql};
use civic::hex::{hex, unhex_exact};
use civic::id::FileId;
use civic::time::Timestamp;
use civic::token::Token;
use civic::tokens;
use sha2::{Digest, Sha256};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

tokens! {
    /// What a file is for; it decides who may open it.
    pub enum FileKind = "file-kind" {
        /// A voice note of a need: only those who handle needs.
        Voice = "voice",
        /// A scan of a signed sheet: names stand on it, so only those who keep meetings.
        Scan = "scan",
        /// A photo of a place: as public as its matter.
        Photo = "photo",
    }
}

/// How a file ends that a sweep has moved aside.
const ASIDE: &str = "gone";

/// Numbers the parts of this process.
static PARTS: AtomicU64 = AtomicU64::new(0);

fn write_synced(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = std::fs::File::create_new(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// The folder that holds the files.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// Opens (and makes) the folder.
    pub fn open(path: &Path) -> std::io::Result<Self> {
        std::fs::create_dir_all(path)?;
        Ok(Self(path.to_owned()))
    }

    /// Writes bytes and syncs them; answers their digest. Bytes that are there already are written once more, so that the file is
    /// whole, and young again: it is not swept between here and the row that names it.
    pub fn keep(&self, bytes: &[u8]) -> std::io::Result<[u8; 32]> {
        let digest: [u8; 32] = Sha256::digest(bytes).into();
        let path = self.path(&digest);
        let folder = path.parent().unwrap_or(&self.0);
        std::fs::create_dir_all(folder)?;
        // Written beside and renamed, so that a half-written file never stands under its digest. Two who bring the same bytes at
        // the same time write two parts; whoever renames last puts the same file in its own place.
        let part =
            path.with_extension(format!("{}-{}.part", std::process::id(), PARTS.fetch_add(1, Ordering::Relaxed)));
        let written = write_synced(&part, bytes).and_then(|()| std::fs::rename(&part, &path));
        if let Err(error) = written {
            let _ = std::fs::remove_file(&part);
            return Err(error);
        }
        // A name is on the disk when its folder is; the folder itself may be new.
        std::fs::File::open(folder)?.sync_all()?;
        std::fs::File::open(&self.0)?.sync_all()?;
        Ok(digest)
    }

    /// Reads the bytes of that digest and checks them against it.
    pub fn read(&self, digest: &[u8; 32]) -> std::io::Result<Vec<u8>> {
        let bytes = std::fs::read(self.path(digest))?;
        let found: [u8; 32] = Sha256::digest(&bytes).into();
        if found == *digest { Ok(bytes) } else { Err(std::io::Error::other("a file does not match its digest")) }
    }

    /// Takes away the files that were last written before `before` and that nobody names any more, at most `files_max` of them, and
    /// says how many. `named` asks the tables of every county. What a dead upload left half written goes as well.
    pub fn sweep<E: From<std::io::Error>>(
        &self,
        before: Timestamp,
        files_max: usize,
        mut named: impl FnMut([u8; 32]) -> std::result::Result<bool, E>,
    ) -> std::result::Result<usize, E> {
        let mut gone = 0;
        for folder in std::fs::read_dir(&self.0)? {
            let folder = folder?.path();
            if !folder.is_dir() {
                continue;
            }
            for file in std::fs::read_dir(&folder)? {
                let path = file?.path();
                if gone >= files_max {
                    return Ok(gone);
                }
                if !old(&path, before)? {
                    continue;
                }
                let Some(digest) = digest_of(&path) else {
                    std::fs::remove_file(&path)?;
                    continue;
                };
                // What is named is never touched: somebody may be reading it.
                let own = self.path(&digest);
                if named(digest)? {
                    // Moved aside by a sweep that died in between, and the only copy.
                    if path != own && !own.exists() {
                        std::fs::rename(&path, &own)?;
                    }
                    continue;
                }
                // Moved aside before it is asked a second time, so that an upload of the same bytes in this moment writes its own file.
                let aside = own.with_extension(ASIDE);
                std::fs::rename(&path, &aside)?;
                let keep = match old(&aside, before) {
                    Ok(true) => named(digest),
                    Ok(false) => Ok(true),
                    Err(error) => Err(error.into()),
                };
                if matches!(keep, Ok(false)) {
                    std::fs::remove_file(&aside)?;
                    gone += 1;
                } else {
                    // Also when there was no answer: a file that may be named goes back to where it is looked for.
                    std::fs::rename(&aside, &own)?;
                    keep?;
                }
            }
        }
        Ok(gone)
    }

    fn path(&self, digest: &[u8; 32]) -> PathBuf {
        let name = hex(digest);
        let (start, rest) = name.split_at(2);
        self.0.join(start).join(rest)
    }
}

/// Whether a file was last written before that moment.
fn old(path: &Path, before: Timestamp) -> std::io::Result<bool> {
    let written = std::fs::metadata(path)?.modified()?;
    let millis = written.duration_since(std::time::UNIX_EPOCH).map_or(0, |age| age.as_millis());
    Ok(i64::try_from(millis).is_ok_and(|millis| millis < before.millis()))
}

/// The digest that a file is named by, also while it is moved aside; `None` for a part that was never finished.
fn digest_of(path: &Path) -> Option<[u8; 32]> {
    let start = path.parent()?.file_name()?.to_str()?;
    let aside = path.extension().is_some_and(|end| end == ASIDE);
    let name = if aside { path.file_stem()? } else { path.file_name()? };
    unhex_exact(&format!("{start}{}", name.to_str()?))
}

/// A file's row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its id.
    pub id: FileId,
    /// SHA-256 of its bytes.
    pub digest: [u8; 32],
    /// What it is served as.
    pub media_type: String,
    /// Its size in bytes.
    pub bytes_len: i64,
    /// What it is for.
    pub kind: FileKind,
    /// When it came.
    pub created_at: Timestamp,
}

impl FromRow for File {
    const TABLE: &'static str = "file";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get()?,
            digest: row.bytes()?,
            media_type: row.get()?,
            bytes_len: row.get()?,
            kind: row.token()?,
            created_at: row.get()?,
        })
    }
}

/// Writes a file's row; its bytes are on disk already ([`Folder::keep`]).
pub fn put(tx: &mut Tx<'_>, file: &File) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO file (county_id, id, digest, media_type, bytes_len, kind, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)"
        ),
        args![file.id, file.digest, file.media_type.as_str(), file.bytes_len, file.kind.as_str(), file.created_at],
    )?;
    Ok(())
}

/// Takes a file's row away. Its bytes are swept once no row names them.
pub fn remove(tx: &mut Tx<'_>, id: FileId) -> Result<()> {
    tx.run(sql!("DELETE FROM file WHERE county_id = $1 AND id = $2"), args![id])?;
    Ok(())
}

/// Whether any row of the county names these bytes.
pub fn named(tx: &mut Tx<'_>, digest: [u8; 32]) -> Result<bool> {
    Ok(tx.number(
        sql!("SELECT CAST(1 AS BIGINT) FROM file WHERE county_id = $1 AND digest = $2 LIMIT 1"),
        args![digest],
    )? == 1)
}

/// A file by its id.
pub fn get(tx: &mut Tx<'_>, id: FileId) -> Result<File> {
    tx.optional(
        sql!("SELECT id, digest, media_type, bytes_len, kind, created_at FROM file WHERE county_id = $1 AND id = $2"),
        args![id],
    )?
    .ok_or(Error::Missing)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn folder(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("wugong-files-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        Folder::open(&path).unwrap()
    }
    const LATER: Timestamp = Timestamp::from_millis(4_000_000_000_000);

    #[test]
    fn what_nobody_names_is_swept_once_it_is_old() {
        let folder = folder("sweep");
        let named = folder.keep(b"a photo").unwrap();
        let orphan = folder.keep(b"an upload whose form was refused").unwrap();
        let half = folder.0.join("ab").join("cdef.1-2.part");
        std::fs::create_dir_all(half.parent().unwrap()).unwrap();
        std::fs::write(&half, b"hal").unwrap();
        let young = folder.sweep::<std::io::Error>(Timestamp::from_millis(0), 10, |_| Ok(false)).unwrap();
        assert_eq!(young, 0);
        assert!(folder.read(&orphan).is_ok() && half.exists());
        assert_eq!(folder.sweep::<std::io::Error>(LATER, 10, |digest| Ok(digest == named)).unwrap(), 1);
        assert!(folder.read(&named).is_ok() && folder.read(&orphan).is_err() && !half.exists());
        assert_eq!(folder.sweep::<std::io::Error>(LATER, 10, |_| Ok(false)).unwrap(), 1);
    }

    #[test]
    fn bytes_brought_again_while_they_are_swept_stay() {
        let folder = folder("again");
        let digest = folder.keep(b"a photo").unwrap();
        let mut asked = 0;
        // Between the last question and the end, when the old copy is moved aside already.
        let swept = folder.sweep::<std::io::Error>(LATER, 10, |_| {
            asked += 1;
            if asked == 2 {
                folder.keep(b"a photo")?;
            }
            Ok(false)
        });
        assert_eq!((swept.unwrap(), asked), (1, 2));
        assert_eq!(folder.read(&digest).unwrap(), b"a photo");
    }

    #[test]
    fn a_named_file_can_be_read_while_it_is_asked_for() {
        let folder = folder("reading");
        let digest = folder.keep(b"a signed sheet").unwrap();
        let swept = folder.sweep::<std::io::Error>(LATER, 10, |digest| folder.read(&digest).map(|_| true));
        assert_eq!(swept.unwrap(), 0);
        assert!(folder.read(&digest).is_ok());
    }

    #[test]
    fn a_file_stays_when_the_database_does_not_answer_whether_it_is_named() {
        let folder = folder("busy");
        let digest = folder.keep(b"a signed sheet").unwrap();
        for answers in 0..2 {
            let mut asked = 0;
            let swept = folder.sweep::<std::io::Error>(LATER, 10, |_| {
                asked += 1;
                if asked > answers { Err(std::io::Error::other("busy")) } else { Ok(false) }
            });
            assert!(swept.is_err());
            assert_eq!(folder.read(&digest).unwrap(), b"a signed sheet", "after {answers} answers");
        }
    }

    #[test]
    fn a_named_file_comes_back_after_a_sweep_that_was_killed() {
        let folder = folder("killed");
        let digest = folder.keep(b"a signed sheet").unwrap();
        let aside = folder.path(&digest).with_extension("gone");
        std::fs::rename(folder.path(&digest), &aside).unwrap();
        assert_eq!(folder.sweep::<std::io::Error>(LATER, 10, |_| Ok(true)).unwrap(), 0);
        assert_eq!(folder.read(&digest).unwrap(), b"a signed sheet");
        std::fs::rename(folder.path(&digest), &aside).unwrap();
        assert_eq!(folder.sweep::<std::io::Error>(LATER, 10, |_| Ok(false)).unwrap(), 1);
        assert!(!aside.exists() && folder.read(&digest).is_err());
    }
}
