//! The connections that are kept open: one for each server of a workspace, and each way to reach it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use model::id::WorkspaceId;
use sha2::{Digest, Sha256};
use tokio::time::{Instant, timeout};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    endpoint::Endpoint,
    greeting::{FirstRequest, Greeter},
    port::{HttpAddress, McpError, ServerAddress, Transport},
    session::Session,
    start_log::StartLog,
};

/// The most connections that are kept.
const MOST: usize = 256;
/// The longest that a server may take to start: programs may have to be fetched first.
const LONGEST_START: Duration = Duration::from_secs(300);
/// When there may be room again.
const AFTER: Duration = Duration::from_secs(5);
/// The longest that the end of all connections may take; no step of it takes longer.
const END: Duration = Duration::from_secs(15);

/// Whose connection it is. A server that is reached another way, or with another key, is another one.
#[derive(PartialEq, Eq, Hash)]
struct Key {
    workspace: Option<WorkspaceId>,
    name: String,
    way: [u8; 32],
}

/// The place of a connection.
#[derive(Default)]
struct Slot {
    /// While a connection is being made, whoever comes meanwhile waits for it.
    kept: Arc<tokio::sync::Mutex<KeptSession>>,
    start_log: Arc<StartLog>,
}

#[derive(Default)]
struct KeptSession {
    session: Option<Arc<Session>>,
    /// The greeting that the server answered last.
    way: Option<FirstRequest>,
}

impl KeptSession {
    fn open_session(&self) -> Option<&Arc<Session>> {
        self.session.as_ref().filter(|session| session.is_open())
    }
}

/// All connections of this process.
#[derive(Default)]
pub(super) struct Sessions {
    slots: Mutex<HashMap<Key, Arc<Slot>>>,
    tasks: TaskTracker,
    /// Gives up the connections that are being made.
    closing: Mutex<CancellationToken>,
}

impl Sessions {
    /// A connection to a server: the one that is kept, or a new one. It goes on being made when this is
    /// dropped: programs that are slow to start would never have started otherwise.
    ///
    /// # Errors
    /// When none can be made; nothing has been done.
    pub(super) async fn get(
        &self,
        server: &ServerAddress,
        endpoint: Option<Endpoint>,
    ) -> Result<Arc<Session>, McpError> {
        let slot = self.slot(server)?;
        let mut kept = slot.kept.clone().lock_owned().await;
        if let Some(session) = kept.open_session() {
            return Ok(session.clone());
        }
        let (server, tasks) = (server.clone(), self.tasks.clone());
        let closing = lock(&self.closing).clone();
        let making = self.tasks.spawn(async move {
            slot.start_log.restart();
            let (server, start_log, tasks) = (&server, &slot.start_log, &tasks);
            let greeter = Greeter { server, endpoint, start_log, tasks };
            let greeted = tokio::select! {
                greeted = timeout(LONGEST_START, greeter.greet(kept.way)) => greeted.ok(),
                () = closing.cancelled() => None,
            };
            slot.start_log.end();
            let greeted = greeted.unwrap_or_else(|| Err(not_made(server)))?;
            kept.way = Some(greeted.way);
            Ok(kept.session.insert(Arc::new(Session::new(greeted, tasks))).clone())
        });
        making.await.map_err(|error| McpError::Unreachable(error.to_string()))?
    }

    /// The next request goes by a new connection. One that is being made is new.
    pub(super) fn renew(&self, server: &ServerAddress) {
        let slot = lock(&self.slots).get(&Key::of(server)).cloned();
        if let Some(session) = slot.and_then(|slot| slot.kept.try_lock().ok()?.session.clone()) {
            session.retire();
        }
    }

    /// What is known of the start of a server.
    pub(super) fn start_log(&self, server: &ServerAddress) -> Option<Arc<StartLog>> {
        lock(&self.slots).get(&Key::of(server)).map(|slot| slot.start_log.clone())
    }

