//! What people ask of executions.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value, json};

use crate::{
    document::one_line,
    id::NodeId,
    problem::{FieldProblem, Problem},
};

/// Most characters of the reason for a stop.
pub const MOST_REASON_CHARS: usize = 500;

/// What a person asks of an execution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "command", rename_all = "snake_case", deny_unknown_fields)]
pub enum Control {
    /// Let nothing new start.
    Pause,
    /// Go on.
    Resume,
    /// End it, keeping results.
    Stop {
        /// Why, in words that stand with it in the log.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Run a failed node's failed jobs again.
    RetryNode {
        /// Which.
        node_id: NodeId,
        /// Fields of its configuration that are different this time.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        config: Option<Map<String, Value>>,
        /// How often it had been made when it was looked at, counted from 1: where somebody has had
        /// it made again since, nothing is run.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        generation: Option<i32>,
    },
    /// Go on without a node.
    SkipNode {
        /// Which.
        node_id: NodeId,
        /// What it counts as having given, port by port; none means nothing. Where ports exclude each
        /// other, those that are named are taken.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        output: Option<Map<String, Value>>,
        /// How often it had been made when it was looked at, counted from 1: where somebody has had
        /// it made again since, nothing is changed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        generation: Option<i32>,
    },
    /// Let a node start that waits for a person's word.
    TriggerNode {
        /// Which.
        node_id: NodeId,
        /// Fields of its configuration that are different this time.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        config: Option<Map<String, Value>>,
        /// How often it had been made when it was looked at, counted from 1: where somebody has had
        /// it made again since, nothing is started.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        generation: Option<i32>,
    },
    /// Change a node that has not begun, for this execution only.
    EditNode {
        /// Which; of a step of a loop, as it was drawn, those of all rounds that have not begun.
        node_id: NodeId,
        /// Fields of its configuration that are different.
        config: Map<String, Value>,
        /// Fields as they were seen: where one is another by now, nothing is changed.
        #[serde(default, skip_serializing_if = "Map::is_empty")]
        was: Map<String, Value>,
    },
    /// Let steps go on by themselves, or wait for a person's word each.
    AutoRun {
        /// By themselves.
        on: bool,
    },
    /// Pause before these nodes, and before no others.
    Breakpoints {
        /// Which.
        nodes: Vec<NodeId>,
    },
    /// Pause before this node too, or no longer; before the others as it was.
    Breakpoint {
        /// Which, as drawn.
        node_id: NodeId,
        /// Pause before it.
        on: bool,
    },
    /// Change what it may cost.
    Budget {
        /// Millionths of a dollar; null is no cap of its own.
        #[serde(deserialize_with = "Option::deserialize")]
        micros: Option<u64>,
        /// The same as it was seen: where it is another by now, nothing is changed.
        #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
        was: Option<Option<u64>>,
    },
}

/// A field that may be left out and may be null, which is something else: null was said.
///
/// # Errors
/// When what is there is no such value.
pub fn given<'de, D, T>(from: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(from).map(Some)
}

impl Control {
    /// End it without a word why.
    pub const STOP: Self = Self::Stop { reason: None };

    /// End it for this reason, on one line; none where nothing is said.
    ///
    /// # Errors
    /// When it is longer than [`MOST_REASON_CHARS`], with the numbers.
    pub fn stop_for(reason: Option<&str>) -> Result<Self, Problem> {
        let reason = reason.map(one_line).filter(|reason| !reason.is_empty());
        let chars = reason.as_ref().map_or(0, |reason| reason.chars().count());
        if chars <= MOST_REASON_CHARS {
            return Ok(Self::Stop { reason });
        }
        let words = format!("The reason has {chars} characters; {MOST_REASON_CHARS} are allowed.");
        let wrong = FieldProblem::field("text_too_long", "reason", words.clone());
        Err(Problem::invalid(words, vec![wrong]))
    }

