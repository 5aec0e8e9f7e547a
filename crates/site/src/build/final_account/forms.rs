//! The form of a final account, and what the supervision committee says of one.

use super::pages::{found, income_name, number, show_page};
use crate::build::project::{Loaded, id_of, load};
use crate::frame::{Error, Fields, Once, OrRefuse, Page, Result, View, Visit, once};
use crate::people::place::brand;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::build::acceptance::{Acceptance, AcceptanceState};
use civic::build::final_account::{
    self as law, Books, FinalAccount, FinalAccountForm, FinalAccountState, SpentForm, income,
};
use civic::build::project::Cover;
use civic::decide::resolution::{Resolution, ResolutionState};
use civic::id::{FinalAccountId, ResolutionId};
use civic::people::standing::Post;
use civic::record::{Entry, Verb};
use store::build::{acceptance, final_account, project};
use store::decide::{matter, resolution};

struct LineRow {
    name: String,
    planned: String,
    quantity: String,
    amount: String,
    label: String,
    voucher: String,
    /// Whether it has a number at all; things have none.
    counts: bool,
    /// Whether it is money, which has vouchers.
    money: bool,
}

struct IncomeRow {
    name: String,
    planned: String,
    /// What the books say; nothing is typed then.
    came: Option<String>,
    field: String,
}

#[derive(Template)]
#[template(path = "build/final_account/new.html")]
struct NewPage {
    v: View,
    f: Fields,
    about: String,
    title: String,
    back: String,
    action: String,
    income: Vec<IncomeRow>,
    lines: Vec<LineRow>,
    resolutions: Vec<(String, String)>,
}

/// What the form shows.
struct Known {
    loaded: Loaded,
    books: Books,
    passed: Option<Acceptance>,
    resolutions: Vec<Resolution>,
}

async fn known(visit: &Visit, id: &str) -> Result<(Known, Option<Post>)> {
    let id = id_of(id)?;
    let known = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let loaded = load(tx, id)?;
            let books = final_account::books(tx, id)?;
            let passed = acceptance::of_project(tx, id)?
                .into_iter()
                .rev()
                .find(|one| one.state == AcceptanceState::Confirmed && one.passed_on.is_some());
            let resolutions = resolution::of_matter(tx, loaded.matter.id)?
                .into_iter()
                .filter(|one| one.state != ResolutionState::Void)
                .collect();
            Ok::<_, Error>(Known { loaded, books, passed, resolutions })
        })
        .await?;
    let post = visit.may(&known.loaded.path(), known.loaded.visibility())?;
    Ok((known, post))
}

fn new_page(visit: &Visit, known: &Known, f: Fields) -> Page<NewPage> {
    let w = visit.w();
    let loaded = &known.loaded;
    let brand = brand(&loaded.line);
    let budget = &loaded.project.budget;
    let rows = (1_usize..)
        .zip(income(budget, &known.books))
        .map(|(n, row)| IncomeRow {
            name: income_name(&row, &w),
            planned: w.t1("acceptance-planned-was", "what", number(row.planned, row.planned_days, None, &w)),
            came: row.from_books.then(|| number(row.amount, row.days, row.things.as_ref(), &w)),
            field: format!("income-{n}"),
        })
        .collect();
    let lines = (1_usize..)
        .zip(&budget.lines)
        .map(|(n, line)| LineRow {
            name: line.name.clone(),
            planned: w.t1("acceptance-planned-was", "what", number(line.amount, line.days, line.quantity.as_ref(), &w)),
            quantity: format!("quantity-{n}"),
            amount: format!("amount-{n}"),
            label: w.t(if line.cover == Cover::Labour { "acceptance-days" } else { "acceptance-yuan" }),
            voucher: format!("voucher-{n}"),
            counts: line.cover != Cover::Things,
            money: line.cover == Cover::Money,
        })
        .collect();
    let mut resolutions = vec![(String::new(), w.t("final-account-no-resolution"))];
    resolutions.extend(known.resolutions.iter().map(|one| (one.id.to_string(), one.text.clone())));
    Page(NewPage {
        about: loaded.about(&w),
        title: loaded.project.plan.title.clone(),
        back: format!("/projects/{}/account", loaded.project.id),
        action: format!("/projects/{}/account/new", loaded.project.id),
        income: rows,
        lines,
        resolutions,
        f,
        v: View::new(visit).at(&brand.name, &brand.above, &brand.href),
    })
}

/// The form, with what the acceptance found in its fields.
pub(super) async fn new_form(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let (known, _) = known(&visit, &id).await?;
    let mut f = Fields::empty(&visit.app);
    for (n, line) in (1_usize..).zip(known.passed.iter().flat_map(|one| &one.lines)) {
        f = f.with_text(&format!("quantity-{n}"), line.quantity.clone().unwrap_or_default());
        let typed = line.amount.map(|n| n.to_string()).or(line.days.map(|n| n.to_string()));
        f = f.with_text(&format!("amount-{n}"), typed.unwrap_or_default());
    }
    new_page(&visit, &known, f).ok()
}

