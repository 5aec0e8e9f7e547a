//! Build together: projects, and what residents give to them.

pub mod acceptance;
pub mod award;
pub mod chain;
pub mod contribution;
pub mod final_account;
pub mod project;
pub mod works;

use crate::frame::Route;

/// The routes of this stage.
pub fn routes() -> Vec<Route> {
    let mut routes = project::routes();
    routes.extend(contribution::routes());
    routes.extend(works::routes());
    routes.extend(acceptance::routes());
    routes.extend(award::routes());
    routes.extend(final_account::routes());
    routes
}
