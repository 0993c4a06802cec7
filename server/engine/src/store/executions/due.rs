//! Finding executions that something has to be done for. Reads only: whoever acts locks first.

use std::time::Duration;

use model::id::ExecutionId;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::error::{Doing, Result};

/// Running executions, those in `but` left out, with jobs that may be claimed by a worker that serves
/// `kinds` (all, if none).
///
/// Fair: workspaces take turns by how many jobs they have running, and so do their executions. Reads
/// one row of each execution that runs, however many jobs and however long a history it has.
pub async fn due_executions(
    conn: &mut PgConnection,
    kinds: Option<&[String]>,
    but: &[ExecutionId],
    limit: i64,
) -> Result<Vec<Uuid>> {
    let but: Vec<Uuid> = but.iter().map(|id| id.0).collect();
    sqlx::query_file_scalar!("sql/due_executions.sql", kinds, limit, &but)
        .fetch_all(conn)
        .await
        .doing("looking for due jobs")
}

/// How long until the next job of a running execution is due; none when none is to come.
pub async fn next_due_in(conn: &mut PgConnection) -> Result<Option<Duration>> {
    let seconds = sqlx::query_scalar!(
        "SELECT extract(epoch FROM min(next_run_at) - engine_now())::float8
           FROM workflow_executions
          WHERE status = 'running' AND next_run_at IS NOT NULL
            AND next_run_at > (SELECT engine_now())"
    )
    .fetch_one(conn)
    .await
    .doing("looking for the next due job")?;
    Ok(seconds.map(|seconds| Duration::from_secs_f64(seconds.max(0.0))))
}

/// Executions with a review that nobody has decided in time. One that has begun and waits for a place
/// again is among them: a person may decide there, too.
pub async fn reviews_late(conn: &mut PgConnection) -> Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        "SELECT DISTINCT r.execution_id
           FROM reviews r
           JOIN workflow_executions e ON e.id = r.execution_id
          WHERE r.status = 'open' AND r.until_at <= engine_now()
            AND e.status IN ('pending', 'running', 'paused')
          LIMIT 100"
    )
    .fetch_all(conn)
    .await
    .doing("looking for reviews whose time is up")
}

/// Running executions whose time of active work is used up.
pub async fn deadlines_passed(conn: &mut PgConnection) -> Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        "SELECT id FROM workflow_executions
          WHERE status = 'running' AND deadline_at <= engine_now()
          LIMIT 100"
    )
    .fetch_all(conn)
    .await
    .doing("looking for passed deadlines")
}

/// Executions with something to come, last changed by a clock that was ahead of what it says now.
pub async fn ahead_of_the_clock(conn: &mut PgConnection) -> Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        r#"SELECT id AS "id!"
             FROM workflow_executions
            WHERE status = 'running'
              AND updated_at > (SELECT engine_now()) + interval '1 second'
            UNION
           SELECT r.execution_id
             FROM reviews r
             JOIN workflow_executions e ON e.id = r.execution_id
            WHERE r.status = 'open' AND r.until_at > (SELECT engine_now())
              AND e.status IN ('pending', 'running', 'paused')
              AND e.updated_at > (SELECT engine_now()) + interval '1 second'
            LIMIT 500"#
    )
    .fetch_all(conn)
    .await
    .doing("looking for what a clock that was ahead has put off")
}
