//! Encrypted credentials of other services.

use model::{
    id::{UserId, WorkspaceId},
    secret::{SecretUse, SecretView},
};
use sqlx::PgConnection;
use uuid::Uuid;
use vault::Sealed;

use super::timestamp;
use crate::error::{Doing, Result};

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
    .fetch_optional(conn)
    .await
    .doing("looking for a secret")?;
    Ok(row.map(|row| LockedSecret {
        key: SecretKey { id: row.id, version: row.version },
        hosts: row.hosts,
    }))
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
    .execute(conn)
    .await
    .map(drop)
    .doing("setting the hosts of a secret")
}

/// The secrets of a workspace by name, or only one of them, without their values.
pub async fn list(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    only: Option<&str>,
) -> Result<Vec<SecretView>> {
    let rows = sqlx::query!(
        r#"SELECT s.name, s.hosts, s.created_at, s.updated_at, s.last_used_at,
                  u.name AS "created_by?"
             FROM secrets s
             LEFT JOIN users u ON u.id = s.created_by
            WHERE s.workspace_id = $1 AND ($2::text IS NULL OR s.name = $2)
            ORDER BY s.name"#,
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
        created_by: row.created_by,
    });
    Ok(view.collect())
}

/// The steps of a workspace's templates that name a secret, in the draft or in the published
/// version, by template and label.
pub async fn list_uses(conn: &mut PgConnection, workspace: WorkspaceId) -> Result<Vec<SecretUse>> {
    let rows = sqlx::query!(
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
    .fetch_all(conn)
    .await
    .doing("looking for steps that name a secret")?;
    let uses = rows.into_iter().map(|row| SecretUse {
        secret: row.secret,
        template_id: row.template_id.into(),
        template: row.template,
        step: row.step,
    });
    Ok(uses.collect())
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
