//! Retrying a step that failed in an iteration of a loop: what else was done in it stays.

use std::collections::BTreeSet;

use super::end::set_iteration;
use crate::{
    decide::{
        Refused, Snapshot, Transition,
        node::{
            checks::{check_no_obstacle, node_label, refuse_now},
            facts::{node_facts, on_error},
            reopen::reopen_node,
            reset::{ResetPlan, find_unreached, reset_node},
            retry_items::check_gives_items,
        },
    },
    execution::{
        action_policy::node_states::NodeStates,
        event::EventKind,
        state::{Action, EdgeState, NodeStatus, RoundState},
    },
    id::{EdgeId, NodeId},
    workflow::OnError,
};

/// The nodes that a person means by an id: the node itself, or, where the id is that of a step
/// of a loop without an iteration, its runs in all iterations in which this action is possible.
pub(in crate::decide) fn resolve_targets(
    snapshot: &Snapshot,
    id: &NodeId,
    action: Action,
) -> Result<Vec<NodeId>, Refused> {
    if snapshot.nodes.contains_key(id) {
        return check_target(snapshot, id, action).map(|()| vec![id.clone()]);
    }
    let mut runs = snapshot.nodes_in_order();
    runs.retain(|run| !run.round().is_empty() && run.without_round() == id.as_str());
    let mut refused = Refused::UnknownNode(id.clone());
    let mut targets = vec![];
    for run in runs {
        match check_target(snapshot, &run, action) {
            Ok(()) => targets.push(run),
            // Why a failed run cannot go on says more than that another run has not failed.
            Err(Refused::NotFailed { .. }) if !matches!(refused, Refused::UnknownNode(_)) => {}
            Err(_) if matches!(refused, Refused::Handled(_) | Refused::WentOn(_)) => {}
            Err(why) => refused = why,
        }
    }
    if targets.is_empty() { Err(refused) } else { Ok(targets) }
}

fn check_target(snapshot: &Snapshot, id: &NodeId, action: Action) -> Result<(), Refused> {
    let facts = node_facts(snapshot, id)?;
    let failed = facts.status == NodeStatus::Failed;
    match facts.why_not(action) {
        None => {
            check_no_obstacle(snapshot, id, action)?;
            let fills_up = !failed && action == Action::RetryNode;
            if fills_up { check_gives_items(snapshot, id) } else { Ok(()) }
        }
        Some(_) if failed => Err(Refused::Handled(id.clone())),
        Some(_) if action == Action::RetryNode => {
            Err(Refused::NotFailed { node: node_label(snapshot, id), status: facts.status })
        }
        Some(why) => Err(refuse_now(snapshot, id, action, why, facts.status)),
    }
}

/// Lets the iteration of a failed node go on, and the loops around it; other iterations of those
/// that failed begin anew.
pub(in crate::decide) fn revive_iteration(
    transition: &mut Transition<'_>,
    id: &NodeId,
) -> Result<(), Refused> {
    let Some((owner, number)) = id.owner().zip(id.round_number()) else { return Ok(()) };
    let node = transition.node_mut(&owner)?;
    let (status, iteration) = (node.status, node.iterations.get(number).copied());
    if iteration == Some(RoundState::Running) {
        return Ok(());
    }
    if status == NodeStatus::Failed {
        revive_iteration(transition, &owner)?;
        reopen_node(transition, &owner, vec![], vec![])?;
    }
    let edges = reopen_after(transition, id)?;
    let total = set_iteration(transition, &owner, number, RoundState::Running);
    transition.record(EventKind::RoundStarted {
        node: owner,
        round: number,
        total,
        nodes: vec![],
        edges,
        live: vec![],
    });
    Ok(())
}

/// Lets nodes that were given up after a failed node wait for it again, and nodes that were
/// dropped beside it start from scratch. Returns the edges that are open again.
fn reopen_after(transition: &mut Transition<'_>, id: &NodeId) -> Result<Vec<EdgeId>, Refused> {
    let compiled = transition.compiled_workflow();
    let dropped = find_dropped_beside(transition.snapshot(), id);
    let mut given_up = find_unreached(transition.snapshot(), id);
    given_up.extend(dropped.iter().cloned());
    let plan = ResetPlan::for_waiting(given_up.clone());
    let mut order: Vec<&NodeId> = given_up.iter().collect();
    order.sort_by_key(|id| compiled.rank(id));
    let mut edges = BTreeSet::new();
    for node in order {
        reset_node(transition, node, Some(&plan))?;
        let snapshot = transition.snapshot();
        let broken = |source: &NodeId| {
            let status = snapshot.nodes.get(source).map(|node| node.status);
            status == Some(NodeStatus::Failed) && on_error(snapshot, source) == OnError::Fail
        };
        let links = compiled.incoming(node).into_iter().filter(|link| broken(&link.source));
        let dead = |edge: &EdgeId| snapshot.edges.get(edge) == Some(&EdgeState::Dead);
        edges.extend(links.map(|link| link.edge).filter(dead));
    }
    edges.iter().for_each(|edge| transition.reopen_edge(edge));
    transition.worklist.nodes.extend(dropped);
    Ok(edges.into_iter().collect())
}

/// Nodes that had not ended in the iteration of a node when another iteration made the loop fail.
fn find_dropped_beside(snapshot: &Snapshot, id: &NodeId) -> Vec<NodeId> {
    let compiled = &snapshot.compiled;
    let Some(body) = id.owner().and_then(|owner| compiled.body(&owner)) else { return vec![] };
    let mut beside: Vec<NodeId> =
        body.nodes.iter().map(|drawn| drawn.in_round(id.round())).collect();
    beside.retain(|id| snapshot.status_of(id) == Some(NodeStatus::Cancelled));
    beside
}
