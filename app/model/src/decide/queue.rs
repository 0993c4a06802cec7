//! Waiting for capacity: executions for a place in their workspace, jobs for a provider's limit or
//! for money that calls under way may need.
//!
//! An execution holds a place while it works or is due within ten minutes; not while it is paused,
//! or only waits for people, others or a later time. What it launched works in its place. An
//! execution that could go on while all places are taken waits as `pending`, also one that has
//! begun; older families come first.

use std::collections::BTreeMap;

use super::{JobState, NodeState, Refused, ReviewChange, Transition, flow::Join, settle::put_back};
use crate::{
    execution::{
        event::{ClockBack, EventKind},
        failure::{Failure, FailureClass},
        queue::Queued,
        state::{ExecutionStatus, JobStatus, NodeStatus},
    },
    id::{JobId, NodeId},
    time::Timestamp,
};

impl Transition<'_> {
    /// Sets the place in line where the execution has to wait; none means that it may work.
    pub fn set_queued(&mut self, queued: Option<Queued>) {
        self.queued = queued;
    }

    /// Starts an execution that waits for a place, or lets it go on, if it has one now.
    ///
    /// # Errors
    /// None in practice: one that does not wait, or still has no place, is left as it is.
    pub fn take_place(&mut self) -> Result<(), Refused> {
        if self.snapshot.status == ExecutionStatus::Pending && self.queued.is_none() {
            self.tell_parent_of_wait();
            self.run_or_queue();
            self.wake_jobs();
            self.advance();
            self.stand_at_breakpoint();
        }
        Ok(())
    }

    /// Waits for a place where all are taken and this execution, which runs and only waited, has
    /// something to do by now.
    pub fn seek_place(&mut self) {
        let works = self.snapshot.jobs_running() > 0;
        if self.snapshot.is_active(self.now) && !works && self.queued.is_some() {
            self.run_or_queue();
        }
    }

    /// Begins or goes on where there is a place, and waits for one where there is none.
    pub(super) fn run_or_queue(&mut self) {
        let has_begun = self.has_begun();
        if let Some(queued) = self.queued {
            self.set_status(ExecutionStatus::Pending);
            return self.record(EventKind::ExecutionQueued(queued));
        }
        self.set_status(ExecutionStatus::Running);
        if has_begun {
            return self.record(EventKind::ExecutionResumed);
        }
        self.record(EventKind::ExecutionStarted);
        let compiled = self.compiled_workflow();
        let first = compiled.outermost().iter().filter(|id| self.may_enter(id));
        let first: Vec<NodeId> = first.cloned().collect();
        self.queue.extend(first);
    }

    /// Once an execution has begun, every node enters as soon as it can; what was taken over from
    /// another execution does not make it begin.
    fn has_begun(&self) -> bool {
        let worked = |node: &NodeState| node.generation > 1 || node.started_at.is_some();
        let compiled = &self.snapshot.compiled;
        self.snapshot.nodes.values().any(worked)
            || !compiled.outermost().iter().any(|id| self.may_enter(id))
    }

    fn may_enter(&self, id: &NodeId) -> bool {
        let pending =
            self.snapshot.nodes.get(id).is_some_and(|node| node.status == NodeStatus::Pending);
        pending && !matches!(self.join(id), Join::Wait)
    }
}

impl Transition<'_> {
    /// Puts a job back that was not tried: it counts as no attempt. Those of the node's jobs that
    /// nobody has taken yet wait as long, so that they are not taken in vain.
    pub(super) fn put_back_limited(
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

impl Transition<'_> {
    /// Takes in that the clock was set back since the execution last changed (a correction, or
    /// another server took the database over): whatever waits for its time by the clock that was
    /// ahead waits no longer than if it began to wait now; a moment that its author named stays.
    ///
    /// # Errors
    /// None in practice. What is over is left as it is.
    pub fn follow_clock(&mut self) -> Result<(), Refused> {
        if self.snapshot.status.is_over() {
            return Ok(());
        }
        let now = self.now;
        if let Some(since) = self.snapshot.running_since.as_mut() {
            *since = (*since).min(now);
        }
        let reviews = self.bring_reviews_forward()?;
        self.record(EventKind::ExecutionClockBack(ClockBack { reviews }));
        let waits = |job: &&JobState| {
            job.status == JobStatus::Pending && job.run_at > now && job.run_at != Timestamp::NEVER
        };
        let waiting: Vec<JobState> = self.snapshot.jobs.values().filter(waits).cloned().collect();
        for job in waiting {
            let latest = self.latest_start(&job);
            if latest < job.run_at {
                self.wait_until(&job, latest)?;
            }
        }
        self.wake_jobs();
        Ok(())
    }

    /// When the job would be due at the latest if it began to wait now.
    fn latest_start(&self, job: &JobState) -> Timestamp {
        match job.failure.as_ref().map(|failure| failure.class) {
            Some(FailureClass::Limited { for_ms }) => self.now.plus_ms(for_ms),
            Some(FailureClass::Transient { retry_after_ms }) => {
                let tried = u32::try_from(job.attempt).unwrap_or(1);
                let policy = self.policy(&job.node);
                self.now.plus_ms(policy.delay_ms(tried, 1.0, retry_after_ms))
            }
            None if job.started_at.is_none() => {
                let scope = self.snapshot.scope_at(&job.node, self.now).ok();
                let config = self.snapshot.config(&job.node);
                let begins = scope.zip(config).map(|(scope, config)| config.not_before(&scope));
                begins.and_then(Result::ok).unwrap_or(job.run_at)
            }
            _ => self.now,
        }
    }

    fn wait_until(&mut self, job: &JobState, until: Timestamp) -> Result<(), Refused> {
        self.job_mut(job.id)?.run_at = until;
        if let Some(failure) = job.failure.clone() {
            let most = self.policy(&job.node).max_attempts;
            self.record(EventKind::JobRetryScheduled {
                job: job.to_ref(),
                at_time: until,
                attempt: job.attempt + 1,
                max_attempts: i32::try_from(most).unwrap_or(i32::MAX),
                failure,
            });
        }
        if self.node_mut(&job.node)?.status == NodeStatus::Waiting {
            let jobs = self.snapshot.jobs_of(&job.node);
            let open = jobs.iter().filter(|job| !job.status.is_settled()).map(|job| job.run_at);
            let first = open.min().filter(|first| *first != Timestamp::NEVER);
            let words = job.failure.as_ref().map(|failure| failure.message.clone());
            let words = words.unwrap_or_else(|| "Waiting for the time to come".to_owned());
            self.wait_for(&job.node, first, words);
        }
        Ok(())
    }

    /// Lets open reviews be approved by themselves no later than if they were opened now. Returns
    /// which, and when.
    fn bring_reviews_forward(&mut self) -> Result<BTreeMap<NodeId, Timestamp>, Refused> {
        let mut moved = BTreeMap::new();
        for id in self.all_nodes() {
            let review = self.snapshot.nodes.get(&id).and_then(|node| node.review.as_ref());
            let Some((review, set)) = review.and_then(|open| Some((open.id, open.until?))) else {
                continue;
            };
            let Some(until) = self.approved_at(&id).filter(|until| *until < set) else { continue };
            if let Some(open) = self.node_mut(&id)?.review.as_mut() {
                open.until = Some(until);
            }
            self.change_review(ReviewChange::BroughtForward { review, until });
            moved.insert(id, until);
        }
        Ok(moved)
    }
}
