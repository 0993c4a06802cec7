//! The concurrency limit of each workspace: executions beyond it wait in the order of launching.
//!
//! An execution that works counts once, together with all that it launched (`engine_at_work`); one
//! that only waits does not count. Whatever begins or goes on does so under the lock of its
//! workspace, taken after the locks of executions. What ends or pauses needs no such lock: it only
//! makes room.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    decide::Plan,
    execution::{queue::Queued, state::ExecutionStatus},
    id::{ExecutionId, WorkspaceId},
    time::Timestamp,
};
use sqlx::PgConnection;
use store::{
    error::{EngineError, Result},
    executions::{self, LockedExecution, WorkspaceConcurrency},
};

/// The running and waiting executions of some workspaces, locked until the transaction ends.
pub struct AdmissionControl {
    limit: u32,
    candidates: BTreeMap<ExecutionId, Candidate>,
    workspaces: BTreeMap<WorkspaceId, WorkspaceConcurrency>,
}

/// An execution that may have to be admitted.
#[derive(Clone, Copy)]
struct Candidate {
    workspace: WorkspaceId,
    /// The root of its family, which counts once however many of it work.
    root: ExecutionId,
    /// Lower ones are admitted first.
    turn: i64,
}

impl AdmissionControl {
    /// Locks the workspaces in which something may begin or go on: those of the executions
    /// `starting`, and of executions that only waited until now.
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
        let candidate = |row: &LockedExecution| {
            let LockedExecution { workspace, root, turn, .. } = *row;
            (row.id, Candidate { workspace, root, turn })
        };
        let workspaces = if needed.is_empty() {
            BTreeMap::new()
        } else {
            executions::lock_concurrency(tx, &needed).await?
        };
        Ok(Self { limit, candidates: locked.iter().map(candidate).collect(), workspaces })
    }

    /// The position at which an execution would have to wait; none when it may run.
    pub(super) fn queue_position(&self, id: ExecutionId) -> Option<Queued> {
        let candidate = self.candidates.get(&id)?;
        let workspace = self.workspaces.get(&candidate.workspace)?;
        let family_runs = workspace.at_work.contains(&candidate.root);
        queue_position(workspace, candidate.turn, self.limit).filter(|_| !family_runs)
    }

    /// Counts an execution that a plan of this transaction lets begin, or wait.
    pub(super) fn note(&mut self, plan: &Plan) {
        let Some(candidate) = self.candidates.get(&plan.execution) else { return };
        let Some(workspace) = self.workspaces.get_mut(&candidate.workspace) else { return };
        let (before, after) = (plan.expected_status, plan.status);
        let goes_on = before != ExecutionStatus::Running || !only_waits(plan);
        if after == ExecutionStatus::Running && goes_on {
            workspace.at_work.insert(candidate.root);
        }
        match after {
            ExecutionStatus::Pending => workspace.waiting.insert(candidate.turn),
            ExecutionStatus::Running
            | ExecutionStatus::Paused
            | ExecutionStatus::Completed
            | ExecutionStatus::Failed
            | ExecutionStatus::Stopped => workspace.waiting.remove(&candidate.turn),
        };
    }
}

fn queue_position(workspace: &WorkspaceConcurrency, turn: i64, limit: u32) -> Option<Queued> {
    let before = workspace.waiting.range(..turn).count();
    let ahead = u32::try_from(workspace.at_work.len().saturating_add(before)).unwrap_or(u32::MAX);
    let position = u32::try_from(before).unwrap_or(u32::MAX).saturating_add(1);
    (ahead >= limit).then_some(Queued { position, running: limit })
}

/// The position at which a new execution has to wait, none when it may run; and the database's
/// time. Locks the workspace until the transaction ends.
pub async fn lock_for_launch(
    tx: &mut PgConnection,
    workspace: WorkspaceId,
    limit: u32,
) -> Result<(Option<Queued>, Timestamp)> {
    let mut locked = executions::lock_concurrency(tx, &BTreeSet::from([workspace])).await?;
    let found = locked.remove(&workspace).ok_or(EngineError::NotFound("workspace"))?;
    Ok((queue_position(&found, i64::MAX, limit), found.as_of))
}

/// Workspaces in which a waiting execution may be admitted now: a plan has made room there, or has
/// let something wait for which there may be room by now.
pub(super) fn workspaces_to_admit(plans: &[Plan]) -> BTreeSet<WorkspaceId> {
    let with_room = plans.iter().filter(|plan| match plan.status {
        ExecutionStatus::Pending => plan.expected_status != ExecutionStatus::Pending,
        ExecutionStatus::Running => only_waits(plan),
        ExecutionStatus::Paused
        | ExecutionStatus::Completed
        | ExecutionStatus::Failed
        | ExecutionStatus::Stopped => plan.expected_status == ExecutionStatus::Running,
    });
    with_room.map(|plan| plan.workspace).collect()
}

/// Whether nothing of a running execution works or is due once its plan is written.
fn only_waits(plan: &Plan) -> bool {
    let now = plan.events.last().map(|event| event.at);
    plan.jobs_running == 0 && plan.next_run_at.is_none_or(|at| now.is_none_or(|now| at > now))
}
