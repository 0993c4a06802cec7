//! The two React Flow dialects that existing files are written in.
//!
//! A: `data: {label, config: {prompt_template, …}}` with `{{variable}}`.
//! B: flat `data: {label, prompt, …}` with `{variable}` and `{node_id}`.
//! What only a view needs is dropped with a note; what is unknown is refused with its path.

mod config;
mod edge;
mod export;
mod node;
pub(super) mod parameters;
mod variables;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

pub use export::export;
pub(super) use export::restored;

use super::Imported;
use crate::{problem::FieldProblem, workflow::Workflow};
use variables::Known;

/// Keys of a stored template that are no part of its definition.
pub(super) const RECORD: &[&str] = &[
    "id",
    "workspace_id",
    "category",
    "is_system",
    "usage_count",
    "node_count",
    "avg_execution_time",
    "created_at",
    "updated_at",
    "created_by",
    "version",
    "enabled",
];

/// What is collected while reading.
#[derive(Default)]
pub(super) struct Reading {
    pub notes: Vec<String>,
    pub problems: Vec<FieldProblem>,
}

impl Reading {
    /// Takes out keys that only a view needs, with a note where there were any.
    fn drop_keys(&mut self, map: &mut Map<String, Value>, keys: &[&str], path: &str) {
        let dropped: Vec<&str> =
            keys.iter().copied().filter(|key| map.remove(*key).is_some()).collect();
        if !dropped.is_empty() {
            self.notes.push(format!("{path}: left out {}.", dropped.join(", ")));
        }
    }

    fn refuse(&mut self, path: &str, message: &str) {
        self.problems.push(FieldProblem::field("malformed", path, message));
    }
}

/// Reads a React Flow definition.
///
/// # Errors
/// Everything that cannot be read, each with its path.
pub fn import(value: Value) -> Result<Imported, Vec<FieldProblem>> {
    let Value::Object(mut file) = value else {
        return Err(vec![FieldProblem::field("malformed", "", "A workflow is an object.")]);
    };
    let mut reading = Reading::default();
    let nodes = list(&mut file, "nodes", &mut reading);
    let edges = list(&mut file, "edges", &mut reading);
    let defaults = defaults(&mut file, &mut reading);
    reading.drop_keys(&mut file, RECORD, "the file");

    let mut known = Known::of(&nodes, &defaults);
    let mut nodes: Vec<Value> = nodes
        .into_iter()
        .enumerate()
        .filter_map(|(place, node)| node::read(place, node, &mut known, &mut reading))
        .collect();
    let edges = edge::read_all(edges, &mut nodes, &mut reading);
    let parameters = parameters::of(&known, &defaults);

    for (key, value) in
        [("parameters", parameters), ("nodes", nodes.into()), ("edges", edges.into())]
    {
        file.insert(key.to_owned(), value);
    }
    if !reading.problems.is_empty() {
        return Err(reading.problems);
    }
    let workflow = Workflow::from_value(&Value::Object(file))?;
    Ok(Imported { workflow, notes: reading.notes })
}

/// The list under a key, or under the name a stored template has for it, as JSON or as its text.
fn list(file: &mut Map<String, Value>, key: &str, reading: &mut Reading) -> Vec<Value> {
    match stored(file, key) {
        None | Some(Value::Null) => vec![],
        Some(Value::Array(items)) => items,
        Some(_) => {
            reading.refuse(key, "This must be a list.");
            vec![]
        }
    }
}

fn stored(file: &mut Map<String, Value>, key: &str) -> Option<Value> {
    let value = file.remove(key).or_else(|| file.remove(&format!("{key}_json")))?;
    match &value {
        Value::String(text) => Some(serde_json::from_str(text).unwrap_or(value)),
        _ => Some(value),
    }
}

/// Default values of the launch form by parameter.
fn defaults(file: &mut Map<String, Value>, reading: &mut Reading) -> BTreeMap<String, Value> {
    let found = ["default_params", "defaultParams"].iter().find_map(|key| stored(file, key));
    match found {
        None | Some(Value::Null) => BTreeMap::new(),
        Some(Value::Object(map)) => map.into_iter().collect(),
        Some(_) => {
            reading.refuse("default_params", "This must be an object.");
            BTreeMap::new()
        }
    }
}

/// A position, wherever it was written; the origin where it was not.
fn position(node: &mut Map<String, Value>) -> Value {
    node.remove("position").unwrap_or_else(|| json!({ "x": 0, "y": 0 }))
}

/// Ids of the nodes a file has.
fn ids(nodes: &[Value]) -> BTreeSet<String> {
    let id = |node: &Value| node.get("id").and_then(Value::as_str).map(str::to_owned);
    nodes.iter().filter_map(id).collect()
}
