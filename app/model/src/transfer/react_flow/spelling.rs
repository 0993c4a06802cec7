//! The ways in which nodes are spelt, brought into one: id, type, position and `data`.

use serde_json::{Map, Value, json};

use crate::{nodes::NodeKind, number::read_json};

/// Other names of what a node says beside `data`.
const ALIASES: &[(&str, &[&str])] = &[
    ("id", &["node_id", "nodeId"]),
    ("type", &["node_type", "nodeType"]),
    ("label", &["name", "title"]),
    ("config", &["config_json", "configuration"]),
];

/// What the dialects say of how a node works, beside the fields it has here.
const FLAT: &[&str] =
    &["prompt_template", "dimensions", "document_ref", "image_ref", "content_ref"];

/// What a node says beside what it does, wherever it is written.
pub(super) const KEPT: &[&str] =
    &["enabled", "if", "retry", "timeoutMs", "onError", "assign", "notes"];

/// The node with its fields under `data`, and its configuration under `config` where it has one.
pub(super) fn settle(node: Value) -> Value {
    let Value::Object(mut node) = node else { return node };
    for (name, aliases) in ALIASES {
        for alias in *aliases {
            rename(&mut node, alias, name);
        }
    }
    if let Some(position) = position(&mut node) {
        node.insert("position".to_owned(), position);
    }
    let is_open = |data: &Value| data.is_null() || data.is_object();
    if !node.get("data").is_none_or(is_open) {
        return Value::Object(node);
    }
    let beside = take_data_fields(&mut node);
    if !beside.is_empty() {
        let mut data = match node.remove("data") {
            Some(Value::Object(data)) => data,
            _ => Map::new(),
        };
        merge(&mut data, beside);
        node.insert("data".to_owned(), Value::Object(data));
    }
    Value::Object(node)
}

fn rename(node: &mut Map<String, Value>, from: &str, to: &str) {
    if !node.contains_key(to)
        && let Some(value) = node.remove(from)
    {
        node.insert(to.to_owned(), value);
    }
}

/// Takes the fields that are written beside `type` but belong under `data`.
fn take_data_fields(node: &mut Map<String, Value>) -> Map<String, Value> {
    let kind = NodeKind::from_key(node.get("type").and_then(Value::as_str).unwrap_or_default());
    let fields = kind.spec().fields;
    let belongs = |key: &str| {
        ["label", "config", "description"].contains(&key)
            || KEPT.contains(&key)
            || FLAT.contains(&key)
            || fields.iter().any(|field| field.name == key)
    };
    let keys: Vec<String> = node.keys().filter(|key| belongs(key)).cloned().collect();
    let moved = keys.into_iter().filter_map(|key| node.remove_entry(&key));
    let mut moved: Map<String, Value> = moved.collect();
    if let Some(Value::String(text)) = moved.get("config")
        && let Ok(config @ Value::Object(_)) = read_json(text)
    {
        moved.insert("config".to_owned(), config);
    }
    moved
}

/// Adds the fields written beside `data`; those under `data` win.
fn merge(data: &mut Map<String, Value>, beside: Map<String, Value>) {
    for (key, value) in beside {
        match (data.get_mut(&key), value) {
            (Some(Value::Object(own)), Value::Object(more)) => {
                more.into_iter().for_each(|(key, value)| {
                    own.entry(key).or_insert(value);
                });
            }
            (Some(_), _) => {}
            (None, value) => {
                data.insert(key, value);
            }
        }
    }
}

/// The position of the node, however it is written; none where there is none.
fn position(node: &mut Map<String, Value>) -> Option<Value> {
    let spelt = [("position_x", "position_y"), ("positionX", "positionY"), ("x", "y")];
    let mut apart = None;
    for (x, y) in spelt {
        if let (Some(across), Some(down)) = (number(node.get(x)), number(node.get(y))) {
            node.retain(|key, _| key != x && key != y);
            apart = apart.or(Some((across, down)));
        }
    }
    let whole = match node.get("position") {
        None | Some(Value::Null) => {
            node.remove("position");
            None
        }
        Some(Value::Array(pair)) => match pair.as_slice() {
            [x, y] => number(Some(x)).zip(number(Some(y))),
            _ => return None,
        },
        Some(Value::Object(place)) if place.is_empty() => {
            node.remove("position");
            None
        }
        Some(Value::Object(place)) => match (number(place.get("x")), number(place.get("y"))) {
            (Some(x), Some(y)) => Some((x, y)),
            _ => return None,
        },
        Some(_) => return None,
    };
    whole.or(apart).map(|(x, y)| json!({ "x": x, "y": y }))
}

/// A number, also one that is written as a text.
fn number(value: Option<&Value>) -> Option<f64> {
    match value? {
        Value::String(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
        value => value.as_f64(),
    }
}
