//! Versions of outputs: who made each, and making an older one current again.

mod kept_versions;
mod lineage;

pub use kept_versions::{kept_versions, set_kept};
pub use lineage::{
    Recipe, find_documents_with, find_images_beside, find_reuses, find_version, load_recipes,
};

use model::{
    api::executions::{ArtifactRow, VersionRow},
    execution::event::{ArtifactBody, ArtifactSummary, PERSON, Restored},
    id::{ArtifactId, ExecutionId, ImageId, JobId, NodeId, UserId, WorkspaceId},
    review::Reviewer,
};
use serde_json::{Map, Value};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use super::origin;
use crate::{
    error::{Doing, Result},
    rows::artifact_row,
    timestamp,
};

/// A version that may be made current again.
#[derive(Debug)]
pub struct OlderVersion {
    /// The node whose output it is.
    pub node: NodeId,
    /// The item of the node, counted from 0.
    pub item: i32,
    /// The port it came out of.
    pub port: String,
    /// The version that a job made: this one, or the one that it repeats.
    pub made_as: i32,
    pub current: i32,
    /// The highest version number of the output.
    pub newest: i32,
    /// True when the sample provider made it.
    pub sample: bool,
    /// True when it ended at its token limit.
    pub cut_off: bool,
    /// The image, or how the content begins.
    pub body: ArtifactBody,
    /// What its job gave, port by port; none when that is no longer kept.
    pub values: Option<Map<String, Value>>,
    /// The content, where a person and no job wrote it.
    pub written: Option<Value>,
}

/// All versions of the output that this is a version of, the oldest first; none if the execution
/// has no such version.
pub async fn versions(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    execution: ExecutionId,
    id: ArtifactId,
) -> Result<Vec<VersionRow>> {
    let rows = sqlx::query!(
        r#"SELECT a.id, a.node_id, a.item, a.port, a.version, a.is_latest, a.image_id, a.provider,
                  a.model, a.sample, a.job_id, a.created_at, a.kept_at, a.repeats,
                  (a.inputs @> '{"cut_off": true}') AS "cut_off!",
                  a.restored_by, a.inputs->>'feedback' AS feedback, j.attempt AS "attempt?", u.name AS "name?"
             FROM artifacts asked
             JOIN artifacts a
                  ON (a.execution_id, a.node_id, a.item, a.port)
                   = (asked.execution_id, asked.node_id, asked.item, asked.port)
             LEFT JOIN agent_jobs j ON j.workspace_id = a.workspace_id AND j.id = a.job_id
             LEFT JOIN users u ON u.id = a.restored_by
            WHERE asked.workspace_id = $1 AND asked.execution_id = $2 AND asked.id = $3
            ORDER BY a.version"#,
        workspace.0,
        execution.0,
        id.0
    )
    .fetch_all(conn)
    .await
    .doing("listing versions")?;
    let version = rows.into_iter().map(|row| VersionRow {
        restored: row.repeats.map(|version| Restored {
            version,
            by: Reviewer {
                user: row.restored_by.map(UserId),
                name: row.name.unwrap_or_else(|| "Former member".to_owned()),
            },
        }),
        attempt: row.attempt,
        feedback: row.feedback,
        row: artifact_row!(row, ArtifactId(row.id)),
    });
    Ok(version.collect())
}

/// A version that may be made current again; none if the execution has no such version.
pub async fn find_older_version(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    execution: ExecutionId,
    id: ArtifactId,
) -> Result<Option<OlderVersion>> {
    let row = sqlx::query!(
        r#"SELECT a.node_id, a.item, a.port, coalesce(a.repeats, a.version) AS "made_as!",
                  coalesce(l.repeats, l.version) AS "current!", l.version AS newest, a.sample,
                  (a.inputs @> '{"cut_off": true}') AS "cut_off!",
                  a.content, a.image_id, i.width AS "width?", i.height AS "height?",
                  a.provider, j.output AS "values: Json<Map<String, Value>>"
             FROM artifacts a
             JOIN artifacts l
                  ON (l.execution_id, l.node_id, l.item, l.port)
                   = (a.execution_id, a.node_id, a.item, a.port) AND l.is_latest
             LEFT JOIN images i ON i.workspace_id = a.workspace_id AND i.id = a.image_id
             LEFT JOIN agent_jobs j ON j.workspace_id = a.workspace_id AND j.id = a.job_id
            WHERE a.workspace_id = $1 AND a.execution_id = $2 AND a.id = $3"#,
        workspace.0,
        execution.0,
        id.0
    )
    .fetch_optional(conn)
    .await
    .doing("reading an older version")?;
    Ok(row.map(|row| OlderVersion {
        node: NodeId(row.node_id),
        item: row.item,
        port: row.port,
        made_as: row.made_as,
        current: row.current,
        newest: row.newest,
        sample: row.sample,
        cut_off: row.cut_off,
        body: origin::body(
            &row.content,
            row.image_id.map(|id| (id, origin::size(row.width), origin::size(row.height))),
        ),
        values: row.values.map(|values| values.0),
        written: (row.provider == PERSON).then_some(row.content),
    }))
}

