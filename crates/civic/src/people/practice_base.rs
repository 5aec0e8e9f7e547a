//! Practice bases: a place where organisations and residents work on something together. A base is held against the needs that it
//! serves and the consultations that were held there, and lists both (domain: M59, M60).

use super::organisation::{Organisation, OrganisationState};
use crate::id::{BaseId, MatterId, OrganisationId, PlaceId};
use crate::programme::evidence::{self, Evidence};
use crate::record::{Noun, Recorded, Sheet};
use crate::refusal::{Faults, Kind, Refuse, TextFault, Value};
use crate::text;
use crate::time::Day;
use crate::tokens;
use uuid::Uuid;

/// The longest name, in characters.
pub const NAME_MAX: usize = 40;
/// The longest text of services or results, in characters.
pub const TEXT_MAX: usize = 800;
/// The most partners.
pub const PARTNERS_MAX: usize = 12;

tokens! {
    /// What a base works on.
    pub enum Theme = "base-theme" {
        /// A trade: tea, fish, rooms for guests.
        Industry = "industry",
        /// The look of the place, water, waste.
        Environment = "environment",
        /// Feasts, crafts, books.
        Culture = "culture",
        /// The old, the young, the ill.
        Care = "care",
        /// What people learn.
        Skills = "skills",
        /// Something else.
        Other = "other",
    }
    /// Where a base stands.
    pub enum BaseState = "base-state" {
        /// It is being set up.
        Preparing = "preparing",
        /// It works.
        Running = "running",
        /// It rests.
        Paused = "paused",
        /// It ended. Its page stays.
        Ended = "ended",
    }
}

/// A practice base.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PracticeBase {
    /// Its id.
    pub id: BaseId,
    /// Where: a village or a hamlet.
    pub place: PlaceId,
    /// Its name.
    pub name: String,
    /// What it works on.
    pub theme: Theme,
    /// The organisation that keeps it.
    pub host: OrganisationId,
    /// The organisations that take part.
    pub partners: Vec<OrganisationId>,
    /// What one finds there.
    pub services: String,
    /// What came of it so far.
    pub results: Option<String>,
    /// Needs served and consultations held: public matters, meetings and postings.
    pub links: Vec<Evidence>,
    /// Where it stands.
    pub state: BaseState,
    /// Since when.
    pub since: Day,
    /// The version read; the store compares and raises it.
    pub version: i64,
}

/// Why a base is not made or changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BaseRefusal {
    /// A text is not taken.
    Text(TextFault),
    /// The organisation that should keep it is not at work.
    HostNotAtWork,
    /// The host is among the partners.
    HostIsPartner,
    /// Too many partners.
    TooMany {
        /// The most.
        max: usize,
    },
    /// It works once it serves a need of residents and a consultation was held there; it names neither or only one.
    ServesNobody,
    /// It does not go from there to there.
    OutOfOrder {
        /// Where it stands.
        from: BaseState,
        /// Where it should go.
        to: BaseState,
    },
    /// Before the last change.
    TooEarly {
        /// The first day that can be.
        from: Day,
    },
    /// Its day is to come.
    DayToCome,
    /// It ended.
    Ended,
}

impl From<TextFault> for BaseRefusal {
    fn from(fault: TextFault) -> Self {
        Self::Text(fault)
    }
}

impl Refuse for BaseRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::OutOfOrder { .. } | Self::Ended => Kind::Conflict,
            _ => Kind::Invalid,
        }
    }
    fn key(&self) -> &'static str {
        match self {
            Self::Text(fault) => fault.key(),
            Self::HostNotAtWork => "refusal-base-host-not-at-work",
            Self::HostIsPartner => "refusal-base-host-is-partner",
            Self::TooMany { .. } => "refusal-base-too-many",
            Self::ServesNobody => "refusal-base-serves-nobody",
            Self::OutOfOrder { .. } => "refusal-base-out-of-order",
            Self::TooEarly { .. } => "refusal-base-too-early",
            Self::DayToCome => "refusal-base-day-to-come",
            Self::Ended => "refusal-base-ended",
        }
    }
    fn values(&self) -> Vec<(&'static str, Value)> {
        use crate::token::Token;
        match self {
            Self::Text(fault) => fault.values(),
            Self::TooMany { max } => vec![("max", Value::Int(i64::try_from(*max).unwrap_or(i64::MAX)))],
            Self::OutOfOrder { from, to } => vec![("from", Value::Word(from.key())), ("to", Value::Word(to.key()))],
            Self::TooEarly { from } => vec![("from", Value::Day(*from))],
            _ => Vec::new(),
        }
    }
    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Text(fault) => fault.field(),
            Self::HostNotAtWork => Some("host"),
            Self::HostIsPartner | Self::TooMany { .. } => Some("partners"),
            Self::ServesNobody => Some("links"),
            Self::OutOfOrder { .. } => Some("state"),
            Self::TooEarly { .. } | Self::DayToCome => Some("since"),
            Self::Ended => None,
        }
    }
}

