//! A person who leaves steps out, whatever they are doing, or once they have failed.

use std::collections::BTreeMap;

use model::{
    decide::{self, NodeState, Snapshot, Transition},
    execution::state::NodeStatus,
    id::NodeId,
    nodes::NodeConfig,
};
use proptest::{option, prelude::*};
use serde_json::{Map, Value};

use super::{
    numbers,
    reference::{Instead, LeftOut},
};
use crate::decide::{
    input::{given, own},
    world::picked,
};

/// Somebody who does so now and then, and remembers it.
pub(super) struct Person {
    /// Once in so many times; none never does.
    often: Option<usize>,
    picks: Box<dyn FnMut() -> usize>,
    /// What was left out, and how often it had been made by then.
    left_out: BTreeMap<NodeId, (i32, Instead)>,
}

/// How often there may be one who does so.
pub(super) fn often() -> impl Strategy<Value = Option<usize>> {
    option::weighted(0.7, 2..12usize)
}

impl Person {
    pub(super) fn nobody() -> Self {
        Self::who_acts(None, 0)
    }

    pub(super) fn who_acts(often: Option<usize>, seed: u64) -> Self {
        Self { often, picks: Box::new(numbers(seed ^ 99)), left_out: BTreeMap::new() }
    }

    /// Leaves a step out that is under way or has failed, if this is the time and it can be done.
    pub(super) fn acts(&mut self, transition: &mut Transition<'_>) {
        use NodeStatus::{Cancelled, Completed, Pending, Skipped};
        let Some(often) = self.often else { return };
        if !(self.picks)().is_multiple_of(often) {
            return;
        }
        let begun =
            |node: &NodeState| !matches!(node.status, Pending | Completed | Skipped | Cancelled);
        let steps = transition.snapshot().nodes.iter().filter(|(_, node)| begun(node));
        let steps: Vec<NodeId> = steps.map(|(id, _)| id.clone()).collect();
        let Some(id) = picked(&steps, (self.picks)()).cloned() else { return };
        let words =
            if (self.picks)().is_multiple_of(3) { Some(self.words(transition, &id)) } else { None };
        let instead = match &words {
            Some(words) => Instead::Words(words.keys().cloned().collect()),
            None => Instead::Nothing,
        };
        // What a loop or the workflow itself has gone on after stays as it is.
        if decide::skip_node(transition, &id, words).is_ok() {
            let generation = transition.snapshot().nodes[&id].generation;
            self.left_out.insert(id, (generation, instead));
        }
    }

    /// What the person says that a step gave: where the path parts by any of its ports, or by none.
    fn words(&mut self, transition: &Transition<'_>, id: &NodeId) -> Map<String, Value> {
        let snapshot = transition.snapshot();
        let config = snapshot.config(id).unwrap();
        if !matches!(config, NodeConfig::Review(_) | NodeConfig::Conditional(_)) {
            return own(transition, id);
        }
        let (ports, chosen) =
            (config.outputs(&snapshot.compiled.workflow().parameters), (self.picks)());
        let named = ports.iter().enumerate().filter(|(place, _)| (chosen >> place) & 1 == 1);
        named.map(|(_, port)| (port.name.clone(), given(port, "Own"))).collect()
    }

    /// What counts as left out in the end: what was begun anew with its iteration was not.
    pub(super) fn left_out(&self, ended: &Snapshot) -> LeftOut {
        let stands = |id: &NodeId, generation: i32| ended.nodes[id].generation == generation;
        let left_out = self.left_out.iter().filter(|(id, (then, _))| stands(id, *then));
        left_out.map(|(id, (_, instead))| (id.clone(), instead.clone())).collect()
    }
}
