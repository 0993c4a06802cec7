//! One table of cases over each provider, against servers that speak the wire format.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use engine::deps::keep_capabilities;
use model::{
    execution::failure::{Failure, FailureClass, HoldReason},
    provider::Pace,
};
use outside::outbound::OutboundClient;
use outside::providers::{
    CapabilityCache, ImageRequest, InlineImage, Ollama, OpenAi, OpenAiSettings, Provider,
    ProviderAccess, ProviderSettings, Providers, TextAnswer, TextRequest, Usage,
};
use serde_json::json;
use services::testing::db;
use vault::secret::Secret;

use super::wire::{self, Answer, Wire};
use crate::engine::stub;

const KEY: &str = "sk-canary-4f9a/Zz+81==";

pub fn client(address: SocketAddr) -> OutboundClient {
    OutboundClient::new(stub::allowing(&[address])).unwrap()
}

pub fn openai(address: SocketAddr) -> OpenAi {
    let settings = OpenAiSettings {
        name: "openai",
        label: "OpenAI",
        base_url: format!("http://{address}/v1").parse().unwrap(),
        api_key: Some(Secret::new(KEY)),
        text_model: "gpt-test".to_owned(),
        image_model: "flux-test".to_owned(),
        pace: Pace::default(),
    };
    OpenAi::new(client(address), settings, CapabilityCache::default())
}

pub async fn ollama(address: SocketAddr) -> Ollama {
    Ollama::detect(&client(address), &format!("http://{address}").parse().unwrap()).await.unwrap()
}

/// Both providers that speak the wire format, over one server.
async fn both(wire: &Wire) -> [Arc<dyn Provider>; 2] {
    [Arc::new(openai(wire.address)), Arc::new(ollama(wire.address).await)]
}

pub fn hello() -> TextRequest {
    TextRequest {
        prompt: "Say hello".to_owned(),
        idempotency_key: "atl-1".to_owned(),
        ..TextRequest::default()
    }
}

pub async fn text(
    provider: &dyn Provider,
    request: &TextRequest,
) -> (String, Result<TextAnswer, Failure>) {
    let mut streamed = String::new();
    let answer = provider.generate_text(request, &mut |piece| streamed.push_str(piece)).await;
    (streamed, answer.map_err(|error| error.failure))
}

#[tokio::test]
async fn a_normal_stream_is_passed_on_and_its_tokens_are_counted() {
    let wire = Wire::serving(Answer::stream(&["Hel", "lo ", "wörld"])).await;

    for provider in both(&wire).await {
        let (streamed, answer) = text(&*provider, &hello()).await;
        let answer = answer.unwrap();
        assert_eq!((streamed.as_str(), answer.text.as_str()), ("Hello wörld", "Hello wörld"));
        assert_eq!(answer.usage, Usage { input_tokens: 9, output_tokens: 3, ..Usage::default() });
        assert_eq!(answer.model, "served-model");
    }
}

#[tokio::test]
async fn a_server_that_does_not_stream_is_understood_too() {
    let whole = json!({
        "model": "served-model",
        "choices": [{ "message": { "content": "Hello" }, "finish_reason": "stop" }],
    });
    let wire = Wire::serving(Answer::json(200, whole)).await;

    for provider in both(&wire).await {
        let (streamed, answer) = text(&*provider, &hello()).await;
        let answer = answer.unwrap();
        assert_eq!((streamed.as_str(), answer.text.as_str()), ("Hello", "Hello"));
        assert!(answer.usage.input_tokens > 0, "estimated where the server does not count");
    }
}

