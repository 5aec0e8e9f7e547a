//! Search: what everybody may read, found by its words.

mod lit;
mod pages;

pub use pages::routes;
