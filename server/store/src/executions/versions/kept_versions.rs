//! Versions that stay when the history of their execution goes.

use model::{
    api::executions::{ArtifactRow, KeptVersion},
    id::{ArtifactId, ExecutionId, ImageId, JobId, NodeId, UserId, WorkspaceId},
};
use sqlx::PgConnection;

use crate::{
    error::{Doing, Result},
    executions::origin,
    rows::artifact_row,
    timestamp,
};

/// Marks a version as kept by somebody, or as let go; the number of its execution's last event
/// where that changed anything.
pub async fn set_kept(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    execution: ExecutionId,
    id: ArtifactId,
    by: Option<UserId>,
) -> Result<Option<i64>> {
    sqlx::query_scalar!(
        "UPDATE artifacts a
            SET kept_at = CASE WHEN $4::uuid IS NOT NULL THEN engine_now() END, kept_by = $4::uuid
           FROM workflow_executions e
          WHERE a.workspace_id = $1 AND a.execution_id = $2 AND a.id = $3
            AND (a.kept_at IS NULL) = ($4::uuid IS NOT NULL)
            AND e.workspace_id = a.workspace_id AND e.id = a.execution_id
         RETURNING e.event_seq",
        workspace.0,
        execution.0,
        id.0,
        by.map(|user| user.0)
    )
    .fetch_optional(conn)
    .await
    .doing("keeping a version")
}

/// The versions of an execution that are kept, in the order of its nodes, items and ports.
pub async fn kept_versions(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    execution: ExecutionId,
) -> Result<Vec<KeptVersion>> {
    let rows = sqlx::query!(
        r#"SELECT a.id, a.node_id, a.item, a.port, a.version, a.is_latest, a.image_id, a.provider,
                  a.model, a.sample, a.job_id, a.created_at, a.kept_at, a.content,
                  (a.inputs @> '{"cut_off": true}') AS "cut_off!",
                  i.width AS "width?", i.height AS "height?", u.name AS "by?"
             FROM artifacts a
             JOIN execution_nodes n ON (n.execution_id, n.node_id) = (a.execution_id, a.node_id)
             LEFT JOIN images i ON i.workspace_id = a.workspace_id AND i.id = a.image_id
             LEFT JOIN users u ON u.id = a.kept_by
            WHERE a.workspace_id = $1 AND a.execution_id = $2 AND a.kept_at IS NOT NULL
            ORDER BY n.rank, a.node_id, a.item, a.port, a.version"#,
        workspace.0,
        execution.0
    )
    .fetch_all(conn)
    .await
    .doing("listing what is kept")?;
    let kept = rows.into_iter().map(|row| {
        let image = row.image_id.map(|id| (id, origin::size(row.width), origin::size(row.height)));
        KeptVersion {
            body: origin::body(&row.content, image),
            by: row.by,
            row: artifact_row!(row, ArtifactId(row.id)),
        }
    });
    Ok(kept.collect())
}
