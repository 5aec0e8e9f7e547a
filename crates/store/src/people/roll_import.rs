//! Rolls taken in as a whole: everything that came with one stands under one entry, each row by its digest.

use super::{household, membership, place, resident};
use crate::record::verify::{Problem, Report};
use crate::{Db, Error, FromRow, Reader, Result, Tx, args, sql};
use civic::id::{CountyId, HouseholdId, MembershipId, PlaceId, ResidentId, RollImportId};
use civic::people::household::Household;
use civic::people::place::Place;
use civic::people::roll_import::{self, Changes, Listed, Roll, RollImport};
use civic::people::table::ROWS_MAX;
use civic::record::Noun;
use civic::time::Day;
use civic::token::Token;
use uuid::Uuid;

/// Rows read in one statement.
const PAGE: u32 = 1000;

impl FromRow for RollImport {
    const TABLE: &'static str = "roll_import";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get()?,
            place: row.get()?,
            day: row.get()?,
            extent: row.token()?,
            households: row.int()?,
            people: row.int()?,
            moved: row.int()?,
            corrected: row.int()?,
            ended: row.int()?,
            digest: row.get()?,
            rows_digest: row.get()?,
        })
    }
}

/// The roll of a village as it is on a day, held whole.
#[derive(Clone, Debug)]
pub struct Held {
    village: Place,
    hamlets: Vec<Place>,
    households: Vec<Household>,
    people: Vec<Listed>,
}

impl Held {
    /// As `civic` takes it.
    pub fn roll(&self) -> Roll<'_> {
        Roll { village: &self.village, hamlets: &self.hamlets, households: &self.households, people: &self.people }
    }
}

/// Loads the roll of a village, to compare a table with it. A village has a few thousand people; twice the rows that a table may
/// have are the bound.
pub fn load(tx: &mut Tx<'_>, village: PlaceId, day: Day) -> Result<Held> {
    let village = place::get(tx, village)?;
    let hamlets = place::children(tx, village.id, day, "", 500)?;
    let mut households: Vec<Household> = Vec::new();
    loop {
        let page = household::of_village(tx, village.id, households.last().map(|h| h.id), PAGE)?;
        let full = page.len() >= usize::try_from(PAGE).unwrap_or(0);
        households.extend(page);
        if !full || households.len() > 2 * ROWS_MAX {
            break;
        }
    }
    let kind = roll_import::kind(&village);
    let mut people: Vec<Listed> = Vec::new();
    loop {
        let after = people.last().map(|listed| listed.membership.id);
        let page = resident::on_roll(tx, village.id, kind, day, after, PAGE)?;
        let full = page.len() >= usize::try_from(PAGE).unwrap_or(0);
        people.extend(page.into_iter().map(|m| Listed { resident: m.resident, membership: m.membership }));
        if !full || people.len() > 2 * ROWS_MAX {
            break;
        }
    }
    Ok(Held { village, hamlets, households, people })
}

/// Writes everything that taking a plan in changes. The caller commits [`Changes::entries`].
pub fn put(tx: &mut Tx<'_>, changes: &Changes) -> Result<()> {
    let import = &changes.import;
    tx.run(
        sql!(
            "INSERT INTO roll_import (county_id, id, place_id, day, extent, households, people, moved, corrected, ended, digest,
                 rows_digest)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
        ),
        args![
            import.id,
            import.place,
            import.day,
            import.extent.as_str(),
            import.households,
            import.people,
            import.moved,
            import.corrected,
            import.ended,
            import.digest.as_str(),
            import.rows_digest.as_str()
        ],
    )?;
    // What ends first makes room for a household of the same label.
    for ended in &changes.memberships_ended {
        membership::change(tx, ended)?;
    }
    for ended in &changes.households_ended {
        household::change(tx, ended)?;
    }
    for right in &changes.residents_changed {
        resident::change(tx, right)?;
    }
    for new in &changes.households_new {
        household::put_in(tx, new, import.place)?;
    }
    for new in &changes.residents_new {
        resident::put(tx, new)?;
    }
    for new in &changes.memberships_new {
        membership::put(tx, new)?;
    }
    for row in &changes.rows {
        tx.run(
            sql!(
                "INSERT INTO roll_import_row (county_id, import_id, noun, noun_id, salt, digest) VALUES ($1, $2, $3, $4, $5, $6)"
            ),
            args![import.id, row.noun.as_str(), row.noun_id, row.salt, row.digest],
        )?;
    }
    Ok(())
}

/// An import by its id.
pub fn get(tx: &mut Tx<'_>, id: RollImportId) -> Result<RollImport> {
    tx.one(
        sql!(
            "SELECT id, place_id, day, extent, households, people, moved, corrected, ended, digest, rows_digest FROM roll_import
             WHERE county_id = $1 AND id = $2"
        ),
        args![id],
    )
}

