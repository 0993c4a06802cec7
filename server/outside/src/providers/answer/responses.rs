//! Reads the values of OpenAI's Responses API: the events of its stream, and its answer as a whole.
//! Written from its published reference (“Responses”, “Streaming events”).

use serde_json::Value;

use super::super::vendor_error::VendorError;
use super::{
    calls::CallPiece,
    content::{Content, cached_tokens, tokens},
};

/// What a value says; none where it is of another interface.
pub(super) fn read(value: &Value) -> Option<Content> {
    if value["object"] == "response" {
        return Some(Content { repeats: false, ..whole(value) });
    }
    let event = value["type"].as_str()?.strip_prefix("response.")?;
    let mut content = Content { is_answer: true, ..Content::default() };
    let delta = || value["delta"].as_str().unwrap_or_default().to_owned();
    match event {
        "output_text.delta" => content.text = delta(),
        "refusal.delta" => content.refusal = delta(),
        "reasoning_summary_text.delta" | "reasoning_text.delta" => content.reasoning = delta(),
        // Between two parts of its thoughts.
        "reasoning_summary_text.done" => content.reasoning = "\n\n".to_owned(),
        "output_item.added" => content.calls.extend(call(&value["item"], place(value))),
        "function_call_arguments.delta" => {
            let (place, arguments) = (place(value), delta());
            content.calls.push(CallPiece { place, arguments, ..CallPiece::default() });
        }
        "output_item.done" => {
            let item = &value["item"];
            let piece = call(item, place(value));
            content.calls.extend(piece.map(|piece| CallPiece { is_whole: true, ..piece }));
            content.items.push(item.clone());
        }
        "completed" | "incomplete" | "failed" => content = whole(&value["response"]),
        // Beginnings, ends and what this program does not ask for.
        _ => {}
    }
    Some(content)
}

/// A response with all of its output.
fn whole(response: &Value) -> Content {
    let usage = &response["usage"];
    let status = response["status"].as_str().unwrap_or("completed");
    let why = response["incomplete_details"]["reason"].as_str().unwrap_or(status);
    let mut content = Content {
        model: response["model"].as_str().map(str::to_owned),
        usage: Some(tokens(usage)).filter(|_| usage.is_object()),
        cached_tokens: cached_tokens(usage),
        error: VendorError::within(response),
        finish: Some(if status == "completed" { "stop" } else { why }.to_owned()),
        repeats: true,
        is_answer: true,
        ..Content::default()
    };
    for item in response["output"].as_array().into_iter().flatten() {
        let parts = |list: &str| item[list].as_array().cloned().unwrap_or_default();
        for part in parts("content") {
            let text = |key: &str| part[key].as_str().unwrap_or_default();
            if item["type"] == "message" {
                content.text.push_str(text("text"));
                content.refusal.push_str(text("refusal"));
            }
        }
        for part in parts("summary") {
            content.reasoning.push_str(part["text"].as_str().unwrap_or_default());
        }
        content.calls.extend(call(item, None));
        content.items.push(item.clone());
    }
    content
}

fn call(item: &Value, place: Option<String>) -> Option<CallPiece> {
    (item["type"] == "function_call").then(|| CallPiece { place, ..CallPiece::read(item) })
}

/// Where in the output an event belongs.
fn place(event: &Value) -> Option<String> {
    let index = &event["output_index"];
    (!index.is_null()).then(|| index.to_string())
}
