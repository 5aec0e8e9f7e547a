//! What somebody gave, for that person: a promise is taken back and a name is hidden again with one press.

use super::words::{amount, note, what};
use crate::frame::{Error, Fields, Once, OrRefuse, Page, Result, View, Visit, cut, once};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::build::contribution::{Contribution, ContributionState, Giver};
use civic::id::{ContributionId, ResidentId};
use civic::people::standing::Visibility;
use civic::record::{Entry, Verb};
use store::build::{contribution, project};
use store::decide::matter;

/// Gifts on the page.
const ROWS_MAX: u32 = 100;

struct GiftView {
    what: String,
    project: String,
    href: String,
    state: String,
    named: bool,
    name: String,
    take_back: Option<String>,
}

#[derive(Template)]
#[template(path = "build/contribution/mine.html")]
struct MinePage {
    v: View,
    f: Fields,
    gifts: Vec<GiftView>,
    full: bool,
}

/// Whose gifts they are. A helper sees none of it.
fn person(visit: &Visit) -> Result<Option<ResidentId>> {
    match visit.signed.as_ref().ok_or(Error::SignIn)?.resident.as_ref() {
        Some(resident) if !resident.own => Err(Error::Forbidden),
        resident => Ok(resident.map(|resident| resident.id)),
    }
}

async fn page(visit: &Visit, f: Fields) -> Result<Page<MinePage>> {
    let who = person(visit)?;
    let mut rows: Vec<(Contribution, String)> = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let Some(who) = who else { return Ok(Vec::new()) };
            let mut rows = Vec::new();
            for one in contribution::of_resident(tx, who, None, ROWS_MAX + 1)? {
                let title = project::title(tx, one.project)?;
                rows.push((one, title));
            }
            Ok::<_, Error>(rows)
        })
        .await?;
    let full = cut(&mut rows, ROWS_MAX);
    let (w, today) = (visit.w(), visit.today);
    let gifts = rows
        .into_iter()
        .map(|(one, project)| {
            let day = one.day().map(|day| w.day(&day, &today)).unwrap_or_default();
            GiftView {
                what: w.list(&[&day, &what(&one.gift, &w), &amount(&one.gift, &w)]),
                href: format!("/projects/{}/book", one.project),
                state: w.list(&[&w.token(one.state), &note(&one, &w)]),
                named: one.named,
                name: format!("/mine/gifts/{}/name", one.id),
                take_back: (one.state == ContributionState::Pledged)
                    .then(|| format!("/mine/gifts/{}/take-back", one.id)),
                project,
            }
        })
        .collect();
    Ok(Page(MinePage { gifts, full, f, v: View::new(visit) }))
}

/// The list.
pub(super) async fn list(visit: Visit) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    page(&visit, Fields::empty(&visit.app)).await?.ok()
}

async fn step<F>(visit: &Visit, id: &str, mut f: Fields, verb: Verb, move_on: F) -> Result<Response>
where
    F: Fn(&Contribution) -> Result<Contribution> + Send + 'static,
{
    visit.may(&[], Visibility::Public)?;
    let who = person(visit)?.ok_or(Error::Hidden)?;
    let id = ContributionId::parse(id).ok_or(Error::Hidden)?;
    let own = visit.clone();
    let written = once(visit, &f, move |tx| {
        let before = contribution::get(tx, id)?;
        // That there is another person's gift of this id nobody learns here.
        if before.giver != Giver::Resident(who) {
            return Err(Error::Hidden);
        }
        let after = move_on(&before)?;
        contribution::change(tx, &after)?;
        matter::moved(tx, after.matter, own.now)?;
        let entry = Entry::of(&after, verb, own.actor(None), own.now, &mut own.app.chance());
        Ok(Once { entries: vec![entry], to: "/mine/gifts".to_owned() })
    })
    .await;
    match written {
        Err(error) => {
            f.take(error, "gift", &visit.w(), &visit.today)?;
            page(visit, f).await?.again()
        }
        done => done,
    }
}

/// Takes a promise back.
pub(super) async fn take_back(visit: Visit, Path(id): Path<String>, f: Fields) -> Result<Response> {
    let today = visit.today;
    step(&visit, &id, f, Verb::End, move |before| before.taken_back(today).refuse()).await
}

/// Shows or hides the own name.
pub(super) async fn name(visit: Visit, Path(id): Path<String>, f: Fields) -> Result<Response> {
    let named = f.is("named", "1");
    step(&visit, &id, f, Verb::Change, move |before| before.named(named).refuse()).await
}
