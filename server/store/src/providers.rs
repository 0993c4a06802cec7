//! The access of workspaces to providers, with sealed keys, and whom they have chosen.

use model::{
    id::{UserId, WorkspaceId},
    provider::{Pace, ProviderView},
    provider_choice::{ProviderChoice, ProviderName, Vendor},
};
use serde_json::Value;
use sqlx::PgConnection;
use vault::Sealed;

use crate::{Fetch, Statement, error::Result, rows::parse_enum, timestamp};

/// A workspace's access to a provider, as it is stored.
#[derive(Debug)]
pub struct AccessRow {
    pub vendor: Vendor,
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
    /// What its key is sealed for: moved to another workspace, vendor, version or address it does not
    /// open.
    pub fn place(&self, workspace: WorkspaceId) -> String {
        let address = self.base_url.as_deref().unwrap_or_default();
        format!("provider/{workspace}/{}/{}/{address}", self.vendor, self.version)
    }
}

/// What a workspace says of providers.
#[derive(Debug, Default)]
pub struct WorkspaceProviders {
    /// Its own access, in the order in which the vendors answer.
    pub access: Vec<AccessRow>,
    /// Whom it has chosen.
    pub choice: ProviderChoice,
}

/// A workspace's access to a vendor, locked until the transaction ends.
pub async fn lock(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    vendor: Vendor,
) -> Result<Option<AccessRow>> {
    sqlx::query!(
        "SELECT 1 AS one FROM providers WHERE workspace_id = $1 AND name = $2 FOR UPDATE",
        workspace.0,
        vendor.as_str()
    )
    .optional(conn, "locking a provider")
    .await?;
    find(conn, workspace, vendor).await
}

/// A workspace's access to a vendor.
pub async fn find(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    vendor: Vendor,
) -> Result<Option<AccessRow>> {
    let known = load(conn, workspace).await?;
    Ok(known.access.into_iter().find(|row| row.vendor == vendor))
}

/// All access of a workspace, and whom it has chosen.
pub async fn load(conn: &mut PgConnection, workspace: WorkspaceId) -> Result<WorkspaceProviders> {
    let rows = sqlx::query!(
        r#"SELECT w.text_provider, w.image_provider, p.name AS "name?", p.version AS "version?",
                  p.base_url, p.text_model, p.image_model, p.calls_at_once, p.calls_per_minute,
                  p.nonce, p.ciphertext
             FROM workspaces w LEFT JOIN providers p ON p.workspace_id = w.id
            WHERE w.id = $1"#,
        workspace.0
    )
    .all(conn, "looking providers up")
    .await?;
    let mut known = WorkspaceProviders::default();
    for row in rows {
        known.choice =
            ProviderChoice { text: name(row.text_provider)?, image: name(row.image_provider)? };
        let Some((vendor, version)) = row.name.zip(row.version) else { continue };
        known.access.push(AccessRow {
            vendor: parse_enum(&vendor)?,
            version,
            base_url: row.base_url,
            sealed: row
                .nonce
                .zip(row.ciphertext)
                .map(|(nonce, ciphertext)| Sealed { nonce, ciphertext }),
            text_model: row.text_model,
            image_model: row.image_model,
            pace: pace(row.calls_at_once, row.calls_per_minute),
        });
    }
    known.access.sort_by_key(|row| row.vendor);
    Ok(known)
}

/// A stored choice.
fn name(stored: Option<String>) -> Result<Option<ProviderName>> {
    stored.as_deref().map(parse_enum).transpose()
}

/// Keeps whom a workspace has chosen.
pub async fn save_choice(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    choice: ProviderChoice,
) -> Result<()> {
    sqlx::query!(
        "UPDATE workspaces SET text_provider = $2, image_provider = $3 WHERE id = $1",
        workspace.0,
        choice.text.map(ProviderName::as_str),
        choice.image.map(ProviderName::as_str)
    )
    .run(conn, "keeping a choice of providers")
    .await
}

/// A workspace's access to a vendor without its key.
pub async fn view(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    vendor: Vendor,
) -> Result<Option<ProviderView>> {
    let row = sqlx::query!(
        "SELECT p.base_url, p.text_model, p.image_model, p.calls_at_once, p.calls_per_minute,
                p.changed_at,
                p.nonce IS NOT NULL AS \"has_key!\", u.name AS \"changed_by?\"
           FROM providers p LEFT JOIN users u ON u.id = p.changed_by
          WHERE p.workspace_id = $1 AND p.name = $2",
        workspace.0,
        vendor.as_str()
    )
    .optional(conn, "looking at a provider")
    .await?;
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
    sqlx::query!(
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
        row.vendor.as_str(),
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
    .changed(conn, "keeping a provider")
    .await
}

/// Deletes a workspace's access to a vendor; false when there is none.
pub async fn delete(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    vendor: Vendor,
) -> Result<bool> {
    sqlx::query!(
        "DELETE FROM providers WHERE workspace_id = $1 AND name = $2",
        workspace.0,
        vendor.as_str()
    )
    .changed(conn, "forgetting a provider")
    .await
}

fn pace(at_once: Option<i32>, per_minute: Option<i32>) -> Pace {
    let most = |most: Option<i32>| most.and_then(|most| u32::try_from(most).ok());
    Pace { calls_at_once: most(at_once), calls_per_minute: most(per_minute) }
}

/// What the servers of models have refused, as it was learnt within the last month: the address, the
/// model and its capabilities; the latest thousand.
pub async fn load_capabilities(conn: &mut PgConnection) -> Result<Vec<(String, String, Value)>> {
    let rows = sqlx::query!(
        "SELECT server, model, capabilities FROM server_capabilities
          WHERE learnt_at > engine_now() - interval '30 days'
          ORDER BY learnt_at DESC
          LIMIT 1000"
    )
    .all(conn, "reading what servers accept")
    .await?;
    Ok(rows.into_iter().map(|row| (row.server, row.model, row.capabilities)).collect())
}

/// Keeps what a server accepts for one of its models, in place of what was known.
pub async fn keep_capabilities(
    conn: &mut PgConnection,
    server: &str,
    model: &str,
    capabilities: &Value,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO server_capabilities (server, model, capabilities) VALUES ($1, $2, $3)
             ON CONFLICT (server, model) DO UPDATE
            SET capabilities = excluded.capabilities, learnt_at = engine_now()",
        server,
        model,
        capabilities
    )
    .run(conn, "keeping what a server accepts")
    .await
}

/// Deletes what was learnt of the models of this server.
pub async fn forget_server(conn: &mut PgConnection, server: &str) -> Result<()> {
    sqlx::query!("DELETE FROM server_capabilities WHERE server = $1", server)
        .run(conn, "forgetting what a server accepts")
        .await
}

/// Deletes what was learnt of servers more than a month ago: they may accept more by now. Returns how
/// many rows.
pub async fn forget_capabilities(conn: &mut PgConnection) -> Result<u64> {
    sqlx::query!(
        "DELETE FROM server_capabilities WHERE learnt_at < engine_now() - interval '30 days'"
    )
    .count_changed(conn, "deleting what servers accepted long ago")
    .await
}
