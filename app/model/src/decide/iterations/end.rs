//! How an iteration of a loop ends, and what its failure does to the loop.

use crate::{
    decide::{
        Refused, Snapshot, Transition,
        node::{
            cancel::{cancel_node, cancel_open_jobs},
            facts::on_error,
            settle::{settle_failed, settle_skipped},
        },
    },
    execution::{
        event::{EventKind, SkipReason},
        failure::Failure,
        state::{EdgeState, NodeStatus, RoundState},
    },
    expr::{ExprError, Scope},
    id::{EdgeId, NodeId},
    nodes::for_each::RoundFailure,
    workflow::{Node, OnError},
};

pub(super) fn end_iteration(transition: &mut Transition<'_>, id: &NodeId, number: usize) {
    let failed = find_failure(transition.snapshot(), id, number);
    let dead = settle_leftovers(transition, id, number);
    let state = if failed.is_some() { RoundState::Failed } else { RoundState::Done };
    set_iteration(transition, id, number, state);
    let stops = failed.is_none().then(|| stops_after(transition, id, number));
    let last = matches!(stops, Some(Ok(true)));
    let end = IterationEnd { failed: failed.is_some(), last, dead };
    record_iteration_end(transition, id, number, end);
    let policy = transition.snapshot().loop_config(id).map(|config| config.on_round_failure);
    match (failed, stops) {
        (Some(failure), _) if policy != Some(RoundFailure::Continue) => {
            fail_loop(transition, id, failure);
        }
        (_, Some(Err(error))) => fail_loop_by(transition, id, &error),
        _ => {}
    }
}

/// Records that an iteration is over; after the last one the others are dropped.
pub(super) fn record_iteration_end(
    transition: &mut Transition<'_>,
    id: &NodeId,
    iteration: usize,
    end: IterationEnd,
) {
    let IterationEnd { failed, last, dead } = end;
    if last && let Ok(node) = transition.node_mut(id) {
        node.iterations.truncate(iteration + 1);
    }
    let (node, round) = (id.clone(), iteration);
    transition.record(EventKind::RoundEnded { node, round, failed, last, dead });
}

pub(super) fn iterations_in(snapshot: &Snapshot, id: &NodeId, state: RoundState) -> Vec<usize> {
    let iterations = snapshot.nodes.get(id).map_or(&[][..], |node| &node.iterations);
    iterations.iter().enumerate().filter(|(_, is)| **is == state).map(|(at, _)| at).collect()
}

/// Returns how many iterations there are.
pub(super) fn set_iteration(
    transition: &mut Transition<'_>,
    id: &NodeId,
    number: usize,
    state: RoundState,
) -> usize {
    let Ok(node) = transition.node_mut(id) else { return 0 };
    if let Some(iteration) = node.iterations.get_mut(number) {
        *iteration = state;
    }
    node.iterations.len()
}

pub(super) fn loop_scope(transition: &Transition<'_>, id: &NodeId) -> Result<Scope, ExprError> {
    transition.snapshot().scope_at(id, transition.now())
}

pub(super) fn stops_after(
    transition: &Transition<'_>,
    id: &NodeId,
    number: usize,
) -> Result<bool, ExprError> {
    let Some(config) = transition.snapshot().loop_config(id) else { return Ok(false) };
    let scope = Scope {
        item: Some(transition.snapshot().iteration_result(id, number)),
        index: u64::try_from(number).ok(),
        ..loop_scope(transition, id)?
    };
    config.stops(&scope)
}

/// What failed in an iteration without being handled.
fn find_failure(snapshot: &Snapshot, id: &NodeId, number: usize) -> Option<Failure> {
    let (compiled, iteration) = (&snapshot.compiled, id.round_of(number));
    let failed = |drawn: &NodeId| {
        let id = drawn.in_round(&iteration);
        let node = snapshot.nodes.get(&id)?;
        let failed = node.status == NodeStatus::Failed && on_error(snapshot, &id) == OnError::Fail;
        let failure = node.failure.clone().filter(|_| failed)?;
        let label = compiled.node(&id).map_or(drawn.as_str(), Node::title);
        let message = format!("Round {}, {label}: {}", number + 1, failure.message);
        Some(Failure { message, ..failure })
    };
    compiled.body(id)?.nodes.iter().find_map(failed)
}

/// Settles the edges and nodes that a failure left pending in an iteration. Returns the edges.
fn settle_leftovers(transition: &mut Transition<'_>, id: &NodeId, number: usize) -> Vec<EdgeId> {
    let (compiled, iteration) = (transition.compiled_workflow(), id.round_of(number));
    let Some(body) = compiled.body(id) else { return vec![] };
    let edges = body.inner.iter().map(|edge| edge.in_round(&iteration));
    let states = &transition.snapshot().edges;
    let pending = |edge: &EdgeId| states.get(edge) == Some(&EdgeState::Pending);
    let dead: Vec<EdgeId> = edges.filter(pending).collect();
    dead.iter().for_each(|edge| transition.settle_edge(edge, EdgeState::Dead));
    for drawn in &body.nodes {
        let id = drawn.in_round(&iteration);
        let node = transition.snapshot().nodes.get(&id);
        if node.is_some_and(|node| node.status == NodeStatus::Pending) {
            settle_skipped(transition, &id, SkipReason::DeadPath);
        }
    }
    dead
}

pub(super) fn fail_loop(transition: &mut Transition<'_>, id: &NodeId, failure: Failure) {
    drop_iterations(transition, id).ok();
    settle_failed(transition, id, failure);
}

pub(super) fn fail_loop_by(transition: &mut Transition<'_>, id: &NodeId, error: &ExprError) {
    fail_loop(transition, id, Failure::permanent("expression", error.to_string()));
}

/// Cancels everything that is open in a loop's iterations.
pub(in crate::decide) fn drop_iterations(
    transition: &mut Transition<'_>,
    id: &NodeId,
) -> Result<(), Refused> {
    for number in iterations_in(transition.snapshot(), id, RoundState::Running) {
        let iteration = id.round_of(number);
        let nested = format!("{iteration}/");
        let mut inside = transition.snapshot().nodes_in_order();
        inside.retain(|node| node.round() == iteration || node.round().starts_with(&nested));
        for node in inside {
            cancel_open_jobs(transition, &node)?;
            cancel_node(transition, &node)?;
        }
        set_iteration(transition, id, number, RoundState::Failed);
        let dead = settle_leftovers(transition, id, number);
        let end = IterationEnd { failed: true, dead, ..IterationEnd::default() };
        record_iteration_end(transition, id, number, end);
    }
    Ok(())
}

#[derive(Debug, Default)]
pub(super) struct IterationEnd {
    /// Something in it failed, or it was dropped.
    pub(super) failed: bool,
    /// No further iteration will begin.
    pub(super) last: bool,
    /// Edges that were left open by a failure.
    pub(super) dead: Vec<EdgeId>,
}
