//! Objections: made on the site by anybody, entered from paper, telephone and talk, answered in public.

mod forms;

use crate::frame::Route;
use civic::people::standing::Action;

/// The routes of objections.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/postings/{id}/object", Action::Object, forms::object_form).returns(),
        Route::post("/postings/{id}/object", Action::Object, forms::object),
        Route::get("/postings/{id}/object-for", Action::RecordObjection, forms::record_form),
        Route::post("/postings/{id}/object-for", Action::RecordObjection, forms::record),
        Route::get("/objections/{id}", Action::AnswerObjection, forms::answer_form),
        Route::post("/objections/{id}", Action::AnswerObjection, forms::answer),
    ]
}
