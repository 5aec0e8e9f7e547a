//! Places: county, townships, villages and communities, hamlets, with the codes by which everybody else knows them.

use crate::id::{MatterId, PlaceId};
use crate::people::table::{Cell, Column, RowError, Table};
use crate::record::{Noun, Recorded, Sheet};
use crate::refusal::{Kind, Refuse, Value};
use crate::text;
use crate::time::Day;
use crate::token::Token;
use crate::tokens;
use std::collections::BTreeMap;
use std::fmt;
use uuid::Uuid;

/// The longest name of a place, in characters.
pub const NAME_MAX: usize = 40;

tokens! {
    /// What kind of place it is.
    pub enum PlaceKind = "place-kind" {
        /// A county, a county-level city or a district: the root of one county's installation.
        County = "county",
        /// A township, a town or a subdistrict.
        Township = "township",
        /// An administrative village, with a villagers' committee.
        Village = "village",
        /// A community, with a residents' committee.
        Community = "community",
        /// A natural village, a group, a courtyard: no official unit, but where people meet.
        Hamlet = "hamlet",
    }
    /// How deep a place lies; its code says so by its form.
    pub enum Level = "level" {
        /// County.
        County = "county",
        /// Township, town, subdistrict.
        Township = "township",
        /// Village or community.
        Village = "village",
        /// Hamlet.
        Hamlet = "hamlet",
    }
}

impl PlaceKind {
    /// The level of this kind.
    pub const fn level(self) -> Level {
        match self {
            Self::County => Level::County,
            Self::Township => Level::Township,
            Self::Village | Self::Community => Level::Village,
            Self::Hamlet => Level::Hamlet,
        }
    }
}

/// The letters that begin every public number of a place: 2 to 6 of A to Z.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Abbreviation(String);

impl Abbreviation {
    /// Reads letters in any case, also full-width.
    pub fn parse(typed: &str) -> Option<Self> {
        let letters = text::plain_digits(typed.trim()).to_ascii_uppercase();
        ((2..=6).contains(&letters.len()) && letters.bytes().all(|b| b.is_ascii_uppercase())).then_some(Self(letters))
    }
    /// The letters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Abbreviation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The code of a place: the 12-digit statistical division code (R-K-1: 1-2 province, 3-4 prefecture, 5-6 county by GB/T 2260,
/// 7-9 township, 10-12 village), and behind it for a hamlet, which has no official code, our own `-H01` to `-H99` (R-K-3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlaceCode {
    county: u32,
    township: u16,
    village: u16,
    hamlet: u8,
}

impl PlaceCode {
    /// Reads `421221101201` or `421221101201-H02`; spaces and full-width digits are taken.
    ///
    /// A code whose parts leave a level out, or whose township digits lie outside 001-599 (R-K-1: 001-099 subdistrict, 100-199 town,
    /// 200-399 township, 400-599 quasi), is none.
    pub fn parse(typed: &str) -> Option<Self> {
        let bare: String = text::plain_digits(typed).chars().filter(|c| !c.is_whitespace()).collect();
        let (division, hamlet) = match bare.split_once(['-', '–', '—']) {
            Some((division, hamlet)) => (division, number(hamlet.strip_prefix(['H', 'h'])?, 2)?),
            None => (bare.as_str(), 0),
        };
        if division.len() != 12 || !division.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let (county, rest) = division.split_at(6);
        let (township, village) = rest.split_at(3);
        let code = Self {
            county: number(county, 6)?,
            township: u16::try_from(number(township, 3)?).ok()?,
            village: u16::try_from(number(village, 3)?).ok()?,
            hamlet: u8::try_from(hamlet).ok()?,
        };
        // GB/T 2260 begins with the large regions 1 to 8; a code that ends in 00 is a prefecture's or a province's.
        let county_ok = (110_000..830_000).contains(&code.county) && !code.county.is_multiple_of(100);
        let whole = (code.village == 0 || code.township != 0) && (hamlet == 0 || code.village != 0);
        let named = bare.len() == 12 || hamlet != 0;
        (county_ok && code.township < 600 && whole && named).then_some(code)
    }

