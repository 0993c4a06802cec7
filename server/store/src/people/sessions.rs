//! Signed-in browsers. Only hashes of their keys are known here.

use model::{
    account::SignedInPlace,
    id::{TokenId, UserId, WorkspaceId},
};
use sqlx::PgConnection;
use uuid::Uuid;

use super::workspaces::Membership;
use crate::{Fetch, Nullable, Statement, error::Result, role, timestamp};

/// A session to be inserted.
#[derive(Debug)]
pub struct NewSession<'a> {
    /// Names it when revoking.
    pub id: Uuid,
    /// SHA-256 of the key.
    pub key_hash: &'a [u8],
    /// Who signs in.
    pub user: UserId,
    /// Where they work; none for somebody who is in no workspace.
    pub workspace: Option<WorkspaceId>,
    /// The browser, as it calls itself.
    pub user_agent: &'a str,
}

/// A session that is alive.
#[derive(Debug, Clone)]
pub struct Session {
    /// Names it when revoking.
    pub id: Uuid,
    /// Who is signed in.
    pub user: UserId,
    /// Where they work, and what they are there at this moment; none for somebody who is in no
    /// workspace.
    pub standing: Option<Membership>,
    /// Whether `last_seen_at` is more than a minute old.
    pub stale: bool,
}

/// Inserts a session that lives 30 days at most.
pub async fn insert(conn: &mut PgConnection, session: NewSession<'_>) -> Result<()> {
    sqlx::query!(
        "INSERT INTO sign_in_sessions
                (id, key_hash, user_id, workspace_id, user_agent, expires_at)
         VALUES ($1, $2, $3, $4, $5, engine_now() + interval '30 days')",
        session.id,
        session.key_hash,
        session.user.0,
        session.workspace.map(|workspace| workspace.0),
        session.user_agent,
    )
    .run(conn, "signing in")
    .await
}

/// The living session of a key: not past its 30 days, used within the last 14.
pub async fn find(conn: &mut PgConnection, key_hash: &[u8]) -> Result<Option<Session>> {
    let row = sqlx::query!(
        r#"SELECT s.id, s.user_id, m.workspace_id AS "workspace_id?", m.role AS "role?",
                  w.archived_at IS NOT NULL AS "archived!",
                  s.last_seen_at < engine_now() - interval '1 minute' AS "stale!"
             FROM sign_in_sessions s
             LEFT JOIN memberships m ON m.workspace_id = s.workspace_id AND m.user_id = s.user_id
             LEFT JOIN workspaces w ON w.id = m.workspace_id
            WHERE s.key_hash = $1
              AND s.expires_at > engine_now()
              AND s.last_seen_at > engine_now() - interval '14 days'"#,
        key_hash,
    )
    .optional(conn, "looking a session up")
    .await?;
    let Some(row) = row else { return Ok(None) };
    let standing = match (row.workspace_id, row.role) {
        (Some(workspace), Some(word)) => Some(Membership {
            workspace: workspace.into(),
            role: role(&word)?,
            archived: row.archived,
        }),
        (_, _) => None,
    };
    Ok(Some(Session { id: row.id, user: row.user_id.into(), standing, stale: row.stale }))
}

/// Takes a session into a workspace; false where its person is no member of it.
pub async fn enter(
    conn: &mut PgConnection,
    session: Uuid,
    user: UserId,
    workspace: WorkspaceId,
) -> Result<bool> {
    sqlx::query!(
        "UPDATE sign_in_sessions SET workspace_id = $3
          WHERE id = $1 AND user_id = $2
            AND EXISTS (SELECT FROM memberships WHERE workspace_id = $3 AND user_id = $2)",
        session,
        user.0,
        workspace.0
    )
    .changed(conn, "going into a workspace")
    .await
}

/// Marks a session as used now.
pub async fn touch(conn: &mut PgConnection, id: Uuid) -> Result<()> {
    sqlx::query!("UPDATE sign_in_sessions SET last_seen_at = engine_now() WHERE id = $1", id)
        .run(conn, "marking a session as used")
        .await
}

