//! A household: the people who count as one where a village counts by households.

use crate::id::{HouseholdId, MatterId, PlaceId};
use crate::record::{Noun, Recorded, Sheet};
use crate::refusal::{Kind, Refuse, TextFault, Value};
use crate::text;
use crate::time::Day;
use uuid::Uuid;

/// The longest label, in characters.
pub const LABEL_MAX: usize = 40;

/// A household.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Household {
    /// Its id.
    pub id: HouseholdId,
    /// The hamlet, or the village where there are no hamlets.
    pub place: PlaceId,
    /// How the village calls it: a house number, a name. Once in a place. Kept while the household exists.
    pub label: String,
    /// Its first day.
    pub from: Day,
    /// Its last day; open when `None`.
    pub until: Option<Day>,
    /// The version read; the store compares and raises it.
    pub version: i64,
}

/// Why something is not done with a household.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HouseholdRefusal {
    /// A text is not taken.
    Text(TextFault),
    /// The place has one of that label.
    LabelTaken,
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
    /// Somebody still belongs to it.
    NotEmpty {
        /// How many.
        people: usize,
    },
}

impl From<TextFault> for HouseholdRefusal {
    fn from(fault: TextFault) -> Self {
        Self::Text(fault)
    }
}

impl Refuse for HouseholdRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::Text(_) | Self::LabelTaken | Self::EndsBeforeItBegins { .. } => Kind::Invalid,
            Self::Ended { .. } | Self::NotEmpty { .. } => Kind::Conflict,
        }
    }
    fn key(&self) -> &'static str {
        match self {
            Self::Text(fault) => fault.key(),
            Self::LabelTaken => "refusal-household-label-taken",
            Self::Ended { .. } => "refusal-household-ended",
            Self::EndsBeforeItBegins { .. } => "refusal-household-ends-before-it-begins",
            Self::NotEmpty { .. } => "refusal-household-not-empty",
        }
    }
    fn values(&self) -> Vec<(&'static str, Value)> {
        match self {
            Self::Text(fault) => fault.values(),
            Self::LabelTaken => Vec::new(),
            Self::Ended { until } => vec![("until", Value::Day(*until))],
            Self::EndsBeforeItBegins { from } => vec![("from", Value::Day(*from))],
            Self::NotEmpty { people } => vec![("people", Value::Int(i64::try_from(*people).unwrap_or(i64::MAX)))],
        }
    }
    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Text(fault) => fault.field(),
            Self::LabelTaken => Some("label"),
            Self::EndsBeforeItBegins { .. } => Some("until"),
            Self::Ended { .. } | Self::NotEmpty { .. } => None,
        }
    }
}

/// Notes a household. `others` are the households of the same place.
pub fn note(
    id: HouseholdId,
    place: PlaceId,
    label: &str,
    from: Day,
    others: &[Household],
) -> Result<Household, HouseholdRefusal> {
    let label = text::line(label, LABEL_MAX).map_err(TextFault::at("label"))?;
    if others.iter().any(|other| other.place == place && other.until.is_none() && other.label == label) {
        return Err(HouseholdRefusal::LabelTaken);
    }
    Ok(Household { id, place, label, from, until: None, version: 1 })
}

impl Household {
    /// Whether it is one on that day.
    pub fn holds_on(&self, day: Day) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }

    /// Calls it something else. `others` as in [`note`].
    pub fn relabelled(&self, label: &str, others: &[Household]) -> Result<Self, HouseholdRefusal> {
        if let Some(until) = self.until {
            return Err(HouseholdRefusal::Ended { until });
        }
        let others: Vec<Self> = others.iter().filter(|other| other.id != self.id).cloned().collect();
        let renamed = note(self.id, self.place, label, self.from, &others)?;
        Ok(Self { version: self.version, ..renamed })
    }

    /// Ends it with the day `until`, when nobody belongs to it beyond.
    pub fn ended(&self, until: Day, people: usize) -> Result<Self, HouseholdRefusal> {
        if let Some(until) = self.until {
            return Err(HouseholdRefusal::Ended { until });
        }
        if until < self.from {
            return Err(HouseholdRefusal::EndsBeforeItBegins { from: self.from });
        }
        if people > 0 {
            return Err(HouseholdRefusal::NotEmpty { people });
        }
        Ok(Self { until: Some(until), ..self.clone() })
    }
}

/// How a household is called whose label was erased with the last person who belonged to it.
pub const ERASED_LABEL: &str = "-";

impl Household {
    /// What is left of a household that ends with the erasure of the last person in it.
    #[must_use]
    pub fn erased(&self, until: Day) -> Self {
        Self { label: ERASED_LABEL.to_owned(), until: Some(self.until.unwrap_or(until.max(self.from))), ..self.clone() }
    }
}

impl Recorded for Household {
    const NOUN: Noun = Noun::Household;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        Vec::new()
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        sheet.id("place", self.place);
        sheet.text("label", &self.label);
        sheet.day("from", self.from);
        sheet.day_or_none("until", self.until);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }
    fn id(n: u128) -> HouseholdId {
        HouseholdId::from(Uuid::from_u128(n))
    }

    #[test]
    fn a_label_stands_once_in_a_place_while_the_household_exists() {
        let place = PlaceId::from(Uuid::from_u128(9));
        let first = note(id(1), place, " 西巷3号 ", day("2026-01-01"), &[]).unwrap();
        let others = [first.clone()];
        assert_eq!(note(id(2), place, "西巷3号", day("2026-01-01"), &others), Err(HouseholdRefusal::LabelTaken));
        assert!(note(id(2), PlaceId::from(Uuid::from_u128(8)), "西巷3号", day("2026-01-01"), &others).is_ok());
        assert_eq!(first.relabelled("西巷3号", &others).unwrap(), first);
        let gone = [first.ended(day("2026-03-31"), 0).unwrap()];
        assert!(note(id(2), place, "西巷3号", day("2026-04-01"), &gone).is_ok());
    }

    #[test]
    fn a_household_with_people_does_not_end() {
        let place = PlaceId::from(Uuid::from_u128(9));
        let household = note(id(1), place, "葛家", day("2026-01-01"), &[]).unwrap();
        assert_eq!(household.ended(day("2026-02-01"), 2), Err(HouseholdRefusal::NotEmpty { people: 2 }));
        let ended = household.ended(day("2026-02-01"), 0).unwrap();
        assert!(ended.holds_on(day("2026-02-01")) && !ended.holds_on(day("2026-02-02")));
        assert!(ended.ended(day("2026-02-03"), 0).is_err());
    }
}
