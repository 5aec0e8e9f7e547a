//! The list of programmes, and the page of one: goals, places with their own texts, and the road of its tasks by month.

use crate::frame::{Error, Fields, Page, Result, View, Visit, W, cut};
use crate::people::place::brand;
use crate::programme::link::{self, LinkView};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::id::{OrganisationId, PlaceId, ProgrammeId};
use civic::people::place::Place;
use civic::people::standing::{Action, Visibility};
use civic::programme::programme::{Programme, ProgrammeState};
use civic::programme::work_plan::{Task, TaskState};
use civic::time::Day;
use store::Tx;
use store::people::place;
use store::programme::{programme, work_plan};

/// Programmes on one page.
const LINES_MAX: u32 = 20;

struct LineView {
    href: String,
    name: String,
    text: String,
}

fn line_view(line: &programme::Line, w: &W, today: Day) -> LineView {
    let one = &line.programme;
    LineView {
        href: format!("/programmes/{}", one.id),
        name: one.name.clone(),
        text: w.list(&[&line.place_name, &span(one, w, today)]),
    }
}

fn span(one: &Programme, w: &W, today: Day) -> String {
    w.t2("programme-span", "from", w.day(&one.from, &today), "until", w.day(&one.until, &today))
}

#[derive(Template)]
#[template(path = "programme/programme/list.html")]
struct ListPage {
    v: View,
    open: Vec<LineView>,
    closed: Vec<LineView>,
    first: Option<String>,
    next: Option<String>,
    new: Option<String>,
}

/// The list.
pub(super) async fn list(visit: Visit, asked: Fields) -> Result<Response> {
    visit.may(&[], Visibility::Public)?;
    let after =
        asked.value("after").split_once('.').and_then(|(day, id)| Some((Day::parse(day)?, ProgrammeId::parse(id)?)));
    let going_on = after.is_some();
    let (open, mut closed) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let open = match after {
                None => programme::list(tx, ProgrammeState::Open, None, 100)?,
                Some(_) => Vec::new(),
            };
            let closed = programme::list(tx, ProgrammeState::Closed, after, LINES_MAX + 1)?;
            Ok::<_, Error>((open, closed))
        })
        .await?;
    let (w, today) = (visit.w(), visit.today);
    let more = cut(&mut closed, LINES_MAX);
    let anywhere: Vec<PlaceId> = visit.asker().standings.iter().map(|s| s.place).collect();
    let page = ListPage {
        first: going_on.then(|| "/programmes".to_owned()),
        next: closed
            .last()
            .filter(|_| more)
            .map(|last| format!("/programmes?after={}.{}", last.programme.from, last.programme.id)),
        open: open.iter().map(|line| line_view(line, &w, today)).collect(),
        closed: closed.iter().map(|line| line_view(line, &w, today)).collect(),
        new: visit.could(Action::KeepProgramme, &anywhere).then(|| "/programmes/new".to_owned()),
        v: View::new(&visit),
    };
    Page(page).ok()
}

/// A programme with its place and those above it, innermost first.
pub(super) struct Loaded {
    pub(super) programme: Programme,
    pub(super) line: Vec<Place>,
}

impl Loaded {
    pub(super) fn path(&self) -> Vec<PlaceId> {
        self.line.iter().map(|place| place.id).collect()
    }
    pub(super) fn view(&self, visit: &Visit) -> View {
        let brand = brand(&self.line);
        View::new(visit).at(&brand.name, &brand.above, &brand.href)
    }
}

/// The id in the address; anything else is not there.
pub(super) fn id_of(text: &str) -> Result<ProgrammeId> {
    ProgrammeId::parse(text).ok_or(Error::Hidden)
}

pub(super) fn load(tx: &mut Tx<'_>, id: ProgrammeId) -> Result<Loaded> {
    let programme = programme::get(tx, id)?;
    let line = place::line(tx, programme.place)?;
    Ok(Loaded { programme, line })
}

struct BrandView {
    href: String,
    place: String,
    text: String,
}

struct TaskView {
    goal: String,
    state: String,
    owner: (String, String),
    helpers: Vec<(String, String)>,
    due: String,
    left: Option<String>,
    late: bool,
    rests: String,
    reason: Option<String>,
    evidence: Vec<LinkView>,
    keep: Option<String>,
}

