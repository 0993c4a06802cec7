//! Which due jobs a worker takes.

use super::{JobState, Snapshot, Transition};
use crate::{
    execution::{
        event::EventKind,
        state::{Effect, ExecutionStatus, JobStatus, NodeStatus},
    },
    id::{JobId, WorkerId},
    time::Timestamp,
};

/// How much a worker may take of one execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClaimLimits {
    /// Free places of the worker.
    pub capacity: usize,
    /// Jobs of one execution that may run at once.
    pub per_execution: usize,
}

impl Snapshot {
    /// Jobs of it that may run at once, as its author set it.
    fn jobs_at_once(&self) -> usize {
        usize::try_from(self.compiled.workflow().settings.concurrency.max(1)).unwrap_or(usize::MAX)
    }

    /// When its next job may be claimed; none when none is pending, or as many run as may.
    pub fn next_due(&self) -> Option<Timestamp> {
        let pending = self.jobs.values().filter(|job| job.status == JobStatus::Pending);
        let room = self.jobs_running() < self.jobs_at_once();
        pending.map(|job| job.run_at).min().filter(|_| room)
    }
}

impl Transition<'_> {
    /// Hands due jobs to `worker`, in the order of the graph and then of their items.
    ///
    /// Nothing is handed out unless the execution is running, and has a place if it only waited
    /// until now; `takes` tells the node types the worker serves. Returns what was taken; each
    /// carries its new fence.
    pub fn claim(
        &mut self,
        worker: WorkerId,
        limits: ClaimLimits,
        takes: &dyn Fn(&str) -> bool,
    ) -> Vec<JobState> {
        self.seek_place();
        if self.snapshot.status != ExecutionStatus::Running {
            return vec![];
        }
        let most = self.snapshot.jobs_at_once().min(limits.per_execution);
        let free = most.saturating_sub(self.snapshot.jobs_running());
        let mut due = self.due(takes);
        due.truncate(free.min(limits.capacity));
        due.into_iter().filter_map(|job| self.start(job, worker)).collect()
    }

    fn due(&self, takes: &dyn Fn(&str) -> bool) -> Vec<JobId> {
        let compiled = &self.snapshot.compiled;
        let serves =
            |job: &JobState| compiled.node(&job.node).is_some_and(|node| takes(node.kind().key()));
        let is_due = |job: &&JobState| {
            job.status == JobStatus::Pending && job.run_at <= self.now && serves(job)
        };
        let mut due: Vec<_> = self.snapshot.jobs.values().filter(is_due).collect();
        due.sort_by_key(|job| (compiled.rank(&job.node), job.item));
        due.into_iter().map(|job| job.id).collect()
    }

    fn start(&mut self, id: JobId, worker: WorkerId) -> Option<JobState> {
        let now = self.now;
        let job = self.job_mut(id).ok()?;
        job.status = JobStatus::Running;
        job.fence += 1;
        job.attempt += 1;
        job.worker = Some(worker);
        job.effect = Effect::Intent;
        job.failure = None;
        job.started_at = Some(now);
        let job = job.clone();

        let node = self.node_mut(&job.node).ok()?;
        if node.status != NodeStatus::Running {
            node.status = NodeStatus::Running;
            node.started_at.get_or_insert(now);
            self.record(EventKind::NodeStarted { node: job.node.clone() });
        }
        self.record(EventKind::JobStarted { job: job.to_ref(), attempt: job.attempt });
        Some(job)
    }
}
