//! What is public, for programs: JSON with its description, feeds, calendars and maps. Whatever a visitor without an account may read, a
//! program may read as well, and nothing more.

mod answer;
mod atom;
mod calendar;
mod describe;
mod json;
mod map;
mod pages;
mod shape;

use crate::frame::Route;

pub use describe::description;

/// The routes for programs.
pub fn routes() -> Vec<Route> {
    let mut routes = json::routes();
    routes.extend(atom::routes());
    routes.extend(calendar::routes());
    routes.extend(map::routes());
    routes.extend(pages::routes());
    routes
}
