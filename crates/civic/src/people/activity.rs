//! What an organisation does: a calendar and a log of activities. People are a number in it and never a name (domain: M38, E1).

use super::organisation::{Organisation, OrganisationState};
use crate::id::{ActivityId, MatterId, OrganisationId, PlaceId};
use crate::record::{Noun, Recorded, Sheet};
use crate::refusal::{Faults, Kind, Refuse, TextFault, Value};
use crate::text;
use crate::time::{Day, Timestamp};
use crate::tokens;
use uuid::Uuid;

/// The longest purpose, in characters.
pub const PURPOSE_MAX: usize = 200;
/// The longest reason, in characters.
pub const REASON_MAX: usize = 200;
/// The most people or organisations that are believed.
pub const MANY_MAX: u32 = 10_000;
/// How far ahead an activity may be announced, in days.
pub const AHEAD_MAX: i32 = 366;

tokens! {
    /// What kind of activity it is.
    pub enum ActivityKind = "activity-kind" {
        /// People learn something together.
        Study = "study",
        /// Something is done together.
        Activity = "activity",
        /// Something is done for others.
        Service = "service",
        /// A matter of residents is carried on.
        MatterHandled = "matter_handled",
    }
    /// Who may come.
    pub enum OpenTo = "activity-open-to" {
        /// Everybody.
        Everybody = "everybody",
        /// Whoever lives there.
        Residents = "residents",
        /// Whoever the organisation invites.
        Invited = "invited",
    }
    /// Where an activity stands.
    pub enum ActivityState = "activity-state" {
        /// It is to come.
        Planned = "planned",
        /// It was held.
        Held = "held",
        /// It does not take place, or was entered by mistake. It stays readable with the reason.
        Struck = "struck",
    }
}

/// An activity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    /// Its id.
    pub id: ActivityId,
    /// Of which organisation.
    pub organisation: OrganisationId,
    /// What kind.
    pub kind: ActivityKind,
    /// On which day.
    pub held: Day,
    /// Where.
    pub place: PlaceId,
    /// What it is for.
    pub purpose: String,
    /// Who may come.
    pub open_to: OpenTo,
    /// The public matter that it served, where there is one.
    pub matter: Option<MatterId>,
    /// How many organisations took part, the own one among them.
    pub organisations: Option<u32>,
    /// How many people came, as counted at a glance.
    pub people: Option<u32>,
    /// Where it stands.
    pub state: ActivityState,
    /// Why it was struck.
    pub reason: Option<String>,
    /// When it was entered.
    pub recorded_at: Timestamp,
    /// The version read; the store compares and raises it.
    pub version: i64,
}

/// Why an activity is not entered or changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActivityRefusal {
    /// A text is not taken.
    Text(TextFault),
    /// The organisation is not set up yet, or no more.
    NotAtWork {
        /// Where it is in its life.
        state: OrganisationState,
    },
    /// A matter was carried on, and nobody says which.
    NoMatter,
    /// Its day is too far ahead.
    TooFar {
        /// The last day that can be.
        until: Day,
    },
    /// How many people came is known once it was held.
    ToCome,
    /// How many people came is missing, or how many organisations.
    Uncounted,
    /// It was struck or held already.
    OutOfOrder {
        /// Where it stands.
        from: ActivityState,
    },
}

impl From<TextFault> for ActivityRefusal {
    fn from(fault: TextFault) -> Self {
        Self::Text(fault)
    }
}

impl Refuse for ActivityRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::NotAtWork { .. } | Self::OutOfOrder { .. } => Kind::Conflict,
            _ => Kind::Invalid,
        }
    }
    fn key(&self) -> &'static str {
        match self {
            Self::Text(fault) => fault.key(),
            Self::NotAtWork { .. } => "refusal-activity-not-at-work",
            Self::NoMatter => "refusal-activity-no-matter",
            Self::TooFar { .. } => "refusal-activity-too-far",
            Self::ToCome => "refusal-activity-to-come",
            Self::Uncounted => "refusal-activity-uncounted",
            Self::OutOfOrder { .. } => "refusal-activity-out-of-order",
        }
    }
    fn values(&self) -> Vec<(&'static str, Value)> {
        use crate::token::Token;
        match self {
            Self::Text(fault) => fault.values(),
            Self::NotAtWork { state } => vec![("state", Value::Word(state.key()))],
            Self::TooFar { until } => vec![("until", Value::Day(*until))],
            Self::OutOfOrder { from } => vec![("from", Value::Word(from.key()))],
            _ => Vec::new(),
        }
    }
    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Text(fault) => fault.field(),
            Self::NoMatter => Some("matter"),
            Self::TooFar { .. } | Self::ToCome => Some("held"),
            Self::Uncounted => Some("people"),
            Self::NotAtWork { .. } | Self::OutOfOrder { .. } => None,
        }
    }
}

