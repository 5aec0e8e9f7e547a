//! What a page can refuse, and how it is said: every error page has a title, a sentence and a way onward.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use civic::refusal::{Kind, Refuse, Value};
use paper::pdf::PdfError;

/// The result of every handler.
pub type Result<T> = std::result::Result<T, Error>;

/// A refusal of `civic`, ready to be said in any language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// How it is answered.
    pub kind: Kind,
    /// The key of its sentence.
    pub key: &'static str,
    /// What the sentence is filled with.
    pub values: Vec<(&'static str, Value)>,
    /// The form field that it is about.
    pub field: Option<&'static str>,
    /// The rule that it rests on.
    pub rule: Option<String>,
}

impl Answer {
    fn of(refusal: &dyn Refuse) -> Self {
        Self {
            kind: refusal.kind(),
            key: refusal.key(),
            values: refusal.values(),
            field: refusal.field(),
            rule: refusal.rule().map(str::to_owned),
        }
    }
}

/// Why a request is not answered with what it asked for.
#[derive(Clone, Debug)]
pub enum Error {
    /// Below the rules: missing (404), changed by somebody else (409), busy (503), broken (500).
    Store(store::Error),
    /// The rules say no.
    Refused(Box<Answer>),
    /// Several fields of a form do not do; each answer stands beside its field.
    Faults(Vec<Answer>),
    /// It is not there, or the reader may not know that it is (404).
    Hidden,
    /// The reader may see it but not do this (403).
    Forbidden,
    /// Nobody is signed in (pages go to sign-in and come back, the API answers 401).
    SignIn,
    /// The form was not sent by a page of ours, or the page was open too long (403, with a way to send it again).
    Stale,
    /// Too many tries in a short time (429).
    TooMany,
    /// More bytes than are taken (413).
    TooLarge,
    /// It did not come, or was not answered, in the time that a request may take (408).
    TooSlow,
    /// A request that no page of ours makes (400).
    Malformed,
    /// The same form key came again with other content: what was saved first, and what came now (409).
    Reused {
        /// Where the first answer stands.
        saved: String,
    },
    /// It cannot be printed as a PDF here (503), or is too long for one (413).
    Paper(PdfError),
    /// Something is wrong in the program or below it (500); the words are for the log only.
    Broken(String),
}

impl Error {
    /// A refusal of `civic`.
    pub fn refused(refusal: &dyn Refuse) -> Self {
        Self::Refused(Box::new(Answer::of(refusal)))
    }

    /// Every refusal of a form at once.
    pub fn faults<R: Refuse>(refusals: &[R]) -> Self {
        Self::Faults(refusals.iter().map(|refusal| Answer::of(refusal)).collect())
    }

    /// The status it is answered with.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Store(store::Error::Missing) | Self::Hidden => StatusCode::NOT_FOUND,
            Self::Store(store::Error::Clash) | Self::Reused { .. } => StatusCode::CONFLICT,
            Self::Store(store::Error::Busy | store::Error::Full) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Store(_) | Self::Broken(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Refused(answer) => match answer.kind {
                Kind::Hidden => StatusCode::NOT_FOUND,
                Kind::Forbidden => StatusCode::FORBIDDEN,
                Kind::Conflict => StatusCode::CONFLICT,
                Kind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            },
            Self::Faults(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Forbidden | Self::Stale => StatusCode::FORBIDDEN,
            Self::SignIn => StatusCode::UNAUTHORIZED,
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::Paper(PdfError::NoFont { .. } | PdfError::NoGlyph { .. }) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Paper(PdfError::TooLong) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Paper(PdfError::Broken(_)) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The stem of its word keys: `<stem>-title` and `<stem>-text`.
    pub const fn words(&self) -> &'static str {
        match self {
            Self::Store(store::Error::Missing) | Self::Hidden => "error-missing",
            Self::Store(store::Error::Clash) => "error-clash",
            Self::Store(store::Error::Busy) => "error-busy",
            Self::Store(store::Error::Full) => "error-full",
            Self::Store(_) | Self::Broken(_) => "error-broken",
            Self::Refused(_) | Self::Faults(_) => "error-refused",
            Self::Forbidden => "error-forbidden",
            Self::SignIn => "error-sign-in",
            Self::Stale => "error-stale",
            Self::TooMany => "error-too-many",
            Self::TooLarge => "error-too-large",
            Self::TooSlow => "error-too-slow",
            Self::Malformed => "error-malformed",
            Self::Reused { .. } => "error-reused",
            Self::Paper(PdfError::NoFont { .. }) => "error-no-font",
            Self::Paper(PdfError::NoGlyph { .. }) => "error-no-glyph",
            Self::Paper(PdfError::TooLong) => "error-paper-long",
            Self::Paper(PdfError::Broken(_)) => "error-broken",
        }
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        Self::Store(error)
    }
}
impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Self::Store(store::Error::Full),
            _ => Self::Broken(error.to_string()),
        }
    }
}
impl From<PdfError> for Error {
    fn from(error: PdfError) -> Self {
        Self::Paper(error)
    }
}
impl From<askama::Error> for Error {
    fn from(error: askama::Error) -> Self {
        Self::Broken(error.to_string())
    }
}

/// Turns a refusal of `civic` into a page's error: `need::answer(..).refuse()?`.
pub trait OrRefuse<T> {
    /// The value, or the refusal as an [`Error`].
    fn refuse(self) -> Result<T>;
}
impl<T, R: Refuse> OrRefuse<T> for std::result::Result<T, R> {
    fn refuse(self) -> Result<T> {
        self.map_err(|refusal| Error::refused(&refusal))
    }
}

impl IntoResponse for Error {
    /// Only the status; the frame finds the error in the response and renders its page or its problem document, since it knows
    /// language, look and who asks.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}
