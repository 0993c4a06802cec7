//! The action policy: what a person may do to a node now, or why not. The engine refuses and the
//! page disables by the same rules.

pub(crate) mod facts;
pub(crate) mod node_states;
pub(crate) mod obstacle;
pub(crate) mod redo_scope;
pub(crate) mod review_guard;
pub(crate) mod rework_scope;

use std::collections::BTreeSet;

pub use self::redo_scope::Dependents;
pub use self::review_guard::{ActorScope, Pin, missing_permission_in_rerun};
use self::{
    facts::NodeFacts,
    node_states::NodeStates,
    obstacle::{Obstacle, obstacle},
    redo_scope::find_redo_scope,
};
use super::{
    state::{Action, EdgeState, NodeStatus, PauseReason, RoundState, offers},
    view::{ExecutionView, NodeView},
};
use crate::{
    graph::{self, Course},
    id::{EdgeId, NodeId},
    nodes::NodeConfig,
    workflow::{Edge, Workflow},
};

const IN_ITERATIONS: &str = "This step runs once per round. Choose a round.";
pub(crate) const ALL_BEGUN: &str = "All rounds have started. Choose a round.";

impl ExecutionView {
    /// Why this cannot be done to the execution now; none when it can.
    pub fn why_not(&self, action: Action) -> Option<&'static str> {
        match (action, self.pause_reason) {
            _ if offers(self.status, self.pause_reason, action) => None,
            (Action::Resume, Some(PauseReason::Review)) => Some("It continues after the decision."),
            (Action::Resume, Some(PauseReason::Parent)) => {
                Some("It continues with the run that started it.")
            }
            _ => Some("The run's current status doesn't allow this."),
        }
    }

    /// Why this cannot be done to a node of this execution now; none when it can.
    pub fn why_not_to(
        &self,
        node: &NodeView,
        workflow: &Workflow,
        action: Action,
    ) -> Option<&'static str> {
        let seen = ViewedExecution { view: self, workflow };
        if action == Action::EditNode && !node.is_real() {
            let begun = || (!seen.has_iterations_to_come(&node.id)).then_some(ALL_BEGUN);
            return self.why_not(action).or_else(begun);
        }
        let why =
            self.why_not(action).or_else(|| NodeFacts::from_view(node, workflow).why_not(action));
        // A step of a loop as a whole can only be changed for the iterations to come, or stopped
        // before.
        let drawn = || (!node.is_real() && action != Action::Steer).then_some(IN_ITERATIONS);
        let stopped = || obstacle(&seen, &node.id, action);
        why.or_else(drawn).or_else(|| stopped().as_ref().map(Obstacle::words))
    }

    /// The nodes after a node that would wait for it again, were it done again.
    pub fn redo_scope(
        &self,
        id: &NodeId,
        workflow: &Workflow,
        dependents: Dependents,
    ) -> BTreeSet<NodeId> {
        find_redo_scope(&ViewedExecution { view: self, workflow }, id, dependents)
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
struct ViewedExecution<'a> {
    view: &'a ExecutionView,
    /// The workflow as launched, with the changes that people made to its nodes since.
    workflow: &'a Workflow,
}

impl ViewedExecution<'_> {
    fn edge(&self, id: &EdgeId) -> EdgeState {
        self.view.edges.get(id.as_str()).map_or(EdgeState::Pending, |edge| edge.state)
    }
}

impl NodeStates for ViewedExecution<'_> {
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

    fn iterations_of(&self, id: &NodeId) -> &[RoundState] {
        self.view.node(id).map_or(&[], |node| &node.rounds)
    }

    fn edges_into(&self, id: &NodeId) -> Vec<(NodeId, EdgeState)> {
        let (drawn, iteration) = (id.in_round(""), id.round());
        let edges = self.workflow.edges.iter().filter(|edge| edge.target == drawn);
        let enter = edges.filter(|edge| graph::course(self.workflow, edge) != Course::Result);
        let source = |edge: &Edge| match graph::course(self.workflow, edge) {
            // The loop itself stands outside of its iteration.
            Course::Entry => id.owner().unwrap_or_else(|| edge.source.clone()),
            _ => edge.source.in_round(iteration),
        };
        enter.map(|edge| (source(edge), self.edge(&edge.id.in_round(iteration)))).collect()
    }

    fn edges_out_of(&self, id: &NodeId) -> Vec<(NodeId, EdgeState)> {
        let (drawn, iteration) = (id.in_round(""), id.round());
        let edges = self.workflow.edges.iter().filter(|edge| edge.source == drawn);
        let leave = edges.filter(|edge| graph::course(self.workflow, edge) == Course::Plain);
        let at = |edge: &Edge| {
            (edge.target.in_round(iteration), self.edge(&edge.id.in_round(iteration)))
        };
        leave.map(at).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::execution::state::ExecutionStatus;

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
}
