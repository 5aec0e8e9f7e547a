//! What county and township do with the places below.

pub mod announcement;
pub(crate) mod link;
#[expect(clippy::module_inception, reason = "a noun has one name in every room, and its stage is called like it")]
pub mod programme;

use crate::frame::Route;

/// The routes of programmes and announcements.
pub fn routes() -> Vec<Route> {
    let mut routes = announcement::routes();
    routes.extend(programme::routes());
    routes
}
