//! What stands in the index: public texts, each with what it is, where, and how far its matter has come.

use super::cut;
use crate::decide::{matter, need, posting as postings, resolution as resolutions, topic};
use crate::share::case as cases;
use crate::{Engine, FromRow, Reader, Result, Tx, args, sql};
use civic::decide::matter::Matter;
use civic::decide::need::Need;
use civic::decide::posting::Posting;
use civic::decide::resolution::{Resolution, ResolutionState};
use civic::decide::topic::{Topic, TopicState};
use civic::id::{MatterId, PlaceId};
use civic::programme::announcement::Announcement;
use civic::share::case::{Case, CaseState, Story};
use civic::stage::Stage;
use civic::time::Day;
use civic::token::Token;
use civic::tokens;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use uuid::Uuid;

tokens! {
    /// What was found.
    pub enum Kind = "search-kind" {
        /// A matter with what was raised in it and its topics.
        Matter = "matter",
        /// A resolution that no recount has voided.
        Resolution = "resolution",
        /// A posting.
        Posting = "posting",
        /// An announcement.
        Announcement = "announcement",
        /// The case of a matter, in the edition that holds.
        Case = "case",
    }
}

/// A text that everybody may find.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item<'t> {
    /// What it is.
    pub kind: Kind,
    /// The id of its row.
    pub id: Uuid,
    /// The matter that it belongs to. What is found of a matter goes when the matter goes.
    pub matter: Option<&'t Matter>,
    /// Where.
    pub place: PlaceId,
    /// Its day; newer ones are found first.
    pub day: Day,
    /// Its title.
    pub title: &'t str,
    /// What it says.
    pub text: &'t str,
}

/// What stands before a word or a name in the index, so that no text can contain it: private characters (Unicode, block E000-F8FF),
/// which are in no cut word.
pub(super) mod mark {
    /// A word of the title.
    pub const TITLE: char = '\u{e000}';
    /// A [`super::Kind`].
    pub const KIND: char = '\u{e001}';
    /// The place itself.
    pub const AT: char = '\u{e002}';
    /// The place or one above it.
    pub const UNDER: char = '\u{e003}';
    /// A stage.
    pub const STAGE: char = '\u{e004}';
    /// The county: SQLite has one index for all.
    pub const COUNTY: char = '\u{e005}';
}

/// A word with its mark.
pub(super) fn marked(mark: char, word: impl std::fmt::Display) -> String {
    format!("{mark}{word}")
}

/// An id as a word.
pub(super) fn word_of(id: Uuid) -> String {
    id.simple().to_string()
}

/// The stage that a matter has come to: the furthest that has begun.
fn stage_of(matter: &Matter) -> Stage {
    use civic::stage::StageState;
    let begun = Stage::GATED.iter().rev().find(|stage| matter.stages.get(**stage) != StageState::Ahead);
    begun.copied().unwrap_or(Stage::Decide)
}

/// Where a text sits among all: the newer the day, the higher; within one day by lot, but always the same.
fn seat(county: Uuid, item: &Item<'_>) -> i64 {
    const DAY_BITS: u32 = 20;
    const LOT_BITS: u32 = 42;
    let days = Day::parse("1970-01-01").map_or(0, |first| i64::from(first.until(item.day)));
    let days = days.clamp(0, (1 << DAY_BITS) - 1);
    let mut hash = Sha256::new();
    hash.update(county);
    hash.update(item.kind.as_str());
    hash.update(item.id);
    let lot = hash.finalize().iter().take(8).fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte));
    (days << LOT_BITS) | i64::try_from(lot >> (64 - LOT_BITS)).unwrap_or_default()
}

/// The row of a text as it stands in the index.
struct Row {
    place: PlaceId,
    number: Option<String>,
    stage: Option<String>,
    day: Day,
    title: String,
    text: String,
}

impl FromRow for Row {
    const TABLE: &'static str = "search_text";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            place: row.get()?,
            number: row.get()?,
            stage: row.get()?,
            day: row.get()?,
            title: row.get()?,
            text: row.get()?,
        })
    }
}

