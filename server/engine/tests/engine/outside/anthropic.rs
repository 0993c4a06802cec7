//! Anthropic's wire, against servers that answer what its published reference shows. The files of
//! `fixtures/anthropic` are written from that reference (“Messages”, “Streaming messages”, “Errors”);
//! nobody has recorded them from the vendor.

use std::net::SocketAddr;

use model::{
    agent::talk::Message,
    execution::failure::{Failure, FailureClass, HoldReason},
    provider::Pace,
};
use outside::providers::{
    Anthropic, AnthropicSettings, CapabilityCache, ChatAnswer, ChatRequest, ChatTool, Ending,
    InlineImage, Provider, TextFormat, TextRequest, Usage,
};
use serde_json::{Value, json};
use vault::secret::Secret;

use super::{
    providers::{self, client, hello},
    talks::{said, talk_with},
    wire::{Answer, Wire},
};

pub const TEXT: &str = include_str!("fixtures/anthropic/text.sse");
const CALLS: &str = include_str!("fixtures/anthropic/calls.sse");
const REFUSAL: &str = include_str!("fixtures/anthropic/refusal.sse");
pub const KEY: &str = "sk-ant-canary-4f9a-Zz81";

fn anthropic(address: SocketAddr) -> Anthropic {
    let settings = AnthropicSettings {
        base_url: format!("http://{address}/v1").parse().unwrap(),
        api_key: Some(Secret::new(KEY)),
        text_model: "claude-test".to_owned(),
        pace: Pace::default(),
    };
    Anthropic::new(client(address), settings, CapabilityCache::default())
}

async fn text(wire: &Wire, request: &TextRequest) -> (String, Result<String, Failure>) {
    let (streamed, answer) = providers::text(&anthropic(wire.address), request).await;
    (streamed, answer.map(|answer| answer.text))
}

fn weather() -> ChatRequest {
    let tool = |name: &str| ChatTool {
        name: name.to_owned(),
        description: "Tells it.".to_owned(),
        input_schema: json!({ "type": "object", "properties": {} }),
        only_reads: true,
    };
    ChatRequest {
        messages: vec![
            said(Message::System { text: "Be brief.".to_owned() }),
            said(Message::User { text: "What is the weather?".to_owned(), images: vec![] }),
        ],
        tools: vec![tool("get_weather"), tool("get_time")],
        idempotency_key: "turn-1".to_owned(),
        ..ChatRequest::default()
    }
}

async fn talk(wire: &Wire, request: &ChatRequest) -> (Vec<String>, Result<ChatAnswer, Failure>) {
    talk_with(&anthropic(wire.address), request).await
}

fn events(events: &[Value]) -> String {
    events.iter().map(|event| format!("data: {event}\n\n")).collect()
}

/// An answer that calls the tool which answers, with arguments cut into these pieces.
fn forced(pieces: &[&str], stop: &str) -> String {
    let begin = json!({ "type": "tool_use", "id": "toolu_1", "name": "answer", "input": {} });
    let usage = json!({ "input_tokens": 9, "output_tokens": 1 });
    let mut told = vec![
        json!({ "type": "message_start", "message": { "model": "served", "usage": usage } }),
        json!({ "type": "content_block_start", "index": 0, "content_block": begin }),
    ];
    told.extend(pieces.iter().map(|piece| {
        let delta = json!({ "type": "input_json_delta", "partial_json": piece });
        json!({ "type": "content_block_delta", "index": 0, "delta": delta })
    }));
    let usage = json!({ "output_tokens": 5 });
    told.push(json!({ "type": "message_delta", "delta": { "stop_reason": stop }, "usage": usage }));
    told.push(json!({ "type": "message_stop" }));
    events(&told)
}

