//! Nodes that wait for a time, for people or for others.

use crate::{
    decide::Transition,
    execution::{
        event::EventKind,
        state::{JobStatus, NodeStatus},
    },
    id::NodeId,
    nodes::NodeKind,
    time::Timestamp,
};

/// What an agent waits for that may take its next step.
pub(in crate::decide) const FOR_A_WORKER: &str = "Waiting for a worker";

/// Lets the node wait, until a time or for what the message says.
pub(in crate::decide) fn set_waiting(
    transition: &mut Transition<'_>,
    id: &NodeId,
    until: Option<Timestamp>,
    message: String,
) {
    let now = transition.now();
    let waits =
        transition.compiled_workflow().node(id).is_some_and(|node| node.kind() == NodeKind::Wait);
    let Ok(node) = transition.node_mut(id) else { return };
    node.status = NodeStatus::Waiting;
    let hold = node.hold;
    // A `wait` node works by waiting: its time starts here.
    if waits && hold.is_none() {
        node.started_at.get_or_insert(now);
    }
    transition.record(EventKind::NodeWaiting { node: id.clone(), until, message, hold });
}

/// Lets a node wait for something that no clock ends, unless another of its jobs still runs.
pub(in crate::decide) fn set_waiting_if_idle(
    transition: &mut Transition<'_>,
    id: &NodeId,
    message: String,
) {
    let jobs = transition.snapshot().jobs_of(id);
    if !jobs.iter().any(|job| job.status == JobStatus::Running) {
        set_waiting(transition, id, None, message);
    }
}
