//! Claims: made by the village from the books, approved or refused by an office.

use super::known::{known, schemes, village, with_year};
use super::pages::{name_of, scheme_view};
use super::words::{formula, state_words};
use crate::build::project::{Loaded, id_of, load};
use crate::frame::{Error, Fields, Once, OrRefuse, Page, Result, View, Visit, W, once, see_other};
use crate::people::place::brand;
use crate::record::rule_href;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::build::award::{Known, reckon};
use civic::build::claim::{
    self as law, Claim, ClaimForm, ClaimRefusal, ClaimState, Payment, PaymentKind, PaymentState,
};
use civic::build::contribution::FundAccount;
use civic::id::{AccountId, ClaimId};
use civic::money::Fen;
use civic::people::standing::{Action, Post};
use civic::record::{Entry, Verb};
use civic::rules::award::AwardScheme;
use civic::rules::{Ruled, Rules};
use civic::text::count;
use civic::time::Day;
use civic::token::Token;
use std::sync::Arc;
use store::build::claim;
use store::decide::matter;

/// The most people that one project is for.
const PEOPLE_MAX: u32 = 1_000_000;

#[derive(Template)]
#[template(path = "build/award/claim.html")]
struct NewPage {
    v: View,
    f: Fields,
    about: String,
    title: String,
    back: String,
    action: String,
    scheme: String,
    would: String,
    lines: Vec<String>,
    gaps: Vec<String>,
    accounts: Vec<(String, String)>,
}

struct Asked {
    loaded: Loaded,
    post: Option<Post>,
    ruled: Ruled<AwardScheme>,
    known: Known,
    rules: Arc<Rules>,
}

/// What is asked for; `None` where no scheme of that name counts for the project.
async fn asked(visit: &Visit, id: &str, f: &Fields) -> Result<Option<Asked>> {
    let id = id_of(id)?;
    let people = count(f.value("people"), PEOPLE_MAX).filter(|people| *people > 0);
    let (rules, today, name) = (visit.app.rules(visit.county.id).await?, visit.today, f.value("scheme").to_owned());
    let force = rules.clone();
    let (loaded, found) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let loaded = load(tx, id)?;
            let found = schemes(&force, &loaded, today).into_iter().find(|one| name_of(&one.rule) == name);
            let found = match found {
                Some(ruled) => {
                    let base = known(tx, &loaded, people)?;
                    let known = with_year(tx, &base, &ruled.rule, village(&loaded), today)?;
                    Some((ruled, known))
                }
                None => None,
            };
            Ok::<_, Error>((loaded, found))
        })
        .await?;
    let post = visit.may(&loaded.path(), loaded.visibility())?;
    Ok(found.map(|(ruled, known)| Asked { loaded, post, ruled, known, rules }))
}

fn new_page(visit: &Visit, asked: &Asked, f: Fields) -> Page<NewPage> {
    let w = visit.w();
    let (loaded, brand) = (&asked.loaded, brand(&asked.loaded.line));
    let shown = scheme_view(&w, &asked.rules, &asked.ruled, &asked.known);
    let id = loaded.project.id;
    Page(NewPage {
        about: loaded.about(&w),
        title: loaded.project.plan.title.clone(),
        back: format!("/projects/{id}/award"),
        action: format!("/projects/{id}/award/claim"),
        scheme: name_of(&asked.ruled.rule),
        would: shown.would,
        lines: shown.formula,
        gaps: shown.gaps,
        accounts: FundAccount::ALL.iter().map(|one| (one.as_str().to_owned(), w.token(*one))).collect(),
        f,
        v: View::new(visit).at(&brand.name, &brand.above, &brand.href),
    })
}

/// The form: everything that the books know stands there already.
pub(super) async fn new_form(visit: Visit, Path(id): Path<String>, f: Fields) -> Result<Response> {
    let Some(asked) = asked(&visit, &id, &f).await? else {
        return Ok(see_other(&format!("/projects/{}/award", id_of(&id)?)));
    };
    let people = f.value("people").to_owned();
    new_page(&visit, &asked, Fields::empty(&visit.app).with_text("people", people)).ok()
}

