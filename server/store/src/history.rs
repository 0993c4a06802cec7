//! Retention: how long the history of executions that are over is kept, and its deletion in
//! batches.

use chrono::{DateTime, Utc};
use model::{
    execution::view::ExecutionView,
    id::{ExecutionId, WorkspaceId},
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    Fetch, Statement,
    error::{EngineError, Result},
    rows::read_json,
};

/// The most rows that one statement deletes.
const BATCH: i64 = 500;

/// For how many days a workspace keeps the history of executions that are over.
pub async fn retention_days(conn: &mut PgConnection, workspace: WorkspaceId) -> Result<i32> {
    sqlx::query_scalar!("SELECT history_days FROM workspaces WHERE id = $1", workspace.0)
        .one(conn, "reading how long history is kept")
        .await
}

/// Sets for how many days a workspace keeps the history of executions that are over.
pub async fn set_retention_days(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    days: i32,
) -> Result<()> {
    sqlx::query!("UPDATE workspaces SET history_days = $2 WHERE id = $1", workspace.0, days)
        .run(conn, "setting how long history is kept")
        .await
}

/// How many executions of a workspace are over for more than so many days and still have their
/// history.
pub async fn count_expired(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    days: i32,
) -> Result<i64> {
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!"
             FROM workflow_executions
            WHERE workspace_id = $1 AND forgotten_at IS NULL
              AND completed_at < engine_now() - make_interval(days => $2)"#,
        workspace.0,
        days
    )
    .one(conn, "counting old executions")
    .await
}

/// An execution that is over for longer than its workspace keeps its history.
#[derive(Debug, Clone, Copy)]
pub struct ExpiredExecution {
    /// The workspace whose retention it is past.
    pub workspace: WorkspaceId,
    /// Names the execution, and breaks ties in the order.
    pub id: ExecutionId,
    /// When it ended, by which the list is ordered.
    pub ended: DateTime<Utc>,
}

/// Executions past their retention that are not summarised yet, the oldest first, after `last`.
pub async fn find_expired(
    conn: &mut PgConnection,
    last: Option<ExpiredExecution>,
    limit: i64,
) -> Result<Vec<ExpiredExecution>> {
    sqlx::query_as!(
        ExpiredExecution,
        r#"SELECT w.id AS workspace, e.id, e.completed_at AS "ended!"
             FROM workspaces w
            CROSS JOIN LATERAL (
                  SELECT id, completed_at
                    FROM workflow_executions
                   WHERE workspace_id = w.id
                     AND completed_at < engine_now() - make_interval(days => w.history_days)
                     AND (completed_at, id) > (coalesce($2::timestamptz, '-infinity'),
                                               coalesce($3::uuid, '00000000-0000-0000-0000-000000000000'))
                     AND forgotten_at IS NULL
                   ORDER BY completed_at, id
                   LIMIT $1) e
            ORDER BY e.completed_at, e.id
            LIMIT $1"#,
        limit,
        last.map(|old| old.ended),
        last.map(|old| old.id.0)
    )
    .all(conn, "looking for old executions")
    .await
}

/// Locks an execution that is over and not summarised yet; false when another process has locked
/// it, or it runs again.
pub async fn lock(conn: &mut PgConnection, execution: ExecutionId) -> Result<bool> {
    sqlx::query_scalar!(
        "SELECT id FROM workflow_executions
          WHERE id = $1 AND completed_at IS NOT NULL AND forgotten_at IS NULL
            FOR UPDATE SKIP LOCKED",
        execution.0
    )
    .optional(conn, "locking an old execution")
    .await
    .map(|found| found.is_some())
}

/// Stores the summary of a locked execution and marks it, so that its rows are deleted from then
/// on.
pub async fn summarise(
    conn: &mut PgConnection,
    execution: ExecutionId,
    summary: &ExecutionView,
) -> Result<()> {
    let summary = serde_json::to_value(summary)
        .map_err(|error| EngineError::internal("storing a summary", error))?;
    sqlx::query!(
        "UPDATE workflow_executions
            SET forgotten_at = engine_now(), summary = $2, has_remains = true
          WHERE id = $1 AND completed_at IS NOT NULL AND forgotten_at IS NULL",
        execution.0,
        summary
    )
    .run(conn, "summarising an old execution")
    .await
}

/// The summary of an execution past its retention; none of one that still has its history.
pub async fn summary(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    execution: ExecutionId,
) -> Result<Option<ExecutionView>> {
    let summary = sqlx::query_scalar!(
        "SELECT summary FROM workflow_executions WHERE workspace_id = $1 AND id = $2",
        workspace.0,
        execution.0
    )
    .optional(conn, "reading a summary")
    .await?;
    summary.flatten().map(read_json).transpose()
}

/// Summarised executions that still have rows of their history, at most `limit`.
pub async fn find_with_remains(conn: &mut PgConnection, limit: i64) -> Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        "SELECT id FROM workflow_executions WHERE has_remains ORDER BY forgotten_at LIMIT $1",
        limit
    )
    .all(conn, "looking for remains of old executions")
    .await
}

/// Deletes one batch of what is left of a summarised execution's history; returns how many rows.
/// Never deletes documents, images, or versions of outputs that are the latest or kept.
pub async fn delete_batch(conn: &mut PgConnection, execution: Uuid) -> Result<u64> {
    let deleted = sqlx::query_file!("sql/delete_history.sql", execution, BATCH)
        .one(conn, "deleting history")
        .await?;
    Ok(u64::try_from(deleted.rows).unwrap_or(0))
}

/// Deletes the uploads of a summarised execution that no other execution or document refers to;
/// returns their digests.
pub async fn release_uploads(conn: &mut PgConnection, execution: Uuid) -> Result<Vec<String>> {
    let released = sqlx::query_scalar!(
        "DELETE FROM execution_uploads WHERE execution_id = $1 RETURNING upload_id",
        execution
    )
    .all(conn, "letting go of files")
    .await?;
    sqlx::query_scalar!(
        "DELETE FROM uploads u
          WHERE u.id = ANY($1)
            AND NOT EXISTS (SELECT FROM execution_uploads e WHERE e.upload_id = u.id)
            AND NOT EXISTS (SELECT FROM document_uploads d WHERE d.upload_id = u.id)
         RETURNING u.digest",
        &released
    )
    .all(conn, "letting go of files")
    .await
}

/// Marks a summarised execution as having rows to delete again: a version is no longer kept.
pub async fn mark_remains(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    execution: ExecutionId,
) -> Result<()> {
    sqlx::query!(
        "UPDATE workflow_executions
            SET has_remains = true
          WHERE workspace_id = $1 AND id = $2 AND forgotten_at IS NOT NULL",
        workspace.0,
        execution.0
    )
    .run(conn, "noting remains of an old execution")
    .await
}

/// Marks a summarised execution as having no rows left to delete.
pub async fn clear_remains(conn: &mut PgConnection, execution: Uuid) -> Result<()> {
    sqlx::query!("UPDATE workflow_executions SET has_remains = false WHERE id = $1", execution)
        .run(conn, "closing an old execution")
        .await
}
