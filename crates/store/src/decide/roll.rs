//! Rolls: candidates from households and memberships, and the frozen rows.

use super::meeting::matters;
use crate::record::verify::again;
use crate::{Error, FromRow, Reader, Result, Tx, args, sql};
use civic::decide::roll::{Candidate, Frozen, Roll, RollRow, Weight};
use civic::id::{HouseholdId, Id, PlaceId, ResidentId, RollId};
use civic::people::membership::MembershipKind;
use civic::record::Facts;
use civic::rules::Mode;
use civic::time::Day;
use civic::token::Token;
use uuid::Uuid;

/// The most memberships that are looked at for one roll. One more than this is read, so that the caller sees that there are too many.
pub const CANDIDATES_MAX: usize = 100_000;
/// Rows written by one statement.
const ROWS_AT_ONCE: usize = 18;

impl FromRow for Roll {
    const TABLE: &'static str = "roll";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get()?,
            meeting: row.get()?,
            matters: matters(row)?,
            mode: row.token()?,
            day: row.get()?,
            size: Weight { units: row.get()?, area_cm2: row.get()? },
            digest: row.bytes()?,
            frozen_at: row.get()?,
        })
    }
}

impl FromRow for RollRow {
    const TABLE: &'static str = "roll_row";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self { unit: row.get()?, weight: row.get()? })
    }
}

impl FromRow for Candidate {
    const TABLE: &'static str = "membership";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            resident: row.get()?,
            household: row.get()?,
            adult_from: row.get()?,
            area_cm2: row.get()?,
            from: row.get()?,
            until: row.get()?,
        })
    }
}

/// Everybody who is or was a member of that kind at a place or below it, for [`civic::decide::roll::freeze`]: at most
/// [`CANDIDATES_MAX`], and one more where there are more.
pub fn candidates(tx: &mut Tx<'_>, place: PlaceId, kind: MembershipKind) -> Result<Vec<Candidate>> {
    let rows_max = i64::try_from(CANDIDATES_MAX).unwrap_or(i64::MAX).saturating_add(1);
    tx.all(
        sql!(
            "SELECT m.resident_id, m.household_id, r.adult_from, m.area_cm2, m.from_day, m.until_day
             FROM place p JOIN membership m ON m.county_id = p.county_id AND m.place_id = p.id
                 JOIN resident r ON r.county_id = m.county_id AND r.id = m.resident_id
             WHERE p.county_id = $1 AND (p.id = $2 OR p.village_id = $2) AND m.kind = $3 ORDER BY m.id LIMIT $4"
        ),
        args![place, kind.as_str(), rows_max],
    )
}

/// Writes a frozen roll with all its rows.
pub fn put(tx: &mut Tx<'_>, frozen: &Frozen) -> Result<()> {
    let roll = &frozen.roll;
    tx.run(
        sql!(
            "INSERT INTO roll (county_id, id, meeting_id, mode, day, units, area_cm2, digest, frozen_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        ),
        args![
            roll.id,
            roll.meeting,
            roll.mode.as_str(),
            roll.day,
            roll.size.units,
            roll.size.area_cm2,
            roll.digest,
            roll.frozen_at
        ],
    )?;
    let mut chunks = frozen.rows.chunks_exact(ROWS_AT_ONCE);
    for chunk in &mut chunks {
        let mut values = vec![crate::Value::from(roll.id)];
        for row in chunk {
            values.push(row.unit.into());
            values.push(row.weight.into());
        }
        tx.run(
            sql!(
                "INSERT INTO roll_row (county_id, roll_id, unit_id, weight) VALUES ($1, $2, $3, $4), ($1, $2, $5, $6), ($1, $2, $7, $8),
                 ($1, $2, $9, $10), ($1, $2, $11, $12), ($1, $2, $13, $14), ($1, $2, $15, $16), ($1, $2, $17, $18), ($1, $2, $19, $20),
                 ($1, $2, $21, $22), ($1, $2, $23, $24), ($1, $2, $25, $26), ($1, $2, $27, $28), ($1, $2, $29, $30), ($1, $2, $31, $32),
                 ($1, $2, $33, $34), ($1, $2, $35, $36), ($1, $2, $37, $38)"
            ),
            &values,
        )?;
    }
    for row in chunks.remainder() {
        tx.run(
            sql!("INSERT INTO roll_row (county_id, roll_id, unit_id, weight) VALUES ($1, $2, $3, $4)"),
            args![roll.id, row.unit, row.weight],
        )?;
    }
    Ok(())
}

/// A roll by its id.
pub fn get(tx: &mut Tx<'_>, id: RollId) -> Result<Roll> {
    tx.one(
        sql!(
            "SELECT r.id, r.meeting_id, e.matter_ids, r.mode, r.day, r.units, r.area_cm2, r.digest, r.frozen_at
             FROM roll r JOIN meeting e ON e.county_id = r.county_id AND e.id = r.meeting_id
             WHERE r.county_id = $1 AND r.id = $2"
        ),
        args![id],
    )
}

/// All rows of a roll in the order of their ids; at most [`civic::decide::roll::ROLL_MAX`] were frozen.
pub fn rows(tx: &mut Tx<'_>, roll: RollId) -> Result<Vec<RollRow>> {
    tx.all(
        sql!("SELECT unit_id, weight FROM roll_row WHERE county_id = $1 AND roll_id = $2 ORDER BY unit_id LIMIT 30001"),
        args![roll],
    )
}

/// One row of a roll.
pub fn row(tx: &mut Tx<'_>, roll: RollId, unit: Uuid) -> Result<Option<RollRow>> {
    tx.optional(
        sql!("SELECT unit_id, weight FROM roll_row WHERE county_id = $1 AND roll_id = $2 AND unit_id = $3"),
        args![roll, unit],
    )
}

/// A unit of a roll by the name that its place knows it by: the label of a household, the name of a resident. For who keeps the
/// meeting only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The unit.
    pub unit: Uuid,
    /// Its weight.
    pub weight: i64,
    /// Its label or name; `None` once it was erased.
    pub name: Option<String>,
}

