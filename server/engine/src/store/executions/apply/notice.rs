//! What listeners get to know of a commit: ids only, the rows are truth.

use model::{
    decide::Plan,
    id::{ExecutionId, WorkspaceId},
};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

use super::written::seq;
use crate::error::{Doing, EngineError, Result};

/// An execution has a new last event, or something of it is different that no event tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Which.
    pub execution: ExecutionId,
    /// Whose.
    pub workspace: WorkspaceId,
    /// Its last event's number.
    pub seq: i64,
    /// True when jobs may be claimed.
    pub jobs: bool,
    /// True when running jobs were cancelled.
    pub cancelled: bool,
    /// True when lists say more of it than progress.
    pub turned: bool,
    /// True when something of it is different that no event tells.
    pub beside: bool,
}

impl Notice {
    /// That something about an execution is different which is no event of it.
    pub fn beside_events(workspace: WorkspaceId, execution: ExecutionId, seq: i64) -> Self {
        let (jobs, cancelled) = (false, false);
        Self { execution, workspace, seq, jobs, cancelled, turned: true, beside: true }
    }

    /// With a later one of the same execution.
    pub fn and(self, later: Self) -> Self {
        Self {
            jobs: self.jobs || later.jobs,
            cancelled: self.cancelled || later.cancelled,
            turned: self.turned || later.turned,
            beside: self.beside || later.beside,
            seq: self.seq.max(later.seq),
            ..later
        }
    }

    /// Of a plan that is about to be written.
    pub fn of(plan: &Plan) -> Self {
        Self {
            execution: plan.execution,
            workspace: plan.workspace,
            seq: seq(plan),
            jobs: plan.wake.jobs,
            cancelled: plan.wake.cancelled,
            turned: plan.events.iter().any(|event| event.kind.is_turn()),
            beside: false,
        }
    }
}

/// Wakes streams, claimers and workers of all processes, once the plans are committed. `from` is the
/// process whose own have heard of it already, if any.
///
/// Not in their transaction: PostgreSQL lets only one commit at a time carry notices, and each would
/// wait for the disk before the next may begin. This one does not wait: a notice that gets lost costs
/// one fallback poll.
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

/// From the words of a notification: the process that has heard of it already, and the notice.
///
/// # Errors
/// They are none that this release knows.
pub fn noticed(words: &str) -> serde_json::Result<(Option<Uuid>, Notice)> {
    serde_json::from_str(words)
}