    /// How deep the place lies.
    pub const fn level(self) -> Level {
        match (self.township, self.village, self.hamlet) {
            (0, _, _) => Level::County,
            (_, 0, _) => Level::Township,
            (_, _, 0) => Level::Village,
            _ => Level::Hamlet,
        }
    }

    /// The code of the place above; `None` for a county.
    pub const fn parent(self) -> Option<Self> {
        match self.level() {
            Level::County => None,
            Level::Township => Some(Self { township: 0, ..self }),
            Level::Village => Some(Self { village: 0, ..self }),
            Level::Hamlet => Some(Self { hamlet: 0, ..self }),
        }
    }

    /// The kind that the code suggests. The last three digits of a residents' committee lie below 200, or below 500 from 400 (the
    /// practice of the statistical code lists); whoever knows better says so in the column `kind`.
    pub const fn usual_kind(self) -> PlaceKind {
        match (self.level(), self.village) {
            (Level::County, _) => PlaceKind::County,
            (Level::Township, _) => PlaceKind::Township,
            (Level::Village, 1..=199 | 400..=499) => PlaceKind::Community,
            (Level::Village, _) => PlaceKind::Village,
            (Level::Hamlet, _) => PlaceKind::Hamlet,
        }
    }
}

/// A number of exactly or (for hamlets) at most `digits` digits.
fn number(text: &str, digits: usize) -> Option<u32> {
    let fits = !text.is_empty() && text.len() <= digits && text.bytes().all(|b| b.is_ascii_digit());
    fits.then(|| text.parse().ok()).flatten()
}

impl fmt::Display for PlaceCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:06}{:03}{:03}", self.county, self.township, self.village)?;
        if self.hamlet > 0 {
            write!(f, "-H{:02}", self.hamlet)?;
        }
        Ok(())
    }
}

/// A place. Its code may change, its id never does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its id.
    pub id: PlaceId,
    /// What kind of place it is.
    pub kind: PlaceKind,
    /// Its code.
    pub code: PlaceCode,
    /// Its name, as people say it.
    pub name: String,
    /// The letters of its public numbers. Where there are none, those of the place above are used.
    pub abbreviation: Option<Abbreviation>,
    /// The place above; `None` for the county.
    pub parent: Option<PlaceId>,
    /// The first day on which it is this place.
    pub valid_from: Day,
    /// The last such day; open when `None`.
    pub valid_until: Option<Day>,
    /// What it became when it ended: merged, renamed, given another code.
    pub became: Option<PlaceId>,
    /// The version read; the store compares and raises it.
    pub version: i64,
}

/// Why something is not done with a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlaceRefusal {
    /// It has ended already.
    Ended {
        /// Its last day.
        until: Day,
    },
    /// It would end before it began.
    EndsBeforeItBegins {
        /// Its first day.
        from: Day,
    },
    /// It would become itself.
    BecomesItself,
}

impl Refuse for PlaceRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::Ended { .. } => Kind::Conflict,
            _ => Kind::Invalid,
        }
    }
    fn key(&self) -> &'static str {
        match self {
            Self::Ended { .. } => "refusal-place-ended",
            Self::EndsBeforeItBegins { .. } => "refusal-place-ends-before-it-begins",
            Self::BecomesItself => "refusal-place-becomes-itself",
        }
    }
    fn values(&self) -> Vec<(&'static str, Value)> {
        match self {
            Self::Ended { until } => vec![("until", Value::Day(*until))],
            Self::EndsBeforeItBegins { from } => vec![("from", Value::Day(*from))],
            Self::BecomesItself => Vec::new(),
        }
    }
    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Ended { .. } => None,
            Self::EndsBeforeItBegins { .. } => Some("until"),
            Self::BecomesItself => Some("became"),
        }
    }
}

impl Place {
    /// Whether it is a place on that day.
    pub fn holds_on(&self, day: Day) -> bool {
        self.valid_from <= day && self.valid_until.is_none_or(|until| day <= until)
    }

