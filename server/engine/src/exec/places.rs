//! How many executions of a workspace run at once: those beyond wait in the order of launching.
//!
//! Whatever begins or goes on does so under the lock of its workspace's places, taken after the
//! locks of executions. What ends or pauses needs no such lock: it only makes room.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    decide::Plan,
    execution::{queue::Queued, state::ExecutionStatus},
    id::{ExecutionId, WorkspaceId},
};
use sqlx::PgConnection;

use super::advance::{Advance, Input, Inputs};
use crate::{
    error::{Doing, Result},
    store::executions::{self, LockedExecution},
};

/// The places of some workspaces, locked until the transaction ends.
pub struct Places {
    limit: u32,
    numbers: BTreeMap<ExecutionId, (WorkspaceId, i64)>,
    of: BTreeMap<WorkspaceId, executions::Places>,
}

impl Places {
    /// Locks those of workspaces in which something may begin or go on: the executions `starting`.
    pub(super) async fn lock(
        tx: &mut PgConnection,
        (starting, locked): (&BTreeSet<ExecutionId>, &[LockedExecution]),
        limit: u32,
    ) -> Result<Self> {
        // What another execution launched runs in the place of that one.
        let own = || locked.iter().filter(|row| !row.is_child);
        let rests = own().filter(|row| row.status != ExecutionStatus::Running);
        let needed: BTreeSet<WorkspaceId> =
            rests.filter(|row| starting.contains(&row.id)).map(|row| row.workspace).collect();
        let numbers = own().map(|row| (row.id, (row.workspace, row.number))).collect();
        let of = match needed.is_empty() {
            true => BTreeMap::new(),
            false => executions::lock_places(tx, &needed).await?,
        };
        Ok(Self { limit, numbers, of })
    }

    /// Where an execution would have to wait; none when it has a place.
    pub(super) fn queued(&self, id: ExecutionId) -> Option<Queued> {
        let (workspace, number) = self.numbers.get(&id)?;
        queued(self.of.get(workspace)?, *number, self.limit)
    }

    /// Counts what a plan of this transaction lets begin, or wait.
    pub(super) fn note(&mut self, plan: &Plan) {
        let Some((workspace, number)) = self.numbers.get(&plan.execution) else { return };
        let Some(places) = self.of.get_mut(workspace) else { return };
        let (before, after) = (plan.expected_status, plan.status);
        if before != ExecutionStatus::Running && after == ExecutionStatus::Running {
            places.running += 1;
        }
        match after {
            ExecutionStatus::Pending => places.waiting.insert(*number),
            _ => places.waiting.remove(number),
        };
    }
}

fn queued(places: &executions::Places, number: i64, limit: u32) -> Option<Queued> {
    let before = places.waiting.range(..number).count();
    let before = u32::try_from(before).unwrap_or(u32::MAX);
    let full = places.running.saturating_add(before) >= limit;
    full.then_some(Queued { position: before.saturating_add(1), running: limit })
}

/// Where a new execution has to wait, under the lock of its workspace's places.
pub(crate) async fn for_launch(
    tx: &mut PgConnection,
    workspace: WorkspaceId,
    limit: u32,
) -> Result<Option<Queued>> {
    let of = executions::lock_places(tx, &BTreeSet::from([workspace])).await?;
    Ok(of.get(&workspace).and_then(|places| queued(places, i64::MAX, limit)))
}

/// Workspaces in which a plan has made room, or has let something wait that may have room by now.
pub(super) fn freed(plans: &[Plan]) -> BTreeSet<WorkspaceId> {
    let changed = plans.iter().filter(|plan| plan.status != plan.expected_status);
    let freed = changed.filter(|plan| {
        plan.expected_status == ExecutionStatus::Running || plan.status == ExecutionStatus::Pending
    });
    freed.map(|plan| plan.workspace).collect()
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
