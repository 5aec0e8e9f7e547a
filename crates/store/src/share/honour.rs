//! Thanks: those of a matter, of a place's board, of a person.

use crate::record::entry::erase_salts;
use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::id::{HonourId, MatterId, PlaceId, ResidentId};
use civic::record::Recorded;
use civic::share::honour::{Consent, Honour};
use civic::time::Day;
use civic::token::Token;

impl FromRow for Honour {
    const TABLE: &'static str = "honour";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get()?,
            matter: row.get()?,
            place: row.get()?,
            resident: row.get()?,
            name: row.get()?,
            words: row.get()?,
            asked_on: row.get()?,
            consent: {
                let (consent, on): (Option<Consent>, Option<Day>) = (row.token_or_none()?, row.get()?);
                consent.zip(on)
            },
            until: row.get()?,
            state: row.token()?,
            created_at: row.get()?,
            version: row.get()?,
        })
    }
}

/// Writes new thanks.
pub fn put(tx: &mut Tx<'_>, one: &Honour) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO honour (county_id, id, matter_id, place_id, resident_id, name, words, asked_on, consent, consent_on, until_on, state,
                 created_at, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
        ),
        args![
            one.id,
            one.matter,
            one.place,
            one.resident,
            one.name.as_deref(),
            one.words.as_deref(),
            one.asked_on,
            one.consent.map(|(consent, _)| consent.as_str()),
            one.consent.map(|(_, on)| on),
            one.until,
            one.state.as_str(),
            one.created_at,
            one.version
        ],
    )?;
    Ok(())
}

/// Writes changed thanks over the version that was read.
pub fn change(tx: &mut Tx<'_>, one: &Honour) -> Result<()> {
    tx.change(
        sql!(
            "UPDATE honour SET resident_id = $3, name = $4, words = $5, consent = $6, consent_on = $7, until_on = $8, state = $9,
                 version = version + 1
             WHERE county_id = $1 AND id = $2 AND version = $10"
        ),
        args![
            one.id,
            one.resident,
            one.name.as_deref(),
            one.words.as_deref(),
            one.consent.map(|(consent, _)| consent.as_str()),
            one.consent.map(|(_, on)| on),
            one.until,
            one.state.as_str(),
            one.version
        ],
    )
}

/// Takes name and words away and what ties the record to them; the row as it is now.
pub fn end(tx: &mut Tx<'_>, gone: &Honour) -> Result<Honour> {
    change(tx, gone)?;
    erase_salts(tx, Honour::NOUN, gone.noun_id())?;
    Ok(Honour { version: gone.version + 1, ..gone.clone() })
}

/// Thanks by their id.
pub fn get(tx: &mut Tx<'_>, id: HonourId) -> Result<Honour> {
    tx.one(
        sql!(
            "SELECT id, matter_id, place_id, resident_id, name, words, asked_on, consent, consent_on, until_on, state, created_at, version
             FROM honour WHERE county_id = $1 AND id = $2"
        ),
        args![id],
    )
}

/// Those of a matter that wait or are shown, oldest first.
pub fn of_matter(tx: &mut Tx<'_>, matter: MatterId) -> Result<Vec<Honour>> {
    tx.all(
        sql!(
            "SELECT id, matter_id, place_id, resident_id, name, words, asked_on, consent, consent_on, until_on, state, created_at, version
             FROM honour WHERE county_id = $1 AND matter_id = $2 AND state <> 'ended' ORDER BY id LIMIT 200"
        ),
        args![matter],
    )
}

/// Those of a person that wait or are shown, latest first.
pub fn of_resident(tx: &mut Tx<'_>, who: ResidentId) -> Result<Vec<Honour>> {
    tx.all(
        sql!(
            "SELECT id, matter_id, place_id, resident_id, name, words, asked_on, consent, consent_on, until_on, state, created_at, version
             FROM honour WHERE county_id = $1 AND resident_id = $2 AND state <> 'ended' ORDER BY id DESC LIMIT 200"
        ),
        args![who],
    )
}

/// Those whose last day is over on `today`.
pub fn ending(tx: &mut Tx<'_>, today: Day) -> Result<Vec<Honour>> {
    tx.all(
        sql!(
            "SELECT id, matter_id, place_id, resident_id, name, words, asked_on, consent, consent_on, until_on, state, created_at, version
             FROM honour WHERE county_id = $1 AND until_on < $2 ORDER BY until_on, id LIMIT 200"
        ),
        args![today],
    )
}

/// One line of a board.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The thanks.
    pub honour: Honour,
    /// The public number of the matter.
    pub number: String,
    /// The title of the matter.
    pub title: String,
}

impl FromRow for Line {
    const TABLE: &'static str = "honour";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self { honour: Honour::from_row(row)?, number: row.get()?, title: row.get()? })
    }
}

/// The board of a place and what is below it, the latest first, from `before` on (exclusive).
pub fn board(tx: &mut Tx<'_>, place: PlaceId, before: Option<HonourId>, rows_max: u32) -> Result<Vec<Line>> {
    tx.all(
        sql!(
            "SELECT h.id, h.matter_id, h.place_id, h.resident_id, h.name, h.words, h.asked_on, h.consent, h.consent_on, h.until_on, h.state,
                 h.created_at, h.version, m.number, m.title
             FROM honour h
             JOIN place p ON p.county_id = h.county_id AND p.id = h.place_id
             JOIN matter m ON m.county_id = h.county_id AND m.id = h.matter_id
             WHERE h.county_id = $1 AND h.state = 'shown' AND h.id < $2 AND m.number IS NOT NULL AND m.title IS NOT NULL
                 AND (p.id = $3 OR p.village_id = $3 OR p.township_id = $3 OR p.root_id = $3)
             ORDER BY h.id DESC LIMIT $4"
        ),
        args![before.map_or_else(uuid::Uuid::max, |id| id.uuid()), place, rows_max],
    )
}
