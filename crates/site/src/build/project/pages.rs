//! The page of a project: what is built, where and by whom, what it costs and who pays, in three ledgers that are never added.

use super::load::{Loaded, id_of, load};
use crate::frame::{Error, Page, Result, View, Visit, W, see_other};
use crate::people::place::brand;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::build::claim::paid;
use civic::build::project::{Budget, ChangeOrder, Cover, Funding, ProjectState, Source};
use civic::build::workday::Workdays;
use civic::money::Fen;
use civic::people::standing::{Action, Visibility};
use civic::time::Day;
use paper::chart::{self, Bars, Fill, Row};
use store::build::{change_order, claim};

/// What a budget has and what it lacks, each ledger in its own sentence.
pub(super) fn funding_words(funding: &Funding, w: &W) -> Vec<String> {
    let mut words = Vec::new();
    if funding.money_needed > Fen::default() {
        words.push(match funding.money_missing() {
            None => w.t1("project-money-covered", "money", w.money(&funding.money_needed)),
            Some(missing) => {
                w.t2("project-money-missing", "money", w.money(&funding.money_needed), "missing", w.money(&missing))
            }
        });
    }
    if funding.money_sought > Fen::default() {
        words.push(w.t1("project-money-sought", "money", w.money(&funding.money_sought)));
    }
    if funding.days_needed > Workdays::default() {
        let key =
            if funding.days_there >= funding.days_needed { "project-days-covered" } else { "project-days-missing" };
        words.push(w.t2(key, "needed", funding.days_needed.to_string(), "there", funding.days_there.to_string()));
    }
    if funding.things_needed {
        words.push(w.t(if funding.things_there { "project-things-covered" } else { "project-things-missing" }));
    }
    words
}

/// One row of a table: its name, what stands under it, and its number.
pub struct LedgerRow {
    /// Its name.
    pub name: String,
    /// A second line.
    pub note: String,
    /// Its number; empty for things.
    pub n: String,
}

/// The plan of one ledger: where it comes from and what it is for.
pub struct LedgerView {
    /// The stamp's word.
    pub stamp: String,
    /// Its heading.
    pub title: String,
    /// Where it comes from.
    pub sources: Vec<LedgerRow>,
    /// The sum of the sources; empty for things.
    pub from: String,
    /// What it is for.
    pub lines: Vec<LedgerRow>,
    /// The sum of the lines; empty for things.
    pub to: String,
    /// Captions of both tables.
    pub captions: (String, String),
}

/// Who a source is, in words.
pub fn source_name(source: &Source, w: &W) -> String {
    match (&source.whose, &source.things) {
        (Some(whose), _) => w.t2("project-source-of", "kind", w.token(source.kind), "whose", whose),
        (None, Some(things)) => things.clone(),
        (None, None) => w.token(source.kind),
    }
}

/// The three ledgers of a plan. One that has nothing in it is left out.
pub fn ledgers(budget: &Budget, w: &W) -> Vec<LedgerView> {
    let funding = budget.funding();
    let each = |cover: Cover| -> Option<LedgerView> {
        let sources: Vec<LedgerRow> = budget
            .sources
            .iter()
            .filter(|one| one.kind.gives() == cover)
            .map(|one| LedgerRow {
                name: source_name(one, w),
                note: match (&one.document, one.only_sought()) {
                    (Some(document), _) => w.t1("project-promised", "document", document),
                    (None, true) => w.t("project-sought"),
                    (None, false) => String::new(),
                },
                n: one.amount.map(|n| n.to_string()).or(one.days.map(|n| n.to_string())).unwrap_or_default(),
            })
            .collect();
        let lines: Vec<LedgerRow> = budget
            .lines
            .iter()
            .filter(|one| one.cover == cover)
            .map(|one| LedgerRow {
                name: one.name.clone(),
                note: one.quantity.clone().unwrap_or_default(),
                n: one.amount.map(|n| n.to_string()).or(one.days.map(|n| n.to_string())).unwrap_or_default(),
            })
            .collect();
        if sources.is_empty() && lines.is_empty() {
            return None;
        }
        let (stamp, title, from, to) = match cover {
            Cover::Money => {
                let all = Fen::new(funding.money_there.fen() + funding.money_sought.fen());
                let title = w.t1("project-money-title", "money", w.money(&funding.money_needed));
                (w.t("project-money"), title, all.to_string(), funding.money_needed.to_string())
            }
            Cover::Labour => {
                let title = w.t1("project-labour-title", "days", funding.days_there.to_string());
                (w.t("project-labour"), title, funding.days_there.to_string(), funding.days_needed.to_string())
            }
            Cover::Things => (w.t("project-things"), w.t("project-things-title"), String::new(), String::new()),
        };
        let captions = match cover {
            Cover::Money => (w.t("project-from-money"), w.t("project-to-money")),
            Cover::Labour => (w.t("project-from-days"), w.t("project-to-days")),
            Cover::Things => (w.t("project-from-things"), w.t("project-to-things")),
        };
        Some(LedgerView { stamp, title, sources, from, lines, to, captions })
    };
    [Cover::Money, Cover::Labour, Cover::Things].into_iter().filter_map(each).collect()
}