fn row_of(tx: &mut Tx<'_>, kind: Kind, id: Uuid) -> Result<Option<Row>> {
    tx.optional(
        sql!(
            "SELECT place_id, number, stage, on_day, title, text FROM search_text
             WHERE county_id = $1 AND kind = $2 AND row_id = $3"
        ),
        args![kind.as_str(), id],
    )
}

/// Puts a text into the index, in place of what stood there. A text that stands there already costs one look.
pub fn put(tx: &mut Tx<'_>, item: &Item<'_>) -> Result<()> {
    let number = item.matter.and_then(|matter| matter.number.as_ref()).map(ToString::to_string);
    let stage = item.matter.map(stage_of);
    let before = row_of(tx, item.kind, item.id)?;
    if before.as_ref().is_some_and(|row| {
        row.place == item.place
            && row.number == number
            && row.stage.as_deref() == stage.map(Token::as_str)
            && row.day == item.day
            && row.title == item.title
            && row.text == item.text
    }) {
        return Ok(());
    }
    if before.is_some() {
        unindex(tx, item.kind, item.id)?;
    }
    let (root, township, village): (PlaceId, Option<PlaceId>, Option<PlaceId>) = tx.one(
        sql!("SELECT root_id, township_id, village_id FROM place WHERE county_id = $1 AND id = $2"),
        args![item.place],
    )?;
    let county = tx.county().uuid();
    let title = cut::text(&format!("{} {}", item.title, number.as_deref().unwrap_or_default()));
    let mut words = cut::text(item.text);
    words.extend(title.iter().map(|word| marked(mark::TITLE, word)));
    words.extend(title);
    words.insert(marked(mark::KIND, item.kind.as_str()));
    words.insert(marked(mark::COUNTY, word_of(county)));
    words.insert(marked(mark::AT, word_of(item.place.uuid())));
    let above = [Some(item.place), village, township, Some(root)];
    words.extend(above.into_iter().flatten().map(|place| marked(mark::UNDER, word_of(place.uuid()))));
    words.extend(stage.map(|stage| marked(mark::STAGE, stage.as_str())));
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    tx.run(
        sql!(
            "INSERT INTO search_text (county_id, kind, row_id, seat, matter_id, place_id, number, stage, on_day, title, text, words)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
             ON CONFLICT (county_id, kind, row_id) DO UPDATE SET seat = excluded.seat, matter_id = excluded.matter_id,
                 place_id = excluded.place_id, number = excluded.number, stage = excluded.stage, on_day = excluded.on_day,
                 title = excluded.title, text = excluded.text, words = excluded.words"
        ),
        args![
            item.kind.as_str(),
            item.id,
            seat(county, item),
            item.matter.map(|matter| matter.id),
            item.place,
            number,
            stage.map(Token::as_str),
            item.day,
            item.title,
            item.text,
            words.join(" ")
        ],
    )?;
    index(tx, item.kind, item.id)
}

/// Takes a text out of the index, if it stands there.
pub fn gone(tx: &mut Tx<'_>, kind: Kind, id: Uuid) -> Result<()> {
    unindex(tx, kind, id)?;
    tx.run(
        sql!("DELETE FROM search_text WHERE county_id = $1 AND kind = $2 AND row_id = $3"),
        args![kind.as_str(), id],
    )?;
    Ok(())
}

/// Brings the words of a row into the index of SQLite. PostgreSQL keeps its own up by itself.
fn index(tx: &mut Tx<'_>, kind: Kind, id: Uuid) -> Result<()> {
    if tx.engine() == Engine::Sqlite {
        tx.run(
            sql!(
                "INSERT INTO search_word (rowid, words)
                 SELECT seat, words FROM search_text WHERE county_id = $1 AND kind = $2 AND row_id = $3"
            ),
            args![kind.as_str(), id],
        )?;
    }
    Ok(())
}

