//! Topics: what the committee prepares from a public matter before people meet over it: the topic, its options, the steps that the
//! rules ask for.

pub mod chain;
mod pages;

pub(crate) use pages::gap_words;
pub use pages::routes;
