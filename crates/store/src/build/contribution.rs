//! What people give to projects. Lists are ordered by the day, never by what somebody gave.

use crate::record::entry::erase_salt;
use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::build::contribution::{Contribution, ContributionState, Gift, GiftKind, Giver, GiverKind, Sum};
use civic::build::project::Cover;
use civic::build::workday::Workdays;
use civic::id::{AccountId, ContributionId, Id, MatterId, ProjectId, ResidentId};
use civic::money::Fen;
use civic::record::{Noun, Recorded};
use civic::time::Day;
use civic::token::Token;
use uuid::Uuid;

impl FromRow for Contribution {
    const TABLE: &'static str = "contribution";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        let (id, project, matter) = (row.get()?, row.get()?, row.get()?);
        let kind: GiftKind = row.token()?;
        let (amount, task, people, days): (Option<Fen>, Option<String>, Option<u32>, Option<i64>) =
            (row.get()?, row.get()?, row.int_or_none()?, row.get()?);
        let (item, quantity): (Option<String>, Option<String>) = (row.get()?, row.get()?);
        let (sort, tenure) = (row.token_or_none()?, row.token_or_none()?);
        let (worth, paper) = (row.get()?, row.get()?);
        let gift = match kind {
            GiftKind::Cash => amount.map(Gift::Cash),
            GiftKind::Labour => {
                (|| Some(Gift::Labour { task: task?, people: people?, days: Workdays::quarters(days?) }))()
            }
            GiftKind::Thing => {
                (|| Some(Gift::Thing { item: item?, quantity: quantity?, sort: sort?, tenure: tenure?, worth, paper }))(
                )
            }
        };
        let gift = gift.ok_or_else(|| row.corrupt())?;
        let giver_kind: GiverKind = row.token()?;
        let (resident, household, name): (Option<Id<_>>, Option<Id<_>>, Option<String>) =
            (row.get()?, row.get()?, row.get()?);
        let giver = match giver_kind {
            GiverKind::Resident => resident.map(Giver::Resident),
            GiverKind::Household => household.map(Giver::Household),
            GiverKind::Organisation => name.map(Giver::Organisation),
            GiverKind::Unnamed => Some(Giver::Unnamed),
        };
        let giver = giver.ok_or_else(|| row.corrupt())?;
        Ok(Self {
            id,
            project,
            matter,
            gift,
            giver,
            named: row.get()?,
            channel: row.token()?,
            line: row.get()?,
            conditions: row.get()?,
            pledged_on: row.get()?,
            given_on: row.get()?,
            receipt: row.get()?,
            account: row.token_or_none()?.zip(row.get()?),
            state: row.token()?,
            entered_by: row.get()?,
            confirmed_by: row.get::<Option<AccountId>>()?.zip(row.token_or_none()?),
            confirmed_on: row.get()?,
            reason: row.get()?,
            ended_on: row.get()?,
            recorded_at: row.get()?,
            version: row.get()?,
        })
    }
}

/// The columns of a gift that its kind decides.
struct Columns<'g> {
    amount: Option<Fen>,
    task: Option<&'g str>,
    people: Option<u32>,
    quarters: Option<i64>,
    item: Option<&'g str>,
    quantity: Option<&'g str>,
    sort: Option<&'static str>,
    tenure: Option<&'static str>,
    worth: Option<Fen>,
    paper: Option<&'g str>,
}

fn columns(gift: &Gift) -> Columns<'_> {
    let none = Columns {
        amount: None,
        task: None,
        people: None,
        quarters: None,
        item: None,
        quantity: None,
        sort: None,
        tenure: None,
        worth: None,
        paper: None,
    };
    match gift {
        Gift::Cash(amount) => Columns { amount: Some(*amount), ..none },
        Gift::Labour { task, people, days } => {
            Columns { task: Some(task), people: Some(*people), quarters: Some(days.in_quarters()), ..none }
        }
        Gift::Thing { item, quantity, sort, tenure, worth, paper } => Columns {
            item: Some(item),
            quantity: Some(quantity),
            sort: Some(sort.as_str()),
            tenure: Some(tenure.as_str()),
            worth: *worth,
            paper: paper.as_deref(),
            ..none
        },
    }
}

