//! The webhooks of workspaces. Their addresses and keys are sealed.

use std::collections::BTreeSet;

use model::{
    id::{UserId, WebhookId, WorkspaceId},
    notice::webhook::{WebhookKind, WebhookView},
    preferences::NoticeKind,
    time::Timestamp,
};
use serde_json::Value;
use sqlx::PgConnection;
use vault::Sealed;

use crate::{
    Fetch, Statement,
    error::Result,
    rows::{parse_enum, read_json},
    timestamp,
};

/// A webhook as it is written.
#[derive(Debug)]
pub struct WebhookRow<'a> {
    /// Where it belongs.
    pub workspace: WorkspaceId,
    /// Names it.
    pub id: WebhookId,
    /// What people call it.
    pub name: &'a str,
    /// In which form it is told.
    pub kind: WebhookKind,
    /// The host of its address.
    pub host: &'a str,
    /// Its address and key, bound to [`place`].
    pub sealed: &'a Sealed,
    /// What it is told of.
    pub events: &'a BTreeSet<NoticeKind>,
    /// Who writes it.
    pub user: UserId,
}

/// A webhook with what is sealed of it.
#[derive(Debug)]
pub struct FoundWebhook {
    /// What admins see of it.
    pub view: WebhookView,
    /// Its address and key, bound to [`place`].
    pub sealed: Sealed,
    /// What the clock says.
    pub now: Timestamp,
}

/// What a webhook's address and key are bound to.
pub fn place(workspace: WorkspaceId, id: WebhookId) -> String {
    format!("webhook/{workspace}/{id}")
}

/// Inserts a webhook; false where another has its name.
pub async fn insert(conn: &mut PgConnection, row: WebhookRow<'_>) -> Result<bool> {
    sqlx::query!(
        "INSERT INTO webhooks (id, workspace_id, name, kind, host, nonce, ciphertext, events,
                               created_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             ON CONFLICT (workspace_id, name) DO NOTHING",
        row.id.0,
        row.workspace.0,
        row.name,
        row.kind.as_str(),
        row.host,
        row.sealed.nonce,
        row.sealed.ciphertext,
        &keys(row.events),
        row.user.0
    )
    .changed(conn, "setting a webhook up")
    .await
}

/// Writes a webhook anew; false where another has its name.
pub async fn replace(conn: &mut PgConnection, row: WebhookRow<'_>) -> Result<bool> {
    sqlx::query!(
        "UPDATE webhooks w
            SET name = $3, kind = $4, host = $5, nonce = $6, ciphertext = $7, events = $8
          WHERE w.workspace_id = $1 AND w.id = $2
            AND NOT EXISTS (SELECT FROM webhooks o
                             WHERE o.workspace_id = $1 AND o.name = $3 AND o.id <> $2)",
        row.workspace.0,
        row.id.0,
        row.name,
        row.kind.as_str(),
        row.host,
        row.sealed.nonce,
        row.sealed.ciphertext,
        &keys(row.events),
    )
    .changed(conn, "changing a webhook")
    .await
}

/// Deletes a webhook with its deliveries; gives its name, or none where there is no such.
pub async fn delete(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: WebhookId,
) -> Result<Option<String>> {
    sqlx::query_scalar!(
        "DELETE FROM webhooks WHERE workspace_id = $1 AND id = $2 RETURNING name",
        workspace.0,
        id.0
    )
    .optional(conn, "deleting a webhook")
    .await
}

/// How many webhooks a workspace has.
pub async fn count(conn: &mut PgConnection, workspace: WorkspaceId) -> Result<usize> {
    let count = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM webhooks WHERE workspace_id = $1"#,
        workspace.0
    )
    .one(conn, "counting webhooks")
    .await?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

/// The webhooks of a workspace by name.
pub async fn list(conn: &mut PgConnection, workspace: WorkspaceId) -> Result<Vec<WebhookView>> {
    let rows = sqlx::query!(
        "SELECT id, name, kind, host, events FROM webhooks WHERE workspace_id = $1 ORDER BY name",
        workspace.0
    )
    .all(conn, "listing webhooks")
    .await?;
    let view = rows.into_iter().map(|row| {
        Ok(WebhookView {
            id: WebhookId(row.id),
            name: row.name,
            kind: parse_enum(&row.kind)?,
            host: row.host,
            events: read_kinds(row.events)?,
        })
    });
    view.collect()
}

/// A webhook with what is sealed of it; none where there is no such.
pub async fn find(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: WebhookId,
) -> Result<Option<FoundWebhook>> {
    let row = sqlx::query!(
        r#"SELECT name, kind, host, events, nonce, ciphertext, engine_now() AS "now!"
             FROM webhooks
            WHERE workspace_id = $1 AND id = $2"#,
        workspace.0,
        id.0
    )
    .optional(conn, "looking for a webhook")
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(FoundWebhook {
        view: WebhookView {
            id,
            name: row.name,
            kind: parse_enum(&row.kind)?,
            host: row.host,
            events: read_kinds(row.events)?,
        },
        sealed: Sealed { nonce: row.nonce, ciphertext: row.ciphertext },
        now: timestamp(row.now),
    }))
}

/// The kind of a notice from its column.
pub(super) fn read_kind(text: String) -> Result<NoticeKind> {
    read_json(Value::String(text))
}

fn read_kinds(texts: Vec<String>) -> Result<BTreeSet<NoticeKind>> {
    texts.into_iter().map(read_kind).collect()
}

fn keys(events: &BTreeSet<NoticeKind>) -> Vec<String> {
    events.iter().map(|kind| kind.key().to_owned()).collect()
}
