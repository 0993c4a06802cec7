//! How a node settles, and by which ports the path goes on after it.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::{
    connect::ERROR_PORT,
    decide::{Link, Transition},
    execution::{
        event::{EventKind, SettledEdges, SkipReason},
        failure::Failure,
        state::{EdgeState, NodeStatus},
    },
    graph,
    id::NodeId,
    nodes::{DefaultRoute, Settled, TakenPorts, Work},
    workflow::OnError,
};

impl Transition<'_> {
    pub(in crate::decide) fn complete(&mut self, id: &NodeId, settled: Settled) {
        self.settle_completed(id, settled, false);
    }

    /// Completes a node with the output that a person gives for it.
    pub(in crate::decide) fn complete_as_told(&mut self, id: &NodeId, output: Map<String, Value>) {
        let takes = self.takes(id, DefaultRoute::Told(&output));
        self.settle_completed(id, Settled { output, takes }, true);
    }

    fn settle_completed(&mut self, id: &NodeId, settled: Settled, told: bool) {
        // The output of jobs was checked job by job: a refused one can be retried.
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
            // A path that was not taken ends here; any other goes on past the node.
            SkipReason::DeadPath => TakenPorts::Only(vec![]),
            SkipReason::Condition | SkipReason::Disabled | SkipReason::User => {
                self.takes(id, DefaultRoute::Passed)
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
            // The nodes after it wait: a person may retry this one or skip it.
            OnError::Fail => None,
            OnError::Continue => Some(self.takes(id, DefaultRoute::Failed)),
            OnError::Branch => Some(TakenPorts::Only(vec![ERROR_PORT.to_owned()])),
        };
        let edges = takes.map(|takes| self.settle_edges(id, &takes)).unwrap_or_default();
        self.record(EventKind::NodeFailed { node: id.clone(), failure, edges });
    }

    /// What the failure of this node means, as its author set it.
    pub(in crate::decide) fn on_error(&self, id: &NodeId) -> OnError {
        graph::on_error(self.snapshot.compiled.workflow(), &id.in_round(""))
    }

    /// By which ports the path goes on after a node that did not choose them.
    fn takes(&self, id: &NodeId, route: DefaultRoute<'_>) -> TakenPorts {
        let workflow = self.snapshot.compiled.workflow();
        self.snapshot.config(id).map_or(TakenPorts::All, |config| config.takes(workflow, route))
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
        // A failed loop may go on with the rounds that it planned.
        if status != NodeStatus::Failed {
            self.keep_plan(id, None);
        }
        true
    }

    fn settle_edges(&mut self, id: &NodeId, takes: &TakenPorts) -> SettledEdges {
        let compiled = self.compiled_workflow();
        let mut settled = SettledEdges::default();
        for Link { edge, target, .. } in compiled.outgoing(id) {
            // Where a node runs again, edges that have settled stay as they are.
            if self.snapshot.edges.get(&edge) != Some(&EdgeState::Pending) {
                continue;
            }
            let live = takes.includes(compiled.port_out(&edge));
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