/// Takes the words of a row out of the index of SQLite again.
fn unindex(tx: &mut Tx<'_>, kind: Kind, id: Uuid) -> Result<()> {
    if tx.engine() == Engine::Sqlite {
        tx.run(
            sql!(
                "DELETE FROM search_word WHERE rowid IN
                     (SELECT seat FROM search_text WHERE county_id = $1 AND kind = $2 AND row_id = $3)"
            ),
            args![kind.as_str(), id],
        )?;
    }
    Ok(())
}

/// What a row of the index is taken from.
pub(super) struct From {
    /// What it is.
    pub kind: Kind,
    /// The id of its row.
    pub id: Uuid,
}

impl FromRow for From {
    const TABLE: &'static str = "search_text";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self { kind: row.token()?, id: row.get()? })
    }
}

/// Everything that is found of a matter.
fn of_matter(tx: &mut Tx<'_>, matter: MatterId) -> Result<Vec<From>> {
    tx.all(
        sql!(
            "SELECT kind, row_id FROM search_text WHERE county_id = $1 AND matter_id = $2 ORDER BY kind, row_id LIMIT 1000"
        ),
        args![matter],
    )
}

/// After a matter's row was written: it may have become public, gone under another one, got another title or come further.
pub(crate) fn matter_changed(tx: &mut Tx<'_>, matter: &Matter) -> Result<()> {
    if !matter.is_public() {
        return Ok(());
    }
    if let Some(survivor) = matter.merged_into {
        for one in of_matter(tx, matter.id)? {
            gone(tx, one.kind, one.id)?;
        }
        // What was raised in the one is read in the other from now on.
        let survivor = matter::get(tx, survivor)?;
        return if survivor.merged_into.is_none() { matter_itself(tx, &survivor) } else { Ok(()) };
    }
    let number = matter.number.as_ref().map(ToString::to_string);
    let before = row_of(tx, Kind::Matter, matter.id.uuid())?;
    let same = before.as_ref().is_some_and(|row| {
        Some(row.title.as_str()) == matter.title.as_deref()
            && row.number == number
            && row.stage.as_deref() == Some(stage_of(matter).as_str())
    });
    if same {
        return Ok(());
    }
    matter_itself(tx, matter)?;
    if before.is_some() {
        // Its title stands over them, and they are as far as it is.
        after(tx, matter)?;
    }
    Ok(())
}

/// The text of a matter: what was raised in it, as the committee made it public, and its topics.
fn matter_itself(tx: &mut Tx<'_>, matter: &Matter) -> Result<()> {
    if !matter.is_public() {
        return Ok(());
    }
    let mut text: Vec<String> =
        need::of_matter(tx, matter.id)?.into_iter().filter_map(|need| need.public_text).collect();
    for topic in topic::of_matter(tx, matter.id)? {
        if topic.state != TopicState::Draft {
            text.extend([topic.title, topic.background]);
        }
    }
    let title = matter.title.as_deref().unwrap_or_default();
    put(
        tx,
        &Item {
            kind: Kind::Matter,
            id: matter.id.uuid(),
            matter: Some(matter),
            place: matter.place,
            day: matter.created,
            title,
            text: &text.join("\n"),
        },
    )
}

/// What followed from a matter.
fn after(tx: &mut Tx<'_>, matter: &Matter) -> Result<()> {
    for one in resolutions::of_matter(tx, matter.id)? {
        resolution_of(tx, matter, &one)?;
    }
    for one in postings::of_matter(tx, matter.id)? {
        posting_of(tx, matter, &one)?;
    }
    for one in cases::of_matter(tx, matter.id)? {
        case_of(tx, matter, &one)?;
    }
    Ok(())
}

/// A matter with everything that followed from it, as it stands now.
pub(super) fn whole_matter(tx: &mut Tx<'_>, matter: &Matter) -> Result<()> {
    matter_itself(tx, matter)?;
    after(tx, matter)
}

/// The matter that goes on for one.
fn living(tx: &mut Tx<'_>, id: MatterId) -> Result<Matter> {
    let own = matter::get(tx, id)?;
    match own.merged_into {
        Some(survivor) => matter::get(tx, survivor),
        None => Ok(own),
    }
}

