//! What a tool's definition is known by.

use model::mcp::tool::ToolDefinition;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The SHA-256, in hex, of all in a definition that says how a tool is called and what it does: its
/// name, description, schemas and annotations, as JSON with sorted keys. The title is for people only.
pub fn definition_hash(tool: &ToolDefinition) -> String {
    let definition = json!({
        "name": tool.name,
        "description": tool.description,
        "input_schema": tool.input_schema,
        "output_schema": tool.output_schema,
        "annotations": tool.annotations,
    });
    hash_of(&definition)
}

/// The SHA-256, in hex, of a JSON value with sorted keys: equal values have equal hashes.
pub fn hash_of(value: &Value) -> String {
    let mut canonical = String::new();
    write_sorted(value, &mut canonical);
    hex::encode(Sha256::digest(canonical.as_bytes()))
}

/// Writes JSON in the one way in which equal values are equal texts.
fn write_sorted(value: &Value, text: &mut String) {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(name, _)| *name);
            text.push('{');
            for (place, (name, member)) in members.into_iter().enumerate() {
                text.push_str(if place == 0 { "" } else { "," });
                text.push_str(&Value::from(name.as_str()).to_string());
                text.push(':');
                write_sorted(member, text);
            }
            text.push('}');
        }
        Value::Array(items) => {
            text.push('[');
            for (place, item) in items.iter().enumerate() {
                text.push_str(if place == 0 { "" } else { "," });
                write_sorted(item, text);
            }
            text.push(']');
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            text.push_str(&value.to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use model::mcp::tool::ToolAnnotations;

    use super::*;

    fn tool(schema: &str) -> ToolDefinition {
        ToolDefinition {
            name: "get_issue".to_owned(),
            title: None,
            description: "Reads an issue.".to_owned(),
            input_schema: serde_json::from_str(schema).unwrap(),
            output_schema: None,
            annotations: ToolAnnotations::default(),
        }
    }

    const SCHEMA: &str = r#"{"type": "object", "properties": {"a": {"type": "string"}, "b": {}}}"#;

    #[test]
    fn the_order_of_keys_and_the_title_change_nothing() {
        let reordered = r#"{"properties": {"b": {}, "a": {"type": "string"}}, "type": "object"}"#;
        let retitled = ToolDefinition { title: Some("Issue".to_owned()), ..tool(SCHEMA) };

        let hash = definition_hash(&tool(SCHEMA));

        assert_eq!(hash.len(), 64);
        assert_eq!(definition_hash(&tool(reordered)), hash);
        assert_eq!(definition_hash(&retitled), hash);
    }

    #[test]
    fn rel_s13_every_part_that_says_what_a_tool_does_changes_the_hash() {
        let base = tool(SCHEMA);
        let read_only = ToolAnnotations { read_only: Some(true), ..ToolAnnotations::default() };
        let changed = [
            ToolDefinition { name: "get_issues".to_owned(), ..base.clone() },
            ToolDefinition { description: "Reads an issue. ".to_owned(), ..base.clone() },
            ToolDefinition { description: "Reads an\u{200B} issue.".to_owned(), ..base.clone() },
            tool(r#"{"type": "object", "properties": {"a": {}, "b": {}}}"#),
            tool(r#"{"type": "object", "properties": {"a": {"type": "string"}}}"#),
            ToolDefinition { output_schema: Some(Value::Bool(true)), ..base.clone() },
            ToolDefinition { annotations: read_only, ..base.clone() },
        ];

        let mut hashes: Vec<_> = changed.iter().chain([&base]).map(definition_hash).collect();

        hashes.sort();
        hashes.dedup();
        assert_eq!(hashes.len(), changed.len() + 1);
    }
}
