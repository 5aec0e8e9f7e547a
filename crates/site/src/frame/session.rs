//! Sessions: a random token in a `__Host-` cookie, its digest in the table.

use super::app::App;
use super::error::Result;
use super::visit::Visit;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use civic::hex::{hex, unhex_exact};
use civic::id::{AccountId, Chance, CountyId, ResidentId};
use civic::people::sign_in::{self, Lasting, Session, token_hash};
use civic::time::Timestamp;
use std::time::Duration;
use store::people::session;
pub use store::people::signed::Signed;
use store::{Quiet, Tx};

/// The cookie's name. `__Host-` makes the browser keep it to this host, this path and secure connections.
pub const SESSION_COOKIE: &str = "__Host-wugong";

/// Begins a session inside a unit of work and answers the cookie's token.
pub fn begin_session(
    tx: &mut Tx<'_>,
    account: AccountId,
    resident: Option<ResidentId>,
    lasting: Lasting,
    now: Timestamp,
    chance: &mut dyn Chance,
) -> store::Result<String> {
    let (token, row) = sign_in::begin_session(account, lasting, now, chance);
    session::put(tx, &Session { resident, ..row })?;
    Ok(hex(&token))
}

/// How long a reader waits for the note that the session was used. The unit goes on when nobody waits for it.
const NOTE_WAIT: Duration = Duration::from_millis(500);

/// Sets the session's cookie on a response. A short session's cookie goes when the browser is closed.
pub fn with_session(mut response: Response, token: &str, lasting: Lasting) -> Response {
    let age = match lasting {
        Lasting::Long => format!("; Max-Age={}", lasting.absolute_seconds()),
        Lasting::Short => String::new(),
    };
    let cookie = format!("{SESSION_COOKIE}={token}; Path=/; Secure; HttpOnly; SameSite=Lax{age}");
    if let Ok(value) = HeaderValue::try_from(cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

/// Ends the visitor's session and takes the cookie away.
pub async fn end_session(visit: &Visit, mut response: Response) -> Result<Response> {
    if let Some(signed) = &visit.signed {
        let id = signed.session.hash;
        visit
            .app
            .db()
            .write(visit.county.id, move |tx| {
                session::end(tx, id)?;
                Ok::<_, super::Error>(tx.commit_quiet(Quiet::Session, ()))
            })
            .await?;
    }
    let gone = format!("{SESSION_COOKIE}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
    if let Ok(value) = HeaderValue::try_from(gone) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    Ok(response)
}

/// Loads who is behind a token, and notes the use when the last note is old.
pub(super) async fn load(
    app: &App,
    county: CountyId,
    token: &str,
    now: Timestamp,
    today: civic::time::Day,
) -> Result<Option<Signed>> {
    let Some(token) = unhex_exact(token) else { return Ok(None) };
    let hash = token_hash(&token);
    let signed = app
        .db()
        .read(county, move |tx| store::people::signed::load(tx, hash, today, now).map_err(super::Error::from))
        .await?;
    let Some(signed) = signed else { return Ok(None) };
    if let Some(noted) = signed.session.note(now) {
        let noting = app.db().write(county, move |tx| {
            session::note(tx, &noted)?;
            Ok::<_, super::Error>(tx.commit_quiet(Quiet::Session, ()))
        });
        // Nobody waits for the note and nobody is turned away without it: a later request makes it.
        match tokio::time::timeout(NOTE_WAIT, noting).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(?error, "the use of a session could not be noted"),
            Err(_) => tracing::warn!("the use of a session is noted late"),
        }
    }
    Ok(Some(signed))
}
