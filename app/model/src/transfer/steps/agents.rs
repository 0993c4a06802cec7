//! `{"steps": {"draft": {"agent_id": "…", "depends_on": []}}}`.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::flow::Flow;
use crate::{problem::FieldProblem, text::name::label, workflow::read::read as read_object};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    name: String,
    #[serde(default)]
    description: String,
    steps: Map<String, Value>,
}

/// One agent's part; what else is said of it is its configuration.
#[derive(Deserialize)]
struct Step {
    agent_id: String,
    #[serde(default)]
    depends_on: Vec<String>,
    #[serde(flatten)]
    others: Map<String, Value>,
}

/// Reads a file of agents.
///
/// # Errors
/// Everything that cannot be read, each with its path.
pub(super) fn read(file: &Value) -> Result<Flow, Vec<FieldProblem>> {
    let file: File = read_object(file, "")?;
    let names: Vec<&String> = file.steps.keys().collect();
    let (mut steps, mut follows, mut problems) = (vec![], vec![], vec![]);
    for (name, written) in &file.steps {
        let path = format!("steps.{name}");
        match read_object::<Step>(written, &path) {
            Ok(step) => {
                follows.push(places(&step.depends_on, &names, &path, &mut problems));
                steps.push(node(name, step));
            }
            Err(mut unread) => problems.append(&mut unread),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let (name, description) = (file.name, file.description);
    let (parameters, settings) = (vec![], json!({}));
    Ok(Flow { name, description, parameters, settings, steps, follows })
}

/// Where the steps stand that a step depends on.
fn places(
    depends_on: &[String],
    names: &[&String],
    path: &str,
    problems: &mut Vec<FieldProblem>,
) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    for (place, wanted) in depends_on.iter().enumerate() {
        match names.iter().position(|name| *name == wanted) {
            Some(at) => drop(found.insert(at)),
            None => {
                let path = format!("{path}.depends_on[{place}]");
                let message = format!("There is no step {wanted}.");
                problems.push(FieldProblem::field("unknown_reference", path, message));
            }
        }
    }
    found
}

fn node(name: &str, step: Step) -> Value {
    let mut config = step.others;
    config.insert("agent_id".to_owned(), step.agent_id.into());
    json!({ "id": name, "type": "agent", "data": { "label": label(name), "config": config } })
}
