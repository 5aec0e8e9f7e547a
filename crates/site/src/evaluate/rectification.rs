//! What is to be put right: noted, done, looked at again by somebody else.

use super::{About, about, again, days, living, settle};
use crate::frame::{Error, Fields, Once, OrRefuse, Page, Result, Route, View, Visit, once};
use crate::people::place::brand;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::evaluate::rectification::{self as law, Cause, Rectification, RectificationForm, RectificationState};
use civic::id::{RectificationId, SurveyId};
use civic::people::standing::{Action, Post, Visibility};
use civic::record::{Entry, Verb};
use civic::stage::Stage;
use civic::token::Token;
use store::decide::matter;
use store::evaluate::{rectification, survey};
use store::people::place;

/// The most people who are asked again.
const ASKED_MAX: u32 = 9_999;

/// The routes of rectifications.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/m/{number}/rectify", Action::KeepSurvey, new_form),
        Route::post("/m/{number}/rectify", Action::KeepSurvey, create),
        Route::get("/rectifications/{id}", Action::ReadPublic, show),
        Route::post("/rectifications/{id}/done", Action::KeepSurvey, done),
        Route::post("/rectifications/{id}/recheck", Action::Recheck, recheck),
    ]
}

#[derive(Template)]
#[template(path = "evaluate/rectify.html")]
struct NewPage {
    v: View,
    f: Fields,
    number: String,
    title: String,
    causes: Vec<(String, String)>,
}

fn new_page(visit: &Visit, about: &About, f: Fields) -> Page<NewPage> {
    let w = visit.w();
    let brand = brand(&about.line);
    Page(NewPage {
        number: about.number(),
        title: about.title(),
        causes: Cause::ALL.iter().map(|one| (one.as_str().to_owned(), w.token(*one))).collect(),
        f,
        v: View::new(visit).at(&brand.name, &brand.above, &brand.href),
    })
}

async fn new_form(visit: Visit, Path(number): Path<String>, asked: Fields) -> Result<Response> {
    let (about, _) = about(&visit, &number).await?;
    let f = Fields::empty(&visit.app).with("cause", Cause::Survey.as_str()).with("survey", asked.value("survey"));
    new_page(&visit, &about, f).ok()
}

async fn create(visit: Visit, Path(number): Path<String>, mut f: Fields) -> Result<Response> {
    let (about, post) = about(&visit, &number).await?;
    let w = visit.w();
    let (cause, given) = (f.token::<Cause>("cause", &w), days(&mut f, ["due"], &w));
    if let (Some(cause), Some([due])) = (cause, given) {
        let (actor, now, today, app, id) =
            (visit.actor(post), visit.now, visit.today, visit.app.clone(), about.matter.id);
        let typed = f.clone();
        let written = once(&visit, &f, move |tx| {
            let mut chance = app.chance();
            let own = matter::get(tx, id)?;
            let (own, mut entries) = again(tx, own, Stage::Evaluate, (actor, now), &mut chance)?;
            // A survey of another matter is none.
            let wished = SurveyId::parse(typed.value("survey")).filter(|_| cause == Cause::Survey);
            let survey = survey::of_matter(tx, id)?.into_iter().map(|one| one.id).find(|one| Some(*one) == wished);
            let form =
                RectificationForm { cause, survey, issue: typed.value("issue"), owner: typed.value("owner"), due };
            let with = (RectificationId::fresh(now, &mut chance), now, today);
            let noted = law::note(&own, &form, with).map_err(|r| Error::faults(&r))?;
            rectification::put(tx, &noted)?;
            matter::moved(tx, own.id, now)?;
            entries.push(Entry::of(&noted, Verb::Create, actor, now, &mut chance));
            Ok(Once { entries, to: format!("/rectifications/{}", noted.id) })
        })
        .await;
        match written {
            Err(error) => f.take(error, "issue", &w, &visit.today)?,
            done => return done,
        }
    }
    new_page(&visit, &about, f).again()
}

struct Loaded {
    one: Rectification,
    about: About,
}

async fn loaded(visit: &Visit, id: &str) -> Result<(Loaded, Option<Post>)> {
    let id = RectificationId::parse(id).ok_or(Error::Hidden)?;
    let loaded = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let one = rectification::get(tx, id)?;
            let matter = living(tx, one.matter)?;
            let line = place::line(tx, matter.place)?;
            Ok::<_, Error>(Loaded { one, about: About { matter, line } })
        })
        .await?;
    let post = visit.may(&loaded.about.path(), Visibility::Public)?;
    Ok((loaded, post))
}

#[derive(Template)]
#[template(path = "evaluate/rectification.html")]
struct ShowPage {
    v: View,
    f: Fields,
    number: String,
    title: String,
    state: String,
    late: bool,
    issue: String,
    facts: Vec<(String, String)>,
    done: Option<String>,
    recheck: Option<String>,
}