/// What a server does, and what it means: class, code, and whether it may have taken effect.
fn troubles() -> Vec<(Answer, FailureClass, &'static str, bool)> {
    let transient = FailureClass::Transient { retry_after_ms: None };
    let hold = FailureClass::Hold { reason: HoldReason::Provider };
    let error =
        |message: &str, code: &str| json!({ "error": { "message": message, "code": code } });
    let limited = Answer::json(429, error("Rate limit exceeded.", "rate_limit_exceeded"));
    let in_stream = "data: {\"error\":{\"message\":\"Overloaded\"}}\n\n";
    vec![
        (
            limited.with_header("retry-after", "7"),
            FailureClass::Transient { retry_after_ms: Some(7_000) },
            "rate_limited",
            false,
        ),
        (
            Answer::json(429, error("No credit", "insufficient_quota")),
            hold,
            "provider_out_of_credit",
            false,
        ),
        (
            Answer::json(500, error("Oops", "server_error")),
            transient,
            "provider_unavailable",
            false,
        ),
        (Answer::json(503, json!({})), transient, "provider_down", false),
        (Answer::json(502, json!({})), transient, "provider_down", true),
        (
            Answer::json(503, json!({})).with_header("retry-after", "7"),
            FailureClass::Transient { retry_after_ms: Some(7_000) },
            "provider_unavailable",
            false,
        ),
        (Answer::json(408, json!({})), transient, "timeout", false),
        (
            Answer::json(401, error("Incorrect API key", "invalid_api_key")),
            hold,
            "provider_refused_key",
            false,
        ),
        (Answer::json(403, json!({})), hold, "provider_refused_key", false),
        (Answer::json(402, json!({})), hold, "provider_out_of_credit", false),
        (
            Answer::json(400, error("Bad size", "x")),
            FailureClass::Permanent,
            "request_refused",
            false,
        ),
        (
            Answer::json(404, error("No such model", "model_not_found")),
            FailureClass::Permanent,
            "not_found",
            false,
        ),
        (Answer::json(422, json!({})), FailureClass::Permanent, "request_refused", false),
        (
            Answer::json(400, error("No", "content_policy_violation")),
            FailureClass::Permanent,
            "content_refused",
            false,
        ),
        (Answer::stream(&["Hel"]).cut(), transient, "stream_broken", true),
        (Answer::stream(&["Hel"]).torn(), transient, "connection_broken", true),
        (
            Answer::raw_stream("data: {\"choices\": [\n\n"),
            FailureClass::Permanent,
            "bad_answer",
            true,
        ),
        (Answer::raw_stream(in_stream), transient, "provider_unavailable", true),
        (Answer::stream(&[]), transient, "empty_answer", true),
        (Answer::stream(&["x"]).endless(), FailureClass::Permanent, "answer_too_large", true),
        (Answer::raw(200, "text/html", "<html>"), FailureClass::Permanent, "bad_answer", true),
    ]
}

#[tokio::test]
async fn each_trouble_has_its_class_its_code_and_the_providers_name() {
    for (answer, class, code, may_have_happened) in troubles() {
        let wire = Wire::serving(answer).await;
        for provider in both(&wire).await {
            let failure = text(&*provider, &hello()).await.1.unwrap_err();
            assert_eq!(failure.class, class, "{failure:?}");
            assert_eq!(failure.code, code, "{failure:?}");
            assert_eq!(failure.may_have_happened, may_have_happened, "{failure:?}");
            let label = if provider.name() == "openai" { "OpenAI: " } else { "Ollama: " };
            assert!(failure.message.starts_with(label), "{failure:?}");
        }
    }
}

#[tokio::test]
async fn a_refusal_is_permanent_and_said_in_the_models_words() {
    let refusal = json!({ "choices": [{ "delta": { "refusal": "I can't help with that." } }] });
    let wire =
        Wire::serving(Answer::raw_stream(&format!("data: {refusal}\n\ndata: [DONE]\n\n"))).await;

    let failure = text(&openai(wire.address), &hello()).await.1.unwrap_err();

    assert_eq!(failure.class, FailureClass::Permanent);
    assert_eq!(failure.message, "OpenAI: I can't help with that");
}

