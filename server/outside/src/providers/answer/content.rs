//! Finds text, reasoning, usage and errors in a JSON answer, wherever servers put them.

use serde_json::{Map, Value};

use super::super::{request::Usage, vendor_error::VendorError};
use super::calls::CallPiece;

/// The content of one JSON value of an answer.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Content {
    pub(super) text: String,
    pub(super) reasoning: String,
    pub(super) refusal: String,
    /// The text is a message's, not a piece that is added to one.
    pub(super) is_message: bool,
    /// The model asks for tools.
    pub(super) wants_tools: bool,
    /// The calls that it asks for, or pieces of them.
    pub(super) calls: Vec<CallPiece>,
    /// The reasoning came in a field whose servers want it back beside the calls that it led to.
    pub(super) wants_reasoning: bool,
    /// The reasoning as OpenRouter wants it back, or pieces of it.
    pub(super) reasoning_details: Vec<Value>,
    /// Parts of the output that its server may want to be given back.
    pub(super) items: Vec<Value>,
    /// It only tells once more, as a whole, what may have come piece by piece.
    pub(super) repeats: bool,
    pub(super) finish: Option<String>,
    pub(super) model: Option<String>,
    pub(super) usage: Option<Usage>,
    /// Tokens of the request that the server had in its cache.
    pub(super) cached_tokens: u64,
    pub(super) error: Option<VendorError>,
    /// Whether it is an answer at all, be it an empty one.
    pub(super) is_answer: bool,
}

/// Reads a value in the shape of chat completions; failing that, in those of other interfaces that
/// gateways pass on: completions, Responses, Ollama, Anthropic, Gemini, text generation.
pub(super) fn read(value: &Value) -> Content {
    // Some servers wrap the whole answer in a list.
    let value = value.as_array().and_then(|list| list.first()).unwrap_or(value);
    let mut content = Content {
        model: string(value, &["model", "modelVersion"]),
        usage: usage(value),
        cached_tokens: cached_tokens(&value["usage"]),
        error: VendorError::within(value),
        ..Content::default()
    };
    let choice = first(&value["choices"]).or_else(|| first(&value["candidates"]));
    let holder = choice.unwrap_or(value);
    content.error = content.error.or_else(|| VendorError::within(holder));
    content.usage = content.usage.or_else(|| usage(holder));
    content.finish = finish(holder).or_else(|| finish(value));
    for key in ["delta", "message"] {
        let said = &holder[key];
        let before = content.calls.len();
        content.is_answer |= said.is_object();
        if content.text.is_empty() {
            // Beside a choice, a bare text is the server's own message.
            if choice.is_some() || said.is_object() {
                take_message(&mut content, said);
            }
            content.is_message = key == "message" && !content.text.is_empty();
            let calls = content.calls.iter_mut().skip(before).filter(|_| key == "message");
            calls.for_each(|call| call.is_whole = true);
        }
    }
    for key in
        ["text", "content", "output", "output_text", "response", "generated_text", "completion"]
    {
        content.is_answer |= choice.is_some() || holder.get(key).is_some();
        if content.text.is_empty() {
            take_parts(&mut content, &holder[key]);
        }
    }
    content.is_answer |= value["choices"].is_array() || content.finish.is_some();
    content
}

fn first(list: &Value) -> Option<&Value> {
    match list {
        Value::Array(list) => list.first(),
        Value::Object(_) => Some(list),
        _ => None,
    }
}

