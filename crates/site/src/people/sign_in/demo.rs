//! "Try it as": one press signs a visitor of the demo in as somebody who was made for it; another lets days pass, for a notice and a
//! posting take theirs. Elsewhere these pages are not there.

use super::sign_in;
use crate::frame::{Error, Fields, Page, Result, View, Visit, see_other};
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
/// How many days one press lets pass: one; a notice or an answer; a posting of fifteen full days.
const STEPS: [u32; 3] = [1, 5, 16];

#[derive(Template)]
#[template(path = "people/sign_in/demo.html")]
struct DemoPage {
    v: View,
    roles: Vec<RoleView>,
    days: Option<DaysView>,
}

/// The form that lets days pass.
struct DaysView {
    now: String,
    before: u32,
    /// Each number with its words.
    steps: Vec<(u32, String)>,
    /// No more can pass.
    enough: bool,
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
    Page(page(&visit, false).await?).ok()
}

async fn page(visit: &Visit, enough: bool) -> Result<DemoPage> {
    let w = visit.w();
    let roles = known(visit)
        .await?
        .into_iter()
        .map(|one| RoleView {
            title: w.t(&format!("{}-title", one.role)),
            text: w.t2("demo-role", "name", one.name, "place", one.place_name),
            role: one.role,
        })
        .collect();
    let days = visit.app.setup().passage.as_ref().map(|passage| DaysView {
        now: w.t1("demo-strip-day", "day", w.full_day(&visit.today)),
        before: passage.days(),
        steps: STEPS.iter().map(|n| (*n, w.t1("demo-days-pass", "days", *n))).collect(),
        enough,
    });
    Ok(DemoPage { v: View::new(visit), roles, days })
}

pub(super) async fn pass(visit: Visit, fields: Fields) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let passage = visit.app.setup().passage.clone().ok_or(Error::Hidden)?;
    let before: u32 = fields.value("before").parse().map_err(|_| Error::Malformed)?;
    let more = STEPS.into_iter().find(|days| days.to_string() == fields.value("days")).ok_or(Error::Malformed)?;
    let passed = passage.pass(before, more).map_err(|error| Error::Broken(format!("days cannot be kept: {error}")))?;
    if passed { Ok(see_other("/demo")) } else { Page(page(&visit, true).await?).again() }
}

pub(super) async fn play(visit: Visit, fields: Fields) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let roles = known(&visit).await?;
    let was = visit.signed.as_ref().map(|s| s.account);
    let from_elder = roles.iter().any(|one| one.role == ELDER && Some(one.account) == was);
    let role = roles.into_iter().find(|one| one.role == fields.value("role")).ok_or(Error::Hidden)?;
    let own = visit.clone();
    let id = role.account;
    // Long, so that whoever lets days pass is still who they were.
    let to = if role.kind == AccountKind::Staff { "/work" } else { "/" };
    let signed = visit
        .app
        .db()
        .write(visit.county.id, move |tx| {
            let signed = sign_in(tx, &own, id, Lasting::Long, to, &mut own.app.chance())?;
            Ok::<_, Error>(tx.commit_quiet(Quiet::Session, signed))
        })
        .await?;
    let mut response = signed.response(&visit, &fields)?;
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
