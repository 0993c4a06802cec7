//! The run scope: which part of a workflow is run.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::id::NodeId;

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
