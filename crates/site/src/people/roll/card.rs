//! A card for somebody without a phone: its code stands on the answer of the press and nowhere else.

use super::person::person;
use crate::frame::{Error, Fields, Page, Result, View, Visit, address, form_digest, form_key_at, see_other};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::id::CardId;
use civic::people::card::{CardCode, issue};
use civic::record::{Entry, Verb};
use store::people::card;
use store::{Quiet, form_key};

#[derive(Template)]
#[template(path = "people/roll/card.html")]
struct CardPage {
    v: View,
    name: String,
    place: String,
    code: String,
    until: String,
    back: String,
    qr: String,
    address: String,
}

pub(super) async fn issue_card(visit: Visit, Path(id): Path<String>, fields: Fields) -> Result<Response> {
    let (person, post) = person(&visit, &id).await?;
    if person.resident.name.is_empty() {
        return Err(Error::Hidden);
    }
    let key = form_key_at(&visit.path, &fields)?;
    let digest = form_digest(&visit.path, &fields);
    let code = CardCode::fresh(&mut visit.app.chance());
    let (own, id, secret, kept) =
        (visit.clone(), person.resident.id, visit.app.code_secret(visit.county.id), code.clone());
    let back = format!("/roll/person/{id}");
    let to = back.clone();
    // As `once`, but the first answer is a page with a code that is kept nowhere: a second press is told to ask for another card.
    let issued = visit
        .app
        .db()
        .write(visit.county.id, move |tx| {
            let owner = own.form_owner();
            if form_key::seen(tx, &owner, key, digest)? != form_key::Seen::Fresh {
                return Ok(tx.commit_quiet(Quiet::Nothing, None));
            }
            form_key::keep(tx, &owner, key, digest, &to, own.now)?;
            let mut chance = own.app.chance();
            let before = card::of_resident(tx, id)?;
            let (new, replaced) = issue(CardId::fresh(own.now, &mut chance), id, &kept, &secret, &before, own.today);
            let mut entries = Vec::new();
            for old in &replaced {
                card::change(tx, old)?;
                entries.push(Entry::of(old, Verb::End, own.actor(post), own.now, &mut chance));
            }
            card::put(tx, &new)?;
            entries.push(Entry::of(&new, Verb::Create, own.actor(post), own.now, &mut chance));
            Ok::<_, Error>(tx.commit(&entries, Some(new.until))?)
        })
        .await?;
    let Some(until) = issued else { return Ok(see_other(&format!("{back}?done=card"))) };
    let w = visit.w();
    let to = address(&visit.app, "/sign-in?by=card");
    let qr = paper::qr::svg(&to, &w.t("card-qr")).map_err(|e| Error::Broken(e.to_string()))?;
    let v = View::new(&visit).sheet("sheet ticket");
    let page = CardPage {
        name: person.resident.name.clone(),
        place: person.path_name(),
        code: code.to_string().replace('-', " "),
        until: w.full_day(&until),
        back,
        qr,
        address: to.split_once("://").map_or(to.clone(), |(_, rest)| rest.to_owned()),
        v,
    };
    Page(page).ok()
}
