//! Decide together.

pub mod matter;
pub mod need;
pub mod talk;
pub mod topic;

use crate::frame::Route;

/// The routes of this stage.
pub fn routes() -> Vec<Route> {
    let mut routes = matter::routes();
    routes.extend(topic::routes());
    routes.extend(talk::routes());
    routes.extend(need::routes());
    routes
}
