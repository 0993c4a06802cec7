//! What is sent to Anthropic's Messages API.

use base64::{Engine, engine::general_purpose::STANDARD};
use model::agent::talk::{Message, ToolUse};
use serde_json::{Value, json};

use super::{limits, schema, settings::NAME};
use crate::providers::{
    capabilities::{Capabilities, Field, JsonWay},
    chat::{ChatRequest, ChatTool, plain_word},
    request::{InlineImage, TextFormat, TextRequest},
    tool_schema,
};

/// The tool by which the model is made to answer with JSON.
const ANSWER_TOOL: &str = "answer";
/// The API knows no higher temperature.
const HOTTEST: f64 = 1.0;
/// What the API takes in no schema of a tool at its top.
const NOT_AT_THE_TOP: [&str; 3] = ["oneOf", "allOf", "anyOf"];

/// A request, and how its answer is to be read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Prepared {
    /// The fields of the request.
    pub(super) body: Value,
    /// The tool whose arguments are the answer; none where the answer is text.
    pub(super) answer_tool: Option<String>,
}

/// A request for text. JSON is of the schema that goes along, or the arguments of a tool that the model
/// has to call, or else text.
pub(super) fn text(request: &TextRequest, model: &str, known: &Capabilities) -> Prepared {
    let schema = match &request.format {
        TextFormat::Json { schema } => Some(schema),
        TextFormat::Text | TextFormat::List => None,
    };
    let (config, answer) = ways_to_json(schema, &[], model, known);
    let mut messages = vec![];
    push(&mut messages, "user", user_blocks(&request.whole_prompt(), &request.images));
    if let Some(repair) = &request.repair {
        push(&mut messages, "assistant", text_block(&repair.answer).into_iter().collect());
        let words = format!(
            "That answer cannot be used. {}\nAnswer again with one JSON value and nothing else.",
            repair.fault
        );
        push(&mut messages, "user", text_block(&words).into_iter().collect());
    }
    let shape = match (&request.format, &answer) {
        (TextFormat::Text, _) | (TextFormat::Json { .. }, Some(_)) => None,
        (TextFormat::List, _) => {
            Some("Answer with a numbered list, one item a line, and nothing else.".to_owned())
        }
        (TextFormat::Json { schema }, None) => Some(format!(
            "Answer with one JSON value of this JSON Schema and nothing else:\n{schema}"
        )),
    };
    let system: Vec<String> = request.system.clone().into_iter().chain(shape).collect();
    let mut body = frame(model, messages, request.max_tokens, request.temperature, known);
    set_system(&mut body, &system);
    set_tools(&mut body, vec![], answer.as_ref());
    set_output_config(&mut body, config);
    Prepared { body, answer_tool: answer.map(|answer| answer.name) }
}

/// A request for the next message of a talk. What will be sent again with the message after it is
/// marked, so that Anthropic keeps it: the tools, the system message, and the talk so far.
pub(super) fn chat(request: &ChatRequest, model: &str, known: &Capabilities) -> Prepared {
    let schema = request.schema_for_model();
    let (config, answer) = ways_to_json(schema.as_ref(), &request.tools, model, known);
    let (mut system, mut messages) = (vec![], vec![]);
    for said in request.said(!known.hides_images) {
        match &said.message {
            Message::System { text } => system.push(text.clone()),
            Message::User { text, .. } => {
                push(&mut messages, "user", user_blocks(text, &said.images));
            }
            Message::Assistant { text, calls, provider_data, .. } => {
                let blocks = assistant_blocks(text, calls, provider_data.as_ref());
                push(&mut messages, "assistant", blocks);
            }
            Message::Tool { call_id, content, is_error, .. } => {
                push(&mut messages, "user", vec![tool_result(call_id, content, *is_error)]);
            }
        }
    }
    if let (Some(schema), None) = (&schema, &answer) {
        system.push(format!(
            "When you are done, answer with one JSON value of this JSON Schema and nothing else:\n{schema}"
        ));
    }
    mark_last(messages.last_mut().and_then(|message| message.get_mut("content")));
    let mut body = frame(model, messages, request.max_tokens, request.temperature, known);
    set_system(&mut body, &system);
    mark_last(body.get_mut("system"));
    set_tools(&mut body, request.tools.iter().map(tool).collect(), answer.as_ref());
    mark_last(body.get_mut("tools"));
    set_output_config(&mut body, config);
    Prepared { body, answer_tool: answer.map(|answer| answer.name) }
}

