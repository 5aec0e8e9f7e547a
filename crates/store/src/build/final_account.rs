//! Final accounts with their lines, and what the books of a project say.

use crate::decide::posting::rule_or_none;
use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::build::claim::paid;
use civic::build::final_account::{Books, FinalAccount, Income, Spent, THINGS_MAX};
use civic::build::project::Line;
use civic::build::workday::Workdays;
use civic::id::{AccountId, FinalAccountId, MatterId, ProjectId};
use civic::money::Fen;
use civic::token::Token;

impl FromRow for FinalAccount {
    const TABLE: &'static str = "final_account";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get()?,
            project: row.get()?,
            matter: row.get()?,
            rest_use: row.get()?,
            resolution: row.get()?,
            state: row.token()?,
            entered_by: row.get()?,
            checked_by: row.get::<Option<AccountId>>()?.zip(row.token_or_none()?),
            opinion: row.get()?,
            posted_on: row.get()?,
            posted_until: row.get()?,
            posting_rule: rule_or_none(row)?,
            recorded_at: row.get()?,
            version: row.get()?,
            // Lines stand in their own tables; [`whole`] puts them in.
            lines: Vec::new(),
            income: Vec::new(),
        })
    }
}

impl FromRow for Spent {
    const TABLE: &'static str = "final_account_line";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        let planned = Line {
            name: row.get()?,
            quantity: row.get()?,
            cover: row.token()?,
            amount: row.get()?,
            days: row.int_or_none::<i64>()?.map(Workdays::quarters),
        };
        Ok(Self {
            planned,
            quantity: row.get()?,
            amount: row.get()?,
            days: row.int_or_none::<i64>()?.map(Workdays::quarters),
            voucher: row.get()?,
        })
    }
}

impl FromRow for Income {
    const TABLE: &'static str = "final_account_income";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            kind: row.token()?,
            whose: row.get()?,
            planned: row.get()?,
            planned_days: row.int_or_none::<i64>()?.map(Workdays::quarters),
            amount: row.get()?,
            days: row.int_or_none::<i64>()?.map(Workdays::quarters),
            things: row.get()?,
            from_books: row.get()?,
        })
    }
}

/// Writes a final account with its lines.
pub fn put(tx: &mut Tx<'_>, one: &FinalAccount) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO final_account (county_id, id, project_id, matter_id, rest_use, resolution_id, state, entered_by, checked_by,
                 checked_post, opinion, posted_on, posted_until, posting_rule, recorded_at, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
        ),
        args![
            one.id,
            one.project,
            one.matter,
            one.rest_use.as_deref(),
            one.resolution,
            one.state.as_str(),
            one.entered_by,
            one.checked_by.map(|(by, _)| by),
            one.checked_by.map(|(_, post)| post.as_str()),
            one.opinion.as_deref(),
            one.posted_on,
            one.posted_until,
            one.posting_rule.as_ref().map(ToString::to_string),
            one.recorded_at,
            one.version
        ],
    )?;
    for (position, line) in (1_i64..).zip(&one.lines) {
        tx.run(
            sql!(
                "INSERT INTO final_account_line (county_id, final_account_id, position, name, planned_quantity, cover, planned_fen,
                     planned_quarters, quantity, amount_fen, quarters, voucher)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
            ),
            args![
                one.id,
                position,
                line.planned.name.as_str(),
                line.planned.quantity.as_deref(),
                line.planned.cover.as_str(),
                line.planned.amount,
                line.planned.days.map(Workdays::in_quarters),
                line.quantity.as_deref(),
                line.amount,
                line.days.map(Workdays::in_quarters),
                line.voucher.as_deref()
            ],
        )?;
    }
    for (position, row) in (1_i64..).zip(&one.income) {
        tx.run(
            sql!(
                "INSERT INTO final_account_income (county_id, final_account_id, position, kind, whose, planned_fen, planned_quarters,
                     amount_fen, quarters, things, from_books)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
            ),
            args![
                one.id,
                position,
                row.kind.as_str(),
                row.whose.as_deref(),
                row.planned,
                row.planned_days.map(Workdays::in_quarters),
                row.amount,
                row.days.map(Workdays::in_quarters),
                row.things.as_deref(),
                row.from_books
            ],
        )?;
    }
    Ok(())
}

/// Writes where a final account stands over the version that was read. What it says never changes.
pub fn change(tx: &mut Tx<'_>, one: &FinalAccount) -> Result<()> {
    tx.change(
        sql!(
            "UPDATE final_account SET state = $3, checked_by = $4, checked_post = $5, opinion = $6, posted_on = $7, posted_until = $8,
                 posting_rule = $9, version = version + 1
             WHERE county_id = $1 AND id = $2 AND version = $10"
        ),
        args![
            one.id,
            one.state.as_str(),
            one.checked_by.map(|(by, _)| by),
            one.checked_by.map(|(_, post)| post.as_str()),
            one.opinion.as_deref(),
            one.posted_on,
            one.posted_until,
            one.posting_rule.as_ref().map(ToString::to_string),
            one.version
        ],
    )
}

