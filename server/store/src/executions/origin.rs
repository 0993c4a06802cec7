//! What an execution takes from the one that it runs again.

use model::{
    decide::TakenArtifact,
    execution::{
        event::{ArtifactBody, ArtifactSummary},
        state::ExecutionStatus,
    },
    id::{ArtifactId, ExecutionId, ImageId, NodeId, ProjectId, TemplateId, WorkspaceId},
};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    error::{Doing, Result},
    rows::{columns, parse_enum},
};

/// An execution that is to be run again, besides its snapshot.
#[derive(Debug)]
pub struct OriginRow {
    /// Its status when it is read; it may still change.
    pub status: ExecutionStatus,
    /// What it is called.
    pub name: String,
    /// The template it came from, and its version, unless it was the draft.
    pub template: Option<(TemplateId, Option<i32>)>,
    /// Where its results went.
    pub project: ProjectId,
    /// What it might cost, in millionths of a dollar.
    pub budget: Option<i64>,
}

/// An execution that is to be run again; none if the workspace has no such execution.
pub async fn find_origin(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: ExecutionId,
) -> Result<Option<OriginRow>> {
    let row = sqlx::query!(
        "SELECT status, name, template_id, template_version, project_id, budget
           FROM workflow_executions
          WHERE workspace_id = $1 AND id = $2",
        workspace.0,
        id.0
    )
    .fetch_optional(conn)
    .await
    .doing("reading an execution to run again")?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(OriginRow {
        status: parse_enum(&row.status)?,
        name: row.name,
        template: row.template_id.map(|id| (TemplateId(id), row.template_version)),
        project: ProjectId(row.project_id),
        budget: row.budget,
    }))
}

/// The latest artifacts of these nodes, each as the first version that the new execution will show.
pub async fn latest_artifacts(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: ExecutionId,
    nodes: &[NodeId],
) -> Result<Vec<TakenArtifact>> {
    let nodes: Vec<&str> = nodes.iter().map(NodeId::as_str).collect();
    let rows = sqlx::query!(
        r#"SELECT a.id, a.node_id, a.item, a.port, a.sample, a.content, a.image_id,
                  (a.inputs @> '{"cut_off": true}') AS "cut_off!",
                  i.width AS "width?", i.height AS "height?"
             FROM artifacts a
             LEFT JOIN images i ON i.workspace_id = a.workspace_id AND i.id = a.image_id
            WHERE a.workspace_id = $1 AND a.execution_id = $2 AND a.is_latest
              AND a.node_id = ANY($3)
            ORDER BY a.node_id, a.item, a.port"#,
        workspace.0,
        id.0,
        &nodes as _
    )
    .fetch_all(conn)
    .await
    .doing("reading outputs to take over")?;
    let taken = rows.into_iter().map(|row| TakenArtifact {
        original: ArtifactId(row.id),
        summary: ArtifactSummary {
            id: ArtifactId(Uuid::now_v7()),
            node: NodeId(row.node_id),
            item: row.item,
            port: row.port,
            version: 1,
            sample: row.sample,
            cut_off: row.cut_off,
            restored: None,
            edited_by: None,
            body: body(
                &row.content,
                row.image_id.map(|id| (id, size(row.width), size(row.height))),
            ),
        },
    });
    Ok(taken.collect())
}

/// A width or height in pixels; 0 where the row has none.
pub(super) fn size(pixels: Option<i32>) -> u32 {
    pixels.and_then(|pixels| u32::try_from(pixels).ok()).unwrap_or(0)
}

/// What an artifact is: the image, if it has one, else its content.
pub(super) fn body(content: &Value, image: Option<(Uuid, u32, u32)>) -> ArtifactBody {
    match image {
        Some((id, width, height)) => ArtifactBody::Image { image: ImageId(id), width, height },
        None => ArtifactBody::from_value(content),
    }
}

/// Copies artifacts of one execution as the first versions of another; each refers to its original.
pub async fn copy_artifacts(
    conn: &mut PgConnection,
    to: ExecutionId,
    taken: &[TakenArtifact],
) -> Result<()> {
    if taken.is_empty() {
        return Ok(());
    }
    columns!(taken, |t| {
        originals: t.original.0,
        ids: t.summary.id.0,
    });
    sqlx::query!(
        "INSERT INTO artifacts (id, workspace_id, execution_id, node_id, item, port, version,
                                is_latest, content, image_id, inputs, provider, model, sample,
                                job_id, created_at, taken_from)
         SELECT u.id, a.workspace_id, $1, a.node_id, a.item, a.port, 1, true, a.content,
                a.image_id, a.inputs, a.provider, a.model, a.sample, a.job_id, engine_now(), a.id
           FROM UNNEST($2::uuid[], $3::uuid[]) AS u (original, id)
           JOIN artifacts a ON a.id = u.original",
        to.0,
        &originals,
        &ids
    )
    .execute(conn)
    .await
    .doing("taking outputs over")?;
    Ok(())
}
