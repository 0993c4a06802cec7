//! In whose name an agent acts: that of whoever launched its execution, with the role that they have
//! now.

use chrono::{DateTime, Utc};
use model::{
    access::Role,
    id::{ExecutionId, ProjectId, UserId, WorkspaceId},
};
use sqlx::PgConnection;

use crate::{
    Fetch,
    error::{EngineError, Result},
    role,
};

/// Who launched an execution, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Acting {
    /// The member of the workspace; none where they are no member of it any more.
    pub launcher: Option<Launcher>,
    /// The project of the execution.
    pub project: ProjectId,
    /// Whether the workspace is archived: nothing in it changes.
    pub archived: bool,
    /// The database's clock.
    pub now: DateTime<Utc>,
}

/// A member who has launched an execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Launcher {
    pub user: UserId,
    /// What they are in the workspace now.
    pub role: Role,
}

/// In whose name an execution acts.
pub async fn find(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    execution: ExecutionId,
) -> Result<Acting> {
    let row = sqlx::query!(
        r#"SELECT e.project_id, m.user_id AS "user_id?", m.role AS "role?",
                  w.archived_at IS NOT NULL AS "archived!", engine_now() AS "now!"
             FROM workflow_executions e
             JOIN workspaces w ON w.id = e.workspace_id
             LEFT JOIN memberships m ON m.workspace_id = e.workspace_id AND m.user_id = e.user_id
            WHERE e.workspace_id = $1 AND e.id = $2"#,
        workspace.0,
        execution.0
    )
    .optional(conn, "looking in whose name an agent acts")
    .await?;
    let row = row.ok_or(EngineError::NotFound("run"))?;
    let launcher = match (row.user_id, row.role) {
        (Some(user), Some(word)) => Some(Launcher { user: UserId(user), role: role(&word)? }),
        _ => None,
    };
    let project = ProjectId(row.project_id);
    Ok(Acting { launcher, project, archived: row.archived, now: row.now })
}
