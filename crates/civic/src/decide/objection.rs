//! Objections to a posting: taken on every channel until 24:00 of the last day, and answered.

use super::convocation::rule_word;
use super::posting::Posting;
use crate::id::{MatterId, ObjectionId, PostingId, ResidentId};
use crate::record::{Noun, Recorded, Sheet};
use crate::refusal::{Kind, Refuse, Value};
use crate::rules::{InForce, RuleRef, RuleRefusal};
use crate::time::{Day, Timestamp};
use crate::tokens;
use uuid::Uuid;

tokens! {
    /// How an objection came. All of them have equal effect.
    pub enum ObjectionChannel = "objection-channel" {
        /// Said to somebody of the committee or the supervision committee.
        Said = "said",
        /// By telephone.
        Phone = "phone",
        /// On paper.
        Paper = "paper",
        /// On this site.
        Web = "web",
        /// Through a helper.
        Helper = "helper",
    }
    /// Where an objection stands.
    pub enum ObjectionState = "objection-state" {
        /// Waiting for its answer.
        Waiting = "waiting",
        /// Answered.
        Answered = "answered",
    }
    /// What came of an objection.
    pub enum ObjectionOutcome = "objection-outcome" {
        /// Something was changed.
        Changed = "changed",
        /// It stays as it is; the answer says why.
        Stays = "stays",
        /// It goes to a meeting again.
        ToMeeting = "to_meeting",
    }
}

/// Longest objection and longest answer, in characters.
pub const OBJECTION_MAX: usize = 1_000;

/// An objection to a posting. Who objected is known to those who answer and to nobody else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Objection {
    /// Its id.
    pub id: ObjectionId,
    /// In which matter.
    pub matter: MatterId,
    /// To which posting.
    pub posting: PostingId,
    /// Who objected, where they say so and are known.
    pub resident: Option<ResidentId>,
    /// How it came.
    pub channel: ObjectionChannel,
    /// The day on which it came.
    pub received_on: Day,
    /// What it says, at most [`OBJECTION_MAX`] characters.
    pub text: String,
    /// The last day for its answer, where a rule sets one.
    pub due_on: Option<Day>,
    /// The rule that does.
    pub answer_rule: Option<RuleRef>,
    /// Where it stands.
    pub state: ObjectionState,
    /// What came of it.
    pub outcome: Option<ObjectionOutcome>,
    /// The answer.
    pub answer: Option<String>,
    /// The day of the answer.
    pub answered_on: Option<Day>,
    /// When it was entered.
    pub recorded_at: Timestamp,
    /// The version read; the store compares and raises it.
    pub version: i64,
}

/// Why an objection is not taken or not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectionRefusal {
    /// It came after the last day.
    TooLate {
        /// The last day, to 24:00.
        until: Day,
        /// The day on which it came.
        received_on: Day,
    },
    /// It came before anything was posted.
    TooEarly {
        /// The day of the posting.
        posted_on: Day,
    },
    /// Its day is to come.
    DayToCome,
    /// It was answered already.
    Answered,
    /// An answer before the objection.
    BeforeReceived {
        /// The day on which it came.
        received_on: Day,
    },
    /// No rule or no calendar for that day.
    Rule(RuleRefusal),
}

impl From<RuleRefusal> for ObjectionRefusal {
    fn from(refusal: RuleRefusal) -> Self {
        Self::Rule(refusal)
    }
}

impl Refuse for ObjectionRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::TooLate { .. } | Self::TooEarly { .. } | Self::Answered => Kind::Conflict,
            Self::Rule(rule) => rule.kind(),
            _ => Kind::Invalid,
        }
    }
    fn key(&self) -> &'static str {
        match self {
            Self::TooLate { .. } => "refusal-objection-too-late",
            Self::TooEarly { .. } => "refusal-objection-too-early",
            Self::DayToCome => "refusal-objection-day-to-come",
            Self::Answered => "refusal-objection-answered",
            Self::BeforeReceived { .. } => "refusal-objection-before-received",
            Self::Rule(rule) => rule.key(),
        }
    }
    fn values(&self) -> Vec<(&'static str, Value)> {
        match self {
            Self::TooLate { until, received_on } => {
                vec![("until", Value::Day(*until)), ("received", Value::Day(*received_on))]
            }
            Self::TooEarly { posted_on } => vec![("day", Value::Day(*posted_on))],
            Self::BeforeReceived { received_on } => vec![("day", Value::Day(*received_on))],
            Self::Rule(rule) => rule.values(),
            _ => Vec::new(),
        }
    }
    fn field(&self) -> Option<&'static str> {
        match self {
            Self::TooLate { .. } | Self::TooEarly { .. } | Self::DayToCome => Some("received_on"),
            Self::BeforeReceived { .. } => Some("answered_on"),
            _ => None,
        }
    }
}

