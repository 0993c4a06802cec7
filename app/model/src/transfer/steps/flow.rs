//! Steps that were read, and the workflow that they make.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{
    canvas::layout::layout,
    parameter::Parameter,
    problem::FieldProblem,
    text::name::label,
    transfer::{imported::Imported, spread::CARD},
    workflow::Workflow,
};

/// The steps that were read, and which of them (by index) each one follows.
pub(super) struct Flow {
    pub name: String,
    pub description: String,
    pub parameters: Vec<Parameter>,
    /// What to tell about the file.
    pub notes: Vec<String>,
    /// Whether a launch may give more than the steps read.
    pub takes_any_input: bool,
    pub settings: Value,
    pub steps: Vec<Value>,
    pub follows: Vec<BTreeSet<usize>>,
}

impl Flow {
    /// The workflow from a start to an end, every card to the right of what it follows.
    pub fn into_workflow(self) -> Result<Imported, Vec<FieldProblem>> {
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
        Ok(Imported { workflow, notes: self.notes, takes_any_input: self.takes_any_input })
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
