//! Whether an execution is there, with all of its history; its definition as people have changed it.

use backend::actor::Actor;
use model::{
    id::{ExecutionId, NodeId},
    nodes::NodeConfig,
    problem::{Problem, ProblemKind},
    workflow::Workflow,
};
use serde_json::Value;
use sqlx::PgConnection;
use store::{
    error::{EngineError, Result},
    executions, history,
};

use crate::context::OrNotFound;

/// Refuses unless the workspace has this execution with all of its history.
///
/// # Errors
/// Not found where the workspace has no such execution; gone where retention has left only its
/// summary.
pub(crate) async fn require_history(
    conn: &mut PgConnection,
    actor: &Actor,
    id: ExecutionId,
) -> Result<()> {
    if is_forgotten(conn, actor, id).await? {
        let detail = "Only the summary of this run is kept. Launch the workflow again instead.";
        return Err(history_gone(detail).into());
    }
    Ok(())
}

/// The problem of a request that needs a history which retention has deleted.
pub(crate) fn history_gone(detail: impl Into<String>) -> Problem {
    Problem::new(ProblemKind::Gone, "history_gone", detail)
}

/// Whether retention has left only the summary of an execution.
pub(super) async fn is_forgotten(
    conn: &mut PgConnection,
    actor: &Actor,
    id: ExecutionId,
) -> Result<bool> {
    require_execution(conn, actor, id).await?;
    Ok(history::summary(conn, actor.workspace, id).await?.is_some())
}

/// Refuses unless the actor's workspace has this execution.
pub(crate) async fn require_execution(
    conn: &mut PgConnection,
    actor: &Actor,
    id: ExecutionId,
) -> Result<()> {
    executions::exists(conn, actor.workspace, id).await?.or_not_found("run")
}

/// A frozen definition with what people changed of its nodes.
pub(crate) fn effective_workflow(
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
