//! Whether an execution is there, with all of its history.

use backend::actor::Actor;
use model::{
    id::ExecutionId,
    problem::{Problem, ProblemKind},
};
use sqlx::PgConnection;
use store::{
    error::{EngineError, Result},
    executions, history,
};

/// Refuses unless the workspace has this execution with all of its history.
///
/// # Errors
/// Not found where the workspace has no such execution; gone where retention has left only its
/// summary.
pub(in crate::services) async fn require_history(
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
pub(in crate::services) fn history_gone(detail: impl Into<String>) -> Problem {
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
pub(in crate::services) async fn require_execution(
    conn: &mut PgConnection,
    actor: &Actor,
    id: ExecutionId,
) -> Result<()> {
    if executions::exists(conn, actor.workspace, id).await? {
        Ok(())
    } else {
        Err(EngineError::NotFound("run"))
    }
}
