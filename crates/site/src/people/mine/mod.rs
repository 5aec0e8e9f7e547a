//! My things: what I raised, and my data - to see, correct, take along, withdraw, erase (Personal Information Protection Law art.
//! 44-50).

mod data;
mod openings;

use crate::frame::{Error, Fields, Page, Result, Route, View, Visit, post_name};
use askama::Template;
use axum::response::Response;
use civic::decide::need::NeedState;
use civic::people::account::{AccountKind, AccountState};
use civic::people::standing::{Action, Visibility};
use store::decide::need;
use store::people::{account, place};

/// Needs on the page.
const NEEDS_MAX: u32 = 20;

/// The routes of one's own things.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/mine", Action::OwnThings, mine),
        Route::get("/mine/data", Action::OwnThings, data::see),
        Route::get("/mine/openings", Action::OwnThings, openings::show),
        Route::post("/mine/name", Action::OwnThings, data::ask_name),
        Route::get("/mine/export", Action::OwnThings, data::export),
        Route::post("/mine/consent", Action::OwnThings, data::withdraw),
        Route::get("/mine/erase", Action::OwnThings, data::ask_erase),
        Route::post("/mine/erase", Action::OwnThings, data::erase),
    ]
}

struct NeedView {
    href: String,
    what: String,
    state: String,
    turn_wait: bool,
}

struct PostView {
    post: String,
    place: String,
    until: String,
}

#[derive(Template)]
#[template(path = "people/mine/mine.html")]
struct MinePage {
    v: View,
    done: Option<String>,
    name: String,
    home: String,
    waiting: bool,
    helping: bool,
    resident: bool,
    family: bool,
    staff: bool,
    login: Option<String>,
    posts: Vec<PostView>,
    needs: Vec<NeedView>,
    more: bool,
}

/// What is said after a change.
fn done(visit: &Visit, fields: &Fields) -> Option<String> {
    let known = ["password", "name", "consent", "account"];
    known.into_iter().find(|word| *word == fields.value("done")).map(|word| visit.w().t(&format!("mine-done-{word}")))
}

async fn mine(visit: Visit, fields: Fields) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let signed = visit.signed.clone().ok_or(Error::SignIn)?;
    let (own, today) = (signed.clone(), visit.today);
    let (account, serves, home, posts, needs) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let account = account::get(tx, own.account)?;
            let serves = account::serves(tx, own.account, today)?;
            let home = match own.resident.as_ref().and_then(|r| r.home.first()) {
                Some(home) => place::line(tx, *home)?,
                None => place::line(tx, account.place)?,
            };
            let mut posts = Vec::new();
            for standing in &own.standings {
                posts.push((standing.clone(), place::get(tx, standing.place)?.name));
            }
            let mut needs = match &own.resident {
                Some(resident) => need::of_resident(tx, resident.id, None, NEEDS_MAX + 1)?,
                None => Vec::new(),
            };
            // A helper sees what was written together, and nothing that the person raised alone: it may be about the helper.
            if own.resident.as_ref().is_some_and(|r| !r.own) {
                needs.retain(|n| n.helper == Some(own.account));
            }
            Ok::<_, Error>((account, serves, home, posts, needs))
        })
        .await?;
    let w = visit.w();
    let more = needs.len() > usize::try_from(NEEDS_MAX).unwrap_or(usize::MAX);
    let needs = needs
        .iter()
        .take(usize::try_from(NEEDS_MAX).unwrap_or(usize::MAX))
        .map(|n| {
            let state = match n.state {
                NeedState::Raised => "mine-need-raised",
                NeedState::Sorted => "mine-need-sorted",
                NeedState::Merged => "mine-need-merged",
                NeedState::Answered => "mine-need-answered",
                NeedState::Withdrawn => "mine-need-withdrawn",
            };
            let what: String = n.what.as_deref().unwrap_or_default().chars().take(30).collect();
            NeedView {
                href: format!("/s/{}", n.code.digits()),
                what: if what.is_empty() { w.t("mine-need-voice") } else { what },
                state: w.t2("mine-need", "day", w.day(&n.raised, &today), "state", w.t(state)),
                turn_wait: n.waits(),
            }
        })
        .collect();
    let helping = signed.resident.as_ref().is_some_and(|r| !r.own);
    let page = MinePage {
        done: done(&visit, &fields),
        name: signed
            .resident
            .as_ref()
            .and_then(|r| r.name.clone())
            .or_else(|| account.name.clone())
            .unwrap_or_else(|| w.t("nav-mine")),
        // From the outside in, without the county: 官桥镇竹溪村柳塆.
        home: home.iter().rev().skip(usize::from(home.len() > 1)).map(|p| p.name.as_str()).collect(),
        waiting: account.state == AccountState::Waiting,
        helping,
        resident: signed.resident.is_some(),
        family: serves.len() > 1 && !helping,
        staff: account.kind == AccountKind::Staff,
        login: account.login.clone().filter(|_| account.kind == AccountKind::Staff),
        posts: posts
            .iter()
            .map(|(standing, place)| PostView {
                post: post_name(&w, Some(standing.post)),
                place: place.clone(),
                until: standing.until.map(|d| w.t1("mine-post-until", "day", w.full_day(&d))).unwrap_or_default(),
            })
            .collect(),
        needs,
        more,
        v: View::new(&visit),
    };
    Page(page).ok()
}
