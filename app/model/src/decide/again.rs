//! Running from a node on, or only a part: nodes that do not depend on it are taken over from
//! another execution, or count as a person says.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde_json::{Map, Value};

use super::{
    CompiledWorkflow, Link, Snapshot, Transition, launch::record_launch,
    lifecycle::advance::advance, node::settle::settle_node,
};
use crate::{
    execution::{
        event::{ArtifactSummary, EventKind, SettledEdges, SkipReason},
        run_scope::{RunScope, nodes_in_scope},
        state::{EdgeState, ExecutionStatus, NodeStatus},
    },
    graph::{self, Graph},
    id::{ArtifactId, EdgeId, ExecutionId, NodeId},
    nodes::NodeKind,
};

/// What a new execution takes over from another one.
#[derive(Debug, Clone, Default)]
pub struct Again {
    /// The nodes, with how they ended there.
    pub nodes: BTreeMap<NodeId, ReusedOutcome>,
    /// How the edges out of them settled there.
    pub edges: BTreeMap<EdgeId, EdgeState>,
    /// Their outputs there, to be copied.
    pub artifacts: Vec<TakenArtifact>,
    /// The execution each node is taken from, where they are not all from one.
    pub origins: BTreeMap<NodeId, ExecutionId>,
}

/// How a node ended in the other execution.
#[derive(Debug, Clone, PartialEq)]
pub enum ReusedOutcome {
    /// With this output, port by port.
    Completed(Arc<Map<String, Value>>),
    /// It was not needed.
    Skipped,
}

/// An output that is taken over.
#[derive(Debug, Clone, PartialEq)]
pub struct TakenArtifact {
    /// The id of the version in the other execution.
    pub original: ArtifactId,
    /// The copy in the new execution, under an id of its own.
    pub summary: ArtifactSummary,
}

/// The nodes that need not run again when `from` does: neither they nor anything before them
/// depends on it, and all of them have ended well. What lies in a loop runs with all of the loop.
pub fn to_take_over(origin: &Snapshot, from: &NodeId) -> Again {
    let (workflow, from) = (origin.compiled.workflow(), from.in_round(""));
    let again = Graph::new(workflow).reachable_from(graph::outermost(workflow, &from));
    take(origin, |id| !again.contains(id))
}

/// The nodes that `origin` itself has taken over: it has no answers of its own for them.
pub fn to_take_over_reused(origin: &Snapshot, reused: &BTreeSet<NodeId>) -> Again {
    take(origin, |id| reused.contains(id))
}

/// All nodes that have ended well, except stale ones and those after them.
pub fn to_take_over_all_but(origin: &Snapshot, stale: &BTreeSet<NodeId>) -> Again {
    take(origin, |id| !stale.contains(id))
}

fn take(origin: &Snapshot, wanted: impl Fn(&NodeId) -> bool) -> Again {
    let compiled = &origin.compiled;
    let mut taken = Again::default();
    for id in compiled.outermost().iter().filter(|id| wanted(id)) {
        if let Some(node) = reusable_outcome(origin, id, &taken) {
            let settled = compiled.outgoing(id).into_iter();
            let settled = settled.filter_map(|Link { edge, .. }| {
                let state = *origin.edges.get(&edge)?;
                Some((edge, state))
            });
            taken.edges.extend(settled);
            taken.nodes.insert(id.clone(), node);
        }
    }
    taken
}

fn reusable_outcome(origin: &Snapshot, id: &NodeId, before: &Again) -> Option<ReusedOutcome> {
    let compiled: &CompiledWorkflow = &origin.compiled;
    let state = |link: &Link| origin.edges.get(&link.edge);
    let settled = |link: &Link| state(link).is_some_and(|state| *state != EdgeState::Pending);
    if !compiled.incoming(id).iter().all(|link| before.nodes.contains_key(&link.source))
        || !compiled.outgoing(id).iter().all(settled)
    {
        return None;
    }
    let node = origin.nodes.get(id)?;
    match node.status {
        NodeStatus::Completed => {
            Some(ReusedOutcome::Completed(node.output.clone().unwrap_or_default()))
        }
        NodeStatus::Skipped => Some(ReusedOutcome::Skipped),
        NodeStatus::Pending
        | NodeStatus::Ready
        | NodeStatus::Running
        | NodeStatus::Waiting
        | NodeStatus::AwaitingReview
        | NodeStatus::Failed
        | NodeStatus::Cancelled => None,
    }
}

/// What is known of a node that does not run.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct KnownOutput {
    /// What it gave, port by port.
    pub output: Arc<Map<String, Value>>,
    /// The execution it gave that in; none when a person says so.
    pub origin: Option<ExecutionId>,
    /// How the edges out of it settled there; those that are not named are live.
    pub edges: BTreeMap<EdgeId, EdgeState>,
}

