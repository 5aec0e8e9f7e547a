//! Matters: the spine.

use crate::{Error, FromRow, Reader, Result, Tx, args, sql};
use civic::decide::code::PublicNumber;
use civic::decide::matter::{Category, Matter, PlanState};
use civic::id::{MatterId, PlaceId};
use civic::people::place::{Level, Place, village_of};
use civic::stage::{Stage, StageState, Stages};
use civic::time::Timestamp;
use civic::token::{self, Token};
use uuid::Uuid;

/// The rows that stand under other places than their own place does.
pub(super) const LEVELS: &str = sql!(
    "SELECT t.id, FALSE, t.township_id IS DISTINCT FROM p.township_id, t.village_id IS DISTINCT FROM p.village_id
     FROM matter t JOIN place p ON p.county_id = t.county_id AND p.id = t.place_id
     WHERE t.county_id = $1 AND (t.township_id IS DISTINCT FROM p.township_id OR t.village_id IS DISTINCT FROM p.village_id)
     ORDER BY t.id LIMIT 1000"
);

fn stages(row: &mut Reader<'_>) -> Result<Stages> {
    Ok(Stages { build: row.token()?, manage: row.token()?, evaluate: row.token()?, share: row.token()? })
}

impl FromRow for Matter {
    const TABLE: &'static str = "matter";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        let (id, place, title) = (row.get()?, row.get()?, row.get()?);
        let number: Option<String> = row.get()?;
        let number = number.map(|n| PublicNumber::parse(&n).map_err(|_| row.corrupt())).transpose()?;
        let categories: String = row.get()?;
        let categories = token::split(&categories).ok_or_else(|| row.corrupt())?;
        Ok(Self {
            id,
            place,
            title,
            number,
            categories,
            plan: row.token()?,
            stages: Stages { build: row.token()?, manage: row.token()?, evaluate: row.token()?, share: row.token()? },
            merged_into: row.get()?,
            created: row.get()?,
            version: row.get()?,
        })
    }
}

/// The township and the village of a place (itself, when it is one).
pub fn levels(tx: &mut Tx<'_>, place: PlaceId) -> Result<(Option<PlaceId>, Option<PlaceId>)> {
    tx.one(sql!("SELECT township_id, village_id FROM place WHERE county_id = $1 AND id = $2"), args![place])
}

/// Writes a new matter.
pub fn put(tx: &mut Tx<'_>, matter: &Matter, now: Timestamp) -> Result<()> {
    let (township, village) = levels(tx, matter.place)?;
    tx.run(
        sql!(
            "INSERT INTO matter (county_id, id, place_id, township_id, village_id, title, number, categories, plan, merged_into,
                 created_on, moved_at, version, build, manage, evaluate, share)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)"
        ),
        args![
            matter.id,
            matter.place,
            township,
            village,
            matter.title.as_deref(),
            matter.number.as_ref().map(ToString::to_string),
            token::join(&matter.categories),
            matter.plan.as_str(),
            matter.merged_into,
            matter.created,
            now,
            matter.version,
            matter.stages.build.as_str(),
            matter.stages.manage.as_str(),
            matter.stages.evaluate.as_str(),
            matter.stages.share.as_str()
        ],
    )?;
    crate::search::matter_changed(tx, matter)
}

/// Writes a changed matter over the version that was read.
pub fn change(tx: &mut Tx<'_>, matter: &Matter, now: Timestamp) -> Result<()> {
    tx.change(
        sql!(
            "UPDATE matter SET title = $3, number = $4, categories = $5, plan = $6, merged_into = $7, moved_at = $8,
                 build = $10, manage = $11, evaluate = $12, share = $13, version = version + 1
             WHERE county_id = $1 AND id = $2 AND version = $9"
        ),
        args![
            matter.id,
            matter.title.as_deref(),
            matter.number.as_ref().map(ToString::to_string),
            token::join(&matter.categories),
            matter.plan.as_str(),
            matter.merged_into,
            now,
            matter.version,
            matter.stages.build.as_str(),
            matter.stages.manage.as_str(),
            matter.stages.evaluate.as_str(),
            matter.stages.share.as_str()
        ],
    )?;
    crate::search::matter_changed(tx, matter)
}

