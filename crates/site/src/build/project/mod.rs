//! Projects: written by the committee, published with budget and sources, changed by orders that everybody reads.

mod forms;
mod load;
mod moves;
mod pages;
mod rows;

pub use load::{Loaded, id_of, load};
pub use pages::{LedgerRow, size};

use crate::frame::Route;
use civic::people::standing::Action;

/// The routes of projects.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/m/{number}/project", Action::PlanProject, forms::new_form),
        Route::post("/m/{number}/project", Action::PlanProject, forms::create),
        Route::get("/projects/{id}", Action::ReadPublic, pages::show).kept(),
        Route::get("/projects/{id}/edit", Action::PlanProject, forms::edit_form),
        Route::post("/projects/{id}/edit", Action::PlanProject, forms::edit),
        Route::post("/projects/{id}/publish", Action::PlanProject, moves::publish),
        Route::get("/projects/{id}/change", Action::PlanProject, forms::order_form),
        Route::post("/projects/{id}/change", Action::PlanProject, forms::order),
        Route::get("/projects/{id}/state", Action::PlanProject, moves::state_form),
        Route::post("/projects/{id}/begin", Action::PlanProject, moves::begin),
        Route::post("/projects/{id}/built", Action::PlanProject, moves::built),
        Route::post("/projects/{id}/stop", Action::PlanProject, moves::stop),
    ]
}
