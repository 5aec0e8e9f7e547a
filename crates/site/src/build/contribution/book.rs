//! The book of a project: three ledgers side by side, each with its own sum, which are never added. Who gave stands there only by name of
//! who wants it; the order is that of the days.

use super::words::{amount, giver, note, what};
use crate::build::project::{LedgerRow, Loaded, id_of, load, size};
use crate::frame::{Error, Fields, ListFile, Page, Result, View, Visit, W, as_pdf, list_file, pdf};
use crate::people::place::{brand, organ};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use civic::build::claim::paid;
use civic::build::contribution::{ContributionState, Gift, GiftKind, Sum};
use civic::build::project::{Budget, Cover, SourceKind};
use civic::build::workday::Workdays;
use civic::id::ContributionId;
use civic::money::Fen;
use civic::people::standing::Action;
use civic::time::Day;
use civic::token::Token;
use paper::chart::{self, Bars, Fill, Row};
use paper::pdf::{Column, Part, Sheet};
use store::build::claim;
use store::build::contribution::{self, Shown, Sums};

/// Rows of each ledger on the page of all three.
const FIRST_MAX: u32 = 20;
/// Rows on a page of one ledger.
const ROWS_MAX: u32 = 100;
/// Rows of a ledger on paper; a project that has more prints its list in a spreadsheet.
const PAPER_ROWS_MAX: u32 = 5000;

struct EntryView {
    day: String,
    when: String,
    what: String,
    note: String,
    n: String,
    waits: bool,
}

struct Ledger {
    kind: &'static str,
    stamp: String,
    title: String,
    /// What is still with its second person, in a sentence of its own: it counts in no sum.
    waiting: Option<String>,
    pledged: Option<String>,
    rows: Vec<EntryView>,
    head: [String; 3],
    sum: Option<(String, String)>,
    lines: Vec<(LedgerRow, String)>,
    more: Option<String>,
    pdf: String,
    xlsx: String,
    none: String,
}

#[derive(Template)]
#[template(path = "build/contribution/book.html")]
struct BookPage {
    v: View,
    number: String,
    title: String,
    project: String,
    done: Option<String>,
    /// Money, work and things with their units: three figures and no fourth.
    three: Vec<(String, String, String, String)>,
    progress: Vec<Progress>,
    ledgers: Vec<Ledger>,
    /// What was paid of an award and seen on the account: money of the project that no resident gave.
    award: Option<(String, String)>,
    pledge: Option<String>,
    print: String,
    keep: Option<String>,
    first: Option<String>,
    after: Option<String>,
}

/// The sum of a ledger in its own measure.
fn measured(kind: GiftKind, sum: &Sum, w: &W) -> (String, String) {
    match kind {
        GiftKind::Cash => (sum.money.to_string(), w.t("project-yuan")),
        GiftKind::Labour => (sum.days.to_string(), w.t("gift-unit-days")),
        GiftKind::Thing => (sum.entries.to_string(), w.t("gift-unit-things")),
    }
}

fn said(kind: GiftKind, sum: &Sum, w: &W) -> String {
    let (n, unit) = measured(kind, sum, w);
    w.t2("gift-measured", "n", n, "unit", unit)
}

fn entry(shown: &Shown, w: &W, today: Day) -> EntryView {
    let one = &shown.contribution;
    let day = one.day();
    let by = giver(shown, w);
    let (what, under) = match &one.gift {
        Gift::Cash(_) => (by, note(one, w)),
        _ => (what(&one.gift, w), w.list(&[&by, &note(one, w)])),
    };
    EntryView {
        day: day.map(|day| day.to_string()).unwrap_or_default(),
        when: day.map(|day| w.day(&day, &today)).unwrap_or_default(),
        what,
        note: under,
        n: match &one.gift {
            Gift::Cash(amount) => amount.to_string(),
            Gift::Labour { days, .. } => days.to_string(),
            Gift::Thing { .. } => amount(&one.gift, w),
        },
        waits: one.state == ContributionState::Entered,
    }
}

