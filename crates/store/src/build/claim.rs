//! Claims of awards and what was paid of them.

use crate::decide::posting::rule_of;
use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::build::award::Known;
use civic::build::claim::{Claim, Payment};
use civic::build::workday::Workdays;
use civic::id::{AccountId, ClaimId, MatterId, PaymentId, PlaceId, ProjectId};
use civic::money::Fen;
use civic::rules::RuleRef;
use civic::token::Token;

impl FromRow for Claim {
    const TABLE: &'static str = "claim";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get()?,
            project: row.get()?,
            matter: row.get()?,
            village: row.get()?,
            scheme: rule_of(row)?,
            claimed_on: row.get()?,
            known: Known {
                cash: row.get()?,
                labour: Workdays::quarters(row.get()?),
                cost: row.get()?,
                planned: row.get()?,
                people: row.int_or_none()?,
                came: row.get::<Option<i64>>()?.zip(row.get()?),
                content: row.int_or_none::<u32>()?.zip(row.int_or_none()?),
                there: {
                    let words: String = row.get()?;
                    Known::there_of(&words).ok_or_else(|| row.corrupt())?
                },
                village_has: row.get()?,
                all_have: row.get()?,
            },
            base: row.get()?,
            award: row.get()?,
            account: row.token()?,
            account_name: row.get()?,
            state: row.token()?,
            entered_by: row.get()?,
            decided_by: row.get::<Option<AccountId>>()?.zip(row.token_or_none()?),
            decided_on: row.get()?,
            reason: row.get()?,
            recorded_at: row.get()?,
            version: row.get()?,
        })
    }
}

impl FromRow for Payment {
    const TABLE: &'static str = "payment";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get()?,
            claim: row.get()?,
            project: row.get()?,
            matter: row.get()?,
            position: row.get()?,
            kind: row.token()?,
            amount: row.get()?,
            paid_on: row.get()?,
            office: row.get()?,
            voucher: row.get()?,
            corrects: row.get()?,
            reason: row.get()?,
            state: row.token()?,
            entered_by: row.get()?,
            judged_by: row.get::<Option<AccountId>>()?.zip(row.token_or_none()?),
            judged_on: row.get()?,
            refused_because: row.get()?,
            recorded_at: row.get()?,
            version: row.get()?,
        })
    }
}

/// Writes a claim.
pub fn put(tx: &mut Tx<'_>, one: &Claim) -> Result<()> {
    let known = &one.known;
    tx.run(
        sql!(
            "INSERT INTO claim (county_id, id, project_id, matter_id, village_id, scheme, scheme_pack, scheme_rule, claimed_on, cash_fen,
                 quarters, cost_fen, planned_fen, people, came, roll, content, asked, there, village_has_fen, all_have_fen, base_fen,
                 award_fen, account_kind, account_name, state, entered_by, decided_by, decided_post, decided_on, reason, recorded_at,
                 version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25,
                 $26, $27, $28, $29, $30, $31, $32, $33)"
        ),
        args![
            one.id,
            one.project,
            one.matter,
            one.village,
            one.scheme.to_string(),
            one.scheme.pack.as_str(),
            one.scheme.id.as_str(),
            one.claimed_on,
            known.cash,
            known.labour.in_quarters(),
            known.cost,
            known.planned,
            known.people.map(i64::from),
            known.came.map(|(came, _)| came),
            known.came.map(|(_, roll)| roll),
            known.content.map(|(content, _)| i64::from(content)),
            known.content.map(|(_, asked)| i64::from(asked)),
            known.there_words(),
            known.village_has,
            known.all_have,
            one.base,
            one.award,
            one.account.as_str(),
            one.account_name.as_str(),
            one.state.as_str(),
            one.entered_by,
            one.decided_by.map(|(by, _)| by),
            one.decided_by.map(|(_, post)| post.as_str()),
            one.decided_on,
            one.reason.as_deref(),
            one.recorded_at,
            one.version
        ],
    )?;
    Ok(())
}

