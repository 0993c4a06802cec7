//! Reading the log of an execution.

use model::{
    execution::event::{Event, EventKind},
    id::{ExecutionId, WorkspaceId},
};
use sqlx::{PgConnection, types::Json};

use crate::{
    error::{Doing, Result},
    store::timestamp,
};

/// At most `limit` events after number `seq`, in order. Empty for an execution of another workspace.
pub async fn events_after(
    conn: &mut PgConnection,
    (workspace, execution): (WorkspaceId, ExecutionId),
    seq: i64,
    limit: i64,
) -> Result<Vec<Event>> {
    let rows = sqlx::query!(
        r#"SELECT v.seq, v.at, v.events AS "events: Json<Vec<EventKind>>"
           FROM execution_events v
           JOIN workflow_executions e ON e.id = v.execution_id
          WHERE v.execution_id = $1 AND e.workspace_id = $2 AND v.seq > $3
          ORDER BY v.seq
          LIMIT $4"#,
        execution.0,
        workspace.0,
        seq,
        limit
    )
    .fetch_all(conn)
    .await
    .doing("reading events")?;
    // A row holds what happened at one moment, under the number of its last event.
    let moments = rows.into_iter().flat_map(|row| {
        let at = timestamp(row.at);
        let kinds = row.events.0.into_iter().rev().zip((1..=row.seq).rev());
        let events = kinds.map(move |(kind, seq)| Event { seq, at, kind });
        events.collect::<Vec<_>>().into_iter().rev()
    });
    let most = usize::try_from(limit).unwrap_or(0);
    Ok(moments.filter(|event| event.seq > seq).take(most).collect())
}