/// A matter by its id.
pub fn get(tx: &mut Tx<'_>, id: MatterId) -> Result<Matter> {
    tx.one(
        sql!(
            "SELECT id, place_id, title, number, categories, plan, build, manage, evaluate, share, merged_into, created_on, version FROM matter
             WHERE county_id = $1 AND id = $2"
        ),
        args![id],
    )
}

/// A matter by its public number.
pub fn by_number(tx: &mut Tx<'_>, number: &PublicNumber) -> Result<Matter> {
    tx.one(
        sql!(
            "SELECT id, place_id, title, number, categories, plan, build, manage, evaluate, share, merged_into, created_on, version FROM matter
             WHERE county_id = $1 AND number = $2"
        ),
        args![number.to_string()],
    )
}

/// The matters that were merged into one.
pub fn under(tx: &mut Tx<'_>, survivor: MatterId) -> Result<Vec<Matter>> {
    tx.all(
        sql!(
            "SELECT id, place_id, title, number, categories, plan, build, manage, evaluate, share, merged_into, created_on, version FROM matter
             WHERE county_id = $1 AND merged_into = $2 ORDER BY created_on, id LIMIT 1000"
        ),
        args![survivor],
    )
}

/// Where a list of matters looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Within {
    /// The whole county.
    County,
    /// A township and what is under it.
    Township(PlaceId),
    /// A village and its hamlets.
    Village(PlaceId),
    /// A hamlet, and what concerns its whole village.
    Near(PlaceId, PlaceId),
}

impl Within {
    /// What a list of a place shows, from the place and those above it, innermost first.
    pub fn of(line: &[Place]) -> Self {
        let village = village_of(line).map(|p| p.id);
        match (line.first().map(|p| (p.kind.level(), p.id)), village) {
            (Some((Level::Hamlet, id)), Some(village)) => Self::Near(id, village),
            (Some((Level::Village, id)), _) => Self::Village(id),
            (Some((Level::Township, id)), _) => Self::Township(id),
            _ => Self::County,
        }
    }
}

/// One line of a list of public matters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The matter.
    pub matter: Matter,
    /// When something last happened to it.
    pub moved_at: Timestamp,
    /// The name of its place.
    pub place_name: String,
}

impl FromRow for Line {
    const TABLE: &'static str = "matter";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        let matter = Matter::from_row(row)?;
        Ok(Self { matter, moved_at: row.get()?, place_name: row.get()? })
    }
}

/// How far the matters of a list are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Far<'a> {
    /// Wherever they are.
    Anywhere,
    /// In one of these states of the first stage.
    Plans(&'a [PlanState]),
    /// Come to this stage, at work or done.
    In(Stage),
    /// At work in any stage after the first.
    AtWork,
}

impl Far<'_> {
    /// Its states as one text with marks around each, so that one statement does whatever is asked; nothing takes all.
    fn words(self) -> String {
        let at = |stage: &Stage, states: &[StageState]| -> String {
            states.iter().map(|state| format!("{}.{},", stage.as_str(), state.as_str())).collect()
        };
        let words: String = match self {
            Self::Anywhere | Self::In(Stage::Decide) => String::new(),
            Self::Plans(plans) => plans.iter().map(|plan| format!("{},", plan.as_str())).collect(),
            Self::In(stage) => at(&stage, &[StageState::Open, StageState::Done]),
            Self::AtWork => Stage::GATED.iter().map(|stage| at(stage, &[StageState::Open])).collect(),
        };
        format!(",{words}")
    }
}

