//! Nodes that are made again from scratch.

use std::collections::BTreeSet;

use super::{Draft, Link, Refused};
use crate::{
    execution::{
        event::EventKind,
        offer::{
            remade::{Remade, remade},
            steps::Steps,
        },
        state::NodeStatus,
    },
    id::{EdgeId, NodeId},
};

impl Draft<'_> {
    /// What is made again when a person asks for changes in what a review shows; none when nothing
    /// would be.
    pub(super) fn remade_for(&self, review: &NodeId) -> Option<Makers> {
        let Remade { makers, first, again: mut reopened } = remade(self, review)?;
        self.add_unreached(&mut reopened);
        Some(Makers { makers, first, reopened })
    }

    /// What follows and has not run may go another way this time; what has run stays as it is.
    fn add_unreached(&self, reopened: &mut BTreeSet<NodeId>) {
        let frozen = self.frozen();
        let mut todo: Vec<NodeId> = reopened.iter().cloned().collect();
        while let Some(at) = todo.pop() {
            for link in frozen.outgoing(&at) {
                if self.is_unreached(&link.target) && reopened.insert(link.target.clone()) {
                    todo.push(link.target);
                }
            }
        }
    }

    /// What follows a node and was given up.
    pub(super) fn unreached_from(&self, id: &NodeId) -> BTreeSet<NodeId> {
        let mut reopened = BTreeSet::from([id.clone()]);
        self.add_unreached(&mut reopened);
        reopened.remove(id);
        reopened
    }

    /// Makes again what a review shows, with `feedback`, and everything between.
    pub(super) fn make_again(&mut self, plan: &Makers, feedback: &str) -> Result<(), Refused> {
        let frozen = self.frozen();
        let mut reopened: Vec<_> = plan.reopened.iter().collect();
        reopened.sort_by_key(|id| frozen.rank(id));
        for id in reopened {
            self.reset(id, Some(plan))?;
            if plan.makers.contains(id) {
                self.node_mut(id)?.feedback = Some(feedback.to_owned());
            }
            if plan.first.contains(id) {
                self.queue.push_back(id.clone());
            }
        }
        Ok(())
    }

    /// Puts a node back to where it was before it began; edges to others of the plan open again.
    pub(super) fn reset(&mut self, id: &NodeId, plan: Option<&Makers>) -> Result<(), Refused> {
        let open = self.snapshot.jobs_of(id);
        let open = open.iter().filter(|job| !job.status.is_settled());
        let open: Vec<_> = open.map(|job| job.id).collect();
        for job in open {
            self.cancel_job(job)?;
        }
        let frozen = self.frozen();
        let again = |link: &Link| plan.is_some_and(|plan| plan.reopened.contains(&link.target));
        let edges = frozen.outgoing(id).into_iter().filter(again);
        let edges: Vec<EdgeId> = edges.map(|link| link.edge).collect();
        edges.iter().for_each(|edge| self.reopen_edge(edge));
        self.forget_jobs(id);
        let node = self.node_mut(id)?;
        node.status = NodeStatus::Pending;
        node.generation += 1;
        (node.output, node.failure, node.review, node.hold) = (None, None, None, None);
        (node.jobs_total, node.jobs_settled) = (0, 0);
        node.rounds.clear();
        (node.started_at, node.ended_at) = (None, None);
        let generation = node.generation;
        self.keep_plan(id, None);
        self.record(EventKind::NodeReset { node: id.clone(), generation, edges });
        Ok(())
    }
}

/// What is made again together.
#[derive(Debug, Clone)]
pub(super) struct Makers {
    /// Those that are told what is to be different.
    makers: BTreeSet<NodeId>,
    /// Those that begin at once; all others wait for them.
    first: BTreeSet<NodeId>,
    reopened: BTreeSet<NodeId>,
}

impl Makers {
    /// Nodes that wait again for what comes before them.
    pub(super) fn of(reopened: BTreeSet<NodeId>) -> Self {
        Self { makers: BTreeSet::new(), first: BTreeSet::new(), reopened }
    }

    pub(super) fn reopened(&self) -> &BTreeSet<NodeId> {
        &self.reopened
    }
}
