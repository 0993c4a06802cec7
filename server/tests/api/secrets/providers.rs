//! The workspace's own access to a provider: kept, tried in plain words, used before the server's,
//! and its key in nothing that comes out.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, Method, StatusCode},
    routing::{get, post},
};
use model::id::ExecutionId;
use serde_json::{Value, json};
use services::testing::play::copies;

use crate::api::support::Server;

const PAGE: &str = "/api/v1/providers";
const ONE: &str = "/api/v1/providers/openai";
const TEST: &str = "/api/v1/providers/openai/test";
const OTHER: &str = "/api/v1/providers/anthropic";
const CHOICE: &str = "/api/v1/providers/choice";
const KEY: &str = "sk-canary-good-7731";

type Heard = Arc<Mutex<Vec<String>>>;

/// A server that speaks OpenAI's API and Anthropic's, and the credentials it was sent by the first.
struct Vendor {
    address: SocketAddr,
    heard: Heard,
}

impl Vendor {
    async fn start() -> Self {
        let heard = Heard::default();
        let models = json!({"data": [{"id": "b-model"}, {"id": "a-model"}]});
        let router = Router::new()
            .route("/v1/chat/completions", post(answer))
            .route("/v1/messages", post(message))
            .route("/v1/models", get(move || async move { Json(models) }));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = router.with_state(heard.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, heard }
    }

