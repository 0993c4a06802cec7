//! The library: documents, images, and which image is on which document.

pub mod attachments;
pub mod files;
pub mod images;
mod listing;
pub mod presets;
pub mod projects;
pub mod storage;
pub mod titles;
pub mod uses;
pub mod versions;
pub mod writing;

pub use listing::{count_aside, list_documents, list_tags};

use std::collections::BTreeMap;

use model::{
    id::{DocumentId, ExecutionId, ImageId, ProjectId, WorkspaceId},
    library::{AttachedImage, DocumentPage},
};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{rows::parse_enum, timestamp};
use crate::{Fetch, error::Result};

/// A document as context of a prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContextDocument {
    /// Recorded with the artifact that the prompt makes.
    pub id: DocumentId,
    /// The heading above its text in the prompt.
    pub title: String,
    /// The whole Markdown text; the caller cuts it to size.
    pub content: String,
    /// The images on it, the primary one first.
    pub images: Vec<ImageId>,
}

/// Where the bytes of an image are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredImage {
    /// The SHA-256 of its bytes: its key in the blob store.
    pub digest: String,
    /// Its media type, by its content.
    pub media_type: String,
}

/// How many images each of these documents has; those without any are left out.
pub async fn count_attached(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    documents: &[DocumentId],
) -> Result<BTreeMap<DocumentId, i32>> {
    let ids: Vec<Uuid> = documents.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        r#"SELECT document_id, count(*)::int AS "count!"
             FROM document_attachments
            WHERE workspace_id = $1 AND document_id = ANY($2)
            GROUP BY document_id"#,
        workspace.0,
        &ids
    )
    .all(conn, "counting attached images")
    .await?;
    Ok(rows.into_iter().map(|row| (DocumentId(row.document_id), row.count)).collect())
}

/// Context documents for an execution, the last changed first: those with these ids; or without ids
/// those of its project that lists have, with the tag if one is given. Documents that the execution
/// itself made are left out.
pub async fn context_documents(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    execution: ExecutionId,
    ids: Option<&[DocumentId]>,
    tag: Option<&str>,
    limit: i64,
) -> Result<Vec<ContextDocument>> {
    let ids: Option<Vec<Uuid>> = ids.map(|ids| ids.iter().map(|id| id.0).collect());
    let rows = sqlx::query!(
        r#"SELECT d.id, d.title, d.content,
                  ARRAY(SELECT a.image_id FROM document_attachments a
                         WHERE a.document_id = d.id
                         ORDER BY a.is_primary DESC, a.attachment_order) AS "images!"
             FROM documents d
             JOIN workflow_executions e ON e.id = $2 AND e.workspace_id = d.workspace_id
            WHERE d.workspace_id = $1
              AND ($3::uuid[] IS NULL AND d.project_id = e.project_id AND d.aside IS NULL
                   OR d.id = ANY($3))
              AND ($4::text IS NULL OR $4 = ANY(d.tags))
              AND d.execution_id IS DISTINCT FROM e.id
            ORDER BY d.updated_at DESC, d.id
            LIMIT $5"#,
        workspace.0,
        execution.0,
        ids.as_deref(),
        tag,
        limit
    )
    .all(conn, "reading context documents")
    .await?;
    let document = rows.into_iter().map(|row| ContextDocument {
        id: DocumentId(row.id),
        title: row.title,
        content: row.content,
        images: row.images.into_iter().map(ImageId).collect(),
    });
    Ok(document.collect())
}

pub async fn document_titles(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    documents: &[DocumentId],
) -> Result<Vec<(DocumentId, String)>> {
    let ids: Vec<Uuid> = documents.iter().map(|id| id.0).collect();
    let found = sqlx::query!(
        "SELECT id, title FROM documents WHERE workspace_id = $1 AND id = ANY($2)",
        workspace.0,
        &ids
    )
    .all(conn, "looking for documents")
    .await?;
    Ok(found.into_iter().map(|row| (DocumentId(row.id), row.title)).collect())
}

