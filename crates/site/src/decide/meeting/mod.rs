//! Formal meetings: called with notice, counted by a frozen roll, decided by hands. Their public page shows counts and never names.

mod call;
pub mod chain;
mod list;
mod load;
mod motion;
mod off;
mod pages;
mod roll_freeze;
mod room;
mod sheets;

pub use list::{LineView, line_view, near};
pub(crate) use load::when;

use crate::frame::Route;
use civic::people::standing::Action;

/// The routes of meetings.
pub fn routes() -> Vec<Route> {
    let mut routes = vec![
        Route::get("/meetings", Action::ReadPublic, list::list).kept(),
        Route::get("/meetings/new", Action::Convene, call::new_form),
        Route::post("/meetings/new", Action::Convene, call::new),
        Route::get("/meetings/{id}", Action::ReadPublic, pages::show).kept(),
        Route::get("/meetings/{id}/call", Action::Convene, call::again_form),
        Route::post("/meetings/{id}/call", Action::Convene, call::again),
        Route::get("/meetings/{id}/freeze", Action::Convene, roll_freeze::form),
        Route::post("/meetings/{id}/freeze", Action::Convene, roll_freeze::freeze),
        Route::get("/meetings/{id}/off", Action::Convene, off::form),
        Route::post("/meetings/{id}/off", Action::Convene, off::off),
        Route::post("/meetings/{id}/reconvene", Action::Convene, off::reconvene),
        Route::get("/meetings/{id}/notice", Action::ReadPublic, sheets::notice).kept(),
        Route::get("/meetings/{id}/sign-in", Action::KeepMeeting, sheets::sign_in),
        Route::get("/meetings/{id}/tally", Action::KeepMeeting, sheets::tally),
        Route::get("/meetings/{id}/minutes", Action::KeepMeeting, sheets::minutes),
    ];
    routes.extend(room::routes());
    routes.extend(motion::routes());
    routes
}
