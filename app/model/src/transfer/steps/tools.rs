//! `{"steps": [{"name": "…", "tool": "server.toolName", "params": {}, "assign", "if", "retry"}]}`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{
    flow::Flow,
    format::{File, Retry, Step},
    order::Order,
    refusals::{find_refusals, result_name, texts},
};
use crate::{
    expr::{Expression, Path, Renaming, Template},
    nodes::{NodeConfig, tool},
    problem::FieldProblem,
    text::name::label,
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
    let mut steps: Vec<Step> = list("steps", &file.steps, &mut problems);
    // What is read is counted from 0: with a step missing the places would be others.
    if problems.is_empty() {
        problems = find_refusals(&steps, &file.config);
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
    let config = file.config;
    Ok(Flow {
        name: file.name,
        description: file.description,
        parameters: parameters(&steps),
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

/// Every path that a step reads: in its arguments, however deep, its links and its condition.
fn references(step: &Step) -> Vec<Path> {
    let in_text = |(_, text): (String, String)| Template::parse(&text).ok();
    let templates = texts(step).into_iter().filter_map(in_text);
    let mut found: Vec<Path> = templates.flat_map(|template| template.references()).collect();
    let condition = step.condition.as_deref().and_then(|text| Expression::parse(text).ok());
    found.extend(condition.iter().flat_map(Expression::references));
    found
}

fn follows(place: usize, steps: &[Step], order: Order) -> BTreeSet<usize> {
    match order {
        Order::Written => place.checked_sub(1).into_iter().collect(),
        Order::Needed => {
            let read = references(&steps[place]);
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

/// The inputs that the steps read, as parameters, in the order they are read.
fn parameters(steps: &[Step]) -> Vec<Value> {
    let mut kinds: BTreeMap<String, &str> = BTreeMap::new();
    let mut order = vec![];
    for path in steps.iter().flat_map(references).filter(|path| path.name() == "input") {
        let Some(name) = path.key(1) else { continue };
        let kind = match path.segments().len() {
            2 if name.ends_with("_number") => "integer",
            // Some systems number what they keep, others name it.
            2 if name.ends_with("_id") => "json",
            2 => "text",
            _ => "json",
        };
        let known = kinds.entry(name.to_owned()).or_insert_with(|| {
            order.push(name.to_owned());
            kind
        });
        if kind == "json" {
            *known = kind;
        }
    }
    let parameter = |name: String| {
        let kind = kinds.get(&name).copied().unwrap_or("text");
        json!({ "name": name, "label": label(&name), "type": kind, "required": true })
    };
    order.into_iter().map(parameter).collect()
}

fn node(step: Step) -> Value {
    let mut data = Map::new();
    data.insert("label".to_owned(), label(&step.name).into());
    data.insert("assign".to_owned(), result_name(&step).into());
    let written = [("if", step.condition), ("notes", step.description)];
    for (key, text) in written {
        data.extend(text.map(|text| (key.to_owned(), text.into())));
    }
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
    })
}
