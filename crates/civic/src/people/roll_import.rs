//! The roll of a village as a table: typed, pasted from a spreadsheet or read from a file. It is read whole, compared with who is on
//! the roll already, and shown as a plan before anything is taken in; with one fault in it nothing is.
//!
//! Columns: household, name, whether of age (or the day of coming of age, or the year of birth), hamlet. Of a year or day of birth
//! only the day of coming of age is kept, and nobody below 14 is taken in at all (Personal Information Protection Law art. 28, 31).

use crate::hex::hex;
use crate::id::{Chance, HouseholdId, MatterId, MembershipId, PlaceId, ResidentId, RollImportId};
use crate::people::household::{Household, LABEL_MAX};
use crate::people::membership::{Basis, Membership, MembershipKind};
use crate::people::place::Place;
use crate::people::resident::{ADULT_YEARS, NAME_MAX, Resident, long_adult, old_enough, rounded};
use crate::people::table::{Cell, Column, RowError, Table};
use crate::record::{Actor, Entry, Noun, Recorded, Sheet, Verb};
use crate::text::{TextError, plain_digits};
use crate::time::{Day, Timestamp};
use crate::token::Token;
use crate::tokens;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use uuid::Uuid;

tokens! {
    /// What the table is.
    pub enum Extent = "roll-extent" {
        /// The whole roll: who is not in it has left.
        Whole = "whole",
        /// Additions: who is not in it stays.
        Additions = "additions",
    }
}

/// Somebody who is on the roll now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Who.
    pub resident: Resident,
    /// By which membership.
    pub membership: Membership,
}

/// The roll as it is.
#[derive(Clone, Copy, Debug)]
pub struct Roll<'a> {
    /// The village or community.
    pub village: &'a Place,
    /// Its hamlets.
    pub hamlets: &'a [Place],
    /// Its households that exist.
    pub households: &'a [Household],
    /// Who is on it, as what a roll of this place lists ([`kind`]).
    pub people: &'a [Listed],
}

/// A household of the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HouseholdRef {
    /// One that exists.
    Known(HouseholdId),
    /// A new one, by its index in [`Plan::households`].
    New(usize),
}

/// A household that is new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewHousehold {
    /// Where.
    pub place: PlaceId,
    /// How it is called.
    pub label: String,
}

/// Somebody who is new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPerson {
    /// The row of the table.
    pub row: usize,
    /// Where.
    pub place: PlaceId,
    /// With which household.
    pub household: HouseholdRef,
    /// The name.
    pub name: String,
    /// The day of coming of age.
    pub adult_from: Day,
}

/// Somebody who went to another household.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// The row of the table.
    pub row: usize,
    /// Who.
    pub resident: ResidentId,
    /// The membership that ends.
    pub membership: MembershipId,
    /// Where to.
    pub place: PlaceId,
    /// To which household.
    pub household: HouseholdRef,
}

/// What taking the table in would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Households that are new.
    pub households: Vec<NewHousehold>,
    /// People who are new.
    pub people: Vec<NewPerson>,
    /// People who went to another household.
    pub moves: Vec<Move>,
    /// People whose day of coming of age is put right.
    pub corrections: Vec<(ResidentId, Day)>,
    /// People who are not on it any more.
    pub ended: Vec<(ResidentId, MembershipId)>,
    /// Households to which nobody belongs any more.
    pub emptied: Vec<HouseholdId>,
    /// How many rows say what is known already.
    pub unchanged: usize,
    /// How many rows are of children, who are not taken in.
    pub children: usize,
    /// What somebody should look at before saying yes; nothing stands in the way.
    pub notes: Vec<RowError>,
}

/// As what a roll of that place lists people.
pub fn kind(village: &Place) -> MembershipKind {
    use crate::people::place::PlaceKind;
    match village.kind {
        PlaceKind::Community => MembershipKind::Resident,
        _ => MembershipKind::Villager,
    }
}

const COLUMNS: &[Column] = &[
    Column {
        names: &["户", "户名", "户号", "户主", "户主姓名", "门牌", "门牌号", "家庭", "household", "house", "family"],
        needed: true,
    },
    Column { names: &["姓名", "名字", "村民", "居民", "name", "person"], needed: true },
    Column {
        names: &[
            "成年",
            "是否成年",
            "成年日期",
            "成年日",
            "满18岁",
            "满18岁日期",
            "18岁生日",
            "adult",
            "adultfrom",
            "ofage",
        ],
        needed: false,
    },
    Column {
        names: &["出生年", "出生年份", "出生年月", "出生日期", "生年", "birthyear", "yearofbirth", "born", "birth"],
        needed: false,
    },
    Column {
        names: &["塆", "湾", "塆名", "湾名", "自然村", "小组", "村民小组", "组", "屋场", "hamlet", "group"],
        needed: false,
    },
];

/// What a row says of somebody's age.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Age {
    /// Of age from that day.
    From(Day),
    /// By the year of birth alone: of age at the latest on the last day of that year.
    InYear(Day),
    /// Of age, since nobody says when.
    Adult,
    /// Not of age, and nobody says from when.
    Minor,
}

struct Row {
    row: usize,
    place: PlaceId,
    label: String,
    name: String,
    age: Age,
}

/// One person of a roll that is written out as a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The hamlet's name, or its code where two bear one name.
    pub hamlet: String,
    /// How the household is called.
    pub household: String,
    /// The person's name.
    pub name: String,
    /// The day of coming of age; `None` for who has long been.
    pub adult_from: Option<Day>,
}

