//! Rosters: opened by the committee, joined by choice, printed for the board.

mod forms;
mod pages;
mod turns;

use crate::frame::Route;
use civic::people::standing::Action;

/// The routes of rosters.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/f/{number}/roster", Action::KeepFacility, forms::new_form),
        Route::post("/f/{number}/roster", Action::KeepFacility, forms::create),
        Route::get("/rosters/{id}", Action::ReadPublic, pages::show).kept(),
        Route::get("/rosters/{id}/print", Action::KeepFacility, pages::print),
        Route::get("/rosters/{id}/slots", Action::KeepFacility, forms::slots_form),
        Route::post("/rosters/{id}/slots", Action::KeepFacility, forms::slots),
        Route::post("/rosters/{id}/close", Action::KeepFacility, forms::close),
        Route::post("/rosters/{id}/slots/{slot}/off", Action::KeepFacility, forms::call_off),
        Route::post("/rosters/{id}/slots/{slot}/take", Action::SignUp, turns::take),
        Route::post("/rosters/{id}/slots/{slot}/over", Action::SignUp, turns::take_over),
        Route::post("/rosters/{id}/slots/{slot}/offer", Action::SignUp, turns::offer),
        Route::post("/rosters/{id}/slots/{slot}/leave", Action::SignUp, turns::leave),
    ]
}
