//! Trying a draft out in the editor.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{LaunchPage, LaunchRequest};
use crate::{
    execution::part::Part,
    id::{ExecutionId, NodeId},
};

/// What a person sends to try a draft out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TestRequest {
    /// Of which template, and with what; without a revision the draft as it is now.
    pub launch: LaunchRequest,
    /// Which part of it runs.
    #[serde(default)]
    pub part: Part,
    /// What nodes before the part count as having given, port by port. The others count as what
    /// they gave in the last test run; those without any as skipped.
    #[serde(default)]
    pub given: BTreeMap<NodeId, Map<String, Value>>,
}

/// What is asked before a draft is tried out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TestPage {
    /// The launch form of the draft.
    pub form: LaunchPage,
    /// What nodes gave last.
    pub recorded: Vec<Recorded>,
}

/// What a node gave in the last test run in which it ended well.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recorded {
    /// Which.
    pub node: NodeId,
    /// In which execution.
    pub execution_id: ExecutionId,
    /// The number of that.
    pub number: i64,
    /// Port by port.
    pub output: Map<String, Value>,
}
