//! Items that failed in a node that had enough without them are tried again.

use std::collections::BTreeSet;

use super::{Draft, JobState, Link, Refused, reset::Makers, settle::collect};
use crate::{
    execution::{
        offer::Items,
        state::{EdgeState, JobStatus, NodeStatus, RoundState},
    },
    id::{JobId, NodeId},
    nodes::{NodeKind, Work},
};

impl Draft<'_> {
    /// Whether some of a node's items failed that it may go on without.
    pub(super) fn items_of(&self, id: &NodeId) -> Items {
        let may_lack =
            self.snapshot.frozen.node(id).is_some_and(|node| node.data.min_items.is_some());
        let lacks = may_lack && !self.failed_jobs(id).is_empty();
        if lacks { Items::Short } else { Items::Whole }
    }

    pub(super) fn failed_jobs(&self, id: &NodeId) -> Vec<JobId> {
        let jobs = self.snapshot.jobs_of(id);
        let failed = jobs.iter().filter(|job| job.status == JobStatus::Failed);
        failed.map(|job| job.id).collect()
    }

    /// Refuses when the round of the node is over, when a step works with the items there are, whose
    /// places an item more would shift, or when what the node gives is not what its items made, which
    /// an item more would undo.
    pub(super) fn takes_more_items(&self, id: &NodeId) -> Result<(), Refused> {
        if let Some((owner, number)) = id.owner().zip(id.round_number()) {
            let rounds = self.snapshot.nodes.get(&owner).map(|node| &node.rounds);
            if rounds.and_then(|rounds| rounds.get(number)) != Some(&RoundState::Running) {
                return Err(Refused::WentOn(id.clone()));
            }
        }
        if let Some(busy) = self.busy_behind(id) {
            let (own, busy) = (self.called(id), self.called(&busy));
            let words = format!("“{busy}” works with what “{own}” gave: retry when it is done");
            return Err(Refused::Unfit(words));
        }
        let jobs = self.snapshot.jobs_of(id);
        let made = collect(jobs.iter().filter_map(|job| job.values.as_ref()));
        let gives = self.snapshot.nodes.get(id).and_then(|node| node.output.as_deref());
        if gives == Some(&made) {
            return Ok(());
        }
        let words = format!(
            "“{}” gives something else by now than its items made: run it again from there",
            self.called(id)
        );
        Err(Refused::Unfit(words))
    }

    /// Tries the failed items of a completed node again. What it gave counts on until then; what
    /// comes after it and has done nothing with that yet waits for it again.
    pub(super) fn fill_up(&mut self, id: &NodeId) -> Result<(), Refused> {
        let frozen = self.frozen();
        let plan = Makers::of(self.idle_behind(id));
        let has_stood = |id: &&NodeId| {
            self.snapshot.nodes.get(*id).is_some_and(|node| node.status != NodeStatus::Pending)
        };
        let mut again: Vec<NodeId> = plan.reopened().iter().filter(has_stood).cloned().collect();
        again.sort_by_key(|id| frozen.rank(id));
        for node in &again {
            self.drop_review(node);
            self.reset(node, Some(&plan))?;
        }
        let edges = frozen.outgoing(id).into_iter();
        let edges = edges.filter(|link| plan.reopened().contains(&link.target));
        let edges: Vec<_> = edges.map(|link| link.edge).collect();
        edges.iter().for_each(|edge| self.reopen_edge(edge));
        self.reopen(id, self.failed_jobs(id), edges)
    }

    /// A step somewhere behind a node that has begun and is not done.
    fn busy_behind(&self, id: &NodeId) -> Option<NodeId> {
        let frozen = self.frozen();
        let (mut seen, mut todo) = (BTreeSet::new(), vec![id.clone()]);
        while let Some(at) = todo.pop() {
            for link in frozen.outgoing(&at) {
                let status = self.snapshot.nodes.get(&link.target).map(|node| node.status);
                let open = status.is_some_and(|status| !status.is_settled());
                // The loop around the node works on its other rounds.
                let around = id.owner().is_some_and(|owner| owner == link.target);
                let idle = status.is_some_and(|status| self.is_idle(&link.target, status));
                if open && !around && !idle && !self.only_waits(&link.target) {
                    return Some(link.target);
                }
                if !around && seen.insert(link.target.clone()) {
                    todo.push(link.target);
                }
            }
        }
        None
    }

    /// What comes after a node and has not begun, behind what only passes on what it gets.
    fn idle_behind(&self, id: &NodeId) -> BTreeSet<NodeId> {
        let frozen = self.frozen();
        let (mut idle, mut todo) = (BTreeSet::new(), vec![id.clone()]);
        while let Some(at) = todo.pop() {
            for link in frozen.outgoing(&at) {
                let status = self.snapshot.nodes.get(&link.target).map(|node| node.status);
                let fits = status.is_some_and(|status| self.is_idle(&link.target, status));
                if fits
                    && idle.insert(link.target.clone())
                    && status.is_some_and(NodeStatus::is_settled)
                {
                    todo.push(link.target);
                }
            }
        }
        idle
    }

    fn only_waits(&self, id: &NodeId) -> bool {
        self.snapshot.config(id).is_some_and(|config| config.kind() == NodeKind::Wait)
    }

    /// Whether no way leads to a node, so that nobody has skipped it.
    fn is_cut_off(&self, id: &NodeId) -> bool {
        let dead = |link: &Link| self.snapshot.edges.get(&link.edge) == Some(&EdgeState::Dead);
        self.snapshot.frozen.incoming(id).iter().all(dead)
    }

    fn is_idle(&self, id: &NodeId, status: NodeStatus) -> bool {
        let Some(config) = self.snapshot.config(id) else { return false };
        match status {
            NodeStatus::Pending | NodeStatus::AwaitingReview => true,
            NodeStatus::Ready | NodeStatus::Waiting => {
                let held = self.snapshot.nodes.get(id).is_some_and(|node| node.hold.is_some());
                let begun = |job: &&JobState| job.fence > 0;
                let works = config.work() == Work::Jobs && config.kind() != NodeKind::Wait;
                held || (works && !self.snapshot.jobs_of(id).iter().any(begun))
            }
            // Which way was taken, and what was enough, stays so.
            NodeStatus::Completed => {
                config.work() == Work::Inline
                    && config.kind() != NodeKind::Conditional
                    && config.enough_edges().is_none()
            }
            NodeStatus::Skipped => self.is_unreached(id) && self.is_cut_off(id),
            NodeStatus::Running | NodeStatus::Failed | NodeStatus::Cancelled => false,
        }
    }
}
