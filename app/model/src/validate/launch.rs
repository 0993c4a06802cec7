//! The parameters an execution is launched with.

use serde_json::{Map, Value};

use super::{
    fields::range_problem,
    pattern::Patterns,
    value::{fit, is_empty_number},
};
use crate::{
    expr::{Path, Scope, Template},
    nodes::FieldSpec,
    parameter::{Parameter, ParameterKind},
    problem::FieldProblem,
    text::nearest::nearest,
    workflow::{Node, Workflow},
};

/// Of how many unknown parameters a launch is told.
const MOST_UNKNOWN: usize = 20;

/// The parameters of an execution: those of the launch, defaults for the others, nothing (`null`)
/// where an optional parameter has neither.
///
/// # Errors
/// Every value that is missing, unknown, of the wrong kind or out of range, each with its path
/// `parameters.name`; also where a value would take a node's field out of its range.
pub fn validate_parameters(
    workflow: &Workflow,
    parameters: &Map<String, Value>,
) -> Result<Map<String, Value>, Vec<FieldProblem>> {
    let mut problems: Vec<FieldProblem> = unknown(workflow, parameters);
    let (mut complete, mut patterns) = (Map::new(), Patterns::default());
    for parameter in &workflow.parameters {
        match one(parameter, parameters.get(&parameter.name), &mut patterns) {
            Ok(value) => {
                complete.insert(parameter.name.clone(), value);
            }
            Err(found) => problems.extend(found),
        }
    }
    if problems.is_empty() {
        problems = fields(workflow, &complete);
    }
    if problems.is_empty() { Ok(complete) } else { Err(problems) }
}

fn problem(code: &str, name: &str, message: String) -> FieldProblem {
    let mut problem = FieldProblem::field(code, format!("parameters.{name}"), message);
    problem.field = Some(name.to_owned());
    problem
}

fn unknown(workflow: &Workflow, parameters: &Map<String, Value>) -> Vec<FieldProblem> {
    let strangers = parameters.keys().filter(|name| workflow.parameter(name).is_none());
    let told = strangers.map(|name| {
        let message = format!("This workflow has no field “{name}”.");
        let mut problem = problem("unknown_parameter", name, message);
        let known = workflow.parameters.iter().map(|parameter| parameter.name.as_str());
        problem.fix = nearest(name, known).map(|near| format!("Did you mean {near}?"));
        problem
    });
    told.take(MOST_UNKNOWN).collect()
}

fn one(
    parameter: &Parameter,
    value: Option<&Value>,
    patterns: &mut Patterns,
) -> Result<Value, Vec<FieldProblem>> {
    // Nothing, an empty text and an empty list are as good a JSON value as any.
    let is_json = parameter.kind == ParameterKind::Json;
    let empty = |value: &&Value| match value {
        Value::String(text) => text.trim().is_empty() && !is_json,
        Value::Array(items) => items.is_empty() && !is_json,
        _ => false,
    };
    let is_there = |value: &&Value| !value.is_null() && !is_empty_number(parameter, value);
    let usual = || parameter.default.as_ref().filter(is_there);
    let value = value.filter(|value| is_json || is_there(value)).or_else(usual);
    match value {
        Some(value) if !(parameter.required && empty(&value)) => fit(parameter, value, patterns)
            .map_err(|found| vec![problem(found.code, &parameter.name, found.message)]),
        None if !parameter.required => Ok(Value::Null),
        _ => {
            let message = format!("Fill in “{}”.", parameter.title());
            Err(vec![problem("missing_parameter", &parameter.name, message)])
        }
    }
}

/// Fields that the parameters alone decide are checked before anything runs.
fn fields(workflow: &Workflow, parameters: &Map<String, Value>) -> Vec<FieldProblem> {
    let scope = Scope::default().with_parameters(parameters.clone());
    let mut problems = vec![];
    for node in &workflow.nodes {
        for (name, text) in node.data.config.texts() {
            let specs = node.data.config.spec().fields;
            if let Some(spec) = specs.iter().find(|spec| spec.name == name) {
                problems.extend(field(node, spec, &text, &scope));
            }
        }
    }
    problems
}

fn field(node: &Node, spec: &FieldSpec, text: &str, scope: &Scope) -> Option<FieldProblem> {
    let template = Template::parse(text).ok()?;
    let paths = template.references();
    let known = |path: &Path| path.name() == "input";
    if !template.is_reference() || !paths.iter().all(known) {
        return None;
    }
    let value = template.value(scope).ok()?;
    let message = format!("{}: {}", node.title(), range_problem(spec, &value)?);
    let parameter = paths.first().and_then(|path| path.key(1)).unwrap_or_default();
    let mut found = problem("value_out_of_range", parameter, message);
    found.node_id = Some(node.id.to_string());
    found.field = Some(spec.name.to_owned());
    Some(found)
}
