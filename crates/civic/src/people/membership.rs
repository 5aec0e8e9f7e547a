//! Membership: as what somebody belongs to a place, from which day until which. Who may vote where on a day is computed from it and
//! never stored with the person.

use crate::id::{HouseholdId, MatterId, MembershipId, PlaceId, ResidentId};
use crate::people::resident::Resident;
use crate::record::{Noun, Recorded, Sheet};
use crate::refusal::{Kind, Refuse, Value};
use crate::text;
use crate::time::Day;
use crate::tokens;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The largest area that an owner can hold: 100,000 square metres, in square centimetres.
pub const AREA_CM2_MAX: i64 = 1_000_000_000;

tokens! {
    /// As what somebody belongs to a place.
    pub enum MembershipKind = "membership-kind" {
        /// Villager: takes part in the villagers' assembly.
        Villager = "villager",
        /// Resident of a community: takes part in the residents' assembly.
        Resident = "resident",
        /// Member of the rural collective economic organisation.
        Collective = "collective",
        /// Owner of a home in a building: counts by head and by area.
        Owner = "owner",
        /// Sits in the representatives' meeting of a village or community.
        Representative = "representative",
    }
    /// What a membership rests on.
    pub enum Basis = "membership-basis" {
        /// The village's own register.
        Register = "register",
        /// The person lives there and was taken in by the meeting.
        Admitted = "admitted",
        /// A decision of the collective's members.
        Decision = "decision",
        /// A property title.
        Title = "title",
        /// Chosen by the households that the person stands for.
        Elected = "elected",
        /// Sits in the representatives' meeting as a member of the committee (Villagers' Committees Law art. 29).
        Office = "office",
    }
}

/// A membership.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// Its id.
    pub id: MembershipId,
    /// Whose.
    pub resident: ResidentId,
    /// As what.
    pub kind: MembershipKind,
    /// Where: the hamlet, or the village where there are no hamlets. It counts in every place above.
    pub place: PlaceId,
    /// With which household.
    pub household: Option<HouseholdId>,
    /// An owner's area, in square centimetres; for owners alone.
    pub area_cm2: Option<i64>,
    /// The first day.
    pub from: Day,
    /// The last day; open when `None`.
    pub until: Option<Day>,
    /// What it rests on.
    pub basis: Basis,
    /// The households for which an elected representative stands, where the village noted them.
    pub represents: Vec<HouseholdId>,
    /// The version read; the store compares and raises it.
    pub version: i64,
}

/// Why something is not done with a membership.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MembershipRefusal {
    /// An owner without an area, or an area of somebody who is no owner.
    Area,
    /// It does not rest on that: representatives are elected or belong to the committee, and nobody else is.
    Basis,
    /// Households are noted for elected representatives alone.
    Represents,
    /// A representative must be a villager or resident there.
    NotOfPlace,
    /// The same person is there as the same thing already.
    Already {
        /// Since when.
        from: Day,
    },
    /// It has ended.
    Ended {
        /// Its last day.
        until: Day,
    },
    /// It would end before it began.
    EndsBeforeItBegins {
        /// Its first day.
        from: Day,
    },
}

impl Refuse for MembershipRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::Area | Self::Basis | Self::Represents | Self::NotOfPlace | Self::EndsBeforeItBegins { .. } => {
                Kind::Invalid
            }
            Self::Already { .. } | Self::Ended { .. } => Kind::Conflict,
        }
    }
    fn key(&self) -> &'static str {
        match self {
            Self::Area => "refusal-membership-area",
            Self::Basis => "refusal-membership-basis",
            Self::Represents => "refusal-membership-represents",
            Self::NotOfPlace => "refusal-membership-not-of-place",
            Self::Already { .. } => "refusal-membership-already",
            Self::Ended { .. } => "refusal-membership-ended",
            Self::EndsBeforeItBegins { .. } => "refusal-membership-ends-before-it-begins",
        }
    }
    fn values(&self) -> Vec<(&'static str, Value)> {
        match self {
            Self::Area => vec![("max", Value::Int(AREA_CM2_MAX / 10_000))],
            Self::Already { from } | Self::EndsBeforeItBegins { from } => vec![("from", Value::Day(*from))],
            Self::Ended { until } => vec![("until", Value::Day(*until))],
            Self::Basis | Self::Represents | Self::NotOfPlace => Vec::new(),
        }
    }
    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Area => Some("area"),
            Self::Basis => Some("basis"),
            Self::Represents | Self::NotOfPlace => Some("people"),
            Self::EndsBeforeItBegins { .. } => Some("until"),
            Self::Already { .. } | Self::Ended { .. } => None,
        }
    }
}

