//! What executions were launched with, to begin another launch with.

use model::{
    execution::brought::Brought,
    id::{ExecutionId, ProjectId, TemplateId, UserId, WorkspaceId},
    time::Timestamp,
};
use serde_json::{Map, Value};
use sqlx::{PgConnection, types::Json};

use crate::{
    error::{Doing, Result},
    store::timestamp,
};

/// An execution as it was launched.
#[derive(Debug)]
pub struct EarlierRow {
    /// Which.
    pub id: ExecutionId,
    /// Its number.
    pub number: i64,
    /// When.
    pub at: Timestamp,
    /// Values by parameter name.
    pub parameters: Map<String, Value>,
    /// What went along.
    pub brought: Brought,
    /// Where it is kept.
    pub project: ProjectId,
}

/// A launch of a template: the one that is asked for, else the person's last one, else the last of
/// anybody. What only tried something out, and what another execution launched, is none.
pub async fn find_earlier(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    template: TemplateId,
    asked: Option<ExecutionId>,
    user: UserId,
) -> Result<Option<EarlierRow>> {
    let row = sqlx::query!(
        r#"WITH found AS (
             (SELECT 1 AS place, id FROM workflow_executions
               WHERE workspace_id = $1 AND template_id = $2 AND id = $3)
              UNION ALL
             (SELECT 2, id FROM workflow_executions
               WHERE workspace_id = $1 AND template_id = $2 AND user_id = $4 AND $3::uuid IS NULL
                 AND trigger NOT IN ('test', 'replay') AND parent_execution_id IS NULL
               ORDER BY started_at DESC LIMIT 1)
              UNION ALL
             (SELECT 3, id FROM workflow_executions
               WHERE workspace_id = $1 AND template_id = $2 AND $3::uuid IS NULL
                 AND trigger NOT IN ('test', 'replay') AND parent_execution_id IS NULL
               ORDER BY started_at DESC LIMIT 1))
           SELECT e.id, e.number, e.started_at, e.project_id,
                  e.config_json AS "parameters: Json<Map<String, Value>>",
                  e.context AS "context: Json<Map<String, Value>>"
             FROM found JOIN workflow_executions e ON e.workspace_id = $1 AND e.id = found.id
            ORDER BY found.place LIMIT 1"#,
        workspace.0,
        template.0,
        asked.map(|id| id.0),
        user.0
    )
    .fetch_optional(conn)
    .await
    .doing("looking what was launched before")?;
    Ok(row.map(|row| EarlierRow {
        id: ExecutionId(row.id),
        number: row.number,
        at: timestamp(row.started_at),
        parameters: row.parameters.0,
        brought: Brought::of(&row.context.0),
        project: ProjectId(row.project_id),
    }))
}