/// A message, or what a chunk adds to one.
fn take_message(content: &mut Content, message: &Value) {
    if let Value::String(text) = message {
        content.text.push_str(text);
    }
    take_parts(content, &message["content"]);
    for key in ["reasoning_content", "reasoning", "thinking"] {
        if content.reasoning.is_empty() {
            content.reasoning.push_str(&words(&message[key]));
        }
    }
    content.reasoning_details.extend_from_slice(list(&message["reasoning_details"]));
    content.wants_reasoning |= !words(&message["reasoning_content"]).is_empty();
    content.refusal.push_str(&words(&message["refusal"]));
    let calls = |key: &str| {
        !matches!(&message[key], Value::Null | Value::Array(_)) || !list(&message[key]).is_empty()
    };
    content.wants_tools |= calls("tool_calls") || calls("function_call");
    content.calls.extend(list(&message["tool_calls"]).iter().map(CallPiece::read));
    let only = Some(&message["function_call"]).filter(|call| call.is_object());
    content.calls.extend(only.map(CallPiece::read));
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// A text, or parts of which some are text and others are thoughts.
fn take_parts(content: &mut Content, value: &Value) {
    match value {
        Value::String(text) => content.text.push_str(text),
        Value::Array(parts) => parts.iter().for_each(|part| take_parts(content, part)),
        Value::Object(part) => take_part(content, part),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn take_part(content: &mut Content, part: &Map<String, Value>) {
    let kind = part.get("type").and_then(Value::as_str).unwrap_or_default();
    let is_thought = part.get("thought").and_then(Value::as_bool).unwrap_or_default();
    if is_thought || kind.contains("think") || kind.contains("reason") {
        let thoughts = Value::Object(part.clone());
        return content.reasoning.push_str(&words(&thoughts));
    }
    if kind.contains("tool") || kind.contains("function") {
        content.wants_tools = true;
        if kind.ends_with("use") || kind.ends_with("call") {
            content.calls.push(CallPiece::read(&Value::Object(part.clone())));
        }
        return;
    }
    for key in ["text", "content", "parts", "value"] {
        if let Some(value) = part.get(key) {
            return take_parts(content, value);
        }
    }
    content.refusal.push_str(&part.get("refusal").map(words).unwrap_or_default());
}

/// All words of a value that stand where words usually stand.
fn words(value: &Value) -> String {
    match value {
        Value::String(words) => words.clone(),
        Value::Array(parts) => parts.iter().map(words_of_part).collect(),
        Value::Object(_) => words_of_part(value),
        Value::Null | Value::Bool(_) | Value::Number(_) => String::new(),
    }
}

fn words_of_part(part: &Value) -> String {
    if let Value::String(words) = part {
        return words.clone();
    }
    let keys = ["text", "thinking", "reasoning", "summary", "content", "value"];
    keys.iter().map(|key| words(&part[*key])).find(|words| !words.is_empty()).unwrap_or_default()
}

/// Why an answer ends; `done` alone says that it does.
fn finish(value: &Value) -> Option<String> {
    let keys =
        ["finish_reason", "finishReason", "stop_reason", "done_reason", "native_finish_reason"];
    let done = || (value["done"] == Value::Bool(true)).then(|| "stop".to_owned());
    string(value, &keys).map(|reason| reason.to_lowercase()).or_else(done)
}

/// Tokens under the names of chat, of images and of other interfaces; nothing where all are none.
fn usage(value: &Value) -> Option<Usage> {
    let holders = [&value["usage"], &value["usageMetadata"], &value["x_groq"]["usage"], value];
    holders.into_iter().map(tokens).find(|usage| *usage != Usage::default())
}

/// Tokens that were read from the server's cache, under the names of chat, of the Responses API and
/// of DeepSeek.
pub(super) fn cached_tokens(usage: &Value) -> u64 {
    let counts = [
        &usage["prompt_tokens_details"]["cached_tokens"],
        &usage["input_tokens_details"]["cached_tokens"],
        &usage["prompt_cache_hit_tokens"],
        &usage["cached_tokens"],
    ];
    counts.into_iter().find_map(whole).unwrap_or_default()
}

pub(in super::super) fn tokens(value: &Value) -> Usage {
    let of = |keys: &[&str]| keys.iter().find_map(|key| whole(&value[*key])).unwrap_or_default();
    Usage {
        input_tokens: of(&[
            "prompt_tokens",
            "input_tokens",
            "promptTokens",
            "inputTokens",
            "promptTokenCount",
            "prompt_eval_count",
        ]),
        output_tokens: of(&[
            "completion_tokens",
            "output_tokens",
            "completionTokens",
            "outputTokens",
            "candidatesTokenCount",
            "eval_count",
        ]),
        cached_tokens: cached_tokens(value),
        is_estimated: false,
    }
}

/// A count, also where it is written with a fraction of nothing or as a text.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "casts saturate, and a count is whole"
)]
fn whole(value: &Value) -> Option<u64> {
    let number = value.as_u64().or_else(|| value.as_f64().map(|number| number as u64));
    number.or_else(|| value.as_str()?.trim().parse().ok())
}

fn string(value: &Value, keys: &[&str]) -> Option<String> {
    let words = keys.iter().find_map(|key| value[*key].as_str());
    words.filter(|words| !words.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_text_is_found_wherever_servers_usually_put_it() {
        for value in [
            json!({"choices": [{"delta": {"content": "Tea"}}]}),
            json!({"choices": [{"index": 0, "delta": {"content": [{"type": "text", "text": "Tea"}]}}]}),
            json!({"choices": [{"delta": null, "message": {"content": [{"text": "T"}, "ea"]}}]}),
            json!({"choices": [{"delta": {}, "message": {"role": "assistant", "content": "Tea"}}]}),
            json!({"choices": {"message": {"content": "Tea"}}}),
            json!({"choices": [{"text": "Tea", "logprobs": null}]}),
            json!({"choices": [{"message": "Tea"}]}),
            json!([{"choices": [{"message": {"content": {"type": "text", "text": {"value": "Tea"}}}}]}]),
            json!({"output": [{"type": "reasoning", "summary": []}, {"type": "message", "content": [{"type": "output_text", "text": "Tea"}]}]}),
            json!({"message": {"role": "assistant", "content": "Tea"}, "done": true}),
            json!({"response": "Tea", "done": false}),
            json!({"type": "message", "content": [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "Tea"}]}),
            json!({"candidates": [{"content": {"parts": [{"text": "Tea"}], "role": "model"}}]}),
            json!([{"generated_text": "Tea"}]),
        ] {
            let content = read(&value);
            assert_eq!((content.text.as_str(), content.is_answer), ("Tea", true), "{value}");
            assert_eq!(content.error, None, "{value}");
        }
    }

    #[test]
    fn thoughts_refusals_and_calls_of_tools_are_no_text() {
        let thinking = [
            json!({"choices": [{"delta": {"content": null, "reasoning_content": "hm"}}]}),
            json!({"choices": [{"delta": {"content": "", "reasoning": "hm"}}]}),
            json!({"choices": [{"delta": {"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}]}}]}),
            json!({"message": {"content": "", "thinking": "hm"}}),
            json!({"candidates": [{"content": {"parts": [{"text": "hm", "thought": true}]}}]}),
            json!({"output": [{"type": "reasoning", "summary": [{"type": "summary_text", "text": "hm"}]}]}),
        ];
        for value in thinking {
            let content = read(&value);
            assert_eq!((content.text.as_str(), content.reasoning.as_str()), ("", "hm"), "{value}");
        }
        let refused = read(&json!({"choices": [{"message": {"content": null, "refusal": "No."}}]}));
        assert_eq!((refused.text.as_str(), refused.refusal.as_str()), ("", "No."));
        let calls =
            json!({"choices": [{"message": {"content": null, "tool_calls": [{"id": "1"}]}}]});
        let calls = read(&calls);
        assert_eq!((calls.wants_tools, calls.calls[0].id.as_str()), (true, "1"));
        let none = json!({"choices": [{"message": {"content": "Tea", "tool_calls": [], "function_call": null}}]});
        assert!(!read(&none).wants_tools);
    }

    #[test]
    fn tokens_are_counted_under_either_name_and_both() {
        for usage in [
            json!({"prompt_tokens": 7, "completion_tokens": 9}),
            json!({"prompt_tokens": 7, "completion_tokens": 9, "input_tokens": 7, "output_tokens": 9}),
            json!({"input_tokens": 7.0, "output_tokens": "9", "prompt_tokens": null}),
        ] {
            let content = read(&json!({"choices": [], "usage": usage}));
            assert_eq!(
                content.usage,
                Some(Usage { input_tokens: 7, output_tokens: 9, ..Usage::default() }),
                "{usage}"
            );
        }
        for usage in [
            json!({"prompt_tokens_details": {"cached_tokens": 5}}),
            json!({"input_tokens_details": {"cached_tokens": 5}}),
            json!({"prompt_cache_hit_tokens": 5, "prompt_tokens": 7}),
        ] {
            let content = read(&json!({"choices": [], "usage": usage}));
            assert_eq!(content.cached_tokens, 5, "{usage}");
        }
        assert_eq!(read(&json!({"choices": [], "usage": null})).usage, None);
        assert!(read(&json!({"choices": [{"finish_reason": "length"}]})).finish.is_some());
        assert!(!read(&json!({"status": "ok"})).is_answer);
    }
}