/// Reads an area in square metres as people write it (`89.5`, also with full-width digits or `平方米` behind it), to square
/// centimetres; `None` for anything else, for nothing, and for more than four places.
pub fn read_area(typed: &str) -> Option<i64> {
    area(typed).filter(|area| (1..=AREA_CM2_MAX).contains(area))
}

/// Reads a sum of areas, as a count of votes has them: nothing is an area too.
pub fn read_area_sum(typed: &str) -> Option<i64> {
    area(typed)
}

fn area(typed: &str) -> Option<i64> {
    let plain = text::plain_digits(typed.trim()).replace('．', ".");
    let plain = ["平方米", "平米", "㎡", "m2", "m²"].iter().find_map(|unit| plain.strip_suffix(unit)).unwrap_or(&plain);
    let (metres, rest) = plain.trim().split_once('.').unwrap_or((plain.trim(), ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if metres.is_empty() || metres.len() > 9 || rest.len() > 4 || !digits(metres) || !digits(rest) {
        return None;
    }
    let parts: i64 = format!("{rest:0<4}").parse().ok()?;
    metres.parse::<i64>().ok()?.checked_mul(10_000)?.checked_add(parts)
}

/// An area of square centimetres in square metres, exactly: `89.5`.
pub fn area_words(area_cm2: i64) -> String {
    let (metres, rest) = (area_cm2.div_euclid(10_000), area_cm2.rem_euclid(10_000));
    let places = format!("{rest:04}");
    let places = places.trim_end_matches('0');
    if places.is_empty() { metres.to_string() } else { format!("{metres}.{places}") }
}

/// Begins a membership. `others` are the memberships of the same resident; somebody can be one thing once at a time, but own
/// several homes.
pub fn begin(membership: Membership, others: &[Membership]) -> Result<Membership, MembershipRefusal> {
    let owner = membership.kind == MembershipKind::Owner;
    match membership.area_cm2 {
        Some(area) if owner && (1..=AREA_CM2_MAX).contains(&area) => {}
        None if !owner => {}
        _ => return Err(MembershipRefusal::Area),
    }
    let representative = membership.kind == MembershipKind::Representative;
    if representative != matches!(membership.basis, Basis::Elected | Basis::Office) {
        return Err(MembershipRefusal::Basis);
    }
    if !membership.represents.is_empty() && membership.basis != Basis::Elected {
        return Err(MembershipRefusal::Represents);
    }
    let belongs = |other: &Membership| {
        other.resident == membership.resident
            && matches!(other.kind, MembershipKind::Villager | MembershipKind::Resident)
            && other.holds_on(membership.from)
    };
    if representative && !others.iter().any(belongs) {
        return Err(MembershipRefusal::NotOfPlace);
    }
    if membership.until.is_some_and(|until| until < membership.from) {
        return Err(MembershipRefusal::EndsBeforeItBegins { from: membership.from });
    }
    let same = |other: &&Membership| {
        other.resident == membership.resident && other.kind == membership.kind && other.overlaps(&membership)
    };
    match others.iter().find(same) {
        Some(other) if !owner => Err(MembershipRefusal::Already { from: other.from }),
        _ => Ok(membership),
    }
}

impl Membership {
    /// Whether it counts on that day.
    pub fn holds_on(&self, day: Day) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }

    pub(super) fn overlaps(&self, other: &Self) -> bool {
        self.until.is_none_or(|until| other.from <= until) && other.until.is_none_or(|until| self.from <= until)
    }

    /// The households represented as one word, as they stand in one column.
    pub fn represents_word(&self) -> String {
        let ids: Vec<String> = self.represents.iter().map(ToString::to_string).collect();
        ids.join(",")
    }

    /// Ends it with the day `until`. What was voted before stays valid.
    pub fn ended(&self, until: Day) -> Result<Self, MembershipRefusal> {
        // One that was given for a time may end sooner.
        if let Some(last) = self.until
            && last <= until
        {
            return Err(MembershipRefusal::Ended { until: last });
        }
        if until < self.from {
            return Err(MembershipRefusal::EndsBeforeItBegins { from: self.from });
        }
        Ok(Self { until: Some(until), ..self.clone() })
    }
}

/// Somebody who counts at a meeting on its day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Eligible {
    /// Who.
    pub resident: ResidentId,
    /// By which membership.
    pub membership: MembershipId,
    /// Of which household.
    pub household: Option<HouseholdId>,
    /// With which area, in square centimetres.
    pub area_cm2: Option<i64>,
}

