//! Share together: who has something of a matter, what others learn from it, and thanks.

mod benefit;
mod case;
pub mod chain;
mod honour;

use crate::frame::Route;

pub use honour::sweep;

/// The routes of this stage.
pub fn routes() -> Vec<Route> {
    let mut routes = benefit::routes();
    routes.extend(case::routes());
    routes.extend(honour::routes());
    routes
}
