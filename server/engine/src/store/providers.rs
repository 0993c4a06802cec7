//! The access of workspaces to providers, with sealed keys.

use model::{
    id::{UserId, WorkspaceId},
    provider::{Pace, ProviderView},
};
use sqlx::PgConnection;

use super::timestamp;
use crate::{
    error::{Doing, Result},
    vault::Sealed,
};

/// The provider that workspaces have access of their own to.
const OPENAI: &str = "openai";

/// A workspace's access to the provider, as it is stored.
#[derive(Debug)]
pub struct AccessRow {
    /// Raised by every change.
    pub version: i32,
    /// The address of the API; none is the provider's own.
    pub base_url: Option<String>,
    /// The encrypted API key; none where the server needs no key.
    pub sealed: Option<Sealed>,
    /// The model that writes texts; none is the default.
    pub text_model: Option<String>,
    /// The model that makes images; none is the default.
    pub image_model: Option<String>,
    /// How many calls may be made at once and within a minute.
    pub pace: Pace,
}

impl AccessRow {
    /// What its key is sealed for: moved to another workspace, version or address it does not open.
    pub fn place(&self, workspace: WorkspaceId) -> String {
        let address = self.base_url.as_deref().unwrap_or_default();
        format!("provider/{workspace}/{OPENAI}/{}/{address}", self.version)
    }
}

/// A workspace's access, locked until the transaction ends.
pub async fn lock(conn: &mut PgConnection, workspace: WorkspaceId) -> Result<Option<AccessRow>> {
    sqlx::query!(
        "SELECT 1 AS one FROM providers WHERE workspace_id = $1 AND name = $2 FOR UPDATE",
        workspace.0,
        OPENAI
    )
    .fetch_optional(&mut *conn)
    .await
    .doing("locking a provider")?;
    find(conn, workspace).await
}

/// A workspace's access.
pub async fn find(conn: &mut PgConnection, workspace: WorkspaceId) -> Result<Option<AccessRow>> {
    let row = sqlx::query!(
        "SELECT version, base_url, text_model, image_model, calls_at_once, calls_per_minute, nonce,
                ciphertext
           FROM providers WHERE workspace_id = $1 AND name = $2",
        workspace.0,
        OPENAI
    )
    .fetch_optional(conn)
    .await
    .doing("looking a provider up")?;
    Ok(row.map(|row| AccessRow {
        version: row.version,
        base_url: row.base_url,
        sealed: row
            .nonce
            .zip(row.ciphertext)
            .map(|(nonce, ciphertext)| Sealed { nonce, ciphertext }),
        text_model: row.text_model,
        image_model: row.image_model,
        pace: pace(row.calls_at_once, row.calls_per_minute),
    }))
}

/// A workspace's access without its key.
pub async fn view(conn: &mut PgConnection, workspace: WorkspaceId) -> Result<Option<ProviderView>> {
    let row = sqlx::query!(
        "SELECT p.base_url, p.text_model, p.image_model, p.calls_at_once, p.calls_per_minute,
                p.changed_at,
                p.nonce IS NOT NULL AS \"has_key!\", u.name AS \"changed_by?\"
           FROM providers p LEFT JOIN users u ON u.id = p.changed_by
          WHERE p.workspace_id = $1 AND p.name = $2",
        workspace.0,
        OPENAI
    )
    .fetch_optional(conn)
    .await
    .doing("looking at a provider")?;
    Ok(row.map(|row| ProviderView {
        base_url: row.base_url,
        has_key: row.has_key,
        text_model: row.text_model,
        image_model: row.image_model,
        pace: pace(row.calls_at_once, row.calls_per_minute),
        changed_at: timestamp(row.changed_at),
        changed_by: row.changed_by,
    }))
}

/// Stores a workspace's access if it is the next version of the stored one; false when another
/// change came first.
pub async fn save(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    user: UserId,
    row: &AccessRow,
) -> Result<bool> {
    let done = sqlx::query!(
        "INSERT INTO providers (workspace_id, name, base_url, text_model, image_model, version,
                                nonce, ciphertext, changed_by, calls_at_once, calls_per_minute)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
             ON CONFLICT (workspace_id, name) DO UPDATE
            SET base_url = excluded.base_url, text_model = excluded.text_model,
                image_model = excluded.image_model, version = excluded.version,
                calls_at_once = excluded.calls_at_once,
                calls_per_minute = excluded.calls_per_minute,
                nonce = excluded.nonce, ciphertext = excluded.ciphertext,
                changed_by = excluded.changed_by, changed_at = engine_now()
          WHERE providers.version = excluded.version - 1",
        workspace.0,
        OPENAI,
        row.base_url.as_deref(),
        row.text_model.as_deref(),
        row.image_model.as_deref(),
        row.version,
        row.sealed.as_ref().map(|sealed| sealed.nonce.as_slice()),
        row.sealed.as_ref().map(|sealed| sealed.ciphertext.as_slice()),
        user.0,
        row.pace.calls_at_once.and_then(|most| i32::try_from(most).ok()),
        row.pace.calls_per_minute.and_then(|most| i32::try_from(most).ok())
    )
    .execute(conn)
    .await
    .doing("keeping a provider")?;
    Ok(done.rows_affected() == 1)
}

/// Deletes a workspace's access; false when there is none.
pub async fn delete(conn: &mut PgConnection, workspace: WorkspaceId) -> Result<bool> {
    let done = sqlx::query!(
        "DELETE FROM providers WHERE workspace_id = $1 AND name = $2",
        workspace.0,
        OPENAI
    )
    .execute(conn)
    .await
    .doing("forgetting a provider")?;
    Ok(done.rows_affected() == 1)
}

fn pace(at_once: Option<i32>, per_minute: Option<i32>) -> Pace {
    let most = |most: Option<i32>| most.and_then(|most| u32::try_from(most).ok());
    Pace { calls_at_once: most(at_once), calls_per_minute: most(per_minute) }
}
