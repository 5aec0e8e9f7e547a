//! What was paid of an award: written down by the office that paid, confirmed by the village that received it. Nothing is paid here.

use super::claim::{Found, found, show_page};
use crate::frame::{Error, Fields, Once, OrRefuse, Page, Result, View, Visit, once};
use crate::people::place::brand;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::build::claim::{self as law, ClaimRefusal, Payment, PaymentForm, PaymentKind, PaymentState};
use civic::id::{AccountId, PaymentId};
use civic::money::Fen;
use civic::people::standing::Post;
use civic::record::{Entry, Verb};
use civic::time::Day;
use civic::token::Token;
use store::build::claim;
use store::decide::matter;

#[derive(Template)]
#[template(path = "build/award/pay.html")]
struct PayPage {
    v: View,
    f: Fields,
    about: String,
    title: String,
    back: String,
    action: String,
    due: String,
    kinds: Vec<(String, String)>,
    entries: Vec<(String, String)>,
}

fn pay_page(visit: &Visit, found: &Found, f: Fields) -> Page<PayPage> {
    let w = visit.w();
    let brand = brand(&found.loaded.line);
    let id = found.claim.id;
    let left = found.due(visit.today).fen().saturating_sub(law::entered(&found.payments).fen()).max(0);
    let paid = |one: &&Payment| one.kind == PaymentKind::Paid && one.state == PaymentState::Confirmed;
    Page(PayPage {
        about: found.loaded.about(&w),
        title: found.loaded.project.plan.title.clone(),
        back: format!("/claims/{id}"),
        action: format!("/claims/{id}/pay"),
        due: w.t1("payment-due", "money", w.money(&Fen::new(left))),
        kinds: PaymentKind::ALL.iter().map(|one| (one.as_str().to_owned(), w.token(*one))).collect(),
        entries: found
            .payments
            .iter()
            .filter(paid)
            .map(|one| {
                let words = w.t2("payment-entry", "n", one.position, "money", w.money(&one.amount));
                (one.position.to_string(), words)
            })
            .collect(),
        f,
        v: View::new(visit).at(&brand.name, &brand.above, &brand.href),
    })
}

/// The form for what was paid.
pub(super) async fn new_form(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let found = found(&visit, &id).await?;
    visit.may(&found.loaded.path(), found.loaded.visibility())?;
    let f = Fields::empty(&visit.app).with("day", visit.today.to_string()).with("kind", PaymentKind::Paid.as_str());
    pay_page(&visit, &found, f).ok()
}

/// Writes it down.
pub(super) async fn create(visit: Visit, Path(id): Path<String>, mut f: Fields) -> Result<Response> {
    let found = found(&visit, &id).await?;
    let post = visit.may(&found.loaded.path(), found.loaded.visibility())?;
    let w = visit.w();
    if let Some(kind) = f.token::<PaymentKind>("kind", &w) {
        let (by, now, today, app) = (visit.account().ok(), visit.now, visit.today, visit.app.clone());
        let (actor, due, typed, id) = (visit.actor(post), found.due(visit.today), f.clone(), found.claim.id);
        let written = once(&visit, &f, move |tx| {
            let mut chance = app.chance();
            let one = claim::get(tx, id)?;
            let before = claim::payments(tx, id)?;
            let form = PaymentForm {
                kind,
                amount: typed.value("amount"),
                day: Day::parse(typed.value("day")),
                office: typed.value("office"),
                voucher: typed.value("voucher"),
                corrects: typed.value("corrects").parse().ok(),
                reason: typed.value("reason"),
            };
            let with = (PaymentId::fresh(now, &mut chance), by, now, today);
            let made = law::pay(&one, &form, &before, due, with).map_err(|r| Error::faults(&r))?;
            claim::put_payment(tx, &made)?;
            matter::moved(tx, made.matter, now)?;
            let entries = vec![Entry::of(&made, Verb::Create, actor, now, &mut chance)];
            Ok(Once { entries, to: format!("/claims/{id}") })
        })
        .await;
        match written {
            Err(error) => f.take(error, "amount", &w, &visit.today)?,
            done => return done,
        }
    }
    pay_page(&visit, &found, f).again()
}

async fn judged<F>(visit: &Visit, id: &str, mut f: Fields, verb: Verb, step: F) -> Result<Response>
where
    F: Fn(&Payment, (AccountId, Post), Day) -> std::result::Result<Payment, ClaimRefusal> + Send + 'static,
{
    let found = found(visit, id).await?;
    let post = visit.may(&found.loaded.path(), found.loaded.visibility())?;
    let by = (visit.account()?, post.ok_or(Error::Forbidden)?);
    let position: Option<i64> = f.value("position").parse().ok();
    let entry = found.payments.iter().find(|one| Some(one.position) == position).map(|one| one.id);
    let (actor, now, today, app, of) = (visit.actor(post), visit.now, visit.today, visit.app.clone(), found.claim.id);
    let written = once(visit, &f, move |tx| {
        let mut chance = app.chance();
        let before = match entry {
            Some(id) => claim::payment(tx, id)?,
            None => return Err(ClaimRefusal::NoEntry).refuse(),
        };
        let after = step(&before, by, today).refuse()?;
        claim::change_payment(tx, &after)?;
        matter::moved(tx, after.matter, now)?;
        let entries = vec![Entry::of(&after, verb, actor, now, &mut chance)];
        Ok(Once { entries, to: format!("/claims/{of}") })
    })
    .await;
    match written {
        Err(error) => {
            f.take(error, "because", &visit.w(), &visit.today)?;
            show_page(visit, &found, f)
        }
        done => done,
    }
}

/// Somebody of the village saw it on the account.
pub(super) async fn confirm(visit: Visit, Path(id): Path<String>, f: Fields) -> Result<Response> {
    judged(&visit, &id, f, Verb::Certify, Payment::confirmed).await
}

/// Somebody of the village did not find it so.
pub(super) async fn dispute(visit: Visit, Path(id): Path<String>, f: Fields) -> Result<Response> {
    let reason = f.value("because").to_owned();
    judged(&visit, &id, f, Verb::End, move |one, by, today| one.refused(by, &reason, today)).await
}
