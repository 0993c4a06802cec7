//! Loops and what lies in them.
//!
//! A node whose parent is a loop lies in its body. Edges from the loop into its body bring the
//! item, edges from the body back to the loop carry the result away; no other edge crosses.

use crate::{
    id::NodeId,
    nodes::NodeKind,
    workflow::{Edge, Workflow},
};

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

/// The loop whose body a node lies in.
pub fn loop_of<'a>(workflow: &'a Workflow, id: &NodeId) -> Option<&'a NodeId> {
    let parent = workflow.node(id)?.parent_id.as_ref()?;
    (workflow.node(parent)?.kind() == NodeKind::ForEach).then_some(parent)
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
