//! Whether arguments are as the JSON Schema of a tool has them.

use std::slice;

use serde::Deserialize;
use serde_json::{Map, Value, json};

/// Arguments that fit the schema of an object, with the defaults of what they leave out, else null.
pub fn complete(
    schema: &Map<String, Value>,
    mut arguments: Map<String, Value>,
) -> Result<Map<String, Value>, String> {
    let nothing = Map::new();
    let properties = schema.get("properties").and_then(Value::as_object).unwrap_or(&nothing);
    let required = schema.get("required").and_then(Value::as_array);
    if let Some(name) = arguments.keys().find(|name| !properties.contains_key(*name)) {
        let known = properties.keys().map(|name| quoted(name)).collect::<Vec<_>>().join(", ");
        return Err(format!("unknown field `{name}`, expected one of {known}"));
    }
    for (name, property) in properties {
        let is_required = required.is_some_and(|names| names.contains(&json!(name)));
        match arguments.get(name) {
            Some(value) => check(schema, property, value)?,
            None if is_required => return Err(format!("missing field `{name}`")),
            None => {
                arguments.insert(name.clone(), property["default"].clone());
            }
        }
    }
    Ok(arguments)
}

fn check(root: &Map<String, Value>, schema: &Value, value: &Value) -> Result<(), String> {
    if let Some(name) = schema["$ref"].as_str().and_then(|name| name.strip_prefix("#/$defs/")) {
        let named = root.get("$defs").and_then(|named| named.get(name));
        return check(root, named.unwrap_or(&Value::Null), value);
    }
    if let Some(choices) = schema["enum"].as_array() {
        let known: Vec<String> = choices.iter().filter_map(Value::as_str).map(quoted).collect();
        let word = quoted(value.as_str().unwrap_or_default());
        let wrong = format!("unknown variant {word}, expected {}", known.join(" or "));
        return if choices.contains(value) { Ok(()) } else { Err(wrong) };
    }
    if let Some(variants) = schema["anyOf"].as_array() {
        return first_fit(variants.iter().map(|variant| check(root, variant, value)));
    }
    let kinds = schema["type"].as_array().map_or(slice::from_ref(&schema["type"]), Vec::as_slice);
    first_fit(kinds.iter().map(|kind| read_as(kind, value)))
}

fn quoted(name: &str) -> String {
    format!("`{name}`")
}

/// The first one is the usual one, so that its words are told where none fits.
fn first_fit(mut all: impl Iterator<Item = Result<(), String>>) -> Result<(), String> {
    let first = all.next().unwrap_or(Ok(()));
    first.or_else(|wrong| if all.any(|other| other.is_ok()) { Ok(()) } else { Err(wrong) })
}

fn read_as(kind: &Value, value: &Value) -> Result<(), String> {
    let read = match kind.as_str() {
        Some("string") => String::deserialize(value).map(drop),
        Some("integer") => u64::deserialize(value).map(drop),
        Some("boolean") => bool::deserialize(value).map(drop),
        Some("array") => Vec::<String>::deserialize(value).map(drop),
        Some("object") => Map::deserialize(value).map(drop),
        _ => <()>::deserialize(value),
    };
    read.map_err(|error| error.to_string())
}
