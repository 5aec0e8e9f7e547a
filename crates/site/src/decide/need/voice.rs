//! Voice notes: taken in with a need, heard by those who handle it.

use crate::frame::{Error, Fields, Result, Visit};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use civic::hex::{hex, unhex_exact};
use paper::PaperError;
use store::{Quiet, limit};

/// Uploads of one address or account within [`WINDOW_MS`] whose form need not be right yet: each lies on the disk until it is swept.
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
        hex(&self.digest)
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
    let before = unhex_exact(fields.value("kept"));
    if upload.is_none() && before.is_none() {
        return Ok(Taken::None);
    }
    if let (true, Some(subject)) = (upload.is_some(), visit.limited("voice")) {
        let now = visit.now;
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
    work.await.map_err(|e| Error::Broken(e.to_string()))?.map_err(Error::from)
}

/// Whether browsers play it. Others of the kinds that we keep are offered as a download.
pub(super) fn plays(media_type: &str) -> bool {
    !matches!(media_type, "audio/amr" | "audio/amr-wb" | "audio/3gpp")
}

/// The bytes of a voice note as an answer. Some browsers play a sound only from a server that gives out parts of it (RFC 9110 §14).
pub(super) fn answer(headers: &HeaderMap, media_type: &str, bytes: Vec<u8>) -> Response {
    let disposition = if plays(media_type) { "inline" } else { "attachment; filename=\"voice\"" };
    let len = bytes.len();
    let part = headers.get(header::RANGE).and_then(|v| v.to_str().ok()).and_then(|v| range(v, len));
    let kind = HeaderValue::try_from(media_type).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let head = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static(disposition)),
        (header::ACCEPT_RANGES, HeaderValue::from_static("bytes")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    match part.and_then(|(from, until)| Some((from, until, bytes.get(from..=until)?.to_vec()))) {
        None => (head, bytes).into_response(),
        Some((from, until, bytes)) => {
            let said = HeaderValue::try_from(format!("bytes {from}-{until}/{len}"));
            let said = said.unwrap_or(HeaderValue::from_static("bytes */*"));
            (StatusCode::PARTIAL_CONTENT, head, [(header::CONTENT_RANGE, said)], bytes).into_response()
        }
    }
}

/// The first and last byte of `bytes=a-b`, `bytes=a-` or `bytes=-n` of a file of `len` bytes; `None` for anything else.
fn range(asked: &str, len: usize) -> Option<(usize, usize)> {
    let (from, until) = asked.strip_prefix("bytes=")?.split_once('-')?;
    let last = len.checked_sub(1)?;
    let (from, until) = match (from, until) {
        ("", n) => (len.saturating_sub(n.parse().ok()?), last),
        (from, "") => (from.parse().ok()?, last),
        (from, until) => (from.parse().ok()?, until.parse::<usize>().ok()?.min(last)),
    };
    (from <= until && from <= last).then_some((from, until))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_given_as_it_was_asked_for() {
        assert_eq!(range("bytes=0-1", 10), Some((0, 1)));
        assert_eq!(range("bytes=4-", 10), Some((4, 9)));
        assert_eq!(range("bytes=-3", 10), Some((7, 9)));
        assert_eq!(range("bytes=8-99", 10), Some((8, 9)));
        for none in ["bytes=10-", "bytes=5-4", "bytes=a-b", "lines=1-2", "bytes=0-1,4-5", "bytes=-"] {
            assert_eq!(range(none, 10), None, "{none}");
        }
        assert_eq!(range("bytes=0-", 0), None);
    }
}
