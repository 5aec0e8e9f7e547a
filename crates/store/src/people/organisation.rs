//! Organisations: committees, councils, associations and their branches.

use crate::{Error, FromRow, Reader, Result, Tx, args, sql};
use civic::id::{OrganisationId, PlaceId};
use civic::people::organisation::{Organisation, OrganisationKind, OrganisationState};
use civic::people::place::Level;
use civic::time::Day;
use civic::token::Token;

impl FromRow for Organisation {
    const TABLE: &'static str = "organisation";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get()?,
            kind: row.token()?,
            name: row.get()?,
            place: row.get()?,
            parent: row.get()?,
            branch: row.get()?,
            contact: row.get()?,
            state: row.token()?,
            since: row.get()?,
            version: row.get()?,
        })
    }
}

/// Writes a new organisation.
pub fn put(tx: &mut Tx<'_>, organisation: &Organisation) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO organisation (county_id, id, kind, name, place_id, parent_id, branch, contact, state, since, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        ),
        args![
            organisation.id,
            organisation.kind.as_str(),
            organisation.name.as_str(),
            organisation.place,
            organisation.parent,
            organisation.branch,
            organisation.contact.as_deref(),
            organisation.state.as_str(),
            organisation.since,
            organisation.version
        ],
    )?;
    Ok(())
}

/// Writes a changed organisation over the version that was read.
pub fn change(tx: &mut Tx<'_>, organisation: &Organisation) -> Result<()> {
    tx.change(
        sql!(
            "UPDATE organisation SET name = $3, contact = $4, state = $5, since = $6, version = version + 1
             WHERE county_id = $1 AND id = $2 AND version = $7"
        ),
        args![
            organisation.id,
            organisation.name.as_str(),
            organisation.contact.as_deref(),
            organisation.state.as_str(),
            organisation.since,
            organisation.version
        ],
    )
}

/// An organisation by its id.
pub fn get(tx: &mut Tx<'_>, id: OrganisationId) -> Result<Organisation> {
    tx.one(
        sql!(
            "SELECT id, kind, name, place_id, parent_id, branch, contact, state, since, version FROM organisation
             WHERE county_id = $1 AND id = $2"
        ),
        args![id],
    )
}

/// The organisations of a place that are not dissolved, by name, after `after` (name and id).
pub fn of_place(
    tx: &mut Tx<'_>,
    place: PlaceId,
    after: Option<(&str, OrganisationId)>,
    rows_max: u32,
) -> Result<Vec<Organisation>> {
    let (name, id) = after.map_or(("", uuid::Uuid::nil()), |(name, id)| (name, id.uuid()));
    tx.all(
        sql!(
            "SELECT id, kind, name, place_id, parent_id, branch, contact, state, since, version FROM organisation
             WHERE county_id = $1 AND place_id = $2 AND state <> 'dissolved' AND (name, id) > ($3, $4)
             ORDER BY name, id LIMIT $5"
        ),
        args![place, name, id, rows_max],
    )
}

/// One line of the register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The organisation.
    pub organisation: Organisation,
    /// The name of its place.
    pub place_name: String,
    /// The code of its place.
    pub place_code: String,
}

impl FromRow for Line {
    const TABLE: &'static str = "organisation";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        let organisation = Organisation::from_row(row)?;
        Ok(Self { organisation, place_name: row.get()?, place_code: row.get()? })
    }
}

/// Where the register goes on: code of the place, name and id of the last line.
pub type After<'a> = (&'a str, &'a str, OrganisationId);

/// The organisations of a place and below, by place and name, after the line `after`; of one kind or all, in one state or all but the
/// dissolved ones.
pub fn list(
    tx: &mut Tx<'_>,
    place: PlaceId,
    kind: Option<OrganisationKind>,
    state: Option<OrganisationState>,
    after: Option<After<'_>>,
    rows_max: u32,
) -> Result<Vec<Line>> {
    let (code, name, id) = after.map_or(("", "", uuid::Uuid::nil()), |(code, name, id)| (code, name, id.uuid()));
    tx.all(
        sql!(
            "SELECT o.id, o.kind, o.name, o.place_id, o.parent_id, o.branch, o.contact, o.state, o.since, o.version, p.name, p.code
             FROM organisation o JOIN place p ON p.county_id = o.county_id AND p.id = o.place_id
             WHERE o.county_id = $1 AND (p.id = $2 OR p.village_id = $2 OR p.township_id = $2 OR p.root_id = $2)
                 AND (CAST($3 AS TEXT) = '' OR o.kind = CAST($3 AS TEXT))
                 AND ((CAST($4 AS TEXT) = '' AND o.state <> 'dissolved') OR o.state = CAST($4 AS TEXT))
                 AND (p.code, o.name, o.id) > ($5, $6, $7)
             ORDER BY p.code, o.name, o.id LIMIT $8"
        ),
        args![
            place,
            kind.map(Token::as_str).unwrap_or_default(),
            state.map(Token::as_str).unwrap_or_default(),
            code,
            name,
            id,
            rows_max
        ],
    )
}

