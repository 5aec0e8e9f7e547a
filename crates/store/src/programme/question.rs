//! Questions about announcements. Who asked stands nowhere.

use crate::decide::need;
use crate::decide::posting::rule_or_none;
use crate::record::entry::erase_salt;
use crate::{Error, FromRow, Reader, Result, Tx, args, sql};
use civic::decide::code::SlipCode;
use civic::id::{AnnouncementId, Chance, QuestionId};
use civic::programme::question::Question;
use civic::record::{Noun, Recorded};
use civic::token::Token;
use uuid::Uuid;

impl FromRow for Question {
    const TABLE: &'static str = "question";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        let (id, announcement) = (row.get()?, row.get()?);
        let code: String = row.get()?;
        let code = SlipCode::parse(&code).map_err(|_| row.corrupt())?;
        Ok(Self {
            id,
            announcement,
            code,
            channel: row.token()?,
            received: row.get()?,
            text: row.get()?,
            phone: row.get()?,
            due: row.get()?,
            answer_rule: rule_or_none(row)?,
            state: row.token()?,
            public_text: row.get()?,
            answer: row.get()?,
            answered: row.get()?,
            told: row.get()?,
            recorded_at: row.get()?,
            version: row.get()?,
        })
    }
}

/// A slip's code that no question and no need has.
pub fn fresh_code(tx: &mut Tx<'_>, chance: &mut dyn Chance) -> Result<SlipCode> {
    for _ in 0..100 {
        let code = need::fresh_code(tx, chance)?;
        let taken =
            tx.number(sql!("SELECT COUNT(*) FROM question WHERE county_id = $1 AND code = $2"), args![code.digits()])?;
        if taken == 0 {
            return Ok(code);
        }
    }
    Err(Error::Clash)
}

/// Writes a new question.
pub fn put(tx: &mut Tx<'_>, one: &Question) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO question (county_id, id, announcement_id, code, channel, received_on, text, phone, due_on, answer_rule, state,
                 public_text, answer, answered_on, told_on, recorded_at, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)"
        ),
        args![
            one.id,
            one.announcement,
            one.code.digits(),
            one.channel.as_str(),
            one.received,
            one.text.as_str(),
            one.phone.as_deref(),
            one.due,
            one.answer_rule.as_ref().map(ToString::to_string),
            one.state.as_str(),
            one.public_text.as_deref(),
            one.answer.as_deref(),
            one.answered,
            one.told,
            one.recorded_at,
            one.version
        ],
    )?;
    Ok(())
}

/// Writes a changed question over the version that was read.
pub fn change(tx: &mut Tx<'_>, one: &Question) -> Result<()> {
    tx.change(
        sql!(
            "UPDATE question SET text = $3, phone = $4, state = $5, public_text = $6, answer = $7, answered_on = $8, told_on = $9,
                 version = version + 1
             WHERE county_id = $1 AND id = $2 AND version = $10"
        ),
        args![
            one.id,
            one.text.as_str(),
            one.phone.as_deref(),
            one.state.as_str(),
            one.public_text.as_deref(),
            one.answer.as_deref(),
            one.answered,
            one.told,
            one.version
        ],
    )
}

/// Writes a question that was taken back: with the words goes the salt of their digest. The caller writes the entry that says so.
pub fn erase(tx: &mut Tx<'_>, gone: &Question) -> Result<()> {
    change(tx, gone)?;
    erase_salt(tx, Noun::Question, gone.noun_id(), "text")?;
    Ok(())
}

/// A question by its id.
pub fn get(tx: &mut Tx<'_>, id: QuestionId) -> Result<Question> {
    tx.one(
        sql!(
            "SELECT id, announcement_id, code, channel, received_on, text, phone, due_on, answer_rule, state, public_text, answer,
                 answered_on, told_on, recorded_at, version
             FROM question WHERE county_id = $1 AND id = $2"
        ),
        args![id],
    )
}

/// A question by its slip.
pub fn by_code(tx: &mut Tx<'_>, code: SlipCode) -> Result<Question> {
    tx.one(
        sql!(
            "SELECT id, announcement_id, code, channel, received_on, text, phone, due_on, answer_rule, state, public_text, answer,
                 answered_on, told_on, recorded_at, version
             FROM question WHERE county_id = $1 AND code = $2"
        ),
        args![code.digits()],
    )
}

/// The questions about an announcement in the order in which they were entered, after the question `after`; those taken back left out.
pub fn of_announcement(
    tx: &mut Tx<'_>,
    announcement: AnnouncementId,
    after: Option<QuestionId>,
    rows_max: u32,
) -> Result<Vec<Question>> {
    tx.all(
        sql!(
            "SELECT id, announcement_id, code, channel, received_on, text, phone, due_on, answer_rule, state, public_text, answer,
                 answered_on, told_on, recorded_at, version
             FROM question WHERE county_id = $1 AND announcement_id = $2 AND state <> 'withdrawn' AND id > $3 ORDER BY id LIMIT $4"
        ),
        args![announcement, after.map_or(Uuid::nil(), |id| id.uuid()), rows_max],
    )
}
