//! Following what an AI review suggests: which steps it is for, and what they are asked then.

use super::{
    lineage::addressees,
    state::{Action, NodeStatus},
    view::{ExecutionView, NodeView},
};
use crate::{id::NodeId, workflow::Workflow};

const NOT_OVER: &str =
    "The run isn't over yet. When it ends, you can run it again with this suggestion.";

impl ExecutionView {
    /// The steps that suggestions of an AI review are for, as they were drawn: whose prompts made
    /// what it judged. Those that were not needed made nothing.
    pub fn advised(&self, workflow: &Workflow, judge: &NodeId) -> Vec<NodeId> {
        let ran = |node: &NodeView| node.status != NodeStatus::Skipped;
        let mut all = addressees(workflow, judge);
        all.retain(|id| self.node(id).is_some_and(ran));
        all
    }

    /// Why no suggestion can be followed now; none when one can.
    pub fn why_no_advice(&self) -> Option<&'static str> {
        self.why_not(Action::Rerun).map(|_| NOT_OVER)
    }
}

/// A prompt that asks for what was suggested as well; nothing in the suggestion is a reference.
pub fn with_advice(prompt: &str, suggestion: &str) -> String {
    let suggestion = suggestion.trim().replace("${", "$${");
    format!("{}\n\nTake this into account: {suggestion}", prompt.trim_end())
}
