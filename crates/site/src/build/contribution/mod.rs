//! What people give to projects: promised by themselves or on paper, written down when it arrives, confirmed by a second person, and read
//! by everybody in three ledgers.

mod book;
mod form;
mod keep;
mod mine;
mod pledge;
mod words;

pub use words::in_words;

use crate::frame::Route;
use civic::people::standing::Action;

/// The routes of contributions.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/projects/{id}/book", Action::ReadPublic, book::show).kept(),
        Route::get("/projects/{id}/pledge", Action::Contribute, pledge::form),
        Route::post("/projects/{id}/pledge", Action::Contribute, pledge::pledge),
        Route::get("/projects/{id}/pledge/print", Action::ReadPublic, pledge::sheet),
        Route::get("/projects/{id}/gifts", Action::KeepBook, keep::list),
        Route::get("/projects/{id}/gifts/new", Action::KeepBook, keep::enter_form),
        Route::post("/projects/{id}/gifts/new", Action::KeepBook, keep::enter),
        Route::get("/gifts/{id}", Action::KeepBook, keep::show),
        Route::post("/gifts/{id}/receive", Action::KeepBook, keep::receive),
        Route::post("/gifts/{id}/confirm", Action::ConfirmContribution, keep::confirm),
        Route::post("/gifts/{id}/strike", Action::KeepBook, keep::strike),
        Route::post("/gifts/{id}/return", Action::KeepBook, keep::give_back),
        Route::post("/gifts/{id}/unname", Action::KeepBook, keep::unname),
        Route::get("/mine/gifts", Action::OwnThings, mine::list),
        Route::post("/mine/gifts/{id}/take-back", Action::OwnThings, mine::take_back),
        Route::post("/mine/gifts/{id}/name", Action::OwnThings, mine::name),
    ]
}
