//! What is wrong with the whole of the data or a workspace's, besides single executions' invariants.

use futures::TryStreamExt;
use model::id::{ExecutionId, WorkerId, WorkspaceId};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::error::{Doing, Result};

/// Whose executions are looked at: a workspace's, or everybody's.
pub type Of = Option<WorkspaceId>;

/// An execution somebody has to look at.
#[derive(Debug)]
pub struct AilingExecution {
    /// Whose.
    pub workspace: WorkspaceId,
    /// Which.
    pub id: ExecutionId,
    /// What it is about.
    pub about: String,
}

/// Running executions that nothing will wake: no open job, no person, no time.
pub async fn without_wake_source(conn: &mut PgConnection, of: Of) -> Result<Vec<AilingExecution>> {
    let rows = sqlx::query!(
        "SELECT e.workspace_id, e.id, e.name
           FROM workflow_executions e
          WHERE e.status = 'running'
            AND ($1::uuid IS NULL OR e.workspace_id = $1)
            AND NOT EXISTS (SELECT FROM agent_jobs j
                             WHERE j.execution_id = e.id AND j.status IN ('pending', 'running'))
            AND NOT EXISTS (SELECT FROM execution_nodes n
                             WHERE n.execution_id = e.id
                               AND (n.hold IS NOT NULL OR n.status IN ('waiting', 'awaiting_review')))
          ORDER BY e.id",
        of.map(|workspace| workspace.0)
    )
    .fetch_all(conn)
    .await
    .doing("looking for executions that nothing wakes")?;
    let ailing = rows.into_iter().map(|row| AilingExecution {
        workspace: row.workspace_id.into(),
        id: row.id.into(),
        about: row.name,
    });
    Ok(ailing.collect())
}

/// Open executions.
pub async fn open(conn: &mut PgConnection, of: Of) -> Result<Vec<(WorkspaceId, ExecutionId)>> {
    let rows = sqlx::query!(
        "SELECT workspace_id, id
           FROM workflow_executions
          WHERE status IN ('pending', 'running', 'paused')
            AND ($1::uuid IS NULL OR workspace_id = $1)
          ORDER BY id",
        of.map(|workspace| workspace.0)
    )
    .fetch_all(conn)
    .await
    .doing("listing open executions")?;
    Ok(rows.into_iter().map(|row| (row.workspace_id.into(), row.id.into())).collect())
}

/// Open executions, those in `but` left out, with a definition of which `is_such` holds; one definition
/// at a time is read.
pub async fn open_with_definition(
    conn: &mut PgConnection,
    of: Of,
    but: &[Uuid],
    is_such: impl Fn(&Value) -> bool,
) -> Result<Vec<(WorkspaceId, ExecutionId)>> {
    let doing = "reading frozen definitions";
    let mut rows = sqlx::query!(
        "SELECT workspace_id, id, run_definition
           FROM workflow_executions
          WHERE status IN ('pending', 'running', 'paused')
            AND ($1::uuid IS NULL OR workspace_id = $1)
            AND id <> ALL($2)
          ORDER BY id",
        of.map(|workspace| workspace.0),
        but
    )
    .fetch(conn);
    let mut found = vec![];
    while let Some(row) = rows.try_next().await.doing(doing)? {
        if is_such(&row.run_definition) {
            found.push((row.workspace_id.into(), row.id.into()));
        }
    }
    Ok(found)
}

/// Open executions with pending jobs of types that are not in `known`; about those types.
pub async fn of_unknown_types(
    conn: &mut PgConnection,
    of: Of,
    known: &[String],
) -> Result<Vec<AilingExecution>> {
    let rows = sqlx::query!(
        r#"SELECT j.workspace_id, j.execution_id, string_agg(DISTINCT j.job_type, ', ') AS "types!"
             FROM agent_jobs j
             JOIN workflow_executions e ON e.id = j.execution_id
            WHERE j.status = 'pending'
              AND j.job_type <> ALL($1)
              AND e.completed_at IS NULL
              AND ($2::uuid IS NULL OR j.workspace_id = $2)
            GROUP BY j.workspace_id, j.execution_id
            ORDER BY j.execution_id"#,
        known,
        of.map(|workspace| workspace.0)
    )
    .fetch_all(conn)
    .await
    .doing("looking for jobs nobody knows")?;
    let ailing = rows.into_iter().map(|row| AilingExecution {
        workspace: row.workspace_id.into(),
        id: row.execution_id.into(),
        about: row.types,
    });
    Ok(ailing.collect())
}

/// Jobs held by workers that are unknown, or gone for longer than sweeps leave them; by worker.
pub async fn held_by_nobody(
    conn: &mut PgConnection,
    of: Of,
) -> Result<Vec<(WorkspaceId, ExecutionId, WorkerId)>> {
    let rows = sqlx::query!(
        r#"SELECT DISTINCT j.workspace_id, j.execution_id, j.worker_id AS "worker_id!"
             FROM agent_jobs j
             LEFT JOIN workers w ON w.id = j.worker_id
            WHERE j.status = 'running'
              AND (w.id IS NULL OR w.gone_at < engine_now() - interval '1 minute')
              AND ($1::uuid IS NULL OR j.workspace_id = $1)
            ORDER BY j.execution_id"#,
        of.map(|workspace| workspace.0)
    )
    .fetch_all(conn)
    .await
    .doing("looking for jobs of workers that are gone")?;
    let held = |row: (Uuid, Uuid, Uuid)| (row.0.into(), row.1.into(), WorkerId(row.2));
    Ok(rows
        .into_iter()
        .map(|row| held((row.workspace_id, row.execution_id, row.worker_id)))
        .collect())
}

/// Every blob that a picture or a file of any workspace needs, once.
pub async fn needed_blobs(conn: &mut PgConnection) -> Result<Vec<String>> {
    sqlx::query_scalar!(
        r#"SELECT digest AS "digest!" FROM images UNION SELECT digest FROM uploads ORDER BY 1"#
    )
    .fetch_all(conn)
    .await
    .doing("listing blobs")
}

/// Outputs whose job is not there, nor the review in which a person wrote them; about their node.
pub async fn outputs_without_job(conn: &mut PgConnection) -> Result<Vec<AilingExecution>> {
    let rows = sqlx::query!(
        "SELECT DISTINCT a.workspace_id, a.execution_id, a.node_id
           FROM artifacts a
          WHERE NOT EXISTS (SELECT FROM agent_jobs j WHERE j.id = a.job_id)
            AND NOT EXISTS (SELECT FROM reviews r WHERE r.id = a.job_id)
          ORDER BY a.execution_id, a.node_id"
    )
    .fetch_all(conn)
    .await
    .doing("looking for outputs without a job")?;
    let ailing = rows.into_iter().map(|row| AilingExecution {
        workspace: row.workspace_id.into(),
        id: row.execution_id.into(),
        about: row.node_id,
    });
    Ok(ailing.collect())
}

/// What a list says of an execution of a workspace: number, name, status.
pub async fn heading(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    execution: ExecutionId,
) -> Result<Option<(i64, String, String)>> {
    let row = sqlx::query!(
        "SELECT number, name, status FROM workflow_executions WHERE workspace_id = $1 AND id = $2",
        workspace.0,
        execution.0
    )
    .fetch_optional(conn)
    .await
    .doing("reading an execution")?;
    Ok(row.map(|row| (row.number, row.name, row.status)))
}
