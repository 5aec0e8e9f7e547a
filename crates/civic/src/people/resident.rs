//! A resident: a person of a place. A name and the day of coming of age, nothing else: no birthday, no number, no mark of any kind
//! (domain: E1, E8).

use crate::id::{MatterId, ResidentId};
use crate::record::{Noun, Recorded, Sheet};
use crate::refusal::{Faults, Kind, Refuse, TextFault, Value};
use crate::text;
use crate::time::Day;
use uuid::Uuid;

/// The longest name, in characters. Names of some peoples are long.
pub const NAME_MAX: usize = 40;

/// Years to full age (Civil Code art. 17).
pub const ADULT_YEARS: i16 = 18;
/// Whoever is younger is not taken in: below 14 personal data needs rules of its own (Personal Information Protection Law art. 28,
/// 31).
pub const CHILD_YEARS: i16 = 14;

/// A resident. Where the person belongs stands in memberships, how the person signs in stands with the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resident {
    /// Its id.
    pub id: ResidentId,
    /// The name as the village writes it. Kept while the person belongs to a place, then erased.
    pub name: String,
    /// The first day on which the person is of age, rounded by [`rounded`]. Kept like the name.
    pub adult_from: Day,
    /// The version read; the store compares and raises it.
    pub version: i64,
}

/// Why something is not done with a resident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResidentRefusal {
    /// A text is not taken.
    Text(TextFault),
    /// The day of coming of age lies further ahead than anybody's can.
    AdultTooLate {
        /// The latest that can be.
        latest: Day,
    },
    /// A child is not taken in.
    Child {
        /// From which age on somebody is.
        years: i16,
    },
}

impl From<TextFault> for ResidentRefusal {
    fn from(fault: TextFault) -> Self {
        Self::Text(fault)
    }
}

impl Refuse for ResidentRefusal {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }
    fn key(&self) -> &'static str {
        match self {
            Self::Text(fault) => fault.key(),
            Self::AdultTooLate { .. } => "refusal-resident-adult-too-late",
            Self::Child { .. } => "refusal-resident-child",
        }
    }
    fn values(&self) -> Vec<(&'static str, Value)> {
        match self {
            Self::Text(fault) => fault.values(),
            Self::AdultTooLate { latest } => vec![("latest", Value::Day(*latest))],
            Self::Child { years } => vec![("years", Value::Int(i64::from(*years)))],
        }
    }
    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Text(fault) => fault.field(),
            Self::AdultTooLate { .. } | Self::Child { .. } => Some("adult_from"),
        }
    }
}

/// The day that stands for "of age long since". It is no birthday and says nothing but that.
pub fn long_adult() -> Option<Day> {
    Day::new(1900, 1, 1)
}

/// The day of coming of age as it is kept on `today`. A meeting needs to know who is of age on its day, not how old anybody is; so
/// whoever has been of age for more than a year gets the same day, which hides every birthday that is not needed.
pub fn rounded(adult_from: Day, today: Day) -> Day {
    if adult_from < today.plus_years(-1) { long_adult().unwrap_or(adult_from) } else { adult_from }
}

/// Whether somebody of that day of coming of age may be taken in on the roll of villagers or residents.
pub fn old_enough(adult_from: Day, today: Day) -> Result<(), ResidentRefusal> {
    if adult_from > today.plus_years(ADULT_YEARS - CHILD_YEARS) {
        return Err(ResidentRefusal::Child { years: CHILD_YEARS });
    }
    Ok(())
}

/// Notes a resident.
pub fn note(id: ResidentId, name: &str, adult_from: Day, today: Day) -> Result<Resident, Vec<ResidentRefusal>> {
    checked(name, adult_from, today, |name, adult_from| Resident { id, name, adult_from, version: 1 })
}

impl Resident {
    /// Puts name or day right.
    pub fn corrected(&self, name: &str, adult_from: Day, today: Day) -> Result<Self, Vec<ResidentRefusal>> {
        checked(name, adult_from, today, |name, adult_from| Self { name, adult_from, ..self.clone() })
    }

    /// What is left when the person's data is erased: that there was somebody.
    #[must_use]
    pub fn erased(&self) -> Self {
        Self { name: String::new(), adult_from: long_adult().unwrap_or(self.adult_from), ..self.clone() }
    }

