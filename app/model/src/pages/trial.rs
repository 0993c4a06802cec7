//! Test runs of a draft in the editor.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{LaunchPage, LaunchRequest};
use crate::{
    execution::run_scope::RunScope,
    id::{ExecutionId, NodeId},
};

/// A request to test a draft.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TestRequest {
    /// The template and the values; without a revision the present draft.
    pub launch: LaunchRequest,
    /// The part of it that runs.
    #[serde(default)]
    pub part: RunScope,
    /// What nodes before the part count as having produced, by port. The others count as what they
    /// produced in the last test run, and as skipped where there is none.
    #[serde(default)]
    pub given: BTreeMap<NodeId, Map<String, Value>>,
}

/// What the form of a test run shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TestPage {
    /// The launch form of the draft.
    pub form: LaunchPage,
    /// The last recorded output of nodes.
    pub recorded: Vec<Recorded>,
}

/// The output of a node in the last test run in which it ended well.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recorded {
    /// The node that it comes from.
    pub node: NodeId,
    /// The test run in which it was produced.
    pub execution_id: ExecutionId,
    /// The number of that run, for people.
    pub number: i64,
    /// The values by port.
    pub output: Map<String, Value>,
}
