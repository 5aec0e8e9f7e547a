//! SQL, migrations, jobs, search index, files: loads and saves whole facts, never decides.
//!
//! A unit of work is one closure that runs whole on a connection thread ([`Db::read`], [`Db::write`]). It belongs to one
//! county, whose id is bound as `$1` of every statement; the closure's own arguments begin at `$2`. A write ends with
//! [`Tx::commit`], which says in the record what it was, or with [`Tx::commit_quiet`] for the closed list of things that are
//! nobody's business.
//!
//! # To add a noun
//! 1. A table in the next `schema/NNNN_noun.sql`, `county_id` first in every key, listed in `migrate.rs`.
//! 2. `src/<stage>/<noun>.rs`: `impl FromRow for civic::..::Noun`, then `get`, `put`, `change`, lists paged by key: plain functions over
//!    `&mut Tx`. Every statement is one literal inside [`sql!`], runs unchanged on both engines and says `county_id = $1`.
//! 3. A line in `record::verify` so that a stranger can check its rows, and a test that runs on both engines.

pub mod backup;
pub mod build;
mod db;
pub mod decide;
mod error;
pub mod evaluate;
pub mod files;
pub mod form_key;
pub mod jobs;
pub mod limit;
pub mod manage;
pub mod messages;
pub mod migrate;
pub mod people;
pub mod programme;
pub mod record;
mod row;
pub mod rules;
pub mod search;
pub mod share;
mod sizes;
pub mod stage;
mod tx;
mod value;

pub use db::{Db, Engine, Options, Stamp, about, copy};
pub use error::Error;
pub use row::{Column, FromRow, Reader};
pub use tx::{Done, Quiet, Tx};
pub use value::Value;

/// The result of everything in this room.
pub type Result<T> = std::result::Result<T, Error>;

/// Marks a statement, so that the test that reads every statement finds it. It is the literal itself.
#[macro_export]
macro_rules! sql {
    ($text:literal) => {
        $text
    };
}

/// The arguments of a statement after the county: `args![id, name.as_str(), None::<i64>]`.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => { &[$($crate::Value::from($value)),*] };
}
