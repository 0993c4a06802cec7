//! Why a step was not needed: which branch of which condition did not lead to it.

use std::collections::BTreeSet;

use super::{
    event::SkipReason,
    state::{EdgeState, NodeStatus},
    view::{ExecutionView, NodeView},
};
use crate::{
    nodes::NodeConfig,
    workflow::{Edge, Workflow},
};

impl ExecutionView {
    /// The branch, in words, that did not hold and on whose way a skipped step lies; none when it
    /// was skipped for another reason.
    pub fn branch_not_taken(&self, workflow: &Workflow, node: &NodeView) -> Option<String> {
        if node.skipped != Some(SkipReason::DeadPath) {
            return None;
        }
        let iteration = node.id.round();
        // A step that was passed by was reached all the same, so that no branch is to blame.
        let dead = |edge: &&Edge| {
            let seen = self.edges.get(edge.id.in_round(iteration).as_str());
            let seen = seen.or(self.edges.get(edge.id.as_str()));
            seen.is_none_or(|seen| seen.state == EdgeState::Dead)
        };
        let (mut todo, mut seen) = (vec![node.id.in_round("")], BTreeSet::new());
        while let Some(id) = todo.pop() {
            if !seen.insert(id.clone()) {
                continue;
            }
            for edge in workflow.edges.iter().filter(|edge| edge.target == id).filter(dead) {
                let run = self.node(&edge.source.in_round(iteration)).or(self.node(&edge.source));
                let Some(run) = run else { continue };
                let is_passed = run.skipped == Some(SkipReason::DeadPath);
                match run.status {
                    NodeStatus::Completed => {
                        if let Some(words) = branch_of(workflow, edge) {
                            return Some(words);
                        }
                    }
                    NodeStatus::Skipped if is_passed => todo.push(edge.source.clone()),
                    NodeStatus::Skipped
                    | NodeStatus::Pending
                    | NodeStatus::Ready
                    | NodeStatus::Running
                    | NodeStatus::Waiting
                    | NodeStatus::AwaitingReview
                    | NodeStatus::Failed
                    | NodeStatus::Cancelled => {}
                }
            }
        }
        None
    }
}

/// The branch that an edge is of, when it comes from a condition.
fn branch_of(workflow: &Workflow, edge: &Edge) -> Option<String> {
    let NodeConfig::Conditional(config) = &workflow.node(&edge.source)?.data.config else {
        return None;
    };
    let port = edge.source_handle.clone()?;
    let branch = config.branches.iter().find(|branch| branch.id == port);
    let label = branch.map(|branch| branch.label.clone()).filter(|label| !label.is_empty());
    Some(label.unwrap_or(port))
}