    /// Ends it on the day `until`, with what it became. Nothing that happened there moves: old matters keep their place and number.
    pub fn end(&self, until: Day, became: Option<PlaceId>) -> Result<Self, PlaceRefusal> {
        if let Some(until) = self.valid_until {
            return Err(PlaceRefusal::Ended { until });
        }
        if until < self.valid_from {
            return Err(PlaceRefusal::EndsBeforeItBegins { from: self.valid_from });
        }
        if became == Some(self.id) {
            return Err(PlaceRefusal::BecomesItself);
        }
        Ok(Self { valid_until: Some(until), became, ..self.clone() })
    }
}

/// The village in a line of places: a place and those above it, innermost first.
pub fn village_of(line: &[Place]) -> Option<&Place> {
    line.iter().find(|place| place.kind.level() == Level::Village)
}

/// A place as people name it, from the outside in and without the county: 官桥镇竹溪村柳塆. Nothing for the county itself.
pub fn whole_name(line: &[Place]) -> String {
    line.iter().rev().skip(1).map(|place| place.name.as_str()).collect()
}

impl Recorded for Place {
    const NOUN: Noun = Noun::Place;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        Vec::new()
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        sheet.token("kind", self.kind);
        sheet.word("code", &self.code.to_string());
        sheet.text("name", &self.name);
        sheet.word_or_none("abbreviation", self.abbreviation.as_ref().map(Abbreviation::as_str));
        sheet.id_or_none("parent", self.parent);
        sheet.day("valid_from", self.valid_from);
        sheet.day_or_none("valid_until", self.valid_until);
        sheet.id_or_none("became", self.became);
    }
}

/// One row of a file of places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceRow {
    /// Its code.
    pub code: PlaceCode,
    /// Its kind.
    pub kind: PlaceKind,
    /// Its name.
    pub name: String,
    /// The letters of its public numbers.
    pub abbreviation: Option<Abbreviation>,
    /// The code of the place above; `None` for the county.
    pub parent: Option<PlaceCode>,
}

const COLUMNS: &[Column] = &[
    Column { names: &["代码", "区划代码", "编码", "code", "divisioncode"], needed: true },
    Column { names: &["名称", "地名", "name"], needed: true },
    Column { names: &["简称", "缩写", "字母", "abbreviation", "letters"], needed: false },
    Column { names: &["上级", "上级代码", "parent", "parentcode"], needed: false },
    Column { names: &["类型", "类别", "kind", "type"], needed: false },
];

