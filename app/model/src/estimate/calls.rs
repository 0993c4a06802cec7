//! Which models a workflow asks for, and how often.

use std::collections::BTreeSet;

use serde_json::Value;

use super::count::Count;
use crate::{
    expr::Scope,
    graph::{loop_of, loops_around},
    id::NodeId,
    nodes::{JobValues, ModelCall, NodeConfig, for_each},
    workflow::{Edge, Node, Workflow},
};

/// Every model that a workflow calls, each once.
pub fn list_model_calls(workflow: &Workflow) -> BTreeSet<ModelCall> {
    workflow.nodes.iter().filter_map(|node| node.data.config.model_call()).collect()
}

/// How often a node calls its model: its quantity, as often as a job may, in each iteration of the
/// loops around it.
pub(super) fn count(workflow: &Workflow, node: &Node, scope: &Scope) -> Count {
    let per_job = Count { least: 1, most: node.data.config.most_calls().map(u64::from) };
    let mut count = quantity(node, scope).times(per_job);
    for around in loops_around(workflow, &node.id) {
        count = count.times(count_iterations(workflow, around, scope));
    }
    count
}

/// How many calls; at least one where the number depends on earlier results.
fn quantity(node: &Node, scope: &Scope) -> Count {
    match node.data.config.quantity(scope) {
        Ok(quantity) => Count::exactly(quantity.into()),
        Err(_) => Count { least: 1, most: None },
    }
}

fn count_iterations(workflow: &Workflow, id: &NodeId, scope: &Scope) -> Count {
    let Some(NodeConfig::ForEach(config)) = workflow.node(id).map(|node| &node.data.config) else {
        return Count::exactly(1);
    };
    let most = config.max.resolve(scope).ok().map(u64::from);
    let own = config.items.as_ref().filter(|items| !items.is_blank());
    let listed = match own {
        Some(items) => match items.value(scope) {
            Ok(Value::Array(items)) => Some(Count::exactly(items.len() as u64)),
            _ => None,
        },
        None => count_incoming_items(workflow, id, scope),
    };
    let bounds = match (listed, &config.stop_when) {
        (Some(listed), _) => Count { least: listed.least, most: listed.most.or(most) },
        (None, Some(_)) => Count { least: 1, most },
        (None, None) => Count { least: 1, most: None },
    };
    match config.stop_when {
        Some(_) => Count { least: bounds.least.min(1), ..bounds },
        None => bounds,
    }
}

/// How many items an edge brings into a loop, from a node that makes a set quantity.
fn count_incoming_items(workflow: &Workflow, id: &NodeId, scope: &Scope) -> Option<Count> {
    let port =
        |edge: &Edge| edge.target_handle.as_deref().is_none_or(|port| port == for_each::ITEMS);
    let into = |edge: &&Edge| edge.target == *id && port(edge);
    let edge = workflow.edges.iter().find(into)?;
    let source = workflow.node(&edge.source)?;
    let makes_its_quantity = source.data.config.job_values() == JobValues::One;
    (makes_its_quantity && loop_of(workflow, id) == loop_of(workflow, &source.id))
        .then(|| quantity(source, scope))
}
