//! The action policy: what a person may do to a node now, or why not. The engine refuses and the
//! page disables by the same rules.

pub(crate) mod review_guard;
pub(crate) mod rework_scope;
pub(crate) mod steps;

pub use self::review_guard::{ActorScope, Pin, missing_permission_in_rerun};
use self::steps::{Obstacle, Steps};
use super::{
    state::{Action, EdgeState, Hold, JobStatus, NodeStatus, PauseReason, RoundState, offers},
    view::{ExecutionView, NodeView},
};
use crate::{
    graph::{self, Course},
    id::{EdgeId, NodeId},
    nodes::NodeConfig,
    workflow::{Edge, OnError, Workflow},
};

const IN_ROUNDS: &str = "It runs once a round of its loop: choose one of its rounds.";
pub(crate) const ALL_BEGUN: &str = "No further round of its loop begins: choose one of its rounds.";

/// What of a node decides which actions it allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NodeFacts {
    /// The present status of the node.
    pub status: NodeStatus,
    /// Set when it waits for a person to let it start.
    pub hold: Option<Hold>,
    /// What its failure means for the workflow.
    pub on_error: OnError,
    /// Whether a job of it has been claimed, or a round of it has begun.
    pub work: NodeWork,
    /// Whether it lacks some of its items.
    pub items: Items,
}

/// Whether a node has all of its items.
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
    /// No job was claimed and no round begun since the node last started from scratch.
    Untouched,
    /// A job was claimed, or a round has begun.
    Begun,
}

impl NodeFacts {
    /// The facts of a node, from what a page knows of it.
    pub fn from_view(node: &NodeView, workflow: &Workflow) -> Self {
        let begun = |job: &super::view::JobView| {
            job.status != JobStatus::Pending || job.started_at.is_some()
        };
        let turned = node.rounds.iter().any(|round| *round != RoundState::Waiting);
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
            Action::TriggerNode if self.hold.is_none() => {
                Some("This step does not wait for a word: it starts by itself.")
            }
            Action::EditNode => self.why_no_edit(),
            Action::AskForChanges if !matches!(self.status, NodeStatus::AwaitingReview) => {
                Some("Nobody is asked to decide about this step now.")
            }
            Action::Restore if !matches!(self.status, NodeStatus::Completed) => {
                Some("An older version can be used once the step is done.")
            }
            _ => None,
        }
    }

    const fn why_no_retry(self) -> Option<&'static str> {
        match (self.status, self.on_error) {
            (NodeStatus::Completed, _) if matches!(self.items, Items::Short) => None,
            (NodeStatus::Failed, OnError::Fail) => None,
            (NodeStatus::Failed, _) => Some("The workflow went on after this failure."),
            _ => Some("Only a step that failed or lacks items is run again."),
        }
    }

    const fn why_no_skip(self) -> Option<&'static str> {
        match self.status {
            NodeStatus::Pending => Some("The steps before this one have not settled yet."),
            NodeStatus::Failed => match self.on_error {
                OnError::Fail => None,
                _ => Some("The workflow went on after this failure."),
            },
            status if status.is_settled() => Some("This step has ended."),
            _ => None,
        }
    }

    const fn why_no_edit(self) -> Option<&'static str> {
        match (self.status, self.work) {
            (NodeStatus::Pending, _) | (NodeStatus::Ready, NodeWork::Untouched) => None,
            (NodeStatus::Waiting, _) if self.hold.is_some() => None,
            (status, _) if status.is_settled() => Some("This step has ended."),
            _ => Some("This step has begun."),
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

impl ExecutionView {
    /// Why this cannot be done to the execution now; none when it can.
    pub fn why_not(&self, action: Action) -> Option<&'static str> {
        match (action, self.pause_reason) {
            _ if offers(self.status, self.pause_reason, action) => None,
            (Action::Resume, Some(PauseReason::Review)) => Some("A decision lets it go on."),
            (Action::Resume, Some(PauseReason::Parent)) => {
                Some("It goes on with the execution that launched it.")
            }
            _ => Some("Not while the execution stands like this."),
        }
    }

    /// Why this cannot be done to a node of this execution now; none when it can.
    pub fn why_not_to(
        &self,
        node: &NodeView,
        workflow: &Workflow,
        action: Action,
    ) -> Option<&'static str> {
        let seen = Seen { view: self, workflow };
        if action == Action::EditNode && !node.is_real() {
            let begun = || (!seen.rounds_are_to_come(&node.id)).then_some(ALL_BEGUN);
            return self.why_not(action).or_else(begun);
        }
        let why =
            self.why_not(action).or_else(|| NodeFacts::from_view(node, workflow).why_not(action));
        // A step of a loop as a whole can only be changed for the rounds to come, or stopped
        // before.
        let drawn = || (!node.is_real() && action != Action::Steer).then_some(IN_ROUNDS);
        let obstacle = || seen.obstacle(&node.id, action);
        why.or_else(drawn).or_else(|| obstacle().as_ref().map(Obstacle::words))
    }

    /// The failed nodes to which this can be done, without those inside a loop that is among them.
    pub fn failed_to(&self, workflow: &Workflow, action: Action) -> Vec<&NodeView> {
        let fits = |node: &&NodeView| {
            node.status == NodeStatus::Failed && self.why_not_to(node, workflow, action).is_none()
        };
        let fit: Vec<&NodeView> = self.nodes.iter().filter(fits).collect();
        let within = |node: &NodeView| {
            node.inside.as_ref().is_some_and(|owner| fit.iter().any(|node| node.id == *owner))
        };
        fit.iter().filter(|node| !within(node)).copied().collect()
    }
}

