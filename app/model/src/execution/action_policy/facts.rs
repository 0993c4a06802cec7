//! What of a node by itself decides which actions it allows.

use crate::{
    execution::{
        state::{Action, Hold, JobStatus, NodeStatus, RoundState},
        view::{JobView, NodeView},
    },
    graph,
    workflow::{OnError, Workflow},
};

/// What of a node decides which actions it allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NodeFacts {
    /// The present status of the node.
    pub status: NodeStatus,
    /// Set when it waits for a person to let it start.
    pub hold: Option<Hold>,
    /// What its failure means for the workflow.
    pub on_error: OnError,
    /// Whether a job of it has been claimed, or an iteration of it has begun.
    pub work: NodeWork,
    /// Whether it lacks some of its items.
    pub items: Items,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Items {
    /// No item failed, or the node may not go on without one.
    Whole,
    /// Some items failed that it may go on without.
    Short,
}

/// Whether work on a node has begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeWork {
    /// No job was claimed and no iteration begun since the node last started from scratch.
    Untouched,
    /// A job was claimed, or an iteration has begun.
    Begun,
}

impl NodeFacts {
    /// The facts of a node, from what a page knows of it.
    pub fn from_view(node: &NodeView, workflow: &Workflow) -> Self {
        let begun = |job: &JobView| job.status != JobStatus::Pending || job.started_at.is_some();
        let turned = node.rounds.iter().any(|iteration| *iteration != RoundState::Waiting);
        Self {
            status: node.status,
            hold: node.hold,
            on_error: graph::on_error(workflow, &node.id.in_round("")),
            work: if turned || node.jobs.iter().any(begun) {
                NodeWork::Begun
            } else {
                NodeWork::Untouched
            },
            items: if node.lacks_items(workflow) { Items::Short } else { Items::Whole },
        }
    }

    /// Why this cannot be done to the node; none when it can, or is not about one node.
    pub const fn why_not(self, action: Action) -> Option<&'static str> {
        match action {
            Action::RetryNode => self.why_no_retry(),
            Action::SkipNode => self.why_no_skip(),
            Action::TriggerNode if self.status.is_settled() => {
                Some("This step has ended. When the run has ended, run it again from this step.")
            }
            Action::TriggerNode if self.hold.is_none() => Some("This step starts automatically."),
            Action::RedoNode
                if !matches!(self.status, NodeStatus::Completed | NodeStatus::Failed) =>
            {
                Some("Only a step that is done or failed can be done again.")
            }
            Action::EditNode => self.why_no_edit(),
            Action::AskForChanges if !matches!(self.status, NodeStatus::AwaitingReview) => {
                Some("This step isn't waiting for a decision.")
            }
            Action::Restore if !matches!(self.status, NodeStatus::Completed) => {
                Some("You can restore a version once the step is done.")
            }
            Action::TriggerNode
            | Action::RedoNode
            | Action::AskForChanges
            | Action::Restore
            | Action::Pause
            | Action::Resume
            | Action::Stop
            | Action::Steer
            | Action::SetBudget
            | Action::Decide
            | Action::Answer
            | Action::Rerun
            | Action::Replay => None,
        }
    }

    const fn why_no_retry(self) -> Option<&'static str> {
        match self.status {
            NodeStatus::Completed if matches!(self.items, Items::Short) => None,
            NodeStatus::Failed => self.why_it_went_on(),
            NodeStatus::Completed
            | NodeStatus::Pending
            | NodeStatus::Ready
            | NodeStatus::Running
            | NodeStatus::Waiting
            | NodeStatus::AwaitingReview
            | NodeStatus::Skipped
            | NodeStatus::Cancelled => Some("Only failed or incomplete steps can be retried."),
        }
    }

    const fn why_no_skip(self) -> Option<&'static str> {
        match self.status {
            NodeStatus::Pending => Some("Earlier steps haven't finished yet."),
            NodeStatus::Failed => self.why_it_went_on(),
            NodeStatus::Completed | NodeStatus::Skipped | NodeStatus::Cancelled => {
                Some("This step has ended.")
            }
            NodeStatus::Ready
            | NodeStatus::Running
            | NodeStatus::Waiting
            | NodeStatus::AwaitingReview => None,
        }
    }

    /// Why nothing can be done about its failure; none where the failure stopped the workflow.
    const fn why_it_went_on(self) -> Option<&'static str> {
        match self.on_error {
            OnError::Fail => None,
            OnError::Continue | OnError::Branch => {
                Some("The workflow continued past this failure.")
            }
        }
    }

    const fn why_no_edit(self) -> Option<&'static str> {
        match self.status {
            NodeStatus::Pending => None,
            NodeStatus::Ready if matches!(self.work, NodeWork::Untouched) => None,
            NodeStatus::Waiting if self.hold.is_some() => None,
            NodeStatus::Completed
            | NodeStatus::Failed
            | NodeStatus::Skipped
            | NodeStatus::Cancelled => Some("This step has ended."),
            NodeStatus::Ready
            | NodeStatus::Running
            | NodeStatus::Waiting
            | NodeStatus::AwaitingReview => Some("This step has started."),
        }
    }
}

impl NodeView {
    /// Whether some of its items failed that it may go on without.
    pub fn lacks_items(&self, workflow: &Workflow) -> bool {
        let drawn = workflow.node(&self.id.in_round(""));
        drawn.is_some_and(|node| node.data.min_items.is_some())
            && self.failed_jobs().next().is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(status: NodeStatus) -> NodeFacts {
        NodeFacts {
            status,
            hold: None,
            on_error: OnError::Fail,
            work: NodeWork::Untouched,
            items: Items::Whole,
        }
    }

    #[test]
    fn a_failed_step_is_retried_or_skipped_unless_the_workflow_went_on() {
        let failed = facts(NodeStatus::Failed);
        let handled = NodeFacts { on_error: OnError::Continue, ..failed };

        for action in [Action::RetryNode, Action::SkipNode] {
            assert_eq!(failed.why_not(action), None);
            assert!(handled.why_not(action).is_some());
            assert!(facts(NodeStatus::Completed).why_not(action).is_some());
        }
    }

    #[test]
    fn a_step_that_is_done_is_retried_only_for_items_that_it_lacks() {
        let short = NodeFacts { items: Items::Short, ..facts(NodeStatus::Completed) };

        assert_eq!(short.why_not(Action::RetryNode), None);
        assert!(short.why_not(Action::SkipNode).is_some());
        assert!(
            NodeFacts { status: NodeStatus::Running, ..short }.why_not(Action::RetryNode).is_some()
        );
    }

    #[test]
    fn what_has_begun_is_not_edited_and_what_is_not_held_is_not_triggered() {
        let ready = facts(NodeStatus::Ready);
        let held = NodeFacts { hold: Some(Hold::Step), ..facts(NodeStatus::Waiting) };

        assert_eq!(ready.why_not(Action::EditNode), None);
        assert!(NodeFacts { work: NodeWork::Begun, ..ready }.why_not(Action::EditNode).is_some());
        assert_eq!(held.why_not(Action::EditNode), None);
        assert_eq!(held.why_not(Action::TriggerNode), None);
        assert!(ready.why_not(Action::TriggerNode).is_some());
        assert!(facts(NodeStatus::Waiting).why_not(Action::EditNode).is_some());
    }

    #[test]
    fn nothing_is_skipped_before_its_turn() {
        assert!(facts(NodeStatus::Pending).why_not(Action::SkipNode).is_some());
        assert_eq!(facts(NodeStatus::AwaitingReview).why_not(Action::SkipNode), None);
    }
}
