//! Voice notes: taken in with a need, heard by those who handle it.

use crate::frame::{Error, Fields, Result, Visit};
use paper::PaperError;
use store::{Quiet, limit};

/// Uploads of one address within [`WINDOW_MS`] whose form need not be right yet: each lies on the disk until it is swept.
const UPLOADS_MAX: i64 = 30;
const WINDOW_MS: i64 = 10 * 60_000;

/// A voice note on the disk that no row names yet.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) digest: [u8; 32],
    pub(super) media_type: &'static str,
    pub(super) bytes_len: i64,
}

impl Kept {
    /// Its digest in hexadecimal, for the form that is shown again.
    pub(super) fn hex(&self) -> String {
        self.digest.iter().map(|b| format!("{b:02x}")).collect()
    }
}

/// What came with a form.
pub(super) enum Taken {
    /// No voice note.
    None,
    /// One that can be kept.
    Kept(Kept),
    /// Something that cannot; the key of the sentence that says why.
    Refused(&'static str),
}

/// Takes the voice note of a form: a fresh upload, or the one that came with the same form before it was shown again. The file is on
/// the disk before any row names it; where none comes to do so, it is swept.
pub(super) async fn take(visit: &Visit, fields: &Fields) -> Result<Taken> {
    let upload = fields.uploads("say").next().map(|upload| upload.bytes.clone());
    let before = digest(fields.value("kept"));
    if upload.is_none() && before.is_none() {
        return Ok(Taken::None);
    }
    if upload.is_some() && visit.signed.is_none() {
        let (subject, now) = (format!("voice:{}", visit.client), visit.now);
        let within = visit
            .app
            .db()
            .write(visit.county.id, move |tx| {
                let within = limit::take(tx, &subject, now, WINDOW_MS, UPLOADS_MAX)?;
                Ok::<_, Error>(tx.commit_quiet(Quiet::Limit, within))
            })
            .await?;
        if !within {
            return Err(Error::TooMany);
        }
    }
    let folder = visit.app.setup().files.clone();
    // Cleaning and syncing take their time; the threads that answer requests must not wait for them.
    let work = tokio::task::spawn_blocking(move || -> std::io::Result<Taken> {
        let cleaned = match (&upload, &before) {
            (Some(bytes), _) => paper::audio::clean(bytes),
            // What the form names may be any file of the folder, or none; only a sound goes on.
            (None, Some(digest)) => match folder.read(digest) {
                Ok(bytes) => paper::audio::clean(&bytes),
                Err(_) => return Ok(Taken::None),
            },
            (None, None) => return Ok(Taken::None),
        };
        let sound = match cleaned {
            Ok(sound) => sound,
            Err(_) if upload.is_none() => return Ok(Taken::None),
            Err(PaperError::TooLarge { .. }) => return Ok(Taken::Refused("need-voice-too-large")),
            Err(PaperError::NotASound) => return Ok(Taken::Refused("need-voice-none")),
            Err(_) => return Ok(Taken::Refused("need-voice-broken")),
        };
        Ok(Taken::Kept(Kept {
            digest: folder.keep(&sound.bytes)?,
            media_type: sound.media_type,
            bytes_len: i64::try_from(sound.bytes.len()).unwrap_or(i64::MAX),
        }))
    });
    work.await.map_err(|e| Error::Broken(e.to_string()))?.map_err(|e| Error::Broken(e.to_string()))
}

fn digest(hex: &str) -> Option<[u8; 32]> {
    if hex.len() != 64 {
        return None;
    }
    let mut digest = [0; 32];
    for (i, byte) in digest.iter_mut().enumerate() {
        *byte = u8::from_str_radix(hex.get(i * 2..i * 2 + 2)?, 16).ok()?;
    }
    Some(digest)
}
