//! Executions that jobs launch: a job waits for its child without a worker, and ends as it does.

use serde_json::{Map, Value};

use super::attempt::{
    complete_job, fail_job, is_agent, put_back_after_report, put_back_for_next_step, retry_or_fail,
};
use crate::{
    decide::{
        Follow, JobOutput, JobState, Launching, ParentWord, Refused, Transition,
        lifecycle::advance::advance,
        node::{
            jobs::settle_node_by_jobs,
            wait::{FOR_A_WORKER, set_waiting_if_idle},
        },
        outputs::fitting::check_item_output,
    },
    execution::{
        event::EventKind,
        failure::Failure,
        state::{EndReason, ExecutionStatus},
        view::Bill,
        wait::{Stands, Wait},
    },
    id::{ExecutionId, JobId},
    nodes::sub_workflow::OUTPUT,
    time::Timestamp,
};

/// The jitter of a child's next attempt: no worker draws a random one, so it is the mean.
const BETWEEN: f64 = 0.5;

/// A launched execution is over.
#[derive(Debug, Clone, PartialEq)]
pub struct ChildEnd {
    /// The job that launched it.
    pub job: JobId,
    pub child: ExecutionId,
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
    /// What it gave.
    ///
    /// # Errors
    /// Why it gave nothing.
    pub fn into_result(self) -> Result<Value, Failure> {
        match self {
            Self::Completed(value) => Ok(value),
            Self::Failed(words) => Err(Failure::permanent("child_failed", words)),
            Self::Stopped(EndReason::Deadline) => {
                let words = "The workflow it runs was stopped: it reached its time limit.";
                Err(Failure::permanent("child_stopped", words))
            }
            Self::Stopped(EndReason::History) => {
                let words = "The workflow it runs was stopped: its history is full. Shorten the \
                             lists of its loops, or run parts of it as separate workflows.";
                Err(Failure::permanent("child_stopped", words))
            }
            Self::Stopped(
                EndReason::User | EndReason::Parent | EndReason::Unreadable | EndReason::Stuck,
            ) => Err(Failure::permanent("child_stopped", "The workflow it runs was stopped.")),
        }
    }
}

/// Takes the end of a launched execution in: what it gave, or why it failed, is the job's.
///
/// # Errors
/// [`Refused::UnknownJob`] when the job does not wait for it any more: it changes nothing.
pub fn handle_child_end(transition: &mut Transition<'_>, end: ChildEnd) -> Result<(), Refused> {
    let waits = |job: &&JobState| job.waits_for() == Some(end.child);
    let job = transition.snapshot().jobs.get(&end.job).filter(waits).cloned();
    let job = job.ok_or(Refused::UnknownJob(end.job))?;
    let (child, bill) = (end.child, end.bill);
    transition.record(EventKind::JobChildEnded { job: job.to_ref(), child, bill });
    if is_agent(transition.snapshot(), &job.node) {
        return go_on_with_agent(transition, &job);
    }
    let failed = matches!(end.ending, ChildEnding::Failed(_));
    let output = end.ending.into_result().and_then(|result| {
        let values = Map::from_iter([(OUTPUT.to_owned(), result)]);
        check_item_output(transition.snapshot(), &job.node, &values)?;
        Ok(JobOutput { values, ..JobOutput::default() })
    });
    match output {
        Ok(output) => complete_job(transition, &job, output)?,
        Err(failure) if failed => fail_by_child(transition, &job, failure)?,
        Err(failure) => fail_job(transition, &job, failure)?,
    }
    settle_node_by_jobs(transition, &job.node)?;
    advance(transition);
    Ok(())
}

/// Lets an agent go on whose workflow is over: how it ended is the result of the call.
fn go_on_with_agent(transition: &mut Transition<'_>, job: &JobState) -> Result<(), Refused> {
    let now = transition.now();
    put_back_for_next_step(transition.job_mut(job.id)?, now);
    set_waiting_if_idle(transition, &job.node, FOR_A_WORKER.to_owned());
    transition.wake_jobs();
    advance(transition);
    Ok(())
}

/// Takes in what a launched execution waits for: so does the job that launched it.
///
/// # Errors
/// [`Refused::UnknownJob`] when the job does not wait for it any more: it changes nothing.
pub fn handle_child_wait(transition: &mut Transition<'_>, wait: ChildWait) -> Result<(), Refused> {
    let ChildWait { job: id, child, message } = wait;
    let waits = |job: &&JobState| job.waits_for() == Some(child);
    let job = transition.snapshot().jobs.get(&id).filter(waits).ok_or(Refused::UnknownJob(id))?;
    let node = job.node.clone();
    set_waiting_if_idle(transition, &node, message);
    Ok(())
}

/// Retries the launched execution as a whole only where the node has a retry policy of its own:
/// the steps inside have been retried already.
fn fail_by_child(
    transition: &mut Transition<'_>,
    job: &JobState,
    failure: Failure,
) -> Result<(), Refused> {
    let node = transition.snapshot().compiled.node(&job.node);
    match node.and_then(|node| node.data.retry.clone()) {
        Some(policy) => retry_or_fail(transition, job, failure, &policy, BETWEEN),
        None => fail_job(transition, job, failure),
    }
}

/// The job leaves its worker and waits for what it launched.
pub(super) fn wait_for_child(
    transition: &mut Transition<'_>,
    job: &JobState,
    launched: Launching,
) -> Result<(), Refused> {
    let Launching { child, name } = launched;
    let state = transition.job_mut(job.id)?;
    put_back_after_report(state, Timestamp::NEVER);
    state.child = Some(child);
    let message = Wait::describe_child(&name, &Stands::RUNNING);
    transition.record(EventKind::JobWaiting { job: job.to_ref(), child, name });
    transition.follow(Follow::Ended(child));
    if transition.snapshot().status == ExecutionStatus::Paused {
        transition.follow(Follow::Child(child, ParentWord::Pause));
    }
    set_waiting_if_idle(transition, &job.node, message);
    Ok(())
}
