//! A connection to a server: how it is made, kept and ended.

use std::{error::Error, future::pending, pin::pin, sync::Arc, time::Duration};

use rmcp::{
    ClientLifecycleMode, ClientServiceExt, Peer, RoleClient,
    model::ProtocolVersion,
    service::{ClientInitializeError, RunningService},
    transport::{IntoTransport, async_rw::AsyncRwTransport},
};
use tokio::{
    io::duplex,
    time::{sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    endpoint::Endpoint,
    handler::Handler,
    http,
    in_order::InOrder,
    inbox::{Inbox, Sharing, Ticket},
    limits::LARGEST_ANSWER,
    port::{McpError, ServerAddress, Transport},
    stdio::{self, Fate, Process},
    transport_failure::of_start,
};

/// After so long without a call a connection is ended.
const IDLE: Duration = Duration::from_secs(300);
/// How often that is looked at.
const LOOK: Duration = Duration::from_secs(30);
/// How long a connection has to say goodbye.
const FAREWELL: Duration = Duration::from_secs(2);
/// How long the reason of an end is waited for.
const REASON: Duration = Duration::from_secs(1);
/// How much may be on its way to the sample server, or back.
const PIPE: usize = 64 << 10;

type Running = RunningService<RoleClient, Handler>;

/// A connection that may be used.
pub(super) struct Session {
    /// Sends requests.
    pub(super) peer: Peer<RoleClient>,
    inbox: Arc<Inbox>,
    fate: Option<Fate>,
    stop: CancellationToken,
}

impl Session {
    /// Connects to a server: first by the newest revision of the protocol, else by an older one. The
    /// connection is kept by one of the tasks.
    ///
    /// # Errors
    /// When the server cannot be reached or speaks no revision that is known; nothing has been done.
    pub(super) async fn open(
        server: &ServerAddress,
        endpoint: Option<Endpoint>,
        tasks: &TaskTracker,
    ) -> Result<Self, McpError> {
        let sharing = match server.workspace {
            Some(_) => Sharing::OneWorkspace,
            None => Sharing::AllWorkspaces,
        };
        let inbox = Inbox::new(sharing);
        let (started, process) = match (&server.transport, endpoint) {
            (Transport::Stdio(command), _) => {
                let started = stdio::start(&server.name, command, tasks)?;
                // What is longer ends the connection before, with words.
                let pipes = AsyncRwTransport::new_client(started.output, started.input)
                    .with_max_line_length(2 * LARGEST_ANSWER);
                (greet(&inbox, pipes).await, Some(started.process))
            }
            (Transport::Sample(sample), _) => {
                let (ours, theirs) = duplex(PIPE);
                tasks.spawn(mcp_sample::serve_stream(theirs, *sample));
                (greet(&inbox, ours).await, None)
            }
            (Transport::Http(_) | Transport::JsonRpc(_), Some(endpoint)) => {
                (greet(&inbox, http::transport(endpoint)).await, None)
            }
            (Transport::Http(_) | Transport::JsonRpc(_), None) => {
                let words = format!("{} has no URL.", server.name);
                return Err(McpError::Protocol(words));
            }
        };
        let fate = process.as_ref().map(|process| process.fate.clone());
        let running = match started {
            Ok(running) => running,
            Err(error) => {
                let told = reason(fate.clone()).await;
                return Err(of_start(&server.name, &error, told));
            }
        };
        let stop = CancellationToken::new();
        let session =
            Self { peer: running.peer().clone(), inbox: inbox.clone(), fate, stop: stop.clone() };
        tasks.spawn(keep(running, process, inbox, stop));
        Ok(session)
    }

    /// A call begins; none where the connection is over.
    pub(super) fn open_call(&self) -> Option<Ticket> {
        if self.peer.is_transport_closed() { None } else { self.inbox.open_call() }
    }

    /// Whether it takes calls.
    pub(super) fn is_open(&self) -> bool {
        !self.inbox.is_closed() && !self.peer.is_transport_closed()
    }

    /// Since when no call is under way; none while there are some.
    pub(super) fn idle_since(&self) -> Option<tokio::time::Instant> {
        self.inbox.idle_since()
    }

    /// Ends it in the background, unless calls are under way; says whether it ends.
    pub(super) fn end_if_idle(&self) -> bool {
        let ends = self.inbox.close_if_idle();
        if ends {
            self.stop.cancel();
        }
        ends
    }

    /// Takes no more calls. Those under way go on, and the last of them ends it.
    pub(super) fn retire(&self) {
        self.inbox.close();
    }

    /// Ends it in the background, whatever is under way.
    pub(super) fn end(&self) {
        self.inbox.close();
        self.stop.cancel();
    }

    /// Why it is over, where that is known.
    pub(super) async fn reason(&self) -> Option<McpError> {
        reason(self.fate.clone()).await
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.end();
    }
}

async fn reason(fate: Option<Fate>) -> Option<McpError> {
    let mut fate = fate?;
    let told = timeout(REASON, fate.wait_for(Option::is_some)).await.ok()?.ok()?;
    told.clone()
}

async fn greet<T, E, A>(
    inbox: &Arc<Inbox>,
    transport: T,
) -> Result<Running, Box<ClientInitializeError>>
where
    T: IntoTransport<RoleClient, E, A>,
    E: Error + Send + Sync + 'static,
{
    let transport = InOrder { connection: transport.into_transport(), inbox: inbox.clone() };
    let lifecycle = ClientLifecycleMode::Auto {
        preferred_versions: vec![ProtocolVersion::V_2026_07_28],
        legacy_version: Some(ProtocolVersion::LATEST_WITH_INITIALIZE),
    };
    Handler.serve_with_lifecycle(transport, lifecycle).await.map_err(Box::new)
}

/// Keeps a connection until it is over, idle for long, or no longer wanted, and ends what is behind it.
async fn keep(
    running: Running,
    process: Option<Process>,
    inbox: Arc<Inbox>,
    stop: CancellationToken,
) {
    let goodbye = running.cancellation_token();
    let mut over = pin!(running.waiting());
    let is_over = loop {
        tokio::select! {
            _ = &mut over => break true,
            () = stop.cancelled() => break false,
            () = gone(process.as_ref()) => {
                inbox.close();
                // Its last answer may be on its way; something it has started may keep the pipe open.
                break timeout(FAREWELL, &mut over).await.is_ok();
            }
            () = sleep(LOOK) => {
                let is_idle = inbox.idle_since().is_some_and(|since| since.elapsed() >= IDLE);
                if is_idle && inbox.close_if_idle() {
                    break false;
                }
            }
        }
    };
    inbox.close();
    if !is_over {
        goodbye.cancel();
        // A process that reads nothing more keeps its end waiting until it is gone itself.
        let _ = timeout(FAREWELL, &mut over).await;
    }
    if let Some(process) = process {
        process.end().await;
    }
}

/// Waits until the process is gone; where there is none, for ever.
async fn gone(process: Option<&Process>) {
    match process {
        Some(process) => process.gone().await,
        None => pending().await,
    }
}
