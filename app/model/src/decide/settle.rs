//! What a worker's report does to its job, its node and what follows.

use serde_json::{Map, Value};

use super::{JobOutput, JobState, Outcome, RecordedOutput, Refused, Report, Transition};
use crate::{
    execution::{
        event::{ArtifactBody, ArtifactSummary, EventKind, JobRef, SkipReason},
        failure::{Failure, FailureClass, HoldReason},
        state::{Effect, ExecutionStatus, JobStatus, NodeStatus, PauseReason},
    },
    id::{JobId, NodeId},
    review::Reviewer,
    time::Timestamp,
    workflow::{LongWait, RetryPolicy},
};

use super::outputs::{ArtifactOut, ArtifactOutBody};

impl Transition<'_> {
    /// Takes a report in.
    ///
    /// # Errors
    /// [`Refused::Stale`] when the attempt no longer holds the job: the report changes nothing.
    pub fn settle(&mut self, report: Report) -> Result<(), Refused> {
        let job = self.find_held_job(report.job, report.fence)?;
        for charge in report.charges {
            self.add_charge(job.to_ref(), charge);
        }
        match self.check_outcome(&job.node, report.outcome) {
            Outcome::Done(output) => {
                self.end_attempt(&job, "completed", None);
                self.job_done(&job, output)?;
            }
            Outcome::Failed(failure) => {
                let failure = self.respect_retry_after(&job.node, failure);
                let limited = matches!(failure.class, FailureClass::Limited { .. });
                let end = if limited { "limited" } else { "failed" };
                self.end_attempt(&job, end, Some(failure.clone()));
                self.attempt_failed(&job, failure, report.jitter)?;
            }
            Outcome::Waits(launched) => {
                self.end_attempt(&job, "completed", None);
                self.wait_for_child(&job, launched)?;
            }
        }
        self.settle_node_of(&job.node)?;
        self.advance();
        Ok(())
    }

    /// The running job, if the claim with this fence still holds it.
    fn find_held_job(&self, id: JobId, fence: i64) -> Result<JobState, Refused> {
        let job = self.snapshot.jobs.get(&id).ok_or(Refused::UnknownJob(id))?;
        if job.status != JobStatus::Running || job.fence != fence {
            return Err(Refused::Stale { got: fence, current: job.fence });
        }
        Ok(job.clone())
    }

    pub(super) fn job_done(
        &mut self,
        job: &JobState,
        mut output: JobOutput,
    ) -> Result<(), Refused> {
        let now = self.now;
        let state = self.job_mut(job.id)?;
        state.status = JobStatus::Completed;
        state.effect = Effect::Done;
        state.worker = None;
        state.ended_at = Some(now);
        state.values = Some(std::mem::take(&mut output.values));
        self.node_mut(&job.node)?.jobs_settled += 1;
        self.record(EventKind::JobCompleted { job: job.to_ref() });

        let mut versions = vec![];
        for artifact in &output.artifacts {
            versions.push(self.record_artifact(artifact, &job.node, job.item, None));
        }
        for document in &output.documents {
            self.record(EventKind::DocumentCreated {
                node: job.node.clone(),
                document: document.id,
                title: document.title.clone(),
            });
        }
        // What made nothing to keep is written without a transaction of its own.
        if output != JobOutput::default() {
            let (node, item) = (job.node.clone(), job.item);
            self.add_output(RecordedOutput { job: job.id, node, item, versions, output });
        }
        Ok(())
    }

    /// Records the next version of an item's output and returns its number.
    pub(super) fn record_artifact(
        &mut self,
        artifact: &ArtifactOut,
        node: &NodeId,
        item: i32,
        edited_by: Option<&Reviewer>,
    ) -> i32 {
        let key = (node.clone(), item, artifact.port.clone());
        let version = self.snapshot.versions.entry(key).or_insert(0);
        *version += 1;
        let version = *version;
        let made = summary(artifact, node, item, version);
        let artifact = ArtifactSummary { edited_by: edited_by.cloned(), ..made };
        self.record(EventKind::ArtifactCreated { artifact });
        version
    }

    /// Where the other side asks for a longer wait than the policy has between attempts, turns the
    /// failure into a limit that counts as no attempt: attempts before that time would be in vain.
    fn respect_retry_after(&self, node: &NodeId, failure: Failure) -> Failure {
        let FailureClass::Transient { retry_after_ms: Some(ms) } = failure.class else {
            return failure;
        };
        let class = match self.policy(node).long_wait(ms) {
            None => return failure,
            Some(LongWait::For(for_ms)) => FailureClass::Limited { for_ms },
            Some(LongWait::TooLong) => FailureClass::Permanent,
        };
        let until = self.now.plus_ms(ms).to_minute();
        let message = format!("{} It asks to wait until {until}.", failure.message);
        Failure { class, message, ..failure }
    }

    fn attempt_failed(
        &mut self,
        job: &JobState,
        failure: Failure,
        jitter: f64,
    ) -> Result<(), Refused> {
        let again =
            matches!(failure.class, FailureClass::Transient { .. } | FailureClass::Hold { .. });
        if again && failure.unanswered && self.asks_before_repeat(&job.node) {
            return self.ask(job.id, failure);
        }
        match failure.class {
            FailureClass::Hold { reason } => self.hold(job, failure, reason),
            FailureClass::Limited { for_ms } => self.put_back_limited(job, failure, for_ms),
            FailureClass::Transient { .. } => {
                let policy = self.policy(&job.node);
                self.try_again(job, failure, &policy, jitter)
            }
            FailureClass::Permanent => self.job_failed(job, failure),
        }
    }

    /// Schedules the next attempt, or fails the job when the policy allows no more. `jitter` is a
    /// number in [0, 1).
    pub(super) fn try_again(
        &mut self,
        job: &JobState,
        failure: Failure,
        policy: &RetryPolicy,
        jitter: f64,
    ) -> Result<(), Refused> {
        if job.attempt >= i32::try_from(policy.max_attempts).unwrap_or(i32::MAX) {
            return self.job_failed(job, failure);
        }
        let asked = match failure.class {
            FailureClass::Transient { retry_after_ms } => retry_after_ms,
            _ => None,
        };
        let tried = u32::try_from(job.attempt).unwrap_or(1);
        let delay = policy.delay_ms(tried, jitter, asked);
        self.retry_later(job, failure, delay, policy)
    }

    pub(super) fn policy(&self, node: &NodeId) -> RetryPolicy {
        let compiled = &self.snapshot.compiled;
        compiled.node(node).map(|node| compiled.workflow().retry_policy(node)).unwrap_or_default()
    }

    /// Puts the job back as if it had not been tried, and pauses the execution until a person has
    /// seen to the cause.
    fn hold(
        &mut self,
        job: &JobState,
        failure: Failure,
        reason: HoldReason,
    ) -> Result<(), Refused> {
        let now = self.now;
        let message = failure.message.clone();
        let state = self.job_mut(job.id)?;
        put_back(state, now);
        state.attempt -= 1;
        state.failure = Some(failure.clone());
        self.record(EventKind::JobRetryScheduled {
            job: job.to_ref(),
            at_time: now,
            attempt: job.attempt,
            max_attempts: i32::try_from(self.policy(&job.node).max_attempts).unwrap_or(i32::MAX),
            failure,
        });
        self.wait_idle(&job.node, message.clone());
        if self.snapshot.status == ExecutionStatus::Running {
            self.pause_for(reason.into(), Some(message));
        }
        Ok(())
    }

    fn retry_later(
        &mut self,
        job: &JobState,
        failure: Failure,
        delay_ms: u64,
        policy: &RetryPolicy,
    ) -> Result<(), Refused> {
        let at_time = self.now.plus_ms(delay_ms);
        let state = self.job_mut(job.id)?;
        put_back(state, at_time);
        state.failure = Some(failure.clone());
        self.record(EventKind::JobRetryScheduled {
            job: job.to_ref(),
            at_time,
            attempt: job.attempt + 1,
            max_attempts: i32::try_from(policy.max_attempts).unwrap_or(i32::MAX),
            failure,
        });
        self.wake_jobs();
        Ok(())
    }

    pub(super) fn job_failed(&mut self, job: &JobState, failure: Failure) -> Result<(), Refused> {
        let now = self.now;
        let state = self.job_mut(job.id)?;
        state.status = JobStatus::Failed;
        state.worker = None;
        state.ended_at = Some(now);
        state.failure = Some(failure.clone());
        self.node_mut(&job.node)?.jobs_settled += 1;
        self.record(EventKind::JobFailed { job: job.to_ref(), failure });
        Ok(())
    }

    /// Settles the node when all of its jobs have settled, or records what it waits for.
    pub(super) fn settle_node_of(&mut self, id: &NodeId) -> Result<(), Refused> {
        let jobs = self.snapshot.jobs_of(id);
        if jobs.iter().any(|job| job.status == JobStatus::Running) {
            return Ok(());
        }
        let unsettled: Vec<_> = jobs.iter().filter(|job| !job.status.is_settled()).collect();
        // Of jobs that are due at the same time, one with a failure can say why it waits.
        let first = |job: &&&&JobState| (job.run_at, job.failure.is_none());
        if let Some(next) = unsettled.iter().min_by_key(first) {
            let until = next.run_at;
            let message = next.failure.as_ref().map(|failure| {
                if next.is_asked_about() {
                    format!("Waiting for your word. {}", failure.message)
                } else {
                    failure.message.clone()
                }
            });
            return self.wait(id, until, message);
        }
        if jobs.iter().all(|job| job.status == JobStatus::Cancelled) {
            self.skip(id, SkipReason::User);
            return Ok(());
        }
        let failed = |job: &&&JobState| job.status == JobStatus::Failed;
        let failure = jobs.iter().find(failed).and_then(|job| job.failure.clone());
        let done = jobs.iter().filter(|job| job.status == JobStatus::Completed).count();
        match failure.filter(|_| !self.is_enough(id, done)) {
            Some(failure) => self.fail(id, failure),
            None => {
                let output = collect(jobs.iter().filter_map(|job| job.values.as_ref()));
                self.complete(id, output.into());
            }
        }
        Ok(())
    }

    /// Whether so many items are enough although others failed.
    fn is_enough(&self, id: &NodeId, done: usize) -> bool {
        let wanted = self.snapshot.compiled.node(id).and_then(|node| node.data.min_items);
        wanted.is_some_and(|wanted| done >= usize::try_from(wanted.max(1)).unwrap_or(usize::MAX))
    }

    fn wait(
        &mut self,
        id: &NodeId,
        until: Timestamp,
        message: Option<String>,
    ) -> Result<(), Refused> {
        let due = until <= self.now;
        if due || self.node_mut(id)?.status == NodeStatus::Waiting {
            return Ok(());
        }
        let (until, words) = match until {
            Timestamp::NEVER => (None, "Waiting for the workflows it launched"),
            until => (Some(until), "Waiting for its next attempt"),
        };
        self.wait_for(id, until, message.unwrap_or_else(|| words.to_owned()));
        Ok(())
    }
}

