//! Where in an execution something happened: its nodes, jobs and edges, as events name them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::id::{EdgeId, JobId, NodeId};

/// A node as it was frozen at launch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LaunchedNode {
    /// Its id in the workflow.
    pub id: NodeId,
    /// Its type's key, e.g. `generate_copy`.
    pub kind: String,
    /// What the author calls it.
    pub label: String,
    /// The loop it lies in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inside: Option<NodeId>,
}

/// Which job an event is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct JobRef {
    /// The node it is a job of.
    pub node: NodeId,
    /// The id of the job.
    pub job: JobId,
    /// Its place among the node's jobs, from 0.
    pub item: i32,
}

/// How the outgoing edges of a node settled.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SettledEdges {
    /// Edges by which the path goes on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub live: Vec<EdgeId>,
    /// Edges that were not taken.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dead: Vec<EdgeId>,
}

/// Why a node was not needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SkipReason {
    /// No edge into it was taken.
    DeadPath,
    /// Its condition was not met.
    Condition,
    /// The workflow says that it does not run.
    Disabled,
    /// A person went on without it.
    User,
}