#[tokio::test]
async fn nothing_listening_is_told_from_an_answer_that_got_lost() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let failure = text(&openai(closed), &hello()).await.1.unwrap_err();
    assert_eq!((failure.code.as_str(), failure.may_have_happened), ("provider_away", false));

    let cut = stub::serve_bytes(Vec::new(), stub::Then::Close).await;
    let failure = text(&openai(cut), &hello()).await.1.unwrap_err();
    assert_eq!((failure.code.as_str(), failure.may_have_happened), ("connection_broken", true));
}

#[tokio::test]
async fn requests_carry_what_was_asked_and_the_key_only_in_its_header() {
    let wire = Wire::serving(Answer::stream(&["ok"])).await;
    let request = TextRequest {
        model: Some("openai/gpt-special".to_owned()),
        system: Some("Be brief.".to_owned()),
        temperature: Some(0.5),
        max_tokens: Some(50),
        seed: u64::MAX,
        ..hello()
    };

    text(&openai(wire.address), &request).await.1.unwrap();

    let seen = wire.last();
    assert_eq!(seen.path, "/v1/chat/completions");
    assert_eq!(seen.header("authorization"), format!("Bearer {KEY}"));
    assert_eq!(seen.header("idempotency-key"), "atl-1");
    let body = seen.json();
    assert_eq!(body["model"], "gpt-special");
    assert_eq!(body["messages"][0], json!({ "role": "system", "content": "Be brief." }));
    assert_eq!(body["messages"][1], json!({ "role": "user", "content": "Say hello" }));
    assert_eq!((&body["temperature"], &body["max_tokens"]), (&json!(0.5), &json!(50)));
    assert_eq!(body["stream_options"]["include_usage"], true);
    assert!(body["seed"].as_u64().unwrap() < 1 << 53);
    assert!(!seen.body_text().contains(KEY));
}

#[tokio::test]
async fn rel_s10_a_server_that_echoes_the_key_in_any_form_does_not_get_it_into_a_failure() {
    let hidden = KEY.strip_prefix("sk-").unwrap();
    let echoes = [
        format!("You sent: Authorization: Bearer {KEY}"),
        format!("base64 {}", STANDARD.encode(format!("Bearer {KEY}"))),
        format!("basic {}", STANDARD.encode(format!("user:{KEY}"))),
        "key=sk-canary-4f9a%2FZz%2B81%3D%3D".to_owned(),
        "key=sk-canary-4f9a%2fZz%2b81%3d%3d".to_owned(),
    ];

    for echo in echoes {
        for status in [400, 401, 429, 500] {
            let body = json!({ "error": { "message": echo } });
            let wire = Wire::serving(Answer::json(status, body)).await;
            let failure = text(&openai(wire.address), &hello()).await.1.unwrap_err();
            let said = format!("{failure:?} {}", serde_json::to_string(&failure).unwrap());
            assert!(said.contains("[redacted]"), "{said}");
            assert!(!said.contains(hidden) && !said.contains("canary"), "{said}");
            let inner = STANDARD.encode(&KEY.as_bytes()[3..15]);
            assert!(!said.contains(&inner), "{said}");
        }
    }
    assert!(!format!("{:?}", openai("127.0.0.1:1".parse().unwrap())).contains("canary"));
}

#[tokio::test]
async fn an_image_comes_inside_the_answer_or_from_an_address() {
    let inside = json!({
        "data": [{ "b64_json": STANDARD.encode(wire::png()) }],
        "usage": { "input_tokens": 4, "output_tokens": 8 },
    });
    let server = Wire::serving(Answer::json(200, inside)).await;
    let request = ImageRequest {
        prompt: "A cup".to_owned(),
        width: 640,
        height: 480,
        ..ImageRequest::default()
    };

    let answer = openai(server.address).generate_image(&request).await.unwrap();
    assert_eq!(answer.bytes, wire::png());
    assert_eq!(answer.usage, Usage { input_tokens: 4, output_tokens: 8, ..Usage::default() });
    assert_eq!(server.last().json()["size"], "640x480");

    let at = Wire::serving_images_at_an_address().await;
    let answer = openai(at.address).generate_image(&request).await.unwrap();
    assert_eq!(answer.bytes, wire::png());
    assert_eq!(at.last().path, "/picture.png");
    assert_eq!(at.last().header("authorization"), "", "the key stays with the provider's endpoint");
}