/// What is written about a base, as typed.
#[derive(Clone, Debug)]
pub struct BaseForm {
    /// Its name.
    pub name: String,
    /// What it works on.
    pub theme: Theme,
    /// The partners.
    pub partners: Vec<OrganisationId>,
    /// What one finds there.
    pub services: String,
    /// What came of it; empty when nothing yet.
    pub results: String,
    /// Needs served and consultations held.
    pub links: Vec<Evidence>,
}

struct Written {
    name: String,
    partners: Vec<OrganisationId>,
    services: String,
    results: Option<String>,
    links: Vec<Evidence>,
}

fn written(form: &BaseForm, host: OrganisationId, faults: &mut Faults<BaseRefusal>) -> Option<Written> {
    let name = faults.take(text::line(&form.name, NAME_MAX).map_err(TextFault::at("name")));
    let services = faults.take(text::block(&form.services, TEXT_MAX).map_err(TextFault::at("services")));
    let results = faults.take(text::block_or_none(&form.results, TEXT_MAX).map_err(TextFault::at("results")));
    let mut partners: Vec<OrganisationId> = Vec::new();
    for partner in &form.partners {
        if *partner == host {
            faults.add(BaseRefusal::HostIsPartner);
        } else if !partners.contains(partner) {
            partners.push(*partner);
        }
    }
    if partners.len() > PARTNERS_MAX {
        faults.add(BaseRefusal::TooMany { max: PARTNERS_MAX });
    }
    let links = evidence::each_once(&form.links);
    Some(Written { name: name?, partners, services: services?, results: results?, links })
}

/// Enters a base that is being set up. `host` keeps it.
pub fn enter(
    id: BaseId,
    place: PlaceId,
    host: &Organisation,
    form: &BaseForm,
    today: Day,
) -> Result<PracticeBase, Vec<BaseRefusal>> {
    let mut faults = Faults::<BaseRefusal>::default();
    if matches!(host.state, OrganisationState::Preparing | OrganisationState::Dissolved) {
        faults.add(BaseRefusal::HostNotAtWork);
    }
    let base = written(form, host.id, &mut faults).map(|written| PracticeBase {
        id,
        place,
        name: written.name,
        theme: form.theme,
        host: host.id,
        partners: written.partners,
        services: written.services,
        results: written.results,
        links: written.links,
        state: BaseState::Preparing,
        since: today,
        version: 1,
    });
    faults.finish(base)
}

impl PracticeBase {
    /// Whether it names a need that it serves and a consultation that was held.
    pub fn serves(&self) -> bool {
        self.links.iter().any(|link| matches!(link, Evidence::Matter(_)))
            && self.links.iter().any(|link| matches!(link, Evidence::Meeting(_)))
    }

    /// Writes it anew. One that works goes on naming whom it serves.
    pub fn changed(&self, form: &BaseForm) -> Result<Self, Vec<BaseRefusal>> {
        if self.state == BaseState::Ended {
            return Err(vec![BaseRefusal::Ended]);
        }
        let mut faults = Faults::<BaseRefusal>::default();
        let next = written(form, self.host, &mut faults).map(|written| Self {
            name: written.name,
            theme: form.theme,
            partners: written.partners,
            services: written.services,
            results: written.results,
            links: written.links,
            ..self.clone()
        });
        if next.as_ref().is_some_and(|next| next.state == BaseState::Running && !next.serves()) {
            faults.add(BaseRefusal::ServesNobody);
        }
        faults.finish(next)
    }

    /// Moves it on the day `on`.
    pub fn moved(&self, to: BaseState, on: Day, today: Day) -> Result<Self, BaseRefusal> {
        use BaseState::{Ended, Paused, Preparing, Running};
        let follows = match self.state {
            Preparing => matches!(to, Running | Ended),
            Running => matches!(to, Paused | Ended),
            Paused => matches!(to, Running | Ended),
            Ended => false,
        };
        if !follows {
            return Err(BaseRefusal::OutOfOrder { from: self.state, to });
        }
        if on > today {
            return Err(BaseRefusal::DayToCome);
        }
        if on < self.since {
            return Err(BaseRefusal::TooEarly { from: self.since });
        }
        // A board at a door is no base: it serves somebody, and people met over what it does (domain: M60).
        if to == Running && !self.serves() {
            return Err(BaseRefusal::ServesNobody);
        }
        Ok(Self { state: to, since: on, ..self.clone() })
    }
}

impl Recorded for PracticeBase {
    const NOUN: Noun = Noun::PracticeBase;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        self.links.iter().filter_map(|link| link.matter()).collect()
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        sheet.id("place", self.place);
        sheet.text("name", &self.name);
        sheet.token("theme", self.theme);
        sheet.id("host", self.host);
        sheet.word("partners", &evidence::join_ids(&self.partners));
        sheet.text("services", &self.services);
        sheet.text_or_none("results", self.results.as_deref());
        sheet.word("links", &evidence::join(&self.links));
        sheet.token("state", self.state);
        sheet.day("since", self.since);
    }
}

