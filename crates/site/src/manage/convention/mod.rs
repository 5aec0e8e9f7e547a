//! Upkeep conventions: written by the committee, refused where they punish, in force with whoever adopted them, printed for the wall.

mod forms;
mod pages;

use crate::frame::Route;
use civic::people::standing::Action;

/// The routes of conventions.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/f/{number}/convention", Action::KeepFacility, forms::new_form),
        Route::post("/f/{number}/convention", Action::KeepFacility, forms::create),
        Route::get("/conventions/{id}", Action::ReadPublic, pages::show).kept(),
        Route::get("/conventions/{id}/print", Action::ReadPublic, pages::print),
        Route::get("/conventions/{id}/edit", Action::KeepFacility, forms::edit_form),
        Route::post("/conventions/{id}/edit", Action::KeepFacility, forms::edit),
        Route::post("/conventions/{id}/force", Action::KeepFacility, forms::force),
        Route::get("/conventions/{id}/end", Action::KeepFacility, forms::end_form),
        Route::post("/conventions/{id}/end", Action::KeepFacility, forms::end),
    ]
}
