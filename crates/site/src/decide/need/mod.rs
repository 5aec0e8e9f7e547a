//! Needs: raised by anybody, looked up by the slip, handled by the committee.

mod arrive;
mod handle;
mod intake;
mod slip;
mod voice;
mod work;

pub(crate) use handle::fresh_number;
pub(crate) use intake::opinion_link;
pub(crate) use slip::{Whose, whose};

use crate::frame::Route;
use civic::people::standing::Action;

/// The routes of needs.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/need", Action::RaiseNeed, intake::form).returns(),
        Route::post("/need", Action::RaiseNeed, intake::send).with_files(),
        Route::get("/need/help", Action::HelpRaise, intake::help_form),
        Route::post("/need/help", Action::HelpRaise, intake::help_send).with_files(),
        Route::post("/needs/alike", Action::ReadPublic, intake::alike),
        Route::get("/needs", Action::ReadNeeds, work::list),
        Route::get("/needs/answers", Action::ReadNeeds, arrive::list),
        Route::get("/needs/answers/print", Action::ReadNeeds, arrive::paper),
        Route::post("/needs/answers", Action::HandleNeeds, arrive::tick),
        Route::get("/needs/{id}", Action::ReadNeeds, handle::show),
        Route::get("/needs/{id}/voice", Action::ReadNeeds, handle::listen),
        Route::post("/needs/{id}/sort", Action::HandleNeeds, handle::sort),
        Route::post("/needs/{id}/merge", Action::HandleNeeds, handle::merge),
        Route::post("/needs/{id}/answer", Action::HandleNeeds, handle::reply),
        Route::post("/needs/{id}/arrived", Action::HandleNeeds, handle::arrive),
        Route::get("/look-up", Action::ReadPublic, slip::look_up),
        Route::post("/look-up", Action::ReadPublic, slip::look),
        Route::get("/s/{code}", Action::ReadPublic, slip::show),
        Route::get("/s/{code}/slip", Action::ReadPublic, slip::paper),
        Route::post("/s/{code}/same", Action::RaiseNeed, slip::same),
        Route::post("/s/{code}/withdraw", Action::RaiseNeed, slip::withdraw),
    ]
}