/// Writes where a claim stands over the version that was read. What it was reckoned from never changes.
pub fn change(tx: &mut Tx<'_>, one: &Claim) -> Result<()> {
    tx.change(
        sql!(
            "UPDATE claim SET state = $3, decided_by = $4, decided_post = $5, decided_on = $6, reason = $7, version = version + 1
             WHERE county_id = $1 AND id = $2 AND version = $8"
        ),
        args![
            one.id,
            one.state.as_str(),
            one.decided_by.map(|(by, _)| by),
            one.decided_by.map(|(_, post)| post.as_str()),
            one.decided_on,
            one.reason.as_deref(),
            one.version
        ],
    )
}

/// Writes an entry about money. One at the same place of the same claim is a clash.
pub fn put_payment(tx: &mut Tx<'_>, one: &Payment) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO payment (county_id, id, claim_id, project_id, matter_id, position, kind, amount_fen, paid_on, office, voucher,
                 corrects, reason, state, entered_by, judged_by, judged_post, judged_on, refused_because, recorded_at, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)"
        ),
        args![
            one.id,
            one.claim,
            one.project,
            one.matter,
            one.position,
            one.kind.as_str(),
            one.amount,
            one.paid_on,
            one.office.as_str(),
            one.voucher.as_str(),
            one.corrects,
            one.reason.as_deref(),
            one.state.as_str(),
            one.entered_by,
            one.judged_by.map(|(by, _)| by),
            one.judged_by.map(|(_, post)| post.as_str()),
            one.judged_on,
            one.refused_because.as_deref(),
            one.recorded_at,
            one.version
        ],
    )?;
    Ok(())
}

/// Writes where an entry stands over the version that was read. What it says never changes.
pub fn change_payment(tx: &mut Tx<'_>, one: &Payment) -> Result<()> {
    tx.change(
        sql!(
            "UPDATE payment SET state = $3, judged_by = $4, judged_post = $5, judged_on = $6, refused_because = $7, version = version + 1
             WHERE county_id = $1 AND id = $2 AND version = $8"
        ),
        args![
            one.id,
            one.state.as_str(),
            one.judged_by.map(|(by, _)| by),
            one.judged_by.map(|(_, post)| post.as_str()),
            one.judged_on,
            one.refused_because.as_deref(),
            one.version
        ],
    )
}

/// A claim by its id.
pub fn get(tx: &mut Tx<'_>, id: ClaimId) -> Result<Claim> {
    tx.one(
        sql!(
            "SELECT id, project_id, matter_id, village_id, scheme, claimed_on, cash_fen, quarters, cost_fen, planned_fen,
                 people, came, roll,
                 content, asked, there, village_has_fen, all_have_fen, base_fen, award_fen, account_kind, account_name, state, entered_by,
                 decided_by, decided_post, decided_on, reason, recorded_at, version
             FROM claim WHERE county_id = $1 AND id = $2"
        ),
        args![id],
    )
}

/// The claims of a project, oldest first.
pub fn of_project(tx: &mut Tx<'_>, project: ProjectId) -> Result<Vec<Claim>> {
    tx.all(
        sql!(
            "SELECT id, project_id, matter_id, village_id, scheme, claimed_on, cash_fen, quarters, cost_fen, planned_fen,
                 people, came, roll,
                 content, asked, there, village_has_fen, all_have_fen, base_fen, award_fen, account_kind, account_name, state, entered_by,
                 decided_by, decided_post, decided_on, reason, recorded_at, version
             FROM claim WHERE county_id = $1 AND project_id = $2 ORDER BY id LIMIT 60"
        ),
        args![project],
    )
}

/// The claims of every project of a matter and of those merged into it, oldest first: for its chain.
pub fn of_matter(tx: &mut Tx<'_>, matter: MatterId) -> Result<Vec<Claim>> {
    tx.all(
        sql!(
            "SELECT c.id, c.project_id, c.matter_id, c.village_id, c.scheme, c.claimed_on, c.cash_fen, c.quarters, c.cost_fen,
                 c.planned_fen, c.people, c.came, c.roll, c.content, c.asked, c.there, c.village_has_fen, c.all_have_fen,
                 c.base_fen, c.award_fen, c.account_kind, c.account_name, c.state,
                 c.entered_by, c.decided_by, c.decided_post, c.decided_on, c.reason, c.recorded_at, c.version
             FROM claim c JOIN matter m ON m.county_id = c.county_id AND m.id = c.matter_id
             WHERE c.county_id = $1 AND (m.id = $2 OR m.merged_into = $2) ORDER BY c.id LIMIT 100"
        ),
        args![matter],
    )
}

