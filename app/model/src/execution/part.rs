//! Which part of a workflow is run.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::id::NodeId;

/// Which part of a workflow is run; what lies in a loop is run with all of the loop.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// All of it.
    #[default]
    Whole,
    /// A node and everything that edges lead to from it.
    From(NodeId),
    /// A node and everything from which edges lead to it.
    UpTo(NodeId),
    /// One node.
    Only(NodeId),
}

impl Part {
    /// The node it is about; none for all of it.
    pub fn node(&self) -> Option<&NodeId> {
        match self {
            Self::Whole => None,
            Self::From(node) | Self::UpTo(node) | Self::Only(node) => Some(node),
        }
    }
}
