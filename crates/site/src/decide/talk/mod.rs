//! Talks: yard meetings, evening talks and their like. No quorum and no vote: points that were raised, who takes each, by when.

pub mod chain;
mod pages;

pub use pages::routes;
