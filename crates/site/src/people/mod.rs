//! Places and people.

mod helper;
mod mine;
pub mod organisation;
pub mod place;
pub mod practice_base;
mod roll;
mod sign_in;
mod standing;

use crate::frame::Route;

/// The routes of places and people.
pub fn routes() -> Vec<Route> {
    let mut routes = place::routes();
    routes.extend(sign_in::routes());
    routes.extend(helper::routes());
    routes.extend(mine::routes());
    routes.extend(roll::routes());
    routes.extend(standing::routes());
    routes.extend(organisation::routes());
    routes.extend(practice_base::routes());
    routes
}
