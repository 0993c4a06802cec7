//! One request on a connection: a list, or a call with what the server says meanwhile.

use mcp_sample::IDEMPOTENCY_META;
use rmcp::{
    RoleClient, ServiceError,
    model::{
        CallToolRequest, CallToolRequestParams, ClientRequest, ListToolsRequest,
        PaginatedRequestParams, ProgressToken, RequestMetaObject, ServerResult,
    },
    service::{PeerRequestOptions, RequestHandle},
};
use serde_json::Value;

use super::{
    answer::read_answer,
    inbox::Notice,
    listing::{Pages, Sorted},
    port::{CallObserver, McpError, ToolAnswer, ToolRequest},
    session::Session,
    transport_failure::{Unanswered, of_request},
};

/// Asks servers of the newest revision for lines of their log.
const LOG_LEVEL_META: &str = "io.modelcontextprotocol/logLevel";

/// Asks for all tools, page by page. When this is dropped, the server hears that nobody waits.
pub(super) async fn list_tools(session: &Session, server: &str) -> Result<Sorted, Unanswered> {
    let mut ticket = session.open_call().ok_or(Unanswered::NotSent)?;
    let mut pages = Pages::default();
    let mut cursor = None;
    loop {
        let params = PaginatedRequestParams::default().with_cursor(cursor);
        let request = ClientRequest::ListToolsRequest(ListToolsRequest::with_param(params));
        // Not by the client's own list: it may answer from a cache.
        let options = PeerRequestOptions::no_options();
        let handle = session.peer.send_request_with_option(request, options).await;
        let mut sent = Sent(Some(handle.map_err(|_| Unanswered::NotSent)?));
        let result = sent.result().await;
        sent.forget();
        let result = result.map_err(|error| of_request(server, error))?;
        cursor = pages.add(server, in_json(&result)?).map_err(Unanswered::Failed)?;
        if cursor.is_none() {
            ticket.answered();
            return Ok(pages.sort());
        }
    }
}

/// Calls a tool once: who asks something back is not answered. When this is dropped before there is an
/// answer, the server hears that the call is cancelled.
pub(super) async fn call_tool(
    session: &Session,
    server: &str,
    request: &ToolRequest,
    observer: &dyn CallObserver,
) -> Result<ToolAnswer, Unanswered> {
    let mut ticket = session.open_call().ok_or(Unanswered::NotSent)?;
    let params =
        CallToolRequestParams::new(request.tool.clone()).with_arguments(request.arguments.clone());
    let options = PeerRequestOptions::no_options().with_meta(meta_of(request));
    let call = ClientRequest::CallToolRequest(CallToolRequest::new(params));
    let handle = session.peer.send_request_with_option(call, options).await;
    let handle = handle.map_err(|_| Unanswered::NotSent)?;
    let token = handle.progress_token.clone();
    let mut sent = Sent(Some(handle));
    let result = loop {
        tokio::select! {
            biased;
            Some(notice) = ticket.notices.recv() => observe(&notice, &token, observer)?,
            result = sent.result() => break result,
        }
    };
    sent.forget();
    ticket.answered();
    // What was said before the answer was told before it.
    while let Ok(notice) = ticket.notices.try_recv() {
        observe(&notice, &token, observer)?;
    }
    let result = result.map_err(|error| of_request(server, error))?;
    read_answer(server, in_json(&result)?).map_err(Unanswered::Failed)
}

fn meta_of(request: &ToolRequest) -> RequestMetaObject {
    let mut meta = RequestMetaObject::new();
    let key = Value::from(request.idempotency_key.as_str());
    meta.0.0.insert(IDEMPOTENCY_META.to_owned(), key);
    meta.0.0.insert(LOG_LEVEL_META.to_owned(), Value::from("info"));
    meta
}

fn observe(
    notice: &Notice,
    own: &ProgressToken,
    observer: &dyn CallObserver,
) -> Result<(), Unanswered> {
    match notice {
        Notice::Progress { token, done, total, message } => {
            if token == own {
                observer.progress(*done, *total, message.as_deref());
            }
        }
        Notice::Log { level, message } => observer.log(level, message),
        Notice::Question(words) => {
            return Err(Unanswered::Failed(McpError::Question(words.clone())));
        }
    }
    Ok(())
}

fn in_json(result: &ServerResult) -> Result<Value, Unanswered> {
    serde_json::to_value(result).map_err(|error| {
        Unanswered::Failed(McpError::Protocol(format!("The answer can't be read: {error}.")))
    })
}

/// A request that has left, until it is answered.
struct Sent(Option<RequestHandle<RoleClient>>);

impl Sent {
    async fn result(&mut self) -> Result<ServerResult, ServiceError> {
        match &mut self.0 {
            Some(handle) => (&mut handle.rx).await.unwrap_or(Err(ServiceError::TransportClosed)),
            None => Err(ServiceError::TransportClosed),
        }
    }

    fn forget(&mut self) {
        self.0 = None;
    }
}

impl Drop for Sent {
    fn drop(&mut self) {
        let Some(handle) = self.0.take() else { return };
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                // Who is gone need not be told.
                let _ = handle.cancel(Some("it is no longer needed".to_owned())).await;
            });
        }
    }
}
