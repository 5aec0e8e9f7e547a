//! Practice bases: a list by place, the page of one with whom it serves, and the forms (domain: M59, M60).

mod forms;
mod pages;

use crate::frame::Route;
use civic::people::standing::Action;

/// The routes of practice bases.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/bases", Action::ReadPublic, pages::list).kept(),
        Route::get("/bases/new", Action::KeepOrganisation, forms::new_form),
        Route::post("/bases/new", Action::KeepOrganisation, forms::new),
        Route::get("/bases/{id}", Action::ReadPublic, pages::show).kept(),
        Route::get("/bases/{id}/keep", Action::KeepOrganisation, forms::keep_form),
        Route::post("/bases/{id}/change", Action::KeepOrganisation, forms::change),
        Route::post("/bases/{id}/move", Action::KeepOrganisation, forms::move_on),
    ]
}
