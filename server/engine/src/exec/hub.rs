//! News of executions and drafts inside one process: who listens hears that there is something to read.
//!
//! Notices carry ids only; whoever needs more reads the rows. A slow listener loses notices, never
//! slows anyone, and is told that it must look for itself.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use model::id::{TemplateId, WorkspaceId};
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;
use uuid::Uuid;

use crate::{job::TextPiece, store::executions::Notice};

/// Notices that a listener may be behind before it is told to look for itself.
const BACKLOG: usize = 1024;

/// Something happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// An execution has events up to a number.
    Advanced(Notice),
    /// A job streams text.
    Text(TextPiece),
    /// A template's draft is different, or who has it open.
    Draft(DraftChanged),
    /// Notices may have been lost, because the connection was away or the listener too slow; or
    /// something is different that no notice tells.
    Missed,
}

/// A template's draft is different, or who has it open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftChanged {
    /// Whose.
    pub workspace: WorkspaceId,
    /// Of which template.
    pub template: TemplateId,
}

/// Spreads news to all who subscribe.
#[derive(Debug, Clone)]
pub struct Hub {
    id: Uuid,
    sender: broadcast::Sender<News>,
    listening: Arc<AtomicBool>,
    without_room: Arc<AtomicUsize>,
}

/// Something that cannot be written before the database's disk has room again, for as long as this
/// lives.
pub(super) struct AwaitsRoom(Hub);

impl Drop for AwaitsRoom {
    fn drop(&mut self) {
        if self.0.without_room.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.0.tell(News::Missed);
        }
    }
}

impl Default for Hub {
    fn default() -> Self {
        let (listening, without_room) = (Arc::default(), Arc::default());
        let sender = broadcast::Sender::new(BACKLOG);
        Self { id: Uuid::now_v7(), sender, listening, without_room }
    }
}

impl Hub {
    /// Tells it from the hubs of other processes.
    pub(super) fn id(&self) -> Uuid {
        self.id
    }

    /// News from now on.
    pub fn subscribe(&self) -> Subscription {
        Subscription { receiver: self.sender.subscribe() }
    }

    /// Whether news of other processes arrive: not while the database is away.
    pub fn is_listening(&self) -> bool {
        self.listening.load(Ordering::Relaxed)
    }

    pub(super) fn set_listening(&self, listening: bool) {
        self.listening.store(listening, Ordering::Relaxed);
    }

    /// Whether something of this process waits until the database's disk has room. A full database
    /// cannot say so itself.
    pub fn lacks_room(&self) -> bool {
        self.without_room.load(Ordering::Relaxed) > 0
    }

    /// Something waits for that, until what this gives is dropped.
    pub(super) fn wait_for_room(&self) -> AwaitsRoom {
        if self.without_room.fetch_add(1, Ordering::Relaxed) == 0 {
            self.tell(News::Missed);
        }
        AwaitsRoom(self.clone())
    }

    pub(super) fn tell(&self, news: News) {
        // Nobody listening is fine.
        self.sender.send(news).ok();
    }
}

/// A listener's end.
pub struct Subscription {
    receiver: broadcast::Receiver<News>,
}

impl Subscription {
    /// Forgets the news that has come: whoever looks now need not look again for each.
    pub fn catch_up(&mut self) {
        self.receiver = self.receiver.resubscribe();
    }

    /// The next news; none when the process is stopping.
    pub async fn next(&mut self) -> Option<News> {
        match self.receiver.recv().await {
            Ok(news) => Some(news),
            Err(broadcast::error::RecvError::Lagged(_)) => Some(News::Missed),
            Err(broadcast::error::RecvError::Closed) => None,
        }
    }
}