#[tokio::test]
async fn reference_images_travel_as_a_form() {
    let inside = json!({ "data": [{ "b64_json": STANDARD.encode(wire::png()) }] });
    let server = Wire::serving(Answer::json(200, inside)).await;
    let image = InlineImage { media_type: "image/png".to_owned(), bytes: wire::png().into() };
    let request = ImageRequest {
        prompt: "As this".to_owned(),
        references: vec![image],
        ..ImageRequest::default()
    };

    openai(server.address).generate_image(&request).await.unwrap();

    let seen = server.last();
    assert_eq!(seen.path, "/v1/images/edits");
    assert!(seen.header("content-type").starts_with("multipart/form-data; boundary=atelier-"));
    assert!(seen.body_text().contains("name=\"image[]\"; filename=\"reference.png\""));
}

#[tokio::test]
async fn an_address_that_is_private_and_an_image_that_is_none_are_refused() {
    let private = json!({ "data": [{ "url": "http://169.254.169.254/latest/meta-data/" }] });
    let not_an_image = json!({ "data": [{ "b64_json": STANDARD.encode("<svg/>") }] });

    for (body, code) in
        [(private, "address_refused"), (not_an_image, "bad_image"), (json!({}), "bad_answer")]
    {
        let server = Wire::serving(Answer::json(200, body)).await;
        let failure =
            openai(server.address).generate_image(&ImageRequest::default()).await.unwrap_err();
        assert_eq!(failure.failure.code, code, "{failure:?}");
    }
}

#[tokio::test]
async fn the_first_of_openai_ollama_and_sample_answers_and_a_name_before_the_model_decides() {
    let server = Wire::serving(Answer::stream(&["ok"])).await;
    let base = ProviderSettings {
        ollama_url: None,
        sample_words_per_second: 0,
        ..ProviderSettings::default()
    };
    let url = |path: &str| format!("http://{}{path}", server.address).parse().ok();
    let with_ollama = ProviderSettings { ollama_url: url(""), ..base.clone() };
    let access = ProviderAccess {
        base_url: url("/v1"),
        api_key: Some(Secret::new(KEY)),
        ..ProviderAccess::default()
    };
    let with_both = with_ollama.clone().with_access("openai", access);
    let client = client(server.address);

    let none = Providers::detect(&base, &client).await;
    assert!(none.text(Some("gpt-4")).await.is_sample() && none.image(None).is_sample());
    let ollama = Providers::detect(&with_ollama, &client).await;
    assert_eq!((ollama.text(None).await.name(), ollama.image(None).name()), ("ollama", "sample"));
    let both = Providers::detect(&with_both, &client).await;
    assert_eq!((both.text(None).await.name(), both.image(None).name()), ("openai", "openai"));
    assert_eq!(both.text(Some("ollama/llama3")).await.name(), "ollama");
    assert_eq!(both.text(Some("sample")).await.name(), "sample");

    let described = serde_json::to_string(&both.describe().await).unwrap();
    assert!(described.contains("\"has_key\":true") && !described.contains("canary"), "{described}");
    assert_eq!(both.describe().await.ollama_models, ["llama3:latest", "qwen3:8b"]);
}

#[tokio::test]
async fn an_ollama_started_later_answers_without_a_restart_and_is_not_looked_for_all_the_time() {
    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let seldom = ProviderSettings {
        ollama_url: format!("http://{address}").parse().ok(),
        sample_words_per_second: 0,
        ..ProviderSettings::default()
    };
    let often = ProviderSettings { ollama_again: Duration::ZERO, ..seldom.clone() };
    let client = client(address);
    let (seldom, often) =
        (Providers::detect(&seldom, &client).await, Providers::detect(&often, &client).await);
    assert!(often.text(None).await.is_sample() && often.describe().await.text.is_sample);

    let tags = json!({ "models": [{ "name": "llama3:latest" }] });
    let router =
        axum::Router::new().route("/api/tags", axum::routing::get(async move || axum::Json(tags)));
    stub::serve_on(&address.to_string(), router).await;

    assert_eq!(often.describe().await.text.label, "Ollama");
    assert_eq!(often.text(None).await.name(), "ollama");
    assert!(seldom.text(None).await.is_sample(), "it was looked for a moment ago");
}

