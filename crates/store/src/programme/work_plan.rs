//! Tasks of work plans.

use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::id::{OrganisationId, ProgrammeId, TaskId};
use civic::programme::evidence;
use civic::programme::work_plan::Task;
use civic::token::Token;

impl FromRow for Task {
    const TABLE: &'static str = "task";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        let (id, programme, goal, owner) = (row.get()?, row.get()?, row.get()?, row.get()?);
        let helpers: String = row.get()?;
        let helpers = evidence::split_ids(&helpers).ok_or_else(|| row.corrupt())?;
        let (due, document, funding) = (row.get()?, row.get()?, row.get()?);
        let links: String = row.get()?;
        let evidence = evidence::split(&links).ok_or_else(|| row.corrupt())?;
        Ok(Self {
            id,
            programme,
            goal,
            owner,
            helpers,
            due,
            document,
            funding,
            evidence,
            state: row.token()?,
            ended: row.get()?,
            reason: row.get()?,
            version: row.get()?,
        })
    }
}

/// Writes a new task.
pub fn put(tx: &mut Tx<'_>, one: &Task) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO task (county_id, id, programme_id, goal, owner_id, helper_ids, due_on, document, funding, evidence, state, ended_on,
                 reason, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
        ),
        args![
            one.id,
            one.programme,
            one.goal.as_str(),
            one.owner,
            evidence::join_ids(&one.helpers),
            one.due,
            one.document.as_str(),
            one.funding.as_deref(),
            evidence::join(&one.evidence),
            one.state.as_str(),
            one.ended,
            one.reason.as_deref(),
            one.version
        ],
    )?;
    for organisation in std::iter::once(&one.owner).chain(&one.helpers) {
        tx.run(
            sql!("INSERT INTO task_organisation (county_id, task_id, organisation_id) VALUES ($1, $2, $3)"),
            args![one.id, *organisation],
        )?;
    }
    Ok(())
}

/// Writes a changed task over the version that was read. Who answers for it never changes.
pub fn change(tx: &mut Tx<'_>, one: &Task) -> Result<()> {
    tx.change(
        sql!(
            "UPDATE task SET evidence = $3, state = $4, ended_on = $5, reason = $6, version = version + 1
             WHERE county_id = $1 AND id = $2 AND version = $7"
        ),
        args![one.id, evidence::join(&one.evidence), one.state.as_str(), one.ended, one.reason.as_deref(), one.version],
    )
}

/// A task by its id.
pub fn get(tx: &mut Tx<'_>, id: TaskId) -> Result<Task> {
    tx.one(
        sql!(
            "SELECT id, programme_id, goal, owner_id, helper_ids, due_on, document, funding, evidence, state, ended_on, reason, version
             FROM task WHERE county_id = $1 AND id = $2"
        ),
        args![id],
    )
}

/// The tasks of a programme in the order of their last days.
pub fn of_programme(tx: &mut Tx<'_>, programme: ProgrammeId) -> Result<Vec<Task>> {
    tx.all(
        sql!(
            "SELECT id, programme_id, goal, owner_id, helper_ids, due_on, document, funding, evidence, state, ended_on, reason, version
             FROM task WHERE county_id = $1 AND programme_id = $2 ORDER BY due_on, id LIMIT 200"
        ),
        args![programme],
    )
}

/// The organisations that have a part in a programme's tasks: id and name.
pub fn organisations(tx: &mut Tx<'_>, programme: ProgrammeId) -> Result<Vec<(OrganisationId, String)>> {
    tx.all(
        sql!(
            "SELECT DISTINCT o.id, o.name
             FROM task t JOIN task_organisation l ON l.county_id = t.county_id AND l.task_id = t.id
                 JOIN organisation o ON o.county_id = l.county_id AND o.id = l.organisation_id
             WHERE t.county_id = $1 AND t.programme_id = $2 ORDER BY o.name, o.id LIMIT 500"
        ),
        args![programme],
    )
}

/// The tasks that an organisation answers for or helps with, in the order of their last days.
pub fn of_organisation(tx: &mut Tx<'_>, organisation: OrganisationId) -> Result<Vec<Task>> {
    tx.all(
        sql!(
            "SELECT t.id, t.programme_id, t.goal, t.owner_id, t.helper_ids, t.due_on, t.document, t.funding, t.evidence, t.state, t.ended_on,
                 t.reason, t.version
             FROM task_organisation l JOIN task t ON t.county_id = l.county_id AND t.id = l.task_id
             WHERE l.county_id = $1 AND l.organisation_id = $2 ORDER BY t.due_on, t.id LIMIT 50"
        ),
        args![organisation],
    )
}
