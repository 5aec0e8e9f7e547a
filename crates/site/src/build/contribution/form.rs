//! What the forms of gifts have in common: one gift of one kind, meant for one line or for the whole.

use crate::frame::{Fields, W};
use civic::build::contribution::{GiftForm, GiftKind, Tenure, ThingKind};
use civic::build::project::{Cover, Project};
use civic::token::Token;

/// The choices of a form of one kind.
pub(super) struct Choices {
    /// `cash`, `labour` or `thing`.
    pub kind: &'static str,
    /// What it is called.
    pub name: String,
    /// What it may be meant for; empty where the budget has no such line.
    pub lines: Vec<(String, String)>,
    /// Sorts of things.
    pub sorts: Vec<(String, String)>,
    /// For how long.
    pub tenures: Vec<(String, String)>,
}

impl Choices {
    pub(super) fn of(project: &Project, kind: GiftKind, w: &W) -> Self {
        let cover = match kind {
            GiftKind::Cash => Cover::Money,
            GiftKind::Labour => Cover::Labour,
            GiftKind::Thing => Cover::Things,
        };
        let mut lines: Vec<(String, String)> = (1..)
            .zip(&project.budget.lines)
            .filter(|(_, line)| line.cover == cover)
            .map(|(n, line): (i64, _)| (n.to_string(), line.name.clone()))
            .collect();
        if !lines.is_empty() {
            lines.insert(0, (String::new(), w.t("gift-line-whole")));
        }
        Self {
            kind: kind.as_str(),
            name: w.token(kind),
            lines,
            sorts: ThingKind::ALL.iter().map(|one| (one.as_str().to_owned(), w.token(*one))).collect(),
            tenures: Tenure::ALL.iter().map(|one| (one.as_str().to_owned(), w.token(*one))).collect(),
        }
    }
}

/// What was typed of a gift.
pub(super) fn typed(f: &Fields, kind: GiftKind) -> GiftForm<'_> {
    let line = f.value("line").trim();
    GiftForm {
        kind,
        amount: f.value("amount"),
        task: f.value("task"),
        people: f.value("people"),
        days: f.value("days"),
        item: f.value("item"),
        quantity: f.value("quantity"),
        sort: ThingKind::parse(f.value("sort")),
        tenure: Tenure::parse(f.value("tenure")),
        worth: f.value("worth"),
        paper: f.value("paper"),
        // What is no number of a line is a line that there is not, and is said so.
        line: (!line.is_empty()).then(|| line.parse().unwrap_or(0)),
        conditions: f.value("conditions"),
    }
}