#[tokio::test]
async fn ollama_answers_for_models_it_does_not_have_with_its_first() {
    let server = Wire::serving(Answer::stream(&["ok"])).await;
    let provider = ollama(server.address).await;

    for (asked, sent) in
        [("ollama/qwen3:8b", "qwen3:8b"), ("llama3", "llama3:latest"), ("gpt-4", "llama3:latest")]
    {
        let request = TextRequest { model: Some(asked.to_owned()), ..hello() };
        text(&provider, &request).await.1.unwrap();
        assert_eq!(server.last().json()["model"], sent, "{asked}");
    }
    assert_eq!(
        provider.generate_image(&ImageRequest::default()).await.unwrap_err().failure.code,
        "no_images"
    );
}

#[tokio::test]
async fn what_came_of_an_answer_that_broke_off_is_paid_and_what_was_not_counted_is_estimated() {
    let words = "Twelve words or so that came before the connection broke.";
    let piece = json!({ "choices": [{ "delta": { "content": words } }] });
    let wire = Wire::serving(Answer::raw_stream(&format!("data: {piece}\n\n"))).await;
    let error = openai(wire.address).generate_text(&hello(), &mut |_| {}).await.unwrap_err();
    assert_eq!(error.failure.code, "stream_broken");
    let used = error.used.unwrap().usage;
    assert_eq!((used.output_tokens, used.is_estimated), (words.len().div_ceil(4) as u64, true));

    let whole = json!({
        "choices": [{ "message": { "content": "Hello there" }, "finish_reason": "stop" }],
        "usage": {
            "prompt_tokens": 9,
            "completion_tokens": null,
            "prompt_tokens_details": { "cached_tokens": 4 },
        },
    });
    let wire = Wire::serving(Answer::json(200, whole)).await;
    let usage = text(&openai(wire.address), &hello()).await.1.unwrap().usage;
    let expected =
        Usage { input_tokens: 9, output_tokens: 3, cached_tokens: 4, is_estimated: true };
    assert_eq!(usage, expected);

    let nothing = Wire::serving(Answer::raw(200, "application/json", "")).await;
    let error = openai(nothing.address).generate_text(&hello(), &mut |_| {}).await.unwrap_err();
    assert_eq!((error.failure.code.as_str(), error.used), ("empty_answer", None));
    assert!(matches!(error.failure.class, FailureClass::Transient { .. }));
}

#[tokio::test]
async fn what_was_learnt_of_a_server_outlives_the_process() {
    let db = db::fresh().await;
    let wire = Wire::answering(|seen| {
        let refused = json!({ "error": { "message": "Unrecognized argument: seed" } });
        let has_seed = !seen.json()["seed"].is_null();
        if has_seed { Answer::json(400, refused) } else { Answer::stream(&["ok"]) }
    })
    .await;
    let connect = async || {
        let cache = CapabilityCache::default();
        keep_capabilities(&cache, &db.pool).await.unwrap();
        let settings = OpenAiSettings {
            name: "openai",
            label: "OpenAI",
            base_url: format!("http://{}/v1", wire.address).parse().unwrap(),
            api_key: None,
            text_model: "gpt-test".to_owned(),
            image_model: String::new(),
            pace: Pace::default(),
        };
        OpenAi::new(client(wire.address), settings, cache)
    };

    text(&connect().await, &hello()).await.1.unwrap();

    let left_out: Vec<_> = connect().await.capabilities("gpt-test").left_out().collect();
    assert_eq!(left_out, ["seed"]);
}