/// The person's living sessions, the last used first; `current` is the one that asks.
pub async fn list(
    conn: &mut PgConnection,
    user: UserId,
    current: Option<Uuid>,
) -> Result<Vec<SignedInPlace>> {
    let rows = sqlx::query!(
        "SELECT id, user_agent, created_at, last_seen_at
           FROM sign_in_sessions
          WHERE user_id = $1
            AND expires_at > engine_now()
            AND last_seen_at > engine_now() - interval '14 days'
          ORDER BY last_seen_at DESC, id",
        user.0,
    )
    .all(conn, "listing sessions")
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| SignedInPlace {
            id: row.id,
            user_agent: row.user_agent,
            created_at: timestamp(row.created_at),
            last_seen_at: timestamp(row.last_seen_at),
            current: Some(row.id) == current,
        })
        .collect())
}

/// Ends one session of the person; false when there is none of that id.
pub async fn delete(conn: &mut PgConnection, user: UserId, id: Uuid) -> Result<bool> {
    sqlx::query!("DELETE FROM sign_in_sessions WHERE user_id = $1 AND id = $2", user.0, id)
        .changed(conn, "ending a session")
        .await
}

#[derive(Debug)]
pub struct EndedSession {
    pub user: UserId,
    /// Where they worked, if anywhere.
    pub workspace: Option<WorkspaceId>,
    /// The ID token by which the sign-in provider knows it, empty where it was too long to keep; none
    /// where somebody has signed in with a password.
    pub id_token: Option<String>,
}

/// Ends the session of a key, whoever's it is.
pub async fn delete_by_key(
    conn: &mut PgConnection,
    key_hash: &[u8],
) -> Result<Option<EndedSession>> {
    sqlx::query_as!(
        EndedSession,
        r#"DELETE FROM sign_in_sessions WHERE key_hash = $1
           RETURNING user_id AS user, workspace_id AS "workspace!: Nullable<Uuid>", id_token"#,
        key_hash
    )
    .optional(conn, "signing out")
    .await
}

/// Keeps the ID token of the sign-in at the provider that a session is of; empty where it is too long.
pub async fn set_id_token(conn: &mut PgConnection, id: Uuid, token: &str) -> Result<()> {
    sqlx::query!("UPDATE sign_in_sessions SET id_token = $2 WHERE id = $1", id, token)
        .run(conn, "keeping an ID token")
        .await
}

/// Ends every session of a person.
pub async fn delete_all(conn: &mut PgConnection, user: UserId) -> Result<()> {
    sqlx::query!("DELETE FROM sign_in_sessions WHERE user_id = $1", user.0)
        .run(conn, "ending sessions")
        .await
}

/// Ends every session of a person but one.
pub async fn delete_others(conn: &mut PgConnection, user: UserId, but: Uuid) -> Result<()> {
    sqlx::query!("DELETE FROM sign_in_sessions WHERE user_id = $1 AND id <> $2", user.0, but)
        .run(conn, "ending other sessions")
        .await
}

/// Drops sessions nobody can use any more.
pub async fn delete_expired(conn: &mut PgConnection) -> Result<()> {
    sqlx::query!(
        "DELETE FROM sign_in_sessions
          WHERE expires_at <= engine_now() OR last_seen_at <= engine_now() - interval '14 days'"
    )
    .run(conn, "dropping expired sessions")
    .await
}

/// What a person is in a workspace at this moment, while the session named is in it, or the token
/// named still works; a token gives at most its own role.
pub async fn current_standing(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    user: UserId,
    session: Option<Uuid>,
    token: Option<TokenId>,
) -> Result<Option<Membership>> {
    let row = sqlx::query!(
        r#"SELECT m.role, t.role AS "token_role?", w.archived_at IS NOT NULL AS "archived!"
             FROM memberships m
             JOIN workspaces w ON w.id = m.workspace_id
             LEFT JOIN sign_in_sessions s
                    ON s.id = $3 AND s.user_id = m.user_id AND s.workspace_id = m.workspace_id
                   AND s.expires_at > engine_now()
             LEFT JOIN api_tokens t
                    ON t.id = $4 AND t.user_id = m.user_id AND t.workspace_id = m.workspace_id
                   AND (t.expires_at IS NULL OR t.expires_at > engine_now())
            WHERE m.workspace_id = $1 AND m.user_id = $2 AND (s.id IS NOT NULL OR t.id IS NOT NULL)"#,
        workspace.0,
        user.0,
        session,
        token.map(|id| id.0)
    )
    .optional(conn, "looking at a role again")
    .await?;
    let Some(row) = row else { return Ok(None) };
    let own = role(&row.role)?;
    let role = match row.token_role {
        Some(most) => own.min(role(&most)?),
        None => own,
    };
    Ok(Some(Membership { workspace, role, archived: row.archived }))
}
