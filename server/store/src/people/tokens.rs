//! Bearer tokens of the API. Only their hashes are known here.

use model::{
    access::{Role, TokenScope},
    account::TokenView,
    id::{TokenId, UserId, WorkspaceId},
};
use sqlx::PgConnection;

use crate::{EnumText, Fetch, Nullable, Statement, Time, error::Result, role, rows::parse_enum};

/// A token to be inserted.
#[derive(Debug)]
pub struct NewToken<'a> {
    /// Names it when revoking.
    pub id: TokenId,
    /// The only workspace it opens.
    pub workspace: WorkspaceId,
    /// Whose rights bound it.
    pub user: UserId,
    pub name: &'a str,
    /// What it may do at most.
    pub role: Role,
    pub scope: TokenScope,
    /// SHA-256 of the token.
    pub token_hash: &'a [u8],
    /// Days until it expires.
    pub expires_in_days: Option<i32>,
}

/// A token that works.
#[derive(Debug, Clone)]
pub struct Token {
    /// Names it when revoking.
    pub id: TokenId,
    /// Whose rights bound it.
    pub user: UserId,
    /// The only workspace it opens.
    pub workspace: WorkspaceId,
    /// The lesser of its own role and its maker's at this moment.
    pub role: Role,
    pub scope: TokenScope,
    /// Whether its workspace is archived.
    pub archived: bool,
    /// Whether `last_used_at` is more than a minute old.
    pub stale: bool,
}

pub async fn insert(conn: &mut PgConnection, token: NewToken<'_>) -> Result<()> {
    sqlx::query!(
        "INSERT INTO api_tokens (id, workspace_id, user_id, name, role, scope, token_hash, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, engine_now() + make_interval(days => $8))",
        token.id.0,
        token.workspace.0,
        token.user.0,
        token.name,
        token.role.as_str(),
        token.scope.as_str(),
        token.token_hash,
        token.expires_in_days,
    )
    .run(conn, "creating a token")
    .await
}

/// The working token of a hash: not expired, its maker still a member.
pub async fn find(conn: &mut PgConnection, token_hash: &[u8]) -> Result<Option<Token>> {
    let row = sqlx::query!(
        "SELECT t.id, t.user_id, t.workspace_id, t.role AS token_role, t.scope,
                m.role AS member_role,
                w.archived_at IS NOT NULL AS \"archived!\",
                coalesce(t.last_used_at < engine_now() - interval '1 minute', true) AS \"stale!\"
           FROM api_tokens t
           JOIN memberships m ON m.workspace_id = t.workspace_id AND m.user_id = t.user_id
           JOIN workspaces w ON w.id = t.workspace_id
          WHERE t.token_hash = $1 AND (t.expires_at IS NULL OR t.expires_at > engine_now())",
        token_hash,
    )
    .optional(conn, "looking a token up")
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Token {
        id: row.id.into(),
        user: row.user_id.into(),
        workspace: row.workspace_id.into(),
        role: role(&row.token_role)?.min(role(&row.member_role)?),
        scope: parse_enum(&row.scope)?,
        archived: row.archived,
        stale: row.stale,
    }))
}

/// Marks a token as used now.
pub async fn touch(conn: &mut PgConnection, workspace: WorkspaceId, id: TokenId) -> Result<()> {
    sqlx::query!(
        "UPDATE api_tokens SET last_used_at = engine_now() WHERE workspace_id = $1 AND id = $2",
        workspace.0,
        id.0
    )
    .run(conn, "marking a token as used")
    .await
}

/// The tokens of a workspace, or only those of one member, the newest first.
pub async fn list(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    only: Option<UserId>,
) -> Result<Vec<TokenView>> {
    sqlx::query_as!(
        TokenView,
        r#"SELECT t.id, t.name, t.role AS "role: EnumText<_>", t.scope AS "scope: EnumText<_>", t.user_id,
                  u.name AS user_name, t.created_at AS "created_at: Time",
                  t.expires_at AS "expires_at!: Nullable<Time>",
                  t.last_used_at AS "last_used_at!: Nullable<Time>",
                  coalesce(t.expires_at <= engine_now(), false) AS "expired!"
             FROM api_tokens t JOIN users u ON u.id = t.user_id
            WHERE t.workspace_id = $1 AND ($2::uuid IS NULL OR t.user_id = $2)
            ORDER BY t.created_at DESC, t.id"#,
        workspace.0,
        only.map(|user| user.0),
    )
    .all(conn, "listing tokens")
    .await
}

/// Revokes every token of a person.
pub async fn delete_all(conn: &mut PgConnection, user: UserId) -> Result<()> {
    sqlx::query!("DELETE FROM api_tokens WHERE user_id = $1", user.0)
        .run(conn, "revoking somebody's tokens")
        .await
}

/// How many tokens a person has in a workspace.
pub async fn count(conn: &mut PgConnection, workspace: WorkspaceId, user: UserId) -> Result<i64> {
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM api_tokens WHERE workspace_id = $1 AND user_id = $2"#,
        workspace.0,
        user.0
    )
    .one(conn, "counting tokens")
    .await
}

/// Deletes a token of the workspace, or only if it is one member's; gives its name and whose it was,
/// or nothing when there is none.
pub async fn delete(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: TokenId,
    only: Option<UserId>,
) -> Result<Option<(String, UserId)>> {
    let deleted = sqlx::query!(
        "DELETE FROM api_tokens
          WHERE workspace_id = $1 AND id = $2 AND ($3::uuid IS NULL OR user_id = $3)
          RETURNING name, user_id",
        workspace.0,
        id.0,
        only.map(|user| user.0),
    )
    .optional(conn, "revoking a token")
    .await?;
    Ok(deleted.map(|row| (row.name, row.user_id.into())))
}