/// An execution as a page knows it.
struct Seen<'a> {
    view: &'a ExecutionView,
    /// The workflow as launched, with the changes that people made to its nodes since.
    workflow: &'a Workflow,
}

impl Seen<'_> {
    fn edge(&self, id: &EdgeId) -> EdgeState {
        self.view.edges.get(id.as_str()).map_or(EdgeState::Pending, |edge| edge.state)
    }
}

impl Steps for Seen<'_> {
    fn workflow(&self) -> &Workflow {
        self.workflow
    }

    fn runs_of(&self, drawn: &NodeId) -> Vec<NodeId> {
        let own = self.view.node(drawn).filter(|node| node.is_real());
        let runs = own.into_iter().chain(self.view.nodes.runs_of(drawn.as_str()));
        runs.map(|node| node.id.clone()).collect()
    }

    fn events(&self) -> i64 {
        self.view.seq
    }

    fn is_replay(&self) -> bool {
        self.view.is_replay
    }

    fn status_of(&self, id: &NodeId) -> Option<NodeStatus> {
        self.view.node(id).map(|node| node.status)
    }

    fn facts_of(&self, id: &NodeId) -> Option<NodeFacts> {
        self.view.node(id).map(|node| NodeFacts::from_view(node, self.workflow))
    }

    fn config_of(&self, id: &NodeId) -> Option<&NodeConfig> {
        self.workflow.node(&id.in_round("")).map(|node| &node.data.config)
    }

    fn rounds_of(&self, id: &NodeId) -> &[RoundState] {
        self.view.node(id).map_or(&[], |node| &node.rounds)
    }

    fn edges_into(&self, id: &NodeId) -> Vec<(NodeId, EdgeState)> {
        let (drawn, round) = (id.in_round(""), id.round());
        let edges = self.workflow.edges.iter().filter(|edge| edge.target == drawn);
        let enter = edges.filter(|edge| graph::course(self.workflow, edge) != Course::Result);
        let source = |edge: &Edge| match graph::course(self.workflow, edge) {
            // The loop itself stands outside of its round.
            Course::Entry => id.owner().unwrap_or_else(|| edge.source.clone()),
            _ => edge.source.in_round(round),
        };
        enter.map(|edge| (source(edge), self.edge(&edge.id.in_round(round)))).collect()
    }

    fn edges_out_of(&self, id: &NodeId) -> Vec<(NodeId, EdgeState)> {
        let (drawn, round) = (id.in_round(""), id.round());
        let edges = self.workflow.edges.iter().filter(|edge| edge.source == drawn);
        let leave = edges.filter(|edge| graph::course(self.workflow, edge) == Course::Plain);
        let at = |edge: &Edge| (edge.target.in_round(round), self.edge(&edge.id.in_round(round)));
        leave.map(at).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::execution::state::ExecutionStatus;

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
    fn what_waits_for_a_decision_is_not_resumed() {
        let paused = ExecutionView {
            status: ExecutionStatus::Paused,
            pause_reason: Some(PauseReason::Review),
            ..ExecutionView::empty()
        };

        assert!(paused.why_not(Action::Resume).is_some());
        assert_eq!(paused.why_not(Action::Stop), None);
        let by_hand = ExecutionView { pause_reason: Some(PauseReason::User), ..paused };
        assert_eq!(by_hand.why_not(Action::Resume), None);
    }

    #[test]
    fn nothing_is_skipped_before_its_turn() {
        assert!(facts(NodeStatus::Pending).why_not(Action::SkipNode).is_some());
        assert_eq!(facts(NodeStatus::AwaitingReview).why_not(Action::SkipNode), None);
    }
}
