//! Places, and the serials of their public numbers.

use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::id::PlaceId;
use civic::people::place::{Abbreviation, Level, Place, PlaceCode};
use civic::time::Day;
use civic::token::Token;

impl FromRow for Place {
    const TABLE: &'static str = "place";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        let (id, kind) = (row.get()?, row.token()?);
        let code: String = row.get()?;
        let code = PlaceCode::parse(&code).ok_or_else(|| row.corrupt())?;
        let name = row.get()?;
        let abbreviation: Option<String> = row.get()?;
        let abbreviation = abbreviation.map(|a| Abbreviation::parse(&a).ok_or_else(|| row.corrupt())).transpose()?;
        Ok(Self {
            id,
            kind,
            code,
            name,
            abbreviation,
            parent: row.get()?,
            valid_from: row.get()?,
            valid_until: row.get()?,
            became: row.get()?,
            version: row.get()?,
        })
    }
}

/// The places whose columns of the places above are not those of the place above and their own kind.
pub(super) const LEVELS: &str = sql!(
    "WITH right_one AS (
         SELECT t.id, COALESCE(p.root_id, t.id) AS root_id,
             CASE WHEN t.kind = 'township' THEN t.id ELSE p.township_id END AS township_id,
             CASE WHEN t.kind IN ('village', 'community') THEN t.id ELSE p.village_id END AS village_id
         FROM place t LEFT JOIN place p ON p.county_id = t.county_id AND p.id = t.parent_id WHERE t.county_id = $1
     )
     SELECT t.id, t.root_id IS DISTINCT FROM r.root_id, t.township_id IS DISTINCT FROM r.township_id,
         t.village_id IS DISTINCT FROM r.village_id
     FROM place t JOIN right_one r ON r.id = t.id
     WHERE t.county_id = $1 AND (t.root_id IS DISTINCT FROM r.root_id OR t.township_id IS DISTINCT FROM r.township_id
         OR t.village_id IS DISTINCT FROM r.village_id)
     ORDER BY t.id LIMIT 1000"
);

/// Writes a new place under the place that it names. The place above must be there already.
pub fn put(tx: &mut Tx<'_>, place: &Place) -> Result<()> {
    type Above = (PlaceId, Option<PlaceId>, Option<PlaceId>);
    let above: Option<Above> = match place.parent {
        None => None,
        Some(parent) => Some(tx.one(
            sql!("SELECT root_id, township_id, village_id FROM place WHERE county_id = $1 AND id = $2"),
            args![parent],
        )?),
    };
    let (root, township, village) = above.unwrap_or((place.id, None, None));
    let township = if place.kind.level() == Level::Township { Some(place.id) } else { township };
    let village = if place.kind.level() == Level::Village { Some(place.id) } else { village };
    tx.run(
        sql!(
            "INSERT INTO place (county_id, id, kind, code, name, abbreviation, parent_id, root_id, township_id, village_id, valid_from,
                 valid_until, became_id, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
        ),
        args![
            place.id,
            place.kind.as_str(),
            place.code.to_string(),
            place.name.as_str(),
            place.abbreviation.as_ref().map(Abbreviation::as_str),
            place.parent,
            root,
            township,
            village,
            place.valid_from,
            place.valid_until,
            place.became,
            place.version
        ],
    )?;
    Ok(())
}

/// Writes a changed place over the version that was read. A place never moves to another one.
pub fn change(tx: &mut Tx<'_>, place: &Place) -> Result<()> {
    tx.change(
        sql!(
            "UPDATE place SET name = $3, abbreviation = $4, valid_until = $5, became_id = $6, version = version + 1
             WHERE county_id = $1 AND id = $2 AND version = $7"
        ),
        args![
            place.id,
            place.name.as_str(),
            place.abbreviation.as_ref().map(Abbreviation::as_str),
            place.valid_until,
            place.became,
            place.version
        ],
    )
}

/// A place by its id.
pub fn get(tx: &mut Tx<'_>, id: PlaceId) -> Result<Place> {
    tx.one(
        sql!(
            "SELECT id, kind, code, name, abbreviation, parent_id, valid_from, valid_until, became_id, version FROM place
             WHERE county_id = $1 AND id = $2"
        ),
        args![id],
    )
}

