//! Finding a workflow's nodes by id, one by one or very often.

use std::collections::HashMap;

use crate::{
    id::NodeId,
    workflow::{Node, Workflow},
};

/// A workflow whose nodes are found by id; of nodes with one id the first counts.
pub trait Nodes {
    fn workflow(&self) -> &Workflow;

    fn node(&self, id: &NodeId) -> Option<&Node>;
}

/// Looks through all nodes each time.
impl Nodes for Workflow {
    fn workflow(&self) -> &Workflow {
        self
    }

    fn node(&self, id: &NodeId) -> Option<&Node> {
        self.node(id)
    }
}

/// An index of the nodes: for callers that look up many of them.
pub struct Indexed<'a> {
    workflow: &'a Workflow,
    nodes: HashMap<&'a NodeId, &'a Node>,
}

impl<'a> Indexed<'a> {
    /// Builds the index, in one pass over the nodes.
    pub fn new(workflow: &'a Workflow) -> Self {
        let mut nodes = HashMap::with_capacity(workflow.nodes.len());
        for node in &workflow.nodes {
            nodes.entry(&node.id).or_insert(node);
        }
        Self { workflow, nodes }
    }
}

impl Nodes for Indexed<'_> {
    fn workflow(&self) -> &Workflow {
        self.workflow
    }

    fn node(&self, id: &NodeId) -> Option<&Node> {
        self.nodes.get(id).copied()
    }
}
