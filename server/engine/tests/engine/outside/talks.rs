//! Talks over the wires of OpenAI and of Ollama, against servers that answer what their published
//! references show. The files of `fixtures` are written from those references (“Chat”, “Responses”,
//! “Streaming events”; “Generate a chat completion”); nobody has recorded them from the vendors.

use model::{
    agent::talk::{Message, ToolUse},
    execution::failure::Failure,
};
use outside::providers::{
    ChatAnswer, ChatMessage, ChatPiece, ChatRequest, ChatTool, Ending, InlineImage, Provider, Usage,
};
use serde_json::{Map, Value, json};

use super::{
    providers::{ollama, openai},
    wire::{Answer, Wire},
};

const COMPLETIONS: &str = include_str!("fixtures/openai/chat_completions_calls.sse");
const RESPONSES: &str = include_str!("fixtures/openai/responses_calls.sse");
const OLLAMA: &str = include_str!("fixtures/ollama_chat_calls.ndjson");
const RESPONSES_TEXT: &str = include_str!("fixtures/openai/responses_text.json");

pub fn said(message: Message) -> ChatMessage {
    ChatMessage { message, images: vec![] }
}

fn assistant(text: &str, calls: Vec<ToolUse>) -> Message {
    let (text, reasoning) = (text.to_owned(), String::new());
    Message::Assistant { text, reasoning, calls, provider_data: None }
}

fn weather() -> ChatTool {
    ChatTool {
        name: "get_weather".to_owned(),
        description: "Tells the weather.".to_owned(),
        input_schema: json!({ "type": "object", "properties": { "location": { "type": "string" } } }),
        only_reads: true,
    }
}

fn request(model: &str) -> ChatRequest {
    let messages = vec![
        said(Message::System { text: "Be brief.".to_owned() }),
        said(Message::User { text: "What is the weather?".to_owned(), images: vec![] }),
    ];
    ChatRequest {
        model: Some(model.to_owned()),
        messages,
        tools: vec![weather()],
        idempotency_key: "turn-1".to_owned(),
        ..ChatRequest::default()
    }
}

async fn talk(wire: &Wire, request: &ChatRequest) -> (Vec<String>, Result<ChatAnswer, Failure>) {
    talk_with(&openai(wire.address), request).await
}

/// What was streamed, marked by its kind, and the answer.
pub async fn talk_with(
    provider: &dyn Provider,
    request: &ChatRequest,
) -> (Vec<String>, Result<ChatAnswer, Failure>) {
    let mut streamed = vec![];
    let mut sink = |piece: ChatPiece<'_>| {
        streamed.push(match piece {
            ChatPiece::Text(text) => format!("text {text}"),
            ChatPiece::Thought(text) => format!("thought {text}"),
            ChatPiece::Call(name) => format!("call {name}"),
        });
    };
    let answer = provider.chat(request, &mut sink).await;
    (streamed, answer.map_err(|error| error.failure))
}

fn calls(answer: &ChatAnswer) -> Vec<(String, String, Value)> {
    let Message::Assistant { calls, .. } = &answer.message else { return vec![] };
    let told = calls
        .iter()
        .map(|call| (call.id.clone(), call.name.clone(), Value::Object(call.arguments.clone())));
    told.collect()
}

#[tokio::test]
async fn calls_come_by_chat_completions_piece_by_piece() {
    let wire = Wire::serving(Answer::raw_stream(COMPLETIONS)).await;

    let (streamed, answer) = talk(&wire, &request("gpt-4o-mini")).await;

    let answer = answer.unwrap();
    let paris = json!({ "location": "Paris, France" });
    let (first, second) = ("call_DdmO9pD3xa9XTPNJ32zg2hcA", "call_ABC9pD3xa9XTPNJ32zg2hcA");
    assert_eq!(
        calls(&answer),
        [
            (first.to_owned(), "get_weather".to_owned(), paris),
            (second.to_owned(), "get_time".to_owned(), json!({})),
        ]
    );
    assert_eq!(streamed, ["call get_weather", "call get_time"]);
    assert_eq!(
        answer.usage,
        Usage { input_tokens: 2006, output_tokens: 300, cached_tokens: 1920, ..Usage::default() }
    );
    assert_eq!((answer.cached_tokens, answer.ending), (1920, Ending::Calls));
    assert_eq!(answer.model, "gpt-4o-mini-2024-07-18");
    let sent = wire.last();
    assert_eq!(sent.path, "/v1/chat/completions");
    assert_eq!(sent.header("idempotency-key"), "turn-1");
    let body = sent.json();
    assert_eq!(body["messages"][0], json!({ "role": "system", "content": "Be brief." }));
    assert_eq!(body["tools"][0]["function"]["name"], "get_weather");
    assert_eq!((&body["tool_choice"], &body["stream"]), (&json!("auto"), &json!(true)));
}

