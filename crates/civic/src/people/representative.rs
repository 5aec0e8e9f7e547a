//! Representatives: who sits in the representatives' meeting of a village or community, for which households, until when, and whether
//! the meeting is made up as the law asks. A representative is a [`Membership`] with dates, not an account: many have no phone.

use crate::id::HouseholdId;
use crate::people::membership::{self, Basis, Membership, MembershipKind, MembershipRefusal};
use crate::refusal::{Kind, Refuse, Value};
use crate::rules::Composition;
use crate::time::Day;
use std::collections::BTreeSet;

/// The most members of one meeting that are looked at: a village of 3,000 households has 600 at the very most.
pub const SEATED_MAX: usize = 1_000;

/// Why somebody does not take a seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RepresentativeRefusal {
    /// The membership itself is not possible.
    Membership(MembershipRefusal),
    /// Another representative stands for that household at that time already.
    Represented {
        /// Which household.
        household: HouseholdId,
    },
    /// The meeting is full.
    TooMany,
}

impl From<MembershipRefusal> for RepresentativeRefusal {
    fn from(refusal: MembershipRefusal) -> Self {
        Self::Membership(refusal)
    }
}

impl Refuse for RepresentativeRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::Membership(refusal) => refusal.kind(),
            Self::Represented { .. } | Self::TooMany => Kind::Conflict,
        }
    }
    fn key(&self) -> &'static str {
        match self {
            Self::Membership(refusal) => refusal.key(),
            Self::Represented { .. } => "refusal-representative-represented",
            Self::TooMany => "refusal-representative-too-many",
        }
    }
    fn values(&self) -> Vec<(&'static str, Value)> {
        match self {
            Self::Membership(refusal) => refusal.values(),
            Self::Represented { .. } => Vec::new(),
            Self::TooMany => vec![("max", Value::Int(i64::try_from(SEATED_MAX).unwrap_or(i64::MAX)))],
        }
    }
    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Membership(MembershipRefusal::Already { .. }) | Self::Represented { .. } | Self::TooMany => {
                Some("people")
            }
            Self::Membership(refusal) => refusal.field(),
        }
    }
}

/// Gives somebody a seat. `own` are the memberships of the same person, `seated` those of everybody who sits or sat there.
///
/// A household is represented by one at a time: it chose one (Villagers' Committees Law art. 29).
pub fn seat(
    mut membership: Membership,
    own: &[Membership],
    seated: &[Membership],
) -> Result<Membership, RepresentativeRefusal> {
    membership.represents.sort_unstable();
    membership.represents.dedup();
    let membership = membership::begin(membership, own)?;
    if seated.len() >= SEATED_MAX {
        return Err(RepresentativeRefusal::TooMany);
    }
    for other in seated.iter().filter(|other| other.id != membership.id && other.overlaps(&membership)) {
        if let Some(household) = membership.represents.iter().find(|one| other.represents.contains(one)) {
            return Err(RepresentativeRefusal::Represented { household: *household });
        }
    }
    Ok(membership)
}

/// The last day of a term of so many years that begins on `from`: 1 January 2026 and five years end on 31 December 2030.
pub fn term_end(from: Day, years: u16) -> Day {
    from.plus_years(i16::try_from(years).unwrap_or(i16::MAX)).plus(-1)
}

/// How a meeting is made up on a day, in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seats {
    /// All members.
    pub members: i64,
    /// Elected representatives among them.
    pub elected: i64,
    /// How many households each of those has for whom the village noted any.
    pub households: Vec<i64>,
    /// Households that are represented.
    pub represented: BTreeSet<HouseholdId>,
}

/// What is wrong with how a meeting is made up. Pages say it to who keeps the list; it stops nothing, since who was elected was elected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeatsLack {
    /// Too few of the members are elected.
    TooFewElected {
        /// How many are.
        elected: i64,
        /// Of so many members.
        members: i64,
        /// How many had to be.
        needed: i64,
    },
    /// So many representatives stand for fewer households than the rule has for one.
    FewHouseholds {
        /// How many representatives.
        representatives: i64,
    },
    /// So many stand for more.
    ManyHouseholds {
        /// How many representatives.
        representatives: i64,
    },
}