/// A number of the law as a length; what is below zero has none.
pub fn size(n: i64) -> u64 {
    u64::try_from(n).unwrap_or(0)
}

/// Where the money comes from and what it is for, as bars on one scale. The numbers stand in the tables of the ledger. Nothing where there
/// is nothing to compare.
fn money_picture(budget: &Budget, w: &W) -> Option<String> {
    let bar = |label: String, amount: Fen, fill: Fill| Row {
        label,
        figure: w.money(&amount),
        of: 0,
        parts: vec![(size(amount.fen()), fill)],
    };
    let sources = budget.sources.iter().filter(|one| one.kind.gives() == Cover::Money);
    let sources: Vec<Row> = sources
        .filter_map(|one| {
            let fill = if one.only_sought() { Fill::Half } else { Fill::Full };
            Some(bar(source_name(one, w), one.amount?, fill))
        })
        .collect();
    let lines = budget.lines.iter().filter(|one| one.cover == Cover::Money);
    let lines: Vec<Row> = lines.filter_map(|one| Some(bar(one.name.clone(), one.amount?, Fill::Full))).collect();
    if sources.len() + lines.len() < 2 {
        return None;
    }
    let mut legend = Vec::new();
    if sources.iter().any(|row| row.parts.iter().any(|(_, fill)| *fill == Fill::Half)) {
        legend.push((Fill::Half, w.t("project-sought")));
    }
    let said = |rows: &[Row]| {
        let all: Vec<String> = rows.iter().map(|row| format!("{} {}", row.label, row.figure)).collect();
        w.list(&all.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let (from, to) = (w.t("project-from-money"), w.t("project-to-money"));
    Some(chart::bars(&Bars {
        title: w.t("project-picture"),
        description: w.t2("project-picture-says", "from", said(&sources), "to", said(&lines)),
        groups: [(from, sources), (to, lines)].into_iter().filter(|(_, rows)| !rows.is_empty()).collect(),
        legend,
    }))
}

struct OrderView {
    edition: i64,
    day: Day,
    when: String,
    say: String,
    by: String,
    reason: String,
    changes: Vec<(String, String, String)>,
}

#[derive(Template)]
#[template(path = "build/project/project.html")]
struct ProjectPage {
    v: View,
    number: String,
    title: String,
    state: String,
    what: String,
    facts: Vec<(String, String)>,
    stopped: Option<String>,
    ledgers: Vec<LedgerView>,
    /// The money's sources and uses as a picture.
    picture: Option<String>,
    covered: bool,
    funding: Vec<String>,
    upkeep: String,
    safety: String,
    result: Option<String>,
    orders: Vec<OrderView>,
    cause: Option<(String, String)>,
    change: Option<String>,
    moves: Option<String>,
    book: String,
    pledge: Option<String>,
    /// What came of it: its diary, and further.
    onward: Vec<(String, String)>,
}

/// What an order changed: each line or source that came, went or has another number.
fn order_view(order: &ChangeOrder, w: &W, today: Day) -> OrderView {
    fn compare(before: &[(String, String)], after: &[(String, String)], none: &str) -> Vec<(String, String, String)> {
        let find = |all: &[(String, String)], name: &str| all.iter().find(|(n, _)| n == name).map(|(_, n)| n.clone());
        let mut changes = Vec::new();
        for (name, was) in before {
            let now = find(after, name).unwrap_or_else(|| none.to_owned());
            if now != *was {
                changes.push((name.clone(), was.clone(), now));
            }
        }
        for (name, now) in after.iter().filter(|(name, _)| find(before, name).is_none()) {
            changes.push((name.clone(), none.to_owned(), now.clone()));
        }
        changes
    }
    let amount = |amount: Option<Fen>, days: Option<Workdays>, rest: Option<&String>| match (amount, days) {
        (Some(amount), _) => w.money(&amount),
        (None, Some(days)) => w.t1("project-days", "days", days.to_string()),
        (None, None) => rest.cloned().unwrap_or_else(|| w.t("project-things")),
    };
    let lines = |budget: &Budget| -> Vec<(String, String)> {
        budget.lines.iter().map(|one| (one.name.clone(), amount(one.amount, one.days, one.quantity.as_ref()))).collect()
    };
    let sources = |budget: &Budget| -> Vec<(String, String)> {
        let named = |one: &Source| {
            let document = one.document.as_ref().map(|d| w.t1("project-promised", "document", d)).unwrap_or_default();
            w.list(&[&amount(one.amount, one.days, one.things.as_ref()), &document])
        };
        budget.sources.iter().map(|one| (source_name(one, w), named(one))).collect()
    };
    let none = w.t("project-order-none");
    let mut changes = compare(&lines(&order.before), &lines(&order.after), &none);
    changes.extend(compare(&sources(&order.before), &sources(&order.after), &none));
    if order.until_before != order.until_after {
        let (before, after) = (w.day(&order.until_before, &today), w.day(&order.until_after, &today));
        changes.push((w.t("project-until"), before, after));
    }
    OrderView {
        edition: order.edition,
        day: order.approved_on,
        when: w.day(&order.approved_on, &today),
        say: w.t2(
            "project-order-say",
            "before",
            w.money(&order.before.total()),
            "after",
            w.money(&order.after.total()),
        ),
        by: w.t1("project-order-by", "who", &order.approved_by),
        reason: order.reason.clone(),
        changes,
    }
}

fn facts(loaded: &Loaded, w: &W, today: Day) -> Vec<(String, String)> {
    let plan = &loaded.project.plan;
    let span = w.t2("project-span", "from", w.day(&plan.from, &today), "until", w.day(&plan.until, &today));
    let mut facts = vec![
        (w.t("project-spot"), plan.spot.clone()),
        (w.t("project-lead"), plan.lead.clone()),
        (w.t("project-nature"), w.list(&[&w.token(plan.nature), &w.token(plan.purpose)])),
        (w.t("project-scale"), plan.scale.clone()),
        (w.t("project-time"), span),
    ];
    if let Some(partners) = &plan.partners {
        facts.push((w.t("project-partners"), partners.clone()));
    }
    let days = [("project-begun", loaded.project.begun_on), ("project-built", loaded.project.built_on)];
    for (key, day) in days {
        if let Some(day) = day {
            facts.push((w.t(key), w.day(&day, &today)));
        }
    }
    facts
}

/// The page.
pub(super) async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let id = id_of(&id)?;
    let (loaded, orders, paid) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let paid = paid(&claim::payments_of_project(tx, id)?);
            Ok::<_, Error>((load(tx, id)?, change_order::of_project(tx, id)?, paid))
        })
        .await?;
    let path = loaded.path();
    let plans = visit.could(Action::PlanProject, &path);
    if plans && loaded.project.state == ProjectState::Draft {
        // The draft is theirs; everybody else hears that there is none.
        visit.may(&path, Visibility::Public)?;
        return Ok(see_other(&format!("/projects/{id}/edit")));
    }
    visit.may(&path, loaded.visibility())?;
    let (w, today) = (visit.w(), visit.today);
    let brand = brand(&loaded.line);
    let one = &loaded.project;
    let funding = one.budget.funding().with_award(&one.budget, paid);
    let page = ProjectPage {
        number: loaded.number(),
        title: one.plan.title.clone(),
        state: w.token(one.state),
        what: one.plan.what.clone(),
        facts: facts(&loaded, &w, today),
        stopped: one.stopped_because.clone(),
        ledgers: ledgers(&one.budget, &w),
        picture: money_picture(&one.budget, &w),
        covered: funding.is_whole(),
        funding: {
            let mut words = funding_words(&funding, &w);
            if paid > Fen::default() {
                words.push(w.t1("project-award-paid", "money", w.money(&paid)));
            }
            words
        },
        upkeep: one.plan.upkeep.clone().unwrap_or_default(),
        safety: one.plan.safety.clone().unwrap_or_default(),
        result: one.plan.result.clone(),
        orders: orders.iter().map(|order| order_view(order, &w, today)).collect(),
        onward: vec![
            (format!("/projects/{id}/works"), w.t("works-title")),
            (format!("/projects/{id}/acceptance"), w.t("acceptance-title")),
            (format!("/projects/{id}/award"), w.t("award-title")),
            (format!("/projects/{id}/account"), w.t("final-account-title")),
        ],
        cause: loaded.cause.as_ref().map(|cause| (format!("/r/{}", cause.id), cause.text.clone())),
        book: format!("/projects/{id}/book"),
        pledge: one.is_at_work().then(|| format!("/projects/{id}/pledge")),
        change: (plans && one.is_at_work()).then(|| format!("/projects/{id}/change")),
        moves: (plans && !matches!(one.state, ProjectState::Accepted | ProjectState::Stopped))
            .then(|| format!("/projects/{id}/state")),
        v: View::new(&visit).at(&brand.name, &brand.above, &brand.href),
    };
    Page(page).ok()
}