/// How the model is held to a schema: by what the API has for that, else by a tool, else by words alone.
fn ways_to_json(
    schema: Option<&Value>,
    tools: &[ChatTool],
    model: &str,
    known: &Capabilities,
) -> (Option<Value>, Option<AnswerTool>) {
    let config = schema.and_then(|schema| schema::output_config(schema, model, known));
    let schema = schema.filter(|_| config.is_none());
    (config, schema.and_then(|schema| AnswerTool::new(schema, tools, known)))
}

/// The fields that every request has.
fn frame(
    model: &str,
    messages: Vec<Value>,
    max_tokens: Option<u32>,
    temperature: Option<f64>,
    known: &Capabilities,
) -> Value {
    let most = max_tokens.unwrap_or_else(|| limits::most_output(model));
    let mut body = json!({ "model": model, "messages": messages, "max_tokens": most });
    if known.supports(Field::Stream) {
        body["stream"] = true.into();
    }
    if let Some(temperature) = temperature.filter(|_| known.supports(Field::Temperature)) {
        body["temperature"] = temperature.min(HOTTEST).into();
    }
    body
}

fn set_system(body: &mut Value, parts: &[String]) {
    let parts: Vec<Value> = parts.iter().filter_map(|part| text_block(part)).collect();
    if !parts.is_empty() {
        body["system"] = parts.into();
    }
}

/// Adds the tools and, where JSON is wanted, the one that answers: then one of them has to be called.
fn set_tools(body: &mut Value, mut tools: Vec<Value>, answer: Option<&AnswerTool>) {
    if let Some(answer) = answer {
        let choice = if tools.is_empty() {
            json!({ "type": "tool", "name": answer.name })
        } else {
            json!({ "type": "any" })
        };
        body["tool_choice"] = choice;
        tools.push(json!({
            "name": answer.name,
            "description": "Gives the answer. Call it once, when everything else is done.",
            "input_schema": answer.schema,
        }));
    }
    if !tools.is_empty() {
        body["tools"] = tools.into();
    }
}

fn set_output_config(body: &mut Value, config: Option<Value>) {
    if let Some(config) = config {
        body["output_config"] = config;
    }
}

/// The tool whose arguments are the answer.
struct AnswerTool {
    name: String,
    schema: Value,
}

impl AnswerTool {
    /// None where the schema is of no object: then it goes with the prompt.
    fn new(schema: &Value, others: &[ChatTool], known: &Capabilities) -> Option<Self> {
        let is_plain = NOT_AT_THE_TOP.iter().all(|key| schema.get(*key).is_none());
        let fits = schema["type"] == "object" && is_plain && known.json != JsonWay::Prompt;
        let mut name = ANSWER_TOOL.to_owned();
        while others.iter().any(|tool| tool.name == name) {
            name.push('_');
        }
        fits.then(|| Self { name, schema: schema.clone() })
    }
}

/// A tool as the API takes it. What its schema says beyond an object's fields is checked when it is
/// called.
fn tool(tool: &ChatTool) -> Value {
    let schema = tool_schema::of_object(&tool.input_schema);
    json!({ "name": tool.name, "description": tool.description, "input_schema": schema })
}

/// Adds what a side says; the API wants the sides to take turns.
fn push(messages: &mut Vec<Value>, role: &str, blocks: Vec<Value>) {
    if blocks.is_empty() {
        return;
    }
    if let Some(last) = messages.last_mut().filter(|last| last["role"] == role)
        && let Some(content) = last["content"].as_array_mut()
    {
        content.extend(blocks);
        return;
    }
    messages.push(json!({ "role": role, "content": blocks }));
}

/// A text; none where it is blank, which the API refuses.
fn text_block(text: &str) -> Option<Value> {
    (!text.trim().is_empty()).then(|| json!({ "type": "text", "text": text }))
}

fn user_blocks(text: &str, images: &[InlineImage]) -> Vec<Value> {
    let image = |image: &InlineImage| {
        let data = STANDARD.encode(&image.bytes);
        let source = json!({ "type": "base64", "media_type": image.media_type, "data": data });
        json!({ "type": "image", "source": source })
    };
    images.iter().map(image).chain(text_block(text)).collect()
}