#[tokio::test]
async fn a_server_that_points_to_the_responses_api_is_asked_by_it() {
    let wire = Wire::answering(|seen| {
        if seen.path == "/v1/responses" {
            return Answer::raw_stream(RESPONSES);
        }
        let words = "This model is only supported in v1/responses and not in v1/chat/completions.";
        Answer::json(404, json!({ "error": { "message": words, "type": "invalid_request_error" } }))
    })
    .await;

    let (streamed, answer) = talk(&wire, &request("o3")).await;

    let answer = answer.unwrap();
    let paris = json!({ "location": "Paris, France" });
    let call = ("call_12345xyz".to_owned(), "get_weather".to_owned(), paris);
    assert_eq!(calls(&answer), [call]);
    let thoughts = ["thought The weather ", "thought is asked for.", "thought \n\n"];
    assert_eq!(streamed[..3], thoughts);
    assert_eq!(streamed[3..], ["call get_weather"]);
    assert_eq!(
        answer.usage,
        Usage { input_tokens: 328, output_tokens: 52, cached_tokens: 256, ..Usage::default() }
    );
    assert_eq!((answer.cached_tokens, answer.ending), (256, Ending::Calls));
    let body = wire.last().json();
    assert_eq!(body["instructions"], "Be brief.");
    assert_eq!((&body["store"], &body["tools"][0]["strict"]), (&json!(false), &json!(false)));
    assert_eq!(body["include"], json!(["reasoning.encrypted_content"]));

    // The next turn: the thoughts go back as they were sealed, before the call that they led to.
    let mut next = request("o3");
    next.messages.push(said(answer.message));
    next.messages.push(said(Message::Tool {
        call_id: "call_12345xyz".to_owned(),
        name: "get_weather".to_owned(),
        content: "18 °C".to_owned(),
        is_error: false,
        edited: None,
    }));
    talk(&wire, &next).await.1.unwrap();
    let input = wire.last().json()["input"].clone();
    assert_eq!(
        (&input[1]["type"], &input[1]["encrypted_content"]),
        (&json!("reasoning"), &json!("gAAAAABo"))
    );
    assert_eq!(
        (&input[2]["type"], &input[2]["call_id"]),
        (&json!("function_call"), &json!("call_12345xyz"))
    );
    assert_eq!(
        input[3],
        json!({ "type": "function_call_output", "call_id": "call_12345xyz", "output": "18 °C" })
    );
}

#[tokio::test]
async fn a_response_that_comes_whole_is_understood_too() {
    let whole: Value = serde_json::from_str(RESPONSES_TEXT).unwrap();
    let wire = Wire::serving(Answer::json(200, whole)).await;

    let (streamed, answer) = talk(&wire, &request("gpt-4.1")).await;

    let answer = answer.unwrap();
    assert_eq!(answer.message, assistant("It is 18 °C in Paris.", vec![]));
    assert_eq!(streamed, ["text It is 18 °C in Paris."]);
    assert_eq!(answer.usage, Usage { input_tokens: 36, output_tokens: 87, ..Usage::default() });
    assert_eq!(answer.ending, Ending::Complete);
}

#[tokio::test]
async fn an_ollama_is_told_how_much_to_read_and_streams_line_by_line() {
    let lines = Answer::raw(200, "application/x-ndjson", OLLAMA);
    let wire = Wire::serving(lines).await;
    let provider = ollama(wire.address).await;

    let (streamed, answer) = talk_with(&provider, &request("qwen3:8b")).await;

    let answer = answer.unwrap();
    let call = ("call00000".to_owned(), "get_weather".to_owned(), json!({ "location": "Paris" }));
    assert_eq!(calls(&answer), [call]);
    assert_eq!(streamed, ["thought The weather ", "thought is asked for.", "call get_weather"]);
    assert_eq!(answer.usage, Usage { input_tokens: 169, output_tokens: 15, ..Usage::default() });
    let sent = wire.last();
    assert_eq!(sent.path, "/api/chat");
    let window = provider.context_window("qwen3:8b");
    assert_eq!(sent.json()["options"]["num_ctx"], window);
    assert_eq!(window, 32_768);

    let cut = OLLAMA.lines().next().unwrap();
    let wire =
        Wire::serving(Answer::raw(200, "application/x-ndjson", &format!("{cut}\n{cut}\n"))).await;
    let failure = talk_with(&ollama(wire.address).await, &request("qwen3:8b")).await.1.unwrap_err();
    assert_eq!((failure.code.as_str(), failure.may_have_happened), ("stream_broken", true));
}

/// An answer with this message and finish reason.
fn whole(message: Value, finish: &str) -> Answer {
    Answer::json(200, json!({ "choices": [{ "message": message, "finish_reason": finish }] }))
}

