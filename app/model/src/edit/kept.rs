//! Merging where one side removed a node that the other side still needs.

use std::collections::BTreeSet;

use super::actions::with_inner;
use crate::{
    id::NodeId,
    workflow::{Edge, Node, Workflow},
};

/// The side as if it had not removed what belongs to nodes that are kept against it: the edges at
/// them, what they lie in and what lies in them. What the other side changed since is a conflict of
/// its own.
pub(super) fn with_kept(
    base: &Workflow,
    side: &Workflow,
    other: &Workflow,
    is_kept: impl Fn(&NodeId) -> bool,
) -> Workflow {
    let is_gone = |id: &NodeId| base.node(id).is_some() && side.node(id).is_none();
    let gone = base.nodes.iter().map(|node| &node.id).filter(|id| is_gone(id));
    let kept = gone.filter(|id| is_wanted(base, other, id) && is_kept(id));
    let tops: BTreeSet<NodeId> = kept.map(|id| outermost(base, id, is_gone)).collect();
    if tops.is_empty() {
        return side.clone();
    }
    let along = with_inner(base, &tops);
    let node_is_back = |node: &Node| along.contains(&node.id) && !is_wanted(base, other, &node.id);
    let edge_is_back = |edge: &Edge| {
        let is_at = along.contains(&edge.source) || along.contains(&edge.target);
        is_at && other.edge(&edge.id) == Some(edge)
    };
    Workflow {
        nodes: with_back(&side.nodes, &base.nodes, |node| node.id.as_str(), node_is_back),
        edges: with_back(&side.edges, &base.edges, |edge| edge.id.as_str(), edge_is_back),
        ..side.clone()
    }
}

/// Whether a side has changed a node, or connected or filled it since `base`.
fn is_wanted(base: &Workflow, side: &Workflow, id: &NodeId) -> bool {
    side.node(id).is_some() && (side.node(id) != base.node(id) || has_more_at(base, side, id))
}

/// Whether edges at a node, or nodes in it, were added since `base`.
pub(super) fn has_more_at(base: &Workflow, now: &Workflow, id: &NodeId) -> bool {
    let at = |edge: &&Edge| edge.source == *id || edge.target == *id;
    let is_new_inside = |node: &Node| {
        let before = base.node(&node.id).and_then(|node| node.parent_id.as_ref());
        node.parent_id.as_ref() == Some(id) && before != Some(id)
    };
    now.edges.iter().filter(at).any(|edge| base.edge(&edge.id) != Some(edge))
        || now.nodes.iter().any(is_new_inside)
}

/// The outermost of a node and its parents, as long as these are gone too.
fn outermost(base: &Workflow, id: &NodeId, is_gone: impl Fn(&NodeId) -> bool) -> NodeId {
    let parent = |id: &NodeId| base.node(id)?.parent_id.clone().filter(|id| is_gone(id));
    let around = std::iter::successors(Some(id.clone()), parent);
    // As many as there are nodes at most: where they lie in each other there is no outermost.
    around.take(base.nodes.len()).last().unwrap_or_else(|| id.clone())
}

/// The list with items of an older list put back, each behind the item it followed there.
fn with_back<T: Clone>(
    now: &[T],
    before: &[T],
    key: impl Fn(&T) -> &str,
    is_back: impl Fn(&T) -> bool,
) -> Vec<T> {
    let mut all = now.to_vec();
    let mut place = 0;
    for item in before {
        match all.iter().position(|other| key(other) == key(item)) {
            Some(at) => place = at + 1,
            None if is_back(item) => {
                all.insert(place, item.clone());
                place += 1;
            }
            None => {}
        }
    }
    all
}
