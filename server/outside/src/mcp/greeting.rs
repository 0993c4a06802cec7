//! How a server is greeted: by the newest revision of the protocol, else by an older one. Older servers
//! end, say nothing or answer anything to the newest greeting; then they are greeted anew.

use std::{error::Error, sync::Arc, time::Duration};

use rmcp::{
    ClientLifecycleMode, ClientServiceExt, RoleClient,
    model::ProtocolVersion,
    service::{ClientInitializeError, RunningService},
    transport::{IntoTransport, async_rw::AsyncRwTransport},
};
use tokio::{io::duplex, time::timeout};
use tokio_util::task::TaskTracker;

use super::{
    endpoint::Endpoint,
    handler::Handler,
    http,
    in_order::InOrder,
    inbox::{Inbox, Sharing},
    limits::LARGEST_ANSWER,
    port::{McpError, ServerAddress, Transport},
    start_log::StartLog,
    stdio::{self, Fate, Process},
    transport_failure::of_start,
};

/// How long a server on the web may take to answer a greeting that it may not know. A process is told
/// the older one after as long, by `rmcp`.
const PROBE: Duration = Duration::from_secs(10);
/// How long the reason of an end is waited for.
const REASON: Duration = Duration::from_secs(1);
/// How much may be on its way to the sample server, or back.
const PIPE: usize = 64 << 10;

pub(super) type Running = RunningService<RoleClient, Handler>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FirstRequest {
    /// By the newest revision.
    Discover,
    /// By an older one.
    Initialize,
}

/// A server that has answered a greeting.
pub(super) struct Greeted {
    pub(super) running: Running,
    pub(super) process: Option<Process>,
    pub(super) inbox: Arc<Inbox>,
    /// The greeting that it has answered.
    pub(super) way: FirstRequest,
}

struct InVain {
    error: McpError,
    next: Option<FirstRequest>,
}

/// What it takes to greet a server.
pub(super) struct Greeter<'a> {
    pub(super) server: &'a ServerAddress,
    pub(super) endpoint: Option<Endpoint>,
    pub(super) start_log: &'a Arc<StartLog>,
    pub(super) tasks: &'a TaskTracker,
}

impl Greeter<'_> {
    /// Greets a server, first the way that is known to do.
    ///
    /// # Errors
    /// When the server cannot be reached or speaks no revision that is known; nothing has been done.
    pub(super) async fn greet(&self, known: Option<FirstRequest>) -> Result<Greeted, McpError> {
        let InVain { error, next } = match self.greet_by(known).await {
            Ok(greeted) => return Ok(greeted),
            Err(in_vain) => in_vain,
        };
        let Some(next) = next else { return Err(error) };
        let second = match self.greet_by(Some(next)).await {
            Ok(greeted) => return Ok(greeted),
            Err(in_vain) => in_vain.error,
        };
        // Every server but the newest knows the older greeting, and says more of it.
        let error = if next == FirstRequest::Initialize { second } else { error };
        match &self.endpoint {
            Some(endpoint) if http::is_older_transport(endpoint).await => {
                let words = format!(
                    "{} speaks the older HTTP+SSE transport, which Atelier doesn't support. \
                     Register its Streamable HTTP address, which often ends in /mcp.",
                    self.server.name
                );
                Err(McpError::Protocol(words))
            }
            Some(_) | None => Err(error),
        }
    }

    /// Greets it one way; where none is given, the newest way and what it takes to find an older one.
    async fn greet_by(&self, way: Option<FirstRequest>) -> Result<Greeted, InVain> {
        let server = self.server;
        let in_vain = |error| InVain { error, next: None };
        let inbox = Inbox::new(match server.workspace {
            Some(_) => Sharing::OneWorkspace,
            None => Sharing::AllWorkspaces,
        });
        let (started, process) = match (&server.transport, &self.endpoint) {
            (Transport::Stdio(command), _) => {
                let started = stdio::start(&server.name, command, self.start_log, self.tasks);
                let started = started.map_err(in_vain)?;
                // What is longer ends the connection before, with words.
                let pipes = AsyncRwTransport::new_client(started.output, started.input)
                    .with_max_line_length(2 * LARGEST_ANSWER);
                (greet(&inbox, pipes, way).await, Some(started.process))
            }
            (Transport::Sample(sample), _) => {
                let (ours, theirs) = duplex(PIPE);
                self.tasks.spawn(mcp_sample::serve_stream(theirs, *sample));
                (greet(&inbox, ours, way).await, None)
            }
            (
                Transport::Http(_) | Transport::JsonRpc(_) | Transport::OpenApi(_),
                Some(endpoint),
            ) => {
                let greeting = greet(
                    &inbox,
                    http::transport(endpoint.clone()),
                    Some(way.unwrap_or(FirstRequest::Discover)),
                );
                (within_probe(greeting, way).await, None)
            }
            (Transport::Http(_) | Transport::JsonRpc(_) | Transport::OpenApi(_), None) => {
                let words = format!("{} has no URL.", server.name);
                return Err(in_vain(McpError::Protocol(words)));
            }
        };
        match started {
            Ok(running) => {
                let info = running.peer().peer_info();
                let is_newest =
                    info.is_some_and(|info| info.protocol_version == ProtocolVersion::V_2026_07_28);
                let way = if is_newest { FirstRequest::Discover } else { FirstRequest::Initialize };
                Ok(Greeted { running, process, inbox, way })
            }
            Err(failed) => {
                let told = reason(process.as_ref().map(|process| process.fate.clone())).await;
                let error = of_start(&server.name, &failed, told);
                let next = next_way(way, process.is_some(), &failed, &error);
                if let Some(process) = process {
                    process.end().await;
                }
                Err(InVain { error, next })
            }
        }
    }
}