/// The place that has a code on a day.
pub fn by_code(tx: &mut Tx<'_>, code: PlaceCode, day: Day) -> Result<Place> {
    tx.one(
        sql!(
            "SELECT id, kind, code, name, abbreviation, parent_id, valid_from, valid_until, became_id, version FROM place
             WHERE county_id = $1 AND code = $2 AND valid_from <= $3 AND (valid_until IS NULL OR valid_until >= $3)
             ORDER BY valid_from DESC LIMIT 1"
        ),
        args![code.to_string(), day],
    )
}

/// The county's own place, the root of all others.
pub fn root(tx: &mut Tx<'_>) -> Result<Place> {
    tx.one(
        sql!(
            "SELECT id, kind, code, name, abbreviation, parent_id, valid_from, valid_until, became_id, version FROM place
             WHERE county_id = $1 AND parent_id IS NULL ORDER BY valid_from DESC LIMIT 1"
        ),
        &[],
    )
}

/// The place and those above it, innermost first: what [`civic::people::standing::permit`] takes.
pub fn path(tx: &mut Tx<'_>, id: PlaceId) -> Result<Vec<PlaceId>> {
    type Levels = (PlaceId, Option<PlaceId>, Option<PlaceId>, PlaceId);
    let (own, village, township, root): Levels = tx.one(
        sql!("SELECT id, village_id, township_id, root_id FROM place WHERE county_id = $1 AND id = $2"),
        args![id],
    )?;
    let mut path: Vec<PlaceId> = [Some(own), village, township, Some(root)].into_iter().flatten().collect();
    path.dedup();
    Ok(path)
}

/// The place and those above it as they are, innermost first.
pub fn line(tx: &mut Tx<'_>, id: PlaceId) -> Result<Vec<Place>> {
    let mut line: Vec<Place> = tx.all(
        sql!(
            "SELECT a.id, a.kind, a.code, a.name, a.abbreviation, a.parent_id, a.valid_from, a.valid_until, a.became_id, a.version
             FROM place p JOIN place a ON a.county_id = p.county_id AND a.id IN (p.id, p.village_id, p.township_id, p.root_id)
             WHERE p.county_id = $1 AND p.id = $2 LIMIT 4"
        ),
        args![id],
    )?;
    line.sort_by_key(|place| std::cmp::Reverse(place.kind.level()));
    Ok(line)
}

/// The places directly under one that hold on `day`, by code, after the code `after`.
pub fn children(tx: &mut Tx<'_>, id: PlaceId, day: Day, after: &str, rows_max: u32) -> Result<Vec<Place>> {
    tx.all(
        sql!(
            "SELECT id, kind, code, name, abbreviation, parent_id, valid_from, valid_until, became_id, version FROM place
             WHERE county_id = $1 AND parent_id = $2 AND valid_from <= $3 AND (valid_until IS NULL OR valid_until >= $3) AND code > $4
             ORDER BY code LIMIT $5"
        ),
        args![id, day, after, rows_max],
    )
}

/// The villages and communities within a county, a township or a village itself that hold on `day`, by code, after the code `after`.
pub fn villages(tx: &mut Tx<'_>, within: PlaceId, day: Day, after: &str, rows_max: u32) -> Result<Vec<Place>> {
    tx.all(
        sql!(
            "SELECT id, kind, code, name, abbreviation, parent_id, valid_from, valid_until, became_id, version FROM place
             WHERE county_id = $1 AND id = village_id AND (id = $2 OR township_id = $2 OR root_id = $2)
                 AND valid_from <= $3 AND (valid_until IS NULL OR valid_until >= $3) AND code > $4
             ORDER BY code LIMIT $5"
        ),
        args![within, day, after, rows_max],
    )
}

/// The next serial of public numbers that begin with those letters in that year. Gaps are allowed, doubles are not.
pub fn next_serial(tx: &mut Tx<'_>, abbreviation: &Abbreviation, year: i16) -> Result<u32> {
    let (last,): (i64,) = tx.one(
        sql!(
            "INSERT INTO number_series (county_id, abbreviation, year, last) VALUES ($1, $2, $3, 1)
             ON CONFLICT (county_id, abbreviation, year) DO UPDATE SET last = number_series.last + 1
             RETURNING last"
        ),
        args![abbreviation.as_str(), i32::from(year)],
    )?;
    u32::try_from(last).map_err(|_| crate::Error::Clash)
}
