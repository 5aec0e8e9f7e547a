//! Facilities with their photos.

use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::decide::code::PublicNumber;
use civic::id::{FacilityId, FileId, MatterId, PlaceId};
use civic::manage::facility::{Entered, Facility, FacilityKind, FacilityState};
use civic::point::Point;
use civic::token::Token;
use uuid::Uuid;

impl FromRow for Facility {
    const TABLE: &'static str = "facility";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        let (id, place) = (row.get()?, row.get()?);
        let number: String = row.get()?;
        let number = PublicNumber::parse(&number).map_err(|_| row.corrupt())?;
        Ok(Self {
            id,
            place,
            number,
            matter: row.get()?,
            project: row.get()?,
            without: row.get()?,
            sheet: Entered {
                name: row.get()?,
                kind: row.token()?,
                spot: row.get()?,
                owner: row.get()?,
                user: row.get()?,
                manager: row.get()?,
                contact: row.get()?,
                standard: row.get()?,
                mode: row.token()?,
                yearly_cost: row.get()?,
                cost_source: row.get()?,
                warranty_until: row.get()?,
                at: {
                    let (lon, lat): (Option<i64>, Option<i64>) = (row.get()?, row.get()?);
                    lon.zip(lat).map(|(lon, lat)| Point { lon, lat })
                },
            },
            // Photos stand in their own table; those who show them read them.
            photos: Vec::new(),
            state: row.token()?,
            state_reason: row.get()?,
            entered_on: row.get()?,
            version: row.get()?,
        })
    }
}

/// Writes a new facility. It has no photos yet.
pub fn put(tx: &mut Tx<'_>, facility: &Facility) -> Result<()> {
    let own = &facility.sheet;
    tx.run(
        sql!(
            "INSERT INTO facility (county_id, id, place_id, number, matter_id, project_id, no_project_reason, name, kind, spot, owned_by,
                 used_by, kept_by, contact, standard, upkeep_mode, yearly_cost_fen, cost_source, warranty_until, state, state_reason,
                 entered_on, version, lon, lat)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)"
        ),
        args![
            facility.id,
            facility.place,
            facility.number.to_string(),
            facility.matter,
            facility.project,
            facility.without.as_deref(),
            own.name.as_str(),
            own.kind.as_str(),
            own.spot.as_str(),
            own.owner.as_str(),
            own.user.as_str(),
            own.manager.as_str(),
            own.contact.as_str(),
            own.standard.as_str(),
            own.mode.as_str(),
            own.yearly_cost,
            own.cost_source.as_deref(),
            own.warranty_until,
            facility.state.as_str(),
            facility.state_reason.as_deref(),
            facility.entered_on,
            facility.version,
            own.at.map(|at| at.lon),
            own.at.map(|at| at.lat)
        ],
    )?;
    Ok(())
}

/// Writes a changed facility over the version that was read; photos that came to it are written by [`put_photos`].
pub fn change(tx: &mut Tx<'_>, facility: &Facility) -> Result<()> {
    let own = &facility.sheet;
    tx.change(
        sql!(
            "UPDATE facility SET name = $3, kind = $4, spot = $5, owned_by = $6, used_by = $7, kept_by = $8, contact = $9,
                 standard = $10, upkeep_mode = $11, yearly_cost_fen = $12, cost_source = $13, warranty_until = $14, state = $15,
                 state_reason = $16, lon = $18, lat = $19, version = version + 1
             WHERE county_id = $1 AND id = $2 AND version = $17"
        ),
        args![
            facility.id,
            own.name.as_str(),
            own.kind.as_str(),
            own.spot.as_str(),
            own.owner.as_str(),
            own.user.as_str(),
            own.manager.as_str(),
            own.contact.as_str(),
            own.standard.as_str(),
            own.mode.as_str(),
            own.yearly_cost,
            own.cost_source.as_deref(),
            own.warranty_until,
            facility.state.as_str(),
            facility.state_reason.as_deref(),
            facility.version,
            own.at.map(|at| at.lon),
            own.at.map(|at| at.lat)
        ],
    )
}

/// Writes the photos of a facility from the one after `before` on. The caller has changed the facility, so that nobody else does.
pub fn put_photos(tx: &mut Tx<'_>, facility: &Facility, before: usize) -> Result<()> {
    for (position, file) in (1_i64..).zip(&facility.photos).skip(before) {
        tx.run(
            sql!("INSERT INTO facility_photo (county_id, facility_id, position, file_id) VALUES ($1, $2, $3, $4)"),
            args![facility.id, position, *file],
        )?;
    }
    Ok(())
}

