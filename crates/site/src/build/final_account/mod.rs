//! Final accounts: written by the committee from the books, checked by the supervision committee, hung out for everybody.

mod forms;
mod pages;

pub use pages::rest_words;

use crate::frame::Route;
use civic::people::standing::Action;

/// The routes of final accounts.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/projects/{id}/account", Action::ReadPublic, pages::show),
        Route::get("/projects/{id}/account/new", Action::KeepAccount, forms::new_form),
        Route::post("/projects/{id}/account/new", Action::KeepAccount, forms::create),
        Route::get("/final-accounts/{id}/print", Action::ReadPublic, pages::print),
        Route::post("/final-accounts/{id}/check", Action::CheckAccount, forms::check),
        Route::post("/final-accounts/{id}/refuse", Action::CheckAccount, forms::refuse),
    ]
}
