//! Why the pending jobs of an execution do not run yet.

use std::collections::BTreeMap;

use model::{
    execution::{
        failure::Failure,
        state::{Effect, PauseReason},
        wait::{PauseMessage, PendingJob, Stands, Wait},
    },
    id::{ExecutionId, WorkspaceId},
    time::Timestamp,
    workflow::Settings,
};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use crate::{
    error::{Doing, Result},
    store::{rows::parse_enum, timestamp},
};

/// What each pending job of an execution waits for, by job id.
pub(super) async fn load_waits(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: ExecutionId,
) -> Result<BTreeMap<Uuid, Wait>> {
    let rows = sqlx::query!(
        // A job that was never tried waits as long as another item of its node, for the same
        // reason.
        r#"SELECT j.id, j.effect, coalesce(j.failure, beside.failure) AS "failure: Json<Failure>",
                  CASE WHEN j.run_at > engine_now() THEN j.run_at END AS until,
                  e.status, e.pause_reason, c.name AS "child?", c.status AS "child_status?",
                  c.pause_reason AS child_pause,
                  CASE WHEN e.status = 'paused' THEN (SELECT engine_pause_words($2)) END AS words,
                  CASE WHEN c.status = 'paused' THEN engine_pause_words(c.id) END AS child_words,
                  e.jobs_running AS "running!",
                  (e.run_definition #>> '{settings,concurrency}')::bigint AS most,
                  CASE WHEN NOT EXISTS (SELECT FROM workers w
                                         WHERE w.gone_at IS NULL
                                           AND (w.serves IS NULL OR j.job_type = ANY(w.serves)))
                       THEN j.job_type END AS unserved
             FROM agent_jobs j
             JOIN workflow_executions e ON e.id = j.execution_id
             LEFT JOIN workflow_executions c ON c.id = j.child_id
             LEFT JOIN LATERAL (SELECT s.failure FROM agent_jobs s
                                 WHERE s.execution_id = j.execution_id AND s.node_id = j.node_id
                                   AND s.status = 'pending' AND s.run_at = j.run_at
                                   AND s.failure IS NOT NULL AND j.failure IS NULL
                                   AND j.started_at IS NULL AND j.run_at > engine_now()
                                 LIMIT 1) beside ON true
            WHERE j.workspace_id = $1 AND j.execution_id = $2 AND j.status = 'pending'"#,
        workspace.0,
        id.0
    )
    .fetch_all(conn)
    .await
    .doing("reading what jobs wait for")?;
    let wait = rows.into_iter().map(|row| {
        let pause = (row.child_pause.as_deref(), row.child_words);
        let child = row.child_status.map(|status| parse_stands(&status, pause.0, pause.1, None));
        let child = row.child.zip(child.transpose()?);
        let most = row.most.unwrap_or(Settings::MAX_CONCURRENCY.into());
        let full = (i64::from(row.running) >= most).then(|| usize::try_from(most).unwrap_or(0));
        let cause = row.failure.as_ref().map(|failure| &failure.0);
        let job = PendingJob {
            execution: parse_stands(&row.status, row.pause_reason.as_deref(), row.words, cause)?,
            child,
            asked: parse_enum::<Effect>(&row.effect)? == Effect::Asked,
            failure: row.failure.map(|failure| failure.0.message),
            until: row.until.map(timestamp).filter(|until| *until != Timestamp::NEVER),
            full,
            unserved: row.unserved,
        };
        Ok((row.id, Wait::for_job(job)))
    });
    wait.collect()
}

/// The status of an execution and why it is paused, from its columns; `cause` is a failure that may
/// be why.
pub(super) fn parse_stands(
    status: &str,
    pause: Option<&str>,
    message: Option<String>,
    cause: Option<&Failure>,
) -> Result<Stands> {
    let pause: Option<PauseReason> = pause.map(parse_enum).transpose()?;
    let message =
        pause.zip(message).map(|(reason, text)| PauseMessage::from_recorded(reason, text, cause));
    Ok(Stands { status: parse_enum(status)?, pause, message })
}
