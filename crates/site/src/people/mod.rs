//! Places and people.

pub mod place;
mod sign_in;

use crate::frame::Route;

/// The routes of places and people.
pub fn routes() -> Vec<Route> {
    let mut routes = place::routes();
    routes.extend(sign_in::routes());
    routes
}
