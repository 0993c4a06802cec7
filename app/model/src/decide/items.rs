//! Items that failed in a node that had enough without them are tried again.

use std::collections::BTreeSet;

use super::{Draft, Refused, reset::Makers, settle::collect};
use crate::{
    execution::{
        offer::{Items, NodeFacts, steps::Steps},
        state::{EdgeState, JobStatus, NodeStatus, RoundState},
    },
    id::{EdgeId, JobId, NodeId},
    nodes::NodeConfig,
    workflow::Workflow,
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

    /// Refuses when what a node gives is not what its items made, which an item more would undo.
    pub(super) fn gives_its_items(&self, id: &NodeId) -> Result<(), Refused> {
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

    fn edge(&self, id: &EdgeId) -> EdgeState {
        self.snapshot.edges.get(id).copied().unwrap_or(EdgeState::Pending)
    }
}

impl Steps for Draft<'_> {
    fn workflow(&self) -> &Workflow {
        self.snapshot.frozen.workflow()
    }

    fn runs_of(&self, drawn: &NodeId) -> Vec<NodeId> {
        self.snapshot.nodes.keys().filter(|id| id.is_run_of(drawn)).cloned().collect()
    }

    fn events(&self) -> i64 {
        self.snapshot.event_seq
    }

    fn is_replay(&self) -> bool {
        self.snapshot.replays.is_some()
    }

    fn status_of(&self, id: &NodeId) -> Option<NodeStatus> {
        self.snapshot.nodes.get(id).map(|node| node.status)
    }

    fn facts_of(&self, id: &NodeId) -> Option<NodeFacts> {
        self.facts(id).ok()
    }

    fn config_of(&self, id: &NodeId) -> Option<&NodeConfig> {
        self.snapshot.config(id)
    }

    fn rounds_of(&self, id: &NodeId) -> &[RoundState] {
        self.snapshot.nodes.get(id).map_or(&[], |node| &node.rounds)
    }

    fn edges_into(&self, id: &NodeId) -> Vec<(NodeId, EdgeState)> {
        let links = self.snapshot.frozen.incoming(id).into_iter();
        links.map(|link| (link.source, self.edge(&link.edge))).collect()
    }

    fn edges_out_of(&self, id: &NodeId) -> Vec<(NodeId, EdgeState)> {
        let links = self.snapshot.frozen.outgoing(id).into_iter();
        links.map(|link| (link.target, self.edge(&link.edge))).collect()
    }
}
