//! Memberships: as what somebody belongs to a place, with dates.

use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::id::{HouseholdId, MembershipId, ResidentId};
use civic::people::membership::Membership;
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
            version: row.get()?,
        })
    }
}

/// Writes a new membership.
pub fn put(tx: &mut Tx<'_>, membership: &Membership) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO membership (county_id, id, resident_id, kind, place_id, household_id, area_cm2, from_day, until_day, basis,
                 version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
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
            "SELECT id, resident_id, kind, place_id, household_id, area_cm2, from_day, until_day, basis, version FROM membership
             WHERE county_id = $1 AND id = $2"
        ),
        args![id],
    )
}

/// The memberships of a resident, past ones too, newest first.
pub fn of_resident(tx: &mut Tx<'_>, resident: ResidentId) -> Result<Vec<Membership>> {
    tx.all(
        sql!(
            "SELECT id, resident_id, kind, place_id, household_id, area_cm2, from_day, until_day, basis, version FROM membership
             WHERE county_id = $1 AND resident_id = $2 ORDER BY from_day DESC, id DESC LIMIT 200"
        ),
        args![resident],
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
