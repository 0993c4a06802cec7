//! Which due jobs a worker takes.

use crate::{
    decide::{JobState, Transition, lifecycle::queue::queue_if_full},
    execution::{
        event::EventKind,
        state::{Effect, ExecutionStatus, JobStatus, NodeStatus},
    },
    id::{JobId, WorkerId},
};

/// How much a worker may take of one execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClaimLimits {
    /// Free places of the worker.
    pub capacity: usize,
    /// Jobs of one execution that may run at once.
    pub per_execution: usize,
    /// True for a worker that runs nothing else: it takes only what runs
    /// [alone](JobState::runs_alone), which others never take.
    pub alone: bool,
}

/// Hands due jobs to `worker`, in the order of the graph and then of their items.
///
/// Nothing is handed out unless the execution is running, and has a place if it only waited
/// until now; `takes` tells the node types the worker serves. Returns what was taken; each
/// carries its new fence.
pub fn claim_jobs(
    transition: &mut Transition<'_>,
    worker: WorkerId,
    limits: ClaimLimits,
    takes: &dyn Fn(&str) -> bool,
) -> Vec<JobState> {
    queue_if_full(transition);
    if transition.snapshot().status != ExecutionStatus::Running {
        return vec![];
    }
    let most = transition.snapshot().jobs_at_once().min(limits.per_execution);
    let free = most.saturating_sub(transition.snapshot().jobs_running());
    let mut due = find_due_jobs(transition, limits.alone, takes);
    due.truncate(free.min(limits.capacity));
    due.into_iter().filter_map(|job| start_job(transition, job, worker)).collect()
}

fn find_due_jobs(
    transition: &Transition<'_>,
    alone: bool,
    takes: &dyn Fn(&str) -> bool,
) -> Vec<JobId> {
    let compiled = &transition.snapshot().compiled;
    let serves =
        |job: &JobState| compiled.node(&job.node).is_some_and(|node| takes(node.kind().key()));
    let is_due = |job: &&JobState| {
        let is_pending = job.status == JobStatus::Pending && job.runs_alone() == alone;
        is_pending && job.run_at <= transition.now() && serves(job)
    };
    let mut due: Vec<_> = transition.snapshot().jobs.values().filter(is_due).collect();
    due.sort_by_key(|job| (compiled.rank(&job.node), job.item));
    due.into_iter().map(|job| job.id).collect()
}

fn start_job(transition: &mut Transition<'_>, id: JobId, worker: WorkerId) -> Option<JobState> {
    let now = transition.now();
    let job = transition.job_mut(id).ok()?;
    job.status = JobStatus::Running;
    job.fence += 1;
    job.attempt += 1;
    job.worker = Some(worker);
    job.effect = Effect::Intent;
    job.failure = None;
    job.started_at = Some(now);
    let job = job.clone();

    let node = transition.node_mut(&job.node).ok()?;
    if node.status != NodeStatus::Running {
        node.status = NodeStatus::Running;
        node.started_at.get_or_insert(now);
        transition.record(EventKind::NodeStarted { node: job.node.clone() });
    }
    transition.record(EventKind::JobStarted { job: job.to_ref(), attempt: job.attempt });
    Some(job)
}
