//! What the neighbours of a step mean for what may be done to it: one rule for the snapshot that
//! the engine has loaded and for the view that a page has folded from events.

use std::collections::BTreeSet;

use super::facts::{NodeFacts, NodeWork};
use crate::{
    connect,
    execution::state::{EdgeState, NodeStatus, RoundState},
    graph,
    id::NodeId,
    nodes::{NodeConfig, NodeKind, Work},
    review::Verdict,
    workflow::{Edge, OnError, Workflow},
};

/// The steps of an execution with their present state.
pub(crate) trait NodeStates {
    /// The workflow as it was launched.
    fn workflow(&self) -> &Workflow;

    /// The runs of a step: of what lies in a loop one for each iteration that has begun, else
    /// itself.
    fn runs_of(&self, drawn: &NodeId) -> Vec<NodeId>;

    /// How many events its history has.
    fn events(&self) -> i64;

    /// Whether it replays another execution, whose recorded answers its jobs get.
    fn is_replay(&self) -> bool;

    /// The status of a step; none where there is no such step.
    fn status_of(&self, id: &NodeId) -> Option<NodeStatus>;

    /// What of a step decides which actions it allows.
    fn facts_of(&self, id: &NodeId) -> Option<NodeFacts>;

    /// The configuration of a step in this execution.
    fn config_of(&self, id: &NodeId) -> Option<&NodeConfig>;

    /// The state of each iteration of a loop, from iteration 0; empty for other steps.
    fn iterations_of(&self, id: &NodeId) -> &[RoundState];

    /// Where the edges into a step come from, those from its own body left out, and how they stand.
    fn edges_into(&self, id: &NodeId) -> Vec<(NodeId, EdgeState)>;

    /// Where the edges out of a step lead, those into its own body left out, and how they stand.
    fn edges_out_of(&self, id: &NodeId) -> Vec<(NodeId, EdgeState)>;

    /// Whether an iteration may still begin of one of the loops around a step, as that was drawn.
    fn has_iterations_to_come(&self, drawn: &NodeId) -> bool {
        let begins_more = |run: &NodeId| {
            let iterations = self.iterations_of(run);
            !self.is_settled(run)
                && (iterations.is_empty() || iterations.contains(&RoundState::Waiting))
        };
        let mut around = graph::loops_around(self.workflow(), drawn);
        around.any(|owner| self.runs_of(owner).iter().any(begins_more))
    }

    /// Whether the port of a verdict of a review is connected, be it back to the loop around it.
    fn leads_on(&self, review: &NodeId, verdict: Verdict) -> bool {
        self.leads_on_by(review, verdict.as_str())
    }

    /// Whether a port of a step is connected, be it back to the loop around it.
    fn leads_on_by(&self, step: &NodeId, port: &str) -> bool {
        let (workflow, drawn) = (self.workflow(), step.in_round(""));
        let by_port =
            |edge: &Edge| connect::ends(workflow, edge).is_ok_and(|ends| ends.source.name == port);
        workflow.edges.iter().filter(|edge| edge.source == drawn).any(by_port)
    }

    /// Whether nothing of a step changes any more by itself.
    fn is_settled(&self, id: &NodeId) -> bool {
        self.status_of(id).is_none_or(NodeStatus::is_settled)
    }

    /// Whether no loop around a failed step has gone on without the iteration it failed in.
    fn can_go_on(&self, id: &NodeId) -> bool {
        let Some((owner, number)) = id.owner().zip(id.round_number()) else { return true };
        let Some(facts) = self.facts_of(&owner) else { return false };
        let is_open =
            !matches!(self.iterations_of(&owner).get(number), None | Some(RoundState::Done));
        if !is_open || self.passed(&owner, number) {
            return false;
        }
        match facts.status {
            NodeStatus::Ready | NodeStatus::Running => true,
            NodeStatus::Failed => facts.on_error == OnError::Fail && self.can_go_on(&owner),
            NodeStatus::Pending
            | NodeStatus::Waiting
            | NodeStatus::AwaitingReview
            | NodeStatus::Completed
            | NodeStatus::Skipped
            | NodeStatus::Cancelled => false,
        }
    }

    /// Whether a loop whose iterations come one after the other has gone on to a later one.
    fn passed(&self, owner: &NodeId, number: usize) -> bool {
        let later = self.iterations_of(owner).iter().skip(number + 1);
        let one_by_one = matches!(
            self.config_of(owner),
            Some(NodeConfig::ForEach(config)) if config.stop_when.is_some()
        );
        one_by_one && later.into_iter().any(|iteration| *iteration != RoundState::Waiting)
    }

    /// Whether the loop around a step still waits for what its iteration gives.
    fn is_in_open_iteration(&self, id: &NodeId) -> bool {
        let iteration = id.owner().zip(id.round_number());
        iteration.is_none_or(|(owner, number)| {
            self.iterations_of(&owner).get(number) == Some(&RoundState::Running)
        })
    }

    /// A step somewhere behind a step that has begun and is not done.
    fn busy_behind(&self, id: &NodeId) -> Option<NodeId> {
        let (mut seen, mut todo) = (BTreeSet::new(), vec![id.clone()]);
        while let Some(at) = todo.pop() {
            for (target, _) in self.edges_out_of(&at) {
                let waits = || self.is_idle(&target) || self.only_waits(&target);
                if !self.is_settled(&target) && !waits() {
                    return Some(target);
                }
                if seen.insert(target.clone()) {
                    todo.push(target);
                }
            }
        }
        None
    }

    fn only_waits(&self, id: &NodeId) -> bool {
        self.config_of(id).is_some_and(|config| config.kind() == NodeKind::Wait)
    }

    /// Whether a step has done nothing yet with its inputs, so that it can wait for them again.
    fn is_idle(&self, id: &NodeId) -> bool {
        let Some((config, facts)) = self.config_of(id).zip(self.facts_of(id)) else { return false };
        match facts.status {
            NodeStatus::Pending => true,
            // An agent that asks has worked already.
            NodeStatus::AwaitingReview => config.work() == Work::Review,
            NodeStatus::Ready | NodeStatus::Waiting => {
                let works = matches!(config.work(), Work::Jobs | Work::Loop)
                    && config.kind() != NodeKind::Wait;
                facts.hold.is_some() || (works && facts.work == NodeWork::Untouched)
            }
            // The port that was taken, and the edges that were enough, stay so.
            NodeStatus::Completed => {
                config.work() == Work::Inline
                    && config.kind() != NodeKind::Conditional
                    && config.enough_edges().is_none()
            }
            NodeStatus::Skipped => self.is_unreached(id) && self.is_cut_off(id),
            NodeStatus::Running | NodeStatus::Failed | NodeStatus::Cancelled => false,
        }
    }

    /// Whether a step has passed nothing on, so that it may still be reached in another way.
    fn is_unreached(&self, id: &NodeId) -> bool {
        match self.status_of(id) {
            Some(NodeStatus::Pending) => true,
            Some(NodeStatus::Skipped) => {
                self.edges_out_of(id).iter().all(|(_, edge)| *edge == EdgeState::Dead)
            }
            Some(
                NodeStatus::Ready
                | NodeStatus::Running
                | NodeStatus::Waiting
                | NodeStatus::AwaitingReview
                | NodeStatus::Completed
                | NodeStatus::Failed
                | NodeStatus::Cancelled,
            )
            | None => false,
        }
    }

    /// Whether every edge into a step is dead, so that it was not a person who skipped it.
    fn is_cut_off(&self, id: &NodeId) -> bool {
        self.edges_into(id).iter().all(|(_, edge)| *edge == EdgeState::Dead)
    }
}
