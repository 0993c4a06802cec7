//! Ends iterations that are over, and begins others.

use std::collections::BTreeSet;

use super::{
    begin::begin_iterations,
    end::{end_iteration, iterations_in},
};
use crate::{
    decide::{NodeState, Snapshot, Transition, node::enter::process_worklist},
    execution::state::RoundState,
    id::NodeId,
};

/// Ends iterations of these loops that are over and begins others. Returns whether anything
/// changed.
pub(in crate::decide) fn advance_loops(
    transition: &mut Transition<'_>,
    loops: BTreeSet<NodeId>,
) -> bool {
    let mut loops: Vec<NodeId> = loops.into_iter().collect();
    // Inner loops first: their end may end the iteration of the loop around them.
    loops.sort_by_key(|id| std::cmp::Reverse(id.round().len()));
    let mut changed = false;
    for id in loops {
        if is_open_loop(transition.snapshot(), &id) && advance_loop(transition, &id) {
            changed = true;
            transition.worklist.loops.insert(id);
            // Nodes after a loop begin before the iteration around it is checked for its end.
            process_worklist(transition);
        }
    }
    changed
}

fn advance_loop(transition: &mut Transition<'_>, id: &NodeId) -> bool {
    let mut changed = false;
    for number in iterations_in(transition.snapshot(), id, RoundState::Running) {
        let snapshot = transition.snapshot();
        if is_open_loop(snapshot, id) && snapshot.is_iteration_over(id, number) {
            end_iteration(transition, id, number);
            changed = true;
        }
    }
    if is_open_loop(transition.snapshot(), id) {
        begin_iterations(transition, id) | changed
    } else {
        changed
    }
}

fn is_open_loop(snapshot: &Snapshot, id: &NodeId) -> bool {
    snapshot.nodes.get(id).is_some_and(NodeState::is_open_loop)
}