#[tokio::test]
async fn refusal_cut_off_and_calls_are_told_apart() {
    let call = json!({ "id": "a", "function": { "name": "get_weather", "arguments": "{\"loc" } });
    let event = |kind: &str, more: Value| {
        let response = json!({ "status": kind, "output": [], "incomplete_details": more });
        format!("data: {}\n\n", json!({ "type": format!("response.{kind}"), "response": response }))
    };
    let half = "data: {\"type\": \"response.output_text.delta\", \"delta\": \"It is\"}\n\n";
    let reason = |reason: &str| json!({ "reason": reason });
    let incomplete = |why: &str| format!("{half}{}", event("incomplete", reason(why)));
    for (answer, text, ending) in [
        (whole(json!({ "content": null, "refusal": "No." }), "stop"), "No.", Ending::Refused),
        (whole(json!({ "content": "It is" }), "content_filter"), "It is", Ending::Refused),
        (whole(json!({ "content": "It is" }), "length"), "It is", Ending::CutOff),
        (whole(json!({ "content": "", "tool_calls": [call] }), "length"), "", Ending::CutOff),
        (Answer::raw_stream(&incomplete("max_output_tokens")), "It is", Ending::CutOff),
        (Answer::raw_stream(&incomplete("content_filter")), "It is", Ending::Refused),
    ] {
        let wire = Wire::serving(answer).await;
        let answer = talk(&wire, &request("gpt-4o")).await.1.unwrap();
        assert_eq!((answer.message, answer.ending), (assistant(text, vec![]), ending));
    }
}

#[tokio::test]
async fn bad_arguments_and_missing_ids_make_calls_that_can_be_answered() {
    let call =
        |arguments: Value| json!({ "function": { "name": "get_weather", "arguments": arguments } });
    let calls = json!([call(json!("{\"location\": Paris}")), call(json!({ "location": "Rome" }))]);
    let wire =
        Wire::serving(whole(json!({ "content": null, "tool_calls": calls }), "tool_calls")).await;
    let mut request = request("llama3");
    let before = ToolUse { id: "call00000".to_owned(), name: "x".to_owned(), ..ToolUse::default() };
    request.messages.push(said(assistant("", vec![before])));

    let answer = talk(&wire, &request).await.1.unwrap();

    let Message::Assistant { calls, .. } = answer.message else { panic!("an answer") };
    assert_eq!((calls[0].id.as_str(), calls[1].id.as_str()), ("call00001", "call00002"));
    assert_eq!(calls[0].arguments, Map::new());
    assert!(calls[0].fault().unwrap().contains("{\"location\": Paris}"));
    assert_eq!((calls[1].fault(), &calls[1].arguments["location"]), (None, &json!("Rome")));
}

#[tokio::test]
async fn what_was_said_goes_along_as_the_format_wants_it() {
    let wire = Wire::serving(Answer::stream(&["ok"])).await;
    let mut request = request("gpt-4o");
    let image =
        InlineImage { media_type: "image/png".to_owned(), bytes: b"\x89PNG".to_vec().into() };
    request.messages[1].images.push(image);
    let arguments = json!({ "location": "Paris" }).as_object().cloned().unwrap();
    let call = ToolUse {
        id: "a".to_owned(),
        name: "functions.get_weather".to_owned(),
        arguments,
        malformed: None,
    };
    request.messages.push(said(assistant("", vec![call])));
    request.messages.push(said(Message::Tool {
        call_id: "a".to_owned(),
        name: "get_weather".to_owned(),
        content: "18 °C".to_owned(),
        is_error: false,
        edited: None,
    }));

    talk(&wire, &request).await.1.unwrap();

    let messages = wire.last().json()["messages"].clone();
    let image = &messages[1]["content"][1];
    assert_eq!(image["image_url"]["url"], "data:image/png;base64,iVBORw==");
    let function =
        json!({ "name": "functions_get_weather", "arguments": "{\"location\":\"Paris\"}" });
    let call = json!({ "id": "a", "type": "function", "function": function });
    assert_eq!(messages[2], json!({ "role": "assistant", "content": null, "tool_calls": [call] }));
    assert_eq!(messages[3], json!({ "role": "tool", "tool_call_id": "a", "content": "18 °C" }));
}

/// The end of a talk: a call whose result has an image.
fn with_an_image(model: &str) -> ChatRequest {
    let call = ToolUse { id: "a".to_owned(), name: "draw".to_owned(), ..ToolUse::default() };
    let image =
        InlineImage { media_type: "image/png".to_owned(), bytes: b"\x89PNG".to_vec().into() };
    let result = Message::Tool {
        call_id: "a".to_owned(),
        name: "draw".to_owned(),
        content: "Drawn.".to_owned(),
        is_error: false,
        edited: None,
    };
    let mut request = request(model);
    request.messages.push(said(assistant("", vec![call])));
    request.messages.push(ChatMessage { images: vec![image], ..said(result) });
    request
}

