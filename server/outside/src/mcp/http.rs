//! Streamable HTTP over the guarded client: what `rmcp` needs of an HTTP client.
//!
//! `rmcp` keeps sessions, versions and the headers of the protocol; here are the calls, their limits, and
//! what an answer means that is none.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use futures::{Stream, StreamExt, stream, stream::BoxStream};
use rmcp::{
    model::{
        ClientJsonRpcMessage, ClientRequest, ErrorCode, ErrorData, RequestId, ServerJsonRpcMessage,
    },
    transport::{
        StreamableHttpClientTransport,
        common::client_side_sse::SseRetryPolicy,
        streamable_http_client::{
            SseError, StreamableHttpClient, StreamableHttpClientTransportConfig,
            StreamableHttpError, StreamableHttpPostResponse,
        },
    },
};
use sse_stream::{Sse, SseStream};
use tokio::time::timeout;

use super::{
    endpoint::{EVENTS, Endpoint, JSON, LONGEST_CALL, LONGEST_OTHER, media_type},
    failure::is_final,
    limits::{LARGEST_ANSWER, LARGEST_LIST},
    port::McpError,
};
use crate::{
    json,
    outbound::{
        HeaderName, HeaderValue, Method, OutboundError, OutboundRequest, OutboundResponse,
        StatusCode,
    },
};

/// The most bytes of what a server says between calls before it is asked anew.
const LARGEST_BETWEEN: usize = 32 << 20;
/// Milliseconds before a stream that has ended is asked for again, whatever its server says.
const SHORTEST_PAUSE: u64 = 500;
const LONGEST_PAUSE: u64 = 60_000;
/// The code under which an answer that is too large is told to whoever waits for it.
pub(super) const TOO_LARGE: i32 = -31_999;

/// How long the first event of an older server is waited for.
const FIRST_EVENT: Duration = Duration::from_secs(5);

const SESSION: &str = "mcp-session-id";

type HttpResult<T> = Result<T, StreamableHttpError<McpError>>;

/// Three times at most, with a pause that leaves a server its peace.
#[derive(Debug)]
struct FewTries;

impl SseRetryPolicy for FewTries {
    fn retry(&self, current_times: usize) -> Option<Duration> {
        (current_times < 3).then_some(Duration::from_secs(3))
    }
}

/// The client of one server, and whether it has answered a request in the session of this connection.
#[derive(Clone)]
pub(super) struct GuardedHttp(Endpoint, Arc<AtomicBool>);

/// The way to a server over streamable HTTP.
pub(super) fn transport(endpoint: Endpoint) -> StreamableHttpClientTransport<GuardedHttp> {
    let mut config =
        StreamableHttpClientTransportConfig::with_uri(endpoint.url()).max_concurrent_requests(64);
    config.retry_config = Arc::new(FewTries);
    // A session that is forgotten is another connection: calls under way in the old one are neither
    // repeated nor taken for failures of their tools.
    config.reinit_on_expired_session = false;
    StreamableHttpClientTransport::with_client(GuardedHttp(endpoint, Arc::default()), config)
}

impl StreamableHttpClient for GuardedHttp {
    type Error = McpError;

    async fn post_message(
        &self,
        _uri: Arc<str>,
        message: ClientJsonRpcMessage,
        session_id: Option<Arc<str>>,
        _auth_header: Option<String>,
        custom_headers: HashMap<HeaderName, HeaderValue>,
    ) -> HttpResult<StreamableHttpPostResponse> {
        let body = serde_json::to_vec(&message)?;
        let asked = ExpectedAnswer::for_message(&message, session_id.is_some());
        let request = self.0.post(body, asked.largest, asked.longest);
        let request = request.map_err(StreamableHttpError::Client)?;
        let request = self.headed(request, session_id.as_deref(), &custom_headers)?;
        let response = self.0.send(request).await.map_err(StreamableHttpError::Client)?;
        if response.status().is_success() {
            self.read_success(response, asked).await
        } else {
            self.read_refusal(response, asked).await
        }
    }

    async fn delete_session(
        &self,
        _uri: Arc<str>,
        session_id: Arc<str>,
        _auth_header: Option<String>,
        custom_headers: HashMap<HeaderName, HeaderValue>,
    ) -> HttpResult<()> {
        let request = self.0.request(Method::DELETE, LARGEST_LIST, LONGEST_OTHER);
        let request = request.map_err(StreamableHttpError::Client)?;
        let request = self.headed(request, Some(&session_id), &custom_headers)?;
        self.0.send(request).await.map_err(StreamableHttpError::Client)?;
        Ok(())
    }

