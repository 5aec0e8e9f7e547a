//! Entries: written with their noun, read back for timelines and for checking.

use crate::{Error, FromRow, Reader, Result, Tx, args, sql};
use civic::id::{EntryId, MatterId};
use civic::people::standing::Post;
use civic::record::{Entry, Noun, Verb};
use civic::time::Timestamp;
use civic::token::Token;
use uuid::Uuid;

/// Writes one entry. Its turn is the next one of its noun: two writers of the same noun at the same instant cannot both have
/// it, and the second one is answered with a clash or run again.
pub(crate) fn put(tx: &mut Tx<'_>, entry: &Entry) -> Result<()> {
    let turn = tx.number(
        sql!("SELECT COALESCE(MAX(turn), 0) + 1 FROM entry WHERE county_id = $1 AND noun = $2 AND noun_id = $3"),
        args![entry.noun.as_str(), entry.noun_id],
    )?;
    tx.run(
        sql!(
            "INSERT INTO entry (county_id, id, at, turn, verb, noun, noun_id, post, actor, facts)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        ),
        args![
            entry.id,
            entry.at,
            turn,
            entry.verb.as_str(),
            entry.noun.as_str(),
            entry.noun_id,
            entry.post.map(Token::as_str),
            entry.actor.map(|a| a.to_vec()),
            entry.facts.as_str(),
        ],
    )?;
    for matter in &entry.matters {
        tx.run(
            sql!("INSERT INTO entry_matter (county_id, matter_id, entry_id) VALUES ($1, $2, $3)"),
            args![*matter, entry.id],
        )?;
    }
    for salt in &entry.salts {
        tx.run(
            sql!("INSERT INTO entry_salt (county_id, entry_id, field, salt) VALUES ($1, $2, $3, $4)"),
            args![entry.id, salt.field, salt.salt],
        )?;
    }
    Ok(())
}

/// An entry as it lies in the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The entry, without its matters and salts.
    pub entry: Entry,
    /// Which write of its noun it is, from 1.
    pub turn: i64,
    /// Its number once sealed.
    pub seq: Option<i64>,
    /// By which hash it was sealed.
    pub hash_kind: Option<String>,
    /// Its seal.
    pub hash: Option<Vec<u8>>,
}

impl FromRow for Stored {
    const TABLE: &'static str = "entry";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        let id = row.get()?;
        let at = row.get()?;
        let turn = row.get()?;
        let verb = row.token::<Verb>()?;
        let noun = row.token::<Noun>()?;
        let noun_id: Uuid = row.get()?;
        let post = row.token_or_none::<Post>()?;
        let actor: Option<Vec<u8>> = row.get()?;
        let actor = actor.map(|a| <[u8; 32]>::try_from(a).map_err(|_| row.corrupt())).transpose()?;
        let facts = row.get()?;
        let entry = Entry { id, at, verb, noun, noun_id, post, actor, matters: Vec::new(), facts, salts: Vec::new() };
        Ok(Self { entry, turn, seq: row.get()?, hash_kind: row.get()?, hash: row.get()? })
    }
}

/// One line of a matter's timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The entry.
    pub id: EntryId,
    /// When.
    pub at: Timestamp,
    /// What was done.
    pub verb: Verb,
    /// To what.
    pub noun: Noun,
    /// To which.
    pub noun_id: Uuid,
    /// In which post.
    pub post: Option<Post>,
}

impl FromRow for Line {
    const TABLE: &'static str = "entry";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get()?,
            at: row.get()?,
            verb: row.token()?,
            noun: row.token()?,
            noun_id: row.get()?,
            post: row.token_or_none()?,
        })
    }
}

/// The entries of a matter in the order in which they happened, after `after`, at most `rows_max`.
pub fn of_matter(
    tx: &mut Tx<'_>,
    matter: MatterId,
    after: Option<(Timestamp, EntryId)>,
    rows_max: u32,
) -> Result<Vec<Line>> {
    let (at, id) = after.map_or((-1, Uuid::nil()), |(at, id)| (at.millis(), id.uuid()));
    tx.all(
        sql!(
            "SELECT e.id, e.at, e.verb, e.noun, e.noun_id, e.post
             FROM entry_matter m JOIN entry e ON e.county_id = m.county_id AND e.id = m.entry_id
             WHERE m.county_id = $1 AND m.matter_id = $2 AND (e.at, e.id) > ($3, $4)
             ORDER BY e.at, e.id LIMIT $5"
        ),
        args![matter, at, id, rows_max],
    )
}

