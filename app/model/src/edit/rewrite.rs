//! Renaming what a node refers to.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::{
    expr::Renaming,
    nodes::{NodeConfig, Placeholder, Work},
    workflow::{NodeData, Workflow},
};

use super::Command;

/// The node's data with everything it refers to renamed.
pub(super) fn rewritten(data: &NodeData, renaming: &Renaming) -> NodeData {
    // What a note says is shown as written and refers to nothing.
    if data.config.work() == Work::None {
        return data.clone();
    }
    let bare = data.config.expressions().into_iter().map(|(field, _)| field).collect();
    let writer = Writer { renaming, bare: &bare, config: &data.config };
    let written = writer.value(data.config.to_value(), "");
    let config = match (&data.config, written) {
        (NodeConfig::Unknown(old), Value::Object(config)) => {
            NodeConfig::Unknown(Placeholder { key: old.key.clone(), config })
        }
        (old, written) => {
            NodeConfig::from_value(old.kind(), written).unwrap_or_else(|_| old.clone())
        }
    };
    let condition = data.condition.as_deref().map(|source| renaming.expression(source));
    NodeData { config, condition, ..data.clone() }
}

/// The changes to all nodes that refer to something renamed.
pub(super) fn everywhere(workflow: &Workflow, renaming: &Renaming) -> Vec<Command> {
    let changed = workflow.nodes.iter().filter_map(|node| {
        let data = rewritten(&node.data, renaming);
        (data != node.data).then(|| Command::Change(node.id.clone(), Box::new(data)))
    });
    changed.collect()
}

struct Writer<'a> {
    renaming: &'a Renaming,
    /// Fields that hold an expression without `${…}` around it.
    bare: &'a BTreeSet<String>,
    /// Whose fields they are.
    config: &'a NodeConfig,
}

impl Writer<'_> {
    fn value(&self, value: Value, path: &str) -> Value {
        match value {
            Value::String(text) if self.bare.contains(path) => {
                Value::String(self.renaming.expression(&text))
            }
            Value::String(text) if self.config.refers(path) => {
                Value::String(self.renaming.text(&text))
            }
            Value::Array(items) => {
                let items = items.into_iter().enumerate();
                let item = |(place, item)| self.value(item, &format!("{path}[{place}]"));
                Value::Array(items.map(item).collect())
            }
            Value::Object(map) => {
                let entry = |(key, item): (String, Value)| {
                    let inner = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                    (key, self.value(item, &inner))
                };
                Value::Object(map.into_iter().map(entry).collect::<Map<_, _>>())
            }
            other => other,
        }
    }
}