fn whole(tx: &mut Tx<'_>, read: FinalAccount) -> Result<FinalAccount> {
    let lines = tx.all(
        sql!(
            "SELECT name, planned_quantity, cover, planned_fen, planned_quarters, quantity, amount_fen, quarters, voucher
             FROM final_account_line WHERE county_id = $1 AND final_account_id = $2 ORDER BY position LIMIT 60"
        ),
        args![read.id],
    )?;
    let income = tx.all(
        sql!(
            "SELECT kind, whose, planned_fen, planned_quarters, amount_fen, quarters, things, from_books
             FROM final_account_income WHERE county_id = $1 AND final_account_id = $2 ORDER BY position LIMIT 60"
        ),
        args![read.id],
    )?;
    Ok(FinalAccount { lines, income, ..read })
}

/// A final account by its id.
pub fn get(tx: &mut Tx<'_>, id: FinalAccountId) -> Result<FinalAccount> {
    let read = tx.one(
        sql!(
            "SELECT id, project_id, matter_id, rest_use, resolution_id, state, entered_by, checked_by, checked_post, opinion, posted_on,
                 posted_until, posting_rule, recorded_at, version
             FROM final_account WHERE county_id = $1 AND id = $2"
        ),
        args![id],
    )?;
    whole(tx, read)
}

/// The final accounts of a project, oldest first.
pub fn of_project(tx: &mut Tx<'_>, project: ProjectId) -> Result<Vec<FinalAccount>> {
    let read: Vec<FinalAccount> = tx.all(
        sql!(
            "SELECT id, project_id, matter_id, rest_use, resolution_id, state, entered_by, checked_by, checked_post, opinion, posted_on,
                 posted_until, posting_rule, recorded_at, version
             FROM final_account WHERE county_id = $1 AND project_id = $2 ORDER BY id LIMIT 30"
        ),
        args![project],
    )?;
    read.into_iter().map(|one| whole(tx, one)).collect()
}

/// The final accounts of every project of a matter and of those merged into it, with their lines: for its chain and its gates.
pub fn of_matter(tx: &mut Tx<'_>, matter: MatterId) -> Result<Vec<FinalAccount>> {
    let read: Vec<FinalAccount> = tx.all(
        sql!(
            "SELECT f.id, f.project_id, f.matter_id, f.rest_use, f.resolution_id, f.state, f.entered_by, f.checked_by, f.checked_post, f.opinion, f.posted_on,
                 f.posted_until, f.posting_rule, f.recorded_at, f.version
             FROM final_account f JOIN matter m ON m.county_id = f.county_id AND m.id = f.matter_id
             WHERE f.county_id = $1 AND (m.id = $2 OR m.merged_into = $2) ORDER BY f.id LIMIT 100"
        ),
        args![matter],
    )?;
    read.into_iter().map(|one| whole(tx, one)).collect()
}

/// What the books of a project say: what two people saw.
pub fn books(tx: &mut Tx<'_>, project: ProjectId) -> Result<Books> {
    let (residents, organisations, quarters): (Fen, Fen, i64) = tx.one(
        sql!(
            "SELECT COALESCE(CAST(SUM(CASE WHEN kind = 'cash' AND giver_kind <> 'organisation' THEN amount_fen ELSE 0 END) AS BIGINT), 0),
                 COALESCE(CAST(SUM(CASE WHEN kind = 'cash' AND giver_kind = 'organisation' THEN amount_fen ELSE 0 END) AS BIGINT), 0),
                 COALESCE(CAST(SUM(CASE WHEN kind = 'labour' THEN quarters ELSE 0 END) AS BIGINT), 0)
             FROM contribution WHERE county_id = $1 AND project_id = $2 AND state = 'confirmed'"
        ),
        args![project],
    )?;
    let things: Vec<(String, String)> = tx.all(
        sql!(
            "SELECT item, quantity FROM contribution
             WHERE county_id = $1 AND project_id = $2 AND state = 'confirmed' AND kind = 'thing' ORDER BY given_on, id LIMIT $3"
        ),
        args![project, i64::try_from(THINGS_MAX).unwrap_or(i64::MAX)],
    )?;
    let awards = paid(&super::claim::payments_of_project(tx, project)?);
    Ok(Books {
        residents,
        organisations,
        awards,
        days: Workdays::quarters(quarters),
        things: things.into_iter().map(|(item, quantity)| format!("{item}{quantity}")).collect(),
    })
}
