//! Writing attempts: those that begin, those that end.

use model::decide::Plan;
use serde_json::Value;
use sqlx::PgConnection;

use super::{
    apply::{exactly, json},
    instant,
};
use crate::{
    error::{Doing, Result},
    store::rows::columns,
};

/// Opens and closes the plans' attempts.
pub async fn record(conn: &mut PgConnection, plans: &[Plan]) -> Result<()> {
    open_attempts(conn, plans).await?;
    close_attempts(conn, plans).await
}

async fn open_attempts(conn: &mut PgConnection, plans: &[Plan]) -> Result<()> {
    let opened = plans.iter().flat_map(|p| p.opened.iter().map(|a| (p.execution.0, a)));
    let opened: Vec<_> = opened.collect();
    if opened.is_empty() {
        return Ok(());
    }
    columns!(&opened, |a| {
        jobs: a.1.job.0,
        fences: a.1.fence,
        executions: a.0,
        attempts: a.1.attempt,
        workers: a.1.worker.0,
        started: instant(a.1.at),
    });
    sqlx::query!(
        "INSERT INTO job_attempts (job_id, fence, execution_id, attempt, worker_id, started_at)
         SELECT * FROM UNNEST($1::uuid[], $2::bigint[], $3::uuid[], $4::int[], $5::uuid[],
                              $6::timestamptz[])",
        &jobs,
        &fences,
        &executions,
        &attempts,
        &workers,
        &started,
    )
    .execute(conn)
    .await
    .doing("opening attempts")?;
    Ok(())
}

async fn close_attempts(conn: &mut PgConnection, plans: &[Plan]) -> Result<()> {
    let closed: Vec<_> = plans.iter().flat_map(|plan| &plan.closed).collect();
    if closed.is_empty() {
        return Ok(());
    }
    let failures = closed.iter().map(|a| a.failure.as_ref().map(json).transpose());
    let failures: Vec<Option<Value>> = failures.collect::<Result<_>>()?;
    columns!(&closed, |a| {
        jobs: a.job.0,
        fences: a.fence,
        statuses: a.status,
        ended: instant(a.at),
    });
    let written = sqlx::query!(
        "UPDATE job_attempts a
            SET status = u.status, failure = u.failure, ended_at = u.ended
           FROM UNNEST($1::uuid[], $2::bigint[], $3::text[], $4::jsonb[], $5::timestamptz[])
                AS u (job_id, fence, status, failure, ended)
          WHERE a.job_id = u.job_id AND a.fence = u.fence AND a.status = 'running'",
        &jobs,
        &fences,
        &statuses as _,
        &failures as _,
        &ended,
    )
    .execute(conn)
    .await
    .doing("closing attempts")?;
    exactly(written.rows_affected(), closed.len(), "closing attempts")
}
