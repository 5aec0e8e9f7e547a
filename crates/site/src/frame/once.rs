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
    Ok(short(hasher.finalize().into()))
}

/// The first half of a digest.
fn short(digest: [u8; 32]) -> Uuid {
    let mut bytes = [0; 16];
    for (byte, from) in bytes.iter_mut().zip(digest) {
        *byte = from;
    }
    Uuid::from_bytes(bytes)
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

/// How long the same text from the same session is taken for one that was sent before.
pub const AGAIN_MS: i64 = 10 * 60_000;

/// Says on a page that it is the answer to what was sent before; the layout reads it ([`super::layout::View`]).
const AGAIN: (&str, &str) = ("again", "1");

/// Whether an address is that of a text that was sent before.
pub(super) fn is_again(here: &str) -> bool {
    let query = here.split_once('?').map_or("", |(_, query)| query);
    form_urlencoded::parse(query.as_bytes()).any(|(name, value)| (name.as_ref(), value.as_ref()) == AGAIN)
}

/// The same address, marked so.
fn again(to: &str) -> String {
    let (page, part) = to.split_once('#').map_or((to, None), |(page, part)| (page, Some(part)));
    let joint = if page.contains('?') { '&' } else { '?' };
    let part = part.map(|part| format!("#{part}")).unwrap_or_default();
    format!("{page}{joint}{}={}{part}", AGAIN.0, AGAIN.1)
}

/// What finds a text that one session sent before. It is made of the session's cookie, which stands nowhere in the database, so that
/// nobody can try all accounts against what stands there: it leads from no text to whoever sent it.
#[derive(Clone)]
struct Told {
    mark: Uuid,
    digest: [u8; 32],
    cover: Cover,
}

impl Told {
    /// Of a form; none where nobody is signed in: that page comes back from the device with the same key ([`super::Route::returns`]).
    fn of(visit: &Visit, fields: &Fields) -> Option<Self> {
        let (signed, token) = (visit.signed.as_ref()?, visit.session_token()?);
        // A helper brings the same words for one neighbour after the other.
        let who = signed.resident.as_ref().map(|resident| resident.id.to_string()).unwrap_or_default();
        let secret = visit.app.code_secret(visit.county.id);
        // What it is about may stand in the query alone: two meetings of one day are called in the same words.
        let content = form_digest(&visit.path, fields);
        let own = Secret(keyed(
            &secret,
            "wugong.form-told.1",
            &[token.as_bytes(), who.as_bytes(), visit.here.as_bytes(), &content],
        ));
        Some(Self {
            mark: short(keyed(&own, "wugong.form-told-mark.1", &[])),
            digest: keyed(&own, "wugong.form-told-digest.1", &[]),
            cover: Cover(own),
        })
    }
}

/// Runs a write once per form key. The same form again is answered as before; the same key with other content shows what was saved
/// and keeps what was typed. `f` may run more than once and must make its ids inside.
pub async fn once<F>(visit: &Visit, fields: &Fields, f: F) -> Result<Response>
where
    F: Fn(&mut Tx<'_>) -> Result<Once> + Send + 'static,
{
    run(visit, fields, None::<(Told, Gone)>, None, f).await
}

/// As [`once`], for the closed list of writes that make no entry; `f` answers where the reader goes.
pub async fn once_quiet<F>(visit: &Visit, fields: &Fields, why: Quiet, f: F) -> Result<Response>
where
    F: Fn(&mut Tx<'_>) -> Result<String> + Send + 'static,
{
    let quiet = move |tx: &mut Tx<'_>| Ok(Once { entries: Vec::new(), to: f(tx)? });
    run(visit, fields, None::<(Told, Gone)>, Some(why), quiet).await
}

/// What is not asked whether it still stands.
type Gone = fn(&mut Tx<'_>, &str) -> Result<bool>;

/// As [`once`], for a form in which somebody writes in own words what becomes a thing of its own. Without a script a phone that goes
/// back gets the form anew with a new key; the same text from the same session, sent within [`AGAIN_MS`], leads to what it became the
/// first time. Not for a form that may well be sent twice with the same content: slips of several people in one stack, a count.
/// `named` is false where nothing may lead to the account that sent it. `stands` says whether what is found under the first answer is
/// still there: who took it back means it when it comes again.
pub async fn once_told<S, F>(visit: &Visit, named: bool, fields: &Fields, stands: S, f: F) -> Result<Response>
where
    S: Fn(&mut Tx<'_>, &str) -> Result<bool> + Send + 'static,
    F: Fn(&mut Tx<'_>) -> Result<Once> + Send + 'static,
{
    let told = Told::of(visit, fields).map(|told| (told, stands));
    if named { run(visit, fields, told, None, f).await } else { run(&visit.nobody(), fields, told, None, f).await }
}

async fn run<S, F>(
    visit: &Visit,
    fields: &Fields,
    told: Option<(Told, S)>,
    quiet: Option<Quiet>,
    f: F,
) -> Result<Response>
where
    S: Fn(&mut Tx<'_>, &str) -> Result<bool> + Send + 'static,
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
                    if let Some((told, stands)) = &told {
                        let since = now.plus_millis(-AGAIN_MS);
                        let answer = form_key::told(tx, told.mark, told.digest, since)?;
                        let first = answer.map(|answer| told.cover.off(&answer));
                        if let Some(first) = first
                            && stands(tx, &first)?
                        {
                            let to = again(&first);
                            // This form has its answer now, also when it comes again later than that.
                            form_key::keep(tx, &owner, key, digest, &cover.over(&to), now)?;
                            return Ok(tx.commit_quiet(Quiet::Again, (to, false)));
                        }
                    }
                    let Once { entries, to } = f(tx)?;
                    form_key::keep(tx, &owner, key, digest, &cover.over(&to), now)?;
                    if let Some((told, _)) = &told {
                        form_key::keep_told(tx, told.mark, told.digest, &told.cover.over(&to), now)?;
                    }
                    match quiet {
                        Some(why) => Ok(tx.commit_quiet(why, (to, false))),
                        None => Ok(tx.commit(&entries, (to, false))?),
                    }
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
    fn an_address_says_that_it_was_sent_before_whatever_else_it_says() {
        for (to, marked) in [
            ("/m/ZX-2026-001", "/m/ZX-2026-001?again=1"),
            ("/s/123456789012?sent=1&alike=", "/s/123456789012?sent=1&alike=&again=1"),
            ("/meetings/1/motions#m-2", "/meetings/1/motions?again=1#m-2"),
        ] {
            assert_eq!(again(to), marked);
            assert!(!is_again(to) && is_again(marked.split('#').next().unwrap()), "{marked}");
        }
        assert!(!is_again("/m/1?again=0") && !is_again("/again=1"));
    }

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