    /// Ends the connection to a server in the background, unless calls are under way.
    pub(super) fn end_if_idle(&self, server: &ServerAddress) {
        let slot = lock(&self.slots).get(&Key::of(server)).cloned();
        if let Some(session) = slot.and_then(|slot| slot.kept.try_lock().ok()?.session.clone()) {
            session.end_if_idle();
        }
    }

    /// Ends all connections, and waits for what is behind them.
    pub(super) async fn end_all(&self) {
        let slots = std::mem::take(&mut *lock(&self.slots));
        self.tasks.close();
        std::mem::take(&mut *lock(&self.closing)).cancel();
        let ended = timeout(END, async {
            for slot in slots.into_values() {
                if let Some(session) = slot.kept.lock().await.session.take() {
                    session.end();
                }
            }
            self.tasks.wait().await;
        });
        if ended.await.is_err() {
            tracing::warn!("some servers of tools do not end their connections");
        }
    }

    fn slot(&self, server: &ServerAddress) -> Result<Arc<Slot>, McpError> {
        let mut slots = lock(&self.slots);
        let key = Key::of(server);
        if !slots.contains_key(&key) && slots.len() >= MOST {
            make_room(&mut slots)?;
        }
        Ok(slots.entry(key).or_default().clone())
    }
}

fn lock<T>(held: &Mutex<T>) -> MutexGuard<'_, T> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
}

fn not_made(server: &ServerAddress) -> McpError {
    let seconds = LONGEST_START.as_secs();
    McpError::Unreachable(format!("{} didn't start within {seconds} s.", server.name))
}

/// Forgets connections that are over and, where there are too many, ends the one that is idle for the
/// longest.
fn make_room(slots: &mut HashMap<Key, Arc<Slot>>) -> Result<(), McpError> {
    slots.retain(|_, slot| {
        let is_wanted = Arc::strong_count(slot) > 1;
        is_wanted || slot.kept.try_lock().is_ok_and(|kept| kept.open_session().is_some())
    });
    if slots.len() < MOST {
        return Ok(());
    }
    let mut oldest: Option<(Instant, Arc<Session>)> = None;
    for slot in slots.values() {
        let kept = slot.kept.try_lock().ok().and_then(|kept| kept.session.clone());
        let Some(session) = kept else { continue };
        let Some(since) = session.idle_since() else { continue };
        if oldest.as_ref().is_none_or(|(first, _)| since < *first) {
            oldest = Some((since, session));
        }
    }
    if oldest.is_some_and(|(_, session)| session.end_if_idle()) {
        return Ok(());
    }
    let words = format!("{MOST} tool servers are busy, the maximum. Try again later.");
    Err(McpError::Limited(Some(AFTER), words))
}

impl Key {
    fn of(server: &ServerAddress) -> Self {
        let mut hash = Sha256::new();
        let mut part = |text: &str| {
            hash.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_le_bytes());
            hash.update(text.as_bytes());
        };
        match &server.transport {
            Transport::Http(address) => web_parts("http", address, &mut part),
            Transport::JsonRpc(address) => web_parts("json_rpc", address, &mut part),
            Transport::OpenApi(api) => web_parts("open_api", &api.http, &mut part),
            Transport::Sample(sample) => part(sample.name()),
            Transport::Stdio(command) => {
                command.argv.iter().for_each(|argument| part(argument));
                part("");
                for (name, value) in &command.env {
                    part(name);
                    part(value);
                }
                part(&format!("{:?} {:?}", command.memory_bytes, command.cpu_seconds));
            }
        }
        let way = hash.finalize().into();
        Self { workspace: server.workspace, name: server.name.clone(), way }
    }
}

fn web_parts(kind: &str, address: &HttpAddress, part: &mut impl FnMut(&str)) {
    part(kind);
    part(address.url.as_str());
    for (name, secret) in &address.headers {
        part(name);
        part(secret.expose());
    }
}
