//! Upkeep conventions.

use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::id::{ConventionId, FacilityId, MatterId};
use civic::manage::convention::{Convention, Terms};
use civic::token::Token;

impl FromRow for Convention {
    const TABLE: &'static str = "convention";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get()?,
            facility: row.get()?,
            matter: row.get()?,
            place: row.get()?,
            terms: Terms {
                parties: row.get()?,
                area: row.get()?,
                what: row.get()?,
                how_often: row.get()?,
                money: row.get()?,
                trouble: row.get()?,
                from: row.get()?,
                until: row.get()?,
                village_rules: row.get()?,
                filing: row.get()?,
                meeting: row.get()?,
                agreed_by: row.get()?,
            },
            replaces: row.get()?,
            reason: row.get()?,
            state: row.token()?,
            in_force_on: row.get()?,
            ended_on: row.get()?,
            ended_because: row.get()?,
            created_at: row.get()?,
            version: row.get()?,
        })
    }
}

/// Writes a new convention.
pub fn put(tx: &mut Tx<'_>, one: &Convention) -> Result<()> {
    let terms = &one.terms;
    tx.run(
        sql!(
            "INSERT INTO convention (county_id, id, facility_id, matter_id, place_id, parties, area, what, how_often, money, trouble,
                 from_on, until_on, village_rules, filing, meeting_id, agreed_by, replaces_id, reason, state, in_force_on, ended_on,
                 ended_because, created_at, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
                 $25)"
        ),
        args![
            one.id,
            one.facility,
            one.matter,
            one.place,
            terms.parties.as_str(),
            terms.area.as_str(),
            terms.what.as_str(),
            terms.how_often.as_str(),
            terms.money.as_str(),
            terms.trouble.as_str(),
            terms.from,
            terms.until,
            terms.village_rules,
            terms.filing.as_deref(),
            terms.meeting,
            terms.agreed_by.as_deref(),
            one.replaces,
            one.reason.as_deref(),
            one.state.as_str(),
            one.in_force_on,
            one.ended_on,
            one.ended_because.as_deref(),
            one.created_at,
            one.version
        ],
    )?;
    Ok(())
}

/// Writes a changed convention over the version that was read.
pub fn change(tx: &mut Tx<'_>, one: &Convention) -> Result<()> {
    let terms = &one.terms;
    tx.change(
        sql!(
            "UPDATE convention SET parties = $3, area = $4, what = $5, how_often = $6, money = $7, trouble = $8, from_on = $9,
                 until_on = $10, village_rules = $11, filing = $12, meeting_id = $13, agreed_by = $14, state = $15, in_force_on = $16,
                 ended_on = $17, ended_because = $18, version = version + 1
             WHERE county_id = $1 AND id = $2 AND version = $19"
        ),
        args![
            one.id,
            terms.parties.as_str(),
            terms.area.as_str(),
            terms.what.as_str(),
            terms.how_often.as_str(),
            terms.money.as_str(),
            terms.trouble.as_str(),
            terms.from,
            terms.until,
            terms.village_rules,
            terms.filing.as_deref(),
            terms.meeting,
            terms.agreed_by.as_deref(),
            one.state.as_str(),
            one.in_force_on,
            one.ended_on,
            one.ended_because.as_deref(),
            one.version
        ],
    )
}

/// A convention by its id.
pub fn get(tx: &mut Tx<'_>, id: ConventionId) -> Result<Convention> {
    tx.one(
        sql!(
            "SELECT id, facility_id, matter_id, place_id, parties, area, what, how_often, money, trouble, from_on, until_on,
                 village_rules, filing, meeting_id, agreed_by, replaces_id, reason, state, in_force_on, ended_on, ended_because, created_at,
                 version
             FROM convention WHERE county_id = $1 AND id = $2"
        ),
        args![id],
    )
}

/// The conventions of a facility, latest first, drafts too.
pub fn of_facility(tx: &mut Tx<'_>, facility: FacilityId) -> Result<Vec<Convention>> {
    tx.all(
        sql!(
            "SELECT id, facility_id, matter_id, place_id, parties, area, what, how_often, money, trouble, from_on, until_on,
                 village_rules, filing, meeting_id, agreed_by, replaces_id, reason, state, in_force_on, ended_on, ended_because, created_at,
                 version
             FROM convention WHERE county_id = $1 AND facility_id = $2 ORDER BY id DESC LIMIT 100"
        ),
        args![facility],
    )
}

/// The conventions about the facilities of a matter and of those merged into it, oldest first, drafts too.
pub fn of_matter(tx: &mut Tx<'_>, matter: MatterId) -> Result<Vec<Convention>> {
    tx.all(
        sql!(
            "SELECT c.id, c.facility_id, c.matter_id, c.place_id, c.parties, c.area, c.what, c.how_often, c.money, c.trouble, c.from_on,
                 c.until_on, c.village_rules, c.filing, c.meeting_id, c.agreed_by, c.replaces_id, c.reason, c.state, c.in_force_on,
                 c.ended_on, c.ended_because, c.created_at, c.version
             FROM matter m JOIN facility f ON f.county_id = m.county_id AND f.matter_id = m.id
                 JOIN convention c ON c.county_id = f.county_id AND c.facility_id = f.id
             WHERE m.county_id = $1 AND (m.id = $2 OR m.merged_into = $2) ORDER BY c.id LIMIT 100"
        ),
        args![matter],
    )
}
