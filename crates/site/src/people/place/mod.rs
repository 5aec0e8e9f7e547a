//! Places: the home page by hamlet, and the way down to it.

mod pages;

pub use pages::{Brand, brand, organ, own_places, routes};
