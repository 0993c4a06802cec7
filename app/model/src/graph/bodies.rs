//! Loops and what lies in them.
//!
//! A node whose parent is a loop lies in its body; frames in between only group. Edges from the
//! loop into its body bring the item, edges from the body back to the loop carry the result away;
//! no other edge crosses.

use super::Nodes;
use crate::{
    id::NodeId,
    nodes::NodeKind,
    workflow::{Edge, Node, Workflow},
};

/// What a node lies in, from the inside out; as many as there are nodes at most, so that frames
/// that contain each other have an end.
pub fn enclosing<'a>(nodes: &'a impl Nodes, node: &Node) -> impl Iterator<Item = &'a Node> {
    let parent = |node: &Node| nodes.node(node.parent_id.as_ref()?);
    let most = nodes.workflow().nodes.len();
    std::iter::successors(parent(node), move |at| parent(at)).take(most)
}

/// Whether the node and everything it lies in are enabled.
pub fn is_enabled(nodes: &impl Nodes, node: &Node) -> bool {
    node.data.enabled && enclosing(nodes, node).all(|around| around.data.enabled)
}

/// The loop around a node that itself lies in none; the node, where it lies in none.
pub fn outermost<'a>(nodes: &'a impl Nodes, id: &'a NodeId) -> &'a NodeId {
    loops_around(nodes, id).last().unwrap_or(id)
}

/// The loops around a node, the innermost first; as many as there are nodes at most, so that loops
/// that contain each other have an end.
pub fn loops_around<'a>(nodes: &'a impl Nodes, id: &NodeId) -> impl Iterator<Item = &'a NodeId> {
    let innermost = loop_of(nodes, id);
    let most = nodes.workflow().nodes.len();
    std::iter::successors(innermost, |at| loop_of(nodes, at)).take(most)
}

/// Where an edge lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Course {
    /// Between nodes of one body, or outside all.
    Plain,
    /// From a loop into its body.
    Entry,
    /// From a body to its loop.
    Result,
    /// In or out of a body in any other way: not allowed.
    Across,
}

/// The loop whose body a node lies in, directly or in frames that only group.
pub fn loop_of<'a>(nodes: &'a impl Nodes, id: &NodeId) -> Option<&'a NodeId> {
    let mut around = enclosing(nodes, nodes.node(id)?).filter(|at| at.kind() != NodeKind::Frame);
    around.next().filter(|at| at.kind() == NodeKind::ForEach).map(|at| &at.id)
}

/// Whether a node is a loop in which nothing lies yet.
pub fn is_empty_loop(workflow: &Workflow, node: &Node) -> bool {
    let lies_inside = |other: &Node| other.parent_id.as_ref() == Some(&node.id);
    node.kind() == NodeKind::ForEach && !workflow.nodes.iter().any(lies_inside)
}

/// Where an edge lies.
pub fn course(nodes: &impl Nodes, edge: &Edge) -> Course {
    let (from, to) = (loop_of(nodes, &edge.source), loop_of(nodes, &edge.target));
    if to == Some(&edge.source) {
        Course::Entry
    } else if from == Some(&edge.target) {
        Course::Result
    } else if from == to {
        Course::Plain
    } else {
        Course::Across
    }
}

/// Whether a node lies in the body of a loop, at any depth.
pub fn lies_in(nodes: &impl Nodes, id: &NodeId, body_of: &NodeId) -> bool {
    loops_around(nodes, id).any(|owner| owner == body_of)
}
