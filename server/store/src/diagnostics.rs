//! Queries behind `atelier doctor` and the list of stuck executions: what is wrong with the data of
//! the instance or of one workspace. Invariants of single executions are in `invariants`.

use futures::TryStreamExt;
use model::id::{ExecutionId, WorkerId, WorkspaceId};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    Fetch,
    error::{Doing, Result},
};

/// The workspace whose executions are looked at; `None` looks at those of every workspace.
pub type WorkspaceFilter = Option<WorkspaceId>;

/// An execution that somebody has to look at.
#[derive(Debug)]
pub struct UnsoundExecution {
    pub workspace: WorkspaceId,
    /// Names it in what the doctor prints and in the repair.
    pub id: ExecutionId,
    /// The detail for the message: a name, a node or job types, as the query says.
    pub about: String,
}

/// Running executions that nothing will wake: they have no open job and no node that waits for a
/// person or a time. `about` is the execution's name.
pub async fn find_without_wake_source(
    conn: &mut PgConnection,
    filter: WorkspaceFilter,
) -> Result<Vec<UnsoundExecution>> {
    sqlx::query_as!(
        UnsoundExecution,
        "SELECT e.workspace_id AS workspace, e.id, e.name AS about
           FROM workflow_executions e
          WHERE e.status = 'running'
            AND ($1::uuid IS NULL OR e.workspace_id = $1)
            AND NOT EXISTS (SELECT FROM agent_jobs j
                             WHERE j.execution_id = e.id AND j.status IN ('pending', 'running'))
            AND NOT EXISTS (SELECT FROM execution_nodes n
                             WHERE n.execution_id = e.id
                               AND (n.hold IS NOT NULL OR n.status IN ('waiting', 'awaiting_review')))
          ORDER BY e.id",
        filter.map(|workspace| workspace.0)
    )
    .all(conn, "looking for executions that nothing wakes")
    .await
}

/// Executions that are not over (pending, running or paused), ordered by id.
pub async fn list_open(
    conn: &mut PgConnection,
    filter: WorkspaceFilter,
) -> Result<Vec<(WorkspaceId, ExecutionId)>> {
    let rows = sqlx::query!(
        "SELECT workspace_id, id
           FROM workflow_executions
          WHERE status IN ('pending', 'running', 'paused')
            AND ($1::uuid IS NULL OR workspace_id = $1)
          ORDER BY id",
        filter.map(|workspace| workspace.0)
    )
    .all(conn, "listing open executions")
    .await?;
    Ok(rows.into_iter().map(|row| (row.workspace_id.into(), row.id.into())).collect())
}

/// Open executions whose frozen definition `matches`, without those in `except`. Definitions are
/// streamed, so that only one is in memory at a time.
pub async fn list_open_with_definition(
    conn: &mut PgConnection,
    filter: WorkspaceFilter,
    except: &[Uuid],
    matches: impl Fn(&Value) -> bool,
) -> Result<Vec<(WorkspaceId, ExecutionId)>> {
    let doing = "reading frozen definitions";
    let mut rows = sqlx::query!(
        "SELECT workspace_id, id, run_definition
           FROM workflow_executions
          WHERE status IN ('pending', 'running', 'paused')
            AND ($1::uuid IS NULL OR workspace_id = $1)
            AND id <> ALL($2)
          ORDER BY id",
        filter.map(|workspace| workspace.0),
        except
    )
    .fetch(conn);
    let mut found = vec![];
    while let Some(row) = rows.try_next().await.doing(doing)? {
        if matches(&row.run_definition) {
            found.push((row.workspace_id.into(), row.id.into()));
        }
    }
    Ok(found)
}

/// Open executions with pending jobs of types that are not in `known`; `about` lists those types.
pub async fn find_unknown_job_types(
    conn: &mut PgConnection,
    filter: WorkspaceFilter,
    known: &[String],
) -> Result<Vec<UnsoundExecution>> {
    sqlx::query_as!(
        UnsoundExecution,
        r#"SELECT j.workspace_id AS workspace, j.execution_id AS id,
                  string_agg(DISTINCT j.job_type, ', ') AS "about!"
             FROM agent_jobs j
             JOIN workflow_executions e ON e.id = j.execution_id
            WHERE j.status = 'pending'
              AND j.job_type <> ALL($1)
              AND e.completed_at IS NULL
              AND ($2::uuid IS NULL OR j.workspace_id = $2)
            GROUP BY j.workspace_id, j.execution_id
            ORDER BY j.execution_id"#,
        known,
        filter.map(|workspace| workspace.0)
    )
    .all(conn, "looking for jobs nobody knows")
    .await
}

/// Executions with running jobs whose worker is unknown or has been gone for more than a minute (a
/// sweep reclaims such jobs sooner), once per worker.
pub async fn find_jobs_of_gone_workers(
    conn: &mut PgConnection,
    filter: WorkspaceFilter,
) -> Result<Vec<(WorkspaceId, ExecutionId, WorkerId)>> {
    let rows = sqlx::query!(
        r#"SELECT DISTINCT j.workspace_id, j.execution_id, j.worker_id AS "worker_id!"
             FROM agent_jobs j
             LEFT JOIN workers w ON w.id = j.worker_id
            WHERE j.status = 'running'
              AND (w.id IS NULL OR w.gone_at < engine_now() - interval '1 minute')
              AND ($1::uuid IS NULL OR j.workspace_id = $1)
            ORDER BY j.execution_id"#,
        filter.map(|workspace| workspace.0)
    )
    .all(conn, "looking for jobs of workers that are gone")
    .await?;
    let held = rows
        .into_iter()
        .map(|row| (row.workspace_id.into(), row.execution_id.into(), row.worker_id.into()));
    Ok(held.collect())
}

/// The digest of every blob that an image or an upload of any workspace refers to, without repeats.
pub async fn list_needed_blobs(conn: &mut PgConnection) -> Result<Vec<String>> {
    sqlx::query_scalar!(
        r#"SELECT digest AS "digest!" FROM images UNION SELECT digest FROM uploads ORDER BY 1"#
    )
    .all(conn, "listing blobs")
    .await
}

/// Executions with artifacts that neither a job nor a review (in which a person wrote them)
/// accounts for; `about` is the node.
pub async fn find_outputs_without_job(conn: &mut PgConnection) -> Result<Vec<UnsoundExecution>> {
    sqlx::query_as!(
        UnsoundExecution,
        "SELECT DISTINCT a.workspace_id AS workspace, a.execution_id AS id, a.node_id AS about
           FROM artifacts a
          WHERE NOT EXISTS (SELECT FROM agent_jobs j WHERE j.id = a.job_id)
            AND NOT EXISTS (SELECT FROM reviews r WHERE r.id = a.job_id)
          ORDER BY a.execution_id, a.node_id"
    )
    .all(conn, "looking for outputs without a job")
    .await
}

/// The number, name and status of an execution; none if the workspace has no such execution.
pub async fn find_heading(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    execution: ExecutionId,
) -> Result<Option<(i64, String, String)>> {
    let row = sqlx::query!(
        "SELECT number, name, status FROM workflow_executions WHERE workspace_id = $1 AND id = $2",
        workspace.0,
        execution.0
    )
    .optional(conn, "reading an execution")
    .await?;
    Ok(row.map(|row| (row.number, row.name, row.status)))
}