/// How many organisations of a kind there are at a place directly below, or at the place itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// What kind.
    pub kind: OrganisationKind,
    /// Whether they are branches.
    pub branch: bool,
    /// The place directly below, or the place itself.
    pub place: Option<PlaceId>,
    /// How many.
    pub n: i64,
}

impl FromRow for Tally {
    const TABLE: &'static str = "organisation";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self { kind: row.token()?, branch: row.get()?, place: row.get()?, n: row.get()? })
    }
}

/// The organisations of a place and below that are not dissolved, counted by kind and by the places directly below.
pub fn tally(tx: &mut Tx<'_>, place: PlaceId, level: Level) -> Result<Vec<Tally>> {
    tx.all(
        sql!(
            "SELECT o.kind, o.branch,
                 CASE CAST($3 AS TEXT) WHEN 'county' THEN p.township_id WHEN 'township' THEN p.village_id ELSE p.id END, COUNT(*)
             FROM organisation o JOIN place p ON p.county_id = o.county_id AND p.id = o.place_id
             WHERE o.county_id = $1 AND (p.id = $2 OR p.village_id = $2 OR p.township_id = $2 OR p.root_id = $2)
                 AND o.state <> 'dissolved'
             GROUP BY 1, 2, 3 ORDER BY 1, 2, 3 LIMIT 5000"
        ),
        args![place, level.as_str()],
    )
}

/// The branches of an association, and whatever else belongs to it, by name.
pub fn of_parent(tx: &mut Tx<'_>, parent: OrganisationId) -> Result<Vec<Line>> {
    tx.all(
        sql!(
            "SELECT o.id, o.kind, o.name, o.place_id, o.parent_id, o.branch, o.contact, o.state, o.since, o.version, p.name, p.code
             FROM organisation o JOIN place p ON p.county_id = o.county_id AND p.id = o.place_id
             WHERE o.county_id = $1 AND o.parent_id = $2 ORDER BY o.name, o.id LIMIT 500"
        ),
        args![parent],
    )
}

/// The associations that can have branches: those that are no branch themselves.
pub fn associations(tx: &mut Tx<'_>) -> Result<Vec<Organisation>> {
    tx.all(
        sql!(
            "SELECT id, kind, name, place_id, parent_id, branch, contact, state, since, version FROM organisation
             WHERE county_id = $1 AND NOT branch AND kind IN ('chamber', 'intellectuals', 'new_strata', 'worthies')
                 AND state <> 'dissolved' ORDER BY name, id LIMIT 200"
        ),
        &[],
    )
}

/// A step in the life of an association, as the record holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LifeStep {
    /// Which organisation.
    pub organisation: OrganisationId,
    /// Where it was from then on.
    pub state: OrganisationState,
    /// Since when.
    pub since: Day,
}

/// The lives of the associations at a place and below, each from its beginning: read from the record, which no row can contradict
/// without being found out.
pub fn lives(tx: &mut Tx<'_>, place: PlaceId) -> Result<Vec<LifeStep>> {
    let entries: Vec<(OrganisationId, String)> = tx.all(
        sql!(
            "SELECT e.noun_id, e.facts
             FROM organisation o JOIN place p ON p.county_id = o.county_id AND p.id = o.place_id
                 JOIN entry e ON e.county_id = o.county_id AND e.noun = 'organisation' AND e.noun_id = o.id
             WHERE o.county_id = $1 AND (p.id = $2 OR p.village_id = $2 OR p.township_id = $2 OR p.root_id = $2)
                 AND o.kind IN ('chamber', 'intellectuals', 'new_strata', 'worthies')
             ORDER BY e.noun_id, e.turn LIMIT 20000"
        ),
        args![place],
    )?;
    let read = |(organisation, facts): (OrganisationId, String)| {
        let corrupt =
            |column: &str| Error::Corrupt { table: "entry", column: column.to_owned(), id: organisation.to_string() };
        let facts: serde_json::Value = serde_json::from_str(&facts).map_err(|_| corrupt("facts"))?;
        let word = |field: &str| facts.get(field).and_then(serde_json::Value::as_str);
        let state = word("state").and_then(OrganisationState::parse).ok_or_else(|| corrupt("facts"))?;
        let since = word("since").and_then(Day::parse).ok_or_else(|| corrupt("facts"))?;
        Ok(LifeStep { organisation, state, since })
    };
    entries.into_iter().map(read).collect()
}
