//! Where there should be an association, and how far it is so. A gap is information and no fault; what is measured are organisations
//! and places, never people (domain: M35, M37; section 5: effective coverage, done safely).

use super::organisation::{OrganisationKind, OrganisationState};
use crate::id::{MatterId, PlaceId, ShouldBuildId};
use crate::record::{Noun, Recorded, Sheet};
use crate::refusal::{Faults, Kind, Refuse, TextFault};
use crate::rules::EffectiveCoverage;
use crate::text;
use crate::time::{Day, Timestamp};
use uuid::Uuid;

/// The longest reason, in characters.
pub const REASON_MAX: usize = 200;

/// A judgement whether a place should have an association of a kind. The last one counts; earlier ones stay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShouldBuild {
    /// Its id.
    pub id: ShouldBuildId,
    /// Where.
    pub place: PlaceId,
    /// Of what kind.
    pub kind: OrganisationKind,
    /// Whether there should be one.
    pub should: bool,
    /// Why.
    pub reason: String,
    /// The day of the judgement.
    pub judged: Day,
    /// When it was entered.
    pub recorded_at: Timestamp,
}

/// Why a judgement is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShouldBuildRefusal {
    /// A text is not taken.
    Text(TextFault),
    /// Only associations are built where there is need; bodies are there by law.
    NoAssociation,
}

impl From<TextFault> for ShouldBuildRefusal {
    fn from(fault: TextFault) -> Self {
        Self::Text(fault)
    }
}

impl Refuse for ShouldBuildRefusal {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }
    fn key(&self) -> &'static str {
        match self {
            Self::Text(fault) => fault.key(),
            Self::NoAssociation => "refusal-should-build-no-association",
        }
    }
    fn values(&self) -> Vec<(&'static str, crate::refusal::Value)> {
        match self {
            Self::Text(fault) => fault.values(),
            Self::NoAssociation => Vec::new(),
        }
    }
    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Text(fault) => fault.field(),
            Self::NoAssociation => Some("kind"),
        }
    }
}

/// Judges whether a place should have an association.
pub fn judge(
    id: ShouldBuildId,
    place: PlaceId,
    kind: OrganisationKind,
    should: bool,
    reason: &str,
    today: Day,
    now: Timestamp,
) -> Result<ShouldBuild, Vec<ShouldBuildRefusal>> {
    let mut faults = Faults::<ShouldBuildRefusal>::default();
    if !kind.is_association() {
        faults.add(ShouldBuildRefusal::NoAssociation);
    }
    let reason = faults.take(text::line(reason, REASON_MAX).map_err(TextFault::at("reason")));
    let judgement =
        reason.map(|reason| ShouldBuild { id, place, kind, should, reason, judged: today, recorded_at: now });
    faults.finish(judgement)
}

impl Recorded for ShouldBuild {
    const NOUN: Noun = Noun::ShouldBuild;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        Vec::new()
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        sheet.id("place", self.place);
        sheet.token("kind", self.kind);
        sheet.yes("should", self.should);
        sheet.text("reason", &self.reason);
        sheet.day("judged", self.judged);
        sheet.at("recorded_at", self.recorded_at);
    }
}

/// An association on some day, as coverage looks at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Where it is.
    pub place: PlaceId,
    /// Of what kind.
    pub kind: OrganisationKind,
    /// Where it is in its life on that day.
    pub state: OrganisationState,
    /// Whether its office can be reached.
    pub contact: bool,
    /// Activities held within the months before that day.
    pub activities: u32,
    /// Of these, activities by which a public matter was carried on that has its answer.
    pub handled: u32,
}

/// A share of organisations or places, as two whole numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ratio {
    /// So many.
    pub n: i64,
    /// Of so many.
    pub of: i64,
}

/// How far associations are where they should be, and do what they should.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Places at which one exists, of those at which one should.
    pub formal: Ratio,
    /// Organisations that meet every condition, of those that exist; `None` where no rule says the conditions.
    pub effective: Option<Ratio>,
}

