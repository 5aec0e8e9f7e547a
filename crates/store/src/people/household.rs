//! Households.

use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::id::{HouseholdId, PlaceId, ResidentId};
use civic::people::household::Household;
use civic::time::Day;

/// The longest text that is searched for, in characters.
pub const SEARCH_MAX: usize = 40;
/// Households on one page of a list.
pub const PAGE: u32 = 30;

/// The rows that stand under other places than their own place does.
pub(super) const LEVELS: &str = sql!(
    "SELECT t.id, FALSE, FALSE, TRUE FROM household t JOIN place p ON p.county_id = t.county_id AND p.id = t.place_id
     WHERE t.county_id = $1 AND t.village_id IS DISTINCT FROM p.village_id ORDER BY t.id LIMIT 1000"
);

impl FromRow for Household {
    const TABLE: &'static str = "household";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get()?,
            place: row.get()?,
            label: row.get()?,
            from: row.get()?,
            until: row.get()?,
            version: row.get()?,
        })
    }
}

/// Writes a new household.
pub fn put(tx: &mut Tx<'_>, household: &Household) -> Result<()> {
    let (village,): (PlaceId,) = tx.one(
        sql!("SELECT village_id FROM place WHERE county_id = $1 AND id = $2 AND village_id IS NOT NULL"),
        args![household.place],
    )?;
    put_in(tx, household, village)
}

/// As [`put`] where the village is known.
pub(crate) fn put_in(tx: &mut Tx<'_>, household: &Household, village: PlaceId) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO household (county_id, id, place_id, village_id, label, from_day, until_day, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
        ),
        args![
            household.id,
            household.place,
            village,
            household.label.as_str(),
            household.from,
            household.until,
            household.version
        ],
    )?;
    Ok(())
}

/// Writes a changed household over the version that was read.
pub fn change(tx: &mut Tx<'_>, household: &Household) -> Result<()> {
    tx.change(
        sql!(
            "UPDATE household SET label = $3, until_day = $4, version = version + 1
             WHERE county_id = $1 AND id = $2 AND version = $5"
        ),
        args![household.id, household.label.as_str(), household.until, household.version],
    )
}

/// A household by its id.
pub fn get(tx: &mut Tx<'_>, id: HouseholdId) -> Result<Household> {
    tx.one(
        sql!(
            "SELECT id, place_id, label, from_day, until_day, version FROM household WHERE county_id = $1 AND id = $2"
        ),
        args![id],
    )
}

/// The household of a place that has a label now, if there is one: what the rule against two of one label looks at.
pub fn of_label(tx: &mut Tx<'_>, place: PlaceId, label: &str) -> Result<Vec<Household>> {
    tx.all(
        sql!(
            "SELECT id, place_id, label, from_day, until_day, version FROM household
             WHERE county_id = $1 AND place_id = $2 AND label = $3 AND until_day IS NULL LIMIT 2"
        ),
        args![place, label],
    )
}

/// Every household of a village that exists, after the id `after`: for taking in a roll.
pub fn of_village(
    tx: &mut Tx<'_>,
    village: PlaceId,
    after: Option<HouseholdId>,
    rows_max: u32,
) -> Result<Vec<Household>> {
    tx.all(
        sql!(
            "SELECT id, place_id, label, from_day, until_day, version FROM household
             WHERE county_id = $1 AND village_id = $2 AND until_day IS NULL AND id > $3 ORDER BY id LIMIT $4"
        ),
        args![village, after.map_or_else(uuid::Uuid::nil, HouseholdId::uuid), rows_max],
    )
}

/// One line of a village's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The household.
    pub household: Household,
    /// The name of its hamlet.
    pub place_name: String,
    /// The code of its hamlet; the list is sorted by it.
    pub place_code: String,
    /// Who belongs to it on the day asked for.
    pub people: Vec<(ResidentId, String)>,
}

impl FromRow for Line {
    const TABLE: &'static str = "household";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            household: Household::from_row(row)?,
            place_name: row.get()?,
            place_code: row.get()?,
            people: Vec::new(),
        })
    }
}

/// Where a page of a list begins: after the household with this hamlet's code, label and id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct After {
    /// The code of the hamlet.
    pub code: String,
    /// The label.
    pub label: String,
    /// The id.
    pub id: HouseholdId,
}

/// What a list of households is narrowed to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter<'a> {
    /// One hamlet.
    pub hamlet: Option<PlaceId>,
    /// Part of a label or of a name, or of how a name sounds; empty for everything.
    pub text: &'a str,
}

