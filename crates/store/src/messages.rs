//! Messages to people: queued as a job with whatever causes them, carried by the worker to the gateway or the log of a demo.

use crate::{Result, Tx, jobs};
use civic::id::{AnswerId, Chance, JobId};
use civic::time::Timestamp;
use serde_json::{Value as Json, json};

/// The kind of the job.
pub const SEND: &str = "message.send";

/// A message on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The phone that it goes to.
    pub to: String,
    /// Its words, in the language of who reads them.
    pub text: String,
    /// The answer that it brings, if it brings one: the worker notes its end by [`crate::decide::answer::message_ended`].
    pub answer: Option<AnswerId>,
}

impl Message {
    /// Reads the payload of a job.
    pub fn parse(payload: &str) -> Option<Self> {
        let json: Json = serde_json::from_str(payload).ok()?;
        let text = |name: &str| json.get(name).and_then(Json::as_str).map(str::to_owned);
        let answer = text("answer").and_then(|id| AnswerId::parse(&id));
        Some(Self { to: text("to")?, text: text("text")?, answer })
    }
}

/// Queues a message in the caller's transaction. Phone and words lie in the job until it ended, and no longer.
pub fn send(tx: &mut Tx<'_>, to: &str, text: &str, now: Timestamp, chance: &mut dyn Chance) -> Result<JobId> {
    jobs::put(tx, SEND, &json!({ "to": to, "text": text }).to_string(), now, now, chance)
}

/// As [`send`] for the answer to a need.
pub fn send_answer(
    tx: &mut Tx<'_>,
    answer: AnswerId,
    to: &str,
    text: &str,
    now: Timestamp,
    chance: &mut dyn Chance,
) -> Result<JobId> {
    let payload = json!({ "answer": answer.to_string(), "to": to, "text": text });
    jobs::put(tx, SEND, &payload.to_string(), now, now, chance)
}