fn show_page(visit: &Visit, loaded: &Loaded, f: Fields) -> Page<ShowPage> {
    let (w, today, one, path) = (visit.w(), visit.today, &loaded.one, loaded.about.path());
    let mut facts = vec![
        (w.t("rectification-cause"), w.token(one.cause)),
        (w.t("rectification-owner"), one.owner.clone()),
        (w.t("rectification-due"), w.day(&one.due, &today)),
    ];
    if let (Some(evidence), Some(day)) = (&one.evidence, one.done_on) {
        facts.push((w.t1("rectification-done-on", "day", w.day(&day, &today)), evidence.clone()));
    }
    if let (Some(finding), Some(day)) = (&one.finding, one.rechecked_on) {
        facts.push((w.t1("rectification-rechecked-on", "day", w.day(&day, &today)), finding.clone()));
    }
    if let Some((n, all)) = one.asked_again {
        facts.push((w.t("rectification-asked-again"), w.t2("survey-content-of", "n", n, "all", all)));
    }
    if one.reopened > 0 {
        facts.push((w.t("rectification-reopened"), w.t1("rectification-times", "n", one.reopened)));
    }
    let brand = brand(&loaded.about.line);
    // Whoever did it sees no form that would refuse.
    let own = one.done_by.is_some() && visit.signed.as_ref().map(|signed| signed.account) == one.done_by;
    Page(ShowPage {
        number: loaded.about.number(),
        title: loaded.about.title(),
        state: w.token(one.state),
        late: one.is_late(today),
        issue: one.issue.clone(),
        facts,
        done: (one.state == RectificationState::Open && visit.could(Action::KeepSurvey, &path))
            .then(|| format!("/rectifications/{}/done", one.id)),
        recheck: (one.state == RectificationState::Done && !own && visit.could(Action::Recheck, &path))
            .then(|| format!("/rectifications/{}/recheck", one.id)),
        f,
        v: View::new(visit).at(&brand.name, &brand.above, &brand.href),
    })
}

async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let (loaded, _) = loaded(&visit, &id).await?;
    let f = Fields::empty(&visit.app).with("right", "yes");
    show_page(&visit, &loaded, f).ok()
}

/// Says that it was done.
async fn done(visit: Visit, Path(id): Path<String>, mut f: Fields) -> Result<Response> {
    let (loaded, post) = loaded(&visit, &id).await?;
    let (actor, account, now, today) = (visit.actor(post), visit.account()?, visit.now, visit.today);
    let (app, own, living) = (visit.app.clone(), loaded.one.id, loaded.about.matter.id);
    let typed = f.clone();
    let written = once(&visit, &f, move |tx| {
        let done = rectification::get(tx, own)?.done(typed.value("evidence"), account, today).refuse()?;
        rectification::change(tx, &done)?;
        matter::moved(tx, living, now)?;
        let entry = Entry::of(&done, Verb::Change, actor, now, &mut app.chance());
        Ok(Once { entries: vec![entry], to: format!("/rectifications/{own}") })
    })
    .await;
    match written {
        Err(error) => {
            f.take(error, "evidence", &visit.w(), &visit.today)?;
            show_page(&visit, &loaded, f).again()
        }
        done => done,
    }
}

/// Looks again: closed, or back to be done.
async fn recheck(visit: Visit, Path(id): Path<String>, mut f: Fields) -> Result<Response> {
    let (loaded, post) = loaded(&visit, &id).await?;
    let w = visit.w();
    let mut number = |name: &str| -> Option<i64> {
        if f.value(name).trim().is_empty() { None } else { f.count(name, ASKED_MAX, &w).map(i64::from) }
    };
    let asked_again = number("content").zip(number("asked"));
    let right = match f.value("right") {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    };
    if right.is_none() {
        f.wrong("right", w.t("field-choose"));
    }
    if let (Some(right), true) = (right, f.ok()) {
        let (actor, account, now, today) = (visit.actor(post), visit.account()?, visit.now, visit.today);
        let (app, own, living) = (visit.app.clone(), loaded.one.id, loaded.about.matter.id);
        let typed = f.clone();
        let written = once(&visit, &f, move |tx| {
            let mut chance = app.chance();
            let found = (typed.value("finding"), asked_again, right);
            let checked = rectification::get(tx, own)?.rechecked(found, account, today).refuse()?;
            rectification::change(tx, &checked)?;
            matter::moved(tx, living, now)?;
            let mut entries = vec![Entry::of(&checked, Verb::Change, actor, now, &mut chance)];
            entries.extend(settle(tx, living, (actor, now), &mut chance)?);
            Ok(Once { entries, to: format!("/rectifications/{own}") })
        })
        .await;
        match written {
            Err(error) => f.take(error, "finding", &w, &visit.today)?,
            done => return done,
        }
    }
    show_page(&visit, &loaded, f).again()
}