    fn url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

async fn answer(
    State(heard): State<Heard>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> (StatusCode, Json<Value>) {
    let key = headers.get("authorization").map_or("", |value| value.to_str().unwrap());
    heard.lock().unwrap().push(key.to_owned());
    let error = |code: &str, message: &str| json!({"error": {"code": code, "message": message}});
    let (status, reply) = match (key.trim_start_matches("Bearer sk-canary-"), &body["model"]) {
        ("poor", _) => (429, error("insufficient_quota", "You exceeded your current quota.")),
        ("good-7731", model) if model == "no-such-model" => {
            (404, error("model_not_found", "The model `no-such-model` does not exist"))
        }
        ("good-7731", model) if model == "fussy" && !body["seed"].is_null() => {
            (400, error("unknown_parameter", "Unknown parameter: 'seed'"))
        }
        ("good-7731", model)
            if model == "fussy" && body["response_format"]["type"] == "json_schema" =>
        {
            (400, error("unsupported", "response_format json_schema is not supported"))
        }
        ("good-7731", _) if !body["response_format"].is_null() => {
            let choice = json!({"message": {"content": "{\"ready\": true}"}});
            (200, json!({"choices": [choice], "model": "served"}))
        }
        ("good-7731", _) => {
            let choice = json!({"message": {"content": "ready"}, "finish_reason": "stop"});
            (200, json!({"choices": [choice], "model": "served"}))
        }
        // As some vendors do, it repeats what it was sent.
        _ => (401, error("invalid_api_key", &format!("Incorrect API key provided: {key}"))),
    };
    (StatusCode::from_u16(status).unwrap(), Json(reply))
}

async fn message(headers: HeaderMap) -> (StatusCode, Json<Value>) {
    if headers.get("x-api-key").is_none_or(|key| key != KEY) {
        let error = json!({"type": "authentication_error", "message": "invalid x-api-key"});
        return (StatusCode::UNAUTHORIZED, Json(json!({"type": "error", "error": error})));
    }
    let content = json!([{"type": "text", "text": "Written elsewhere."}]);
    let usage = json!({"input_tokens": 9, "output_tokens": 3});
    let message = json!({
        "type": "message", "model": "served", "content": content, "stop_reason": "end_turn",
        "usage": usage,
    });
    (StatusCode::OK, Json(message))
}

async fn set_up() -> (Server, String, Vendor) {
    let vendor = Vendor::start().await;
    let allowed = vendor.address.to_string();
    let server = Server::with(&[("ATELIER_OUTBOUND_ALLOW", &allowed)]).await;
    let cookie = server.set_up().await;
    (server, cookie, vendor)
}

fn form(vendor: &Vendor, key: &str) -> Value {
    json!({ "base_url": vendor.url(), "api_key": key })
}

/// Launches a workflow of so many texts.
async fn launch(server: &Server, cookie: &str, texts: u32) -> ExecutionId {
    let mut workflow = serde_json::to_value(copies(texts)).unwrap();
    workflow["name"] = json!(uuid::Uuid::now_v7().to_string());
    let made = server.post("/api/v1/workflows/templates", cookie, &workflow).await.json();
    let begun = json!({ "template_id": made["id"], "parameters": {} });
    let launched = server.post("/api/v1/workflows/executions", cookie, &begun).await.json();
    launched["execution_id"].as_str().unwrap().parse().unwrap()
}

/// Who wrote the text of a workflow of one.
async fn who_writes(server: &Server, cookie: &str) -> String {
    let execution = launch(server, cookie, 1).await;
    let actor = server.actor(cookie).await.unwrap();
    server.work_until_over(&actor, execution).await;
    let path = format!("/api/v1/workflows/executions/{execution}/artifacts");
    let artifacts = server.get(&path, cookie).await.json();
    artifacts["items"][0]["provider"].as_str().unwrap_or_else(|| panic!("{artifacts}")).to_owned()
}

#[tokio::test]
async fn rel_s10_a_providers_key_is_kept_sealed_and_never_comes_out() {
    let (server, cookie, vendor) = set_up().await;

    let kept = server.json(Method::PUT, ONE, &cookie, &form(&vendor, KEY)).await;
    let page = server.get(PAGE, &cookie).await;
    let tried = server.post(TEST, &cookie, &json!({ "base_url": vendor.url() })).await;
    let wrong = server.post(TEST, &cookie, &form(&vendor, "sk-canary-wrong")).await;

    assert_eq!(kept.status, StatusCode::NO_CONTENT, "{:?}", kept.json());
    assert_eq!(page.json()["openai"]["has_key"], true, "{:?}", page.json());
    assert_eq!(page.json()["openai"]["changed_by"], "Ada");
    assert_eq!(page.json()["text"]["host"], "127.0.0.1");
    assert_eq!(tried.json()["works"], true, "{:?}", tried.json());
    assert_eq!(wrong.json()["works"], false);
    let (mut heard, right) = (vendor.heard(), format!("Bearer {KEY}"));
    assert_eq!(heard.pop().as_deref(), Some("Bearer sk-canary-wrong"));
    assert!(!heard.is_empty() && heard.iter().all(|key| *key == right), "{heard:?}");
    for reply in [kept, page, tried, wrong] {
        assert!(!String::from_utf8_lossy(&reply.body).contains("canary"), "{:?}", reply.json());
    }
    let rows = "SELECT string_agg(t::text, '') FROM (SELECT p::text FROM providers p UNION ALL
                SELECT a::text FROM audit_log a) AS t";
    let rows: String = sqlx::query_scalar(rows).fetch_one(&server.db.pool).await.unwrap();
    assert!(rows.contains("provider.changed") && !rows.contains("canary"), "{rows}");
    let hex = hex_of(KEY);
    assert!(!rows.contains(&hex), "the key is in the database as it is");
}

fn hex_of(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn a_trial_says_in_plain_words_what_is_wrong() {
    let (server, cookie, vendor) = set_up().await;
    let closed = {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap()
    };
    let other_model = json!({
        "base_url": vendor.url(), "api_key": KEY, "text_model": "no-such-model",
    });
    let no_api = json!({ "base_url": format!("http://{}", vendor.address), "api_key": KEY });
    let cases = [
        (form(&vendor, "sk-canary-wrong"), "rejected the key"),
        (form(&vendor, "sk-canary-poor"), "out of credit"),
        (other_model, "no model “no-such-model”"),
        (no_api, "usually ends in /v1"),
    ];

    for (form, words) in cases {
        let trial = server.post(TEST, &cookie, &form).await.json();
        assert_eq!(trial["works"], false, "{trial}");
        assert!(trial["message"].as_str().unwrap().contains(words), "{words}: {trial}");
    }
    let fussy = json!({"base_url": vendor.url(), "api_key": KEY, "text_model": "fussy"});
    let works = server.post(TEST, &cookie, &fussy).await.json();
    assert_eq!(works["works"], true, "{works}");
    assert_eq!(works["models"], json!(["a-model", "b-model"]));
    let found = works["checks"].as_array().unwrap().iter().map(|check| {
        (
            check["goods"].as_str().unwrap(),
            check["works"].as_bool().unwrap(),
            check["message"].as_str().unwrap(),
        )
    });
    let refused = "Works. Answers don't stream; token counts are estimated. Not sent, because the server rejects it: seed.";
    let no_images = "127.0.0.1 has no model “gpt-image-1” for this key, or the address is wrong. It usually ends in /v1.";
    assert_eq!(
        found.collect::<Vec<_>>(),
        [
            ("text", true, refused),
            (
                "json",
                true,
                "Works. The server supports JSON but not schemas; the prompt includes the schema."
            ),
            ("image", false, no_images),
        ]
    );
    let private = json!({ "base_url": format!("http://{closed}/v1"), "api_key": KEY });
    let refused = server.post(TEST, &cookie, &private).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.json()["errors"][0]["path"], "base_url", "{:?}", refused.json());
    assert_eq!(server.get(PAGE, &cookie).await.json()["openai"], Value::Null, "nothing is kept");
}

#[tokio::test]
async fn an_address_where_nobody_answers_is_told_as_that() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let closed = listener.local_addr().unwrap().to_string();
    drop(listener);
    let server = Server::with(&[("ATELIER_OUTBOUND_ALLOW", &closed)]).await;
    let cookie = server.set_up().await;

