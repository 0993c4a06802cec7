//! What waits for others: executions for a place in their workspace, jobs for a provider's limit or
//! for money that calls under way may need.
//!
//! What runs holds a place; what is paused does not. An execution that could go on while all places
//! are taken waits as `pending`, also one that has begun; older ones come first.

use super::{Draft, JobState, NodeState, Refused, flow::Join, settle::put_back};
use crate::{
    execution::{
        event::EventKind,
        failure::Failure,
        queue::Queued,
        state::{ExecutionStatus, JobStatus, NodeStatus},
    },
    id::{JobId, NodeId},
};

impl Draft<'_> {
    /// Tells where what begins or goes on from here on has to wait; none means there is a place.
    pub fn set_queued(&mut self, queued: Option<Queued>) {
        self.queued = queued;
    }

    /// Starts an execution that waits for a place, or lets it go on, if it has one now.
    ///
    /// # Errors
    /// None in practice: one that does not wait, or still has no place, is left as it is.
    pub fn take_place(&mut self) -> Result<(), Refused> {
        if self.snapshot.status == ExecutionStatus::Pending && self.queued.is_none() {
            self.run_or_queue();
            self.wake_jobs();
            self.advance();
        }
        Ok(())
    }

    /// Begins or goes on where there is a place, and waits for one where there is none.
    pub(super) fn run_or_queue(&mut self) {
        let has_begun = self.has_begun();
        if let Some(queued) = self.queued {
            self.set_status(ExecutionStatus::Pending);
            return self.record(EventKind::ExecutionQueued { queued });
        }
        self.set_status(ExecutionStatus::Running);
        if has_begun {
            return self.record(EventKind::ExecutionResumed);
        }
        self.record(EventKind::ExecutionStarted);
        let frozen = self.frozen();
        let first = frozen.outermost().iter().filter(|id| self.may_enter(id));
        let first: Vec<NodeId> = first.cloned().collect();
        self.queue.extend(first);
    }

    /// Once an execution has begun, every node enters as soon as it can; what was taken over from
    /// another execution does not make it begin.
    fn has_begun(&self) -> bool {
        let worked = |node: &NodeState| node.generation > 1 || node.started_at.is_some();
        let frozen = &self.snapshot.frozen;
        self.snapshot.nodes.values().any(worked)
            || !frozen.outermost().iter().any(|id| self.may_enter(id))
    }

    fn may_enter(&self, id: &NodeId) -> bool {
        let pending =
            self.snapshot.nodes.get(id).is_some_and(|node| node.status == NodeStatus::Pending);
        pending && !matches!(self.join(id), Join::Wait)
    }
}

impl Draft<'_> {
    /// Puts a job back that was not tried: it counts as no attempt. Those of the node's jobs that
    /// nobody has taken yet wait as long, so that they are not taken in vain.
    pub(super) fn limited(
        &mut self,
        job: &JobState,
        failure: Failure,
        for_ms: u64,
    ) -> Result<(), Refused> {
        let until = self.now.plus_ms(for_ms);
        let state = self.job_mut(job.id)?;
        put_back(state, until);
        state.attempt -= 1;
        state.failure = Some(failure.clone());
        self.record(EventKind::JobLimited { job: job.to_ref(), at_time: until, failure });
        let fresh = |other: &&&JobState| {
            other.status == JobStatus::Pending && other.started_at.is_none() && other.run_at < until
        };
        let siblings = self.snapshot.jobs_of(&job.node);
        let siblings: Vec<JobId> = siblings.iter().filter(fresh).map(|job| job.id).collect();
        for id in siblings {
            self.job_mut(id)?.run_at = until;
        }
        self.wake_jobs();
        Ok(())
    }
}
