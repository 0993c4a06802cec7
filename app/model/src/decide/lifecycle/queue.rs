//! Waiting for capacity: an execution starts, or goes on, once its workspace has a place for it.
//!
//! An execution holds a place while it works or is due within ten minutes; not while it is paused,
//! or only waits for people, others or a later time. What it launched works in its place. An
//! execution that could go on while all places are taken waits as `pending`, also one that has
//! begun; older families come first.

use super::{
    advance::advance,
    status::{change_status, message_parent},
};
use crate::{
    decide::{
        NodeState, Refused, Snapshot, Transition,
        node::{
            hold::pause_at_breakpoint,
            join::{Join, evaluate_join},
        },
    },
    execution::{
        event::EventKind,
        state::{ExecutionStatus, NodeStatus, PauseReason},
    },
    id::NodeId,
};

/// Starts an execution that waits for a place, or lets it go on, if it has one now.
///
/// # Errors
/// None in practice: one that does not wait, or still has no place, is left as it is.
pub fn admit(transition: &mut Transition<'_>) -> Result<(), Refused> {
    if transition.snapshot().status == ExecutionStatus::Pending && transition.queued().is_none() {
        message_parent(transition);
        run_or_queue(transition);
        transition.wake_jobs();
        advance(transition);
        pause_at_breakpoint(transition);
    }
    Ok(())
}

/// Waits for a place where all are taken and this execution, which runs and only waited, has
/// something to do by now.
pub fn queue_if_full(transition: &mut Transition<'_>) {
    let works = transition.snapshot().jobs_running() > 0;
    let active = transition.snapshot().is_active(transition.now());
    if active && !works && transition.queued().is_some() {
        run_or_queue(transition);
    }
}

/// Begins or goes on where there is a place, and waits for one where there is none.
pub(in crate::decide) fn run_or_queue(transition: &mut Transition<'_>) {
    let has_begun = has_begun(transition.snapshot());
    if let Some(queued) = transition.queued() {
        change_status(transition, ExecutionStatus::Pending);
        return transition.record(EventKind::ExecutionQueued(queued));
    }
    change_status(transition, ExecutionStatus::Running);
    let resumed = EventKind::ExecutionResumed;
    transition.record(if has_begun { resumed } else { EventKind::ExecutionStarted });
    // Of what has begun none is left, unless only a step that was taken over was done again.
    let compiled = transition.compiled_workflow();
    let first = compiled.outermost().iter().filter(|id| may_enter(transition.snapshot(), id));
    let first: Vec<NodeId> = first.cloned().collect();
    transition.worklist.nodes.extend(first);
}

/// Once an execution has begun, every node enters as soon as it can; what was taken over from
/// another execution does not make it begin.
fn has_begun(snapshot: &Snapshot) -> bool {
    let worked = |node: &NodeState| node.generation > 1 || node.started_at.is_some();
    let compiled = &snapshot.compiled;
    snapshot.nodes.values().any(worked)
        || !compiled.outermost().iter().any(|id| may_enter(snapshot, id))
}

fn may_enter(snapshot: &Snapshot, id: &NodeId) -> bool {
    let pending = snapshot.nodes.get(id).is_some_and(|node| node.status == NodeStatus::Pending);
    pending && !matches!(evaluate_join(snapshot, id), Join::Wait)
}

/// Ends the pause of an execution that waited for a decision.
pub(in crate::decide) fn end_review_pause(transition: &mut Transition<'_>) {
    if transition.snapshot().pause_reason == Some(PauseReason::Review) {
        run_or_queue(transition);
    }
}
