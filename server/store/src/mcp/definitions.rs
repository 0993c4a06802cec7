//! Definitions of tools by their hash, which locks in workflows name.

use std::collections::BTreeMap;

use model::{id::WorkspaceId, mcp::tool::ToolDefinition};
use serde_json::Value;
use sqlx::PgConnection;

use crate::{
    Fetch, Statement,
    error::Result,
    rows::{read_json, to_json},
};

/// Keeps definitions by their hashes; those that are kept already stay as they are.
pub async fn keep(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    definitions: &BTreeMap<String, ToolDefinition>,
) -> Result<()> {
    if definitions.is_empty() {
        return Ok(());
    }
    let hashes: Vec<String> = definitions.keys().cloned().collect();
    let texts = definitions.values().map(to_json).collect::<Result<Vec<Value>>>()?;
    sqlx::query!(
        "INSERT INTO mcp_tool_definitions (workspace_id, hash, definition)
         SELECT $1, u.hash, u.definition
           FROM UNNEST($2::text[], $3::jsonb[]) AS u (hash, definition)
          ORDER BY u.hash
             ON CONFLICT DO NOTHING",
        workspace.0,
        &hashes,
        &texts
    )
    .run(conn, "keeping definitions of tools")
    .await
}

/// The kept definitions of these hashes, by their hashes.
pub async fn find(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    hashes: &[String],
) -> Result<BTreeMap<String, ToolDefinition>> {
    let rows = sqlx::query!(
        "SELECT hash, definition FROM mcp_tool_definitions
          WHERE workspace_id = $1 AND hash = ANY($2)",
        workspace.0,
        hashes
    )
    .all(conn, "looking for definitions of tools")
    .await?;
    rows.into_iter().map(|row| Ok((row.hash, read_json(row.definition)?))).collect()
}
