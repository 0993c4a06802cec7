//! The lineage of outputs: what they were made with, and where they are used now.

use std::collections::BTreeMap;

use model::{
    api::{
        executions::ArtifactRow,
        lineage::{DocumentUses, LineageDocument, Subject},
    },
    execution::{brought::Brought, event::ArtifactBody, view::Bill},
    id::{ArtifactId, DocumentId, ExecutionId, ImageId, JobId, NodeId, WorkspaceId},
    relations::ExecutionLink,
};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    error::{Doing, Result},
    executions::origin,
    rows::{artifact_row, parse_enum},
    timestamp,
};

/// A version with what it was made with.
#[derive(Debug)]
pub struct Recipe {
    /// The version as lists show it.
    pub row: ArtifactRow,
    /// How the content begins, or the image.
    pub body: ArtifactBody,
    /// What its call was made with.
    pub inputs: Value,
    /// What its job used and cost.
    pub bill: Bill,
    /// The execution it was taken over from.
    pub taken_from: Option<ExecutionId>,
}

impl Recipe {
    /// The documents that were read with its prompt.
    pub fn documents_read(&self) -> impl Iterator<Item = DocumentId> {
        let read = self.inputs.get(Brought::READ).and_then(Value::as_array);
        let id = |id: &Value| id.as_str().and_then(|id| id.parse().ok());
        read.into_iter().flatten().filter_map(id)
    }
}

/// The version behind an artifact, an image or a document, with its execution; none if the
/// workspace has no such subject, or no node made it.
pub async fn find_version(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    subject: Subject,
) -> Result<Option<(ExecutionId, ArtifactId)>> {
    let (artifact, image, document) = match subject {
        Subject::Artifact(id) => (Some(id.0), None, None),
        Subject::Image(id) => (None, Some(id.0), None),
        Subject::Document(id) => (None, None, Some(id.0)),
    };
    let row = sqlx::query!(
        r#"SELECT a.execution_id AS "execution!", a.id AS "id!"
             FROM artifacts a
            WHERE a.workspace_id = $1 AND a.id = $2
            UNION ALL
           (SELECT a.execution_id, a.id
              FROM images i
              JOIN artifacts a ON a.execution_id = i.execution_id AND a.image_id = i.id
             WHERE i.workspace_id = $1 AND i.id = $3
             ORDER BY a.version
             LIMIT 1)
            UNION ALL
           (SELECT a.execution_id, a.id
              FROM documents d
              JOIN artifacts a ON a.execution_id = d.execution_id AND a.job_id = d.origin_job
             WHERE d.workspace_id = $1 AND d.id = $4
             ORDER BY a.version
             LIMIT 1)"#,
        workspace.0,
        artifact,
        image,
        document
    )
    .fetch_optional(conn)
    .await
    .doing("looking for the version something came from")?;
    Ok(row.map(|row| (ExecutionId(row.execution), ArtifactId(row.id))))
}

/// The first versions of the images that are on a document which began as this version and that the
/// same execution made: with its text they are what the document is.
pub async fn find_images_beside(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    execution: ExecutionId,
    artifact: ArtifactId,
) -> Result<Vec<ArtifactId>> {
    let ids = sqlx::query_scalar!(
        "SELECT DISTINCT ON (t.image_id) p.id
           FROM artifacts a
           JOIN documents d ON d.execution_id = a.execution_id AND d.origin_job = a.job_id
           JOIN document_attachments t ON t.document_id = d.id
           JOIN artifacts p ON p.execution_id = a.execution_id AND p.image_id = t.image_id
          WHERE a.workspace_id = $1 AND a.execution_id = $2 AND a.id = $3
          ORDER BY t.image_id, p.version, p.created_at, p.id",
        workspace.0,
        execution.0,
        artifact.0
    )
    .fetch_all(conn)
    .await
    .doing("looking for the images on the document of a version")?;
    Ok(ids.into_iter().map(ArtifactId).collect())
}

