//! Programmes: for what a county or township invites its places for some time, and what each place makes of it (domain: M02).

use crate::id::{LocalBrandId, MatterId, PlaceId, ProgrammeId};
use crate::record::{Noun, Recorded, Sheet};
use crate::refusal::{Faults, Kind, Refuse, TextFault, Value};
use crate::text;
use crate::time::Day;
use crate::tokens;
use uuid::Uuid;

/// The longest name, brand or document, in characters.
pub const NAME_MAX: usize = 60;
/// The longest text of goals or of what came of it, in characters.
pub const GOALS_MAX: usize = 800;
/// The longest text of a place, in characters.
pub const BRAND_MAX: usize = 120;
/// The longest programme, in years.
pub const YEARS_MAX: i16 = 5;

tokens! {
    /// Where a programme stands. Whether its days have begun or are over is computed.
    pub enum ProgrammeState = "programme-state" {
        /// It goes on.
        Open = "open",
        /// It was closed, with what came of it.
        Closed = "closed",
    }
}

/// A programme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Programme {
    /// Its id.
    pub id: ProgrammeId,
    /// Of which county or township.
    pub place: PlaceId,
    /// Its name.
    pub name: String,
    /// The line under its name.
    pub brand: String,
    /// What it is for.
    pub goals: String,
    /// The work plan that it follows: its number or title.
    pub plan: String,
    /// First day.
    pub from: Day,
    /// Last day.
    pub until: Day,
    /// Where it stands.
    pub state: ProgrammeState,
    /// What came of it, what did not work among it.
    pub outcome: Option<String>,
    /// The day on which it was closed.
    pub closed: Option<Day>,
    /// The version read; the store compares and raises it.
    pub version: i64,
}

/// What a place makes of a programme: one brand a town, one feature a village.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalBrand {
    /// Its id.
    pub id: LocalBrandId,
    /// Of which programme.
    pub programme: ProgrammeId,
    /// Which place.
    pub place: PlaceId,
    /// Its own text.
    pub text: String,
    /// Since when it takes part.
    pub joined: Day,
    /// The version read; the store compares and raises it.
    pub version: i64,
}

/// Why a programme is not made or changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProgrammeRefusal {
    /// A text is not taken.
    Text(TextFault),
    /// It would end before it begins.
    EndsBefore {
        /// The first day.
        from: Day,
    },
    /// It is longer than programmes are.
    TooLong {
        /// The latest last day.
        until: Day,
    },
    /// It was closed.
    Closed {
        /// On that day.
        on: Day,
    },
    /// The place takes part already.
    TakesPart,
}

impl From<TextFault> for ProgrammeRefusal {
    fn from(fault: TextFault) -> Self {
        Self::Text(fault)
    }
}

impl Refuse for ProgrammeRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::Closed { .. } | Self::TakesPart => Kind::Conflict,
            _ => Kind::Invalid,
        }
    }
    fn key(&self) -> &'static str {
        match self {
            Self::Text(fault) => fault.key(),
            Self::EndsBefore { .. } => "refusal-programme-ends-before",
            Self::TooLong { .. } => "refusal-programme-too-long",
            Self::Closed { .. } => "refusal-programme-closed",
            Self::TakesPart => "refusal-programme-takes-part",
        }
    }
    fn values(&self) -> Vec<(&'static str, Value)> {
        match self {
            Self::Text(fault) => fault.values(),
            Self::EndsBefore { from } => vec![("from", Value::Day(*from))],
            Self::TooLong { until } => vec![("until", Value::Day(*until))],
            Self::Closed { on } => vec![("day", Value::Day(*on))],
            Self::TakesPart => Vec::new(),
        }
    }
    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Text(fault) => fault.field(),
            Self::EndsBefore { .. } | Self::TooLong { .. } => Some("until"),
            Self::TakesPart => Some("at"),
            Self::Closed { .. } => None,
        }
    }
}

/// What is written about a programme, as typed.
#[derive(Clone, Debug)]
pub struct ProgrammeForm {
    /// Its name.
    pub name: String,
    /// The line under it.
    pub brand: String,
    /// What it is for.
    pub goals: String,
    /// The work plan.
    pub plan: String,
    /// First day.
    pub from: Day,
    /// Last day.
    pub until: Day,
}

/// Opens a programme.
pub fn open(id: ProgrammeId, place: PlaceId, form: &ProgrammeForm) -> Result<Programme, Vec<ProgrammeRefusal>> {
    let mut faults = Faults::<ProgrammeRefusal>::default();
    let name = faults.take(text::line(&form.name, NAME_MAX).map_err(TextFault::at("name")));
    let brand = faults.take(text::line(&form.brand, NAME_MAX).map_err(TextFault::at("brand")));
    let goals = faults.take(text::block(&form.goals, GOALS_MAX).map_err(TextFault::at("goals")));
    let plan = faults.take(text::line(&form.plan, NAME_MAX).map_err(TextFault::at("plan")));
    let latest = form.from.plus_years(YEARS_MAX);
    if form.until < form.from {
        faults.add(ProgrammeRefusal::EndsBefore { from: form.from });
    } else if form.until > latest {
        faults.add(ProgrammeRefusal::TooLong { until: latest });
    }
    let programme = (|| {
        Some(Programme {
            id,
            place,
            name: name?,
            brand: brand?,
            goals: goals?,
            plan: plan?,
            from: form.from,
            until: form.until,
            state: ProgrammeState::Open,
            outcome: None,
            closed: None,
            version: 1,
        })
    })();
    faults.finish(programme)
}