/// The ids and the name of a giver: resident, household, organisation.
fn giver(giver: &Giver) -> (Option<Uuid>, Option<Uuid>, Option<&str>) {
    match giver {
        Giver::Resident(id) => (Some(id.uuid()), None, None),
        Giver::Household(id) => (None, Some(id.uuid()), None),
        Giver::Organisation(name) => (None, None, Some(name)),
        Giver::Unnamed => (None, None, None),
    }
}

/// Writes a new gift.
pub fn put(tx: &mut Tx<'_>, one: &Contribution) -> Result<()> {
    let gift = columns(&one.gift);
    let (resident, household, name) = giver(&one.giver);
    tx.run(
        sql!(
            "INSERT INTO contribution (county_id, id, project_id, matter_id, kind, amount_fen, task, people, quarters, item, quantity,
                 sort, tenure, worth_fen, paper, giver_kind, resident_id, household_id, giver_name, named, channel, line, conditions,
                 pledged_on, given_on, receipt, account_kind, account_name, state, entered_by, confirmed_by, confirmed_post,
                 confirmed_on, reason, ended_on, recorded_at, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
                 $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37)"
        ),
        args![
            one.id,
            one.project,
            one.matter,
            one.gift.kind().as_str(),
            gift.amount,
            gift.task,
            gift.people,
            gift.quarters,
            gift.item,
            gift.quantity,
            gift.sort,
            gift.tenure,
            gift.worth,
            gift.paper,
            one.giver.kind().as_str(),
            resident,
            household,
            name,
            one.named,
            one.channel.as_str(),
            one.line,
            one.conditions.as_deref(),
            one.pledged_on,
            one.given_on,
            one.receipt.as_deref(),
            one.account.as_ref().map(|(kind, _)| kind.as_str()),
            one.account.as_ref().map(|(_, name)| name.as_str()),
            one.state.as_str(),
            one.entered_by,
            one.confirmed_by.map(|(account, _)| account),
            one.confirmed_by.map(|(_, post)| post.as_str()),
            one.confirmed_on,
            one.reason.as_deref(),
            one.ended_on,
            one.recorded_at,
            one.version
        ],
    )?;
    Ok(())
}

/// Writes a changed gift over the version that was read. What and how much never changes; what was wrong is struck and written anew.
pub fn change(tx: &mut Tx<'_>, one: &Contribution) -> Result<()> {
    let (resident, household, name) = giver(&one.giver);
    tx.change(
        sql!(
            "UPDATE contribution SET paper = $3, giver_kind = $4, resident_id = $5, household_id = $6, giver_name = $7, named = $8,
                 conditions = $9, given_on = $10, receipt = $11, account_kind = $12, account_name = $13, state = $14,
                 entered_by = $15, confirmed_by = $16, confirmed_post = $17, confirmed_on = $18, reason = $19, ended_on = $20,
                 version = version + 1
             WHERE county_id = $1 AND id = $2 AND version = $21"
        ),
        args![
            one.id,
            columns(&one.gift).paper,
            one.giver.kind().as_str(),
            resident,
            household,
            name,
            one.named,
            one.conditions.as_deref(),
            one.given_on,
            one.receipt.as_deref(),
            one.account.as_ref().map(|(kind, _)| kind.as_str()),
            one.account.as_ref().map(|(_, name)| name.as_str()),
            one.state.as_str(),
            one.entered_by,
            one.confirmed_by.map(|(account, _)| account),
            one.confirmed_by.map(|(_, post)| post.as_str()),
            one.confirmed_on,
            one.reason.as_deref(),
            one.ended_on,
            one.version
        ],
    )
}

