//! Questions about announcements: asked by anybody on any channel, without a name, answered in public (domain: M55).
//!
//! Nothing says who asked. Whoever wants to hear of the answer keeps the slip's code, or leaves a number to be called back.

use super::announcement::Announcement;
use crate::decide::code::SlipCode;
use crate::decide::convocation::rule_word;
use crate::id::{AnnouncementId, MatterId, QuestionId};
use crate::record::{Noun, Recorded, Sheet};
use crate::refusal::{Faults, Kind, Refuse, TextFault, Value};
use crate::rules::{InForce, Period, RuleRef};
use crate::text;
use crate::time::{Day, Timestamp};
use crate::tokens;
use uuid::Uuid;

/// The longest question, in characters.
pub const QUESTION_MAX: usize = 500;
/// The longest answer, in characters.
pub const ANSWER_MAX: usize = 1_000;

tokens! {
    /// How a question came. All of them have equal effect.
    pub enum QuestionChannel = "question-channel" {
        /// On this site.
        Web = "web",
        /// Through a helper.
        Helper = "helper",
        /// By telephone.
        Phone = "phone",
        /// On paper.
        Paper = "paper",
        /// By word of mouth.
        Said = "said",
    }
    /// Where a question stands.
    pub enum QuestionState = "question-state" {
        /// Waiting for its answer.
        Waiting = "waiting",
        /// Answered in public.
        Answered = "answered",
        /// Taken back by whoever holds its slip, before it was answered.
        Withdrawn = "withdrawn",
    }
}

/// A question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Its id.
    pub id: QuestionId,
    /// About which announcement.
    pub announcement: AnnouncementId,
    /// The code of its slip.
    pub code: SlipCode,
    /// How it came.
    pub channel: QuestionChannel,
    /// The day on which it came.
    pub received: Day,
    /// The words of who asked, for those who answer and for who holds the slip; empty once erased.
    pub text: String,
    /// A number to call back, gone once the answer was told.
    pub phone: Option<String>,
    /// The last day for its answer, where a rule sets one.
    pub due: Option<Day>,
    /// The rule that does.
    pub answer_rule: Option<RuleRef>,
    /// Where it stands.
    pub state: QuestionState,
    /// The question as everybody reads it, without the person.
    pub public_text: Option<String>,
    /// The answer.
    pub answer: Option<String>,
    /// The day of the answer.
    pub answered: Option<Day>,
    /// The day on which the answer was told by telephone.
    pub told: Option<Day>,
    /// When it was entered.
    pub recorded_at: Timestamp,
    /// The version read; the store compares and raises it.
    pub version: i64,
}

/// Why a question is not taken or not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuestionRefusal {
    /// A text is not taken.
    Text(TextFault),
    /// It is no telephone number.
    Phone,
    /// Its day is to come.
    DayToCome,
    /// It came before the announcement.
    TooEarly {
        /// The day of the announcement.
        published: Day,
    },
    /// It was answered already.
    Answered,
    /// It was taken back.
    Withdrawn,
    /// There is nobody to call back, or nothing to tell yet.
    NothingToTell,
}

impl From<TextFault> for QuestionRefusal {
    fn from(fault: TextFault) -> Self {
        Self::Text(fault)
    }
}

impl Refuse for QuestionRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::Answered | Self::Withdrawn | Self::NothingToTell => Kind::Conflict,
            _ => Kind::Invalid,
        }
    }
    fn key(&self) -> &'static str {
        match self {
            Self::Text(fault) => fault.key(),
            Self::Phone => "refusal-question-phone",
            Self::DayToCome => "refusal-question-day-to-come",
            Self::TooEarly { .. } => "refusal-question-too-early",
            Self::Answered => "refusal-question-answered",
            Self::Withdrawn => "refusal-question-withdrawn",
            Self::NothingToTell => "refusal-question-nothing-to-tell",
        }
    }
    fn values(&self) -> Vec<(&'static str, Value)> {
        match self {
            Self::Text(fault) => fault.values(),
            Self::TooEarly { published } => vec![("day", Value::Day(*published))],
            _ => Vec::new(),
        }
    }
    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Text(fault) => fault.field(),
            Self::Phone => Some("phone"),
            Self::DayToCome | Self::TooEarly { .. } => Some("received"),
            _ => None,
        }
    }
}

/// What is asked, as typed.
#[derive(Clone, Debug)]
pub struct Asked {
    /// How it came.
    pub channel: QuestionChannel,
    /// The day on which it came: today on the site, the true day for what came in another way.
    pub received: Day,
    /// The question.
    pub text: String,
    /// A number to call back; empty when there is none.
    pub phone: String,
}

