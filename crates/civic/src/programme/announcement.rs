//! Announcements: what county, township or village tells the places below, in words that can be read aloud. Nobody is asked whether
//! they read it, and nothing counts readers (domain: M46, AF1).

use crate::id::{AnnouncementCorrectionId, AnnouncementId, MatterId, PlaceId};
use crate::people::place::Level;
use crate::people::standing::{Post, speaks_for};
use crate::record::{Noun, Recorded, Sheet};
use crate::refusal::{Faults, Kind, Refuse, TextFault, Value};
use crate::text;
use crate::time::{Day, Timestamp};
use crate::tokens;
use uuid::Uuid;

/// The longest title, in characters.
pub const TITLE_MAX: usize = 40;
/// The longest plain text, in characters: one sheet of paper in letters that can be read from two paces.
pub const PLAIN_MAX: usize = 600;
/// The longest sentence of a plain text: read aloud, a longer one is forgotten before it ends. A run of Latin letters or digits counts
/// as one.
pub const SENTENCE_MAX: usize = 45;
/// The longest original text, in characters.
pub const ORIGINAL_MAX: usize = 4_000;
/// The longest number or title of the document that it passes on, in characters.
pub const DOCUMENT_MAX: usize = 80;
/// The longest reason for a correction or for an early end, in characters.
pub const REASON_MAX: usize = 200;
/// For how many days something is announced at most: what holds for longer is a rule and no announcement.
pub const DAYS_MAX: i32 = 366;

tokens! {
    /// Where an announcement stands. Whether its last day is over is computed from the day, never stored.
    pub enum AnnouncementState = "announcement-state" {
        /// It holds until its last day.
        Standing = "standing",
        /// It was ended before its last day, with the reason. Its page stays.
        Ended = "ended",
    }
}

/// An announcement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announcement {
    /// Its id.
    pub id: AnnouncementId,
    /// The place in whose name it is written; it is shown there and at every place below.
    pub place: PlaceId,
    /// Its title.
    pub title: String,
    /// What it says in plain words and short sentences: what hangs on the board and is read over the loudspeaker.
    pub plain: String,
    /// The original text, where there is one.
    pub original: Option<String>,
    /// Number or title of the document that it passes on.
    pub document: Option<String>,
    /// The day on which it was published.
    pub published: Day,
    /// The last day on which it holds.
    pub until: Day,
    /// Where it stands.
    pub state: AnnouncementState,
    /// The day on which it was ended early.
    pub ended: Option<Day>,
    /// Why it was ended early.
    pub reason: Option<String>,
    /// How many corrections it has had.
    pub corrections: u32,
    /// When it was entered.
    pub created_at: Timestamp,
    /// The version read; the store compares and raises it.
    pub version: i64,
}

/// One correction of an announcement. What it said before stays readable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnnouncementCorrection {
    /// Its id.
    pub id: AnnouncementCorrectionId,
    /// Of which announcement.
    pub announcement: AnnouncementId,
    /// 1 for the first, and so on.
    pub turn: u32,
    /// The plain text before.
    pub before: String,
    /// The plain text after.
    pub after: String,
    /// The last day before.
    pub until_before: Day,
    /// The last day after.
    pub until_after: Day,
    /// Why.
    pub reason: String,
    /// The day of the correction.
    pub corrected: Day,
    /// When it was entered.
    pub recorded_at: Timestamp,
}

/// Why an announcement is not made or changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnnouncementRefusal {
    /// A text is not taken.
    Text(TextFault),
    /// A sentence of the plain text is too long to be understood when it is heard.
    LongSentence {
        /// How it begins.
        begins: String,
    },
    /// Nobody announces anything in the name of another place, and nobody in the name of a hamlet.
    NotInItsName,
    /// It would end before it begins.
    EndsBefore {
        /// The first last day that can be.
        from: Day,
    },
    /// Its last day is too far away.
    TooLong {
        /// The latest last day.
        until: Day,
    },
    /// A correction that changes nothing.
    Same,
    /// Its last day is over.
    Over {
        /// The last day.
        until: Day,
    },
    /// It was ended.
    Ended {
        /// On that day.
        on: Day,
    },
}

impl From<TextFault> for AnnouncementRefusal {
    fn from(fault: TextFault) -> Self {
        Self::Text(fault)
    }
}

