//! Executions that jobs launch: a job waits for its child without a worker, and ends as it does.

use serde_json::{Map, Value};

use super::{Follow, JobOutput, JobState, Launching, Refused, Transition};
use crate::{
    execution::{
        event::EventKind,
        failure::Failure,
        state::{EndReason, ExecutionStatus, FULL_HISTORY, JobStatus, PauseReason},
        view::Bill,
        wait::{Stands, Wait},
    },
    id::{ExecutionId, JobId},
    nodes::sub_workflow::OUTPUT,
    time::Timestamp,
};

/// The jitter of a child's next attempt: no worker draws a random one, so it is the mean.
const BETWEEN: f64 = 0.5;

/// What a parent wants of the execution that one of its jobs launched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParentWord {
    /// To end: nobody waits for it any more.
    Stop,
    /// To let nothing new start.
    Pause,
    /// To go on, if it is the parent's pause that holds it.
    Resume,
    /// To try again what waits for money: the parent may spend another sum.
    Budget,
}

/// A launched execution is over.
#[derive(Debug, Clone, PartialEq)]
pub struct ChildEnd {
    /// The job that launched it.
    pub job: JobId,
    /// The execution that ended.
    pub child: ExecutionId,
    /// How it ended.
    pub ending: ChildEnding,
    /// What it cost, with all that it launched itself.
    pub bill: Bill,
}

/// A launched execution pauses, or goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChildWait {
    /// The job that launched it.
    pub job: JobId,
    /// The execution that pauses or goes on.
    pub child: ExecutionId,
    /// What the job waits for now, in words.
    pub message: String,
}

/// How a launched execution ended.
#[derive(Debug, Clone, PartialEq)]
pub enum ChildEnding {
    /// With this result.
    Completed(Value),
    /// With these words.
    Failed(String),
    /// Stopped before it was done, for this reason.
    Stopped(EndReason),
}

impl ChildEnding {
    fn into_result(self) -> Result<Value, Failure> {
        match self {
            Self::Completed(value) => Ok(value),
            Self::Failed(words) => Err(Failure::permanent("child_failed", words)),
            Self::Stopped(EndReason::Deadline) => {
                let words = "The workflow it runs was stopped: its time is used up.";
                Err(Failure::permanent("child_stopped", words))
            }
            Self::Stopped(EndReason::History) => {
                let words = format!("The workflow it runs: {FULL_HISTORY}.");
                Err(Failure::permanent("child_stopped", words))
            }
            Self::Stopped(
                EndReason::User | EndReason::Parent | EndReason::Unreadable | EndReason::Stuck,
            ) => Err(Failure::permanent("child_stopped", "The workflow it runs was stopped.")),
        }
    }
}

