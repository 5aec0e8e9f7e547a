//! Awards in place of subsidy: what each scheme in force would give with every number of its formula shown, claims of awards, and what was
//! paid of them. The program reckons and writes down; no money moves through it.

mod claim;
mod known;
mod pages;
mod pay;
mod words;

pub use words::scheme_words;

use crate::frame::Route;
use civic::people::standing::Action;

/// The routes of awards.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/awards", Action::ReadPublic, pages::schemes),
        Route::get("/projects/{id}/award", Action::ReadPublic, pages::show),
        Route::get("/projects/{id}/award/claim", Action::ClaimAward, claim::new_form),
        Route::post("/projects/{id}/award/claim", Action::ClaimAward, claim::create),
        Route::get("/claims/{id}", Action::ReadPublic, claim::show),
        Route::post("/claims/{id}/approve", Action::DecideAward, claim::approve),
        Route::post("/claims/{id}/refuse", Action::DecideAward, claim::refuse),
        Route::get("/claims/{id}/pay", Action::DecideAward, pay::new_form),
        Route::post("/claims/{id}/pay", Action::DecideAward, pay::create),
        Route::post("/claims/{id}/confirm", Action::ConfirmAward, pay::confirm),
        Route::post("/claims/{id}/dispute", Action::ConfirmAward, pay::dispute),
    ]
}
