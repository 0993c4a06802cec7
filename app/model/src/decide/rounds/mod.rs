//! Loops: how their rounds begin and end, and how the loop collects the results.

mod planned;
mod taken_up;

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{NodeState, Refused, Snapshot, Transition};
use crate::{
    execution::{
        event::{EventKind, LaunchedNode},
        failure::Failure,
        state::{EdgeState, ExecutionStatus, NodeStatus, RoundState},
    },
    expr::{ExprError, Scope},
    id::{EdgeId, NodeId},
    nodes::{
        NodeConfig,
        for_each::{Config, OUTPUT, RoundFailure},
    },
    workflow::{Node, OnError},
};

/// Most nodes of one execution, those of every round counted: as many as one settlement and one
/// page can handle.
pub const MOST_STEPS: usize = 20_000;

impl Snapshot {
    /// The loops whose rounds go on.
    pub(super) fn loops(&self) -> BTreeSet<NodeId> {
        let loops = self.nodes.iter().filter(|(_, node)| node.turns());
        loops.map(|(id, _)| id.clone()).collect()
    }

    fn for_each(&self, id: &NodeId) -> Option<&Config> {
        match self.config(id)? {
            NodeConfig::ForEach(config) => Some(config),
            _ => None,
        }
    }

    /// What a round gave: the value of the first connection back to the loop that has one.
    fn round_result(&self, id: &NodeId, number: usize) -> Value {
        let round = id.round_of(number);
        let Some(body) = self.compiled.body(id) else { return Value::Null };
        let value = |edge: &EdgeId| {
            let source = self.compiled.edge(edge)?.source.in_round(&round);
            let output = self.nodes.get(&source)?.output.as_ref()?;
            output.get(self.compiled.port_out(edge)).cloned()
        };
        body.results.iter().find_map(value).unwrap_or_default()
    }

    /// Whether nothing in a round can go on by itself.
    fn round_is_over(&self, id: &NodeId, number: usize) -> bool {
        let round = id.round_of(number);
        let open = |drawn: &NodeId| {
            let status = self.nodes.get(&drawn.in_round(&round)).map(|node| node.status);
            status.is_some_and(|status| !status.is_settled() && status != NodeStatus::Pending)
        };
        self.compiled.body(id).is_none_or(|body| !body.nodes.iter().any(open))
    }
}

