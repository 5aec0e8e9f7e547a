//! The page of a project's final accounts, and the sheet to hang out.

use crate::build::acceptance::{Cell, cell, on_paper};
use crate::build::project::{Loaded, id_of, load};
use crate::frame::{Error, Fields, Page, Result, View, Visit, W, as_pdf, pdf};
use crate::people::place::{brand, organ};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::build::final_account::{FinalAccount, FinalAccountState, Income};
use civic::build::project::{Cover, ProjectState};
use civic::build::workday::Workdays;
use civic::id::{FinalAccountId, ProjectId};
use civic::money::Fen;
use civic::people::standing::Action;
use civic::time::Day;
use paper::pdf::{Column, Part, Sheet};
use store::build::final_account;

/// A number of any ledger in words: money, or days, or things.
pub(super) fn number(amount: Option<Fen>, days: Option<Workdays>, things: Option<&String>, w: &W) -> String {
    let (things, measured) = cell(w, things, amount, days);
    w.list(&[&things, &measured])
}

/// Where something came from, in words.
pub(super) fn income_name(row: &Income, w: &W) -> String {
    match &row.whose {
        Some(whose) => w.t2("project-source-of", "kind", w.token(row.kind), "whose", whose),
        None => w.token(row.kind),
    }
}

/// A row of a table: its name, what stands under it, planned and actual.
struct RowView {
    name: String,
    under: String,
    planned: Cell,
    actual: Cell,
}

/// One ledger: what came in and what was spent. The three are never added.
struct LedgerView {
    title: String,
    income: Vec<RowView>,
    spent: Vec<RowView>,
    /// Planned and actual sums of income and of spending; none for things.
    sums: Option<[(String, String); 2]>,
}

struct AccountView {
    id: String,
    state: String,
    when: Option<String>,
    ledgers: Vec<LedgerView>,
    rest: String,
    rest_use: Option<String>,
    resolution: Option<String>,
    opinion: Option<String>,
    print: String,
    judge: Option<String>,
}

fn sum(all: impl Iterator<Item = Option<Fen>>) -> Fen {
    all.flatten().fold(Fen::default(), |all, one| all.plus(one).unwrap_or(all))
}
fn sum_days(all: impl Iterator<Item = Option<Workdays>>) -> Workdays {
    all.flatten().fold(Workdays::default(), Workdays::plus)
}

fn ledgers(one: &FinalAccount, w: &W) -> Vec<LedgerView> {
    let each = |cover: Cover| -> Option<LedgerView> {
        let rows = || one.income.iter().filter(move |row| row.kind.gives() == cover);
        let lines = || one.lines.iter().filter(move |line| line.planned.cover == cover);
        if rows().next().is_none() && lines().next().is_none() {
            return None;
        }
        let income = rows().map(|row| RowView {
            name: income_name(row, w),
            under: if row.from_books { w.t("final-account-from-books") } else { String::new() },
            planned: cell(w, None, row.planned, row.planned_days),
            actual: cell(w, row.things.as_ref(), row.amount, row.days),
        });
        let spent = lines().map(|line| RowView {
            name: line.planned.name.clone(),
            under: line.voucher.as_ref().map(|n| w.t1("final-account-voucher-n", "n", n)).unwrap_or_default(),
            planned: cell(w, line.planned.quantity.as_ref(), line.planned.amount, line.planned.days),
            actual: cell(w, line.quantity.as_ref(), line.amount, line.days),
        });
        let (title, sums) = match cover {
            Cover::Money => {
                let came = (sum(rows().map(|row| row.planned)), sum(rows().map(|row| row.amount)));
                let went = (sum(lines().map(|line| line.planned.amount)), sum(lines().map(|line| line.amount)));
                let say = |(planned, actual): (Fen, Fen)| (w.money(&planned), w.money(&actual));
                (w.t("project-money"), Some([say(came), say(went)]))
            }
            Cover::Labour => {
                let came = (sum_days(rows().map(|row| row.planned_days)), sum_days(rows().map(|row| row.days)));
                let went = (sum_days(lines().map(|line| line.planned.days)), sum_days(lines().map(|line| line.days)));
                let days = |days: Workdays| w.t1("project-days", "days", days.to_string());
                let say = |(planned, actual)| (days(planned), days(actual));
                (w.t("project-labour"), Some([say(came), say(went)]))
            }
            // Things of different kinds have no sum.
            Cover::Things => (w.t("project-things"), None),
        };
        Some(LedgerView { title, income: income.collect(), spent: spent.collect(), sums })
    };
    [Cover::Money, Cover::Labour, Cover::Things].into_iter().filter_map(each).collect()
}

