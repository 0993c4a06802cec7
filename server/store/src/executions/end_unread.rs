//! Ends an execution whose rows cannot be read.

use model::{
    execution::state::EndReason,
    id::{ExecutionId, WorkspaceId},
};
use sqlx::PgConnection;

use crate::error::{Doing, Result};

/// Ends an execution that is not over, without reading its rows; returns the number of its last
/// event. None when it is over, or the workspace has no such execution.
pub async fn end_unread(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: ExecutionId,
    reason: EndReason,
) -> Result<Option<i64>> {
    // A statement of its own, like every lock of an execution: the next one then sees all that was
    // committed before the lock was granted.
    let under_way = sqlx::query_scalar!(
        "SELECT id FROM workflow_executions
          WHERE workspace_id = $1 AND id = $2 AND status IN ('pending', 'running', 'paused')
            FOR UPDATE",
        workspace.0,
        id.0
    )
    .fetch_optional(&mut *conn)
    .await
    .doing("locking an execution that cannot be read")?;
    if under_way.is_none() {
        return Ok(None);
    }
    sqlx::query_file_scalar!("sql/end_unread.sql", id.0, reason.as_str())
        .fetch_one(conn)
        .await
        .map(Some)
        .doing("ending an execution that cannot be read")
}
