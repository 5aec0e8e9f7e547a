//! Refusals: why a thing is not done, as a typed value that every room can speak of.

use crate::money::Fen;
use crate::text::TextError;
use crate::time::Day;

/// How a refusal is answered over HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 404: it does not exist, or this reader may not know that it does.
    Hidden,
    /// 403: may see it, may not do this.
    Forbidden,
    /// 409: the thing is not in a state for this any more.
    Conflict,
    /// 422: what was entered does not do.
    Invalid,
}

/// A value filled into the sentence of a refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A number.
    Int(i64),
    /// A legal day, shown as dates are shown in the reader's language.
    Day(Day),
    /// An amount of money.
    Money(Fen),
    /// A word key, itself translated.
    Word(String),
    /// A text shown as it is (a name of a place, a code).
    Text(String),
}

/// What every refusal can say of itself.
pub trait Refuse {
    /// How it is answered.
    fn kind(&self) -> Kind;
    /// The key of its sentence in the words files.
    fn key(&self) -> &'static str;
    /// What the sentence is filled with.
    fn values(&self) -> Vec<(&'static str, Value)> {
        Vec::new()
    }
    /// The form field that it is about, if it is about one.
    fn field(&self) -> Option<&'static str> {
        None
    }
    /// The id of the rule that it rests on, shown with its source.
    fn rule(&self) -> Option<&str> {
        None
    }
}

/// A text of a form that is not taken, with the field that it was typed into. Nouns carry it in their own refusals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextFault {
    /// The form field.
    pub field: &'static str,
    /// What is wrong with it.
    pub error: TextError,
}

impl TextFault {
    /// Names the field for an error of [`crate::text`].
    pub fn at(field: &'static str) -> impl FnOnce(TextError) -> Self {
        move |error| Self { field, error }
    }
}

impl Refuse for TextFault {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }
    fn key(&self) -> &'static str {
        match self.error {
            TextError::Empty => "refusal-text-empty",
            TextError::TooLong { .. } => "refusal-text-too-long",
            TextError::Control => "refusal-text-control",
            TextError::Direction => "refusal-text-direction",
        }
    }
    fn values(&self) -> Vec<(&'static str, Value)> {
        match self.error {
            TextError::TooLong { max } => vec![("max", Value::Int(i64::try_from(max).unwrap_or(i64::MAX)))],
            _ => Vec::new(),
        }
    }
    fn field(&self) -> Option<&'static str> {
        Some(self.field)
    }
}

/// Collects the refusals of one form, so that every field shows its own at once instead of one after the other.
#[derive(Debug)]
pub struct Faults<R>(Vec<R>);

impl<R> Default for Faults<R> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<R> Faults<R> {
    /// The value, or `None` with its refusal kept.
    pub fn take<T, E: Into<R>>(&mut self, result: Result<T, E>) -> Option<T> {
        result.map_err(|error| self.0.push(error.into())).ok()
    }
    /// Keeps a refusal.
    pub fn add(&mut self, refusal: impl Into<R>) {
        self.0.push(refusal.into());
    }
    /// The value of a part that was checked by itself, or `None` with all its refusals kept.
    pub fn merge<T>(&mut self, result: Result<T, Vec<R>>) -> Option<T> {
        result.map_err(|faults| self.0.extend(faults)).ok()
    }
    /// The finished value, unless there is a refusal. `value` is `None` only where a refusal was kept.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, Vec<R>> {
        match value {
            Some(value) if self.0.is_empty() => Ok(value),
            _ => Err(self.0),
        }
    }
}
