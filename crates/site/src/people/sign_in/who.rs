//! Who one is, where a phone serves several people of a family.

use crate::frame::{Error, Fields, Page, Result, SENT, Sent, View, Visit, own_path, see_other, signed_in_page};
use askama::Template;
use axum::response::Response;
use civic::id::ResidentId;
use civic::people::standing::Visibility;
use store::Quiet;
use store::people::{account, session};

#[derive(Template)]
#[template(path = "people/sign_in/who.html")]
struct WhoPage {
    v: View,
    back: String,
    people: Vec<(String, String)>,
    /// A form that waits for the sign-in.
    carried: String,
}

/// Asks who it is of somebody who has just signed in and whose form waits.
pub(super) fn carry(visit: &Visit, token: &str, serves: &[(ResidentId, String)], carried: &str) -> Result<Response> {
    let people = serves.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    let mut v = View::new(visit);
    v.csrf = visit.csrf_of(token);
    Page(WhoPage { v, back: "/".to_owned(), people, carried: carried.to_owned() }).ok()
}

pub(super) async fn ask(visit: Visit, fields: Fields) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let (id, today) = (visit.account()?, visit.today);
    let serves =
        visit.app.db().read(visit.county.id, move |tx| account::serves(tx, id, today).map_err(Error::from)).await?;
    let back = own_path(fields.value("back"));
    if serves.is_empty() {
        return Ok(see_other(back));
    }
    let people = serves.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
    Page(WhoPage { v: View::new(&visit), back: back.to_owned(), people, carried: String::new() }).ok()
}

pub(super) async fn choose(visit: Visit, fields: Fields) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let signed = visit.signed.clone().ok_or(Error::SignIn)?;
    let resident = ResidentId::parse(fields.value("resident")).ok_or(Error::Malformed)?;
    let own = visit.clone();
    visit
        .app
        .db()
        .write(visit.county.id, move |tx| {
            let account = account::get(tx, signed.account)?;
            let links = account::links(tx, signed.account)?;
            // Somebody who is not served is not known here.
            let chosen = account.choose(resident, &links, own.today).map_err(|_| Error::Hidden)?;
            session::choose(tx, signed.session.hash, Some(chosen), None)?;
            Ok::<_, Error>(tx.commit_quiet(Quiet::Session, ()))
        })
        .await?;
    match (Sent::unseal(&visit, fields.value(SENT)), visit.session_token()) {
        (Some(sent), Some(token)) => signed_in_page(&visit, token, &sent),
        _ => Ok(see_other(own_path(fields.value("back")))),
    }
}