impl Refuse for AnnouncementRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::Over { .. } | Self::Ended { .. } => Kind::Conflict,
            _ => Kind::Invalid,
        }
    }
    fn key(&self) -> &'static str {
        match self {
            Self::Text(fault) => fault.key(),
            Self::LongSentence { .. } => "refusal-announcement-long-sentence",
            Self::NotInItsName => "refusal-announcement-not-in-its-name",
            Self::EndsBefore { .. } => "refusal-announcement-ends-before",
            Self::TooLong { .. } => "refusal-announcement-too-long",
            Self::Same => "refusal-announcement-same",
            Self::Over { .. } => "refusal-announcement-over",
            Self::Ended { .. } => "refusal-announcement-ended",
        }
    }
    fn values(&self) -> Vec<(&'static str, Value)> {
        match self {
            Self::Text(fault) => fault.values(),
            Self::LongSentence { begins } => vec![
                ("begins", Value::Text(begins.clone())),
                ("max", Value::Int(i64::try_from(SENTENCE_MAX).unwrap_or(i64::MAX))),
            ],
            Self::EndsBefore { from } => vec![("from", Value::Day(*from))],
            Self::TooLong { until } | Self::Over { until } => vec![("until", Value::Day(*until))],
            Self::Ended { on } => vec![("day", Value::Day(*on))],
            Self::NotInItsName | Self::Same => Vec::new(),
        }
    }
    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Text(fault) => fault.field(),
            Self::LongSentence { .. } | Self::Same => Some("plain"),
            Self::NotInItsName => Some("at"),
            Self::EndsBefore { .. } | Self::TooLong { .. } => Some("until"),
            Self::Over { .. } | Self::Ended { .. } => None,
        }
    }
}

/// What is announced, as typed.
#[derive(Clone, Debug)]
pub struct Announced {
    /// In whose name.
    pub place: PlaceId,
    /// What level that place has.
    pub level: Level,
    /// The post in which it is announced.
    pub post: Option<Post>,
    /// Its title.
    pub title: String,
    /// The plain text.
    pub plain: String,
    /// The original text; empty when there is none.
    pub original: String,
    /// The document; empty when there is none.
    pub document: String,
    /// The last day.
    pub until: Day,
}

/// Announces.
pub fn announce(
    id: AnnouncementId,
    said: &Announced,
    today: Day,
    now: Timestamp,
) -> Result<Announcement, Vec<AnnouncementRefusal>> {
    let mut faults = Faults::<AnnouncementRefusal>::default();
    if said.post.is_none() || said.post != speaks_for(said.level) {
        faults.add(AnnouncementRefusal::NotInItsName);
    }
    let title = faults.take(text::line(&said.title, TITLE_MAX).map_err(TextFault::at("title")));
    let plain = faults.take(plain(&said.plain));
    let original = faults.take(text::block_or_none(&said.original, ORIGINAL_MAX).map_err(TextFault::at("original")));
    let document = faults.take(text::line_or_none(&said.document, DOCUMENT_MAX).map_err(TextFault::at("document")));
    let until = faults.take(last_day(said.until, today, today));
    let announcement = (|| {
        Some(Announcement {
            id,
            place: said.place,
            title: title?,
            plain: plain?,
            original: original?,
            document: document?,
            published: today,
            until: until?,
            state: AnnouncementState::Standing,
            ended: None,
            reason: None,
            corrections: 0,
            created_at: now,
            version: 1,
        })
    })();
    faults.finish(announcement)
}

/// A plain text: short enough for one sheet, and each sentence short enough for the ear.
fn plain(typed: &str) -> Result<String, AnnouncementRefusal> {
    let plain = text::block(typed, PLAIN_MAX).map_err(TextFault::at("plain"))?;
    match sentences(&plain).into_iter().find(|sentence| breaths(sentence) > SENTENCE_MAX) {
        Some(long) => Err(AnnouncementRefusal::LongSentence { begins: long.chars().take(12).collect() }),
        None => Ok(plain),
    }
}

fn last_day(until: Day, published: Day, today: Day) -> Result<Day, AnnouncementRefusal> {
    let latest = published.plus(DAYS_MAX);
    if until < today {
        return Err(AnnouncementRefusal::EndsBefore { from: today });
    }
    if until > latest {
        return Err(AnnouncementRefusal::TooLong { until: latest });
    }
    Ok(until)
}

/// The sentences of a text, as they are read aloud one by one.
pub fn sentences(plain: &str) -> Vec<&str> {
    let ends = |c: char| matches!(c, '。' | '！' | '？' | '!' | '?' | '；' | ';' | '\n');
    let mut parts: Vec<&str> = plain.split_inclusive(ends).map(str::trim).collect();
    parts.retain(|sentence| !sentence.is_empty());
    parts
}