    /// The step that this leaves out or sets up otherwise; none where steps do as they are set up.
    pub fn bends(&self) -> Option<&NodeId> {
        match self {
            Self::SkipNode { node_id, .. } | Self::EditNode { node_id, .. } => Some(node_id),
            Self::RetryNode { node_id, config, .. } | Self::TriggerNode { node_id, config, .. } => {
                let changes = config.as_ref().is_some_and(|config| !config.is_empty());
                changes.then_some(node_id)
            }
            Self::Pause
            | Self::Resume
            | Self::Stop { .. }
            | Self::AutoRun { .. }
            | Self::Breakpoints { .. }
            | Self::Breakpoint { .. }
            | Self::Budget { .. } => None,
        }
    }

    /// The line in the audit log.
    pub const fn audit_action(&self) -> &'static str {
        match self {
            Self::Pause => "execution.pause",
            Self::Resume => "execution.resume",
            Self::Stop { .. } => "execution.stop",
            Self::RetryNode { .. } => "execution.retry_node",
            Self::SkipNode { .. } => "execution.skip_node",
            Self::TriggerNode { .. } => "execution.trigger_node",
            Self::EditNode { .. } => "execution.edit_node",
            Self::AutoRun { .. } => "execution.auto_run",
            Self::Breakpoints { .. } | Self::Breakpoint { .. } => "execution.breakpoints",
            Self::Budget { .. } => "execution.budget",
        }
    }

    /// What the audit log keeps of it beside that.
    pub fn audit_detail(&self) -> Value {
        let names = |config: &Map<String, Value>| config.keys().cloned().collect::<Vec<_>>();
        match self {
            Self::Pause | Self::Resume | Self::Stop { reason: None } => json!({}),
            Self::Stop { reason: Some(reason) } => json!({ "reason": reason }),
            Self::RetryNode { node_id, config, .. } | Self::TriggerNode { node_id, config, .. } => {
                json!({ "node_id": node_id, "changed": config.as_ref().map(names).unwrap_or_default() })
            }
            Self::EditNode { node_id, config, .. } => {
                json!({ "node_id": node_id, "changed": names(config) })
            }
            Self::SkipNode { node_id, output, .. } => {
                json!({ "node_id": node_id, "gave": output.as_ref().map(names) })
            }
            Self::AutoRun { on } => json!({ "on": on }),
            Self::Breakpoints { nodes } => json!({ "nodes": nodes }),
            Self::Breakpoint { node_id, on } => json!({ "node_id": node_id, "on": on }),
            Self::Budget { micros, .. } => json!({ "micros": micros }),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn read(written: Value) -> Control {
        serde_json::from_value(written).unwrap()
    }

    #[test]
    fn what_was_seen_may_be_left_out_as_by_who_asked_before_there_was_such_a_field() {
        let retry = read(json!({"command": "retry_node", "node_id": "copy"}));
        let budget = read(json!({"command": "budget", "micros": 5}));

        let node_id = NodeId::from("copy");
        assert_eq!(retry, Control::RetryNode { node_id, config: None, generation: None });
        assert_eq!(budget, Control::Budget { micros: Some(5), was: None });
        for control in [retry, budget] {
            let written = serde_json::to_value(&control).unwrap();
            assert!(written.get("generation").is_none() && written.get("was").is_none());
        }
    }

    #[test]
    fn that_no_budget_was_seen_is_something_else_than_nothing_said() {
        for (written, seen) in [(json!(null), None), (json!(7), Some(7))] {
            let control = json!({"command": "budget", "micros": null, "was": written});

            let budget = read(control.clone());

            assert_eq!(budget, Control::Budget { micros: None, was: Some(seen) });
            assert_eq!(serde_json::to_value(&budget).unwrap(), control);
        }
        let wrong = json!({"command": "budget", "micros": 5, "was": "much"});
        assert!(serde_json::from_value::<Control>(wrong).is_err());
    }
}
