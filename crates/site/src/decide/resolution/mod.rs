//! Resolutions: made from a motion that passed, certified by the signed paper, read by everybody.

pub mod chain;
mod forms;
mod pages;
mod recount;
pub mod why;

pub use pages::{Loaded, load};
pub use recount::follow;

use crate::frame::Route;
use civic::people::standing::Action;

/// The routes of resolutions.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/r/{id}", Action::ReadPublic, pages::show).kept(),
        Route::get("/r/{id}/scan/{n}", Action::KeepMeeting, pages::scan),
        Route::get("/m/{number}/resolve", Action::Post, forms::resolve_form),
        Route::post("/m/{number}/resolve", Action::Post, forms::resolve),
        Route::get("/r/{id}/certify", Action::KeepMeeting, forms::certify_form),
        Route::post("/r/{id}/certify", Action::KeepMeeting, forms::certify).with_files(),
    ]
}
