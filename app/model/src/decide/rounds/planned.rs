//! Planning the rounds of a loop. The list that it goes through is read once: the steps that gave
//! it may be run again or rolled back later, and a round would then get the item of another round.

use std::{mem, sync::Arc};

use serde_json::Value;

use crate::{
    decide::{Refused, Snapshot, Transition},
    execution::{
        event::EventKind,
        state::{NodeStatus, RoundState},
    },
    expr::{ExprError, Scope},
    id::NodeId,
    nodes::{NodeConfig, Place, for_each::Rounds},
};

impl Snapshot {
    /// The item of a round and how many there are, in the scope around the loop.
    pub(in crate::decide) fn item(
        &self,
        id: &NodeId,
        number: usize,
        scope: &Scope,
    ) -> Result<(Value, u64), ExprError> {
        let rounds = match (self.planned_rounds(id), self.for_each(id)) {
            (Some(planned), _) => planned,
            // The loop is done and somebody looks at its inputs, or an earlier release planned it.
            (None, Some(config)) => {
                let (workflow, node) = (self.compiled.workflow(), id.in_round(""));
                Arc::new(config.rounds(Place { workflow, node: &node, scope })?)
            }
            (None, None) => return Ok((Value::Null, 0)),
        };
        let count = rounds.count();
        let item = match &*rounds {
            Rounds::Until(_) => {
                let before = number.checked_sub(1).map(|before| self.round_result(id, before));
                before.unwrap_or_default()
            }
            Rounds::Over(items) => {
                items.get(number).cloned().ok_or_else(|| no_item(number, count))?
            }
        };
        Ok((item, u64::try_from(count).unwrap_or(u64::MAX)))
    }

    fn planned_rounds(&self, id: &NodeId) -> Option<Arc<Rounds>> {
        self.nodes.get(id)?.planned.clone()
    }
}

impl Transition<'_> {
    /// Plans the rounds of a loop, or ends it where there are none.
    pub(in crate::decide) fn plan_rounds(&mut self, id: &NodeId, rounds: Rounds) {
        if let Err(failure) = self.may_go_through(&rounds) {
            return self.fail(id, failure);
        }
        let count = rounds.count();
        if count == 0 {
            return self.end_loop(id);
        }
        let Ok(node) = self.node_mut(id) else { return };
        node.status = NodeStatus::Ready;
        node.rounds = vec![RoundState::Waiting; count];
        self.keep_plan(id, Some(Arc::new(rounds)));
        self.touched.insert(id.clone());
        self.record(EventKind::NodeReady { node: id.clone(), jobs: vec![] });
    }

    /// Keeps the plan of a loop, or drops it.
    pub(in crate::decide) fn keep_plan(&mut self, id: &NodeId, plan: Option<Arc<Rounds>>) {
        let Some(node) = self.snapshot.nodes.get_mut(id) else { return };
        if node.planned.is_some() || plan.is_some() {
            let before = mem::replace(&mut node.planned, plan);
            self.plans.entry(id.clone()).or_insert(before);
        }
    }

    /// Refuses a change of a loop that would need other rounds than those it has.
    pub(in crate::decide) fn keeps_rounds(
        &self,
        id: &NodeId,
        changed: &NodeConfig,
    ) -> Result<(), Refused> {
        let (Some(now), NodeConfig::ForEach(changed)) = (self.snapshot.for_each(id), changed)
        else {
            return Ok(());
        };
        let rounds = self.snapshot.nodes.get(id).map_or(0, |node| node.rounds.len());
        let planned = self.snapshot.planned_rounds(id);
        // What goes through a list may do without its condition.
        let listed = matches!(planned.as_deref(), Some(Rounds::Over(_)));
        let same = now.own_items() == changed.own_items()
            && now.max == changed.max
            && (listed || now.stop_when.is_some() == changed.stop_when.is_some());
        if rounds == 0 || same {
            return Ok(());
        }
        Err(Refused::Unfit(format!(
            "It has {rounds} rounds, of which a retry makes those that failed or have not begun; for \
             other items, or another number, run it again from here once the execution is over"
        )))
    }
}

fn no_item(number: usize, items: usize) -> ExprError {
    ExprError::OutOfRange {
        field: "the place in the list".to_owned(),
        value: (number + 1).to_string(),
        min: "1".to_owned(),
        max: items.to_string(),
    }
}
