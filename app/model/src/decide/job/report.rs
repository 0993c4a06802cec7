//! What a worker's report does to its job, its node and what follows.

use super::{
    agent::take_step,
    attempt::{complete_job, fail_job, put_back_after_report, retry_or_fail, retry_policy},
    child::wait_for_child,
    question::{ask_about_call, asks_before_repeat},
};
use crate::{
    decide::{
        JobState, Outcome, Refused, Report, Snapshot, Transition,
        lifecycle::{advance::advance, status::pause_for},
        node::{jobs::settle_node_by_jobs, wait::set_waiting_if_idle},
        outputs::fitting::check_outcome,
        transition::leave_out_active_time,
    },
    execution::{
        event::EventKind,
        failure::{Failure, FailureClass, HoldReason},
        state::{ExecutionStatus, JobStatus, PauseReason},
    },
    id::{JobId, NodeId},
    workflow::LongWait,
};

/// Takes a report in.
///
/// # Errors
/// [`Refused::Stale`] when the attempt no longer holds the job: the report changes nothing.
pub fn settle_report(transition: &mut Transition<'_>, report: Report) -> Result<(), Refused> {
    let job = find_held_job(transition.snapshot(), report.job, report.fence)?;
    for charge in report.charges {
        transition.add_charge(job.to_ref(), charge);
    }
    let failure = match check_outcome(transition.snapshot(), &job.node, report.outcome) {
        Outcome::Done(output) => {
            transition.end_attempt(&job, "completed", None);
            complete_job(transition, &job, output)?;
            None
        }
        Outcome::Failed(failure) => Some(failure),
        Outcome::Waits(launched) => {
            transition.end_attempt(&job, "completed", None);
            wait_for_child(transition, &job, launched)?;
            None
        }
        Outcome::Stepped(step) => take_step(transition, &job, *step)?,
    };
    if let Some(failure) = failure {
        let failure = respect_retry_after(transition, &job.node, failure);
        let limited = matches!(failure.class, FailureClass::Limited { .. });
        let end = if limited { "limited" } else { "failed" };
        transition.end_attempt(&job, end, Some(failure.clone()));
        handle_failed_attempt(transition, &job, failure, report.jitter)?;
    }
    settle_node_by_jobs(transition, &job.node)?;
    advance(transition);
    Ok(())
}

/// The running job, if the claim with this fence still holds it.
fn find_held_job(snapshot: &Snapshot, id: JobId, fence: i64) -> Result<JobState, Refused> {
    let job = snapshot.jobs.get(&id).ok_or(Refused::UnknownJob(id))?;
    if job.status != JobStatus::Running || job.fence != fence {
        return Err(Refused::Stale { got: fence, current: job.fence });
    }
    Ok(job.clone())
}

/// Where the other side asks for a longer wait than the policy has between attempts, turns the
/// failure into a limit that counts as no attempt: attempts before that time would be in vain.
fn respect_retry_after(transition: &Transition<'_>, node: &NodeId, failure: Failure) -> Failure {
    let FailureClass::Transient { retry_after_ms: Some(ms) } = failure.class else {
        return failure;
    };
    let class = match retry_policy(transition.snapshot(), node).long_wait(ms) {
        None => return failure,
        Some(LongWait::For(for_ms)) => FailureClass::Limited { for_ms },
        Some(LongWait::TooLong) => FailureClass::Permanent,
    };
    let message = format!("{} It asked to wait {}.", failure.message, length_words(ms));
    Failure { class, message, ..failure }
}

/// So long, in the unit that says it in a small number; rounded up.
fn length_words(ms: u64) -> String {
    const MINUTE: u64 = 60_000;
    let (unit, count) = match ms {
        ..7_200_000 => ("minute", ms.div_ceil(MINUTE)),
        7_200_000..172_800_000 => ("hour", ms.div_ceil(60 * MINUTE)),
        _ => ("day", ms.div_ceil(24 * 60 * MINUTE)),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

fn handle_failed_attempt(
    transition: &mut Transition<'_>,
    job: &JobState,
    failure: Failure,
    jitter: f64,
) -> Result<(), Refused> {
    let again = matches!(failure.class, FailureClass::Transient { .. } | FailureClass::Hold { .. });
    if again && failure.unanswered && asks_before_repeat(transition.snapshot(), job) {
        return ask_about_call(transition, job.id, failure);
    }
    match failure.class {
        FailureClass::Hold { reason } => pause_for_cause(transition, job, failure, reason),
        FailureClass::Limited { for_ms } => put_back_until_limit(transition, job, failure, for_ms),
        FailureClass::Transient { .. } => {
            let policy = retry_policy(transition.snapshot(), &job.node);
            retry_or_fail(transition, job, failure, &policy, jitter)
        }
        FailureClass::Permanent => fail_job(transition, job, failure),
    }
}

/// Puts the job back as if it had not been tried, and pauses the execution until a person has
/// seen to the cause.
fn pause_for_cause(
    transition: &mut Transition<'_>,
    job: &JobState,
    failure: Failure,
    reason: HoldReason,
) -> Result<(), Refused> {
    let now = transition.now();
    let message = failure.message.clone();
    let state = transition.job_mut(job.id)?;
    put_back_after_report(state, now);
    state.attempt -= 1;
    state.failure = Some(failure.clone());
    let most = retry_policy(transition.snapshot(), &job.node).max_attempts;
    transition.record(EventKind::JobRetryScheduled {
        job: job.to_ref(),
        at_time: now,
        attempt: job.attempt,
        max_attempts: i32::try_from(most).unwrap_or(i32::MAX),
        failure,
    });
    set_waiting_if_idle(transition, &job.node, message.clone());
    if transition.snapshot().status == ExecutionStatus::Running {
        pause_for(transition, reason.into(), Some(message));
    }
    Ok(())
}

/// Puts a job back that was not tried: it counts as no attempt. Those of the node's jobs that
/// nobody has taken yet wait as long, so that they are not taken in vain.
fn put_back_until_limit(
    transition: &mut Transition<'_>,
    job: &JobState,
    failure: Failure,
    for_ms: u64,
) -> Result<(), Refused> {
    let until = transition.now().plus_ms(for_ms);
    let state = transition.job_mut(job.id)?;
    put_back_after_report(state, until);
    state.attempt -= 1;
    state.failure = Some(failure.clone());
    transition.record(EventKind::JobLimited { job: job.to_ref(), at_time: until, failure });
    let fresh = |other: &&&JobState| {
        other.status == JobStatus::Pending && other.started_at.is_none() && other.run_at < until
    };
    let siblings = transition.snapshot().jobs_of(&job.node);
    let siblings: Vec<JobId> = siblings.iter().filter(fresh).map(|job| job.id).collect();
    for id in siblings {
        transition.job_mut(id)?.run_at = until;
    }
    leave_out_active_time(transition, job);
    transition.wake_jobs();
    Ok(())
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
