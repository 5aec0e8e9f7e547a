//! Memberships: as what somebody belongs to a place, with dates.

use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::id::{HouseholdId, Id, MembershipId, PlaceId, ResidentId};
use civic::people::membership::{Membership, MembershipKind};
use civic::time::Day;
use civic::token::Token;

impl FromRow for Membership {
    const TABLE: &'static str = "membership";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get()?,
            resident: row.get()?,
            kind: row.token()?,
            place: row.get()?,
            household: row.get()?,
            area_cm2: row.get()?,
            from: row.get()?,
            until: row.get()?,
            basis: row.token()?,
            represents: {
                let word: Option<String> = row.get()?;
                let ids = word.as_deref().unwrap_or_default().split(',').filter(|id| !id.is_empty());
                ids.map(|id| Id::parse(id).ok_or_else(|| row.corrupt())).collect::<Result<Vec<HouseholdId>>>()?
            },
            version: row.get()?,
        })
    }
}

/// The households represented as they stand in the column; nothing where there are none.
fn represents(membership: &Membership) -> Option<String> {
    Some(membership.represents_word()).filter(|word| !word.is_empty())
}

/// Writes a new membership.
pub fn put(tx: &mut Tx<'_>, membership: &Membership) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO membership (county_id, id, resident_id, kind, place_id, household_id, area_cm2, from_day, until_day, basis,
                 represents, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
        ),
        args![
            membership.id,
            membership.resident,
            membership.kind.as_str(),
            membership.place,
            membership.household,
            membership.area_cm2,
            membership.from,
            membership.until,
            membership.basis.as_str(),
            represents(membership),
            membership.version
        ],
    )?;
    Ok(())
}

/// Writes a changed membership over the version that was read: only its end and its area ever change.
pub fn change(tx: &mut Tx<'_>, membership: &Membership) -> Result<()> {
    tx.change(
        sql!(
            "UPDATE membership SET area_cm2 = $3, until_day = $4, version = version + 1
             WHERE county_id = $1 AND id = $2 AND version = $5"
        ),
        args![membership.id, membership.area_cm2, membership.until, membership.version],
    )
}

/// A membership by its id.
pub fn get(tx: &mut Tx<'_>, id: MembershipId) -> Result<Membership> {
    tx.one(
        sql!(
            "SELECT id, resident_id, kind, place_id, household_id, area_cm2, from_day, until_day, basis,
                 represents, version FROM membership
             WHERE county_id = $1 AND id = $2"
        ),
        args![id],
    )
}

/// The memberships of a resident, past ones too, newest first.
pub fn of_resident(tx: &mut Tx<'_>, resident: ResidentId) -> Result<Vec<Membership>> {
    tx.all(
        sql!(
            "SELECT id, resident_id, kind, place_id, household_id, area_cm2, from_day, until_day, basis,
                 represents, version FROM membership
             WHERE county_id = $1 AND resident_id = $2 ORDER BY from_day DESC, id DESC LIMIT 200"
        ),
        args![resident],
    )
}

/// A membership with the name of whose it is and the label of its household.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The membership.
    pub membership: Membership,
    /// The name; `None` once it was erased.
    pub name: Option<String>,
    /// The household by which people know the person at home: that of the membership, or the one they are on the roll with.
    pub label: Option<String>,
}

impl FromRow for Named {
    const TABLE: &'static str = "membership";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self { membership: Membership::from_row(row)?, name: row.get()?, label: row.get()? })
    }
}

/// Everybody who is or was `kind` at a place or below it, in the order in which they began; at most `rows_max`.
pub fn of_kind(tx: &mut Tx<'_>, place: PlaceId, kind: MembershipKind, rows_max: u32) -> Result<Vec<Named>> {
    tx.all(
        sql!(
            "SELECT m.id, m.resident_id, m.kind, m.place_id, m.household_id, m.area_cm2, m.from_day, m.until_day, m.basis, m.represents,
                 m.version, r.name, h.label
             FROM place p JOIN membership m ON m.county_id = p.county_id AND m.place_id = p.id
                 JOIN resident r ON r.county_id = m.county_id AND r.id = m.resident_id
                 LEFT JOIN household h ON h.county_id = m.county_id AND h.id = m.household_id
             WHERE p.county_id = $1 AND (p.id = $2 OR p.village_id = $2) AND m.kind = $3 ORDER BY m.from_day, m.id LIMIT $4"
        ),
        args![place, kind.as_str(), rows_max],
    )
}

/// How many people belong to a household after `day`.
pub fn people_after(tx: &mut Tx<'_>, household: HouseholdId, day: Day) -> Result<usize> {
    let people = tx.number(
        sql!(
            "SELECT COUNT(DISTINCT resident_id) FROM membership
             WHERE county_id = $1 AND household_id = $2 AND (until_day IS NULL OR until_day > $3)"
        ),
        args![household, day],
    )?;
    Ok(usize::try_from(people).unwrap_or(0))
}
