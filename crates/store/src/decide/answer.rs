//! Answers on their way to who raised a need.

use crate::record::entry::erase_salt;
use crate::{FromRow, Reader, Result, Tx, args, sql};
use civic::decide::answer::{Answer, AnswerState, ReplyChannel};
use civic::decide::need::Need;
use civic::id::{AnswerId, Chance, NeedId, PlaceId};
use civic::record::{Actor, Entry, Noun, Verb};
use civic::time::{Day, Timestamp};
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

/// An answer that somebody has to bring, with what it answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The answer.
    pub answer: Answer,
    /// The need.
    pub need: Need,
    /// The name of the need's place.
    pub place_name: String,
    /// The title of the matter that goes on, once it is public.
    pub title: Option<String>,
    /// Its public number.
    pub number: Option<String>,
}

impl FromRow for Line {
    const TABLE: &'static str = "answer";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        let (answer, need) = (Answer::from_row(row)?, Need::from_row(row)?);
        Ok(Self { answer, need, place_name: row.get()?, title: row.get()?, number: row.get()? })
    }
}

/// The answers of a hamlet, a village or a township that somebody has to tell or hand over, oldest first, after the answer `after`. A
/// message is among them once it failed, or when there is no number any more. Who was erased waits no more: the channel that was
/// chosen went with the person.
pub fn waiting(tx: &mut Tx<'_>, place: PlaceId, after: Option<AnswerId>, rows_max: u32) -> Result<Vec<Line>> {
    tx.all(
        sql!(
            "SELECT a.id, a.need_id, a.matter_id, a.channel, a.state, a.answered_on, a.day, a.by_id, a.version,
                 n.id, n.matter_id, n.place_id, n.code, n.via, n.raised_on, n.what, n.audio_id, n.spot, n.who, n.name,
                 n.resident_id, n.show_surname, n.helper_id, n.consent_id, n.reply_channel, n.phone, n.affected, n.same_as_id, n.state,
                 n.due_on, n.due_rule, n.sorting, n.sorted_on, n.pressing, n.owner_id, n.referred_to, n.public_text, n.answered_on, n.reply,
                 n.adoption, n.reason, n.version, p.name, l.title, l.number
             FROM answer a JOIN need n ON n.county_id = a.county_id AND n.id = a.need_id
                 JOIN place p ON p.county_id = n.county_id AND p.id = n.place_id
                 JOIN matter m ON m.county_id = n.county_id AND m.id = n.matter_id
                 JOIN matter l ON l.county_id = m.county_id AND l.id = COALESCE(m.merged_into, m.id)
             WHERE a.county_id = $1 AND (n.place_id = $2 OR n.village_id = $2 OR n.township_id = $2)
                 AND (a.state = $3 OR (a.state = $4 AND (a.channel <> $5 OR n.phone IS NULL)))
                 AND a.channel = n.reply_channel AND a.id > $6
             ORDER BY a.id LIMIT $7"
        ),
        args![
            place,
            AnswerState::Failed.as_str(),
            AnswerState::Waiting.as_str(),
            ReplyChannel::Sms.as_str(),
            after.map_or(Uuid::nil(), |id| id.uuid()),
            rows_max
        ],
    )
}

/// Takes the phone number out of an answered need, and its digests out of the record: it was given for the answer alone. Answers
/// the entry to commit; none when there is no number.
pub fn drop_phone(
    tx: &mut Tx<'_>,
    need: NeedId,
    actor: Actor,
    now: Timestamp,
    chance: &mut dyn Chance,
) -> Result<Option<Entry>> {
    let old = super::need::get(tx, need)?;
    if old.phone.is_none() {
        return Ok(None);
    }
    let gone = old.without_phone();
    super::need::change(tx, &gone)?;
    // Eleven digits are guessed from a digest in a moment by whoever has its salt.
    erase_salt(tx, Noun::Need, need.uuid(), "phone")?;
    Ok(Some(Entry::of(&gone, Verb::Erase, actor, now, chance)))
}

/// Notes how the message with an answer ended, for the worker: `taken` when the network took it, otherwise after its last try. Answers
/// the entries to commit; none when somebody has brought the answer in the meantime, so that it may run twice.
pub fn message_ended(
    tx: &mut Tx<'_>,
    id: AnswerId,
    taken: bool,
    today: Day,
    now: Timestamp,
    chance: &mut dyn Chance,
) -> Result<Vec<Entry>> {
    let old = get(tx, id)?;
    let Ok(new) = (if taken { old.sent(today) } else { old.failed(today) }) else { return Ok(Vec::new()) };
    change(tx, &new)?;
    let mut entries = vec![Entry::of(&new, Verb::Deliver, Actor::NOBODY, now, chance)];
    if taken {
        entries.extend(drop_phone(tx, new.need, Actor::NOBODY, now, chance)?);
    }
    Ok(entries)
}
