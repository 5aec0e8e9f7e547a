//! The page of a project's acceptances, the form to sign on paper, and the signed paper.

use crate::build::project::{Loaded, id_of, load, size};
use crate::frame::{Error, Fields, Page, Result, View, Visit, W, as_pdf, pdf, photo_file};
use crate::people::place::{brand, organ};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::build::acceptance::{Acceptance, AcceptanceState, Actual, Defect, DefectState};
use civic::build::project::ProjectState;
use civic::build::workday::Workdays;
use civic::id::{AcceptanceId, ProjectId};
use civic::money::Fen;
use civic::people::standing::Action;
use civic::time::Day;
use paper::chart::{self, Bars, Fill, Row};
use paper::pdf::{Column, Part, Sheet};
use store::build::acceptance;
use store::files;

/// A line of the budget beside what was built.
pub(super) struct LineView {
    name: String,
    planned: Cell,
    actual: Cell,
}

/// How much of a line there is, in words, and its number: two lines of one cell, so that a narrow screen holds both.
pub type Cell = (String, String);

/// A cell on paper: what there is of its two, a line each.
pub fn on_paper((quantity, number): &Cell) -> String {
    let lines = [quantity.as_str(), number.as_str()].into_iter().filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

struct DefectView {
    id: String,
    what: String,
    owner: String,
    due: String,
    late: bool,
    state: String,
    mend: bool,
    recheck: bool,
    action: String,
}

struct AcceptanceView {
    id: String,
    title: String,
    when: String,
    state: String,
    passed: Option<String>,
    refused: Option<String>,
    picture: Option<String>,
    lines: Vec<LineView>,
    cost: (String, String),
    quality: String,
    members: String,
    opinion: String,
    defects: Vec<DefectView>,
    papers: Vec<String>,
    print: String,
    /// What a second person can do, and whether this reader may.
    confirm: Option<String>,
}

#[derive(Template)]
#[template(path = "build/acceptance/show.html")]
struct ShowPage {
    v: View,
    f: Fields,
    number: String,
    title: String,
    project: String,
    list: Vec<AcceptanceView>,
    enter: Option<String>,
}

/// The cell of a line: its quantity in words, and its money or its days.
pub fn cell(w: &W, quantity: Option<&String>, amount: Option<Fen>, days: Option<Workdays>) -> Cell {
    let number = match (amount, days) {
        (Some(amount), _) => w.money(&amount),
        (None, Some(days)) => w.t1("project-days", "days", days.to_string()),
        (None, None) => String::new(),
    };
    (quantity.cloned().unwrap_or_default(), number)
}

fn line_view(one: &Actual, w: &W) -> LineView {
    LineView {
        name: one.planned.name.clone(),
        planned: cell(w, one.planned.quantity.as_ref(), one.planned.amount, one.planned.days),
        actual: cell(w, one.quantity.as_ref(), one.amount, one.days),
    }
}

/// What the money lines cost beside what they were planned to; the numbers stand in the table. Nothing for an acceptance without money.
fn picture(one: &Acceptance, w: &W) -> Option<String> {
    let rows: Vec<Row> = one
        .lines
        .iter()
        .filter_map(|line| {
            let (planned, actual) = (line.planned.amount?, line.amount?);
            Some(Row {
                label: line.planned.name.clone(),
                figure: w.money(&actual),
                of: size(planned.fen()),
                parts: vec![(size(actual.fen()), Fill::Full)],
            })
        })
        .collect();
    if rows.is_empty() {
        return None;
    }
    let (planned, actual) = (w.money(&one.planned()), w.money(&one.cost()));
    Some(chart::bars(&Bars {
        title: w.t("acceptance-picture"),
        description: w.t2("acceptance-picture-says", "planned", planned, "actual", actual),
        groups: vec![(String::new(), rows)],
        legend: vec![(Fill::Full, w.t("acceptance-actual")), (Fill::Empty, w.t("acceptance-planned"))],
    }))
}

fn defect_view(one: &Defect, w: &W, today: Day, (mends, checks): (bool, bool)) -> DefectView {
    let due = w.day(&one.due_on, &today);
    DefectView {
        id: format!("defect-{}", one.id),
        what: one.what.clone(),
        owner: one.owner.clone(),
        late: one.is_late(today),
        due: if one.is_late(today) { w.t1("defect-late", "day", due) } else { w.t1("defect-due", "day", due) },
        state: w.token(one.state),
        mend: mends && one.state == DefectState::Open,
        recheck: checks && one.state == DefectState::Mended,
        action: format!("/defects/{}", one.id),
    }
}

/// The opinion in words, or that too few were asked.
fn opinion_words(one: &Acceptance, w: &W) -> String {
    match (one.shown_opinion(), one.opinion) {
        (Some((content, asked)), _) => w.t2("acceptance-opinion-say", "content", content, "asked", asked),
        (None, Some(_)) => w.t("acceptance-opinion-few"),
        (None, None) => w.t("acceptance-opinion-none"),
    }
}

pub(super) async fn show_page(visit: &Visit, id: ProjectId, f: Fields) -> Result<Response> {
    let (loaded, list, defects) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            Ok::<_, Error>((load(tx, id)?, acceptance::of_project(tx, id)?, acceptance::defects(tx, id)?))
        })
        .await?;
    let (w, today, path) = (visit.w(), visit.today, loaded.path());
    let checks = visit.could(Action::ConfirmWorks, &path);
    let mends = visit.could(Action::KeepWorks, &path);
    let view = |one: &Acceptance| {
        let own = defects.iter().filter(|defect| defect.acceptance == one.id);
        let confirmed = one.state == AcceptanceState::Confirmed;
        AcceptanceView {
            id: format!("a-{}", one.id),
            title: w.t2("acceptance-head", "level", w.token(one.level), "verdict", w.token(one.verdict)),
            when: w.day(&one.held_on, &today),
            state: w.token(one.state),
            passed: one.passed_on.map(|day| w.t1("acceptance-passed", "day", w.day(&day, &today))),
            refused: one.refused_because.clone(),
            picture: picture(one, &w),
            lines: one.lines.iter().map(|line| line_view(line, &w)).collect(),
            cost: (w.money(&one.planned()), w.money(&one.cost())),
            quality: one.quality.clone(),
            members: one.members.clone(),
            opinion: opinion_words(one, &w),
            defects: own
                .map(|defect| defect_view(defect, &w, today, (mends && confirmed, checks && confirmed)))
                .collect(),
            papers: if checks {
                (1..=one.papers.len()).map(|n| format!("/acceptances/{}/paper/{n}", one.id)).collect()
            } else {
                Vec::new()
            },
            print: format!("/acceptances/{}/print", one.id),
            confirm: (checks && one.state == AcceptanceState::Entered).then(|| format!("/acceptances/{}", one.id)),
        }
    };
    let brand = brand(&loaded.line);
    let ready = matches!(loaded.project.state, ProjectState::Built | ProjectState::Accepted);
    let again = !f.errors().is_empty();
    let page = ShowPage {
        number: loaded.number(),
        title: loaded.project.plan.title.clone(),
        project: format!("/projects/{id}"),
        // Nothing that only one person found is for everybody yet.
        list: list
            .iter()
            .rev()
            .filter(|one| one.state != AcceptanceState::Entered || checks || mends)
            .map(view)
            .collect(),
        enter: (ready && visit.could(Action::AcceptWorks, &path)).then(|| format!("/projects/{id}/acceptance/new")),
        f,
        v: View::new(visit).at(&brand.name, &brand.above, &brand.href),
    };
    if again { Page(page).again() } else { Page(page).ok() }
}