fn lines(kind: GiftKind, budget: &Budget, meant: &[(String, Cover, Sum)], w: &W) -> Vec<(LedgerRow, String)> {
    let cover = match kind {
        GiftKind::Cash => Cover::Money,
        GiftKind::Labour => Cover::Labour,
        GiftKind::Thing => Cover::Things,
    };
    let lines = budget.lines.iter().filter(|line| line.cover == cover);
    lines
        .map(|line| {
            let number = line.amount.map(|n| n.to_string()).or(line.days.map(|n| n.to_string()));
            let row = LedgerRow {
                name: line.name.clone(),
                note: line.quantity.clone().unwrap_or_default(),
                n: number.unwrap_or_default(),
            };
            let given = meant
                .iter()
                .find(|(of, by, _)| *of == line.name && *by == cover)
                .map(|(_, _, sum)| measured(kind, sum, w).0);
            (row, given.unwrap_or_default())
        })
        .collect()
}

struct Read {
    award: Fen,
    sums: Sums,
    meant: Vec<(String, Cover, Sum)>,
    pages: Vec<(GiftKind, Vec<Shown>)>,
}

fn ledger(kind: GiftKind, rows: &[Shown], read: &Read, budget: &Budget, w: &W, today: Day) -> Ledger {
    let confirmed = read.sums.of(kind, ContributionState::Confirmed);
    let waiting = read.sums.of(kind, ContributionState::Entered);
    let pledged = read.sums.of(kind, ContributionState::Pledged);
    let key = kind.as_str();
    let (n, unit) = measured(kind, &confirmed, w);
    Ledger {
        kind: key,
        stamp: w.t(match kind {
            GiftKind::Cash => "project-money",
            GiftKind::Labour => "project-labour",
            GiftKind::Thing => "project-things",
        }),
        title: w.t2(&format!("book-title-{key}"), "n", &n, "unit", &unit),
        waiting: (waiting.entries > 0)
            .then(|| w.t2("book-waiting", "n", waiting.entries, "sum", said(kind, &waiting, w))),
        pledged: (pledged.entries > 0)
            .then(|| w.t2("book-pledged", "n", pledged.entries, "sum", said(kind, &pledged, w))),
        rows: rows.iter().map(|one| entry(one, w, today)).collect(),
        head: [w.t("book-day"), w.t(&format!("book-what-{key}")), w.t(&format!("book-n-{key}"))],
        sum: match kind {
            GiftKind::Cash => Some((w.t("book-sum"), n)),
            GiftKind::Labour => Some((w.t1("book-sum-people", "n", confirmed.people), n)),
            // Things of different kinds have no sum.
            GiftKind::Thing => None,
        },
        lines: lines(kind, budget, &read.meant, w),
        more: None,
        pdf: String::new(),
        xlsx: String::new(),
        none: w.t(&format!("book-none-{key}")),
    }
}

/// How far one ledger is: a picture of its bar, and its numbers.
struct Progress {
    svg: String,
    what: String,
    /// Sought by the plan, confirmed, waiting for a second person, promised.
    numbers: [String; 4],
}

/// How far money and work are, each in its own measure and its own picture: they are never added. Nothing for a ledger that the plan seeks
/// nothing of.
fn progress(budget: &Budget, sums: &Sums, w: &W) -> Vec<Progress> {
    let of = |kind: GiftKind| {
        let wanted = budget.sources.iter().filter(|one| match kind {
            GiftKind::Cash => one.kind == SourceKind::ResidentCash,
            _ => one.kind == SourceKind::ResidentLabour,
        });
        let (mut money, mut days) = (Fen::default(), Workdays::default());
        for one in wanted {
            money = money.plus(one.amount.unwrap_or_default()).unwrap_or(money);
            days = days.plus(one.days.unwrap_or_default());
        }
        let goal = Sum { money, days, ..Sum::default() };
        let state = |state| sums.of(kind, state);
        let all = [
            goal,
            state(ContributionState::Confirmed),
            state(ContributionState::Entered),
            state(ContributionState::Pledged),
        ];
        let n = |sum: &Sum| match kind {
            GiftKind::Cash => size(sum.money.fen()),
            _ => size(sum.days.in_quarters()),
        };
        let [sought, confirmed, waiting, promised] = all.each_ref().map(n);
        let numbers = all.each_ref().map(|sum| said(kind, sum, w));
        let what = w.t(if kind == GiftKind::Cash { "project-money" } else { "project-labour" });
        let title = w.t1("book-progress", "what", &what);
        let [goal_said, there, ..] = &numbers;
        let figure = w.t2("book-progress-of", "there", there, "all", goal_said);
        let row = Row {
            label: what.clone(),
            figure: figure.clone(),
            of: sought,
            parts: vec![(confirmed, Fill::Full), (waiting.saturating_add(promised), Fill::Half)],
        };
        let drawn = Bars {
            description: format!("{what} {figure}"),
            title,
            groups: vec![(String::new(), vec![row])],
            legend: vec![
                (Fill::Full, w.t("book-progress-there")),
                (Fill::Half, w.t("book-progress-waits")),
                (Fill::Empty, w.t("book-progress-sought")),
            ],
        };
        (sought > 0).then(|| Progress { svg: chart::bars(&drawn), what, numbers })
    };
    [GiftKind::Cash, GiftKind::Labour].into_iter().filter_map(of).collect()
}