/// Reads the places of one county from a table with the columns code, name and, where wanted, abbreviation, parent, kind. The
/// county is the one row of its level; every other row needs its place above in the same file. The rows come out with every
/// place after the one above it. Errors name row and column; with any of them nothing is taken.
pub fn parse_places(source: &str) -> Result<Vec<PlaceRow>, Vec<RowError>> {
    let table = Table::read(source, COLUMNS)?;
    let mut errors = Vec::new();
    let mut rows: BTreeMap<PlaceCode, (usize, PlaceRow)> = BTreeMap::new();
    let mut letters: BTreeMap<Abbreviation, usize> = BTreeMap::new();
    let mut parents: Vec<(Cell, PlaceCode)> = Vec::new();
    for (number, cells) in table.rows() {
        let mut cells = cells.into_iter();
        let mut cell = || cells.next().flatten();
        let (Some(code_cell), Some(name)) = (cell(), cell()) else { continue };
        let (abbreviation, parent_cell, kind) = (cell(), cell(), cell());
        let filled = |cell: Option<Cell>| cell.filter(|cell| !cell.text.is_empty());

        let Some(code) = PlaceCode::parse(&code_cell.text) else {
            errors.push(code_cell.fault("row-error-place-code"));
            continue;
        };
        match text::line(&name.text, NAME_MAX) {
            Ok(_) => {}
            Err(text::TextError::Empty) => errors.push(name.fault("row-error-name-missing")),
            Err(_) => errors.push(name.fault("row-error-too-long")),
        }
        let abbreviation = filled(abbreviation).and_then(|cell| match Abbreviation::parse(&cell.text) {
            Some(abbreviation) => {
                // Two places with the same letters would give the same public number to two matters.
                match letters.insert(abbreviation.clone(), number) {
                    Some(first) => errors.push(cell.fault("row-error-abbreviation-twice").see(first)),
                    None => return Some(abbreviation),
                }
                None
            }
            None => {
                errors.push(cell.fault("row-error-abbreviation"));
                None
            }
        });
        let kind = match filled(kind) {
            None => code.usual_kind(),
            Some(cell) => match read_kind(&cell.text) {
                Some(kind) if kind.level() == code.level() => kind,
                Some(_) => {
                    errors.push(cell.fault("row-error-kind-level"));
                    continue;
                }
                None => {
                    errors.push(cell.fault("row-error-kind"));
                    continue;
                }
            },
        };
        let parent = code.parent();
        if let Some(cell) = filled(parent_cell)
            && PlaceCode::parse(&cell.text) != parent
        {
            errors.push(cell.fault("row-error-parent-code"));
        }
        if let Some(parent) = parent {
            parents.push((code_cell.clone(), parent));
        }
        let row = PlaceRow { code, kind, name: name.text, abbreviation, parent };
        if let Some((first, kept)) = rows.insert(code, (number, row)) {
            errors.push(code_cell.fault("row-error-code-twice").see(first));
            rows.insert(code, (first, kept));
        }
    }
    for (cell, parent) in parents {
        if !rows.contains_key(&parent) {
            errors.push(RowError { found: parent.to_string(), ..cell.fault("row-error-parent-missing") });
        }
    }
    let mut counties = rows.values().filter(|(_, row)| row.kind == PlaceKind::County).map(|(number, _)| *number);
    match (counties.next(), counties.next()) {
        (None, _) => errors.push(RowError::new(1, 0, "row-error-no-county", "")),
        (Some(first), Some(second)) => errors.push(RowError::new(second, 0, "row-error-two-counties", "").see(first)),
        (Some(_), None) => {}
    }
    errors.sort_by_key(|error| (error.row, error.column));
    if errors.is_empty() {
        // A code of a place sorts behind the code of the place above it.
        Ok(rows.into_values().map(|(_, row)| row).collect())
    } else {
        Err(errors)
    }
}

