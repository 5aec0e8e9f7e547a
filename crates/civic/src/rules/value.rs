//! What a rule can say: one typed value for each kind.

use super::award::AwardScheme;
use super::body::{Convener, StepBody};
use crate::tokens;

tokens! {
    /// What a rule is about. Every kind has one reader in [`super::InForce`].
    pub enum Kind = "rule-kind" {
        /// How many days before the meeting its notice must be given.
        Notice = "notice",
        /// Who may call the body.
        Convener = "convener",
        /// The share that may ask for a meeting, so that it must be called.
        Initiative = "initiative",
        /// How often the body must meet.
        Frequency = "frequency",
        /// The share that must be there before anything is decided.
        Quorum = "quorum",
        /// The share that must be in favour.
        Decision = "decision",
        /// Who may stand in for a unit of the roll.
        StandIn = "stand_in",
        /// Whether one may take part from afar.
        Online = "online",
        /// A step before the decision.
        PriorStep = "prior_step",
        /// How long a decision stays posted.
        Posting = "posting",
        /// Until when a posting may be objected to.
        ObjectionWindow = "objection_window",
        /// Until when an objection must be answered.
        ObjectionAnswer = "objection_answer",
        /// Until when a need must be answered.
        Reply = "reply",
        /// How often general affairs and finances must be disclosed.
        Disclosure = "disclosure",
        /// From which age a person counts.
        AdultAge = "adult_age",
        /// Who makes up a meeting of representatives.
        Composition = "composition",
        /// For how long somebody is a representative.
        Term = "term",
        /// How much is awarded for works of residents.
        AwardScheme = "award_scheme",
        /// From when on an association is said to really work.
        EffectiveCoverage = "effective_coverage",
        /// How many surveys one household is asked in a quarter.
        SurveyLimit = "survey_limit",
    }
    /// In what a rule's value is measured.
    pub enum Unit = "rule-unit" {
        /// Calendar days.
        Day = "day",
        /// Working days of the dated calendar.
        WorkingDay = "working_day",
        /// Months.
        Month = "month",
        /// Years of age.
        Year = "year",
        /// A share.
        Share = "share",
        /// Nothing to measure.
        None = "none",
    }
    /// How well a rule's source is known.
    pub enum Evidence = "evidence" {
        /// The clause itself was read in a collection of statutes or at its issuing body.
        V1 = "V1",
        /// Seen in a re-post, an excerpt or a report only.
        V2 = "V2",
        /// From general knowledge, not checked.
        Memory = "M",
        /// A proposal of this program; a rule nowhere.
        Design = "D",
    }
    /// Of what a share is taken.
    pub enum Of = "share-of" {
        /// All units of the roll.
        Roll = "roll",
        /// Those who came.
        Present = "present",
        /// Those who took part in the vote.
        TakingPart = "taking_part",
    }
    /// What is counted.
    pub enum Measure = "measure" {
        /// The number of units.
        Number = "number",
        /// The number of units, and besides the area they own; both must be enough.
        NumberAndArea = "number_and_area",
    }
    /// Who may stand in for a unit of the roll, besides the person who stands on it.
    pub enum StandIn = "stand-in" {
        /// Nobody.
        Nobody = "nobody",
        /// An adult of the same household who holds a written mandate.
        HouseholdInWriting = "household_in_writing",
        /// Any adult of the household.
        AdultOfHousehold = "adult_of_household",
    }
}

/// A fraction that a number must reach (`at least`) or exceed (`strict`: more than).
///
/// "以上" includes the number and "过半数" is strictly more than half (Civil Code art. 1259), so both kinds are needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fraction {
    /// Numerator, from 1.
    pub num: u32,
    /// Denominator, from `num` to 1000.
    pub den: u32,
    /// Whether it must be exceeded.
    pub strict: bool,
}

impl Fraction {
    /// Whether `n` of `base` is enough. Nothing is enough of nothing: a base of zero or less is never met.
    pub fn met(self, n: i64, base: i64) -> bool {
        if base <= 0 {
            return false;
        }
        let (have, want) = (i128::from(n) * i128::from(self.den), i128::from(base) * i128::from(self.num));
        if self.strict { have > want } else { have >= want }
    }

    /// The smallest whole number that is enough of `base`, at least 1. It may exceed `base` only when nothing is enough.
    pub fn needed(self, base: i64) -> i64 {
        let (want, den) = (i128::from(base.max(0)) * i128::from(self.num), i128::from(self.den.max(1)));
        let down = want / den;
        let enough = if self.strict || down * den < want { down + 1 } else { down };
        i64::try_from(enough.max(1)).unwrap_or(i64::MAX)
    }

