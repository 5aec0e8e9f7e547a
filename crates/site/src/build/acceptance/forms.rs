//! The form of an acceptance.

use crate::build::project::{Loaded, id_of, load};
use crate::frame::{Error, Fields, Once, Page, Result, View, Visit, W, once, photos};
use crate::people::place::brand;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::build::acceptance::{
    self as law, AcceptanceForm, AcceptanceLevel, ActualForm, DefectForm, PHOTOS_MAX, Verdict,
};
use civic::build::project::Cover;
use civic::id::{AcceptanceId, DefectId, FileId};
use civic::people::standing::Post;
use civic::record::{Entry, Verb};
use civic::refusal::Refuse;
use civic::time::Day;
use civic::token::Token;
use store::build::{acceptance, project};
use store::decide::matter;
use store::files::FileKind;

/// Rows for defects on the form.
const DEFECT_ROWS: usize = 6;

struct LineRow {
    name: String,
    planned: String,
    quantity: String,
    amount: String,
    label: String,
    /// Whether it has a number at all; things have none.
    counts: bool,
}

struct DefectRow {
    legend: String,
    what: String,
    due: String,
    owner: String,
}

#[derive(Template)]
#[template(path = "build/acceptance/new.html")]
struct NewPage {
    v: View,
    f: Fields,
    about: String,
    title: String,
    back: String,
    action: String,
    levels: Vec<(String, String)>,
    verdicts: Vec<(String, String)>,
    lines: Vec<LineRow>,
    defects: Vec<DefectRow>,
}

fn options<T: Token>(w: &W) -> Vec<(String, String)> {
    T::ALL.iter().map(|one| (one.as_str().to_owned(), w.token(*one))).collect()
}

fn new_page(visit: &Visit, loaded: &Loaded, f: Fields) -> Page<NewPage> {
    let w = visit.w();
    let brand = brand(&loaded.line);
    let lines = (1_usize..)
        .zip(&loaded.project.budget.lines)
        .map(|(n, line)| {
            let number = match (line.amount, line.days) {
                (Some(amount), _) => w.money(&amount),
                (None, Some(days)) => w.t1("project-days", "days", days.to_string()),
                (None, None) => String::new(),
            };
            LineRow {
                name: line.name.clone(),
                planned: w.t1(
                    "acceptance-planned-was",
                    "what",
                    w.list(&[line.quantity.as_deref().unwrap_or_default(), &number]),
                ),
                quantity: format!("quantity-{n}"),
                amount: format!("amount-{n}"),
                label: w.t(if line.cover == Cover::Labour { "acceptance-days" } else { "acceptance-yuan" }),
                counts: line.cover != Cover::Things,
            }
        })
        .collect();
    let defects = (1..=DEFECT_ROWS)
        .map(|n| DefectRow {
            legend: w.t1("acceptance-defect", "n", n),
            what: format!("defect-{n}-what"),
            due: format!("defect-{n}-due"),
            owner: format!("defect-{n}-owner"),
        })
        .collect();
    Page(NewPage {
        about: loaded.about(&w),
        title: loaded.project.plan.title.clone(),
        back: format!("/projects/{}/acceptance", loaded.project.id),
        action: format!("/projects/{}/acceptance/new", loaded.project.id),
        levels: options::<AcceptanceLevel>(&w),
        verdicts: options::<Verdict>(&w),
        lines,
        defects,
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

/// The form, with what was planned beside each field.
pub(super) async fn new_form(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let (loaded, post) = own(&visit, &id).await?;
    let level = match post {
        Some(Post::County) => AcceptanceLevel::County,
        Some(Post::Township) => AcceptanceLevel::Town,
        _ => AcceptanceLevel::Village,
    };
    let f = Fields::empty(&visit.app).with("day", visit.today.to_string()).with("level", level.as_str());
    new_page(&visit, &loaded, f).ok()
}

/// What was typed, as `civic` reads it.
fn said<'a>(
    f: &'a Fields,
    lines: usize,
    level: AcceptanceLevel,
    verdict: Verdict,
    papers: usize,
) -> AcceptanceForm<'a> {
    let at = |name: String| f.value(&name);
    AcceptanceForm {
        level,
        held_on: Day::parse(f.value("day")),
        lines: (1..=lines)
            .map(|n| ActualForm { quantity: at(format!("quantity-{n}")), amount: at(format!("amount-{n}")) })
            .collect(),
        quality: f.value("quality"),
        members: f.value("members"),
        opinion: (f.value("content"), f.value("asked")),
        verdict,
        defects: (1..=DEFECT_ROWS)
            .map(|n| DefectForm {
                what: at(format!("defect-{n}-what")),
                due_on: Day::parse(at(format!("defect-{n}-due"))),
                owner: at(format!("defect-{n}-owner")),
            })
            .filter(|row| !row.what.trim().is_empty() || !row.owner.trim().is_empty() || row.due_on.is_some())
            .collect(),
        papers,
    }
}

/// Enters it.
pub(super) async fn create(visit: Visit, Path(id): Path<String>, mut f: Fields) -> Result<Response> {
    let (loaded, post) = own(&visit, &id).await?;
    let w = visit.w();
    let level = f.token::<AcceptanceLevel>("level", &w);
    let verdict = f.token::<Verdict>("verdict", &w);
    let lines = loaded.project.budget.lines.len();
    let by = visit.account().ok();
    if let (Some(level), Some(verdict)) = (level, verdict) {
        // The texts are looked at before photos are drawn.
        let typed = f.clone();
        let form = said(&typed, lines, level, verdict, typed.uploads("photo").count());
        let (mut chance, now) = (visit.app.chance(), visit.now);
        let id = AcceptanceId::fresh(now, &mut chance);
        let mut fresh = || DefectId::fresh(now, &mut chance);
        if let Err(faults) = law::enter(&loaded.project, &form, Vec::new(), &[], (id, by, now, visit.today), &mut fresh)
        {
            for fault in faults {
                let field = fault.field().unwrap_or("verdict");
                f.wrong(field, w.refusal(&fault, &visit.today));
            }
        }
        let papers = photos(&visit, &mut f, "photo", (0, PHOTOS_MAX)).await?;
        if f.ok() {
            let (actor, today, app, id) = (visit.actor(post), visit.today, visit.app.clone(), loaded.project.id);
            let typed = f.clone();
            let written = once(&visit, &f, move |tx| {
                let mut chance = app.chance();
                let built = project::get(tx, id)?;
                let before = acceptance::of_project(tx, id)?;
                let mut ids: Vec<FileId> = Vec::new();
                for paper in &papers {
                    ids.push(paper.put(tx, FileKind::Scan, now, &mut chance)?);
                }
                let form = said(&typed, built.budget.lines.len(), level, verdict, ids.len());
                let with = (AcceptanceId::fresh(now, &mut chance), by, now, today);
                let mut fresh = || DefectId::fresh(now, &mut chance);
                let (one, defects) =
                    law::enter(&built, &form, ids, &before, with, &mut fresh).map_err(|r| Error::faults(&r))?;
                acceptance::put(tx, &one, &defects)?;
                matter::moved(tx, one.matter, now)?;
                let mut entries = vec![Entry::of(&one, Verb::Create, actor, now, &mut chance)];
                entries.extend(defects.iter().map(|defect| Entry::of(defect, Verb::Create, actor, now, &mut chance)));
                Ok(Once { entries, to: format!("/projects/{id}/acceptance#a-{}", one.id) })
            })
            .await;
            match written {
                Err(error) => f.take(error, "verdict", &w, &visit.today)?,
                done => return done,
            }
        }
    }
    new_page(&visit, &loaded, f).again()
}
