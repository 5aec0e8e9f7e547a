//! Answers on their way to who raised a need.

use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::decide::answer::{Answer, AnswerState, ReplyChannel};
use civic::id::{AnswerId, NeedId, PlaceId};
use civic::token::Token;
use uuid::Uuid;

impl FromRow for Answer {
    const TABLE: &'static str = "answer";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get()?,
            need: row.get()?,
            matter: row.get()?,
            channel: row.token()?,
            state: row.token()?,
            answered: row.get()?,
            day: row.get()?,
            by: row.get()?,
            version: row.get()?,
        })
    }
}

/// Writes a new answer.
pub fn put(tx: &mut Tx<'_>, answer: &Answer) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO answer (county_id, id, need_id, matter_id, channel, state, answered_on, day, by_id, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        ),
        args![
            answer.id,
            answer.need,
            answer.matter,
            answer.channel.as_str(),
            answer.state.as_str(),
            answer.answered,
            answer.day,
            answer.by,
            answer.version
        ],
    )?;
    Ok(())
}

/// Writes a changed answer over the version that was read.
pub fn change(tx: &mut Tx<'_>, answer: &Answer) -> Result<()> {
    tx.change(
        sql!(
            "UPDATE answer SET state = $3, day = $4, by_id = $5, version = version + 1
             WHERE county_id = $1 AND id = $2 AND version = $6"
        ),
        args![answer.id, answer.state.as_str(), answer.day, answer.by, answer.version],
    )
}

/// An answer by its id.
pub fn get(tx: &mut Tx<'_>, id: AnswerId) -> Result<Answer> {
    tx.one(
        sql!(
            "SELECT id, need_id, matter_id, channel, state, answered_on, day, by_id, version FROM answer
             WHERE county_id = $1 AND id = $2"
        ),
        args![id],
    )
}

/// The answer of a need, once there is one.
pub fn of_need(tx: &mut Tx<'_>, need: NeedId) -> Result<Option<Answer>> {
    tx.optional(
        sql!(
            "SELECT id, need_id, matter_id, channel, state, answered_on, day, by_id, version FROM answer
             WHERE county_id = $1 AND need_id = $2"
        ),
        args![need],
    )
}

/// Answers of a village that wait to be told or handed over on one channel, oldest first, after the answer `after`.
pub fn waiting(
    tx: &mut Tx<'_>,
    village: PlaceId,
    channel: ReplyChannel,
    after: Option<AnswerId>,
    rows_max: u32,
) -> Result<Vec<Answer>> {
    tx.all(
        sql!(
            "SELECT a.id, a.need_id, a.matter_id, a.channel, a.state, a.answered_on, a.day, a.by_id, a.version
             FROM answer a JOIN need n ON n.county_id = a.county_id AND n.id = a.need_id
             WHERE a.county_id = $1 AND n.village_id = $2 AND a.channel = $3 AND a.state IN ($4, $5) AND a.id > $6
             ORDER BY a.id LIMIT $7"
        ),
        args![
            village,
            channel.as_str(),
            AnswerState::Waiting.as_str(),
            AnswerState::Failed.as_str(),
            after.map_or(Uuid::nil(), |id| id.uuid()),
            rows_max
        ],
    )
}