/// The nodes that run; none means all.
pub fn runs(compiled: &CompiledWorkflow, scope: &RunScope) -> Option<BTreeSet<NodeId>> {
    Some(nodes_in_scope(compiled.workflow(), scope, scope.node()?))
}

/// What an execution of a part takes over: every node around the part except the start, which
/// always runs. Nodes of which nothing is known count as skipped.
///
/// # Errors
/// The nodes before the part, when nothing is known of any of them: nothing would lead into it.
pub fn to_take_over_around(
    compiled: &CompiledWorkflow,
    scope: &RunScope,
    known: &BTreeMap<NodeId, KnownOutput>,
) -> Result<Again, Vec<NodeId>> {
    let (Some(runs), Some(first)) = (runs(compiled, scope), scope.node()) else {
        return Ok(Again::default());
    };
    let first = graph::outermost(compiled.workflow(), first);
    // A scope that begins at the start has no nodes before it.
    let known = if matches!(scope, RunScope::UpTo(_)) { &BTreeMap::new() } else { known };
    let starts = |id: &NodeId| compiled.node(id).is_some_and(|n| n.kind() == NodeKind::Start);
    // Nodes after a node that runs alone are not taken over: their output would be stale.
    let only = matches!(scope, RunScope::Only(_));
    let before = only.then(|| Graph::new(compiled.workflow()).ancestors(first));
    let mut again = Again::default();
    for id in compiled.outermost().iter().filter(|id| !runs.contains(*id) && !starts(id)) {
        let known = known.get(id).filter(|_| before.as_ref().is_none_or(|all| all.contains(id)));
        for link in compiled.outgoing(id) {
            let state = known.map_or(EdgeState::Dead, |known| edge_around(known, &link, first));
            again.edges.insert(link.edge, state);
        }
        let taken = known.map(|known| ReusedOutcome::Completed(known.output.clone()));
        again.nodes.insert(id.clone(), taken.unwrap_or(ReusedOutcome::Skipped));
        again.origins.extend(known.and_then(|known| known.origin).map(|from| (id.clone(), from)));
    }
    let into = compiled.incoming(first);
    let open = |link: &Link| again.edges.get(&link.edge) != Some(&EdgeState::Dead);
    if into.is_empty() || into.iter().any(open) {
        Ok(again)
    } else {
        Err(into.into_iter().map(|link| link.source).collect())
    }
}

/// How an edge settles: an edge into the node that a person runs is live, whatever it was before.
fn edge_around(known: &KnownOutput, link: &Link, first: &NodeId) -> EdgeState {
    let was_dead = known.edges.get(&link.edge) == Some(&EdgeState::Dead);
    if was_dead && link.target != *first { EdgeState::Dead } else { EdgeState::Live }
}

/// Starts an execution that has just been made, with what it takes over from `origin`, or lets
/// it wait for a place.
pub fn launch_again(transition: &mut Transition<'_>, origin: ExecutionId, again: &Again) {
    record_launch(transition);
    let compiled = transition.compiled_workflow();
    for id in compiled.outermost() {
        if let Some(taken) = again.nodes.get(id) {
            let origin = again.origins.get(id).copied().unwrap_or(origin);
            take_over(transition, id, origin, taken, again);
        }
    }
    if transition.snapshot().status != ExecutionStatus::Running {
        return transition.worklist.nodes.clear();
    }
    let mut todo: BTreeSet<NodeId> = transition.worklist.nodes.drain(..).collect();
    todo.extend(compiled.outermost().iter().filter(|id| compiled.incoming(id).is_empty()).cloned());
    let todo = compiled.outermost().iter().filter(|id| todo.contains(*id));
    transition.worklist.nodes.extend(todo.cloned());
    advance(transition);
}

fn take_over(
    transition: &mut Transition<'_>,
    id: &NodeId,
    origin: ExecutionId,
    taken: &ReusedOutcome,
    again: &Again,
) {
    let (status, output, skipped) = match taken {
        ReusedOutcome::Completed(output) => (NodeStatus::Completed, Some((**output).clone()), None),
        ReusedOutcome::Skipped => (NodeStatus::Skipped, None, Some(SkipReason::DeadPath)),
    };
    if !settle_node(transition, id, status, output) {
        return;
    }
    let compiled = transition.compiled_workflow();
    let mut edges = SettledEdges::default();
    for Link { edge, target, .. } in compiled.outgoing(id) {
        let state = again.edges.get(&edge).copied().unwrap_or(EdgeState::Dead);
        let list = if state == EdgeState::Live { &mut edges.live } else { &mut edges.dead };
        list.push(edge.clone());
        transition.settle_edge(&edge, state);
        transition.worklist.nodes.push_back(target);
    }
    transition.record(EventKind::NodeReused { node: id.clone(), origin, skipped, edges });
    for artifact in again.artifacts.iter().filter(|artifact| artifact.summary.node == *id) {
        transition.record(EventKind::ArtifactCreated { artifact: artifact.summary.clone() });
    }
}
