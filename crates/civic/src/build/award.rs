//! Awards in place of subsidy: reckoned from a dated scheme with every number shown (domain: §3.4, F19).
//!
//! `award = floor(min(sum of tiers of the base, cap of a project, what is left of the village's year, what is left of the budget))`, in
//! whole fen and exact fractions. The program reckons and writes down; it never moves money.

use super::workday::Workdays;
use crate::money::Fen;
use crate::rules::award::{AwardBase, AwardScheme, Requirement, Tier};
use crate::token::Token;

/// What is known of a project when an award is reckoned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Residents' own cash.
    pub cash: Fen,
    /// Residents' own work.
    pub labour: Workdays,
    /// What the works cost by their acceptance.
    pub cost: Option<Fen>,
    /// What was budgeted.
    pub planned: Fen,
    /// How many residents benefit, where the scheme gives for each.
    pub people: Option<u32>,
    /// How many came to the meeting that decided, of how many on its roll.
    pub came: Option<(i64, i64)>,
    /// How many were content, of how many who were asked.
    pub content: Option<(u32, u32)>,
    /// What of the scheme's requirements is there.
    pub there: Vec<Requirement>,
    /// What the village has from this scheme this year already.
    pub village_has: Fen,
    /// What everybody has from this scheme this year already.
    pub all_have: Fen,
}

impl Known {
    /// The requirements that are there, as one word of the record: `resolution acceptance`.
    pub fn there_words(&self) -> String {
        self.there.iter().map(|one| one.as_str()).collect::<Vec<_>>().join(" ")
    }
    /// Reads what [`Known::there_words`] writes; `None` where a word is unknown.
    pub fn there_of(words: &str) -> Option<Vec<Requirement>> {
        words.split_whitespace().map(Requirement::parse).collect()
    }
}

/// What is missing before a scheme gives anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    /// A requirement.
    Requirement(Requirement),
    /// There is nothing to reckon with.
    Base(AwardBase),
    /// Residents raised too little themselves.
    SelfRaised,
    /// Too few came.
    Participation,
    /// Too few were content, or too few were asked.
    Satisfaction,
}

/// A limit that an award came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// The cap of one project.
    Project(Fen),
    /// What is left of the village's year.
    Village(Fen),
    /// What is left of the scheme's budget.
    Budget(Fen),
}

/// One tier with what of the base lies in it. Nothing is cut before the tiers are summed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The tier.
    pub tier: Tier,
    /// What of the base lies in it.
    pub part: Fen,
}

/// An award with its formula.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reckoned {
    /// The base in fen.
    pub base: Fen,
    /// What of it is priced labour.
    pub labour: Fen,
    /// Each tier with its part; empty where the whole base is given.
    pub steps: Vec<Step>,
    /// The sum of the tiers, cut to whole fen.
    pub before_limits: Fen,
    /// The limits that the scheme has.
    pub limits: Vec<Limit>,
    /// The award.
    pub award: Fen,
    /// What is missing before it can be claimed.
    pub gaps: Vec<Gap>,
}

fn fen(n: i128) -> Fen {
    Fen::new(i64::try_from(n).unwrap_or(i64::MAX))
}

/// The priced labour, where the scheme has a published price of a day.
fn labour(scheme: &AwardScheme, days: Workdays) -> Fen {
    let price = scheme.labour_day.unwrap_or_default();
    fen(i128::from(price.fen()) * i128::from(days.in_quarters()) / 4)
}

/// What lies in a tier of a base.
fn part(tier: &Tier, base: Fen) -> Fen {
    let top = tier.to.map_or(base, |to| to.min(base));
    Fen::new(top.fen().saturating_sub(tier.from.fen()).max(0))
}