#[tokio::test]
async fn images_of_results_follow_them_unless_the_model_takes_none() {
    let wire = Wire::answering(|seen| {
        let words = "messages[4]: unknown variant `image_url`, expected `text`";
        if seen.json()["model"] == "blind" && seen.json().to_string().contains("image_url") {
            return Answer::json(400, json!({ "error": { "message": words } }));
        }
        Answer::stream(&["ok"])
    })
    .await;

    let provider = openai(wire.address);
    talk_with(&provider, &with_an_image("gpt-4o")).await.1.unwrap();
    let shown = wire.last().json()["messages"][4].clone();
    assert_eq!(
        (&shown["role"], &shown["content"][1]["type"]),
        (&json!("user"), &json!("image_url"))
    );

    // Refused, and then without: each time, because other images may be taken.
    for calls in [3, 5] {
        talk_with(&provider, &with_an_image("blind")).await.1.unwrap();
        let sent = wire.last().json()["messages"].clone();
        assert_eq!((sent[3]["content"].as_str(), &sent[4]), (Some("Drawn."), &Value::Null));
        assert_eq!(wire.calls(), calls);
    }
}

#[tokio::test]
async fn an_answer_with_nothing_in_it_is_one_and_is_not_given_back() {
    let wire = Wire::serving(whole(json!({ "content": "" }), "stop")).await;
    let mut request = request("gpt-4o");

    let answer = talk(&wire, &request).await.1.unwrap();

    assert_eq!((&answer.message, answer.ending), (&assistant("", vec![]), Ending::Complete));
    request.messages.push(said(answer.message));
    talk(&wire, &request).await.1.unwrap();
    assert_eq!(wire.last().json()["messages"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_schema_is_the_servers_own_beside_no_tools_and_words_beside_some() {
    let wire = Wire::serving(Answer::stream(&["Sure:\n", "{\"title\": \"Tea\"}"])).await;
    let schema = json!({ "type": "object", "examples": [{ "title": "canned" }] });
    let with_tools = ChatRequest { schema: Some(schema), ..request("gpt-4o") };
    let without = ChatRequest { tools: vec![], ..with_tools.clone() };

    let answer = talk(&wire, &without).await.1.unwrap();
    assert_eq!(answer.message, assistant("{\"title\": \"Tea\"}", vec![]));
    let body = wire.last().json();
    assert_eq!(body["response_format"]["json_schema"]["schema"], json!({ "type": "object" }));

    talk(&wire, &with_tools).await.1.unwrap();
    let body = wire.last().json();
    assert_eq!(body.get("response_format"), None);
    let system = body["messages"][0]["content"].as_str().unwrap();
    assert!(system.contains("JSON Schema") && !system.contains("canned"), "{system}");
}

#[tokio::test]
async fn what_a_server_wants_back_beside_calls_goes_back_to_the_same_model() {
    let call = json!({
        "id": "a",
        "function": { "name": "get_weather", "arguments": "{}" },
        "extra_content": { "google": { "thought_signature": "c2ln" } },
    });
    let thought = |text: &str| json!({ "type": "reasoning.text", "index": 0, "text": text, "signature": null });
    let sealed = json!({ "type": "reasoning.encrypted", "index": 1, "data": "c2VhbA", "id": "a" });
    let details = json!([thought("h"), thought("m"), sealed]);
    let message = json!({
        "content": "",
        "reasoning_content": "hm",
        "reasoning_details": details,
        "tool_calls": [call],
    });
    let wire = Wire::serving(whole(message, "tool_calls")).await;
    let answer = talk(&wire, &request("gemini-3")).await.1.unwrap();

    for (model, is_same) in [("gemini-3", true), ("other", false)] {
        let mut next = request(model);
        next.messages.push(said(answer.message.clone()));
        talk(&wire, &next).await.1.unwrap();
        let sent = wire.last().json()["messages"][2].clone();
        let signature = &sent["tool_calls"][0]["extra_content"]["google"]["thought_signature"];
        assert_eq!((*signature == "c2ln", sent["reasoning_content"] == "hm"), (is_same, is_same));
        let details = json!([thought("hm"), sealed]);
        assert_eq!(sent["reasoning_details"] == details, is_same, "{sent}");
    }
}

#[tokio::test]
async fn a_talk_that_is_too_long_says_so() {
    let words = "This model's maximum context length is 8192 tokens.";
    let error = json!({ "error": { "message": words, "code": "context_length_exceeded" } });
    let wire = Wire::serving(Answer::json(400, error)).await;

    let failure = talk(&wire, &request("gpt-4")).await.1.unwrap_err();

    assert_eq!((failure.code.as_str(), wire.calls()), ("context_full", 1));
}
