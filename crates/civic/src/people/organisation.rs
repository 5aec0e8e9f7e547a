//! Organisations: committees, councils, associations and their branches. Of organisations we know what they are and whether they
//! work; of their members we know nothing (domain: E1).

use crate::id::{MatterId, OrganisationId, PlaceId};
use crate::record::{Noun, Recorded, Sheet};
use crate::refusal::{Faults, Kind, Refuse, TextFault, Value};
use crate::text;
use crate::time::Day;
use crate::token::Token;
use crate::tokens;
use uuid::Uuid;

/// The longest name, in characters.
pub const NAME_MAX: usize = 60;
/// The longest office contact, in characters.
pub const CONTACT_MAX: usize = 60;

tokens! {
    /// What kind of organisation it is (domain: §1.2).
    pub enum OrganisationKind = "organisation-kind" {
        /// Village Party organisation or Party branch, as a body.
        PartyBranch = "party_branch",
        /// Villagers' committee.
        VillagersCommittee = "villagers_committee",
        /// Residents' committee.
        ResidentsCommittee = "residents_committee",
        /// Village affairs supervision committee.
        SupervisionCommittee = "supervision_committee",
        /// Villagers' council of a hamlet.
        VillagersCouncil = "villagers_council",
        /// Rural collective economic organisation.
        Collective = "collective",
        /// Owners' committee.
        OwnersCommittee = "owners_committee",
        /// Volunteer team.
        VolunteerTeam = "volunteer_team",
        /// Weddings-and-funerals council.
        CeremonyCouncil = "ceremony_council",
        /// Resident work team.
        WorkTeam = "work_team",
        /// Chamber of commerce.
        Chamber = "chamber",
        /// Association of Non-Party Intellectuals.
        Intellectuals = "intellectuals",
        /// Association of New Social Strata.
        NewStrata = "new_strata",
        /// Association or council of hometown supporters.
        Worthies = "worthies",
        /// Office of the government.
        Office = "office",
        /// Another one.
        Other = "other",
    }
    /// Where an organisation is in its life (domain: M34).
    pub enum OrganisationState = "organisation-state" {
        /// Being set up.
        Preparing = "preparing",
        /// Set up.
        Established = "established",
        /// At work.
        Running = "running",
        /// Asleep.
        Dormant = "dormant",
        /// Dissolved.
        Dissolved = "dissolved",
    }
}

impl OrganisationKind {
    /// Whether it is an association, which can have branches.
    pub const fn is_association(self) -> bool {
        matches!(self, Self::Chamber | Self::Intellectuals | Self::NewStrata | Self::Worthies)
    }
}

/// An organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation {
    /// Its id.
    pub id: OrganisationId,
    /// What kind it is.
    pub kind: OrganisationKind,
    /// Its name.
    pub name: String,
    /// The place that it is for.
    pub place: PlaceId,
    /// The organisation that it belongs to.
    pub parent: Option<OrganisationId>,
    /// Whether it is a branch of its parent, an association.
    pub branch: bool,
    /// How its office is reached: a post or a number of the office, never of a person.
    pub contact: Option<String>,
    /// Where it is in its life.
    pub state: OrganisationState,
    /// Since when it is in that state.
    pub since: Day,
    /// The version read; the store compares and raises it.
    pub version: i64,
}

/// Why something is not done with an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrganisationRefusal {
    /// A text is not taken.
    Text(TextFault),
    /// Only an association has branches, and a branch is of its parent's kind.
    Branch,
    /// It would belong to itself.
    OwnParent,
    /// It does not go from there to there.
    OutOfOrder {
        /// Where it is.
        from: OrganisationState,
        /// Where it should go.
        to: OrganisationState,
    },
    /// Its day is to come.
    DayToCome,
    /// It would change before the last change.
    TooEarly {
        /// The first day that can be.
        from: Day,
    },
}

impl From<TextFault> for OrganisationRefusal {
    fn from(fault: TextFault) -> Self {
        Self::Text(fault)
    }
}

