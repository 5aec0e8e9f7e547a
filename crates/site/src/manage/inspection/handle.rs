//! What the committee does with a note: reads its words, answers, says that it is mended.

use crate::frame::{Error, Fields, Once, OrRefuse, Page, Result, View, Visit, once, photo_file};
use crate::manage::facility::{Loaded, load};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::id::InspectionId;
use civic::manage::inspection::{Inspection, TEXT_MAX};
use civic::people::standing::{Post, Visibility};
use civic::record::{Entry, Verb};
use store::decide::matter;
use store::files;
use store::manage::{facility, inspection};
use store::people::resident;

struct Case {
    note: Inspection,
    loaded: Loaded,
    who: Option<String>,
    post: Option<Post>,
}

async fn case(visit: &Visit, id: &str) -> Result<Case> {
    let id = InspectionId::parse(id).ok_or(Error::Hidden)?;
    let (note, loaded, who) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let note = inspection::get(tx, id)?;
            let loaded = load(tx, note.facility)?;
            let who = note.resident.map(|id| resident::get(tx, id)).transpose()?.map(|one| one.name);
            Ok::<_, Error>((note, loaded, who))
        })
        .await?;
    // Its words and who it was are for those who handle it: to everybody else it is not there.
    let post = visit.may(&loaded.path(), Visibility::Draft)?;
    Ok(Case { note, loaded, who, post })
}

#[derive(Template)]
#[template(path = "manage/inspection/handle.html")]
struct HandlePage {
    v: View,
    f: Fields,
    about: String,
    back: String,
    href: String,
    state: String,
    noted: String,
    words: Option<String>,
    photo: Option<String>,
    who: String,
    due: Option<String>,
    left: Option<(String, bool)>,
    answer: Option<String>,
    waits: bool,
    max: usize,
}

fn page(visit: &Visit, case: &Case, f: Fields) -> Page<HandlePage> {
    let (w, today) = (visit.w(), visit.today);
    let note = &case.note;
    let href = format!("/faults/{}", note.id);
    let due = note.due_on.filter(|_| note.waits());
    let over = note.overdue(today);
    Page(HandlePage {
        about: case.loaded.about(&w),
        back: case.loaded.href(),
        state: w.token(note.state),
        noted: w.day(&note.noted_on, &today),
        words: note.words.clone(),
        photo: note.photo.map(|_| format!("{href}/photo")),
        who: match (&case.who, note.helper) {
            (Some(name), Some(_)) => w.t1("inspection-who-helped", "name", name),
            (Some(name), None) => name.clone(),
            (None, _) => w.t("inspection-who-unnamed"),
        },
        due: due.map(|due| w.t1("inspection-due", "day", w.day(&due, &today))),
        left: due.map(|due| (w.t1(if over { "days-over" } else { "days-left" }, "n", today.until(due).abs()), over)),
        answer: note.answer.clone(),
        waits: note.waits(),
        max: TEXT_MAX,
        href,
        f,
        v: case.loaded.view(visit),
    })
}

/// The note with its words, and what can be done.
pub(super) async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let case = case(&visit, &id).await?;
    let f = Fields::empty(&visit.app).with("day", visit.today.to_string());
    page(&visit, &case, f).ok()
}

/// Its photo.
pub(super) async fn photo(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let case = case(&visit, &id).await?;
    let id = case.note.photo.ok_or(Error::Hidden)?;
    let file = visit.app.db().read(visit.county.id, move |tx| files::get(tx, id).map_err(Error::from)).await?;
    photo_file(&visit, file).await
}

/// Runs a step over a note; when the last open one is settled, the facility is in service again.
async fn step<F>(visit: &Visit, case: Case, mut f: Fields, verb: Verb, field: &str, step: F) -> Result<Response>
where
    F: Fn(&Inspection) -> Result<Inspection> + Send + 'static,
{
    let (actor, now, app, id) = (visit.actor(case.post), visit.now, visit.app.clone(), case.note.id);
    let written = once(visit, &f, move |tx| {
        let mut chance = app.chance();
        let after = step(&inspection::get(tx, id)?)?;
        inspection::change(tx, &after)?;
        let mut entries = vec![Entry::of(&after, verb, actor, now, &mut chance)];
        if !after.waits() {
            let about = facility::get(tx, after.facility)?;
            let left = inspection::waiting(tx, about.id)?;
            let settled = about.settled(left);
            if settled != about {
                facility::change(tx, &settled)?;
                entries.push(Entry::of(&settled, Verb::Change, actor, now, &mut chance));
            }
        }
        if let Some(id) = after.matter {
            matter::moved(tx, id, now)?;
        }
        Ok(Once { entries, to: format!("/faults/{id}") })
    })
    .await;
    match written {
        Err(error) => f.take(error, field, &visit.w(), &visit.today)?,
        done => return done,
    }
    page(visit, &case, f).again()
}

/// Answers, with the day by which it is to be mended.
pub(super) async fn answer(visit: Visit, Path(id): Path<String>, mut f: Fields) -> Result<Response> {
    let case = case(&visit, &id).await?;
    let promised = if f.value("promised").trim().is_empty() { None } else { f.day("promised", &visit.w()) };
    if !f.ok() {
        return page(&visit, &case, f).again();
    }
    let (text, today) = (f.value("answer").to_owned(), visit.today);
    step(&visit, case, f, Verb::Answer, "answer", move |note| note.answered(&text, promised, today).refuse()).await
}

/// Says that it is mended.
pub(super) async fn mend(visit: Visit, Path(id): Path<String>, mut f: Fields) -> Result<Response> {
    let case = case(&visit, &id).await?;
    let Some(on) = f.day("day", &visit.w()) else { return page(&visit, &case, f).again() };
    let (text, today) = (f.value("answer").to_owned(), visit.today);
    step(&visit, case, f, Verb::Close, "answer", move |note| note.mended(&text, on, today).refuse()).await
}

/// Says that there is nothing to mend, and why.
pub(super) async fn dismiss(visit: Visit, Path(id): Path<String>, f: Fields) -> Result<Response> {
    let case = case(&visit, &id).await?;
    let (text, today) = (f.value("answer").to_owned(), visit.today);
    step(&visit, case, f, Verb::Close, "answer", move |note| note.dismissed(&text, today).refuse()).await
}
