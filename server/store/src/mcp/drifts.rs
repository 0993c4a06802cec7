//! Tools that are no longer as workflows have pinned them, and what admins have accepted of that.

use model::id::{TemplateId, UserId, WorkspaceId};
use sqlx::PgConnection;

use crate::{Fetch, Statement, error::Result};

/// A tool that was found other than it was pinned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DriftRow {
    /// The tool, as `server.toolName`.
    pub tool: String,
    /// The hash that was pinned.
    pub from_hash: String,
    /// The hash of what it was found to be; none where its server had it no more.
    pub to_hash: Option<String>,
}

impl DriftRow {
    /// The hash as its column has it: empty where there is none.
    fn to_column(&self) -> &str {
        self.to_hash.as_deref().unwrap_or_default()
    }
}

/// A tool that the published version of a template has pinned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PinnedTool {
    /// The tool, as the workflow writes it.
    pub tool: String,
    pub hash: String,
    pub template: TemplateId,
    pub name: String,
}

/// Notes a drift, or that it is noticed again.
pub async fn note(conn: &mut PgConnection, workspace: WorkspaceId, drift: &DriftRow) -> Result<()> {
    sqlx::query!(
        "INSERT INTO mcp_tool_drifts (workspace_id, tool, from_hash, to_hash)
         VALUES ($1, $2, $3, $4)
             ON CONFLICT (workspace_id, tool, from_hash, to_hash) DO UPDATE
            SET noticed_at = engine_now()
          WHERE mcp_tool_drifts.accepted_at IS NULL",
        workspace.0,
        drift.tool,
        drift.from_hash,
        drift.to_column()
    )
    .run(conn, "noting that a tool has changed")
    .await
}

/// Whether an admin has accepted that a tool is now this instead of that.
pub async fn is_accepted(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    drift: &DriftRow,
) -> Result<bool> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM mcp_tool_drifts
                           WHERE workspace_id = $1 AND tool = $2 AND from_hash = $3
                             AND to_hash = $4 AND accepted_at IS NOT NULL) AS "accepted!""#,
        workspace.0,
        drift.tool,
        drift.from_hash,
        drift.to_column()
    )
    .one(conn, "looking whether a change of a tool is accepted")
    .await
}

/// Accepts a drift that was noted; false where there is no such, or it is accepted already.
pub async fn accept(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    drift: &DriftRow,
    user: UserId,
) -> Result<bool> {
    sqlx::query!(
        "UPDATE mcp_tool_drifts SET accepted_by = $5, accepted_at = engine_now()
          WHERE workspace_id = $1 AND tool = $2 AND from_hash = $3 AND to_hash = $4
            AND accepted_at IS NULL",
        workspace.0,
        drift.tool,
        drift.from_hash,
        drift.to_column(),
        user.0
    )
    .changed(conn, "accepting a change of a tool")
    .await
}

/// Forgets the drifts of a tool from what it is again, as far as nobody has accepted them.
pub async fn forget(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    tool: &str,
    hash: &str,
) -> Result<()> {
    sqlx::query!(
        "DELETE FROM mcp_tool_drifts
          WHERE workspace_id = $1 AND tool = $2 AND from_hash = $3 AND accepted_at IS NULL",
        workspace.0,
        tool,
        hash
    )
    .run(conn, "forgetting that a tool had changed")
    .await
}

/// The drifts of a workspace that nobody has accepted, of each tool and hash the one that was
/// noticed last, by tool.
pub async fn list_open(conn: &mut PgConnection, workspace: WorkspaceId) -> Result<Vec<DriftRow>> {
    let rows = sqlx::query!(
        r#"SELECT latest.tool AS "tool!", latest.from_hash AS "from_hash!",
                  latest.to_hash AS "to_hash!"
             FROM (SELECT DISTINCT ON (tool, from_hash) tool, from_hash, to_hash, accepted_at
                     FROM mcp_tool_drifts
                    WHERE workspace_id = $1
                    ORDER BY tool, from_hash, coalesce(accepted_at, noticed_at) DESC) latest
            WHERE latest.accepted_at IS NULL
            ORDER BY latest.tool, latest.from_hash"#,
        workspace.0
    )
    .all(conn, "listing tools that have changed")
    .await?;
    let drift = rows.into_iter().map(|row| DriftRow {
        tool: row.tool,
        from_hash: row.from_hash,
        to_hash: Some(row.to_hash).filter(|hash| !hash.is_empty()),
    });
    Ok(drift.collect())
}

/// The tools that published versions of a workspace's templates have pinned, by tool.
pub async fn list_pinned(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
) -> Result<Vec<PinnedTool>> {
    sqlx::query_as!(
        PinnedTool,
        r#"SELECT DISTINCT pinned.tool AS "tool!", pinned.hash AS "hash!",
                  t.id AS "template!", t.name AS "name!"
             FROM workflow_templates t
             JOIN workflow_template_versions v
               ON v.workspace_id = t.workspace_id AND v.template_id = t.id
              AND v.version = t.published_version
            CROSS JOIN LATERAL jsonb_path_query(v.definition, '$.nodes[*]') AS step (node)
            CROSS JOIN LATERAL (
                  SELECT step.node #>> '{data,config,tool}', step.node #>> '{data,config,lock,hash}'
                   WHERE step.node ->> 'type' = 'tool'
                   UNION ALL
                  SELECT granted.tool, granted.lock ->> 'hash'
                    FROM jsonb_each(step.node #> '{data,config,frozen,tools}')
                         AS granted (tool, lock)
                   WHERE step.node ->> 'type' = 'agent'
                 ) AS pinned (tool, hash)
            WHERE t.workspace_id = $1 AND t.archived_at IS NULL AND pinned.hash IS NOT NULL
            ORDER BY 1, 4, 2, 3"#,
        workspace.0
    )
    .all(conn, "listing tools that templates have pinned")
    .await
}
