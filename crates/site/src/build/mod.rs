//! Build together: projects, and what residents give to them.

pub mod chain;
pub mod contribution;
pub mod project;

use crate::frame::Route;

/// The routes of this stage.
pub fn routes() -> Vec<Route> {
    let mut routes = project::routes();
    routes.extend(contribution::routes());
    routes
}
