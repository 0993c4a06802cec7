//! Reading executions for pages and the API.

use std::collections::BTreeMap;

use model::{
    api::executions::ExecutionPulse,
    execution::{brought::Brought, queue::Queued},
    id::{ExecutionId, NodeId, ProjectId, TemplateId, UserId, WorkspaceId},
    launch_context::LaunchContext,
    time::Timestamp,
};
use serde_json::{Map, Value};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use super::relations::children_bill;
use crate::{
    error::{Doing, Result},
    rows::{parse_enum, read_json},
    timestamp,
};

/// What a page shows of an execution besides its events.
#[derive(Debug)]
pub struct ExecutionDetail {
    /// Its number in the workspace, for people.
    pub number: i64,
    /// What it is called.
    pub name: String,
    /// The template it came from.
    pub template: Option<TemplateId>,
    /// The version of it; none for a draft.
    pub template_version: Option<i32>,
    /// The name of who launched it.
    pub launched_by: Option<String>,
    /// Who launched it; none where nobody did, or their account is gone.
    pub author: Option<UserId>,
    /// The project in which it is kept.
    pub project: ProjectId,
    /// What launched it: `manual`, `api`, `test`, …
    pub trigger: String,
    /// The frozen definition.
    pub definition: Value,
    /// The parameters it was launched with.
    pub parameters: Map<String, Value>,
    /// Documents and files that went along with them.
    pub brought: Brought,
    /// The context, variables and environment it was launched with.
    pub launch_context: LaunchContext,
    /// The database's clock when this was read.
    pub now: Timestamp,
    /// True for a test run of a draft.
    pub is_test: bool,
    /// How many events it has.
    pub events: i64,
}

/// The nodes of an execution that people changed, with their present configurations. For a node in
/// a loop that is the configuration of the iterations to come.
pub async fn changed_nodes(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: ExecutionId,
) -> Result<Vec<(NodeId, Value)>> {
    let rows = sqlx::query!(
        r#"SELECT node_id AS "node_id!", config AS "config!"
             FROM execution_nodes
            WHERE workspace_id = $1 AND execution_id = $2 AND config IS NOT NULL
            UNION ALL
           SELECT step.key, step.value
             FROM workflow_executions e
            CROSS JOIN jsonb_each(e.redrawn) AS step
            WHERE e.workspace_id = $1 AND e.id = $2"#,
        workspace.0,
        id.0
    )
    .fetch_all(conn)
    .await
    .doing("reading changed nodes")?;
    Ok(rows.into_iter().map(|row| (NodeId(row.node_id), row.config)).collect())
}

/// The changed configurations of nodes in loops for the iterations to come, by execution;
/// executions without such changes are left out.
pub async fn load_redrawn(
    conn: &mut PgConnection,
    ids: &[Uuid],
) -> Result<Vec<(ExecutionId, BTreeMap<NodeId, Value>)>> {
    let rows = sqlx::query!(
        r#"SELECT id, redrawn AS "redrawn!"
             FROM workflow_executions WHERE id = ANY($1) AND redrawn IS NOT NULL"#,
        ids
    )
    .fetch_all(conn)
    .await
    .doing("reading how rounds to come are set up")?;
    let of_each = rows.into_iter().map(|row| Ok((ExecutionId(row.id), read_json(row.redrawn)?)));
    of_each.collect()
}

/// The output of a node, port by port; none while it has none.
pub async fn find_node_output(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: ExecutionId,
    node: &NodeId,
) -> Result<Option<Map<String, Value>>> {
    let output = sqlx::query_scalar!(
        r#"SELECT output AS "output!: Json<Map<String, Value>>"
             FROM execution_nodes
            WHERE workspace_id = $1 AND execution_id = $2 AND node_id = $3 AND output IS NOT NULL"#,
        workspace.0,
        id.0,
        node.as_str()
    )
    .fetch_optional(conn)
    .await
    .doing("reading what a node gave")?;
    Ok(output.map(|output| output.0))
}

/// The output of an execution: the values of its end nodes; none while there are none.
pub async fn find_output(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: ExecutionId,
) -> Result<Option<Value>> {
    let output = sqlx::query_scalar!(
        "SELECT output FROM workflow_executions WHERE workspace_id = $1 AND id = $2",
        workspace.0,
        id.0
    )
    .fetch_optional(conn)
    .await
    .doing("reading what an execution has come to")?;
    Ok(output.flatten())
}

