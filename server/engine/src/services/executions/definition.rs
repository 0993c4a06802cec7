//! Definitions of executions as people have changed them.

use model::{id::NodeId, nodes::NodeConfig, workflow::Workflow};
use serde_json::Value;
use store::error::{EngineError, Result};

/// A frozen definition with what people changed of its nodes.
pub(in crate::services) fn effective_workflow(
    definition: Value,
    changed: Vec<(NodeId, Value)>,
) -> Result<Workflow> {
    let mut workflow: Workflow =
        serde_json::from_value(definition).map_err(EngineError::unreadable)?;
    for (id, written) in changed {
        let Some(node) = workflow.nodes.iter_mut().find(|node| node.id == id) else { continue };
        if let Ok(config) = NodeConfig::from_value(node.kind(), written) {
            node.data.config = config;
        }
    }
    Ok(workflow)
}
