//! Retrying a step that failed in a round of a loop: what else was done in the round stays.

use std::collections::BTreeSet;

use super::{Refused, Transition, reset::ResetPlan};
use crate::{
    execution::{
        action_policy::steps::{Obstacle, Steps},
        event::EventKind,
        state::{Action, EdgeState, NodeStatus, RoundState},
    },
    id::{EdgeId, NodeId},
    workflow::OnError,
};

impl Transition<'_> {
    /// The nodes that a person means by an id: the node itself, or, where the id is that of a step
    /// of a loop without a round, its runs in all rounds in which this action is possible.
    pub(super) fn resolve_targets(
        &self,
        id: &NodeId,
        action: Action,
    ) -> Result<Vec<NodeId>, Refused> {
        if self.snapshot.nodes.contains_key(id) {
            return self.fits_in_round(id, action).map(|()| vec![id.clone()]);
        }
        let mut runs = self.all_nodes();
        runs.retain(|run| !run.round().is_empty() && run.without_round() == id.as_str());
        let mut refused = Refused::UnknownNode(id.clone());
        let mut targets = vec![];
        for run in runs {
            match self.fits_in_round(&run, action) {
                Ok(()) => targets.push(run),
                // Why a failed run cannot go on says more than that another run has not failed.
                Err(Refused::NotFailed { .. }) if !matches!(refused, Refused::UnknownNode(_)) => {}
                Err(_) if matches!(refused, Refused::Handled(_) | Refused::WentOn(_)) => {}
                Err(why) => refused = why,
            }
        }
        if targets.is_empty() { Err(refused) } else { Ok(targets) }
    }

    fn fits_in_round(&self, id: &NodeId, action: Action) -> Result<(), Refused> {
        let facts = self.facts(id)?;
        let failed = facts.status == NodeStatus::Failed;
        match facts.why_not(action) {
            None => {
                self.is_clear(id, action)?;
                let fills_up = !failed && action == Action::RetryNode;
                if fills_up { self.gives_its_items(id) } else { Ok(()) }
            }
            Some(_) if failed => Err(Refused::Handled(id.clone())),
            Some(_) if action == Action::RetryNode => {
                Err(Refused::NotFailed { node: self.node_label(id), status: facts.status })
            }
            Some(why) => Err(self.not_now(id, action, why, facts.status)),
        }
    }

    /// Refuses the action when another node stands in its way.
    pub(super) fn is_clear(&self, id: &NodeId, action: Action) -> Result<(), Refused> {
        match self.obstacle(id, action) {
            None => Ok(()),
            Some(Obstacle::WentOn) => Err(Refused::WentOn(id.clone())),
            Some(Obstacle::Busy(busy)) => {
                let (own, busy) = (self.node_label(id), self.node_label(&busy));
                let words = format!("“{busy}” works with what “{own}” gave: retry when it is done");
                Err(Refused::NotHere(words))
            }
            Some(other) => Err(Refused::NotHere(other.words().to_owned())),
        }
    }

    /// Lets the round of a failed node go on, and the loops around it; other rounds of those that
    /// failed begin anew.
    pub(super) fn revive_round(&mut self, id: &NodeId) -> Result<(), Refused> {
        let Some((owner, number)) = id.owner().zip(id.round_number()) else { return Ok(()) };
        let node = self.node_mut(&owner)?;
        let (status, round) = (node.status, node.rounds.get(number).copied());
        if round == Some(RoundState::Running) {
            return Ok(());
        }
        if status == NodeStatus::Failed {
            self.revive_round(&owner)?;
            self.reopen(&owner, vec![], vec![])?;
        }
        let edges = self.reopen_after(id)?;
        let total = self.set_round(&owner, number, RoundState::Running);
        self.record(EventKind::RoundStarted {
            node: owner,
            round: number,
            total,
            nodes: vec![],
            edges,
            live: vec![],
        });
        Ok(())
    }

    /// Lets nodes that were given up after a failed node wait for it again, and nodes that were
    /// dropped beside it start from scratch. Returns the edges that are open again.
    fn reopen_after(&mut self, id: &NodeId) -> Result<Vec<EdgeId>, Refused> {
        let compiled = self.compiled_workflow();
        let dropped = self.dropped_beside(id);
        let mut given_up = self.unreached_from(id);
        given_up.extend(dropped.iter().cloned());
        let plan = ResetPlan::for_waiting(given_up.clone());
        let mut order: Vec<&NodeId> = given_up.iter().collect();
        order.sort_by_key(|id| compiled.rank(id));
        let mut edges = BTreeSet::new();
        for node in order {
            self.reset(node, Some(&plan))?;
            let broken = |source: &NodeId| {
                let status = self.snapshot.nodes.get(source).map(|node| node.status);
                status == Some(NodeStatus::Failed) && self.on_error(source) == OnError::Fail
            };
            let links = compiled.incoming(node).into_iter().filter(|link| broken(&link.source));
            let dead = |edge: &EdgeId| self.snapshot.edges.get(edge) == Some(&EdgeState::Dead);
            edges.extend(links.map(|link| link.edge).filter(dead));
        }
        edges.iter().for_each(|edge| self.reopen_edge(edge));
        self.queue.extend(dropped);
        Ok(edges.into_iter().collect())
    }

    /// Nodes that had not ended in the round of a node when another round made the loop fail.
    fn dropped_beside(&self, id: &NodeId) -> Vec<NodeId> {
        let compiled = self.compiled_workflow();
        let Some(body) = id.owner().and_then(|owner| compiled.body(&owner)) else { return vec![] };
        let mut beside: Vec<NodeId> =
            body.nodes.iter().map(|drawn| drawn.in_round(id.round())).collect();
        beside.retain(|id| self.status_of(id) == Some(NodeStatus::Cancelled));
        beside
    }
}
