//! Places and people.

pub mod place;

use crate::frame::Route;

/// The routes of places and people.
pub fn routes() -> Vec<Route> {
    place::routes()
}
