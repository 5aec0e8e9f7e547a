//! The page of the diary and the form of a note.

use crate::build::project::{Loaded, id_of, load};
use crate::frame::{Error, Fields, Once, Page, Result, View, Visit, W, cut, once, photo_file, photos};
use crate::people::place::brand;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::build::project::ProjectState;
use civic::build::works::{self as law, PHOTOS_MAX, Works, WorksForm};
use civic::id::WorksId;
use civic::people::standing::{Action, Post};
use civic::record::{Entry, Verb};
use civic::time::Day;
use store::build::{project, works};
use store::decide::matter;
use store::files::{self, FileKind};

/// Notes on one page.
const NOTES_MAX: u32 = 20;

struct NoteView {
    id: String,
    day: Day,
    when: String,
    line: Option<String>,
    progress: String,
    more: Vec<(String, String)>,
    photos: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "build/works/list.html")]
struct ListPage {
    v: View,
    number: String,
    title: String,
    project: String,
    notes: Vec<NoteView>,
    write: Option<String>,
    first: Option<String>,
    after: Option<String>,
}

fn note_view(note: &Works, loaded: &Loaded, w: &W, today: Day) -> NoteView {
    let line = note.line.and_then(|n| usize::try_from(n).ok()?.checked_sub(1));
    let line = line.and_then(|at| loaded.project.budget.lines.get(at)).map(|line| line.name.clone());
    let when = w.day(&note.on, &today);
    let more = [
        ("works-quality", &note.quality),
        ("works-safety", &note.safety),
        ("works-material", &note.material),
        ("works-seen", &note.seen),
    ];
    NoteView {
        id: format!("note-{}", note.id),
        day: note.on,
        line,
        progress: note.progress.clone(),
        more: more.into_iter().filter_map(|(key, text)| Some((w.t(key), text.clone()?))).collect(),
        photos: (1..=note.photos.len())
            .map(|n| (format!("/works/{}/photo/{n}", note.id), w.t2("works-photo-alt", "day", &when, "n", n)))
            .collect(),
        when,
    }
}

/// The diary, latest first.
pub(super) async fn list(visit: Visit, Path(id): Path<String>, asked: Fields) -> Result<Response> {
    let id = id_of(&id)?;
    let before = WorksId::parse(asked.value("before"));
    let (loaded, mut notes) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            Ok::<_, Error>((load(tx, id)?, works::of_project(tx, id, before, NOTES_MAX + 1)?))
        })
        .await?;
    visit.may(&loaded.path(), loaded.visibility())?;
    let w = visit.w();
    let more = cut(&mut notes, NOTES_MAX);
    let here = format!("/projects/{id}/works");
    let brand = brand(&loaded.line);
    let builds = matches!(loaded.project.state, ProjectState::Building | ProjectState::Built);
    let page = ListPage {
        number: loaded.number(),
        title: loaded.project.plan.title.clone(),
        project: format!("/projects/{id}"),
        write: (builds && visit.could(Action::KeepWorks, &loaded.path())).then(|| format!("{here}/new")),
        after: notes.last().filter(|_| more).map(|last| format!("{here}?before={}", last.id)),
        first: before.map(|_| here.clone()),
        notes: notes.iter().map(|note| note_view(note, &loaded, &w, visit.today)).collect(),
        v: View::new(&visit).at(&brand.name, &brand.above, &brand.href),
    };
    Page(page).ok()
}

#[derive(Template)]
#[template(path = "build/works/new.html")]
struct NewPage {
    v: View,
    f: Fields,
    about: String,
    title: String,
    back: String,
    action: String,
    lines: Vec<(String, String)>,
}

fn new_page(visit: &Visit, loaded: &Loaded, f: Fields) -> Page<NewPage> {
    let w = visit.w();
    let brand = brand(&loaded.line);
    let mut lines = vec![(String::new(), w.t("works-line-none"))];
    lines.extend((1..).zip(&loaded.project.budget.lines).map(|(n, line): (i64, _)| (n.to_string(), line.name.clone())));
    Page(NewPage {
        about: loaded.about(&w),
        title: loaded.project.plan.title.clone(),
        back: format!("/projects/{}/works", loaded.project.id),
        action: format!("/projects/{}/works/new", loaded.project.id),
        lines,
        f,
        v: View::new(visit).at(&brand.name, &brand.above, &brand.href),
    })
}

