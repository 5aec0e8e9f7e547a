//! The store's tests, each on both engines.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod ground;
mod record;
mod source;
mod statements;
