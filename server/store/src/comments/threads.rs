//! Threads of comments, and what they are about.

use chrono::{DateTime, Utc};
use model::{
    api::listing::Page,
    comment::{
        CommentFilter, CommentThread, ThreadResolution, ThreadState, subject::CommentSubject,
    },
    id::{CommentThreadId, NodeId, UserId, WorkspaceId},
};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{columns::SubjectColumns, rows};
use crate::{
    Fetch, Statement,
    error::Result,
    page_query::{Cursor, PageQuery},
    timestamp,
};

/// A thread that nobody else changes until the transaction ends.
#[derive(Debug)]
pub struct LockedThread {
    /// The thread's id.
    pub id: CommentThreadId,
    pub subject: CommentSubject,
    /// Whether it is open or resolved.
    pub state: ThreadState,
    /// How many comments it has.
    pub comments: i64,
}

/// A thread as it is read, without its comments.
struct ThreadRecord {
    id: Uuid,
    template_id: Option<Uuid>,
    document_id: Option<Uuid>,
    execution_id: Option<Uuid>,
    review_id: Option<Uuid>,
    node_id: Option<String>,
    created_at: DateTime<Utc>,
    resolved_at: Option<DateTime<Utc>>,
    resolved_by: Option<String>,
    step: Option<String>,
}

impl ThreadRecord {
    fn into_thread(self) -> Result<CommentThread> {
        let columns = SubjectColumns {
            template: self.template_id,
            document: self.document_id,
            execution: self.execution_id,
            review: self.review_id,
            node: self.node_id,
        };
        let resolved = |at| ThreadResolution { by: self.resolved_by, at: timestamp(at) };
        Ok(CommentThread {
            id: CommentThreadId(self.id),
            subject: columns.subject()?,
            step: self.step,
            created_at: timestamp(self.created_at),
            resolution: self.resolved_at.map(resolved),
            comments: vec![],
        })
    }
}

/// A page of the threads that the filter admits, the latest first, with their comments.
pub async fn list(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    filter: &CommentFilter,
    page: PageQuery,
) -> Result<Page<CommentThread>> {
    let subject = SubjectColumns::from(&filter.subject);
    let rows = sqlx::query_file_as!(
        ThreadRecord,
        "sql/list_comment_threads.sql",
        workspace.0,
        subject.template,
        subject.document,
        subject.execution,
        subject.review,
        subject.node,
        filter.state.map(|state| state == ThreadState::Resolved),
        page.after_time(),
        page.after_id(),
        page.row_limit()
    )
    .all(conn, "listing comments")
    .await?;
    let cursor = |row: &ThreadRecord| Cursor { at: row.created_at, id: row.id };
    let mut threads = page.to_page(rows, cursor, ThreadRecord::into_thread)?;
    rows::fill(conn, workspace, &mut threads.items).await?;
    Ok(threads)
}

/// A thread with its comments; none where the workspace has no such thread.
pub async fn find(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: CommentThreadId,
) -> Result<Option<CommentThread>> {
    let found = sqlx::query_as!(
        ThreadRecord,
        r#"SELECT t.id, t.template_id, t.document_id, t.execution_id, t.review_id, t.node_id,
                  t.created_at, t.resolved_at, u.name AS "resolved_by?",
                  CASE WHEN coalesce(t.node_id, r.node_id) IS NOT NULL
                       THEN engine_step_name(coalesce(w.draft, e.run_definition),
                                             coalesce(t.node_id, r.node_id))
                  END AS "step?"
             FROM comment_threads t
             LEFT JOIN users u ON u.id = t.resolved_by
             LEFT JOIN workflow_templates w ON w.workspace_id = $1 AND w.id = t.template_id
             LEFT JOIN reviews r ON r.workspace_id = $1 AND r.id = t.review_id
             LEFT JOIN workflow_executions e
                    ON e.workspace_id = $1 AND e.id = coalesce(t.execution_id, r.execution_id)
            WHERE t.workspace_id = $1 AND t.id = $2"#,
        workspace.0,
        id.0
    )
    .optional(conn, "reading a thread")
    .await?;
    let Some(found) = found else { return Ok(None) };
    let mut threads = [found.into_thread()?];
    rows::fill(conn, workspace, &mut threads).await?;
    Ok(threads.into_iter().next())
}

/// Locks a thread until the transaction ends; none where the workspace has no such thread.
pub async fn lock(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: CommentThreadId,
) -> Result<Option<LockedThread>> {
    // The comments are counted by a statement that begins with the lock held.
    let row = sqlx::query!(
        r#"SELECT template_id, document_id, execution_id, review_id, node_id,
                  resolved_at IS NOT NULL AS "resolved!"
             FROM comment_threads
            WHERE workspace_id = $1 AND id = $2
              FOR UPDATE"#,
        workspace.0,
        id.0
    );
    let Some(row) = row.optional(conn, "locking a thread").await? else {
        return Ok(None);
    };
    let comments = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM comments WHERE workspace_id = $1 AND thread_id = $2"#,
        workspace.0,
        id.0
    );
    let comments = comments.one(conn, "counting comments of a thread").await?;
    let columns = SubjectColumns {
        template: row.template_id,
        document: row.document_id,
        execution: row.execution_id,
        review: row.review_id,
        node: row.node_id,
    };
    let state = if row.resolved { ThreadState::Resolved } else { ThreadState::Open };
    Ok(Some(LockedThread { id, subject: columns.subject()?, state, comments }))
}

