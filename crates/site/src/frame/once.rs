//! One effect per form, however often it is sent.

use super::error::{Error, Result};
use super::fields::Fields;
use super::visit::Visit;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
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

/// Runs a write once per form key. The same form again is answered as before; the same key with other content shows what was saved
/// and keeps what was typed. `f` may run more than once and must make its ids inside.
pub async fn once<F>(visit: &Visit, fields: &Fields, f: F) -> Result<Response>
where
    F: Fn(&mut Tx<'_>) -> Result<Once> + Send + 'static,
{
    let key = form_key_at(&visit.path, fields)?;
    let digest = form_digest(&visit.path, fields);
    let owner = visit.form_owner();
    let now = visit.now;
    let (to, other) = visit
        .app
        .db()
        .write(visit.county.id, move |tx| -> Result<Done<(String, bool)>> {
            match form_key::seen(tx, &owner, key, digest)? {
                form_key::Seen::Same(answer) => Ok(tx.commit_quiet(Quiet::Nothing, (answer, false))),
                form_key::Seen::Other(answer) => Ok(tx.commit_quiet(Quiet::Nothing, (answer, true))),
                form_key::Seen::Fresh => {
                    let Once { entries, to } = f(tx)?;
                    form_key::keep(tx, &owner, key, digest, &to, now)?;
                    Ok(tx.commit(&entries, (to, false))?)
                }
            }
        })
        .await?;
    if other {
        let typed =
            fields.pairs().iter().filter(|(n, v)| n != "form" && n != "csrf" && !v.is_empty()).cloned().collect();
        return Err(Error::Reused { saved: to, typed });
    }
    Ok(see_other(&to))
}

/// 303 to a path of this site.
pub(crate) fn see_other(to: &str) -> Response {
    let to = HeaderValue::try_from(to).unwrap_or_else(|_| HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response()
}
