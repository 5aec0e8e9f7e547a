//! The rows of a budget in a form: each has its own fields, more of them come by a button, and what is wrong stands beside its row.

use crate::frame::{Fields, W};
use civic::build::project::{
    self as law, Budget, Cover, LINES_MAX, LineForm, ProjectRefusal, SOURCES_MAX, SourceForm, SourceKind,
};
use civic::refusal::Refuse;
use civic::time::Day;
use civic::token::Token;

/// Empty rows that a button adds.
const MORE: usize = 4;

/// The names of the fields of one row of the budget.
pub(super) struct LineRow {
    pub n: usize,
    pub name: String,
    pub quantity: String,
    pub cover: String,
    pub amount: String,
}

/// The names of the fields of one row of the sources.
pub(super) struct SourceRow {
    pub n: usize,
    pub kind: String,
    pub whose: String,
    pub amount: String,
    pub document: String,
}

/// What the rows of a form need to be shown.
pub(super) struct Rows {
    pub lines: Vec<LineRow>,
    pub sources: Vec<SourceRow>,
    pub covers: Vec<(String, String)>,
    pub kinds: Vec<(String, String)>,
}

fn line_row(n: usize) -> LineRow {
    let at = |part: &str| format!("line-{n}-{part}");
    LineRow { n, name: at("name"), quantity: at("quantity"), cover: at("cover"), amount: at("amount") }
}

fn source_row(n: usize) -> SourceRow {
    let at = |part: &str| format!("source-{n}-{part}");
    SourceRow { n, kind: at("kind"), whose: at("whose"), amount: at("amount"), document: at("document") }
}

/// How many rows a form has: those that were sent, and as many more as were asked for.
fn counts(f: &Fields) -> (usize, usize) {
    let sent = |name: &str, least: usize, max: usize| {
        let n = f.value(name).parse().unwrap_or(least);
        let n = if f.value("more") == name { n + MORE } else { n };
        n.clamp(least, max)
    };
    (sent("lines", MORE, LINES_MAX), sent("sources", 3, SOURCES_MAX))
}

impl Rows {
    pub(super) fn of(f: &Fields, w: &W) -> Self {
        let (lines, sources) = counts(f);
        Self {
            lines: (1..=lines).map(line_row).collect(),
            sources: (1..=sources).map(source_row).collect(),
            covers: Cover::ALL.iter().map(|one| (one.as_str().to_owned(), w.token(*one))).collect(),
            kinds: SourceKind::ALL.iter().map(|one| (one.as_str().to_owned(), w.token(*one))).collect(),
        }
    }
}

/// Fills a form with a budget, and leaves room for two more rows of each.
pub(super) fn filled(mut f: Fields, budget: &Budget) -> Fields {
    for (n, line) in (1..).zip(&budget.lines) {
        let row = line_row(n);
        let amount = line.amount.map(|amount| amount.to_string()).or(line.days.map(|days| days.to_string()));
        f = f
            .with(&row.name, &line.name)
            .with(&row.quantity, line.quantity.as_deref().unwrap_or_default())
            .with(&row.cover, line.cover.as_str())
            .with(&row.amount, amount.unwrap_or_default());
    }
    for (n, source) in (1..).zip(&budget.sources) {
        let row = source_row(n);
        let amount = source.amount.map(|amount| amount.to_string()).or(source.days.map(|days| days.to_string()));
        f = f
            .with(&row.kind, source.kind.as_str())
            .with(&row.whose, source.whose.as_deref().or(source.things.as_deref()).unwrap_or_default())
            .with(&row.amount, amount.unwrap_or_default())
            .with(&row.document, source.document.as_deref().unwrap_or_default());
    }
    let lines = (budget.lines.len() + 2).to_string();
    let sources = (budget.sources.len() + 2).to_string();
    f.with("lines", lines).with("sources", sources)
}

/// Reads the rows. `None` when one of them is wrong, which then stands beside it. Rows with nothing in them are left out.
pub(super) fn budget(f: &mut Fields, w: &W, today: &Day) -> Option<Budget> {
    let (lines, sources) = counts(f);
    let mut budget = Budget::default();
    let mut whole = true;
    for n in 1..=lines {
        let row = line_row(n);
        let (name, quantity, amount) = (f.value(&row.name), f.value(&row.quantity), f.value(&row.amount));
        if [name, quantity, amount].iter().all(|typed| typed.trim().is_empty()) {
            continue;
        }
        let Some(cover) = Cover::parse(f.value(&row.cover)) else {
            f.wrong(&row.cover, w.t("field-choose"));
            whole = false;
            continue;
        };
        match law::line(&LineForm { name, quantity, cover, amount }) {
            Ok(line) => budget.lines.push(line),
            Err(faults) => whole = said(f, &format!("line-{n}"), n, &faults, "name", (w, today)),
        }
    }
    for n in 1..=sources {
        let row = source_row(n);
        let (whose, amount, document) = (f.value(&row.whose), f.value(&row.amount), f.value(&row.document));
        if [whose, amount, document].iter().all(|typed| typed.trim().is_empty()) {
            continue;
        }
        let Some(kind) = SourceKind::parse(f.value(&row.kind)) else {
            f.wrong(&row.kind, w.t("field-choose"));
            whole = false;
            continue;
        };
        match law::source(&SourceForm { kind, whose, amount, document }) {
            Ok(source) => budget.sources.push(source),
            Err(faults) => whole = said(f, &format!("source-{n}"), n, &faults, "whose", (w, today)),
        }
    }
    whole.then_some(budget)
}

/// Puts what is wrong with a row beside its fields; answers that the budget is not whole.
fn said(f: &mut Fields, row: &str, n: usize, faults: &[ProjectRefusal], rest: &str, (w, today): (&W, &Day)) -> bool {
    for fault in faults {
        let field = format!("{row}-{}", fault.field().unwrap_or(rest));
        f.wrong(&field, w.t2("project-row-wrong", "n", n, "text", w.refusal(fault, today)));
    }
    false
}