/// The tasks of one month of the road.
struct MonthView {
    title: String,
    tasks: Vec<TaskView>,
}

#[derive(Template)]
#[template(path = "programme/programme/programme.html")]
struct ProgrammePage {
    v: View,
    name: String,
    brand: String,
    meta: String,
    goals: String,
    plan: String,
    closed: Option<String>,
    outcome: Option<String>,
    brands: Vec<BrandView>,
    road: Vec<MonthView>,
    keep: Option<String>,
    task: Option<String>,
}

/// The page.
pub(super) async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let id = id_of(&id)?;
    let (w, today) = (visit.w(), visit.today);
    let words = w.clone();
    let (loaded, brands, tasks, names) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let loaded = load(tx, id)?;
            let brands = programme::brands(tx, id)?;
            let mut tasks = Vec::new();
            for task in work_plan::of_programme(tx, id)? {
                let evidence = link::views(tx, &task.evidence, &words, today)?;
                tasks.push((task, evidence));
            }
            let names = work_plan::organisations(tx, id)?;
            Ok::<_, Error>((loaded, brands, tasks, names))
        })
        .await?;
    let path = loaded.path();
    visit.may(&path, Visibility::Public)?;
    let one = &loaded.programme;
    let keeps = visit.could(Action::KeepProgramme, &path) && one.state == ProgrammeState::Open;
    let mut road: Vec<(i16, i8, MonthView)> = Vec::new();
    for (task, evidence) in tasks {
        let (year, month) = (task.due.year(), task.due.month());
        let view = task_view(&task, evidence, &names, &w, today, keeps);
        match road.last_mut().filter(|(y, m, _)| (*y, *m) == (year, month)) {
            Some((_, _, last)) => last.tasks.push(view),
            None => {
                let title = w.t2("programme-month", "year", i64::from(year), "month", i64::from(month));
                road.push((year, month, MonthView { title, tasks: vec![view] }));
            }
        }
    }
    let page = ProgrammePage {
        name: one.name.clone(),
        brand: one.brand.clone(),
        meta: w.list(&[&loaded.line.first().map(|p| p.name.clone()).unwrap_or_default(), &span(one, &w, today)]),
        goals: one.goals.clone(),
        plan: w.t1("programme-plan-is", "plan", &one.plan),
        closed: one.closed.map(|day| w.t1("programme-closed-on", "day", w.day(&day, &today))),
        outcome: one.outcome.clone(),
        brands: brands
            .iter()
            .map(|line| BrandView {
                href: format!("/p/{}", line.place_code),
                place: line.place_name.clone(),
                text: line.brand.text.clone(),
            })
            .collect(),
        road: road.into_iter().map(|(_, _, month)| month).collect(),
        keep: keeps.then(|| format!("/programmes/{id}/keep")),
        task: keeps.then(|| format!("/programmes/{id}/task")),
        v: loaded.view(&visit),
    };
    Page(page).ok()
}

fn task_view(
    task: &Task,
    evidence: Vec<LinkView>,
    names: &[(OrganisationId, String)],
    w: &W,
    today: Day,
    keeps: bool,
) -> TaskView {
    let named = |id: &OrganisationId| {
        let name = names.iter().find(|(known, _)| known == id).map(|(_, name)| name.clone()).unwrap_or_default();
        (format!("/organisations/{id}"), name)
    };
    let late = task.late(today);
    let open = task.state == TaskState::Open;
    TaskView {
        goal: task.goal.clone(),
        state: match task.ended {
            Some(day) => w.list(&[&w.token(task.state), &w.day(&day, &today)]),
            None => w.token(task.state),
        },
        owner: named(&task.owner),
        helpers: task.helpers.iter().map(named).collect(),
        due: w.t1("task-due", "day", w.day(&task.due, &today)),
        left: open.then(|| w.t1(if late { "days-over" } else { "days-left" }, "n", today.until(task.due).abs())),
        late,
        rests: match &task.funding {
            Some(funding) => w.t2("task-rests-funded", "document", &task.document, "funding", funding),
            None => w.t1("task-rests", "document", &task.document),
        },
        reason: task.reason.as_ref().map(|reason| w.t1("task-dropped-because", "reason", reason)),
        evidence,
        keep: (keeps && open).then(|| format!("/tasks/{}", task.id)),
    }
}
