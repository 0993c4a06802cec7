//! The parameters of an earlier launch, to fill in the form of the next one.

use model::{
    execution::brought::Brought,
    id::{ExecutionId, ProjectId, TemplateId, UserId, WorkspaceId},
    launch_context::LaunchContext,
    time::Timestamp,
};
use serde_json::{Map, Value};
use sqlx::{PgConnection, types::Json};

use crate::{
    error::{Doing, Result},
    timestamp,
};

/// An execution as it was launched.
#[derive(Debug)]
pub struct EarlierLaunchRow {
    /// Names it in links.
    pub id: ExecutionId,
    /// Its number in the workspace, for people.
    pub number: i64,
    pub at: Timestamp,
    /// Values by parameter name.
    pub parameters: Map<String, Value>,
    /// Documents and files that went along.
    pub brought: Brought,
    /// The context, variables and environment.
    pub launch_context: LaunchContext,
    /// The project that its results went to.
    pub project: ProjectId,
}

/// An earlier launch of a template: `asked` if given; else the person's last one, else anybody's
/// last. Test runs, replays and child executions count only when asked for.
pub async fn find_earlier_launch(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    template: TemplateId,
    asked: Option<ExecutionId>,
    user: UserId,
) -> Result<Option<EarlierLaunchRow>> {
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
    Ok(row.map(|row| EarlierLaunchRow {
        id: ExecutionId(row.id),
        number: row.number,
        at: timestamp(row.started_at),
        parameters: row.parameters.0,
        brought: Brought::from_context(&row.context.0),
        launch_context: LaunchContext::from_stored(&row.context.0),
        project: ProjectId(row.project_id),
    }))
}
