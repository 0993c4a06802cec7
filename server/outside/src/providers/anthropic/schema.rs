//! The part of JSON Schema to which Anthropic's models hold their answers; see its reference,
//! “Structured outputs”.

use serde_json::{Map, Value, json};

use super::limits;
use crate::providers::capabilities::{Capabilities, Field};

/// The formats of texts that are held to.
const FORMATS: [&str; 10] =
    ["date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"];

/// What holds the answer to a schema; none where the model or its server takes none, or not this one.
/// The whole schema goes with the prompt as well: it says what is left out here.
pub(super) fn output_config(schema: &Value, model: &str, known: &Capabilities) -> Option<Value> {
    if !limits::takes_schema(model) || !known.supports(Field::OutputConfig) {
        return None;
    }
    let schema = of_answer(schema)?;
    Some(json!({ "format": { "type": "json_schema", "schema": schema } }))
}

/// The schema of an answer without what models are not held to, which is checked when the answer has
/// come; none where an answer that is held to the rest could not be of the schema, e.g. where objects
/// have fields of any name.
fn of_answer(schema: &Value) -> Option<Value> {
    (schema["type"] == "object").then(|| part(schema)).flatten()
}

fn part(schema: &Value) -> Option<Value> {
    let schema = schema.as_object()?;
    let mut held = Map::new();
    for (key, value) in schema {
        let kept = match key.as_str() {
            "type" | "title" | "description" | "const" | "required" => value.clone(),
            "enum" => value.as_array().filter(|all| all.iter().all(is_plain))?.clone().into(),
            "properties" => {
                let fields = value.as_object().filter(|fields| !fields.is_empty())?;
                let fields = fields.iter().map(|(name, field)| Some((name.clone(), part(field)?)));
                Value::Object(fields.collect::<Option<_>>()?)
            }
            "items" => part(value)?,
            "anyOf" | "oneOf" => {
                let ways: Vec<Value> = value.as_array()?.iter().map(part).collect::<Option<_>>()?;
                held.insert("anyOf".to_owned(), ways.into());
                continue;
            }
            "format" if value.as_str().is_some_and(|format| FORMATS.contains(&format)) => {
                value.clone()
            }
            "minItems" if matches!(value.as_u64(), Some(0 | 1)) => value.clone(),
            "additionalProperties" if *value != false => return None,
            "additionalProperties"
            | "$schema"
            | "$id"
            | "$comment"
            | "default"
            | "examples"
            | "format"
            | "pattern"
            | "minLength"
            | "maxLength"
            | "minimum"
            | "maximum"
            | "exclusiveMinimum"
            | "exclusiveMaximum"
            | "multipleOf"
            | "minItems"
            | "maxItems"
            | "uniqueItems"
            | "minProperties"
            | "maxProperties" => continue,
            _ => return None,
        };
        held.insert(key.clone(), kept);
    }
    close(schema, held)
}

/// The part of a schema that is held to, its objects closed; none where no answer could be of both.
fn close(schema: &Map<String, Value>, mut held: Map<String, Value>) -> Option<Value> {
    let may_be = |kind: &str| match schema.get("type") {
        Some(Value::Array(kinds)) => kinds.iter().any(|one| one == kind),
        one => one.is_some_and(|one| one == kind),
    };
    let fields = schema.get("properties").and_then(Value::as_object);
    let is_field = |name: &Value| {
        fields.is_some_and(|fields| name.as_str().is_some_and(|name| fields.contains_key(name)))
    };
    let says_what = ["type", "enum", "const", "anyOf"].iter().any(|key| held.contains_key(*key));
    if !says_what || may_be("array") && !held.contains_key("items") {
        return None;
    }
    if may_be("object") || held.contains_key("properties") {
        let required = held.get("required").and_then(Value::as_array);
        if !held.contains_key("properties") || !required.into_iter().flatten().all(is_field) {
            return None;
        }
        held.insert("additionalProperties".to_owned(), false.into());
    }
    Some(Value::Object(held))
}

fn is_plain(value: &Value) -> bool {
    !value.is_array() && !value.is_object()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_closed_and_what_models_are_not_held_to_is_left_out() {
        let schema = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "required": ["title", "tags"],
            "properties": {
                "title": { "type": "string", "minLength": 3, "maxLength": 30, "pattern": "^T" },
                "score": { "type": ["number", "null"], "minimum": 0, "maximum": 10 },
                "day": { "type": "string", "format": "date" },
                "tone": { "enum": ["warm", "plain", null] },
                "tags": { "type": "array", "minItems": 2, "items": { "type": "string" } },
                "by": { "oneOf": [
                    { "type": "string", "format": "regex" },
                    { "type": "object", "properties": { "name": { "type": "string" } } },
                ] },
            },
        });
        let by = json!({
            "type": "object",
            "properties": { "name": { "type": "string" } },
            "additionalProperties": false,
        });
        let held = json!({
            "type": "object",
            "required": ["title", "tags"],
            "properties": {
                "title": { "type": "string" },
                "score": { "type": ["number", "null"] },
                "day": { "type": "string", "format": "date" },
                "tone": { "enum": ["warm", "plain", null] },
                "tags": { "type": "array", "items": { "type": "string" } },
                "by": { "anyOf": [{ "type": "string" }, by] },
            },
            "additionalProperties": false,
        });
        assert_eq!(of_answer(&schema), Some(held));
    }

    #[test]
    fn a_schema_that_closed_objects_cannot_be_of_is_not_sent() {
        let field = |field: Value| json!({ "type": "object", "properties": { "a": field } });
        for schema in [
            json!({ "type": "array", "items": { "type": "string" } }),
            json!({ "type": "object" }),
            json!({ "type": "object", "required": ["b"], "properties": { "a": { "type": "null" } } }),
            field(json!({})),
            field(json!({ "type": "object", "additionalProperties": { "type": "string" } })),
            field(json!({ "type": "array" })),
            field(json!({ "$ref": "#" })),
            field(json!({ "enum": [[1]] })),
            field(json!({ "not": { "type": "string" } })),
        ] {
            assert_eq!(of_answer(&schema), None, "{schema}");
        }
    }
}
