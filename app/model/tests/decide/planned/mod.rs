//! What the iterations of a loop go through is what it was when they were planned, whatever becomes
//! of the steps before the loop.

mod histories;
mod kept;
mod others;

use std::{collections::BTreeMap, iter::successors};

use model::{
    decide::Snapshot,
    execution::{event::EventKind, state::NodeStatus},
    id::NodeId,
    nodes::NodeConfig,
    time::Timestamp,
};
use serde_json::Value;

/// The items of the iterations of each loop, as they were once those were planned.
#[derive(Debug, Default)]
pub(crate) struct Planned(BTreeMap<NodeId, Vec<Value>>);

impl Planned {
    /// A loop that is planned goes through what there is by then.
    pub(crate) fn watch(&mut self, event: &EventKind) {
        if let EventKind::NodeReady { node, .. } = event {
            self.0.remove(node);
        }
    }

    /// Asserts that each iteration has the item with which it was planned.
    pub(crate) fn check(&mut self, snapshot: &Snapshot, now: Timestamp) {
        let loops = snapshot.nodes.iter().filter(|(id, _)| has_a_list(snapshot, id));
        for (id, node) in loops.filter(|(id, _)| goes_on(snapshot, id)) {
            let items =
                (0..node.iterations.len()).map(|iteration| item(snapshot, id, iteration, now));
            let items: Vec<Value> = items.collect();
            let planned = self.0.entry(id.clone()).or_insert_with(|| items.clone());
            // Fewer are left of one that has stopped.
            assert_eq!(planned.get(..items.len()), Some(&items[..]), "{id}");
        }
    }
}

/// Whether it is a loop over a list that is its own, or comes in.
fn has_a_list(snapshot: &Snapshot, id: &NodeId) -> bool {
    let Some(NodeConfig::ForEach(each)) = snapshot.config(id) else { return false };
    each.stop_when.is_none() || each.own_items().is_some()
}

/// Whether iterations of it may begin, now or after a retry, and so for the loops around it.
fn goes_on(snapshot: &Snapshot, id: &NodeId) -> bool {
    let open = |id: NodeId| {
        let row = &snapshot.nodes[&id];
        let iteration = id.owner().zip(id.round_number());
        let there = iteration
            .is_none_or(|(owner, iteration)| iteration < snapshot.nodes[&owner].iterations.len());
        there && matches!(row.status, NodeStatus::Ready | NodeStatus::Running | NodeStatus::Failed)
    };
    successors(Some(id.clone()), NodeId::owner).all(open)
}

/// What an iteration of a loop goes through.
fn item(snapshot: &Snapshot, id: &NodeId, iteration: usize, now: Timestamp) -> Value {
    let step = snapshot.compiled.body(id).unwrap().nodes[0].in_round(&id.round_of(iteration));
    snapshot.scope_at(&step, now).unwrap().item.unwrap()
}
