//! The client over `rmcp`: which way a server is asked, for how long, and what is told of it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use tokio::time::{Instant, timeout};
use vault::secret::Redactor;

use super::{
    answer::cut,
    call,
    endpoint::Endpoint,
    failure::nothing_done,
    json_rpc,
    listing::Sorted,
    open_api::call::ApiCaller,
    port::{
        CallObserver, HttpAddress, Listing, McpError, McpPort, ServerAddress, ToolAnswer,
        ToolRequest, Transport,
    },
    session::Session,
    sessions::Sessions,
    transport_failure::Unanswered,
};
use crate::outbound::OutboundClient;

/// How long a server may take to greet and to list its tools.
const LIST_LIMIT: Duration = Duration::from_secs(30);
/// A request goes over a second connection where it has certainly not left by the first.
const CONNECTIONS: usize = 2;

/// The client of all MCP servers.
pub struct RmcpClient {
    for_workspaces: OutboundClient,
    for_operator: OutboundClient,
    sessions: Sessions,
}

impl RmcpClient {
    /// A client that reaches the servers of workspaces by the first, and those of the operator, who
    /// vouches for them, by the second.
    pub fn new(for_workspaces: OutboundClient, for_operator: OutboundClient) -> Self {
        Self { for_workspaces, for_operator, sessions: Sessions::default() }
    }

    /// By whom a server is reached.
    fn outbound(&self, server: &ServerAddress) -> &OutboundClient {
        if server.workspace.is_some() { &self.for_workspaces } else { &self.for_operator }
    }

    fn endpoint(
        &self,
        server: &ServerAddress,
        address: &HttpAddress,
    ) -> Result<Endpoint, McpError> {
        Endpoint::new(self.outbound(server).clone(), &server.name, address.clone())
    }

    async fn session(&self, server: &ServerAddress) -> Result<Arc<Session>, McpError> {
        let endpoint = match &server.transport {
            Transport::Http(address) | Transport::JsonRpc(address) => {
                Some(self.endpoint(server, address)?)
            }
            Transport::Stdio(_) | Transport::Sample(_) | Transport::OpenApi(_) => None,
        };
        self.sessions.get(server, endpoint).await
    }

    async fn list(&self, server: &ServerAddress) -> Result<Listing, McpError> {
        if let Transport::JsonRpc(address) = &server.transport {
            let sorted = json_rpc::list_tools(&self.endpoint(server, address)?).await?;
            return Ok(listing(sorted, None));
        }
        if let Transport::OpenApi(address) = &server.transport {
            let tools = address.api.operations.iter().map(|one| one.definition.clone());
            let (tools, refused) = (tools.collect(), address.api.unused.clone());
            return Ok(listing(Sorted { tools, refused }, None));
        }
        let mut reason = None;
        for _ in 0..CONNECTIONS {
            let session = self.session(server).await?;
            match call::list_tools(&session, &server.name).await {
                Ok(sorted) => return Ok(listing(sorted, Some(&session))),
                Err(Unanswered::NotSent | Unanswered::ConnectionOver) => {
                    reason = session.reason().await;
                    session.retire();
                }
                Err(Unanswered::Failed(error)) => return Err(failed(&session, error)),
            }
        }
        Err(reason.unwrap_or_else(|| over(server)))
    }

    async fn call(
        &self,
        server: &ServerAddress,
        request: &ToolRequest,
        observer: &dyn CallObserver,
        has_left: &AtomicBool,
    ) -> Result<ToolAnswer, McpError> {
        if let Transport::JsonRpc(address) = &server.transport {
            let endpoint = self.endpoint(server, address)?;
            has_left.store(true, Ordering::Relaxed);
            return json_rpc::call_tool(&endpoint, request).await;
        }
        if let Transport::OpenApi(address) = &server.transport {
            let (client, server) = (self.outbound(server), server.name.as_str());
            has_left.store(true, Ordering::Relaxed);
            return ApiCaller { client, server, address }.call(request).await;
        }
        for _ in 0..CONNECTIONS {
            let session = self.session(server).await?;
            has_left.store(true, Ordering::Relaxed);
            match call::call_tool(&session, &server.name, request, observer).await {
                Ok(answer) => return Ok(answer),
                Err(Unanswered::NotSent) => {
                    has_left.store(false, Ordering::Relaxed);
                    session.retire();
                }
                Err(Unanswered::ConnectionOver) => {
                    return Err(session.reason().await.unwrap_or_else(|| over(server)));
                }
                Err(Unanswered::Failed(error)) => return Err(failed(&session, error)),
            }
        }
        Err(nothing_done(over(server)))
    }

