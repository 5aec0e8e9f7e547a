//! Forms: what was typed, kept as typed, with what is wrong beside each field.

use super::app::App;
use super::error::{Answer, Error};
use super::visit::Visit;
use super::words::W;
use axum::body::{Body, Bytes};
use axum::extract::multipart::MultipartError;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::{Method, StatusCode, header};
use civic::refusal::Refuse;
use civic::text::{self, TextError};
use civic::time::Day;
use civic::token::Token;
use futures_core::Stream;
use std::future::poll_fn;
use std::pin::pin;
use uuid::Uuid;

/// The most bytes of a form without files.
pub(super) const FORM_BYTES_MAX: usize = 256 * 1024;
/// The most bytes of a request with files: a photo and a voice note.
pub(super) const BODY_BYTES_MAX: usize = 24 * 1024 * 1024;
/// The most bytes of what is too large that are read and dropped. A browser shows the answer only after it has sent everything; past
/// this it may show a broken connection instead.
const DROPPED_BYTES_MAX: usize = 2 * BODY_BYTES_MAX;
/// The most bytes of all texts of a form with files: a table that is sent on after its preview is as long as a form may be.
const TEXTS_BYTES_MAX: usize = 2 * FORM_BYTES_MAX;
/// The most fields of one form.
const FIELDS_MAX: usize = 400;

/// Marks a request to a route whose form has files in it; any other one is as small as a text is.
#[derive(Clone, Copy)]
pub(super) struct WithFiles;

/// A file that came with a form.
#[derive(Clone, Debug)]
pub struct Upload {
    /// The field.
    pub name: String,
    /// Its content.
    pub bytes: Bytes,
}

/// The fields of a form: what was typed, and the sentences that stand beside them when something is wrong.
#[derive(Clone, Debug, Default)]
pub struct Fields {
    values: Vec<(String, String)>,
    uploads: Vec<Upload>,
    errors: Vec<(String, String)>,
}

