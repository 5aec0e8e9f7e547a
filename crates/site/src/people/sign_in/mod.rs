//! Signing in: by a code sent to a phone, by a card of the village, by a staff name with password; registering alone; choosing who
//! one is; one-time links; the parts that a visitor of the demo can try.

mod card;
mod demo;
mod password;
mod phone;
mod staff;
mod who;

use crate::frame::{
    Error, Fields, Page, Result, Route, SENT, Sent, View, Visit, begin_session, end_session, own_path, see_other,
    signed_in_page, with_session,
};
use askama::Template;
use axum::response::Response;
use civic::id::{AccountId, Chance, ResidentId};
use civic::people::sign_in::Lasting;
use civic::people::standing::{Action, Visibility};
use store::people::{account, session};
use store::{Quiet, Tx, limit};

/// The routes of signing in.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/sign-in", Action::EnterSite, enter),
        Route::post("/sign-in", Action::EnterSite, go_on),
        Route::post("/sign-in/phone", Action::EnterSite, phone::send),
        Route::post("/sign-in/code", Action::EnterSite, phone::check),
        Route::post("/sign-in/register", Action::EnterSite, phone::register),
        Route::post("/sign-in/card", Action::EnterSite, card::open),
        Route::post("/sign-in/staff", Action::EnterSite, staff::open),
        Route::get("/sign-in/who", Action::OwnThings, who::ask),
        Route::post("/sign-in/who", Action::OwnThings, who::choose),
        Route::post("/sign-out", Action::EnterSite, leave),
        Route::get("/staff-link/{token}", Action::EnterSite, staff::link),
        Route::post("/staff-link/{token}", Action::EnterSite, staff::set_by_link),
        Route::get("/password", Action::OwnThings, staff::password),
        Route::post("/password", Action::OwnThings, staff::set_password),
        Route::get("/demo", Action::EnterSite, demo::roles),
        Route::post("/demo", Action::EnterSite, demo::play),
        Route::post("/demo/days", Action::EnterSite, demo::pass),
    ]
}

/// By what one wants to sign in; one form stands on the page at a time.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Phone,
    Card,
    Staff,
}

impl By {
    fn parse(word: &str) -> Self {
        match word {
            "card" => Self::Card,
            "staff" => Self::Staff,
            _ => Self::Phone,
        }
    }
}

#[derive(Template)]
#[template(path = "people/sign_in/sign_in.html")]
struct SignInPage {
    v: View,
    f: Fields,
    by: By,
    back: String,
    back_query: String,
    /// Somebody else is signed in on this device.
    signed: bool,
    /// A form waits for the sign-in.
    waiting: bool,
}

impl SignInPage {
    fn new(visit: &Visit, f: Fields, by: By) -> Self {
        let back = own_path(f.value("back")).to_owned();
        let back_query = form_urlencoded::byte_serialize(back.as_bytes()).collect();
        let waiting = !f.value(SENT).is_empty();
        Self { v: View::new(visit), f, by, back, back_query, signed: visit.signed.is_some(), waiting }
    }
}

async fn enter(visit: Visit, fields: Fields) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let by = By::parse(fields.value("by"));
    let f = Fields::default().with("back", fields.value("back"));
    Page(SignInPage::new(&visit, f, by)).ok()
}

/// The sign-in for somebody whose form was sent without a session: it goes along through every step and is offered for sending at the
/// end. It comes by POST alone, so that nothing of it stands in an address.
async fn go_on(visit: Visit, fields: Fields) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let by = By::parse(fields.value("by"));
    let sent = fields.value(SENT);
    let sent = if Sent::unseal(&visit, sent).is_some() { sent } else { "" };
    let f = Fields::default().with("back", fields.value("back")).with(SENT, sent);
    Page(SignInPage::new(&visit, f, by)).ok()
}

/// Signs out. [`Fields`] is taken for the form's token alone.
async fn leave(visit: Visit, _: Fields) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    end_session(&visit, see_other("/")).await
}

/// Residents' sessions last long, for signing in is hard where a card or help is needed; on a device of others they are short.
fn lasting(fields: &Fields) -> Lasting {
    if fields.is("shared", "1") { Lasting::Short } else { Lasting::Long }
}

/// Where somebody goes who has signed in.
struct In {
    token: String,
    lasting: Lasting,
    to: String,
    /// The people whom the account serves, where it has to be asked who it is.
    serves: Vec<(ResidentId, String)>,
}

impl In {
    /// Onward to the page that was wanted, or to the form that waited.
    fn response(&self, visit: &Visit, fields: &Fields) -> Result<Response> {
        let carried = fields.value(SENT);
        let response = match Sent::unseal(visit, carried) {
            None => see_other(&self.to),
            Some(sent) if self.serves.is_empty() => signed_in_page(visit, &self.token, &sent)?,
            Some(_) => who::carry(visit, &self.token, &self.serves, carried)?,
        };
        Ok(with_session(response, &self.token, self.lasting))
    }
}

/// Begins a session for an account, in the place of the one on this device. With one resident to serve that is who it is; with
/// several the next page asks.
fn sign_in(
    tx: &mut Tx<'_>,
    visit: &Visit,
    id: AccountId,
    lasting: Lasting,
    back: &str,
    chance: &mut dyn Chance,
) -> store::Result<In> {
    if let Some(before) = &visit.signed {
        session::end(tx, before.session.hash)?;
    }
    let serves = account::serves(tx, id, visit.today)?;
    let resident = match serves.as_slice() {
        [(one, _)] => Some(*one),
        _ => None,
    };
    let token = begin_session(tx, id, resident, lasting, visit.now, chance)?;
    let back = own_path(back);
    let to = if serves.len() > 1 {
        format!("/sign-in/who?back={}", form_urlencoded::byte_serialize(back.as_bytes()).collect::<String>())
    } else {
        back.to_owned()
    };
    let serves = if serves.len() > 1 { serves } else { Vec::new() };
    Ok(In { token, lasting, to, serves })
}

/// How often something may be tried from one address or for one name: subject, window in minutes, tries.
type Limit = (String, i64, i64);

/// Counts a try against every limit and says whether all allow it. A household, a village office or a telephone company's gateway
/// shares one address, so limits by address are wide; those by number or name are narrow.
fn within(tx: &mut Tx<'_>, visit: &Visit, limits: &[Limit]) -> store::Result<bool> {
    let mut all = true;
    for (subject, minutes, tries_max) in limits {
        let subject = visit.subject("sign-in", subject);
        all &= limit::take(tx, &subject, visit.now, minutes * 60_000, *tries_max)?;
    }
    Ok(all)
}

/// Counts a try in a unit of work of its own, before something costly is done.
async fn count(visit: &Visit, limits: Vec<Limit>) -> Result<()> {
    let own = visit.clone();
    let allowed = visit
        .app
        .db()
        .write(visit.county.id, move |tx| {
            let allowed = within(tx, &own, &limits)?;
            Ok::<_, Error>(tx.commit_quiet(Quiet::Limit, allowed))
        })
        .await?;
    if allowed { Ok(()) } else { Err(Error::TooMany) }
}
