//! Decide together.

pub mod matter;
pub mod meeting;
pub mod need;
pub mod objection;
pub mod posting;
pub mod resolution;
pub mod talk;
pub mod topic;
pub mod work;

use crate::frame::Route;

/// The routes of this stage.
pub fn routes() -> Vec<Route> {
    let mut routes = matter::routes();
    routes.extend(topic::routes());
    routes.extend(meeting::routes());
    routes.extend(talk::routes());
    routes.extend(need::routes());
    routes.extend(resolution::routes());
    routes.extend(posting::routes());
    routes.extend(objection::routes());
    routes.extend(work::routes());
    routes
}
