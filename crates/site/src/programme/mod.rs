//! What county and township do with the places below.

pub mod announcement;

use crate::frame::Route;

/// The routes of programmes and announcements.
pub fn routes() -> Vec<Route> {
    announcement::routes()
}