#[tokio::test]
async fn a_text_is_passed_on_as_it_comes_and_its_tokens_are_counted() {
    let wire = Wire::serving(Answer::raw_stream(TEXT)).await;
    let image = InlineImage { media_type: "image/png".to_owned(), bytes: vec![1, 2, 3].into() };
    let request = TextRequest {
        model: Some("anthropic/claude-special".to_owned()),
        system: Some("Be brief.".to_owned()),
        temperature: Some(0.5),
        max_tokens: Some(50),
        images: vec![image],
        ..hello()
    };

    let (streamed, answer) = providers::text(&anthropic(wire.address), &request).await;

    let answer = answer.unwrap();
    assert_eq!((streamed.as_str(), answer.text.as_str()), ("Hello wörld", "Hello wörld"));
    assert_eq!(answer.usage, Usage { input_tokens: 25, output_tokens: 15, ..Usage::default() });
    assert_eq!(answer.model, "claude-sonnet-4-6");
    assert!(answer.manner.streams && answer.manner.counts && !answer.is_cut_off);
    let seen = wire.last();
    assert_eq!(seen.path, "/v1/messages");
    assert_eq!(
        (seen.header("x-api-key").as_str(), seen.header("authorization").as_str()),
        (KEY, "")
    );
    assert_eq!(seen.header("anthropic-version"), "2023-06-01");
    assert_eq!(seen.header("idempotency-key"), "atl-1");
    let body = seen.json();
    assert_eq!((&body["model"], &body["max_tokens"]), (&json!("claude-special"), &json!(50)));
    assert_eq!(body["system"], json!([{ "type": "text", "text": "Be brief." }]));
    let content = &body["messages"][0]["content"];
    assert_eq!(content[0]["source"]["data"], "AQID");
    assert_eq!(content[1], json!({ "type": "text", "text": "Say hello" }));
    assert!(!seen.body_text().contains(KEY));
}

#[tokio::test]
async fn a_talk_streams_thoughts_text_and_calls_and_keeps_what_is_given_back() {
    let wire = Wire::serving(Answer::raw_stream(CALLS)).await;

    let (streamed, answer) = talk(&wire, &weather()).await;

    let answer = answer.unwrap();
    let heard = ["thought The weather ", "thought is asked for.", "text I look."];
    assert_eq!(streamed[..3], heard);
    assert_eq!(streamed[3..], ["call get_weather", "call get_time"]);
    assert_eq!(
        answer.usage,
        Usage { input_tokens: 2160, output_tokens: 89, cached_tokens: 2000, ..Usage::default() }
    );
    assert_eq!((answer.cached_tokens, answer.ending), (2000, Ending::Calls));
    assert_eq!(answer.model, "claude-opus-4-6");
    let Message::Assistant { text, reasoning, calls, provider_data } = &answer.message else {
        panic!("{answer:?}")
    };
    assert_eq!((text.as_str(), reasoning.as_str()), ("I look.", "The weather is asked for."));
    assert_eq!((calls[0].id.as_str(), calls[0].name.as_str()), ("toolu_01Oslo", "get_weather"));
    assert_eq!(Value::Object(calls[0].arguments.clone()), json!({ "location": "Oslo" }));
    assert!(calls[1].arguments.is_empty() && calls[1].malformed.is_none());
    let sent = provider_data.as_ref().map(|data| data["anthropic"][0].clone()).unwrap_or_default();
    assert_eq!(sent["signature"], "RXFRQkNrSUlB");
    assert_eq!(sent["thinking"], "The weather is asked for.");

    // And it is given back with the next request, before the calls it led to.
    let mut next = weather();
    next.messages.push(said(answer.message.clone()));
    next.messages.extend(calls.iter().map(|call| {
        said(Message::Tool {
            call_id: call.id.clone(),
            name: call.name.clone(),
            content: "Rain".to_owned(),
            is_error: false,
            edited: None,
        })
    }));
    talk(&wire, &next).await.1.unwrap();
    let body = wire.last().json();
    let back = &body["messages"][1]["content"];
    assert_eq!((&back[0], &back[2]["type"]), (&sent, &json!("tool_use")));
    assert_eq!(body["messages"][2]["content"][1]["tool_use_id"], "toolu_01Time");
}

