//! Cases: written by the committee, published, corrected; a library that everybody searches.

use crate::evaluate::{About, about, finish};
use crate::frame::{Error, Fields, Once, OrRefuse, Page, Result, Route, View, Visit, once};
use crate::people::place::brand;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::decide::matter::Category;
use civic::id::CaseId;
use civic::people::place::{PlaceCode, whole_name};
use civic::people::standing::{Action, Visibility};
use civic::record::{Entry, Verb};
use civic::share::case::{self as law, Case, CaseForm, CaseState};
use civic::stage::Stage;
use civic::text;
use civic::token::Token;
use store::decide::matter::{self, Within};
use store::people::place;
use store::share::case;

/// Cases on one page of the library.
const LINES_MAX: u32 = 20;
/// The longest words that are looked for.
const WORDS_MAX: usize = 40;

/// The routes of cases.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/m/{number}/case", Action::WriteCase, form),
        Route::post("/m/{number}/case", Action::WriteCase, write),
        Route::post("/m/{number}/case/publish", Action::WriteCase, publish),
        Route::get("/cases", Action::ReadPublic, library),
        Route::get("/cases/{id}", Action::ReadPublic, show),
    ]
}

#[derive(Template)]
#[template(path = "share/case-form.html")]
struct FormPage {
    v: View,
    f: Fields,
    number: String,
    title: String,
    /// Whether what is written corrects something published.
    corrects: bool,
    /// Where a draft is published.
    publish: Option<String>,
}

async fn page(visit: &Visit, about: &About, f: Option<Fields>) -> Result<Page<FormPage>> {
    let id = about.matter.id;
    let editions = visit.app.db().read(visit.county.id, move |tx| case::of_matter(tx, id)).await?;
    let last = editions.last();
    let f = f.unwrap_or_else(|| match last.map(|case| &case.story) {
        None => Fields::empty(&visit.app).with("title", about.title()),
        Some(story) => Fields::empty(&visit.app)
            .with("title", &story.title)
            .with("problem", &story.problem)
            .with("process", &story.process)
            .with("money", &story.money)
            .with("result", &story.result)
            .with("failed", &story.failed)
            .with("contact", &story.contact),
    });
    let brand = brand(&about.line);
    Ok(Page(FormPage {
        number: about.number(),
        title: about.title(),
        corrects: last.is_some_and(Case::is_public),
        publish: last
            .filter(|case| case.state == CaseState::Draft)
            .map(|_| format!("/m/{}/case/publish", about.number())),
        f,
        v: View::new(visit).at(&brand.name, &brand.above, &brand.href),
    }))
}

async fn form(visit: Visit, Path(number): Path<String>) -> Result<Response> {
    let (about, _) = about(&visit, &number).await?;
    page(&visit, &about, None).await?.ok()
}

/// Begins, edits or corrects, by what is there.
async fn write(visit: Visit, Path(number): Path<String>, mut f: Fields) -> Result<Response> {
    let (about, post) = about(&visit, &number).await?;
    let form = CaseForm {
        title: f.value("title"),
        problem: f.value("problem"),
        process: f.value("process"),
        money: f.value("money"),
        result: f.value("result"),
        failed: f.value("failed"),
        contact: f.value("contact"),
    };
    let w = visit.w();
    match law::read(&form) {
        Err(faults) => f.refuse_all(&faults, "title", &w, &visit.today),
        Ok(story) => {
            let (actor, now, today, app, id) =
                (visit.actor(post), visit.now, visit.today, visit.app.clone(), about.matter.id);
            let (typed, to) = (f.clone(), format!("/m/{}/case", about.number()));
            let written = once(&visit, &f, move |tx| {
                let mut chance = app.chance();
                let own = matter::get(tx, id)?;
                let there = case::of_matter(tx, id)?;
                let fresh = CaseId::fresh(now, &mut chance);
                match there.last() {
                    None => {
                        let begun = law::draft(&own, &there, story.clone(), (fresh, now)).refuse()?;
                        case::put(tx, &begun)?;
                        let entry = Entry::of(&begun, Verb::Create, actor, now, &mut chance);
                        Ok(Once { entries: vec![entry], to: to.clone() })
                    }
                    Some(last) if last.state == CaseState::Draft => {
                        let edited = last.edited(story.clone()).refuse()?;
                        case::change(tx, &edited)?;
                        let entry = Entry::of(&edited, Verb::Change, actor, now, &mut chance);
                        Ok(Once { entries: vec![entry], to: to.clone() })
                    }
                    Some(last) => {
                        let with = (fresh, now, today);
                        let (old, new) = last.corrected(story.clone(), typed.value("reason"), with).refuse()?;
                        case::change(tx, &old)?;
                        case::put(tx, &new)?;
                        matter::moved(tx, id, now)?;
                        let entries = vec![
                            Entry::of(&old, Verb::Change, actor, now, &mut chance),
                            Entry::of(&new, Verb::Correct, actor, now, &mut chance),
                        ];
                        Ok(Once { entries, to: format!("/cases/{}", new.id) })
                    }
                }
            })
            .await;
            match written {
                Err(error) => f.take(error, "title", &w, &visit.today)?,
                done => return done,
            }
        }
    }
    page(&visit, &about, Some(f)).await?.again()
}

