//! What the words of notices need of what they tell of, as it is when they are dispatched.

use model::{
    access::Role,
    agent::approval::ReviewKind,
    comment::subject::CommentSubject,
    execution::state::ExecutionStatus,
    id::{
        CommentId, ExecutionId, InvitationId, McpServerId, ReviewId, TemplateId, UserId,
        WorkspaceId,
    },
    preferences::Preferences,
};
use serde_json::Value;
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use super::recipients::read_preferences;
use crate::{EnumText, Fetch, Nullable, error::Result, role, rows::parse_enum};

/// An execution as its notices tell of it.
#[derive(Debug)]
pub struct ToldExecution {
    pub id: ExecutionId,
    /// What it is called.
    pub name: String,
    pub number: i64,
    /// Where it stands.
    pub status: ExecutionStatus,
    /// What made it fail, in words.
    pub error: Option<String>,
    /// Who launched it.
    pub user: Option<UserId>,
}

/// An open review as its notice tells of it.
#[derive(Debug)]
pub struct ToldReview {
    /// The execution that waits.
    pub execution: ToldExecution,
    /// The name of the step.
    pub step: String,
    /// What is decided about.
    pub kind: ReviewKind,
    pub items: Vec<Value>,
}

/// A comment as its notice tells of it.
#[derive(Debug)]
pub struct ToldComment {
    /// The name of whoever wrote it; none once the account is deleted.
    pub author: Option<String>,
    pub subject: CommentSubject,
    /// The execution that it is about, or whose review.
    pub execution: Option<ExecutionId>,
    /// What that is called.
    pub title: String,
    /// What it says, as it was written.
    pub text: String,
}

/// An open invitation as its notice tells of it.
#[derive(Debug)]
pub struct ToldInvitation {
    /// Who is invited.
    pub email: String,
    /// What they become.
    pub role: Role,
    /// The name of whoever invites them.
    pub invited_by: Option<String>,
    /// What they have set for themselves, where the address has an account.
    pub preferences: Preferences,
}

/// The name of a workspace; none for one that is deleted.
pub async fn workspace_name(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
) -> Result<Option<String>> {
    sqlx::query_scalar!(
        "SELECT name FROM workspaces WHERE id = $1 AND deleted_at IS NULL",
        workspace.0
    )
    .optional(conn, "reading the name of a workspace")
    .await
}

pub async fn template_name(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    template: TemplateId,
) -> Result<Option<String>> {
    sqlx::query_scalar!(
        "SELECT name FROM workflow_templates WHERE workspace_id = $1 AND id = $2",
        workspace.0,
        template.0
    )
    .optional(conn, "reading the name of a template")
    .await
}

/// The name of a server of tools that wants an admin to sign in; none once one has.
pub async fn signed_out_server(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    server: McpServerId,
) -> Result<Option<String>> {
    sqlx::query_scalar!(
        "SELECT s.name FROM mcp_servers s
           JOIN mcp_authorizations a ON a.workspace_id = s.workspace_id AND a.server_id = s.id
          WHERE s.workspace_id = $1 AND s.id = $2 AND a.status = 'reauthorize'",
        workspace.0,
        server.0
    )
    .optional(conn, "reading the name of a server of tools")
    .await
}

/// An execution that is still there.
pub async fn find_execution(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: ExecutionId,
) -> Result<Option<ToldExecution>> {
    sqlx::query_as!(
        ToldExecution,
        r#"SELECT id, name, number, status AS "status: EnumText<_>", error,
                  user_id AS "user!: Nullable<Uuid>"
             FROM workflow_executions
            WHERE workspace_id = $1 AND id = $2"#,
        workspace.0,
        id.0
    )
    .optional(conn, "reading what a notice tells of")
    .await
}

/// A review that is still open.
pub async fn find_open_review(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: ReviewId,
) -> Result<Option<ToldReview>> {
    let row = sqlx::query!(
        r#"SELECT r.execution_id, engine_step_name(e.run_definition, r.node_id) AS "step!", r.kind,
                  CASE WHEN r.kind = 'content' THEN '[]'::jsonb ELSE r.items
                   END AS "items!: Json<Vec<Value>>"
             FROM reviews r
             JOIN workflow_executions e ON e.id = r.execution_id
            WHERE r.workspace_id = $1 AND r.id = $2 AND r.status = 'open'"#,
        workspace.0,
        id.0
    )
    .optional(conn, "reading the review that a notice tells of")
    .await?;
    let Some(row) = row else { return Ok(None) };
    let execution = find_execution(conn, workspace, ExecutionId(row.execution_id)).await?;
    let Some(execution) = execution else { return Ok(None) };
    let kind = parse_enum(&row.kind)?;
    Ok(Some(ToldReview { execution, step: row.step, kind, items: row.items.0 }))
}

/// A comment that is still there.
pub async fn find_comment(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: CommentId,
) -> Result<Option<ToldComment>> {
    let row = sqlx::query!(
        r#"SELECT c.text, u.name AS "author?", t.template_id, t.document_id, t.execution_id,
                  t.review_id, coalesce(t.execution_id, r.execution_id) AS of_execution,
                  coalesce(w.name, d.title, e.name, of_review.name, '') AS "title!"
             FROM comments c
             JOIN comment_threads t ON t.id = c.thread_id
             LEFT JOIN users u ON u.id = c.author_id
             LEFT JOIN workflow_templates w ON w.id = t.template_id
             LEFT JOIN documents d ON d.id = t.document_id
             LEFT JOIN workflow_executions e ON e.id = t.execution_id
             LEFT JOIN reviews r ON r.id = t.review_id
             LEFT JOIN workflow_executions of_review ON of_review.id = r.execution_id
            WHERE c.workspace_id = $1 AND c.id = $2"#,
        workspace.0,
        id.0
    )
    .optional(conn, "reading the comment that a notice tells of")
    .await?;
    let Some(row) = row else { return Ok(None) };
    let node_id = None;
    let subject = match (row.template_id, row.document_id, row.execution_id, row.review_id) {
        (Some(id), ..) => CommentSubject::Template { id: id.into(), node_id },
        (_, Some(id), ..) => CommentSubject::Document { id: id.into() },
        (_, _, Some(id), _) => CommentSubject::Execution { id: id.into(), node_id },
        (_, _, _, Some(id)) => CommentSubject::Review { id: id.into() },
        (None, None, None, None) => return Ok(None),
    };
    Ok(Some(ToldComment {
        author: row.author,
        subject,
        execution: row.of_execution.map(ExecutionId),
        title: row.title,
        text: row.text,
    }))
}

/// An invitation that nobody has accepted or revoked.
pub async fn find_open_invitation(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: InvitationId,
) -> Result<Option<ToldInvitation>> {
    let row = sqlx::query!(
        r#"SELECT i.email, i.role, u.name AS "invited_by?", own.preferences AS "preferences?"
             FROM invitations i
             LEFT JOIN users u ON u.id = i.invited_by
             LEFT JOIN users own ON lower(own.email) = lower(i.email)
            WHERE i.workspace_id = $1 AND i.id = $2
              AND i.accepted_at IS NULL AND i.revoked_at IS NULL"#,
        workspace.0,
        id.0
    )
    .optional(conn, "reading the invitation that a notice tells of")
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(ToldInvitation {
        email: row.email,
        role: role(&row.role)?,
        invited_by: row.invited_by,
        preferences: row.preferences.map(read_preferences).unwrap_or_default(),
    }))
}
