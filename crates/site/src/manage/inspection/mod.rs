//! Notes of what somebody saw: by anybody at the facility's page, answered by who looks after it, read by the code of a slip.

mod handle;
mod report;

use crate::frame::Route;
use civic::people::standing::Action;

/// The routes of notes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/f/{number}/report", Action::ReportFault, report::form).returns(),
        Route::post("/f/{number}/report", Action::ReportFault, report::send).with_files(),
        Route::get("/reports/{code}", Action::ReadPublic, report::slip),
        Route::get("/faults/{id}", Action::KeepFacility, handle::show),
        Route::get("/faults/{id}/photo", Action::KeepFacility, handle::photo),
        Route::post("/faults/{id}/answer", Action::KeepFacility, handle::answer),
        Route::post("/faults/{id}/mend", Action::KeepFacility, handle::mend),
        Route::post("/faults/{id}/dismiss", Action::KeepFacility, handle::dismiss),
    ]
}
