//! Reading the event log of an execution.

use futures::TryStreamExt;
use model::{
    execution::event::{Event, EventKind},
    id::{ExecutionId, WorkspaceId},
};
use sqlx::{PgConnection, types::Json};

use crate::{
    error::{Doing, Result},
    timestamp,
};

/// At most `limit` events after number `seq`, in order. Empty for an execution of another
/// workspace.
pub async fn events_after(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    execution: ExecutionId,
    seq: i64,
    limit: i64,
) -> Result<Vec<Event>> {
    let mut events = vec![];
    let keep = |event| events.push(event);
    for_each_event(conn, workspace, execution, seq, Some(limit), keep).await?;
    events.truncate(usize::try_from(limit).unwrap_or(0));
    Ok(events)
}

/// Calls `tell` with the events after number `seq`, in order, while later ones are still being
/// read; with those of the first `moments` moments, if given. Never called for an execution of
/// another workspace.
pub async fn for_each_event(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    execution: ExecutionId,
    seq: i64,
    moments: Option<i64>,
    mut tell: impl FnMut(Event) + Send,
) -> Result<()> {
    let doing = "reading events";
    let mut rows = sqlx::query!(
        r#"SELECT v.seq, v.at, v.events AS "events: Json<Vec<EventKind>>"
           FROM execution_events v
           JOIN workflow_executions e ON e.id = v.execution_id
          WHERE v.execution_id = $1 AND e.workspace_id = $2 AND v.seq > $3
          ORDER BY v.seq
          LIMIT $4"#,
        execution.0,
        workspace.0,
        seq,
        moments
    )
    .fetch(conn);
    while let Some(row) = rows.try_next().await.doing(doing)? {
        let at = timestamp(row.at);
        // A row holds what happened at one moment, under the number of its last event.
        let kinds = row.events.0;
        let first = row.seq - i64::try_from(kinds.len()).unwrap_or(0) + 1;
        let events = (first..).zip(kinds).map(|(seq, kind)| Event { seq, at, kind });
        events.filter(|event| event.seq > seq).for_each(&mut tell);
    }
    Ok(())
}