/// A gift by its id.
pub fn get(tx: &mut Tx<'_>, id: ContributionId) -> Result<Contribution> {
    tx.one(
        sql!(
            "SELECT id, project_id, matter_id, kind, amount_fen, task, people, quarters, item, quantity, sort, tenure, worth_fen, paper,
                 giver_kind, resident_id, household_id, giver_name, named, channel, line, conditions, pledged_on, given_on, receipt,
                 account_kind, account_name, state, entered_by, confirmed_by, confirmed_post, confirmed_on, reason, ended_on,
                 recorded_at, version
             FROM contribution WHERE county_id = $1 AND id = $2"
        ),
        args![id],
    )
}

/// A gift with the name of its giver, for whoever may read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The gift.
    pub contribution: Contribution,
    /// The resident's name or the household's label; `None` where there is none any more.
    pub name: Option<String>,
}

impl FromRow for Shown {
    const TABLE: &'static str = "contribution";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        let contribution = Contribution::from_row(row)?;
        let (resident, household): (Option<String>, Option<String>) = (row.get()?, row.get()?);
        let name = match &contribution.giver {
            Giver::Organisation(name) => Some(name.clone()),
            _ => resident.or(household).filter(|name| !name.is_empty()),
        };
        Ok(Self { contribution, name })
    }
}

/// A gift with its giver's name, by its id.
pub fn shown(tx: &mut Tx<'_>, id: ContributionId) -> Result<Shown> {
    tx.one(
        sql!(
            "SELECT c.id, c.project_id, c.matter_id, c.kind, c.amount_fen, c.task, c.people, c.quarters, c.item, c.quantity, c.sort,
                 c.tenure, c.worth_fen, c.paper, c.giver_kind, c.resident_id, c.household_id, c.giver_name, c.named, c.channel, c.line,
                 c.conditions, c.pledged_on, c.given_on, c.receipt, c.account_kind, c.account_name, c.state, c.entered_by,
                 c.confirmed_by, c.confirmed_post, c.confirmed_on, c.reason, c.ended_on, c.recorded_at, c.version, r.name, h.label
             FROM contribution c
             LEFT JOIN resident r ON r.county_id = c.county_id AND r.id = c.resident_id
             LEFT JOIN household h ON h.county_id = c.county_id AND h.id = c.household_id
             WHERE c.county_id = $1 AND c.id = $2"
        ),
        args![id],
    )
}

/// A page of one ledger: what arrived, oldest first, after the gift of that day and id. Promises and what was struck are not in it.
pub fn ledger(
    tx: &mut Tx<'_>,
    project: ProjectId,
    kind: GiftKind,
    after: Option<(Day, ContributionId)>,
    rows_max: u32,
) -> Result<Vec<Shown>> {
    let (day, id) = after.map_or((String::new(), Uuid::nil()), |(day, id)| (day.to_string(), id.uuid()));
    tx.all(
        sql!(
            "SELECT c.id, c.project_id, c.matter_id, c.kind, c.amount_fen, c.task, c.people, c.quarters, c.item, c.quantity, c.sort,
                 c.tenure, c.worth_fen, c.paper, c.giver_kind, c.resident_id, c.household_id, c.giver_name, c.named, c.channel, c.line,
                 c.conditions, c.pledged_on, c.given_on, c.receipt, c.account_kind, c.account_name, c.state, c.entered_by,
                 c.confirmed_by, c.confirmed_post, c.confirmed_on, c.reason, c.ended_on, c.recorded_at, c.version, r.name, h.label
             FROM contribution c
             LEFT JOIN resident r ON r.county_id = c.county_id AND r.id = c.resident_id
             LEFT JOIN household h ON h.county_id = c.county_id AND h.id = c.household_id
             WHERE c.county_id = $1 AND c.project_id = $2 AND c.kind = $3 AND c.state IN ('entered', 'confirmed', 'returned')
                 AND (c.given_on, c.id) > ($4, $5)
             ORDER BY c.given_on, c.id LIMIT $6"
        ),
        args![project, kind.as_str(), day, id, rows_max],
    )
}

