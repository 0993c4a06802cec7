//! Signed-in browsers. Only hashes of their keys are known here.

use model::{
    access::Role,
    account::SignedInPlace,
    id::{TokenId, UserId, WorkspaceId},
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::error::{Doing, Result};
use crate::store::{role, timestamp};

/// A session to be inserted.
#[derive(Debug)]
pub struct NewSession<'a> {
    /// Names it when revoking.
    pub id: Uuid,
    /// SHA-256 of the key.
    pub key_hash: &'a [u8],
    /// Who signs in.
    pub user: UserId,
    /// Where they work.
    pub workspace: WorkspaceId,
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
    /// Where they work.
    pub workspace: WorkspaceId,
    /// What they are there at this moment.
    pub role: Role,
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
        session.workspace.0,
        session.user_agent,
    )
    .execute(conn)
    .await
    .map(drop)
    .doing("signing in")
}

/// The living session of a key: not past its 30 days, used within the last 14, still a member.
pub async fn find(conn: &mut PgConnection, key_hash: &[u8]) -> Result<Option<Session>> {
    let row = sqlx::query!(
        "SELECT s.id, s.user_id, s.workspace_id, m.role,
                s.last_seen_at < engine_now() - interval '1 minute' AS \"stale!\"
           FROM sign_in_sessions s
           JOIN memberships m ON m.workspace_id = s.workspace_id AND m.user_id = s.user_id
          WHERE s.key_hash = $1
            AND s.expires_at > engine_now()
            AND s.last_seen_at > engine_now() - interval '14 days'",
        key_hash,
    )
    .fetch_optional(conn)
    .await
    .doing("looking a session up")?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Session {
        id: row.id,
        user: row.user_id.into(),
        workspace: row.workspace_id.into(),
        role: role(&row.role)?,
        stale: row.stale,
    }))
}

/// Marks a session as used now.
pub async fn touch(conn: &mut PgConnection, id: Uuid) -> Result<()> {
    sqlx::query!("UPDATE sign_in_sessions SET last_seen_at = engine_now() WHERE id = $1", id)
        .execute(conn)
        .await
        .map(drop)
        .doing("marking a session as used")
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
    .fetch_all(conn)
    .await
    .doing("listing sessions")?;
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
    let done =
        sqlx::query!("DELETE FROM sign_in_sessions WHERE user_id = $1 AND id = $2", user.0, id)
            .execute(conn)
            .await
            .doing("ending a session")?;
    Ok(done.rows_affected() == 1)
}

/// Ends the session of a key, whoever's it is; says whose it was.
pub async fn delete_by_key(
    conn: &mut PgConnection,
    key_hash: &[u8],
) -> Result<Option<(UserId, WorkspaceId)>> {
    let row = sqlx::query!(
        "DELETE FROM sign_in_sessions WHERE key_hash = $1 RETURNING user_id, workspace_id",
        key_hash
    )
    .fetch_optional(conn)
    .await
    .doing("signing out")?;
    Ok(row.map(|row| (row.user_id.into(), row.workspace_id.into())))
}

/// Ends every session of a person.
pub async fn delete_all(conn: &mut PgConnection, user: UserId) -> Result<()> {
    sqlx::query!("DELETE FROM sign_in_sessions WHERE user_id = $1", user.0)
        .execute(conn)
        .await
        .map(drop)
        .doing("ending sessions")
}

/// Drops sessions nobody can use any more.
pub async fn delete_expired(conn: &mut PgConnection) -> Result<()> {
    sqlx::query!(
        "DELETE FROM sign_in_sessions
          WHERE expires_at <= engine_now() OR last_seen_at <= engine_now() - interval '14 days'"
    )
    .execute(conn)
    .await
    .map(drop)
    .doing("dropping expired sessions")
}

/// The role a person has in a workspace at this moment, while the session or token named still
/// works; a token gives at most its own.
pub async fn current_role(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    user: UserId,
    session: Option<Uuid>,
    token: Option<TokenId>,
) -> Result<Option<Role>> {
    let row = sqlx::query!(
        r#"SELECT m.role, t.role AS "token_role?"
             FROM memberships m
             LEFT JOIN sign_in_sessions s
                    ON s.id = $3 AND s.user_id = m.user_id AND s.expires_at > engine_now()
             LEFT JOIN api_tokens t
                    ON t.id = $4 AND t.user_id = m.user_id AND t.workspace_id = m.workspace_id
                   AND (t.expires_at IS NULL OR t.expires_at > engine_now())
            WHERE m.workspace_id = $1 AND m.user_id = $2 AND (s.id IS NOT NULL OR t.id IS NOT NULL)"#,
        workspace.0,
        user.0,
        session,
        token.map(|id| id.0)
    )
    .fetch_optional(conn)
    .await
    .doing("looking at a role again")?;
    let Some(row) = row else { return Ok(None) };
    let own = role(&row.role)?;
    Ok(Some(match row.token_role {
        Some(most) => own.min(role(&most)?),
        None => own,
    }))
}