/// Public matters that still stand for themselves, the one that moved last first, after the line `after`. `category` filters by
/// what they are about.
pub fn list(
    tx: &mut Tx<'_>,
    within: Within,
    far: Far<'_>,
    category: Option<Category>,
    after: Option<(Timestamp, MatterId)>,
    rows_max: u32,
) -> Result<Vec<Line>> {
    let (at, id) = after.map_or((i64::MAX, Uuid::max()), |(at, id)| (at.millis(), id.uuid()));
    let states = far.words();
    let any = states == ",";
    let category = category.map(Token::as_str);
    match within {
        Within::County => tx.all(
            sql!(
                "SELECT m.id, m.place_id, m.title, m.number, m.categories, m.plan, m.build, m.manage, m.evaluate, m.share,
                     m.merged_into, m.created_on, m.version, m.moved_at, p.name
                 FROM matter m JOIN place p ON p.county_id = m.county_id AND p.id = m.place_id
                 WHERE m.county_id = $1 AND m.number IS NOT NULL AND m.merged_into IS NULL AND (m.moved_at, m.id) < ($2, $3)
                   AND ($4 OR CAST($5 AS TEXT) LIKE '%,' || m.plan || ',%'
                     OR CAST($5 AS TEXT) LIKE '%,build.' || m.build || ',%'
                     OR CAST($5 AS TEXT) LIKE '%,manage.' || m.manage || ',%'
                     OR CAST($5 AS TEXT) LIKE '%,evaluate.' || m.evaluate || ',%'
                     OR CAST($5 AS TEXT) LIKE '%,share.' || m.share || ',%')
                   AND (CAST($7 AS TEXT) IS NULL OR ',' || m.categories || ',' LIKE '%,' || $7 || ',%')
                 ORDER BY m.moved_at DESC, m.id DESC LIMIT $6"
            ),
            args![at, id, any, states, rows_max, category],
        ),
        Within::Township(place) => tx.all(
            sql!(
                "SELECT m.id, m.place_id, m.title, m.number, m.categories, m.plan, m.build, m.manage, m.evaluate, m.share,
                     m.merged_into, m.created_on, m.version, m.moved_at, p.name
                 FROM matter m JOIN place p ON p.county_id = m.county_id AND p.id = m.place_id
                 WHERE m.county_id = $1 AND m.township_id = $8 AND m.number IS NOT NULL AND m.merged_into IS NULL
                   AND (m.moved_at, m.id) < ($2, $3)
                   AND ($4 OR CAST($5 AS TEXT) LIKE '%,' || m.plan || ',%'
                     OR CAST($5 AS TEXT) LIKE '%,build.' || m.build || ',%'
                     OR CAST($5 AS TEXT) LIKE '%,manage.' || m.manage || ',%'
                     OR CAST($5 AS TEXT) LIKE '%,evaluate.' || m.evaluate || ',%'
                     OR CAST($5 AS TEXT) LIKE '%,share.' || m.share || ',%')
                   AND (CAST($7 AS TEXT) IS NULL OR ',' || m.categories || ',' LIKE '%,' || $7 || ',%')
                 ORDER BY m.moved_at DESC, m.id DESC LIMIT $6"
            ),
            args![at, id, any, states, rows_max, category, place],
        ),
        Within::Village(place) => tx.all(
            sql!(
                "SELECT m.id, m.place_id, m.title, m.number, m.categories, m.plan, m.build, m.manage, m.evaluate, m.share,
                     m.merged_into, m.created_on, m.version, m.moved_at, p.name
                 FROM matter m JOIN place p ON p.county_id = m.county_id AND p.id = m.place_id
                 WHERE m.county_id = $1 AND m.village_id = $8 AND m.number IS NOT NULL AND m.merged_into IS NULL
                   AND (m.moved_at, m.id) < ($2, $3)
                   AND ($4 OR CAST($5 AS TEXT) LIKE '%,' || m.plan || ',%'
                     OR CAST($5 AS TEXT) LIKE '%,build.' || m.build || ',%'
                     OR CAST($5 AS TEXT) LIKE '%,manage.' || m.manage || ',%'
                     OR CAST($5 AS TEXT) LIKE '%,evaluate.' || m.evaluate || ',%'
                     OR CAST($5 AS TEXT) LIKE '%,share.' || m.share || ',%')
                   AND (CAST($7 AS TEXT) IS NULL OR ',' || m.categories || ',' LIKE '%,' || $7 || ',%')
                 ORDER BY m.moved_at DESC, m.id DESC LIMIT $6"
            ),
            args![at, id, any, states, rows_max, category, place],
        ),
        Within::Near(hamlet, village) => tx.all(
            sql!(
                "SELECT m.id, m.place_id, m.title, m.number, m.categories, m.plan, m.build, m.manage, m.evaluate, m.share,
                     m.merged_into, m.created_on, m.version, m.moved_at, p.name
                 FROM matter m JOIN place p ON p.county_id = m.county_id AND p.id = m.place_id
                 WHERE m.county_id = $1 AND m.place_id IN ($8, $9) AND m.number IS NOT NULL AND m.merged_into IS NULL
                   AND (m.moved_at, m.id) < ($2, $3)
                   AND ($4 OR CAST($5 AS TEXT) LIKE '%,' || m.plan || ',%'
                     OR CAST($5 AS TEXT) LIKE '%,build.' || m.build || ',%'
                     OR CAST($5 AS TEXT) LIKE '%,manage.' || m.manage || ',%'
                     OR CAST($5 AS TEXT) LIKE '%,evaluate.' || m.evaluate || ',%'
                     OR CAST($5 AS TEXT) LIKE '%,share.' || m.share || ',%')
                   AND (CAST($7 AS TEXT) IS NULL OR ',' || m.categories || ',' LIKE '%,' || $7 || ',%')
                 ORDER BY m.moved_at DESC, m.id DESC LIMIT $6"
            ),
            args![at, id, any, states, rows_max, category, hamlet, village],
        ),
    }
}

