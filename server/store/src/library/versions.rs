//! Versions of documents. A stored version never changes; the latest may still be being written,
//! and is then only in the document itself.

use model::{
    api::documents::{DocumentVersion, DocumentVersionRow},
    id::{DocumentId, ExecutionId, WorkspaceId},
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    Fetch, Statement,
    error::{Doing, Result},
    rows::parse_enum,
    timestamp,
};

/// Stores the present text of a locked document as a version, unless its last one is the same.
/// `restored` is the number of the version that it repeats, if any.
pub async fn keep(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: DocumentId,
    restored: Option<i32>,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO document_versions (id, workspace_id, document_id, number, title, content,
                                        origin, restored, execution_id, written_by, written_at)
         SELECT $3, h.workspace_id, h.document_id, h.number, h.title, h.content,
                CASE WHEN $4::int IS NULL THEN h.origin ELSE 'restored' END,
                $4, h.execution_id, h.written_by, h.written_at
           FROM document_heads h
          WHERE h.workspace_id = $1 AND h.document_id = $2",
        workspace.0,
        id.0,
        Uuid::now_v7(),
        restored
    )
    .run(conn, "keeping a version of a document")
    .await
}

/// The versions of a document, the latest first: what is being written now is among them.
pub async fn list(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: DocumentId,
) -> Result<Vec<DocumentVersionRow>> {
    let rows = sqlx::query!(
        r#"SELECT v.number AS "number!", v.title AS "title!", v.origin AS "origin!", v.restored,
                  v.execution_id, v.written_at AS "written_at!", v.kept AS "kept!",
                  u.name AS "by?"
             FROM (SELECT number, title, origin, restored, execution_id, written_by, written_at,
                          true AS kept
                     FROM document_versions
                    WHERE workspace_id = $1 AND document_id = $2
                    UNION ALL
                   SELECT number, title, origin, NULL, execution_id, written_by, written_at, false
                     FROM document_heads
                    WHERE workspace_id = $1 AND document_id = $2) v
             LEFT JOIN users u ON u.id = v.written_by
            ORDER BY v.number DESC"#,
        workspace.0,
        id.0
    )
    .all(conn, "listing the versions of a document")
    .await?;
    let latest = rows.first().map(|row| row.number);
    let version = rows.into_iter().map(|row| {
        Ok(DocumentVersionRow {
            number: row.number,
            title: row.title,
            origin: parse_enum(&row.origin)?,
            restored: row.restored,
            by: row.by,
            execution: row.execution_id.map(ExecutionId),
            at: timestamp(row.written_at),
            current: Some(row.number) == latest,
            kept: row.kept,
        })
    });
    version.collect()
}

/// One version with its text; none if the document has no such version.
pub async fn find(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: DocumentId,
    number: i32,
) -> Result<Option<DocumentVersion>> {
    let rows = list(conn, workspace, id).await?;
    let Some(row) = rows.into_iter().find(|row| row.number == number) else { return Ok(None) };
    let content = if row.kept {
        sqlx::query_scalar!(
            "SELECT content FROM document_versions
                  WHERE workspace_id = $1 AND document_id = $2 AND number = $3",
            workspace.0,
            id.0,
            number
        )
        .fetch_optional(conn)
        .await
    } else {
        sqlx::query_scalar!(
            "SELECT content FROM documents WHERE workspace_id = $1 AND id = $2",
            workspace.0,
            id.0
        )
        .fetch_optional(conn)
        .await
    };
    let content = content.doing("reading a version of a document")?;
    Ok(content.map(|content| DocumentVersion { row, content }))
}