#[tokio::test]
async fn a_refusal_and_a_cut_are_told_from_an_answer() {
    let refusal = Wire::serving(Answer::raw_stream(REFUSAL)).await;
    let failure = text(&refusal, &hello()).await.1.unwrap_err();
    assert_eq!(
        (failure.code.as_str(), failure.class),
        ("content_refused", FailureClass::Permanent)
    );
    assert_eq!(failure.message, "Anthropic: I can't help with that");
    let refused = talk(&refusal, &weather()).await.1.unwrap();
    assert_eq!(refused.ending, Ending::Refused);

    // A call that is cut off is not made.
    let cut = CALLS.replace("\"stop_reason\":\"tool_use\"", "\"stop_reason\":\"max_tokens\"");
    let answer = talk(&Wire::serving(Answer::raw_stream(&cut)).await, &weather()).await.1.unwrap();
    assert_eq!(answer.ending, Ending::CutOff);
    assert!(matches!(&answer.message, Message::Assistant { calls, .. } if calls.is_empty()));
}

#[tokio::test]
async fn json_is_what_a_tool_is_called_with_and_by_words_where_that_is_refused() {
    let schema = json!({ "type": "object", "properties": { "ready": { "type": "boolean" } } });
    let model = Some("claude-3-test".to_owned());
    let request = TextRequest { model, format: TextFormat::Json { schema }, ..hello() };
    let wire =
        Wire::serving(Answer::raw_stream(&forced(&["{\"ready\":", "true}"], "tool_use"))).await;

    let (streamed, answer) = text(&wire, &request).await;

    assert_eq!(
        (streamed.as_str(), answer.unwrap().as_str()),
        ("{\"ready\":true}", "{\"ready\":true}")
    );
    assert_eq!(wire.last().json()["tool_choice"]["name"], "answer");

    let cut = Wire::serving(Answer::raw_stream(&forced(&["{\"ready\":"], "max_tokens"))).await;
    assert_eq!(text(&cut, &request).await.1.unwrap_err().code, "cut_off");

    let fussy = Wire::answering(|seen| {
        if seen.json().get("tool_choice").is_none() {
            return Answer::raw_stream(&TEXT.replace("Hel", "{}").replace("lo wörld", " there"));
        }
        let message = "tool_choice: forced tools are not supported with this model";
        let error = json!({ "type": "invalid_request_error", "message": message });
        Answer::json(400, json!({ "type": "error", "error": error }))
    });
    let fussy = fussy.await;
    assert_eq!(text(&fussy, &request).await.1.unwrap(), "{}");
    assert_eq!(fussy.calls(), 2);
    assert!(fussy.last().body_text().contains("JSON Schema"));
}

#[tokio::test]
async fn newer_models_are_held_to_the_schema_and_by_a_tool_where_that_is_refused() {
    let schema = json!({ "type": "object", "properties": { "ready": { "type": "boolean" } } });
    let request = TextRequest { format: TextFormat::Json { schema }, ..hello() };
    let whole = TEXT.replace("Hel", "{\\\"ready\\\":").replace("lo wörld", "true}");
    let wire = Wire::serving(Answer::raw_stream(&whole)).await;

    assert_eq!(text(&wire, &request).await.1.unwrap(), "{\"ready\":true}");

    let sent = wire.last().json();
    let closed = json!({
        "type": "object",
        "properties": { "ready": { "type": "boolean" } },
        "additionalProperties": false,
    });
    assert_eq!(sent["output_config"]["format"], json!({ "type": "json_schema", "schema": closed }));
    assert_eq!((sent.get("tools"), sent.get("tool_choice")), (None, None));

    // What is said of the schema says nothing of the next one.
    for (words, calls) in [
        ("output_config: Extra inputs are not permitted", 3),
        ("Schema is too complex for compilation.", 4),
    ] {
        let fussy = Wire::answering(move |seen| {
            if seen.json().get("output_config").is_none() {
                return Answer::raw_stream(&forced(&["{\"ready\":true}"], "tool_use"));
            }
            let error = json!({ "type": "invalid_request_error", "message": words });
            Answer::json(400, json!({ "type": "error", "error": error }))
        })
        .await;
        let provider = anthropic(fussy.address);
        for _ in 0..2 {
            let answer = providers::text(&provider, &request).await.1.unwrap();
            assert_eq!(answer.text, "{\"ready\":true}", "{words}");
        }
        assert_eq!(fussy.calls(), calls, "{words}");
        assert_eq!(fussy.last().json()["tool_choice"]["name"], "answer");
    }
}