/// The roll as a table that [`plan`] reads back: taking it in again changes nothing. Sorted by hamlet, household and name, so that each
/// household stands together.
pub fn lines(roll: &Roll<'_>, today: Day) -> Vec<Line> {
    let places = || roll.hamlets.iter().chain([roll.village]);
    let hamlet = |id: PlaceId| {
        let place = places().find(|place| place.id == id);
        place.map(|place| {
            // The reader of the table asks for a code where a name does not say which.
            let known = find_hamlet(&place.name, roll, today) == Some(id);
            if known { place.name.clone() } else { place.code.to_string() }
        })
    };
    let mut all: Vec<(String, Line)> = roll
        .people
        .iter()
        .filter_map(|listed| {
            let household = roll.households.iter().find(|h| Some(h.id) == listed.membership.household)?;
            let code = places().find(|place| place.id == household.place)?.code.to_string();
            let adult_from = rounded(listed.resident.adult_from, today);
            let line = Line {
                hamlet: hamlet(household.place)?,
                household: household.label.clone(),
                name: listed.resident.name.clone(),
                adult_from: Some(adult_from).filter(|day| Some(*day) != long_adult()),
            };
            Some((code, line))
        })
        .collect();
    all.sort_by(|(a, x), (b, y)| (a, &x.household, &x.name).cmp(&(b, &y.household, &y.name)));
    all.into_iter().map(|(_, line)| line).collect()
}

/// Reads a table and says what taking it in on `today` would do. Errors name row and column.
pub fn plan(source: &str, roll: &Roll<'_>, extent: Extent, today: Day) -> Result<Plan, Vec<RowError>> {
    let rows = read(source, roll, today)?;
    Ok(compare(rows, roll, extent, today))
}

fn read(source: &str, roll: &Roll<'_>, today: Day) -> Result<Vec<Row>, Vec<RowError>> {
    let table = Table::read(source, COLUMNS)?;
    let mut errors = Vec::new();
    let mut rows: Vec<Row> = Vec::new();
    // Where each household begins, to find one that stands in two places.
    let mut begun: BTreeMap<(PlaceId, String), usize> = BTreeMap::new();
    let mut people: BTreeMap<(PlaceId, String, String), usize> = BTreeMap::new();
    let mut last: Option<(PlaceId, String)> = None;
    for (number, cells) in table.rows() {
        let mut cells = cells.into_iter();
        let mut cell = || cells.next().flatten();
        let (Some(household), Some(name)) = (cell(), cell()) else { continue };
        let (adult, birth, hamlet) = (cell(), cell(), cell());

        let place = match hamlet.filter(|cell| !cell.text.is_empty()) {
            // A cell that spreads over several rows stands in the first of them alone.
            None => match &last {
                Some((place, _)) if household.text.is_empty() => Some(*place),
                _ => Some(roll.village.id),
            },
            Some(cell) => {
                let place = find_hamlet(&cell.text, roll, today);
                if place.is_none() {
                    errors.push(cell.fault("row-error-hamlet-unknown"));
                }
                place
            }
        };
        let label = if household.text.is_empty() {
            last.as_ref().map(|(_, label)| label.clone())
        } else {
            fits(&household, LABEL_MAX, &mut errors).then(|| household.text.clone())
        };
        if label.is_none() && household.text.is_empty() {
            errors.push(household.fault("row-error-household-missing"));
        }
        let named = match name.text.is_empty() {
            true => {
                errors.push(name.fault("row-error-name-missing"));
                false
            }
            false => fits(&name, NAME_MAX, &mut errors),
        };
        let age = age(adult, birth, number, today, &mut errors);
        let (Some(place), Some(label)) = (place, label) else {
            last = None;
            continue;
        };
        let key = (place, label.clone());
        if last.as_ref() != Some(&key) {
            // Two families of one label would become one household with one vote: say so instead.
            match begun.get(&key) {
                Some(first) => errors.push(household.fault("row-error-household-twice").see(*first)),
                None => {
                    begun.insert(key.clone(), number);
                }
            }
        }
        last = Some(key);
        let (true, Some(age)) = (named, age) else { continue };
        match people.insert((place, label.clone(), name.text.clone()), number) {
            Some(first) => errors.push(name.fault("row-error-person-twice").see(first)),
            None => rows.push(Row { row: number, place, label, name: name.text, age }),
        }
    }
    if rows.is_empty() && errors.is_empty() {
        errors.push(RowError::new(1, 0, "row-error-empty", ""));
    }
    if errors.is_empty() { Ok(rows) } else { Err(errors) }
}

fn fits(cell: &Cell, max: usize, errors: &mut Vec<RowError>) -> bool {
    match crate::text::line(&cell.text, max) {
        Ok(_) => true,
        Err(TextError::TooLong { .. }) => {
            errors.push(cell.fault("row-error-too-long"));
            false
        }
        Err(_) => {
            errors.push(cell.fault("row-error-characters"));
            false
        }
    }
}

fn find_hamlet(typed: &str, roll: &Roll<'_>, today: Day) -> Option<PlaceId> {
    let named = |place: &Place| place.name == typed || place.code.to_string().eq_ignore_ascii_case(typed);
    let mut found = roll.hamlets.iter().chain([roll.village]).filter(|place| place.holds_on(today) && named(place));
    match (found.next(), found.next()) {
        (Some(place), None) => Some(place.id),
        // Two hamlets of one name: the code must say which.
        _ => None,
    }
}

