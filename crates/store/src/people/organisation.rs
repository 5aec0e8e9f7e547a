//! Organisations: committees, councils, associations and their branches.

use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::id::{OrganisationId, PlaceId};
use civic::people::organisation::Organisation;
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