#[cfg(test)]
mod tests {
    use super::super::organisation::{self, OrganisationForm, OrganisationKind};
    use super::*;
    use crate::id::{Id, MeetingId};
    use crate::states;
    use crate::token::Token;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }
    fn host(state: OrganisationState) -> Organisation {
        let form = OrganisationForm {
            kind: OrganisationKind::Intellectuals,
            name: "知联会分会",
            place: Id::from(Uuid::from_u128(1)),
            parent: None,
            branch: false,
            contact: "",
        };
        let made = organisation::enter(Id::from(Uuid::from_u128(2)), &form, day("2026-01-01")).unwrap();
        Organisation { state, ..made }
    }
    fn form(links: &[Evidence]) -> BaseForm {
        BaseForm {
            name: "孙家实践创新基地".into(),
            theme: Theme::Industry,
            partners: vec![Id::from(Uuid::from_u128(5))],
            services: "每周三有人看果树".into(),
            results: String::new(),
            links: links.to_vec(),
        }
    }
    fn both() -> [Evidence; 2] {
        let meeting: MeetingId = Id::from(Uuid::from_u128(8));
        [Evidence::Matter(Id::from(Uuid::from_u128(7))), Evidence::Meeting(meeting)]
    }
    fn base(links: &[Evidence]) -> PracticeBase {
        let id = Id::from(Uuid::from_u128(3));
        enter(id, Id::from(Uuid::from_u128(1)), &host(OrganisationState::Running), &form(links), day("2026-02-01"))
            .unwrap()
    }
    fn run(base: &PracticeBase) -> Result<PracticeBase, BaseRefusal> {
        base.moved(BaseState::Running, day("2026-03-01"), day("2026-04-01"))
    }

    #[test]
    fn a_base_works_once_it_names_a_need_and_a_consultation() {
        for links in [&[][..], &both()[..1], &both()[1..]] {
            assert_eq!(run(&base(links)), Err(BaseRefusal::ServesNobody));
        }
        let running = run(&base(&both())).unwrap();
        assert_eq!(running.matters(), [Id::from(Uuid::from_u128(7))]);
        assert_eq!(running.changed(&form(&both()[..1])).unwrap_err(), [BaseRefusal::ServesNobody]);
        assert!(running.changed(&form(&both())).is_ok());
    }

    #[test]
    fn whoever_keeps_it_is_at_work_and_no_partner_of_itself() {
        let place = Id::from(Uuid::from_u128(1));
        let entered =
            |state, form: &BaseForm| enter(Id::from(Uuid::from_u128(3)), place, &host(state), form, day("2026-02-01"));
        assert_eq!(entered(OrganisationState::Preparing, &form(&[])).unwrap_err(), [BaseRefusal::HostNotAtWork]);
        let own = BaseForm { partners: vec![Id::from(Uuid::from_u128(2))], ..form(&[]) };
        assert_eq!(entered(OrganisationState::Running, &own).unwrap_err(), [BaseRefusal::HostIsPartner]);
        let many = (10..23).map(|n| Id::from(Uuid::from_u128(n))).collect();
        let many = BaseForm { partners: many, ..form(&[]) };
        assert_eq!(
            entered(OrganisationState::Running, &many).unwrap_err(),
            [BaseRefusal::TooMany { max: PARTNERS_MAX }]
        );
    }

    #[test]
    fn a_change_is_neither_before_the_last_nor_to_come() {
        let base = base(&both());
        let moved = |on| base.moved(BaseState::Running, day(on), day("2026-04-01"));
        assert_eq!(moved("2026-01-31"), Err(BaseRefusal::TooEarly { from: day("2026-02-01") }));
        assert_eq!(moved("2026-04-02"), Err(BaseRefusal::DayToCome));
        let ended = base.moved(BaseState::Ended, day("2026-04-01"), day("2026-04-01")).unwrap();
        assert_eq!(ended.changed(&form(&both())).unwrap_err(), [BaseRefusal::Ended]);
    }

    #[test]
    fn the_diagram_draws_what_a_base_can_do() {
        let first = base(&both());
        let at = |state| PracticeBase { state, ..first.clone() };
        let to = |from, to| at(from).moved(to, day("2026-04-01"), day("2026-04-01")).map(|one| one.state);
        let steps = states::steps(
            BaseState::ALL,
            &[&|s| to(s, BaseState::Running), &|s| to(s, BaseState::Paused), &|s| to(s, BaseState::Ended)],
        );
        let page = include_str!("../../../../docs/states/practice_base.md");
        states::same(page, 0, BaseState::ALL, &[first.state], steps);
    }
}
