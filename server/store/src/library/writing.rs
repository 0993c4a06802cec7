//! Creates, changes and deletes documents.

use chrono::{DateTime, Utc};
use model::{
    document::Writing,
    id::{DocumentId, ProjectId, UserId, WorkspaceId},
    time::Timestamp,
};
use sqlx::PgConnection;

use crate::{Fetch, Statement, error::Result, rows::parse_enum, timestamp};

/// A document under its lock.
#[derive(Debug, Clone)]
pub struct Locked {
    /// Title, text, status and tags.
    pub writing: Writing,
    /// The present revision.
    pub revision: i64,
    /// Who changed its title or text last.
    pub edited_by: Option<UserId>,
    /// When that was; none if no person has changed it.
    pub edited_at: Option<DateTime<Utc>>,
    /// The database's clock.
    pub now: DateTime<Utc>,
}

/// Adds a document that a person creates.
pub async fn insert(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    project: ProjectId,
    id: DocumentId,
    writing: &Writing,
    by: UserId,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO documents (id, workspace_id, project_id, title, content, status, tags,
                                created_by, edited_by, edited_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, engine_now())",
        id.0,
        workspace.0,
        project.0,
        writing.title,
        writing.content,
        writing.status.as_str(),
        &writing.tags,
        by.0
    )
    .run(conn, "making a document")
    .await
}

/// Locks a document until the transaction ends; none if the workspace has no such document.
pub async fn lock(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: DocumentId,
) -> Result<Option<Locked>> {
    let row = sqlx::query!(
        r#"SELECT title, content, status, tags, revision, edited_by, edited_at,
                  engine_now() AS "now!"
             FROM documents
            WHERE workspace_id = $1 AND id = $2
              FOR UPDATE"#,
        workspace.0,
        id.0
    )
    .optional(conn, "locking a document")
    .await?;
    let Some(row) = row else { return Ok(None) };
    let (title, content, tags) = (row.title, row.content, row.tags);
    Ok(Some(Locked {
        writing: Writing { title, content, status: parse_enum(&row.status)?, tags },
        revision: row.revision,
        edited_by: row.edited_by.map(UserId),
        edited_at: row.edited_at,
        now: row.now,
    }))
}

/// Writes the next revision of a locked document; returns its number and time. What a person has
/// changed is listed, whatever wrote it.
pub async fn save(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: DocumentId,
    writing: &Writing,
    edited_by: Option<UserId>,
) -> Result<(i64, Timestamp)> {
    let row = sqlx::query!(
        "UPDATE documents
            SET title = $3, content = $4, status = $5, tags = $6, revision = revision + 1,
                updated_at = engine_now(), aside = NULL, edited_by = coalesce($7, edited_by),
                edited_at = CASE WHEN $7::uuid IS NULL THEN edited_at ELSE engine_now() END
          WHERE workspace_id = $1 AND id = $2
      RETURNING revision, updated_at",
        workspace.0,
        id.0,
        writing.title,
        writing.content,
        writing.status.as_str(),
        &writing.tags,
        edited_by.map(|user| user.0)
    )
    .one(conn, "saving a document")
    .await?;
    Ok((row.revision, timestamp(row.updated_at)))
}

/// Deletes a document with its versions and remembers its title; the images on it stay.
pub async fn delete(conn: &mut PgConnection, workspace: WorkspaceId, id: DocumentId) -> Result<()> {
    sqlx::query!(
        "WITH gone AS (DELETE FROM documents WHERE workspace_id = $1 AND id = $2
                       RETURNING id, workspace_id, title)
         INSERT INTO deleted_documents (id, workspace_id, title)
         SELECT id, workspace_id, title FROM gone",
        workspace.0,
        id.0
    )
    .run(conn, "deleting a document")
    .await
}
