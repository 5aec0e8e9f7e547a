//! The frame's own pages: health, assets, language and look.

use super::layout::own_path;
use super::once::see_other;
use super::{Fields, Lang, Result, Route, Visit, assets};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use civic::people::standing::{Action, Visibility};

/// The frame's routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/healthz", Action::EnterSite, health),
        Route::get("/assets/{name}", Action::EnterSite, assets::get),
        Route::get("/set", Action::EnterSite, set),
    ]
}

/// Whether the database answers.
async fn health(visit: Visit) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    visit.app.db().shared(|tx| store::people::county::all(tx).map(|_| ())).await?;
    Ok("ok\n".into_response())
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
