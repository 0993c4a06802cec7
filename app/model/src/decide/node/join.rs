//! What the edges into a node say.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::{Map, Value};

use crate::{
    decide::{Link, Snapshot},
    execution::state::{EdgeState, NodeStatus},
    expr::Scope,
    id::NodeId,
    nodes::NodeConfig,
    ports::ERROR_PORT,
    time::Timestamp,
};

/// What the edges into a node say.
pub(in crate::decide) enum Join {
    /// Too few of them have settled.
    Wait,
    /// Enough of them bring something.
    Run,
    Skip,
}

pub(in crate::decide) fn evaluate_join(snapshot: &Snapshot, id: &NodeId) -> Join {
    let compiled = &snapshot.compiled;
    let state = |edge| snapshot.edges.get(edge).copied().unwrap_or(EdgeState::Dead);
    let edges = compiled.incoming(id);
    let in_state = |wanted| edges.iter().filter(move |link| state(&link.edge) == wanted);
    let live = in_state(EdgeState::Live).count();
    let pending = in_state(EdgeState::Pending).count();
    let enough = snapshot.config(id).and_then(NodeConfig::enough_edges);
    let has_enough = enough.is_some_and(|enough| first_lanes(snapshot, id, enough).len() >= enough);
    if edges.is_empty() || has_enough {
        Join::Run
    } else if pending > 0 {
        Join::Wait
    } else if live > 0 {
        Join::Run
    } else {
        Join::Skip
    }
}

/// The first edges into a node that bring something, at most `enough`, in the order in which
/// they did. A replay waits for those that came first in the execution it replays.
fn first_lanes(snapshot: &Snapshot, id: &NodeId, enough: usize) -> Vec<Link> {
    let replayed = snapshot.replays.as_ref();
    let came = |link: &Link| replayed.and_then(|replayed| replayed.came.get(&link.edge));
    let state = |link: &Link| snapshot.edges.get(&link.edge).copied();
    let mut lanes = snapshot.compiled.incoming(id);
    lanes.sort_by_key(|link| {
        let (came, done) = (came(link), arrival_time(snapshot, id, link));
        (came.is_none(), came, done.is_none(), done)
    });
    let awaited = |link: &Link| came(link).is_some() && state(link) == Some(EdgeState::Pending);
    let settled = lanes.into_iter().take_while(|link| !awaited(link));
    let brought = settled.filter(|link| state(link) == Some(EdgeState::Live));
    brought.filter(|link| carries_value(snapshot, link)).take(enough).collect()
}

/// When the value of an edge was there; the loop around a node brings its item before all
/// others.
fn arrival_time(snapshot: &Snapshot, id: &NodeId, link: &Link) -> Option<Timestamp> {
    if id.owner().as_ref() == Some(&link.source) {
        Some(Timestamp(0))
    } else {
        snapshot.nodes.get(&link.source)?.ended_at
    }
}

/// The scope of a node that reads only the values which came first.
pub(super) fn scope_of_first_lanes(
    snapshot: &Snapshot,
    id: &NodeId,
    enough: usize,
    scope: Scope,
) -> Scope {
    let mut nodes: BTreeMap<NodeId, Map<String, Value>> = BTreeMap::new();
    for link in first_lanes(snapshot, id, enough) {
        let (source, port) = (link.source.in_round(""), snapshot.compiled.port_out(&link.edge));
        let value = scope.nodes.get(&source).and_then(|gave| gave.get(port)).cloned();
        nodes.entry(source).or_default().extend(value.map(|value| (port.to_owned(), value)));
    }
    let nodes = nodes.into_iter().map(|(node, gave)| (node, Arc::new(gave))).collect();
    Scope { nodes: Arc::new(nodes), ..scope }
}

/// Whether a live edge carries a value: edges are also live past a node that was skipped or may
/// fail, but such a node has no output.
fn carries_value(snapshot: &Snapshot, link: &Link) -> bool {
    match snapshot.nodes.get(&link.source).map(|node| node.status) {
        Some(NodeStatus::Skipped) => false,
        Some(NodeStatus::Failed) => snapshot.compiled.port_out(&link.edge) == ERROR_PORT,
        // The loop around a node is still running when it brings the item of an iteration.
        Some(
            NodeStatus::Pending
            | NodeStatus::Ready
            | NodeStatus::Running
            | NodeStatus::Waiting
            | NodeStatus::AwaitingReview
            | NodeStatus::Completed
            | NodeStatus::Cancelled,
        )
        | None => true,
    }
}
