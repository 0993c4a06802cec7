//! What expressions of a node may read, and what the iterations around it go through.

use std::{collections::BTreeSet, sync::Arc};

use serde_json::{Map, Value};

use super::Snapshot;
use crate::{
    connect::node_inputs,
    execution::state::NodeStatus,
    expr::{ExprError, Scope},
    id::{EdgeId, NodeId},
    launch_context::env_in,
    nodes::{
        NodeConfig, NodeKind,
        end::RESULT,
        for_each::{self, Config, Rounds},
    },
    time::Timestamp,
};

impl Snapshot {
    /// What expressions may read at this point, outside of loops.
    pub fn scope(&self, now: Timestamp) -> Scope {
        let given = |id: &NodeId| Some((id.clone(), self.nodes.get(id)?.output.clone()?));
        let outermost = self.compiled.outermost().iter();
        Scope {
            parameters: self.parameters.clone(),
            nodes: Arc::new(outermost.filter_map(given).collect()),
            names: self.compiled.names(),
            env: env_in(&self.context),
            context: self.context.clone(),
            execution_id: Some(self.id),
            now,
            ..Scope::default()
        }
    }

    /// What expressions of a node may read: in a loop also its item, and what others in the same
    /// iteration gave.
    ///
    /// # Errors
    /// When the items of its loop cannot be worked out any more.
    pub fn scope_at(&self, id: &NodeId, now: Timestamp) -> Result<Scope, ExprError> {
        let Some(owner) = id.owner() else { return Ok(self.scope(now)) };
        let number = id.round_number().unwrap_or(0);
        let mut scope = self.scope_at(&owner, now)?;
        let (item, count) = self.iteration_item(&owner, number, &scope)?;
        let entered = Map::from_iter([(for_each::ITEM.to_owned(), item.clone())]);
        scope.set_node(owner.in_round(""), entered);
        let body = self.compiled.body(&owner).map_or(&[][..], |body| &body.nodes);
        for drawn in body {
            let mate = self.nodes.get(&drawn.in_round(id.round()));
            if let Some(output) = mate.and_then(|node| node.output.clone()) {
                scope.set_node(drawn.clone(), output);
            }
        }
        let index = u64::try_from(number).unwrap_or(u64::MAX);
        Ok(Scope { item: Some(item), index: Some(index), count: Some(count), ..scope })
    }

    /// What comes into a node by its edges, port by port, as it counts now.
    ///
    /// # Errors
    /// As [`Self::scope_at`].
    pub fn came_in(&self, id: &NodeId, now: Timestamp) -> Result<Map<String, Value>, ExprError> {
        let Some(config) = self.config(id) else { return Ok(Map::new()) };
        let (scope, drawn) = (self.scope_at(id, now)?, id.in_round(""));
        let inputs = node_inputs(self.compiled.workflow(), &drawn, &scope);
        let ports = config.inputs().into_iter().filter_map(|port| {
            let value = inputs.value(&port.name)?;
            Some((port.name, value))
        });
        Ok(ports.collect())
    }

    /// What the end nodes returned: the one result, or all of them by node.
    pub(super) fn result(&self) -> Value {
        let of_end = |id: &NodeId| {
            let ends = self.compiled.node(id)?.kind() == NodeKind::End;
            let output = self.nodes.get(id).filter(|_| ends)?.output.as_ref()?;
            Some((id.to_string(), output.get(RESULT)?.clone()))
        };
        let mut results: Map<_, _> = self.compiled.order().iter().filter_map(of_end).collect();
        match results.len() {
            1 => results.values_mut().next().map(Value::take).unwrap_or_default(),
            _ => Value::Object(results),
        }
    }
}

impl Snapshot {
    /// The loops whose iterations go on.
    pub(super) fn open_loops(&self) -> BTreeSet<NodeId> {
        let loops = self.nodes.iter().filter(|(_, node)| node.is_open_loop());
        loops.map(|(id, _)| id.clone()).collect()
    }

    pub(super) fn loop_config(&self, id: &NodeId) -> Option<&Config> {
        let NodeConfig::ForEach(config) = self.config(id)? else { return None };
        Some(config)
    }

    /// What an iteration gave: the value of the first connection back to the loop that has one.
    pub(super) fn iteration_result(&self, id: &NodeId, number: usize) -> Value {
        let iteration = id.round_of(number);
        let Some(body) = self.compiled.body(id) else { return Value::Null };
        let value = |edge: &EdgeId| {
            let source = self.compiled.edge(edge)?.source.in_round(&iteration);
            let output = self.nodes.get(&source)?.output.as_ref()?;
            output.get(self.compiled.port_out(edge)).cloned()
        };
        body.results.iter().find_map(value).unwrap_or_default()
    }

    /// Whether nothing in an iteration can go on by itself.
    pub(super) fn is_iteration_over(&self, id: &NodeId, number: usize) -> bool {
        let iteration = id.round_of(number);
        let open = |drawn: &NodeId| {
            let status = self.nodes.get(&drawn.in_round(&iteration)).map(|node| node.status);
            status.is_some_and(|status| !status.is_settled() && status != NodeStatus::Pending)
        };
        self.compiled.body(id).is_none_or(|body| !body.nodes.iter().any(open))
    }
}

impl Snapshot {
    /// The item of an iteration and how many there are, in the scope around the loop.
    fn iteration_item(
        &self,
        id: &NodeId,
        number: usize,
        scope: &Scope,
    ) -> Result<(Value, u64), ExprError> {
        let plan = match (self.planned_iterations(id), self.loop_config(id)) {
            (Some(planned), _) => planned,
            // The loop is done and somebody looks at its inputs, or an earlier release planned it.
            (None, Some(config)) => {
                let (workflow, node) = (self.compiled.workflow(), id.in_round(""));
                Arc::new(config.plan_iterations(&node_inputs(workflow, &node, scope))?)
            }
            (None, None) => return Ok((Value::Null, 0)),
        };
        let count = plan.count();
        let item = match &*plan {
            Rounds::Until(_) => {
                let before = number.checked_sub(1).map(|before| self.iteration_result(id, before));
                before.unwrap_or_default()
            }
            Rounds::Over(items) => {
                items.get(number).cloned().ok_or_else(|| no_item(number, count))?
            }
        };
        Ok((item, u64::try_from(count).unwrap_or(u64::MAX)))
    }

    /// What the iterations of a loop go through, as it was when they were planned.
    pub(super) fn planned_iterations(&self, id: &NodeId) -> Option<Arc<Rounds>> {
        self.nodes.get(id)?.planned.clone()
    }
}

fn no_item(number: usize, items: usize) -> ExprError {
    ExprError::OutOfRange {
        field: "the position in the list".to_owned(),
        value: (number + 1).to_string(),
        min: "1".to_owned(),
        max: items.to_string(),
    }
}
