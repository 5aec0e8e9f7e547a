//! Postings.

use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::decide::posting::Posting;
use civic::id::{MatterId, PostingId, ResolutionId};
use civic::rules::RuleRef;
use civic::time::Day;
use civic::token::Token;
use uuid::Uuid;

/// Reads the rule that a column holds.
pub(crate) fn rule_of(row: &mut Reader<'_>) -> Result<RuleRef> {
    let word: String = row.get()?;
    RuleRef::parse(&word).ok_or_else(|| row.corrupt())
}

/// Reads the rule that a column holds, or NULL.
pub(crate) fn rule_or_none(row: &mut Reader<'_>) -> Result<Option<RuleRef>> {
    let word: Option<String> = row.get()?;
    word.map(|word| RuleRef::parse(&word).ok_or_else(|| row.corrupt())).transpose()
}

/// The rows that stand under other places than their own place does.
pub(super) const LEVELS: &str = sql!(
    "SELECT t.id, FALSE, t.township_id IS DISTINCT FROM p.township_id, t.village_id IS DISTINCT FROM p.village_id
     FROM posting t JOIN place p ON p.county_id = t.county_id AND p.id = t.place_id
     WHERE t.county_id = $1 AND (t.township_id IS DISTINCT FROM p.township_id OR t.village_id IS DISTINCT FROM p.village_id)
     ORDER BY t.id LIMIT 1000"
);

impl FromRow for Posting {
    const TABLE: &'static str = "posting";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get()?,
            matter: row.get()?,
            place: row.get()?,
            resolution: row.get()?,
            posted_on: row.get()?,
            until: row.get()?,
            objections_until: row.get()?,
            text: row.get()?,
            hangs_at: row.get()?,
            state: row.token()?,
            taken_down_on: row.get()?,
            corrections: row.int()?,
            posting_rule: rule_of(row)?,
            objection_rule: rule_or_none(row)?,
            created_at: row.get()?,
            version: row.get()?,
        })
    }
}

/// Writes a new posting. A resolution that hangs out already is a clash.
pub fn put(tx: &mut Tx<'_>, posting: &Posting) -> Result<()> {
    let (township, village) = super::matter::levels(tx, posting.place)?;
    tx.run(
        sql!(
            "INSERT INTO posting (county_id, id, matter_id, place_id, township_id, village_id, resolution_id, posted_on, until_on,
                 objections_until_on, text, hangs_at, state, taken_down_on, corrections, posting_rule, objection_rule, created_at, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)"
        ),
        args![
            posting.id,
            posting.matter,
            posting.place,
            township,
            village,
            posting.resolution,
            posting.posted_on,
            posting.until,
            posting.objections_until,
            posting.text.as_str(),
            posting.hangs_at.as_str(),
            posting.state.as_str(),
            posting.taken_down_on,
            posting.corrections,
            posting.posting_rule.to_string(),
            posting.objection_rule.as_ref().map(ToString::to_string),
            posting.created_at,
            posting.version
        ],
    )?;
    crate::search::posting(tx, posting)
}

/// Writes a changed posting over the version that was read. There is no statement that deletes one or shortens its days.
pub fn change(tx: &mut Tx<'_>, posting: &Posting) -> Result<()> {
    tx.change(
        sql!(
            "UPDATE posting SET until_on = $3, objections_until_on = $4, text = $5, state = $6, taken_down_on = $7, corrections = $8,
                 posting_rule = $9, objection_rule = $10, version = version + 1
             WHERE county_id = $1 AND id = $2 AND version = $11"
        ),
        args![
            posting.id,
            posting.until,
            posting.objections_until,
            posting.text.as_str(),
            posting.state.as_str(),
            posting.taken_down_on,
            posting.corrections,
            posting.posting_rule.to_string(),
            posting.objection_rule.as_ref().map(ToString::to_string),
            posting.version
        ],
    )?;
    crate::search::posting(tx, posting)
}

/// A posting by its id.
pub fn get(tx: &mut Tx<'_>, id: PostingId) -> Result<Posting> {
    tx.one(
        sql!(
            "SELECT id, matter_id, place_id, resolution_id, posted_on, until_on, objections_until_on, text, hangs_at, state, taken_down_on,
                 corrections, posting_rule, objection_rule, created_at, version
             FROM posting WHERE county_id = $1 AND id = $2"
        ),
        args![id],
    )
}

/// The posting of a resolution, once it hangs.
pub fn of_resolution(tx: &mut Tx<'_>, resolution: ResolutionId) -> Result<Option<Posting>> {
    tx.optional(
        sql!(
            "SELECT id, matter_id, place_id, resolution_id, posted_on, until_on, objections_until_on, text, hangs_at, state, taken_down_on,
                 corrections, posting_rule, objection_rule, created_at, version
             FROM posting WHERE county_id = $1 AND resolution_id = $2"
        ),
        args![resolution],
    )
}

/// The postings in a matter and in those merged into it, oldest first.
pub fn of_matter(tx: &mut Tx<'_>, matter: MatterId) -> Result<Vec<Posting>> {
    tx.all(
        sql!(
            "SELECT p.id, p.matter_id, p.place_id, p.resolution_id, p.posted_on, p.until_on, p.objections_until_on, p.text, p.hangs_at,
                 p.state, p.taken_down_on, p.corrections, p.posting_rule, p.objection_rule, p.created_at, p.version
             FROM posting p JOIN matter m ON m.county_id = p.county_id AND m.id = p.matter_id
             WHERE p.county_id = $1 AND (m.id = $2 OR m.merged_into = $2) ORDER BY p.posted_on, p.id LIMIT 100"
        ),
        args![matter],
    )
}

/// Where a list of postings looks.
pub use super::matter::Within;