/// An answer as it came: its thoughts first, which are signed and given back unchanged.
fn assistant_blocks(text: &str, calls: &[ToolUse], provider_data: Option<&Value>) -> Vec<Value> {
    let thoughts = provider_data.and_then(|data| data[NAME].as_array());
    let call = |call: &ToolUse| {
        let (id, name) = (plain_word(&call.id), plain_word(&call.name));
        json!({ "type": "tool_use", "id": id, "name": name, "input": call.arguments })
    };
    let thoughts = thoughts.into_iter().flatten().cloned();
    thoughts.chain(text_block(text)).chain(calls.iter().map(call)).collect()
}

fn tool_result(call_id: &str, content: &str, is_error: bool) -> Value {
    let mut result = json!({ "type": "tool_result", "tool_use_id": plain_word(call_id) });
    if !content.trim().is_empty() {
        result["content"] = content.into();
    }
    if is_error {
        result["is_error"] = true.into();
    }
    result
}

/// Marks the last of these blocks or tools: the API keeps everything up to it for a while.
fn mark_last(list: Option<&mut Value>) {
    if let Some(last) = list.and_then(Value::as_array_mut).and_then(|list| list.last_mut()) {
        last["cache_control"] = json!({ "type": "ephemeral" });
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Map;

    use super::*;
    use crate::providers::chat::ChatMessage;

    fn said(message: Message) -> ChatMessage {
        ChatMessage { message, images: vec![] }
    }

    fn result(call_id: &str) -> ChatMessage {
        said(Message::Tool {
            call_id: call_id.to_owned(),
            name: "look".to_owned(),
            content: "Tea".to_owned(),
            is_error: call_id == "b:2",
            edited: None,
        })
    }

    fn talk() -> ChatRequest {
        let call = |id: &str| ToolUse {
            id: id.to_owned(),
            name: "look".to_owned(),
            arguments: Map::new(),
            ..ToolUse::default()
        };
        let thought = json!({ "type": "thinking", "thinking": "Hm.", "signature": "c2ln" });
        let tool = ChatTool {
            name: "look".to_owned(),
            description: "Looks.".to_owned(),
            input_schema: json!({ "anyOf": [{}], "properties": { "at": { "type": "string" } } }),
            only_reads: true,
        };
        ChatRequest {
            messages: vec![
                said(Message::System { text: "Be brief.".to_owned() }),
                said(Message::User { text: "Look.".to_owned(), images: vec![] }),
                said(Message::Assistant {
                    text: String::new(),
                    reasoning: "Hm.".to_owned(),
                    calls: vec![call("a1"), call("b:2")],
                    provider_data: Some(json!({ NAME: [thought] })),
                }),
                result("a1"),
                result("b:2"),
            ],
            tools: vec![tool],
            temperature: Some(1.7),
            ..ChatRequest::default()
        }
    }

    #[test]
    fn a_talk_takes_turns_and_gives_signed_thoughts_back_before_their_calls() {
        let sent = chat(&talk(), "claude-test", &Capabilities::default()).body;

        let roles: Vec<_> = sent["messages"].as_array().into_iter().flatten().collect();
        assert_eq!(
            roles.iter().map(|one| &one["role"]).collect::<Vec<_>>(),
            ["user", "assistant", "user"]
        );
        let answer = &sent["messages"][1]["content"];
        assert_eq!(answer[0]["signature"], "c2ln");
        assert_eq!((&answer[1]["id"], &answer[2]["id"]), (&json!("a1"), &json!("b_2")));
        let results = &sent["messages"][2]["content"];
        assert_eq!(
            (&results[0]["is_error"], &results[1]["is_error"]),
            (&Value::Null, &json!(true))
        );
        assert_eq!(
            (&results[1]["tool_use_id"], &results[1]["content"]),
            (&json!("b_2"), &json!("Tea"))
        );
        assert_eq!(sent["temperature"], 1.0);
        let schema = json!({ "type": "object", "properties": { "at": { "type": "string" } } });
        assert_eq!(sent["tools"][0]["input_schema"], schema);
        assert_eq!(sent.get("tool_choice"), None);
    }

    #[test]
    fn images_of_results_come_after_all_of_them() {
        let bytes = b"\x89PNG".to_vec().into();
        let mut talk = talk();
        talk.messages[3].images = vec![InlineImage { media_type: "image/png".to_owned(), bytes }];

        let sent = chat(&talk, "claude-test", &Capabilities::default()).body;

        let kinds = sent["messages"][2]["content"].as_array().into_iter().flatten();
        let kinds: Vec<&Value> = kinds.map(|block| &block["type"]).collect();
        assert_eq!(kinds, ["tool_result", "tool_result", "image", "text"]);
        let blind = Capabilities { hides_images: true, ..Capabilities::default() };
        assert!(!chat(&talk, "claude-test", &blind).body.to_string().contains("base64"));
    }

    #[test]
    fn what_is_sent_again_with_the_next_message_is_marked_to_be_kept() {
        let sent = chat(&talk(), "claude-test", &Capabilities::default()).body;

        let kept = json!({ "type": "ephemeral" });
        let marked = [&sent["system"][0], &sent["tools"][0], &sent["messages"][2]["content"][1]];
        assert!(marked.iter().all(|one| one["cache_control"] == kept), "{sent}");
        assert_eq!(sent.to_string().matches("cache_control").count(), 3);
        let bare = chat(&ChatRequest::default(), "claude-test", &Capabilities::default()).body;
        assert_eq!((bare.get("system"), bare.get("tools")), (None, None));
    }

    fn request(schema: &Value) -> TextRequest {
        TextRequest {
            prompt: "Go".to_owned(),
            format: TextFormat::Json { schema: schema.clone() },
            ..TextRequest::default()
        }
    }

    #[test]
    fn models_that_take_a_schema_are_sent_it_and_may_still_call_tools() {
        let schema = json!({
            "type": "object",
            "properties": { "title": { "type": "string", "maxLength": 30 } },
        });
        let config = json!({ "format": { "type": "json_schema", "schema": {
            "type": "object",
            "properties": { "title": { "type": "string" } },
            "additionalProperties": false,
        } } });
        let usual = Capabilities::default();

        let asked = text(&request(&schema), "claude-sonnet-4-6", &usual);
        assert_eq!((&asked.body["output_config"], asked.answer_tool), (&config, None));
        assert_eq!(asked.body.get("tools"), None);
        assert!(asked.body["system"][0]["text"].to_string().contains("maxLength"));
        let with_schema = ChatRequest { schema: Some(schema.clone()), ..talk() };
        let asked = chat(&with_schema, "claude-sonnet-4-6", &usual);
        assert_eq!((&asked.body["output_config"], asked.answer_tool), (&config, None));
        assert_eq!(asked.body.get("tool_choice"), None);

        let mut refused = usual.clone();
        refused.left_out.insert(Field::OutputConfig);
        for (model, known) in [("claude-3-5-haiku-latest", &usual), ("claude-sonnet-4-6", &refused)]
        {
            let asked = text(&request(&schema), model, known);
            assert_eq!(asked.body.get("output_config"), None);
            assert_eq!(asked.answer_tool.as_deref(), Some("answer"));
        }
    }

    #[test]
    fn json_is_the_arguments_of_a_tool_or_is_asked_for_in_words() {
        let object = json!({ "type": "object", "properties": {} });
        let list = json!({ "type": "array" });
        let usual = Capabilities::default();

        let forced = text(&request(&object), "m", &usual);
        assert_eq!(forced.answer_tool.as_deref(), Some("answer"));
        assert_eq!(forced.body["tool_choice"], json!({ "type": "tool", "name": "answer" }));
        let by_words = Capabilities { json: JsonWay::Prompt, ..usual.clone() };
        for (schema, known) in [(&list, &usual), (&object, &by_words)] {
            let asked = text(&request(schema), "m", known);
            assert_eq!((asked.answer_tool, asked.body.get("tools")), (None, None));
            assert!(asked.body["system"][0]["text"].to_string().contains("JSON Schema"));
        }
        // In a talk with tools the model calls one of them, or answers.
        let mut with_schema = ChatRequest { schema: Some(object), ..talk() };
        with_schema.tools[0].name = "answer".to_owned();
        let asked = chat(&with_schema, "m", &usual);
        assert_eq!(asked.body["tool_choice"], json!({ "type": "any" }));
        assert_eq!(
            (asked.answer_tool.as_deref(), &asked.body["tools"][1]["name"]),
            (Some("answer_"), &json!("answer_"))
        );
    }
}