/// What is left over or missing, in a sentence.
pub fn rest_words(one: &FinalAccount, w: &W) -> String {
    let rest = one.rest().fen();
    let money = w.money(&Fen::new(rest.saturating_abs()));
    match rest {
        0 => w.t("final-account-even"),
        1.. => w.t1("final-account-left", "money", money),
        _ => w.t1("final-account-short", "money", money),
    }
}

fn posted_words(one: &FinalAccount, w: &W, today: Day) -> Option<String> {
    let (from, until) = one.posted_on.zip(one.posted_until)?;
    let key = if today <= until { "final-account-hangs" } else { "final-account-hung" };
    Some(w.t2(key, "from", w.day(&from, &today), "until", w.day(&until, &today)))
}

#[derive(Template)]
#[template(path = "build/final_account/show.html")]
struct ShowPage {
    v: View,
    f: Fields,
    number: String,
    title: String,
    project: String,
    list: Vec<AccountView>,
    enter: Option<String>,
    open: bool,
}

/// What only one person wrote down is not for everybody yet.
fn shown(visit: &Visit, one: &FinalAccount, loaded: &Loaded) -> bool {
    let posts = [Action::KeepAccount, Action::CheckAccount, Action::DecideAward];
    one.state != FinalAccountState::Entered || posts.iter().any(|action| visit.could(*action, &loaded.path()))
}

pub(super) async fn show_page(visit: &Visit, id: ProjectId, f: Fields) -> Result<Response> {
    let (loaded, list) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| Ok::<_, Error>((load(tx, id)?, final_account::of_project(tx, id)?)))
        .await?;
    let (w, today, path) = (visit.w(), visit.today, loaded.path());
    let checks = visit.could(Action::CheckAccount, &path);
    let view = |one: &FinalAccount| AccountView {
        id: format!("a-{}", one.id),
        state: w.token(one.state),
        when: posted_words(one, &w, today),
        ledgers: ledgers(one, &w),
        rest: rest_words(one, &w),
        rest_use: one.rest_use.clone(),
        resolution: one.resolution.map(|id| format!("/r/{id}")),
        opinion: one.opinion.clone(),
        print: format!("/final-accounts/{}/print", one.id),
        judge: (checks && one.state == FinalAccountState::Entered).then(|| format!("/final-accounts/{}", one.id)),
    };
    let brand = brand(&loaded.line);
    let again = !f.errors().is_empty();
    let waits = list.iter().any(|one| one.state == FinalAccountState::Entered);
    let ready = loaded.project.state == ProjectState::Accepted && !waits;
    let page = ShowPage {
        number: loaded.number(),
        title: loaded.project.plan.title.clone(),
        project: format!("/projects/{id}"),
        list: list.iter().rev().filter(|one| shown(visit, one, &loaded)).map(view).collect(),
        enter: (ready && visit.could(Action::KeepAccount, &path)).then(|| format!("/projects/{id}/account/new")),
        open: f.err("opinion").is_some(),
        f,
        v: View::new(visit).at(&brand.name, &brand.above, &brand.href),
    };
    if again { Page(page).again() } else { Page(page).ok() }
}

/// The final accounts of a project.
pub(super) async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let id = id_of(&id)?;
    let loaded = visit.app.db().read(visit.county.id, move |tx| load(tx, id)).await?;
    visit.may(&loaded.path(), loaded.visibility())?;
    let f = Fields::empty(&visit.app);
    show_page(&visit, id, f).await
}

