//! Images of the library.

use chrono::{DateTime, Utc};
use model::{
    api::{documents::ImageFilter, listing::Page},
    id::{ExecutionId, ImageId, ProjectId, WorkspaceId},
    library::ImageRow,
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    Fetch, Statement,
    error::Result,
    page_query::{Cursor, PageQuery},
    timestamp,
};

/// An image to be put into the library; its blob is on record already.
#[derive(Debug)]
pub struct NewImage<'a> {
    /// Chosen by the caller, who may refer to it before it is inserted.
    pub id: ImageId,
    /// The SHA-256 of its bytes: its key in the blob store.
    pub digest: &'a str,
    /// Its media type, by its content.
    pub media_type: &'a str,
    /// The size of the file in bytes.
    pub bytes: i64,
    /// Width and height in pixels.
    pub size: (u32, u32),
    /// The text that describes what it shows.
    pub alt: &'a str,
}

/// Puts an image into the library.
pub async fn insert(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    project: ProjectId,
    new: NewImage<'_>,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO images (id, workspace_id, project_id, digest, media_type, bytes, width, height, alt)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        new.id.0,
        workspace.0,
        project.0,
        new.digest,
        new.media_type,
        new.bytes,
        new.size.0.cast_signed(),
        new.size.1.cast_signed(),
        new.alt
    )
    .run(conn, "recording a picture")
    .await
}

/// The columns of `images` that both queries read.
struct Record {
    id: Uuid,
    alt: String,
    media_type: String,
    width: i32,
    height: i32,
    bytes: i64,
    sample: bool,
    execution_id: Option<Uuid>,
    created_at: DateTime<Utc>,
}

impl From<Record> for ImageRow {
    fn from(row: Record) -> Self {
        Self {
            id: ImageId(row.id),
            alt: row.alt,
            media_type: row.media_type,
            width: row.width.cast_unsigned(),
            height: row.height.cast_unsigned(),
            bytes: row.bytes,
            sample: row.sample,
            execution: row.execution_id.map(ExecutionId),
            created_at: timestamp(row.created_at),
        }
    }
}

pub async fn find(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    ids: &[ImageId],
) -> Result<Vec<ImageRow>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    sqlx::query_as!(
        Record,
        "SELECT id, alt, media_type, width, height, bytes, sample, execution_id, created_at
           FROM images
          WHERE workspace_id = $1 AND id = ANY($2)",
        workspace.0,
        &ids
    )
    .all_into(conn, "reading pictures")
    .await
}

/// A page of the images of a workspace that the filter admits, the latest first.
pub async fn list(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    filter: &ImageFilter,
    page: PageQuery,
) -> Result<Page<ImageRow>> {
    let rows = sqlx::query_as!(
        Record,
        "SELECT id, alt, media_type, width, height, bytes, sample, execution_id, created_at
           FROM images
          WHERE workspace_id = $1 AND removed_at IS NULL
            AND ($2::uuid IS NULL OR execution_id = $2)
            AND ($3::uuid IS NULL OR project_id = $3)
            AND ($4 = '' OR strpos(search_fold(alt), search_fold($4)) > 0)
            AND ($5::timestamptz IS NULL OR (created_at, id) < ($5, $6::uuid))
          ORDER BY created_at DESC, id DESC
          LIMIT $7",
        workspace.0,
        filter.execution.map(|id| id.0),
        filter.project.map(|id| id.0),
        filter.q.trim(),
        page.after_time(),
        page.after_id(),
        page.row_limit()
    )
    .all(conn, "listing pictures")
    .await?;
    page.to_page(rows, |row| Cursor { at: row.created_at, id: row.id }, |row| Ok(row.into()))
}

/// Sets the description of an image; false if the library has no such image.
pub async fn describe(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: ImageId,
    alt: &str,
) -> Result<bool> {
    sqlx::query!(
        "UPDATE images SET alt = $3
          WHERE workspace_id = $1 AND id = $2 AND removed_at IS NULL",
        workspace.0,
        id.0,
        alt
    )
    .changed(conn, "describing a picture")
    .await
}

/// Locks an image until the transaction ends; false if the library has no such image.
pub async fn lock(conn: &mut PgConnection, workspace: WorkspaceId, id: ImageId) -> Result<bool> {
    sqlx::query_scalar!(
        "SELECT id FROM images
          WHERE workspace_id = $1 AND id = $2 AND removed_at IS NULL
            FOR UPDATE",
        workspace.0,
        id.0
    )
    .optional(conn, "locking a picture")
    .await
    .map(|found| found.is_some())
}

/// Takes an image out of the library. Its row is deleted unless an artifact refers to it; returns
/// the digest when the row was deleted.
pub async fn remove(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: ImageId,
) -> Result<Option<String>> {
    let kept = sqlx::query!(
        "UPDATE images i SET removed_at = engine_now()
          WHERE i.workspace_id = $1 AND i.id = $2
            AND EXISTS (SELECT FROM artifacts a
                         WHERE a.workspace_id = i.workspace_id AND a.image_id = i.id)",
        workspace.0,
        id.0
    )
    .count_changed(conn, "taking a picture out of the library")
    .await?;
    if kept > 0 {
        return Ok(None);
    }
    sqlx::query_scalar!(
        "DELETE FROM images WHERE workspace_id = $1 AND id = $2 RETURNING digest",
        workspace.0,
        id.0
    )
    .optional(conn, "deleting a picture")
    .await
}
