//! The status of an execution, and what executions around it are told when it changes.

use crate::{
    decide::{Follow, JobState, ParentWord, Transition},
    execution::{
        event::{EventKind, Paused},
        state::{ExecutionStatus, PauseReason},
    },
};

/// Sets where the execution stands; tells what launched it and what it launched.
pub(super) fn change_status(transition: &mut Transition<'_>, status: ExecutionStatus) {
    change_status_and_pause(transition, status, None);
}

/// Lets nothing new start from here on.
pub(in crate::decide) fn pause_for(
    transition: &mut Transition<'_>,
    reason: PauseReason,
    message: Option<String>,
) {
    change_status_and_pause(transition, ExecutionStatus::Paused, Some(reason));
    let by = transition.requester().cloned().filter(|_| reason == PauseReason::User);
    transition.record(EventKind::ExecutionPaused(Paused { reason, message, by }));
}

fn change_status_and_pause(
    transition: &mut Transition<'_>,
    status: ExecutionStatus,
    pause: Option<PauseReason>,
) {
    message_children_of_status(transition, status);
    let pause_before = transition.snapshot().pause_reason;
    message_parent_of_pause(transition, pause_before.filter(|_| !status.is_over()));
    message_parent_of_pause(transition, pause);
    transition.set_status(status, pause);
}

/// Pauses and resumes what this execution waits for along with it.
fn message_children_of_status(transition: &mut Transition<'_>, status: ExecutionStatus) {
    use ExecutionStatus as S;
    let before = transition.snapshot().status;
    match status {
        S::Paused => message_children(transition, ParentWord::Pause),
        // What waited for a place may have been paused before.
        S::Running if matches!(before, S::Paused | S::Pending) => {
            message_children(transition, ParentWord::Resume);
        }
        S::Running | S::Pending | S::Completed | S::Failed | S::Stopped => {}
    }
}

/// Tells what this execution waits for.
pub(in crate::decide) fn message_children(transition: &mut Transition<'_>, word: ParentWord) {
    let children: Vec<_> =
        transition.snapshot().jobs.values().filter_map(JobState::waits_for).collect();
    for child in children {
        transition.follow(Follow::Child(child, word));
    }
}

/// Tells its parent that this execution pauses for a reason of its own, or goes on after one.
fn message_parent_of_pause(transition: &mut Transition<'_>, reason: Option<PauseReason>) {
    if reason.is_some_and(|why| why != PauseReason::Parent) {
        message_parent(transition);
    }
}

/// Tells its parent that what it waits for has changed.
pub(super) fn message_parent(transition: &mut Transition<'_>) {
    if transition.snapshot().parent.is_some() {
        transition.follow(Follow::Stands(transition.snapshot().id));
    }
}
