//! A clock that was set back.

use std::collections::BTreeMap;

use crate::{
    decide::{
        JobState, Refused, ReviewChange, Transition, job::attempt::retry_policy,
        node::wait::set_waiting, review::open::approval_deadline_now,
    },
    execution::{
        event::{ClockBack, EventKind},
        failure::FailureClass,
        state::{JobStatus, NodeStatus},
    },
    id::NodeId,
    time::Timestamp,
};

/// Takes in that the clock was set back since the execution last changed (a correction, or
/// another server took the database over): whatever waits for its time by the clock that was
/// ahead waits no longer than if it began to wait now; a moment that its author named stays.
///
/// # Errors
/// None in practice. What is over is left as it is.
pub fn follow_clock_back(transition: &mut Transition<'_>) -> Result<(), Refused> {
    if transition.snapshot().status.is_over() {
        return Ok(());
    }
    let now = transition.now();
    transition.rewind_active_time();
    let reviews = bring_reviews_forward(transition)?;
    transition.record(EventKind::ExecutionClockBack(ClockBack { reviews }));
    let waits = |job: &&JobState| {
        job.status == JobStatus::Pending && job.run_at > now && job.run_at != Timestamp::NEVER
    };
    let waiting = transition.snapshot().jobs.values().filter(waits);
    let waiting: Vec<JobState> = waiting.cloned().collect();
    for job in waiting {
        let latest = latest_start(transition, &job);
        if latest < job.run_at {
            wait_until(transition, &job, latest)?;
        }
    }
    transition.wake_jobs();
    Ok(())
}

/// When the job would be due at the latest if it began to wait now.
fn latest_start(transition: &Transition<'_>, job: &JobState) -> Timestamp {
    match job.failure.as_ref().map(|failure| failure.class) {
        Some(FailureClass::Limited { for_ms }) => transition.now().plus_ms(for_ms),
        Some(FailureClass::Transient { retry_after_ms }) => {
            let tried = u32::try_from(job.attempt).unwrap_or(1);
            let policy = retry_policy(transition.snapshot(), &job.node);
            transition.now().plus_ms(policy.delay_ms(tried, 1.0, retry_after_ms))
        }
        None if job.started_at.is_none() => {
            let scope = transition.snapshot().scope_at(&job.node, transition.now()).ok();
            let config = transition.snapshot().config(&job.node);
            let begins = scope.zip(config).map(|(scope, config)| config.not_before(&scope));
            begins.and_then(Result::ok).unwrap_or(job.run_at)
        }
        None | Some(FailureClass::Hold { .. } | FailureClass::Permanent) => transition.now(),
    }
}

fn wait_until(
    transition: &mut Transition<'_>,
    job: &JobState,
    until: Timestamp,
) -> Result<(), Refused> {
    transition.job_mut(job.id)?.run_at = until;
    if let Some(failure) = job.failure.clone() {
        let most = retry_policy(transition.snapshot(), &job.node).max_attempts;
        transition.record(EventKind::JobRetryScheduled {
            job: job.to_ref(),
            at_time: until,
            attempt: job.attempt + 1,
            max_attempts: i32::try_from(most).unwrap_or(i32::MAX),
            failure,
        });
    }
    if transition.node_mut(&job.node)?.status == NodeStatus::Waiting {
        let jobs = transition.snapshot().jobs_of(&job.node);
        let open = jobs.iter().filter(|job| !job.status.is_settled()).map(|job| job.run_at);
        let first = open.min().filter(|first| *first != Timestamp::NEVER);
        let words = job.failure.as_ref().map(|failure| failure.message.clone());
        let words = words.unwrap_or_else(|| "Waiting for its scheduled time".to_owned());
        set_waiting(transition, &job.node, first, words);
    }
    Ok(())
}

/// Lets open reviews be approved by themselves no later than if they were opened now. Returns
/// which, and when.
fn bring_reviews_forward(
    transition: &mut Transition<'_>,
) -> Result<BTreeMap<NodeId, Timestamp>, Refused> {
    let mut moved = BTreeMap::new();
    for id in transition.snapshot().nodes_in_order() {
        let review = transition.snapshot().nodes.get(&id).and_then(|node| node.review.as_ref());
        let Some((review, set)) = review.and_then(|open| Some((open.id, open.until?))) else {
            continue;
        };
        let until = approval_deadline_now(transition, &id).filter(|until| *until < set);
        let Some(until) = until else { continue };
        if let Some(open) = transition.node_mut(&id)?.review.as_mut() {
            open.until = Some(until);
        }
        transition.change_review(ReviewChange::BroughtForward { review, until });
        moved.insert(id, until);
    }
    Ok(moved)
}
