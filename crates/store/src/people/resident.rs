//! Residents: a name and a day of coming of age, and neither once the person's data was erased.

use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::id::{HouseholdId, PlaceId, ResidentId};
use civic::people::membership::Membership;
use civic::people::resident::Resident;
use civic::time::{Day, Timestamp};

use super::household::contains;

impl FromRow for Resident {
    const TABLE: &'static str = "resident";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        let id = row.get()?;
        // An erased name reads as an empty one; the last entry of an erased person says the same.
        let name: Option<String> = row.get()?;
        Ok(Self { id, name: name.unwrap_or_default(), adult_from: row.get()?, version: row.get()? })
    }
}

/// Writes a new resident.
pub fn put(tx: &mut Tx<'_>, resident: &Resident) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO resident (county_id, id, name, adult_from, erased_at, version, name_sound)
             VALUES ($1, $2, $3, $4, NULL, $5, $6)"
        ),
        args![
            resident.id,
            resident.name.as_str(),
            resident.adult_from,
            resident.version,
            super::sound::of(&resident.name)
        ],
    )?;
    Ok(())
}

/// Writes a changed resident over the version that was read.
pub fn change(tx: &mut Tx<'_>, resident: &Resident) -> Result<()> {
    tx.change(
        sql!(
            "UPDATE resident SET name = $3, adult_from = $4, name_sound = $6, version = version + 1
             WHERE county_id = $1 AND id = $2 AND version = $5 AND erased_at IS NULL"
        ),
        args![
            resident.id,
            resident.name.as_str(),
            resident.adult_from,
            resident.version,
            super::sound::of(&resident.name)
        ],
    )
}

/// Gives a name its sound, where it was written before there was a column for it. Nothing that anybody said changes by it.
pub(crate) fn sounds(tx: &mut Tx<'_>, id: ResidentId, sound: &str) -> Result<()> {
    tx.run(
        sql!("UPDATE resident SET name_sound = $3 WHERE county_id = $1 AND id = $2 AND name IS NOT NULL"),
        args![id, sound],
    )?;
    Ok(())
}

/// A resident by its id.
pub fn get(tx: &mut Tx<'_>, id: ResidentId) -> Result<Resident> {
    tx.one(sql!("SELECT id, name, adult_from, version FROM resident WHERE county_id = $1 AND id = $2"), args![id])
}

/// Whether the person's data was erased.
pub fn erased(tx: &mut Tx<'_>, id: ResidentId) -> Result<bool> {
    Ok(tx.number(
        sql!("SELECT COUNT(*) FROM resident WHERE county_id = $1 AND id = $2 AND erased_at IS NOT NULL"),
        args![id],
    )? > 0)
}

/// Takes name and day away for good.
pub(super) fn erase(tx: &mut Tx<'_>, resident: &Resident, now: Timestamp) -> Result<()> {
    tx.change(
        sql!(
            "UPDATE resident SET name = NULL, name_sound = NULL, adult_from = $3, erased_at = $4, version = version + 1
             WHERE county_id = $1 AND id = $2 AND version = $5 AND erased_at IS NULL"
        ),
        args![resident.id, resident.adult_from, now, resident.version],
    )
}

/// Somebody with the place and the household in which the person is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Who.
    pub id: ResidentId,
    /// The name.
    pub name: String,
    /// The hamlet.
    pub place: PlaceId,
    /// Its name.
    pub place_name: String,
    /// The household.
    pub household: Option<HouseholdId>,
    /// How the household is called.
    pub label: Option<String>,
}

impl FromRow for Found {
    const TABLE: &'static str = "resident";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get()?,
            name: row.get()?,
            place: row.get()?,
            place_name: row.get()?,
            household: row.get()?,
            label: row.get()?,
        })
    }
}