/// The texts of documents, each under its title as a heading, in the order of `documents`.
pub async fn document_texts(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    documents: &[DocumentId],
) -> Result<Vec<String>> {
    let ids: Vec<Uuid> = documents.iter().map(|id| id.0).collect();
    sqlx::query_scalar!(
        r##"SELECT '# ' || d.title || E'\n\n' || d.content AS "text!"
             FROM UNNEST($2::uuid[]) WITH ORDINALITY AS asked (id, place)
             JOIN documents d ON d.id = asked.id AND d.workspace_id = $1
            ORDER BY asked.place"##,
        workspace.0,
        &ids
    )
    .all(conn, "reading documents")
    .await
}

/// Where the bytes of images are, in the order of `images`; deleted ones are left out.
pub async fn image_blobs(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    images: &[ImageId],
) -> Result<Vec<StoredImage>> {
    let ids: Vec<Uuid> = images.iter().map(|id| id.0).collect();
    sqlx::query_as!(
        StoredImage,
        "SELECT i.digest, i.media_type
           FROM UNNEST($2::uuid[]) WITH ORDINALITY AS asked (id, place)
           JOIN images i ON i.id = asked.id AND i.workspace_id = $1
          ORDER BY asked.place",
        workspace.0,
        &ids
    )
    .all(conn, "looking for pictures")
    .await
}

/// A document with its images; none if the workspace has no such document.
pub async fn find_document(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: DocumentId,
) -> Result<Option<DocumentPage>> {
    let row = sqlx::query!(
        r#"SELECT d.title, d.content, d.status, d.tags, d.sample, d.execution_id, d.created_at,
                d.updated_at, d.revision, d.project_id, d.aside, p.name AS project_name,
                e.name AS "execution_name?",
                -- As it was written: whoever has changed it has read it.
                EXISTS (SELECT FROM artifacts a
                         WHERE a.execution_id = d.execution_id AND a.job_id = d.origin_job
                           AND a.inputs @> '{"cut_off": true}'
                           AND a.content #>> '{}' = d.content) AS "cut_off!"
           FROM documents d
           JOIN projects p ON p.id = d.project_id
           LEFT JOIN workflow_executions e
                  ON e.workspace_id = d.workspace_id AND e.id = d.execution_id
          WHERE d.workspace_id = $1 AND d.id = $2"#,
        workspace.0,
        id.0
    )
    .optional(conn, "reading a document")
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(DocumentPage {
        id,
        title: row.title,
        content: row.content,
        status: parse_enum(&row.status)?,
        tags: row.tags,
        revision: row.revision,
        project: ProjectId(row.project_id),
        project_name: row.project_name,
        sample: row.sample,
        cut_off: row.cut_off,
        execution: row.execution_id.map(ExecutionId),
        execution_name: row.execution_name,
        created_at: timestamp(row.created_at),
        updated_at: timestamp(row.updated_at),
        images: attached_images(&mut *conn, workspace, id).await?,
        files: files::list(conn, workspace, id).await?,
        aside: row.aside.as_deref().map(parse_enum).transpose()?,
    }))
}

/// The images on a document, in their order.
pub async fn attached_images(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    document: DocumentId,
) -> Result<Vec<AttachedImage>> {
    let rows = sqlx::query!(
        "SELECT i.id, i.alt, i.width, i.height, i.bytes, i.sample, a.is_primary, a.caption,
                a.attachment_order, a.created_by_workflow_id
           FROM document_attachments a
           JOIN images i ON i.workspace_id = a.workspace_id AND i.id = a.image_id
          WHERE a.workspace_id = $1 AND a.document_id = $2
          ORDER BY a.is_primary DESC, a.attachment_order, a.id",
        workspace.0,
        document.0
    )
    .all(conn, "reading a document's images")
    .await?;
    let image = rows.into_iter().map(|row| AttachedImage {
        id: ImageId(row.id),
        alt: row.alt,
        caption: row.caption,
        width: row.width.cast_unsigned(),
        height: row.height.cast_unsigned(),
        bytes: row.bytes,
        sample: row.sample,
        is_primary: row.is_primary,
        order: row.attachment_order,
        by_workflow: row.created_by_workflow_id.map(ExecutionId),
    });
    Ok(image.collect())
}
