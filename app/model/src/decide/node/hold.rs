//! Nodes that wait for a person to let them start, and breakpoints.

use super::wait::set_waiting;
use crate::{
    decide::{NodeState, Snapshot, Transition, lifecycle::status::pause_for},
    execution::state::{ExecutionStatus, Hold, PauseReason},
    id::NodeId,
    nodes::Work,
};

/// Why the node has to wait for a person to let it start; none where it may start. Inline nodes
/// only wait at breakpoints.
pub(super) fn find_hold(snapshot: &Snapshot, id: &NodeId) -> Option<Hold> {
    if snapshot.breakpoints.contains(id.without_round()) {
        return Some(Hold::Breakpoint);
    }
    let config = snapshot.config(id)?;
    (!snapshot.auto_run && config.work() != Work::Inline).then_some(Hold::Step)
}

pub(super) fn hold_node(transition: &mut Transition<'_>, id: &NodeId, hold: Hold) {
    if let Ok(node) = transition.node_mut(id) {
        node.hold = Some(hold);
    }
    set_waiting(transition, id, None, hold.words().to_owned());
    if hold == Hold::Breakpoint {
        pause_at_breakpoint(transition);
    }
}

/// Pauses a running execution while one of its nodes is held at a breakpoint.
pub(in crate::decide) fn pause_at_breakpoint(transition: &mut Transition<'_>) {
    let stands = |node: &NodeState| node.hold == Some(Hold::Breakpoint);
    let runs = transition.snapshot().status == ExecutionStatus::Running;
    if runs && transition.snapshot().nodes.values().any(stands) {
        pause_for(transition, PauseReason::Breakpoint, None);
    }
}