impl Refuse for OrganisationRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::OutOfOrder { .. } => Kind::Conflict,
            _ => Kind::Invalid,
        }
    }
    fn key(&self) -> &'static str {
        match self {
            Self::Text(fault) => fault.key(),
            Self::Branch => "refusal-organisation-branch",
            Self::OwnParent => "refusal-organisation-own-parent",
            Self::OutOfOrder { .. } => "refusal-organisation-out-of-order",
            Self::DayToCome => "refusal-organisation-day-to-come",
            Self::TooEarly { .. } => "refusal-organisation-too-early",
        }
    }
    fn values(&self) -> Vec<(&'static str, Value)> {
        match self {
            Self::Text(fault) => fault.values(),
            Self::OutOfOrder { from, to } => vec![("from", Value::Word(from.key())), ("to", Value::Word(to.key()))],
            Self::TooEarly { from } => vec![("from", Value::Day(*from))],
            Self::Branch | Self::OwnParent | Self::DayToCome => Vec::new(),
        }
    }
    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Text(fault) => fault.field(),
            Self::Branch | Self::OwnParent => Some("parent"),
            Self::OutOfOrder { .. } => Some("state"),
            Self::TooEarly { .. } | Self::DayToCome => Some("since"),
        }
    }
}

/// What is written about an organisation, as typed.
#[derive(Clone, Copy, Debug)]
pub struct OrganisationForm<'a> {
    /// What kind it is.
    pub kind: OrganisationKind,
    /// Its name.
    pub name: &'a str,
    /// The place that it is for.
    pub place: PlaceId,
    /// The organisation that it belongs to.
    pub parent: Option<&'a Organisation>,
    /// Whether it is a branch.
    pub branch: bool,
    /// How its office is reached.
    pub contact: &'a str,
}

/// Enters an organisation that is being set up.
pub fn enter(
    id: OrganisationId,
    form: &OrganisationForm<'_>,
    today: Day,
) -> Result<Organisation, Vec<OrganisationRefusal>> {
    let mut faults = Faults::<OrganisationRefusal>::default();
    let name = faults.take(text::line(form.name, NAME_MAX).map_err(TextFault::at("name")));
    let contact = faults.take(text::line_or_none(form.contact, CONTACT_MAX).map_err(TextFault::at("contact")));
    if form.parent.is_some_and(|parent| parent.id == id) {
        faults.add(OrganisationRefusal::OwnParent);
    }
    let fits = form.parent.is_some_and(|parent| parent.kind == form.kind && form.kind.is_association());
    if form.branch && !fits {
        faults.add(OrganisationRefusal::Branch);
    }
    let organisation = (|| {
        Some(Organisation {
            id,
            kind: form.kind,
            name: name?,
            place: form.place,
            parent: form.parent.map(|parent| parent.id),
            branch: form.branch,
            contact: contact?,
            state: OrganisationState::Preparing,
            since: today,
            version: 1,
        })
    })();
    faults.finish(organisation)
}

impl Organisation {
    /// Writes its name and contact anew.
    pub fn renamed(&self, name: &str, contact: &str) -> Result<Self, Vec<OrganisationRefusal>> {
        let mut faults = Faults::<OrganisationRefusal>::default();
        let name = faults.take(text::line(name, NAME_MAX).map_err(TextFault::at("name")));
        let contact = faults.take(text::line_or_none(contact, CONTACT_MAX).map_err(TextFault::at("contact")));
        let new = (|| Some(Self { name: name?, contact: contact?, ..self.clone() }))();
        faults.finish(new)
    }

    /// Moves it along its life on the day `on`.
    pub fn moved(&self, to: OrganisationState, on: Day, today: Day) -> Result<Self, OrganisationRefusal> {
        use OrganisationState::{Dissolved, Dormant, Established, Preparing, Running};
        let follows = match self.state {
            Preparing => matches!(to, Established | Dissolved),
            Established | Dormant => matches!(to, Running | Dormant | Dissolved) && to != self.state,
            Running => matches!(to, Dormant | Dissolved),
            Dissolved => false,
        };
        if !follows {
            return Err(OrganisationRefusal::OutOfOrder { from: self.state, to });
        }
        if on > today {
            return Err(OrganisationRefusal::DayToCome);
        }
        if on < self.since {
            return Err(OrganisationRefusal::TooEarly { from: self.since });
        }
        Ok(Self { state: to, since: on, ..self.clone() })
    }
}

