//! How settled nodes make others ready, needless or done, by an explicit worklist.

mod ends;

use std::{collections::BTreeMap, sync::Arc};

use serde_json::{Map, Value};

use super::{JobState, Link, Transition};
use crate::{
    connect::ERROR_PORT,
    execution::{
        event::{EventKind, SkipReason},
        failure::Failure,
        state::{EdgeState, Effect, ExecutionStatus, JobStatus, NodeStatus},
        view::Bill,
    },
    expr::{Condition, ExprError, Scope},
    id::{JobId, NodeId},
    nodes::{NodeConfig, NodeKind, Place, Settled, Work, for_each::Rounds},
    review::ReviewState,
    time::Timestamp,
    workflow::{Node, OnError},
};

/// What a node that may run does first.
enum Entry {
    Skip(SkipReason),
    Settle(Settled),
    Work { jobs: u32, not_before: Timestamp },
    Review(ReviewState),
    Loop(Rounds),
}

/// What the edges into a node say.
pub(super) enum Join {
    Wait,
    Run,
    Skip,
}

impl Transition<'_> {
    /// Works the queue off, then ends the execution if nothing is left to do.
    pub(super) fn advance(&mut self) {
        self.work_off();
        let mut loops = self.snapshot.loops();
        while self.turn_rounds(loops) {
            loops = std::mem::take(&mut self.touched);
        }
        self.end_if_done();
        self.end_if_full();
    }

    pub(super) fn work_off(&mut self) {
        while let Some(id) = self.queue.pop_front() {
            let pending =
                self.snapshot.nodes.get(&id).is_some_and(|n| n.status == NodeStatus::Pending);
            if !pending {
                continue;
            }
            match self.join(&id) {
                Join::Wait => {}
                Join::Skip => self.skip(&id, SkipReason::DeadPath),
                Join::Run => self.enter_or_hold(&id),
            }
        }
    }

    pub(super) fn join(&self, id: &NodeId) -> Join {
        let compiled = &self.snapshot.compiled;
        let state = |edge| self.snapshot.edges.get(edge).copied().unwrap_or(EdgeState::Dead);
        let edges = compiled.incoming(id);
        let in_state = |wanted| edges.iter().filter(move |link| state(&link.edge) == wanted);
        let live = in_state(EdgeState::Live).count();
        let pending = in_state(EdgeState::Pending).count();
        let enough = self.snapshot.config(id).and_then(NodeConfig::enough_edges);
        match enough {
            _ if edges.is_empty() => Join::Run,
            Some(enough) if self.first_lanes(id, enough).len() >= enough => Join::Run,
            _ if pending > 0 => Join::Wait,
            _ if live > 0 => Join::Run,
            _ => Join::Skip,
        }
    }

    /// The first edges into a node that bring something, at most `enough`, in the order in which
    /// they did. A replay waits for those that came first in the execution it replays.
    fn first_lanes(&self, id: &NodeId, enough: usize) -> Vec<Link> {
        let replayed = self.snapshot.replays.as_ref();
        let came = |link: &Link| replayed.and_then(|replayed| replayed.came.get(&link.edge));
        let state = |link: &Link| self.snapshot.edges.get(&link.edge).copied();
        let mut lanes = self.snapshot.compiled.incoming(id);
        lanes.sort_by_key(|link| {
            let (came, done) = (came(link), self.done_at(id, link));
            (came.is_none(), came, done.is_none(), done)
        });
        let awaited = |link: &Link| came(link).is_some() && state(link) == Some(EdgeState::Pending);
        let settled = lanes.into_iter().take_while(|link| !awaited(link));
        let brought = settled.filter(|link| state(link) == Some(EdgeState::Live));
        brought.filter(|link| self.brings(link)).take(enough).collect()
    }

    /// When the value of an edge was there; the loop around a node brings its item before all
    /// others.
    fn done_at(&self, id: &NodeId, link: &Link) -> Option<Timestamp> {
        if id.owner().as_ref() == Some(&link.source) {
            Some(Timestamp(0))
        } else {
            self.snapshot.nodes.get(&link.source)?.ended_at
        }
    }

    /// The scope of a node that reads only the values which came first.
    fn scope_of_first_lanes(&self, id: &NodeId, enough: usize, scope: Scope) -> Scope {
        let mut nodes: BTreeMap<NodeId, Map<String, Value>> = BTreeMap::new();
        for link in self.first_lanes(id, enough) {
            let (source, port) =
                (link.source.in_round(""), self.snapshot.compiled.port_out(&link.edge));
            let value = scope.nodes.get(&source).and_then(|gave| gave.get(port)).cloned();
            nodes.entry(source).or_default().extend(value.map(|value| (port.to_owned(), value)));
        }
        let nodes = nodes.into_iter().map(|(node, gave)| (node, Arc::new(gave))).collect();
        Scope { nodes: Arc::new(nodes), ..scope }
    }

    /// Whether a live edge carries a value: edges are also live past a node that was skipped or may
    /// fail, but such a node has no output.
    fn brings(&self, link: &Link) -> bool {
        match self.snapshot.nodes.get(&link.source).map(|node| node.status) {
            Some(NodeStatus::Skipped) => false,
            Some(NodeStatus::Failed) => self.snapshot.compiled.port_out(&link.edge) == ERROR_PORT,
            // The loop around a node is still running when it brings the item of a round.
            _ => true,
        }
    }

    /// Enters a node, or holds it until a person lets it start.
    fn enter_or_hold(&mut self, id: &NodeId) {
        match self.hold_for(id) {
            Some(hold) => self.hold_back(id, hold),
            None => self.enter(id),
        }
    }

    pub(super) fn enter(&mut self, id: &NodeId) {
        let compiled = self.compiled_workflow();
        if self.leaves_out_as_recorded(id) {
            return;
        }
        let Some(node) = compiled.node(id) else { return };
        match self.entry(id, node) {
            Ok(Entry::Skip(reason)) => self.skip(id, reason),
            Ok(Entry::Settle(settled)) => self.complete(id, settled),
            Ok(Entry::Work { jobs, not_before }) => match self.too_few(id, node, jobs) {
                Some(failure) => self.fail(id, failure),
                None => self.make_ready(id, jobs, not_before),
            },
            Ok(Entry::Review(review)) => self.open_review(id, review),
            Ok(Entry::Loop(rounds)) => self.plan_rounds(id, rounds),
            Err(error) => self.fail(id, Failure::permanent("expression", error.to_string())),
        }
    }

    fn entry(&mut self, id: &NodeId, node: &Node) -> Result<Entry, ExprError> {
        if !node.data.enabled {
            return Ok(Entry::Skip(SkipReason::Disabled));
        }
        let scope = self.snapshot.scope_at(id, self.now)?;
        if let Some(condition) = &node.data.condition
            && !Condition::parse(condition)?.eval(&scope)?
        {
            return Ok(Entry::Skip(SkipReason::Condition));
        }
        let compiled = self.compiled_workflow();
        let config = self.snapshot.config(id).unwrap_or(&node.data.config);
        let scope = match config.enough_edges() {
            Some(enough) => self.scope_of_first_lanes(id, enough, scope),
            None => scope,
        };
        let place = Place { workflow: compiled.workflow(), node: &node.id, scope: &scope };
        match (config.work(), config) {
            (Work::Inline, config) => Ok(Entry::Settle(config.settle_inline(place)?)),
            (Work::Review, NodeConfig::Review(config)) => {
                let config = config.clone();
                Ok(Entry::Review(self.new_review(&config, place)?))
            }
            (Work::Loop, NodeConfig::ForEach(config)) => Ok(Entry::Loop(config.rounds(place)?)),
            // Not reached: a node that is no step is not in the order.
            (Work::None, _) => Ok(Entry::Skip(SkipReason::Condition)),
            (Work::Jobs | Work::Review | Work::Loop, config) => Ok(Entry::Work {
                jobs: config.quantity(&scope)?,
                not_before: config.not_before(&scope)?,
            }),
        }
    }

    /// A failure where a node has fewer items than must succeed, so that none is paid for in vain.
    fn too_few(&self, id: &NodeId, node: &Node, items: u32) -> Option<Failure> {
        let replayed = self.snapshot.replays.as_ref();
        // A node that had jobs in the execution that is replayed has them here too.
        let went_on = replayed.is_some_and(|replayed| !replayed.unbegun.contains(id));
        let least = node.data.min_items.filter(|least| !went_on && *least > items)?;
        let words = format!("At least {least} of its items must succeed, but it has only {items}.");
        Some(Failure::permanent("too_few_items", words))
    }

    fn make_ready(&mut self, id: &NodeId, quantity: u32, not_before: Timestamp) {
        let later = not_before > self.now;
        let ids: Vec<_> = (0..quantity).map(|_| JobId(self.new_id())).collect();
        let Ok(node) = self.node_mut(id) else { return };
        node.status = NodeStatus::Ready;
        node.jobs_total = i32::try_from(quantity).unwrap_or(i32::MAX);
        let generation = node.generation;
        self.record(EventKind::NodeReady { node: id.clone(), jobs: ids.clone() });
        for (item, job) in (0..).zip(ids) {
            self.add_job(JobState {
                id: job,
                node: id.clone(),
                item,
                generation,
                status: JobStatus::Pending,
                attempt: 0,
                lost: 0,
                fence: 0,
                worker: None,
                run_at: not_before,
                child: None,
                effect: Effect::Intent,
                values: None,
                failure: None,
                bill: Bill::default(),
                started_at: None,
                ended_at: None,
            });
        }
        if later {
            let message = "Waiting for the time to come".to_owned();
            self.wait_for(id, Some(not_before), message);
        }
    }

    /// Lets the node wait, until a time or for what the message says.
    pub(super) fn wait_for(&mut self, id: &NodeId, until: Option<Timestamp>, message: String) {
        let now = self.now;
        let waits =
            self.compiled_workflow().node(id).is_some_and(|node| node.kind() == NodeKind::Wait);
        let Ok(node) = self.node_mut(id) else { return };
        node.status = NodeStatus::Waiting;
        let hold = node.hold;
        // A `wait` node works by waiting: its time starts here.
        if waits && hold.is_none() {
            node.started_at.get_or_insert(now);
        }
        self.record(EventKind::NodeWaiting { node: id.clone(), until, message, hold });
    }

    /// Lets a node wait for something that no clock ends, unless another of its jobs still runs.
    pub(super) fn wait_idle(&mut self, id: &NodeId, message: String) {
        let jobs = self.snapshot.jobs_of(id);
        if !jobs.iter().any(|job| job.status == JobStatus::Running) {
            self.wait_for(id, None, message);
        }
    }

    fn end_if_done(&mut self) {
        let open = |status: NodeStatus| !status.is_settled() && status != NodeStatus::Pending;
        if self.snapshot.status != ExecutionStatus::Running {
            return;
        }
        if self.snapshot.nodes.values().any(|node| open(node.status)) {
            return self.pause_for_people();
        }
        let compiled = self.compiled_workflow();
        let unhandled = compiled.outermost().iter().find(|id| {
            let failed =
                self.snapshot.nodes.get(*id).is_some_and(|n| n.status == NodeStatus::Failed);
            failed && self.on_error(id) == OnError::Fail
        });
        match unhandled {
            Some(id) => self.end_failed(id),
            None => {
                self.snapshot.output = Some(self.snapshot.result());
                self.set_status(ExecutionStatus::Completed);
                self.record(EventKind::ExecutionCompleted);
            }
        }
    }

    fn end_failed(&mut self, id: &NodeId) {
        let label = self.snapshot.compiled.node(id).map_or(id.as_str(), Node::title);
        let failure = self.snapshot.nodes.get(id).and_then(|node| node.failure.as_ref());
        let why = failure.map_or("it failed", |failure| failure.message.as_str());
        let failed = self.failed_jobs(id).len();
        let message = match self.snapshot.jobs_of(id).len() {
            0 | 1 => format!("{label}: {why}"),
            items => format!("{label}: {failed} of {items} items failed. {why}"),
        };
        self.set_status(ExecutionStatus::Failed);
        self.snapshot.error = Some(message.clone());
        self.record(EventKind::ExecutionFailed { node: id.clone(), message });
    }
}
