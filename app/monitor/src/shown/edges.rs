//! How the edges are drawn.

use diagram::view::{DiagramEdge, EdgeState};
use model::execution::{
    state::{self, NodeStatus},
    view::{EdgeView, ExecutionView},
};

/// How an edge is drawn.
pub fn edge_state(edge: &DiagramEdge, view: &ExecutionView) -> EdgeState {
    // An edge in a loop has been taken when it was in any round.
    let known = view.edges.get(&edge.id).into_iter().chain(view.edges.runs_of(&edge.id));
    let urgency = |known: &&EdgeView| match known.state {
        state::EdgeState::Live => 0,
        state::EdgeState::Dead => 1,
        state::EdgeState::Pending => 2,
    };
    let settled = known.min_by_key(urgency);
    let into = |status| view.nodes.get(&edge.target).is_some_and(|node| node.status == status);
    match settled.map(|known| known.state) {
        Some(state::EdgeState::Dead) => EdgeState::NotTaken,
        Some(state::EdgeState::Live) if into(NodeStatus::Running) => EdgeState::Active,
        Some(state::EdgeState::Live) => EdgeState::Done,
        None if gives_back(edge, view) => EdgeState::Done,
        Some(state::EdgeState::Pending) | None => EdgeState::Idle,
    }
}

/// Whether it leads a result back to the loop around it; nothing is told of such edges.
fn gives_back(edge: &DiagramEdge, view: &ExecutionView) -> bool {
    let source = view.nodes.get(&edge.source);
    let source = source.filter(|node| node.status == NodeStatus::Completed);
    source
        .and_then(|node| node.inside.as_ref())
        .is_some_and(|owner| owner.without_round() == edge.target)
}

#[cfg(test)]
mod tests {
    use diagram::workflow::diagram_edges;

    use super::*;
    use crate::sample;

    #[test]
    fn edges_flow_into_what_runs_and_stay_when_done() {
        let page = sample::running();
        let edges = diagram_edges(&page.workflow);

        let states: Vec<_> = edges.iter().map(|edge| edge_state(edge, &page.view)).collect();

        assert_eq!(
            states,
            [EdgeState::Active, EdgeState::Active, EdgeState::Idle, EdgeState::Idle]
        );
    }
}