/// The imports of a village, newest first.
pub fn of_village(tx: &mut Tx<'_>, village: PlaceId, rows_max: u32) -> Result<Vec<RollImport>> {
    tx.all(
        sql!(
            "SELECT id, place_id, day, extent, households, people, moved, corrected, ended, digest, rows_digest FROM roll_import
             WHERE county_id = $1 AND place_id = $2 ORDER BY id DESC LIMIT $3"
        ),
        args![village, rows_max],
    )
}

/// Deletes the salt of a row that came with an import: its digest says nothing any more.
pub(super) fn erase_salt(tx: &mut Tx<'_>, noun: Noun, noun_id: Uuid) -> Result<u64> {
    tx.run(
        sql!("UPDATE roll_import_row SET salt = NULL WHERE county_id = $1 AND noun = $2 AND noun_id = $3"),
        args![noun.as_str(), noun_id],
    )
}

struct Kept {
    noun: Noun,
    noun_id: Uuid,
    salt: Option<Vec<u8>>,
    digest: [u8; 32],
    /// Whether the row has an entry of its own by now, which then speaks for it.
    own: bool,
}
impl FromRow for Kept {
    const TABLE: &'static str = "roll_import_row";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            noun: row.token()?,
            noun_id: row.get()?,
            salt: row.get()?,
            digest: row.bytes()?,
            own: row.get::<i64>()? > 0,
        })
    }
}

/// Checks the rows that came with imports and were not changed since: each against its digest, and all digests of one import
/// against the entry of that import.
pub(crate) fn verify(db: &Db, county: CountyId, report: &mut Report) -> Result<()> {
    let mut after = Uuid::nil();
    loop {
        let imports: Vec<RollImport> = db.read_now(county, move |tx| {
            tx.all(
                sql!(
                    "SELECT id, place_id, day, extent, households, people, moved, corrected, ended, digest, rows_digest FROM roll_import
                     WHERE county_id = $1 AND id > $2 ORDER BY id LIMIT 50"
                ),
                args![after],
            )
        })?;
        let Some(last) = imports.last() else { return Ok(()) };
        after = last.id.uuid();
        for import in imports {
            let (problems, same) = db.read_now(county, move |tx| check(tx, &import))?;
            report.problems.extend(problems);
            report.rows += same;
        }
    }
}

fn check(tx: &mut Tx<'_>, import: &RollImport) -> Result<(Vec<Problem>, i64)> {
    let entry = crate::record::entry::last_of(tx, Noun::RollImport, import.id.uuid())?
        .map_or_else(Uuid::nil, |stored| stored.entry.id.uuid());
    let mut rows = Vec::new();
    let mut problems = Vec::new();
    let mut same = 0;
    let (mut noun, mut noun_id) = (String::new(), Uuid::nil());
    loop {
        let page: Vec<Kept> = tx.all(
            sql!(
                "SELECT i.noun, i.noun_id, i.salt, i.digest,
                     (SELECT COUNT(*) FROM entry e WHERE e.county_id = $1 AND e.noun = i.noun AND e.noun_id = i.noun_id)
                 FROM roll_import_row i WHERE i.county_id = $1 AND i.import_id = $2 AND (i.noun, i.noun_id) > ($3, $4)
                 ORDER BY i.noun, i.noun_id LIMIT $5"
            ),
            args![import.id, noun.as_str(), noun_id, PAGE],
        )?;
        let Some(last) = page.last() else { break };
        noun = last.noun.as_str().to_owned();
        noun_id = last.noun_id;
        for kept in page {
            rows.push((kept.noun, kept.noun_id, kept.digest));
            let salt = kept.salt.and_then(|salt| <[u8; 16]>::try_from(salt).ok());
            let (Some(salt), false) = (salt, kept.own) else { continue };
            match again(tx, kept.noun, kept.noun_id, &salt) {
                Ok(found) if found == kept.digest => same += 1,
                Ok(_) => problems.push(Problem::Altered {
                    noun: kept.noun,
                    id: kept.noun_id,
                    entry,
                    fields: vec!["digest".to_owned()],
                }),
                Err(Error::Missing) => problems.push(Problem::Gone { noun: kept.noun, id: kept.noun_id }),
                Err(Error::Corrupt { table, column, .. }) => {
                    problems.push(Problem::Unreadable { table, column, id: kept.noun_id });
                }
                Err(error) => return Err(error),
            }
        }
    }
    if roll_import::rows_digest(&rows) != import.rows_digest {
        let fields = vec!["rows_digest".to_owned()];
        problems.push(Problem::Altered { noun: Noun::RollImport, id: import.id.uuid(), entry, fields });
    }
    Ok((problems, same))
}

fn again(tx: &mut Tx<'_>, noun: Noun, id: Uuid, salt: &[u8; 16]) -> Result<[u8; 32]> {
    match noun {
        Noun::Household => Ok(roll_import::row_digest(&household::get(tx, HouseholdId::from(id))?, salt)),
        Noun::Resident => Ok(roll_import::row_digest(&resident::get(tx, ResidentId::from(id))?, salt)),
        Noun::Membership => Ok(roll_import::row_digest(&membership::get(tx, MembershipId::from(id))?, salt)),
        _ => Err(Error::Missing),
    }
}
