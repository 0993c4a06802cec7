//! What was made from a version that no longer counts.
//!
//! The fold keeps which version counted until which event, and with which event each node and job
//! began; so going to another version and back leaves nothing stale. To run what is stale again is
//! a new execution, which takes over the rest with the versions that count.

use std::collections::BTreeSet;

use super::{
    event::ArtifactSummary,
    state::{JobStatus, NodeStatus},
    view::{ExecutionView, JobView, NodeView},
};
use crate::{graph::Graph, id::NodeId, workflow::Workflow};

/// The nodes that were made, or are being made, from another version of something before them than
/// the one that counts now, and all that was made from those.
///
/// A loop is stale as a whole. What failed or was not needed is not: it gave nothing.
pub fn stale(workflow: &Workflow, view: &ExecutionView) -> BTreeSet<NodeId> {
    if view.nodes.iter().all(|node| node.past.is_empty()) {
        return BTreeSet::new();
    }
    let graph = Graph::new(workflow);
    let outermost = || view.nodes.iter().filter(|node| node.inside.is_none());
    let read_at = |id: &NodeId| view.node(id).and_then(NodeView::read_at);
    let mut stale = BTreeSet::new();
    for changed in outermost().filter(|node| !node.past.is_empty()) {
        let outdated = |id: &NodeId| read_at(id).is_some_and(|at| changed.differs_since(at));
        stale.extend(graph.descendants(&changed.id).into_iter().filter(outdated));
    }
    for id in stale.clone() {
        stale.extend(graph.descendants(&id).into_iter().filter(|id| read_at(id).is_some()));
    }
    stale.retain(|id| view.node(id).is_some_and(|node| node.inside.is_none()));
    stale
}

impl NodeView {
    /// The event at which it read what came before it, the first of its jobs if they differ; none
    /// when it has nothing from that.
    fn read_at(&self) -> Option<i64> {
        use NodeStatus as S;
        if !matches!(self.status, S::Running | S::Waiting | S::AwaitingReview | S::Completed) {
            return None;
        }
        if self.jobs.is_empty() {
            return Some(self.began).filter(|began| *began > 0);
        }
        // What waits to be tried again reads it anew then.
        let read = |job: &&JobView| job.status != JobStatus::Pending || job.child.is_some();
        let began = self.jobs.iter().filter(read).map(|job| job.began);
        began.filter(|began| *began > 0).min()
    }

    /// Whether another version of an output counts than at event `at`.
    fn differs_since(&self, at: i64) -> bool {
        self.artifacts.iter().any(|now| self.version_at(now, at) != now.made_as())
    }

    fn version_at(&self, now: &ArtifactSummary, at: i64) -> i32 {
        let mut of_same = self.past.iter().filter(|v| (v.item, &v.port) == (now.item, &now.port));
        of_same.find(|past| past.until > at).map_or(now.made_as(), |past| past.version)
    }
}
