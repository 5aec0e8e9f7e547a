//! Topics.

use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::decide::topic::Topic;
use civic::id::{MatterId, TopicId};
use civic::token::Token;

impl FromRow for Topic {
    const TABLE: &'static str = "topic";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get()?,
            matter: row.get()?,
            need: row.get()?,
            place: row.get()?,
            title: row.get()?,
            background: row.get()?,
            affected_households: row.int_or_none()?,
            affected: row.get()?,
            state: row.token()?,
            created: row.get()?,
            opened: row.get()?,
            ended: row.get()?,
            reason: row.get()?,
            version: row.get()?,
        })
    }
}

/// Writes a new topic.
pub fn put(tx: &mut Tx<'_>, topic: &Topic) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO topic (county_id, id, matter_id, need_id, place_id, title, background, affected_households, affected, state,
                 created_on, opened_on, ended_on, reason, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"
        ),
        args![
            topic.id,
            topic.matter,
            topic.need,
            topic.place,
            topic.title.as_str(),
            topic.background.as_str(),
            topic.affected_households,
            topic.affected.as_str(),
            topic.state.as_str(),
            topic.created,
            topic.opened,
            topic.ended,
            topic.reason.as_deref(),
            topic.version
        ],
    )?;
    crate::search::topic_changed(tx, topic)
}

/// Writes a changed topic over the version that was read.
pub fn change(tx: &mut Tx<'_>, topic: &Topic) -> Result<()> {
    tx.change(
        sql!(
            "UPDATE topic SET title = $3, background = $4, affected_households = $5, affected = $6, state = $7, opened_on = $8,
                 ended_on = $9, reason = $10, version = version + 1
             WHERE county_id = $1 AND id = $2 AND version = $11"
        ),
        args![
            topic.id,
            topic.title.as_str(),
            topic.background.as_str(),
            topic.affected_households,
            topic.affected.as_str(),
            topic.state.as_str(),
            topic.opened,
            topic.ended,
            topic.reason.as_deref(),
            topic.version
        ],
    )?;
    crate::search::topic_changed(tx, topic)
}

/// A topic by its id.
pub fn get(tx: &mut Tx<'_>, id: TopicId) -> Result<Topic> {
    tx.one(
        sql!(
            "SELECT id, matter_id, need_id, place_id, title, background, affected_households, affected, state, created_on, opened_on,
                 ended_on, reason, version
             FROM topic WHERE county_id = $1 AND id = $2"
        ),
        args![id],
    )
}

/// The topics of a matter, oldest first.
pub fn of_matter(tx: &mut Tx<'_>, matter: MatterId) -> Result<Vec<Topic>> {
    tx.all(
        sql!(
            "SELECT id, matter_id, need_id, place_id, title, background, affected_households, affected, state, created_on, opened_on,
                 ended_on, reason, version
             FROM topic WHERE county_id = $1 AND matter_id = $2 ORDER BY id LIMIT 100"
        ),
        args![matter],
    )
}