/// What still waits for something of an office in a project: promises that have not arrived, entries without a second person. By the day
/// on which they were written down.
pub fn waiting(tx: &mut Tx<'_>, project: ProjectId, rows_max: u32) -> Result<Vec<Shown>> {
    tx.all(
        sql!(
            "SELECT c.id, c.project_id, c.matter_id, c.kind, c.amount_fen, c.task, c.people, c.quarters, c.item, c.quantity, c.sort,
                 c.tenure, c.worth_fen, c.paper, c.giver_kind, c.resident_id, c.household_id, c.giver_name, c.named, c.channel, c.line,
                 c.conditions, c.pledged_on, c.given_on, c.receipt, c.account_kind, c.account_name, c.state, c.entered_by,
                 c.confirmed_by, c.confirmed_post, c.confirmed_on, c.reason, c.ended_on, c.recorded_at, c.version, r.name, h.label
             FROM contribution c
             LEFT JOIN resident r ON r.county_id = c.county_id AND r.id = c.resident_id
             LEFT JOIN household h ON h.county_id = c.county_id AND h.id = c.household_id
             WHERE c.county_id = $1 AND c.project_id = $2 AND c.state IN ('pledged', 'entered') ORDER BY c.id LIMIT $3"
        ),
        args![project, rows_max],
    )
}

/// The gifts of a resident by name, newest first, after that one: for what the person sees and exports of their own data.
pub fn of_resident(
    tx: &mut Tx<'_>,
    resident: ResidentId,
    after: Option<ContributionId>,
    rows_max: u32,
) -> Result<Vec<Contribution>> {
    tx.all(
        sql!(
            "SELECT id, project_id, matter_id, kind, amount_fen, task, people, quarters, item, quantity, sort, tenure, worth_fen, paper,
                 giver_kind, resident_id, household_id, giver_name, named, channel, line, conditions, pledged_on, given_on, receipt,
                 account_kind, account_name, state, entered_by, confirmed_by, confirmed_post, confirmed_on, reason, ended_on,
                 recorded_at, version
             FROM contribution WHERE county_id = $1 AND resident_id = $2 AND id < $3 ORDER BY id DESC LIMIT $4"
        ),
        args![resident, after.map_or(Uuid::max(), |id| id.uuid()), rows_max],
    )
}

/// The sums of a project, by ledger and state. Each ledger has its own numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sums(Vec<(GiftKind, ContributionState, Sum)>);

impl Sums {
    /// The sum of one ledger in one state.
    pub fn of(&self, kind: GiftKind, state: ContributionState) -> Sum {
        self.0.iter().find(|(k, s, _)| *k == kind && *s == state).map_or(Sum::default(), |(_, _, sum)| *sum)
    }
}

struct SumRow(GiftKind, ContributionState, Sum);

impl FromRow for SumRow {
    const TABLE: &'static str = "contribution";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        let (kind, state) = (row.token()?, row.token()?);
        let sum =
            Sum { entries: row.get()?, money: row.get()?, days: Workdays::quarters(row.get()?), people: row.get()? };
        Ok(Self(kind, state, sum))
    }
}

/// The sums of a project.
pub fn sums(tx: &mut Tx<'_>, project: ProjectId) -> Result<Sums> {
    let rows: Vec<SumRow> = tx.all(
        sql!(
            "SELECT kind, state, COUNT(*), COALESCE(CAST(SUM(amount_fen) AS BIGINT), 0), COALESCE(CAST(SUM(quarters) AS BIGINT), 0),
                 COALESCE(CAST(SUM(people) AS BIGINT), 0)
             FROM contribution WHERE county_id = $1 AND project_id = $2 GROUP BY kind, state LIMIT 20"
        ),
        args![project],
    )?;
    Ok(Sums(rows.into_iter().map(|SumRow(kind, state, sum)| (kind, state, sum)).collect()))
}

