//! What servers of tools let workspaces in by, sealed; and sign-ins that are on their way to them.

use std::{collections::BTreeMap, time::Duration};

use model::{
    id::{ExecutionId, McpServerId, UserId, WorkspaceId},
    mcp::auth::{AuthorizationStatus, AuthorizationView},
};
use sqlx::PgConnection;
use uuid::Uuid;
use vault::Sealed;

use crate::{Fetch, Statement, error::Result, rows::parse_enum, timestamp};

/// The longest that a token is renewed before its end.
const MOST_AHEAD: Duration = Duration::from_secs(120);

/// A version of what a server lets in by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuthorizationKey {
    pub server: McpServerId,
    /// Raised by every renewal.
    pub version: i32,
}

impl AuthorizationKey {
    /// What it is sealed for.
    pub fn place(self, workspace: WorkspaceId) -> String {
        format!("mcp_authorization/{workspace}/{}/{}", self.server, self.version)
    }
}

/// What a server lets in by.
#[derive(Debug)]
pub struct AuthorizationRow {
    pub key: AuthorizationKey,
    /// Bound to [its place](AuthorizationKey::place).
    pub sealed: Sealed,
    pub status: AuthorizationStatus,
    /// Whether it is time for a new token.
    pub is_due: bool,
    /// Whether the token has ended.
    pub is_over: bool,
}

/// What a server has given for a workspace; none before that.
pub async fn find(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    server: McpServerId,
) -> Result<Option<AuthorizationRow>> {
    let row = sqlx::query!(
        r#"SELECT version, nonce, ciphertext, status,
                  coalesce(renew_at <= engine_now(), false) AS "is_due!",
                  coalesce(ends_at <= engine_now(), false) AS "is_over!"
             FROM mcp_authorizations WHERE workspace_id = $1 AND server_id = $2"#,
        workspace.0,
        server.0
    )
    .optional(conn, "looking for access to a server of tools")
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(AuthorizationRow {
        key: AuthorizationKey { server, version: row.version },
        sealed: Sealed { nonce: row.nonce, ciphertext: row.ciphertext },
        status: parse_enum(&row.status)?,
        is_due: row.is_due,
        is_over: row.is_over,
    }))
}

/// Keeps what a server has given, in place of what it gave before; `lasts` is how long its token does,
/// and `by` who has signed in just now. The caller holds the server's lock.
pub async fn keep(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    key: AuthorizationKey,
    sealed: &Sealed,
    lasts: Option<Duration>,
    by: Option<UserId>,
) -> Result<()> {
    let ahead = lasts.map(|lasts| (lasts / 4).min(MOST_AHEAD).as_secs_f64());
    sqlx::query!(
        "INSERT INTO mcp_authorizations (workspace_id, server_id, version, nonce, ciphertext,
                                         connected_by, ends_at, renew_at)
         VALUES ($1, $2, $3, $4, $5, $6, engine_now() + $7::float8 * interval '1 second',
                 engine_now() + ($7::float8 - $8::float8) * interval '1 second')
             ON CONFLICT (workspace_id, server_id) DO UPDATE
            SET version = excluded.version, nonce = excluded.nonce,
                ciphertext = excluded.ciphertext, status = 'connected',
                ends_at = excluded.ends_at, renew_at = excluded.renew_at,
                connected_by = coalesce(excluded.connected_by, mcp_authorizations.connected_by),
                connected_at = CASE WHEN excluded.connected_by IS NULL
                                    THEN mcp_authorizations.connected_at
                                    ELSE excluded.connected_at END",
        workspace.0,
        key.server.0,
        key.version,
        sealed.nonce,
        sealed.ciphertext,
        by.map(|user| user.0) as _,
        lasts.map(|lasts| lasts.as_secs_f64()) as _,
        ahead as _
    )
    .run(conn, "keeping access to a server of tools")
    .await
}

/// Notes that an admin has to sign in to a server again.
pub async fn set_reauthorize(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    server: McpServerId,
) -> Result<()> {
    sqlx::query!(
        "UPDATE mcp_authorizations SET status = 'reauthorize'
          WHERE workspace_id = $1 AND server_id = $2",
        workspace.0,
        server.0
    )
    .run(conn, "noting that a server of tools lets nobody in")
    .await
}

