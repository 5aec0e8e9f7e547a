//! Acceptances: entered by one person, confirmed by another, with defects that are mended and looked at again.

mod forms;
mod moves;
mod pages;

pub use pages::{Cell, cell, on_paper};

use crate::frame::Route;
use civic::people::standing::Action;

/// The routes of acceptances.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/projects/{id}/acceptance", Action::ReadPublic, pages::show).kept(),
        Route::get("/projects/{id}/acceptance/new", Action::AcceptWorks, forms::new_form),
        Route::post("/projects/{id}/acceptance/new", Action::AcceptWorks, forms::create).with_files(),
        Route::get("/acceptances/{id}/print", Action::ReadPublic, pages::print),
        Route::get("/acceptances/{id}/paper/{n}", Action::ConfirmWorks, pages::paper),
        Route::post("/acceptances/{id}/confirm", Action::ConfirmWorks, moves::confirm),
        Route::post("/acceptances/{id}/refuse", Action::ConfirmWorks, moves::refuse),
        Route::post("/defects/{id}/mended", Action::KeepWorks, moves::mended),
        Route::post("/defects/{id}/rechecked", Action::ConfirmWorks, moves::rechecked),
        Route::post("/defects/{id}/again", Action::ConfirmWorks, moves::again),
    ]
}
