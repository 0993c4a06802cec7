//! Retrying failed items of a node that had completed without them.

use super::{
    cancel::cancel_review,
    checks::node_label,
    facts::failed_jobs,
    reopen::reopen_node,
    reset::{ResetPlan, reset_keeping_output},
};
use crate::{
    decide::{Refused, Snapshot, Transition, outputs::collect},
    execution::{
        action_policy::redo_scope::{Dependents, find_redo_scope},
        state::NodeStatus,
    },
    id::NodeId,
};

/// Refuses when the output of a node is not what its items made: one more item would overwrite
/// it.
pub(in crate::decide) fn check_gives_items(
    snapshot: &Snapshot,
    id: &NodeId,
) -> Result<(), Refused> {
    let jobs = snapshot.jobs_of(id);
    let made = collect(jobs.iter().filter_map(|job| job.values.as_ref()));
    let gives = snapshot.nodes.get(id).and_then(|node| node.output.as_deref());
    if gives == Some(&made) {
        return Ok(());
    }
    let words = format!(
        "The output of “{}” no longer matches these items. Run again from that step",
        node_label(snapshot, id)
    );
    Err(Refused::NotHere(words))
}

/// Retries the failed items of a completed node. Its output counts until they are done; nodes
/// after it that have done nothing with the output yet wait for it again.
pub(in crate::decide) fn retry_failed_items(
    transition: &mut Transition<'_>,
    id: &NodeId,
) -> Result<(), Refused> {
    let waiting = find_redo_scope(transition.snapshot(), id, Dependents::Keep);
    let plan = ResetPlan::for_waiting(waiting);
    reset_to_waiting(transition, &plan)?;
    let edges = transition.compiled_workflow().outgoing(id).into_iter();
    let edges = edges.filter(|link| plan.reopened().contains(&link.target));
    let edges: Vec<_> = edges.map(|link| link.edge).collect();
    edges.iter().for_each(|edge| transition.reopen_edge(edge));
    let failed = failed_jobs(transition.snapshot(), id);
    reopen_node(transition, id, failed, edges)
}

/// Puts the nodes of the plan back to waiting. Returns those that were not waiting before, in
/// the order of the graph.
pub(in crate::decide) fn reset_to_waiting(
    transition: &mut Transition<'_>,
    plan: &ResetPlan,
) -> Result<Vec<NodeId>, Refused> {
    let has_stood = |id: &&NodeId| {
        transition.snapshot().nodes.get(*id).is_some_and(|node| node.status != NodeStatus::Pending)
    };
    let mut again: Vec<NodeId> = plan.reopened().iter().filter(has_stood).cloned().collect();
    again.sort_by_key(|id| transition.snapshot().compiled.rank(id));
    for node in &again {
        cancel_review(transition, node);
        reset_keeping_output(transition, node, plan)?;
    }
    Ok(again)
}
