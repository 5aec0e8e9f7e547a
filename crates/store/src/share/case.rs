//! Cases: a row is an edition.

use crate::decide::matter::Within;
use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::id::{CaseId, MatterId};
use civic::share::case::{Case, Story};
use civic::token::Token;
use uuid::Uuid;

impl FromRow for Case {
    const TABLE: &'static str = "matter_case";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get()?,
            matter: row.get()?,
            edition: row.get()?,
            story: Story {
                title: row.get()?,
                problem: row.get()?,
                process: row.get()?,
                money: row.get()?,
                result: row.get()?,
                failed: row.get()?,
                contact: row.get()?,
            },
            reason: row.get()?,
            state: row.token()?,
            published_on: row.get()?,
            created_at: row.get()?,
            version: row.get()?,
        })
    }
}

/// Writes a new edition.
pub fn put(tx: &mut Tx<'_>, case: &Case) -> Result<()> {
    let story = &case.story;
    tx.run(
        sql!(
            "INSERT INTO matter_case (county_id, id, matter_id, edition, title, problem, process, money, result, failed, contact, reason, state,
                 published_on, created_at, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
        ),
        args![
            case.id,
            case.matter,
            case.edition,
            story.title.as_str(),
            story.problem.as_str(),
            story.process.as_str(),
            story.money.as_str(),
            story.result.as_str(),
            story.failed.as_str(),
            story.contact.as_str(),
            case.reason.as_deref(),
            case.state.as_str(),
            case.published_on,
            case.created_at,
            case.version
        ],
    )?;
    crate::search::case(tx, case)
}

/// Writes a changed edition over the version that was read.
pub fn change(tx: &mut Tx<'_>, case: &Case) -> Result<()> {
    let story = &case.story;
    tx.change(
        sql!(
            "UPDATE matter_case SET title = $3, problem = $4, process = $5, money = $6, result = $7, failed = $8, contact = $9, state = $10,
                 published_on = $11, version = version + 1
             WHERE county_id = $1 AND id = $2 AND version = $12"
        ),
        args![
            case.id,
            story.title.as_str(),
            story.problem.as_str(),
            story.process.as_str(),
            story.money.as_str(),
            story.result.as_str(),
            story.failed.as_str(),
            story.contact.as_str(),
            case.state.as_str(),
            case.published_on,
            case.version
        ],
    )?;
    crate::search::case(tx, case)
}

/// An edition by its id.
pub fn get(tx: &mut Tx<'_>, id: CaseId) -> Result<Case> {
    tx.one(
        sql!(
            "SELECT id, matter_id, edition, title, problem, process, money, result, failed, contact, reason, state, published_on,
                 created_at, version
             FROM matter_case WHERE county_id = $1 AND id = $2"
        ),
        args![id],
    )
}

/// The editions of a matter, oldest first, a draft too.
pub fn of_matter(tx: &mut Tx<'_>, matter: MatterId) -> Result<Vec<Case>> {
    tx.all(
        sql!(
            "SELECT id, matter_id, edition, title, problem, process, money, result, failed, contact, reason, state, published_on,
                 created_at, version
             FROM matter_case WHERE county_id = $1 AND matter_id = $2 ORDER BY edition LIMIT 100"
        ),
        args![matter],
    )
}

/// One line of the library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The case.
    pub case: Case,
    /// The public number of its matter.
    pub number: String,
    /// The name of its place.
    pub place_name: String,
}

impl FromRow for Line {
    const TABLE: &'static str = "matter_case";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self { case: Case::from_row(row)?, number: row.get()?, place_name: row.get()? })
    }
}

/// The library, latest first, from `before` on (exclusive): of a place and what is below it, about something, with words in its title or
/// its texts.
pub fn library(
    tx: &mut Tx<'_>,
    within: Within,
    category: Option<&str>,
    words: &str,
    before: Option<CaseId>,
    rows_max: u32,
) -> Result<Vec<Line>> {
    let place = match within {
        Within::County => None,
        Within::Township(place) | Within::Village(place) | Within::Near(place, _) => Some(place),
    };
    // Categories stand as words with commas between them; no word is a part of another one.
    tx.all(
        sql!(
            "SELECT c.id, c.matter_id, c.edition, c.title, c.problem, c.process, c.money, c.result, c.failed, c.contact, c.reason, c.state,
                 c.published_on, c.created_at, c.version, m.number, p.name
             FROM matter_case c
             JOIN matter m ON m.county_id = c.county_id AND m.id = c.matter_id
             JOIN place p ON p.county_id = m.county_id AND p.id = m.place_id
             WHERE c.county_id = $1 AND c.state = 'published' AND c.id < $2 AND m.number IS NOT NULL
                 AND ($3 OR p.id = $4 OR p.village_id = $4 OR p.township_id = $4 OR p.root_id = $4)
                 AND m.categories LIKE $5 ESCAPE '!'
                 AND (c.title LIKE $6 ESCAPE '!' OR c.problem LIKE $6 ESCAPE '!' OR c.result LIKE $6 ESCAPE '!'
                     OR c.failed LIKE $6 ESCAPE '!')
             ORDER BY c.id DESC LIMIT $7"
        ),
        args![
            before.map_or_else(Uuid::max, |id| id.uuid()),
            place.is_none(),
            place.map_or_else(Uuid::nil, |id| id.uuid()),
            crate::people::household::contains(category.unwrap_or_default()),
            crate::people::household::contains(words),
            rows_max
        ],
    )
}
