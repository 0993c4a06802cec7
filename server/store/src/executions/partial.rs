//! What a running job records before it settles: streamed text, and that its call was sent.
//!
//! The job's holder writes it without the execution's lock: every statement checks the fence.

use model::id::{ExecutionId, JobId, WorkspaceId};
use sqlx::PgConnection;

use crate::error::{Doing, Result};

/// What a paid call reserves until it is answered.
#[derive(Debug, Clone, Copy, Default)]
pub struct CallReservation<'a> {
    /// The provider whose limit of calls at once it counts against.
    pub provider: Option<&'a str>,
    /// The model that is asked, whose outage the call may probe.
    pub model: Option<&'a str>,
    /// What it may cost at most, in millionths of a dollar; none when the price is not known.
    pub cost_micros: Option<i64>,
}

/// Records that the outside call is about to be sent, with the rendered input; commit before
/// sending.
///
/// Returns false when the job is no longer held under `fence`: the call must not be made.
pub async fn mark_sent(
    conn: &mut PgConnection,
    job: JobId,
    fence: i64,
    input: &serde_json::Value,
    reservation: CallReservation<'_>,
) -> Result<bool> {
    let written = sqlx::query!(
        // Earlier attempts keep what they sent, once this one sends something else.
        "WITH before AS (
             UPDATE job_attempts a SET input = j.input
               FROM agent_jobs j
              WHERE j.id = $1 AND j.fence = $2 AND j.status = 'running' AND j.input <> $3
                AND a.execution_id = j.execution_id AND a.job_id = j.id AND a.input IS NULL)
         UPDATE agent_jobs
            SET effect = 'sent', sent_at = engine_now(), input = $3, calling = $4, reserved = $5,
                calling_model = $6
          WHERE id = $1 AND fence = $2 AND status = 'running'",
        job.0,
        fence,
        input,
        reservation.provider,
        reservation.cost_micros,
        reservation.model
    )
    .execute(conn)
    .await
    .doing("noting that a call leaves")?;
    Ok(written.rows_affected() == 1)
}

/// Keeps the text streamed so far; does nothing when the job is no longer held under `fence`.
pub async fn keep_partial(
    conn: &mut PgConnection,
    job: JobId,
    fence: i64,
    text: &str,
) -> Result<()> {
    sqlx::query!(
        "UPDATE agent_jobs SET partial_text = $3
          WHERE id = $1 AND fence = $2 AND status = 'running'",
        job.0,
        fence,
        text
    )
    .execute(conn)
    .await
    .doing("keeping streamed text")?;
    Ok(())
}

/// Text streamed so far by the running jobs of an execution.
pub async fn partial_texts(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    execution: ExecutionId,
) -> Result<Vec<(JobId, i64, String)>> {
    let rows = sqlx::query!(
        "SELECT id, fence, partial_text
           FROM agent_jobs
          WHERE workspace_id = $1 AND execution_id = $2 AND status = 'running' AND partial_text <> ''
          ORDER BY id",
        workspace.0,
        execution.0
    )
    .fetch_all(conn)
    .await
    .doing("reading streamed text")?;
    Ok(rows.into_iter().map(|row| (JobId(row.id), row.fence, row.partial_text)).collect())
}

/// Sends a piece of streamed text to whoever listens; at most 8,000 bytes.
pub async fn notify_text(conn: &mut PgConnection, notice: &str) -> Result<()> {
    sqlx::query!("SELECT pg_notify('atelier_text', $1)", notice)
        .execute(conn)
        .await
        .doing("sending streamed text")?;
    Ok(())
}
