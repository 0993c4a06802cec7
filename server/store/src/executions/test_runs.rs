//! Test runs of a template's draft: what their nodes gave, and the one that goes on.

use std::collections::BTreeMap;

use model::{
    execution::state::EdgeState,
    id::{EdgeId, ExecutionId, NodeId, TemplateId, UserId, WorkspaceId},
    pages::Recorded,
};
use serde_json::{Map, Value};
use sqlx::{PgConnection, types::Json};

use crate::{
    error::{Doing, Result},
    rows::parse_enum,
};

/// How many of the latest test runs are searched.
const LATELY: i64 = 20;

/// What each node gave in the latest test run in which it completed; nodes of iterations are left
/// out.
pub async fn list_test_outputs(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    template: TemplateId,
) -> Result<Vec<Recorded>> {
    let rows = sqlx::query!(
        r#"SELECT DISTINCT ON (n.node_id) n.node_id, n.execution_id, e.number,
                  coalesce(n.output, '{}') AS "output!: Json<Map<String, Value>>"
             FROM (SELECT id, number FROM workflow_executions
                    WHERE workspace_id = $1 AND template_id = $2 AND trigger = 'test'
                    ORDER BY started_at DESC
                    LIMIT $3) e
             JOIN execution_nodes n ON n.execution_id = e.id
            WHERE n.status = 'completed'
            ORDER BY n.node_id, e.number DESC"#,
        workspace.0,
        template.0,
        LATELY
    )
    .fetch_all(conn)
    .await
    .doing("reading what test runs gave")?;
    let recorded = rows.into_iter().map(|row| Recorded {
        node: NodeId(row.node_id),
        execution_id: ExecutionId(row.execution_id),
        number: row.number,
        output: row.output.0,
    });
    Ok(recorded.filter(|recorded| recorded.node.round().is_empty()).collect())
}

/// The latest test run of a template that a person has launched and that is not over.
pub async fn find_open_test_run(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    template: TemplateId,
    user: UserId,
) -> Result<Option<ExecutionId>> {
    let id = sqlx::query_scalar!(
        "SELECT id FROM workflow_executions
          WHERE workspace_id = $1 AND template_id = $2 AND user_id = $3 AND trigger = 'test'
            AND status IN ('pending', 'running', 'paused')
          ORDER BY started_at DESC
          LIMIT 1",
        workspace.0,
        template.0,
        user.0
    )
    .fetch_optional(conn)
    .await
    .doing("looking for a test run that goes on")?;
    Ok(id.map(ExecutionId))
}

pub async fn load_edge_states(
    conn: &mut PgConnection,
    executions: &[ExecutionId],
) -> Result<BTreeMap<(ExecutionId, EdgeId), EdgeState>> {
    let ids: Vec<_> = executions.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        "SELECT execution_id, edge_id, state FROM execution_edges
          WHERE execution_id = ANY($1)",
        &ids
    )
    .fetch_all(conn)
    .await
    .doing("reading how edges settled")?;
    let edge = |row: _| -> Result<_> {
        let row: (uuid::Uuid, String, String) = row;
        Ok(((ExecutionId(row.0), EdgeId(row.1)), parse_enum(&row.2)?))
    };
    rows.into_iter().map(|row| edge((row.execution_id, row.edge_id, row.state))).collect()
}
