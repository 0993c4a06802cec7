//! Which models a workflow asks for, and how often.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Count;
use crate::{
    expr::Scope,
    graph::{loop_of, loops_around},
    id::NodeId,
    nodes::{NodeConfig, for_each, generate_copy::Output},
    workflow::{Edge, Node, Workflow},
};

/// What a model is asked for.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Goods {
    /// A text.
    Text,
    /// A picture.
    Picture,
    /// A judgement of a text.
    Score,
}

/// A model that a node asks for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Asked {
    /// For what.
    pub goods: Goods,
    /// Its name as the node has it; none is the workspace's own.
    pub by_name: Option<String>,
}

/// Every model a workflow asks for, each once.
pub fn asked(workflow: &Workflow) -> BTreeSet<Asked> {
    workflow.nodes.iter().filter_map(asked_by).collect()
}

pub(super) fn asked_by(node: &Node) -> Option<Asked> {
    let (goods, model) = match &node.data.config {
        NodeConfig::GenerateCopy(config) => (Goods::Text, &config.model),
        NodeConfig::GenerateImage(config) => (Goods::Picture, &config.model),
        NodeConfig::AiReview(config) => (Goods::Score, &config.model),
        _ => return None,
    };
    Some(Asked { goods, by_name: model.clone() })
}

/// How often a node calls its model: its quantity in each round of the loops around it.
pub(super) fn count(workflow: &Workflow, node: &Node, scope: &Scope) -> Count {
    let mut count = quantity(node, scope);
    for around in loops_around(workflow, &node.id) {
        count = count.times(rounds(workflow, around, scope));
    }
    count
}

/// At least one where it depends on what comes out on the way.
fn quantity(node: &Node, scope: &Scope) -> Count {
    match node.data.config.quantity(scope) {
        Ok(quantity) => Count::exactly(quantity.into()),
        Err(_) => Count { least: 1, most: None },
    }
}

fn rounds(workflow: &Workflow, id: &NodeId, scope: &Scope) -> Count {
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
        None => brought(workflow, id, scope),
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

/// How many items an edge brings from a node that makes as many as it is told to.
fn brought(workflow: &Workflow, id: &NodeId, scope: &Scope) -> Option<Count> {
    let port =
        |edge: &Edge| edge.target_handle.as_deref().is_none_or(|port| port == for_each::ITEMS);
    let into = |edge: &&Edge| edge.target == *id && port(edge);
    let edge = workflow.edges.iter().find(into)?;
    let source = workflow.node(&edge.source)?;
    let makes_its_quantity = match &source.data.config {
        NodeConfig::GenerateCopy(config) => config.output == Output::Text,
        NodeConfig::GenerateImage(_) => true,
        _ => false,
    };
    (makes_its_quantity && loop_of(workflow, id) == loop_of(workflow, &source.id))
        .then(|| quantity(source, scope))
}