/// When the entry that was sealed last was written; `None` before the first.
pub fn last_sealed(tx: &mut Tx<'_>) -> Result<Option<Timestamp>> {
    let Some((seq, _)) = super::export::head(tx)? else { return Ok(None) };
    let at: Option<(Timestamp,)> =
        tx.optional(sql!("SELECT at FROM entry WHERE county_id = $1 AND seq = $2 LIMIT 1"), args![seq])?;
    Ok(at.map(|(at,)| at))
}

/// When the oldest entry was written that waits for its seal.
pub fn unsealed_since(tx: &mut Tx<'_>) -> Result<Option<Timestamp>> {
    let at: Option<(Timestamp,)> =
        tx.optional(sql!("SELECT at FROM entry WHERE county_id = $1 AND seq IS NULL ORDER BY at LIMIT 1"), &[])?;
    Ok(at.map(|(at,)| at))
}

/// The last entry of a noun, with the salts of its texts that are still there.
pub fn last_of(tx: &mut Tx<'_>, noun: Noun, noun_id: Uuid) -> Result<Option<Stored>> {
    tx.optional(
        sql!(
            "SELECT id, at, turn, verb, noun, noun_id, post, actor, facts, seq, hash_kind, hash FROM entry
             WHERE county_id = $1 AND noun = $2 AND noun_id = $3 ORDER BY turn DESC LIMIT 1"
        ),
        args![noun.as_str(), noun_id],
    )
}

/// The salts of one entry by field.
pub fn salts_of(tx: &mut Tx<'_>, entry: EntryId) -> Result<Vec<(String, [u8; 16])>> {
    let rows: Vec<(String, Vec<u8>)> = tx.all(
        sql!("SELECT field, salt FROM entry_salt WHERE county_id = $1 AND entry_id = $2 ORDER BY field LIMIT 100"),
        args![entry],
    )?;
    rows.into_iter()
        .map(|(field, salt)| {
            <[u8; 16]>::try_from(salt).map(|salt| (field, salt)).map_err(|_| Error::Corrupt {
                table: "entry_salt",
                column: "salt".to_owned(),
                id: entry.to_string(),
            })
        })
        .collect()
}

/// The matters of one entry, in order.
pub fn matters_of(tx: &mut Tx<'_>, entry: EntryId) -> Result<Vec<MatterId>> {
    let rows: Vec<(MatterId,)> = tx.all(
        sql!("SELECT matter_id FROM entry_matter WHERE county_id = $1 AND entry_id = $2 ORDER BY matter_id LIMIT 1000"),
        args![entry],
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Deletes the salts of every text of a noun, so that its digests say nothing any more. The caller deletes the texts and
/// writes the entry that says so.
pub fn erase_salts(tx: &mut Tx<'_>, noun: Noun, noun_id: Uuid) -> Result<u64> {
    tx.run(
        sql!(
            "DELETE FROM entry_salt WHERE county_id = $1 AND field <> 'actor' AND entry_id IN
             (SELECT id FROM entry WHERE county_id = $1 AND noun = $2 AND noun_id = $3)"
        ),
        args![noun.as_str(), noun_id],
    )
}

/// As [`erase_salts`] for one field: a phone number that has done its service.
pub fn erase_salt(tx: &mut Tx<'_>, noun: Noun, noun_id: Uuid, field: &str) -> Result<u64> {
    tx.run(
        sql!(
            "DELETE FROM entry_salt WHERE county_id = $1 AND field = $4 AND entry_id IN
             (SELECT id FROM entry WHERE county_id = $1 AND noun = $2 AND noun_id = $3)"
        ),
        args![noun.as_str(), noun_id, field],
    )
}
