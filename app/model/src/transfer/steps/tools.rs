//! `{"steps": [{"name": "…", "tool": "server.toolName", "params": {}, "assign", "if", "retry"}]}`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{
    flow::Flow,
    format::{File, Input, Retry, Step},
    order::Order,
    refusals::{find_refusals, result_name, texts},
};
use crate::{
    expr::{Expression, Path, Renaming, Template},
    nodes::{NodeConfig, tool},
    parameter::Parameter,
    problem::FieldProblem,
    text::name::label,
    transfer::imported::{any_input, unread_note},
    value::change_texts,
    workflow::read::{list, read as read_object},
};

/// Reads a file of tool calls.
///
/// # Errors
/// Everything that cannot be read, each with its path.
pub(super) fn read(file: &Value, order: Order) -> Result<Flow, Vec<FieldProblem>> {
    let file: File = read_object(file, "")?;
    let mut problems = vec![];
    let inputs: Vec<Input> = list("inputs", &file.inputs, &mut problems);
    let mut steps: Vec<Step> = list("steps", &file.steps, &mut problems);
    // What is read is counted from 0: with a step missing the places would be others.
    if problems.is_empty() {
        problems = find_refusals(&inputs, &steps, &file.config);
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let results = results(&steps);
    let renaming = Renaming { names: results, ..Renaming::default() };
    let mut rename = |text: &mut String| *text = renaming.text(text);
    for step in &mut steps {
        step.params.values_mut().for_each(|value| change_texts(value, &mut rename));
        step.condition = step.condition.take().map(|condition| renaming.expression(&condition));
        for link in &mut step.external_refs {
            rename(&mut link.id.0);
            rename(&mut link.address.0);
        }
    }
    let (config, (parameters, notes)) = (file.config, parameters(inputs, &steps));
    Ok(Flow {
        name: file.name,
        description: file.description,
        parameters,
        notes,
        takes_any_input: true,
        settings: json!({
            "timeoutMs": config.timeout_ms,
            "continueOnError": config.continue_on_error,
            "maxRetries": config.max_retries,
        }),
        follows: (0..steps.len()).map(|place| follows(place, &steps, order)).collect(),
        steps: steps.into_iter().map(node).collect(),
    })
}

/// Steps that are also read by their own name although their result has another: the name by step.
fn results(steps: &[Step]) -> BTreeMap<String, String> {
    let named: BTreeSet<&str> = steps.iter().map(result_name).collect();
    let others = steps.iter().filter(|step| !named.contains(step.name.as_str()));
    others.map(|step| (step.name.clone(), result_name(step).to_owned())).collect()
}

/// The paths that a step reads: in its arguments, however deep, its links and its condition.
fn references(
    step: &Step,
    in_template: fn(&Template) -> Vec<Path>,
    in_expression: fn(&Expression) -> Vec<Path>,
) -> Vec<Path> {
    let templates = texts(step).into_iter().filter_map(|(_, text)| Template::parse(&text).ok());
    let mut found: Vec<Path> = templates.flat_map(|template| in_template(&template)).collect();
    let condition = step.condition.as_deref().and_then(|text| Expression::parse(text).ok());
    found.extend(condition.iter().flat_map(in_expression));
    found
}

fn follows(place: usize, steps: &[Step], order: Order) -> BTreeSet<usize> {
    match order {
        Order::Written => place.checked_sub(1).into_iter().collect(),
        Order::Needed => {
            let read = references(&steps[place], Template::references, Expression::references);
            let is_read = |other: &Step| {
                read.iter().any(|path| match path.name() {
                    "nodes" => path.key(1) == Some(other.name.as_str()),
                    name => name == result_name(other),
                })
            };
            (0..place).filter(|before| is_read(&steps[*before])).collect()
        }
    }
}

/// The inputs that are declared, then all others that the steps read, in the order they are read, which
/// take any JSON; with a note of each that is declared and that no step reads. One may be left out
/// where every reference to it has a default, or only asks whether it is there.
fn parameters(inputs: Vec<Input>, steps: &[Step]) -> (Vec<Parameter>, Vec<String>) {
    let read: Vec<(String, bool)> = steps.iter().flat_map(inputs_read).collect();
    let is_read = |input: &Input| read.iter().any(|(name, _)| *name == input.name);
    let unread = inputs.iter().enumerate().filter(|(_, input)| !is_read(input));
    let notes = unread.map(|(place, input)| unread_note(&format!("inputs[{place}]"), &input.name));
    let notes = notes.collect();
    let mut parameters: Vec<Parameter> = inputs.into_iter().map(Parameter::from).collect();
    let declared = parameters.len();
    for (name, needed) in read {
        match parameters.iter().position(|known| known.name == name) {
            Some(at) if at >= declared => parameters[at].required |= needed,
            Some(_) => {}
            None => parameters.push(Parameter { required: needed, ..any_input(name) }),
        }
    }
    (parameters, notes)
}

fn inputs_read(step: &Step) -> Vec<(String, bool)> {
    let input = |path: &Path| (path.name() == "input").then(|| path.key(1).map(str::to_owned))?;
    let alone = step.condition.as_deref().and_then(|text| Template::parse(text).ok());
    let alone = alone.as_ref().and_then(Template::alone);
    let needed: Vec<Path> =
        references(step, Template::needed_references, Expression::needed_references)
            .into_iter()
            .filter(|path| Some(path) != alone)
            .collect();
    let all = references(step, Template::references, Expression::references);
    all.iter().filter_map(|path| Some((input(path)?, needed.contains(path)))).collect()
}

fn node(step: Step) -> Value {
    let mut data = Map::new();
    data.insert("label".to_owned(), label(&step.name).into());
    data.insert("assign".to_owned(), result_name(&step).into());
    let written = [("if", step.condition), ("notes", step.description)];
    for (key, text) in written {
        data.extend(text.map(|text| (key.to_owned(), text.into())));
    }
    data.extend(step.timeout_ms.map(|ms| ("timeoutMs".to_owned(), ms.into())));
    data.extend(step.retry.map(|retry| ("retry".to_owned(), policy(&retry))));
    let (tool, params, external_refs) = (step.tool, step.params, step.external_refs);
    let config = tool::Config { tool, params, lock: None, external_refs };
    data.insert("config".to_owned(), NodeConfig::from(config).to_value());
    json!({ "id": step.name, "type": "tool", "data": data })
}

fn policy(retry: &Retry) -> Value {
    json!({
        "maxAttempts": retry.max_attempts,
        "backoff": retry.backoff,
        "multiplier": retry.backoff_multiplier,
        "initialDelayMs": retry.initial_delay_ms,
        "maxDelayMs": retry.max_delay_ms,
        "on": retry.on,
    })
}