/// Notes that something happened to a matter that did not change its own row (a meeting over it, an objection).
pub fn moved(tx: &mut Tx<'_>, id: MatterId, now: Timestamp) -> Result<()> {
    match tx.run(sql!("UPDATE matter SET moved_at = $3 WHERE county_id = $1 AND id = $2"), args![id, now])? {
        0 => Err(Error::Missing),
        _ => Ok(()),
    }
}

/// How many public matters are how far: their state in the first stage and in those after it.
pub type Counts = Vec<(PlanState, Stages, i64)>;

/// How many public matters stand in which states within a township, a village or near a hamlet.
pub fn counts(tx: &mut Tx<'_>, within: Within) -> Result<Counts> {
    struct Row(PlanState, Stages, i64);
    impl FromRow for Row {
        const TABLE: &'static str = "matter";
        fn from_row(row: &mut Reader<'_>) -> Result<Self> {
            Ok(Self(row.token()?, stages(row)?, row.get()?))
        }
    }
    let rows: Vec<Row> = match within {
        Within::County => tx.all(
            sql!(
                "SELECT plan, build, manage, evaluate, share, COUNT(*) FROM matter WHERE county_id = $1 AND number IS NOT NULL AND merged_into IS NULL
                 GROUP BY plan, build, manage, evaluate, share ORDER BY plan, build, manage, evaluate, share LIMIT 1000"
            ),
            &[],
        )?,
        Within::Township(place) => tx.all(
            sql!(
                "SELECT plan, build, manage, evaluate, share, COUNT(*) FROM matter
                 WHERE county_id = $1 AND township_id = $2 AND number IS NOT NULL AND merged_into IS NULL
                 GROUP BY plan, build, manage, evaluate, share ORDER BY plan, build, manage, evaluate, share LIMIT 1000"
            ),
            args![place],
        )?,
        Within::Village(place) => tx.all(
            sql!(
                "SELECT plan, build, manage, evaluate, share, COUNT(*) FROM matter
                 WHERE county_id = $1 AND village_id = $2 AND number IS NOT NULL AND merged_into IS NULL
                 GROUP BY plan, build, manage, evaluate, share ORDER BY plan, build, manage, evaluate, share LIMIT 1000"
            ),
            args![place],
        )?,
        Within::Near(hamlet, village) => tx.all(
            sql!(
                "SELECT plan, build, manage, evaluate, share, COUNT(*) FROM matter
                 WHERE county_id = $1 AND place_id IN ($2, $3) AND number IS NOT NULL AND merged_into IS NULL
                 GROUP BY plan, build, manage, evaluate, share ORDER BY plan, build, manage, evaluate, share LIMIT 1000"
            ),
            args![hamlet, village],
        )?,
    };
    Ok(rows.into_iter().map(|row| (row.0, row.1, row.2)).collect())
}
