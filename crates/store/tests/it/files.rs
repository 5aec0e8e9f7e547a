use crate::ground::{NOW, chance, grounds, unique};
use civic::id::FileId;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use store::files::{self, File, FileKind, Folder};
use store::{Error, Quiet};

struct Scratch(PathBuf);
impl Scratch {
    fn new() -> Self {
        Self(std::env::temp_dir().join(format!("wugong-files-{}", unique())))
    }
    /// Every file below, with its folder.
    fn found(&self) -> Vec<PathBuf> {
        fn below(folder: &Path, found: &mut Vec<PathBuf>) {
            for entry in std::fs::read_dir(folder).unwrap().flatten() {
                if entry.path().is_dir() { below(&entry.path(), found) } else { found.push(entry.path()) }
            }
        }
        let mut found = Vec::new();
        below(&self.0, &mut found);
        found
    }
}
impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_file_is_kept_once_under_its_digest_and_read_back() {
    let scratch = Scratch::new();
    let folder = Folder::open(&scratch.0).unwrap();
    let digest = folder.keep(b"a signed sheet").unwrap();
    assert_eq!(folder.keep(b"a signed sheet").unwrap(), digest);
    assert_eq!(scratch.found().len(), 1);
    assert_eq!(folder.read(&digest).unwrap(), b"a signed sheet");
    assert_ne!(folder.keep(b"another sheet").unwrap(), digest);
    assert!(folder.read(&[0; 32]).is_err());
}

#[test]
fn a_file_that_was_changed_on_the_disk_is_not_served() {
    let scratch = Scratch::new();
    let folder = Folder::open(&scratch.0).unwrap();
    let digest = folder.keep(b"for 31, against 4").unwrap();
    std::fs::write(&scratch.found()[0], b"for 35, against 0").unwrap();
    let refusal = folder.read(&digest).unwrap_err();
    assert!(refusal.to_string().contains("digest"), "{refusal}");
    folder.keep(b"for 31, against 4").unwrap();
    assert_eq!(folder.read(&digest).unwrap(), b"for 31, against 4", "brought again, it is whole again");
}

#[test]
fn a_half_written_file_is_never_seen_however_many_bring_it() {
    let scratch = Scratch::new();
    let folder = Folder::open(&scratch.0).unwrap();
    for round in 0..20_u8 {
        let bytes: Arc<Vec<u8>> = Arc::new((0..3_000_000_u32).map(|i| (i % 251) as u8 ^ round).collect());
        let digest = {
            use sha2::{Digest, Sha256};
            <[u8; 32]>::from(Sha256::digest(bytes.as_slice()))
        };
        let stop = Arc::new(AtomicBool::new(false));
        let (reader, ended) = (folder.clone(), stop.clone());
        // Whoever finds the file at all finds it whole.
        let watcher = std::thread::spawn(move || {
            while !ended.load(Ordering::SeqCst) {
                if let Err(error) = reader.read(&digest) {
                    assert_eq!(error.kind(), std::io::ErrorKind::NotFound, "{error}");
                }
            }
        });
        let writers: Vec<_> = (0..4)
            .map(|_| {
                let (folder, bytes) = (folder.clone(), bytes.clone());
                std::thread::spawn(move || folder.keep(&bytes).unwrap())
            })
            .collect();
        for writer in writers {
            assert_eq!(writer.join().unwrap(), digest);
        }
        stop.store(true, Ordering::SeqCst);
        watcher.join().unwrap();
        assert_eq!(folder.read(&digest).unwrap(), *bytes);
    }
    assert_eq!(scratch.found().len(), 20, "no part is left behind");
}

#[test]
fn what_cannot_be_written_leaves_nothing_behind() {
    let scratch = Scratch::new();
    let folder = Folder::open(&scratch.0).unwrap();
    let digest = folder.keep(b"x").unwrap();
    // A folder stands where the file should go.
    let place = scratch.found().remove(0);
    std::fs::remove_file(&place).unwrap();
    std::fs::create_dir(&place).unwrap();
    std::fs::write(place.join("in the way"), b"").unwrap();
    assert!(folder.read(&digest).is_err());
    assert!(folder.keep(b"x").is_err());
    assert_eq!(scratch.found(), [place.join("in the way")]);
}

#[test]
fn the_row_of_a_file_is_found_in_its_county_only() {
    for ground in grounds() {
        let id = FileId::fresh(NOW, &mut chance(2));
        let file = File {
            id,
            digest: [9; 32],
            media_type: "image/jpeg".into(),
            bytes_len: 1234,
            kind: FileKind::Scan,
            created_at: NOW,
        };
        let row = file.clone();
        ground
            .db
            .write_now(ground.county, move |tx| {
                files::put(tx, &row)?;
                Ok::<_, Error>(tx.commit_quiet(Quiet::Nothing, ()))
            })
            .unwrap();
        assert_eq!(ground.db.read_now(ground.county, move |tx| files::get(tx, id)), Ok(file), "{}", ground.name);
        let other = civic::id::CountyId::from(uuid::Uuid::from_u128(4));
        let hidden = ground.db.read_now(other, move |tx| files::get(tx, id));
        assert_eq!(hidden, Err(Error::Missing), "{}", ground.name);
    }
}
