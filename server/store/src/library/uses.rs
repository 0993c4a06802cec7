//! What refers to documents and images of the library, and so needs them to exist.

use std::collections::BTreeMap;

use model::{
    api::lineage::{DocumentUse, DocumentUses},
    id::{ArtifactId, DocumentId, ExecutionId, ImageId, NodeId, TemplateId, WorkspaceId},
    relations::ExecutionLink,
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{Fetch, error::Result, rows::parse_enum};

/// The most uses that are listed of each kind.
const NAMED: i64 = 20;

/// Something that refers to a document or an image, with its name for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Use {
    /// A document that shows it.
    Document(DocumentId, String),
    /// A template whose draft or published version names it.
    Template(TemplateId, String),
    /// An execution that is not over and whose definition or parameters name it.
    Execution(ExecutionId, String),
}

/// Templates and open executions that name a document or an image by its id, templates first.
pub async fn find_references(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: &str,
) -> Result<Vec<Use>> {
    let rows = sqlx::query!(
        r#"(SELECT true AS "is_template!", t.id AS "id!", t.name AS "name!"
              FROM workflow_templates t
              LEFT JOIN workflow_template_versions v
                     ON v.template_id = t.id AND v.version = t.published_version
             WHERE t.workspace_id = $1 AND t.archived_at IS NULL
               AND (strpos(t.draft::text, $2) > 0 OR strpos(v.definition::text, $2) > 0)
             ORDER BY t.name
             LIMIT $3)
            UNION ALL
           (SELECT false, e.id, e.name || ' #' || e.number
              FROM workflow_executions e
             WHERE e.workspace_id = $1 AND e.completed_at IS NULL
               AND (strpos(e.run_definition::text, $2) > 0
                    OR strpos(e.config_json::text, $2) > 0
                    OR strpos(e.context::text, $2) > 0)
             ORDER BY e.name
             LIMIT $3)"#,
        workspace.0,
        id,
        NAMED
    )
    .all(conn, "looking for who needs a part of the library")
    .await?;
    let one = rows.into_iter().map(|row| {
        if row.is_template {
            Use::Template(TemplateId(row.id), row.name)
        } else {
            Use::Execution(ExecutionId(row.id), row.name)
        }
    });
    Ok(one.collect())
}

/// Documents with the image attached or in their text, by title.
pub async fn find_documents_showing(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    image: ImageId,
) -> Result<Vec<Use>> {
    let rows = sqlx::query!(
        "SELECT d.id, d.title
           FROM documents d
          WHERE d.workspace_id = $1
            AND (strpos(d.content, $3) > 0
                 OR EXISTS (SELECT FROM document_attachments a
                             WHERE a.document_id = d.id AND a.image_id = $2))
          ORDER BY d.title, d.id
          LIMIT $4",
        workspace.0,
        image.0,
        image.to_string(),
        NAMED
    )
    .all(conn, "looking for documents with an image")
    .await?;
    Ok(rows.into_iter().map(|row| Use::Document(DocumentId(row.id), row.title)).collect())
}

/// The nodes of executions that made versions with one of these documents as context, the latest
/// first. Replays, test runs and versions that repeat another one do not count.
pub async fn find_document_uses(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    documents: &[DocumentId],
) -> Result<BTreeMap<DocumentId, DocumentUses>> {
    let ids: Vec<Uuid> = documents.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        r#"WITH steps AS (
               SELECT asked.id AS document, a.execution_id, split_part(a.node_id, '@', 1) AS node,
                      count(*) AS versions, max(a.created_at) AS made_at,
                      (array_agg(a.id ORDER BY a.created_at DESC, a.id DESC))[1] AS artifact
                 FROM UNNEST($2::uuid[]) AS asked (id)
                 JOIN artifacts a ON a.inputs ? 'documents'
                      AND a.inputs -> 'documents' @> jsonb_build_array(asked.id)
                 JOIN workflow_executions e ON e.workspace_id = $1 AND e.id = a.execution_id
                WHERE a.workspace_id = $1 AND a.taken_from IS NULL AND a.repeats IS NULL
                  AND e.trigger NOT IN ('replay', 'test')
                GROUP BY 1, 2, 3),
            placed AS (
               SELECT *, count(*) OVER of_document AS steps,
                      row_number() OVER (of_document ORDER BY made_at DESC, artifact) AS place
                 FROM steps
               WINDOW of_document AS (PARTITION BY document))
           SELECT p.document AS "document!", p.artifact AS "artifact!", p.node AS "node!",
                  p.versions AS "versions!", p.steps AS "steps!", e.id, e.number, e.name, e.status,
                  engine_step_name(e.run_definition, p.node) AS "label!"
             FROM placed p
             JOIN workflow_executions e ON e.workspace_id = $1 AND e.id = p.execution_id
            WHERE p.place <= $3
            ORDER BY p.document, p.place"#,
        workspace.0,
        &ids,
        NAMED
    )
    .all(conn, "looking for what was made with documents")
    .await?;
    let mut found = BTreeMap::<DocumentId, DocumentUses>::new();
    for row in rows {
        let uses = found.entry(DocumentId(row.document)).or_default();
        uses.all = row.steps;
        uses.newest.push(DocumentUse {
            execution: ExecutionLink {
                id: ExecutionId(row.id),
                number: row.number,
                name: row.name,
                status: parse_enum(&row.status)?,
                node_id: Some(NodeId(row.node)),
            },
            label: row.label,
            artifact: ArtifactId(row.artifact),
            versions: row.versions,
        });
    }
    Ok(found)
}