/// Forgets what a server has given, and who has left to sign in to it.
pub async fn forget(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    server: McpServerId,
) -> Result<()> {
    sqlx::query!(
        "DELETE FROM mcp_authorizations WHERE workspace_id = $1 AND server_id = $2",
        workspace.0,
        server.0
    )
    .run(conn, "forgetting access to a server of tools")
    .await?;
    sqlx::query!(
        "DELETE FROM mcp_sign_ins WHERE workspace_id = $1 AND server_id = $2",
        workspace.0,
        server.0
    )
    .run(conn, "forgetting sign-ins to a server of tools")
    .await
}

/// What the servers of a workspace have given, as people see it.
pub async fn list(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
) -> Result<BTreeMap<McpServerId, AuthorizationView>> {
    let rows = sqlx::query!(
        r#"SELECT a.server_id, a.status, a.connected_at,
                  u.name AS "connected_by?"
             FROM mcp_authorizations a
             LEFT JOIN users u ON u.id = a.connected_by
            WHERE a.workspace_id = $1"#,
        workspace.0
    )
    .all(conn, "listing access to servers of tools")
    .await?;
    let view = rows.into_iter().map(|row| {
        let view = AuthorizationView {
            status: parse_enum(&row.status)?,
            connected_by: row.connected_by,
            connected_at: timestamp(row.connected_at),
        };
        Ok((McpServerId(row.server_id), view))
    });
    view.collect()
}

/// A sign-in that is on its way.
#[derive(Debug)]
pub struct SignInRow<'a> {
    /// The SHA-256 of the state that comes back.
    pub state_hash: &'a [u8],
    pub server: McpServerId,
    /// The only session that may come back with it.
    pub session: Uuid,
    pub sealed: &'a Sealed,
}

/// Notes that a sign-in has left; it may take ten minutes. Those that took longer are dropped.
pub async fn insert_sign_in(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    row: SignInRow<'_>,
) -> Result<()> {
    sqlx::query!("DELETE FROM mcp_sign_ins WHERE expires_at <= engine_now()")
        .run(conn, "dropping sign-ins to servers of tools that took too long")
        .await?;
    sqlx::query!(
        "INSERT INTO mcp_sign_ins (workspace_id, state_hash, server_id, session_id, nonce,
                                   ciphertext, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, engine_now() + interval '10 minutes')",
        workspace.0,
        row.state_hash,
        row.server.0,
        row.session,
        row.sealed.nonce,
        row.sealed.ciphertext
    )
    .run(conn, "noting a sign-in to a server of tools")
    .await
}

/// Deletes the sign-in with which a session comes back and returns it; none if there is none any
/// more, or it is of another session.
pub async fn take_sign_in(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    session: Uuid,
    state_hash: &[u8],
) -> Result<Option<(McpServerId, Sealed)>> {
    let row = sqlx::query!(
        "DELETE FROM mcp_sign_ins
          WHERE workspace_id = $1 AND session_id = $2 AND state_hash = $3
            AND expires_at > engine_now()
      RETURNING server_id, nonce, ciphertext",
        workspace.0,
        session,
        state_hash
    )
    .optional(conn, "looking for a sign-in to a server of tools")
    .await?;
    Ok(row.map(|row| {
        let sealed = Sealed { nonce: row.nonce, ciphertext: row.ciphertext };
        (McpServerId(row.server_id), sealed)
    }))
}

/// The executions that wait for a person with these words.
pub async fn list_waiting(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    words: &str,
) -> Result<Vec<ExecutionId>> {
    let rows = sqlx::query_scalar!(
        "SELECT id FROM workflow_executions
          WHERE workspace_id = $1 AND status = 'paused' AND pause_reason = 'provider'
            AND strpos(engine_pause_words(id), $2) > 0
          ORDER BY id",
        workspace.0,
        words
    )
    .all(conn, "looking for executions that wait for a server of tools")
    .await?;
    Ok(rows.into_iter().map(ExecutionId).collect())
}
