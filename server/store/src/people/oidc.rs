//! Sign-ins at the provider that are under way, and whose account is whose there.

use chrono::{DateTime, Utc};
use model::id::{UserId, WorkspaceId};
use sqlx::PgConnection;

use crate::{Fetch, Statement, error::Result};

/// A sign-in that has come back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BegunSignIn {
    /// The path to go to afterwards; empty for the entry.
    pub next: String,
    /// When it came back.
    pub now: DateTime<Utc>,
}

/// An account with the address that the provider names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressAccount {
    pub user: UserId,
    /// The provider that they sign in with; none where they never have.
    pub issuer: Option<String>,
}

/// Notes that a sign-in has left for the provider; it may take ten minutes. Those that took longer
/// are dropped.
pub async fn insert_sign_in(conn: &mut PgConnection, key_hash: &[u8], next: &str) -> Result<()> {
    sqlx::query!("DELETE FROM oidc_sign_ins WHERE expires_at <= engine_now()")
        .run(conn, "dropping sign-ins that took too long")
        .await?;
    sqlx::query!(
        "INSERT INTO oidc_sign_ins (key_hash, next_path, expires_at)
         VALUES ($1, $2, engine_now() + interval '10 minutes')",
        key_hash,
        next
    )
    .run(conn, "noting a sign-in")
    .await
}

/// Deletes the sign-in of a key and returns it; none where there is none any more: of several who
/// come back with it at once, one is told that it was there.
pub async fn take_sign_in(conn: &mut PgConnection, key_hash: &[u8]) -> Result<Option<BegunSignIn>> {
    sqlx::query_as!(
        BegunSignIn,
        r#"DELETE FROM oidc_sign_ins WHERE key_hash = $1 AND expires_at > engine_now()
         RETURNING next_path AS next, engine_now() AS "now!""#,
        key_hash
    )
    .optional(conn, "looking for a sign-in")
    .await
}

/// Whose account belongs to somebody at a provider.
pub async fn find_user(
    conn: &mut PgConnection,
    issuer: &str,
    subject: &str,
) -> Result<Option<UserId>> {
    sqlx::query_scalar!(
        "SELECT id FROM users WHERE oidc_issuer = $1 AND oidc_subject = $2",
        issuer,
        subject
    )
    .optional(conn, "looking for somebody at the provider")
    .await
    .map(|found| found.map(UserId))
}

/// The account of an address, whatever its case, locked until the transaction ends.
pub async fn lock_by_address(
    conn: &mut PgConnection,
    address: &str,
) -> Result<Option<AddressAccount>> {
    sqlx::query_as!(
        AddressAccount,
        "SELECT id AS user, oidc_issuer AS issuer FROM users WHERE lower(email) = lower($1) FOR NO KEY UPDATE",
        address
    )
    .optional(conn, "looking an account up")
    .await
}

/// Says who an account belongs to at a provider.
pub async fn set_identity(
    conn: &mut PgConnection,
    user: UserId,
    issuer: &str,
    subject: &str,
) -> Result<()> {
    sqlx::query!(
        "UPDATE users SET oidc_issuer = $2, oidc_subject = $3 WHERE id = $1",
        user.0,
        issuer,
        subject
    )
    .run(conn, "linking an account")
    .await
}

/// Whether somebody with this address is invited anywhere.
pub async fn is_invited(conn: &mut PgConnection, address: &str) -> Result<bool> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM invitations
                           WHERE lower(email) = lower($1) AND accepted_at IS NULL
                             AND revoked_at IS NULL AND expires_at > engine_now()) AS "invited!""#,
        address
    )
    .one(conn, "looking for invitations")
    .await
}

/// The workspace that is there longest.
pub async fn find_first_workspace(conn: &mut PgConnection) -> Result<Option<WorkspaceId>> {
    sqlx::query_scalar!(
        "SELECT id FROM workspaces WHERE deleted_at IS NULL ORDER BY created_at, id LIMIT 1"
    )
    .optional(conn, "looking for the first workspace")
    .await
    .map(|found| found.map(WorkspaceId))
}
