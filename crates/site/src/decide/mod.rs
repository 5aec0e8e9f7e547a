//! Decide together.

pub mod matter;

use crate::frame::Route;

/// The routes of this stage.
pub fn routes() -> Vec<Route> {
    matter::routes()
}
