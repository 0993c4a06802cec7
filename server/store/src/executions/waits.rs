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
    rows::parse_enum,
    timestamp,
};

/// What each pending job of an execution waits for, by job id.
pub(super) async fn load_waits(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: ExecutionId,
) -> Result<BTreeMap<Uuid, Wait>> {
    let rows = sqlx::query_file!("sql/job_waits.sql", workspace.0, id.0)
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
            decides: row.decides,
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