/// A ledger as a table: its head, how each column stands, its rows.
fn table(kind: GiftKind, rows: &[Shown], w: &W, today: Day) -> (Vec<String>, Vec<Column>, Vec<Vec<String>>) {
    let key = kind.as_str();
    let mut head = vec![w.t("book-day"), w.t("ledger-who")];
    let mut columns = vec![Column::Narrow, Column::Text];
    if kind != GiftKind::Cash {
        head.push(w.t(&format!("book-what-{key}")));
        columns.push(Column::Wide);
    }
    head.extend([w.t(&format!("book-n-{key}")), w.t("ledger-note"), w.t("ledger-checked")]);
    columns.extend([Column::Number, Column::Text, Column::Text]);
    let rows = rows.iter().map(|shown| {
        let one = &shown.contribution;
        let checked = match (&one.confirmed_by, one.confirmed_on) {
            (Some((_, post)), Some(day)) => w.list(&[&w.token(*post), &day.to_string()]),
            _ => String::new(),
        };
        let entry = entry(shown, w, today);
        let mut row = vec![entry.day, giver(shown, w)];
        if kind != GiftKind::Cash {
            row.push(what(&one.gift, w));
        }
        row.extend([entry.n, note(one, w), checked]);
        row
    });
    (head, columns, rows.collect())
}

/// A ledger on paper, whole: who did what on which day, how much, and by whom it was confirmed (domain: F15 for labour). Names as on the
/// page.
fn sheet(kind: GiftKind, rows: &[Shown], sums: &Sums, loaded: &Loaded, w: &W, today: Day) -> Sheet {
    let confirmed = sums.of(kind, ContributionState::Confirmed);
    let waiting = sums.of(kind, ContributionState::Entered);
    let (n, unit) = measured(kind, &confirmed, w);
    let key = kind.as_str();
    let (head, columns, rows) = table(kind, rows, w, today);
    let mut parts = vec![
        Part::strong(w.t2(&format!("book-title-{key}"), "n", &n, "unit", &unit)),
        Part::Table { caption: String::new(), columns, head, rows, sum: Vec::new(), tall: 0 },
    ];
    if waiting.entries > 0 {
        parts.push(Part::text(w.t2("book-waiting", "n", waiting.entries, "sum", said(kind, &waiting, w))));
    }
    parts.push(Part::text(w.t("project-three-apart")));
    parts.push(Part::text(w.t("book-names")));
    parts.push(Part::Signs {
        words: ["pledge-sheet-taker", "pledge-sheet-second", "book-day"].map(|k| w.t(k)).to_vec(),
    });
    let title = w.t(&format!("ledger-sheet-{key}"));
    Sheet {
        name: format!("{title} {}", loaded.number()),
        organ: organ(&loaded.line),
        title,
        about: vec![format!("{} {}", loaded.number(), loaded.project.plan.title)],
        parts,
        ..Sheet::default()
    }
}

/// Where a page of one ledger goes on: day and id of its last row.
fn cursor(text: &str) -> Option<(Day, ContributionId)> {
    let (day, id) = text.split_once('.')?;
    Some((Day::parse(day)?, ContributionId::parse(id)?))
}