fn whole(tx: &mut Tx<'_>, read: Facility) -> Result<Facility> {
    let photos: Vec<(FileId,)> = tx.all(
        sql!("SELECT file_id FROM facility_photo WHERE county_id = $1 AND facility_id = $2 ORDER BY position LIMIT 20"),
        args![read.id],
    )?;
    Ok(Facility { photos: photos.into_iter().map(|(file,)| file).collect(), ..read })
}

/// A facility by its id.
pub fn get(tx: &mut Tx<'_>, id: FacilityId) -> Result<Facility> {
    let read = tx.one(
        sql!(
            "SELECT id, place_id, number, matter_id, project_id, no_project_reason, name, kind, spot, owned_by, used_by, kept_by,
                 contact, standard, upkeep_mode, yearly_cost_fen, cost_source, warranty_until, lon, lat, state, state_reason,
                 entered_on, version
             FROM facility WHERE county_id = $1 AND id = $2"
        ),
        args![id],
    )?;
    whole(tx, read)
}

/// A facility by its public number.
pub fn by_number(tx: &mut Tx<'_>, number: &PublicNumber) -> Result<Facility> {
    let read = tx.one(
        sql!(
            "SELECT id, place_id, number, matter_id, project_id, no_project_reason, name, kind, spot, owned_by, used_by, kept_by,
                 contact, standard, upkeep_mode, yearly_cost_fen, cost_source, warranty_until, lon, lat, state, state_reason,
                 entered_on, version
             FROM facility WHERE county_id = $1 AND number = $2"
        ),
        args![number.to_string()],
    )?;
    whole(tx, read)
}

/// The facilities of a matter and of those merged into it, oldest first, without their photos.
pub fn of_matter(tx: &mut Tx<'_>, matter: MatterId) -> Result<Vec<Facility>> {
    tx.all(
        sql!(
            "SELECT f.id, f.place_id, f.number, f.matter_id, f.project_id, f.no_project_reason, f.name, f.kind, f.spot, f.owned_by,
                 f.used_by, f.kept_by, f.contact, f.standard, f.upkeep_mode, f.yearly_cost_fen, f.cost_source, f.warranty_until, f.lon,
                 f.lat, f.state,
                 f.state_reason, f.entered_on, f.version
             FROM facility f JOIN matter m ON m.county_id = f.county_id AND m.id = f.matter_id
             WHERE f.county_id = $1 AND (m.id = $2 OR m.merged_into = $2) ORDER BY f.id LIMIT 50"
        ),
        args![matter],
    )
}

/// One line of the register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The facility, without its photos.
    pub facility: Facility,
    /// The name of its place.
    pub place_name: String,
}

impl FromRow for Line {
    const TABLE: &'static str = "facility";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self { facility: Facility::from_row(row)?, place_name: row.get()? })
    }
}

/// The register of a place and everything below, latest first, after the facility `after`. What is gone is left out unless asked for.
pub fn list(
    tx: &mut Tx<'_>,
    place: PlaceId,
    kind: Option<FacilityKind>,
    state: Option<FacilityState>,
    after: Option<FacilityId>,
    rows_max: u32,
) -> Result<Vec<Line>> {
    tx.all(
        sql!(
            "SELECT f.id, f.place_id, f.number, f.matter_id, f.project_id, f.no_project_reason, f.name, f.kind, f.spot, f.owned_by,
                 f.used_by, f.kept_by, f.contact, f.standard, f.upkeep_mode, f.yearly_cost_fen, f.cost_source, f.warranty_until, f.lon,
                 f.lat, f.state,
                 f.state_reason, f.entered_on, f.version, p.name
             FROM place p JOIN facility f ON f.county_id = p.county_id AND f.place_id = p.id
             WHERE p.county_id = $1 AND (p.id = $2 OR p.village_id = $2 OR p.township_id = $2 OR p.root_id = $2)
                 AND (CAST($3 AS TEXT) IS NULL OR f.kind = CAST($3 AS TEXT))
                 AND ((CAST($4 AS TEXT) IS NULL AND f.state <> 'removed') OR f.state = CAST($4 AS TEXT)) AND f.id < $5
             ORDER BY f.id DESC LIMIT $6"
        ),
        args![
            place,
            kind.map(Token::as_str),
            state.map(Token::as_str),
            after.map_or(Uuid::max(), FacilityId::uuid),
            rows_max
        ],
    )
}
