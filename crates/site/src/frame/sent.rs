//! What somebody typed into a form that was not taken: it comes back on the page that says why, to be sent again. It never stands
//! in an address, and nothing of it is kept on the server: through a sign-in it goes as a hidden field, sealed, so that only what
//! this site gave out itself is offered for sending.

use super::error::Error;
use super::fields::Fields;
use super::layout::own_path;
use super::visit::Visit;
use civic::hex::hex;
use civic::people::place::PlaceCode;
use civic::people::sign_in::keyed;
use subtle::ConstantTimeEq;
use uuid::Uuid;

/// The hidden field in which a form goes through the sign-in.
pub(crate) const FIELD: &str = "carried";

/// Fields that are secret: a form with one of them is not shown again.
const SECRETS: &[&str] = &["password", "again", "old", "code", "card", "proof"];

/// Fields that the frame puts in anew.
const OURS: &[&str] = &["form", "csrf", FIELD];

/// A form that came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sent {
    /// The path and query that it was sent to.
    to: String,
    /// Its key.
    form: String,
    /// The token that it came with.
    csrf: String,
    /// What was typed, picked and ticked.
    pairs: Vec<(String, String)>,
    /// Whether files came with it, which have to be picked again.
    files: bool,
    /// Whether it was read to its end.
    whole: bool,
}

/// What can be done with it.
pub(crate) enum Onward {
    /// Nothing but reading it.
    Read,
    /// Send it again to where it was sent.
    Again { key: String, csrf: String },
    /// Sign in and go on.
    SignIn,
}

impl Sent {
    /// Of a request; `None` when there is nothing to give back, or something that must not be shown.
    pub(super) fn of(visit: &Visit, fields: &Fields, whole: bool) -> Option<Self> {
        let pairs: Vec<_> = fields.pairs().iter().filter(|(name, _)| !OURS.contains(&name.as_str())).cloned().collect();
        let secret = pairs.iter().any(|(name, _)| SECRETS.contains(&name.as_str()));
        let files = fields.files().iter().any(|upload| !upload.bytes.is_empty());
        if secret || (!files && pairs.iter().all(|(_, value)| value.trim().is_empty())) {
            return None;
        }
        let (form, csrf) = (fields.value("form").to_owned(), fields.value("csrf").to_owned());
        Some(Self { to: visit.here.clone(), form, csrf, pairs, files, whole })
    }

    /// What stands on the page for the person to see: words and numbers, without the ids and tokens that only programs read.
    pub(crate) fn texts(&self) -> Vec<&str> {
        let token = |v: &str| v.chars().all(|c| c.is_ascii_lowercase() || c == '_') || v == "1";
        let machine = |v: &str| Uuid::try_parse(v).is_ok() || PlaceCode::parse(v).is_some() || token(v);
        let values = self.pairs.iter().map(|(_, value)| value.trim());
        values.filter(|value| !value.is_empty() && !machine(value)).collect()
    }
    /// The fields that a form carries on.
    pub(crate) fn pairs(&self) -> &[(String, String)] {
        &self.pairs
    }
    /// Where it goes.
    pub(crate) fn to(&self) -> &str {
        &self.to
    }
    /// Whether files have to be picked again.
    pub(crate) const fn files(&self) -> bool {
        self.files
    }

    /// What is offered on the page of an error. Whoever sends it again sends what was typed, so it is only offered where that helps
    /// and where the form came from a page of ours as far as can be known.
    pub(super) fn onward(&self, visit: &Visit, error: &Error) -> Onward {
        let key = self.form.clone();
        // A session that could not be looked at has its token still: the form keeps the one that it came with.
        let csrf = if visit.signed.is_some() { visit.csrf() } else { self.csrf.clone() };
        match error {
            _ if !self.whole || self.to.starts_with("/api/") => Onward::Read,
            Error::SignIn if visit.own_page => Onward::SignIn,
            Error::Stale if visit.own_page => Onward::Again { key, csrf },
            // What was sent first is saved under the key; this is another form.
            Error::Reused { .. } => Onward::Again { key: Fields::empty(&visit.app).value("form").to_owned(), csrf },
            Error::Store(store::Error::Missing) => Onward::Read,
            Error::Store(_) | Error::Broken(_) | Error::TooMany | Error::TooSlow => Onward::Again { key, csrf },
            _ => Onward::Read,
        }
    }

    /// The form as a field of the sign-in's forms.
    pub(crate) fn seal(&self, visit: &Visit) -> String {
        let text = serde_json::json!([self.to, self.form, self.files, self.pairs]).to_string();
        format!("{}{text}", mark(visit, &text))
    }

    /// The form in a field of the sign-in's forms; `None` when this site did not give it out.
    pub(crate) fn unseal(visit: &Visit, sealed: &str) -> Option<Self> {
        let (marked, text) = sealed.split_at_checked(64)?;
        if !bool::from(mark(visit, text).as_bytes().ct_eq(marked.as_bytes())) {
            return None;
        }
        let (to, form, files, pairs): (String, String, bool, Vec<(String, String)>) =
            serde_json::from_str(text).ok()?;
        let own = own_path(&to) == to;
        own.then_some(Self { to, form, csrf: String::new(), pairs, files, whole: true })
    }

    /// Its key.
    pub(crate) fn key(&self) -> &str {
        &self.form
    }
}

fn mark(visit: &Visit, text: &str) -> String {
    let secret = visit.app.code_secret(visit.county.id);
    hex(&keyed(&secret, "wugong.sent.1", &[text.as_bytes()]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_field_for_a_secret_is_ever_shown_again() {
        let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/templates"))];
        let mut found = 0;
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let source = std::fs::read_to_string(&path).unwrap();
                for call in ["field::password(f, \"", "field::once(f, \""] {
                    for rest in source.split(call).skip(1).filter(|_| !path.ends_with("parts/field.html")) {
                        let name = rest.split('"').next().unwrap();
                        assert!(SECRETS.contains(&name), "{name} in {}", path.display());
                        found += 1;
                    }
                }
            }
        }
        assert!(found >= 4, "{found}");
    }
}