/// An execution; none if the workspace has no such execution.
pub async fn find(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: ExecutionId,
) -> Result<Option<ExecutionDetail>> {
    let row = sqlx::query!(
        r#"SELECT e.number, e.name, e.template_id, e.template_version, e.user_id, e.project_id,
                  e.trigger, u.name AS "launched_by?",
                  e.event_seq, e.run_definition,
                  e.config_json AS "config_json: Json<Map<String, Value>>",
                  e.context AS "context: Json<Map<String, Value>>", engine_now() AS "now!"
             FROM workflow_executions e
             LEFT JOIN users u ON u.id = e.user_id
            WHERE e.workspace_id = $1 AND e.id = $2"#,
        workspace.0,
        id.0
    )
    .fetch_optional(conn)
    .await
    .doing("reading an execution")?;
    Ok(row.map(|row| ExecutionDetail {
        number: row.number,
        name: row.name,
        template: row.template_id.map(TemplateId),
        template_version: row.template_version,
        launched_by: row.launched_by,
        author: row.user_id.map(UserId),
        project: ProjectId(row.project_id),
        is_test: row.trigger == "test",
        trigger: row.trigger,
        definition: row.run_definition,
        parameters: row.config_json.0,
        brought: Brought::from_context(&row.context.0),
        launch_context: LaunchContext::from_stored(&row.context.0),
        now: timestamp(row.now),
        events: row.event_seq,
    }))
}

/// Whether the workspace has such an execution.
pub async fn exists(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: ExecutionId,
) -> Result<bool> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM workflow_executions WHERE workspace_id = $1 AND id = $2)
                  AS "exists!""#,
        workspace.0,
        id.0
    )
    .fetch_one(conn)
    .await
    .doing("looking for an execution")
}

/// Where an execution waits in the queue; none for one that does not.
pub(super) fn queue_position(position: Option<i64>, running: u32) -> Option<Queued> {
    let position = u32::try_from(position?).unwrap_or(u32::MAX);
    Some(Queued { position, running })
}

/// The status of an execution for clients that poll it; none if the workspace has no such
/// execution. `running` is how many executions of the workspace may run at once.
pub async fn find_pulse(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: ExecutionId,
    running: u32,
) -> Result<Option<ExecutionPulse>> {
    let row = sqlx::query!(
        r#"SELECT e.status, e.pause_reason, e.end_reason, e.progress_percent, e.current_node_id,
                  e.error, e.event_seq, e.total_cost, e.updated_at, e.user_id, e.project_id,
                  e.trigger,
                  CASE WHEN e.status = 'pending' THEN
                      engine_position($1, engine_turn(e.id, e.parent_execution_id, e.number))
                  END AS "position"
             FROM workflow_executions e
            WHERE e.workspace_id = $1 AND e.id = $2"#,
        workspace.0,
        id.0
    )
    .fetch_optional(&mut *conn)
    .await
    .doing("reading an execution's status")?;
    let Some(row) = row else { return Ok(None) };
    let below = children_bill(conn, workspace, id).await?;
    Ok(Some(ExecutionPulse {
        id,
        user_id: row.user_id.map(UserId),
        workspace_id: workspace,
        project_id: ProjectId(row.project_id),
        trigger: row.trigger,
        status: parse_enum(&row.status)?,
        pause_reason: row.pause_reason.as_deref().map(parse_enum).transpose()?,
        queued: queue_position(row.position, running),
        end_reason: row.end_reason.as_deref().map(parse_enum).transpose()?,
        progress_percent: u8::try_from(row.progress_percent).unwrap_or(0),
        current_node: row.current_node_id.map(NodeId),
        error: row.error,
        event_seq: row.event_seq,
        cost_micros: row.total_cost,
        children_cost_micros: below.cost_micros,
        updated_at: timestamp(row.updated_at),
    }))
}

/// The median time of each node of a template, in milliseconds, over its last completed executions:
/// fifty, or fewer if these have more than 20,000 events together, so that very long ones do not
/// make it slow.
pub async fn median_node_times(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    template: TemplateId,
) -> Result<Vec<(NodeId, i64)>> {
    let rows = sqlx::query!(
        r#"WITH last AS (
               SELECT id, event_seq, started_at
                 FROM workflow_executions
                WHERE workspace_id = $1 AND template_id = $2 AND status = 'completed'
                  AND trigger <> 'test'
                ORDER BY started_at DESC
                LIMIT 50
           ), counted AS (
               SELECT id, sum(event_seq) OVER (ORDER BY started_at DESC, id) - event_seq AS newer
                 FROM last
           )
           SELECT split_part(n.node_id, '@', 1) AS "node_id!",
                  percentile_cont(0.5) WITHIN GROUP
                      (ORDER BY extract(epoch FROM n.ended_at - n.started_at) * 1000)::bigint
                      AS "ms!"
             FROM execution_nodes n
            WHERE n.status = 'completed' AND n.started_at IS NOT NULL
              AND n.execution_id IN (SELECT id FROM counted WHERE newer < 20000)
            GROUP BY 1
            ORDER BY 1"#,
        workspace.0,
        template.0
    )
    .fetch_all(conn)
    .await
    .doing("reading how long nodes usually take")?;
    Ok(rows.into_iter().map(|row| (NodeId(row.node_id), row.ms)).collect())
}
