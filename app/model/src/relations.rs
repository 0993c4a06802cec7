//! Relations between executions: parent and child, and an execution that runs another one again.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    execution::state::ExecutionStatus,
    id::{ExecutionId, NodeId},
};

/// An execution that another one names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExecutionLink {
    /// Names it in addresses and requests.
    pub id: ExecutionId,
    /// Its number, for people.
    pub number: i64,
    /// What it is called.
    pub name: String,
    /// Where it stands.
    pub status: ExecutionStatus,
    /// The node that relates the two: the one that launched the child, or from which it runs again.
    pub node_id: Option<NodeId>,
}

/// The executions that an execution was launched by, has launched, or runs again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Kin")]
pub struct ExecutionRelations {
    /// The one that launched it, with the node that did.
    pub parent: Option<ExecutionLink>,
    /// Those it launched, the oldest first, each with the node that did.
    pub children: Vec<ExecutionLink>,
    /// The one it runs again, with the node from which.
    pub origin: Option<ExecutionLink>,
    /// Whether it gives the recorded answers of that one instead of asking anew.
    pub is_replay: bool,
}

/// What a person sends to run an execution again.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RerunRequest {
    /// What does not depend on this node is taken over as it was; none runs everything again.
    pub from_node: Option<NodeId>,
    /// Fields of configurations that are different this time, by node. A runner may change `prompt`
    /// alone, and not where it is locked.
    pub config: BTreeMap<NodeId, Map<String, Value>>,
    /// What it may cost, in millionths of a dollar; none means as much as the one it runs again,
    /// and never more than the template's own cap.
    pub budget: Option<u64>,
    /// Makes a repeated request the same execution.
    pub idempotency_key: Option<String>,
}
