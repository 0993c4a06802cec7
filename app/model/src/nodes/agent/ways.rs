//! The three ways out of an agent: it is done, it has reached a limit, or it failed.

use serde_json::{Map, Value, json};

use crate::agent::limits::LimitKind;

/// The port by which the path goes on when the agent is done; its value is what the agent gives.
pub const DONE: &str = "done";
/// The port by which the path goes on when a limit was reached: `{limit, message, partial}`.
pub const LIMIT_REACHED: &str = "limit_reached";
/// The port by which the path goes on when the agent failed: `{code, message, partial}`.
pub const FAILED: &str = "failed";

/// The output of an agent that is done.
pub fn done_output(value: Value) -> Map<String, Value> {
    Map::from_iter([(DONE.to_owned(), value)])
}

/// The output of an agent that has reached a limit, with what there is of its work.
pub fn limit_output(kind: LimitKind, words: &str, partial: Value) -> Map<String, Value> {
    let told = json!({ "limit": kind, "message": words, "partial": partial });
    Map::from_iter([(LIMIT_REACHED.to_owned(), told)])
}

/// The output of an agent that failed, with what there is of its work.
pub fn failed_output(code: &str, words: &str, partial: Value) -> Map<String, Value> {
    let told = json!({ "code": code, "message": words, "partial": partial });
    Map::from_iter([(FAILED.to_owned(), told)])
}
