//! Comments of threads.

use std::collections::BTreeMap;

use model::{
    comment::{CommentPerson, CommentRow, CommentThread},
    id::{CommentId, CommentThreadId, UserId, WorkspaceId},
    person::PersonName,
    picture::PersonPicture,
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{Fetch, Nullable, Statement, error::Result, timestamp};

/// Where a comment stands, and whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommentOrigin {
    pub thread: CommentThreadId,
    /// Who wrote it; none once the account is deleted.
    pub author: Option<UserId>,
}

/// A comment that is written.
#[derive(Debug, Clone, Copy)]
pub struct NewRow<'a> {
    /// The comment's id.
    pub id: CommentId,
    /// The thread that it ends.
    pub thread: CommentThreadId,
    /// Who writes it.
    pub author: UserId,
    /// What it says.
    pub text: &'a str,
}

/// Reads the comments of threads into them, the oldest first.
pub(super) async fn fill(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    threads: &mut [CommentThread],
) -> Result<()> {
    let ids: Vec<Uuid> = threads.iter().map(|thread| thread.id.0).collect();
    let rows = sqlx::query!(
        r#"SELECT c.id, c.thread_id, c.author_id, u.name AS "author?", p.version AS "picture?",
                  c.text, c.created_at, c.edited_at
             FROM comments c
             LEFT JOIN users u ON u.id = c.author_id
             LEFT JOIN user_pictures p ON p.user_id = c.author_id
            WHERE c.workspace_id = $1 AND c.thread_id = ANY ($2)
            ORDER BY c.created_at, c.id"#,
        workspace.0,
        &ids
    )
    .all(conn, "reading comments")
    .await?;
    let mut mentions = mentions_of_threads(conn, workspace, &ids).await?;
    for row in rows {
        let author = row.author_id.map(UserId).zip(row.author).map(|(id, name)| CommentPerson {
            id,
            name,
            picture: row.picture.map(|version| PersonPicture { user_id: id, version }),
        });
        let comment = CommentRow {
            id: CommentId(row.id),
            author,
            text: row.text,
            mentions: mentions.remove(&row.id).unwrap_or_default(),
            created_at: timestamp(row.created_at),
            edited_at: row.edited_at.map(timestamp),
        };
        if let Some(thread) = threads.iter_mut().find(|thread| thread.id.0 == row.thread_id) {
            thread.comments.push(comment);
        }
    }
    Ok(())
}

/// Who is named in the comments of threads, by comment.
async fn mentions_of_threads(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    threads: &[Uuid],
) -> Result<BTreeMap<Uuid, Vec<PersonName>>> {
    let rows = sqlx::query!(
        "SELECT m.comment_id, u.id, u.name
           FROM comments c
           JOIN comment_mentions m ON m.workspace_id = $1 AND m.comment_id = c.id
           JOIN users u ON u.id = m.user_id
          WHERE c.workspace_id = $1 AND c.thread_id = ANY ($2)
          ORDER BY u.name, u.id",
        workspace.0,
        threads
    )
    .all(conn, "reading whom comments name")
    .await?;
    let mut mentions = BTreeMap::<Uuid, Vec<PersonName>>::new();
    for row in rows {
        let person = PersonName { id: UserId(row.id), name: row.name };
        mentions.entry(row.comment_id).or_default().push(person);
    }
    Ok(mentions)
}

/// Where a comment stands and whose it is; none where the workspace has no such comment.
pub async fn find(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: CommentId,
) -> Result<Option<CommentOrigin>> {
    sqlx::query_as!(
        CommentOrigin,
        r#"SELECT thread_id AS thread, author_id AS "author!: Nullable<Uuid>"
             FROM comments
            WHERE workspace_id = $1 AND id = $2"#,
        workspace.0,
        id.0
    )
    .optional(conn, "looking for a comment")
    .await
}

/// Adds a comment at the end of its thread.
pub async fn insert(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    new: NewRow<'_>,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO comments (id, workspace_id, thread_id, author_id, text)
         VALUES ($1, $2, $3, $4, $5)",
        new.id.0,
        workspace.0,
        new.thread.0,
        new.author.0,
        new.text
    )
    .run(conn, "adding a comment")
    .await
}

/// Changes what a comment says; false where it says that already, or is gone.
pub async fn change(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: CommentId,
    text: &str,
) -> Result<bool> {
    sqlx::query!(
        "UPDATE comments SET text = $3, edited_at = engine_now()
          WHERE workspace_id = $1 AND id = $2 AND text <> $3",
        workspace.0,
        id.0,
        text
    )
    .changed(conn, "changing a comment")
    .await
}

/// Deletes a comment; false where it is gone already.
pub async fn delete(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: CommentId,
) -> Result<bool> {
    sqlx::query!("DELETE FROM comments WHERE workspace_id = $1 AND id = $2", workspace.0, id.0)
        .changed(conn, "deleting a comment")
        .await
}
