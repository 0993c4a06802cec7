//! Nodes that start again from scratch.

use std::{collections::BTreeSet, sync::Arc};

use serde_json::{Map, Value};

use super::{cancel::cancel_open_jobs, facts::on_error};
use crate::{
    decide::{Link, NodeState, Refused, Snapshot, Transition},
    execution::{
        action_policy::{
            node_states::NodeStates,
            rework_scope::{ReworkScope, find_rework_scope},
        },
        event::EventKind,
        state::NodeStatus,
    },
    id::{EdgeId, NodeId},
    nodes::Work,
    workflow::OnError,
};

/// The nodes that start again when a person asks for changes in what a review shows; none when
/// no node would.
pub(in crate::decide) fn plan_rework(snapshot: &Snapshot, review: &NodeId) -> Option<ResetPlan> {
    let ReworkScope { makers, first, again: mut reopened } = find_rework_scope(snapshot, review)?;
    add_unreached(snapshot, &mut reopened);
    Some(ResetPlan { makers, first, reopened })
}

/// Adds the nodes after these that have not run: this time they may be reached, or not.
fn add_unreached(snapshot: &Snapshot, reopened: &mut BTreeSet<NodeId>) {
    let compiled = &snapshot.compiled;
    let mut todo: Vec<NodeId> = reopened.iter().cloned().collect();
    while let Some(at) = todo.pop() {
        for link in compiled.outgoing(&at) {
            if snapshot.is_unreached(&link.target) && reopened.insert(link.target.clone()) {
                todo.push(link.target);
            }
        }
    }
}

/// The nodes after a node that were given up because of it.
pub(in crate::decide) fn find_unreached(snapshot: &Snapshot, id: &NodeId) -> BTreeSet<NodeId> {
    let mut reopened = BTreeSet::from([id.clone()]);
    add_unreached(snapshot, &mut reopened);
    reopened.remove(id);
    reopened
}

/// Starts the nodes of the plan again and gives the makers among them the reviewer's
/// `feedback`.
pub(in crate::decide) fn reset_for_rework(
    transition: &mut Transition<'_>,
    plan: &ResetPlan,
    feedback: &str,
) -> Result<(), Refused> {
    let compiled = transition.compiled_workflow();
    let mut reopened: Vec<_> = plan.reopened.iter().collect();
    reopened.sort_by_key(|id| compiled.rank(id));
    for id in reopened {
        reset_node(transition, id, Some(plan))?;
        if plan.makers.contains(id) {
            transition.node_mut(id)?.feedback = Some(feedback.to_owned());
        }
        if plan.first.contains(id) {
            transition.worklist.nodes.push_back(id.clone());
        }
    }
    Ok(())
}

/// Puts a node back to where it was before it began; its edges to others of the plan open
/// again.
pub(in crate::decide) fn reset_node(
    transition: &mut Transition<'_>,
    id: &NodeId,
    plan: Option<&ResetPlan>,
) -> Result<(), Refused> {
    reset(transition, id, plan, None)
}

/// `output` is what it gives until it has settled again.
fn reset(
    transition: &mut Transition<'_>,
    id: &NodeId,
    plan: Option<&ResetPlan>,
    output: Option<Arc<Map<String, Value>>>,
) -> Result<(), Refused> {
    let gives = output.is_some();
    cancel_open_jobs(transition, id)?;
    let compiled = transition.compiled_workflow();
    let again = |link: &Link| plan.is_some_and(|plan| plan.reopened.contains(&link.target));
    let edges = compiled.outgoing(id).into_iter().filter(again);
    let edges: Vec<EdgeId> = edges.map(|link| link.edge).collect();
    edges.iter().for_each(|edge| transition.reopen_edge(edge));
    transition.forget_jobs(id);
    let node = transition.node_mut(id)?;
    node.status = NodeStatus::Pending;
    node.generation += 1;
    (node.output, node.failure, node.review, node.hold) = (output, None, None, None);
    (node.jobs_total, node.jobs_settled) = (0, 0);
    node.iterations.clear();
    (node.started_at, node.ended_at) = (None, None);
    let generation = node.generation;
    transition.set_iteration_plan(id, None);
    transition.record(EventKind::NodeReset { node: id.clone(), generation, edges, gives });
    Ok(())
}

/// The same as [`reset_node`] for a node whose output counts until it gives another: what works with
/// it may look at it again. What decides on a way decides anew.
pub(in crate::decide) fn reset_keeping_output(
    transition: &mut Transition<'_>,
    id: &NodeId,
    plan: &ResetPlan,
) -> Result<(), Refused> {
    let snapshot = transition.snapshot();
    let config = snapshot.config(id);
    let makes = config.is_some_and(|config| {
        config.work() == Work::Jobs || config.kind().exclusive_ports().is_none()
    });
    let told_error = |node: &&NodeState| {
        node.status == NodeStatus::Failed && on_error(snapshot, id) != OnError::Fail
    };
    let node = snapshot.nodes.get(id).filter(|node| makes && !told_error(node));
    let output = node.and_then(|node| node.output.clone());
    reset(transition, id, Some(plan), output)
}

/// Nodes that start again together.
#[derive(Debug, Clone)]
pub(in crate::decide) struct ResetPlan {
    /// Nodes that get the words of the reviewer.
    makers: BTreeSet<NodeId>,
    /// Nodes that begin at once; all others wait for them.
    first: BTreeSet<NodeId>,
    /// All nodes that start again, the makers among them.
    reopened: BTreeSet<NodeId>,
}

impl ResetPlan {
    /// A plan in which all nodes wait again for those before them, and none begins at once.
    pub(in crate::decide) fn for_waiting(reopened: BTreeSet<NodeId>) -> Self {
        Self { makers: BTreeSet::new(), first: BTreeSet::new(), reopened }
    }

    pub(in crate::decide) fn reopened(&self) -> &BTreeSet<NodeId> {
        &self.reopened
    }
}