impl Programme {
    /// Refuses what is closed.
    pub fn goes_on(&self) -> Result<(), ProgrammeRefusal> {
        match self.closed {
            Some(on) => Err(ProgrammeRefusal::Closed { on }),
            None => Ok(()),
        }
    }

    /// Closes it with what came of it, what did not work among it.
    pub fn close(&self, outcome: &str, today: Day) -> Result<Self, ProgrammeRefusal> {
        self.goes_on()?;
        let outcome = text::block(outcome, GOALS_MAX).map_err(TextFault::at("outcome"))?;
        Ok(Self { state: ProgrammeState::Closed, outcome: Some(outcome), closed: Some(today), ..self.clone() })
    }

    /// Notes that a place takes part, with its own text. `others` are those that do already.
    pub fn join(
        &self,
        id: LocalBrandId,
        place: PlaceId,
        typed: &str,
        others: &[LocalBrand],
        today: Day,
    ) -> Result<LocalBrand, ProgrammeRefusal> {
        self.goes_on()?;
        if others.iter().any(|other| other.place == place) {
            return Err(ProgrammeRefusal::TakesPart);
        }
        let text = text::line(typed, BRAND_MAX).map_err(TextFault::at("text"))?;
        Ok(LocalBrand { id, programme: self.id, place, text, joined: today, version: 1 })
    }
}

impl Recorded for Programme {
    const NOUN: Noun = Noun::Programme;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        Vec::new()
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        sheet.id("place", self.place);
        sheet.text("name", &self.name);
        sheet.text("brand", &self.brand);
        sheet.text("goals", &self.goals);
        sheet.text("plan", &self.plan);
        sheet.day("from", self.from);
        sheet.day("until", self.until);
        sheet.token("state", self.state);
        sheet.text_or_none("outcome", self.outcome.as_deref());
        sheet.day_or_none("closed", self.closed);
    }
}

impl Recorded for LocalBrand {
    const NOUN: Noun = Noun::LocalBrand;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        Vec::new()
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        sheet.id("programme", self.programme);
        sheet.id("place", self.place);
        sheet.text("text", &self.text);
        sheet.day("joined", self.joined);
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::id::Id;
    use crate::states;
    use crate::token::Token;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }
    fn form(from: &str, until: &str) -> ProgrammeForm {
        ProgrammeForm {
            name: "共同缔造活动".into(),
            brand: "同心聚力，共同缔造".into(),
            goals: "房前屋后的事大家办".into(),
            plan: "青共缔〔方案〕1号".into(),
            from: day(from),
            until: day(until),
        }
    }
    pub(in crate::programme) fn programme() -> Programme {
        open(Id::from(Uuid::from_u128(1)), Id::from(Uuid::from_u128(2)), &form("2026-01-01", "2027-12-31")).unwrap()
    }

    #[test]
    fn a_programme_has_an_end_that_is_not_far_away() {
        for (from, until, fits) in [
            ("2026-01-01", "2025-12-31", false),
            ("2026-01-01", "2026-01-01", true),
            ("2026-01-01", "2031-01-01", true),
            ("2026-01-01", "2031-01-02", false),
        ] {
            let made = open(Id::from(Uuid::from_u128(1)), Id::from(Uuid::from_u128(2)), &form(from, until));
            assert_eq!(made.is_ok(), fits, "{until}");
        }
    }

    #[test]
    fn a_place_takes_part_once_and_with_a_text_of_its_own() {
        let programme = programme();
        let place = Id::from(Uuid::from_u128(5));
        let joined = |text, others: &[LocalBrand]| {
            programme.join(Id::from(Uuid::from_u128(6)), place, text, others, day("2026-02-01"))
        };
        let first = joined("一村一井台", &[]).unwrap();
        assert_eq!(joined("再来", &[first]), Err(ProgrammeRefusal::TakesPart));
        assert!(matches!(joined("", &[]), Err(ProgrammeRefusal::Text(_))));
        let closed = programme.close("修了九条路，两条没修成", day("2026-05-01")).unwrap();
        let late = closed.join(Id::from(Uuid::from_u128(6)), place, "晚了", &[], day("2026-05-02"));
        assert_eq!(late, Err(ProgrammeRefusal::Closed { on: day("2026-05-01") }));
    }

    #[test]
    fn the_diagram_draws_what_a_programme_can_do() {
        let first = programme();
        let at = |state| Programme {
            state,
            closed: (state == ProgrammeState::Closed).then(|| day("2026-05-01")),
            ..first.clone()
        };
        let steps =
            states::steps(ProgrammeState::ALL, &[&|s| at(s).close("办了", day("2026-05-02")).map(|one| one.state)]);
        let page = include_str!("../../../../docs/states/programme.md");
        states::same(page, 0, ProgrammeState::ALL, &[first.state], steps);
    }
}
