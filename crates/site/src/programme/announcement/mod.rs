//! Announcements: written in the name of a county, a township or a village, shown at every place below, questioned by anybody and
//! answered in public. Nothing here knows who read one (domain: M46, M55, AF1).

mod forms;
mod list;
mod pages;
mod question;
mod sheets;

pub(crate) use list::{Near, near};

use crate::frame::Route;
use civic::people::standing::Action;

/// The routes of announcements and the questions about them.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/announcements", Action::ReadPublic, list::list).kept(),
        Route::get("/announcements/new", Action::Announce, forms::new_form),
        Route::post("/announcements/new", Action::Announce, forms::new),
        Route::get("/announcements/{id}", Action::ReadPublic, pages::show).kept(),
        Route::get("/announcements/{id}/print", Action::ReadPublic, sheets::board).kept(),
        Route::get("/announcements/{id}/loud", Action::ReadPublic, sheets::loud).kept(),
        Route::get("/announcements/{id}/correct", Action::Announce, forms::correct_form),
        Route::post("/announcements/{id}/correct", Action::Announce, forms::correct),
        Route::get("/announcements/{id}/end", Action::Announce, forms::end_form),
        Route::post("/announcements/{id}/end", Action::Announce, forms::end),
        Route::get("/announcements/{id}/ask", Action::AskQuestion, question::ask_form).returns(),
        Route::post("/announcements/{id}/ask", Action::AskQuestion, question::ask),
        Route::get("/announcements/{id}/ask-for", Action::RecordQuestion, question::ask_for_form),
        Route::post("/announcements/{id}/ask-for", Action::RecordQuestion, question::ask_for),
        Route::get("/questions/{id}", Action::Announce, question::answer_form),
        Route::post("/questions/{id}", Action::Announce, question::answer),
        Route::post("/questions/{id}/told", Action::Announce, question::told),
        Route::get("/q/{code}", Action::ReadPublic, question::slip),
        Route::post("/q/{code}/withdraw", Action::AskQuestion, question::withdraw),
    ]
}
