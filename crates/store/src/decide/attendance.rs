//! Attendance.

use super::convocation::{rule_or_none, rule_word};
use super::meeting::matters;
use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::decide::attendance::{Attendance, AttendanceState};
use civic::decide::roll::Weight;
use civic::id::{AttendanceId, MatterId, MeetingId, MotionId, RollId};
use civic::token::Token;
use uuid::Uuid;

impl FromRow for Attendance {
    const TABLE: &'static str = "attendance";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get()?,
            meeting: row.get()?,
            roll: row.get()?,
            matters: matters(row)?,
            unit: row.get()?,
            resident: row.get()?,
            capacity: row.token()?,
            presence: row.token()?,
            state: row.token()?,
            came_at: row.get()?,
            left_at: row.get()?,
            rule: rule_or_none(row)?,
            recorded_at: row.get()?,
            version: row.get()?,
        })
    }
}

/// Writes that somebody came for a unit. A unit for which somebody came already is a clash.
pub fn put(tx: &mut Tx<'_>, attendance: &Attendance) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO attendance (county_id, id, meeting_id, roll_id, unit_id, resident_id, capacity, presence, state, came_at,
                 left_at, rule, recorded_at, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
        ),
        args![
            attendance.id,
            attendance.meeting,
            attendance.roll,
            attendance.unit,
            attendance.resident,
            attendance.capacity.as_str(),
            attendance.presence.as_str(),
            attendance.state.as_str(),
            attendance.came_at,
            attendance.left_at,
            rule_word(attendance.rule.as_ref()),
            attendance.recorded_at,
            attendance.version
        ],
    )?;
    Ok(())
}

/// Writes a changed attendance over the version that was read. The unit stays, who came for it may be another.
pub fn change(tx: &mut Tx<'_>, attendance: &Attendance) -> Result<()> {
    tx.change(
        sql!(
            "UPDATE attendance SET resident_id = $3, capacity = $4, presence = $5, state = $6, came_at = $7, left_at = $8, rule = $9,
                 recorded_at = $10, version = version + 1
             WHERE county_id = $1 AND id = $2 AND version = $11"
        ),
        args![
            attendance.id,
            attendance.resident,
            attendance.capacity.as_str(),
            attendance.presence.as_str(),
            attendance.state.as_str(),
            attendance.came_at,
            attendance.left_at,
            rule_word(attendance.rule.as_ref()),
            attendance.recorded_at,
            attendance.version
        ],
    )
}

/// An attendance by its id.
pub fn get(tx: &mut Tx<'_>, id: AttendanceId) -> Result<Attendance> {
    tx.one(
        sql!(
            "SELECT a.id, a.meeting_id, a.roll_id, e.matter_ids, a.unit_id, a.resident_id, a.capacity, a.presence, a.state, a.came_at,
                 a.left_at, a.rule, a.recorded_at, a.version
             FROM attendance a JOIN meeting e ON e.county_id = a.county_id AND e.id = a.meeting_id
             WHERE a.county_id = $1 AND a.id = $2"
        ),
        args![id],
    )
}

/// What was entered for a unit of a roll.
pub fn of_unit(tx: &mut Tx<'_>, roll: RollId, unit: Uuid) -> Result<Option<Attendance>> {
    tx.optional(
        sql!(
            "SELECT a.id, a.meeting_id, a.roll_id, e.matter_ids, a.unit_id, a.resident_id, a.capacity, a.presence, a.state, a.came_at,
                 a.left_at, a.rule, a.recorded_at, a.version
             FROM attendance a JOIN meeting e ON e.county_id = a.county_id AND e.id = a.meeting_id
             WHERE a.county_id = $1 AND a.roll_id = $2 AND a.unit_id = $3 LIMIT 1"
        ),
        args![roll, unit],
    )
}

/// Every attendance of a roll: at most one for each of its rows.
pub fn of_roll(tx: &mut Tx<'_>, roll: RollId) -> Result<Vec<Attendance>> {
    tx.all(
        sql!(
            "SELECT a.id, a.meeting_id, a.roll_id, e.matter_ids, a.unit_id, a.resident_id, a.capacity, a.presence, a.state, a.came_at,
                 a.left_at, a.rule, a.recorded_at, a.version
             FROM attendance a JOIN meeting e ON e.county_id = a.county_id AND e.id = a.meeting_id
             WHERE a.county_id = $1 AND a.roll_id = $2 ORDER BY a.id LIMIT 30001"
        ),
        args![roll],
    )
}

