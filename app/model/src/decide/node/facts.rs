//! What the state of nodes says to the rules of the action policy.

use crate::{
    decide::{JobState, Refused, Snapshot},
    execution::{
        action_policy::{
            facts::{Items, NodeFacts, NodeWork},
            node_states::NodeStates,
        },
        state::{EdgeState, JobStatus, NodeStatus, RoundState},
    },
    graph,
    id::{EdgeId, JobId, NodeId},
    nodes::NodeConfig,
    workflow::{OnError, Workflow},
};

/// The facts of a node that decide which actions it allows.
pub(in crate::decide) fn node_facts(
    snapshot: &Snapshot,
    id: &NodeId,
) -> Result<NodeFacts, Refused> {
    let node = snapshot.nodes.get(id).ok_or_else(|| Refused::UnknownNode(id.clone()))?;
    let begun = |job: &&JobState| job.status != JobStatus::Pending || job.started_at.is_some();
    let turned = node.iterations.iter().any(|iteration| *iteration != RoundState::Waiting);
    let work = if turned || snapshot.jobs_of(id).iter().any(begun) {
        NodeWork::Begun
    } else {
        NodeWork::Untouched
    };
    let (status, hold, items) = (node.status, node.hold, node_items(snapshot, id));
    Ok(NodeFacts { status, hold, on_error: on_error(snapshot, id), work, items })
}

/// Whether some of a node's items failed that it may go on without.
fn node_items(snapshot: &Snapshot, id: &NodeId) -> Items {
    let may_lack = snapshot.compiled.node(id).is_some_and(|node| node.data.min_items.is_some());
    let lacks = may_lack && !failed_jobs(snapshot, id).is_empty();
    if lacks { Items::Short } else { Items::Whole }
}

pub(in crate::decide) fn failed_jobs(snapshot: &Snapshot, id: &NodeId) -> Vec<JobId> {
    let jobs = snapshot.jobs_of(id);
    let failed = jobs.iter().filter(|job| job.status == JobStatus::Failed);
    failed.map(|job| job.id).collect()
}

/// What the failure of this node means, as its author set it.
pub(in crate::decide) fn on_error(snapshot: &Snapshot, id: &NodeId) -> OnError {
    graph::on_error(snapshot.compiled.workflow(), &id.in_round(""))
}

fn edge_state(snapshot: &Snapshot, id: &EdgeId) -> EdgeState {
    snapshot.edges.get(id).copied().unwrap_or(EdgeState::Pending)
}

impl NodeStates for Snapshot {
    fn workflow(&self) -> &Workflow {
        self.compiled.workflow()
    }

    fn runs_of(&self, drawn: &NodeId) -> Vec<NodeId> {
        self.nodes.keys().filter(|id| id.is_run_of(drawn)).cloned().collect()
    }

    fn events(&self) -> i64 {
        self.event_seq
    }

    fn is_replay(&self) -> bool {
        self.replays.is_some()
    }

    fn status_of(&self, id: &NodeId) -> Option<NodeStatus> {
        self.nodes.get(id).map(|node| node.status)
    }

    fn facts_of(&self, id: &NodeId) -> Option<NodeFacts> {
        node_facts(self, id).ok()
    }

    fn config_of(&self, id: &NodeId) -> Option<&NodeConfig> {
        self.config(id)
    }

    fn iterations_of(&self, id: &NodeId) -> &[RoundState] {
        self.nodes.get(id).map_or(&[], |node| &node.iterations)
    }

    fn edges_into(&self, id: &NodeId) -> Vec<(NodeId, EdgeState)> {
        let links = self.compiled.incoming(id).into_iter();
        links.map(|link| (link.source, edge_state(self, &link.edge))).collect()
    }

    fn edges_out_of(&self, id: &NodeId) -> Vec<(NodeId, EdgeState)> {
        let links = self.compiled.outgoing(id).into_iter();
        links.map(|link| (link.target, edge_state(self, &link.edge))).collect()
    }
}
