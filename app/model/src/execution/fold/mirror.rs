//! What the steps of a loop show, as they were drawn: the most urgent of their iterations.

use crate::{
    execution::{indexed::Indexed, state::NodeStatus, view::NodeView},
    id::NodeId,
};

/// Updates what steps of loops show after this node has changed.
pub(super) fn mirror(nodes: &mut Indexed<NodeView>, changed: &NodeId) {
    if changed.round().is_empty() {
        mirror_body(nodes, changed);
    } else {
        mirror_step(nodes, changed);
    }
}

/// Updates what the steps of a loop show when the loop itself changes.
fn mirror_body(nodes: &mut Indexed<NodeView>, owner: &NodeId) {
    let lies_in = |node: &&NodeView| !node.is_real() && node.inside.as_ref() == Some(owner);
    let body: Vec<NodeId> = nodes.iter().filter(lies_in).map(|node| node.id.clone()).collect();
    body.iter().for_each(|node| mirror_step(nodes, node));
}

/// Shows at a step of a loop the most urgent status of its iterations.
fn mirror_step(nodes: &mut Indexed<NodeView>, of: &NodeId) {
    let mut begun = 0;
    let all = nodes.runs_of(of.without_round()).inspect(|_| begun += 1).map(|node| node.status);
    let mut foremost = all.min_by_key(|status| urgency(*status));
    let done = matches!(foremost, Some(NodeStatus::Completed | NodeStatus::Skipped));
    if done && has_iterations_to_come(nodes, of, begun) {
        foremost = Some(NodeStatus::Pending);
    }
    let shown = nodes.get(of.without_round()).map(|drawn| drawn.status);
    if let Some(status) = foremost.filter(|foremost| Some(*foremost) != shown)
        && let Some(drawn) = nodes.get_mut(of.without_round())
    {
        drawn.status = status;
    }
}

/// Whether more iterations than have begun are planned around a node, by loops that still run.
fn has_iterations_to_come(nodes: &Indexed<NodeView>, of: &NodeId, begun: usize) -> bool {
    let drawn = nodes.get(of.without_round());
    let Some(owner) = drawn.and_then(|node| node.inside.as_ref()) else { return false };
    let outermost = nodes.get(owner.as_str()).filter(|node| node.is_real());
    let owners = || outermost.into_iter().chain(nodes.runs_of(owner.as_str()));
    let planned: usize = owners().map(|owner| owner.rounds.len()).sum();
    planned > begun && owners().any(|owner| !owner.status.is_settled())
}

/// The rank of a status among those that a person should see first; 0 is the most urgent.
const fn urgency(status: NodeStatus) -> u8 {
    match status {
        NodeStatus::AwaitingReview => 0,
        NodeStatus::Running => 1,
        NodeStatus::Waiting => 2,
        NodeStatus::Ready => 3,
        NodeStatus::Failed => 4,
        NodeStatus::Cancelled => 5,
        NodeStatus::Pending => 6,
        NodeStatus::Completed => 7,
        NodeStatus::Skipped => 8,
    }
}