    /// That a server is still starting, where it is.
    fn slow_start(&self, server: &ServerAddress) -> Option<String> {
        let lasts = self.sessions.start_log(server)?.lasts()?;
        let (name, seconds) = (&server.name, lasts.as_secs());
        Some(format!("{name} is still starting after {seconds} s."))
    }

    /// A process that has not answered in time may hang: the next request is not to wait for it, too.
    fn replace_process(&self, server: &ServerAddress) {
        if let Transport::Stdio(_) = server.transport {
            self.sessions.end_if_idle(server);
        }
    }
}

#[async_trait]
impl McpPort for RmcpClient {
    async fn list_tools(&self, server: &ServerAddress) -> Result<Listing, McpError> {
        let begun = Instant::now();
        let listed = timeout(LIST_LIMIT, self.list(server)).await.unwrap_or_else(|_| {
            self.replace_process(server);
            let seconds = LIST_LIMIT.as_secs();
            let words = || format!("{} didn't list its tools within {seconds} s.", server.name);
            Err(McpError::Unreachable(self.slow_start(server).unwrap_or_else(words)))
        });
        let latency = begun.elapsed();
        let redactor = server.transport.redactor();
        listed
            .map(|listing| Listing { latency, ..listing })
            .map_err(|error| nothing_done(error).reworded(|words| redactor.clean(words)))
    }

    async fn check(&self, server: &ServerAddress) -> Result<Listing, (McpError, String)> {
        self.sessions.renew(server);
        self.list_tools(server).await.map_err(|error| {
            let start_log = self.sessions.start_log(server);
            (error, start_log.map(|log| log.last_words()).unwrap_or_default())
        })
    }

    async fn call_tool(
        &self,
        server: &ServerAddress,
        request: ToolRequest,
        observer: &dyn CallObserver,
    ) -> Result<ToolAnswer, McpError> {
        let has_left = AtomicBool::new(false);
        let redactor = server.transport.redactor();
        let masked = Masked { observer, redactor: &redactor };
        let called = self.call(server, &request, &masked, &has_left);
        let answered = timeout(request.time_limit, called).await.unwrap_or_else(|_| {
            let seconds = request.time_limit.as_secs_f64();
            let words = format!("{} didn't answer within {seconds} s.", server.name);
            if !has_left.load(Ordering::Relaxed) {
                return Err(McpError::Unreachable(self.slow_start(server).unwrap_or(words)));
            }
            self.replace_process(server);
            Err(McpError::TimedOut(words))
        });
        answered.map_err(|error| error.reworded(|words| redactor.clean(words)))
    }

    async fn close(&self) {
        self.sessions.end_all().await;
    }
}

/// A request that failed: whoever may have restarted is greeted anew.
fn failed(session: &Session, error: McpError) -> McpError {
    let may_have_restarted =
        matches!(error, McpError::Unreachable(_) | McpError::Lost(_) | McpError::Gateway(_));
    if may_have_restarted {
        session.retire();
    }
    error
}

fn listing(sorted: Sorted, session: Option<&Session>) -> Listing {
    let info = session.and_then(|session| session.peer.peer_info());
    Listing {
        protocol: info.as_ref().map(|info| info.protocol_version.to_string()),
        tools: sorted.tools,
        refused: sorted.refused,
        instructions: info.and_then(|info| info.instructions.as_deref().map(cut)),
        latency: Duration::ZERO,
    }
}

fn over(server: &ServerAddress) -> McpError {
    McpError::Lost(format!("{} closed the connection without an answer.", server.name))
}

/// An observer who hears no keys.
struct Masked<'a> {
    observer: &'a dyn CallObserver,
    redactor: &'a Redactor,
}

impl CallObserver for Masked<'_> {
    fn progress(&self, done: f64, total: Option<f64>, message: Option<&str>) {
        let message = message.map(|message| self.redactor.clean(message));
        self.observer.progress(done, total, message.as_deref());
    }

    fn log(&self, level: &str, message: &str) {
        self.observer.log(level, &self.redactor.clean(message));
    }
}