/// What is written about an activity.
#[derive(Clone, Debug)]
pub struct ActivityForm {
    /// What kind.
    pub kind: ActivityKind,
    /// On which day.
    pub held: Day,
    /// Where.
    pub place: PlaceId,
    /// What it is for, as typed.
    pub purpose: String,
    /// Who may come.
    pub open_to: OpenTo,
    /// The public matter that it served.
    pub matter: Option<MatterId>,
    /// How many came; `None` where the day is to come.
    pub came: Option<Came>,
}

/// How many came, in numbers alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Came {
    /// Organisations, the own one among them.
    pub organisations: u32,
    /// People.
    pub people: u32,
}

/// Enters an activity: one to come is planned, one that was is held, with how many came.
pub fn enter(
    id: ActivityId,
    organisation: &Organisation,
    form: &ActivityForm,
    today: Day,
    now: Timestamp,
) -> Result<Activity, Vec<ActivityRefusal>> {
    let mut faults = Faults::<ActivityRefusal>::default();
    if matches!(organisation.state, OrganisationState::Preparing | OrganisationState::Dissolved) {
        faults.add(ActivityRefusal::NotAtWork { state: organisation.state });
    }
    let purpose = faults.take(text::line(&form.purpose, PURPOSE_MAX).map_err(TextFault::at("purpose")));
    if form.kind == ActivityKind::MatterHandled && form.matter.is_none() {
        faults.add(ActivityRefusal::NoMatter);
    }
    let latest = today.plus(AHEAD_MAX);
    if form.held > latest {
        faults.add(ActivityRefusal::TooFar { until: latest });
    }
    let planned = form.held > today;
    match (planned, form.came) {
        (true, Some(_)) => faults.add(ActivityRefusal::ToCome),
        (false, None) => faults.add(ActivityRefusal::Uncounted),
        _ => {}
    }
    let activity = purpose.map(|purpose| Activity {
        id,
        organisation: organisation.id,
        kind: form.kind,
        held: form.held,
        place: form.place,
        purpose,
        open_to: form.open_to,
        matter: form.matter,
        organisations: form.came.map(|came| came.organisations),
        people: form.came.map(|came| came.people),
        state: if planned { ActivityState::Planned } else { ActivityState::Held },
        reason: None,
        recorded_at: now,
        version: 1,
    });
    faults.finish(activity)
}

impl Activity {
    /// A planned one was held, and so many came.
    pub fn held(&self, came: Came, today: Day) -> Result<Self, ActivityRefusal> {
        if self.state != ActivityState::Planned {
            return Err(ActivityRefusal::OutOfOrder { from: self.state });
        }
        if self.held > today {
            return Err(ActivityRefusal::ToCome);
        }
        Ok(Self {
            state: ActivityState::Held,
            organisations: Some(came.organisations),
            people: Some(came.people),
            ..self.clone()
        })
    }

    /// Strikes it out: it does not take place, or was entered by mistake. It stays readable with the reason.
    pub fn struck(&self, reason: &str) -> Result<Self, ActivityRefusal> {
        if self.state == ActivityState::Struck {
            return Err(ActivityRefusal::OutOfOrder { from: self.state });
        }
        let reason = text::line(reason, REASON_MAX).map_err(TextFault::at("reason"))?;
        Ok(Self { state: ActivityState::Struck, reason: Some(reason), ..self.clone() })
    }
}

impl Recorded for Activity {
    const NOUN: Noun = Noun::Activity;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        self.matter.into_iter().collect()
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        sheet.id("organisation", self.organisation);
        sheet.token("kind", self.kind);
        sheet.day("held", self.held);
        sheet.id("place", self.place);
        sheet.text("purpose", &self.purpose);
        sheet.token("open_to", self.open_to);
        sheet.id_or_none("matter", self.matter);
        sheet.int_or_none("organisations", self.organisations);
        sheet.int_or_none("people", self.people);
        sheet.token("state", self.state);
        sheet.text_or_none("reason", self.reason.as_deref());
        sheet.at("recorded_at", self.recorded_at);
    }
}

