//! Whether a tool is still as a workflow has pinned it.

use std::{collections::BTreeMap, slice};

use model::{
    id::WorkspaceId,
    mcp::{
        drift::ToolDrift, lock::ToolLock, name::ToolName, server::ToolView, tool::ToolDefinition,
    },
};
use outside::mcp::hash::definition_hash;
use sqlx::PgConnection;
use store::{
    error::Result,
    mcp::{
        definitions,
        drifts::{self, DriftRow},
    },
};

/// What is no longer as it was pinned; none where all is, or an admin has accepted what is not. `now`
/// is what the server has just said, none where it has the tool no longer. A drift is noted, so that
/// admins find it.
///
/// # Errors
/// A database failure.
pub async fn find_drift(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    tool: ToolName<'_>,
    lock: &ToolLock,
    now: Option<&ToolDefinition>,
) -> Result<Option<ToolDrift>> {
    let hash = now.map(definition_hash);
    if hash.as_ref() == Some(&lock.hash) {
        return Ok(None);
    }
    let now = now.zip(hash).map(|(definition, hash)| ToolView {
        key: tool.to_string(),
        definition: definition.clone(),
        hash,
        schema_fault: None,
    });
    let row = DriftRow {
        tool: tool.to_string(),
        from_hash: lock.hash.clone(),
        to_hash: now.as_ref().map(|now| now.hash.clone()),
    };
    if drifts::is_accepted(conn, workspace, &row).await? {
        return Ok(None);
    }
    drifts::note(conn, workspace, &row).await?;
    if let Some(now) = &now {
        let kept = BTreeMap::from([(now.hash.clone(), now.definition.clone())]);
        definitions::keep(conn, workspace, &kept).await?;
    }
    let mut pinned = definitions::find(conn, workspace, slice::from_ref(&lock.hash)).await?;
    let pinned = pinned.remove(&lock.hash);
    Ok(Some(ToolDrift::new(row.tool, row.from_hash, pinned, now)))
}
