//! The run scope: which part of a workflow is run.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    graph::{Graph, outermost},
    id::NodeId,
    validate::asking,
    workflow::Workflow,
};

/// Which part of a workflow is run. A node inside a loop stands for the whole loop.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "Part")]
pub enum RunScope {
    /// The whole workflow.
    #[default]
    Whole,
    /// This node and every node that edges lead to from it.
    From(NodeId),
    /// This node and every node from which edges lead to it.
    UpTo(NodeId),
    /// This node alone.
    Only(NodeId),
}

impl RunScope {
    /// The node that the scope is about; none for the whole workflow.
    pub fn node(&self) -> Option<&NodeId> {
        match self {
            Self::Whole => None,
            Self::From(node) | Self::UpTo(node) | Self::Only(node) => Some(node),
        }
    }
}

/// The nodes in a scope that is about this node; a node inside a loop stands for the loop.
pub fn nodes_in_scope(workflow: &Workflow, scope: &RunScope, node: &NodeId) -> BTreeSet<NodeId> {
    let node = outermost(workflow, node).clone();
    match scope {
        RunScope::Only(_) => BTreeSet::from([node]),
        RunScope::UpTo(_) => {
            let before = Graph::new(workflow).ancestors(&node);
            before.into_iter().chain([node]).collect()
        }
        RunScope::Whole | RunScope::From(_) => Graph::new(workflow).reachable_from(&node),
    }
}

/// The part of a workflow that runs, with the parameters it asks for: those that none of its steps
/// reads may stay empty.
pub fn asking_for(workflow: &Workflow, scope: &RunScope) -> Workflow {
    match scope.node() {
        Some(node) => asking(workflow, &nodes_in_scope(workflow, scope, node)),
        None => workflow.clone(),
    }
}
