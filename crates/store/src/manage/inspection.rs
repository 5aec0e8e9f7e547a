//! Inspection notes. Who noted something stands in no entry, and is for those who handle it.

use crate::decide::need;
use crate::decide::posting::rule_or_none;
use crate::record::entry::erase_salts;
use crate::{Error, FromRow, Reader, Result, Tx, args, files, sql};
use civic::decide::code::SlipCode;
use civic::id::{Chance, FacilityId, InspectionId, MatterId, ResidentId};
use civic::manage::inspection::Inspection;
use civic::record::{Noun, Recorded};
use civic::token::Token;

impl FromRow for Inspection {
    const TABLE: &'static str = "inspection";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        let (id, facility, matter, place) = (row.get()?, row.get()?, row.get()?, row.get()?);
        let code: String = row.get()?;
        let code = SlipCode::parse(&code).map_err(|_| row.corrupt())?;
        Ok(Self {
            id,
            facility,
            matter,
            place,
            code,
            finding: row.token()?,
            words: row.get()?,
            photo: row.get()?,
            resident: row.get()?,
            helper: row.get()?,
            noted_on: row.get()?,
            due_on: row.get()?,
            due_rule: rule_or_none(row)?,
            state: row.token()?,
            answer: row.get()?,
            answered_on: row.get()?,
            settled_on: row.get()?,
            recorded_at: row.get()?,
            version: row.get()?,
        })
    }
}

/// A slip's code that no note and no need has.
pub fn fresh_code(tx: &mut Tx<'_>, chance: &mut dyn Chance) -> Result<SlipCode> {
    for _ in 0..100 {
        let code = need::fresh_code(tx, chance)?;
        let taken = tx
            .number(sql!("SELECT COUNT(*) FROM inspection WHERE county_id = $1 AND code = $2"), args![code.digits()])?;
        if taken == 0 {
            return Ok(code);
        }
    }
    Err(Error::Clash)
}

/// Writes a new note.
pub fn put(tx: &mut Tx<'_>, one: &Inspection) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO inspection (county_id, id, facility_id, matter_id, place_id, code, finding, words, photo_id, resident_id,
                 helper_id, noted_on, due_on, due_rule, state, answer, answered_on, settled_on, recorded_at, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)"
        ),
        args![
            one.id,
            one.facility,
            one.matter,
            one.place,
            one.code.digits(),
            one.finding.as_str(),
            one.words.as_deref(),
            one.photo,
            one.resident,
            one.helper,
            one.noted_on,
            one.due_on,
            one.due_rule.as_ref().map(ToString::to_string),
            one.state.as_str(),
            one.answer.as_deref(),
            one.answered_on,
            one.settled_on,
            one.recorded_at,
            one.version
        ],
    )?;
    Ok(())
}

/// Writes an answered note over the version that was read.
pub fn change(tx: &mut Tx<'_>, one: &Inspection) -> Result<()> {
    tx.change(
        sql!(
            "UPDATE inspection SET due_on = $3, due_rule = $4, state = $5, answer = $6, answered_on = $7, settled_on = $8,
                 version = version + 1
             WHERE county_id = $1 AND id = $2 AND version = $9"
        ),
        args![
            one.id,
            one.due_on,
            one.due_rule.as_ref().map(ToString::to_string),
            one.state.as_str(),
            one.answer.as_deref(),
            one.answered_on,
            one.settled_on,
            one.version
        ],
    )
}

/// Erases who noted it, the words and the photo. The answer is the committee's and stays. The caller writes the entry that says so.
pub fn erase(tx: &mut Tx<'_>, one: &Inspection) -> Result<Inspection> {
    let gone = one.erased();
    tx.change(
        sql!(
            "UPDATE inspection SET words = NULL, photo_id = NULL, resident_id = NULL, helper_id = NULL, version = version + 1
             WHERE county_id = $1 AND id = $2 AND version = $3"
        ),
        args![one.id, one.version],
    )?;
    if let Some(photo) = one.photo {
        files::remove(tx, photo)?;
    }
    erase_salts(tx, Noun::Inspection, one.noun_id())?;
    Ok(Inspection { version: one.version + 1, ..gone })
}

/// A note by its id.
pub fn get(tx: &mut Tx<'_>, id: InspectionId) -> Result<Inspection> {
    tx.one(
        sql!(
            "SELECT id, facility_id, matter_id, place_id, code, finding, words, photo_id, resident_id, helper_id, noted_on, due_on,
                 due_rule, state, answer, answered_on, settled_on, recorded_at, version
             FROM inspection WHERE county_id = $1 AND id = $2"
        ),
        args![id],
    )
}

/// A note by the code of its slip.
pub fn by_code(tx: &mut Tx<'_>, code: SlipCode) -> Result<Inspection> {
    tx.one(
        sql!(
            "SELECT id, facility_id, matter_id, place_id, code, finding, words, photo_id, resident_id, helper_id, noted_on, due_on,
                 due_rule, state, answer, answered_on, settled_on, recorded_at, version
             FROM inspection WHERE county_id = $1 AND code = $2"
        ),
        args![code.digits()],
    )
}

/// The notes about a facility, latest first.
pub fn of_facility(tx: &mut Tx<'_>, facility: FacilityId, rows_max: u32) -> Result<Vec<Inspection>> {
    tx.all(
        sql!(
            "SELECT id, facility_id, matter_id, place_id, code, finding, words, photo_id, resident_id, helper_id, noted_on, due_on,
                 due_rule, state, answer, answered_on, settled_on, recorded_at, version
             FROM inspection WHERE county_id = $1 AND facility_id = $2 ORDER BY id DESC LIMIT $3"
        ),
        args![facility, rows_max],
    )
}

/// The notes about the facilities of a matter and of those merged into it, oldest first.
pub fn of_matter(tx: &mut Tx<'_>, matter: MatterId) -> Result<Vec<Inspection>> {
    tx.all(
        sql!(
            "SELECT i.id, i.facility_id, i.matter_id, i.place_id, i.code, i.finding, i.words, i.photo_id, i.resident_id, i.helper_id,
                 i.noted_on, i.due_on, i.due_rule, i.state, i.answer, i.answered_on, i.settled_on, i.recorded_at, i.version
             FROM matter m JOIN facility f ON f.county_id = m.county_id AND f.matter_id = m.id
                 JOIN inspection i ON i.county_id = f.county_id AND i.facility_id = f.id
             WHERE m.county_id = $1 AND (m.id = $2 OR m.merged_into = $2) AND i.finding = 'defect' ORDER BY i.id LIMIT 200"
        ),
        args![matter],
    )
}

/// What a person noted by name, for that person's own data.
pub fn of_resident(tx: &mut Tx<'_>, resident: ResidentId) -> Result<Vec<Inspection>> {
    tx.all(
        sql!(
            "SELECT id, facility_id, matter_id, place_id, code, finding, words, photo_id, resident_id, helper_id, noted_on, due_on,
                 due_rule, state, answer, answered_on, settled_on, recorded_at, version
             FROM inspection WHERE county_id = $1 AND resident_id = $2 ORDER BY id DESC LIMIT 1000"
        ),
        args![resident],
    )
}

/// How many defects of a facility wait.
pub fn waiting(tx: &mut Tx<'_>, facility: FacilityId) -> Result<i64> {
    tx.number(
        sql!(
            "SELECT COUNT(*) FROM inspection
             WHERE county_id = $1 AND facility_id = $2 AND state IN ('open', 'answered')"
        ),
        args![facility],
    )
}
