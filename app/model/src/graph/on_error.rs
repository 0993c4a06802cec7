//! What the failure of a node means where it stands.

use super::Graph;
use crate::{
    id::NodeId,
    nodes::{NodeConfig, parallel::LaneFailure},
    workflow::{Node, OnError, Workflow},
};

/// What the failure of a node means: what it says itself, else what the workflow or the lane it
/// stands in says.
pub fn on_error(workflow: &Workflow, id: &NodeId) -> OnError {
    let own = workflow.node(id).map_or(OnError::Fail, |node| node.data.on_error);
    if own == OnError::Fail && (workflow.settings.continue_on_error || may_fail(workflow, id)) {
        return OnError::Continue;
    }
    own
}

/// True in a lane whose failure leaves the other lanes alone.
fn may_fail(workflow: &Workflow, id: &NodeId) -> bool {
    let lenient = |node: &&Node| {
        matches!(
            &node.data.config,
            NodeConfig::Parallel(config) if config.on_lane_failure == LaneFailure::Continue
        )
    };
    let mut forks = workflow.nodes.iter().filter(lenient).peekable();
    // Most workflows have none, and need no graph to know.
    if forks.peek().is_none() {
        return false;
    }
    let graph = Graph::new(workflow);
    forks.any(|fork| stands_in_one_lane(workflow, &graph, &fork.id, id))
}

/// A node that several lanes lead to joins them and stands in none.
fn stands_in_one_lane(workflow: &Workflow, graph: &Graph<'_>, fork: &NodeId, id: &NodeId) -> bool {
    let leaving = workflow.edges.iter().filter(|edge| edge.source == *fork);
    let leading = leaving.filter(|edge| graph.reachable_from(&edge.target).contains(id));
    let mut lanes: Vec<Option<&str>> = leading.map(|edge| edge.source_handle.as_deref()).collect();
    lanes.sort_unstable();
    lanes.dedup();
    lanes.len() == 1
}
