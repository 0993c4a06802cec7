//! What a model is told of Atelier's own tools.

use model::{
    agent::tools::BuiltIn,
    mcp::tool::{ToolAnnotations, ToolDefinition},
};
use serde_json::{Value, json};

/// A built-in tool as a model is told of it.
pub(in crate::executors::agent) fn definition(tool: BuiltIn) -> ToolDefinition {
    let Words { title, description, input_schema } = words(tool);
    let writes = tool.writes();
    ToolDefinition {
        name: tool.as_str().to_owned(),
        title: Some(title.to_owned()),
        description: description.to_owned(),
        input_schema,
        output_schema: None,
        annotations: ToolAnnotations {
            read_only: Some(!writes),
            destructive: Some(false),
            // What has been written has its row: it is not written twice.
            idempotent: Some(true),
            open_world: Some(false),
        },
    }
}

struct Words {
    title: &'static str,
    description: &'static str,
    input_schema: Value,
}

fn words(tool: BuiltIn) -> Words {
    match tool {
        BuiltIn::SearchDocuments => Words {
            title: "Search documents",
            description: "Finds documents of this project by words; without words, lists the \
                          newest. Returns their ids, titles and beginnings.",
            input_schema: search("Words, or beginnings of words, that the document contains."),
        },
        BuiltIn::ReadDocument => Words {
            title: "Read a document",
            description: "Reads the text of a document in parts, and lists its images.",
            input_schema: object(
                json!({ "document_id": id("The id of the document."), "offset": offset() }),
                &["document_id"],
            ),
        },
        BuiltIn::SearchImages => Words {
            title: "Search images",
            description: "Finds images of this project by words in their descriptions; without \
                          words, lists the newest. Returns their ids and descriptions.",
            input_schema: search("Words that the description of the image contains."),
        },
        BuiltIn::ReadArtifact => Words {
            title: "Read an output",
            description: "Reads an output or a long result in parts; without an id, lists outputs.",
            input_schema: object(
                json!({ "id": id("The id of the output or result."), "offset": offset() }),
                &[],
            ),
        },
        BuiltIn::Time => Words {
            title: "Time",
            description: "Returns the current time in UTC.",
            input_schema: object(json!({}), &[]),
        },
        BuiltIn::CreateDocument => Words {
            title: "Write a document",
            description: "Creates a document in this project. Returns its id.",
            input_schema: object(
                json!({
                    "title": { "type": "string", "description": "Its title, on one line." },
                    "content": { "type": "string", "description": "Its text, in Markdown." },
                    "tags": { "type": "array", "items": { "type": "string" } },
                }),
                &["title", "content"],
            ),
        },
        BuiltIn::AttachImage => Words {
            title: "Attach an image",
            description: "Attaches an image of the library to a document, after its other images.",
            input_schema: object(
                json!({ "document_id": id("The id of the document."), "image_id": id("The id of the image.") }),
                &["document_id", "image_id"],
            ),
        },
    }
}

fn object(properties: Value, required: &[&str]) -> Value {
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

fn search(words: &str) -> Value {
    object(
        json!({
            "query": { "type": "string", "description": words },
            "limit": {
                "type": "integer",
                "minimum": 1,
                "maximum": 50,
                "description": "The most that are given; 10 where this is left out.",
            },
        }),
        &[],
    )
}

fn id(words: &str) -> Value {
    json!({ "type": "string", "format": "uuid", "description": words })
}

fn offset() -> Value {
    json!({
        "type": "integer",
        "minimum": 0,
        "description": "Where the part begins, in characters; 0 where this is left out.",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use outside::schema::fault;

    #[test]
    fn every_built_in_tool_has_words_and_a_schema_and_says_what_it_changes() {
        for tool in BuiltIn::ALL {
            let told = definition(*tool);
            assert_eq!(fault(&told.input_schema), None, "{tool}");
            assert_eq!(told.annotations.read_only, Some(!tool.writes()), "{tool}");
            assert!(told.description.ends_with('.') && told.title.is_some(), "{tool}");
        }
    }
}
