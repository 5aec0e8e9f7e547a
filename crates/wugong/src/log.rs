//! The log: for people on a terminal, one JSON object a line for machines. It goes to standard error, so that standard output
//! holds what a command answers.

use crate::settings::{LogForm, Settings};
use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// Starts the log of this process.
pub fn start(settings: &Settings) {
    let json = match settings.log {
        LogForm::Json => true,
        LogForm::Human => false,
        LogForm::Auto => !std::io::stderr().is_terminal(),
    };
    let filter = EnvFilter::try_new(&settings.log_level).unwrap_or_else(|_| EnvFilter::new("info"));
    // Only one log can be started; a second call (in tests) keeps the first.
    let _ = tracing::subscriber::set_global_default(subscriber(
        json,
        std::io::stderr().is_terminal(),
        filter,
        std::io::stderr,
    ));
}

/// The log as it is written to `writer`.
pub fn subscriber<W>(
    json: bool,
    colour: bool,
    filter: EnvFilter,
    writer: W,
) -> Box<dyn tracing::Subscriber + Send + Sync>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let common = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer);
    if json {
        Box::new(common.json().flatten_event(true).with_current_span(false).with_span_list(false).finish())
    } else {
        Box::new(common.compact().with_ansi(colour).with_target(false).finish())
    }
}
