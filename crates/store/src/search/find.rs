//! Asking the index.
//!
//! A text is found that has every word asked for. Those with all of them in their title come first; within each half the newer come
//! first. That order can be said in one sentence, needs no statistics of either engine, and goes on where a page ended. Only where
//! nothing has every word are texts shown that have some: those with the most words first.

use super::texts::{Kind, mark, marked, within, word_of};
use crate::{Engine, FromRow, Reader, Result, Tx, args, sql};
use civic::id::PlaceId;
use civic::stage::Stage;
use civic::time::Day;
use civic::token::Token;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use uuid::Uuid;

/// Hits are counted up to here.
pub const COUNTED_MAX: u32 = 1000;
/// Texts looked at for each word where nothing has every word.
const SOME_MAX: u32 = 200;

/// What somebody asks for.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// The words, as [`cut::question`] cut them.
    pub words: Vec<String>,
    /// What it shall be.
    pub kind: Option<Kind>,
    /// Where: a place with those above it, innermost first. Empty for the whole county. What is announced above holds below.
    pub path: Vec<PlaceId>,
    /// How far its matter has come.
    pub stage: Option<Stage>,
}

/// Where a page of hits ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct After {
    /// Whether the last hit had every word in its title.
    pub titled: bool,
    /// Its seat.
    pub seat: i64,
}

/// A text that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// What it is.
    pub kind: Kind,
    /// The id of its row.
    pub id: Uuid,
    /// Whether every word stands in its title, and its seat: where the next page goes on.
    pub after: After,
    /// The public number of its matter.
    pub number: Option<String>,
    /// How far its matter has come.
    pub stage: Option<Stage>,
    /// Its day.
    pub day: Day,
    /// Its title.
    pub title: String,
    /// What it says.
    pub text: String,
    /// The name of its place.
    pub place_name: String,
}

impl FromRow for Hit {
    const TABLE: &'static str = "search_text";
    fn from_row(row: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            kind: row.token()?,
            id: row.get()?,
            after: After { titled: false, seat: row.get()? },
            number: row.get()?,
            stage: row.token_or_none()?,
            day: row.get()?,
            title: row.get()?,
            text: row.get()?,
            place_name: row.get()?,
        })
    }
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hits {
    /// One page of it.
    pub rows: Vec<Hit>,
    /// How many there are in all, up to one more than [`COUNTED_MAX`].
    pub n: i64,
    /// Whether these have only some of the words, since nothing has all. They are one page and no more.
    pub some: bool,
}

/// A condition on the words of a text.
enum Need {
    Word(String),
    All(Vec<Need>),
    Any(Vec<Need>),
    Not(Box<Need>, Box<Need>),
}

impl Need {
    fn words(words: &[String], mark: Option<char>) -> Self {
        let word = |word: &String| Self::Word(mark.map_or_else(|| word.clone(), |mark| marked(mark, word)));
        Self::All(words.iter().map(word).collect())
    }

    /// As the engine writes it. Words hold letters, digits and marks alone ([`cut`]), so that nothing in them has a meaning there.
    fn write(&self, engine: Engine, out: &mut String) {
        let sqlite = engine == Engine::Sqlite;
        let list = |needs: &[Self], sign: &str, out: &mut String| {
            out.push('(');
            for (at, need) in needs.iter().enumerate() {
                if at > 0 {
                    out.push_str(sign);
                }
                need.write(engine, out);
            }
            out.push(')');
        };
        match self {
            Self::Word(word) => {
                let quote = if sqlite { '"' } else { '\'' };
                let _ = write!(out, "{quote}{word}{quote}");
            }
            Self::All(needs) => list(needs, if sqlite { " AND " } else { " & " }, out),
            Self::Any(needs) => list(needs, if sqlite { " OR " } else { " | " }, out),
            Self::Not(needs, but) => {
                out.push('(');
                needs.write(engine, out);
                out.push_str(if sqlite { " NOT " } else { " & !" });
                but.write(engine, out);
                out.push(')');
            }
        }
    }

    fn text(&self, engine: Engine) -> String {
        let mut out = String::new();
        self.write(engine, &mut out);
        out
    }
}

impl Asked {
    /// What every hit has, whatever its words.
    fn frame(&self, county: Uuid) -> Vec<Need> {
        let mut needs = vec![Need::Word(marked(mark::COUNTY, word_of(county)))];
        needs.extend(self.kind.map(|kind| Need::Word(marked(mark::KIND, kind.as_str()))));
        needs.extend(self.stage.map(|stage| Need::Word(marked(mark::STAGE, stage.as_str()))));
        if let Some((under, above)) = within(&self.path) {
            let under = Need::Word(under);
            needs.push(if above.is_empty() {
                under
            } else {
                let above = Need::Any(above.into_iter().map(Need::Word).collect());
                let announced = Need::Word(marked(mark::KIND, Kind::Announcement.as_str()));
                Need::Any(vec![under, Need::All(vec![announced, above])])
            });
        }
        needs
    }

