//! Reading a workflow from text, every error with its path.

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use super::{Edge, Node, SCHEMA_VERSION, Settings, Viewport, Workflow};
use crate::{
    number::find_lost,
    outside::Outside,
    parameter::{Parameter, Preset},
    problem::{FieldProblem, join_path},
    value::kind_of,
    workflow::node::NodeText,
};

/// The code of a problem with text that is not JSON.
pub(crate) const MALFORMED_JSON: &str = "malformed_json";

/// Most bytes of a definition.
pub const MAX_BYTES: usize = 1024 * 1024;

/// Most entries of a list of a definition, in whichever format.
const MOST_ITEMS: usize = 1_000;

/// The envelope; its lists are read item by item so that each error is found.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Envelope {
    #[serde(default = "super::current_version")]
    schema_version: u32,
    #[serde(default)]
    name: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    parameters: Vec<Value>,
    #[serde(default)]
    presets: Vec<Value>,
    #[serde(default)]
    nodes: Vec<Value>,
    #[serde(default)]
    edges: Vec<Value>,
    #[serde(default)]
    settings: Settings,
    #[serde(default)]
    viewport: Option<Viewport>,
}

impl Workflow {
    /// Reads the canonical format.
    ///
    /// # Errors
    /// Everything that is not as the format says, each with its path: too large, not JSON, a
    /// version from the future, unknown or missing fields, values of a wrong kind.
    pub fn parse(text: &str) -> Result<Self, Vec<FieldProblem>> {
        Self::from_value(&parse_json(text)?)
    }

    /// Reads the canonical format from JSON already parsed.
    ///
    /// # Errors
    /// As [`Workflow::parse`].
    pub fn from_value(value: &Value) -> Result<Self, Vec<FieldProblem>> {
        refuse_huge_lists(value)?;
        let envelope: Envelope = read(value, "")?;
        check_version(envelope.schema_version)?;
        let mut problems = vec![];
        let parameters: Vec<Parameter> = list("parameters", &envelope.parameters, &mut problems);
        let presets: Vec<Preset> = list("presets", &envelope.presets, &mut problems);
        let nodes = nodes(&envelope.nodes, &mut problems);
        let edges: Vec<Edge> = list("edges", &envelope.edges, &mut problems);
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Self {
            schema_version: SCHEMA_VERSION,
            name: envelope.name,
            description: envelope.description,
            parameters,
            presets,
            nodes,
            edges,
            settings: envelope.settings,
            viewport: envelope.viewport,
        })
    }
}

/// The text as JSON, within the limit of a definition.
///
/// # Errors
/// When it is too large or not JSON.
pub fn parse_json(text: &str) -> Result<Value, Vec<FieldProblem>> {
    parse_as(text)
}

/// The text as JSON that is read so, within the limit of a definition.
///
/// # Errors
/// As [`parse_json`].
pub(crate) fn parse_as<T: DeserializeOwned>(text: &str) -> Result<T, Vec<FieldProblem>> {
    if text.len() > MAX_BYTES {
        let message = format!("The definition is {} bytes; the limit is {MAX_BYTES}.", text.len());
        return Err(vec![FieldProblem::field("too_large", "", message)]);
    }
    // What editors on Windows put before a text is no part of it.
    let text = text.trim_start_matches('\u{feff}');
    if let Some(lost) = find_lost(text.as_bytes()) {
        return Err(vec![FieldProblem::field(lost.code(), "", lost.to_string())]);
    }
    serde_json::from_str(text).map_err(|error| {
        let message = if text.trim().is_empty() {
            "The workflow is empty.".to_owned()
        } else {
            format!("Invalid JSON: {error}.")
        };
        vec![FieldProblem::field(MALFORMED_JSON, "", message)]
    })
}

/// Refuses lists that are far longer than those of any workflow, before something looks from each of
/// their items at all others.
///
/// # Errors
/// Each such list, with its path.
pub(crate) fn refuse_huge_lists(file: &Value) -> Result<(), Vec<FieldProblem>> {
    let problem = |name: &&str| {
        let items = match file.get(*name)? {
            Value::Array(items) => items.len(),
            Value::Object(items) => items.len(),
            _ => 0,
        };
        huge_list(name, items)
    };
    let lists = ["nodes", "edges", "steps", "parameters", "presets"];
    let problems: Vec<FieldProblem> = lists.iter().filter_map(problem).collect();
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// The problem with a list of so many entries, where no workflow has as many.
pub(crate) fn huge_list(name: &str, items: usize) -> Option<FieldProblem> {
    let message = format!("This has {items} entries; no workflow has more than {MOST_ITEMS}.");
    (items > MOST_ITEMS).then(|| FieldProblem::field("limit_exceeded", name, message))
}

fn check_version(version: u32) -> Result<(), Vec<FieldProblem>> {
    if version == SCHEMA_VERSION {
        return Ok(());
    }
    let mut problem = FieldProblem::field(
        "unknown_schema_version",
        "schemaVersion",
        format!(
            "This release doesn't support version {version} of the format, only {SCHEMA_VERSION}."
        ),
    );
    problem.fix = Some("Open it with the release that saved it, or a newer one.".to_owned());
    Err(vec![problem])
}

/// The value as a `T`; the problem's path begins with `prefix`.
pub(crate) fn read<T: DeserializeOwned>(
    value: &Value,
    prefix: &str,
) -> Result<T, Vec<FieldProblem>> {
    // A list would pass for an object whose fields come in order.
    if !value.is_object() {
        let message = format!("expected an object, but this is {}", kind_of(value));
        return Err(vec![malformed(prefix, &message)]);
    }
    serde_path_to_error::deserialize(Outside(value)).map_err(|error| {
        let inner = error.path().to_string();
        vec![malformed(&join_path(prefix, &inner), &error.into_inner().to_string())]
    })
}

fn malformed(path: &str, message: &str) -> FieldProblem {
    let code = match message {
        message if message.starts_with("unknown field") => "unknown_field",
        message if message.starts_with("missing field") => "missing_field",
        _ => "malformed",
    };
    let mut words = message.to_owned();
    words.push('.');
    FieldProblem::field(code, path, words)
}

/// Every item that is a `T`; the others are problems, each with its path.
pub(crate) fn list<T: DeserializeOwned>(
    name: &str,
    values: &[Value],
    problems: &mut Vec<FieldProblem>,
) -> Vec<T> {
    let mut found = Vec::with_capacity(values.len());
    for (place, value) in values.iter().enumerate() {
        match read(value, &format!("{name}[{place}]")) {
            Ok(item) => found.push(item),
            Err(found) => problems.extend(found),
        }
    }
    found
}

fn nodes(values: &[Value], problems: &mut Vec<FieldProblem>) -> Vec<Node> {
    let mut found = Vec::with_capacity(values.len());
    for (place, value) in values.iter().enumerate() {
        let prefix = format!("nodes[{place}]");
        let node = read::<NodeText>(value, &prefix).and_then(|node| {
            node.read()
                .map_err(|error| vec![malformed(&join_path(&prefix, &error.path), &error.message)])
        });
        match node {
            Ok(node) => found.push(node),
            Err(mut unread) => {
                let id = value.get("id").and_then(Value::as_str);
                unread.iter_mut().for_each(|problem| problem.node_id = id.map(str::to_owned));
                problems.append(&mut unread);
            }
        }
    }
    found
}