    /// Whether everything that meets `self` meets `other` too.
    pub fn at_least(self, other: Self) -> bool {
        let (mine, theirs) = (u64::from(self.num) * u64::from(other.den), u64::from(other.num) * u64::from(self.den));
        mine > theirs || (mine == theirs && (self.strict || !other.strict))
    }
}

/// A share that must be in favour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// How much.
    pub fraction: Fraction,
    /// Of what.
    pub of: Of,
    /// In what it is counted.
    pub measure: Measure,
}

/// A share of the roll that must be there. `counted` says who of them counts: those who came, or those who took part in the
/// vote (owners: Civil Code art. 278 counts who takes part).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quorum {
    /// How much of the roll.
    pub fraction: Fraction,
    /// Who counts.
    pub counted: Of,
    /// In what it is counted.
    pub measure: Measure,
}

/// The notice that a meeting needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Full days between the notice and the meeting.
    pub days: u16,
    /// Whether the body may be called at shorter notice in a special case, with a reason.
    pub ad_hoc: bool,
    /// A body that must be told at the same time.
    pub tell: Option<Convener>,
}

/// A period after an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// How many days.
    pub days: u16,
    /// Whether only working days count.
    pub working: bool,
    /// Whether a last day that is a day off moves to the next working day (Civil Code art. 203).
    pub forward: bool,
}

/// Until when a posting may be objected to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// As long as it is posted.
    WholePosting,
    /// So many days after it was posted.
    Days(u16),
}

/// A step that a county asks for before the decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Which body takes it.
    pub body: StepBody,
    /// Its place in the order, from 1.
    pub order: u16,
    /// The share of its members that must be present, where one is asked for.
    pub quorum: Option<Fraction>,
    /// The share of *all* its members that must agree, where one is asked for.
    pub decision: Option<Fraction>,
}

/// How often something must happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Every {
    /// At least so many times.
    pub times: u16,
    /// In so many months.
    pub months: u16,
}

/// Who makes up a meeting of representatives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Composition {
    /// The share of all members that elected representatives must make up.
    pub elected: Fraction,
    /// The share of all members that women among the representatives must make up, where one is asked for. Nobody's sex is kept, so
    /// the program says this and does not check it.
    pub women: Option<Fraction>,
    /// One representative for so many households at least.
    pub households_least: u16,
    /// And for so many at most.
    pub households_most: u16,
}

/// How often affairs are disclosed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disclosure {
    /// General affairs: at least once in so many months.
    pub general_months: u16,
    /// Finances where there are many transactions: at least once in so many months.
    pub finance_months: u16,
}

/// From when on an association is said to really work: conditions on the organisation and never on its members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EffectiveCoverage {
    /// So many activities held at least.
    pub activities: u16,
    /// Of these, so many at least by which a public matter was carried on to its answer.
    pub handled: u16,
    /// Within so many months.
    pub months: u16,
}

/// The value of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Of [`Kind::Notice`].
    Notice(Notice),
    /// Of [`Kind::Convener`].
    Convener(Vec<Convener>),
    /// Of [`Kind::Initiative`].
    Initiative(Fraction),
    /// Of [`Kind::Frequency`].
    Frequency(Every),
    /// Of [`Kind::Quorum`].
    Quorum(Quorum),
    /// Of [`Kind::Decision`].
    Decision(Share),
    /// Of [`Kind::StandIn`].
    StandIn(StandIn),
    /// Of [`Kind::Online`].
    Online(bool),
    /// Of [`Kind::PriorStep`].
    PriorStep(Step),
    /// Of [`Kind::Posting`].
    Posting(u16),
    /// Of [`Kind::ObjectionWindow`].
    ObjectionWindow(Window),
    /// Of [`Kind::ObjectionAnswer`].
    ObjectionAnswer(Period),
    /// Of [`Kind::Reply`].
    Reply(Period),
    /// Of [`Kind::Disclosure`].
    Disclosure(Disclosure),
    /// Of [`Kind::AdultAge`].
    AdultAge(u16),
    /// Of [`Kind::Composition`].
    Composition(Composition),
    /// Of [`Kind::Term`]: years.
    Term(u16),
    /// Of [`Kind::AwardScheme`].
    AwardScheme(Box<AwardScheme>),
    /// Of [`Kind::EffectiveCoverage`].
    EffectiveCoverage(EffectiveCoverage),
    /// Of [`Kind::SurveyLimit`]: surveys in a quarter.
    SurveyLimit(u16),
}

