//! Encrypted credentials of other services.

use model::{
    id::{UserId, WorkspaceId},
    secret::SecretView,
};
use sqlx::PgConnection;
use uuid::Uuid;

use super::timestamp;
use crate::{
    error::{Doing, Result},
    vault::Sealed,
};

/// A version of a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecretKey {
    /// The id of its row, which replacements keep.
    pub id: Uuid,
    /// Raised by every replacement.
    pub version: i32,
}

impl SecretKey {
    /// What the secret is sealed for: swapped between rows or versions it does not open.
    pub fn place(self, workspace: WorkspaceId) -> String {
        format!("secret/{workspace}/{}/{}", self.id, self.version)
    }
}

/// A secret as it is written.
#[derive(Debug)]
pub struct SecretRow<'a> {
    /// The workspace that owns it.
    pub workspace: WorkspaceId,
    /// The version to be written.
    pub key: SecretKey,
    /// The name by which workflows refer to it.
    pub name: &'a str,
    /// The only hosts it is ever sent to.
    pub hosts: &'a [String],
    /// The encrypted value, bound to [its place](SecretKey::place).
    pub sealed: &'a Sealed,
    /// Who set it.
    pub user: UserId,
}

/// A secret as it is read to be sent.
#[derive(Debug)]
pub struct FoundSecret {
    /// The version that was read, which decryption needs.
    pub key: SecretKey,
    /// The only hosts it is ever sent to.
    pub hosts: Vec<String>,
    /// The encrypted value, bound to [its place](SecretKey::place).
    pub sealed: Sealed,
}

/// The secret of a name, locked until the transaction ends.
pub async fn lock(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    name: &str,
) -> Result<Option<SecretKey>> {
    let row = sqlx::query!(
        "SELECT id, version FROM secrets WHERE workspace_id = $1 AND name = $2 FOR UPDATE",
        workspace.0,
        name,
    )
    .fetch_optional(conn)
    .await
    .doing("looking for a secret")?;
    Ok(row.map(|row| SecretKey { id: row.id, version: row.version }))
}

/// Inserts a secret; false when another of that name has come first.
pub async fn insert(conn: &mut PgConnection, row: SecretRow<'_>) -> Result<bool> {
    let done = sqlx::query!(
        "INSERT INTO secrets (id, workspace_id, name, hosts, version, nonce, ciphertext, created_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (workspace_id, name) DO NOTHING",
        row.key.id,
        row.workspace.0,
        row.name,
        row.hosts,
        row.key.version,
        row.sealed.nonce,
        row.sealed.ciphertext,
        row.user.0,
    )
    .execute(conn)
    .await
    .doing("keeping a secret")?;
    Ok(done.rows_affected() == 1)
}

/// Replaces a locked secret; its key carries the new version.
pub async fn replace(conn: &mut PgConnection, row: SecretRow<'_>) -> Result<()> {
    sqlx::query!(
        "UPDATE secrets
            SET hosts = $3, version = $4, nonce = $5, ciphertext = $6, updated_at = engine_now()
          WHERE workspace_id = $1 AND id = $2",
        row.workspace.0,
        row.key.id,
        row.hosts,
        row.key.version,
        row.sealed.nonce,
        row.sealed.ciphertext,
    )
    .execute(conn)
    .await
    .map(drop)
    .doing("replacing a secret")
}

/// The secrets of a workspace by name, or only one of them, without their values.
pub async fn list(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    only: Option<&str>,
) -> Result<Vec<SecretView>> {
    let rows = sqlx::query!(
        "SELECT name, hosts, created_at, updated_at, last_used_at
           FROM secrets WHERE workspace_id = $1 AND ($2::text IS NULL OR name = $2) ORDER BY name",
        workspace.0,
        only,
    )
    .fetch_all(conn)
    .await
    .doing("listing secrets")?;
    let view = rows.into_iter().map(|row| SecretView {
        name: row.name,
        hosts: row.hosts,
        created_at: timestamp(row.created_at),
        updated_at: timestamp(row.updated_at),
        last_used_at: row.last_used_at.map(timestamp),
    });
    Ok(view.collect())
}

/// The secret of a name, to be sent now: its use is noted, to the minute.
pub async fn find_to_send(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    name: &str,
) -> Result<Option<FoundSecret>> {
    let row = sqlx::query!(
        "SELECT id, version, hosts, nonce, ciphertext,
                coalesce(last_used_at < engine_now() - interval '1 minute', true) AS \"stale!\"
           FROM secrets WHERE workspace_id = $1 AND name = $2",
        workspace.0,
        name,
    )
    .fetch_optional(&mut *conn)
    .await
    .doing("looking a secret up")?;
    let Some(row) = row else { return Ok(None) };
    if row.stale {
        sqlx::query!(
            "UPDATE secrets SET last_used_at = engine_now() WHERE workspace_id = $1 AND id = $2",
            workspace.0,
            row.id,
        )
        .execute(conn)
        .await
        .doing("noting the use of a secret")?;
    }
    Ok(Some(FoundSecret {
        key: SecretKey { id: row.id, version: row.version },
        hosts: row.hosts,
        sealed: Sealed { nonce: row.nonce, ciphertext: row.ciphertext },
    }))
}

/// Deletes the secret of a name; false when there is none.
pub async fn delete(conn: &mut PgConnection, workspace: WorkspaceId, name: &str) -> Result<bool> {
    let done = sqlx::query!(
        "DELETE FROM secrets WHERE workspace_id = $1 AND name = $2",
        workspace.0,
        name,
    )
    .execute(conn)
    .await
    .doing("deleting a secret")?;
    Ok(done.rows_affected() == 1)
}
