//! A talk as the body of a request to Ollama's own API. Written from its published reference (“Generate
//! a chat completion”). Its copy of OpenAI's format cannot say how much the model reads at once, and
//! drops the beginning of what is longer without a word.

use base64::{Engine, engine::general_purpose::STANDARD};
use model::agent::talk::{Message, ToolUse};
use serde_json::{Map, Value, json};

use super::parts::{call_name, function, json_way, system_text};
use crate::providers::{
    capabilities::{Capabilities, JsonWay},
    chat::{ChatMessage, ChatRequest},
    openai_wire::{Dialect, LARGEST_SEED},
    windows::context_window,
};

/// The most tokens that are asked for at once: each of them takes the machine's memory.
const MOST_TOKENS: u64 = 32_768;

/// How many tokens a model is asked to read at once.
pub(super) fn window(model: &str) -> u64 {
    context_window(model).min(MOST_TOKENS)
}

/// The body of a request that streams.
pub(super) fn body(request: &ChatRequest, model: &str, capabilities: &Capabilities) -> Value {
    let way = json_way(request, Dialect::Compatible, capabilities);
    let system = json!({ "role": "system", "content": system_text(request, way) });
    let said = request.said(!capabilities.hides_images);
    let said = said.iter().filter_map(message);
    let messages: Vec<Value> = std::iter::once(system).chain(said).collect();
    let mut options = Map::new();
    options.insert("num_ctx".to_owned(), window(model).into());
    options.insert("seed".to_owned(), (request.seed & LARGEST_SEED).into());
    options.extend(request.temperature.map(|value| ("temperature".to_owned(), value.into())));
    options.extend(request.max_tokens.map(|value| ("num_predict".to_owned(), value.into())));
    let mut body =
        json!({ "model": model, "messages": messages, "options": options, "stream": true });
    if !request.tools.is_empty() {
        let tools = request.tools.iter().map(|tool| function(tool, Dialect::Compatible));
        body["tools"] = tools.collect();
    }
    match way {
        Some(JsonWay::Schema) => body["format"] = json!(request.schema_for_model()),
        Some(JsonWay::Mode) => body["format"] = json!("json"),
        Some(JsonWay::Prompt) | None => {}
    }
    body
}

/// A message but the instructions, which stand at the beginning.
fn message(said: &ChatMessage) -> Option<Value> {
    match &said.message {
        Message::System { .. } => None,
        Message::User { text, .. } => {
            let images = said.images.iter().map(|image| STANDARD.encode(&image.bytes));
            let images: Vec<String> = images.collect();
            Some(json!({ "role": "user", "content": text, "images": images }))
        }
        Message::Tool { name, content, .. } => {
            Some(json!({ "role": "tool", "tool_name": name, "content": content }))
        }
        Message::Assistant { text, reasoning, calls, .. } => {
            let mut answer = json!({ "role": "assistant", "content": text });
            if !calls.is_empty() {
                answer["tool_calls"] = calls.iter().map(call).collect();
                answer["thinking"] = json!(reasoning);
            }
            Some(answer)
        }
    }
}

fn call(call: &ToolUse) -> Value {
    json!({ "function": { "name": call_name(&call.name), "arguments": call.arguments } })
}