/// By when a question that came on that day is owed its answer: as long as a need is; `None` where no rule says it.
pub fn owed(rules: &InForce<'_>, received: Day) -> Option<(Day, RuleRef)> {
    let owed = rules.reply()?;
    // Nobody may be kept from asking because a calendar of days off is missing; every day counts then, which is never later.
    let every_day = Period { forward: false, working: false, ..owed.value };
    let end = rules.period_end(received, owed.value).or_else(|_| rules.period_end(received, every_day));
    Some((end.ok()?, owed.rule))
}

/// Takes a question. One may ask as long as the announcement's page stands, also after its last day. `rules` are those in force at the
/// announcement's place on the day on which the question came.
pub fn ask(
    announcement: &Announcement,
    asked: &Asked,
    rules: &InForce<'_>,
    code: SlipCode,
    id: QuestionId,
    today: Day,
    now: Timestamp,
) -> Result<Question, Vec<QuestionRefusal>> {
    let mut faults = Faults::<QuestionRefusal>::default();
    let text = faults.take(text::block(&asked.text, QUESTION_MAX).map_err(TextFault::at("text")));
    let phone = faults.take(match asked.phone.trim() {
        "" => Ok(None),
        typed => text::phone(typed).map(Some).ok_or(QuestionRefusal::Phone),
    });
    if asked.received > today {
        faults.add(QuestionRefusal::DayToCome);
    } else if asked.received < announcement.published {
        faults.add(QuestionRefusal::TooEarly { published: announcement.published });
    }
    let (due, answer_rule) = owed(rules, asked.received).unzip();
    let question = (|| {
        Some(Question {
            id,
            announcement: announcement.id,
            code,
            channel: asked.channel,
            received: asked.received,
            text: text?,
            phone: phone?,
            due,
            answer_rule,
            state: QuestionState::Waiting,
            public_text: None,
            answer: None,
            answered: None,
            told: None,
            recorded_at: now,
            version: 1,
        })
    })();
    faults.finish(question)
}

impl Question {
    fn waits(&self) -> Result<(), QuestionRefusal> {
        match self.state {
            QuestionState::Waiting => Ok(()),
            QuestionState::Answered => Err(QuestionRefusal::Answered),
            QuestionState::Withdrawn => Err(QuestionRefusal::Withdrawn),
        }
    }

    /// Answers it in public. `public_text` is the question as everybody reads it. A late answer is taken too; that it was late is seen.
    pub fn answer(&self, public_text: &str, answer: &str, today: Day) -> Result<Self, Vec<QuestionRefusal>> {
        self.waits().map_err(|refusal| vec![refusal])?;
        let mut faults = Faults::<QuestionRefusal>::default();
        let public_text = faults.take(text::block(public_text, QUESTION_MAX).map_err(TextFault::at("public_text")));
        let answer = faults.take(text::block(answer, ANSWER_MAX).map_err(TextFault::at("answer")));
        let answered = (|| {
            Some(Self {
                state: QuestionState::Answered,
                public_text: Some(public_text?),
                answer: Some(answer?),
                answered: Some(today),
                ..self.clone()
            })
        })();
        faults.finish(answered)
    }

    /// Notes that the answer was told by telephone. The number goes.
    pub fn told(&self, today: Day) -> Result<Self, QuestionRefusal> {
        if self.state != QuestionState::Answered || self.phone.is_none() {
            return Err(QuestionRefusal::NothingToTell);
        }
        Ok(Self { phone: None, told: Some(today), ..self.clone() })
    }

    /// Takes it back: words and number go. Whoever holds the slip may do it as long as nobody has answered.
    pub fn withdrawn(&self) -> Result<Self, QuestionRefusal> {
        self.waits()?;
        Ok(Self { state: QuestionState::Withdrawn, text: String::new(), phone: None, ..self.clone() })
    }

    /// Whether its last day is over without an answer on `today`: the office's side turns amber.
    pub fn overdue(&self, today: Day) -> bool {
        self.state == QuestionState::Waiting && self.due.is_some_and(|due| due < today)
    }
    /// Whether its answer came after its last day.
    pub fn answered_late(&self) -> bool {
        matches!((self.answered, self.due), (Some(on), Some(due)) if on > due)
    }
    /// How many days the answer took.
    pub fn answered_in_days(&self) -> Option<i32> {
        self.answered.map(|on| self.received.until(on))
    }
}

impl Recorded for Question {
    const NOUN: Noun = Noun::Question;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        Vec::new()
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        // Neither the code of the slip nor the number: both lead to whoever asked.
        sheet.id("announcement", self.announcement);
        sheet.token("channel", self.channel);
        sheet.day("received", self.received);
        sheet.text("text", &self.text);
        sheet.day_or_none("due", self.due);
        rule_word(sheet, "answer_rule", self.answer_rule.as_ref());
        sheet.token("state", self.state);
        sheet.text_or_none("public_text", self.public_text.as_deref());
        sheet.text_or_none("answer", self.answer.as_deref());
        sheet.day_or_none("answered", self.answered);
        sheet.day_or_none("told", self.told);
        sheet.at("recorded_at", self.recorded_at);
    }
}

