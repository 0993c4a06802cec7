//! The values an expression may read.

use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use serde_json::{Map, Value};

use super::path::Path;
use crate::{
    id::{ExecutionId, NodeId},
    time::Timestamp,
};

/// Names that mean something of their own and cannot be assigned to a node.
pub const RESERVED: &[&str] =
    &["input", "nodes", "item", "index", "count", "env", "repo", "execution", "now"];

/// Everything an expression may read; cheap to clone.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Scope {
    /// The parameters of the execution.
    pub parameters: Arc<Map<String, Value>>,
    /// The output of each finished node, by port.
    pub nodes: Arc<BTreeMap<NodeId, Arc<Map<String, Value>>>>,
    /// Titles of the steps that were skipped and so have no output.
    pub skipped: Arc<BTreeMap<NodeId, String>>,
    /// Names assigned to nodes.
    pub names: Arc<BTreeMap<String, NodeId>>,
    /// The current item of a loop.
    pub item: Option<Value>,
    /// The index of the current item, from 0.
    pub index: Option<u64>,
    /// How many items there are.
    pub count: Option<u64>,
    /// Environment variables that an admin allows.
    pub env: Arc<Map<String, Value>>,
    /// Launch context by its name, `repo` among it.
    pub context: Arc<Map<String, Value>>,
    /// The execution; none before there is one.
    pub execution_id: Option<ExecutionId>,
    /// The present instant, from the statement that loaded the execution.
    pub now: Timestamp,
}

impl Scope {
    /// The same scope, for item `index` of `count`.
    #[must_use]
    pub fn for_item(&self, index: u64, count: u64) -> Self {
        Self { index: Some(index), count: Some(count), ..self.clone() }
    }

    #[must_use]
    pub fn with_parameters(self, parameters: Map<String, Value>) -> Self {
        Self { parameters: Arc::new(parameters), ..self }
    }

    /// Sets the output of a node, by port.
    pub fn set_node(&mut self, node: NodeId, ports: impl Into<Arc<Map<String, Value>>>) {
        Arc::make_mut(&mut self.nodes).insert(node, ports.into());
    }

    /// What the author calls the step that a path leads to, where that was skipped.
    pub(super) fn skipped_node(&self, path: &Path) -> Option<&str> {
        let called = match path.name() {
            "nodes" => self.skipped.get(path.key(1)?),
            name => self.skipped.get(self.names.get(name)?),
        };
        called.map(String::as_str)
    }

    /// Where a path begins: the value, and how many segments are used up by then.
    pub(super) fn start(&self, path: &Path) -> Option<(Cow<'_, Value>, usize)> {
        let key = path.key(1);
        match path.name() {
            "input" => entry(&self.parameters, key),
            "env" => entry(&self.env, key),
            "nodes" => {
                let (value, taken) = entry(self.nodes.get(key?)?, path.key(2))?;
                Some((value, taken + 1))
            }
            "item" => Some((Cow::Borrowed(self.item.as_ref()?), 1)),
            "index" => Some((Cow::Owned(self.index?.into()), 1)),
            "count" => Some((Cow::Owned(self.count?.into()), 1)),
            "now" => Some((Cow::Owned(self.now.to_iso8601().into()), 1)),
            "execution" => match key {
                Some("id") => Some((Cow::Owned(self.execution_id?.to_string().into()), 2)),
                _ => None,
            },
            name => self.find_named(name, key),
        }
    }

    /// The value of a name assigned to a node: its `output`, or its ports where it has none. The
    /// number says how many segments of the path are used up.
    fn find_named(&self, name: &str, key: Option<&str>) -> Option<(Cow<'_, Value>, usize)> {
        let Some(node) = self.names.get(name) else {
            return Some((Cow::Borrowed(self.context.get(name)?), 1));
        };
        let given = self.nodes.get(node)?;
        match given.get("output") {
            Some(output) => Some((Cow::Borrowed(output), 1)),
            None => entry(given, key),
        }
    }
}

/// The named entry, or the whole map when no name follows.
fn entry<'a>(map: &'a Map<String, Value>, key: Option<&str>) -> Option<(Cow<'a, Value>, usize)> {
    match key {
        Some(key) => Some((Cow::Borrowed(map.get(key)?), 2)),
        None => Some((Cow::Owned(Value::Object(map.clone())), 1)),
    }
}