impl Recorded for Organisation {
    const NOUN: Noun = Noun::Organisation;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        Vec::new()
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        sheet.token("kind", self.kind);
        sheet.text("name", &self.name);
        sheet.id("place", self.place);
        sheet.id_or_none("parent", self.parent);
        sheet.yes("branch", self.branch);
        sheet.text_or_none("contact", self.contact.as_deref());
        sheet.token("state", self.state);
        sheet.day("since", self.since);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use OrganisationState::{Dissolved, Dormant, Established, Running};

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }
    fn form(kind: OrganisationKind) -> OrganisationForm<'static> {
        OrganisationForm {
            kind,
            name: "示范县知联会",
            place: PlaceId::from(Uuid::from_u128(1)),
            parent: None,
            branch: false,
            contact: "",
        }
    }
    fn id(n: u128) -> OrganisationId {
        OrganisationId::from(Uuid::from_u128(n))
    }

    #[test]
    fn only_an_association_has_branches_and_they_are_of_its_kind() {
        let whole = enter(id(1), &form(OrganisationKind::Intellectuals), day("2026-01-01")).unwrap();
        let branch = OrganisationForm { parent: Some(&whole), branch: true, ..form(OrganisationKind::Intellectuals) };
        assert!(enter(id(2), &branch, day("2026-01-01")).unwrap().branch);
        let other = OrganisationForm { kind: OrganisationKind::NewStrata, ..branch };
        assert_eq!(enter(id(2), &other, day("2026-01-01")).unwrap_err(), [OrganisationRefusal::Branch]);
        let orphan = OrganisationForm { parent: None, ..branch };
        assert_eq!(enter(id(2), &orphan, day("2026-01-01")).unwrap_err(), [OrganisationRefusal::Branch]);
        assert_eq!(enter(id(1), &branch, day("2026-01-01")).unwrap_err(), [OrganisationRefusal::OwnParent]);
    }

    #[test]
    fn an_organisation_goes_from_setting_up_to_work_and_may_fall_asleep_and_wake() {
        let new = enter(id(1), &form(OrganisationKind::Worthies), day("2026-01-01")).unwrap();
        assert!(new.moved(Running, day("2026-02-01"), day("2026-04-01")).is_err());
        let mut now = new;
        for to in [Established, Running, Dormant, Running, Dissolved] {
            now = now.moved(to, day("2026-02-01"), day("2026-04-01")).unwrap();
        }
        assert!(now.moved(Running, day("2026-03-01"), day("2026-04-01")).is_err());
        assert!(now.moved(Established, day("2025-03-01"), day("2026-04-01")).is_err());
        let fresh = enter(id(2), &form(OrganisationKind::Worthies), day("2026-01-01")).unwrap();
        let moved = |on| fresh.moved(Established, day(on), day("2026-04-01"));
        assert_eq!(moved("2026-04-02"), Err(OrganisationRefusal::DayToCome));
        assert_eq!(moved("2025-12-31"), Err(OrganisationRefusal::TooEarly { from: day("2026-01-01") }));
        assert_eq!(fresh.renamed(" 乡贤会 ", "").unwrap().name, "乡贤会");
        assert!(fresh.renamed("", "").is_err());
    }

    #[test]
    fn the_diagram_draws_what_an_organisation_can_do() {
        let first = enter(id(1), &form(OrganisationKind::Worthies), day("2026-01-01")).unwrap();
        let at = |state| Organisation { state, ..first.clone() };
        let pairs =
            OrganisationState::ALL.iter().flat_map(|from| OrganisationState::ALL.iter().map(move |to| (*from, *to)));
        let steps = pairs.filter(|(from, to)| at(*from).moved(*to, day("2026-02-01"), day("2026-02-01")).is_ok());
        let page = include_str!("../../../../docs/states/organisation.md");
        crate::states::same(page, 0, OrganisationState::ALL, &[first.state], steps);
    }
}
