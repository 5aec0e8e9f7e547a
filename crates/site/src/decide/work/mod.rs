//! Work lists: what is due at one's place, the same list for the committee and for those who look after it.

mod pages;

use crate::frame::Route;
use civic::people::standing::Action;

/// The routes of work lists.
pub fn routes() -> Vec<Route> {
    vec![Route::get("/work", Action::ReadWork, pages::list), Route::get("/work.csv", Action::ReadWork, pages::csv)]
}
