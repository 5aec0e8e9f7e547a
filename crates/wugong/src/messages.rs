//! The port through which messages leave: a gateway of the county, or a file for trying out.

use crate::settings::{Messages, Settings};
use civic::id::JobId;
use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;
use store::messages::Message;

/// How long a gateway may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// A way out for messages. Sending the same id twice has one effect.
pub trait Port: Send {
    /// Sends it, or says in a word for the operator why not; nothing of the message stands in that word.
    fn send(&self, id: JobId, message: &Message) -> Result<(), String>;
}

/// The way out that the settings name.
pub fn port(settings: &Settings) -> Box<dyn Port> {
    match &settings.messages {
        Messages::Log => Box::new(File::new(&settings.data)),
        Messages::Gateway { url, secret } => Box::new(Gateway::new(url, secret)),
    }
}

/// Messages in a file beside the database, and in the log: for trying out only, since whoever reads them can sign in.
pub struct File(PathBuf);

impl File {
    /// The name of the file in the folder of data.
    pub const NAME: &'static str = "messages.log";
    /// In that folder.
    pub fn new(data: &Path) -> Self {
        Self(data.join(Self::NAME))
    }
    fn has(&self, id: &str) -> std::io::Result<bool> {
        match std::fs::File::open(&self.0) {
            Ok(file) => {
                for line in std::io::BufReader::new(file).lines() {
                    if line?.contains(id) {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }
}

impl Port for File {
    fn send(&self, id: JobId, message: &Message) -> Result<(), String> {
        let id = id.to_string();
        let write = || -> std::io::Result<()> {
            if self.has(&id)? {
                return Ok(());
            }
            let line = serde_json::json!({ "id": id, "to": message.to, "text": message.text });
            let mut file = std::fs::OpenOptions::new().create(true).append(true).open(&self.0)?;
            writeln!(file, "{line}")
        };
        write().map_err(|error| format!("messages.log: {error}"))?;
        tracing::info!(to = message.to, text = message.text, "message");
        Ok(())
    }
}

/// A gateway that takes JSON by POST.
pub struct Gateway {
    agent: ureq::Agent,
    url: String,
    secret: String,
}

impl Gateway {
    /// With its address and what it knows us by.
    pub fn new(url: &str, secret: &str) -> Self {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            // A message that is sent on to another address would carry the secret there.
            .max_redirects(0)
            .http_status_as_error(true)
            .build();
        Self { agent: config.into(), url: url.to_owned(), secret: secret.to_owned() }
    }
}

impl Port for Gateway {
    fn send(&self, id: JobId, message: &Message) -> Result<(), String> {
        let id = id.to_string();
        let body = serde_json::json!({ "id": id, "to": message.to, "text": message.text }).to_string();
        let mut request =
            self.agent.post(&self.url).header("content-type", "application/json").header("idempotency-key", &id);
        if !self.secret.is_empty() {
            request = request.header("authorization", format!("Bearer {}", self.secret));
        }
        match request.send(body) {
            Ok(response) if response.status().is_success() => Ok(()),
            Ok(response) => Err(format!("the gateway answered {}", response.status().as_u16())),
            Err(ureq::Error::StatusCode(status)) => Err(format!("the gateway answered {status}")),
            Err(ureq::Error::Timeout(_)) => Err("the gateway did not answer within five seconds".to_owned()),
            Err(error) => Err(format!("the gateway was not reached: {error}")),
        }
    }
}