/// The acceptances of a project.
pub(super) async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let id = id_of(&id)?;
    let loaded = visit.app.db().read(visit.county.id, move |tx| load(tx, id)).await?;
    visit.may(&loaded.path(), loaded.visibility())?;
    let f = Fields::empty(&visit.app);
    show_page(&visit, id, f).await
}

/// The acceptance of an address with its project, for the guard.
pub(super) async fn found(visit: &Visit, id: &str) -> Result<(Acceptance, Loaded)> {
    let id = AcceptanceId::parse(id).ok_or(Error::Hidden)?;
    visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let one = acceptance::get(tx, id)?;
            let loaded = load(tx, one.project)?;
            Ok::<_, Error>((one, loaded))
        })
        .await
}

#[derive(Template)]
#[template(path = "build/acceptance/print.html")]
struct PrintPage {
    v: View,
    back: String,
    organ: String,
    title: String,
    number: String,
    head: String,
    when: String,
    /// Planned against actual, for the file; the page has it where the acceptance is shown.
    picture: Option<String>,
    lines: Vec<LineView>,
    cost: (String, String),
    quality: String,
    members: String,
    opinion: String,
    defects: Vec<(String, String, String)>,
    signs: Vec<String>,
}

impl PrintPage {
    fn paper(&self) -> Sheet {
        let t = |key: &str| self.v.t(key);
        let mut parts = vec![
            Part::text(self.v.w.list(&[&self.number, &self.when])),
            Part::strong(&self.head),
            Part::Table {
                caption: String::new(),
                columns: vec![Column::Text, Column::Number, Column::Number],
                head: ["project-order-what", "acceptance-planned", "acceptance-actual"].map(t).to_vec(),
                rows: self
                    .lines
                    .iter()
                    .map(|line| vec![line.name.clone(), on_paper(&line.planned), on_paper(&line.actual)])
                    .collect(),
                sum: vec![t("acceptance-money"), self.cost.0.clone(), self.cost.1.clone()],
                tall: 0,
            },
        ];
        parts.extend(self.picture.clone().map(|svg| Part::Picture { svg, alt: t("acceptance-picture"), width: 60 }));
        parts.push(Part::facts([
            (t("acceptance-quality"), self.quality.clone()),
            (t("acceptance-opinion"), self.opinion.clone()),
            (t("acceptance-members"), self.members.clone()),
        ]));
        if !self.defects.is_empty() {
            let row = |(what, owner, due): &(String, String, String)| vec![what.clone(), owner.clone(), due.clone()];
            parts.push(Part::Table {
                caption: t("acceptance-defects"),
                columns: vec![Column::Wide, Column::Text, Column::Narrow],
                head: ["defect-what", "defect-owner", "defect-until"].map(t).to_vec(),
                rows: self.defects.iter().map(row).collect(),
                sum: Vec::new(),
                tall: 0,
            });
        }
        parts.push(Part::Signs { words: self.signs.clone() });
        Sheet {
            name: format!("{} {}", t("acceptance-sheet"), self.number),
            organ: self.organ.clone(),
            title: t("acceptance-sheet"),
            about: vec![self.title.clone()],
            parts,
            ..Sheet::default()
        }
    }
}

