//! Uploads: files that people add to launches and documents.

use model::{
    id::{ExecutionId, UploadId, UserId, WorkspaceId},
    library::{Upload, UploadKind},
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{EnumText, Fetch, Statement, error::Result, library::StoredImage, rows::parse_enum};

/// An upload as prompts use it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BroughtFile {
    /// Names it in what is recorded with the artifact.
    pub id: UploadId,
    pub name: String,
    /// The text read from it; none for an image, or where it cannot be read.
    pub content: Option<String>,
    /// Where its bytes are, if it is an image.
    pub image: Option<StoredImage>,
}

/// An upload as people open it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedFile {
    pub name: String,
    pub kind: UploadKind,
    /// The SHA-256 of its bytes: their key in the blob store.
    pub digest: String,
    /// Its media type, by its content.
    pub media_type: String,
}

/// Inserts an upload whose blob is recorded already; nobody has uploaded what a tool has given.
pub async fn insert(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    user: Option<UserId>,
    upload: &Upload,
    digest: &str,
    content: Option<&str>,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO uploads (id, workspace_id, user_id, name, kind, digest, media_type, bytes, content)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        upload.id.0,
        workspace.0,
        user.map(|user| user.0),
        upload.name,
        upload.kind.as_str(),
        digest,
        upload.media_type,
        upload.bytes,
        content
    )
    .run(conn, "recording a file")
    .await
}

/// Those of the uploads that the workspace has; they cannot be deleted until the transaction ends.
pub async fn lock_existing(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    uploads: &[UploadId],
) -> Result<Vec<UploadId>> {
    let ids: Vec<Uuid> = uploads.iter().map(|id| id.0).collect();
    sqlx::query_scalar!(
        "SELECT id FROM uploads WHERE workspace_id = $1 AND id = ANY($2) FOR KEY SHARE",
        workspace.0,
        &ids
    )
    .all_into(conn, "looking for files")
    .await
}

/// Attaches uploads to an execution, which keeps them for as long as its history is kept.
pub async fn attach_to_execution(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    execution: ExecutionId,
    uploads: &[UploadId],
) -> Result<()> {
    if uploads.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = uploads.iter().map(|id| id.0).collect();
    sqlx::query!(
        "INSERT INTO execution_uploads (workspace_id, execution_id, upload_id)
         SELECT $1, $2, upload_id FROM UNNEST($3::uuid[]) AS u (upload_id)",
        workspace.0,
        execution.0,
        &ids
    )
    .run(conn, "taking files along")
    .await
}

/// Uploads with what prompts read of them, in the order of `uploads`; deleted ones are left out.
pub async fn load_contents(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    uploads: &[UploadId],
) -> Result<Vec<BroughtFile>> {
    let ids: Vec<Uuid> = uploads.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        "SELECT f.id, f.name, f.kind, f.digest, f.media_type, f.content
           FROM UNNEST($2::uuid[]) WITH ORDINALITY AS asked (id, place)
           JOIN uploads f ON f.id = asked.id AND f.workspace_id = $1
          ORDER BY asked.place",
        workspace.0,
        &ids
    )
    .all(conn, "reading files")
    .await?;
    let file = rows.into_iter().map(|row| BroughtFile {
        id: UploadId(row.id),
        name: row.name,
        content: row.content,
        image: (row.kind == UploadKind::Image.as_str())
            .then_some(StoredImage { digest: row.digest, media_type: row.media_type }),
    });
    Ok(file.collect())
}

/// Uploads as lists show them, in the order of `uploads`; deleted ones are left out.
pub async fn list(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    uploads: &[UploadId],
) -> Result<Vec<Upload>> {
    let ids: Vec<Uuid> = uploads.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        "SELECT f.id, f.name, f.kind, f.media_type, f.bytes
           FROM UNNEST($2::uuid[]) WITH ORDINALITY AS asked (id, place)
           JOIN uploads f ON f.id = asked.id AND f.workspace_id = $1
          ORDER BY asked.place",
        workspace.0,
        &ids
    )
    .all(conn, "listing files")
    .await?;
    let file = rows.into_iter().map(|row| {
        Ok(Upload {
            id: UploadId(row.id),
            name: row.name,
            kind: parse_enum(&row.kind)?,
            media_type: row.media_type,
            bytes: row.bytes,
            note: None,
        })
    });
    file.collect()
}

/// An upload that an execution was launched with or has got of a tool; none once it is deleted. The
/// former may outlive the history of the execution.
pub async fn find_of_execution(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    execution: ExecutionId,
    upload: UploadId,
) -> Result<Option<OpenedFile>> {
    sqlx::query_as!(
        OpenedFile,
        r#"SELECT f.name, f.kind AS "kind: EnumText<_>", f.digest, f.media_type
             FROM workflow_executions e
             JOIN uploads f ON f.workspace_id = e.workspace_id AND f.id = $3
            WHERE e.workspace_id = $1 AND e.id = $2
              AND (e.context -> 'uploads' ? f.id::text
                   OR EXISTS (SELECT FROM execution_uploads t
                               WHERE t.execution_id = e.id AND t.upload_id = f.id))"#,
        workspace.0,
        execution.0,
        upload.0
    )
    .optional(conn, "opening a file of an execution")
    .await
}

/// Deletes a person's own upload that no execution or document refers to; returns its digest if it
/// was deleted.
pub async fn remove(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    user: UserId,
    upload: UploadId,
) -> Result<Option<String>> {
    sqlx::query_scalar!(
        "DELETE FROM uploads f
          WHERE f.workspace_id = $1 AND f.user_id = $2 AND f.id = $3
            AND NOT EXISTS (SELECT FROM execution_uploads e WHERE e.upload_id = f.id)
            AND NOT EXISTS (SELECT FROM document_uploads d WHERE d.upload_id = f.id)
         RETURNING f.digest",
        workspace.0,
        user.0,
        upload.0
    )
    .optional(conn, "removing a file")
    .await
}

/// Deletes an upload that no execution or document refers to; returns its digest if it was deleted.
pub async fn remove_unused(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    upload: UploadId,
) -> Result<Option<String>> {
    sqlx::query_scalar!(
        "DELETE FROM uploads f
          WHERE f.workspace_id = $1 AND f.id = $2
            AND NOT EXISTS (SELECT FROM execution_uploads e WHERE e.upload_id = f.id)
            AND NOT EXISTS (SELECT FROM document_uploads d WHERE d.upload_id = f.id)
         RETURNING f.digest",
        workspace.0,
        upload.0
    )
    .optional(conn, "removing a file")
    .await
}

/// Deletes uploads of every workspace that are a day old and that no execution or document refers
/// to, at most `limit`; returns their digests.
pub async fn remove_abandoned(conn: &mut PgConnection, limit: i64) -> Result<Vec<String>> {
    sqlx::query_scalar!(
        "DELETE FROM uploads WHERE id IN (
            SELECT f.id FROM uploads f
             WHERE f.created_at < engine_now() - interval '1 day'
               AND NOT EXISTS (SELECT FROM execution_uploads e WHERE e.upload_id = f.id)
               AND NOT EXISTS (SELECT FROM document_uploads d WHERE d.upload_id = f.id)
             ORDER BY f.created_at
             LIMIT $1
               FOR UPDATE SKIP LOCKED)
         RETURNING digest",
        limit
    )
    .all(conn, "removing forgotten files")
    .await
}
