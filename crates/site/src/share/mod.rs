//! Share together: who has something of a matter, and what others learn from it.

mod benefit;
mod case;
pub mod chain;

use crate::frame::Route;

/// The routes of this stage.
pub fn routes() -> Vec<Route> {
    let mut routes = benefit::routes();
    routes.extend(case::routes());
    routes
}
