//! Doing a step again inside the run: it makes the next version of its outputs.

use serde_json::{Map, Value};

use super::{
    Refused, Snapshot, Transition,
    lifecycle::{
        advance::advance,
        queue::{end_review_pause, run_or_queue},
    },
    node::{
        checks::{check_action, check_node_action},
        config::change_config,
        enter::enter_node,
        reset::{ResetPlan, reset_keeping_output},
        retry_items::reset_to_waiting,
    },
};
use crate::{
    access::{Lacks, Permission, can},
    execution::{
        action_policy::{
            ActorScope,
            node_states::NodeStates,
            redo_scope::{Dependents, find_redo_scope},
            review_guard::missing_permission_within,
        },
        state::{Action, NodeStatus, PauseReason},
    },
    graph::{self, Graph},
    id::NodeId,
    nodes::Work,
};

/// Does all items of a step that has ended again, changed as `config` says. What it gave before
/// counts until the new output is there; what has not begun waits for that, what is being worked on
/// is let finish, and `dependents` says what becomes of the rest.
///
/// # Errors
/// [`Refused::NotAllowed`], [`Refused::UnknownNode`], [`Refused::NotNow`] when it has not ended,
/// [`Refused::WentOn`] when the loop around it has gone on, [`Refused::NotHere`] where it does no
/// work of its own, in a replay or where the history has no room, or [`Refused::Misset`] when the
/// configuration would not be valid; nothing is changed then.
pub fn redo_node(
    transition: &mut Transition<'_>,
    id: &NodeId,
    config: Option<&Map<String, Value>>,
    dependents: Dependents,
) -> Result<(), Refused> {
    let action = Action::RedoNode;
    check_action(transition.snapshot(), action)?;
    check_node_action(transition.snapshot(), id, action)?;
    if let Some(config) = config {
        change_config(transition, id, config)?;
    }
    let waiting = find_redo_scope(transition.snapshot(), id, dependents);
    let plan = ResetPlan::for_waiting(waiting);
    reset_keeping_output(transition, id, &plan)?;
    let again = reset_to_waiting(transition, &plan)?;
    end_review_pause(transition);
    if transition.snapshot().pause_reason == Some(PauseReason::Breakpoint) {
        run_or_queue(transition);
    }
    // A person wants this one now: it is not held like those that follow it.
    enter_node(transition, id);
    transition.worklist.nodes.extend(again);
    transition.wake_jobs();
    advance(transition);
    Ok(())
}

/// The permission somebody lacks to do a step again whose output a review has let pass that is not
/// asked again: what follows would read what nobody has seen.
pub fn missing_permission_to_redo(
    snapshot: &Snapshot,
    id: &NodeId,
    dependents: Dependents,
    scope: &ActorScope,
) -> Option<Lacks> {
    if can(scope.role, Permission::RepairExecution) {
        return None;
    }
    let (workflow, drawn) = (snapshot.compiled.workflow(), id.in_round(""));
    let (around, again) =
        (graph::loop_of(workflow, &drawn), find_redo_scope(snapshot, id, dependents));
    let behind = Graph::new(workflow).descendants(&drawn).into_iter();
    let beside = behind.filter(|near| graph::loop_of(workflow, near) == around);
    let has_passed = |near: &NodeId| {
        let work = snapshot.config(near).map(|config| config.work());
        let asks = matches!(work, Some(Work::Review | Work::Loop));
        asks && NodeStates::status_of(snapshot, near) == Some(NodeStatus::Completed)
            && !again.contains(near)
    };
    let mut passed = beside.map(|near| near.in_round(id.round())).filter(has_passed);
    passed.find_map(|near| missing_permission_within(snapshot, &near, scope))
}
