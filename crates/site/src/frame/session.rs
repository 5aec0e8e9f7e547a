//! Sessions: a random token in a `__Host-` cookie, its digest in the table.

use super::app::App;
use super::error::Result;
use super::visit::Visit;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use civic::id::{AccountId, Chance, CountyId, ResidentId};
use civic::time::Timestamp;
use sha2::{Digest, Sha256};
use store::people::session::{self, Session};
pub use store::people::signed::Signed;
use store::{Quiet, Tx};

/// The cookie's name. `__Host-` makes the browser keep it to this host, this path and secure connections.
pub const SESSION_COOKIE: &str = "__Host-wugong";
/// A session ends after this long without use.
pub(super) const IDLE_MS: i64 = 30 * 86_400_000;
/// A session ends after this long whatever happens.
pub(super) const ABSOLUTE_MS: i64 = 180 * 86_400_000;
/// Staff sessions end sooner: they open other people's data.
pub(super) const STAFF_IDLE_MS: i64 = 12 * 3_600_000;
/// How exactly the last use is noted, so that reading a page is seldom a write.
pub(super) const SEEN_MS: i64 = 10 * 60_000;

/// The digest of a token, by which its session is found.
pub fn token_digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// Begins a session inside a unit of work and answers the cookie's token.
pub fn begin_session(
    tx: &mut Tx<'_>,
    account: AccountId,
    resident: Option<ResidentId>,
    now: Timestamp,
    chance: &mut dyn Chance,
) -> store::Result<String> {
    let token: String = chance.token().iter().map(|b| format!("{b:02x}")).collect();
    let row = Session { id: token_digest(&token), account, resident, created_at: now, seen_at: now };
    session::put(tx, &row)?;
    Ok(token)
}

/// Sets the session's cookie on a response.
pub fn with_session(mut response: Response, token: &str) -> Response {
    let cookie =
        format!("{SESSION_COOKIE}={token}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={}", ABSOLUTE_MS / 1000);
    if let Ok(value) = HeaderValue::try_from(cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

/// Ends the visitor's session and takes the cookie away.
pub async fn end_session(visit: &Visit, mut response: Response) -> Result<Response> {
    if let Some(signed) = &visit.signed {
        let id = signed.session.id;
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
    let id = token_digest(token);
    let signed = app
        .db()
        .read(county, move |tx| {
            store::people::signed::load(tx, id, today, now.plus_millis(-IDLE_MS), now.plus_millis(-ABSOLUTE_MS))
                .map_err(super::Error::from)
        })
        .await?;
    let Some(signed) = signed else { return Ok(None) };
    if signed.account_kind == "staff" && signed.session.seen_at < now.plus_millis(-STAFF_IDLE_MS) {
        return Ok(None);
    }
    if signed.session.seen_at < now.plus_millis(-SEEN_MS) {
        app.db()
            .write(county, move |tx| {
                session::seen(tx, id, now)?;
                Ok::<_, super::Error>(tx.commit_quiet(Quiet::Session, ()))
            })
            .await?;
    }
    Ok(Some(signed))
}
