//! Who runs in a workspace and who waits for a place.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    id::{ExecutionId, WorkspaceId},
    time::Timestamp,
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    error::{Doing, Result},
    store::{self, timestamp},
};

/// The first half of the advisory locks under which executions begin or go on.
const LOCK_CLASS: i32 = 0x41_54_50;
/// How many of those that wait are looked at.
const WAITING: i64 = 1000;

/// Who has a place in a workspace and who waits for one, under its lock.
#[derive(Debug)]
pub struct Places {
    /// Those that have one, with all that they launched.
    pub at_work: BTreeSet<ExecutionId>,
    /// The turns of those that wait, the first ones.
    pub waiting: BTreeSet<i64>,
    /// When that was so, by the database's clock.
    pub as_of: Timestamp,
}

/// Takes the locks under which executions of workspaces begin or go on, until the transaction ends,
/// and reads who has a place and who waits. Locks of executions are taken before these.
pub async fn lock_places(
    conn: &mut PgConnection,
    workspaces: &BTreeSet<WorkspaceId>,
) -> Result<BTreeMap<WorkspaceId, Places>> {
    for workspace in workspaces {
        store::lock_name(conn, LOCK_CLASS, &workspace.to_string())
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
        let places = Places { at_work, waiting, as_of };
        (WorkspaceId(row.id), places)
    });
    Ok(of_row.collect())
}

/// Executions that wait and have a place now, each workspace running at most `limit`; of these
/// workspaces, or of all.
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
