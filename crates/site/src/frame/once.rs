//! One effect per form, however often it is sent.

use super::error::{Error, Result};
use super::fields::Fields;
use super::visit::Visit;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use civic::hex::{hex, unhex};
use civic::people::sign_in::{Secret, keyed};
use civic::record::Entry;
use sha2::{Digest, Sha256};
use store::{Done, Quiet, Tx, form_key};
use uuid::Uuid;

/// What a form's write ends with: its entries and where the reader goes.
pub struct Once {
    /// At least one entry.
    pub entries: Vec<Entry>,
    /// A path on this site.
    pub to: String,
}

/// The digest of a form's content, without its key and its token.
pub fn form_digest(path: &str, fields: &Fields) -> [u8; 32] {
    let mut hasher = Sha256::new();
    let mut add = |part: &[u8]| {
        hasher.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hasher.update(part);
    };
    add(path.as_bytes());
    for (name, value) in fields.pairs() {
        if name != "form" && name != "csrf" {
            add(name.as_bytes());
            add(value.as_bytes());
        }
    }
    for upload in fields.files() {
        add(upload.name.as_bytes());
        add(&upload.bytes);
    }
    hasher.finalize().into()
}

/// The key of a form at its path: a page with several forms gives all of them one key, and each still has its own effect.
pub fn form_key_at(path: &str, fields: &Fields) -> Result<Uuid> {
    let key = fields.key().ok_or(Error::Malformed)?;
    let mut hasher = Sha256::new();
    hasher.update(key.as_bytes());
    hasher.update(path.as_bytes());
    let digest: [u8; 32] = hasher.finalize().into();
    let mut bytes = [0; 16];
    for (byte, from) in bytes.iter_mut().zip(digest) {
        *byte = from;
    }
    Ok(Uuid::from_bytes(bytes))
}

/// Hides the answer of a form from whoever reads the table without the form: an answer may lead to a slip, whose code opens what its
/// raiser said, and lies there for 90 days. What hides it is made of the form's key, which nobody but the sender has, and of the
/// installation's secret, so that neither a copy of the database nor a note of what was sent shows it by itself.
#[derive(Clone)]
pub struct Cover(Secret);

impl Cover {
    /// Of a form sent to a path.
    pub fn of(secret: &Secret, path: &str, fields: &Fields) -> Result<Self> {
        let key = fields.key().ok_or(Error::Malformed)?;
        Ok(Self(Secret(keyed(secret, "wugong.form-answer.1", &[key.as_bytes(), path.as_bytes()]))))
    }

    /// A digest that can only be compared by who has the form: somebody's number in it cannot be found by trying all numbers.
    fn mark(&self, digest: [u8; 32]) -> [u8; 32] {
        keyed(&self.0, "wugong.form-digest.1", &[&digest])
    }

    fn stream(&self, bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(bytes.len());
        for (n, chunk) in (0_u64..).zip(bytes.chunks(32)) {
            let block = keyed(&self.0, "wugong.form-answer-block.1", &[&n.to_be_bytes()]);
            out.extend(chunk.iter().zip(block).map(|(byte, with)| byte ^ with));
        }
        out
    }

    /// The answer as it is kept, in hexadecimal.
    pub fn over(&self, answer: &str) -> String {
        hex(&self.stream(answer.as_bytes()))
    }

    /// The answer as it was. One that was kept openly, by an older version, begins with a slash.
    pub fn off(&self, kept: &str) -> String {
        if kept.starts_with('/') {
            return kept.to_owned();
        }
        let answer = unhex(kept).and_then(|bytes| String::from_utf8(self.stream(&bytes)).ok());
        answer.filter(|answer| answer.starts_with('/')).unwrap_or_else(|| "/".to_owned())
    }
}

/// Runs a write once per form key. The same form again is answered as before; the same key with other content shows what was saved
/// and keeps what was typed. `f` may run more than once and must make its ids inside.
pub async fn once<F>(visit: &Visit, fields: &Fields, f: F) -> Result<Response>
where
    F: Fn(&mut Tx<'_>) -> Result<Once> + Send + 'static,
{
    let key = form_key_at(&visit.path, fields)?;
    let cover = Cover::of(&visit.app.code_secret(visit.county.id), &visit.path, fields)?;
    let digest = cover.mark(form_digest(&visit.path, fields));
    let owner = visit.form_owner();
    let now = visit.now;
    let (to, other) = visit
        .app
        .db()
        .write(visit.county.id, move |tx| -> Result<Done<(String, bool)>> {
            match form_key::seen(tx, &owner, key, digest)? {
                form_key::Seen::Same(answer) => Ok(tx.commit_quiet(Quiet::Nothing, (cover.off(&answer), false))),
                form_key::Seen::Other(answer) => Ok(tx.commit_quiet(Quiet::Nothing, (cover.off(&answer), true))),
                form_key::Seen::Fresh => {
                    let Once { entries, to } = f(tx)?;
                    form_key::keep(tx, &owner, key, digest, &cover.over(&to), now)?;
                    Ok(tx.commit(&entries, (to, false))?)
                }
            }
        })
        .await?;
    if other {
        return Err(Error::Reused { saved: to });
    }
    Ok(see_other(&to))
}

/// 303 to a path of this site.
pub(crate) fn see_other(to: &str) -> Response {
    let to = HeaderValue::try_from(to).unwrap_or_else(|_| HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_with_its_form_alone() {
        let secret = Secret([7; 32]);
        let form = |n: u128| Fields::from_pairs(vec![("form".to_owned(), Uuid::from_u128(n).to_string())]);
        let cover = Cover::of(&secret, "/need", &form(1)).unwrap();
        for answer in ["/", "/s/123456789012?sent=1&alike=ZX-2026-017,ZX-2026-018", "/m/竹溪-2026-001"] {
            let kept = cover.over(answer);
            assert!(kept.len() == answer.len() * 2 && !kept.contains("1234"), "{kept}");
            assert_eq!(cover.off(&kept), answer);
            for other in [
                Cover::of(&secret, "/need", &form(2)).unwrap(),
                Cover::of(&secret, "/needs", &form(1)).unwrap(),
                Cover::of(&Secret([8; 32]), "/need", &form(1)).unwrap(),
            ] {
                assert_ne!(other.over(answer), kept);
            }
        }
        assert_eq!(cover.off("/kept/openly"), "/kept/openly");
        assert_eq!((cover.off("xyz"), cover.off("é"), cover.off("00")), ("/".into(), "/".into(), "/".into()));
    }
}