/// The households of a village that are called so on a day, at most three: one is found, more cannot be told apart.
pub fn labelled(tx: &mut Tx<'_>, village: PlaceId, day: Day, label: &str) -> Result<Vec<HouseholdId>> {
    let rows: Vec<(HouseholdId,)> = tx.all(
        sql!(
            "SELECT id FROM household WHERE county_id = $1 AND village_id = $2 AND label = $3 AND from_day <= $4
                 AND (until_day IS NULL OR until_day >= $4) ORDER BY id LIMIT 3"
        ),
        args![village, label, day],
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// The households of a village that exist on `day`, by hamlet and label, with who belongs to them: at most [`PAGE`], after `after`.
pub fn page(
    tx: &mut Tx<'_>,
    village: PlaceId,
    day: Day,
    filter: Filter<'_>,
    after: Option<&After>,
) -> Result<Vec<Line>> {
    let pattern = contains(filter.text);
    let (code, label, id) = after.map_or((String::new(), String::new(), uuid::Uuid::nil()), |after| {
        (after.code.clone(), after.label.clone(), after.id.uuid())
    });
    let mut lines: Vec<Line> = tx.all(
        sql!(
            "SELECT h.id, h.place_id, h.label, h.from_day, h.until_day, h.version, p.name, p.code
             FROM household h JOIN place p ON p.county_id = h.county_id AND p.id = h.place_id
             WHERE h.county_id = $1 AND h.village_id = $2 AND (h.until_day IS NULL OR h.until_day >= $3)
                 AND ($4 OR h.place_id = $5)
                 AND ($6 OR h.label LIKE $7 ESCAPE '!' OR EXISTS
                     (SELECT 1 FROM membership m JOIN resident r ON r.county_id = m.county_id AND r.id = m.resident_id
                      WHERE m.county_id = $1 AND m.household_id = h.id AND (r.name LIKE $7 ESCAPE '!' OR r.name_sound LIKE $12)
                          AND m.from_day <= $3 AND (m.until_day IS NULL OR m.until_day >= $3)))
                 AND (p.code, h.label, h.id) > ($8, $9, $10)
             ORDER BY p.code, h.label, h.id LIMIT $11"
        ),
        args![
            village,
            day,
            filter.hamlet.is_none(),
            filter.hamlet.map_or_else(uuid::Uuid::nil, PlaceId::uuid),
            filter.text.is_empty(),
            pattern,
            code,
            label,
            id,
            PAGE,
            super::sound::pattern(filter.text)
        ],
    )?;
    let ids: Vec<HouseholdId> = lines.iter().map(|line| line.household.id).collect();
    for (household, resident, name) in people_of(tx, &ids, day)? {
        if let Some(line) = lines.iter_mut().find(|line| line.household.id == household) {
            line.people.push((resident, name));
        }
    }
    Ok(lines)
}

/// Who belongs to these households on a day; at most [`PAGE`] households, one statement whatever their number.
fn people_of(tx: &mut Tx<'_>, ids: &[HouseholdId], day: Day) -> Result<Vec<(HouseholdId, ResidentId, String)>> {
    let id = |at: usize| ids.get(at).map_or_else(uuid::Uuid::nil, |id| id.uuid());
    tx.all(
        sql!(
            "SELECT DISTINCT m.household_id, r.id, r.name
             FROM membership m JOIN resident r ON r.county_id = m.county_id AND r.id = m.resident_id
             WHERE m.county_id = $1 AND r.name IS NOT NULL AND m.from_day <= $2 AND (m.until_day IS NULL OR m.until_day >= $2)
                 AND m.household_id IN ($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
                     $23, $24, $25, $26, $27, $28, $29, $30, $31, $32)
             ORDER BY m.household_id, r.id LIMIT 2000"
        ),
        args![
            day,
            id(0),
            id(1),
            id(2),
            id(3),
            id(4),
            id(5),
            id(6),
            id(7),
            id(8),
            id(9),
            id(10),
            id(11),
            id(12),
            id(13),
            id(14),
            id(15),
            id(16),
            id(17),
            id(18),
            id(19),
            id(20),
            id(21),
            id(22),
            id(23),
            id(24),
            id(25),
            id(26),
            id(27),
            id(28),
            id(29)
        ],
    )
}

/// How many households of a village exist on a day, and how many people belong to them.
pub fn counts(tx: &mut Tx<'_>, village: PlaceId, day: Day) -> Result<(i64, i64)> {
    let households = tx.number(
        sql!(
            "SELECT COUNT(*) FROM household WHERE county_id = $1 AND village_id = $2 AND (until_day IS NULL OR until_day >= $3)"
        ),
        args![village, day],
    )?;
    let people = tx.number(
        sql!(
            "SELECT COUNT(DISTINCT m.resident_id) FROM membership m
             JOIN place p ON p.county_id = m.county_id AND p.id = m.place_id
             WHERE m.county_id = $1 AND p.village_id = $2 AND m.from_day <= $3 AND (m.until_day IS NULL OR m.until_day >= $3)"
        ),
        args![village, day],
    )?;
    Ok((households, people))
}

/// A pattern for LIKE that finds a text anywhere; `!` takes the meaning from the signs that have one there.
pub(crate) fn contains(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}