    /// Whether the person is of age on that day.
    pub fn adult_on(&self, day: Day) -> bool {
        self.adult_from <= day
    }
}

fn checked(
    name: &str,
    adult_from: Day,
    today: Day,
    make: impl FnOnce(String, Day) -> Resident,
) -> Result<Resident, Vec<ResidentRefusal>> {
    let mut faults = Faults::<ResidentRefusal>::default();
    let name = faults.take(text::line(name, NAME_MAX).map_err(TextFault::at("name")));
    let latest = today.plus_years(ADULT_YEARS);
    if adult_from > latest {
        faults.add(ResidentRefusal::AdultTooLate { latest });
    }
    faults.finish(name.map(|name| make(name, rounded(adult_from, today))))
}

/// Surnames of two characters that are in use. A name that begins with none of them has a surname of one character.
const DOUBLE: &[&str] = &[
    "欧阳", "上官", "司马", "司徒", "诸葛", "夏侯", "皇甫", "尉迟", "公孙", "慕容", "令狐", "东方", "西门", "南宫",
    "长孙", "宇文", "轩辕", "端木", "澹台", "百里", "呼延", "闻人", "钟离", "宗政", "太史", "申屠", "仲孙", "独孤",
    "赫连", "鲜于",
];

/// The surname, the one part of a name that may stand in public, and only by consent. A name that is not written in Chinese
/// characters gives its first letter and a dot, since its order is not known.
pub fn surname(name: &str) -> String {
    let name = name.trim();
    // Two characters can be a surname alone only when a name follows; 欧阳 by itself is taken whole all the same.
    if let Some(double) = DOUBLE.iter().find(|double| name.starts_with(**double)) {
        return (*double).to_owned();
    }
    match name.chars().next() {
        Some(first @ ('\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}')) => first.to_string(),
        Some(first) => format!("{first}."),
        None => String::new(),
    }
}

impl Recorded for Resident {
    const NOUN: Noun = Noun::Resident;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        Vec::new()
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        sheet.text("name", &self.name);
        // A day of coming of age is a birthday in disguise: salted, so that it goes when the person is erased.
        sheet.text("adult_from", &self.adult_from.to_string());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }
    fn id() -> ResidentId {
        ResidentId::from(Uuid::from_u128(1))
    }

    #[test]
    fn somebody_is_of_age_from_the_very_day() {
        let resident = note(id(), " 葛小满 ", day("2026-04-12"), day("2026-04-01")).unwrap();
        assert_eq!(resident.name, "葛小满");
        assert!(!resident.adult_on(day("2026-04-11")));
        assert!(resident.adult_on(day("2026-04-12")));
    }

    #[test]
    fn whoever_is_of_age_for_more_than_a_year_leaves_no_birthday_behind() {
        let today = day("2026-04-01");
        let old = note(id(), "葛长山", day("1973-05-06"), today).unwrap();
        assert_eq!(old.adult_from, day("1900-01-01"));
        assert_eq!(rounded(day("2025-04-01"), today), day("2025-04-01"));
        assert_eq!(rounded(day("2025-03-31"), today), day("1900-01-01"));
    }

    #[test]
    fn a_day_that_cannot_be_is_refused_beside_the_name_that_is_missing() {
        let faults = note(id(), "", day("2045-01-01"), day("2026-04-01")).unwrap_err();
        let fields: Vec<_> = faults.iter().filter_map(Refuse::field).collect();
        assert_eq!(fields, ["name", "adult_from"]);
    }

    #[test]
    fn a_child_is_taken_in_from_fourteen_years_on() {
        let today = day("2026-04-01");
        assert_eq!(old_enough(day("2030-04-01"), today), Ok(()));
        assert_eq!(old_enough(day("2030-04-02"), today), Err(ResidentRefusal::Child { years: 14 }));
    }

    #[test]
    fn only_the_surname_may_stand_in_public() {
        for (name, shown) in [("葛长山", "葛"), ("欧阳兰", "欧阳"), ("𠮷田", "𠮷"), ("Anna Li", "A."), ("", "")]
        {
            assert_eq!(surname(name), shown);
        }
    }
}
