//! Files brought along for executions.

use model::{
    id::{ExecutionId, UploadId, UserId, WorkspaceId},
    library::{Upload, UploadKind},
};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{library::StoredImage, rows::word};
use crate::error::{Doing, Result};

/// A file as prompts get it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BroughtFile {
    /// Which.
    pub id: UploadId,
    /// What it was called.
    pub name: String,
    /// What prompts get to read of it.
    pub content: Option<String>,
    /// Where its bytes are, when it is a picture.
    pub picture: Option<StoredImage>,
}

/// A file as people open it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedFile {
    /// What it was called.
    pub name: String,
    /// What it is.
    pub kind: UploadKind,
    /// Where its bytes are.
    pub digest: String,
    /// What it is as a media type, from the content.
    pub media_type: String,
}

/// Records a file whose blob is on record.
pub async fn insert(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    user: UserId,
    upload: &Upload,
    digest: &str,
    content: Option<&str>,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO uploads (id, workspace_id, user_id, name, kind, digest, media_type, bytes, content)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        upload.id.0,
        workspace.0,
        user.0,
        upload.name,
        upload.kind.as_str(),
        digest,
        upload.media_type,
        upload.bytes,
        content
    )
    .execute(conn)
    .await
    .map(drop)
    .doing("recording a file")
}

/// Those of the files that the workspace has; they stay until the transaction ends.
pub async fn known(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    uploads: &[UploadId],
) -> Result<Vec<UploadId>> {
    let ids: Vec<Uuid> = uploads.iter().map(|id| id.0).collect();
    let found = sqlx::query_scalar!(
        "SELECT id FROM uploads WHERE workspace_id = $1 AND id = ANY($2) FOR KEY SHARE",
        workspace.0,
        &ids
    )
    .fetch_all(conn)
    .await
    .doing("looking for files")?;
    Ok(found.into_iter().map(UploadId).collect())
}

/// Keeps files for as long as an execution is kept.
pub async fn take(
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
    .execute(conn)
    .await
    .map(drop)
    .doing("taking files along")
}

/// Files as prompts get them, in the order asked; those that are gone are left out.
pub async fn brought(
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
    .fetch_all(conn)
    .await
    .doing("reading files")?;
    let file = rows.into_iter().map(|row| BroughtFile {
        id: UploadId(row.id),
        name: row.name,
        content: row.content,
        picture: (row.kind == UploadKind::Image.as_str())
            .then_some(StoredImage { digest: row.digest, media_type: row.media_type }),
    });
    Ok(file.collect())
}

/// Files as people see them, without what they say, in the order asked; those that are gone are
/// left out.
pub async fn shown(
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
    .fetch_all(conn)
    .await
    .doing("listing files")?;
    let file = rows.into_iter().map(|row| {
        Ok(Upload {
            id: UploadId(row.id),
            name: row.name,
            kind: word(&row.kind)?,
            media_type: row.media_type,
            bytes: row.bytes,
            note: None,
        })
    });
    file.collect()
}

/// A file that an execution was launched with, as long as the file is there: after the execution's
/// history is gone, too.
pub async fn of_execution(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    execution: ExecutionId,
    upload: UploadId,
) -> Result<Option<OpenedFile>> {
    let row = sqlx::query!(
        "SELECT f.name, f.kind, f.digest, f.media_type
           FROM workflow_executions e
           JOIN uploads f ON f.workspace_id = e.workspace_id AND f.id = $3
          WHERE e.workspace_id = $1 AND e.id = $2 AND e.context -> 'uploads' ? f.id::text",
        workspace.0,
        execution.0,
        upload.0
    )
    .fetch_optional(conn)
    .await
    .doing("opening a file of an execution")?;
    let Some(row) = row else { return Ok(None) };
    let (kind, media_type) = (word(&row.kind)?, row.media_type);
    Ok(Some(OpenedFile { name: row.name, kind, digest: row.digest, media_type }))
}

/// Removes a person's own file that no execution or document has; its digest, if there was one.
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
    .fetch_optional(conn)
    .await
    .doing("removing a file")
}

/// Removes a file that no execution or document has; its digest, if it is gone.
pub async fn remove_untaken(
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
    .fetch_optional(conn)
    .await
    .doing("removing a file")
}

/// Removes files of every workspace that nobody has taken for a day, at most `limit`; their digests.
pub async fn remove_forgotten(conn: &mut PgConnection, limit: i64) -> Result<Vec<String>> {
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
    .fetch_all(conn)
    .await
    .doing("removing forgotten files")
}
