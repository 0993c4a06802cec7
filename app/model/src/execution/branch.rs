//! Why a step was not needed: which branch of which condition did not lead to it.

use std::collections::BTreeSet;

use super::{
    event::SkipReason,
    state::NodeStatus,
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
        let round = node.id.round();
        let (mut todo, mut seen) = (vec![node.id.in_round("")], BTreeSet::new());
        while let Some(id) = todo.pop() {
            if !seen.insert(id.clone()) {
                continue;
            }
            for edge in workflow.edges.iter().filter(|edge| edge.target == id) {
                let run = self.node(&edge.source.in_round(round)).or(self.node(&edge.source));
                match run.map(|run| run.status) {
                    Some(NodeStatus::Completed) => {
                        if let Some(words) = branch_of(workflow, edge) {
                            return Some(words);
                        }
                    }
                    Some(NodeStatus::Skipped) => todo.push(edge.source.clone()),
                    _ => {}
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