/// The form on A4, with lines to sign on.
pub(super) async fn print(visit: Visit, Path(id): Path<String>, asked: Fields) -> Result<Response> {
    let (one, loaded) = found(&visit, &id).await?;
    visit.may(&loaded.path(), loaded.visibility())?;
    let posts = [Action::AcceptWorks, Action::ConfirmWorks, Action::KeepWorks];
    if one.state == AcceptanceState::Entered && !posts.iter().any(|action| visit.could(*action, &loaded.path())) {
        // Nothing that only one person found is for everybody yet.
        return Err(Error::Hidden);
    }
    let (w, project) = (visit.w(), one.project);
    let defects = visit.app.db().read(visit.county.id, move |tx| acceptance::defects(tx, project)).await?;
    let page = PrintPage {
        back: format!("/projects/{project}/acceptance"),
        organ: organ(&loaded.line),
        title: loaded.project.plan.title.clone(),
        number: loaded.number(),
        head: w.t2("acceptance-head", "level", w.token(one.level), "verdict", w.token(one.verdict)),
        when: w.full_day(&one.held_on),
        picture: picture(&one, &w),
        lines: one.lines.iter().map(|line| line_view(line, &w)).collect(),
        cost: (w.money(&one.planned()), w.money(&one.cost())),
        quality: one.quality.clone(),
        members: one.members.clone(),
        opinion: opinion_words(&one, &w),
        defects: defects
            .iter()
            .filter(|defect| defect.acceptance == one.id)
            .map(|defect| (defect.what.clone(), defect.owner.clone(), w.full_day(&defect.due_on)))
            .collect(),
        signs: [
            "acceptance-sign-builder",
            "acceptance-sign-monitor",
            "acceptance-sign-committee",
            "acceptance-sign-office",
        ]
        .map(|key| w.t(key))
        .to_vec(),
        v: View::new(&visit).sheet("sheet"),
    };
    if as_pdf(&asked) { pdf(&visit, "acceptance", page.paper()).await } else { Page(page).ok() }
}

/// A photo of the signed paper. Names and signatures stand on it, so it is for those who confirm.
pub(super) async fn paper(visit: Visit, Path((id, n)): Path<(String, usize)>) -> Result<Response> {
    let (one, loaded) = found(&visit, &id).await?;
    visit.may(&loaded.path(), loaded.visibility())?;
    let file = *n.checked_sub(1).and_then(|at| one.papers.get(at)).ok_or(Error::Hidden)?;
    let file = visit.app.db().read(visit.county.id, move |tx| files::get(tx, file)).await?;
    photo_file(&visit, file).await
}