/// Whether an association in that state exists: it was set up and is not dissolved.
pub const fn exists(state: OrganisationState) -> bool {
    matches!(state, OrganisationState::Established | OrganisationState::Running | OrganisationState::Dormant)
}

/// Whether an association meets every condition.
pub fn works(seen: &Seen, conditions: EffectiveCoverage) -> bool {
    seen.state == OrganisationState::Running
        && seen.contact
        && seen.activities >= u32::from(conditions.activities)
        && seen.handled >= u32::from(conditions.handled)
}

/// The two ratios. `should` are the places and kinds that were last judged to need one.
pub fn coverage(
    should: &[(PlaceId, OrganisationKind)],
    seen: &[Seen],
    conditions: Option<EffectiveCoverage>,
) -> Coverage {
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let there = |(place, kind): &&(PlaceId, OrganisationKind)| {
        seen.iter().any(|one| one.place == *place && one.kind == *kind && exists(one.state))
    };
    let existing = seen.iter().filter(|one| exists(one.state));
    Coverage {
        formal: Ratio { n: count(should.iter().filter(there).count()), of: count(should.len()) },
        effective: conditions.map(|conditions| Ratio {
            n: count(existing.clone().filter(|one| works(one, conditions)).count()),
            of: count(existing.count()),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::Token;

    const CONDITIONS: EffectiveCoverage = EffectiveCoverage { activities: 4, handled: 1, months: 12 };

    fn place(n: u128) -> PlaceId {
        PlaceId::from(Uuid::from_u128(n))
    }
    fn seen(n: u128, state: OrganisationState) -> Seen {
        let kind = OrganisationKind::NewStrata;
        Seen { place: place(n), kind, state, contact: true, activities: 4, handled: 1 }
    }

    #[test]
    fn an_association_exists_from_being_set_up_to_being_dissolved_and_works_when_all_conditions_hold() {
        let there: Vec<&str> = OrganisationState::ALL.iter().filter(|s| exists(**s)).map(|s| s.as_str()).collect();
        assert_eq!(there, ["established", "running", "dormant"]);
        let good = seen(1, OrganisationState::Running);
        assert!(works(&good, CONDITIONS));
        for lacking in [
            Seen { state: OrganisationState::Established, ..good },
            Seen { contact: false, ..good },
            Seen { activities: 3, ..good },
            Seen { handled: 0, ..good },
        ] {
            assert!(!works(&lacking, CONDITIONS), "{lacking:?}");
        }
    }

    #[test]
    fn the_ratios_are_of_places_and_organisations() {
        let kind = OrganisationKind::NewStrata;
        let should = [(place(1), kind), (place(2), kind), (place(1), OrganisationKind::Chamber)];
        let seen = [
            seen(1, OrganisationState::Running),
            seen(2, OrganisationState::Preparing),
            seen(3, OrganisationState::Dormant),
        ];
        let found = coverage(&should, &seen, Some(CONDITIONS));
        assert_eq!(found.formal, Ratio { n: 1, of: 3 });
        assert_eq!(found.effective, Some(Ratio { n: 1, of: 2 }));
        assert_eq!(coverage(&should, &seen, None).effective, None);
        assert_eq!(
            coverage(&[], &[], Some(CONDITIONS)),
            Coverage { effective: Some(Ratio::default()), ..Coverage::default() }
        );
    }

    #[test]
    fn only_associations_are_judged_and_never_without_a_reason() {
        let id = ShouldBuildId::from(Uuid::from_u128(1));
        let judged = |kind, reason| {
            judge(id, place(1), kind, true, reason, Day::parse("2026-04-12").unwrap(), Timestamp::from_millis(1))
        };
        assert!(judged(OrganisationKind::Chamber, "有三十多家店").is_ok());
        assert_eq!(judged(OrganisationKind::PartyBranch, "x").unwrap_err(), [ShouldBuildRefusal::NoAssociation]);
        assert!(matches!(judged(OrganisationKind::Chamber, " ").unwrap_err()[..], [ShouldBuildRefusal::Text(_)]));
    }
}
