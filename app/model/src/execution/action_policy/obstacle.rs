//! What around a step forbids an action that its own state allows.

use super::{node_states::NodeStates, rework_scope::is_changeable};
use crate::{
    execution::state::{Action, MOST_EVENTS, NodeStatus},
    id::NodeId,
    nodes::NodeConfig,
};

/// Events that a retry may add at most: with less room left, the execution would be stopped
/// halfway.
const ROOM: i64 = 500;

/// What forbids an action on a step whose own state allows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Obstacle {
    /// The loop around it has gone on without its iteration.
    WentOn,
    /// This later step already works with its output.
    Busy(NodeId),
    /// It lies in a loop, whose iterations keep their outputs.
    InIteration,
    /// The execution is a replay: the step would give what was recorded again.
    Repeats,
    /// The history of the execution is nearly as long as one may be.
    Full,
    /// It only routes, waits, asks or loops.
    NoWork,
    /// No step before it has a prompt to follow, and its port `changes` is not connected.
    NoMaker,
}

impl Obstacle {
    /// The same in words that name no step.
    pub(crate) const fn words(&self) -> &'static str {
        match self {
            Self::WentOn => {
                "The loop continued without this round. When the run ends, run it again from the loop."
            }
            Self::Busy(_) => "A later step is using this output. Retry when it's done.",
            Self::InIteration => {
                "A loop keeps the outputs of its rounds. Run the loop again instead."
            }
            Self::Repeats => {
                "This run replays recorded answers. When it ends, replay the original run again, \
                 or run it again from this step."
            }
            Self::Full => {
                "The run's history has no room for this. When it ends, run it again from this step."
            }
            Self::NoWork => {
                "This step does no work of its own. Do a step before or inside it again instead."
            }
            Self::NoMaker => {
                "No earlier step can run again. Approve or reject, or connect the output \
                 “Changes” in the workflow."
            }
        }
    }
}

/// What else than the step itself forbids this action; none where nothing does.
pub(crate) fn obstacle(nodes: &impl NodeStates, id: &NodeId, action: Action) -> Option<Obstacle> {
    let has_failed = nodes.status_of(id)? == NodeStatus::Failed;
    match action {
        Action::RedoNode if !nodes.config_of(id).is_some_and(NodeConfig::can_be_redone) => {
            Some(Obstacle::NoWork)
        }
        Action::RetryNode | Action::RedoNode if nodes.is_replay() => Some(Obstacle::Repeats),
        Action::RetryNode | Action::RedoNode if nodes.events() > MOST_EVENTS - ROOM => {
            Some(Obstacle::Full)
        }
        Action::RetryNode | Action::SkipNode if has_failed => {
            (!nodes.can_go_on(id)).then_some(Obstacle::WentOn)
        }
        Action::RetryNode if !nodes.is_in_open_iteration(id) => Some(Obstacle::WentOn),
        Action::RetryNode => nodes.busy_behind(id).map(Obstacle::Busy),
        Action::RedoNode if !nodes.is_in_open_iteration(id) => Some(Obstacle::InIteration),
        Action::Restore if !id.round().is_empty() => Some(Obstacle::InIteration),
        Action::AskForChanges => (!is_changeable(nodes, id)).then_some(Obstacle::NoMaker),
        Action::SkipNode
        | Action::RedoNode
        | Action::Restore
        | Action::Pause
        | Action::Resume
        | Action::Stop
        | Action::TriggerNode
        | Action::EditNode
        | Action::Steer
        | Action::SetBudget
        | Action::Decide
        | Action::Answer
        | Action::Rerun
        | Action::Replay => None,
    }
}