/// What an objection form says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Objected {
    /// Who objects, where they say so and are known.
    pub resident: Option<ResidentId>,
    /// How it came.
    pub channel: ObjectionChannel,
    /// The day on which it came: today on the site, the true day for what came on paper or by word of mouth.
    pub received_on: Day,
    /// What it says.
    pub text: String,
}

/// Takes an objection. In time is what came before 24:00 of the last day, whenever it is entered. `rules` are those in force on
/// the day on which it came.
pub fn object(
    posting: &Posting,
    objected: Objected,
    rules: &InForce<'_>,
    today: Day,
    id: ObjectionId,
    now: Timestamp,
) -> Result<Objection, ObjectionRefusal> {
    let Objected { resident, channel, received_on, text } = objected;
    if received_on > today {
        return Err(ObjectionRefusal::DayToCome);
    }
    if received_on < posting.posted_on {
        return Err(ObjectionRefusal::TooEarly { posted_on: posting.posted_on });
    }
    if received_on > posting.objections_until {
        return Err(ObjectionRefusal::TooLate { until: posting.objections_until, received_on });
    }
    let (due_on, answer_rule) = match rules.objection_answer() {
        Some(answer) => (Some(rules.period_end(received_on, answer.value)?), Some(answer.rule)),
        None => (None, None),
    };
    Ok(Objection {
        id,
        matter: posting.matter,
        posting: posting.id,
        resident,
        channel,
        received_on,
        text,
        due_on,
        answer_rule,
        state: ObjectionState::Waiting,
        outcome: None,
        answer: None,
        answered_on: None,
        recorded_at: now,
        version: 1,
    })
}

/// Answers an objection. A late answer is taken too; that it was late is seen.
pub fn answer(
    objection: &Objection,
    text: String,
    outcome: ObjectionOutcome,
    on: Day,
    today: Day,
) -> Result<Objection, ObjectionRefusal> {
    if objection.state == ObjectionState::Answered {
        return Err(ObjectionRefusal::Answered);
    }
    if on > today {
        return Err(ObjectionRefusal::DayToCome);
    }
    if on < objection.received_on {
        return Err(ObjectionRefusal::BeforeReceived { received_on: objection.received_on });
    }
    Ok(Objection {
        state: ObjectionState::Answered,
        outcome: Some(outcome),
        answer: Some(text),
        answered_on: Some(on),
        ..objection.clone()
    })
}

impl Objection {
    /// Whether its last day for an answer is over without one on `today`: the committee's side turns amber.
    pub fn overdue(&self, today: Day) -> bool {
        self.state == ObjectionState::Waiting && self.due_on.is_some_and(|due| due < today)
    }
    /// Whether its answer came after its last day.
    pub fn answered_late(&self) -> bool {
        matches!((self.answered_on, self.due_on), (Some(on), Some(due)) if on > due)
    }
    /// How many days the answer took.
    pub fn answered_in_days(&self) -> Option<i32> {
        self.answered_on.map(|on| self.received_on.until(on))
    }
}

impl Recorded for Objection {
    const NOUN: Noun = Noun::Objection;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        vec![self.matter]
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        // Who objected stands in no record, not even as an id: the authors of complaints are nobody else's business.
        sheet.id("matter", self.matter);
        sheet.id("posting", self.posting);
        sheet.token("channel", self.channel);
        sheet.day("received_on", self.received_on);
        sheet.text("text", &self.text);
        sheet.day_or_none("due_on", self.due_on);
        rule_word(sheet, "answer_rule", self.answer_rule.as_ref());
        sheet.token("state", self.state);
        sheet.token_or_none("outcome", self.outcome);
        sheet.text_or_none("answer", self.answer.as_deref());
        sheet.day_or_none("answered_on", self.answered_on);
        sheet.at("recorded_at", self.recorded_at);
    }
}

#[cfg(test)]
mod tests {
    use super::super::posting;
    use super::super::trial::{self, day, demo, id, law, now};
    use super::*;
    use crate::states;
    use crate::token::Token;

    fn posted() -> Posting {
        let on = "2026-04-13";
        let hung = posting::Hung { text: "决议".into(), hangs_at: "祠堂".into(), posted_on: day(on) };
        posting::post(&trial::resolution(), hung, &demo(on), day(on), id(90), now()).unwrap()
    }

