//! Retrying failed items of a node that had completed without them.

use std::collections::BTreeSet;

use super::{Refused, Transition, reset::ResetPlan, settle::collect};
use crate::{
    execution::{
        action_policy::{Items, NodeFacts, steps::Steps},
        state::{EdgeState, JobStatus, NodeStatus, RoundState},
    },
    id::{EdgeId, JobId, NodeId},
    nodes::NodeConfig,
    workflow::Workflow,
};

impl Transition<'_> {
    /// Whether some of a node's items failed that it may go on without.
    pub(super) fn items_of(&self, id: &NodeId) -> Items {
        let may_lack =
            self.snapshot.compiled.node(id).is_some_and(|node| node.data.min_items.is_some());
        let lacks = may_lack && !self.failed_jobs(id).is_empty();
        if lacks { Items::Short } else { Items::Whole }
    }

    pub(super) fn failed_jobs(&self, id: &NodeId) -> Vec<JobId> {
        let jobs = self.snapshot.jobs_of(id);
        let failed = jobs.iter().filter(|job| job.status == JobStatus::Failed);
        failed.map(|job| job.id).collect()
    }

    /// Refuses when the output of a node is not what its items made: one more item would overwrite
    /// it.
    pub(super) fn gives_its_items(&self, id: &NodeId) -> Result<(), Refused> {
        let jobs = self.snapshot.jobs_of(id);
        let made = collect(jobs.iter().filter_map(|job| job.values.as_ref()));
        let gives = self.snapshot.nodes.get(id).and_then(|node| node.output.as_deref());
        if gives == Some(&made) {
            return Ok(());
        }
        let words = format!(
            "“{}” gives something else by now than its items made: run it again from there",
            self.node_label(id)
        );
        Err(Refused::NotHere(words))
    }

    /// Retries the failed items of a completed node. Its output counts until they are done; nodes
    /// after it that have done nothing with the output yet wait for it again.
    pub(super) fn fill_up(&mut self, id: &NodeId) -> Result<(), Refused> {
        let plan = ResetPlan::for_waiting(self.idle_behind(id));
        self.wait_anew(&plan)?;
        let edges = self.compiled_workflow().outgoing(id).into_iter();
        let edges = edges.filter(|link| plan.reopened().contains(&link.target));
        let edges: Vec<_> = edges.map(|link| link.edge).collect();
        edges.iter().for_each(|edge| self.reopen_edge(edge));
        self.reopen(id, self.failed_jobs(id), edges)
    }

    /// Lets the nodes after a node that have done nothing with its output yet read it again, as it
    /// is now.
    pub(super) fn pass_on_anew(&mut self, id: &NodeId) -> Result<(), Refused> {
        if self.snapshot.status.is_over() {
            return Ok(());
        }
        let again = self.wait_anew(&ResetPlan::for_waiting(self.idle_behind(id)))?;
        if !again.is_empty() {
            self.queue.extend(again);
            // What is given now may lead past the review that was waited for.
            self.go_on();
            self.advance();
        }
        Ok(())
    }

    /// Puts the nodes of the plan back to waiting. Returns those that were not waiting before, in
    /// the order of the graph.
    fn wait_anew(&mut self, plan: &ResetPlan) -> Result<Vec<NodeId>, Refused> {
        let has_stood = |id: &&NodeId| {
            self.snapshot.nodes.get(*id).is_some_and(|node| node.status != NodeStatus::Pending)
        };
        let mut again: Vec<NodeId> = plan.reopened().iter().filter(has_stood).cloned().collect();
        again.sort_by_key(|id| self.snapshot.compiled.rank(id));
        for node in &again {
            self.drop_review(node);
            self.reset(node, Some(plan))?;
        }
        Ok(again)
    }

    /// The nodes after a node that have not begun, also behind nodes that only pass values on.
    fn idle_behind(&self, id: &NodeId) -> BTreeSet<NodeId> {
        let compiled = self.compiled_workflow();
        let (mut idle, mut todo) = (BTreeSet::new(), vec![id.clone()]);
        while let Some(at) = todo.pop() {
            for link in compiled.outgoing(&at) {
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

impl Steps for Transition<'_> {
    fn workflow(&self) -> &Workflow {
        self.snapshot.compiled.workflow()
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
        let links = self.snapshot.compiled.incoming(id).into_iter();
        links.map(|link| (link.source, self.edge(&link.edge))).collect()
    }

    fn edges_out_of(&self, id: &NodeId) -> Vec<(NodeId, EdgeState)> {
        let links = self.snapshot.compiled.outgoing(id).into_iter();
        links.map(|link| (link.target, self.edge(&link.edge))).collect()
    }
}