    let form = json!({ "base_url": format!("http://{closed}/v1"), "api_key": KEY });
    let trial = server.post(TEST, &cookie, &form).await.json();

    assert_eq!(trial["works"], false);
    assert!(trial["message"].as_str().unwrap().contains("couldn't be reached"), "{trial}");
}

#[tokio::test]
async fn rel_s10_a_saved_key_goes_to_no_other_address() {
    let (vendor, thief) = (Vendor::start().await, Vendor::start().await);
    let allowed = format!("{},{}", vendor.address, thief.address);
    let server = Server::with(&[("ATELIER_OUTBOUND_ALLOW", &allowed)]).await;
    let cookie = server.set_up().await;
    server.json(Method::PUT, ONE, &cookie, &form(&vendor, KEY)).await;

    let moved = json!({ "base_url": thief.url() });
    let tried = server.post(TEST, &cookie, &moved).await;
    let kept = server.json(Method::PUT, ONE, &cookie, &moved).await;

    for reply in [tried, kept] {
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(reply.json()["errors"][0]["path"], "api_key", "{:?}", reply.json());
    }
    // Nor where somebody with access to the database alone points it.
    let bent = "UPDATE providers SET base_url = $1";
    sqlx::query(bent).bind(thief.url()).execute(&server.db.pool).await.unwrap();
    let tried = server.post(TEST, &cookie, &moved).await;
    assert_eq!(tried.json()["code"], "sealed_key", "{:?}", tried.json());
    assert_eq!(thief.heard(), Vec::<String>::new());
}

