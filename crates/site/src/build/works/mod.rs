//! The works diary: kept by the committee and its facilitators, read by everybody.

mod pages;

use crate::frame::Route;
use civic::people::standing::Action;

/// The routes of the diary.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/projects/{id}/works", Action::ReadPublic, pages::list).kept(),
        Route::get("/projects/{id}/works/new", Action::KeepWorks, pages::new_form),
        Route::post("/projects/{id}/works/new", Action::KeepWorks, pages::create).with_files(),
        Route::get("/works/{id}/photo/{n}", Action::ReadPublic, pages::photo),
    ]
}
