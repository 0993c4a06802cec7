//! Finding a workflow's nodes by id, one by one or very often.

use std::collections::HashMap;

use crate::{
    id::NodeId,
    workflow::{Node, Workflow},
};

/// A workflow whose nodes are found by id; of nodes with one id the first counts.
pub trait Nodes {
    /// The workflow.
    fn workflow(&self) -> &Workflow;

    /// The node of this id.
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

/// Knows where each node is: for those who look up all of them.
pub struct Indexed<'a> {
    workflow: &'a Workflow,
    nodes: HashMap<&'a NodeId, &'a Node>,
}

impl<'a> Indexed<'a> {
    /// The workflow with an index of its nodes.
    pub fn of(workflow: &'a Workflow) -> Self {
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
