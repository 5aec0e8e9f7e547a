//! Refusals: why a thing is not done, as a typed value that every room can speak of.

use crate::money::Fen;
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
