//! How a node settles, and by which ports the path goes on after it.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::facts::on_error;
use crate::{
    decide::{Link, Snapshot, Transition, outputs::fitting::check_output},
    execution::{
        event::{EventKind, SettledEdges, SkipReason},
        failure::Failure,
        state::{EdgeState, NodeStatus},
    },
    id::NodeId,
    nodes::{DefaultRoute, Settled, TakenPorts, Work},
    ports::ERROR_PORT,
    workflow::OnError,
};

pub(in crate::decide) fn settle_completed(
    transition: &mut Transition<'_>,
    id: &NodeId,
    settled: Settled,
) {
    settle_with_output(transition, id, settled, false);
}

/// Completes a node with the output that a person gives for it.
pub(in crate::decide) fn settle_as_told(
    transition: &mut Transition<'_>,
    id: &NodeId,
    output: Map<String, Value>,
) {
    let takes = default_ports(transition.snapshot(), id, DefaultRoute::Told(&output));
    settle_with_output(transition, id, Settled { output, takes }, true);
}

fn settle_with_output(transition: &mut Transition<'_>, id: &NodeId, settled: Settled, told: bool) {
    // The output of jobs was checked job by job: a refused one can be retried.
    let config = transition.snapshot().config(id);
    let by_jobs = config.is_some_and(|config| config.work() == Work::Jobs);
    if !by_jobs && let Err(failure) = check_output(transition.snapshot(), id, &settled.output) {
        return settle_failed(transition, id, failure);
    }
    if settle_node(transition, id, NodeStatus::Completed, Some(settled.output)) {
        let edges = settle_edges(transition, id, &settled.takes);
        let by = transition.requester().cloned().filter(|_| told);
        transition.record(EventKind::NodeCompleted { node: id.clone(), told, by, edges });
    }
}

pub(in crate::decide) fn settle_skipped(
    transition: &mut Transition<'_>,
    id: &NodeId,
    reason: SkipReason,
) {
    let takes = match reason {
        // A path that was not taken ends here; any other goes on past the node.
        SkipReason::DeadPath => TakenPorts::Only(vec![]),
        SkipReason::Condition | SkipReason::Disabled | SkipReason::User => {
            default_ports(transition.snapshot(), id, DefaultRoute::Passed)
        }
    };
    if settle_node(transition, id, NodeStatus::Skipped, None) {
        let edges = settle_edges(transition, id, &takes);
        let by = transition.requester().cloned().filter(|_| reason == SkipReason::User);
        transition.record(EventKind::NodeSkipped { node: id.clone(), reason, by, edges });
    }
}

pub(in crate::decide) fn settle_failed(
    transition: &mut Transition<'_>,
    id: &NodeId,
    failure: Failure,
) {
    let handling = on_error(transition.snapshot(), id);
    let output = match handling {
        // What it gave before it was done again counts until a person has decided how to go on.
        OnError::Fail => {
            let node = transition.snapshot().nodes.get(id);
            node.and_then(|node| node.output.as_deref().cloned())
        }
        OnError::Continue | OnError::Branch => {
            let told = serde_json::json!({"code": failure.code, "message": failure.message});
            Some(Map::from_iter([(ERROR_PORT.to_owned(), told)]))
        }
    };
    if !settle_node(transition, id, NodeStatus::Failed, output) {
        return;
    }
    if let Ok(node) = transition.node_mut(id) {
        node.failure = Some(failure.clone());
    }
    let takes = match handling {
        // The nodes after it wait: a person may retry this one or skip it.
        OnError::Fail => None,
        OnError::Continue => Some(default_ports(transition.snapshot(), id, DefaultRoute::Failed)),
        OnError::Branch => Some(TakenPorts::Only(vec![ERROR_PORT.to_owned()])),
    };
    let edges = takes.map(|takes| settle_edges(transition, id, &takes)).unwrap_or_default();
    transition.record(EventKind::NodeFailed { node: id.clone(), failure, edges });
}

/// By which ports the path goes on after a node that did not choose them.
fn default_ports(snapshot: &Snapshot, id: &NodeId, route: DefaultRoute<'_>) -> TakenPorts {
    let parameters = &snapshot.compiled.workflow().parameters;
    snapshot.config(id).map_or(TakenPorts::All, |config| config.takes(parameters, route))
}

pub(in crate::decide) fn settle_node(
    transition: &mut Transition<'_>,
    id: &NodeId,
    status: NodeStatus,
    output: Option<Map<String, Value>>,
) -> bool {
    let now = transition.now();
    transition.worklist.loops.extend(id.owner());
    let Ok(node) = transition.node_mut(id) else { return false };
    node.status = status;
    node.ended_at = Some(now);
    (node.hold, node.review) = (None, None);
    node.output = output.map(Arc::new);
    // A failed loop may go on with the iterations that it planned.
    if status != NodeStatus::Failed {
        transition.set_iteration_plan(id, None);
    }
    true
}

fn settle_edges(transition: &mut Transition<'_>, id: &NodeId, takes: &TakenPorts) -> SettledEdges {
    let compiled = transition.compiled_workflow();
    let mut settled = SettledEdges::default();
    for Link { edge, target, .. } in compiled.outgoing(id) {
        // Where a node runs again, edges that have settled stay as they are.
        if transition.snapshot().edges.get(&edge) != Some(&EdgeState::Pending) {
            continue;
        }
        let live = takes.includes(compiled.port_out(&edge));
        let (state, list) = if live {
            (EdgeState::Live, &mut settled.live)
        } else {
            (EdgeState::Dead, &mut settled.dead)
        };
        list.push(edge.clone());
        transition.settle_edge(&edge, state);
        transition.worklist.nodes.push_back(target);
    }
    settled
}
