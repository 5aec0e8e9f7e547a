//! Practice bases.

use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::id::{BaseId, OrganisationId, PlaceId};
use civic::people::practice_base::PracticeBase;
use civic::programme::evidence;
use civic::token::Token;
use uuid::Uuid;

impl FromRow for PracticeBase {
    const TABLE: &'static str = "practice_base";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        let (id, place, name, theme, host) = (row.get()?, row.get()?, row.get()?, row.token()?, row.get()?);
        let partners: String = row.get()?;
        let partners = evidence::split_ids(&partners).ok_or_else(|| row.corrupt())?;
        let (services, results) = (row.get()?, row.get()?);
        let links: String = row.get()?;
        let links = evidence::split(&links).ok_or_else(|| row.corrupt())?;
        Ok(Self {
            id,
            place,
            name,
            theme,
            host,
            partners,
            services,
            results,
            links,
            state: row.token()?,
            since: row.get()?,
            version: row.get()?,
        })
    }
}

/// Writes a new base.
pub fn put(tx: &mut Tx<'_>, one: &PracticeBase) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO practice_base (county_id, id, place_id, name, theme, host_id, partner_ids, services, results, links, state, since,
                 version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
        ),
        args![
            one.id,
            one.place,
            one.name.as_str(),
            one.theme.as_str(),
            one.host,
            evidence::join_ids(&one.partners),
            one.services.as_str(),
            one.results.as_deref(),
            evidence::join(&one.links),
            one.state.as_str(),
            one.since,
            one.version
        ],
    )?;
    lead_back(tx, one)
}

/// Writes a changed base over the version that was read.
pub fn change(tx: &mut Tx<'_>, one: &PracticeBase) -> Result<()> {
    tx.change(
        sql!(
            "UPDATE practice_base SET name = $3, theme = $4, partner_ids = $5, services = $6, results = $7, links = $8, state = $9,
                 since = $10, version = version + 1
             WHERE county_id = $1 AND id = $2 AND version = $11"
        ),
        args![
            one.id,
            one.name.as_str(),
            one.theme.as_str(),
            evidence::join_ids(&one.partners),
            one.services.as_str(),
            one.results.as_deref(),
            evidence::join(&one.links),
            one.state.as_str(),
            one.since,
            one.version
        ],
    )?;
    tx.run(sql!("DELETE FROM practice_base_organisation WHERE county_id = $1 AND base_id = $2"), args![one.id])?;
    lead_back(tx, one)
}

fn lead_back(tx: &mut Tx<'_>, one: &PracticeBase) -> Result<()> {
    for organisation in std::iter::once(&one.host).chain(&one.partners) {
        tx.run(
            sql!("INSERT INTO practice_base_organisation (county_id, base_id, organisation_id) VALUES ($1, $2, $3)"),
            args![one.id, *organisation],
        )?;
    }
    Ok(())
}

/// A base by its id.
pub fn get(tx: &mut Tx<'_>, id: BaseId) -> Result<PracticeBase> {
    tx.one(
        sql!(
            "SELECT id, place_id, name, theme, host_id, partner_ids, services, results, links, state, since, version
             FROM practice_base WHERE county_id = $1 AND id = $2"
        ),
        args![id],
    )
}

/// A base with the name of its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The base.
    pub base: PracticeBase,
    /// The name of its place.
    pub place_name: String,
}

impl FromRow for Line {
    const TABLE: &'static str = "practice_base";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        let base = PracticeBase::from_row(row)?;
        Ok(Self { base, place_name: row.get()? })
    }
}

/// The bases at a place and below, by place and name, after `after` (name and id).
pub fn within(tx: &mut Tx<'_>, place: PlaceId, after: Option<(&str, BaseId)>, rows_max: u32) -> Result<Vec<Line>> {
    let (name, id) = after.map_or(("", Uuid::nil()), |(name, id)| (name, id.uuid()));
    tx.all(
        sql!(
            "SELECT b.id, b.place_id, b.name, b.theme, b.host_id, b.partner_ids, b.services, b.results, b.links, b.state, b.since,
                 b.version, p.name
             FROM practice_base b JOIN place p ON p.county_id = b.county_id AND p.id = b.place_id
             WHERE b.county_id = $1 AND (p.id = $2 OR p.village_id = $2 OR p.township_id = $2 OR p.root_id = $2)
                 AND (b.name, b.id) > ($3, $4)
             ORDER BY b.name, b.id LIMIT $5"
        ),
        args![place, name, id, rows_max],
    )
}

/// The bases that an organisation keeps or takes part in.
pub fn of_organisation(tx: &mut Tx<'_>, organisation: OrganisationId) -> Result<Vec<Line>> {
    tx.all(
        sql!(
            "SELECT b.id, b.place_id, b.name, b.theme, b.host_id, b.partner_ids, b.services, b.results, b.links, b.state, b.since,
                 b.version, p.name
             FROM practice_base_organisation l JOIN practice_base b ON b.county_id = l.county_id AND b.id = l.base_id
                 JOIN place p ON p.county_id = b.county_id AND p.id = b.place_id
             WHERE l.county_id = $1 AND l.organisation_id = $2 ORDER BY b.name, b.id LIMIT 50"
        ),
        args![organisation],
    )
}
