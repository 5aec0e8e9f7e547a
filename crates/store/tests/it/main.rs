//! The store's tests, each on both engines.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "tests, with connections and clocks of their own"
)]

mod away;
mod files;
mod form_key;
mod found;
mod ground;
mod jobs;
mod limit;
mod meeting;
mod people;
mod record;
mod schema;
mod search;
mod session;
mod source;
mod statements;
mod units;