/// The sum of the tiers, cut to whole fen once and at the end.
fn tiers(steps: &[Step], base: Fen) -> Fen {
    if steps.is_empty() {
        return base;
    }
    // A pack has at most six tiers with denominators up to 1000, so that everything fits into 128 bits.
    let bottom: i128 = steps.iter().map(|step| i128::from(step.tier.rate.den)).product();
    let top: i128 = steps
        .iter()
        .map(|step| {
            let rate = step.tier.rate;
            i128::from(step.part.fen()) * i128::from(rate.num) * (bottom / i128::from(rate.den.max(1)))
        })
        .sum();
    fen(top / bottom.max(1))
}

/// Reckons an award.
pub fn reckon(scheme: &AwardScheme, known: &Known) -> Reckoned {
    let mut gaps = Vec::new();
    let priced = labour(scheme, known.labour);
    let own = known.cash.plus(priced).unwrap_or(known.cash);
    let base = match scheme.base {
        AwardBase::SelfRaised => (own > Fen::default()).then_some(own),
        AwardBase::ApprovedCost => known.cost.map(|cost| cost.min(known.planned)),
        AwardBase::LevyTotal => None,
        AwardBase::PerCapita => {
            scheme.amount.zip(known.people).map(|(each, people)| fen(i128::from(each.fen()) * i128::from(people)))
        }
        AwardBase::Flat => scheme.amount,
    };
    if base.is_none() {
        gaps.push(Gap::Base(scheme.base));
    }
    let base = base.unwrap_or_default();
    let steps: Vec<Step> = scheme.tiers.iter().map(|tier| Step { tier: *tier, part: part(tier, base) }).collect();
    let before_limits = tiers(&steps, base);
    let left = |cap: Fen, has: Fen| Fen::new(cap.fen().saturating_sub(has.fen()).max(0));
    let mut limits = Vec::new();
    limits.extend(scheme.cap_project.map(Limit::Project));
    limits.extend(scheme.cap_village_year.map(|cap| Limit::Village(left(cap, known.village_has))));
    limits.extend(scheme.budget_year.map(|cap| Limit::Budget(left(cap, known.all_have))));
    let award = limits.iter().fold(before_limits, |award, limit| match limit {
        Limit::Project(cap) | Limit::Village(cap) | Limit::Budget(cap) => award.min(*cap),
    });
    let missing = scheme.requires.iter().filter(|one| !known.there.contains(one));
    gaps.extend(missing.map(|one| Gap::Requirement(*one)));
    if scheme.min_self_raised.is_some_and(|share| !share.met(own.fen(), known.cost.unwrap_or(known.planned).fen())) {
        gaps.push(Gap::SelfRaised);
    }
    if scheme.min_participation.is_some_and(|share| known.came.is_none_or(|(came, roll)| !share.met(came, roll))) {
        gaps.push(Gap::Participation);
    }
    let content = |need: crate::rules::award::Satisfaction| {
        let enough = |(content, asked): (u32, u32)| asked >= need.asked && need.share.met(content.into(), asked.into());
        known.content.is_some_and(enough)
    };
    if scheme.min_satisfaction.is_some_and(|need| !content(need)) {
        gaps.push(Gap::Satisfaction);
    }
    Reckoned { base, labour: priced, steps, before_limits, limits, award, gaps }
}