/// The greeting that may do after one in vain.
fn next_way(
    way: Option<FirstRequest>,
    is_process: bool,
    failed: &ClientInitializeError,
    error: &McpError,
) -> Option<FirstRequest> {
    if matches!(error, McpError::Unauthorized(_) | McpError::Limited(..)) {
        return None;
    }
    match way {
        Some(FirstRequest::Initialize) => {
            matches!(error, McpError::Protocol(_)).then_some(FirstRequest::Discover)
        }
        Some(FirstRequest::Discover) => Some(FirstRequest::Initialize),
        // It was slow to answer the newest greeting, and does not know the older one.
        None if is_process && matches!(failed, ClientInitializeError::JsonRpcError(_)) => {
            Some(FirstRequest::Discover)
        }
        None => Some(FirstRequest::Initialize),
    }
}

/// Why what is behind a connection has ended, where that is told soon.
pub(super) async fn reason(fate: Option<Fate>) -> Option<McpError> {
    let mut fate = fate?;
    let told = timeout(REASON, fate.wait_for(Option::is_some)).await.ok()?.ok()?;
    told.clone()
}

type Started = Result<Running, Box<ClientInitializeError>>;

/// Waits no longer than for a probe, where the greeting is one.
async fn within_probe(
    greeting: impl Future<Output = Started>,
    way: Option<FirstRequest>,
) -> Started {
    if way.is_some() {
        return greeting.await;
    }
    let silent = || Box::new(ClientInitializeError::ConnectionClosed("silence".to_owned()));
    timeout(PROBE, greeting).await.unwrap_or_else(|_| Err(silent()))
}

async fn greet<T, E, A>(inbox: &Arc<Inbox>, transport: T, way: Option<FirstRequest>) -> Started
where
    T: IntoTransport<RoleClient, E, A>,
    E: Error + Send + Sync + 'static,
{
    let transport = InOrder::new(transport.into_transport(), inbox.clone());
    let preferred_versions = vec![ProtocolVersion::V_2026_07_28];
    let lifecycle = match way {
        Some(FirstRequest::Discover) => ClientLifecycleMode::Discover { preferred_versions },
        Some(FirstRequest::Initialize) => ClientLifecycleMode::Initialize,
        None => ClientLifecycleMode::Auto { preferred_versions, legacy_version: None },
    };
    Handler.serve_with_lifecycle(transport, lifecycle).await.map_err(Box::new)
}
