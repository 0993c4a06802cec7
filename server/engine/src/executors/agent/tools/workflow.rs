//! Another workflow as a tool: its parameters are the arguments, the result of the execution is the
//! result of the call.

use model::{
    mcp::tool::{ToolAnnotations, ToolDefinition},
    parameter::{Parameter, ParameterKind},
};
use serde_json::{Map, Value, json};
use store::{error::Result, templates::PinnedRow};

use crate::launch::pins;

/// A version of a workflow as a model is told of it. Nothing is said of its effects: it may do
/// whatever its steps do.
pub(super) fn definition(found: &PinnedRow) -> Result<ToolDefinition> {
    let workflow = pins::read(found)?;
    let about = workflow.description.trim();
    let description = format!("Runs the workflow “{}” and returns its result. {about}", found.name);
    Ok(ToolDefinition {
        // Another version is another tool.
        name: format!("{}@{}", found.id, found.version),
        title: Some(found.name.clone()),
        description: description.trim_end().to_owned(),
        input_schema: input_schema(&workflow.parameters),
        output_schema: None,
        annotations: ToolAnnotations::default(),
    })
}

/// The JSON Schema of a workflow's parameters. What it leaves open, the launch judges.
fn input_schema(parameters: &[Parameter]) -> Value {
    let properties: Map<String, Value> =
        parameters.iter().map(|one| (one.name.clone(), schema_of(one))).collect();
    let is_needed = |one: &&Parameter| one.required && one.default.is_none();
    let required: Vec<&str> =
        parameters.iter().filter(is_needed).map(|one| one.name.as_str()).collect();
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

fn schema_of(parameter: &Parameter) -> Value {
    let mut schema = kind_of(parameter);
    let words = [parameter.title(), parameter.help.trim()];
    let words: Vec<&str> = words.into_iter().filter(|words| !words.is_empty()).collect();
    schema["description"] = words.join(". ").into();
    if let Some(default) = &parameter.default {
        schema["default"] = default.clone();
    }
    if let Some(example) = &parameter.example {
        schema["examples"] = json!([example]);
    }
    schema
}

fn kind_of(parameter: &Parameter) -> Value {
    let choice = || {
        let values: Vec<&str> = parameter.options.iter().map(|one| one.value.as_str()).collect();
        json!({ "type": "string", "enum": values })
    };
    let id = |what: &str| json!({ "type": "string", "format": "uuid", "title": format!("The id of {what}") });
    let number = |kind: &str| {
        let mut schema = json!({ "type": kind });
        for (bound, value) in [("minimum", parameter.min), ("maximum", parameter.max)] {
            if let Some(value) = value {
                schema[bound] = json!(value);
            }
        }
        schema
    };
    let list = |items: Value| json!({ "type": "array", "items": items });
    match parameter.kind {
        ParameterKind::Text | ParameterKind::LongText => {
            let mut schema = json!({ "type": "string" });
            if let Some(most) = parameter.max_length {
                schema["maxLength"] = most.into();
            }
            schema
        }
        ParameterKind::Integer => number("integer"),
        ParameterKind::Number => number("number"),
        ParameterKind::Boolean => json!({ "type": "boolean" }),
        ParameterKind::Choice => choice(),
        ParameterKind::MultiChoice => list(choice()),
        ParameterKind::List => list(json!({ "type": "string" })),
        ParameterKind::Json => json!({}),
        ParameterKind::Document => id("a document"),
        ParameterKind::Documents => list(id("a document")),
        ParameterKind::Image => id("an image"),
        ParameterKind::Images => list(id("an image")),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use outside::schema::Schema;

    fn parameters(parameters: Value) -> Vec<Parameter> {
        serde_json::from_value(parameters).unwrap()
    }

    #[test]
    fn the_arguments_of_a_workflow_are_its_parameters() {
        let parameters = parameters(json!([
            { "name": "topic", "label": "Topic", "help": "What it is about.", "required": true,
              "max_length": 20 },
            { "name": "count", "type": "integer", "required": true, "default": 3, "min": 1 },
            { "name": "tone", "type": "choice", "options": ["calm", "loud"] },
            { "name": "sources", "type": "documents" },
        ]));
        let schema = input_schema(&parameters);

        assert_eq!(schema["required"], json!(["topic"]));
        assert_eq!(schema["properties"]["topic"]["description"], "Topic. What it is about.");
        let judge = Schema::for_tool("workflow.Campaign", &schema).unwrap();
        for (arguments, fits) in [
            (json!({ "topic": "Tea" }), true),
            (json!({ "topic": "Tea", "count": 2, "tone": "calm", "sources": ["a"] }), true),
            (json!({}), false),
            (json!({ "topic": "x".repeat(21) }), false),
            (json!({ "topic": "Tea", "count": 0 }), false),
            (json!({ "topic": "Tea", "tone": "shrill" }), false),
            (json!({ "topic": "Tea", "own": true }), false),
        ] {
            assert_eq!(judge.check(&arguments).is_ok(), fits, "{arguments}");
        }
    }
}
