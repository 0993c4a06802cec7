//! The audit log: who did what, written in the transaction that did it.

use model::id::{UserId, WorkspaceId};
use serde_json::Value;
use sqlx::PgConnection;

use crate::error::{Doing, Result};

/// One line of the audit log.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The workspace concerned, when there is one.
    pub workspace: Option<WorkspaceId>,
    /// Who did it, when it is known.
    pub user: Option<UserId>,
    /// `thing.verb`, e.g. `token.created`.
    pub action: &'static str,
    /// The id of what was changed.
    pub subject: Option<String>,
    /// What else is worth keeping; never a secret.
    pub detail: Value,
}

/// Appends one line.
pub async fn append(conn: &mut PgConnection, entry: Entry) -> Result<()> {
    sqlx::query!(
        "INSERT INTO audit_log (workspace_id, user_id, action, subject_id, detail)
         VALUES ($1, $2, $3, $4, $5)",
        entry.workspace.map(|id| id.0),
        entry.user.map(|id| id.0),
        entry.action,
        entry.subject,
        entry.detail,
    )
    .execute(conn)
    .await
    .map(drop)
    .doing("writing the audit log")
}
