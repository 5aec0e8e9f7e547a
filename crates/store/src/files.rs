//! Files: photos, audio, scans. Named by the SHA-256 of their content, in a folder beside the database, on disk before their row
//! is written; one that no row names is swept after seven days.

use crate::{Error, FromRow, Reader, Result, Tx, args, sql};
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

    /// Writes bytes that are not there yet, or not as they were brought, and syncs them; answers their digest.
    pub fn keep(&self, bytes: &[u8]) -> std::io::Result<[u8; 32]> {
        let digest: [u8; 32] = Sha256::digest(bytes).into();
        let path = self.path(&digest);
        if self.read(&digest).is_ok() {
            return Ok(digest);
        }
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

    fn path(&self, digest: &[u8; 32]) -> PathBuf {
        let name: String = digest.iter().map(|b| format!("{b:02x}")).collect();
        let (start, rest) = name.split_at(2);
        self.0.join(start).join(rest)
    }
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

/// A file by its id.
pub fn get(tx: &mut Tx<'_>, id: FileId) -> Result<File> {
    tx.optional(
        sql!("SELECT id, digest, media_type, bytes_len, kind, created_at FROM file WHERE county_id = $1 AND id = $2"),
        args![id],
    )?
    .ok_or(Error::Missing)
}