async fn own(visit: &Visit, id: &str) -> Result<(Loaded, Option<Post>)> {
    let id = id_of(id)?;
    let loaded = visit.app.db().read(visit.county.id, move |tx| load(tx, id)).await?;
    let post = visit.may(&loaded.path(), loaded.visibility())?;
    Ok((loaded, post))
}

/// The form of a note.
pub(super) async fn new_form(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let (loaded, _) = own(&visit, &id).await?;
    let f = Fields::empty(&visit.app).with("day", visit.today.to_string());
    new_page(&visit, &loaded, f).ok()
}

/// Writes a note.
pub(super) async fn create(visit: Visit, Path(id): Path<String>, mut f: Fields) -> Result<Response> {
    let (loaded, post) = own(&visit, &id).await?;
    let w = visit.w();
    let on = if f.value("day").trim().is_empty() { None } else { f.day("day", &w) };
    // A line that is no number is none that there is.
    let line = Some(f.value("line")).filter(|typed| !typed.is_empty()).map(|typed| typed.parse().unwrap_or(0));
    let said = f.clone();
    let form = WorksForm {
        on,
        line,
        progress: said.value("progress"),
        quality: said.value("quality"),
        safety: said.value("safety"),
        material: said.value("material"),
        seen: said.value("seen"),
        // Their number is said below, where they are drawn.
        photos: 0,
    };
    // The texts are looked at before photos are drawn.
    let fresh = || WorksId::fresh(visit.now, &mut visit.app.chance());
    if let Err(faults) = law::note(&loaded.project, &form, Vec::new(), (fresh(), visit.now, visit.today)) {
        for fault in faults {
            let field = civic::refusal::Refuse::field(&fault).unwrap_or("progress");
            // A day that cannot be read has its sentence already.
            if f.err(field).is_none() {
                f.refuse(&fault, "progress", &w, &visit.today);
            }
        }
    }
    let photos = photos(&visit, &mut f, "photo", (0, PHOTOS_MAX)).await?;
    if f.ok() {
        let (actor, now, today, app, id) =
            (visit.actor(post), visit.now, visit.today, visit.app.clone(), loaded.project.id);
        let typed = f.clone();
        let written = once(&visit, &f, move |tx| {
            let mut chance = app.chance();
            let built = project::get(tx, id)?;
            let mut files = Vec::new();
            for photo in &photos {
                files.push(photo.put(tx, FileKind::Photo, now, &mut chance)?);
            }
            let form = WorksForm {
                on,
                line,
                progress: typed.value("progress"),
                quality: typed.value("quality"),
                safety: typed.value("safety"),
                material: typed.value("material"),
                seen: typed.value("seen"),
                photos: files.len(),
            };
            let with = (WorksId::fresh(now, &mut chance), now, today);
            let note = law::note(&built, &form, files, with).map_err(|r| Error::faults(&r))?;
            works::put(tx, &note)?;
            matter::moved(tx, note.matter, now)?;
            let entry = Entry::of(&note, Verb::Create, actor, now, &mut chance);
            Ok(Once { entries: vec![entry], to: format!("/projects/{id}/works#note-{}", note.id) })
        })
        .await;
        match written {
            Err(error) => f.take(error, "progress", &w, &visit.today)?,
            done => return done,
        }
    }
    new_page(&visit, &loaded, f).again()
}

/// A photo of the work: as public as its project.
pub(super) async fn photo(visit: Visit, Path((id, n)): Path<(String, usize)>) -> Result<Response> {
    let id = WorksId::parse(&id).ok_or(Error::Hidden)?;
    let (loaded, file) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let note = works::get(tx, id)?;
            let loaded = load(tx, note.project)?;
            let file = match n.checked_sub(1).and_then(|at| note.photos.get(at)) {
                Some(file) => Some(files::get(tx, *file)?),
                None => None,
            };
            Ok::<_, Error>((loaded, file))
        })
        .await?;
    visit.may(&loaded.path(), loaded.visibility())?;
    photo_file(&visit, file.ok_or(Error::Hidden)?).await
}
