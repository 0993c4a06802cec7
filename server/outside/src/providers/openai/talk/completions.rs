//! A talk as the body of a chat completion. Written from OpenAI's published reference (“Chat”,
//! “Function calling”), with what other servers are known to want back.

use model::agent::talk::{Message, ToolUse};
use serde_json::{Value, json};

use super::parts::{GivenBack, call_name, function, json_way, system_text};
use crate::providers::{
    capabilities::{Capabilities, Field},
    chat::{ChatMessage, ChatRequest},
    openai_wire::{Dialect, Wishes, response_format, set_wishes, user_content},
};

/// The body, with the fields that the server accepts.
pub(super) fn body(
    request: &ChatRequest,
    model: &str,
    dialect: Dialect,
    capabilities: &Capabilities,
) -> Value {
    let way = json_way(request, dialect, capabilities);
    let system = json!({ "role": "system", "content": system_text(request, way) });
    let said = request.said(!capabilities.hides_images);
    let said = said.iter().filter_map(|said| message(said, model));
    let messages: Vec<Value> = std::iter::once(system).chain(said).collect();
    let mut body = json!({ "model": model, "messages": messages });
    let ChatRequest { seed, temperature, max_tokens, .. } = *request;
    set_wishes(&mut body, Wishes { seed, temperature, max_tokens }, dialect, capabilities);
    if !request.tools.is_empty() {
        body["tools"] = request.tools.iter().map(|tool| function(tool, dialect)).collect();
        if capabilities.supports(Field::ToolChoice) {
            body["tool_choice"] = json!("auto");
        }
    }
    if let Some((way, schema)) = way.zip(request.schema_for_model())
        && let Some(format) = response_format(way, &schema)
    {
        body["response_format"] = format;
    }
    body
}

/// A message but the instructions, which stand at the beginning.
fn message(said: &ChatMessage, model: &str) -> Option<Value> {
    match &said.message {
        Message::System { .. } => None,
        Message::User { text, .. } => {
            Some(json!({ "role": "user", "content": user_content(text, &said.images) }))
        }
        Message::Tool { call_id, content, .. } => {
            Some(json!({ "role": "tool", "tool_call_id": call_id, "content": content }))
        }
        Message::Assistant { text, reasoning, calls, provider_data } => {
            let mut answer = json!({ "role": "assistant", "content": text });
            if !calls.is_empty() {
                let back = GivenBack::read(provider_data.as_ref(), model);
                add_calls(&mut answer, calls, reasoning, back);
            }
            Some(answer)
        }
    }
}

fn add_calls(answer: &mut Value, calls: &[ToolUse], reasoning: &str, back: Option<GivenBack>) {
    if answer["content"] == "" {
        answer["content"] = Value::Null;
    }
    answer["tool_calls"] = calls.iter().map(call).collect();
    let Some(GivenBack::Completions { reasoning: is_wanted, details, extra_content, .. }) = back
    else {
        return;
    };
    if !details.is_empty() {
        answer["reasoning_details"] = details.into();
    }
    if is_wanted {
        answer["reasoning_content"] = json!(reasoning);
    }
    for (at, extra) in extra_content.into_iter().enumerate().take(calls.len()) {
        if let Some(extra) = extra {
            answer["tool_calls"][at]["extra_content"] = extra;
        }
    }
}

fn call(call: &ToolUse) -> Value {
    let arguments = Value::Object(call.arguments.clone()).to_string();
    let function = json!({ "name": call_name(&call.name), "arguments": arguments });
    json!({ "id": call.id, "type": "function", "function": function })
}
