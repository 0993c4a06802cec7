//! How an event changes a loop and the nodes of its iterations.

use super::edges;
use crate::{
    execution::{
        event::{
            EventKind, LaunchedNode, SettledEdges,
            groups::{execution_events, job_events, node_events, output_events, review_events},
        },
        indexed::Indexed,
        state::{EdgeState, RoundState},
        view::{EdgeView, ExecutionView, NodeView},
    },
    id::{EdgeId, NodeId},
};

pub(super) fn apply(view: &mut ExecutionView, kind: &EventKind) {
    use EventKind as E;
    match kind {
        E::RoundStarted { node, round, total, nodes, edges: own, live } => {
            let begun: Vec<_> = nodes.iter().map(|node| new_node(&view.nodes, node)).collect();
            view.nodes.extend(begun);
            open_edges(&mut view.edges, own);
            let settled = SettledEdges { live: live.clone(), dead: vec![] };
            edges::settle(&mut view.edges, &settled);
            set_iteration_state(&mut view.nodes, node, *round, *total, RoundState::Running);
        }
        E::RoundEnded { node, round, failed, last, dead } => {
            let settled = SettledEdges { live: vec![], dead: dead.clone() };
            edges::settle(&mut view.edges, &settled);
            let state = if *failed { RoundState::Failed } else { RoundState::Done };
            set_iteration_state(&mut view.nodes, node, *round, *round + 1, state);
            if let (true, Some(view)) = (*last, view.nodes.get_mut(node.as_str())) {
                view.rounds.truncate(*round + 1);
            }
        }
        execution_events!()
        | node_events!()
        | review_events!()
        | job_events!()
        | output_events!() => {}
    }
}

/// A node of an iteration that begins: it has the configuration that was set for iterations to
/// come.
fn new_node(nodes: &Indexed<NodeView>, node: &LaunchedNode) -> NodeView {
    let edited = nodes.get(node.id.without_round()).is_some_and(|drawn| drawn.edited);
    NodeView { edited, ..NodeView::from_launched(node) }
}

/// Adds the edges of an iteration that begins, and opens those again that were there before.
fn open_edges(edges: &mut Indexed<EdgeView>, own: &[EdgeId]) {
    for id in own {
        match edges.get_mut(id.as_str()) {
            Some(edge) => edge.state = EdgeState::Pending,
            None => edges.push(EdgeView::pending(id)),
        }
    }
}

fn set_iteration_state(
    nodes: &mut Indexed<NodeView>,
    node: &NodeId,
    iteration: usize,
    total: usize,
    state: RoundState,
) {
    let Some(view) = nodes.get_mut(node.as_str()) else { return };
    if view.rounds.len() < total {
        view.rounds.resize(total, RoundState::Waiting);
    }
    if let Some(stored) = view.rounds.get_mut(iteration) {
        *stored = state;
    }
}