/// What was confirmed for each line of the budget, by the line's name and what covers it; gifts for the whole are left out. A gift names
/// a line of the edition that counted when it was written down, and an order may have moved that line since.
pub fn of_lines(tx: &mut Tx<'_>, project: ProjectId) -> Result<Vec<(String, Cover, Sum)>> {
    struct OfLine(String, Cover, Sum);
    impl FromRow for OfLine {
        const TABLE: &'static str = "contribution";
        fn from_row(row: &mut Reader<'_>) -> Result<Self> {
            let (line, cover) = (row.get()?, row.token()?);
            let sum = Sum {
                entries: row.get()?,
                money: row.get()?,
                days: Workdays::quarters(row.get()?),
                people: row.get()?,
            };
            Ok(Self(line, cover, sum))
        }
    }
    let rows: Vec<OfLine> = tx.all(
        sql!(
            "SELECT l.name, l.cover, COUNT(*), COALESCE(CAST(SUM(c.amount_fen) AS BIGINT), 0),
                 COALESCE(CAST(SUM(c.quarters) AS BIGINT), 0), COALESCE(CAST(SUM(c.people) AS BIGINT), 0)
             FROM contribution c JOIN project_line l ON l.county_id = c.county_id AND l.project_id = c.project_id
                 AND l.position = c.line AND l.edition = 1 + (SELECT COUNT(*) FROM change_order o
                     WHERE o.county_id = $1 AND o.project_id = c.project_id AND o.recorded_at <= c.recorded_at)
             WHERE c.county_id = $1 AND c.project_id = $2 AND c.state = 'confirmed'
             GROUP BY l.name, l.cover LIMIT 200"
        ),
        args![project],
    )?;
    Ok(rows.into_iter().map(|OfLine(line, cover, sum)| (line, cover, sum)).collect())
}

/// The confirmed sums of every project of a matter and of those merged into it, for its chain: project, ledger, last day, sum.
pub fn of_matter(tx: &mut Tx<'_>, matter: MatterId) -> Result<Vec<OfProject>> {
    tx.all(
        sql!(
            "SELECT c.project_id, c.kind, MIN(c.given_on), MAX(c.given_on), COUNT(*), COALESCE(CAST(SUM(c.amount_fen) AS BIGINT), 0),
                 COALESCE(CAST(SUM(c.quarters) AS BIGINT), 0), COALESCE(CAST(SUM(c.people) AS BIGINT), 0)
             FROM contribution c JOIN matter m ON m.county_id = c.county_id AND m.id = c.matter_id
             WHERE c.county_id = $1 AND (m.id = $2 OR m.merged_into = $2) AND c.state = 'confirmed'
             GROUP BY c.project_id, c.kind LIMIT 150"
        ),
        args![matter],
    )
}

/// The confirmed sum of one ledger of one project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfProject {
    /// The project.
    pub project: ProjectId,
    /// The ledger.
    pub kind: GiftKind,
    /// The first day.
    pub from: Day,
    /// The last day.
    pub until: Day,
    /// The sum.
    pub sum: Sum,
}

impl FromRow for OfProject {
    const TABLE: &'static str = "contribution";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            project: row.get()?,
            kind: row.token()?,
            from: row.get()?,
            until: row.get()?,
            sum: Sum {
                entries: row.get()?,
                money: row.get()?,
                days: Workdays::quarters(row.get()?),
                people: row.get()?,
            },
        })
    }
}

/// Erases who gave and under which conditions. That something was given stays, and is counted. The caller writes the entry.
pub fn erase(tx: &mut Tx<'_>, one: &Contribution) -> Result<Contribution> {
    let gone = one.erased();
    change(tx, &gone)?;
    for field in ["giver", "conditions"] {
        erase_salt(tx, Noun::Contribution, gone.noun_id(), field)?;
    }
    Ok(Contribution { version: gone.version + 1, ..gone })
}
