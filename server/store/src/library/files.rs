//! Files attached to documents.

use model::{
    id::{DocumentId, UploadId, WorkspaceId},
    library::{Upload, UploadKind},
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{Fetch, Statement, error::Result, rows::parse_enum};

/// Attaches a recorded upload to a document.
pub async fn attach(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    document: DocumentId,
    upload: UploadId,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO document_uploads (workspace_id, document_id, upload_id) VALUES ($1, $2, $3)",
        workspace.0,
        document.0,
        upload.0
    )
    .run(conn, "keeping a file with a document")
    .await
}

/// The files of a document, the oldest first.
pub async fn list(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    document: DocumentId,
) -> Result<Vec<Upload>> {
    let rows = sqlx::query!(
        r#"SELECT f.id, f.name, f.kind, f.media_type, f.bytes, f.content IS NULL AS "unread!"
             FROM document_uploads d
             JOIN uploads f ON f.workspace_id = d.workspace_id AND f.id = d.upload_id
            WHERE d.workspace_id = $1 AND d.document_id = $2
            ORDER BY d.added_at, f.id"#,
        workspace.0,
        document.0
    )
    .all(conn, "listing the files of a document")
    .await?;
    let file = rows.into_iter().map(|row| {
        let kind: UploadKind = parse_enum(&row.kind)?;
        let unread = row.unread && kind != UploadKind::Image;
        Ok(Upload {
            id: UploadId(row.id),
            name: row.name,
            kind,
            media_type: row.media_type,
            bytes: row.bytes,
            note: unread.then(|| "Its text isn't used.".to_owned()),
        })
    });
    file.collect()
}

/// The name, digest and media type of a file of a document; none if it has no such file.
pub async fn find(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    document: DocumentId,
    upload: UploadId,
) -> Result<Option<(String, String, String)>> {
    let row = sqlx::query!(
        "SELECT f.name, f.digest, f.media_type
           FROM document_uploads d
           JOIN uploads f ON f.workspace_id = d.workspace_id AND f.id = d.upload_id
          WHERE d.workspace_id = $1 AND d.document_id = $2 AND d.upload_id = $3",
        workspace.0,
        document.0,
        upload.0
    )
    .optional(conn, "opening a file of a document")
    .await?;
    Ok(row.map(|row| (row.name, row.digest, row.media_type)))
}

/// Detaches a file from a document; false if it has no such file. The upload stays on record.
pub async fn detach(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    document: DocumentId,
    upload: UploadId,
) -> Result<bool> {
    sqlx::query!(
        "DELETE FROM document_uploads
          WHERE workspace_id = $1 AND document_id = $2 AND upload_id = $3",
        workspace.0,
        document.0,
        upload.0
    )
    .changed(conn, "taking a file from a document")
    .await
}

/// The uploads attached to these documents, those of the first document first.
pub async fn list_for_documents(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    documents: &[DocumentId],
) -> Result<Vec<UploadId>> {
    let ids: Vec<Uuid> = documents.iter().map(|id| id.0).collect();
    sqlx::query_scalar!(
        "SELECT f.upload_id
           FROM UNNEST($2::uuid[]) WITH ORDINALITY AS asked (id, place)
           JOIN document_uploads f ON f.document_id = asked.id AND f.workspace_id = $1
          ORDER BY asked.place, f.added_at, f.upload_id",
        workspace.0,
        &ids
    )
    .all_into(conn, "looking for the files of documents")
    .await
}