impl JobState {
    pub(super) fn to_ref(&self) -> JobRef {
        JobRef { node: self.node.clone(), job: self.id, item: self.item }
    }
}

pub(super) fn put_back(job: &mut JobState, run_at: Timestamp) {
    job.status = JobStatus::Pending;
    job.worker = None;
    job.child = None;
    job.run_at = run_at;
}

/// A node's output: what its items gave, port by port, in the order of the items.
pub fn collect<'a>(items: impl Iterator<Item = &'a Map<String, Value>>) -> Map<String, Value> {
    let mut output = Map::new();
    for (port, value) in items.flatten() {
        match (output.get_mut(port), value) {
            (Some(Value::Array(all)), Value::Array(items)) => all.extend(items.iter().cloned()),
            _ => {
                output.insert(port.clone(), value.clone());
            }
        }
    }
    output
}

/// A version of an item's output as the log records it.
fn summary(artifact: &ArtifactOut, node: &NodeId, item: i32, version: i32) -> ArtifactSummary {
    let body = match &artifact.body {
        ArtifactOutBody::Text(text) => ArtifactBody::text(text),
        ArtifactOutBody::Json(json) => ArtifactBody::from_value(json),
        ArtifactOutBody::Image(image) => {
            ArtifactBody::Image { image: image.id, width: image.width, height: image.height }
        }
        ArtifactOutBody::Known { image, width, height } => {
            ArtifactBody::Image { image: *image, width: *width, height: *height }
        }
    };
    ArtifactSummary {
        id: artifact.id,
        node: node.clone(),
        item,
        port: artifact.port.clone(),
        version,
        sample: artifact.sample,
        cut_off: artifact.is_cut_off(),
        restored: None,
        edited_by: None,
        body,
    }
}

impl From<HoldReason> for PauseReason {
    fn from(reason: HoldReason) -> Self {
        match reason {
            HoldReason::Provider => Self::Provider,
            HoldReason::Storage => Self::Storage,
            HoldReason::Budget => Self::Budget,
        }
    }
}