/// An entry about money by its id.
pub fn payment(tx: &mut Tx<'_>, id: PaymentId) -> Result<Payment> {
    tx.one(
        sql!(
            "SELECT id, claim_id, project_id, matter_id, position, kind, amount_fen, paid_on, office, voucher, corrects,
                 reason, state, entered_by,
                 judged_by, judged_post, judged_on, refused_because, recorded_at, version
             FROM payment WHERE county_id = $1 AND id = $2"
        ),
        args![id],
    )
}

/// The entries about money of a claim, in their order.
pub fn payments(tx: &mut Tx<'_>, claim: ClaimId) -> Result<Vec<Payment>> {
    tx.all(
        sql!(
            "SELECT id, claim_id, project_id, matter_id, position, kind, amount_fen, paid_on, office, voucher, corrects,
                 reason, state, entered_by,
                 judged_by, judged_post, judged_on, refused_because, recorded_at, version
             FROM payment WHERE county_id = $1 AND claim_id = $2 ORDER BY position LIMIT 30"
        ),
        args![claim],
    )
}

/// The entries about money of a project, by claim and in their order.
pub fn payments_of_project(tx: &mut Tx<'_>, project: ProjectId) -> Result<Vec<Payment>> {
    tx.all(
        sql!(
            "SELECT id, claim_id, project_id, matter_id, position, kind, amount_fen, paid_on, office, voucher, corrects,
                 reason, state, entered_by,
                 judged_by, judged_post, judged_on, refused_because, recorded_at, version
             FROM payment WHERE county_id = $1 AND project_id = $2 ORDER BY claim_id, position LIMIT 600"
        ),
        args![project],
    )
}

/// The confirmed entries about money of every project of a matter and of those merged into it, by day: for its chain and its gates.
pub fn payments_of_matter(tx: &mut Tx<'_>, matter: MatterId) -> Result<Vec<Payment>> {
    tx.all(
        sql!(
            "SELECT p.id, p.claim_id, p.project_id, p.matter_id, p.position, p.kind, p.amount_fen, p.paid_on, p.office,
                 p.voucher, p.corrects,
                 p.reason, p.state, p.entered_by, p.judged_by, p.judged_post, p.judged_on, p.refused_because, p.recorded_at, p.version
             FROM payment p JOIN matter m ON m.county_id = p.county_id AND m.id = p.matter_id
             WHERE p.county_id = $1 AND (m.id = $2 OR m.merged_into = $2) AND p.state = 'confirmed'
             ORDER BY p.paid_on, p.id LIMIT 600"
        ),
        args![matter],
    )
}

/// What a village has of a scheme in a calendar year, and what all have: claims that wait count as well, so that two of them cannot come
/// to more than a cap.
pub fn taken(tx: &mut Tx<'_>, scheme: &RuleRef, village: PlaceId, year: i16) -> Result<(Fen, Fen)> {
    let (from, until) = (format!("{year:04}-01-01"), format!("{year:04}-12-31"));
    tx.one(
        sql!(
            "SELECT COALESCE(CAST(SUM(CASE WHEN village_id = $2 THEN award_fen ELSE 0 END) AS BIGINT), 0),
                 COALESCE(CAST(SUM(award_fen) AS BIGINT), 0)
             FROM claim WHERE county_id = $1 AND scheme_pack = $3 AND scheme_rule = $4 AND claimed_on >= $5 AND claimed_on <= $6
                 AND state IN ('claimed', 'approved')"
        ),
        args![village, scheme.pack.as_str(), scheme.id.as_str(), from, until],
    )
}