impl Fields {
    /// An empty form with a fresh key, for the first showing.
    pub fn empty(app: &App) -> Self {
        let key = civic::id::Id::<()>::fresh(app.now(), &mut app.chance());
        Self { values: vec![("form".to_owned(), key.to_string())], ..Self::default() }
    }
    /// The same with a value put in beforehand.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.values.push((name.to_owned(), value.into()));
        self
    }
    /// The same with a text in the place of what was typed into a field.
    #[must_use]
    pub fn with_text(mut self, name: &str, value: impl Into<String>) -> Self {
        self.values.retain(|(n, _)| n != name);
        self.with(name, value)
    }
    /// The same under a fresh key: the form that it is shown in now is another one.
    #[must_use]
    pub fn fresh_key(self, app: &App) -> Self {
        let key = civic::id::Id::<()>::fresh(app.now(), &mut app.chance());
        self.with_text("form", key.to_string())
    }
    /// Fields from pairs, for tests and for forms made by the program.
    pub fn from_pairs(pairs: Vec<(String, String)>) -> Self {
        Self { values: pairs, ..Self::default() }
    }
    /// What was typed into a field; empty when nothing.
    pub fn value(&self, name: &str) -> &str {
        self.values.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v)
    }
    /// Every value of a field that may stand several times (boxes).
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.values.iter().filter(move |(n, _)| n == name).map(|(_, v)| v.as_str())
    }
    /// Whether a box was ticked or a field has that value.
    pub fn is(&self, name: &str, value: &str) -> bool {
        self.all(name).any(|v| v == value)
    }
    /// What is wrong with a field.
    pub fn err(&self, name: &str) -> Option<&str> {
        self.errors.iter().find(|(n, _)| n == name).map(|(_, e)| e.as_str())
    }
    /// Everything that is wrong, in order.
    pub fn errors(&self) -> &[(String, String)] {
        &self.errors
    }
    /// Whether nothing is wrong.
    pub fn ok(&self) -> bool {
        self.errors.is_empty()
    }
    /// Says what is wrong with a field.
    pub fn wrong(&mut self, name: &str, sentence: String) {
        self.errors.push((name.to_owned(), sentence));
    }
    /// Puts a refusal beside its field (or `fallback` when it is about none).
    pub fn refuse(&mut self, refusal: &dyn Refuse, fallback: &str, w: &W, today: &Day) {
        self.wrong(refusal.field().unwrap_or(fallback), w.refusal(refusal, today));
    }
    /// Puts every refusal of a form beside its field.
    pub fn refuse_all<R: Refuse>(&mut self, refusals: &[R], fallback: &str, w: &W, today: &Day) {
        for refusal in refusals {
            self.refuse(refusal, fallback, w, today);
        }
    }
    /// Puts a refusal that came as a page's error beside its field; any other error is handed back.
    pub fn take(&mut self, error: Error, fallback: &str, w: &W, today: &Day) -> super::Result<()> {
        match error {
            Error::Refused(answer) => {
                let Answer { key, values, field, .. } = *answer;
                self.wrong(field.unwrap_or(fallback), w.filled(key, &values, today));
                Ok(())
            }
            Error::Faults(answers) => {
                for Answer { key, values, field, .. } in answers {
                    self.wrong(field.unwrap_or(fallback), w.filled(key, &values, today));
                }
                Ok(())
            }
            other => Err(other),
        }
    }
    /// The files of a field, empty ones (nothing chosen) left out.
    pub fn uploads<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Upload> {
        self.uploads.iter().filter(move |u| u.name == name && !u.bytes.is_empty())
    }
    /// Every pair, for the digest of the form and for a page that shows what came.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.values
    }
    /// Every file, for the digest.
    pub fn files(&self) -> &[Upload] {
        &self.uploads
    }
    /// The form's key.
    pub fn key(&self) -> Option<Uuid> {
        Uuid::try_parse(self.value("form")).ok()
    }

    /// One line that must be there.
    pub fn line(&mut self, name: &str, max: usize, w: &W) -> Option<String> {
        let result = text::line(self.value(name), max);
        self.text(name, result, w)
    }
    /// One line that may be missing. `Some(None)` is right and empty; `None` is wrong.
    pub fn line_or_none(&mut self, name: &str, max: usize, w: &W) -> Option<Option<String>> {
        let result = text::line_or_none(self.value(name), max);
        self.text(name, result, w)
    }
    /// A longer text that must be there.
    pub fn block(&mut self, name: &str, max: usize, w: &W) -> Option<String> {
        let result = text::block(self.value(name), max);
        self.text(name, result, w)
    }
    /// A longer text that may be missing. `Some(None)` is right and empty; `None` is wrong.
    pub fn block_or_none(&mut self, name: &str, max: usize, w: &W) -> Option<Option<String>> {
        let result = text::block_or_none(self.value(name), max);
        self.text(name, result, w)
    }
    fn text<T>(&mut self, name: &str, result: Result<T, TextError>, w: &W) -> Option<T> {
        let sentence = match result {
            Ok(value) => return Some(value),
            Err(TextError::Empty) => w.t("field-empty"),
            Err(TextError::TooLong { max }) => w.t1("field-too-long", "max", max),
            Err(TextError::Control) => w.t("field-control"),
            Err(TextError::Direction) => w.t("field-direction"),
        };
        self.wrong(name, sentence);
        None
    }
    /// A day that must be there.
    pub fn day(&mut self, name: &str, w: &W) -> Option<Day> {
        let day = Day::parse(self.value(name));
        if day.is_none() {
            let key = if self.value(name).trim().is_empty() { "field-day-empty" } else { "field-day" };
            self.wrong(name, w.t(key));
        }
        day
    }
    /// A whole number from zero to `max` that must be there.
    pub fn count(&mut self, name: &str, max: u32, w: &W) -> Option<u32> {
        let count = text::count(self.value(name), max);
        if count.is_none() {
            self.wrong(name, w.t1("field-count", "max", max));
        }
        count
    }
    /// One of the values of an enum.
    pub fn token<T: Token>(&mut self, name: &str, w: &W) -> Option<T> {
        let token = T::parse(self.value(name));
        if token.is_none() {
            self.wrong(name, w.t("field-choose"));
        }
        token
    }
}

