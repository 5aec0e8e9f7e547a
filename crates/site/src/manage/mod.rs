//! Manage together: facilities with their plates, conventions, rosters, and what somebody saw on the way past.

pub mod chain;
pub mod convention;
pub mod facility;
pub mod inspection;
pub mod roster;

use crate::frame::Route;

/// The routes of this stage.
pub fn routes() -> Vec<Route> {
    let mut routes = facility::routes();
    routes.extend(convention::routes());
    routes.extend(roster::routes());
    routes.extend(inspection::routes());
    routes
}