#[tokio::test]
async fn thoughts_are_no_part_of_a_text() {
    let thought = json!({ "type": "thinking", "thinking": "Short.", "signature": "c2ln" });
    let sealed = json!({ "type": "redacted_thinking", "data": "c2VhbA==" });
    let whole = json!({
        "type": "message", "model": "served", "stop_reason": "end_turn",
        "content": [thought, sealed, { "type": "text", "text": "Hello" }],
        "usage": { "input_tokens": 3, "output_tokens": 9 },
    });
    let wire = Wire::serving(Answer::json(200, whole)).await;

    let (streamed, answer) = providers::text(&anthropic(wire.address), &hello()).await;

    let answer = answer.unwrap();
    assert_eq!((streamed.as_str(), answer.text.as_str()), ("Hello", "Hello"));
    assert_eq!(answer.reasoning, "Short.");
    let told = talk(&wire, &weather()).await.1.unwrap();
    let Message::Assistant { text, provider_data, .. } = told.message else { panic!() };
    assert_eq!(
        (text.as_str(), provider_data),
        ("Hello", Some(json!({ "anthropic": [thought, sealed] })))
    );
}

#[tokio::test]
async fn a_talk_with_a_schema_ends_with_the_tool_that_answers() {
    let schema = json!({ "type": "object", "properties": {} });
    let wire = Wire::serving(Answer::raw_stream(&forced(&["{\"a\": 1}"], "tool_use"))).await;

    let request = ChatRequest { schema: Some(schema), ..weather() };
    let (streamed, answer) = talk(&wire, &request).await;

    let answer = answer.unwrap();
    assert_eq!(
        (answer.ending, streamed.as_slice()),
        (Ending::Complete, &["text {\"a\": 1}".to_owned()][..])
    );
    assert!(matches!(&answer.message, Message::Assistant { text, .. } if text == "{\"a\": 1}"));
    assert_eq!(wire.last().json()["tool_choice"], json!({ "type": "any" }));
}

#[tokio::test]
async fn an_answer_that_comes_whole_is_understood_too() {
    let whole = json!({
        "type": "message", "model": "served", "stop_reason": "end_turn",
        "content": [{ "type": "text", "text": "Hello" }],
        "usage": { "input_tokens": 3, "output_tokens": 1 },
    });
    let wire = Wire::serving(Answer::json(200, whole)).await;

    let (streamed, answer) = text(&wire, &hello()).await;

    assert_eq!((streamed.as_str(), answer.unwrap().as_str()), ("Hello", "Hello"));
}

