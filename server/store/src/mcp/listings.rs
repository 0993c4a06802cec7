//! What servers listed when they were last asked, for people to look at; nothing is decided by it.

use std::{collections::BTreeMap, time::Duration};

use model::{
    id::WorkspaceId,
    mcp::{
        server::{ServerHealth, UnusedTool},
        tool::ToolDefinition,
    },
};
use sqlx::PgConnection;

use crate::{
    Fetch, Statement,
    error::Result,
    rows::{read_json, to_json},
    timestamp,
};

/// What a server listed when it was last asked.
#[derive(Debug, Clone)]
pub struct KeptListing {
    /// Whether it answered.
    pub health: ServerHealth,
    /// What it says of itself.
    pub instructions: Option<String>,
    /// Its tools, as it listed them when it last answered.
    pub tools: Vec<ToolDefinition>,
    /// What it listed besides, and why that is not used.
    pub unused: Vec<UnusedTool>,
}

/// What a server answers now.
#[derive(Debug, Clone, Copy)]
pub struct NewListing<'a> {
    /// The revision of the protocol that was agreed on.
    pub protocol: Option<&'a str>,
    /// How long the answer took.
    pub latency: Duration,
    /// What it says of itself.
    pub instructions: Option<&'a str>,
    pub tools: &'a [ToolDefinition],
    /// What it lists besides, and why that is not used.
    pub unused: &'a [UnusedTool],
}

/// Keeps what a server has answered in place of what it said before.
pub async fn keep(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    server: &str,
    listing: NewListing<'_>,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO mcp_listings (workspace_id, server, protocol, latency_ms, instructions, tools,
                                   unused)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (workspace_id, server) DO UPDATE
            SET checked_at = engine_now(), error = NULL, protocol = excluded.protocol,
                latency_ms = excluded.latency_ms, instructions = excluded.instructions,
                tools = excluded.tools, unused = excluded.unused",
        workspace.0,
        server,
        listing.protocol,
        i64::try_from(listing.latency.as_millis()).unwrap_or(i64::MAX),
        listing.instructions,
        to_json(&listing.tools)?,
        to_json(&listing.unused)?
    )
    .run(conn, "keeping a list of tools")
    .await
}

/// Notes why a server did not answer; what it listed before stays.
pub async fn note_failure(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    server: &str,
    error: &str,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO mcp_listings (workspace_id, server, error) VALUES ($1, $2, $3)
             ON CONFLICT (workspace_id, server) DO UPDATE
            SET checked_at = engine_now(), error = excluded.error, latency_ms = NULL",
        workspace.0,
        server,
        error
    )
    .run(conn, "noting that a server of tools does not answer")
    .await
}

/// Forgets what a server listed: another one may have its name from now on.
pub async fn forget(conn: &mut PgConnection, workspace: WorkspaceId, server: &str) -> Result<()> {
    sqlx::query!(
        "DELETE FROM mcp_listings WHERE workspace_id = $1 AND server = $2",
        workspace.0,
        server
    )
    .run(conn, "forgetting a list of tools")
    .await
}

/// What the servers of a workspace listed, by their names.
pub async fn list(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
) -> Result<BTreeMap<String, KeptListing>> {
    let rows = sqlx::query!(
        "SELECT server, checked_at, error, protocol, latency_ms, instructions, tools, unused
           FROM mcp_listings
          WHERE workspace_id = $1",
        workspace.0
    )
    .all(conn, "reading lists of tools")
    .await?;
    let listing = rows.into_iter().map(|row| {
        let health = ServerHealth {
            checked_at: timestamp(row.checked_at),
            error: row.error,
            protocol: row.protocol,
            latency_ms: row.latency_ms.and_then(|ms| u64::try_from(ms).ok()),
        };
        let listing = KeptListing {
            health,
            instructions: row.instructions,
            tools: read_json(row.tools)?,
            unused: read_json(row.unused)?,
        };
        Ok((row.server, listing))
    });
    listing.collect()
}
