//! A county: one tenant of an installation. Nothing in it is seen from another one (design: decision 10).

use crate::id::{CountyId, MatterId};
use crate::people::place::{Level, NAME_MAX, PlaceCode};
use crate::record::{Noun, Recorded, Sheet};
use crate::refusal::{Faults, Kind, Refuse, TextFault, Value};
use crate::text;
use crate::time::{Day, Zone};
use uuid::Uuid;

/// A county.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct County {
    /// Its id.
    pub id: CountyId,
    /// Its division code.
    pub code: PlaceCode,
    /// Its name.
    pub name: String,
    /// The IANA name of the zone by which its days begin and end.
    pub zone: String,
    /// Whether everything in it is invented; every page says so then.
    pub demo: bool,
    /// The day on which it was set up.
    pub created: Day,
    /// The version read; the store compares and raises it.
    pub version: i64,
}

/// Why a county is not set up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CountyRefusal {
    /// A text is not taken.
    Text(TextFault),
    /// The code is none of a county.
    Code,
    /// There is no such zone.
    Zone {
        /// What was given.
        name: String,
    },
}

impl From<TextFault> for CountyRefusal {
    fn from(fault: TextFault) -> Self {
        Self::Text(fault)
    }
}

impl Refuse for CountyRefusal {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }
    fn key(&self) -> &'static str {
        match self {
            Self::Text(fault) => fault.key(),
            Self::Code => "refusal-county-code",
            Self::Zone { .. } => "refusal-county-zone",
        }
    }
    fn values(&self) -> Vec<(&'static str, Value)> {
        match self {
            Self::Text(fault) => fault.values(),
            Self::Code => Vec::new(),
            Self::Zone { name } => vec![("name", Value::Text(name.clone()))],
        }
    }
    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Text(fault) => fault.field(),
            Self::Code => Some("code"),
            Self::Zone { .. } => Some("zone"),
        }
    }
}

/// Sets up a county.
pub fn found(
    id: CountyId,
    code: &str,
    name: &str,
    zone: &str,
    demo: bool,
    today: Day,
) -> Result<County, Vec<CountyRefusal>> {
    let mut faults = Faults::<CountyRefusal>::default();
    let code = PlaceCode::parse(code).filter(|code| code.level() == Level::County);
    let code = faults.take(code.ok_or(CountyRefusal::Code));
    let name = faults.take(text::line(name, NAME_MAX).map_err(TextFault::at("name")));
    if Zone::named(zone).is_none() {
        faults.add(CountyRefusal::Zone { name: zone.chars().take(NAME_MAX).collect() });
    }
    let county =
        (|| Some(County { id, code: code?, name: name?, zone: zone.to_owned(), demo, created: today, version: 1 }))();
    faults.finish(county)
}

impl County {
    /// Its zone; China's where the name means nothing any more.
    pub fn zone(&self) -> Zone {
        Zone::named(&self.zone).unwrap_or_else(Zone::china)
    }
}

impl Recorded for County {
    const NOUN: Noun = Noun::County;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        Vec::new()
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        sheet.word("code", &self.code.to_string());
        sheet.text("name", &self.name);
        sheet.word("zone", &self.zone);
        sheet.yes("demo", self.demo);
        sheet.day("created", self.created);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_county_has_a_countys_code_a_name_and_a_zone() {
        let id = CountyId::from(Uuid::from_u128(1));
        let today = Day::parse("2026-04-01").unwrap();
        let county = found(id, "421221000000", "示范县", "Asia/Shanghai", true, today).unwrap();
        assert_eq!(county.code.to_string(), "421221000000");
        let faults = found(id, "421221101000", "", "Asia/Nowhere", true, today).unwrap_err();
        assert_eq!(faults.iter().filter_map(Refuse::field).collect::<Vec<_>>(), ["code", "name", "zone"]);
    }
}
