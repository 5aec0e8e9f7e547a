//! An answer on its way: how what was decided about a need reaches who raised it, on the channel that this person chose. There is no
//! "read": whether somebody looked is nobody's business (domain: AF1).

use crate::decide::need::Need;
use crate::id::{AccountId, AnswerId, MatterId, NeedId};
use crate::record::{Noun, Recorded, Sheet};
use crate::refusal::{Kind, Refuse, Value};
use crate::time::Day;
use crate::tokens;
use uuid::Uuid;

tokens! {
    /// How somebody wants to be answered.
    pub enum ReplyChannel = "reply-channel" {
        /// By the slip's code; nothing is sent.
        Slip = "slip",
        /// Among one's own things on the site.
        Site = "site",
        /// By a text message.
        Sms = "sms",
        /// By a phone call.
        Phone = "phone",
        /// On a printed list that somebody carries round.
        PrintedList = "printed_list",
    }
    /// Where an answer is.
    pub enum AnswerState = "answer-state" {
        /// It lies under the slip's code or among one's own things.
        Ready = "ready",
        /// Somebody or the program has yet to bring it.
        Waiting = "waiting",
        /// The message was handed to the network.
        Sent = "sent",
        /// Somebody told it, by phone or face to face.
        Told = "told",
        /// It was handed over on paper.
        Handed = "handed",
        /// The message could not be sent; somebody has to bring it.
        Failed = "failed",
    }
}

/// An answer on its way to one raiser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Its id.
    pub id: AnswerId,
    /// The need that it answers.
    pub need: NeedId,
    /// That need's matter.
    pub matter: MatterId,
    /// The channel that the raiser chose.
    pub channel: ReplyChannel,
    /// Where it is.
    pub state: AnswerState,
    /// The day of the answer.
    pub answered: Day,
    /// The day on which it arrived or failed.
    pub day: Option<Day>,
    /// Who told it or handed it over.
    pub by: Option<AccountId>,
    /// The version read; the store compares and raises it.
    pub version: i64,
}

/// Why something is not noted about an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerRefusal {
    /// There is no answer to bring yet.
    NotAnswered,
    /// It was told or handed over already.
    Arrived {
        /// When.
        day: Day,
    },
    /// Nothing is sent on this channel.
    NotSent,
    /// The day lies before the answer or in the future.
    Day {
        /// The first day that can be.
        from: Day,
        /// The last.
        until: Day,
    },
}

impl Refuse for AnswerRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::Day { .. } => Kind::Invalid,
            _ => Kind::Conflict,
        }
    }
    fn key(&self) -> &'static str {
        match self {
            Self::NotAnswered => "refusal-answer-none-yet",
            Self::Arrived { .. } => "refusal-answer-arrived",
            Self::NotSent => "refusal-answer-not-sent",
            Self::Day { .. } => "refusal-answer-day",
        }
    }
    fn values(&self) -> Vec<(&'static str, Value)> {
        match self {
            Self::Arrived { day } => vec![("day", Value::Day(*day))],
            Self::Day { from, until } => vec![("from", Value::Day(*from)), ("until", Value::Day(*until))],
            _ => Vec::new(),
        }
    }
    fn field(&self) -> Option<&'static str> {
        matches!(self, Self::Day { .. }).then_some("day")
    }
}

/// Puts the answer of a need on its way.
pub fn prepare(id: AnswerId, need: &Need) -> Result<Answer, AnswerRefusal> {
    let answered = need.answered.ok_or(AnswerRefusal::NotAnswered)?;
    let state = match need.reply_channel {
        ReplyChannel::Slip | ReplyChannel::Site => AnswerState::Ready,
        ReplyChannel::Sms | ReplyChannel::Phone | ReplyChannel::PrintedList => AnswerState::Waiting,
    };
    Ok(Answer {
        id,
        need: need.id,
        matter: need.matter,
        channel: need.reply_channel,
        state,
        answered,
        day: None,
        by: None,
        version: 1,
    })
}

impl Answer {
    /// Whether nobody has anything left to do about it.
    pub fn arrived(&self) -> bool {
        !matches!(self.state, AnswerState::Waiting | AnswerState::Failed)
    }

    /// The network took the message.
    pub fn sent(&self, today: Day) -> Result<Self, AnswerRefusal> {
        self.transmitted(AnswerState::Sent, today)
    }