/// The page.
pub(super) async fn show(visit: Visit, Path(id): Path<String>, asked: Fields) -> Result<Response> {
    let id = id_of(&id)?;
    let only = GiftKind::parse(asked.value("ledger"));
    let from = cursor(asked.value("after"));
    let file = ListFile::asked(&asked);
    let whole = only.filter(|_| as_pdf(&asked) || file.is_some());
    let max = match (whole, only) {
        (Some(_), _) => PAPER_ROWS_MAX,
        (None, Some(_)) => ROWS_MAX,
        (None, None) => FIRST_MAX,
    };
    let (loaded, mut read) = visit
        .app
        .db()
        .read(visit.county.id, move |tx| {
            let loaded = load(tx, id)?;
            let kinds = GiftKind::ALL.iter().filter(|kind| only.is_none_or(|only| only == **kind));
            let mut pages = Vec::new();
            for kind in kinds {
                let after = from.filter(|_| only.is_some());
                pages.push((*kind, contribution::ledger(tx, id, *kind, after, max + 1)?));
            }
            let award = paid(&claim::payments_of_project(tx, id)?);
            let read = Read { award, sums: contribution::sums(tx, id)?, meant: contribution::of_lines(tx, id)?, pages };
            Ok::<_, Error>((loaded, read))
        })
        .await?;
    let path = loaded.path();
    visit.may(&path, loaded.visibility())?;
    let (w, today) = (visit.w(), visit.today);
    let max = usize::try_from(max).unwrap_or(usize::MAX);
    let pages = std::mem::take(&mut read.pages);
    if let Some(kind) = whole {
        let rows = pages.into_iter().flat_map(|(_, rows)| rows).collect::<Vec<Shown>>();
        if rows.len() > max {
            return Err(Error::Paper(paper::pdf::PdfError::TooLong));
        }
        if let Some(file) = file {
            let (head, _, rows) = table(kind, &rows, &w, today);
            return list_file(file, kind.as_str(), head, rows).await;
        }
        return pdf(&visit, kind.as_str(), sheet(kind, &rows, &read.sums, &loaded, &w, today)).await;
    }
    let mut after = None;
    let mut ledgers = Vec::new();
    for (kind, mut rows) in pages {
        let more = rows.len() > max;
        rows.truncate(max);
        let mut one = ledger(kind, &rows, &read, &loaded.project.budget, &w, today);
        if !rows.is_empty() {
            one.pdf = format!("/projects/{id}/book?ledger={}&as=pdf", kind.as_str());
            one.xlsx = format!("/projects/{id}/book?ledger={}&as=xlsx", kind.as_str());
        }
        if more && only.is_none() {
            one.more = Some(format!("/projects/{id}/book?ledger={}", kind.as_str()));
        }
        if more && only.is_some() {
            let last = rows.last().map(|last| &last.contribution);
            after = last.and_then(|last| {
                let day = last.given_on?;
                Some(format!("/projects/{id}/book?ledger={}&after={day}.{}", kind.as_str(), last.id))
            });
        }
        ledgers.push(one);
    }
    let three = [GiftKind::Cash, GiftKind::Labour, GiftKind::Thing].map(|kind| {
        let (n, unit) = measured(kind, &read.sums.of(kind, ContributionState::Confirmed), &w);
        let key = kind.as_str();
        let stamp = match kind {
            GiftKind::Cash => "project-money",
            GiftKind::Labour => "project-labour",
            GiftKind::Thing => "project-things",
        };
        (w.t(stamp), n, unit, w.t(&format!("book-three-{key}")))
    });
    let brand = brand(&loaded.line);
    let page = BookPage {
        number: loaded.number(),
        title: w.t1("book-title", "title", &loaded.project.plan.title),
        project: format!("/projects/{id}"),
        done: (asked.value("pledged") == "1").then(|| w.t("pledge-done")),
        three: three.into_iter().collect(),
        progress: progress(&loaded.project.budget, &read.sums, &w),
        ledgers,
        award: (read.award > Fen::default())
            .then(|| (format!("/projects/{id}/award"), w.t1("project-award-paid", "money", w.money(&read.award)))),
        pledge: loaded.project.is_at_work().then(|| format!("/projects/{id}/pledge")),
        print: format!("/projects/{id}/pledge/print"),
        keep: visit.could(Action::KeepBook, &path).then(|| format!("/projects/{id}/gifts")),
        first: only.map(|_| format!("/projects/{id}/book")),
        after,
        v: View::new(&visit).at(&brand.name, &brand.above, &brand.href),
    };
    Page(page).ok()
}