/// How long a sentence is to the ear: a character each, a run of Latin letters or digits as one.
fn breaths(sentence: &str) -> usize {
    let mut run = false;
    let mut n = 0;
    for c in sentence.chars() {
        let latin = c.is_ascii_alphanumeric();
        if !(c.is_whitespace() || latin && run) {
            n += 1;
        }
        run = latin;
    }
    n
}

impl Announcement {
    /// Whether it holds on that day.
    pub fn holds_on(&self, today: Day) -> bool {
        self.state == AnnouncementState::Standing && today <= self.until
    }

    /// Refuses what is over or ended.
    fn alive(&self, today: Day) -> Result<(), AnnouncementRefusal> {
        match self.ended {
            Some(on) => Err(AnnouncementRefusal::Ended { on }),
            None if self.until < today => Err(AnnouncementRefusal::Over { until: self.until }),
            None => Ok(()),
        }
    }

    /// Corrects what it says or its last day, and keeps what it said.
    pub fn correct(
        &self,
        typed: &Correct,
        id: AnnouncementCorrectionId,
        today: Day,
        now: Timestamp,
    ) -> Result<(Self, AnnouncementCorrection), Vec<AnnouncementRefusal>> {
        self.alive(today).map_err(|refusal| vec![refusal])?;
        let mut faults = Faults::<AnnouncementRefusal>::default();
        let after = faults.take(plain(&typed.plain));
        let until = faults.take(last_day(typed.until, self.published, today));
        let reason = faults.take(text::line(&typed.reason, REASON_MAX).map_err(TextFault::at("reason")));
        if after.as_ref() == Some(&self.plain) && until == Some(self.until) {
            faults.add(AnnouncementRefusal::Same);
        }
        let corrected = (|| {
            let (after, until_after) = (after?, until?);
            let next = Self {
                plain: after.clone(),
                until: until_after,
                corrections: self.corrections.saturating_add(1),
                ..self.clone()
            };
            let correction = AnnouncementCorrection {
                id,
                announcement: self.id,
                turn: next.corrections,
                before: self.plain.clone(),
                after,
                until_before: self.until,
                until_after,
                reason: reason?,
                corrected: today,
                recorded_at: now,
            };
            Some((next, correction))
        })();
        faults.finish(corrected)
    }

    /// Ends it before its last day, with the reason. Its page and the questions under it stay.
    pub fn end(&self, reason: &str, today: Day) -> Result<Self, AnnouncementRefusal> {
        self.alive(today)?;
        let reason = text::line(reason, REASON_MAX).map_err(TextFault::at("reason"))?;
        Ok(Self { state: AnnouncementState::Ended, ended: Some(today), reason: Some(reason), ..self.clone() })
    }
}

/// A correction, as typed.
#[derive(Clone, Debug)]
pub struct Correct {
    /// The plain text as it should be.
    pub plain: String,
    /// The last day as it should be.
    pub until: Day,
    /// Why.
    pub reason: String,
}

impl Recorded for Announcement {
    const NOUN: Noun = Noun::Announcement;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        Vec::new()
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        sheet.id("place", self.place);
        sheet.text("title", &self.title);
        sheet.text("plain", &self.plain);
        sheet.text_or_none("original", self.original.as_deref());
        sheet.text_or_none("document", self.document.as_deref());
        sheet.day("published", self.published);
        sheet.day("until", self.until);
        sheet.token("state", self.state);
        sheet.day_or_none("ended", self.ended);
        sheet.text_or_none("reason", self.reason.as_deref());
        sheet.int("corrections", self.corrections);
        sheet.at("created_at", self.created_at);
    }
}

impl Recorded for AnnouncementCorrection {
    const NOUN: Noun = Noun::AnnouncementCorrection;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        Vec::new()
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        sheet.id("announcement", self.announcement);
        sheet.int("turn", self.turn);
        sheet.text("before", &self.before);
        sheet.text("after", &self.after);
        sheet.day("until_before", self.until_before);
        sheet.day("until_after", self.until_after);
        sheet.text("reason", &self.reason);
        sheet.day("corrected", self.corrected);
        sheet.at("recorded_at", self.recorded_at);
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::states;
    use crate::token::Token;