/// After a need's row was written: its public text may have changed.
pub(crate) fn need_changed(tx: &mut Tx<'_>, need: &Need) -> Result<()> {
    // What is not sorted yet has no public text, and its matter is not public.
    if need.sorting.is_none() {
        return Ok(());
    }
    let own = living(tx, need.matter)?;
    matter_itself(tx, &own)
}

/// After a topic's row was written. A draft is nobody else's yet.
pub(crate) fn topic_changed(tx: &mut Tx<'_>, topic: &Topic) -> Result<()> {
    if topic.state == TopicState::Draft {
        return Ok(());
    }
    let own = living(tx, topic.matter)?;
    matter_itself(tx, &own)
}

/// After a resolution's row was written.
pub(crate) fn resolution(tx: &mut Tx<'_>, one: &Resolution) -> Result<()> {
    let own = living(tx, one.matter)?;
    resolution_of(tx, &own, one)
}

fn resolution_of(tx: &mut Tx<'_>, matter: &Matter, one: &Resolution) -> Result<()> {
    if !matter.is_public() || one.state == ResolutionState::Void {
        return gone(tx, Kind::Resolution, one.id.uuid());
    }
    put(
        tx,
        &Item {
            kind: Kind::Resolution,
            id: one.id.uuid(),
            matter: Some(matter),
            place: one.place,
            day: one.resolved_on,
            title: matter.title.as_deref().unwrap_or_default(),
            text: &format!("{}\n{}", one.text, one.who_acts),
        },
    )
}

/// After a posting's row was written. One is never withdrawn, only corrected.
pub(crate) fn posting(tx: &mut Tx<'_>, one: &Posting) -> Result<()> {
    let own = living(tx, one.matter)?;
    posting_of(tx, &own, one)
}

fn posting_of(tx: &mut Tx<'_>, matter: &Matter, one: &Posting) -> Result<()> {
    if !matter.is_public() {
        return gone(tx, Kind::Posting, one.id.uuid());
    }
    put(
        tx,
        &Item {
            kind: Kind::Posting,
            id: one.id.uuid(),
            matter: Some(matter),
            place: one.place,
            day: one.posted_on,
            title: matter.title.as_deref().unwrap_or_default(),
            text: &one.text,
        },
    )
}

/// After an edition of a case was written: a draft is nobody else's yet, and one that was corrected has its successor.
pub(crate) fn case(tx: &mut Tx<'_>, one: &Case) -> Result<()> {
    let own = living(tx, one.matter)?;
    case_of(tx, &own, one)
}

fn case_of(tx: &mut Tx<'_>, matter: &Matter, one: &Case) -> Result<()> {
    let Some(day) = one.published_on.filter(|_| matter.is_public() && one.state == CaseState::Published) else {
        return gone(tx, Kind::Case, one.id.uuid());
    };
    let Story { title, problem, process, money, result, failed, contact } = &one.story;
    let texts = [problem, process, money, result, failed, contact].map(String::as_str);
    let text = texts.join("\n");
    let id = one.id.uuid();
    put(tx, &Item { kind: Kind::Case, id, matter: Some(matter), place: matter.place, day, title, text: &text })
}

/// After an announcement's row was written. Its page stays when it has ended.
pub(crate) fn announcement(tx: &mut Tx<'_>, one: &Announcement) -> Result<()> {
    let more = [one.original.as_deref(), one.document.as_deref()];
    let text: Vec<&str> = std::iter::once(one.plain.as_str()).chain(more.into_iter().flatten()).collect();
    put(
        tx,
        &Item {
            kind: Kind::Announcement,
            id: one.id.uuid(),
            matter: None,
            place: one.place,
            day: one.published,
            title: &one.title,
            text: &text.join("\n"),
        },
    )
}

/// The words that every text of a county within a place has, or none for the whole county.
pub(super) fn within(path: &[PlaceId]) -> Option<(String, BTreeSet<String>)> {
    let own = path.first()?;
    let at = |place: &PlaceId| marked(mark::AT, word_of(place.uuid()));
    Some((marked(mark::UNDER, word_of(own.uuid())), path.iter().skip(1).map(at).collect()))
}
