//! Postings: hung out for their full days, corrected with their history, never withdrawn. There is no route that ends one early.

pub mod diff;
mod forms;
mod list;
mod pages;
mod sheet;
mod sweep;

pub use list::{Near, near};
pub(crate) use pages::{id_of, load_posting};
pub use sweep::sweep;

use crate::frame::Route;
use civic::people::standing::Action;

/// The routes of postings.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/postings", Action::ReadPublic, list::list).kept(),
        Route::get("/postings/{id}", Action::ReadPublic, pages::show).kept(),
        Route::get("/postings/{id}/print", Action::ReadPublic, sheet::print).kept(),
        Route::get("/postings/{id}/answers", Action::ReadPublic, sheet::answers).kept(),
        Route::get("/r/{id}/post", Action::Post, forms::post_form),
        Route::post("/r/{id}/post", Action::Post, forms::post),
        Route::get("/postings/{id}/correct", Action::Post, forms::correct_form),
        Route::post("/postings/{id}/correct", Action::Post, forms::correct),
        Route::get("/postings/{id}/take-down", Action::Post, forms::take_down_form),
        Route::post("/postings/{id}/take-down", Action::Post, forms::take_down),
    ]
}