/// The final account of an address with its project, for the guard.
pub(super) async fn found(visit: &Visit, id: &str) -> Result<(FinalAccount, Loaded)> {
    let id = FinalAccountId::parse(id).ok_or(Error::Hidden)?;
    visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let one = final_account::get(tx, id)?;
            let loaded = load(tx, one.project)?;
            Ok::<_, Error>((one, loaded))
        })
        .await
}

#[derive(Template)]
#[template(path = "build/final_account/print.html")]
struct PrintPage {
    v: View,
    back: String,
    organ: String,
    title: String,
    number: String,
    state: String,
    when: Option<String>,
    ledgers: Vec<LedgerView>,
    rest: String,
    rest_use: Option<String>,
    opinion: Option<String>,
    signs: Vec<String>,
}

impl PrintPage {
    /// One half of a ledger as a table; nothing where it is empty.
    fn table(&self, (title, key): (&str, &str), rows: &[RowView], sum: Option<&(String, String)>) -> Option<Part> {
        let t = |key: &str| self.v.t(key);
        let cells = |row: &RowView| {
            let lines = [row.name.as_str(), row.under.as_str()].into_iter().filter(|line| !line.is_empty());
            vec![lines.collect::<Vec<_>>().join("\n"), on_paper(&row.planned), on_paper(&row.actual)]
        };
        (!rows.is_empty()).then(|| Part::Table {
            caption: self.v.w.list(&[title, &t(key)]),
            columns: vec![Column::Text, Column::Number, Column::Number],
            head: ["project-order-what", "acceptance-planned", "acceptance-actual"].map(t).to_vec(),
            rows: rows.iter().map(cells).collect(),
            sum: sum
                .map(|(planned, actual)| vec![t("project-sum"), planned.clone(), actual.clone()])
                .unwrap_or_default(),
            tall: 0,
        })
    }

    fn paper(&self) -> Sheet {
        let t = |key: &str| self.v.t(key);
        let head = [self.number.as_str(), &self.state, self.when.as_deref().unwrap_or_default()];
        let mut parts = vec![Part::strong(self.v.w.list(&head))];
        for one in &self.ledgers {
            let (came, went) = (one.sums.as_ref().map(|[came, _]| came), one.sums.as_ref().map(|[_, went]| went));
            parts.extend(self.table((&one.title, "final-account-income"), &one.income, came));
            parts.extend(self.table((&one.title, "final-account-spent"), &one.spent, went));
        }
        parts.push(Part::text(t("project-three-apart")));
        parts.push(Part::strong(&self.rest));
        parts.extend(self.rest_use.clone().map(Part::text));
        parts.extend(self.opinion.clone().map(|text| Part::facts([(t("final-account-opinion"), text)])));
        parts.push(Part::Signs { words: self.signs.clone() });
        let title = t("final-account-sheet");
        Sheet {
            name: format!("{title} {}", self.number),
            organ: self.organ.clone(),
            title,
            about: vec![self.title.clone()],
            parts,
            ..Sheet::default()
        }
    }
}

/// The sheet on A4, to hang out.
pub(super) async fn print(visit: Visit, Path(id): Path<String>, asked: Fields) -> Result<Response> {
    let (one, loaded) = found(&visit, &id).await?;
    visit.may(&loaded.path(), loaded.visibility())?;
    if !shown(&visit, &one, &loaded) {
        return Err(Error::Hidden);
    }
    let w = visit.w();
    let page = PrintPage {
        back: format!("/projects/{}/account", one.project),
        organ: organ(&loaded.line),
        title: loaded.project.plan.title.clone(),
        number: loaded.number(),
        state: w.token(one.state),
        when: one
            .posted_on
            .zip(one.posted_until)
            .map(|(from, until)| w.t2("final-account-hangs", "from", w.full_day(&from), "until", w.full_day(&until))),
        ledgers: ledgers(&one, &w),
        rest: rest_words(&one, &w),
        rest_use: one.rest_use.clone(),
        opinion: one.opinion.clone(),
        signs: ["final-account-sign-writer", "acceptance-sign-committee", "final-account-sign-supervision"]
            .map(|key| w.t(key))
            .to_vec(),
        v: View::new(&visit).sheet("sheet"),
    };
    if as_pdf(&asked) { pdf(&visit, "final-account", page.paper()).await } else { Page(page).ok() }
}
