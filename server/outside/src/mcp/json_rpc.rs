//! Plain JSON-RPC over HTTP: `tools/list` and `tools/call`, without a handshake.

use mcp_sample::IDEMPOTENCY_META;
use serde_json::{Map, Value, json};

use super::{
    answer::read_answer,
    endpoint::{EVENTS, Endpoint, LONGEST_CALL, media_type},
    failure::{from_json_rpc, is_final},
    limits::{LARGEST_ANSWER, LARGEST_LIST},
    listing::{Pages, Sorted},
    port::{McpError, ToolAnswer, ToolRequest},
};
use crate::json;

/// The one request of each POST; some servers give it back as text.
const ID: i64 = 1;

/// Asks for all tools.
pub(super) async fn list_tools(endpoint: &Endpoint) -> Result<Sorted, McpError> {
    let mut pages = Pages::default();
    let mut cursor: Option<String> = None;
    loop {
        let params = cursor.map_or_else(|| json!({}), |cursor| json!({ "cursor": cursor }));
        let page = ask(endpoint, "tools/list", params, LARGEST_LIST).await?;
        cursor = pages.add(endpoint.server(), page)?;
        if cursor.is_none() {
            return Ok(pages.sort());
        }
    }
}

pub(super) async fn call_tool(
    endpoint: &Endpoint,
    request: &ToolRequest,
) -> Result<ToolAnswer, McpError> {
    let mut meta = Map::new();
    meta.insert(IDEMPOTENCY_META.to_owned(), Value::from(request.idempotency_key.as_str()));
    let params = json!({ "name": request.tool, "arguments": request.arguments, "_meta": meta });
    let result = ask(endpoint, "tools/call", params, LARGEST_ANSWER).await?;
    read_answer(endpoint.server(), result)
}

async fn ask(
    endpoint: &Endpoint,
    method: &str,
    params: Value,
    largest: usize,
) -> Result<Value, McpError> {
    let body = json!({ "jsonrpc": "2.0", "id": ID, "method": method, "params": params });
    let request = endpoint.post(body.to_string().into_bytes(), largest, LONGEST_CALL)?;
    let response = endpoint.send(request).await?;
    let refused = match (!response.status().is_success()).then(|| endpoint.status_error(&response))
    {
        Some(error) if is_final(&error) => return Err(error),
        other => other,
    };
    let in_events = media_type(&response) == EVENTS;
    let body = endpoint.body(response).await?;
    let message = if in_events { last_event(&body) } else { json::read(&body).ok() };
    // Servers explain a status in their own words.
    if let Some(told) = message.as_ref().and_then(|message| error_in(endpoint, message)) {
        return Err(told);
    }
    if let Some(refused) = refused {
        return Err(refused);
    }
    read_result(endpoint, message.ok_or_else(|| endpoint.odd("something that isn't JSON"))?)
}

/// The response in a body of server-sent events.
fn last_event(body: &[u8]) -> Option<Value> {
    let text = String::from_utf8_lossy(body).replace("\r\n", "\n");
    let events = text.split("\n\n").map(|event| {
        let data = event.lines().filter_map(|line| line.strip_prefix("data:"));
        data.map(|data| data.strip_prefix(' ').unwrap_or(data)).collect::<Vec<_>>().join("\n")
    });
    let messages = events.filter_map(|data| json::read_text(&data).ok());
    messages.filter(|message| message.get("id").is_some()).last()
}

/// The error in a message, whatever else is in it.
fn error_in(endpoint: &Endpoint, message: &Value) -> Option<McpError> {
    let error = message.get("error").filter(|error| !error.is_null())?;
    let code = error.get("code").and_then(Value::as_i64).unwrap_or_default();
    let words = error.get("message").and_then(Value::as_str).unwrap_or_default();
    Some(from_json_rpc(endpoint.server(), code, words))
}

fn read_result(endpoint: &Endpoint, mut message: Value) -> Result<Value, McpError> {
    let id = message.get("id");
    if !id.is_some_and(|id| *id == ID || id.as_str() == Some("1")) {
        return Err(endpoint.odd("a response without a request"));
    }
    match message.get_mut("result") {
        Some(result) => Ok(result.take()),
        None => Err(endpoint.odd("neither a result nor an error")),
    }
}
