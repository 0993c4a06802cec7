//! Pictures of the library that people put there, and the list of all.

use model::{
    id::{ImageId, ProjectId, WorkspaceId},
    library::ImageRow,
};
use sqlx::PgConnection;
use uuid::Uuid;

use super::timestamp;
use crate::error::{Doing, Result};

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
    (workspace, project): (WorkspaceId, ProjectId),
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

/// Pictures of the workspace, the latest first, at most `limit`; only the given ones, if given.
pub async fn list(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    ids: Option<&[ImageId]>,
    limit: i64,
) -> Result<Vec<(ImageRow, String)>> {
    let ids: Option<Vec<Uuid>> = ids.map(|ids| ids.iter().map(|id| id.0).collect());
    let rows = sqlx::query!(
        "SELECT id, alt, width, height, bytes, sample, created_at, media_type
           FROM images
          WHERE workspace_id = $1 AND ($2::uuid[] IS NULL OR id = ANY($2))
          ORDER BY created_at DESC, id DESC
          LIMIT $3",
        workspace.0,
        ids.as_deref(),
        limit
    )
    .fetch_all(conn)
    .await
    .doing("listing pictures")?;
    let image = rows.into_iter().map(|row| {
        let image = ImageRow {
            id: ImageId(row.id),
            alt: row.alt,
            width: row.width.cast_unsigned(),
            height: row.height.cast_unsigned(),
            bytes: row.bytes,
            sample: row.sample,
            created_at: timestamp(row.created_at),
        };
        (image, row.media_type)
    });
    Ok(image.collect())
}
