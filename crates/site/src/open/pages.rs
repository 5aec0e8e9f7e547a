//! The page that tells people what programs can read here.

use super::describe::description;
use crate::frame::{Page, Result, Route, View, Visit};
use askama::Template;
use axum::response::Response;
use civic::people::standing::{Action, Visibility};

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/open", Action::ReadPublic, show).kept()]
}

#[derive(Template)]
#[template(path = "open/open.html")]
struct OpenPage {
    v: View,
    /// Paths with what stands there, as the description says it.
    paths: Vec<(String, String)>,
}

async fn show(visit: Visit) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let described = description();
    let told = |item: &utoipa::openapi::path::PathItem| {
        item.get.as_ref().and_then(|get| get.summary.clone().or_else(|| get.description.clone())).unwrap_or_default()
    };
    let paths = described.paths.paths.iter().map(|(path, item)| (path.clone(), told(item))).collect();
    Page(OpenPage { paths, v: View::new(&visit) }).ok()
}