impl Transition<'_> {
    fn start_loop(&mut self, id: &NodeId) {
        let now = self.now;
        let Ok(node) = self.node_mut(id) else { return };
        if node.status == NodeStatus::Ready {
            node.status = NodeStatus::Running;
            node.started_at.get_or_insert(now);
            self.record(EventKind::NodeStarted { node: id.clone() });
        }
    }

    /// Ends rounds of these loops that are over and begins others. Returns whether anything
    /// changed.
    pub(super) fn turn_rounds(&mut self, loops: BTreeSet<NodeId>) -> bool {
        let mut loops: Vec<NodeId> = loops.into_iter().collect();
        // Inner loops first: their end may end the round of the loop around them.
        loops.sort_by_key(|id| std::cmp::Reverse(id.round().len()));
        let mut turned = false;
        for id in loops {
            if self.turns(&id) && self.turn(&id) {
                turned = true;
                self.touched.insert(id);
                // Nodes after a loop begin before the round around it is checked for its end.
                self.work_off();
            }
        }
        turned
    }

    fn turn(&mut self, id: &NodeId) -> bool {
        let mut turned = false;
        for number in self.rounds_in(id, RoundState::Running) {
            if self.turns(id) && self.snapshot.round_is_over(id, number) {
                self.end_round(id, number);
                turned = true;
            }
        }
        if self.turns(id) { self.begin_rounds(id) | turned } else { turned }
    }

    fn turns(&self, id: &NodeId) -> bool {
        self.snapshot.nodes.get(id).is_some_and(NodeState::turns)
    }

    fn rounds_in(&self, id: &NodeId, state: RoundState) -> Vec<usize> {
        let rounds = self.snapshot.nodes.get(id).map_or(&[][..], |node| &node.rounds);
        rounds.iter().enumerate().filter(|(_, is)| **is == state).map(|(at, _)| at).collect()
    }

    /// Begins as many rounds as may run, or ends the loop when none is left.
    fn begin_rounds(&mut self, id: &NodeId) -> bool {
        let running = self.rounds_in(id, RoundState::Running).len();
        let waiting = self.rounds_in(id, RoundState::Waiting);
        if running == 0 && waiting.is_empty() {
            self.end_loop(id);
            return true;
        }
        if waiting.is_empty() || self.snapshot.status != ExecutionStatus::Running {
            return false;
        }
        let at_once = self.loop_scope(id).and_then(|scope| {
            let config = self.snapshot.for_each(id);
            config.map_or(Ok(1), |config| config.at_once(&scope))
        });
        match at_once {
            Ok(at_once) => {
                let places = usize::try_from(at_once).unwrap_or(1).saturating_sub(running);
                let next = &waiting[..places.min(waiting.len())];
                self.begin_some(id, next);
                !next.is_empty()
            }
            Err(error) => {
                self.fail_loop_by(id, &error);
                true
            }
        }
    }

    /// Begins rounds as far as the execution may have more steps.
    fn begin_some(&mut self, id: &NodeId, rounds: &[usize]) {
        for number in rounds {
            let steps = self.compiled_workflow().body(id).map_or(0, |body| body.nodes.len());
            if self.snapshot.nodes.len() + steps > MOST_STEPS {
                return self.fail_loop(id, too_many_steps());
            }
            self.begin_round(id, *number);
        }
    }

    fn loop_scope(&self, id: &NodeId) -> Result<Scope, ExprError> {
        self.snapshot.scope_at(id, self.now)
    }

    fn begin_round(&mut self, id: &NodeId, number: usize) {
        self.start_loop(id);
        let (compiled, round) = (self.compiled_workflow(), id.round_of(number));
        let Some(body) = compiled.body(id) else { return };
        let mut launched = vec![];
        for drawn in &body.nodes {
            let node = drawn.in_round(&round);
            if self.snapshot.nodes.contains_key(&node) {
                self.reset(&node, None).ok();
                self.set_up_anew(&node);
            } else {
                let row = self.new_id();
                self.add_node(&node, row);
                self.set_up(&node);
                let Some(drawn) = compiled.node(&node) else { continue };
                launched.push(LaunchedNode {
                    id: node.clone(),
                    kind: drawn.kind().key().to_owned(),
                    label: format!("{} · {}", drawn.title(), number + 1),
                    inside: Some(id.clone()),
                });
            }
        }
        let edges = body.entries.iter().chain(&body.inner).map(|edge| edge.in_round(&round));
        let edges: Vec<EdgeId> = edges.collect();
        edges.iter().for_each(|edge| self.open_edge(edge));
        let live: Vec<EdgeId> = body.entries.iter().map(|edge| edge.in_round(&round)).collect();
        live.iter().for_each(|edge| self.settle_edge(edge, EdgeState::Live));
        let total = self.set_round(id, number, RoundState::Running);
        let (node, nodes) = (id.clone(), launched);
        self.record(EventKind::RoundStarted { node, round: number, total, nodes, edges, live });
        self.queue.extend(body.nodes.iter().map(|drawn| drawn.in_round(&round)));
    }

    /// Returns how many rounds there are.
    pub(super) fn set_round(&mut self, id: &NodeId, number: usize, state: RoundState) -> usize {
        let Ok(node) = self.node_mut(id) else { return 0 };
        if let Some(round) = node.rounds.get_mut(number) {
            *round = state;
        }
        node.rounds.len()
    }

    fn end_round(&mut self, id: &NodeId, number: usize) {
        let failed = self.failed_in(id, number);
        let dead = self.settle_leftovers(id, number);
        let state = if failed.is_some() { RoundState::Failed } else { RoundState::Done };
        self.set_round(id, number, state);
        let stops = failed.is_none().then(|| self.stops_after(id, number));
        let last = matches!(stops, Some(Ok(true)));
        self.record_round_end(id, number, RoundEnd { failed: failed.is_some(), last, dead });
        let policy = self.snapshot.for_each(id).map(|config| config.on_round_failure);
        match (failed, stops) {
            (Some(failure), _) if policy != Some(RoundFailure::Continue) => {
                self.fail_loop(id, failure);
            }
            (_, Some(Err(error))) => self.fail_loop_by(id, &error),
            _ => {}
        }
    }

    /// Records that a round is over; after the last one the others are dropped.
    fn record_round_end(&mut self, id: &NodeId, round: usize, end: RoundEnd) {
        let RoundEnd { failed, last, dead } = end;
        if last && let Ok(node) = self.node_mut(id) {
            node.rounds.truncate(round + 1);
        }
        self.record(EventKind::RoundEnded { node: id.clone(), round, failed, last, dead });
    }

    fn stops_after(&self, id: &NodeId, number: usize) -> Result<bool, ExprError> {
        let Some(config) = self.snapshot.for_each(id) else { return Ok(false) };
        let scope = Scope {
            item: Some(self.snapshot.round_result(id, number)),
            index: u64::try_from(number).ok(),
            ..self.loop_scope(id)?
        };
        config.stops(&scope)
    }

    /// What failed in a round without being handled.
    fn failed_in(&self, id: &NodeId, number: usize) -> Option<Failure> {
        let (compiled, round) = (self.compiled_workflow(), id.round_of(number));
        let failed = |drawn: &NodeId| {
            let id = drawn.in_round(&round);
            let node = self.snapshot.nodes.get(&id)?;
            let failed = node.status == NodeStatus::Failed && self.on_error(&id) == OnError::Fail;
            let failure = node.failure.clone().filter(|_| failed)?;
            let label = compiled.node(&id).map_or(drawn.as_str(), Node::title);
            let message = format!("Round {}, {label}: {}", number + 1, failure.message);
            Some(Failure { message, ..failure })
        };
        compiled.body(id)?.nodes.iter().find_map(failed)
    }

    /// Settles the edges and nodes that a failure left pending in a round. Returns the edges.
    fn settle_leftovers(&mut self, id: &NodeId, number: usize) -> Vec<EdgeId> {
        let (compiled, round) = (self.compiled_workflow(), id.round_of(number));
        let Some(body) = compiled.body(id) else { return vec![] };
        let edges = body.inner.iter().map(|edge| edge.in_round(&round));
        let pending = |edge: &EdgeId| self.snapshot.edges.get(edge) == Some(&EdgeState::Pending);
        let dead: Vec<EdgeId> = edges.filter(pending).collect();
        dead.iter().for_each(|edge| self.settle_edge(edge, EdgeState::Dead));
        for drawn in &body.nodes {
            let id = drawn.in_round(&round);
            let node = self.snapshot.nodes.get(&id);
            if node.is_some_and(|node| node.status == NodeStatus::Pending) {
                self.skip(&id, crate::execution::event::SkipReason::DeadPath);
            }
        }
        dead
    }

    fn end_loop(&mut self, id: &NodeId) {
        let rounds = self.snapshot.nodes.get(id).map_or(0, |node| node.rounds.len());
        let results = (0..rounds).map(|number| self.snapshot.round_result(id, number)).collect();
        let output = Map::from_iter([(OUTPUT.to_owned(), Value::Array(results))]);
        self.complete(id, output.into());
    }

    fn fail_loop(&mut self, id: &NodeId, failure: Failure) {
        self.drop_rounds(id).ok();
        self.fail(id, failure);
    }

    fn fail_loop_by(&mut self, id: &NodeId, error: &ExprError) {
        self.fail_loop(id, Failure::permanent("expression", error.to_string()));
    }

    /// Cancels everything that is open in a loop's rounds.
    pub(super) fn drop_rounds(&mut self, id: &NodeId) -> Result<(), Refused> {
        for number in self.rounds_in(id, RoundState::Running) {
            let round = id.round_of(number);
            let nested = format!("{round}/");
            let mut inside = self.all_nodes();
            inside.retain(|node| node.round() == round || node.round().starts_with(&nested));
            for node in inside {
                let open = self.snapshot.jobs_of(&node);
                let open = open.iter().filter(|job| !job.status.is_settled());
                let open: Vec<_> = open.map(|job| job.id).collect();
                for job in open {
                    self.cancel_job(job)?;
                }
                self.cancel_node(&node)?;
            }
            self.set_round(id, number, RoundState::Failed);
            let dead = self.settle_leftovers(id, number);
            self.record_round_end(
                id,
                number,
                RoundEnd { failed: true, dead, ..RoundEnd::default() },
            );
        }
        Ok(())
    }
}

/// How a round ended.
#[derive(Debug, Default)]
struct RoundEnd {
    /// Something in it failed, or it was dropped.
    failed: bool,
    /// No further round will begin.
    last: bool,
    /// Edges that were left open by a failure.
    dead: Vec<EdgeId>,
}

fn too_many_steps() -> Failure {
    let message = format!(
        "The loops of this execution would begin more than {MOST_STEPS} steps, which is as many as one \
         execution may have. Give them shorter lists, or run a part in a workflow of its own."
    );
    Failure::permanent("too_many_steps", message)
}

impl NodeState {
    fn turns(&self) -> bool {
        let open = matches!(self.status, NodeStatus::Ready | NodeStatus::Running);
        open && !self.rounds.is_empty()
    }
}
