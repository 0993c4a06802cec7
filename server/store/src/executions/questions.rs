//! Questions to people about paid calls whose outcome is unknown.

use model::{
    execution::{failure::Failure, question::QuestionCard},
    id::{ExecutionId, JobId, NodeId, WorkspaceId},
};
use sqlx::{PgConnection, types::Json};

use crate::{
    error::{Doing, Result},
    timestamp,
};

const MOST: i64 = 200;

/// The open questions of a workspace, or of one of its executions, the call sent first first; at
/// most 200.
pub async fn list_questions(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    execution: Option<ExecutionId>,
) -> Result<Vec<QuestionCard>> {
    let rows = sqlx::query!(
        r#"SELECT j.id, j.execution_id, j.node_id, j.item, j.fence, j.input, j.sent_at,
                  engine_step_name(e.run_definition, j.node_id) AS "step!", j.failure AS "failure: Json<Failure>", e.name, e.number
             FROM agent_jobs j
             JOIN workflow_executions e ON e.id = j.execution_id
            WHERE j.workspace_id = $1 AND j.status = 'pending' AND j.effect = 'asked'
              AND ($2::uuid IS NULL OR j.execution_id = $2)
            ORDER BY j.sent_at, j.id
            LIMIT $3"#,
        workspace.0,
        execution.map(|id| id.0),
        MOST
    )
    .fetch_all(conn)
    .await
    .doing("reading what people are asked about calls")?;
    let cards = rows.into_iter().map(|row| QuestionCard {
        execution_id: ExecutionId(row.execution_id),
        execution_name: row.name,
        execution_number: row.number,
        node_id: NodeId(row.node_id),
        step: row.step,
        job_id: JobId(row.id),
        item: row.item,
        question: row.fence,
        sent: row.input.unwrap_or_default(),
        sent_at: row.sent_at.map(timestamp),
        message: row.failure.map(|failure| failure.0.message).unwrap_or_default(),
    });
    Ok(cards.collect())
}

/// How many questions of a workspace are open.
pub async fn count_questions(conn: &mut PgConnection, workspace: WorkspaceId) -> Result<i64> {
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM agent_jobs
            WHERE workspace_id = $1 AND status = 'pending' AND effect = 'asked'"#,
        workspace.0
    )
    .fetch_one(conn)
    .await
    .doing("counting what people are asked about calls")
}
