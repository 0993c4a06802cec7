//! From events to what a person sees: the one fold of server, page and time slider.

mod edges;
mod execution;
mod iterations;
mod job;
mod mirror;
mod node;
mod outputs;
mod pending;
mod review;

use super::{
    event::{
        Event, EventKind,
        groups::{
            execution_events, iteration_events, job_events, node_events, output_events,
            review_events,
        },
    },
    indexed::Indexed,
    state::ExecutionStatus,
    view::ExecutionView,
};
use crate::time::Timestamp;

impl ExecutionView {
    /// Before the first event.
    pub fn empty() -> Self {
        Self {
            seq: 0,
            status: ExecutionStatus::Pending,
            pause_reason: None,
            pause_message: None,
            paused_by: None,
            queued: None,
            unserved: vec![],
            end_reason: None,
            error: None,
            failed_node: None,
            auto_run: true,
            breakpoints: vec![],
            is_replay: false,
            budget_micros: None,
            launched_at: Timestamp::default(),
            ended_at: None,
            nodes: Indexed::default(),
            edges: Indexed::default(),
            documents: vec![],
        }
    }

    /// The view after the last of `events`, which must be in order from the first event on.
    pub fn from_events(events: &[Event]) -> Self {
        let mut view = Self::empty();
        for event in events {
            view.apply(event);
        }
        view
    }

    /// Applies the next event; one that was applied before changes nothing.
    ///
    /// Returns false when an event in between is missing: the caller fetches from `seq` on.
    pub fn apply(&mut self, event: &Event) -> bool {
        if event.seq <= self.seq {
            return true;
        }
        if event.seq != self.seq + 1 {
            return false;
        }
        self.seq = event.seq;
        apply_kind(self, event.at, &event.kind);
        true
    }
}

fn apply_kind(view: &mut ExecutionView, at: Timestamp, kind: &EventKind) {
    match kind {
        execution_events!() => execution::apply(view, at, kind),
        iteration_events!() => iterations::apply(view, kind),
        node_events!() => node::apply(view, at, kind),
        review_events!() => review::apply(view, at, kind),
        job_events!() => job::apply(view, at, kind),
        output_events!() => outputs::apply(view, kind),
    }
}
