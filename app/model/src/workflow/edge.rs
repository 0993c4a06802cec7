//! Connections between nodes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::id::{EdgeId, NodeId};

/// A connection: the target waits for the source, and may take its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Edge {
    /// The id, unique in the workflow.
    pub id: EdgeId,
    /// The node where it begins.
    pub source: NodeId,
    /// The port it leaves by; none means the first that fits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_handle: Option<String>,
    /// The node where it ends.
    pub target: NodeId,
    /// The port it enters by; none means the first that fits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_handle: Option<String>,
    /// A label on it for readers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

impl Edge {
    /// The most characters of a label.
    pub const LONGEST_LABEL: usize = 80;
}