/// Writes it down.
pub(super) async fn create(visit: Visit, Path(id): Path<String>, mut f: Fields) -> Result<Response> {
    let (known, post) = known(&visit, &id).await?;
    let (by, now, app) = (visit.account().ok(), visit.now, visit.app.clone());
    let (actor, of, typed) = (visit.actor(post), known.loaded.project.id, f.clone());
    let chosen = ResolutionId::parse(f.value("resolution"));
    let decided = known.resolutions.iter().find(|one| Some(one.id) == chosen).cloned();
    let written = once(&visit, &f, move |tx| {
        let mut chance = app.chance();
        let built = project::get(tx, of)?;
        let books = final_account::books(tx, of)?;
        let before = final_account::of_project(tx, of)?;
        let value = |name: String| typed.value(&name);
        let rows = income(&built.budget, &books).len();
        let form = FinalAccountForm {
            income: (1..=rows).map(|n| value(format!("income-{n}"))).collect(),
            lines: (1..=built.budget.lines.len())
                .map(|n| SpentForm {
                    quantity: value(format!("quantity-{n}")),
                    amount: value(format!("amount-{n}")),
                    voucher: value(format!("voucher-{n}")),
                })
                .collect(),
            rest_use: typed.value("rest_use"),
        };
        let with = (FinalAccountId::fresh(now, &mut chance), by, now);
        let one = law::enter(&built, &books, &form, decided.as_ref(), &before, with).map_err(|r| Error::faults(&r))?;
        final_account::put(tx, &one)?;
        matter::moved(tx, one.matter, now)?;
        let entries = vec![Entry::of(&one, Verb::Create, actor, now, &mut chance)];
        Ok(Once { entries, to: format!("/projects/{of}/account#a-{}", one.id) })
    })
    .await;
    match written {
        Err(error) => {
            f.take(error, "lines", &visit.w(), &visit.today)?;
            new_page(&visit, &known, f).again()
        }
        done => done,
    }
}

/// The supervision committee found it so: it hangs out, and takes the place of one before it.
pub(super) async fn check(visit: Visit, Path(id): Path<String>, mut f: Fields) -> Result<Response> {
    let (one, loaded) = found(&visit, &id).await?;
    let post = visit.may(&loaded.path(), loaded.visibility())?;
    let by = (visit.account()?, post.ok_or(Error::Forbidden)?);
    let rules = visit.app.rules(visit.county.id).await?;
    let (actor, now, today, app) = (visit.actor(post), visit.now, visit.today, visit.app.clone());
    let (id, of, path, opinion) = (one.id, one.project, loaded.path(), f.value("note").to_owned());
    let written = once(&visit, &f, move |tx| {
        let mut chance = app.chance();
        let force = rules.on(&path, today);
        let after = final_account::get(tx, id)?.checked(by, &opinion, &force, today).refuse()?;
        let mut entries = Vec::new();
        let standing = |one: &FinalAccount| one.state == FinalAccountState::Checked;
        for before in final_account::of_project(tx, of)?.into_iter().filter(standing) {
            let replaced = before.replaced().refuse()?;
            final_account::change(tx, &replaced)?;
            entries.push(Entry::of(&replaced, Verb::End, actor, now, &mut chance));
        }
        final_account::change(tx, &after)?;
        matter::moved(tx, after.matter, now)?;
        entries.push(Entry::of(&after, Verb::Certify, actor, now, &mut chance));
        Ok(Once { entries, to: format!("/projects/{of}/account#a-{id}") })
    })
    .await;
    match written {
        Err(error) => {
            f.take(error, "note", &visit.w(), &visit.today)?;
            show_page(&visit, of, f).await
        }
        done => done,
    }
}

/// The supervision committee did not find it so.
pub(super) async fn refuse(visit: Visit, Path(id): Path<String>, mut f: Fields) -> Result<Response> {
    let (one, loaded) = found(&visit, &id).await?;
    let post = visit.may(&loaded.path(), loaded.visibility())?;
    let by = (visit.account()?, post.ok_or(Error::Forbidden)?);
    let (actor, now, app) = (visit.actor(post), visit.now, visit.app.clone());
    let (id, of, reason) = (one.id, one.project, f.value("opinion").to_owned());
    let written = once(&visit, &f, move |tx| {
        let mut chance = app.chance();
        let after = final_account::get(tx, id)?.refused(by, &reason).refuse()?;
        final_account::change(tx, &after)?;
        matter::moved(tx, after.matter, now)?;
        let entries = vec![Entry::of(&after, Verb::End, actor, now, &mut chance)];
        Ok(Once { entries, to: format!("/projects/{of}/account#a-{id}") })
    })
    .await;
    match written {
        Err(error) => {
            f.take(error, "opinion", &visit.w(), &visit.today)?;
            show_page(&visit, of, f).await
        }
        done => done,
    }
}
