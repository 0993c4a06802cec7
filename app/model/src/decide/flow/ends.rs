//! How a node settles, and by which ports the path goes on after it.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::{
    connect::ERROR_PORT,
    decide::{Draft, Link},
    execution::{
        event::{EventKind, SettledEdges, SkipReason},
        failure::Failure,
        state::{EdgeState, NodeStatus},
    },
    graph,
    id::NodeId,
    nodes::{Settled, Takes, Unchosen, Work},
    workflow::OnError,
};

impl Draft<'_> {
    pub(in crate::decide) fn complete(&mut self, id: &NodeId, settled: Settled) {
        self.settle_completed(id, settled, false);
    }

    /// Completes a node with what a person says that it gives.
    pub(in crate::decide) fn complete_as_told(&mut self, id: &NodeId, output: Map<String, Value>) {
        let takes = self.takes(id, Unchosen::Told(&output));
        self.settle_completed(id, Settled { output, takes }, true);
    }

    fn settle_completed(&mut self, id: &NodeId, settled: Settled, told: bool) {
        // What jobs give is judged one by one: those that are refused can be tried again.
        let by_jobs = self.snapshot.config(id).is_some_and(|config| config.work() == Work::Jobs);
        if !by_jobs && let Err(failure) = self.may_give(id, &settled.output) {
            return self.fail(id, failure);
        }
        if self.settle_node(id, NodeStatus::Completed, Some(settled.output)) {
            let edges = self.settle_edges(id, &settled.takes);
            let by = self.by.clone().filter(|_| told);
            self.record(EventKind::NodeCompleted { node: id.clone(), told, by, edges });
        }
    }

    pub(in crate::decide) fn skip(&mut self, id: &NodeId, reason: SkipReason) {
        let takes = match reason {
            // Only a path that was not taken ends here; else it goes on past the node.
            SkipReason::DeadPath => Takes::Only(vec![]),
            SkipReason::Condition | SkipReason::Disabled | SkipReason::User => {
                self.takes(id, Unchosen::Passed)
            }
        };
        if self.settle_node(id, NodeStatus::Skipped, None) {
            let edges = self.settle_edges(id, &takes);
            let by = self.by.clone().filter(|_| reason == SkipReason::User);
            self.record(EventKind::NodeSkipped { node: id.clone(), reason, by, edges });
        }
    }

    pub(in crate::decide) fn fail(&mut self, id: &NodeId, failure: Failure) {
        let handling = self.on_error(id);
        let output = match handling {
            OnError::Fail => None,
            OnError::Continue | OnError::Branch => {
                let told = serde_json::json!({"code": failure.code, "message": failure.message});
                Some(Map::from_iter([(ERROR_PORT.to_owned(), told)]))
            }
        };
        if !self.settle_node(id, NodeStatus::Failed, output) {
            return;
        }
        if let Ok(node) = self.node_mut(id) {
            node.failure = Some(failure.clone());
        }
        let takes = match handling {
            // What follows waits: a person may have it made again, or go on without it.
            OnError::Fail => None,
            OnError::Continue => Some(self.takes(id, Unchosen::Failed)),
            OnError::Branch => Some(Takes::Only(vec![ERROR_PORT.to_owned()])),
        };
        let edges = takes.map(|takes| self.settle_edges(id, &takes)).unwrap_or_default();
        self.record(EventKind::NodeFailed { node: id.clone(), failure, edges });
    }

    /// What the author wants when this node fails.
    pub(in crate::decide) fn on_error(&self, id: &NodeId) -> OnError {
        graph::on_error(self.snapshot.frozen.workflow(), &id.in_round(""))
    }

    /// By which ports the path goes on after a node that did not choose them.
    fn takes(&self, id: &NodeId, unchosen: Unchosen<'_>) -> Takes {
        let workflow = self.snapshot.frozen.workflow();
        self.snapshot.config(id).map_or(Takes::All, |config| config.takes(workflow, unchosen))
    }

    pub(in crate::decide) fn settle_node(
        &mut self,
        id: &NodeId,
        status: NodeStatus,
        output: Option<Map<String, Value>>,
    ) -> bool {
        let now = self.now;
        self.touched.extend(id.owner());
        let Ok(node) = self.node_mut(id) else { return false };
        node.status = status;
        node.ended_at = Some(now);
        (node.hold, node.review) = (None, None);
        node.output = output.map(Arc::new);
        // What failed may go on with the same.
        if status != NodeStatus::Failed {
            self.keep_plan(id, None);
        }
        true
    }

    fn settle_edges(&mut self, id: &NodeId, takes: &Takes) -> SettledEdges {
        let frozen = self.frozen();
        let mut settled = SettledEdges::default();
        for Link { edge, target, .. } in frozen.outgoing(id) {
            // Where a node is made again, what has gone on after it stays as it was.
            if self.snapshot.edges.get(&edge) != Some(&EdgeState::Pending) {
                continue;
            }
            let live = takes.includes(frozen.port_out(&edge));
            let (state, list) = if live {
                (EdgeState::Live, &mut settled.live)
            } else {
                (EdgeState::Dead, &mut settled.dead)
            };
            list.push(edge.clone());
            self.settle_edge(&edge, state);
            self.queue.push_back(target);
        }
        settled
    }
}
