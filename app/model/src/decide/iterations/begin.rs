//! How iterations of a loop begin.

use super::{
    end::{fail_loop, fail_loop_by, iterations_in, loop_scope, set_iteration},
    plan::complete_loop,
};
use crate::{
    decide::{
        Transition,
        node::{
            config::{apply_changed_config, reapply_changed_config},
            reset::reset_node,
        },
    },
    execution::{
        event::{EventKind, LaunchedNode},
        failure::Failure,
        state::{EdgeState, ExecutionStatus, NodeStatus, RoundState},
    },
    id::{EdgeId, NodeId},
};

/// Most nodes of one execution, those of every iteration counted: as many as one settlement and one
/// page can handle.
pub const MOST_STEPS: usize = 20_000;

/// Begins as many iterations as may run, or ends the loop when none is left.
pub(super) fn begin_iterations(transition: &mut Transition<'_>, id: &NodeId) -> bool {
    let running = iterations_in(transition.snapshot(), id, RoundState::Running).len();
    let waiting = iterations_in(transition.snapshot(), id, RoundState::Waiting);
    if running == 0 && waiting.is_empty() {
        complete_loop(transition, id);
        return true;
    }
    if waiting.is_empty() || transition.snapshot().status != ExecutionStatus::Running {
        return false;
    }
    let at_once = loop_scope(transition, id).and_then(|scope| {
        let config = transition.snapshot().loop_config(id);
        config.map_or(Ok(1), |config| config.at_once(&scope))
    });
    match at_once {
        Ok(at_once) => {
            let places = usize::try_from(at_once).unwrap_or(1).saturating_sub(running);
            let next = &waiting[..places.min(waiting.len())];
            begin_some(transition, id, next);
            !next.is_empty()
        }
        Err(error) => {
            fail_loop_by(transition, id, &error);
            true
        }
    }
}

/// Begins iterations as far as the execution may have more steps.
fn begin_some(transition: &mut Transition<'_>, id: &NodeId, iterations: &[usize]) {
    for number in iterations {
        let steps = transition.compiled_workflow().body(id).map_or(0, |body| body.nodes.len());
        if transition.snapshot().nodes.len() + steps > MOST_STEPS {
            return fail_loop(transition, id, too_many_steps());
        }
        begin_iteration(transition, id, *number);
    }
}

fn start_loop(transition: &mut Transition<'_>, id: &NodeId) {
    let now = transition.now();
    let Ok(node) = transition.node_mut(id) else { return };
    if node.status == NodeStatus::Ready {
        node.status = NodeStatus::Running;
        node.started_at.get_or_insert(now);
        transition.record(EventKind::NodeStarted { node: id.clone() });
    }
}

fn begin_iteration(transition: &mut Transition<'_>, id: &NodeId, number: usize) {
    start_loop(transition, id);
    let (compiled, iteration) = (transition.compiled_workflow(), id.round_of(number));
    let Some(body) = compiled.body(id) else { return };
    let mut launched = vec![];
    for drawn in &body.nodes {
        let node = drawn.in_round(&iteration);
        if transition.snapshot().nodes.contains_key(&node) {
            reset_node(transition, &node, None).ok();
            reapply_changed_config(transition, &node);
        } else {
            let row = transition.new_id();
            transition.add_node(&node, row);
            apply_changed_config(transition, &node);
            let Some(drawn) = compiled.node(&node) else { continue };
            launched.push(LaunchedNode {
                id: node.clone(),
                kind: drawn.kind().key().to_owned(),
                label: format!("{} · {}", drawn.title(), number + 1),
                inside: Some(id.clone()),
            });
        }
    }
    let edges = body.entries.iter().chain(&body.inner).map(|edge| edge.in_round(&iteration));
    let edges: Vec<EdgeId> = edges.collect();
    edges.iter().for_each(|edge| transition.open_edge(edge));
    let live: Vec<EdgeId> = body.entries.iter().map(|edge| edge.in_round(&iteration)).collect();
    live.iter().for_each(|edge| transition.settle_edge(edge, EdgeState::Live));
    let total = set_iteration(transition, id, number, RoundState::Running);
    let (node, nodes) = (id.clone(), launched);
    transition.record(EventKind::RoundStarted { node, round: number, total, nodes, edges, live });
    transition.worklist.nodes.extend(body.nodes.iter().map(|drawn| drawn.in_round(&iteration)));
}

fn too_many_steps() -> Failure {
    let message = format!(
        "The loops of this run would exceed the limit of {MOST_STEPS} steps. Use shorter lists, or \
         move some steps into a separate workflow."
    );
    Failure::permanent("too_many_steps", message)
}
