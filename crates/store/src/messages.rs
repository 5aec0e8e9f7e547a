//! Messages to people: queued as a job with whatever causes them, carried by the worker to the gateway or the log of a demo.

use crate::{Result, Tx, jobs};
use civic::id::{Chance, JobId};
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
}

impl Message {
    /// Reads the payload of a job.
    pub fn parse(payload: &str) -> Option<Self> {
        let json: Json = serde_json::from_str(payload).ok()?;
        let text = |name: &str| json.get(name).and_then(Json::as_str).map(str::to_owned);
        Some(Self { to: text("to")?, text: text("text")? })
    }
}

/// Queues a message in the caller's transaction. Phone and words lie in the job until it ended, and no longer.
pub fn send(tx: &mut Tx<'_>, to: &str, text: &str, now: Timestamp, chance: &mut dyn Chance) -> Result<JobId> {
    jobs::put(tx, SEND, &json!({ "to": to, "text": text }).to_string(), now, now, chance)
}
