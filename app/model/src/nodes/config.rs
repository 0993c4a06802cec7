//! What every node type can answer.

use serde_json::{Map, Value};

use super::spec::{Category, NodeSpec, PortSpec};
use crate::{
    expr::{ExprError, Scope},
    ports::{Kind, Port, PortType},
    validate::Checker,
    workflow::Workflow,
};

/// Where a node's work is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// Inside the transaction that settles its inputs; no job.
    Inline,
    /// In jobs that workers claim.
    Jobs,
}

/// What a node without jobs is decided from.
#[derive(Debug)]
pub struct Inputs<'a> {
    /// The values it may refer to.
    pub scope: &'a Scope,
    /// What its live edges brought, in the order of the workflow.
    pub values: Vec<Value>,
}

impl Inputs<'_> {
    /// What came in: the value of one edge, or a list of those of several.
    pub fn together(&self) -> Value {
        match self.values.as_slice() {
            [] => Value::Null,
            [one] => one.clone(),
            several => Value::Array(several.to_vec()),
        }
    }
}

/// A node type's configuration and what follows from it.
pub trait NodeType {
    /// What the type is, for palette, card and panel.
    const SPEC: &'static NodeSpec;

    /// Whether the node has jobs, or is decided where its inputs settle.
    fn work(&self) -> Work {
        Work::Jobs
    }

    /// The ports edges may leave by, without `error`.
    fn outputs(&self, _workflow: &Workflow) -> Vec<Port> {
        Self::SPEC.outputs.iter().map(PortSpec::port).collect()
    }

    /// How many jobs the node has in this scope.
    ///
    /// # Errors
    /// When the quantity is a reference without a whole number in range.
    fn quantity(&self, _scope: &Scope) -> Result<u32, ExprError> {
        Ok(1)
    }

    /// How many live edges of `edges` are enough to begin; none means all must have settled.
    fn enough_inputs(&self, _edges: usize) -> Option<usize> {
        None
    }

    /// What a node without jobs gives, by port.
    ///
    /// # Errors
    /// When a reference has no value.
    fn settle_inline(&self, _inputs: &Inputs<'_>) -> Result<Map<String, Value>, ExprError> {
        Ok(Map::new())
    }

    /// Adds what is wrong beyond what the spec says of single fields.
    fn check(&self, _checker: &mut Checker<'_>) {}
}

/// A node of a type this release does not know, kept as it was written.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Placeholder {
    /// Its type as written.
    pub key: String,
    /// Its configuration as written.
    pub config: Map<String, Value>,
}

const ANY: PortType = PortType::One(Kind::Any);

impl NodeType for Placeholder {
    const SPEC: &'static NodeSpec = &NodeSpec {
        key: "unknown",
        label: "Unknown node",
        purpose: "This release does not know this type of node; it is kept, but cannot run.",
        category: Category::Flow,
        icon: "circle-help",
        color: "--muted",
        inputs: &[PortSpec { name: "input", label: "Input", port_type: ANY }],
        outputs: &[PortSpec { name: "output", label: "Output", port_type: ANY }],
        fields: &[],
    };
}

/// Every text in a configuration that holds `${`, with its path.
pub(super) fn texts(config: &Value) -> Vec<(String, String)> {
    let mut found = vec![];
    collect(config, String::new(), &mut found);
    found
}

fn collect(value: &Value, path: String, found: &mut Vec<(String, String)>) {
    match value {
        Value::String(text) if text.contains("${") => found.push((path, text.clone())),
        Value::Array(items) => {
            for (place, item) in items.iter().enumerate() {
                collect(item, format!("{path}[{place}]"), found);
            }
        }
        Value::Object(map) => {
            for (key, item) in map {
                let inner = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                collect(item, inner, found);
            }
        }
        _ => {}
    }
}