impl Transition<'_> {
    /// Takes the end of a launched execution in: what it gave, or why it failed, is the job's.
    ///
    /// # Errors
    /// [`Refused::UnknownJob`] when the job does not wait for it any more: it changes nothing.
    pub fn child_ended(&mut self, end: ChildEnd) -> Result<(), Refused> {
        let waits = |job: &&JobState| job.waits_for() == Some(end.child);
        let job = self.snapshot.jobs.get(&end.job).filter(waits).cloned();
        let job = job.ok_or(Refused::UnknownJob(end.job))?;
        let (child, bill) = (end.child, end.bill);
        self.record(EventKind::JobChildEnded { job: job.to_ref(), child, bill });
        let failed = matches!(end.ending, ChildEnding::Failed(_));
        let output = end.ending.into_result().and_then(|result| {
            let values = Map::from_iter([(OUTPUT.to_owned(), result)]);
            self.may_bring(&job.node, &values)?;
            Ok(JobOutput { values, ..JobOutput::default() })
        });
        match output {
            Ok(output) => self.job_done(&job, output)?,
            Err(failure) if failed => self.child_failed(&job, failure)?,
            Err(failure) => self.job_failed(&job, failure)?,
        }
        self.settle_node_of(&job.node)?;
        self.advance();
        Ok(())
    }

    /// Takes in what a launched execution waits for: so does the job that launched it.
    ///
    /// # Errors
    /// [`Refused::UnknownJob`] when the job does not wait for it any more: it changes nothing.
    pub fn child_waits(&mut self, wait: ChildWait) -> Result<(), Refused> {
        let ChildWait { job: id, child, message } = wait;
        let waits = |job: &&JobState| job.waits_for() == Some(child);
        let job = self.snapshot.jobs.get(&id).filter(waits).ok_or(Refused::UnknownJob(id))?;
        let node = job.node.clone();
        self.wait_idle(&node, message);
        Ok(())
    }

    /// Retries the launched execution as a whole only where the node has a retry policy of its own:
    /// the steps inside have been retried already.
    fn child_failed(&mut self, job: &JobState, failure: Failure) -> Result<(), Refused> {
        let node = self.snapshot.compiled.node(&job.node);
        match node.and_then(|node| node.data.retry) {
            Some(policy) => self.try_again(job, failure, &policy, BETWEEN),
            None => self.job_failed(job, failure),
        }
    }

    /// The job leaves its worker and waits for what it launched.
    pub(super) fn wait_for_child(
        &mut self,
        job: &JobState,
        launched: Launching,
    ) -> Result<(), Refused> {
        let Launching { child, name } = launched;
        let state = self.job_mut(job.id)?;
        state.status = JobStatus::Pending;
        state.worker = None;
        state.run_at = Timestamp::NEVER;
        state.child = Some(child);
        let message = Wait::of_child(&name, &Stands::RUNNING);
        self.record(EventKind::JobWaiting { job: job.to_ref(), child, name });
        self.follow(Follow::Ended(child));
        if self.snapshot.status == ExecutionStatus::Paused {
            self.follow(Follow::Child(child, ParentWord::Pause));
        }
        self.wait_idle(&job.node, message);
        Ok(())
    }

    /// Does what the parent wants; what does not fit where this execution stands changes nothing.
    ///
    /// # Errors
    /// None in practice; see [`Transition::stop`].
    pub fn follow_parent(&mut self, word: ParentWord) -> Result<(), Refused> {
        let (status, reason) = (self.snapshot.status, self.snapshot.pause_reason);
        // A person's own pause outlasts the parent's; what else it waits for ends meanwhile.
        let own = matches!(reason, Some(PauseReason::User | PauseReason::Parent));
        match word {
            ParentWord::Stop if !status.is_over() => self.stop(EndReason::Parent)?,
            ParentWord::Pause if !status.is_over() && !own => {
                self.pause_for(PauseReason::Parent, None);
            }
            ParentWord::Resume if reason == Some(PauseReason::Parent) => self.go_on_with_parent(),
            ParentWord::Budget if reason == Some(PauseReason::Budget) => self.go_on_with_parent(),
            _ => {}
        }
        Ok(())
    }

    fn go_on_with_parent(&mut self) {
        self.run_or_queue();
        self.wake_jobs();
        self.advance();
        self.stand_at_breakpoint();
    }

    /// Tells its parent that this execution pauses for a reason of its own, or goes on after one.
    pub(super) fn tell_where_it_stands(&mut self, reason: Option<PauseReason>) {
        if reason.is_some_and(|why| why != PauseReason::Parent) {
            self.tell_parent_of_wait();
        }
    }

    /// Tells its parent that what it waits for has changed.
    pub(super) fn tell_parent_of_wait(&mut self) {
        if self.snapshot.parent.is_some() {
            self.follow(Follow::Stands(self.snapshot.id));
        }
    }

    /// Pauses and resumes what this execution waits for along with it.
    pub(super) fn tell_children(&mut self, status: ExecutionStatus) {
        let word = match (self.snapshot.status, status) {
            (_, ExecutionStatus::Paused) => ParentWord::Pause,
            // What waited for a place may have been paused before.
            (ExecutionStatus::Paused | ExecutionStatus::Pending, ExecutionStatus::Running) => {
                ParentWord::Resume
            }
            _ => return,
        };
        self.pass_down(word);
    }

    /// Tells what this execution waits for.
    pub(super) fn pass_down(&mut self, word: ParentWord) {
        let children: Vec<_> =
            self.snapshot.jobs.values().filter_map(JobState::waits_for).collect();
        for child in children {
            self.follow(Follow::Child(child, word));
        }
    }
}

impl JobState {
    /// The execution whose end it waits for.
    pub fn waits_for(&self) -> Option<ExecutionId> {
        self.child.filter(|_| self.status == JobStatus::Pending)
    }
}