    /// The network did not take the message, at the last try. It stays on the work list.
    pub fn failed(&self, today: Day) -> Result<Self, AnswerRefusal> {
        self.transmitted(AnswerState::Failed, today)
    }

    /// Somebody told it, by phone or face to face, whatever the channel was.
    pub fn told(&self, by: AccountId, day: Day, today: Day) -> Result<Self, AnswerRefusal> {
        self.brought(AnswerState::Told, by, day, today)
    }

    /// Somebody handed it over on paper.
    pub fn handed(&self, by: AccountId, day: Day, today: Day) -> Result<Self, AnswerRefusal> {
        self.brought(AnswerState::Handed, by, day, today)
    }

    fn transmitted(&self, state: AnswerState, today: Day) -> Result<Self, AnswerRefusal> {
        match (self.channel, self.state) {
            (ReplyChannel::Sms, AnswerState::Waiting | AnswerState::Failed) => {
                Ok(Self { state, day: Some(today), ..self.clone() })
            }
            _ => Err(AnswerRefusal::NotSent),
        }
    }

    fn brought(&self, state: AnswerState, by: AccountId, day: Day, today: Day) -> Result<Self, AnswerRefusal> {
        if let (AnswerState::Told | AnswerState::Handed, Some(day)) = (self.state, self.day) {
            return Err(AnswerRefusal::Arrived { day });
        }
        if day < self.answered || day > today {
            return Err(AnswerRefusal::Day { from: self.answered, until: today });
        }
        Ok(Self { state, day: Some(day), by: Some(by), ..self.clone() })
    }
}

impl Recorded for Answer {
    const NOUN: Noun = Noun::Answer;
    fn noun_id(&self) -> Uuid {
        self.id.uuid()
    }
    fn matters(&self) -> Vec<MatterId> {
        vec![self.matter]
    }
    fn facts(&self, sheet: &mut Sheet<'_>) {
        sheet.id("need", self.need);
        sheet.token("channel", self.channel);
        sheet.token("state", self.state);
        sheet.day("answered", self.answered);
        sheet.day_or_none("day", self.day);
        sheet.text_or_none("by", self.by.map(|by| by.to_string()).as_deref());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::need::tests::{answered_need, day};

    fn answer(channel: ReplyChannel) -> Answer {
        let need = Need { reply_channel: channel, ..answered_need() };
        prepare(AnswerId::from(Uuid::from_u128(1)), &need).unwrap()
    }
    fn by() -> AccountId {
        AccountId::from(Uuid::from_u128(2))
    }

    #[test]
    fn an_answer_under_a_slip_lies_ready_and_a_call_waits_for_somebody() {
        assert!(answer(ReplyChannel::Slip).arrived() && answer(ReplyChannel::Site).arrived());
        let call = answer(ReplyChannel::Phone);
        assert!(!call.arrived());
        let told = call.told(by(), day("2026-04-06"), day("2026-04-07")).unwrap();
        assert!(told.arrived());
        assert_eq!(
            told.told(by(), day("2026-04-07"), day("2026-04-07")),
            Err(AnswerRefusal::Arrived { day: day("2026-04-06") })
        );
    }

    #[test]
    fn a_message_that_failed_is_sent_again_or_told() {
        let failed = answer(ReplyChannel::Sms).failed(day("2026-04-06")).unwrap();
        assert!(!failed.arrived());
        assert_eq!(failed.sent(day("2026-04-07")).unwrap().state, AnswerState::Sent);
        assert_eq!(failed.told(by(), day("2026-04-07"), day("2026-04-07")).unwrap().state, AnswerState::Told);
        assert_eq!(answer(ReplyChannel::Phone).sent(day("2026-04-07")), Err(AnswerRefusal::NotSent));
    }

    #[test]
    fn nobody_was_told_before_the_answer_or_tomorrow() {
        let list = answer(ReplyChannel::PrintedList);
        for wrong in ["2026-04-04", "2026-04-08"] {
            assert!(
                matches!(list.handed(by(), day(wrong), day("2026-04-07")), Err(AnswerRefusal::Day { .. })),
                "{wrong}"
            );
        }
        assert_eq!(list.handed(by(), day("2026-04-07"), day("2026-04-07")).unwrap().state, AnswerState::Handed);
    }
}
