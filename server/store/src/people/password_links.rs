//! Links by which people choose a new password. Only hashes of what is in them are known here.

use model::{
    access::Role,
    id::{UserId, WorkspaceId},
    time::Timestamp,
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{EnumText, Fetch, Nullable, Statement, error::Result, timestamp};

/// A link that works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordLink {
    /// Whose password it replaces.
    pub user: UserId,
    /// Who made it; none for a link made at the command line, or sent by mail to the person.
    pub made_by: Option<UserId>,
}

/// A workspace of a person, and what they and somebody else are in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SharedWorkspace {
    pub workspace: WorkspaceId,
    /// What the person is in it.
    pub theirs: Role,
    /// What the other one is in it; none for no member.
    pub own: Option<Role>,
}

/// Inserts a link that works for a day, in the place of the person's link before; returns when it
/// expires.
pub async fn insert(
    conn: &mut PgConnection,
    user: UserId,
    token_hash: &[u8],
    made_by: Option<UserId>,
) -> Result<Timestamp> {
    sqlx::query_scalar!(
        "INSERT INTO password_links (user_id, token_hash, made_by, expires_at)
         VALUES ($1, $2, $3, engine_now() + interval '24 hours')
         ON CONFLICT (user_id) DO UPDATE
            SET token_hash = excluded.token_hash, made_by = excluded.made_by,
                expires_at = excluded.expires_at
         RETURNING expires_at",
        user.0,
        token_hash,
        made_by.map(|user| user.0)
    )
    .one(conn, "keeping a link to a new password")
    .await
    .map(timestamp)
}

/// The link of a token that has not expired.
pub async fn find(conn: &mut PgConnection, token_hash: &[u8]) -> Result<Option<PasswordLink>> {
    sqlx::query_as!(
        PasswordLink,
        r#"SELECT user_id AS user, made_by AS "made_by!: Nullable<Uuid>" FROM password_links
            WHERE token_hash = $1 AND expires_at > engine_now()"#,
        token_hash
    )
    .optional(conn, "looking for a link to a new password")
    .await
}

/// Deletes the link of a token that has not expired; false where there is none any more: of several
/// who use it at once, one is told that it was there.
pub async fn take(conn: &mut PgConnection, token_hash: &[u8]) -> Result<bool> {
    sqlx::query!(
        "DELETE FROM password_links WHERE token_hash = $1 AND expires_at > engine_now()",
        token_hash
    )
    .changed(conn, "using a link to a new password")
    .await
}

/// Deletes the link of a person, if there is one.
pub async fn delete(conn: &mut PgConnection, user: UserId) -> Result<()> {
    sqlx::query!("DELETE FROM password_links WHERE user_id = $1", user.0)
        .run(conn, "ending a link to a new password")
        .await
}

/// The workspaces of a person, with what `other` is in each.
pub async fn shared_workspaces(
    conn: &mut PgConnection,
    user: UserId,
    other: UserId,
) -> Result<Vec<SharedWorkspace>> {
    sqlx::query_as!(
        SharedWorkspace,
        r#"SELECT m.workspace_id AS workspace, m.role AS "theirs: EnumText<_>",
                  o.role AS "own!: Nullable<EnumText<_>>"
             FROM memberships m
             LEFT JOIN memberships o ON o.workspace_id = m.workspace_id AND o.user_id = $2
            WHERE m.user_id = $1"#,
        user.0,
        other.0
    )
    .all(conn, "reading what two people are where")
    .await
}
