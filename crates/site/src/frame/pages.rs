//! The frame's own pages: health, assets, language and look.

use super::layout::own_path;
use super::once::see_other;
use super::{App, Fields, Lang, Result, Route, Visit, assets};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use civic::people::standing::{Action, Visibility};

/// The frame's routes.
pub fn routes() -> Vec<Route> {
    vec![Route::get("/assets/{name}", Action::EnterSite, assets::get), Route::get("/set", Action::EnterSite, set)]
}

/// The two questions of whoever keeps the program running, answered under every host name and before there is a county: whether it
/// lives (`/healthz`: if not, start it again), and whether it can serve (`/readyz`: if not, send nobody here, but let it be).
/// `None` for any other path.
pub(super) async fn health(app: &App, path: &str, request_id: &str) -> Option<Response> {
    let (status, said) = match path {
        "/healthz" => (StatusCode::OK, "ok\n"),
        "/readyz" => match app.db().shared(|tx| store::people::county::all(tx).map(|all| all.is_empty())).await {
            Ok(false) => (StatusCode::OK, "ok\n"),
            Ok(true) => (StatusCode::SERVICE_UNAVAILABLE, "no county yet\n"),
            Err(error) => {
                tracing::warn!(request = request_id, %error, "not ready");
                (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
            }
        },
        _ => return None,
    };
    Some((status, said).into_response())
}

/// Language, look and theme: plain links, kept in cookies for a year; they say nothing of a person.
async fn set(visit: Visit, fields: Fields) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let mut response = see_other(own_path(fields.value("back")));
    let known = [
        ("lang", Lang::parse(fields.value("lang")).map(Lang::tag)),
        ("look", ["plain", "elder", "max"].into_iter().find(|v| *v == fields.value("look"))),
        ("theme", ["system", "light", "dark"].into_iter().find(|v| *v == fields.value("theme"))),
    ];
    for (name, value) in known {
        if let Some(value) = value {
            let cookie = format!("{name}={value}; Path=/; Max-Age=31536000; SameSite=Lax");
            if let Ok(cookie) = HeaderValue::try_from(cookie) {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
        }
    }
    Ok(response)
}
