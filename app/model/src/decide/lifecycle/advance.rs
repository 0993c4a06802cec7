//! How settled nodes make others ready, needless or done, until nothing is left to do.

use super::{
    status::{change_status, pause_for},
    stop::stop,
};
use crate::{
    decide::{
        JobState, NodeState, Transition,
        iterations::advance::advance_loops,
        node::{
            enter::process_worklist,
            facts::{failed_jobs, on_error},
        },
    },
    execution::{
        event::EventKind,
        state::{EndReason, ExecutionStatus, MOST_EVENTS, NodeStatus, PauseReason},
    },
    id::NodeId,
    workflow::{Node, OnError},
};

/// Works the worklist off, then ends the execution if nothing is left to do.
pub(in crate::decide) fn advance(transition: &mut Transition<'_>) {
    process_worklist(transition);
    let mut loops = transition.snapshot().open_loops();
    while advance_loops(transition, loops) {
        loops = std::mem::take(&mut transition.worklist.loops);
    }
    end_if_done(transition);
    stop_if_full(transition);
}

fn end_if_done(transition: &mut Transition<'_>) {
    let open = |status: NodeStatus| !status.is_settled() && status != NodeStatus::Pending;
    if transition.snapshot().status != ExecutionStatus::Running {
        return;
    }
    if transition.snapshot().nodes.values().any(|node| open(node.status)) {
        return pause_for_people(transition);
    }
    let compiled = transition.compiled_workflow();
    let unhandled = compiled.outermost().iter().find(|id| {
        let failed =
            transition.snapshot().nodes.get(*id).is_some_and(|n| n.status == NodeStatus::Failed);
        failed && on_error(transition.snapshot(), id) == OnError::Fail
    });
    match unhandled {
        Some(id) => fail_execution(transition, id),
        None => {
            let result = transition.snapshot().result();
            transition.set_result(result);
            change_status(transition, ExecutionStatus::Completed);
            transition.record(EventKind::ExecutionCompleted);
        }
    }
}

fn fail_execution(transition: &mut Transition<'_>, id: &NodeId) {
    let label = transition.snapshot().compiled.node(id).map_or(id.as_str(), Node::title);
    let failure = transition.snapshot().nodes.get(id).and_then(|node| node.failure.as_ref());
    let why = failure.map_or("it failed", |failure| failure.message.as_str());
    let failed = failed_jobs(transition.snapshot(), id).len();
    let message = match transition.snapshot().jobs_of(id).len() {
        0 | 1 => format!("{label}: {why}"),
        items => format!("{label}: {failed} of {items} items failed. {why}"),
    };
    change_status(transition, ExecutionStatus::Failed);
    transition.set_error(message.clone());
    transition.record(EventKind::ExecutionFailed { node: id.clone(), message });
}

/// Ends an execution that goes on although its history is as long as one may be: what tries
/// again or goes round without end would fill the database.
fn stop_if_full(transition: &mut Transition<'_>) {
    let runs = transition.snapshot().status == ExecutionStatus::Running;
    if runs && transition.snapshot().event_seq >= MOST_EVENTS {
        // Stopping a running execution is never refused.
        stop(transition, EndReason::History).ok();
    }
}

/// Pauses an execution in which nothing is left to do before a person has decided.
fn pause_for_people(transition: &mut Transition<'_>) {
    let waits = |node: &NodeState| node.status == NodeStatus::AwaitingReview;
    let asks = JobState::is_asked_about;
    let work = |job: &JobState| {
        !job.status.is_settled() && !asks(job) && !transition.snapshot().awaits_decision(job)
    };
    let held = |node: &NodeState| node.hold.is_some();
    let (nodes, jobs) = (&transition.snapshot().nodes, &transition.snapshot().jobs);
    if (nodes.values().any(waits) || jobs.values().any(asks))
        && !nodes.values().any(held)
        && !jobs.values().any(work)
    {
        pause_for(transition, PauseReason::Review, None);
    }
}
