//! "Try it as": one press signs a visitor of the demo in as somebody who was made for it. Elsewhere these pages are not there.

use super::sign_in;
use crate::frame::{Error, Fields, Page, Result, View, Visit};
use askama::Template;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use civic::people::account::AccountKind;
use civic::people::sign_in::Lasting;
use civic::people::standing::Visibility;
use store::Quiet;
use store::people::account::{self, DemoRole};

/// The part that reads large type.
const ELDER: &str = "demo-elder";

#[derive(Template)]
#[template(path = "people/sign_in/demo.html")]
struct DemoPage {
    v: View,
    roles: Vec<RoleView>,
}

struct RoleView {
    role: &'static str,
    title: String,
    text: String,
}

async fn known(visit: &Visit) -> Result<Vec<DemoRole>> {
    if !visit.app.setup().demo {
        return Err(Error::Hidden);
    }
    let today = visit.today;
    visit.app.db().read(visit.county.id, move |tx| account::demo_roles(tx, today).map_err(Error::from)).await
}

pub(super) async fn roles(visit: Visit) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let w = visit.w();
    let roles = known(&visit)
        .await?
        .into_iter()
        .map(|one| RoleView {
            title: w.t(&format!("{}-title", one.role)),
            text: w.t2("demo-role", "name", one.name, "place", one.place_name),
            role: one.role,
        })
        .collect();
    Page(DemoPage { v: View::new(&visit), roles }).ok()
}

pub(super) async fn play(visit: Visit, fields: Fields) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let roles = known(&visit).await?;
    let was = visit.signed.as_ref().map(|s| s.account);
    let from_elder = roles.iter().any(|one| one.role == ELDER && Some(one.account) == was);
    let role = roles.into_iter().find(|one| one.role == fields.value("role")).ok_or(Error::Hidden)?;
    let own = visit.clone();
    let id = role.account;
    let to = if role.kind == AccountKind::Staff { "/work" } else { "/" };
    let signed = visit
        .app
        .db()
        .write(visit.county.id, move |tx| {
            let signed = sign_in(tx, &own, id, Lasting::Short, to, &mut own.app.chance())?;
            Ok::<_, Error>(tx.commit_quiet(Quiet::Session, signed))
        })
        .await?;
    let mut response = signed.response();
    // The elderly resident reads large type; everybody else what the visitor had chosen.
    let look = match (role.role == ELDER, from_elder) {
        (true, _) => Some("look=elder; Path=/; Max-Age=31536000; SameSite=Lax"),
        (false, true) => Some("look=plain; Path=/; Max-Age=31536000; SameSite=Lax"),
        (false, false) => None,
    };
    if let Some(look) = look {
        response.headers_mut().append(header::SET_COOKIE, HeaderValue::from_static(look));
    }
    Ok(response)
}
