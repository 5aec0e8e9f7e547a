//! Orders that changed the budget of a published plan.

use super::project::budget;
use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::build::project::{Budget, ChangeOrder};
use civic::id::{ChangeOrderId, MatterId, ProjectId};

impl FromRow for ChangeOrder {
    const TABLE: &'static str = "change_order";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get()?,
            project: row.get()?,
            matter: row.get()?,
            edition: row.get()?,
            reason: row.get()?,
            approved_by: row.get()?,
            approved_on: row.get()?,
            // Both editions stand in their own tables; [`whole`] puts them in.
            before: Budget::default(),
            after: Budget::default(),
            until_before: row.get()?,
            until_after: row.get()?,
            recorded_at: row.get()?,
        })
    }
}

fn whole(tx: &mut Tx<'_>, read: ChangeOrder) -> Result<ChangeOrder> {
    let before = budget(tx, read.project, read.edition - 1)?;
    let after = budget(tx, read.project, read.edition)?;
    Ok(ChangeOrder { before, after, ..read })
}

/// Writes an order. Its budget is the project's next edition, which [`super::project::extend`] writes.
pub fn put(tx: &mut Tx<'_>, order: &ChangeOrder) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO change_order (county_id, id, project_id, matter_id, edition, reason, approved_by, approved_on, until_before_on,
                 until_after_on, recorded_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        ),
        args![
            order.id,
            order.project,
            order.matter,
            order.edition,
            order.reason.as_str(),
            order.approved_by.as_str(),
            order.approved_on,
            order.until_before,
            order.until_after,
            order.recorded_at
        ],
    )?;
    Ok(())
}

/// An order by its id, with the budget before and after it.
pub fn get(tx: &mut Tx<'_>, id: ChangeOrderId) -> Result<ChangeOrder> {
    let read = tx.one(
        sql!(
            "SELECT id, project_id, matter_id, edition, reason, approved_by, approved_on, until_before_on, until_after_on, recorded_at
             FROM change_order WHERE county_id = $1 AND id = $2"
        ),
        args![id],
    )?;
    whole(tx, read)
}

/// The orders of a project in their order, each with the budget before and after it.
pub fn of_project(tx: &mut Tx<'_>, project: ProjectId) -> Result<Vec<ChangeOrder>> {
    let read: Vec<ChangeOrder> = tx.all(
        sql!(
            "SELECT id, project_id, matter_id, edition, reason, approved_by, approved_on, until_before_on, until_after_on, recorded_at
             FROM change_order WHERE county_id = $1 AND project_id = $2 ORDER BY edition LIMIT 50"
        ),
        args![project],
    )?;
    read.into_iter().map(|one| whole(tx, one)).collect()
}

/// The orders of every project of a matter and of those merged into it, without their budgets: for its chain.
pub fn of_matter(tx: &mut Tx<'_>, matter: MatterId) -> Result<Vec<ChangeOrder>> {
    tx.all(
        sql!(
            "SELECT o.id, o.project_id, o.matter_id, o.edition, o.reason, o.approved_by, o.approved_on, o.until_before_on, o.until_after_on,
                 o.recorded_at
             FROM change_order o JOIN matter m ON m.county_id = o.county_id AND m.id = o.matter_id
             WHERE o.county_id = $1 AND (m.id = $2 OR m.merged_into = $2) ORDER BY o.id LIMIT 200"
        ),
        args![matter],
    )
}
