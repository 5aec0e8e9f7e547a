//! Pages of this part of the method.

use crate::frame::Route;

/// The routes of this part.
pub fn routes() -> Vec<Route> {
    Vec::new()
}
