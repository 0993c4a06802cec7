//! How an event changes the execution as a whole.

use crate::{
    budget::Dollars,
    execution::{
        event::{
            ClockBack, EventKind, Paused,
            groups::{iteration_events, job_events, node_events, output_events, review_events},
        },
        state::{ExecutionStatus, PauseReason},
        view::{EdgeView, ExecutionView, NodeView},
    },
    time::Timestamp,
};

pub(super) fn apply(view: &mut ExecutionView, at: Timestamp, kind: &EventKind) {
    use EventKind as E;
    match kind {
        E::ExecutionLaunched { nodes, edges, replay } => {
            end_wait(view);
            view.is_replay = *replay;
            view.launched_at = at;
            view.nodes = nodes.iter().map(NodeView::from_launched).collect();
            view.edges = edges.iter().map(EdgeView::pending).collect();
        }
        E::ExecutionQueued(queued) => {
            go_on(view, ExecutionStatus::Pending);
            view.queued = Some(*queued);
        }
        E::ExecutionStarted => {
            end_wait(view);
            view.status = ExecutionStatus::Running;
        }
        E::ExecutionResumed => go_on(view, ExecutionStatus::Running),
        E::ExecutionPaused(paused) => pause(view, paused),
        E::ExecutionCompleted => end(view, ExecutionStatus::Completed, at),
        E::ExecutionFailed { node, message } => {
            end(view, ExecutionStatus::Failed, at);
            view.error = Some(message.clone());
            view.failed_node = Some(node.clone());
        }
        E::ExecutionStopped(stopped) => {
            end(view, ExecutionStatus::Stopped, at);
            view.end_reason = Some(stopped.reason);
        }
        E::ExecutionAutoRun { on } => view.auto_run = *on,
        E::ExecutionBreakpoints { nodes } => view.breakpoints = nodes.clone(),
        E::ExecutionBudget { micros } => set_budget(view, *micros),
        E::ExecutionClockBack(back) => bring_reviews_forward(view, back),
        iteration_events!()
        | node_events!()
        | review_events!()
        | job_events!()
        | output_events!() => {}
    }
}

/// Ends a pause and a wait in line.
fn end_wait(view: &mut ExecutionView) {
    view.pause_reason = None;
    (view.pause_message, view.paused_by, view.queued) = (None, None, None);
}

/// Goes on, also after it had failed.
fn go_on(view: &mut ExecutionView, status: ExecutionStatus) {
    end_wait(view);
    view.status = status;
    (view.error, view.failed_node, view.ended_at) = (None, None, None);
}

fn pause(view: &mut ExecutionView, Paused { reason, message, by }: &Paused) {
    end_wait(view);
    view.status = ExecutionStatus::Paused;
    view.pause_reason = Some(*reason);
    view.pause_message = message.clone();
    view.paused_by = by.as_ref().map(|by| by.name.clone());
}

fn end(view: &mut ExecutionView, status: ExecutionStatus, at: Timestamp) {
    end_wait(view);
    view.status = status;
    view.ended_at = Some(at);
}

/// Sets the budget; a pause for the old one says the new one from then on.
fn set_budget(view: &mut ExecutionView, micros: Option<i64>) {
    view.budget_micros = micros;
    if view.pause_reason == Some(PauseReason::Budget) {
        let now = micros.map_or("The run has no budget now".to_owned(), |micros| {
            format!("The budget is {} now", Dollars(micros))
        });
        view.pause_message = Some(format!("{now}. Resume the run to continue."));
    }
}

fn bring_reviews_forward(view: &mut ExecutionView, back: &ClockBack) {
    for (id, until) in &back.reviews {
        let node = view.nodes.get_mut(id.as_str());
        if let Some(review) = node.and_then(|node| node.review.as_mut()) {
            review.until = Some(*until);
        }
    }
}
