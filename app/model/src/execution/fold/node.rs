//! How an event changes one node.

use super::{edges, mirror::mirror};
use crate::{
    execution::{
        event::{
            EventKind, SettledEdges,
            groups::{
                execution_events, iteration_events, job_events, output_events, review_events,
            },
        },
        state::{EdgeState, NodeStatus, RoundState},
        view::{ExecutionView, JobView, NodeView},
    },
    id::{EdgeId, JobId, NodeId},
    nodes::NodeKind,
    time::Timestamp,
};

pub(super) fn apply(view: &mut ExecutionView, at: Timestamp, kind: &EventKind) {
    use EventKind as E;
    let seq = view.seq;
    match kind {
        E::NodeReady { node, jobs } => advance(view, node, |node| node.make_ready(seq, jobs)),
        E::NodeStarted { node } => advance(view, node, |node| node.start(at)),
        E::NodeWaiting { node, until, message, hold } => advance(view, node, |node| {
            node.waiting = Some(message.clone());
            (node.until, node.hold) = (*until, *hold);
            node.wait(at);
        }),
        E::NodeCompleted { node, edges, .. } => {
            settle(view, node, edges, |node| node.complete(seq, at));
        }
        E::NodeFailed { node, failure, edges } => settle(view, node, edges, |node| {
            node.settle(NodeStatus::Failed, at);
            node.failure = Some(failure.clone());
        }),
        E::NodeSkipped { node, reason, edges, .. } => settle(view, node, edges, |node| {
            node.settle(NodeStatus::Skipped, at);
            (node.failure, node.skipped) = (None, Some(*reason));
        }),
        E::NodeReused { node, origin, skipped, edges } => settle(view, node, edges, |node| {
            let status = skipped.map_or(NodeStatus::Completed, |_| NodeStatus::Skipped);
            node.settle(status, at);
            (node.skipped, node.reused_from) = (*skipped, Some(*origin));
            node.began = seq;
        }),
        E::NodeCancelled { node } => {
            advance(view, node, |node| node.settle(NodeStatus::Cancelled, at));
        }
        E::NodeRetried { node, generation, jobs, edges } => {
            reopen(view, node, edges, |node| node.retry(*generation, jobs));
        }
        E::NodeReset { node, generation, edges, gives } => {
            reopen(view, node, edges, |node| node.reset(*generation, *gives));
        }
        E::NodeEdited { node, .. } => change(view, node, |node| node.edited = true),
        execution_events!()
        | iteration_events!()
        | review_events!()
        | job_events!()
        | output_events!() => {}
    }
}

/// Changes a node, and what is shown of it as it was drawn.
fn change(view: &mut ExecutionView, id: &NodeId, change: impl FnOnce(&mut NodeView)) {
    if let Some(node) = view.nodes.get_mut(id.as_str()) {
        change(node);
    }
    mirror(&mut view.nodes, id);
}

/// Changes a node that has gone on: what it waited for is over.
pub(super) fn advance(view: &mut ExecutionView, id: &NodeId, next: impl FnOnce(&mut NodeView)) {
    change(view, id, |node| {
        (node.waiting, node.until, node.hold) = (None, None, None);
        next(node);
    });
}

/// Changes a node whose edges have settled.
fn settle(
    view: &mut ExecutionView,
    id: &NodeId,
    settled: &SettledEdges,
    next: impl FnOnce(&mut NodeView),
) {
    edges::settle(&mut view.edges, settled);
    advance(view, id, next);
}

/// Changes a node whose edges are open again.
fn reopen(
    view: &mut ExecutionView,
    id: &NodeId,
    open: &[EdgeId],
    next: impl FnOnce(&mut NodeView),
) {
    edges::set(&mut view.edges, open, EdgeState::Pending);
    advance(view, id, next);
}

impl NodeView {
    fn make_ready(&mut self, seq: i64, jobs: &[JobId]) {
        self.status = NodeStatus::Ready;
        self.jobs = jobs.iter().copied().map(JobView::pending).collect();
        // A loop reads what its iterations go through when they are planned, not when the first
        // begins.
        self.began = seq;
    }

    fn start(&mut self, at: Timestamp) {
        self.status = NodeStatus::Running;
        self.started_at.get_or_insert(at);
    }

    fn wait(&mut self, at: Timestamp) {
        self.status = NodeStatus::Waiting;
        // A `wait` node works by waiting: its time starts here.
        if self.kind == NodeKind::Wait.key() && self.hold.is_none() {
            self.started_at.get_or_insert(at);
        }
    }

    fn complete(&mut self, seq: i64, at: Timestamp) {
        self.settle(NodeStatus::Completed, at);
        self.failure = None;
        // What needs no jobs reads and gives at once.
        if self.began == 0 {
            self.began = seq;
        }
    }

    fn settle(&mut self, status: NodeStatus, at: Timestamp) {
        self.review = None;
        self.status = status;
        self.ended_at = Some(at);
    }

    fn retry(&mut self, generation: i32, jobs: &[JobId]) {
        self.has_given |= self.status == NodeStatus::Completed;
        self.status = NodeStatus::Ready;
        self.generation = generation;
        // What it took before, and how long nobody looked at its failure, is not its time.
        (self.failure, self.started_at, self.ended_at) = (None, None, None);
        let failed = self.rounds.iter_mut().filter(|iteration| **iteration == RoundState::Failed);
        failed.for_each(|iteration| *iteration = RoundState::Waiting);
        for job in self.jobs.iter_mut().filter(|job| jobs.contains(&job.id)) {
            job.reset();
        }
    }

    /// Puts the node back to pending; what was paid stays on its bill.
    fn reset(&mut self, generation: i32, gives: bool) {
        self.has_given = gives;
        (self.past_bill, self.past_children) = (self.bill(), self.children_bill());
        self.jobs.clear();
        self.status = NodeStatus::Pending;
        self.generation = generation;
        (self.failure, self.skipped, self.review) = (None, None, None);
        (self.started_at, self.ended_at) = (None, None);
        self.rounds.clear();
        self.began = 0;
    }
}

impl JobView {
    /// Puts the job back to pending; what was paid stays on its bill.
    fn reset(&mut self) {
        let (bill, child_bill) = (self.bill, self.child_bill);
        *self = Self { bill, child_bill, ..Self::pending(self.id) };
    }
}