impl FromRequest<App> for Fields {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self, Error> {
        let multipart = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|v| v.to_str().ok())
            .is_some_and(|v| v.starts_with("multipart/form-data"));
        if request.method() == Method::GET || request.method() == Method::HEAD {
            return parse(request.uri().query().unwrap_or_default().as_bytes());
        }
        // Every form is checked for its token here, so that no handler can forget it.
        let visit = request.extensions().get::<Visit>().cloned();
        let mut fields = Self::default();
        let read = read(request, app, multipart, &mut fields).await;
        if let Some(visit) = &visit {
            visit.remember(&fields, read.is_ok());
        }
        read?;
        if let Some(visit) = &visit {
            visit.check_form(&fields)?;
        }
        Ok(fields)
    }
}

/// Reads a form into `fields`; where that fails half-way they hold what came before.
async fn read(request: Request, app: &App, multipart: bool, fields: &mut Fields) -> Result<(), Error> {
    let files = request.extensions().get::<WithFiles>().is_some();
    let max = if files { BODY_BYTES_MAX } else { FORM_BYTES_MAX };
    // What says itself that it is too large is taken no further than to the person's own page about it.
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<usize>().ok());
    if let Some(length) = length.filter(|length| *length > max) {
        if length <= DROPPED_BYTES_MAX {
            drop_rest(request.into_body()).await;
        }
        return Err(Error::TooLarge);
    }
    if multipart { parts(request, app, max, fields).await } else { body(request, fields).await }
}

/// Reads what will not be used, piece by piece, and keeps nothing of it.
async fn drop_rest(body: Body) {
    let (mut pieces, mut left) = (pin!(body.into_data_stream()), DROPPED_BYTES_MAX);
    while let Some(Ok(piece)) = poll_fn(|context| pieces.as_mut().poll_next(context)).await {
        left = left.saturating_sub(piece.len());
        if left == 0 {
            break;
        }
    }
}

/// A form without files.
async fn body(request: Request, fields: &mut Fields) -> Result<(), Error> {
    let bytes = axum::body::to_bytes(request.into_body(), FORM_BYTES_MAX).await.map_err(|_| Error::TooLarge)?;
    *fields = parse(&bytes)?;
    Ok(())
}

/// A form in parts, of `max` bytes at most, counted while they come. Texts are counted by themselves: they are never as long as files.
async fn parts(request: Request, app: &App, max: usize, fields: &mut Fields) -> Result<(), Error> {
    let too_large = |error: &MultipartError| error.status() == StatusCode::PAYLOAD_TOO_LARGE;
    let wrong = |error: MultipartError| if too_large(&error) { Error::TooLarge } else { Error::Malformed };
    let mut parts = Multipart::from_request(request, app).await.map_err(|_| Error::Malformed)?;
    let (mut all, mut texts) = (0, 0);
    while let Some(mut part) = parts.next_field().await.map_err(wrong)? {
        if fields.values.len() + fields.uploads.len() >= FIELDS_MAX {
            return Err(Error::TooLarge);
        }
        let name = part.name().unwrap_or_default().to_owned();
        let file = part.file_name().is_some();
        let mut bytes = Vec::new();
        while let Some(chunk) = part.chunk().await.map_err(wrong)? {
            all += chunk.len();
            texts += if file { 0 } else { chunk.len() };
            if all > max || texts > TEXTS_BYTES_MAX {
                return Err(Error::TooLarge);
            }
            bytes.extend_from_slice(&chunk);
        }
        if file {
            fields.uploads.push(Upload { name, bytes: bytes.into() });
        } else {
            // Bytes that are no UTF-8 become marks that stand for themselves: the field then says what is wrong.
            fields.values.push((name, String::from_utf8_lossy(&bytes).into_owned()));
        }
    }
    Ok(())
}

fn parse(bytes: &[u8]) -> Result<Fields, Error> {
    let mut values = Vec::new();
    for (name, value) in form_urlencoded::parse(bytes) {
        if values.len() >= FIELDS_MAX {
            return Err(Error::TooLarge);
        }
        values.push((name.into_owned(), value.into_owned()));
    }
    Ok(Fields { values, ..Fields::default() })
}