fn age(adult: Option<Cell>, birth: Option<Cell>, row: usize, today: Day, errors: &mut Vec<RowError>) -> Option<Age> {
    let filled = |cell: Option<Cell>| cell.filter(|cell| !cell.text.is_empty());
    if let Some(cell) = filled(birth) {
        let age = born(&cell.text, today);
        if age.is_none() {
            errors.push(cell.fault("row-error-birth"));
        }
        return age;
    }
    let Some(cell) = filled(adult) else {
        errors.push(RowError::new(row, 0, "row-error-adult-missing", ""));
        return None;
    };
    let word = plain_digits(&cell.text).to_lowercase();
    let age = match word.trim() {
        "成年" | "已成年" | "是" | "成人" | "√" | "✓" | "1" | "yes" | "y" | "adult" => Some(Age::Adult),
        "未成年" | "否" | "不是" | "×" | "x" | "0" | "no" | "n" | "minor" | "child" => Some(Age::Minor),
        // A day of coming of age lies at most 18 years ahead, for somebody born today.
        other => Day::parse(other).filter(|day| *day <= today.plus_years(ADULT_YEARS)).map(Age::From),
    };
    if age.is_none() {
        errors.push(cell.fault("row-error-adult"));
    }
    age
}

/// Reads a day of birth, or a year, alone or with a month: `1990`, `1990年`, `1990-05`, `1990年5月3日`.
fn born(typed: &str, today: Day) -> Option<Age> {
    if let Some(day) = Day::parse(typed) {
        return (day <= today).then(|| Age::From(day.plus_years(ADULT_YEARS)));
    }
    let typed = plain_digits(typed.trim()).replace(['年', '/', '.'], "-").replace('月', "");
    let (year, month) = match typed.trim_end_matches('-').split_once('-') {
        Some((year, month)) => (year.to_owned(), Some(month.trim().to_owned())),
        None => (typed.trim_end_matches('-').to_owned(), None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if year.len() != 4
        || !digits(&year)
        || month.is_some_and(|m| !digits(&m) || !(1..=12).contains(&m.parse().unwrap_or(0)))
    {
        return None;
    }
    let year: i16 = year.parse().ok()?;
    // Whoever is of age by every day of that year is of age on its last.
    let last = Day::new(year.checked_add(ADULT_YEARS)?, 12, 31)?;
    (year <= today.year()).then_some(Age::InYear(last))
}

fn compare(rows: Vec<Row>, roll: &Roll<'_>, extent: Extent, today: Day) -> Plan {
    let mut plan = Plan::default();
    let labels: BTreeMap<(PlaceId, &str), HouseholdId> = roll
        .households
        .iter()
        .filter(|household| household.until.is_none())
        .map(|household| ((household.place, household.label.as_str()), household.id))
        .collect();
    // Who is on the roll, by household and name; and those not found in the table so far.
    let mut known: BTreeMap<(Option<HouseholdId>, &str), Vec<&Listed>> = BTreeMap::new();
    for listed in roll.people {
        known.entry((listed.membership.household, listed.resident.name.as_str())).or_default().push(listed);
    }
    let mut news: BTreeMap<(PlaceId, String), usize> = BTreeMap::new();
    let mut found: BTreeSet<MembershipId> = BTreeSet::new();
    let mut open: Vec<(Row, HouseholdRef)> = Vec::new();
    for row in rows {
        let household = match labels.get(&(row.place, row.label.as_str())) {
            Some(id) => HouseholdRef::Known(*id),
            None => {
                let index = *news.entry((row.place, row.label.clone())).or_insert_with(|| {
                    plan.households.push(NewHousehold { place: row.place, label: row.label.clone() });
                    plan.households.len() - 1
                });
                HouseholdRef::New(index)
            }
        };
        let listed = match household {
            HouseholdRef::Known(id) => known
                .get(&(Some(id), row.name.as_str()))
                .and_then(|same| same.iter().find(|listed| !found.contains(&listed.membership.id)))
                .copied(),
            HouseholdRef::New(_) => None,
        };
        match listed {
            Some(listed) => {
                found.insert(listed.membership.id);
                match corrected(&row, &listed.resident, today, &mut plan.notes) {
                    Some(adult_from) => plan.corrections.push((listed.resident.id, adult_from)),
                    None => plan.unchanged += 1,
                }
            }
            None => open.push((row, household)),
        }
    }
    let missing: Vec<&Listed> = roll.people.iter().filter(|listed| !found.contains(&listed.membership.id)).collect();
    let count = |name: &str| open.iter().filter(|(row, _)| row.name == name).count();
    let names: BTreeMap<String, usize> = open.iter().map(|(row, _)| (row.name.clone(), count(&row.name))).collect();
    for (row, household) in open {
        let namesakes: Vec<&&Listed> = missing.iter().filter(|listed| listed.resident.name == row.name).collect();
        match (extent, namesakes.as_slice(), names.get(&row.name)) {
            // The one who is missing in the old household and the one who is new in another are the same person.
            (Extent::Whole, [listed], Some(1)) => {
                found.insert(listed.membership.id);
                if let Some(adult_from) = corrected(&row, &listed.resident, today, &mut plan.notes) {
                    plan.corrections.push((listed.resident.id, adult_from));
                }
                plan.moves.push(Move {
                    row: row.row,
                    resident: listed.resident.id,
                    membership: listed.membership.id,
                    place: row.place,
                    household,
                });
                continue;
            }
            (_, [], _) => {}
            // Nobody can tell whether this is the same person; somebody should look.
            _ => plan.notes.push(RowError::new(row.row, 0, "row-note-namesake", &row.name)),
        }
        match adult_from(row.age, today) {
            Some(adult_from) if old_enough(adult_from, today).is_ok() => {
                note_year(&row, today, &mut plan.notes);
                plan.people.push(NewPerson {
                    row: row.row,
                    place: row.place,
                    household,
                    name: row.name,
                    adult_from: rounded(adult_from, today),
                });
            }
            _ => plan.children += 1,
        }
    }
    if extent == Extent::Whole {
        plan.ended.extend(
            missing
                .iter()
                .filter(|listed| !found.contains(&listed.membership.id))
                .map(|listed| (listed.resident.id, listed.membership.id)),
        );
    }
    drop_unused(&mut plan);
    plan.emptied = emptied(&plan, roll);
    plan
}

fn adult_from(age: Age, today: Day) -> Option<Day> {
    match age {
        Age::From(day) | Age::InYear(day) => Some(day),
        Age::Adult => Some(long_adult().unwrap_or(today)),
        Age::Minor => None,
    }
}

/// The day of coming of age that the row puts right, if it says another than is known.
fn corrected(row: &Row, resident: &Resident, today: Day, notes: &mut Vec<RowError>) -> Option<Day> {
    let right = match row.age {
        Age::From(day) => rounded(day, today),
        // What is known is more exact than a year.
        Age::InYear(day) if resident.adult_from.year() == day.year() => return None,
        Age::InYear(day) => {
            note_year(row, today, notes);
            rounded(day, today)
        }
        Age::Adult if resident.adult_on(today) => return None,
        Age::Adult => long_adult()?,
        Age::Minor => {
            if resident.adult_on(today) {
                notes.push(RowError::new(row.row, 0, "row-note-adult-on-roll", &row.name));
            }
            return None;
        }
    };
    (right != rounded(resident.adult_from, today)).then_some(right)
}

/// By the year of birth alone, whoever comes of age this year counts from its last day; a day would be fairer.
fn note_year(row: &Row, today: Day, notes: &mut Vec<RowError>) {
    if let Age::InYear(day) = row.age
        && day.year() == today.year()
    {
        notes.push(RowError::new(row.row, 0, "row-note-adult-this-year", &row.name));
    }
}

/// Takes out new households in which there is nobody, since all of them are children.
fn drop_unused(plan: &mut Plan) {
    let used: BTreeSet<usize> = plan
        .people
        .iter()
        .map(|person| person.household)
        .chain(plan.moves.iter().map(|moved| moved.household))
        .filter_map(|household| match household {
            HouseholdRef::New(index) => Some(index),
            HouseholdRef::Known(_) => None,
        })
        .collect();
    let places: BTreeMap<usize, usize> = used.iter().enumerate().map(|(new, old)| (*old, new)).collect();
    let mut index = 0;
    plan.households.retain(|_| {
        index += 1;
        used.contains(&(index - 1))
    });
    let again = |household: &mut HouseholdRef| {
        if let HouseholdRef::New(index) = household
            && let Some(new) = places.get(index)
        {
            *index = *new;
        }
    };
    plan.people.iter_mut().for_each(|person| again(&mut person.household));
    plan.moves.iter_mut().for_each(|moved| again(&mut moved.household));
}

/// The households that lose their last person. One that was empty before is left alone: it may wait for somebody.
fn emptied(plan: &Plan, roll: &Roll<'_>) -> Vec<HouseholdId> {
    let leaving: BTreeSet<MembershipId> = plan
        .ended
        .iter()
        .map(|(_, membership)| *membership)
        .chain(plan.moves.iter().map(|moved| moved.membership))
        .collect();
    let (gone, stays): (Vec<&Listed>, Vec<&Listed>) =
        roll.people.iter().partition(|listed| leaving.contains(&listed.membership.id));
    let kept: BTreeSet<HouseholdId> = stays
        .iter()
        .filter_map(|listed| listed.membership.household)
        .chain(
            plan.people.iter().map(|person| person.household).chain(plan.moves.iter().map(|m| m.household)).filter_map(
                |household| match household {
                    HouseholdRef::Known(id) => Some(id),
                    HouseholdRef::New(_) => None,
                },
            ),
        )
        .collect();
    let lost: BTreeSet<HouseholdId> = gone.iter().filter_map(|listed| listed.membership.household).collect();
    lost.difference(&kept).copied().collect()
}

impl Plan {
    /// Whether taking it in would change nothing.
    pub fn is_empty(&self) -> bool {
        self.households.is_empty()
            && self.people.is_empty()
            && self.moves.is_empty()
            && self.corrections.is_empty()
            && self.ended.is_empty()
    }

    /// A digest of everything that the plan would do. Whoever says yes sends it back: when the roll changed in between, the plan is
    /// another one and is shown again.
    pub fn digest(&self) -> [u8; 32] {
        let mut text = String::from("wugong.roll.1\n");
        let household = |household: HouseholdRef| match household {
            HouseholdRef::Known(id) => id.to_string(),
            HouseholdRef::New(index) => format!("new {index}"),
        };
        for new in &self.households {
            let _ = writeln!(text, "household\t{}\t{}", new.place, new.label);
        }
        for new in &self.people {
            let _ =
                writeln!(text, "person\t{}\t{}\t{}\t{}", new.place, household(new.household), new.name, new.adult_from);
        }
        for moved in &self.moves {
            let _ = writeln!(text, "move\t{}\t{}\t{}", moved.membership, moved.place, household(moved.household));
        }
        for (resident, day) in &self.corrections {
            let _ = writeln!(text, "correct\t{resident}\t{day}");
        }
        for (_, membership) in &self.ended {
            let _ = writeln!(text, "end\t{membership}");
        }
        for household in &self.emptied {
            let _ = writeln!(text, "empty\t{household}");
        }
        Sha256::digest(text.as_bytes()).into()
    }
}

/// A roll that was taken in: one entry in the record, with how many and a digest instead of who.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RollImport {
    /// Its id.
    pub id: RollImportId,
    /// The village or community.
    pub place: PlaceId,
    /// The day from which it counts.
    pub day: Day,
    /// Whole or additions.
    pub extent: Extent,
    /// How many households came.
    pub households: u32,
    /// How many people came.
    pub people: u32,
    /// How many moved.
    pub moved: u32,
    /// How many days of coming of age were put right.
    pub corrected: u32,
    /// How many left.
    pub ended: u32,
    /// [`Plan::digest`] in lower-case hexadecimal.
    pub digest: String,
    /// [`rows_digest`] of the rows that came with it.
    pub rows_digest: String,
}

/// A row that came with an import and has no entry of its own: what the record knows of it is its digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportRow {
    /// Which noun.
    pub noun: Noun,
    /// Which row.
    pub noun_id: Uuid,
    /// The salt; erased with the person's data.
    pub salt: [u8; 16],
    /// [`row_digest`].
    pub digest: [u8; 32],
}

