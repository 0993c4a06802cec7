//! Servers of tools, good and bad: what the client makes of them.

mod greetings;
mod official;
mod processes;
mod restarts;
mod samples;
mod stateless;
mod web;
mod web_refusals;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    http::{HeaderMap, Method, StatusCode},
    response::{IntoResponse, Response},
};
use model::id::WorkspaceId;
use outside::{
    mcp::{
        client::RmcpClient,
        port::{
            CallObserver, HttpAddress, McpError, McpPort, ServerAddress, ToolAnswer, ToolContent,
            ToolRequest, Transport,
        },
    },
    outbound::{OutboundClient, OutboundPolicy},
};
use serde_json::{Map, Value, json};
use tokio::sync::Notify;
use url::Url;
use uuid::Uuid;
use vault::secret::Secret;

use crate::engine::stub;

/// Longer than anything takes that is not about time.
const PATIENCE: Duration = Duration::from_secs(60);

/// What an observer was told.
#[derive(Default)]
struct Heard {
    progress: Mutex<Vec<String>>,
    log: Mutex<Vec<String>>,
    news: Notify,
}

impl CallObserver for Heard {
    fn progress(&self, done: f64, total: Option<f64>, message: Option<&str>) {
        let total = total.unwrap_or_default();
        let told = format!("{done}/{total} {}", message.unwrap_or_default());
        self.progress.lock().unwrap().push(told);
        self.news.notify_one();
    }

    fn log(&self, level: &str, message: &str) {
        self.log.lock().unwrap().push(format!("{level}: {message}"));
        self.news.notify_one();
    }
}

/// A client that may call these addresses, for whomever.
fn client_for(urls: &[&Url]) -> RmcpClient {
    let policy = urls.iter().fold(OutboundPolicy::default(), |policy, url| policy.allow_url(url));
    let outbound = OutboundClient::new(policy).unwrap();
    RmcpClient::new(outbound.clone(), outbound)
}

fn server(transport: Transport) -> ServerAddress {
    let workspace = Some(WorkspaceId(Uuid::nil()));
    ServerAddress { workspace, name: "played".to_owned(), transport }
}

fn at(url: &Url) -> HttpAddress {
    HttpAddress { url: url.clone(), headers: vec![] }
}

fn with_key(url: &Url) -> HttpAddress {
    let key = ("Authorization".to_owned(), Secret::new("Bearer canary-5e1f"));
    HttpAddress { url: url.clone(), headers: vec![key] }
}

fn request(tool: &str, arguments: Value) -> ToolRequest {
    let arguments = match arguments {
        Value::Object(arguments) => arguments,
        _ => Map::new(),
    };
    let idempotency_key = "key-7".to_owned();
    ToolRequest { tool: tool.to_owned(), arguments, idempotency_key, time_limit: PATIENCE }
}

async fn call(
    client: &RmcpClient,
    server: &ServerAddress,
    tool: &str,
) -> Result<ToolAnswer, McpError> {
    client.call_tool(server, request(tool, json!({})), &Heard::default()).await
}

/// The first text of an answer.
fn text(answer: &ToolAnswer) -> &str {
    let text = answer.content.iter().find_map(|part| match part {
        ToolContent::Text(text) => Some(text.as_str()),
        _ => None,
    });
    text.unwrap_or_default()
}

/// A POST as it arrived at a server that is played.
struct Posted {
    headers: HeaderMap,
    message: Value,
}

impl Posted {
    fn method(&self) -> &str {
        self.message["method"].as_str().unwrap_or_default()
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// A response with this result.
    fn result(&self, result: &Value) -> Value {
        json!({ "jsonrpc": "2.0", "id": self.message["id"], "result": result })
    }
}

/// Plays a server on loopback; what is no POST is not answered.
async fn play(answer: impl Fn(Posted) -> Response + Send + Sync + 'static) -> Url {
    let answer = Arc::new(answer);
    let router = Router::new().fallback(move |method: Method, headers: HeaderMap, body: Bytes| {
        let answer = answer.clone();
        async move {
            if method != Method::POST {
                return StatusCode::METHOD_NOT_ALLOWED.into_response();
            }
            let message = serde_json::from_slice(&body).unwrap_or_default();
            answer(Posted { headers, message })
        }
    });
    let address = stub::serve(router).await;
    Url::parse(&format!("http://{address}/mcp")).unwrap()
}

fn in_json(body: &Value) -> Response {
    in_type("application/json", body.to_string())
}

fn in_type(media_type: &'static str, body: String) -> Response {
    ([("content-type", media_type)], body).into_response()
}

fn in_events(messages: &[Value]) -> Response {
    let events: String = messages.iter().map(|message| format!("data: {message}\n\n")).collect();
    in_type("text/event-stream", events)
}

/// Some tools, by their names.
fn tools(names: &[&str]) -> Value {
    let tool = |name: &&str| json!({ "name": name, "description": "Does it.", "inputSchema": { "type": "object" } });
    json!({ "tools": names.iter().map(tool).collect::<Vec<_>>() })
}

/// How often each method was called.
type Counts = Arc<Mutex<BTreeMap<String, usize>>>;
