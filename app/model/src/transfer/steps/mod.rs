//! Workflows written as steps: a list of tools that are called in order ([`tools`]), or agents by
//! name with what each depends on ([`agents`]).

mod agents;
mod export;
mod tools;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub use self::export::{MoreThanSteps, export};
use super::{Imported, react_flow::parameters::label, record::definition_in, spread::CARD};
use crate::{canvas::layout::layout, problem::FieldProblem, workflow::Workflow};

/// In which order the steps of a list run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// One after the other, in the order of the file.
    #[default]
    Written,
    /// A step after those whose results it reads, and parallel to all others.
    Needed,
}

/// Reads a workflow of steps; none when the file has no steps.
pub(super) fn import(file: &Value, order: Order) -> Option<Result<Imported, Vec<FieldProblem>>> {
    let flow = match file.get("steps")? {
        Value::Object(_) => agents::read(file),
        _ => tools::read(file, order),
    };
    Some(flow.and_then(Flow::into_workflow))
}

/// Whether a file looks like a workflow of steps.
pub(super) fn is_steps(file: &Value) -> bool {
    let has = |step: &Value, key: &str| step.get(key).is_some_and(Value::is_string);
    match definition_in(file.clone()).0.get("steps") {
        Some(Value::Array(steps)) => steps.iter().any(|step| has(step, "tool")),
        Some(Value::Object(steps)) => steps.values().any(|step| has(step, "agent_id")),
        _ => false,
    }
}

/// The steps that were read, and which of them (by index) each one follows.
struct Flow {
    name: String,
    description: String,
    parameters: Vec<Value>,
    settings: Value,
    steps: Vec<Value>,
    follows: Vec<BTreeSet<usize>>,
}

impl Flow {
    /// The workflow from a start to an end, every card to the right of what it follows.
    fn into_workflow(self) -> Result<Imported, Vec<FieldProblem>> {
        let links = self.links();
        let [start, end] = ["start", "end"].map(|kind| self.terminal(kind));
        let mut nodes: Vec<Value> = [start].into_iter().chain(self.steps).chain([end]).collect();
        let places = layout(&vec![CARD; nodes.len()], &links);
        for (node, at) in nodes.iter_mut().zip(places) {
            node["position"] = json!({ "x": at.x, "y": at.y });
        }
        let edge = |(place, (source, target)): (usize, &(usize, usize))| {
            let [source, target] = [*source, *target].map(|at| nodes[at]["id"].clone());
            json!({ "id": format!("e{}", place + 1), "source": source, "target": target })
        };
        let edges: Vec<Value> = links.iter().enumerate().map(edge).collect();
        let workflow = Workflow::from_value(&json!({
            "name": self.name,
            "description": self.description,
            "parameters": self.parameters,
            "settings": self.settings,
            "nodes": nodes,
            "edges": edges,
        }))?;
        Ok(Imported { workflow, notes: vec![] })
    }

    /// Pairs of places among start, steps and end: what follows nothing follows the start, and the
    /// end what nothing follows.
    fn links(&self) -> Vec<(usize, usize)> {
        let end = self.steps.len() + 1;
        let followed: BTreeSet<usize> = self.follows.iter().flatten().copied().collect();
        let mut links = vec![];
        for (place, follows) in self.follows.iter().enumerate() {
            if follows.is_empty() {
                links.push((0, place + 1))
            } else {
                links.extend(follows.iter().map(|before| (before + 1, place + 1)))
            }
        }
        let last = (0..self.steps.len()).filter(|place| !followed.contains(place));
        links.extend(last.map(|place| (place + 1, end)));
        links
    }

    /// A start or an end whose id no step has.
    fn terminal(&self, kind: &str) -> Value {
        let mut id = kind.to_owned();
        while self.steps.iter().any(|step| step["id"] == id.as_str()) {
            id.push('_');
        }
        let label = label(kind);
        json!({ "id": id, "type": kind, "data": { "label": label } })
    }
}