/// The digest by which a row stands with the import that brought it: SHA-256 of tag, salt, noun, id and its facts as canonical JSON,
/// in which texts are salted alike.
pub fn row_digest<R: Recorded>(row: &R, salt: &[u8; 16]) -> [u8; 32] {
    let facts = Entry::facts_again(row, &|_| Some(*salt)).canonical();
    let mut hasher = Sha256::new();
    hasher.update(b"wugong.roll-row.1\0");
    hasher.update(salt);
    hasher.update(R::NOUN.as_str().as_bytes());
    hasher.update(row.noun_id().as_bytes());
    hasher.update(facts.as_bytes());
    hasher.finalize().into()
}

/// The digest of all rows of an import, whatever their order: SHA-256 in lower-case hexadecimal.
pub fn rows_digest(rows: &[(Noun, Uuid, [u8; 32])]) -> String {
    let mut rows = rows.to_vec();
    rows.sort_unstable_by_key(|(noun, id, _)| (noun.as_str(), *id));
    let mut hasher = Sha256::new();
    hasher.update(b"wugong.roll-rows.1\0");
    for (noun, id, digest) in rows {
        hasher.update(noun.as_str().as_bytes());
        hasher.update(id.as_bytes());
        hasher.update(digest);
    }
    hex(&hasher.finalize())
}