/// The values that each completed item of a node gives with its current version, in the order of
/// the items.
pub async fn load_item_outputs(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    execution: ExecutionId,
    node: &NodeId,
) -> Result<Vec<(i32, Map<String, Value>)>> {
    let rows = sqlx::query!(
        r#"SELECT j.item, coalesce(chosen.output, j.output) AS "values: Json<Map<String, Value>>"
             FROM execution_nodes n
             JOIN agent_jobs j ON j.execution_id = n.execution_id AND j.node_row_id = n.id
                              AND j.generation = n.generation
             LEFT JOIN LATERAL (
                  SELECT o.output
                    FROM artifacts a
                    JOIN agent_jobs o ON o.workspace_id = a.workspace_id AND o.id = a.job_id
                   WHERE a.execution_id = n.execution_id AND a.node_id = n.node_id
                     AND a.item = j.item AND a.is_latest
                   ORDER BY a.port
                   LIMIT 1) chosen ON true
            WHERE n.workspace_id = $1 AND n.execution_id = $2 AND n.node_id = $3
              AND j.status = 'completed'
            ORDER BY j.item"#,
        workspace.0,
        execution.0,
        node.as_str()
    )
    .fetch_all(conn)
    .await
    .doing("reading what a node gives")?;
    let given = |values: Option<Json<Map<_, _>>>| values.map(|values| values.0).unwrap_or_default();
    Ok(rows.into_iter().map(|row| (row.item, given(row.values))).collect())
}

/// Records a version that repeats `older`, as the current one. Of the two documents that a step
/// wrote lists have the one of that version.
pub async fn restore(
    conn: &mut PgConnection,
    execution: ExecutionId,
    older: ArtifactId,
    new: &ArtifactSummary,
) -> Result<()> {
    let restored = new.restored.as_ref();
    let by: Option<Uuid> = restored.and_then(|restored| restored.by.user).map(|user| user.0);
    supersede(conn, execution, new).await?;
    sqlx::query!(
        "INSERT INTO artifacts (id, workspace_id, execution_id, node_id, item, port, version,
                                is_latest, content, image_id, inputs, provider, model, sample,
                                job_id, created_at, taken_from, repeats, restored_by)
         SELECT $3, workspace_id, execution_id, node_id, item, port, $4, true, content,
                image_id, inputs, provider, model, sample, job_id, engine_now(), taken_from, $5, $6
           FROM artifacts
          WHERE execution_id = $1 AND id = $2",
        execution.0,
        older.0,
        new.id.0,
        new.version,
        restored.map(|restored| restored.version),
        by
    )
    .execute(&mut *conn)
    .await
    .doing("making a version current again")?;
    sqlx::query!(
        "UPDATE documents d
            SET aside = NULL
           FROM artifacts a
          WHERE a.execution_id = $1 AND a.id = $2
            AND d.execution_id = a.execution_id AND d.origin_job = a.job_id
            AND d.aside = 'superseded'",
        execution.0,
        older.0
    )
    .execute(conn)
    .await
    .map(drop)
    .doing("listing the document of a version again")
}

/// Unmarks the version that was the current one, and has lists leave its document out.
async fn supersede(
    conn: &mut PgConnection,
    execution: ExecutionId,
    new: &ArtifactSummary,
) -> Result<()> {
    sqlx::query!(
        "WITH superseded AS (
             UPDATE artifacts
                SET is_latest = false
              WHERE execution_id = $1 AND node_id = $2 AND item = $3 AND port = $4
                AND is_latest
          RETURNING job_id
         )
         UPDATE documents d
            SET aside = 'superseded'
           FROM superseded s
          WHERE d.execution_id = $1 AND d.origin_job = s.job_id
            AND d.aside IS NULL AND d.revision = 1",
        execution.0,
        new.node.as_str(),
        new.item,
        new.port
    )
    .execute(conn)
    .await
    .map(drop)
    .doing("superseding a version")
}