/// Counts who sits there on `day`.
pub fn seats(seated: &[Membership], day: Day) -> Seats {
    let mut seats = Seats::default();
    for one in seated.iter().filter(|one| one.kind == MembershipKind::Representative && one.holds_on(day)) {
        seats.members += 1;
        if one.basis == Basis::Elected {
            seats.elected += 1;
            if !one.represents.is_empty() {
                seats.households.push(i64::try_from(one.represents.len()).unwrap_or(i64::MAX));
                seats.represented.extend(one.represents.iter().copied());
            }
        }
    }
    seats
}

impl Seats {
    /// What does not fit the rule, worst first. Nothing where nobody sits there yet.
    pub fn lacks(&self, rule: &Composition) -> Vec<SeatsLack> {
        let mut lacks = Vec::new();
        if self.members > 0 && !rule.elected.met(self.elected, self.members) {
            lacks.push(SeatsLack::TooFewElected {
                elected: self.elected,
                members: self.members,
                needed: rule.elected.needed(self.members),
            });
        }
        let many = |fits: &dyn Fn(i64) -> bool| {
            i64::try_from(self.households.iter().filter(|n| fits(**n)).count()).unwrap_or(i64::MAX)
        };
        let few = many(&|n| n < i64::from(rule.households_least));
        if few > 0 {
            lacks.push(SeatsLack::FewHouseholds { representatives: few });
        }
        let more = many(&|n| n > i64::from(rule.households_most));
        if more > 0 {
            lacks.push(SeatsLack::ManyHouseholds { representatives: more });
        }
        lacks
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{Body, InForce, NATIONAL_2026, Pack, Rules};
    use uuid::Uuid;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }
    fn member(n: u128, kind: MembershipKind, basis: Basis, represents: &[u128]) -> Membership {
        Membership {
            id: Uuid::from_u128(1000 * (n + 1) + u128::from(kind == MembershipKind::Representative)).into(),
            resident: Uuid::from_u128(n).into(),
            kind,
            place: Uuid::from_u128(1).into(),
            household: None,
            area_cm2: None,
            from: day("2026-01-01"),
            until: None,
            basis,
            represents: represents.iter().map(|n| Uuid::from_u128(*n).into()).collect(),
            version: 1,
        }
    }
    fn villager(n: u128) -> Membership {
        member(n, MembershipKind::Villager, Basis::Register, &[])
    }
    fn representative(n: u128, represents: &[u128]) -> Membership {
        member(n, MembershipKind::Representative, Basis::Elected, represents)
    }
    fn law(run: impl Fn(&InForce<'_>)) {
        let rules = Rules::new(vec![Pack::parse(NATIONAL_2026).unwrap()], vec![]).unwrap();
        run(&rules.on(&[], day("2026-04-12")));
    }

    #[test]
    fn a_representative_is_a_villager_who_was_elected_or_belongs_to_the_committee() {
        assert!(seat(representative(1, &[7, 7, 5]), &[villager(1)], &[]).is_ok());
        assert_eq!(
            seat(representative(1, &[]), &[villager(2)], &[]),
            Err(RepresentativeRefusal::Membership(MembershipRefusal::NotOfPlace))
        );
        let registered = Membership { basis: Basis::Register, ..representative(1, &[]) };
        let refused = |membership| seat(membership, &[villager(1)], &[]).unwrap_err();
        assert_eq!(refused(registered), RepresentativeRefusal::Membership(MembershipRefusal::Basis));
        let office = Membership { basis: Basis::Office, ..representative(1, &[]) };
        assert!(seat(office.clone(), &[villager(1)], &[]).is_ok());
        let for_houses = Membership { represents: representative(1, &[5]).represents, ..office };
        assert_eq!(refused(for_houses), RepresentativeRefusal::Membership(MembershipRefusal::Represents));
        let elected_villager = Membership { basis: Basis::Elected, ..villager(1) };
        assert_eq!(refused(elected_villager), RepresentativeRefusal::Membership(MembershipRefusal::Basis));
        let left = villager(1).ended(day("2025-12-31").plus(1)).unwrap();
        let later = Membership { from: day("2026-02-01"), ..representative(1, &[]) };
        assert_eq!(seat(later, &[left], &[]), Err(RepresentativeRefusal::Membership(MembershipRefusal::NotOfPlace)));
    }

    #[test]
    fn a_household_is_represented_by_one_at_a_time() {
        let first = representative(1, &[5, 6]);
        let taken = seat(representative(2, &[6]), &[villager(2)], std::slice::from_ref(&first));
        assert_eq!(taken, Err(RepresentativeRefusal::Represented { household: Uuid::from_u128(6).into() }));
        let ended = first.ended(day("2026-03-31")).unwrap();
        let next = Membership { from: day("2026-04-01"), ..representative(2, &[6]) };
        assert!(seat(next.clone(), &[villager(2)], std::slice::from_ref(&ended)).is_ok());
        let same_day = Membership { from: day("2026-03-31"), ..next };
        assert!(seat(same_day, &[villager(2)], &[ended]).is_err());
    }

    #[test]
    fn a_term_ends_on_the_day_before_its_anniversary_and_may_end_sooner() {
        assert_eq!(term_end(day("2026-01-01"), 5), day("2030-12-31"));
        assert_eq!(term_end(day("2026-04-12"), 5), day("2031-04-11"));
        let until = Some(term_end(day("2026-01-01"), 5));
        let for_a_term = seat(Membership { until, ..representative(1, &[]) }, &[villager(1)], &[]).unwrap();
        let sooner = for_a_term.ended(day("2027-06-30")).unwrap();
        assert_eq!(sooner.until, Some(day("2027-06-30")));
        assert_eq!(sooner.ended(day("2027-06-30")), Err(MembershipRefusal::Ended { until: day("2027-06-30") }));
    }

    #[test]
    fn at_every_size_four_fifths_are_elected_or_it_is_said() {
        law(|law| {
            let rule = law.composition(Body::VillagersReps).unwrap().value;
            assert_eq!((rule.households_least, rule.households_most), (5, 15));
            for members in 1i64..=60 {
                for elected in 0..=members {
                    let seats = Seats { members, elected, ..Seats::default() };
                    // 村民代表应当占组成人员的五分之四以上.
                    let lawful = elected * 5 >= members * 4;
                    assert_eq!(seats.lacks(&rule).is_empty(), lawful, "{elected} of {members}");
                }
            }
        });
    }

    #[test]
    fn one_for_five_to_fifteen_households_and_both_ends_belong_to_it() {
        law(|law| {
            let rule = law.composition(Body::VillagersReps).unwrap().value;
            for n in 0i64..=40 {
                let seats = Seats { members: 1, elected: 1, households: vec![n], ..Seats::default() };
                let expected = match n {
                    ..5 => vec![SeatsLack::FewHouseholds { representatives: 1 }],
                    5..=15 => vec![],
                    _ => vec![SeatsLack::ManyHouseholds { representatives: 1 }],
                };
                assert_eq!(seats.lacks(&rule), expected, "{n}");
            }
            let urban = law.composition(Body::ResidentsReps).unwrap().value;
            assert_eq!((urban.households_least, urban.households_most, urban.women), (20, 50, None));
        });
    }

    #[test]
    fn who_has_left_sits_there_no_more() {
        let gone = representative(1, &[5]).ended(day("2026-03-31")).unwrap();
        let office = Membership { basis: Basis::Office, ..representative(3, &[]) };
        let all = [gone, representative(2, &[6, 7]), office, villager(4)];
        let now = seats(&all, day("2026-04-01"));
        assert_eq!((now.members, now.elected, now.households.clone()), (2, 1, vec![2]));
        assert_eq!(seats(&all, day("2026-03-31")).members, 3);
    }
}