    async fn get_stream(
        &self,
        _uri: Arc<str>,
        session_id: Option<Arc<str>>,
        last_event_id: Option<String>,
        _auth_header: Option<String>,
        custom_headers: HashMap<HeaderName, HeaderValue>,
    ) -> HttpResult<BoxStream<'static, Result<Sse, SseError>>> {
        let client = StreamableHttpError::Client;
        let request = self.0.request(Method::GET, LARGEST_BETWEEN, LONGEST_CALL).map_err(client)?;
        let request = self.0.header(request, "accept", EVENTS).map_err(client)?;
        let request = match &last_event_id {
            Some(id) => self.0.header(request, "last-event-id", id).map_err(client)?,
            None => request,
        };
        let request = self.headed(request, session_id.as_deref(), &custom_headers)?;
        let response = self.0.send(request).await.map_err(client)?;
        if response.status().is_success() && media_type(&response) == EVENTS {
            Ok(events(response, None))
        } else {
            // Calls are answered all the same.
            Err(StreamableHttpError::ServerDoesNotSupportSse)
        }
    }
}

/// How the answer to a POST is read, and the limits it has.
struct ExpectedAnswer {
    /// The request that waits for an answer; none where nothing does.
    id: Option<RequestId>,
    /// Whether the server may be one that has never heard of `server/discover`.
    is_probe: bool,
    is_call: bool,
    in_session: bool,
    largest: usize,
    longest: Duration,
}

impl ExpectedAnswer {
    fn for_message(message: &ClientJsonRpcMessage, in_session: bool) -> Self {
        let request = match message {
            ClientJsonRpcMessage::Request(request) => Some(request),
            ClientJsonRpcMessage::Response(_)
            | ClientJsonRpcMessage::Notification(_)
            | ClientJsonRpcMessage::Error(_) => None,
        };
        let is = |kind: fn(&ClientRequest) -> bool| request.is_some_and(|r| kind(&r.request));
        let is_call = is(|request| matches!(request, ClientRequest::CallToolRequest(_)));
        Self {
            id: request.map(|request| request.id.clone()),
            is_probe: is(|request| matches!(request, ClientRequest::DiscoverRequest(_))),
            is_call,
            in_session,
            largest: if is_call { LARGEST_ANSWER } else { LARGEST_LIST },
            longest: if is_call { LONGEST_CALL } else { LONGEST_OTHER },
        }
    }
}

impl GuardedHttp {
    fn headed(
        &self,
        request: OutboundRequest,
        session: Option<&str>,
        headers: &HashMap<HeaderName, HeaderValue>,
    ) -> HttpResult<OutboundRequest> {
        let own = session.map(|session| (SESSION, session));
        let odd = || StreamableHttpError::Client(self.0.odd("an invalid header"));
        let headers = headers.iter().map(|(name, value)| {
            value.to_str().map(|value| (name.as_str(), value)).map_err(|_| odd())
        });
        own.into_iter().map(Ok).chain(headers).try_fold(request, |request, header| {
            let (name, value) = header?;
            self.0.header(request, name, value).map_err(StreamableHttpError::Client)
        })
    }

    async fn read_success(
        &self,
        response: OutboundResponse,
        asked: ExpectedAnswer,
    ) -> HttpResult<StreamableHttpPostResponse> {
        if matches!(response.status(), StatusCode::ACCEPTED | StatusCode::NO_CONTENT) {
            return Ok(StreamableHttpPostResponse::Accepted);
        }
        let session = response.headers().get(SESSION).and_then(|value| value.to_str().ok());
        let session = session.map(str::to_owned);
        let media_type = media_type(&response);
        let Some(id) = asked.id else { return Ok(StreamableHttpPostResponse::Accepted) };
        self.1.fetch_or(asked.in_session, Ordering::Relaxed);
        if media_type == EVENTS {
            let too_large = too_large(self.0.server(), &id, asked.largest);
            let events = events(response, Some(too_large));
            return Ok(StreamableHttpPostResponse::Sse(events, session));
        }
        if media_type != JSON {
            let what = format!("“{media_type}”, which is neither JSON nor events");
            return Err(StreamableHttpError::Client(self.0.odd(&what)));
        }
        let body = self.0.body(response).await.map_err(StreamableHttpError::Client)?;
        let message = read_message(&body);
        match message.map(|message| answered(message, &id)) {
            Ok(Some(message)) => Ok(StreamableHttpPostResponse::Json(message, session)),
            Ok(None) => {
                let odd = self.0.odd("a response without a request");
                Err(StreamableHttpError::Client(odd))
            }
            Err(_) => {
                Err(StreamableHttpError::Client(self.0.odd("something that isn't an MCP message")))
            }
        }
    }

    /// Whether a server that answers a request in its session so may have restarted and forgotten it: what
    /// servers say then is said of other mistakes, too. Where the session is a new one, it is meant so. A
    /// call that a broken server may have carried out is not sent again.
    fn may_have_restarted(&self, status: StatusCode, is_call: bool) -> bool {
        let has_answered = self.1.load(Ordering::Relaxed);
        match status {
            StatusCode::NOT_FOUND => true,
            StatusCode::BAD_REQUEST
            | StatusCode::UNAUTHORIZED
            | StatusCode::SERVICE_UNAVAILABLE => has_answered,
            other => has_answered && other.is_server_error() && !is_call,
        }
    }

