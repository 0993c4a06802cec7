//! Items that failed in a node that had enough without them are tried again.

use std::collections::BTreeSet;

use super::{Draft, Link, Refused, reset::Makers, settle::collect};
use crate::{
    execution::{
        offer::{Items, NodeWork},
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
            return Err(Refused::NotHere(words));
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
        Err(Refused::NotHere(words))
    }

    /// Tries the failed items of a completed node again. What it gave counts on until then; what
    /// comes after it and has done nothing with that yet waits for it again.
    pub(super) fn fill_up(&mut self, id: &NodeId) -> Result<(), Refused> {
        let plan = Makers::of(self.idle_behind(id));
        self.wait_anew(&plan)?;
        let edges = self.frozen().outgoing(id).into_iter();
        let edges = edges.filter(|link| plan.reopened().contains(&link.target));
        let edges: Vec<_> = edges.map(|link| link.edge).collect();
        edges.iter().for_each(|edge| self.reopen_edge(edge));
        self.reopen(id, self.failed_jobs(id), edges)
    }

    /// Lets what follows a node and has done nothing with what it gave take that in anew, as it is
    /// now.
    pub(super) fn pass_on_anew(&mut self, id: &NodeId) -> Result<(), Refused> {
        if self.snapshot.status.is_over() {
            return Ok(());
        }
        let again = self.wait_anew(&Makers::of(self.idle_behind(id)))?;
        if !again.is_empty() {
            self.queue.extend(again);
            // What is given now may lead past the review that was waited for.
            self.go_on();
            self.advance();
        }
        Ok(())
    }

    /// Puts nodes back that wait again for what comes before them. Returns those that had not done
    /// so, in the order of the graph.
    fn wait_anew(&mut self, plan: &Makers) -> Result<Vec<NodeId>, Refused> {
        let has_stood = |id: &&NodeId| {
            self.snapshot.nodes.get(*id).is_some_and(|node| node.status != NodeStatus::Pending)
        };
        let mut again: Vec<NodeId> = plan.reopened().iter().filter(has_stood).cloned().collect();
        again.sort_by_key(|id| self.snapshot.frozen.rank(id));
        for node in &again {
            self.drop_review(node);
            self.reset(node, Some(plan))?;
        }
        Ok(again)
    }

    /// A step somewhere behind a node that has begun and is not done.
    fn busy_behind(&self, id: &NodeId) -> Option<NodeId> {
        let frozen = self.frozen();
        let (mut seen, mut todo) = (BTreeSet::new(), vec![id.clone()]);
        while let Some(at) = todo.pop() {
            for link in frozen.outgoing(&at) {
                let open = !self.is_settled(&link.target);
                // The loop around the node works on its other rounds.
                let around = id.owner().is_some_and(|owner| owner == link.target);
                let idle = self.is_idle(&link.target) || self.only_waits(&link.target);
                if open && !around && !idle {
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
                let settled = self.is_settled(&link.target);
                // What works with what it passed on may look at that again.
                let fits = self.is_idle(&link.target)
                    && (!settled || self.busy_behind(&link.target).is_none())
                    && idle.insert(link.target.clone());
                if fits && settled {
                    todo.push(link.target);
                }
            }
        }
        idle
    }

    pub(super) fn is_settled(&self, id: &NodeId) -> bool {
        self.snapshot.nodes.get(id).is_none_or(|node| node.status.is_settled())
    }

    fn only_waits(&self, id: &NodeId) -> bool {
        self.snapshot.config(id).is_some_and(|config| config.kind() == NodeKind::Wait)
    }

    /// Whether no way leads to a node, so that nobody has skipped it.
    fn is_cut_off(&self, id: &NodeId) -> bool {
        let dead = |link: &Link| self.snapshot.edges.get(&link.edge) == Some(&EdgeState::Dead);
        self.snapshot.frozen.incoming(id).iter().all(dead)
    }

    /// Whether nothing of a node's own was done with what came to it, so that it can wait again.
    fn is_idle(&self, id: &NodeId) -> bool {
        let (Some(config), Ok(facts)) = (self.snapshot.config(id), self.facts(id)) else {
            return false;
        };
        match facts.status {
            NodeStatus::Pending | NodeStatus::AwaitingReview => true,
            NodeStatus::Ready | NodeStatus::Waiting => {
                let works = config.work() == Work::Jobs && config.kind() != NodeKind::Wait;
                facts.hold.is_some() || (works && facts.work == NodeWork::Untouched)
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
