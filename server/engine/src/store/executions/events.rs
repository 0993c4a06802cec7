//! Reading the log of an execution.

use model::{
    execution::event::Event,
    id::{ExecutionId, WorkspaceId},
};
use sqlx::PgConnection;

use crate::{
    error::{Doing, Result},
    store::{rows::read_json, timestamp},
};

/// At most `limit` events after number `seq`, in order. Empty for an execution of another workspace.
pub async fn events_after(
    conn: &mut PgConnection,
    (workspace, execution): (WorkspaceId, ExecutionId),
    seq: i64,
    limit: i64,
) -> Result<Vec<Event>> {
    let rows = sqlx::query!(
        "SELECT v.seq, v.at, v.event
           FROM execution_events v
           JOIN workflow_executions e ON e.id = v.execution_id
          WHERE v.execution_id = $1 AND e.workspace_id = $2 AND v.seq > $3
          ORDER BY v.seq
          LIMIT $4",
        execution.0,
        workspace.0,
        seq,
        limit
    )
    .fetch_all(conn)
    .await
    .doing("reading events")?;
    let event =
        |row: (i64, _, _)| Ok(Event { seq: row.0, at: timestamp(row.1), kind: read_json(row.2)? });
    rows.into_iter().map(|row| event((row.seq, row.at, row.event))).collect()
}
