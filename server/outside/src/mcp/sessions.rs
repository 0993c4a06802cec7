//! The connections that are kept open: one for each server of a workspace, and each way to reach it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use model::id::WorkspaceId;
use sha2::{Digest, Sha256};
use tokio::time::{Instant, timeout};
use tokio_util::task::TaskTracker;

use super::{
    endpoint::Endpoint,
    port::{HttpAddress, McpError, ServerAddress, Transport},
    session::Session,
};

/// The most connections that are kept.
const MOST: usize = 256;
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

/// A connection, or the place where one is being made: whoever comes meanwhile waits for it.
type Slot = Arc<tokio::sync::Mutex<Option<Arc<Session>>>>;

/// All connections of this process.
#[derive(Default)]
pub(super) struct Sessions {
    slots: Mutex<HashMap<Key, Slot>>,
    tasks: TaskTracker,
}

impl Sessions {
    /// A connection to a server: the one that is kept, or a new one.
    ///
    /// # Errors
    /// When none can be made; nothing has been done.
    pub(super) async fn get(
        &self,
        server: &ServerAddress,
        endpoint: Option<Endpoint>,
    ) -> Result<Arc<Session>, McpError> {
        let slot = self.slot(server)?;
        let mut kept = slot.lock().await;
        if let Some(session) = kept.as_ref().filter(|session| session.is_open()) {
            return Ok(session.clone());
        }
        let session = Arc::new(Session::open(server, endpoint, &self.tasks).await?);
        *kept = Some(session.clone());
        Ok(session)
    }

    /// Ends the connection to a server in the background, unless calls are under way.
    pub(super) fn end_if_idle(&self, server: &ServerAddress) {
        let slot = self.slots().get(&Key::of(server)).cloned();
        let kept = slot.as_ref().and_then(|slot| slot.try_lock().ok());
        if let Some(session) = kept.as_ref().and_then(|kept| kept.as_ref()) {
            session.end_if_idle();
        }
    }

    /// Ends all connections, and waits for what is behind them.
    pub(super) async fn end_all(&self) {
        let slots = std::mem::take(&mut *self.slots());
        self.tasks.close();
        let ended = timeout(END, async {
            for slot in slots.into_values() {
                if let Some(session) = slot.lock().await.take() {
                    session.end();
                }
            }
            self.tasks.wait().await;
        });
        if ended.await.is_err() {
            tracing::warn!("some servers of tools do not end their connections");
        }
    }

    fn slot(&self, server: &ServerAddress) -> Result<Slot, McpError> {
        let mut slots = self.slots();
        let key = Key::of(server);
        if !slots.contains_key(&key) {
            make_room(&mut slots)?;
        }
        Ok(slots.entry(key).or_default().clone())
    }

    fn slots(&self) -> MutexGuard<'_, HashMap<Key, Slot>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Forgets connections that are over and, where there are too many, ends the one that is idle for the
/// longest.
fn make_room(slots: &mut HashMap<Key, Slot>) -> Result<(), McpError> {
    slots.retain(|_, slot| {
        let is_wanted = Arc::strong_count(slot) > 1;
        is_wanted || slot.try_lock().is_ok_and(|kept| kept.as_ref().is_some_and(|s| s.is_open()))
    });
    if slots.len() < MOST {
        return Ok(());
    }
    let mut oldest: Option<(Instant, Arc<Session>)> = None;
    for slot in slots.values() {
        let kept = slot.try_lock().ok().and_then(|kept| kept.clone());
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
