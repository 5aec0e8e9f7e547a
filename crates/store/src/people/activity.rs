//! Activities of organisations.

use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::decide::code::PublicNumber;
use civic::id::{ActivityId, OrganisationId, PlaceId};
use civic::people::activity::Activity;
use civic::time::Day;
use civic::token::Token;
use uuid::Uuid;

impl FromRow for Activity {
    const TABLE: &'static str = "activity";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get()?,
            organisation: row.get()?,
            kind: row.token()?,
            held: row.get()?,
            place: row.get()?,
            purpose: row.get()?,
            open_to: row.token()?,
            matter: row.get()?,
            organisations: row.int_or_none()?,
            people: row.int_or_none()?,
            state: row.token()?,
            reason: row.get()?,
            recorded_at: row.get()?,
            version: row.get()?,
        })
    }
}

/// Writes a new activity.
pub fn put(tx: &mut Tx<'_>, one: &Activity) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO activity (county_id, id, organisation_id, kind, held_on, place_id, purpose, open_to, matter_id, organisations,
                 people, state, reason, recorded_at, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"
        ),
        args![
            one.id,
            one.organisation,
            one.kind.as_str(),
            one.held,
            one.place,
            one.purpose.as_str(),
            one.open_to.as_str(),
            one.matter,
            one.organisations.map(i64::from),
            one.people.map(i64::from),
            one.state.as_str(),
            one.reason.as_deref(),
            one.recorded_at,
            one.version
        ],
    )?;
    Ok(())
}

/// Writes a changed activity over the version that was read.
pub fn change(tx: &mut Tx<'_>, one: &Activity) -> Result<()> {
    tx.change(
        sql!(
            "UPDATE activity SET organisations = $3, people = $4, state = $5, reason = $6, version = version + 1
             WHERE county_id = $1 AND id = $2 AND version = $7"
        ),
        args![
            one.id,
            one.organisations.map(i64::from),
            one.people.map(i64::from),
            one.state.as_str(),
            one.reason.as_deref(),
            one.version
        ],
    )
}

/// An activity by its id.
pub fn get(tx: &mut Tx<'_>, id: ActivityId) -> Result<Activity> {
    tx.one(
        sql!(
            "SELECT id, organisation_id, kind, held_on, place_id, purpose, open_to, matter_id, organisations, people, state, reason,
                 recorded_at, version
             FROM activity WHERE county_id = $1 AND id = $2"
        ),
        args![id],
    )
}

/// One line of the log of an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The activity.
    pub activity: Activity,
    /// The name of its place.
    pub place_name: String,
    /// The matter that it served, as it goes on: title and public number.
    pub matter: Option<(String, PublicNumber)>,
}

impl FromRow for Line {
    const TABLE: &'static str = "activity";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        let activity = Activity::from_row(row)?;
        let place_name = row.get()?;
        let (title, number): (Option<String>, Option<String>) = (row.get()?, row.get()?);
        let number = number.map(|n| PublicNumber::parse(&n).map_err(|_| row.corrupt())).transpose()?;
        Ok(Self { activity, place_name, matter: title.zip(number) })
    }
}

/// The activities of an organisation, the newest first, after the line `after`.
pub fn of_organisation(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    after: Option<(Day, ActivityId)>,
    rows_max: u32,
) -> Result<Vec<Line>> {
    let (day, id) = after.map_or(("9999-12-31".to_owned(), Uuid::max()), |(day, id)| (day.to_string(), id.uuid()));
    tx.all(
        sql!(
            "SELECT a.id, a.organisation_id, a.kind, a.held_on, a.place_id, a.purpose, a.open_to, a.matter_id, a.organisations, a.people,
                 a.state, a.reason, a.recorded_at, a.version, p.name, COALESCE(v.title, m.title), COALESCE(v.number, m.number)
             FROM activity a JOIN place p ON p.county_id = a.county_id AND p.id = a.place_id
                 LEFT JOIN matter m ON m.county_id = a.county_id AND m.id = a.matter_id
                 LEFT JOIN matter v ON v.county_id = m.county_id AND v.id = m.merged_into
             WHERE a.county_id = $1 AND a.organisation_id = $2 AND (a.held_on, a.id) < ($3, $4)
             ORDER BY a.held_on DESC, a.id DESC LIMIT $5"
        ),
        args![organisation, day, id, rows_max],
    )
}

/// What associations at a place and below did from one day to another (both counted in).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// Which organisation.
    pub organisation: OrganisationId,
    /// How many activities were held.
    pub activities: u32,
    /// Of these, by how many a public matter was carried on that has its answer.
    pub handled: u32,
}

impl FromRow for Done {
    const TABLE: &'static str = "activity";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self { organisation: row.get()?, activities: row.int()?, handled: row.int()? })
    }
}

/// How much each association at a place and below did from `from` to `until`.
pub fn done(tx: &mut Tx<'_>, place: PlaceId, from: Day, until: Day) -> Result<Vec<Done>> {
    tx.all(
        sql!(
            "SELECT a.organisation_id, COUNT(*), COUNT(CASE WHEN a.kind = 'matter_handled' AND m.plan NOT IN ('raised', 'sorted') THEN 1 END)
             FROM activity a JOIN organisation o ON o.county_id = a.county_id AND o.id = a.organisation_id
                 JOIN place p ON p.county_id = o.county_id AND p.id = o.place_id
                 LEFT JOIN matter m ON m.county_id = a.county_id AND m.id = a.matter_id
             WHERE a.county_id = $1 AND (p.id = $2 OR p.village_id = $2 OR p.township_id = $2 OR p.root_id = $2)
                 AND o.kind IN ('chamber', 'intellectuals', 'new_strata', 'worthies')
                 AND a.state = 'held' AND a.held_on >= $3 AND a.held_on <= $4
             GROUP BY a.organisation_id ORDER BY a.organisation_id LIMIT 5000"
        ),
        args![place, from, until],
    )
}
