//! Points raised at a meeting: what was said, who takes it, by when, and what came of it. Who said it stands nowhere.

use super::meeting::{Meeting, MeetingState};
use crate::id::{MatterId, MeetingId, PointId};
use crate::record::{Noun, Recorded, Sheet};
use crate::refusal::{Kind, Refuse, Value};
use crate::time::{Day, Timestamp};
use crate::token::Token;
use crate::tokens;
use uuid::Uuid;

tokens! {
    /// What came of a point.
    pub enum PointOutcome = "point-outcome" {
        /// It was taken up.
        Adopted = "adopted",
        /// It was not; the reason stands beside it.
        NotAdopted = "not_adopted",
    }
}

/// Longest point, in characters.
pub const POINT_MAX: usize = 500;

/// A point raised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    /// Its id.
    pub id: PointId,
    /// At which meeting.
    pub meeting: MeetingId,
    /// About which matter, where it is about one.
    pub matter: Option<MatterId>,
    /// What was said, at most [`POINT_MAX`] characters.
    pub text: String,
    /// Who takes it (a body or a function), while somebody does.
    pub taken_by: Option<String>,
    /// By when.
    pub due_on: Option<Day>,
    /// What came of it.
    pub outcome: Option<PointOutcome>,
    /// Why it was not adopted, or how it was.
    pub reason: Option<String>,
    /// When it was entered.
    pub raised_at: Timestamp,
    /// The version read; the store compares and raises it.
    pub version: i64,
}

/// Why a point is not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PointRefusal {
    /// The meeting was called off.
    Meeting {
        /// Where it stands.
        state: MeetingState,
    },
    /// The matter is none that the meeting hears.
    Matter,
    /// Its day lies before the meeting.
    Due {
        /// The day of the meeting.
        held_on: Day,
    },
    /// Not adopting needs a reason: nobody's word may vanish without one.
    NoReason,
    /// It was settled already.
    Settled,
}

impl Refuse for PointRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::Meeting { .. } | Self::Settled => Kind::Conflict,
            _ => Kind::Invalid,
        }
    }
    fn key(&self) -> &'static str {
        match self {
            Self::Meeting { .. } => "refusal-point-meeting",
            Self::Matter => "refusal-point-matter",
            Self::Due { .. } => "refusal-point-due",
            Self::NoReason => "refusal-point-no-reason",
            Self::Settled => "refusal-point-settled",
        }
    }
    fn values(&self) -> Vec<(&'static str, Value)> {
        match self {
            Self::Meeting { state } => vec![("state", Value::Word(state.key()))],
            Self::Due { held_on } => vec![("day", Value::Day(*held_on))],
            _ => Vec::new(),
        }
    }
    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Matter => Some("matter"),
            Self::Due { .. } => Some("due_on"),
            Self::NoReason => Some("reason"),
            _ => None,
        }
    }
}

/// Writes down a point. Also after the meeting: what was forgotten in the minutes was said all the same.
pub fn raise(
    meeting: &Meeting,
    id: PointId,
    matter: Option<MatterId>,
    text: String,
    now: Timestamp,
) -> Result<Point, PointRefusal> {
    if meeting.state == MeetingState::Cancelled {
        return Err(PointRefusal::Meeting { state: meeting.state });
    }
    // A meeting about one matter needs no choice.
    let matter = matter.or(match meeting.matters.as_slice() {
        [only] => Some(*only),
        _ => None,
    });
    if matter.is_some_and(|m| !meeting.matters.contains(&m)) {
        return Err(PointRefusal::Matter);
    }
    Ok(Point {
        id,
        meeting: meeting.id,
        matter,
        text,
        taken_by: None,
        due_on: None,
        outcome: None,
        reason: None,
        raised_at: now,
        version: 1,
    })
}

/// Somebody takes a point, by a day.
pub fn take(point: &Point, meeting: &Meeting, taken_by: String, due_on: Option<Day>) -> Result<Point, PointRefusal> {
    if point.outcome.is_some() {
        return Err(PointRefusal::Settled);
    }
    if let (Some(due), Some(held_on)) = (due_on, meeting.held_on)
        && due < held_on
    {
        return Err(PointRefusal::Due { held_on });
    }
    Ok(Point { taken_by: Some(taken_by), due_on, ..point.clone() })
}

/// Says what came of a point.
pub fn settle(point: &Point, outcome: PointOutcome, reason: Option<String>) -> Result<Point, PointRefusal> {
    if point.outcome.is_some() {
        return Err(PointRefusal::Settled);
    }
    if outcome == PointOutcome::NotAdopted && reason.as_deref().is_none_or(|r| r.trim().is_empty()) {
        return Err(PointRefusal::NoReason);
    }
    Ok(Point { outcome: Some(outcome), reason, ..point.clone() })
}

impl Point {
    /// Whether somebody took it and its day is over without an outcome.
    pub fn overdue(&self, today: Day) -> bool {
        self.outcome.is_none() && self.due_on.is_some_and(|due| due < today)
    }
}

impl Recorded for Point {
    const NOUN: Noun = Noun::Point;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        self.matter.into_iter().collect()
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        sheet.id("meeting", self.meeting);
        sheet.id_or_none("matter", self.matter);
        sheet.text("text", &self.text);
        sheet.text_or_none("taken_by", self.taken_by.as_deref());
        sheet.day_or_none("due_on", self.due_on);
        sheet.token_or_none("outcome", self.outcome);
        sheet.text_or_none("reason", self.reason.as_deref());
        sheet.at("raised_at", self.raised_at);
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::{day, id, now, talk};
    use super::*;

    fn point() -> Point {
        raise(&talk(), id(1), None, "水往哪里排".into(), now()).unwrap()
    }

    #[test]
    fn a_point_at_a_talk_about_one_matter_belongs_to_that_matter() {
        assert_eq!(point().matter, Some(id(20)));
        let other = raise(&talk(), id(1), Some(id(21)), "水往哪里排".into(), now());
        assert_eq!(other, Err(PointRefusal::Matter));
    }

    #[test]
    fn somebody_takes_a_point_by_a_day_and_it_is_overdue_the_day_after() {
        let held = Meeting { held_on: Some(day("2026-03-20")), ..talk() };
        let early = take(&point(), &held, "水利站".into(), Some(day("2026-03-19")));
        assert_eq!(early, Err(PointRefusal::Due { held_on: day("2026-03-20") }));
        let taken = take(&point(), &held, "水利站".into(), Some(day("2026-03-27"))).unwrap();
        assert!(!taken.overdue(day("2026-03-27")));
        assert!(taken.overdue(day("2026-03-28")));
        assert!(!settle(&taken, PointOutcome::Adopted, None).unwrap().overdue(day("2026-03-28")));
    }

    #[test]
    fn a_point_is_not_turned_down_without_a_reason_nor_settled_twice() {
        let blank = settle(&point(), PointOutcome::NotAdopted, Some("  ".into()));
        assert_eq!(blank, Err(PointRefusal::NoReason));
        let settled = settle(&point(), PointOutcome::NotAdopted, Some("巷窄".into())).unwrap();
        assert_eq!(settle(&settled, PointOutcome::Adopted, None), Err(PointRefusal::Settled));
        assert_eq!(take(&settled, &talk(), "理事会".into(), None), Err(PointRefusal::Settled));
    }
}
