//! Who needs something of the library to be there.

use model::id::{DocumentId, ExecutionId, ImageId, TemplateId, WorkspaceId};
use sqlx::PgConnection;

use crate::error::{Doing, Result};

/// What needs something to be there, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Use {
    /// A document shows it.
    Document(DocumentId, String),
    /// A template names it.
    Template(TemplateId, String),
    /// An execution that is not over has it among what it was given.
    Execution(ExecutionId, String),
}

/// Templates and executions that name a document or an image, templates first.
pub async fn naming(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: &str,
    most: i64,
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
        most
    )
    .fetch_all(conn)
    .await
    .doing("looking for who needs a part of the library")?;
    let one = rows.into_iter().map(|row| match row.is_template {
        true => Use::Template(TemplateId(row.id), row.name),
        false => Use::Execution(ExecutionId(row.id), row.name),
    });
    Ok(one.collect())
}

/// Documents that have an image on them or in their text, by title.
pub async fn showing(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    image: ImageId,
    most: i64,
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
        most
    )
    .fetch_all(conn)
    .await
    .doing("looking for documents with an image")?;
    Ok(rows.into_iter().map(|row| Use::Document(DocumentId(row.id), row.title)).collect())
}
