//! Finding: public texts by their words ([`find`]), and what is most like a text that is being typed ([`alike`]).
//!
//! Words are cut here, in Rust ([`cut`]), and both engines index the same words: SQLite in an FTS5 table, PostgreSQL in a `tsvector`.
//! Neither has a parser or a ranking of its own in this, so that both find the same texts in the same order.
//!
//! # To make a noun findable
//! 1. A variant of [`Kind`].
//! 2. Where its row is written: [`put`] with its public text, or [`gone`] once everybody may no longer read it.
//! 3. A line in [`rebuild`], and one in the site that says where its page is.

mod alike;
pub mod cut;
mod find;
mod rebuild;
mod texts;

pub use alike::{alike, index, pieces};
pub use find::{After, Asked, COUNTED_MAX, Hit, Hits, find};
pub use rebuild::{JOB, clear, fill};
pub use texts::{Item, Kind, gone, put};
pub(crate) use texts::{announcement, case, matter_changed, need_changed, posting, resolution, topic_changed};
