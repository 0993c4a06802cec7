//! A talk as the body of a request to OpenAI's Responses API. Written from its published reference
//! (“Responses”, “Reasoning models”). Nothing is stored at the vendor: the whole talk goes along, with
//! the model's thoughts as it sealed them.

use model::agent::talk::{Message, ToolUse};
use serde_json::{Value, json};

use super::parts::{GivenBack, call_name, description, json_way, system_text};
use crate::providers::{
    capabilities::{Capabilities, Field, JsonWay},
    chat::{ChatMessage, ChatRequest, ChatTool},
    openai_wire::{Dialect, data_url},
    tool_schema,
};

/// What models are called that think before they answer.
const THINKING: [&str; 6] = ["o1", "o3", "o4", "gpt-5", "gpt-6", "codex"];

/// Whether a model of OpenAI's thinks before it answers.
pub(super) fn thinks(model: &str) -> bool {
    THINKING.iter().any(|start| model.starts_with(start)) && !model.contains("chat")
}

/// The body, with the fields that the server accepts.
pub(super) fn body(
    request: &ChatRequest,
    model: &str,
    dialect: Dialect,
    capabilities: &Capabilities,
) -> Value {
    let way = json_way(request, dialect, capabilities);
    let said = request.said(!capabilities.hides_images);
    let input: Vec<Value> = said.iter().flat_map(|said| items(said, model)).collect();
    let instructions = system_text(request, way);
    let mut body =
        json!({ "model": model, "instructions": instructions, "input": input, "store": false });
    let mut set = |field: Field, name: &str, value: Option<Value>| {
        if let Some(value) = value.filter(|_| capabilities.supports(field)) {
            body[name] = value;
        }
    };
    set(Field::Stream, "stream", Some(true.into()));
    set(Field::Temperature, "temperature", request.temperature.map(Value::from));
    set(Field::MaxTokens, "max_output_tokens", request.max_tokens.map(Value::from));
    if thinks(model) {
        set(Field::Reasoning, "reasoning", Some(json!({ "summary": "auto" })));
        set(Field::Include, "include", Some(json!(["reasoning.encrypted_content"])));
    }
    if !request.tools.is_empty() {
        set(Field::ToolChoice, "tool_choice", Some(json!("auto")));
        body["tools"] = request.tools.iter().map(|offered| tool(offered, dialect)).collect();
    }
    match way {
        Some(JsonWay::Schema) => {
            let schema = request.schema_for_model();
            let format = json!({ "type": "json_schema", "name": "answer", "schema": schema });
            body["text"] = json!({ "format": format });
        }
        Some(JsonWay::Mode) => body["text"] = json!({ "format": { "type": "json_object" } }),
        Some(JsonWay::Prompt) | None => {}
    }
    body
}

/// Tools are strict here where nothing is said, which few schemas stand.
fn tool(tool: &ChatTool, dialect: Dialect) -> Value {
    json!({
        "type": "function",
        "name": tool.name,
        "description": description(tool, dialect),
        "parameters": tool_schema::of_object(&tool.input_schema),
        "strict": false,
    })
}

/// The items that a message is; none for the instructions, which have a field of their own.
fn items(said: &ChatMessage, model: &str) -> Vec<Value> {
    match &said.message {
        Message::System { .. } => vec![],
        Message::User { text, .. } => {
            let text = json!({ "type": "input_text", "text": text });
            let images = said.images.iter();
            let images =
                images.map(|image| json!({ "type": "input_image", "image_url": data_url(image) }));
            let content: Vec<Value> = std::iter::once(text).chain(images).collect();
            vec![json!({ "role": "user", "content": content })]
        }
        Message::Tool { call_id, content, .. } => {
            vec![json!({ "type": "function_call_output", "call_id": call_id, "output": content })]
        }
        Message::Assistant { text, calls, provider_data, .. } => {
            let text = (!text.is_empty()).then(|| json!({ "role": "assistant", "content": text }));
            let calls = calls.iter().map(call);
            match GivenBack::read(provider_data.as_ref(), model) {
                Some(GivenBack::Responses { output, .. }) => in_order(&output, text, calls),
                Some(GivenBack::Completions { .. }) | None => {
                    text.into_iter().chain(calls).collect()
                }
            }
        }
    }
}

/// Text and calls between the thoughts, as the model gave them: it refuses thoughts that are not
/// followed by what they led to.
fn in_order(
    output: &[Value],
    mut text: Option<Value>,
    mut calls: impl Iterator<Item = Value>,
) -> Vec<Value> {
    let mut items = vec![];
    for part in output {
        match part.as_str() {
            Some("message") => items.extend(text.take()),
            Some("function_call") => items.extend(calls.next()),
            Some(_) => {}
            None => items.push(part.clone()),
        }
    }
    items.extend(text);
    items.extend(calls);
    items
}

fn call(call: &ToolUse) -> Value {
    let arguments = Value::Object(call.arguments.clone()).to_string();
    json!({
        "type": "function_call",
        "call_id": call.id,
        "name": call_name(&call.name),
        "arguments": arguments,
    })
}

/// The output of an answer as it is stored to be given back; none where there is nothing to give back
/// but text and calls.
pub(super) fn output_to_keep(items: &[Value]) -> Option<Vec<Value>> {
    // Thoughts that are not sealed are not known to the vendor the next time.
    let is_sealed =
        |item: &Value| item["encrypted_content"].as_str().is_some_and(|s| !s.is_empty());
    if !items.iter().any(is_sealed) {
        return None;
    }
    let kept = items.iter().filter_map(|item| match item["type"].as_str() {
        Some("reasoning") => Some(item.clone()).filter(is_sealed),
        Some(kind) => Some(json!(kind)),
        None => None,
    });
    Some(kept.collect())
}