/// Who counts as `kind` in one of `places` (a place and all below it) on `day`, in the order of ids. Villagers, residents and members
/// count once and from the day of coming of age (Organic Law of Villagers' Committees art. 25); an owner counts once for every home,
/// of whatever age, since a guardian votes for a child.
pub fn eligible_on<'a>(
    kind: MembershipKind,
    places: &[PlaceId],
    day: Day,
    people: impl IntoIterator<Item = (&'a Membership, &'a Resident)>,
) -> Vec<Eligible> {
    let places: BTreeSet<PlaceId> = places.iter().copied().collect();
    let mut eligible: Vec<Eligible> = people
        .into_iter()
        .filter(|(membership, resident)| {
            membership.resident == resident.id
                && membership.kind == kind
                && membership.holds_on(day)
                && places.contains(&membership.place)
                && (kind == MembershipKind::Owner || resident.adult_on(day))
        })
        .map(|(membership, _)| Eligible {
            resident: membership.resident,
            membership: membership.id,
            household: membership.household,
            area_cm2: membership.area_cm2,
        })
        .collect();
    eligible.sort_unstable();
    if kind == MembershipKind::Owner {
        eligible.dedup_by_key(|one| one.membership);
    } else {
        eligible.dedup_by_key(|one| one.resident);
    }
    eligible
}

/// The households that count where a meeting counts by households, each with who may stand in for it: any adult of it and nobody else.
/// Whoever has no household is in none.
pub fn households(eligible: &[Eligible]) -> BTreeMap<HouseholdId, Vec<ResidentId>> {
    let mut households: BTreeMap<HouseholdId, Vec<ResidentId>> = BTreeMap::new();
    for one in eligible {
        if let Some(household) = one.household {
            households.entry(household).or_default().push(one.resident);
        }
    }
    households
}

