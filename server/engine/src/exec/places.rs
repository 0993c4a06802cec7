//! How many executions of a workspace run at once: those beyond wait in the order of launching.
//!
//! A place is held by what works, with all that it launched (`engine_at_work`), not by what only
//! waits.
//! Whatever begins or goes on does so under the lock of its workspace's places, taken after the
//! locks of executions. What ends or pauses needs no such lock: it only makes room.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    decide::Plan,
    execution::{queue::Queued, state::ExecutionStatus},
    id::{ExecutionId, WorkspaceId},
    time::Timestamp,
};
use sqlx::PgConnection;

use super::advance::{Advance, Input, Inputs};
use crate::{
    error::{Doing, EngineError, Result},
    store::executions::{self, LockedExecution},
};

/// The places of some workspaces, locked until the transaction ends.
pub struct Places {
    limit: u32,
    seekers: BTreeMap<ExecutionId, Seeker>,
    of: BTreeMap<WorkspaceId, executions::Places>,
}

/// An execution that may need a place.
#[derive(Clone, Copy)]
struct Seeker {
    workspace: WorkspaceId,
    /// In whose place it works.
    root: ExecutionId,
    /// Lower ones go first.
    turn: i64,
}

impl Places {
    /// Locks those of workspaces in which something may begin or go on: the executions `starting`, and
    /// what only waited until now.
    pub(super) async fn lock(
        tx: &mut PgConnection,
        starting: &BTreeSet<ExecutionId>,
        locked: &[LockedExecution],
        limit: u32,
    ) -> Result<Self> {
        let needed: BTreeSet<WorkspaceId> = locked
            .iter()
            .filter(|row| row.only_waits || starting.contains(&row.id))
            .map(|row| row.workspace)
            .collect();
        let seeker = |row: &LockedExecution| {
            let LockedExecution { workspace, root, turn, .. } = *row;
            (row.id, Seeker { workspace, root, turn })
        };
        let of = if needed.is_empty() {
            BTreeMap::new()
        } else {
            executions::lock_places(tx, &needed).await?
        };
        Ok(Self { limit, seekers: locked.iter().map(seeker).collect(), of })
    }

    /// Where an execution would have to wait; none when it has a place.
    pub(super) fn queued(&self, id: ExecutionId) -> Option<Queued> {
        let seeker = self.seekers.get(&id)?;
        let places = self.of.get(&seeker.workspace)?;
        let shares = places.at_work.contains(&seeker.root);
        queued(places, seeker.turn, self.limit).filter(|_| !shares)
    }

    /// Counts what a plan of this transaction lets begin, or wait.
    pub(super) fn note(&mut self, plan: &Plan) {
        let Some(seeker) = self.seekers.get(&plan.execution) else { return };
        let Some(places) = self.of.get_mut(&seeker.workspace) else { return };
        let (before, after) = (plan.expected_status, plan.status);
        let goes_on = before != ExecutionStatus::Running || !only_waits(plan);
        if after == ExecutionStatus::Running && goes_on {
            places.at_work.insert(seeker.root);
        }
        match after {
            ExecutionStatus::Pending => places.waiting.insert(seeker.turn),
            _ => places.waiting.remove(&seeker.turn),
        };
    }
}

fn queued(places: &executions::Places, turn: i64, limit: u32) -> Option<Queued> {
    let before = places.waiting.range(..turn).count();
    let ahead = u32::try_from(places.at_work.len().saturating_add(before)).unwrap_or(u32::MAX);
    let position = u32::try_from(before).unwrap_or(u32::MAX).saturating_add(1);
    (ahead >= limit).then_some(Queued { position, running: limit })
}

/// Where a new execution has to wait, under the lock of its workspace's places; and the time.
pub(crate) async fn for_launch(
    tx: &mut PgConnection,
    workspace: WorkspaceId,
    limit: u32,
) -> Result<(Option<Queued>, Timestamp)> {
    let mut of = executions::lock_places(tx, &BTreeSet::from([workspace])).await?;
    let places = of.remove(&workspace).ok_or(EngineError::NotFound("workspace"))?;
    Ok((queued(&places, i64::MAX, limit), places.as_of))
}

/// Workspaces in which a plan has made room, or has let something wait that may have room by now.
pub(super) fn freed(plans: &[Plan]) -> BTreeSet<WorkspaceId> {
    let freed = plans.iter().filter(|plan| match (plan.expected_status, plan.status) {
        (before, ExecutionStatus::Pending) => before != ExecutionStatus::Pending,
        (_, ExecutionStatus::Running) => only_waits(plan),
        (before, _) => before == ExecutionStatus::Running,
    });
    freed.map(|plan| plan.workspace).collect()
}

/// Whether nothing of a running execution works or is due once its plan is written.
fn only_waits(plan: &Plan) -> bool {
    let now = plan.events.last().map(|event| event.at);
    plan.jobs_running == 0 && plan.next_run_at.is_none_or(|at| now.is_none_or(|now| at > now))
}

impl Advance {
    /// Starts what waits in these workspaces, as far as there are places. A failure is logged: the
    /// next sweep makes up for it.
    pub async fn admit(&self, mut workspaces: BTreeSet<WorkspaceId>) {
        while !workspaces.is_empty() {
            workspaces = match self.admit_once(&workspaces).await {
                // What has begun may have ended with its first commit.
                Ok(freed) => freed,
                Err(error) => {
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(error, "starting what waits failed; the next sweep does it");
                    return;
                }
            };
        }
    }

    async fn admit_once(
        &self,
        workspaces: &BTreeSet<WorkspaceId>,
    ) -> Result<BTreeSet<WorkspaceId>> {
        let limit = self.limits().running_per_workspace;
        let mut conn =
            self.steps().acquire().await.doing("opening a connection to start what waits")?;
        let next = executions::next_to_start(&mut conn, Some(workspaces), limit).await?;
        drop(conn);
        if next.is_empty() {
            return Ok(BTreeSet::new());
        }
        let work: Vec<Inputs> = next.into_iter().map(|id| (id, vec![Input::TakePlace])).collect();
        Ok(self.under_lock(&work.iter().collect::<Vec<_>>(), None).await?.freed)
    }
}