/// Whether the workspace has this, and a step of that name in it where one is named.
pub async fn has_subject(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    subject: &CommentSubject,
) -> Result<bool> {
    let columns = SubjectColumns::from(subject);
    let step = columns.node.map(|node| json!([{ "id": node }]));
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM workflow_templates w
                           LEFT JOIN workflow_template_versions v
                             ON v.template_id = w.id AND v.version = w.published_version
                           WHERE w.workspace_id = $1 AND w.id = $2
                             AND ($6::jsonb IS NULL OR w.draft -> 'nodes' @> $6
                                  OR v.definition -> 'nodes' @> $6))
               OR EXISTS (SELECT FROM documents WHERE workspace_id = $1 AND id = $3)
               OR EXISTS (SELECT FROM workflow_executions e
                           WHERE e.workspace_id = $1 AND e.id = $4
                             AND ($6::jsonb IS NULL OR e.run_definition -> 'nodes' @> $6))
               OR EXISTS (SELECT FROM reviews WHERE workspace_id = $1 AND id = $5) AS "exists!""#,
        workspace.0,
        columns.template,
        columns.document,
        columns.execution,
        columns.review,
        step
    )
    .one(conn, "looking for what is commented on")
    .await
}

/// Begins a thread; what it is about is there.
pub async fn insert(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: CommentThreadId,
    subject: &CommentSubject,
) -> Result<()> {
    let columns = SubjectColumns::from(subject);
    sqlx::query!(
        "INSERT INTO comment_threads
             (id, workspace_id, template_id, document_id, execution_id, review_id, node_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        id.0,
        workspace.0,
        columns.template,
        columns.document,
        columns.execution,
        columns.review,
        columns.node
    )
    .run(conn, "beginning a thread")
    .await
}

/// Resolves a thread, or opens it again.
pub async fn set_state(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: CommentThreadId,
    state: ThreadState,
    by: UserId,
) -> Result<()> {
    let resolved = state == ThreadState::Resolved;
    sqlx::query!(
        "UPDATE comment_threads
            SET resolved_at = CASE WHEN $3 THEN engine_now() END,
                resolved_by = CASE WHEN $3 THEN $4::uuid END
          WHERE workspace_id = $1 AND id = $2",
        workspace.0,
        id.0,
        resolved,
        by.0
    )
    .run(conn, "resolving a thread")
    .await
}

/// Deletes a thread that has no comments any more.
pub async fn delete(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: CommentThreadId,
) -> Result<()> {
    sqlx::query!(
        "DELETE FROM comment_threads WHERE workspace_id = $1 AND id = $2",
        workspace.0,
        id.0
    )
    .run(conn, "deleting a thread")
    .await
}

/// How many open threads there are about each of these, in the same order. Those about steps count
/// for the whole, too, and those about reviews for the step and the execution that wait for them.
pub async fn count_open(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    subjects: &[CommentSubject],
) -> Result<Vec<i64>> {
    let ids: Vec<Uuid> = subjects.iter().map(CommentSubject::id).collect();
    let rows = sqlx::query_file!("sql/count_comment_threads.sql", workspace.0, &ids)
        .all(conn, "counting threads")
        .await?;
    let counts = subjects.iter().map(|subject| {
        let (id, node) = (subject.id(), subject.node_id().map(NodeId::as_str));
        let own = rows.iter().filter(|row| row.subject == id || row.execution == Some(id));
        let own = own.filter(|row| node.is_none() || row.node.as_deref() == node);
        own.map(|row| row.count).sum::<i64>()
    });
    Ok(counts.collect())
}

/// How often comments of the workspace have changed.
pub async fn revision(conn: &mut PgConnection, workspace: WorkspaceId) -> Result<i64> {
    let revision =
        sqlx::query_scalar!("SELECT comment_revision FROM workspaces WHERE id = $1", workspace.0);
    let revision = revision.optional(conn, "looking for new comments").await?;
    Ok(revision.unwrap_or_default())
}

/// Notes that comments of the workspace have changed.
pub async fn raise_revision(conn: &mut PgConnection, workspace: WorkspaceId) -> Result<()> {
    sqlx::query!(
        "UPDATE workspaces SET comment_revision = comment_revision + 1 WHERE id = $1",
        workspace.0
    )
    .run(conn, "noting a change of comments")
    .await
}

/// Sends a notification, so that streams of the workspace in all processes look for new comments.
pub async fn notify(conn: &mut PgConnection, workspace: WorkspaceId) -> Result<()> {
    let notice = json!(workspace).to_string();
    sqlx::query!("SELECT pg_notify('atelier_comments', $1)", notice)
        .run(conn, "telling of new comments")
        .await
}
