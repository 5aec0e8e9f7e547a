//! Who has something of a matter: counts, published at once, corrected by another edition.

use crate::evaluate::{About, about};
use crate::frame::{Error, Fields, Once, Page, Result, Route, View, Visit, W, once};
use crate::people::place::brand;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::id::BenefitId;
use civic::people::standing::Action;
use civic::record::{Entry, Verb};
use civic::share::benefit::{self as law, Benefit, BenefitForm};
use store::decide::matter;
use store::share::benefit;

/// The most people of one matter.
const PEOPLE_MAX: u32 = 9_999_999;

/// The routes of who has something of a matter.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/m/{number}/benefit", Action::WriteCase, form),
        Route::post("/m/{number}/benefit", Action::WriteCase, publish),
    ]
}

/// The counts as everybody may see them.
pub(super) fn facts(one: &Benefit, w: &W) -> Vec<(String, String)> {
    let count = |n: i64| law::shown(n).map_or_else(|| w.t("benefit-few"), |n| n.to_string());
    let mut facts = vec![
        (w.t("benefit-households"), one.households.to_string()),
        (w.t("benefit-persons"), one.persons.to_string()),
    ];
    let parts =
        [("benefit-elderly", one.elderly), ("benefit-children", one.children), ("benefit-disabled", one.disabled)];
    facts.extend(parts.into_iter().filter_map(|(key, n)| Some((w.t(key), count(n?)))));
    facts.push((w.t("benefit-gave-nothing"), count(one.gave_nothing)));
    facts
}

#[derive(Template)]
#[template(path = "share/benefit.html")]
struct FormPage {
    v: View,
    f: Fields,
    number: String,
    title: String,
    corrects: bool,
}

async fn page(visit: &Visit, about: &About, f: Fields) -> Result<Page<FormPage>> {
    let id = about.matter.id;
    let before = visit.app.db().read(visit.county.id, move |tx| benefit::of_matter(tx, id)).await?;
    let brand = brand(&about.line);
    Ok(Page(FormPage {
        number: about.number(),
        title: about.title(),
        corrects: !before.is_empty(),
        f,
        v: View::new(visit).at(&brand.name, &brand.above, &brand.href),
    }))
}

async fn form(visit: Visit, Path(number): Path<String>) -> Result<Response> {
    let (about, _) = about(&visit, &number).await?;
    let f = Fields::empty(&visit.app);
    page(&visit, &about, f).await?.ok()
}

async fn publish(visit: Visit, Path(number): Path<String>, mut f: Fields) -> Result<Response> {
    let (about, post) = about(&visit, &number).await?;
    let w = visit.w();
    let [households, persons, gave_nothing] =
        ["households", "persons", "gave_nothing"].map(|name| f.count(name, PEOPLE_MAX, &w).map(i64::from));
    // What was not counted stays empty; it is not zero.
    let [elderly, children, disabled] = ["elderly", "children", "disabled"]
        .map(|name| if f.value(name).trim().is_empty() { None } else { f.count(name, PEOPLE_MAX, &w).map(i64::from) });
    if let (Some(households), Some(persons), Some(gave_nothing), true) = (households, persons, gave_nothing, f.ok()) {
        let (actor, now, today, app, id) =
            (visit.actor(post), visit.now, visit.today, visit.app.clone(), about.matter.id);
        let (typed, to) = (f.clone(), format!("/m/{}#share", about.number()));
        let written = once(&visit, &f, move |tx| {
            let mut chance = app.chance();
            let own = matter::get(tx, id)?;
            let before = benefit::of_matter(tx, id)?;
            let form = BenefitForm {
                households,
                persons,
                elderly,
                children,
                disabled,
                gave_nothing,
                basis: typed.value("basis"),
                reason: typed.value("reason"),
            };
            let with = (BenefitId::fresh(now, &mut chance), now, today);
            let one = law::publish(&own, before.last(), &form, with).map_err(|r| Error::faults(&r))?;
            benefit::put(tx, &one)?;
            matter::moved(tx, id, now)?;
            let verb = if before.is_empty() { Verb::Create } else { Verb::Correct };
            Ok(Once { entries: vec![Entry::of(&one, verb, actor, now, &mut chance)], to: to.clone() })
        })
        .await;
        match written {
            Err(error) => f.take(error, "basis", &w, &visit.today)?,
            done => return done,
        }
    }
    page(&visit, &about, f).await?.again()
}
