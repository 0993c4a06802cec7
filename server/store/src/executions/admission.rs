//! Which executions of a workspace run and which wait for admission.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    id::{ExecutionId, WorkspaceId},
    time::Timestamp,
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    error::{Doing, Result},
    timestamp,
};

/// The first half of the advisory locks under which executions of a workspace are admitted.
const LOCK_CLASS: i32 = 0x41_54_50;
/// At most this many waiting executions of a workspace are read.
const WAITING: i64 = 1000;

/// Which executions of a workspace run and which wait, as read under the workspace's lock.
#[derive(Debug)]
pub struct WorkspaceConcurrency {
    /// The roots of the families that count as running: an execution with all that it launched is
    /// one family.
    pub at_work: BTreeSet<ExecutionId>,
    /// The turns of the first waiting executions; lower ones are admitted first.
    pub waiting: BTreeSet<i64>,
    /// When they were read, by the database's clock.
    pub as_of: Timestamp,
}

/// Takes the locks under which executions of these workspaces begin or go on, until the transaction
/// ends, and reads which run and which wait. Locks of executions are taken before these.
pub async fn lock_concurrency(
    conn: &mut PgConnection,
    workspaces: &BTreeSet<WorkspaceId>,
) -> Result<BTreeMap<WorkspaceId, WorkspaceConcurrency>> {
    for workspace in workspaces {
        crate::lock_name(conn, LOCK_CLASS, &workspace.to_string())
            .await
            .doing("locking a workspace's places")?;
    }
    let ids: Vec<Uuid> = workspaces.iter().map(|workspace| workspace.0).collect();
    let rows = sqlx::query!(
        r#"SELECT w.id AS "id!",
                  ARRAY(SELECT root FROM engine_at_work(w.id) AS root) AS "at_work!: Vec<Uuid>",
                  ARRAY(SELECT e.turn FROM engine_waiting(w.id, $2) e) AS "waiting!: Vec<i64>",
                  engine_now() AS "now!"
             FROM UNNEST($1::uuid[]) AS w (id)"#,
        &ids,
        WAITING
    )
    .fetch_all(conn)
    .await
    .doing("reading who runs and who waits")?;
    let of_row = rows.into_iter().map(|row| {
        let at_work = row.at_work.into_iter().map(ExecutionId).collect();
        let (waiting, as_of) = (row.waiting.into_iter().collect(), timestamp(row.now));
        (WorkspaceId(row.id), WorkspaceConcurrency { at_work, waiting, as_of })
    });
    Ok(of_row.collect())
}

/// Waiting executions that may be admitted now, with at most `limit` running in each workspace; of
/// these workspaces, or of all.
pub async fn next_to_start(
    conn: &mut PgConnection,
    workspaces: Option<&BTreeSet<WorkspaceId>>,
    limit: u32,
) -> Result<Vec<ExecutionId>> {
    let ids = workspaces.map(|all| all.iter().map(|workspace| workspace.0).collect::<Vec<_>>());
    let next = sqlx::query_file_scalar!("sql/next_to_start.sql", ids.as_deref(), i64::from(limit))
        .fetch_all(conn)
        .await
        .doing("looking for executions that have a place now")?;
    Ok(next.into_iter().map(ExecutionId).collect())
}
