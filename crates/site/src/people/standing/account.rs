//! The account of somebody who holds posts: a one-time link for its password, closing it when every post is over.

use super::time;
use crate::frame::{Error, Fields, Once, Page, Result, View, Visit, address, once, post_name};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::id::{AccountId, PlaceId};
use civic::people::account::{Account, AccountKind, AccountState};
use civic::people::sign_in::LINK_SECONDS;
use civic::people::standing::{Post, Standing, StandingRefusal, Visibility, gives};
use store::Quiet;
use store::people::erasure::{self, Deed};
use store::people::{account, password_link, place, standing};

struct Staff {
    account: Account,
    standings: Vec<(Standing, String)>,
    path: Vec<PlaceId>,
    giver: Post,
}

/// The account, where the reader gives posts. Whoever cannot give every post that it holds now does not lay hands on it: a new
/// password would open them all.
async fn staff(visit: &Visit, id: &str, hands_on: bool) -> Result<Staff> {
    visit.account()?;
    let id = AccountId::parse(id).ok_or(Error::Hidden)?;
    let (account, standings, path) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let account = account::get(tx, id)?;
            if account.kind != AccountKind::Staff {
                return Err(Error::Hidden);
            }
            let mut standings = Vec::new();
            for one in standing::all_of_account(tx, id)? {
                let place = place::get(tx, one.place)?;
                let path = place::path(tx, one.place)?;
                standings.push((one, place.name, path));
            }
            let path = place::path(tx, account.place)?;
            Ok((account, standings, path))
        })
        .await?;
    let giver = visit.may(&path, Visibility::Draft)?.ok_or(Error::Forbidden)?;
    if hands_on {
        let now = standings.iter().filter(|(s, ..)| s.until.is_none_or(|until| visit.today <= until));
        for (one, _, path) in now {
            let reaches = visit.may(path, Visibility::Draft).is_ok();
            if !reaches || !gives(giver, one.post) {
                return Err(Error::refused(&StandingRefusal::NotGiven));
            }
        }
    }
    let standings = standings.into_iter().map(|(s, name, _)| (s, name)).collect();
    Ok(Staff { account, standings, path, giver })
}

struct PostView {
    post: String,
    place: String,
    time: String,
    document: String,
}

#[derive(Template)]
#[template(path = "people/standing/account.html")]
struct AccountPage {
    v: View,
    f: Fields,
    id: String,
    name: String,
    login: String,
    closed: bool,
    password_set: bool,
    in_office: bool,
    posts: Vec<PostView>,
    /// The link, on the answer of the press alone.
    link: Option<String>,
    link_days: i64,
    qr: Option<String>,
}

fn page(visit: &Visit, staff: &Staff, f: Fields, link: Option<String>) -> Result<AccountPage> {
    let w = visit.w();
    let posts = staff
        .standings
        .iter()
        .map(|(s, place)| PostView {
            post: post_name(&w, Some(s.post)),
            place: place.clone(),
            time: time(&w, s),
            document: s.document.clone().unwrap_or_default(),
        })
        .collect();
    let qr = link.as_ref().map(|l| paper::qr::svg(l, &w.t("standing-link-qr"))).transpose();
    Ok(AccountPage {
        v: View::new(visit),
        f,
        id: staff.account.id.to_string(),
        name: staff.account.name.clone().unwrap_or_else(|| w.t("standing-closed")),
        login: staff.account.login.clone().unwrap_or_default(),
        closed: staff.account.state == AccountState::Closed,
        password_set: staff.account.password.is_some(),
        in_office: in_office(visit, staff),
        posts,
        link,
        link_days: LINK_SECONDS / 86_400,
        qr: qr.map_err(|e| Error::Broken(e.to_string()))?,
    })
}

/// Whether a post holds today or begins later.
fn in_office(visit: &Visit, staff: &Staff) -> bool {
    staff.standings.iter().any(|(s, _)| s.until.is_none_or(|until| visit.today <= until))
}

pub(super) async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let staff = staff(&visit, &id, false).await?;
    Page(page(&visit, &staff, Fields::empty(&visit.app), None)?).ok()
}

/// Makes a one-time link; one that was made before opens nothing any more. Another press makes another link, so no form key is
/// needed; [`Fields`] is taken for its token alone.
pub(super) async fn link(visit: Visit, Path(id): Path<String>, _: Fields) -> Result<Response> {
    let staff = staff(&visit, &id, true).await?;
    if staff.account.state != AccountState::Active {
        return Err(Error::Hidden);
    }
    let (own, id) = (visit.clone(), staff.account.id);
    let token = visit
        .app
        .db()
        .write(visit.county.id, move |tx| {
            let token = password_link::issue(tx, id, own.now, &mut own.app.chance())?;
            Ok::<_, Error>(tx.commit_quiet(Quiet::Code, token))
        })
        .await?;
    let link = address(&visit.app, &format!("/staff-link/{token}"));
    Page(page(&visit, &staff, Fields::empty(&visit.app), Some(link))?).ok()
}

/// Closes an account whose posts are over: name and password go.
pub(super) async fn close(visit: Visit, Path(id): Path<String>, mut fields: Fields) -> Result<Response> {
    let staff = staff(&visit, &id, true).await?;
    if in_office(&visit, &staff) {
        fields.wrong("close", visit.w().t("standing-close-in-office"));
        return Page(page(&visit, &staff, fields, None)?).again();
    }
    let code = {
        let first = staff.path.first().copied().ok_or(Error::Hidden)?;
        visit.app.db().read(visit.county.id, move |tx| place::get(tx, first).map_err(Error::from)).await?.code
    };
    let (own, id, giver) = (visit.clone(), staff.account.id, staff.giver);
    once(&visit, &fields, move |tx| {
        let mut chance = own.app.chance();
        let actor = own.actor(Some(giver));
        let mut deed = Deed { today: own.today, now: own.now, actor, chance: &mut chance };
        let entries = erasure::account(tx, id, &mut deed)?;
        if entries.is_empty() {
            return Err(Error::Store(store::Error::Clash));
        }
        Ok(Once { entries, to: format!("/standings?at={code}&done=1") })
    })
    .await
}
