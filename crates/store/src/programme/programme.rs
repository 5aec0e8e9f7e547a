//! Programmes and what places make of them.

use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::id::{LocalBrandId, ProgrammeId};
use civic::programme::programme::{LocalBrand, Programme};
use civic::time::Day;
use civic::token::Token;
use uuid::Uuid;

impl FromRow for Programme {
    const TABLE: &'static str = "programme";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get()?,
            place: row.get()?,
            name: row.get()?,
            brand: row.get()?,
            goals: row.get()?,
            plan: row.get()?,
            from: row.get()?,
            until: row.get()?,
            state: row.token()?,
            outcome: row.get()?,
            closed: row.get()?,
            version: row.get()?,
        })
    }
}

impl FromRow for LocalBrand {
    const TABLE: &'static str = "local_brand";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get()?,
            programme: row.get()?,
            place: row.get()?,
            text: row.get()?,
            joined: row.get()?,
            version: row.get()?,
        })
    }
}

/// Writes a new programme.
pub fn put(tx: &mut Tx<'_>, one: &Programme) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO programme (county_id, id, place_id, name, brand, goals, work_plan, from_on, until_on, state, outcome, closed_on,
                 version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
        ),
        args![
            one.id,
            one.place,
            one.name.as_str(),
            one.brand.as_str(),
            one.goals.as_str(),
            one.plan.as_str(),
            one.from,
            one.until,
            one.state.as_str(),
            one.outcome.as_deref(),
            one.closed,
            one.version
        ],
    )?;
    Ok(())
}

/// Writes a changed programme over the version that was read.
pub fn change(tx: &mut Tx<'_>, one: &Programme) -> Result<()> {
    tx.change(
        sql!(
            "UPDATE programme SET state = $3, outcome = $4, closed_on = $5, version = version + 1
             WHERE county_id = $1 AND id = $2 AND version = $6"
        ),
        args![one.id, one.state.as_str(), one.outcome.as_deref(), one.closed, one.version],
    )
}

/// A programme by its id.
pub fn get(tx: &mut Tx<'_>, id: ProgrammeId) -> Result<Programme> {
    tx.one(
        sql!(
            "SELECT id, place_id, name, brand, goals, work_plan, from_on, until_on, state, outcome, closed_on, version
             FROM programme WHERE county_id = $1 AND id = $2"
        ),
        args![id],
    )
}

/// A programme with the name of the place that invites to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The programme.
    pub programme: Programme,
    /// The name of its place.
    pub place_name: String,
}

impl FromRow for Line {
    const TABLE: &'static str = "programme";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        let programme = Programme::from_row(row)?;
        Ok(Self { programme, place_name: row.get()? })
    }
}

/// The programmes of the county in a state, the newest first, after the line `after`.
pub fn list(
    tx: &mut Tx<'_>,
    state: civic::programme::programme::ProgrammeState,
    after: Option<(Day, ProgrammeId)>,
    rows_max: u32,
) -> Result<Vec<Line>> {
    let (day, id) = after.map_or(("9999-12-31".to_owned(), Uuid::max()), |(day, id)| (day.to_string(), id.uuid()));
    tx.all(
        sql!(
            "SELECT g.id, g.place_id, g.name, g.brand, g.goals, g.work_plan, g.from_on, g.until_on, g.state, g.outcome, g.closed_on,
                 g.version, p.name
             FROM programme g JOIN place p ON p.county_id = g.county_id AND p.id = g.place_id
             WHERE g.county_id = $1 AND g.state = $2 AND (g.from_on, g.id) < ($3, $4)
             ORDER BY g.from_on DESC, g.id DESC LIMIT $5"
        ),
        args![state.as_str(), day, id, rows_max],
    )
}

/// Writes that a place takes part.
pub fn put_brand(tx: &mut Tx<'_>, one: &LocalBrand) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO local_brand (county_id, id, programme_id, place_id, text, joined_on, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7)"
        ),
        args![one.id, one.programme, one.place, one.text.as_str(), one.joined, one.version],
    )?;
    Ok(())
}

/// What a place makes of a programme, by its id.
pub fn brand(tx: &mut Tx<'_>, id: LocalBrandId) -> Result<LocalBrand> {
    tx.one(
        sql!(
            "SELECT id, programme_id, place_id, text, joined_on, version FROM local_brand WHERE county_id = $1 AND id = $2"
        ),
        args![id],
    )
}

/// What a place makes of a programme, with its name and code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrandLine {
    /// Its text.
    pub brand: LocalBrand,
    /// The name of the place.
    pub place_name: String,
    /// The code of the place.
    pub place_code: String,
}

impl FromRow for BrandLine {
    const TABLE: &'static str = "local_brand";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        let brand = LocalBrand::from_row(row)?;
        Ok(Self { brand, place_name: row.get()?, place_code: row.get()? })
    }
}

/// The places that take part in a programme, in the order of their codes.
pub fn brands(tx: &mut Tx<'_>, programme: ProgrammeId) -> Result<Vec<BrandLine>> {
    tx.all(
        sql!(
            "SELECT b.id, b.programme_id, b.place_id, b.text, b.joined_on, b.version, p.name, p.code
             FROM local_brand b JOIN place p ON p.county_id = b.county_id AND p.id = b.place_id
             WHERE b.county_id = $1 AND b.programme_id = $2 ORDER BY p.code LIMIT 500"
        ),
        args![programme],
    )
}
