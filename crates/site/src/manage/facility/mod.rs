//! Facilities: the register, the page of each one, and the plate that hangs at it.

mod forms;
mod list;
mod load;
mod pages;

pub use load::{Loaded, by_number, load, number_of};

use crate::frame::Route;
use civic::people::standing::Action;

/// The routes of facilities.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/facilities", Action::ReadPublic, list::list).kept(),
        Route::get("/m/{number}/facility", Action::KeepFacility, forms::of_matter),
        Route::post("/m/{number}/facility", Action::KeepFacility, forms::of_matter_send),
        Route::get("/p/{code}/facility", Action::KeepFacility, forms::of_place),
        Route::post("/p/{code}/facility", Action::KeepFacility, forms::of_place_send),
        Route::get("/f/{number}", Action::ReadPublic, pages::show).kept(),
        Route::get("/f/{number}/photo/{n}", Action::ReadPublic, pages::photo),
        Route::get("/f/{number}/plate", Action::ReadPublic, pages::plate),
        Route::get("/f/{number}/edit", Action::KeepFacility, forms::edit_form),
        Route::post("/f/{number}/edit", Action::KeepFacility, forms::edit),
        Route::post("/f/{number}/photos", Action::KeepFacility, forms::picture).with_files(),
        Route::post("/f/{number}/close", Action::KeepFacility, forms::close),
        Route::post("/f/{number}/reopen", Action::KeepFacility, forms::reopen),
        Route::post("/f/{number}/remove", Action::KeepFacility, forms::remove),
    ]
}