fn read_kind(typed: &str) -> Option<PlaceKind> {
    match typed.trim() {
        "县" | "市" | "区" | "县市区" => Some(PlaceKind::County),
        "乡" | "镇" | "乡镇" | "街道" => Some(PlaceKind::Township),
        "村" | "行政村" | "建制村" => Some(PlaceKind::Village),
        "社区" | "居委会" => Some(PlaceKind::Community),
        "塆" | "湾" | "自然村" | "屋场" | "小组" | "组" => Some(PlaceKind::Hamlet),
        other => PlaceKind::parse(&other.to_ascii_lowercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_code_says_how_deep_the_place_lies() {
        for (code, level, parent) in [
            ("421221000000", Level::County, None),
            ("421221101000", Level::Township, Some("421221000000")),
            ("421221101201", Level::Village, Some("421221101000")),
            ("421221101201-H02", Level::Hamlet, Some("421221101201")),
        ] {
            let read = PlaceCode::parse(code).unwrap();
            assert_eq!(read.to_string(), code);
            assert_eq!(read.level(), level, "{code}");
            assert_eq!(read.parent().map(|p| p.to_string()).as_deref(), parent);
        }
        assert_eq!(PlaceCode::parse("４２１２２１ 101 201—h2").unwrap().to_string(), "421221101201-H02");
    }

    #[test]
    fn a_code_that_is_none_is_not_taken() {
        for code in [
            "",
            "42122110120",
            "4212211012011",
            "421221000201",     // a village without a township
            "421221601201",     // no township has 601
            "421200101201",     // a prefecture
            "001221101201",     // no region begins with 0
            "421221101000-H01", // a hamlet without a village
            "421221101201-H00",
            "421221101201-H100",
            "421221101201-X01",
            "421221101201-",
            "42122110120a",
        ] {
            assert_eq!(PlaceCode::parse(code), None, "{code}");
        }
    }

    #[test]
    fn a_file_of_places_is_read_with_every_place_after_the_one_above_it() {
        let rows = parse_places(
            "code,name,abbreviation\n421221101201-H01,柳塆,\n421221101201,竹溪村,zx\n421221101,x,\n"
                .replace("421221101,x,\n", "421221101000,官桥镇,GQ\n421221000000,示范县,SF\n421221101002,桥头社区,QT\n")
                .as_str(),
        )
        .unwrap();
        let names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(names, ["示范县", "官桥镇", "桥头社区", "竹溪村", "柳塆"]);
        assert_eq!(rows[2].kind, PlaceKind::Community);
        assert_eq!(rows[3].abbreviation, Abbreviation::parse("ZX"));
        assert_eq!(rows[4].parent, Some(rows[3].code));
    }

    #[test]
    fn a_fault_in_a_file_of_places_names_row_and_column() {
        let file = "代码,名称,简称,上级,类型\n\
                    421221000000,示范县,SF,,\n\
                    421221101000,官桥镇,sf,,\n\
                    421221101201,,Q,421221102000,镇\n\
                    421221102201,远村,,,村委\n\
                    421221101201,竹溪村,ZX,,\n\
                    421221101201,竹溪村,ZY,,\n\
                    421221103202,孤村,GC,,村\n\
                    12,x,,,\n";
        let errors: Vec<(usize, usize, &str)> =
            parse_places(file).unwrap_err().iter().map(|e| (e.row, e.column, e.key)).collect();
        assert_eq!(
            errors,
            [
                (3, 3, "row-error-abbreviation-twice"),
                (4, 2, "row-error-name-missing"),
                (4, 3, "row-error-abbreviation"),
                (4, 5, "row-error-kind-level"),
                (5, 5, "row-error-kind"),
                (7, 1, "row-error-code-twice"),
                (8, 1, "row-error-parent-missing"),
                (9, 1, "row-error-place-code"),
            ]
        );
        assert_eq!(parse_places("code,name\n421221101201,a\n").unwrap_err().len(), 2);
    }

    #[test]
    fn a_place_ends_once_and_points_to_what_it_became() {
        let day = |text| Day::parse(text).unwrap();
        let place = Place {
            id: PlaceId::from(Uuid::from_u128(1)),
            kind: PlaceKind::Village,
            code: PlaceCode::parse("421221101201").unwrap(),
            name: "竹溪村".into(),
            abbreviation: None,
            parent: None,
            valid_from: day("2020-01-01"),
            valid_until: None,
            became: None,
            version: 1,
        };
        let other = PlaceId::from(Uuid::from_u128(2));
        assert_eq!(place.end(day("2026-06-30"), Some(place.id)), Err(PlaceRefusal::BecomesItself));
        assert!(place.end(day("2019-12-31"), None).is_err());
        let ended = place.end(day("2026-06-30"), Some(other)).unwrap();
        assert!(ended.holds_on(day("2026-06-30")) && !ended.holds_on(day("2026-07-01")));
        assert!(matches!(ended.end(day("2026-07-30"), None), Err(PlaceRefusal::Ended { .. })));
    }

    proptest! {
        #[test]
        fn a_place_code_is_read_back(county in 110_101_u32..110_200, township in 1_u16..600, village in 1_u16..1000, hamlet in 1_u8..100) {
            let code = PlaceCode { county, township, village, hamlet };
            for code in [Some(code), code.parent(), code.parent().and_then(PlaceCode::parent)].into_iter().flatten() {
                prop_assert_eq!(PlaceCode::parse(&code.to_string()), (county % 100 != 0).then_some(code));
            }
        }
    }
}