    fn need(&self, county: Uuid, words: Need) -> Need {
        let mut needs = self.frame(county);
        needs.push(words);
        Need::All(needs)
    }
}

/// Finds texts, one page after `after`.
pub fn find(tx: &mut Tx<'_>, asked: &Asked, after: Option<After>, rows_max: u32) -> Result<Hits> {
    if asked.words.is_empty() {
        return Ok(Hits::default());
    }
    let county = tx.county().uuid();
    let all = || Need::words(&asked.words, None);
    let titled = || Need::words(&asked.words, Some(mark::TITLE));
    let n = count(tx, &asked.need(county, all()))?;
    if n == 0 {
        return if asked.words.len() > 1 && after.is_none() { some(tx, asked, rows_max) } else { Ok(Hits::default()) };
    }
    let mut rows = Vec::new();
    if after.is_none_or(|after| after.titled) {
        let from = after.map_or(i64::MAX, |after| after.seat);
        rows = page(tx, &asked.need(county, titled()), from, rows_max)?;
        for row in &mut rows {
            row.after.titled = true;
        }
    }
    let missing = rows_max.saturating_sub(u32::try_from(rows.len()).unwrap_or(u32::MAX));
    if missing > 0 {
        let rest = Need::Not(Box::new(all()), Box::new(titled()));
        let from = after.filter(|after| !after.titled).map_or(i64::MAX, |after| after.seat);
        rows.extend(page(tx, &asked.need(county, rest), from, missing)?);
    }
    Ok(Hits { rows, n, some: false })
}

/// Texts that have some of the words: those with the most first, then the newer ones. Of each word the newest are looked at.
fn some(tx: &mut Tx<'_>, asked: &Asked, rows_max: u32) -> Result<Hits> {
    let county = tx.county().uuid();
    let mut found: BTreeMap<i64, (usize, Hit)> = BTreeMap::new();
    for word in &asked.words {
        // One character alone says too little here.
        if word.chars().count() < 2 && asked.words.iter().any(|other| other.chars().count() > 1) {
            continue;
        }
        for hit in page(tx, &asked.need(county, Need::Word(word.clone())), i64::MAX, SOME_MAX)? {
            found.entry(hit.after.seat).or_insert_with(|| (0, hit)).0 += 1;
        }
    }
    let mut rows: Vec<(usize, Hit)> = found.into_values().rev().collect();
    rows.sort_by_key(|(words, _)| std::cmp::Reverse(*words));
    rows.truncate(usize::try_from(rows_max).unwrap_or(usize::MAX));
    let rows: Vec<Hit> = rows.into_iter().map(|(_, hit)| hit).collect();
    Ok(Hits { n: i64::try_from(rows.len()).unwrap_or(i64::MAX), some: !rows.is_empty(), rows })
}

fn count(tx: &mut Tx<'_>, need: &Need) -> Result<i64> {
    let engine = tx.engine();
    let (need, max) = (need.text(engine), COUNTED_MAX + 1);
    match engine {
        Engine::Sqlite => tx.number(
            sql!(
                "SELECT COUNT(*) FROM (SELECT t.seat FROM search_word w JOIN search_text t ON t.county_id = $1 AND t.seat = w.rowid
                 WHERE w.search_word MATCH $2 LIMIT $3) AS found"
            ),
            args![need, max],
        ),
        Engine::Postgres => tx.number(
            sql!(
                "SELECT COUNT(*) FROM (SELECT t.seat FROM search_text t WHERE t.county_id = $1
                 AND array_to_tsvector(string_to_array(t.words, ' ')) @@ CAST(CAST($2 AS TEXT) AS tsquery) LIMIT $3) AS found"
            ),
            args![need, max],
        ),
    }
}

/// The newest that fit, below a seat.
fn page(tx: &mut Tx<'_>, need: &Need, below: i64, rows_max: u32) -> Result<Vec<Hit>> {
    let engine = tx.engine();
    let need = need.text(engine);
    match engine {
        Engine::Sqlite => tx.all(
            sql!(
                "SELECT t.kind, t.row_id, t.seat, t.number, t.stage, t.on_day, t.title, t.text, p.name
                 FROM search_word w CROSS JOIN search_text t ON t.county_id = $1 AND t.seat = w.rowid
                 JOIN place p ON p.county_id = t.county_id AND p.id = t.place_id
                 WHERE w.search_word MATCH $2 AND w.rowid < $3 ORDER BY w.rowid DESC LIMIT $4"
            ),
            args![need, below, rows_max],
        ),
        Engine::Postgres => tx.all(
            sql!(
                "SELECT t.kind, t.row_id, t.seat, t.number, t.stage, t.on_day, t.title, t.text, p.name
                 FROM search_text t JOIN place p ON p.county_id = t.county_id AND p.id = t.place_id
                 WHERE t.county_id = $1 AND array_to_tsvector(string_to_array(t.words, ' ')) @@ CAST(CAST($2 AS TEXT) AS tsquery)
                     AND t.seat < $3 ORDER BY t.seat DESC LIMIT $4"
            ),
            args![need, below, rows_max],
        ),
    }
}
