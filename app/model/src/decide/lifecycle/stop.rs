//! Executions that end before they are done.

use super::status::change_status;
use crate::{
    decide::{
        Refused, Transition,
        node::{
            cancel::{cancel_job, cancel_node},
            checks::check_action,
        },
    },
    execution::{
        event::{EventKind, Stopped},
        state::{Action, EndReason, ExecutionStatus},
    },
    id::JobId,
};

/// Ends it for good: open nodes and jobs are cancelled, results kept.
///
/// # Errors
/// [`Refused::NotAllowed`] when it is over otherwise. Stopping twice changes nothing.
pub fn stop(transition: &mut Transition<'_>, reason: EndReason) -> Result<(), Refused> {
    stop_with_message(transition, reason, None)
}

/// The same, with words of who asked for it.
///
/// # Errors
/// As [`stop()`].
pub fn stop_with_message(
    transition: &mut Transition<'_>,
    reason: EndReason,
    message: Option<String>,
) -> Result<(), Refused> {
    if transition.snapshot().status == ExecutionStatus::Stopped {
        return Ok(());
    }
    check_action(transition.snapshot(), Action::Stop)?;
    let open = transition.snapshot().jobs.values().filter(|job| !job.status.is_settled());
    let jobs: Vec<JobId> = open.map(|job| job.id).collect();
    for id in jobs {
        cancel_job(transition, id)?;
    }
    for id in transition.snapshot().nodes_in_order() {
        cancel_node(transition, &id)?;
    }
    change_status(transition, ExecutionStatus::Stopped);
    transition.set_end_reason(reason);
    let by = transition.requester().cloned().filter(|_| reason == EndReason::User);
    transition.record(EventKind::ExecutionStopped(Stopped { reason, message, by }));
    Ok(())
}

/// Stops an execution whose time of active work is used up; one that has time left goes on.
///
/// # Errors
/// None in practice; see [`stop()`].
pub fn check_deadline(transition: &mut Transition<'_>) -> Result<(), Refused> {
    let runs = transition.snapshot().status == ExecutionStatus::Running;
    let deadline = transition.snapshot().deadline();
    let passed = runs && deadline.is_some_and(|deadline| deadline <= transition.now());
    if passed { stop(transition, EndReason::Deadline) } else { Ok(()) }
}
