//! What a dated award scheme says (domain: §3.4). The same percentage of another base is another amount, so that a scheme names its base.

use super::value::Fraction;
use crate::money::Fen;
use crate::tokens;

tokens! {
    /// Of what an award is reckoned.
    pub enum AwardBase = "award-base" {
        /// Residents' own cash, and their labour where the scheme prices it.
        SelfRaised = "self_raised",
        /// What the works cost by their acceptance, never more than what was budgeted.
        ApprovedCost = "approved_cost",
        /// What a levy raised. This program holds no levies, so that such a scheme finds nothing to reckon with.
        LevyTotal = "levy_total",
        /// So much for each resident.
        PerCapita = "per_capita",
        /// One amount.
        Flat = "flat",
    }
    /// What a scheme asks for before it gives anything.
    pub enum Requirement = "award-requirement" {
        /// A resolution that holds.
        Resolution = "resolution",
        /// An acceptance that passed.
        Acceptance = "acceptance",
        /// How it is kept afterwards is written down.
        Upkeep = "upkeep",
        /// The diary was kept.
        Diary = "diary",
    }
    /// What lets an instalment be paid.
    pub enum Trigger = "award-trigger" {
        /// The award was approved.
        Approval = "approval",
        /// The works began.
        Begin = "begin",
        /// The acceptance passed.
        Acceptance = "acceptance",
    }
}

/// A part of the base with its rate: of what lies above `from` up to `to`, `num` of `den`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tier {
    /// From which amount.
    pub from: Fen,
    /// To which amount; open when `None`.
    pub to: Option<Fen>,
    /// The rate.
    pub rate: Fraction,
}

/// A part of an award and what lets it be paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instalment {
    /// After what.
    pub trigger: Trigger,
    /// Which part of the award.
    pub share: Fraction,
}

/// What is held back, and for how long after the acceptance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Which part of the award.
    pub share: Fraction,
    /// For how many months.
    pub months: u16,
}

/// A share of those asked who must be content, of at least so many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Satisfaction {
    /// Which share.
    pub share: Fraction,
    /// Of at least so many.
    pub asked: u32,
}

/// An award scheme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwardScheme {
    /// Of what it is reckoned.
    pub base: AwardBase,
    /// The amount of a flat award, or that for each resident.
    pub amount: Option<Fen>,
    /// What a published table says a day of labour is worth; where there is none, labour is thanked and not priced.
    pub labour_day: Option<Fen>,
    /// Its tiers, the lowest first, without a gap; the whole base where none.
    pub tiers: Vec<Tier>,
    /// The most for one project.
    pub cap_project: Option<Fen>,
    /// The most for one village in a year.
    pub cap_village_year: Option<Fen>,
    /// What it has in a year.
    pub budget_year: Option<Fen>,
    /// Which share of the cost residents must have raised themselves.
    pub min_self_raised: Option<Fraction>,
    /// Which share of the roll must have come to the meeting that decided.
    pub min_participation: Option<Fraction>,
    /// How many must be content.
    pub min_satisfaction: Option<Satisfaction>,
    /// What else it asks for.
    pub requires: Vec<Requirement>,
    /// How it is paid; its shares and the retention together are the whole.
    pub instalments: Vec<Instalment>,
    /// What is held back.
    pub retention: Option<Retention>,
    /// Number or title of its document.
    pub document: String,
}

/// The sum of shares as one fraction, numerator and denominator; `None` past 128 bits.
pub(super) fn sum_of<'a>(shares: impl Iterator<Item = &'a Fraction>) -> Option<(u128, u128)> {
    let mut sum = (0_u128, 1_u128);
    for share in shares {
        let (num, den) = (u128::from(share.num), u128::from(share.den));
        let top = sum.0.checked_mul(den)?.checked_add(num.checked_mul(sum.1)?)?;
        let bottom = sum.1.checked_mul(den)?;
        let divisor = gcd(top, bottom);
        sum = (top / divisor, bottom / divisor);
    }
    Some(sum)
}

const fn gcd(a: u128, b: u128) -> u128 {
    let (mut a, mut b) = (a, b);
    while b > 0 {
        (a, b) = (b, a % b);
    }
    if a == 0 { 1 } else { a }
}
