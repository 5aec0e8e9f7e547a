//! Matters: lists, and the page that shows the whole chain.

pub mod chain;
mod pages;

pub use pages::{LineView, line_views, routes};
pub(crate) use pages::{SETTLED, TALKING, told};
