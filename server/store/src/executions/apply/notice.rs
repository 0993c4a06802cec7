//! Notifications of a commit. They hold ids only: listeners read the rows.

use model::{
    decide::Plan,
    id::{ExecutionId, WorkspaceId},
};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

use super::rows::last_seq;
use crate::error::{Doing, EngineError, Result};

/// Says that an execution has new events, or has changed in a way that no event tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The execution that changed.
    pub execution: ExecutionId,
    pub workspace: WorkspaceId,
    /// The number of its last event.
    pub seq: i64,
    /// True when jobs may be claimed.
    pub jobs: bool,
    /// True when running jobs were cancelled.
    pub cancelled: bool,
    /// True when lists have to be read again, and not only its progress.
    pub turned: bool,
    /// True when it changed in a way that no event tells.
    pub beside: bool,
}

impl Notice {
    /// A notice of a change that no event tells, such as a kept version.
    pub fn for_change_without_event(
        workspace: WorkspaceId,
        execution: ExecutionId,
        seq: i64,
    ) -> Self {
        let (jobs, cancelled) = (false, false);
        Self { execution, workspace, seq, jobs, cancelled, turned: true, beside: true }
    }

    /// Merges this notice with a later one of the same execution.
    pub fn merge(self, later: Self) -> Self {
        Self {
            jobs: self.jobs || later.jobs,
            cancelled: self.cancelled || later.cancelled,
            turned: self.turned || later.turned,
            beside: self.beside || later.beside,
            seq: self.seq.max(later.seq),
            ..later
        }
    }

    /// The notice of a plan that is about to be written.
    pub fn from_plan(plan: &Plan) -> Self {
        Self {
            execution: plan.execution,
            workspace: plan.workspace,
            seq: last_seq(plan),
            jobs: plan.wake.jobs,
            cancelled: plan.wake.cancelled,
            turned: plan.events.iter().any(|event| event.kind.is_turn()),
            beside: false,
        }
    }
}

/// Wakes streams, claimers and workers of all processes, after the plans are committed. `from` is
/// the process that has told its own already, if any.
///
/// Not in the plans' transaction: PostgreSQL serialises commits that carry notifications, so that
/// each would wait for the disk before the next begins. This one is asynchronous: a notification
/// that is lost costs one fallback poll.
///
/// # Errors
/// A database failure.
pub async fn notify(conn: &mut PgConnection, from: Option<Uuid>, notices: &[Notice]) -> Result<()> {
    let words = notices.iter().map(|notice| serde_json::to_string(&(from, notice)));
    let words = words.collect::<Result<Vec<_>, _>>();
    let words = words.map_err(|error| EngineError::internal("writing notices", error))?;
    sqlx::query!(
        "SELECT pg_notify('atelier_events', notice)
           FROM UNNEST($1::text[]) AS u (notice), set_config('synchronous_commit', 'off', true)",
        &words
    )
    .execute(conn)
    .await
    .map(drop)
    .doing("waking listeners")
}

/// Parses the payload of a notification: the process that has told its own already, and the notice.
///
/// # Errors
/// The payload is not of a kind that this release knows.
pub fn parse_notice(payload: &str) -> serde_json::Result<(Option<Uuid>, Notice)> {
    serde_json::from_str(payload)
}
