//! Schemes, formulas and gaps in words.

use crate::frame::W;
use civic::build::award::{Gap, Limit, Reckoned};
use civic::build::claim::Claim;
use civic::rules::Fraction;
use civic::rules::award::{AwardBase, AwardScheme, Tier};

/// A share as it is written: `2/5`.
pub(super) fn share(share: Fraction) -> String {
    format!("{}/{}", share.num, share.den)
}

fn tier(w: &W, tier: &Tier) -> String {
    let from = w.money(&tier.from);
    match tier.to {
        Some(to) => w.t3("award-tier", "from", from, "to", w.money(&to), "rate", share(tier.rate)),
        None if tier.from.fen() == 0 => w.t1("award-tier-whole", "rate", share(tier.rate)),
        None => w.t2("award-tier-open", "from", from, "rate", share(tier.rate)),
    }
}

/// What a scheme says, part by part: for the page of rules.
pub fn scheme_words(w: &W, scheme: &AwardScheme) -> Vec<String> {
    let mut parts = vec![match (scheme.base, scheme.amount) {
        (AwardBase::PerCapita, Some(amount)) => w.t1("award-each", "money", w.money(&amount)),
        (AwardBase::Flat, Some(amount)) => w.t1("award-flat", "money", w.money(&amount)),
        (base, _) => w.t1("award-of", "base", w.token(base)),
    }];
    parts.extend(scheme.tiers.iter().map(|one| tier(w, one)));
    parts.extend(scheme.labour_day.map(|day| w.t1("award-labour-day", "money", w.money(&day))));
    parts.extend(scheme.cap_project.map(|cap| w.t1("award-cap-project", "money", w.money(&cap))));
    parts.extend(scheme.cap_village_year.map(|cap| w.t1("award-cap-village", "money", w.money(&cap))));
    parts.extend(scheme.budget_year.map(|cap| w.t1("award-budget", "money", w.money(&cap))));
    parts.extend(conditions(w, scheme));
    parts.extend(
        scheme
            .instalments
            .iter()
            .map(|one| w.t2("award-instalment", "when", w.token(one.trigger), "share", share(one.share))),
    );
    parts.extend(scheme.retention.map(|one| w.t2("award-retention", "share", share(one.share), "months", one.months)));
    parts.push(w.t1("award-document", "document", &scheme.document));
    parts
}

pub(super) fn conditions(w: &W, scheme: &AwardScheme) -> Vec<String> {
    let mut parts = Vec::new();
    parts.extend(scheme.min_self_raised.map(|one| w.t1("award-min-own", "share", share(one))));
    parts.extend(scheme.min_participation.map(|one| w.t1("award-min-came", "share", share(one))));
    let content = scheme.min_satisfaction;
    parts.extend(content.map(|one| w.t2("award-min-content", "share", share(one.share), "asked", one.asked)));
    parts.extend(scheme.requires.iter().map(|one| w.token(*one)));
    parts
}

/// The formula with its numbers filled in, line by line.
pub(super) fn formula(w: &W, scheme: &AwardScheme, reckoned: &Reckoned) -> Vec<String> {
    let mut lines = vec![w.t2("award-base-is", "base", w.token(scheme.base), "money", w.money(&reckoned.base))];
    if reckoned.labour.fen() > 0 {
        lines.push(w.t1("award-labour-is", "money", w.money(&reckoned.labour)));
    }
    lines.extend(
        reckoned
            .steps
            .iter()
            .map(|step| w.t2("award-step", "part", w.money(&step.part), "rate", share(step.tier.rate))),
    );
    lines.push(w.t1("award-sum", "money", w.money(&reckoned.before_limits)));
    lines.extend(reckoned.limits.iter().map(|limit| match limit {
        Limit::Project(cap) => w.t1("award-cap-project", "money", w.money(cap)),
        // Where nothing was taken off yet it is the cap itself.
        Limit::Village(left) if scheme.cap_village_year == Some(*left) => {
            w.t1("award-cap-village", "money", w.money(left))
        }
        Limit::Village(left) => w.t1("award-left-village", "money", w.money(left)),
        Limit::Budget(left) if scheme.budget_year == Some(*left) => w.t1("award-budget", "money", w.money(left)),
        Limit::Budget(left) => w.t1("award-left-budget", "money", w.money(left)),
    }));
    if !reckoned.limits.is_empty() {
        let limits = reckoned.limits.iter().map(|limit| match limit {
            Limit::Project(cap) | Limit::Village(cap) | Limit::Budget(cap) => w.money(cap),
        });
        let numbers: Vec<String> = std::iter::once(w.money(&reckoned.before_limits)).chain(limits).collect();
        let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
        lines.push(w.t2("award-least", "numbers", w.list(&numbers), "money", w.money(&reckoned.award)));
    }
    lines
}

/// What is missing, in words.
pub(super) fn gap(w: &W, scheme: &AwardScheme, gap: Gap) -> String {
    let of = |fraction: Option<Fraction>| fraction.map(share).unwrap_or_default();
    match gap {
        Gap::Requirement(one) => w.token(one),
        Gap::Base(base) => w.t1("award-gap-base", "base", w.token(base)),
        Gap::SelfRaised => w.t1("award-min-own", "share", of(scheme.min_self_raised)),
        Gap::Participation => w.t1("award-min-came", "share", of(scheme.min_participation)),
        Gap::Satisfaction => {
            let asked = scheme.min_satisfaction.map(|one| one.asked).unwrap_or_default();
            let share = of(scheme.min_satisfaction.map(|one| one.share));
            w.t2("award-min-content", "share", share, "asked", asked)
        }
    }
}

/// How much was claimed, and where that stands.
pub(super) fn state_words(w: &W, claim: &Claim) -> String {
    w.t2("claim-head", "money", w.money(&claim.award), "state", w.token(claim.state))
}