/// The rows that taking a plan in writes. Existing rows keep the version that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes {
    /// The import itself.
    pub import: RollImport,
    /// New households.
    pub households_new: Vec<Household>,
    /// Households that end.
    pub households_ended: Vec<Household>,
    /// New residents.
    pub residents_new: Vec<Resident>,
    /// Residents put right.
    pub residents_changed: Vec<Resident>,
    /// Memberships that end.
    pub memberships_ended: Vec<Membership>,
    /// New memberships.
    pub memberships_new: Vec<Membership>,
    /// The new rows again, by their digests.
    pub rows: Vec<ImportRow>,
}

impl Changes {
    /// The entries that say what was taken in: one for the import and everything that it brought, and one for each row that was there
    /// before and has changed, since its last entry must say how it is.
    pub fn entries(&self, actor: Actor, now: Timestamp, chance: &mut dyn Chance) -> Vec<Entry> {
        let mut entries = vec![Entry::of(&self.import, Verb::Import, actor, now, chance)];
        for ended in &self.memberships_ended {
            entries.push(Entry::of(ended, Verb::End, actor, now, chance));
        }
        for ended in &self.households_ended {
            entries.push(Entry::of(ended, Verb::End, actor, now, chance));
        }
        for right in &self.residents_changed {
            entries.push(Entry::of(right, Verb::Correct, actor, now, chance));
        }
        entries
    }
}

/// Turns a plan into rows. New things count from `today` on; what ends, ends with the day before, so that nobody counts twice on a
/// day.
pub fn carry_out(
    plan: &Plan,
    roll: &Roll<'_>,
    extent: Extent,
    today: Day,
    now: Timestamp,
    chance: &mut dyn Chance,
) -> Changes {
    let many = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let import = RollImport {
        id: RollImportId::fresh(now, chance),
        place: roll.village.id,
        day: today,
        extent,
        households: many(plan.households.len()),
        people: many(plan.people.len()),
        moved: many(plan.moves.len()),
        corrected: many(plan.corrections.len()),
        ended: many(plan.ended.len()),
        digest: hex(&plan.digest()),
        rows_digest: String::new(),
    };
    let households_new: Vec<Household> = plan
        .households
        .iter()
        .map(|new| Household {
            id: HouseholdId::fresh(now, chance),
            place: new.place,
            label: new.label.clone(),
            from: today,
            until: None,
            version: 1,
        })
        .collect();
    let household_id = |household: HouseholdRef| match household {
        HouseholdRef::Known(id) => Some(id),
        HouseholdRef::New(index) => households_new.get(index).map(|household| household.id),
    };
    // Whoever began today and ends today counted on no day.
    let yesterday = |from: Day| Some(today.plus(-1).max(from));
    let ending: BTreeSet<MembershipId> = plan
        .ended
        .iter()
        .map(|(_, membership)| *membership)
        .chain(plan.moves.iter().map(|moved| moved.membership))
        .collect();
    let memberships_ended = roll
        .people
        .iter()
        .filter(|listed| ending.contains(&listed.membership.id))
        .map(|listed| Membership { until: yesterday(listed.membership.from), ..listed.membership.clone() })
        .collect();
    let mut residents_new = Vec::new();
    let mut memberships_new = Vec::new();
    let mut begin = |resident, place, household, chance: &mut dyn Chance| {
        memberships_new.push(Membership {
            id: MembershipId::fresh(now, chance),
            resident,
            kind: kind(roll.village),
            place,
            household: household_id(household),
            area_cm2: None,
            from: today,
            until: None,
            basis: Basis::Register,
            represents: Vec::new(),
            version: 1,
        });
    };
    for new in &plan.people {
        let id = ResidentId::fresh(now, chance);
        residents_new.push(Resident { id, name: new.name.clone(), adult_from: new.adult_from, version: 1 });
        begin(id, new.place, new.household, chance);
    }
    for moved in &plan.moves {
        begin(moved.resident, moved.place, moved.household, chance);
    }
    let right: BTreeMap<ResidentId, Day> = plan.corrections.iter().copied().collect();
    let residents_changed = roll
        .people
        .iter()
        .filter_map(|listed| {
            right.get(&listed.resident.id).map(|day| Resident { adult_from: *day, ..listed.resident.clone() })
        })
        .collect();
    let households_ended = roll
        .households
        .iter()
        .filter(|household| plan.emptied.contains(&household.id))
        .map(|household| Household { until: yesterday(household.from), ..household.clone() })
        .collect();
    let mut rows = Vec::new();
    for new in &households_new {
        rows.push(import_row(new, chance));
    }
    for new in &residents_new {
        rows.push(import_row(new, chance));
    }
    for new in &memberships_new {
        rows.push(import_row(new, chance));
    }
    let digests: Vec<_> = rows.iter().map(|row| (row.noun, row.noun_id, row.digest)).collect();
    Changes {
        import: RollImport { rows_digest: rows_digest(&digests), ..import },
        households_new,
        households_ended,
        residents_new,
        residents_changed,
        memberships_ended,
        memberships_new,
        rows,
    }
}

