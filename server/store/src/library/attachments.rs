//! Attachments of images to documents. Changes are made under the document's lock.

use model::id::{DocumentId, ImageId, WorkspaceId};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{Fetch, Statement, error::Result, rows::columns};

/// Locks a document until the transaction ends; false if the workspace has no such document.
pub async fn lock_document(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    document: DocumentId,
) -> Result<bool> {
    sqlx::query_scalar!(
        "SELECT id FROM documents WHERE workspace_id = $1 AND id = $2 FOR UPDATE",
        workspace.0,
        document.0
    )
    .optional(conn, "locking a document")
    .await
    .map(|found| found.is_some())
}

pub async fn filter_existing_images(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    images: &[ImageId],
) -> Result<Vec<ImageId>> {
    let ids: Vec<Uuid> = images.iter().map(|id| id.0).collect();
    sqlx::query_scalar!(
        "SELECT id FROM images
          WHERE workspace_id = $1 AND id = ANY($2) AND removed_at IS NULL",
        workspace.0,
        &ids
    )
    .all_into(conn, "looking for images")
    .await
}

/// The images on a document, the primary one first, then by their order.
pub async fn list_attached(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    document: DocumentId,
) -> Result<Vec<ImageId>> {
    sqlx::query_scalar!(
        "SELECT image_id FROM document_attachments
          WHERE workspace_id = $1 AND document_id = $2
          ORDER BY is_primary DESC, attachment_order, id",
        workspace.0,
        document.0
    )
    .all_into(conn, "reading a document's images")
    .await
}

/// Makes `order` the images of a document, the first of them primary; captions are kept.
pub async fn arrange(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    document: DocumentId,
    order: &[ImageId],
) -> Result<()> {
    let ids: Vec<Uuid> = order.iter().map(|id| id.0).collect();
    // At most one image is primary at any moment, so the old one is unmarked first.
    sqlx::query!(
        "DELETE FROM document_attachments
          WHERE workspace_id = $1 AND document_id = $2 AND image_id <> ALL($3)",
        workspace.0,
        document.0,
        &ids
    )
    .run(conn, "detaching images")
    .await?;
    sqlx::query!(
        "UPDATE document_attachments SET is_primary = false
          WHERE workspace_id = $1 AND document_id = $2 AND is_primary",
        workspace.0,
        document.0
    )
    .run(conn, "arranging images")
    .await?;
    columns!(order.iter().enumerate(), |at| {
        rows: Uuid::now_v7(),
        images: at.1.0,
        orders: i32::try_from(at.0).unwrap_or(i32::MAX),
        primaries: at.0 == 0,
    });
    sqlx::query!(
        "INSERT INTO document_attachments (id, workspace_id, document_id, image_id,
                                           attachment_order, is_primary)
         SELECT u.id, $1, $2, u.image_id, u.attachment_order, u.is_primary
           FROM UNNEST($3::uuid[], $4::uuid[], $5::int[], $6::bool[])
                AS u (id, image_id, attachment_order, is_primary)
             ON CONFLICT ON CONSTRAINT attachment_pair DO UPDATE
            SET attachment_order = excluded.attachment_order,
                is_primary = excluded.is_primary",
        workspace.0,
        document.0,
        &rows,
        &images,
        &orders,
        &primaries
    )
    .run(conn, "arranging images")
    .await
}

/// Sets the caption of an image on a document; false if the image is not on it.
pub async fn set_caption(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    document: DocumentId,
    image: ImageId,
    words: &str,
) -> Result<bool> {
    sqlx::query!(
        "UPDATE document_attachments SET caption = $4
          WHERE workspace_id = $1 AND document_id = $2 AND image_id = $3",
        workspace.0,
        document.0,
        image.0,
        words
    )
    .changed(conn, "captioning an image")
    .await
}
