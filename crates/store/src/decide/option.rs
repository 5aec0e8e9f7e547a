//! Options under a topic.

use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::decide::option::TopicOption;
use civic::id::{MatterId, OptionId, TopicId};

impl FromRow for TopicOption {
    const TABLE: &'static str = "topic_option";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get()?,
            topic: row.get()?,
            matter: row.get()?,
            position: row.int()?,
            title: row.get()?,
            cost: row.get()?,
            benefits: row.get()?,
            pays: row.get()?,
            upkeep: row.get()?,
            feasibility: row.get()?,
            created: row.get()?,
            withdrawn: row.get()?,
            version: row.get()?,
        })
    }
}

/// Writes a new option.
pub fn put(tx: &mut Tx<'_>, option: &TopicOption) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO topic_option (county_id, id, topic_id, matter_id, position, title, cost_fen, benefits, pays, upkeep,
                 feasibility, created_on, withdrawn_on, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
        ),
        args![
            option.id,
            option.topic,
            option.matter,
            option.position,
            option.title.as_str(),
            option.cost,
            option.benefits.as_str(),
            option.pays.as_str(),
            option.upkeep.as_str(),
            option.feasibility.as_str(),
            option.created,
            option.withdrawn,
            option.version
        ],
    )?;
    Ok(())
}

/// Writes a changed option over the version that was read.
pub fn change(tx: &mut Tx<'_>, option: &TopicOption) -> Result<()> {
    tx.change(
        sql!(
            "UPDATE topic_option SET title = $3, cost_fen = $4, benefits = $5, pays = $6, upkeep = $7, feasibility = $8,
                 withdrawn_on = $9, version = version + 1
             WHERE county_id = $1 AND id = $2 AND version = $10"
        ),
        args![
            option.id,
            option.title.as_str(),
            option.cost,
            option.benefits.as_str(),
            option.pays.as_str(),
            option.upkeep.as_str(),
            option.feasibility.as_str(),
            option.withdrawn,
            option.version
        ],
    )
}

/// An option by its id.
pub fn get(tx: &mut Tx<'_>, id: OptionId) -> Result<TopicOption> {
    tx.one(
        sql!(
            "SELECT id, topic_id, matter_id, position, title, cost_fen, benefits, pays, upkeep, feasibility, created_on, withdrawn_on,
                 version
             FROM topic_option WHERE county_id = $1 AND id = $2"
        ),
        args![id],
    )
}

/// The options of a topic in their order, withdrawn ones too.
pub fn of_topic(tx: &mut Tx<'_>, topic: TopicId) -> Result<Vec<TopicOption>> {
    tx.all(
        sql!(
            "SELECT id, topic_id, matter_id, position, title, cost_fen, benefits, pays, upkeep, feasibility, created_on, withdrawn_on,
                 version
             FROM topic_option WHERE county_id = $1 AND topic_id = $2 ORDER BY position LIMIT 100"
        ),
        args![topic],
    )
}

/// The options of every topic of a matter.
pub fn of_matter(tx: &mut Tx<'_>, matter: MatterId) -> Result<Vec<TopicOption>> {
    tx.all(
        sql!(
            "SELECT id, topic_id, matter_id, position, title, cost_fen, benefits, pays, upkeep, feasibility, created_on, withdrawn_on,
                 version
             FROM topic_option WHERE county_id = $1 AND matter_id = $2 ORDER BY topic_id, position LIMIT 500"
        ),
        args![matter],
    )
}
