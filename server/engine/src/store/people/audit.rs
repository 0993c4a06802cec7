//! The audit log: who did what, written in the transaction that did it.

use model::{
    api::{audit::AuditRow, listing::Page},
    id::{UserId, WorkspaceId},
};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    error::{Doing, Result},
    store::{
        page_query::{Cursor, PageQuery},
        timestamp,
    },
};

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
    /// A JSON object with what else is worth keeping; never a secret.
    pub detail: Value,
}

impl Entry {
    /// The same entry with one more field in its detail; replaces a field of that name.
    #[must_use]
    pub fn with_detail(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.detail[name] = value.into();
        self
    }
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

/// A page of the audit log of a workspace, or of one subject in it, the latest first.
pub async fn list(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    subject: Option<&str>,
    page: PageQuery,
) -> Result<Page<AuditRow>> {
    let before = page.after_id().map(|id| i64::try_from(id.as_u128()).unwrap_or(i64::MAX));
    let rows = sqlx::query!(
        r#"SELECT l.id, l.at, l.user_id, u.name AS "user?", l.action, l.subject_id, l.detail
             FROM audit_log l
             LEFT JOIN users u ON u.id = l.user_id
            WHERE l.workspace_id = $1
              AND ($2::text IS NULL OR l.subject_id = $2)
              AND ($3::bigint IS NULL OR l.id < $3)
            ORDER BY l.id DESC
            LIMIT $4"#,
        workspace.0,
        subject,
        before,
        page.row_limit()
    )
    .fetch_all(conn)
    .await
    .doing("reading the audit log")?;
    let as_id = |number: i64| Uuid::from_u128(u128::try_from(number).unwrap_or_default());
    page.to_page(
        rows,
        |row| Cursor { at: row.at, id: as_id(row.id) },
        |row| {
            Ok(AuditRow {
                id: row.id,
                at: timestamp(row.at),
                user_id: row.user_id.map(UserId),
                user: row.user,
                action: row.action,
                subject_id: row.subject_id,
                detail: row.detail,
            })
        },
    )
}