impl Value {
    /// Whether a local rule with this value gives residents less than the law's `base` does. Such a rule cannot take effect:
    /// a lower norm yields to a higher one, and where two rules could decide the stricter does.
    pub fn weaker_than(&self, base: &Self) -> bool {
        match (self, base) {
            (Self::Notice(own), Self::Notice(law)) => {
                own.days < law.days || (own.ad_hoc && !law.ad_hoc) || (law.tell.is_some() && own.tell != law.tell)
            }
            // A higher bar for those who ask makes it harder to be heard.
            (Self::Initiative(own), Self::Initiative(law)) => !law.at_least(*own),
            (Self::Frequency(own), Self::Frequency(law)) => {
                u32::from(own.times) * u32::from(law.months) < u32::from(law.times) * u32::from(own.months)
            }
            (Self::Quorum(own), Self::Quorum(law)) => {
                !own.fraction.at_least(law.fraction)
                    || own.counted != law.counted
                    || (law.measure == Measure::NumberAndArea && own.measure != law.measure)
            }
            (Self::Decision(own), Self::Decision(law)) => {
                // The roll is never smaller than those who came, so a share of it is never easier to reach.
                !own.fraction.at_least(law.fraction)
                    || (own.of != law.of && own.of != Of::Roll)
                    || (law.measure == Measure::NumberAndArea && own.measure != law.measure)
            }
            (Self::StandIn(own), Self::StandIn(law)) => own > law,
            (Self::Online(own), Self::Online(law)) => *own && !*law,
            (Self::Posting(own), Self::Posting(law)) => own < law,
            (Self::ObjectionWindow(own), Self::ObjectionWindow(law)) => match (own, law) {
                (Window::WholePosting, _) => false,
                (Window::Days(_), Window::WholePosting) => true,
                (Window::Days(own), Window::Days(law)) => own < law,
            },
            (Self::Disclosure(own), Self::Disclosure(law)) => {
                own.general_months > law.general_months || own.finance_months > law.finance_months
            }
            (Self::AdultAge(own), Self::AdultAge(law)) => own != law,
            (Self::Composition(own), Self::Composition(law)) => {
                !own.elected.at_least(law.elected)
                    || law.women.is_some_and(|law| own.women.is_none_or(|own| !own.at_least(law)))
                    || own.households_least < law.households_least
                    || own.households_most > law.households_most
            }
            // Whoever was chosen for a time is chosen anew after it.
            (Self::Term(own), Self::Term(law)) | (Self::SurveyLimit(own), Self::SurveyLimit(law)) => own > law,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::as_conversions, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    fn fraction() -> impl Strategy<Value = Fraction> {
        (1u32..=12, 0u32..=12, any::<bool>()).prop_map(|(num, more, strict)| Fraction {
            num,
            den: num + more + u32::from(strict),
            strict,
        })
    }

    proptest! {
        #[test]
        fn needed_is_the_smallest_number_that_is_enough(f in fraction(), base in 1i64..5_000) {
            let needed = f.needed(base);
            prop_assert!(f.met(needed, base));
            prop_assert!(needed == 1 || !f.met(needed - 1, base));
            prop_assert!(needed <= base);
        }

        #[test]
        fn one_more_is_never_worse(f in fraction(), n in 0i64..5_000, base in 0i64..5_000) {
            prop_assert!(!f.met(n, base) || f.met(n + 1, base));
        }

        #[test]
        fn nothing_is_rounded(f in fraction(), n in 0i64..5_000, base in 1i64..5_000) {
            // The same question in whole numbers, multiplied out by hand.
            let (l, r) = (n * i64::from(f.den), base * i64::from(f.num));
            prop_assert_eq!(f.met(n, base), if f.strict { l > r } else { l >= r });
        }

        #[test]
        fn a_stricter_fraction_is_harder_everywhere(a in fraction(), b in fraction(), n in 0i64..400, base in 1i64..400) {
            prop_assert!(!a.at_least(b) || !a.met(n, base) || b.met(n, base));
        }
    }

    #[test]
    fn nothing_is_enough_of_an_empty_roll() {
        let f = Fraction { num: 2, den: 3, strict: false };
        assert!(!f.met(0, 0));
        assert!(!f.met(1, 0));
        assert_eq!(f.needed(0), 1);
    }

    #[test]
    fn two_thirds_includes_the_number_and_more_than_half_does_not() {
        let two_thirds = Fraction { num: 2, den: 3, strict: false };
        let over_half = Fraction { num: 1, den: 2, strict: true };
        assert_eq!(two_thirds.needed(48), 32);
        assert_eq!(two_thirds.needed(49), 33);
        assert_eq!(over_half.needed(39), 20);
        assert_eq!(over_half.needed(40), 21);
    }
}