#[cfg(test)]
mod tests {
    use super::super::organisation::{self, OrganisationForm, OrganisationKind};
    use super::*;
    use crate::states;
    use crate::token::Token;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }
    fn organisation(state: OrganisationState) -> Organisation {
        let form = OrganisationForm {
            kind: OrganisationKind::Intellectuals,
            name: "竹溪村知联会分会",
            place: PlaceId::from(Uuid::from_u128(1)),
            parent: None,
            branch: false,
            contact: "",
        };
        let made = organisation::enter(OrganisationId::from(Uuid::from_u128(2)), &form, day("2026-01-01")).unwrap();
        Organisation { state, ..made }
    }
    fn form(held: &str) -> ActivityForm {
        ActivityForm {
            kind: ActivityKind::Service,
            held: day(held),
            place: PlaceId::from(Uuid::from_u128(1)),
            purpose: "帮老人看手机".into(),
            open_to: OpenTo::Residents,
            matter: None,
            came: Some(Came { organisations: 1, people: 14 }),
        }
    }
    fn entered(form: &ActivityForm) -> Result<Activity, Vec<ActivityRefusal>> {
        let id = ActivityId::from(Uuid::from_u128(3));
        enter(id, &organisation(OrganisationState::Running), form, day("2026-04-12"), Timestamp::from_millis(1))
    }

    #[test]
    fn what_was_is_held_with_its_numbers_and_what_is_to_come_is_planned_without() {
        assert_eq!(entered(&form("2026-04-12")).unwrap().state, ActivityState::Held);
        assert_eq!(entered(&form("2026-04-13")).unwrap_err(), [ActivityRefusal::ToCome]);
        let planned = entered(&ActivityForm { came: None, ..form("2026-04-13") }).unwrap();
        assert_eq!((planned.state, planned.people), (ActivityState::Planned, None));
        assert_eq!(
            entered(&ActivityForm { came: None, ..form("2026-04-12") }).unwrap_err(),
            [ActivityRefusal::Uncounted]
        );
        let came = Came { organisations: 2, people: 30 };
        assert_eq!(planned.held(came, day("2026-04-12")), Err(ActivityRefusal::ToCome));
        assert_eq!(planned.held(came, day("2026-04-13")).unwrap().people, Some(30));
        assert_eq!(
            entered(&ActivityForm { came: None, ..form("2027-04-14") }).unwrap_err(),
            [ActivityRefusal::TooFar { until: day("2027-04-13") }]
        );
    }

    #[test]
    fn a_matter_that_was_carried_on_is_named() {
        let handled = ActivityForm { kind: ActivityKind::MatterHandled, ..form("2026-04-12") };
        assert_eq!(entered(&handled).unwrap_err(), [ActivityRefusal::NoMatter]);
        let matter = Some(MatterId::from(Uuid::from_u128(4)));
        let handled = entered(&ActivityForm { matter, ..handled }).unwrap();
        assert_eq!(handled.matters(), [MatterId::from(Uuid::from_u128(4))]);
    }

    #[test]
    fn an_organisation_that_is_not_there_does_nothing() {
        for state in OrganisationState::ALL {
            let id = ActivityId::from(Uuid::from_u128(3));
            let made =
                enter(id, &organisation(*state), &form("2026-04-12"), day("2026-04-12"), Timestamp::from_millis(1));
            let there = !matches!(state, OrganisationState::Preparing | OrganisationState::Dissolved);
            assert_eq!(made.is_ok(), there, "{state:?}");
        }
    }

    #[test]
    fn the_diagram_draws_what_an_activity_can_do() {
        let first = entered(&form("2026-04-12")).unwrap();
        let at = |state| Activity { state, ..first.clone() };
        let came = Came { organisations: 1, people: 3 };
        let steps = states::steps(
            ActivityState::ALL,
            &[&|s| at(s).held(came, day("2026-04-12")).map(|one| one.state), &|s| {
                at(s).struck("下雨").map(|one| one.state)
            }],
        );
        let page = include_str!("../../../../docs/states/activity.md");
        states::same(page, 0, ActivityState::ALL, &[ActivityState::Planned, ActivityState::Held], steps);
    }
}
