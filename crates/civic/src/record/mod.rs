//! The record: what every write says of itself, in a form that a stranger can check.
//!
//! An [`Entry`] holds only enums, ids, dates and integers below 2^53. A text stands in it as a salted digest, and who acted as
//! a salted commitment; the salts lie beside the entry and can be erased, after which the entry still verifies.

mod entry;
mod facts;
mod seal;

pub use entry::{Actor, Entry, Noun, Recorded, Salt, Verb};
pub use facts::{Fact, Facts, Sheet, TEXT_TAG, text_digest};
pub use seal::{Hash, HashKind, seal};
