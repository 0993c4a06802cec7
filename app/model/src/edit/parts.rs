//! A workflow as parts that are compared one by one, and the words for them.

use serde_json::{Map, Value};

use crate::{id::NodeId, nodes::NodeKind, workflow::Workflow};

/// Fields that are only compared as a whole.
const WHOLE: &[&str] = &["position", "size", "retry", "viewport"];

/// What an edge connects.
const ENDS: [&str; 4] = ["source", "sourceHandle", "target", "targetHandle"];

/// The lists of a workflow: their name, the key of their items, and how many levels of an item are
/// compared one by one (of a node `data`, `config` and its fields; of an edge its label).
pub(super) const LISTS: [(&str, &str, usize); 4] =
    [("parameters", "name", 1), ("presets", "name", 1), ("nodes", "id", 3), ("edges", "id", 1)];

/// Parts that are no list, and how many levels of them are compared one by one.
pub(super) const SINGLE: [(&str, usize); 3] = [("name", 0), ("description", 0), ("settings", 1)];

/// The keys that lead to a part, from the outside in: `nodes`, `copy`, `data`, `config`, `prompt`.
pub(super) type PartPath = Vec<String>;

pub(super) fn value_of(workflow: &Workflow) -> Value {
    serde_json::to_value(workflow).unwrap_or_default()
}

pub(super) fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// What the field `key` of an item says; empty where it is missing or no text.
pub(super) fn key_of<'a>(item: &'a Value, key: &str) -> &'a str {
    item.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// The path with one more step.
pub(super) fn then(way: &[String], step: &str) -> PartPath {
    way.iter().map(String::as_str).chain([step]).map(str::to_owned).collect()
}

/// Both values as objects, where their fields are compared one by one.
pub(super) fn objects<'a>(
    way: &[String],
    depth: usize,
    one: Option<&'a Value>,
    other: Option<&'a Value>,
) -> Option<[&'a Map<String, Value>; 2]> {
    let is_whole = way.last().is_some_and(|last| WHOLE.contains(&last.as_str()));
    let (one, other) = (one?.as_object()?, other?.as_object()?);
    // What a field means depends on the type of the node.
    let is_other_type = one.get("data").is_some() && one.get("type") != other.get("type");
    // The ends of an edge only mean something together.
    let is_laid_elsewhere = way.first().is_some_and(|list| list == "edges")
        && ENDS.iter().any(|end| one.get(*end) != other.get(*end));
    let is_apart = is_whole || is_other_type || is_laid_elsewhere;
    (depth > 0 && !is_apart).then_some([one, other])
}

/// The node that a path leads to or into.
pub(super) fn node_of(way: &[String]) -> Option<NodeId> {
    match way {
        [list, id, ..] if list == "nodes" => Some(id.as_str().into()),
        _ => None,
    }
}

/// The name for people of what a path leads to, e.g. "Headline: Prompt".
pub(super) fn words(way: &[String], workflows: [&Workflow; 2]) -> String {
    let parts: Vec<&str> = way.iter().map(String::as_str).collect();
    match parts.as_slice() {
        [] => "Everything".to_owned(),
        ["nodes", id, rest @ ..] => {
            let id = NodeId::from(*id);
            let found = workflows.into_iter().find_map(|workflow| workflow.node(&id));
            let title = found.map_or(id.as_str(), |node| node.title());
            let kind = found.map_or(NodeKind::Unknown, |node| node.kind());
            match rest {
                [] => title.to_owned(),
                rest => format!("{title}: {}", field_words(kind, rest)),
            }
        }
        ["edges", id, "label"] => format!("{}: Label", edge_words(id, workflows)),
        ["edges", id, ..] => edge_words(id, workflows),
        ["parameters", name, rest @ ..] => item_words("field", name, rest),
        ["presets", name, rest @ ..] => item_words("preset", name, rest),
        ["settings", rest @ ..] => format!("settings {}", rest.join(" ")).trim().to_owned(),
        parts => parts.join(" "),
    }
}

fn edge_words(id: &str, workflows: [&Workflow; 2]) -> String {
    let found = workflows.into_iter().find_map(|workflow| {
        Some((workflow, workflow.edges.iter().find(|e| e.id.as_str() == id)?))
    });
    let Some((workflow, edge)) = found else { return format!("connection {id}") };
    let name = |id: &NodeId| workflow.node(id).map_or(id.to_string(), |n| n.title().to_owned());
    format!("connection from {} to {}", name(&edge.source), name(&edge.target))
}

fn item_words(noun: &str, name: &str, rest: &[&str]) -> String {
    match rest {
        [] => format!("{noun} {name}"),
        rest => format!("{noun} {name}: {}", rest.join(" ")),
    }
}

fn field_words(kind: NodeKind, rest: &[&str]) -> String {
    let known = match rest {
        ["data", "config", field, ..] => {
            let spec = kind.spec().fields.iter().find(|spec| spec.name == *field);
            return spec.map_or((*field).to_owned(), |spec| spec.label.to_owned());
        }
        ["data", field] | [field] => *field,
        _ => "settings",
    };
    let words = match known {
        "label" => "Name",
        "type" => "Type",
        "position" => "Position",
        "size" => "Size",
        "parentId" => "Loop",
        "enabled" => "Enabled",
        "if" => "Condition",
        "retry" => "Retries",
        "timeoutMs" => "Timeout",
        "minItems" => "Minimum successful items",
        "onError" => "On failure",
        "assign" => "Result name",
        "notes" => "Notes",
        other => other,
    };
    words.to_owned()
}
