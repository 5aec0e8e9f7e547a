//! Programmes: what county or township invites its places to, what each place makes of it, and the tasks of the work plan with what
//! shows that they are done (domain: M02, M52).

mod forms;
mod pages;

use crate::frame::Route;
use civic::people::standing::Action;

/// The routes of programmes and tasks.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/programmes", Action::ReadPublic, pages::list).kept(),
        Route::get("/programmes/new", Action::KeepProgramme, forms::new_form),
        Route::post("/programmes/new", Action::KeepProgramme, forms::new),
        Route::get("/programmes/{id}", Action::ReadPublic, pages::show).kept(),
        Route::get("/programmes/{id}/keep", Action::KeepProgramme, forms::keep_form),
        Route::post("/programmes/{id}/join", Action::KeepProgramme, forms::join),
        Route::post("/programmes/{id}/close", Action::KeepProgramme, forms::close),
        Route::get("/programmes/{id}/task", Action::KeepProgramme, forms::task_form),
        Route::post("/programmes/{id}/task", Action::KeepProgramme, forms::task),
        Route::get("/tasks/{id}", Action::KeepProgramme, forms::task_keep_form),
        Route::post("/tasks/{id}/show", Action::KeepProgramme, forms::show_task),
        Route::post("/tasks/{id}/drop", Action::KeepProgramme, forms::drop_task),
    ]
}
