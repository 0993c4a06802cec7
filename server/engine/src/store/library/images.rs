//! Pictures of the library.

use chrono::{DateTime, Utc};
use model::{
    api::{documents::ImageFilter, listing::Page},
    id::{ExecutionId, ImageId, ProjectId, WorkspaceId},
    library::ImageRow,
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    error::{Doing, Result},
    store::{
        slice::{Cursor, Slice},
        timestamp,
    },
};

/// A picture on its way into the library; its blob is on record.
#[derive(Debug)]
pub struct NewImage<'a> {
    /// Its id.
    pub id: ImageId,
    /// Its name in the blob store.
    pub digest: &'a str,
    /// What it is.
    pub media_type: &'a str,
    /// Its size.
    pub bytes: i64,
    /// Pixels across and down.
    pub size: (u32, u32),
    /// What it shows.
    pub alt: &'a str,
}

/// Puts a picture into the library.
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
    .execute(conn)
    .await
    .map(drop)
    .doing("recording a picture")
}

/// A row of the table, as both queries read it.
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

/// Those of these pictures that the workspace has.
pub async fn find(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    ids: &[ImageId],
) -> Result<Vec<ImageRow>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let rows = sqlx::query_as!(
        Record,
        "SELECT id, alt, media_type, width, height, bytes, sample, execution_id, created_at
           FROM images
          WHERE workspace_id = $1 AND id = ANY($2)",
        workspace.0,
        &ids
    )
    .fetch_all(conn)
    .await
    .doing("reading pictures")?;
    Ok(rows.into_iter().map(ImageRow::from).collect())
}

/// Pictures of a workspace, the latest first, as far as the filter leaves any.
pub async fn list(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    filter: &ImageFilter,
    slice: Slice,
) -> Result<Page<ImageRow>> {
    let rows = sqlx::query_as!(
        Record,
        "SELECT id, alt, media_type, width, height, bytes, sample, execution_id, created_at
           FROM images
          WHERE workspace_id = $1 AND removed_at IS NULL
            AND ($2::uuid IS NULL OR execution_id = $2)
            AND ($3::uuid IS NULL OR project_id = $3)
            AND ($4 = '' OR strpos(lower(alt), lower($4)) > 0)
            AND ($5::timestamptz IS NULL OR (created_at, id) < ($5, $6::uuid))
          ORDER BY created_at DESC, id DESC
          LIMIT $7",
        workspace.0,
        filter.execution.map(|id| id.0),
        filter.project.map(|id| id.0),
        filter.q.trim(),
        slice.at(),
        slice.id(),
        slice.rows()
    )
    .fetch_all(conn)
    .await
    .doing("listing pictures")?;
    slice.page(rows, |row| Cursor { at: row.created_at, id: row.id }, |row| Ok(row.into()))
}

/// Says what a picture shows; false if the library has no such picture.
pub async fn describe(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: ImageId,
    alt: &str,
) -> Result<bool> {
    let changed = sqlx::query!(
        "UPDATE images SET alt = $3
          WHERE workspace_id = $1 AND id = $2 AND removed_at IS NULL",
        workspace.0,
        id.0,
        alt
    )
    .execute(conn)
    .await
    .doing("describing a picture")?;
    Ok(changed.rows_affected() > 0)
}

/// Locks a picture until the transaction ends; false if the library has no such picture.
pub async fn lock(conn: &mut PgConnection, workspace: WorkspaceId, id: ImageId) -> Result<bool> {
    let found = sqlx::query_scalar!(
        "SELECT id FROM images
          WHERE workspace_id = $1 AND id = $2 AND removed_at IS NULL
            FOR UPDATE",
        workspace.0,
        id.0
    )
    .fetch_optional(conn)
    .await
    .doing("locking a picture")?;
    Ok(found.is_some())
}

/// Takes a picture out of the library. Its row goes unless an output of an execution is it; the
/// digest of one whose row has gone.
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
    .execute(&mut *conn)
    .await
    .doing("taking a picture out of the library")?;
    if kept.rows_affected() > 0 {
        return Ok(None);
    }
    sqlx::query_scalar!(
        "DELETE FROM images WHERE workspace_id = $1 AND id = $2 RETURNING digest",
        workspace.0,
        id.0
    )
    .fetch_optional(conn)
    .await
    .doing("deleting a picture")
}