/// What the server does, and what it means: class, code, and whether it may have taken effect.
fn troubles() -> Vec<(Answer, FailureClass, &'static str, bool)> {
    let transient = FailureClass::Transient { retry_after_ms: None };
    let hold = FailureClass::Hold { reason: HoldReason::Provider };
    let error = |kind: &str, message: &str| json!({ "type": "error", "error": { "type": kind, "message": message } });
    let answer = |status, kind, message| Answer::json(status, error(kind, message));
    let waits = FailureClass::Transient { retry_after_ms: Some(7_000) };
    let no_credit = "Your credit balance is too low to access the Anthropic API.";
    let too_long = "prompt is too long: 210000 tokens > 200000 maximum";
    let overloaded = events(&[error("overloaded_error", "Overloaded")]);
    let begun = TEXT.split_inclusive("\n\n").take(4).collect::<String>();
    vec![
        (
            answer(429, "rate_limit_error", "Too many").with_header("retry-after", "7"),
            waits,
            "rate_limited",
            false,
        ),
        (answer(529, "overloaded_error", "Overloaded"), transient, "provider_unavailable", false),
        (answer(500, "api_error", "Internal"), transient, "provider_unavailable", false),
        (
            answer(401, "authentication_error", "invalid x-api-key"),
            hold,
            "provider_refused_key",
            false,
        ),
        (answer(403, "permission_error", "Your key may not"), hold, "provider_refused_key", false),
        (answer(400, "invalid_request_error", no_credit), hold, "provider_out_of_credit", false),
        (answer(402, "billing_error", "Pay"), hold, "provider_out_of_credit", false),
        (answer(404, "not_found_error", "model: x"), FailureClass::Permanent, "not_found", false),
        (
            answer(400, "invalid_request_error", too_long),
            FailureClass::Permanent,
            "context_full",
            false,
        ),
        (
            answer(400, "invalid_request_error", "messages: wrong"),
            FailureClass::Permanent,
            "request_refused",
            false,
        ),
        (Answer::raw_stream(&overloaded), transient, "provider_unavailable", true),
        (
            Answer::raw_stream(&format!("{begun}{overloaded}")),
            transient,
            "provider_unavailable",
            true,
        ),
        (Answer::raw_stream(TEXT).cut(), transient, "stream_broken", true),
        (Answer::raw_stream(TEXT).torn(), transient, "connection_broken", true),
        (Answer::raw(200, "text/html", "<html>"), FailureClass::Permanent, "bad_answer", true),
    ]
}

#[tokio::test]
async fn each_trouble_has_its_class_its_code_and_the_vendors_words() {
    for (answer, class, code, may_have_happened) in troubles() {
        let wire = Wire::serving(answer).await;
        for failure in [
            text(&wire, &hello()).await.1.unwrap_err(),
            talk(&wire, &weather()).await.1.unwrap_err(),
        ] {
            assert_eq!(failure.class, class, "{failure:?}");
            assert_eq!(failure.code, code, "{failure:?}");
            assert_eq!(failure.may_have_happened, may_have_happened, "{failure:?}");
            assert!(failure.message.starts_with("Anthropic: "), "{failure:?}");
        }
    }
    let error =
        json!({ "type": "error", "error": { "type": "x", "message": format!("key {KEY}") } });
    let echo = Wire::serving(Answer::json(400, error)).await;
    let said = text(&echo, &hello()).await.1.unwrap_err().message;
    assert!(said.contains("[redacted]") && !said.contains("canary"), "{said}");
}

#[tokio::test]
async fn what_a_broken_answer_has_used_is_known() {
    let wire = Wire::serving(Answer::raw_stream(TEXT).cut()).await;

    let error = anthropic(wire.address).generate_text(&hello(), &mut |_| {}).await.unwrap_err();

    let used = error.used.map(|used| used.usage);
    assert_eq!(used, Some(Usage { input_tokens: 25, ..Usage::default() }), "no word has come");

    let (head, _) = TEXT.split_once("event: message_delta").unwrap();
    let wire = Wire::serving(Answer::raw_stream(head)).await;
    let error = anthropic(wire.address).generate_text(&hello(), &mut |_| {}).await.unwrap_err();
    let used = error.used.unwrap().usage;
    assert_eq!((used.input_tokens, used.is_estimated), (25, true));
    assert!(used.output_tokens > 1, "the words that came are paid: {used:?}");
}