/// One line of a list of postings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The posting.
    pub posting: Posting,
    /// Its matter's title.
    pub title: Option<String>,
    /// Its matter's public number.
    pub number: Option<String>,
    /// The name of its place.
    pub place_name: String,
}

impl FromRow for Line {
    const TABLE: &'static str = "posting";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        let posting = Posting::from_row(row)?;
        Ok(Self { posting, title: row.get()?, number: row.get()?, place_name: row.get()? })
    }
}

/// The places of a list as bounds of one statement: everything, or one of three columns.
fn bounds(within: Within) -> (bool, Uuid, Uuid, Uuid, Uuid) {
    let nil = Uuid::nil();
    match within {
        Within::County => (true, nil, nil, nil, nil),
        Within::Township(township) => (false, township.uuid(), nil, nil, nil),
        Within::Village(village) => (false, nil, village.uuid(), nil, nil),
        Within::Near(hamlet, village) => (false, nil, nil, hamlet.uuid(), village.uuid()),
    }
}

/// Postings that still hang on `today`, the one that ends first at the head, after the line `after`.
pub fn open(
    tx: &mut Tx<'_>,
    within: Within,
    today: Day,
    after: Option<(Day, PostingId)>,
    rows_max: u32,
) -> Result<Vec<Line>> {
    let (any, township, village, hamlet, near) = bounds(within);
    let (until, id) = after.map_or((String::new(), Uuid::nil()), |(day, id)| (day.to_string(), id.uuid()));
    tx.all(
        sql!(
            "SELECT p.id, p.matter_id, p.place_id, p.resolution_id, p.posted_on, p.until_on, p.objections_until_on, p.text, p.hangs_at,
                 p.state, p.taken_down_on, p.corrections, p.posting_rule, p.objection_rule, p.created_at, p.version, m.title, m.number,
                 l.name
             FROM posting p JOIN matter m ON m.county_id = p.county_id AND m.id = p.matter_id
                 JOIN place l ON l.county_id = p.county_id AND l.id = p.place_id
             WHERE p.county_id = $1 AND ($2 OR p.township_id = $3 OR p.village_id = $4 OR p.place_id IN ($5, $6))
               AND p.until_on >= $7 AND (p.until_on, p.id) > ($8, $9)
             ORDER BY p.until_on, p.id LIMIT $10"
        ),
        args![any, township, village, hamlet, near, today, until, id, rows_max],
    )
}

/// Postings whose days are over on `today`, the one that ended last at the head, after the line `after`.
pub fn over(
    tx: &mut Tx<'_>,
    within: Within,
    today: Day,
    after: Option<(Day, PostingId)>,
    rows_max: u32,
) -> Result<Vec<Line>> {
    let (any, township, village, hamlet, near) = bounds(within);
    let (until, id) = after.map_or(("9999".to_owned(), Uuid::max()), |(day, id)| (day.to_string(), id.uuid()));
    tx.all(
        sql!(
            "SELECT p.id, p.matter_id, p.place_id, p.resolution_id, p.posted_on, p.until_on, p.objections_until_on, p.text, p.hangs_at,
                 p.state, p.taken_down_on, p.corrections, p.posting_rule, p.objection_rule, p.created_at, p.version, m.title, m.number,
                 l.name
             FROM posting p JOIN matter m ON m.county_id = p.county_id AND m.id = p.matter_id
                 JOIN place l ON l.county_id = p.county_id AND l.id = p.place_id
             WHERE p.county_id = $1 AND ($2 OR p.township_id = $3 OR p.village_id = $4 OR p.place_id IN ($5, $6))
               AND p.until_on < $7 AND (p.until_on, p.id) < ($8, $9)
             ORDER BY p.until_on DESC, p.id DESC LIMIT $10"
        ),
        args![any, township, village, hamlet, near, today, until, id, rows_max],
    )
}

/// Matters that stand posted, with every resolution hung out, all postings over on `today` and every objection answered: what the daily step moves on to
/// *disclosed*. After the matter `after`, at most `rows_max`.
pub fn due_to_disclose(tx: &mut Tx<'_>, today: Day, after: Option<MatterId>, rows_max: u32) -> Result<Vec<MatterId>> {
    let rows: Vec<(MatterId,)> = tx.all(
        sql!(
            "SELECT m.id FROM matter m
             WHERE m.county_id = $1 AND m.plan = 'posted' AND m.id > $3
               AND EXISTS (SELECT 1 FROM resolution r WHERE r.county_id = $1 AND r.matter_id = m.id AND r.state <> 'void')
               AND NOT EXISTS (SELECT 1 FROM resolution r WHERE r.county_id = $1 AND r.matter_id = m.id AND r.state <> 'void'
                   AND NOT EXISTS (SELECT 1 FROM posting p WHERE p.county_id = $1 AND p.resolution_id = r.id))
               AND NOT EXISTS (SELECT 1 FROM posting p WHERE p.county_id = $1 AND p.matter_id = m.id AND p.until_on >= $2)
               AND NOT EXISTS (SELECT 1 FROM objection o WHERE o.county_id = $1 AND o.matter_id = m.id AND o.state = 'waiting')
             ORDER BY m.id LIMIT $4"
        ),
        args![today, after.map_or(Uuid::nil(), |id| id.uuid()), rows_max],
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// How many postings of a place and what is below it still hang on `today`.
pub fn open_count(tx: &mut Tx<'_>, within: Within, today: Day) -> Result<i64> {
    let (any, township, village, hamlet, near) = bounds(within);
    tx.number(
        sql!(
            "SELECT COUNT(*) FROM posting WHERE county_id = $1
               AND ($2 OR township_id = $3 OR village_id = $4 OR place_id IN ($5, $6)) AND until_on >= $7"
        ),
        args![any, township, village, hamlet, near, today],
    )
}
