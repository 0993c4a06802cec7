//! Loops and what lies in them.
//!
//! A node whose parent is a loop lies in its body; frames in between only group. Edges from the loop into its body bring the
//! item, edges from the body back to the loop carry the result away; no other edge crosses.

use crate::{
    id::NodeId,
    nodes::NodeKind,
    workflow::{Edge, Workflow},
};

/// The loop around a node that itself lies in none; the node, where it lies in none.
pub fn outermost<'a>(workflow: &'a Workflow, id: &'a NodeId) -> &'a NodeId {
    // As deep as there are nodes, so that loops that contain each other end the walk.
    let levels = 0..workflow.nodes.len();
    levels.fold(id, |at, _| loop_of(workflow, at).unwrap_or(at))
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
pub fn loop_of<'a>(workflow: &'a Workflow, id: &NodeId) -> Option<&'a NodeId> {
    let mut parent = workflow.node(id)?.parent_id.as_ref()?;
    // As deep as there are nodes, so that frames that contain each other end the walk.
    for _ in 0..workflow.nodes.len() {
        let around = workflow.node(parent)?;
        match around.kind() {
            NodeKind::ForEach => return Some(parent),
            NodeKind::Frame => parent = around.parent_id.as_ref()?,
            _ => return None,
        }
    }
    None
}

/// Where an edge lies.
pub fn course(workflow: &Workflow, edge: &Edge) -> Course {
    let (from, to) = (loop_of(workflow, &edge.source), loop_of(workflow, &edge.target));
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
pub fn lies_in(workflow: &Workflow, id: &NodeId, body_of: &NodeId) -> bool {
    // As deep as there are nodes, so that loops that contain each other end the walk.
    let mut at = loop_of(workflow, id);
    for _ in 0..workflow.nodes.len() {
        match at {
            Some(parent) if parent == body_of => return true,
            Some(parent) => at = loop_of(workflow, parent),
            None => return false,
        }
    }
    false
}
