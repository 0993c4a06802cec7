//! `{"steps": [{"name": "…", "tool": "server.toolName", "params": {}, "assign", "if", "retry"}]}`.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{flow::Flow, order::Order};
use crate::{
    expr::{Condition, Path, Renaming, Template},
    problem::FieldProblem,
    text::name::{is_name, label},
    workflow::{
        Backoff,
        read::{list, read as read_object},
    },
};

/// The expression by which such files ask for the present time.
const NOW: &str = "${new Date().toISOString()}";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    name: String,
    #[serde(default)]
    description: String,
    steps: Vec<Value>,
    #[serde(default)]
    config: Config,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct Config {
    pub timeout_ms: u64,
    pub continue_on_error: bool,
    pub max_retries: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self { timeout_ms: 300_000, continue_on_error: false, max_retries: 0 }
    }
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Step {
    pub name: String,
    pub tool: String,
    pub params: Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assign: Option<String>,
    #[serde(rename = "if", skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry: Option<Retry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct Retry {
    pub max_attempts: u32,
    pub backoff: Backoff,
    pub backoff_multiplier: f64,
    pub initial_delay_ms: u64,
    pub max_delay_ms: u64,
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            max_attempts: 3,
            backoff: Backoff::Exponential,
            backoff_multiplier: 2.0,
            initial_delay_ms: 1000,
            max_delay_ms: 60_000,
        }
    }
}

/// Reads a file of tool calls.
///
/// # Errors
/// Everything that cannot be read, each with its path.
pub(super) fn read(file: &Value, order: Order) -> Result<Flow, Vec<FieldProblem>> {
    let file: File = read_object(file, "")?;
    let mut problems = vec![];
    let mut steps: Vec<Step> = list("steps", &file.steps, &mut problems);
    for (place, step) in steps.iter().enumerate() {
        check(place, step, &steps[..place], &mut problems);
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let results = results(&steps);
    let renaming = Renaming { names: results.clone(), ..Renaming::default() };
    for step in &mut steps {
        step.params.values_mut().for_each(|value| rewrite(value, &renaming));
        step.condition = step.condition.take().map(|condition| renaming.expression(&condition));
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

fn check(place: usize, step: &Step, before: &[Step], problems: &mut Vec<FieldProblem>) {
    let mut refuse = |code: &str, field: &str, message: String| {
        problems.push(FieldProblem::field(code, format!("steps[{place}].{field}"), message));
    };
    let words = "a small letter, then small letters, digits and _";
    if !is_name(&step.name) {
        refuse("malformed", "name", format!("{:?} is no name of a step: {words}.", step.name));
    }
    if before.iter().any(|other| other.name == step.name) {
        refuse("duplicate_id", "name", format!("Another step is called {} too.", step.name));
    }
    if let Some(name) = step.assign.as_ref().filter(|name| !is_name(name)) {
        refuse("malformed", "assign", format!("{name:?} is no name of a result: {words}."));
    }
    if !is_tool(&step.tool) {
        let message = format!("{:?} is no tool: it is written server.toolName.", step.tool);
        refuse("malformed", "tool", message);
    }
}

/// Whether the text has the form `server.toolName`.
fn is_tool(text: &str) -> bool {
    text.split_once('.').is_some_and(|(server, tool)| {
        let mut letters = tool.chars();
        is_name(server)
            && letters.next().is_some_and(|first| first.is_ascii_alphabetic())
            && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
    })
}

/// The name of a step's result: the assigned one, or the step's name.
fn result(step: &Step) -> &str {
    step.assign.as_deref().unwrap_or(&step.name)
}

/// Steps that are also read by their own name although their result has another: the name by step.
fn results(steps: &[Step]) -> BTreeMap<String, String> {
    let named: BTreeSet<&str> = steps.iter().map(result).collect();
    let others = steps.iter().filter(|step| !named.contains(step.name.as_str()));
    others.map(|step| (step.name.clone(), result(step).to_owned())).collect()
}

fn rewrite(value: &mut Value, renaming: &Renaming) {
    match value {
        Value::String(text) => *text = renaming.text(&text.replace(NOW, "${now}")),
        Value::Array(items) => items.iter_mut().for_each(|item| rewrite(item, renaming)),
        Value::Object(map) => map.values_mut().for_each(|item| rewrite(item, renaming)),
        _ => {}
    }
}

/// Every path that a step reads; texts that cannot be read are reported later, at their step.
fn references(step: &Step) -> Vec<Path> {
    let mut found = vec![];
    step.params.values().for_each(|value| collect(value, &mut found));
    let condition = step.condition.as_deref().and_then(|text| Condition::parse(text).ok());
    found.extend(condition.iter().flat_map(Condition::references));
    found
}

fn collect(value: &Value, found: &mut Vec<Path>) {
    match value {
        Value::String(text) => {
            found.extend(Template::parse(text).iter().flat_map(Template::references));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        Value::Object(map) => map.values().for_each(|item| collect(item, found)),
        _ => {}
    }
}

fn follows(place: usize, steps: &[Step], order: Order) -> BTreeSet<usize> {
    match order {
        Order::Written => place.checked_sub(1).into_iter().collect(),
        Order::Needed => {
            let read = references(&steps[place]);
            let is_read = |other: &Step| read.iter().any(|path| path.name() == result(other));
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
    data.insert("assign".to_owned(), result(&step).into());
    let texts = [("if", step.condition), ("notes", step.description)];
    for (key, text) in texts {
        data.extend(text.map(|text| (key.to_owned(), text.into())));
    }
    if let Some(retry) = step.retry {
        let retry = json!({
            "maxAttempts": retry.max_attempts,
            "backoff": retry.backoff,
            "multiplier": retry.backoff_multiplier,
            "initialDelayMs": retry.initial_delay_ms,
            "maxDelayMs": retry.max_delay_ms,
        });
        data.insert("retry".to_owned(), retry);
    }
    data.insert("config".to_owned(), json!({ "tool": step.tool, "params": step.params }));
    json!({ "id": step.name, "type": "tool", "data": data })
}