/// People of a village on a day whose name, or whose household's label, holds `text`, or whose name sounds like it; at most `rows_max`.
pub fn search(tx: &mut Tx<'_>, village: PlaceId, day: Day, text: &str, rows_max: u32) -> Result<Vec<Found>> {
    tx.all(
        sql!(
            "SELECT DISTINCT r.id, r.name, p.id, p.name, m.household_id, h.label
             FROM membership m JOIN resident r ON r.county_id = m.county_id AND r.id = m.resident_id
             JOIN place p ON p.county_id = m.county_id AND p.id = m.place_id
             LEFT JOIN household h ON h.county_id = m.county_id AND h.id = m.household_id
             WHERE m.county_id = $1 AND p.village_id = $2 AND m.from_day <= $3 AND (m.until_day IS NULL OR m.until_day >= $3)
                 AND r.name IS NOT NULL AND (r.name LIKE $4 ESCAPE '!' OR h.label LIKE $4 ESCAPE '!' OR r.name_sound LIKE $6)
             ORDER BY r.name, r.id LIMIT $5"
        ),
        args![village, day, contains(text), rows_max, super::sound::pattern(text)],
    )
}

/// People of a village on a day who have exactly that name.
pub fn named(tx: &mut Tx<'_>, village: PlaceId, day: Day, name: &str, rows_max: u32) -> Result<Vec<Found>> {
    tx.all(
        sql!(
            "SELECT DISTINCT r.id, r.name, p.id, p.name, m.household_id, h.label
             FROM membership m JOIN resident r ON r.county_id = m.county_id AND r.id = m.resident_id
             JOIN place p ON p.county_id = m.county_id AND p.id = m.place_id
             LEFT JOIN household h ON h.county_id = m.county_id AND h.id = m.household_id
             WHERE m.county_id = $1 AND p.village_id = $2 AND m.from_day <= $3 AND (m.until_day IS NULL OR m.until_day >= $3)
                 AND r.name = $4
             ORDER BY r.name, r.id LIMIT $5"
        ),
        args![village, day, name, rows_max],
    )
}

/// Somebody of a household with the membership by which the person belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub resident: Resident,
    /// As what.
    pub membership: Membership,
}

impl FromRow for Member {
    const TABLE: &'static str = "resident";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self { resident: Resident::from_row(row)?, membership: Membership::from_row(row)? })
    }
}

/// Everybody of a household, those who left too, by name.
pub fn of_household(tx: &mut Tx<'_>, household: HouseholdId) -> Result<Vec<Member>> {
    tx.all(
        sql!(
            "SELECT r.id, r.name, r.adult_from, r.version,
                 m.id, m.resident_id, m.kind, m.place_id, m.household_id, m.area_cm2, m.from_day, m.until_day, m.basis,
                 m.represents, m.version
             FROM membership m JOIN resident r ON r.county_id = m.county_id AND r.id = m.resident_id
             WHERE m.county_id = $1 AND m.household_id = $2 ORDER BY r.name, r.id, m.from_day, m.id LIMIT 200"
        ),
        args![household],
    )
}

/// Everybody who is on the roll of a village on `day` as `kind`, after the membership `after`: for taking in a roll and for freezing
/// one.
pub fn on_roll(
    tx: &mut Tx<'_>,
    village: PlaceId,
    kind: civic::people::membership::MembershipKind,
    day: Day,
    after: Option<civic::id::MembershipId>,
    rows_max: u32,
) -> Result<Vec<Member>> {
    use civic::token::Token;
    tx.all(
        sql!(
            "SELECT r.id, r.name, r.adult_from, r.version,
                 m.id, m.resident_id, m.kind, m.place_id, m.household_id, m.area_cm2, m.from_day, m.until_day, m.basis,
                 m.represents, m.version
             FROM membership m JOIN resident r ON r.county_id = m.county_id AND r.id = m.resident_id
             JOIN place p ON p.county_id = m.county_id AND p.id = m.place_id
             WHERE m.county_id = $1 AND p.village_id = $2 AND m.kind = $3 AND m.from_day <= $4
                 AND (m.until_day IS NULL OR m.until_day >= $4) AND m.id > $5
             ORDER BY m.id LIMIT $6"
        ),
        args![village, kind.as_str(), day, after.map_or_else(uuid::Uuid::nil, |id| id.uuid()), rows_max],
    )
}