impl FromRow for Named {
    const TABLE: &'static str = "roll_row";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self { unit: row.get()?, weight: row.get()?, name: row.get()? })
    }
}

/// Every unit of a roll with its name, in no order: a sheet puts them in the order in which people look for them.
pub fn named(tx: &mut Tx<'_>, roll: RollId, mode: Mode) -> Result<Vec<Named>> {
    match mode {
        Mode::Household => tx.all(
            sql!(
                "SELECT w.unit_id, w.weight, h.label FROM roll_row w
                     LEFT JOIN household h ON h.county_id = w.county_id AND h.id = w.unit_id
                 WHERE w.county_id = $1 AND w.roll_id = $2 ORDER BY w.unit_id LIMIT 30001"
            ),
            args![roll],
        ),
        Mode::Person | Mode::Area => tx.all(
            sql!(
                "SELECT w.unit_id, w.weight, r.name FROM roll_row w
                     LEFT JOIN resident r ON r.county_id = w.county_id AND r.id = w.unit_id
                 WHERE w.county_id = $1 AND w.roll_id = $2 ORDER BY w.unit_id LIMIT 30001"
            ),
            args![roll],
        ),
    }
}

/// Who of a household could come: a resident with the day from which they count as adult.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adult {
    /// Who.
    pub resident: ResidentId,
    /// Of which household, by the membership that holds on the day.
    pub household: Option<HouseholdId>,
    /// The name; `None` once it was erased.
    pub name: Option<String>,
    /// From which day they count as adult.
    pub adult_from: Day,
}

impl FromRow for Adult {
    const TABLE: &'static str = "membership";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self { resident: row.get()?, household: row.get()?, name: row.get()?, adult_from: row.get()? })
    }
}

/// Everybody of that kind at a place or below it on `day`, for the choice of who came. Those not of age yet are among them, so that
/// the page can say why they do not stand in.
pub fn people(tx: &mut Tx<'_>, place: PlaceId, kind: MembershipKind, day: Day) -> Result<Vec<Adult>> {
    let rows_max = i64::try_from(CANDIDATES_MAX).unwrap_or(i64::MAX);
    tx.all(
        sql!(
            "SELECT m.resident_id, m.household_id, r.name, r.adult_from
             FROM place p JOIN membership m ON m.county_id = p.county_id AND m.place_id = p.id
                 JOIN resident r ON r.county_id = m.county_id AND r.id = m.resident_id
             WHERE p.county_id = $1 AND (p.id = $2 OR p.village_id = $2) AND m.kind = $3 AND m.from_day <= $4
                 AND (m.until_day IS NULL OR m.until_day >= $4)
             ORDER BY r.adult_from, m.id LIMIT $5"
        ),
        args![place, kind.as_str(), day, rows_max],
    )
}

/// One resident of that kind on `day` with their household, wherever in the county they belong: who stands at the door may be of
/// another place, and the refusal must be able to say so.
pub fn person(tx: &mut Tx<'_>, resident: ResidentId, kind: MembershipKind, day: Day) -> Result<Option<Adult>> {
    tx.optional(
        sql!(
            "SELECT r.id, m.household_id, r.name, r.adult_from
             FROM resident r LEFT JOIN membership m ON m.county_id = r.county_id AND m.resident_id = r.id AND m.kind = $3
                 AND m.from_day <= $4 AND (m.until_day IS NULL OR m.until_day >= $4)
             WHERE r.county_id = $1 AND r.id = $2 ORDER BY m.from_day DESC, m.id LIMIT 1"
        ),
        args![resident, kind.as_str(), day],
    )
}

/// The labels of all households at a place or below it, for who freezes a roll and asks whom it leaves out.
pub fn labels(tx: &mut Tx<'_>, place: PlaceId) -> Result<Vec<(Uuid, String)>> {
    tx.all(
        sql!(
            "SELECT h.id, h.label FROM place p JOIN household h ON h.county_id = p.county_id AND h.place_id = p.id
             WHERE p.county_id = $1 AND (p.id = $2 OR p.village_id = $2) ORDER BY h.label, h.id LIMIT 30001"
        ),
        args![place],
    )
}

/// The facts for `verify`, over the rows too: a roll whose rows are not the frozen ones says a digest that nothing has.
pub(super) fn facts(tx: &mut Tx<'_>, id: Uuid, salts: &dyn Fn(&str) -> Option<[u8; 16]>) -> Result<Option<Facts>> {
    let mut roll = match get(tx, Id::from(id)) {
        Ok(roll) => roll,
        Err(Error::Missing) => return Ok(None),
        Err(error) => return Err(error),
    };
    if !roll.holds(&rows(tx, roll.id)?) {
        roll.digest = [0; 32];
    }
    Ok(Some(again(&roll, salts)))
}