/// Claims.
pub(super) async fn create(visit: Visit, Path(id): Path<String>, mut f: Fields) -> Result<Response> {
    let asked = asked(&visit, &id, &f).await?.ok_or(Error::Hidden)?;
    let people = count(f.value("people"), PEOPLE_MAX).filter(|people| *people > 0);
    let (by, now, today, app) = (visit.account().ok(), visit.now, visit.today, visit.app.clone());
    let (actor, of) = (visit.actor(asked.post), asked.loaded.project.id);
    let (typed, ruled) = (f.clone(), asked.ruled.clone());
    let written = once(&visit, &f, move |tx| {
        let mut chance = app.chance();
        // Read again in the same unit of work: two claims must not come to more than what is left of a cap.
        let loaded = load(tx, of)?;
        let village = village(&loaded);
        let base = known(tx, &loaded, people)?;
        let known = with_year(tx, &base, &ruled.rule, village, today)?;
        let reckoned = reckon(&ruled.value, &known);
        let form = ClaimForm {
            account: FundAccount::parse(typed.value("account")),
            account_name: typed.value("account_name"),
        };
        let before = claim::of_project(tx, of)?;
        let with = (ClaimId::fresh(now, &mut chance), by, now, today);
        let one = law::claim((&loaded.project, village), (&ruled.rule, &reckoned, &known), &form, &before, with)
            .map_err(|r| Error::faults(&r))?;
        claim::put(tx, &one)?;
        matter::moved(tx, one.matter, now)?;
        let entries = vec![Entry::of(&one, Verb::Create, actor, now, &mut chance)];
        Ok(Once { entries, to: format!("/claims/{}", one.id) })
    })
    .await;
    match written {
        Err(error) => {
            f.take(error, "scheme", &visit.w(), &visit.today)?;
            new_page(&visit, &asked, f).again()
        }
        done => done,
    }
}

/// A claim with its project and what was paid of it.
pub(super) struct Found {
    pub(super) claim: Claim,
    pub(super) payments: Vec<Payment>,
    pub(super) loaded: Loaded,
    /// The scheme as it was when it was claimed; `None` where that version is no longer part of the program.
    pub(super) scheme: Option<AwardScheme>,
}

impl Found {
    /// What may be paid by today in all. Without its scheme nothing holds money back.
    pub(super) fn due(&self, today: Day) -> Fen {
        let project = &self.loaded.project;
        let accepted = project.ended_on.filter(|_| project.state == civic::build::project::ProjectState::Accepted);
        match &self.scheme {
            Some(scheme) => law::due(scheme, self.claim.award, project.begun_on, accepted, today),
            None => self.claim.award,
        }
    }
}

/// The claim of an address, for its guard.
pub(super) async fn found(visit: &Visit, id: &str) -> Result<Found> {
    let id = ClaimId::parse(id).ok_or(Error::Hidden)?;
    let rules = visit.app.rules(visit.county.id).await?;
    visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let one = claim::get(tx, id)?;
            let scheme = rules.find(&one.scheme).and_then(|(_, rule)| match &rule.value {
                civic::rules::Value::AwardScheme(scheme) => Some(scheme.as_ref().clone()),
                _ => None,
            });
            Ok::<_, Error>(Found {
                payments: claim::payments(tx, id)?,
                loaded: load(tx, one.project)?,
                claim: one,
                scheme,
            })
        })
        .await
}

struct PaymentView {
    n: i64,
    when: String,
    what: String,
    under: String,
    amount: String,
    state: String,
    confirm: bool,
    /// Why it is taken back, or why it was not found so.
    because: Option<String>,
}

#[derive(Template)]
#[template(path = "build/award/one.html")]
struct ShowPage {
    v: View,
    f: Fields,
    id: String,
    number: String,
    title: String,
    award: String,
    state: String,
    facts: Vec<(String, String)>,
    lines: Vec<String>,
    amount: String,
    scheme: String,
    scheme_href: String,
    reason: Option<String>,
    decide: bool,
    payments: Vec<PaymentView>,
    paid: String,
    rest: String,
    pay: bool,
    dispute: Vec<(String, String)>,
    open: (bool, bool),
}

/// A payment in one line.
fn payment_words(one: &Payment, w: &W) -> String {
    match one.corrects {
        Some(n) => w.t2("payment-corrects", "kind", w.token(one.kind), "n", n),
        None => w.token(one.kind),
    }
}

fn facts(found: &Found, w: &W, today: Day) -> Vec<(String, String)> {
    let one = &found.claim;
    let known = &one.known;
    let mut facts = vec![
        (w.t("claim-on"), w.day(&one.claimed_on, &today)),
        (w.t("claim-account"), w.list(&[&w.token(one.account), &one.account_name])),
        (w.t("claim-cash"), w.money(&known.cash)),
        (w.t("claim-days"), w.t1("project-days", "days", known.labour.to_string())),
        (w.t("claim-planned"), w.money(&known.planned)),
    ];
    let mut add = |key: &str, text: Option<String>| {
        if let Some(text) = text {
            facts.push((w.t(key), text));
        }
    };
    add("claim-cost", known.cost.map(|cost| w.money(&cost)));
    add("award-people", known.people.map(|n| n.to_string()));
    add("claim-came", known.came.map(|(came, roll)| format!("{came}/{roll}")));
    // Small numbers are nobody's to see; that they were enough was checked.
    let shown = known.content.filter(|(_, asked)| *asked >= civic::build::acceptance::OPINION_LEAST);
    add("claim-content", shown.map(|(content, asked)| format!("{content}/{asked}")));
    facts
}

