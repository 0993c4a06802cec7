//! Finds executions that the engine has to act on. Reads only: whoever acts locks the execution
//! first.

use std::time::Duration;

use model::id::ExecutionId;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::error::{Doing, Result};

/// Running executions, without those in `except`, with jobs that a worker that serves `kinds` (all,
/// if none) may claim.
///
/// Fair: workspaces take turns by how many jobs they have running, and so do their executions.
/// Reads one row of each execution that runs, however many jobs and however long a history it has.
pub async fn due_executions(
    conn: &mut PgConnection,
    kinds: Option<&[String]>,
    except: &[ExecutionId],
    limit: i64,
) -> Result<Vec<Uuid>> {
    let except: Vec<Uuid> = except.iter().map(|id| id.0).collect();
    sqlx::query_file_scalar!("sql/due_executions.sql", kinds, limit, &except)
        .fetch_all(conn)
        .await
        .doing("looking for due jobs")
}

/// A running execution, none of those in `except`, with a due job that runs
/// [alone](model::decide::JobState::runs_alone) and is of one of these kinds (any, if none): the one
/// that has waited longest.
pub async fn find_to_run_alone(
    conn: &mut PgConnection,
    kinds: Option<&[String]>,
    except: &[ExecutionId],
) -> Result<Option<Uuid>> {
    let except: Vec<Uuid> = except.iter().map(|id| id.0).collect();
    sqlx::query_scalar!(
        "SELECT j.execution_id
           FROM agent_jobs j
           JOIN workflow_executions e ON e.id = j.execution_id AND e.status = 'running'
          WHERE j.status = 'pending' AND j.lost >= 2 AND j.run_at <= (SELECT engine_now())
            AND j.execution_id <> ALL($2)
            AND ($1::text[] IS NULL OR j.job_type = ANY($1))
          ORDER BY j.run_at
          LIMIT 1",
        kinds,
        &except
    )
    .fetch_optional(conn)
    .await
    .doing("looking for a job that runs alone")
}

/// How long until the next job of a running execution is due; none when no job has a later time.
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

/// Executions with an open review whose deadline has passed; at most 100. Executions that wait for
/// a concurrency slot are among them: a person may decide there, too.
pub async fn find_late_reviews(conn: &mut PgConnection) -> Result<Vec<Uuid>> {
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

/// Running executions that have used up their active time; at most 100.
pub async fn find_passed_deadlines(conn: &mut PgConnection) -> Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        "SELECT id FROM workflow_executions
          WHERE status = 'running' AND deadline_at <= engine_now()
          LIMIT 100"
    )
    .fetch_all(conn)
    .await
    .doing("looking for passed deadlines")
}

/// Executions that are paused because the storage did not take a file; at most 100, those that wait
/// longest first.
pub async fn find_paused_for_storage(conn: &mut PgConnection) -> Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        "SELECT id FROM workflow_executions
          WHERE status = 'paused' AND pause_reason = 'storage'
          ORDER BY updated_at
          LIMIT 100"
    )
    .fetch_all(conn)
    .await
    .doing("looking for what waits for storage")
}

/// Executions with a pending time that were last changed more than a second in the future: the
/// database's clock has been set back since. At most 500.
pub async fn find_ahead_of_clock(conn: &mut PgConnection) -> Result<Vec<Uuid>> {
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
