//! A gift in words. Whoever gave is named only as long as that person agrees.

use crate::frame::W;
use civic::build::contribution::{Contribution, ContributionState, Gift, Tenure};
use store::build::contribution::Shown;

/// Who gave, for everybody: the name where its giver wants it to be read, else what kind of giver it is.
pub(super) fn giver(shown: &Shown, w: &W) -> String {
    match (&shown.name, shown.contribution.named) {
        (Some(name), true) => name.clone(),
        _ => w.token(shown.contribution.giver.kind()),
    }
}

/// Who gave, for those who keep the book.
pub(super) fn giver_for_keepers(shown: &Shown, w: &W) -> String {
    let kind = w.token(shown.contribution.giver.kind());
    let hidden = if shown.contribution.named { String::new() } else { w.t("gift-not-named") };
    match &shown.name {
        Some(name) => w.list(&[name, &hidden]),
        None => kind,
    }
}

/// How much, in the measure of its ledger.
pub(super) fn amount(gift: &Gift, w: &W) -> String {
    match gift {
        Gift::Cash(amount) => w.money(amount),
        Gift::Labour { days, .. } => w.t1("project-days", "days", days.to_string()),
        Gift::Thing { quantity, .. } => quantity.clone(),
    }
}

/// What somebody gave, in one line of that person's own data.
pub fn in_words(one: &Contribution, w: &W) -> String {
    w.list(&[&what(&one.gift, w), &amount(&one.gift, w), &w.token(one.state), &note(one, w)])
}

/// What it is.
pub(super) fn what(gift: &Gift, w: &W) -> String {
    match gift {
        Gift::Cash(_) => w.t("gift-cash"),
        Gift::Labour { task, .. } => task.clone(),
        Gift::Thing { item, .. } => item.clone(),
    }
}

/// What stands under it: how it is given, by which paper, and how far it is.
pub(super) fn note(one: &Contribution, w: &W) -> String {
    let mut parts = Vec::new();
    if let Gift::Labour { people, .. } = &one.gift
        && *people > 1
    {
        parts.push(w.t1("gift-people", "n", *people));
    }
    if let Gift::Thing { tenure, worth, paper, .. } = &one.gift {
        let back = one.state == ContributionState::Returned;
        parts.push(if back && *tenure == Tenure::Lent { w.t("gift-given-back") } else { w.token(*tenure) });
        if let Some(worth) = worth {
            parts.push(w.t1("gift-worth-is", "money", w.money(worth)));
        }
        if paper.is_some() {
            parts.push(w.t("gift-has-paper"));
        }
    }
    match one.state {
        ContributionState::Entered => parts.push(w.t("gift-waits")),
        ContributionState::Returned if matches!(one.gift, Gift::Cash(_)) => parts.push(w.t("gift-money-returned")),
        _ => {}
    }
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    w.list(&parts)
}
