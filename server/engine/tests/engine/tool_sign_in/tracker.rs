//! A server of tools and its authorization server, on one address: they speak HTTP, register clients,
//! redeem codes once and tokens as long as they last. On demand they say what they may not say.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, Uri},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::{Url, form_urlencoded};

use crate::engine::stub;

/// How long its tokens last, in seconds.
pub const LASTS: u64 = 3600;
pub const CLIENT: &str = "given-client";
pub const SECRET: &str = "given-secret-1";

/// What is odd about it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Twist {
    #[default]
    Nothing,
    OtherResource,
    PrivateSignIn,
    OtherIssuer,
    NoProof,
    NoMetadata,
}

#[derive(Default)]
pub struct Played {
    pub origin: String,
    pub twist: Twist,
    /// The tokens that let in.
    pub valid: Vec<String>,
    pub given: usize,
    pub registered: usize,
    pub renewals: usize,
    pub refuses_renewal: bool,
    pub calls: usize,
    /// Challenge and redirect, by code.
    codes: BTreeMap<String, (String, String)>,
}

/// A server that listens.
#[derive(Clone)]
pub struct Tracker(Arc<Mutex<Played>>);

type Fields = BTreeMap<String, String>;

fn fields(text: &[u8]) -> Fields {
    form_urlencoded::parse(text).into_owned().collect()
}

impl Tracker {
    pub async fn start() -> Self {
        let tracker = Self(Arc::default());
        let router = Router::new()
            .route("/mcp", post(call))
            .route("/.well-known/oauth-protected-resource/mcp", get(resource))
            .route("/.well-known/oauth-authorization-server/as", get(describe))
            .route("/as/register", post(register))
            .route("/as/token", post(token))
            .with_state(tracker.clone());
        let address = stub::serve(router).await;
        tracker.play().origin = format!("http://{address}");
        tracker
    }

    pub fn play(&self) -> MutexGuard<'_, Played> {
        self.0.lock().unwrap()
    }

    pub fn url(&self) -> Url {
        Url::parse(&format!("{}/mcp", self.play().origin)).unwrap()
    }

    /// What a browser does there: it is let through at once, and led back with these fields.
    pub fn authorize(&self, address: &str) -> Fields {
        let url = Url::parse(address).unwrap();
        let asked: Fields = url.query_pairs().into_owned().collect();
        assert_eq!((url.path(), &*asked["response_type"]), ("/as/authorize", "code"));
        assert_eq!(asked["code_challenge_method"], "S256");
        assert_eq!(asked["resource"], self.url().as_str());
        assert_eq!(asked["scope"], "issues:read");
        let mut played = self.play();
        let code = format!("code-{}", played.codes.len());
        let kept = (asked["code_challenge"].clone(), asked["redirect_uri"].clone());
        played.codes.insert(code.clone(), kept);
        let issuer = format!("{}/as", played.origin);
        let state = asked["state"].clone();
        [("code", code), ("state", state), ("iss", issuer)]
            .map(|(name, value)| (name.to_owned(), value))
            .into()
    }
}

fn in_json(body: &Value) -> Response {
    ([("content-type", "application/json")], body.to_string()).into_response()
}

async fn resource(State(tracker): State<Tracker>) -> Response {
    let played = tracker.play();
    let origin = match played.twist {
        Twist::NoMetadata => return StatusCode::NOT_FOUND.into_response(),
        Twist::OtherResource => "https://elsewhere.example",
        _ => &played.origin,
    };
    let sign_in = match played.twist {
        Twist::PrivateSignIn => "http://10.0.0.1/as".to_owned(),
        _ => format!("{}/as", played.origin),
    };
    in_json(&json!({
        "resource": format!("{origin}/mcp"),
        "authorization_servers": [sign_in],
        "scopes_supported": ["issues:read", "issues:write"],
    }))
}

async fn describe(State(tracker): State<Tracker>) -> Response {
    let played = tracker.play();
    let origin = &played.origin;
    let issuer = match played.twist {
        Twist::OtherIssuer => "https://elsewhere.example/as".to_owned(),
        _ => format!("{origin}/as"),
    };
    let methods = if played.twist == Twist::NoProof { json!(["plain"]) } else { json!(["S256"]) };
    in_json(&json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{origin}/as/authorize"),
        "token_endpoint": format!("{origin}/as/token"),
        "registration_endpoint": format!("{origin}/as/register"),
        "response_types_supported": ["code"],
        "code_challenge_methods_supported": methods,
        "token_endpoint_auth_methods_supported": ["client_secret_post", "none"],
        "authorization_response_iss_parameter_supported": true,
    }))
}

async fn register(State(tracker): State<Tracker>, body: Bytes) -> Response {
    let asked: Value = serde_json::from_slice(&body).unwrap();
    let mut played = tracker.play();
    played.registered += 1;
    let client = json!({
        "client_id": format!("client-{}", played.registered),
        "redirect_uris": asked["redirect_uris"],
    });
    (StatusCode::CREATED, in_json(&client)).into_response()
}

async fn token(State(tracker): State<Tracker>, body: Bytes) -> Response {
    let asked = fields(&body);
    let mut played = tracker.play();
    assert_eq!(asked["resource"], format!("{}/mcp", played.origin));
    let is_right = match &*asked["grant_type"] {
        "authorization_code" => played.codes.remove(&asked["code"]).is_some_and(|code| {
            let proof = URL_SAFE_NO_PAD.encode(Sha256::digest(asked["code_verifier"].as_bytes()));
            code == (proof, asked["redirect_uri"].clone())
        }),
        "refresh_token" => {
            played.renewals += 1;
            assert_eq!(
                (&*asked["client_id"], &*asked["refresh_token"]),
                ("client-1", "renew-me-1")
            );
            !played.refuses_renewal
        }
        "client_credentials" => {
            (&*asked["client_id"], &*asked["client_secret"]) == (CLIENT, SECRET)
        }
        other => panic!("{other}"),
    };
    if !is_right {
        let why = json!({ "error": "invalid_grant", "error_description": "renew-me-1 is over" });
        return (StatusCode::BAD_REQUEST, in_json(&why)).into_response();
    }
    played.given += 1;
    let access = format!("access-token-{}", played.given);
    played.valid = vec![access.clone()];
    let mut given = json!({
        "access_token": access, "token_type": "Bearer", "expires_in": LASTS,
    });
    // It stays the same when a token is renewed, and is not said again.
    if asked["grant_type"] == "authorization_code" {
        given["refresh_token"] = json!("renew-me-1");
    }
    in_json(&given)
}

async fn call(
    State(tracker): State<Tracker>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut played = tracker.play();
    let key = headers.get("authorization").and_then(|value| value.to_str().ok());
    let token = key.and_then(|key| key.strip_prefix("Bearer ")).unwrap_or_default();
    if !played.valid.iter().any(|valid| valid == token) {
        let metadata = format!("{}/.well-known/oauth-protected-resource{uri}", played.origin);
        let said = format!("Bearer resource_metadata=\"{metadata}\", scope=\"issues:read\"");
        return (StatusCode::UNAUTHORIZED, [("www-authenticate", said)]).into_response();
    }
    let asked: Value = serde_json::from_slice(&body).unwrap();
    let schema = json!({ "type": "object" });
    let result = if asked["method"] == "tools/list" {
        json!({ "tools": [{ "name": "get_issue", "inputSchema": schema }] })
    } else {
        played.calls += 1;
        json!({ "structuredContent": { "title": "Tea" }, "content": [] })
    };
    in_json(&json!({ "jsonrpc": "2.0", "id": asked["id"], "result": result }))
}