/// How many came and how many are there, without loading who. `by_area`: whether the rows' weights are areas.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// Who came, with those who left again.
    pub came: Weight,
    /// Who is there.
    pub there: Weight,
}

struct Sum {
    id: Uuid,
    state: AttendanceState,
    units: i64,
    weight: i64,
}
impl FromRow for Sum {
    const TABLE: &'static str = "attendance";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self { id: row.get()?, state: row.token()?, units: row.get()?, weight: row.get()? })
    }
}

fn add(sums: &mut Sums, sum: &Sum, by_area: bool) {
    let weight = Weight { units: sum.units, area_cm2: if by_area { sum.weight } else { 0 } };
    match sum.state {
        AttendanceState::There => {
            sums.came = sums.came.plus(weight);
            sums.there = sums.there.plus(weight);
        }
        AttendanceState::Left => sums.came = sums.came.plus(weight),
        AttendanceState::Mistaken => {}
    }
}

/// The sums of a roll.
pub fn sums(tx: &mut Tx<'_>, roll: RollId, by_area: bool) -> Result<Sums> {
    let rows: Vec<Sum> = tx.all(
        sql!(
            "SELECT a.roll_id, a.state, COUNT(*), CAST(SUM(w.weight) AS BIGINT) FROM attendance a
                 JOIN roll_row w ON w.county_id = a.county_id AND w.roll_id = a.roll_id AND w.unit_id = a.unit_id
             WHERE a.county_id = $1 AND a.roll_id = $2 GROUP BY a.roll_id, a.state ORDER BY a.state LIMIT 10"
        ),
        args![roll],
    )?;
    let mut sums = Sums::default();
    for row in &rows {
        add(&mut sums, row, by_area);
    }
    Ok(sums)
}

/// How many units came to each meeting that hears a matter or one merged into it.
pub fn sums_of_matter(tx: &mut Tx<'_>, matter: MatterId) -> Result<Vec<(MeetingId, i64)>> {
    let rows: Vec<Sum> = tx.all(
        sql!(
            "SELECT a.meeting_id, a.state, COUNT(*), COUNT(*) FROM attendance a
             WHERE a.county_id = $1 AND a.meeting_id IN
                 (SELECT l.meeting_id FROM meeting_matter l JOIN matter m ON m.county_id = l.county_id AND m.id = l.matter_id
                  WHERE l.county_id = $1 AND (m.id = $2 OR m.merged_into = $2))
             GROUP BY a.meeting_id, a.state ORDER BY a.meeting_id, a.state LIMIT 1000"
        ),
        args![matter],
    )?;
    let mut came: Vec<(MeetingId, i64)> = Vec::new();
    for row in rows.iter().filter(|row| row.state != AttendanceState::Mistaken) {
        let id = MeetingId::from(row.id);
        match came.last_mut().filter(|(last, _)| *last == id) {
            Some((_, n)) => *n = n.saturating_add(row.units),
            None => came.push((id, row.units)),
        }
    }
    Ok(came)
}

/// The weight of those there who stand back from a motion.
pub fn recused(tx: &mut Tx<'_>, roll: RollId, motion: MotionId, by_area: bool) -> Result<Weight> {
    let (units, weight): (i64, Option<i64>) = tx.one(
        sql!(
            "SELECT COUNT(*), CAST(SUM(w.weight) AS BIGINT) FROM motion_recusal u
                 JOIN attendance a ON a.county_id = u.county_id AND a.unit_id = u.unit_id
                 JOIN roll_row w ON w.county_id = a.county_id AND w.roll_id = a.roll_id AND w.unit_id = a.unit_id
             WHERE u.county_id = $1 AND u.motion_id = $2 AND a.roll_id = $3 AND a.state = $4"
        ),
        args![motion, roll, AttendanceState::There.as_str()],
    )?;
    Ok(Weight { units, area_cm2: if by_area { weight.unwrap_or(0) } else { 0 } })
}