pub(super) fn show_page(visit: &Visit, found: &Found, f: Fields) -> Result<Response> {
    let (w, today, path) = (visit.w(), visit.today, found.loaded.path());
    let one = &found.claim;
    let (decides, confirms) = (visit.could(Action::DecideAward, &path), visit.could(Action::ConfirmAward, &path));
    let approved = one.state == ClaimState::Approved;
    let lines = found.scheme.as_ref().map(|scheme| formula(&w, scheme, &reckon(scheme, &one.known)));
    let (paid, has) = (law::paid(&found.payments), law::entered(&found.payments));
    let brand = brand(&found.loaded.line);
    let mut all = facts(found, &w, today);
    if let (Some(day), Some((_, post))) = (one.decided_on, one.decided_by) {
        all.push((w.t("claim-decided"), w.list(&[&w.day(&day, &today), &w.token(post)])));
    }
    let waits = |payment: &&Payment| confirms && payment.state == PaymentState::Entered;
    let page = ShowPage {
        id: one.id.to_string(),
        number: found.loaded.number(),
        title: found.loaded.project.plan.title.clone(),
        award: format!("/projects/{}/award", one.project),
        state: state_words(&w, one),
        facts: all,
        lines: lines.unwrap_or_default(),
        amount: w.money(&one.award),
        scheme: format!("{}/{}", one.scheme.pack, one.scheme.id),
        scheme_href: rule_href(&one.scheme),
        reason: one.reason.clone(),
        decide: decides && one.state == ClaimState::Claimed,
        payments: found
            .payments
            .iter()
            .map(|payment| PaymentView {
                n: payment.position,
                when: w.day(&payment.paid_on, &today),
                what: payment_words(payment, &w),
                under: w.list(&[&payment.office, &payment.voucher]),
                amount: match payment.kind {
                    PaymentKind::Paid => payment.amount.to_string(),
                    PaymentKind::Back => Fen::new(payment.amount.fen().saturating_neg()).to_string(),
                },
                state: w.token(payment.state),
                confirm: waits(&payment),
                because: payment.refused_because.clone().or_else(|| payment.reason.clone()),
            })
            .collect(),
        paid: w.money(&paid),
        rest: w.money(&Fen::new(one.award.fen().saturating_sub(has.fen()).max(0))),
        pay: decides && approved,
        dispute: found
            .payments
            .iter()
            .filter(waits)
            .map(|payment| (payment.position.to_string(), w.t1("payment-n", "n", payment.position)))
            .collect(),
        open: (f.err("reason").is_some(), f.err("because").is_some() || f.err("position").is_some()),
        v: View::new(visit).at(&brand.name, &brand.above, &brand.href),
        f,
    };
    if page.f.errors().is_empty() { Page(page).ok() } else { Page(page).again() }
}

/// A claim: what it was reckoned from, what an office said, and what was paid.
pub(super) async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let found = found(&visit, &id).await?;
    visit.may(&found.loaded.path(), found.loaded.visibility())?;
    let f = Fields::empty(&visit.app);
    show_page(&visit, &found, f)
}

async fn decided<F>(visit: &Visit, id: &str, mut f: Fields, verb: Verb, step: F) -> Result<Response>
where
    F: Fn(&Claim, (AccountId, Post), Day) -> std::result::Result<Claim, ClaimRefusal> + Send + 'static,
{
    let found = found(visit, id).await?;
    let post = visit.may(&found.loaded.path(), found.loaded.visibility())?;
    let by = (visit.account()?, post.ok_or(Error::Forbidden)?);
    let (actor, now, today, app, id) = (visit.actor(post), visit.now, visit.today, visit.app.clone(), found.claim.id);
    let written = once(visit, &f, move |tx| {
        let mut chance = app.chance();
        let after = step(&claim::get(tx, id)?, by, today).refuse()?;
        claim::change(tx, &after)?;
        matter::moved(tx, after.matter, now)?;
        let entries = vec![Entry::of(&after, verb, actor, now, &mut chance)];
        Ok(Once { entries, to: format!("/claims/{id}") })
    })
    .await;
    match written {
        Err(error) => {
            f.take(error, "reason", &visit.w(), &visit.today)?;
            show_page(visit, &found, f)
        }
        done => done,
    }
}

/// An office approves it.
pub(super) async fn approve(visit: Visit, Path(id): Path<String>, f: Fields) -> Result<Response> {
    let note = f.value("note").to_owned();
    decided(&visit, &id, f, Verb::Certify, move |one, by, today| one.approved(by, &note, today)).await
}

/// An office does not, and says why.
pub(super) async fn refuse(visit: Visit, Path(id): Path<String>, f: Fields) -> Result<Response> {
    let reason = f.value("reason").to_owned();
    decided(&visit, &id, f, Verb::End, move |one, by, today| one.refused(by, &reason, today)).await
}