fn import_row<R: Recorded>(row: &R, chance: &mut dyn Chance) -> ImportRow {
    let salt = chance.salt();
    ImportRow { noun: R::NOUN, noun_id: row.noun_id(), salt, digest: row_digest(row, &salt) }
}

impl Recorded for RollImport {
    const NOUN: Noun = Noun::RollImport;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        Vec::new()
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        sheet.id("place", self.place);
        sheet.day("day", self.day);
        sheet.word("extent", self.extent.as_str());
        sheet.int("households", self.households);
        sheet.int("people", self.people);
        sheet.int("moved", self.moved);
        sheet.int("corrected", self.corrected);
        sheet.int("ended", self.ended);
        // Salted: the roll of a small village could be guessed from its bare digest.
        sheet.text("digest", &self.digest);
        // Bare: each row's own salt hides what it says.
        sheet.word("rows_digest", &self.rows_digest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::place::{PlaceCode, PlaceKind};
    use proptest::prelude::*;

    struct Counter(u64);
    impl Chance for Counter {
        fn fill(&mut self, bytes: &mut [u8]) {
            self.0 += 1;
            for (byte, source) in bytes.iter_mut().zip(self.0.to_be_bytes().into_iter().cycle()) {
                *byte = source;
            }
        }
    }

    const NOW: Timestamp = Timestamp::from_millis(1_775_000_000_000);
    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }
    fn today() -> Day {
        day("2026-04-01")
    }
    fn place(n: u128, kind: PlaceKind, code: &str, name: &str) -> Place {
        Place {
            id: PlaceId::from(Uuid::from_u128(n)),
            kind,
            code: PlaceCode::parse(code).unwrap(),
            name: name.into(),
            abbreviation: None,
            parent: None,
            valid_from: day("2020-01-01"),
            valid_until: None,
            became: None,
            version: 1,
        }
    }

