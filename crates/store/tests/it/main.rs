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

mod ground;
mod record;
mod source;
mod statements;
