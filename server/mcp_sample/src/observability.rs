//! The server `observability`: what services have logged since their last release.

use chrono::{DateTime, FixedOffset, SecondsFormat, TimeDelta};
use serde_json::{Value, json};

use crate::{
    invent::{moment, outage, seed},
    tool::{Answer, Call},
};

/// How often a service has been started again in vain.
const STARTS: usize = 4;
/// Seconds between two lines of a log.
const BETWEEN_LINES: i64 = 2;
/// Seconds between the last line of a task and the first of the next.
const BETWEEN_STARTS: i64 = 30;
const DEFAULT_LIMIT: u64 = 100;
const MOST: u64 = 1000;

/// How a tool answers.
pub fn answer(tool: &str) -> Option<Answer> {
    (tool == "getServiceLogs").then_some(service_logs)
}

fn service_logs(call: &Call<'_>) -> Result<Value, String> {
    let mut parts = call.text("logGroup").rsplit('/').filter(|part| !part.trim().is_empty());
    let service = parts.next().ok_or("Enter the log group, like /ecs/cluster/service.")?;
    let cluster = parts.next().unwrap_or("default");
    let limit = call.value("limit").as_u64().unwrap_or(DEFAULT_LIMIT);
    if !(1..=MOST).contains(&limit) {
        return Err(format!("limit is {limit}, but must be from 1 to {MOST}."));
    }
    let start = time(call, "startTime")?;
    let start = match start {
        Some(start) => start,
        None => parse_time("startTime", &moment(seed(&[cluster, service])))?,
    };
    let end = time(call, "endTime")?;
    let pattern = call.text("filterPattern");
    let mut events = lines(cluster, service, start);
    events.retain(|(at, event)| {
        let has = |key: &str| event[key].as_str().is_some_and(|text| text.contains(pattern));
        end.is_none_or(|end| *at <= end) && (has("message") || has("level"))
    });
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let truncated = events.len() > limit;
    let events: Vec<Value> = events.into_iter().take(limit).map(|(_, event)| event).collect();
    let group = call.value("logGroup");
    Ok(json!({ "log_group": group, "events": events, "truncated": truncated }))
}

/// All that a service has logged from a time on.
fn lines(
    cluster: &str,
    service: &str,
    start: DateTime<FixedOffset>,
) -> Vec<(DateTime<FixedOffset>, Value)> {
    let (mut lines, mut at) = (vec![], start);
    for attempt in 0..STARTS {
        let task = seed(&[cluster, service, &attempt.to_string()]) >> 32;
        for line in outage(cluster, service)["lines"].as_array().into_iter().flatten() {
            let event = json!({
                "timestamp": at.to_rfc3339_opts(SecondsFormat::Secs, true),
                "level": line[0],
                "stream": format!("{service}/{task:08x}"),
                "message": line[1],
            });
            lines.push((at, event));
            at += TimeDelta::seconds(BETWEEN_LINES);
        }
        at += TimeDelta::seconds(BETWEEN_STARTS);
    }
    lines
}

/// The time of an argument, none where it is left out.
fn time(call: &Call<'_>, name: &str) -> Result<Option<DateTime<FixedOffset>>, String> {
    call.value(name).as_str().map(|text| parse_time(name, text)).transpose()
}

fn parse_time(name: &str, text: &str) -> Result<DateTime<FixedOffset>, String> {
    DateTime::parse_from_rfc3339(text)
        .map_err(|_| format!("{name} isn't a time. Write it as 2026-11-28T20:00:00Z."))
}