/// How an award is paid: each instalment in its order, and what is held back. Together they are the award to the last fen: what cutting
/// leaves over goes into the last instalment.
pub fn instalments(scheme: &AwardScheme, award: Fen) -> (Vec<Fen>, Fen) {
    let part = |share: crate::rules::Fraction| {
        fen(i128::from(award.fen()) * i128::from(share.num) / i128::from(share.den.max(1)))
    };
    let held = scheme.retention.map(|one| part(one.share)).unwrap_or_default();
    let mut parts: Vec<Fen> = scheme.instalments.iter().map(|one| part(one.share)).collect();
    let paid: i64 = parts.iter().map(|one| one.fen()).sum();
    let over = award.fen() - held.fen() - paid;
    match parts.last_mut() {
        Some(last) => *last = Fen::new(last.fen() + over),
        None => parts.push(Fen::new(over)),
    }
    (parts, held)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::rules::Fraction;
    use crate::rules::award::{Instalment, Retention, Satisfaction, Trigger};
    use proptest::prelude::*;

    const fn of(num: u32, den: u32) -> Fraction {
        Fraction { num, den, strict: false }
    }
    pub(crate) fn scheme(base: AwardBase) -> AwardScheme {
        AwardScheme {
            base,
            amount: None,
            labour_day: None,
            tiers: Vec::new(),
            cap_project: None,
            cap_village_year: None,
            budget_year: None,
            min_self_raised: None,
            min_participation: None,
            min_satisfaction: None,
            requires: Vec::new(),
            instalments: Vec::new(),
            retention: None,
            document: "文".to_owned(),
        }
    }
    fn yuan(yuan: i64) -> Fen {
        Fen::new(yuan * 100)
    }
    fn known() -> Known {
        let (cash, labour) = (yuan(75_000), Workdays::quarters(56));
        Known { cash, labour, cost: Some(yuan(148_000)), planned: yuan(150_000), ..Known::default() }
    }

    #[test]
    fn the_same_percentage_of_another_base_is_another_amount() {
        let half = vec![Tier { from: Fen::default(), to: None, rate: of(1, 2) }];
        let own = AwardScheme { tiers: half.clone(), ..scheme(AwardBase::SelfRaised) };
        assert_eq!(reckon(&own, &known()).award, yuan(37_500));
        let cost = AwardScheme { tiers: half, ..scheme(AwardBase::ApprovedCost) };
        assert_eq!(reckon(&cost, &known()).award, yuan(74_000));
        let dear = Known { cost: Some(yuan(170_000)), ..known() };
        assert_eq!(reckon(&cost, &dear).award, yuan(75_000), "what was not budgeted earns nothing");
    }

    #[test]
    fn labour_is_priced_where_the_scheme_says_its_price_and_nowhere_else() {
        assert_eq!(reckon(&scheme(AwardBase::SelfRaised), &known()).award, yuan(75_000));
        // Xiaoba village, 2014 (R-A-2): 1055 people for 12 days at 30 yuan a day are 379,800 yuan.
        let priced = AwardScheme { labour_day: Some(yuan(30)), ..scheme(AwardBase::SelfRaised) };
        let xiaoba = Known { labour: Workdays::quarters(1055 * 12 * 4), ..Known::default() };
        assert_eq!(reckon(&priced, &xiaoba).award, yuan(379_800));
    }

    #[test]
    fn so_much_for_each_resident() {
        // Lujiang town, 2009 (R-A-3): 25 yuan from above and 5 from the town for each person.
        let each = |amount| AwardScheme { amount: Some(yuan(amount)), ..scheme(AwardBase::PerCapita) };
        let people = Known { people: Some(320), ..known() };
        assert_eq!(reckon(&each(25), &people).award, yuan(8_000));
        assert_eq!(reckon(&each(5), &people).award, yuan(1_600));
        assert_eq!(reckon(&each(5), &known()).gaps, [Gap::Base(AwardBase::PerCapita)]);
    }

    #[test]
    fn every_missing_requirement_is_listed() {
        let hard = AwardScheme {
            min_self_raised: Some(of(3, 5)),
            min_participation: Some(of(2, 3)),
            min_satisfaction: Some(Satisfaction { share: of(4, 5), asked: 30 }),
            requires: vec![Requirement::Resolution, Requirement::Acceptance],
            ..scheme(AwardBase::LevyTotal)
        };
        let poor = Known { came: Some((31, 48)), content: Some((29, 29)), ..known() };
        let gaps = reckon(&hard, &Known { there: vec![Requirement::Resolution], ..poor }).gaps;
        let all = [
            Gap::Base(AwardBase::LevyTotal),
            Gap::Requirement(Requirement::Acceptance),
            Gap::SelfRaised,
            Gap::Participation,
            Gap::Satisfaction,
        ];
        assert_eq!(gaps, all);
        // At the border of each it is enough.
        let good = Known {
            cash: yuan(88_800),
            came: Some((32, 48)),
            content: Some((24, 30)),
            there: Requirement::ALL.to_vec(),
            ..known()
        };
        assert_eq!(reckon(&hard, &good).gaps, [Gap::Base(AwardBase::LevyTotal)]);
    }

    #[test]
    fn what_a_village_and_everybody_have_already_is_taken_off() {
        let capped = AwardScheme {
            cap_project: Some(yuan(60_000)),
            cap_village_year: Some(yuan(100_000)),
            budget_year: Some(yuan(1_000_000)),
            ..scheme(AwardBase::SelfRaised)
        };
        assert_eq!(reckon(&capped, &known()).award, yuan(60_000));
        let village = Known { village_has: yuan(70_000), ..known() };
        assert_eq!(reckon(&capped, &village).award, yuan(30_000));
        let empty = Known { all_have: yuan(1_000_001), ..known() };
        assert_eq!(reckon(&capped, &empty).award, Fen::default());
    }

    fn rate() -> impl Strategy<Value = Fraction> {
        (1_u32..=1000, 0_u32..=999).prop_map(|(num, more)| of(num, (num + more).min(1000)))
    }
    /// Tiers without a gap, at most six.
    fn tiered() -> impl Strategy<Value = Vec<Tier>> {
        prop::collection::vec((1_i64..50_000_000, rate()), 0..=6).prop_map(|parts| {
            let (mut from, last) = (0, parts.len());
            let mut tiers = Vec::new();
            for (n, (width, rate)) in parts.into_iter().enumerate() {
                let to = (n + 1 < last).then_some(Fen::new(from + width));
                tiers.push(Tier { from: Fen::new(from), to, rate });
                from += width;
            }
            tiers
        })
    }

    proptest! {
        #[test]
        fn an_award_is_never_above_a_cap_or_its_base(
            tiers in tiered(), cash in 1_i64..1_000_000_000, cap in 0_i64..1_000_000_000, year in 0_i64..1_000_000_000,
            has in 0_i64..1_000_000_000,
        ) {
            let capped = AwardScheme {
                tiers,
                cap_project: Some(Fen::new(cap)),
                cap_village_year: Some(Fen::new(year)),
                ..scheme(AwardBase::SelfRaised)
            };
            let known = Known { cash: Fen::new(cash), village_has: Fen::new(has), ..Known::default() };
            let award = reckon(&capped, &known).award.fen();
            prop_assert!(award >= 0 && award <= cap && award <= cash && award <= (year - has).max(0));
        }

        #[test]
        fn who_raises_more_never_gets_less(tiers in tiered(), cash in 1_i64..1_000_000_000, more in 0_i64..1_000_000) {
            let scheme = AwardScheme { tiers, ..scheme(AwardBase::SelfRaised) };
            let with = |cash| reckon(&scheme, &Known { cash: Fen::new(cash), ..Known::default() }).award;
            prop_assert!(with(cash) <= with(cash + more));
        }

        #[test]
        fn instalments_and_what_is_held_back_are_the_award_to_the_last_fen(
            award in 0_i64..1_000_000_000_000, parts in 1_u32..=6, held in 0_u32..=3,
        ) {
            // Every share is one of so many equal ones.
            let den = parts + held;
            let scheme = AwardScheme {
                instalments: (0..parts).map(|_| Instalment { trigger: Trigger::Approval, share: of(1, den) }).collect(),
                retention: (held > 0).then_some(Retention { share: of(held.max(1), den), months: 12 }),
                ..scheme(AwardBase::SelfRaised)
            };
            let (paid, back) = instalments(&scheme, Fen::new(award));
            prop_assert_eq!(paid.iter().map(|one| one.fen()).sum::<i64>() + back.fen(), award);
            prop_assert!(back.fen() >= 0 && paid.iter().all(|one| one.fen() >= 0));
        }
    }
}