/// These versions of an execution with what they were made with, by node, item and version.
pub async fn load_recipes(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    execution: ExecutionId,
    ids: &[Uuid],
) -> Result<Vec<Recipe>> {
    let rows = sqlx::query!(
        r#"SELECT a.id, a.node_id, a.item, a.port, a.version, a.is_latest, a.image_id, a.provider,
                  a.model, a.sample, a.job_id, a.created_at, a.kept_at, a.content, a.inputs,
                  (a.inputs @> '{"cut_off": true}') AS "cut_off!",
                  i.width AS "width?", i.height AS "height?", o.execution_id AS "taken_from?",
                  coalesce(j.input_tokens, 0) AS "input_tokens!",
                  coalesce(j.output_tokens, 0) AS "output_tokens!", coalesce(j.cost, 0) AS "cost!",
                  coalesce(j.unpriced_calls, 0) AS "unpriced!",
                  coalesce(j.sample_calls, 0) AS "samples!"
             FROM artifacts a
             JOIN execution_nodes n ON (n.execution_id, n.node_id) = (a.execution_id, a.node_id)
             LEFT JOIN images i ON i.workspace_id = a.workspace_id AND i.id = a.image_id
             LEFT JOIN agent_jobs j ON j.workspace_id = a.workspace_id AND j.id = a.job_id
             LEFT JOIN artifacts o ON o.workspace_id = a.workspace_id AND o.id = a.taken_from
            WHERE a.workspace_id = $1 AND a.execution_id = $2 AND a.id = ANY($3)
            ORDER BY n.rank, a.node_id, a.item, a.port, a.version"#,
        workspace.0,
        execution.0,
        ids
    )
    .fetch_all(conn)
    .await
    .doing("reading what versions were made with")?;
    let recipe = rows.into_iter().map(|row| {
        let image = row.image_id.map(|id| (id, origin::size(row.width), origin::size(row.height)));
        Recipe {
            body: origin::body(&row.content, image),
            inputs: row.inputs,
            bill: Bill {
                input_tokens: row.input_tokens,
                output_tokens: row.output_tokens,
                cost_micros: row.cost,
                unpriced_calls: row.unpriced,
                sample_calls: row.samples,
            },
            taken_from: row.taken_from.map(ExecutionId),
            row: artifact_row!(row, ArtifactId(row.id)),
        }
    });
    Ok(recipe.collect())
}

/// The documents that hold these versions now: begun as their text, or with them attached.
pub async fn find_documents_with(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    ids: &[Uuid],
) -> Result<BTreeMap<ArtifactId, Vec<LineageDocument>>> {
    let rows = sqlx::query!(
        r#"SELECT a.id AS "artifact!", d.id AS "id!", d.title AS "title!", false AS "attached!"
             FROM artifacts a
             JOIN agent_jobs j ON j.workspace_id = a.workspace_id AND j.id = a.job_id
             JOIN documents d ON d.execution_id = j.execution_id AND d.origin_job = j.id
            WHERE a.workspace_id = $1 AND a.id = ANY($2)
            UNION
           SELECT a.id, d.id, d.title, true
             FROM artifacts a
             JOIN document_attachments t ON t.image_id = a.image_id
             JOIN documents d ON d.workspace_id = a.workspace_id AND d.id = t.document_id
            WHERE a.workspace_id = $1 AND a.id = ANY($2)
            ORDER BY 1, 3, 2"#,
        workspace.0,
        ids
    )
    .fetch_all(conn)
    .await
    .doing("looking for documents with outputs")?;
    let mut found: BTreeMap<ArtifactId, Vec<LineageDocument>> = BTreeMap::new();
    for row in rows {
        let document = LineageDocument {
            id: DocumentId(row.id),
            title: row.title,
            attached: row.attached,
            uses: DocumentUses::default(),
        };
        found.entry(ArtifactId(row.artifact)).or_default().push(document);
    }
    Ok(found)
}

/// Links to the execution itself and, by version, to executions that took one of these versions
/// over.
pub async fn find_reuses(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    execution: ExecutionId,
    ids: &[Uuid],
) -> Result<(Option<ExecutionLink>, BTreeMap<ArtifactId, Vec<ExecutionLink>>)> {
    let rows = sqlx::query!(
        r#"SELECT NULL::uuid AS taken, e.id AS "id!", e.number AS "number!", e.name AS "name!",
                  e.status AS "status!", NULL::text AS node_id
             FROM workflow_executions e
            WHERE e.workspace_id = $1 AND e.id = $2
            UNION ALL
           SELECT a.taken_from, e.id, e.number, e.name, e.status, a.node_id
             FROM workflow_executions e
             JOIN artifacts a ON a.execution_id = e.id
            WHERE e.workspace_id = $1 AND e.origin_execution_id = $2 AND a.taken_from = ANY($3)
            ORDER BY 3"#,
        workspace.0,
        execution.0,
        ids
    )
    .fetch_all(conn)
    .await
    .doing("looking for executions that took outputs over")?;
    let (mut own, mut found) = (None, BTreeMap::<ArtifactId, Vec<ExecutionLink>>::new());
    for row in rows {
        let link = ExecutionLink {
            id: ExecutionId(row.id),
            number: row.number,
            name: row.name,
            status: parse_enum(&row.status)?,
            node_id: row.node_id.map(NodeId),
        };
        match row.taken {
            Some(taken) => found.entry(ArtifactId(taken)).or_default().push(link),
            None => own = Some(link),
        }
    }
    Ok((own, found))
}
