//! Resuming the iterations of a loop that failed.

use super::end::{
    IterationEnd, fail_loop_by, iterations_in, record_iteration_end, set_iteration, stops_after,
};
use crate::{
    decide::{Snapshot, Transition},
    execution::{action_policy::node_states::NodeStates, state::RoundState},
    id::NodeId,
    nodes::for_each::RoundFailure,
};

/// Lets the failed iterations of a loop run again. Those that are done stay so, and so do failed
/// ones after which the loop went on to a later one. Where the last one that began is done, its
/// stop condition is evaluated again: the loop may have failed because that had no value.
pub(in crate::decide) fn resume_iterations(transition: &mut Transition<'_>, id: &NodeId) {
    let begun = count_begun(transition.snapshot(), id);
    for number in iterations_in(transition.snapshot(), id, RoundState::Failed) {
        if went_on_after(transition.snapshot(), id, number) {
            // `node.retried` has set every failed iteration to waiting.
            let end = IterationEnd { failed: true, ..IterationEnd::default() };
            record_iteration_end(transition, id, number, end);
        } else {
            set_iteration(transition, id, number, RoundState::Waiting);
        }
    }
    let last = begun.checked_sub(1);
    let last = last.filter(|last| may_be_last(transition.snapshot(), id, *last));
    if let Some(last) = last {
        check_whether_last(transition, id, last);
    }
}

/// How many iterations there are up to the last that has begun.
fn count_begun(snapshot: &Snapshot, id: &NodeId) -> usize {
    let mut iterations = snapshot.iterations_of(id).iter();
    iterations.rposition(|iteration| *iteration != RoundState::Waiting).map_or(0, |last| last + 1)
}

fn went_on_after(snapshot: &Snapshot, id: &NodeId, number: usize) -> bool {
    let config = snapshot.loop_config(id);
    let lenient = config.is_some_and(|each| each.on_round_failure == RoundFailure::Continue);
    lenient && snapshot.passed(id, number)
}

/// Whether a loop may end after this iteration by its condition: it is done, and none before it is
/// to run again.
fn may_be_last(snapshot: &Snapshot, id: &NodeId, number: usize) -> bool {
    let ends = snapshot.loop_config(id).is_some_and(|each| each.stop_when.is_some());
    let iterations = snapshot.iterations_of(id);
    let done = iterations.get(number) == Some(&RoundState::Done);
    ends && done && iterations.iter().take(number).all(|iteration| iteration.is_over())
}

fn check_whether_last(transition: &mut Transition<'_>, id: &NodeId, number: usize) {
    match stops_after(transition, id, number) {
        Ok(true) => {
            let end = IterationEnd { last: true, ..IterationEnd::default() };
            record_iteration_end(transition, id, number, end);
        }
        Ok(false) => {}
        Err(error) => fail_loop_by(transition, id, &error),
    }
}
