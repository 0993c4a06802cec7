//! Invariants of the rows of executions, and the stored state to compare with the fold of the
//! events.

use model::id::ExecutionId;
use sqlx::PgConnection;

use crate::{Fetch, error::Result};

/// Every violation of an invariant, in words; `execution` limits the search to that one.
pub async fn find_violations(
    conn: &mut PgConnection,
    execution: Option<ExecutionId>,
) -> Result<Vec<(ExecutionId, String)>> {
    let rows = sqlx::query_file!("sql/invariants.sql", execution.map(|id| id.0))
        .all(conn, "examining executions")
        .await?;
    Ok(rows.into_iter().map(|row| (ExecutionId(row.execution), row.finding)).collect())
}

/// The stored state of an execution as (subject, state) pairs: nodes, iterations, jobs, edges,
/// latest artifacts and bills. The words are the same that `services::admin::integrity_check` makes
/// from the events.
pub async fn load_stored_states(
    conn: &mut PgConnection,
    execution: ExecutionId,
) -> Result<Vec<(String, String)>> {
    let rows = sqlx::query!(
        r#"SELECT node_id AS "id!", status AS "status!" FROM execution_nodes WHERE execution_id = $1
           UNION ALL
           SELECT 'the rounds of ' || node_id, rounds FROM execution_nodes
            WHERE execution_id = $1 AND rounds <> ''
           UNION ALL
           SELECT j.id::text, j.status
             FROM agent_jobs j
             JOIN execution_nodes n ON n.execution_id = j.execution_id AND n.id = j.node_row_id
                                   AND n.generation = j.generation
            WHERE j.execution_id = $1
           UNION ALL
           SELECT 'execution', status FROM workflow_executions WHERE id = $1
           UNION ALL
           SELECT edge_id, state FROM execution_edges WHERE execution_id = $1
           UNION ALL
           SELECT format('%s of %s, item %s', port, node_id, item), format('version %s, %s', version, id)
             FROM artifacts WHERE execution_id = $1 AND is_latest
           UNION ALL
           SELECT 'the bill of ' || paid.whose,
                  format('%s and %s tokens, %s millionths of a dollar, %s unpriced and %s sample calls',
                         paid.input_tokens, paid.output_tokens, paid.cost, paid.unpriced_calls,
                         paid.sample_calls)
             FROM (SELECT 'all', input_tokens, output_tokens, total_cost, unpriced_calls, sample_calls
                     FROM workflow_executions WHERE id = $1
                   UNION ALL
                   SELECT j.id::text, j.input_tokens, j.output_tokens, j.cost, j.unpriced_calls,
                          j.sample_calls
                     FROM agent_jobs j
                     JOIN execution_nodes n ON n.execution_id = j.execution_id AND n.id = j.node_row_id
                                           AND n.generation = j.generation
                    WHERE j.execution_id = $1)
                  AS paid (whose, input_tokens, output_tokens, cost, unpriced_calls, sample_calls)
            WHERE (paid.input_tokens, paid.output_tokens, paid.cost, paid.unpriced_calls,
                   paid.sample_calls) <> (0, 0, 0, 0, 0)"#,
        execution.0
    )
    .all(conn, "reading where an execution stands")
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.status)).collect())
}

/// Every execution of the instance, over or not, with its workspace; ordered by id.
pub async fn list_executions(
    conn: &mut PgConnection,
) -> Result<Vec<(model::id::WorkspaceId, ExecutionId)>> {
    let rows = sqlx::query!("SELECT workspace_id, id FROM workflow_executions ORDER BY id")
        .all(conn, "listing executions")
        .await?;
    Ok(rows.into_iter().map(|row| (row.workspace_id.into(), row.id.into())).collect())
}
