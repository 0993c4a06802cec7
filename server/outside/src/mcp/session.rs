//! A connection to a server: how it is made, kept and ended.

use std::{future::pending, pin::pin, sync::Arc, time::Duration};

use rmcp::{Peer, RoleClient};
use tokio::time::{sleep, timeout};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    greeting::{Greeted, Running, reason},
    inbox::{Inbox, Ticket},
    port::McpError,
    stdio::{Fate, Process},
};

/// After so long without a call a connection is ended.
const IDLE: Duration = Duration::from_secs(300);
/// How often that is looked at.
const LOOK: Duration = Duration::from_secs(30);
/// How long a connection has to say goodbye.
const FAREWELL: Duration = Duration::from_secs(2);
/// A connection that may be used.
pub(super) struct Session {
    /// Sends requests.
    pub(super) peer: Peer<RoleClient>,
    inbox: Arc<Inbox>,
    fate: Option<Fate>,
    stop: CancellationToken,
}

impl Session {
    /// The connection to a server that has answered a greeting. It is kept by one of the tasks.
    pub(super) fn new(greeted: Greeted, tasks: &TaskTracker) -> Self {
        let Greeted { running, process, inbox, way: _ } = greeted;
        let fate = process.as_ref().map(|process| process.fate.clone());
        let stop = CancellationToken::new();
        let session =
            Self { peer: running.peer().clone(), inbox: inbox.clone(), fate, stop: stop.clone() };
        tasks.spawn(keep(running, process, inbox, stop));
        session
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