#[tokio::test]
async fn a_workspaces_own_access_comes_before_the_servers_and_is_nobody_elses() {
    let (server, cookie, vendor) = set_up().await;
    let neighbour = server.neighbour().await;
    server.json(Method::PUT, ONE, &cookie, &form(&vendor, KEY)).await;

    assert_eq!(who_writes(&server, &cookie).await, "openai");
    assert_eq!(who_writes(&server, &neighbour).await, "sample");
    assert_eq!(server.get(PAGE, &neighbour).await.json()["openai"], Value::Null);
    assert_eq!(vendor.heard(), [format!("Bearer {KEY}")]);

    let gone = server.json(Method::DELETE, ONE, &cookie, &Value::Null).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert_eq!(who_writes(&server, &cookie).await, "sample");
    let again = server.json(Method::DELETE, ONE, &cookie, &Value::Null).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_workspace_has_access_to_several_and_chooses_who_answers() {
    let (server, cookie, vendor) = set_up().await;
    server.json(Method::PUT, ONE, &cookie, &form(&vendor, KEY)).await;
    let chosen = json!({ "text": "anthropic", "image": "sample" });

    let early = server.json(Method::PUT, CHOICE, &cookie, &chosen).await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(early.json()["errors"][0]["path"], "text", "{:?}", early.json());
    let kept = server.json(Method::PUT, OTHER, &cookie, &form(&vendor, KEY)).await;
    assert_eq!(kept.status, StatusCode::NO_CONTENT, "{:?}", kept.json());
    assert_eq!(who_writes(&server, &cookie).await, "openai");
    let taken = server.json(Method::PUT, CHOICE, &cookie, &chosen).await;
    assert_eq!(taken.status, StatusCode::NO_CONTENT, "{:?}", taken.json());

    assert_eq!(who_writes(&server, &cookie).await, "anthropic");
    let page = server.get(PAGE, &cookie).await.json();
    assert_eq!(page["choice"], chosen);
    assert_eq!(
        (&page["text"]["label"], &page["image"]["is_sample"]),
        (&json!("Anthropic"), &json!(true))
    );
    assert_eq!(page["set_up"], json!(["openai", "anthropic", "sample"]));
    let saved = json!({ "base_url": vendor.url() });
    let tried = server.post("/api/v1/providers/anthropic/test", &cookie, &saved).await;
    let checks = tried.json()["checks"].clone();
    assert_eq!((&checks[0]["works"], checks.as_array().map(Vec::len)), (&json!(true), Some(2)));

    // Who cannot do it is not chosen for it; who is chosen and gone is not replaced.
    let no_images = json!({ "image": "anthropic" });
    let refused = server.json(Method::PUT, CHOICE, &cookie, &no_images).await;
    assert_eq!(refused.json()["errors"][0]["path"], "image", "{:?}", refused.json());
    server.json(Method::DELETE, OTHER, &cookie, &Value::Null).await;
    let page = server.get(PAGE, &cookie).await.json();
    assert_eq!((&page["anthropic"], &page["text"]["is_set_up"]), (&Value::Null, &json!(false)));
    let nobody = server.json(Method::PUT, "/api/v1/providers/nobody", &cookie, &json!({})).await;
    assert_eq!(nobody.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_workspaces_own_limits_hold_for_its_own_access() {
    let (server, cookie, vendor) = set_up().await;
    let mut access = form(&vendor, KEY);
    access["pace"] = json!({ "calls_per_minute": 2 });
    server.json(Method::PUT, ONE, &cookie, &access).await;
    let kept = server.get(PAGE, &cookie).await.json();
    let pace = json!({ "calls_at_once": null, "calls_per_minute": 2 });
    assert_eq!(kept["openai"]["pace"], pace);

    let execution = launch(&server, &cookie, 3).await;
    let actor = server.actor(&cookie).await.unwrap();
    let (mut news, worker) = (server.services.context().bus.subscribe(), server.worker());
    let paced = loop {
        let jobs = server.services.executions.jobs(&actor, execution).await.unwrap();
        let mut waits = jobs.into_iter().filter_map(|job| job.wait);
        if let Some(wait) = waits.find(|wait| wait.words.contains("calls per minute")) {
            break wait.words;
        }
        news.next().await.unwrap();
    };
    worker.stop().await;

    assert_eq!(paced, "OpenAI has reached its limit of calls per minute");
    assert_eq!(vendor.heard().len(), 2);
}

#[tokio::test]
async fn access_that_cannot_be_kept_is_told_by_field() {
    let (server, cookie, _vendor) = set_up().await;
    let wrong = [
        (json!({}), "api_key"),
        (json!({ "base_url": "not an address", "api_key": KEY }), "base_url"),
        (json!({ "base_url": "http://169.254.169.254/v1", "api_key": KEY }), "base_url"),
        (json!({ "base_url": "http://example.com/v1", "api_key": KEY }), "base_url"),
        (json!({ "base_url": "ftp://example.com/v1", "api_key": KEY }), "base_url"),
        (json!({ "base_url": "https://me:pw@example.com/v1", "api_key": KEY }), "base_url"),
        (json!({ "api_key": "two words" }), "api_key"),
        (json!({ "api_key": KEY, "pace": { "calls_at_once": 0 } }), "pace.calls_at_once"),
    ];

    for (form, path) in wrong {
        let reply = server.json(Method::PUT, ONE, &cookie, &form).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
        assert_eq!(reply.json()["errors"][0]["path"], path, "{:?}", reply.json());
    }
}
