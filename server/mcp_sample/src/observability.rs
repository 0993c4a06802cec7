//! The server `observability`: what services have logged since their last release.

use chrono::{DateTime, FixedOffset, SecondsFormat, TimeDelta};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    invent::{moment, seed},
    outages::outage,
    tool::{About, Call, Effect, SampleTool},
};

/// How often a service has been started again in vain.
const STARTS: usize = 4;
/// Seconds between two lines of a log.
const BETWEEN_LINES: i64 = 2;
/// Seconds between the last line of a task and the first of the next.
const BETWEEN_STARTS: i64 = 30;
const DEFAULT_LIMIT: usize = 100;
const MOST: usize = 1000;

/// The tools of this server.
pub fn tools() -> Vec<SampleTool> {
    let logs = About {
        name: "getServiceLogs",
        title: "Get the logs of a service",
        description: "Reads the lines that a service has logged from a time on, oldest first.",
        effect: Effect::Reads,
        stages: &[],
    };
    vec![SampleTool::new(logs, service_logs)]
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct LogQuery {
    /// The group that the service logs to, as `/ecs/cluster/service`.
    log_group: String,
    /// The time to read from, such as `2026-11-28T20:00:00Z`; where it is left out, the start of the
    /// last release.
    start_time: Option<String>,
    /// The time to read to.
    end_time: Option<String>,
    /// The most lines to read: 1 to 1000, else 100.
    #[schemars(range(min = 1, max = 1000))]
    limit: Option<usize>,
    /// Only lines with this text.
    filter_pattern: Option<String>,
}

/// Lines of a log.
#[derive(Serialize, JsonSchema)]
struct Logs {
    log_group: String,
    events: Vec<LogEvent>,
    /// There are more lines than were asked for.
    truncated: bool,
}

#[derive(Clone, Serialize, JsonSchema)]
struct LogEvent {
    timestamp: String,
    /// `INFO`, `WARN` or `ERROR`.
    level: String,
    /// The task that has logged it.
    stream: String,
    message: String,
}

fn service_logs(query: LogQuery, _call: &Call<'_>) -> Result<Logs, String> {
    let mut parts = query.log_group.rsplit('/').filter(|part| !part.trim().is_empty());
    let service = parts.next().ok_or("Enter the log group, like /ecs/cluster/service.")?;
    let cluster = parts.next().unwrap_or("default");
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MOST).contains(&limit) {
        return Err(format!("limit is {limit}, but must be from 1 to {MOST}."));
    }
    let start = match &query.start_time {
        Some(start) => time("startTime", start)?,
        None => time("startTime", &moment(seed(&[cluster, service])))?,
    };
    let end = query.end_time.as_deref().map(|end| time("endTime", end)).transpose()?;
    let lines = lines(cluster, service, start);
    let asked = |line: &&(DateTime<FixedOffset>, LogEvent)| {
        let has = |text: &str| line.1.message.contains(text) || line.1.level.contains(text);
        end.is_none_or(|end| line.0 <= end) && query.filter_pattern.as_deref().is_none_or(has)
    };
    let count = lines.iter().filter(asked).count();
    let events = lines.iter().filter(asked).take(limit).map(|(_, event)| event.clone());
    Ok(Logs { events: events.collect(), truncated: count > limit, log_group: query.log_group })
}

/// All that a service has logged from a time on.
fn lines(
    cluster: &str,
    service: &str,
    start: DateTime<FixedOffset>,
) -> Vec<(DateTime<FixedOffset>, LogEvent)> {
    let (mut lines, mut at) = (vec![], start);
    for attempt in 0..STARTS {
        let task = seed(&[cluster, service, &attempt.to_string()]) >> 32;
        for (level, message) in outage(cluster, service).lines {
            let event = LogEvent {
                timestamp: at.to_rfc3339_opts(SecondsFormat::Secs, true),
                level: (*level).to_owned(),
                stream: format!("{service}/{task:08x}"),
                message: (*message).to_owned(),
            };
            lines.push((at, event));
            at += TimeDelta::seconds(BETWEEN_LINES);
        }
        at += TimeDelta::seconds(BETWEEN_STARTS);
    }
    lines
}

fn time(name: &str, text: &str) -> Result<DateTime<FixedOffset>, String> {
    DateTime::parse_from_rfc3339(text)
        .map_err(|_| format!("{name} isn't a time. Write it as 2026-11-28T20:00:00Z."))
}
