//! Commands of people to an execution.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value, json};

use crate::{
    audit::AuditAction,
    document::one_line,
    id::NodeId,
    problem::{FieldProblem, Problem},
};

/// Most characters of the reason for a stop.
pub const MOST_REASON_CHARS: usize = 500;

/// A command to an execution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "command", rename_all = "snake_case", deny_unknown_fields)]
pub enum Control {
    /// Start nothing new; what runs may finish.
    Pause,
    /// Go on after a pause.
    Resume,
    /// End it; results are kept.
    Stop {
        /// The reason, which the log shows with the stop.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Run a failed node's failed jobs again.
    RetryNode {
        /// The node to retry.
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
        /// The node to skip.
        node_id: NodeId,
        /// What it counts as having produced, by port; none means nothing. Of ports that exclude
        /// each other, the named ones are taken.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        output: Option<Map<String, Value>>,
        /// How often it had been made when it was looked at, counted from 1: where somebody has had
        /// it made again since, nothing is changed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        generation: Option<i32>,
    },
    /// Start a node that waits for a person, run the failed jobs of a failed one again, or do one
    /// again that has ended.
    TriggerNode {
        /// The node to start.
        node_id: NodeId,
        /// Fields of its configuration that are different this time.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        config: Option<Map<String, Value>>,
        /// How often it had been made when it was looked at, counted from 1: where somebody has had
        /// it made again since, nothing is started.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        generation: Option<i32>,
        /// Does all items of a node again that is completed or failed, and with true also the ended
        /// nodes that depend on it. A completed one is also done again where `config` alone is there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        dependents: Option<bool>,
    },
    /// Change a node that has not begun, for this execution only.
    EditNode {
        /// The node to change; for a step of a loop its id in the workflow, which means all rounds
        /// that have not begun.
        node_id: NodeId,
        /// Fields of its configuration that are different.
        config: Map<String, Value>,
        /// The fields as the person saw them: where one has another value by now, nothing is
        /// changed.
        #[serde(default, skip_serializing_if = "Map::is_empty")]
        was: Map<String, Value>,
    },
    /// Start steps automatically, or only when a person starts them.
    AutoRun {
        /// Whether steps start automatically.
        on: bool,
    },
    /// Pause before these nodes, and before no others.
    Breakpoints {
        /// The nodes to pause before, by their ids in the workflow.
        nodes: Vec<NodeId>,
    },
    /// Pause before this node too, or no longer; before the others as it was.
    Breakpoint {
        /// The node, by its id in the workflow.
        node_id: NodeId,
        /// Whether to pause before it.
        on: bool,
    },
    /// Change the budget of the execution.
    Budget {
        /// The budget in millionths of a dollar; null is no budget of its own.
        #[serde(deserialize_with = "Option::deserialize")]
        micros: Option<u64>,
        /// The budget as the person saw it: where it is another by now, nothing is changed.
        #[serde(
            default,
            deserialize_with = "read_nullable",
            skip_serializing_if = "Option::is_none"
        )]
        was: Option<Option<u64>>,
    },
}

/// Reads a field that may be absent or null, which mean different things: null becomes
/// `Some(None)`.
///
/// # Errors
/// When what is there is no such value.
pub fn read_nullable<'de, D, T>(from: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(from).map(Some)
}

impl Control {
    /// A stop without a reason.
    pub const STOP: Self = Self::Stop { reason: None };

    /// A stop with this reason, on one line; blank means without one.
    ///
    /// # Errors
    /// When it is longer than [`MOST_REASON_CHARS`], with the numbers.
    pub fn stop_for(reason: Option<&str>) -> Result<Self, Problem> {
        let reason = reason.map(one_line).filter(|reason| !reason.is_empty());
        let chars = reason.as_ref().map_or(0, |reason| reason.chars().count());
        if chars <= MOST_REASON_CHARS {
            return Ok(Self::Stop { reason });
        }
        let words =
            format!("Use at most {MOST_REASON_CHARS} characters for the reason, not {chars}.");
        let wrong = FieldProblem::field("text_too_long", "reason", words.clone());
        Err(Problem::invalid(words, vec![wrong]))
    }

    /// The node that this skips or does again, or whose configuration it changes; none if it does
    /// nothing of that.
    pub fn overridden_node(&self) -> Option<&NodeId> {
        if let Self::SkipNode { node_id, .. }
        | Self::EditNode { node_id, .. }
        | Self::TriggerNode { node_id, dependents: Some(_), .. } = self
        {
            return Some(node_id);
        }
        self.changes().filter(|(_, config)| !config.is_empty()).map(|(node, _)| node)
    }

    /// The node whose configuration this changes, with the changed fields; none where it changes
    /// none.
    pub fn changes(&self) -> Option<(&NodeId, &Map<String, Value>)> {
        match self {
            Self::EditNode { node_id, config, .. }
            | Self::RetryNode { node_id, config: Some(config), .. }
            | Self::TriggerNode { node_id, config: Some(config), .. } => Some((node_id, config)),
            Self::RetryNode { config: None, .. }
            | Self::TriggerNode { config: None, .. }
            | Self::SkipNode { .. }
            | Self::Pause
            | Self::Resume
            | Self::Stop { .. }
            | Self::AutoRun { .. }
            | Self::Breakpoints { .. }
            | Self::Breakpoint { .. }
            | Self::Budget { .. } => None,
        }
    }

    /// The action of its entry in the audit log.
    pub const fn audit_action(&self) -> AuditAction {
        match self {
            Self::Pause => AuditAction::ExecutionPause,
            Self::Resume => AuditAction::ExecutionResume,
            Self::Stop { .. } => AuditAction::ExecutionStop,
            Self::RetryNode { .. } => AuditAction::ExecutionRetryNode,
            Self::SkipNode { .. } => AuditAction::ExecutionSkipNode,
            Self::TriggerNode { .. } => AuditAction::ExecutionTriggerNode,
            Self::EditNode { .. } => AuditAction::ExecutionEditNode,
            Self::AutoRun { .. } => AuditAction::ExecutionAutoRun,
            Self::Breakpoints { .. } | Self::Breakpoint { .. } => AuditAction::ExecutionBreakpoints,
            Self::Budget { .. } => AuditAction::ExecutionBudget,
        }
    }

    /// The details of its entry in the audit log.
    pub fn audit_detail(&self) -> Value {
        let names = |config: &Map<String, Value>| config.keys().cloned().collect::<Vec<_>>();
        match self {
            Self::Pause | Self::Resume | Self::Stop { reason: None } => json!({}),
            Self::Stop { reason: Some(reason) } => json!({ "reason": reason }),
            Self::RetryNode { node_id, config, .. }
            | Self::TriggerNode { node_id, config, dependents: None, .. } => {
                json!({ "node_id": node_id, "changed": config.as_ref().map(names).unwrap_or_default() })
            }
            Self::TriggerNode { node_id, config, dependents, .. } => {
                let changed = config.as_ref().map(names).unwrap_or_default();
                json!({ "node_id": node_id, "changed": changed, "dependents": dependents })
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