    /// An answer whose status says that it is none; a server may explain it in its own words.
    async fn read_refusal(
        &self,
        response: OutboundResponse,
        asked: ExpectedAnswer,
    ) -> HttpResult<StreamableHttpPostResponse> {
        let status = response.status();
        if asked.in_session && self.may_have_restarted(status, asked.is_call) {
            return Err(StreamableHttpError::SessionExpired);
        }
        let error = self.0.status_error(&response);
        let is_final = is_final(&error);
        let Some(id) = asked.id.filter(|_| !is_final) else {
            return Err(StreamableHttpError::Client(error));
        };
        let is_json = media_type(&response) == JSON;
        let body = if is_json { self.0.body(response).await.unwrap_or_default() } else { vec![] };
        let told = match read_message(&body) {
            Ok(ServerJsonRpcMessage::Error(told)) => Some(told.error),
            Ok(_) | Err(_) => None,
        };
        let is_older = asked.is_probe && !asked.in_session && status.is_client_error();
        let told = told.or_else(|| {
            is_older.then(|| ErrorData::invalid_request(format!("answered {status}"), None))
        });
        match told {
            // The server may not have read which request it refuses.
            Some(told) => Ok(StreamableHttpPostResponse::Json(
                ServerJsonRpcMessage::error(told, Some(id)),
                None,
            )),
            None => Err(StreamableHttpError::Client(error)),
        }
    }
}

/// Whether the server of an address is one of the revision before this transport: it has a stream of
/// events, which begins with the address for messages.
pub(super) async fn is_older_transport(endpoint: &Endpoint) -> bool {
    let first = async {
        let request = endpoint.request(Method::GET, LARGEST_LIST, LONGEST_OTHER).ok()?;
        let request = endpoint.header(request, "accept", EVENTS).ok()?;
        let response = endpoint.send(request).await.ok()?;
        let is_stream = response.status().is_success() && media_type(&response) == EVENTS;
        events(response, None).next().await?.ok().filter(|_| is_stream)
    };
    let first = timeout(FIRST_EVENT, first).await.ok().flatten();
    first.is_some_and(|event| event.event.as_deref() == Some("endpoint"))
}

fn read_message(body: &[u8]) -> serde_json::Result<ServerJsonRpcMessage> {
    serde_json::from_str(&json::clean(&String::from_utf8_lossy(body)))
}

/// The message, if it answers this request or none in particular.
fn answered(message: ServerJsonRpcMessage, id: &RequestId) -> Option<ServerJsonRpcMessage> {
    let is_ours = |other: &RequestId| other.to_string() == id.to_string();
    match message {
        ServerJsonRpcMessage::Response(response) if !is_ours(&response.id) => None,
        ServerJsonRpcMessage::Error(error) => {
            let ours = error.id.as_ref().is_none_or(is_ours);
            ours.then(|| ServerJsonRpcMessage::error(error.error, Some(id.clone())))
        }
        other => Some(other),
    }
}

/// The event that ends an answer which is larger than may be.
fn too_large(server: &str, id: &RequestId, largest: usize) -> Bytes {
    let words = format!("{server} answers with more than {largest} bytes.");
    let error = ErrorData::new(ErrorCode(TOO_LARGE), words, None);
    let message = ServerJsonRpcMessage::error(error, Some(id.clone()));
    let data = serde_json::to_string(&message).unwrap_or_default();
    // What came before may be half of an event.
    Bytes::from(format!("\n\ndata: {data}\n\n"))
}

/// The events of an answer. A server that wants to be asked again at once, or never, is asked again
/// after a pause that can be waited for.
fn events(
    response: OutboundResponse,
    too_large: Option<Bytes>,
) -> BoxStream<'static, Result<Sse, SseError>> {
    let calm = |mut event: Sse| {
        event.retry = event.retry.map(|pause| pause.clamp(SHORTEST_PAUSE, LONGEST_PAUSE));
        // Events of other names, such as `ping`, are no messages.
        let is_message = matches!(event.event.as_deref(), None | Some("" | "message"));
        event.data = event.data.filter(|_| is_message);
        event.data = event.data.map(|data| json::clean(&data).into_owned());
        event
    };
    let events = SseStream::from_bytes_stream(pieces(response, too_large));
    events.map(move |event| event.map(calm)).boxed()
}

/// The body of an answer as it arrives; what is too large ends with these bytes instead.
fn pieces(
    response: OutboundResponse,
    too_large: Option<Bytes>,
) -> impl Stream<Item = Result<Bytes, OutboundError>> + Send + 'static {
    stream::unfold((Some(response), too_large), |(response, mut too_large)| async move {
        let mut response = response?;
        match response.chunk().await {
            Ok(Some(piece)) => Some((Ok(piece), (Some(response), too_large))),
            Ok(None) => None,
            Err(OutboundError::TooLarge { host, limit }) => {
                let piece = too_large.take().ok_or(OutboundError::TooLarge { host, limit });
                Some((piece, (None, None)))
            }
            Err(error) => Some((Err(error), (None, None))),
        }
    })
}
