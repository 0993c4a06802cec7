//! Encrypted credentials of other services.

use model::{
    id::{UserId, WorkspaceId},
    secret::{SecretUse, SecretView},
};
use sqlx::PgConnection;
use uuid::Uuid;
use vault::Sealed;

use crate::{Fetch, Nullable, Statement, Time, error::Result};

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
    pub workspace: WorkspaceId,
    /// The version to be written.
    pub key: SecretKey,
    /// The name by which workflows refer to it.
    pub name: &'a str,
    /// The only hosts it is ever sent to.
    pub hosts: &'a [String],
    /// The encrypted value, bound to [its place](SecretKey::place).
    pub sealed: &'a Sealed,
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

/// A secret that nobody else changes until the transaction ends.
#[derive(Debug)]
pub struct LockedSecret {
    /// The version that is kept.
    pub key: SecretKey,
    /// The only hosts it is ever sent to.
    pub hosts: Vec<String>,
}

/// The secret of a name, locked until the transaction ends.
pub async fn lock(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    name: &str,
) -> Result<Option<LockedSecret>> {
    let row = sqlx::query!(
        "SELECT id, version, hosts FROM secrets WHERE workspace_id = $1 AND name = $2 FOR UPDATE",
        workspace.0,
        name,
    )
    .optional(conn, "looking for a secret")
    .await?;
    Ok(row.map(|row| LockedSecret {
        key: SecretKey { id: row.id, version: row.version },
        hosts: row.hosts,
    }))
}

/// Inserts a secret; false when another of that name has come first.
pub async fn insert(conn: &mut PgConnection, row: SecretRow<'_>) -> Result<bool> {
    sqlx::query!(
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
    .changed(conn, "keeping a secret")
    .await
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
    .run(conn, "replacing a secret")
    .await
}

/// Sets the hosts of a locked secret, whose value stays.
pub async fn set_hosts(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    key: SecretKey,
    hosts: &[String],
) -> Result<()> {
    sqlx::query!(
        "UPDATE secrets SET hosts = $3, updated_at = engine_now()
          WHERE workspace_id = $1 AND id = $2",
        workspace.0,
        key.id,
        hosts,
    )
    .run(conn, "setting the hosts of a secret")
    .await
}

/// The secrets of a workspace by name, or only one of them, without their values.
pub async fn list(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    only: Option<&str>,
) -> Result<Vec<SecretView>> {
    sqlx::query_as!(
        SecretView,
        r#"SELECT s.name, s.hosts, s.created_at AS "created_at: Time", s.updated_at AS "updated_at: Time",
                  s.last_used_at AS "last_used_at!: Nullable<Time>",
                  u.name AS "created_by?"
             FROM secrets s
             LEFT JOIN users u ON u.id = s.created_by
            WHERE s.workspace_id = $1 AND ($2::text IS NULL OR s.name = $2)
            ORDER BY s.name"#,
        workspace.0,
        only,
    )
    .all(conn, "listing secrets")
    .await
}

/// The steps of a workspace's templates that name a secret, in the draft or in the published
/// version, by template and label.
pub async fn list_uses(conn: &mut PgConnection, workspace: WorkspaceId) -> Result<Vec<SecretUse>> {
    sqlx::query_as!(
        SecretUse,
        r#"SELECT DISTINCT t.name AS "template!", t.id AS "template_id!",
                  coalesce(nullif(btrim(step.node #>> '{data,label}'), ''),
                           step.node ->> 'id') AS "step!",
                  btrim(step.node #>> '{data,config,secret}') AS "secret!"
             FROM workflow_templates t
             LEFT JOIN workflow_template_versions v
               ON v.workspace_id = t.workspace_id AND v.template_id = t.id
              AND v.version = t.published_version
            CROSS JOIN LATERAL (
                  SELECT jsonb_path_query(t.draft, '$.nodes[*]') AS node
                   UNION ALL
                  SELECT jsonb_path_query(v.definition, '$.nodes[*]')) step
            WHERE t.workspace_id = $1 AND t.archived_at IS NULL
              AND btrim(step.node #>> '{data,config,secret}') <> ''
            ORDER BY 1, 3, 2, 4"#,
        workspace.0,
    )
    .all(conn, "looking for steps that name a secret")
    .await
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
    .optional(conn, "looking a secret up")
    .await?;
    let Some(row) = row else { return Ok(None) };
    if row.stale {
        sqlx::query!(
            "UPDATE secrets SET last_used_at = engine_now() WHERE workspace_id = $1 AND id = $2",
            workspace.0,
            row.id,
        )
        .run(conn, "noting the use of a secret")
        .await?;
    }
    Ok(Some(FoundSecret {
        key: SecretKey { id: row.id, version: row.version },
        hosts: row.hosts,
        sealed: Sealed { nonce: row.nonce, ciphertext: row.ciphertext },
    }))
}

/// Deletes the secret of a name; false when there is none.
pub async fn delete(conn: &mut PgConnection, workspace: WorkspaceId, name: &str) -> Result<bool> {
    sqlx::query!("DELETE FROM secrets WHERE workspace_id = $1 AND name = $2", workspace.0, name,)
        .changed(conn, "deleting a secret")
        .await
}
