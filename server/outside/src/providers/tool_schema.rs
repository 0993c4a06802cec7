//! The schema of a tool's arguments as vendors take it: that of one object which says its properties.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

/// What vendors do not take at the root of such a schema.
const NOT_AT_ROOT: [&str; 6] = ["oneOf", "anyOf", "allOf", "enum", "not", "$ref"];
/// What holds values and no schemas.
const VALUES: [&str; 4] = ["const", "default", "enum", "examples"];

/// The schema with the properties of all its parts at its root. Those of parts that may each apply
/// may be left out: whether arguments fit is judged by the schema itself when the tool is called.
pub(super) fn of_object(schema: &Value) -> Value {
    // A reference to the whole adds nothing.
    let mut gathered = Gathered { followed: BTreeSet::from([""]), ..Gathered::default() };
    gathered.add(schema, schema, true);
    let mut object = schema.as_object().cloned().unwrap_or_default();
    object.retain(|key, _| !NOT_AT_ROOT.contains(&key.as_str()));
    object.insert("type".to_owned(), json!("object"));
    object.insert("properties".to_owned(), gathered.properties.into());
    if !gathered.required.is_empty() {
        object.insert("required".to_owned(), gathered.required.into());
    }
    let mut object = Value::Object(object);
    say_items(&mut object);
    object
}

/// What the parts of a schema say.
#[derive(Default)]
struct Gathered<'a> {
    properties: Map<String, Value>,
    required: Vec<Value>,
    /// References that were followed.
    followed: BTreeSet<&'a str>,
}

impl<'a> Gathered<'a> {
    /// Adds a part of `whole`; `applies` says whether it does in any case.
    fn add(&mut self, whole: &'a Value, part: &'a Value, applies: bool) {
        for (name, schema) in part["properties"].as_object().into_iter().flatten() {
            let known = self.properties.entry(name.as_str()).or_insert_with(|| schema.clone());
            if known != schema {
                let both = if applies { "allOf" } else { "anyOf" };
                *known = json!({ both: [known.take(), schema] });
            }
        }
        let required = part["required"].as_array().into_iter().flatten();
        for name in required.filter(|_| applies) {
            if !self.required.contains(name) {
                self.required.push(name.clone());
            }
        }
        if let Some(place) = part["$ref"].as_str().and_then(|place| place.strip_prefix('#'))
            && self.followed.insert(place)
            && let Some(part) = whole.pointer(place)
        {
            self.add(whole, part, applies);
        }
        for key in ["allOf", "anyOf", "oneOf"] {
            let parts = part[key].as_array().into_iter().flatten();
            parts.for_each(|part| self.add(whole, part, applies && key == "allOf"));
        }
    }
}

/// Says of each list that it may hold anything, where it does not say what: vendors refuse one that
/// says nothing.
fn say_items(part: &mut Value) {
    match part {
        Value::Array(parts) => parts.iter_mut().for_each(say_items),
        Value::Object(fields) => {
            let is_list = |kind: &Value| {
                kind == "array"
                    || kind.as_array().is_some_and(|all| all.iter().any(|one| one == "array"))
            };
            if fields.get("type").is_some_and(is_list) {
                fields.entry("items").or_insert_with(|| json!({}));
            }
            let parts = fields.iter_mut().filter(|(key, _)| !VALUES.contains(&key.as_str()));
            parts.for_each(|(_, part)| say_items(part));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_at_a_schemas_root_are_told_as_the_properties_of_one_object() {
        let text = json!({ "type": "string" });
        let named = json!({ "properties": { "name": text }, "required": ["name"] });
        let all = json!({
            "type": "object",
            "$defs": { "Base": named },
            "allOf": [
                { "$ref": "#/$defs/Base" },
                { "properties": { "tags": { "type": "array" } }, "required": ["tags", "name"] },
            ],
        });
        assert_eq!(
            of_object(&all),
            json!({
                "type": "object",
                "$defs": { "Base": named },
                "properties": { "name": text, "tags": { "type": "array", "items": {} } },
                "required": ["name", "tags"],
            })
        );
        let kind = |kind: &str| json!({ "const": kind });
        let any = json!({
            "properties": { "at": text },
            "required": ["at"],
            "oneOf": [
                { "properties": { "kind": kind("a"), "name": text }, "required": ["name"] },
                { "properties": { "kind": kind("b") } },
                { "$ref": "#" },
            ],
        });
        assert_eq!(
            of_object(&any),
            json!({
                "type": "object",
                "properties": {
                    "at": text,
                    "kind": { "anyOf": [kind("a"), kind("b")] },
                    "name": text,
                },
                "required": ["at"],
            })
        );
        assert_eq!(of_object(&Value::Null), json!({ "type": "object", "properties": {} }));
    }
}