    pub(in crate::programme) fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }
    pub(in crate::programme) fn now() -> Timestamp {
        Timestamp::from_millis(1_775_000_000_000)
    }
    fn said() -> Announced {
        Announced {
            place: PlaceId::from(Uuid::from_u128(1)),
            level: Level::Village,
            post: Some(Post::Committee),
            title: "周三停水".into(),
            plain: "周三早上8点到下午5点停水。请先接好水。".into(),
            original: String::new(),
            document: " 水务函2026年12号 ".into(),
            until: day("2026-04-15"),
        }
    }
    pub(in crate::programme) fn announced() -> Announcement {
        announce(AnnouncementId::from(Uuid::from_u128(2)), &said(), day("2026-04-12"), now()).unwrap()
    }
    fn refused(said: &Announced) -> Vec<AnnouncementRefusal> {
        announce(AnnouncementId::from(Uuid::from_u128(2)), said, day("2026-04-12"), now()).unwrap_err()
    }
    fn correction(
        announcement: &Announcement,
        plain: &str,
        until: &str,
        today: &str,
    ) -> Option<AnnouncementCorrection> {
        let typed = Correct { plain: plain.into(), until: day(until), reason: "改到周四".into() };
        let id = AnnouncementCorrectionId::from(Uuid::from_u128(3));
        announcement.correct(&typed, id, day(today), now()).ok().map(|(_, correction)| correction)
    }

    #[test]
    fn what_is_announced_is_announced_in_the_name_of_ones_own_place() {
        assert_eq!(announced().document.as_deref(), Some("水务函2026年12号"));
        for (level, post) in [
            (Level::Village, Some(Post::Township)),
            (Level::Township, Some(Post::Committee)),
            (Level::County, Some(Post::Township)),
            (Level::Hamlet, Some(Post::Facilitator)),
            (Level::Hamlet, None),
            (Level::Village, None),
        ] {
            assert_eq!(refused(&Announced { level, post, ..said() }), [AnnouncementRefusal::NotInItsName]);
        }
    }

    #[test]
    fn a_sentence_that_is_forgotten_before_it_ends_is_not_taken() {
        let just = format!("{}。", "水".repeat(SENTENCE_MAX - 1));
        assert!(
            announce(announced().id, &Announced { plain: just.clone(), ..said() }, day("2026-04-12"), now()).is_ok()
        );
        let begins = "水".repeat(12);
        assert_eq!(
            refused(&Announced { plain: format!("停水。水{just}"), ..said() }),
            [AnnouncementRefusal::LongSentence { begins }]
        );
        assert_eq!(breaths("8点 to 17:00, 0715 6300000"), 9);
        assert_eq!(sentences("停水。请接水！\n打电话 0715。 "), ["停水。", "请接水！", "打电话 0715。"]);
    }

    #[test]
    fn it_ends_on_a_day_that_is_not_past_and_not_years_away() {
        for (until, fits) in [("2026-04-11", false), ("2026-04-12", true), ("2027-04-13", true), ("2027-04-14", false)]
        {
            let made = announce(announced().id, &Announced { until: day(until), ..said() }, day("2026-04-12"), now());
            assert_eq!(made.is_ok(), fits, "{until}");
        }
        let announcement = announced();
        assert!(announcement.holds_on(day("2026-04-15")) && !announcement.holds_on(day("2026-04-16")));
    }

    #[test]
    fn a_correction_keeps_what_was_said_and_needs_a_difference() {
        let announcement = announced();
        let first = correction(&announcement, "改到周四停水。", "2026-04-16", "2026-04-13").unwrap();
        assert_eq!((first.turn, first.before.as_str()), (1, announcement.plain.as_str()));
        assert!(correction(&announcement, &announcement.plain, "2026-04-15", "2026-04-13").is_none());
        assert!(correction(&announcement, &announcement.plain, "2026-04-18", "2026-04-13").is_some());
        assert!(
            correction(&announcement, "改到周四停水。", "2026-04-16", "2026-04-16").is_none(),
            "its last day is over"
        );
    }

    #[test]
    fn the_diagram_draws_what_an_announcement_can_do() {
        let first = announced();
        let at = |state| Announcement {
            state,
            ended: (state == AnnouncementState::Ended).then(|| day("2026-04-12")),
            ..first.clone()
        };
        let steps =
            states::steps(AnnouncementState::ALL, &[&|s| at(s).end("不停了", day("2026-04-13")).map(|one| one.state)]);
        let page = include_str!("../../../../docs/states/announcement.md");
        states::same(page, 0, AnnouncementState::ALL, &[first.state], steps);
    }
}
