//! Stepping: a person lets held nodes start, or sets where they are held.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{
    AutoRun, Refused, Transition,
    lifecycle::{advance::advance, queue::run_or_queue},
    node::{
        checks::{check_action, check_node_action},
        config::change_config,
        enter::enter_node,
    },
};
use crate::{
    execution::{
        event::EventKind,
        state::{Action, Hold, NodeStatus, PauseReason},
    },
    id::NodeId,
};

/// Whether an execution pauses before a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Breakpoint {
    /// The execution pauses before the node.
    Set,
    /// The execution goes on with the node.
    Cleared,
}

/// Lets all nodes go on that are held for this reason.
pub(super) fn release_held(transition: &mut Transition<'_>, hold: Hold) {
    let mut held = transition.snapshot().nodes_in_order();
    let nodes = &transition.snapshot().nodes;
    held.retain(|id| nodes.get(id).is_some_and(|node| node.hold == Some(hold)));
    for id in held {
        release_node(transition, &id);
    }
}

fn release_node(transition: &mut Transition<'_>, id: &NodeId) {
    if let Ok(node) = transition.node_mut(id) {
        node.hold = None;
        node.status = NodeStatus::Pending;
    }
    enter_node(transition, id);
}

/// Lets one node start that waits for a person's word, changed as `config` says.
///
/// # Errors
/// [`Refused::NotAllowed`], [`Refused::UnknownNode`], [`Refused::NotNow`] when it does not
/// wait for that, or [`Refused::Misset`] when the configuration would not be valid; nothing is
/// changed then.
pub fn trigger_node(
    transition: &mut Transition<'_>,
    id: &NodeId,
    config: Option<&Map<String, Value>>,
) -> Result<(), Refused> {
    let action = Action::TriggerNode;
    check_action(transition.snapshot(), action)?;
    check_node_action(transition.snapshot(), id, action)?;
    if let Some(config) = config {
        change_config(transition, id, config)?;
    }
    if transition.snapshot().pause_reason == Some(PauseReason::Breakpoint) {
        run_or_queue(transition);
    }
    release_node(transition, id);
    transition.wake_jobs();
    advance(transition);
    Ok(())
}

/// Lets steps go on by themselves from here on, or wait for a person's word each.
///
/// # Errors
/// [`Refused::NotAllowed`] when it is over.
pub fn set_auto_run(transition: &mut Transition<'_>, auto_run: AutoRun) -> Result<(), Refused> {
    check_action(transition.snapshot(), Action::Steer)?;
    let on = auto_run == AutoRun::On;
    if transition.snapshot().auto_run == on {
        return Ok(());
    }
    transition.set_auto_run(auto_run);
    transition.record(EventKind::ExecutionAutoRun { on });
    if on {
        release_held(transition, Hold::Step);
        transition.wake_jobs();
    }
    advance(transition);
    Ok(())
}

/// Pauses before these nodes from here on, and before no others.
///
/// # Errors
/// [`Refused::NotAllowed`] when it is over, [`Refused::UnknownNode`].
pub fn set_breakpoints(
    transition: &mut Transition<'_>,
    nodes: BTreeSet<NodeId>,
) -> Result<(), Refused> {
    check_action(transition.snapshot(), Action::Steer)?;
    let compiled = &transition.snapshot().compiled;
    if let Some(unknown) = nodes.iter().find(|id| compiled.node(id).is_none()) {
        return Err(Refused::UnknownNode(unknown.clone()));
    }
    // A step is drawn once, however many iterations it is made in.
    let nodes: BTreeSet<NodeId> = nodes.iter().map(|id| id.in_round("")).collect();
    if transition.snapshot().breakpoints != nodes {
        let listed = nodes.iter().cloned().collect();
        transition.record(EventKind::ExecutionBreakpoints { nodes: listed });
        transition.set_breakpoints(nodes);
    }
    Ok(())
}

/// Pauses before this node too from here on, or no longer; before the others as it was.
///
/// # Errors
/// [`Refused::NotAllowed`] when it is over, [`Refused::UnknownNode`].
pub fn set_breakpoint(
    transition: &mut Transition<'_>,
    id: &NodeId,
    breakpoint: Breakpoint,
) -> Result<(), Refused> {
    check_action(transition.snapshot(), Action::Steer)?;
    if transition.snapshot().compiled.node(id).is_none() {
        return Err(Refused::UnknownNode(id.in_round("")));
    }
    let mut nodes = transition.snapshot().breakpoints.clone();
    match breakpoint {
        Breakpoint::Set => nodes.insert(id.clone()),
        Breakpoint::Cleared => nodes.remove(id.without_round()),
    };
    set_breakpoints(transition, nodes)
}
