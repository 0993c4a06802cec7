//! `{"steps": {"draft": {"agent_id": "writer", "depends_on": []}}}`: each step is the task of an agent
//! of the library.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::flow::Flow;
use crate::{
    expr::Path,
    field::Text,
    nodes::{NodeConfig, agent},
    parameter::{Parameter, ParameterKind},
    problem::FieldProblem,
    text::name::label,
    workflow::{Node, Workflow, read::read as read_object},
};

/// The parameter that says what all agents work on, where a step has no prompt of its own.
const TASK: &str = "task";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    name: String,
    #[serde(default)]
    description: String,
    steps: Map<String, Value>,
}

#[derive(Serialize)]
struct Written<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    name: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'a str,
    steps: BTreeMap<&'a str, Step>,
}

/// The task of one agent.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Step {
    agent_id: String,
    #[serde(default)]
    depends_on: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    version: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    prompt: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    inputs: BTreeMap<String, Text>,
}

/// Reads a file of agents.
///
/// # Errors
/// Everything that cannot be read, each with its path.
pub(super) fn read(file: &Value) -> Result<Flow, Vec<FieldProblem>> {
    let file: File = read_object(file, "")?;
    let names: Vec<&String> = file.steps.keys().collect();
    let (mut steps, mut follows, mut problems) = (vec![], vec![], vec![]);
    let mut parameters = vec![];
    for (name, written) in &file.steps {
        let path = format!("steps.{name}");
        match read_object::<Step>(written, &path) {
            Ok(step) => {
                let before = places(&step.depends_on, &names, &path, &mut problems);
                let usual = usual_prompt(before.iter().map(|place| names[*place].as_str()));
                if step.prompt.is_none() && parameters.is_empty() {
                    parameters.push(task());
                }
                steps.push(node(name, step, usual));
                follows.push(before);
            }
            Err(mut unread) => problems.append(&mut unread),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let (name, description, settings) = (file.name, file.description, json!({}));
    Ok(Flow {
        name,
        description,
        parameters,
        settings,
        steps,
        follows,
        notes: vec![],
        takes_any_input: false,
    })
}

/// These steps as a file of agents; an error is the label of one that is none.
pub(super) fn write(workflow: &Workflow, nodes: &[&Node]) -> Result<String, String> {
    let mut steps = BTreeMap::new();
    for node in nodes {
        let config = match &node.data.config {
            NodeConfig::Agent(config) if config.own.is_none() => config,
            _ => return Err(node.data.label.clone()),
        };
        let is_step = |id: &&str| nodes.iter().any(|other| other.id.as_str() == *id);
        let into = workflow.edges.iter().filter(|edge| edge.target == node.id);
        let before: BTreeSet<&str> =
            into.map(|edge| edge.source.as_str()).filter(is_step).collect();
        let is_usual = config.prompt.as_str() == usual_prompt(before.iter().copied());
        let step = Step {
            agent_id: config.agent.clone(),
            depends_on: before.into_iter().map(str::to_owned).collect(),
            version: config.version,
            prompt: (!is_usual).then(|| config.prompt.0.clone()),
            inputs: config.inputs.clone(),
        };
        steps.insert(node.id.as_str(), step);
    }
    let (name, description) = (workflow.name.as_str(), workflow.description.as_str());
    let text = serde_json::to_string_pretty(&Written { name, description, steps });
    text.map(|text| format!("{text}\n")).map_err(|error| error.to_string())
}

fn task() -> Parameter {
    Parameter {
        name: TASK.to_owned(),
        label: "Task".to_owned(),
        kind: ParameterKind::LongText,
        required: true,
        ..Parameter::default()
    }
}

/// What a step without a prompt asks of its agent: the task, with what these steps gave.
fn usual_prompt<'a>(before: impl Iterator<Item = &'a str>) -> String {
    let given = before.map(|step| format!("\n\n${{{}}}", Path::output(step, agent::DONE)));
    let given: String = given.collect();
    format!("${{input.{TASK}}}{given}")
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

fn node(name: &str, step: Step, usual_prompt: String) -> Value {
    let config = NodeConfig::from(agent::Config {
        agent: step.agent_id,
        version: step.version,
        prompt: Text(step.prompt.unwrap_or(usual_prompt)),
        inputs: step.inputs,
        ..agent::Config::default()
    });
    let config = config.to_value();
    json!({ "id": name, "type": "agent", "data": { "label": label(name), "config": config } })
}