#[cfg(test)]
mod tests {
    use super::super::announcement::tests::{announced, day, now};
    use super::*;
    use crate::id::Chance;
    use crate::rules::{Activation, DEMO, NATIONAL_2026, Pack, Rules};
    use crate::states;
    use crate::token::Token;

    struct Fixed;
    impl Chance for Fixed {
        fn fill(&mut self, bytes: &mut [u8]) {
            bytes.fill(7);
        }
    }

    fn rules() -> Rules {
        let packs = [NATIONAL_2026, DEMO].map(|text| Pack::parse(text).unwrap()).to_vec();
        let place = announced().place;
        let activation =
            Activation { pack: "demo-county".into(), version: 1, place, from: day("2026-01-01"), until: None };
        Rules::new(packs, vec![activation]).unwrap()
    }

    fn asked(received: &str, today: &str, phone: &str) -> Result<Question, Vec<QuestionRefusal>> {
        let asked = Asked {
            channel: QuestionChannel::Paper,
            received: day(received),
            text: "停水那天学校怎么办？".into(),
            phone: phone.into(),
        };
        let (rules, announcement) = (rules(), announced());
        let force = rules.on(&[announcement.place], asked.received);
        let code = SlipCode::fresh(&mut Fixed);
        ask(&announcement, &asked, &force, code, QuestionId::from(Uuid::from_u128(9)), day(today), now())
    }

    #[test]
    fn a_question_is_taken_from_the_day_of_the_announcement_on_and_has_a_last_day() {
        let question = asked("2026-04-13", "2026-04-20", "").unwrap();
        assert_eq!(question.due, Some(day("2026-04-20")), "the 18th is a Saturday");
        assert_eq!(
            asked("2026-04-11", "2026-04-13", "").unwrap_err(),
            [QuestionRefusal::TooEarly { published: day("2026-04-12") }]
        );
        assert_eq!(asked("2026-04-14", "2026-04-13", "").unwrap_err(), [QuestionRefusal::DayToCome]);
        assert_eq!(asked("2026-04-13", "2026-04-13", "12").unwrap_err(), [QuestionRefusal::Phone]);
    }

    #[test]
    fn the_offices_side_is_overdue_from_the_day_after_and_a_late_answer_is_seen() {
        let question = asked("2026-04-13", "2026-04-13", "").unwrap();
        assert!(!question.overdue(day("2026-04-20")) && question.overdue(day("2026-04-21")));
        let late = question.answer("学校怎么办？", "送水车去学校。", day("2026-04-22")).unwrap();
        assert!(late.answered_late() && !late.overdue(day("2026-04-30")));
        assert_eq!(late.answered_in_days(), Some(9));
        assert_eq!(late.answer("x", "y", day("2026-04-22")).unwrap_err(), [QuestionRefusal::Answered]);
    }

    #[test]
    fn the_number_goes_once_the_answer_was_told_or_the_question_was_taken_back() {
        let question = asked("2026-04-13", "2026-04-13", "139 0000 0000").unwrap();
        assert_eq!(question.told(day("2026-04-14")), Err(QuestionRefusal::NothingToTell));
        let answered = question.answer("学校怎么办？", "送水车去学校。", day("2026-04-14")).unwrap();
        let told = answered.told(day("2026-04-14")).unwrap();
        assert_eq!((told.phone.as_ref(), told.told), (None, Some(day("2026-04-14"))));
        assert_eq!(told.told(day("2026-04-15")), Err(QuestionRefusal::NothingToTell));
        let gone = question.withdrawn().unwrap();
        assert_eq!((gone.text.as_str(), gone.phone), ("", None));
        assert_eq!(answered.withdrawn(), Err(QuestionRefusal::Answered));
    }

    #[test]
    fn neither_code_nor_number_stands_in_the_record() {
        let question = asked("2026-04-13", "2026-04-13", "13900000000").unwrap();
        let mut salts = |_: &'static str| Some([7u8; 16]);
        let mut sheet = Sheet::new(&mut salts);
        question.facts(&mut sheet);
        let said = sheet.done().canonical();
        assert!(!said.contains(&question.code.digits()) && !said.contains("13900000000"));
    }

    #[test]
    fn the_diagram_draws_what_a_question_can_do() {
        let first = asked("2026-04-13", "2026-04-13", "").unwrap();
        let at = |state| Question { state, ..first.clone() };
        let steps = states::steps(
            QuestionState::ALL,
            &[&|s| at(s).answer("问", "答", day("2026-04-14")).map(|one| one.state).map_err(drop), &|s| {
                at(s).withdrawn().map(|one| one.state).map_err(drop)
            }],
        );
        let page = include_str!("../../../../docs/states/question.md");
        states::same(page, 0, QuestionState::ALL, &[first.state], steps);
    }
}