    /// A village with its roll, which imports change.
    struct Village {
        village: Place,
        hamlets: Vec<Place>,
        households: Vec<Household>,
        people: Vec<Listed>,
        chance: Counter,
    }
    impl Village {
        fn new() -> Self {
            Self {
                village: place(1, PlaceKind::Village, "421221101201", "竹溪村"),
                hamlets: vec![
                    place(2, PlaceKind::Hamlet, "421221101201-H01", "柳塆"),
                    place(3, PlaceKind::Hamlet, "421221101201-H02", "葛家湾"),
                ],
                households: Vec::new(),
                people: Vec::new(),
                chance: Counter(0),
            }
        }
        fn roll(&self) -> Roll<'_> {
            Roll { village: &self.village, hamlets: &self.hamlets, households: &self.households, people: &self.people }
        }
        fn plan(&self, source: &str, extent: Extent, on: Day) -> Result<Plan, Vec<RowError>> {
            plan(source, &self.roll(), extent, on)
        }
        fn take(&mut self, source: &str, extent: Extent, on: Day) -> Plan {
            let plan = self.plan(source, extent, on).unwrap();
            let mut chance = Counter(self.chance.0);
            let changes = carry_out(&plan, &self.roll(), extent, on, NOW, &mut chance);
            self.chance = chance;
            let ended: Vec<MembershipId> = changes.memberships_ended.iter().map(|m| m.id).collect();
            let mut residents: BTreeMap<ResidentId, Resident> =
                self.people.iter().map(|l| (l.resident.id, l.resident.clone())).collect();
            residents.extend(changes.residents_new.iter().chain(&changes.residents_changed).map(|r| (r.id, r.clone())));
            self.people.retain(|l| !ended.contains(&l.membership.id));
            for listed in &mut self.people {
                listed.resident = residents[&listed.resident.id].clone();
            }
            self.people.extend(
                changes
                    .memberships_new
                    .iter()
                    .map(|m| Listed { resident: residents[&m.resident].clone(), membership: m.clone() }),
            );
            let gone: Vec<HouseholdId> = changes.households_ended.iter().map(|h| h.id).collect();
            self.households.retain(|h| !gone.contains(&h.id));
            self.households.extend(changes.households_new);
            plan
        }
    }

    const ROLL: &str = "塆,户名,姓名,是否成年,出生年\n\
                        柳塆,西巷3号,葛长山,成年,\n\
                        ,,李秀英,是,\n\
                        ,,葛小满,2026年9月1日,\n\
                        柳塆,西巷5号,王伟,,1981\n\
                        葛家湾,西巷3号,葛大山,,1990-05-03\n";

    fn faults(source: &str) -> Vec<(usize, usize, &'static str)> {
        let village = Village::new();
        let errors = village.plan(source, Extent::Whole, today()).unwrap_err();
        errors.iter().map(|error| (error.row, error.column, error.key)).collect()
    }

    #[test]
    fn a_roll_is_taken_in_with_its_households_and_hamlets() {
        let mut village = Village::new();
        let plan = village.take(ROLL, Extent::Whole, today());
        assert_eq!((plan.households.len(), plan.people.len(), plan.children), (3, 5, 0));
        assert_eq!(plan.notes, []);
        let adult: Vec<String> = plan.people.iter().map(|p| p.adult_from.to_string()).collect();
        assert_eq!(adult, ["1900-01-01", "1900-01-01", "2026-09-01", "1900-01-01", "1900-01-01"]);
        assert_eq!(plan.people[1].household, plan.people[0].household);
        assert_ne!(plan.people[4].household, plan.people[0].household, "another hamlet, another household");
    }

    #[test]
    fn the_same_roll_again_changes_nothing() {
        let mut village = Village::new();
        village.take(ROLL, Extent::Whole, today());
        for on in ["2026-04-02", "2027-12-31"] {
            let again = village.plan(ROLL, Extent::Whole, day(on)).unwrap();
            assert!(again.is_empty(), "{again:?}");
            assert_eq!(again.unchanged, 5);
        }
    }

    #[test]
    fn no_birthday_is_kept() {
        let village = Village::new();
        let source = "户,姓名,出生日期\n1,甲,1990-05-03\n1,乙,2008-02-29\n1,丙,2010\n1,丁,2008年10月\n";
        let plan = village.plan(source, Extent::Whole, today()).unwrap();
        let adult: Vec<String> = plan.people.iter().map(|p| p.adult_from.to_string()).collect();
        assert_eq!(adult, ["1900-01-01", "2026-02-28", "2028-12-31", "2026-12-31"]);
        assert_eq!(plan.notes.len(), 1, "who comes of age this year should give the day");
        assert_eq!((plan.notes[0].row, plan.notes[0].key), (5, "row-note-adult-this-year"));
    }

    #[test]
    fn children_are_counted_and_not_taken_in() {
        let village = Village::new();
        let source = "户,姓名,成年,出生年\n1,甲,未成年,\n1,乙,,2020\n2,丙,,2011\n3,丁,2030-04-02,\n";
        let plan = village.plan(source, Extent::Whole, today()).unwrap();
        assert_eq!(plan.children, 3);
        assert_eq!(plan.people.iter().map(|p| p.name.as_str()).collect::<Vec<_>>(), ["丙"]);
        assert_eq!(plan.households.len(), 1, "a household of children alone does not come to be");
        assert_eq!(plan.people[0].household, HouseholdRef::New(0));
    }

    #[test]
    fn who_is_not_in_the_whole_roll_has_left_and_who_is_not_among_additions_stays() {
        let mut village = Village::new();
        village.take(ROLL, Extent::Whole, today());
        let shorter = ROLL.replace("柳塆,西巷5号,王伟,,1981\n", "");
        let plan = village.plan(&shorter, Extent::Whole, day("2026-05-01")).unwrap();
        assert_eq!((plan.ended.len(), plan.emptied.len(), plan.unchanged), (1, 1, 4));
        assert!(village.plan(&shorter, Extent::Additions, day("2026-05-01")).unwrap().is_empty());
        let changes = carry_out(&plan, &village.roll(), Extent::Whole, day("2026-05-01"), NOW, &mut Counter(99));
        assert_eq!(changes.memberships_ended[0].until, Some(day("2026-04-30")));
        assert_eq!(changes.households_ended[0].until, Some(day("2026-04-30")));
        assert_eq!(changes.import.ended, 1);
    }

    #[test]
    fn who_marries_into_another_household_stays_the_same_person() {
        let mut village = Village::new();
        village.take(ROLL, Extent::Whole, today());
        let id = village.people.iter().find(|l| l.resident.name == "葛大山").unwrap().resident.id;
        let moved = ROLL
            .replace("葛家湾,西巷3号,葛大山,,1990-05-03\n", "")
            .replace("柳塆,西巷5号,王伟,,1981\n", "柳塆,西巷5号,王伟,,1981\n,,葛大山,是,\n");
        let plan = village.take(&moved, Extent::Whole, day("2026-05-01"));
        assert_eq!((plan.moves.len(), plan.people.len(), plan.ended.len(), plan.emptied.len()), (1, 0, 0, 1));
        let now = village.people.iter().find(|l| l.resident.name == "葛大山").unwrap();
        assert_eq!(now.resident.id, id);
        assert_eq!(now.membership.from, day("2026-05-01"));
    }

    #[test]
    fn somebody_of_the_same_name_among_additions_is_pointed_out() {
        let mut village = Village::new();
        village.take(ROLL, Extent::Whole, today());
        let plan = village.plan("户,姓名,成年\n东巷1号,王伟,是\n", Extent::Additions, today()).unwrap();
        assert_eq!((plan.people.len(), plan.moves.len()), (1, 0));
        assert_eq!(plan.notes[0].key, "row-note-namesake");
    }

    #[test]
    fn a_day_of_coming_of_age_is_put_right() {
        let mut village = Village::new();
        village.take(ROLL, Extent::Whole, today());
        let plan = village.take(&ROLL.replace("2026年9月1日", "2026-10-01"), Extent::Whole, today());
        assert_eq!(plan.corrections.len(), 1);
        assert!(village.people.iter().any(|l| l.resident.adult_from == day("2026-10-01")));
        let minor = village.plan(&ROLL.replace("西巷3号,葛长山,成年", "西巷3号,葛长山,未成年"), Extent::Whole, today());
        assert_eq!(minor.unwrap().notes[0].key, "row-note-adult-on-roll");
    }

    #[test]
    fn the_same_household_twice_is_pointed_out_with_both_rows() {
        let source = "户,姓名,成年\n西巷3号,葛长山,是\n西巷5号,王伟,是\n西巷3号,李秀英,是\n";
        let village = Village::new();
        let errors = village.plan(source, Extent::Whole, today()).unwrap_err();
        assert_eq!(errors, [RowError::new(4, 1, "row-error-household-twice", "西巷3号").see(2)]);
    }

    #[test]
    fn every_fault_names_row_and_column() {
        let source = "户,姓名,成年,塆\n\
                      ,葛长山,是,柳塆\n\
                      西巷3号,,是,柳塆\n\
                      西巷4号,葛长山,也许,柳塆\n\
                      西巷5号,王伟,是,张塆\n\
                      西巷6号,李秀英,是,柳塆\n\
                      ,李秀英,是,\n\
                      西巷7号,赵勇,,柳塆\n";
        assert_eq!(
            faults(source),
            [
                (2, 1, "row-error-household-missing"),
                (3, 2, "row-error-name-missing"),
                (4, 3, "row-error-adult"),
                (5, 4, "row-error-hamlet-unknown"),
                (7, 2, "row-error-person-twice"),
                (8, 0, "row-error-adult-missing"),
            ]
        );
        assert_eq!(faults("户,姓名,出生年\n1,甲,2027\n1,乙,90\n1,丙,1990-13\n").len(), 3);
        assert_eq!(faults("户,姓名\n"), [(1, 0, "row-error-empty")]);
        assert_eq!(faults("姓名\n甲\n"), [(1, 0, "row-error-column-missing")]);
    }

    #[test]
    fn a_plan_that_changed_has_another_digest() {
        let mut village = Village::new();
        let before = village.plan(ROLL, Extent::Whole, today()).unwrap();
        assert_eq!(before.digest(), village.plan(ROLL, Extent::Whole, today()).unwrap().digest());
        village.take("户,姓名,成年,塆\n西巷3号,葛长山,是,柳塆\n", Extent::Whole, today());
        assert_ne!(before.digest(), village.plan(ROLL, Extent::Whole, today()).unwrap().digest());
    }

    proptest! {
        #[test]
        fn no_table_breaks_the_reading(source in "(户|姓名|成年|塆|,|\n|柳塆|1|是|\"|1990){0,60}") {
            let _ = Village::new().plan(&source, Extent::Whole, today());
        }

        #[test]
        fn a_roll_written_out_and_taken_in_again_changes_nothing(
            people in prop::collection::btree_map((0_u8..3, "[=+@'一二三3-]{1,4}", "[-=@'甲乙丙a ]{0,3}[丁戊]"), 0_u8..30, 1..20),
            whole: bool,
        ) {
            let mut village = Village::new();
            let mut source = String::from("塆,户,姓名,成年\n");
            for ((hamlet, label, name), age) in &people {
                let hamlet = ["柳塆", "葛家湾", ""][usize::from(*hamlet)];
                let adult = match age { 0..20 => "是".to_owned(), more => format!("{}-06-01", 2000 + u16::from(*more)) };
                let quoted = |text: &str| format!("\"{}\"", crate::people::table::marked(text).replace('"', "\"\""));
                source.push_str(&format!("{hamlet},{},{},{adult}\n", quoted(label), quoted(name)));
            }
            // What the table itself does not allow (a name that is blank once trimmed) is not on a roll.
            prop_assume!(village.plan(&source, Extent::Additions, today()).is_ok());
            village.take(&source, Extent::Additions, today());
            let lines = lines(&village.roll(), today());
            prop_assert_eq!(lines.len(), village.people.len());
            let mut again = String::from("塆\t户\t姓名\t成年\n");
            for line in &lines {
                let adult = line.adult_from.map_or("是".to_owned(), |day| day.to_string());
                let cells = [&line.hamlet, &line.household, &line.name, &adult].map(|cell| crate::people::table::marked(cell));
                again.push_str(&format!("{}\n", cells.join("\t")));
            }
            let extent = if whole { Extent::Whole } else { Extent::Additions };
            let plan = village.plan(&again, extent, today()).map_err(|faults| TestCaseError::fail(format!("{faults:?}\n{again}")))?;
            prop_assert!(plan.is_empty() || lines.is_empty(), "{plan:?}\n{again}");
            prop_assert_eq!(plan.unchanged, lines.len());
        }

        #[test]
        fn after_taking_a_whole_roll_in_exactly_its_people_are_on_it(
            first in prop::collection::btree_set((0_u8..4, 0_u8..6), 1..12),
            second in prop::collection::btree_set((0_u8..4, 0_u8..6), 1..12),
        ) {
            let mut village = Village::new();
            for (on, people) in [("2026-04-01", &first), ("2026-05-01", &second), ("2026-06-01", &second)] {
                let mut source = String::from("household;name;adult\n");
                for (household, name) in people {
                    source.push_str(&format!("{household};name{name};yes\n"));
                }
                let plan = village.take(&source, Extent::Whole, day(on));
                let mut on_roll: Vec<(String, String)> = village.people.iter().map(|l| {
                    let household = village.households.iter().find(|h| Some(h.id) == l.membership.household).unwrap();
                    (household.label.clone(), l.resident.name.clone())
                }).collect();
                on_roll.sort();
                let mut wanted: Vec<(String, String)> =
                    people.iter().map(|(h, n)| (h.to_string(), format!("name{n}"))).collect();
                wanted.sort();
                prop_assert_eq!(on_roll, wanted);
                prop_assert_eq!(on == "2026-06-01", plan.is_empty() && on != "2026-05-01" && on != "2026-04-01");
            }
        }
    }
}
