//! Definitions of workflows as the database stores them.

use model::workflow::Workflow;
use serde_json::Value;
use store::error::{EngineError, Result};

/// The stored form of a workflow.
pub(crate) fn to_definition(workflow: &Workflow) -> Result<Value> {
    serde_json::to_value(workflow)
        .map_err(|error| EngineError::internal("writing a definition", error))
}

/// Reads the stored form of a workflow.
pub(crate) fn parse_definition(definition: Value) -> Result<Workflow> {
    serde_json::from_value(definition)
        .map_err(|error| EngineError::internal("reading a definition", error))
}
