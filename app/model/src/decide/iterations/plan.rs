//! Planning the iterations of a loop. The list that it goes through is read once: the steps that
//! gave it may be run again or rolled back later, and an iteration would then get the item of
//! another one.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::{
    decide::{
        Refused, Snapshot, Transition,
        node::settle::{settle_completed, settle_failed},
        outputs::fitting::check_list,
    },
    execution::{
        event::EventKind,
        state::{NodeStatus, RoundState},
    },
    id::NodeId,
    nodes::{
        NodeConfig,
        for_each::{OUTPUT, Rounds},
    },
};

/// Plans the iterations of a loop, or ends it where there are none.
pub(in crate::decide) fn plan_iterations(
    transition: &mut Transition<'_>,
    id: &NodeId,
    plan: Rounds,
) {
    if let Err(failure) = check_list(transition.snapshot(), &plan) {
        return settle_failed(transition, id, failure);
    }
    let count = plan.count();
    if count == 0 {
        return complete_loop(transition, id);
    }
    let Ok(node) = transition.node_mut(id) else { return };
    node.status = NodeStatus::Ready;
    node.iterations = vec![RoundState::Waiting; count];
    transition.set_iteration_plan(id, Some(Arc::new(plan)));
    transition.worklist.loops.insert(id.clone());
    transition.record(EventKind::NodeReady { node: id.clone(), jobs: vec![] });
}

pub(super) fn complete_loop(transition: &mut Transition<'_>, id: &NodeId) {
    let iterations = transition.snapshot().nodes.get(id).map_or(0, |node| node.iterations.len());
    let result = |number| transition.snapshot().iteration_result(id, number);
    let results = (0..iterations).map(result).collect();
    let output = Map::from_iter([(OUTPUT.to_owned(), Value::Array(results))]);
    settle_completed(transition, id, output.into());
}

/// Refuses a change of a loop that would need other iterations than those it has.
pub(in crate::decide) fn check_keeps_iterations(
    snapshot: &Snapshot,
    id: &NodeId,
    changed: &NodeConfig,
) -> Result<(), Refused> {
    let (Some(now), NodeConfig::ForEach(changed)) = (snapshot.loop_config(id), changed) else {
        return Ok(());
    };
    let iterations = snapshot.nodes.get(id).map_or(0, |node| node.iterations.len());
    let planned = snapshot.planned_iterations(id);
    // What goes through a list may do without its condition.
    let listed = matches!(planned.as_deref(), Some(Rounds::Over(_)));
    let same = now.own_items() == changed.own_items()
        && now.max == changed.max
        && (listed || now.stop_when.is_some() == changed.stop_when.is_some());
    if iterations == 0 || same {
        return Ok(());
    }
    Err(Refused::Unfit(format!(
        "A retry repeats only failed and remaining rounds of its {iterations}. To change the \
         items, wait for the run to end, then run again from here"
    )))
}