impl Recorded for Membership {
    const NOUN: Noun = Noun::Membership;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        Vec::new()
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        sheet.token("kind", self.kind);
        sheet.id("place", self.place);
        sheet.day("from", self.from);
        sheet.day_or_none("until", self.until);
        sheet.token("basis", self.basis);
        // Who lives with whom and owns how much is the person's; salted, so that it goes when the person is erased.
        sheet.text("resident", &self.resident.to_string());
        sheet.text_or_none("household", self.household.map(|id| id.to_string()).as_deref());
        sheet.text_or_none("area_cm2", self.area_cm2.map(|area| area.to_string()).as_deref());
        let represents = self.represents_word();
        sheet.text_or_none("represents", (!represents.is_empty()).then_some(represents.as_str()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::resident;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }
    fn place(n: u128) -> PlaceId {
        PlaceId::from(Uuid::from_u128(n))
    }
    fn person(n: u128, adult_from: &str) -> Resident {
        resident::note(ResidentId::from(Uuid::from_u128(n)), "葛小满", day(adult_from), day("2026-01-01")).unwrap()
    }
    fn membership(n: u128, resident: u128, kind: MembershipKind) -> Membership {
        Membership {
            id: MembershipId::from(Uuid::from_u128(n)),
            resident: ResidentId::from(Uuid::from_u128(resident)),
            kind,
            place: place(1),
            household: Some(HouseholdId::from(Uuid::from_u128(7))),
            area_cm2: (kind == MembershipKind::Owner).then_some(900_000),
            from: day("2026-01-01"),
            until: None,
            basis: if kind == MembershipKind::Representative { Basis::Elected } else { Basis::Register },
            represents: Vec::new(),
            version: 1,
        }
    }

    #[test]
    fn a_villager_counts_from_the_day_of_coming_of_age_and_once() {
        let young = person(1, "2026-04-12");
        let here = membership(1, 1, MembershipKind::Villager);
        let twice = membership(2, 1, MembershipKind::Villager);
        let people = [(&here, &young), (&twice, &young)];
        let on = |text| eligible_on(MembershipKind::Villager, &[place(1)], day(text), people);
        assert!(on("2026-04-11").is_empty());
        assert_eq!(on("2026-04-12").len(), 1);
        assert!(eligible_on(MembershipKind::Villager, &[place(2)], day("2026-05-01"), people).is_empty());
        assert!(eligible_on(MembershipKind::Collective, &[place(1)], day("2026-05-01"), people).is_empty());
        assert_eq!(households(&on("2026-04-12")).len(), 1);
    }

    #[test]
    fn a_membership_counts_on_its_last_day_and_not_on_the_next() {
        let old = person(1, "1980-01-01");
        let here = membership(1, 1, MembershipKind::Villager).ended(day("2026-04-12")).unwrap();
        let on = |text| eligible_on(MembershipKind::Villager, &[place(1)], day(text), [(&here, &old)]).len();
        assert_eq!((on("2026-04-12"), on("2026-04-13")), (1, 0));
        assert!(here.ended(day("2026-05-01")).is_err());
    }

    #[test]
    fn an_owner_counts_for_every_home_of_whatever_age() {
        let child = person(1, "2040-01-01");
        let (a, b) = (membership(1, 1, MembershipKind::Owner), membership(2, 1, MembershipKind::Owner));
        let people = [(&a, &child), (&b, &child), (&a, &child)];
        assert_eq!(eligible_on(MembershipKind::Owner, &[place(1)], day("2026-05-01"), people).len(), 2);
        assert!(begin(b, &[a]).is_ok());
    }

    #[test]
    fn an_area_is_read_and_written_exactly() {
        for (typed, area, words) in [
            ("89.5", 895_000, "89.5"),
            ("８９．５平方米", 895_000, "89.5"),
            ("120", 1_200_000, "120"),
            ("0.0001", 1, "0.0001"),
            ("100000", AREA_CM2_MAX, "100000"),
        ] {
            assert_eq!(read_area(typed), Some(area), "{typed}");
            assert_eq!(area_words(area), words);
        }
        assert_eq!((read_area_sum("0"), read_area_sum("100000.0001")), (Some(0), Some(AREA_CM2_MAX + 1)));
        for wrong in ["", "0", ".5", "-1", "1.23456", "100000.0001", "1e3", "很大", "999999999999999999999"] {
            assert_eq!(read_area(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_area_belongs_to_owners_alone() {
        let owner = membership(1, 1, MembershipKind::Owner);
        assert_eq!(begin(Membership { area_cm2: None, ..owner.clone() }, &[]), Err(MembershipRefusal::Area));
        assert_eq!(begin(Membership { area_cm2: Some(0), ..owner }, &[]), Err(MembershipRefusal::Area));
        let villager = Membership { area_cm2: Some(1), ..membership(1, 1, MembershipKind::Villager) };
        assert_eq!(begin(villager, &[]), Err(MembershipRefusal::Area));
    }

    #[test]
    fn nobody_is_the_same_thing_twice_at_a_time() {
        let first = membership(1, 1, MembershipKind::Villager);
        let second = membership(2, 1, MembershipKind::Villager);
        assert!(matches!(begin(second.clone(), std::slice::from_ref(&first)), Err(MembershipRefusal::Already { .. })));
        let ended = first.ended(day("2026-03-31")).unwrap();
        let later = Membership { from: day("2026-04-01"), ..second };
        assert!(begin(later, &[ended]).is_ok());
    }
}
