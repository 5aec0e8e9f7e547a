//! Organisations: a public register by place and kind, what each of them does, and how far associations are where they should be. Of
//! members there is nothing (domain: M34-M38, M57, M65, M66, E1).

mod activities;
mod coverage;
mod forms;
mod pages;
mod register;

pub(crate) use forms::{Ground, chosen, ground};

use crate::frame::Route;
use civic::people::standing::Action;

/// The routes of organisations.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/organisations", Action::ReadPublic, register::list).kept(),
        Route::get("/organisations/new", Action::KeepOrganisation, forms::new_form),
        Route::post("/organisations/new", Action::KeepOrganisation, forms::new),
        Route::get("/organisations/{id}", Action::ReadPublic, pages::show).kept(),
        Route::get("/organisations/{id}/keep", Action::KeepOrganisation, forms::keep_form),
        Route::post("/organisations/{id}/change", Action::KeepOrganisation, forms::change),
        Route::post("/organisations/{id}/move", Action::KeepOrganisation, forms::move_on),
        Route::get("/organisations/{id}/activity", Action::KeepOrganisation, activities::new_form),
        Route::post("/organisations/{id}/activity", Action::KeepOrganisation, activities::new),
        Route::get("/activities/{id}", Action::KeepOrganisation, activities::keep_form),
        Route::post("/activities/{id}/held", Action::KeepOrganisation, activities::held),
        Route::post("/activities/{id}/strike", Action::KeepOrganisation, activities::strike),
        Route::get("/coverage", Action::ReadPublic, coverage::show).kept(),
        Route::get("/coverage/judge", Action::KeepOrganisation, coverage::judge_form),
        Route::post("/coverage/judge", Action::KeepOrganisation, coverage::judge),
    ]
}