/// Publishes the draft; with it the last stage is done.
async fn publish(visit: Visit, Path(number): Path<String>, mut f: Fields) -> Result<Response> {
    let (about, post) = about(&visit, &number).await?;
    let (actor, now, today, app, id) = (visit.actor(post), visit.now, visit.today, visit.app.clone(), about.matter.id);
    let written = once(&visit, &f, move |tx| {
        let mut chance = app.chance();
        let there = case::of_matter(tx, id)?;
        let last = there.last().ok_or_else(|| Error::refused(&law::CaseRefusal::NotDraft))?;
        let public = last.published(today).refuse()?;
        case::change(tx, &public)?;
        matter::moved(tx, id, now)?;
        let mut entries = vec![Entry::of(&public, Verb::Post, actor, now, &mut chance)];
        entries.extend(finish(tx, id, Stage::Share, (actor, now), &mut chance)?);
        Ok(Once { entries, to: format!("/cases/{}", public.id) })
    })
    .await;
    match written {
        Err(error) => {
            f.take(error, "title", &visit.w(), &visit.today)?;
            page(&visit, &about, Some(f)).await?.again()
        }
        done => done,
    }
}

#[derive(Template)]
#[template(path = "share/case.html")]
struct ShowPage {
    v: View,
    number: String,
    place: String,
    title: String,
    state: String,
    reason: Option<String>,
    parts: Vec<(String, String)>,
    editions: Vec<(String, String)>,
    correct: Option<String>,
}

async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let id = CaseId::parse(&id).ok_or(Error::Hidden)?;
    let (one, about, editions) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let one = case::get(tx, id)?;
            let matter = crate::evaluate::living(tx, one.matter)?;
            let line = place::line(tx, matter.place)?;
            let editions = case::of_matter(tx, one.matter)?;
            Ok::<_, Error>((one, About { matter, line }, editions))
        })
        .await?;
    let path = about.path();
    visit.may(&path, if one.is_public() { Visibility::Public } else { Visibility::Draft })?;
    // A draft is shown by its form.
    if !one.is_public() {
        return Ok(crate::frame::see_other(&format!("/m/{}/case", about.number())));
    }
    let (w, today) = (visit.w(), visit.today);
    let story = &one.story;
    let parts = vec![
        (w.t("case-problem"), story.problem.clone()),
        (w.t("case-process"), story.process.clone()),
        (w.t("case-money"), story.money.clone()),
        (w.t("case-result"), story.result.clone()),
        (w.t("case-failed"), story.failed.clone()),
        (w.t("case-contact"), story.contact.clone()),
    ];
    let others = editions.iter().filter(|other| other.is_public() && other.id != one.id);
    let brand = brand(&about.line);
    let page = ShowPage {
        number: about.number(),
        place: whole_name(&about.line),
        title: story.title.clone(),
        state: w.token(one.state),
        reason: one.reason.clone(),
        parts,
        editions: others
            .map(|other| {
                let day = other.published_on.map(|day| w.day(&day, &today)).unwrap_or_default();
                (format!("/cases/{}", other.id), w.t2("case-edition", "n", other.edition, "day", day))
            })
            .collect(),
        correct: (one.state == CaseState::Published && visit.could(Action::WriteCase, &path))
            .then(|| format!("/m/{}/case", about.number())),
        v: View::new(&visit).at(&brand.name, &brand.above, &brand.href),
    };
    Page(page).ok()
}

struct LineView {
    href: String,
    title: String,
    failed: String,
    about: String,
}

#[derive(Template)]
#[template(path = "share/cases.html")]
struct LibraryPage {
    v: View,
    said: String,
    at: String,
    category: String,
    categories: Vec<(String, String)>,
    lines: Vec<LineView>,
    after: Option<String>,
    first: Option<String>,
}

/// The library: by place, by what it is about, by words.
async fn library(visit: Visit, asked: Fields) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let said = text::line_or_none(asked.value("q"), WORDS_MAX).ok().flatten().unwrap_or_default();
    let category = Category::parse(asked.value("category")).map(Token::as_str);
    let code = PlaceCode::parse(asked.value("at"));
    let before = CaseId::parse(asked.value("before"));
    let (today, words) = (visit.today, said.clone());
    let mut rows = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let within = match code {
                None => Within::County,
                Some(code) => {
                    let own = place::by_code(tx, code, today)?;
                    match Within::of(&place::line(tx, own.id)?) {
                        Within::Near(hamlet, _) => Within::Village(hamlet),
                        within => within,
                    }
                }
            };
            Ok::<_, Error>(case::library(tx, within, category, &words, before, LINES_MAX + 1)?)
        })
        .await?;
    let w = visit.w();
    let max = usize::try_from(LINES_MAX).unwrap_or(usize::MAX);
    let more = rows.len() > max;
    rows.truncate(max);
    let category = category.unwrap_or_default().to_owned();
    let at = asked.value("at").to_owned();
    let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let here = format!("/cases?q={}&at={}&category={category}", encoded(&said), encoded(&at));
    let page = LibraryPage {
        after: rows.last().filter(|_| more).map(|last| format!("{here}&before={}", last.case.id)),
        first: before.map(|_| here),
        lines: rows
            .into_iter()
            .map(|line| LineView {
                href: format!("/cases/{}", line.case.id),
                about: w.list(&[&line.place_name, &line.number]),
                title: line.case.story.title,
                failed: w.t1("case-failed-is", "text", line.case.story.failed),
            })
            .collect(),
        categories: Category::ALL.iter().map(|one| (one.as_str().to_owned(), w.token(*one))).collect(),
        said,
        at,
        category,
        v: View::new(&visit),
    };
    Page(page).ok()
}