    fn objected(on: Day) -> Objected {
        Objected {
            resident: None, channel: ObjectionChannel::Paper, received_on: on, text: "水往我家后墙排".into()
        }
    }

    fn came(on: &str, today: &str) -> Result<Objection, ObjectionRefusal> {
        object(&posted(), objected(day(on)), &demo(on), day(today), id(100), now())
    }

    #[test]
    fn an_objection_is_taken_to_the_end_of_the_last_day_and_not_after() {
        for after in -3..=30 {
            let on = day("2026-04-13").plus(after);
            let taken = object(&posted(), objected(on), &demo("2026-04-13"), on, id(100), now());
            assert_eq!(taken.is_ok(), (0..=15).contains(&after), "{on}");
        }
        let refusal = came("2026-04-29", "2026-04-29").unwrap_err();
        assert_eq!(
            refusal.values(),
            [("until", Value::Day(day("2026-04-28"))), ("received", Value::Day(day("2026-04-29")))]
        );
        assert_eq!(came("2026-04-12", "2026-04-13"), Err(ObjectionRefusal::TooEarly { posted_on: day("2026-04-13") }));
    }

    #[test]
    fn a_paper_that_came_in_time_counts_when_it_is_entered_later() {
        assert!(came("2026-04-28", "2026-05-20").is_ok());
        assert_eq!(came("2026-04-28", "2026-04-27"), Err(ObjectionRefusal::DayToCome));
    }

    #[test]
    fn the_last_day_for_an_answer_moves_past_days_off() {
        assert_eq!(came("2026-04-15", "2026-04-15").unwrap().due_on, Some(day("2026-04-20")));
        // 27 April + 5 = 2 May, in the Labour Day holiday; people work again on Wednesday the 6th.
        assert_eq!(came("2026-04-27", "2026-04-27").unwrap().due_on, Some(day("2026-05-06")));
        let national =
            object(&posted(), objected(day("2026-04-15")), &law("2026-04-15"), day("2026-04-15"), id(100), now());
        assert_eq!(national.unwrap().due_on, None);
    }

    #[test]
    fn the_committees_side_is_overdue_from_the_day_after() {
        let objection = came("2026-04-15", "2026-04-15").unwrap();
        assert!(!objection.overdue(day("2026-04-20")));
        assert!(objection.overdue(day("2026-04-21")));
        let late = answer(&objection, "加暗沟".into(), ObjectionOutcome::Changed, day("2026-04-22"), day("2026-04-22"))
            .unwrap();
        assert!(late.answered_late() && !late.overdue(day("2026-04-30")));
        assert_eq!(late.answered_in_days(), Some(7));
        let in_time =
            answer(&objection, "加暗沟".into(), ObjectionOutcome::Changed, day("2026-04-19"), day("2026-04-22"))
                .unwrap();
        assert!(!in_time.answered_late());
    }

    #[test]
    fn an_objection_is_answered_once_and_not_before_it_came() {
        let objection = came("2026-04-15", "2026-04-15").unwrap();
        let give = |objection: &Objection, on: &str| {
            answer(objection, "加暗沟".into(), ObjectionOutcome::Stays, day(on), day("2026-04-19"))
        };
        let answered = give(&objection, "2026-04-19").unwrap();
        assert_eq!(give(&answered, "2026-04-19"), Err(ObjectionRefusal::Answered));
        assert_eq!(
            give(&objection, "2026-04-14"),
            Err(ObjectionRefusal::BeforeReceived { received_on: day("2026-04-15") })
        );
        assert_eq!(give(&objection, "2026-04-20"), Err(ObjectionRefusal::DayToCome));
    }

    #[test]
    fn who_objected_stands_in_no_record() {
        let objection = Objection { resident: Some(id(7)), ..came("2026-04-15", "2026-04-15").unwrap() };
        let mut salts = |_: &'static str| Some([7u8; 16]);
        let mut sheet = Sheet::new(&mut salts);
        objection.facts(&mut sheet);
        assert!(!sheet.done().canonical().contains("00000007"));
    }

    #[test]
    fn the_diagram_draws_what_an_objection_can_do() {
        let first = came("2026-04-15", "2026-04-15").unwrap();
        let on = day("2026-04-16");
        let at = |state| Objection { state, ..first.clone() };
        let steps = states::steps(
            ObjectionState::ALL,
            &[&|s| answer(&at(s), "改".into(), ObjectionOutcome::Changed, on, on).map(|one| one.state)],
        );
        let page = include_str!("../../../../docs/states/objection.md");
        states::same(page, 0, ObjectionState::ALL, &[first.state], steps);
    }
}
