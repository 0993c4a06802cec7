//! A broadcast channel inside one process for events of executions and drafts.
//!
//! Events carry ids only; whoever needs more reads the rows. A slow subscriber slows nobody: it
//! loses events and gets [`BusEvent::Missed`] instead.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use model::{
    id::{TemplateId, UserId, WorkspaceId},
    stream::TextPiece,
};
use serde::{Deserialize, Serialize};
use store::executions::Notice;
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// How many events a subscriber may be behind before it gets [`BusEvent::Missed`].
const BACKLOG: usize = 1024;

/// What subscribers are told; none of it is more than a reason to read the rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BusEvent {
    /// An execution has new events, up to the number in the notice.
    Advanced(Notice),
    /// A job streams text.
    Text(TextPiece),
    /// A template's draft has changed, or the set of people who have it open.
    Draft(DraftChanged),
    /// Comments of a workspace have changed, or somebody has seen that they are named in some.
    Comments(WorkspaceId),
    /// Events may have been lost, because the connection was away or the subscriber too slow; or
    /// something has changed that no event describes.
    Missed,
}

/// A template's draft has changed, or the set of people who have it open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftChanged {
    /// The workspace that owns the template; nobody else may be told.
    pub workspace: WorkspaceId,
    pub template: TemplateId,
}

/// Sends events to all subscribers of this process; cheap to clone.
#[derive(Debug, Clone)]
pub struct EventBus {
    id: Uuid,
    sender: broadcast::Sender<BusEvent>,
    listening: Arc<AtomicBool>,
    without_room: Arc<AtomicUsize>,
    access: Arc<Mutex<HashMap<UserId, CancellationToken>>>,
}

/// While this lives, a write of this process waits until the database's disk has room again.
pub(super) struct DiskFullGuard(EventBus);

impl Drop for DiskFullGuard {
    fn drop(&mut self) {
        if self.0.without_room.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.0.publish(BusEvent::Missed);
        }
    }
}

impl Default for EventBus {
    fn default() -> Self {
        let (listening, without_room) = (Arc::default(), Arc::default());
        let (sender, access) = (broadcast::Sender::new(BACKLOG), Arc::default());
        Self { id: Uuid::now_v7(), sender, listening, without_room, access }
    }
}

impl EventBus {
    /// The id that tells this bus from those of other processes.
    pub(super) fn id(&self) -> Uuid {
        self.id
    }

    /// Subscribes to the events that are published from now on.
    pub fn subscribe(&self) -> Subscription {
        Subscription { receiver: self.sender.subscribe() }
    }

    /// Whether events of other processes arrive: not while the database is away.
    pub fn is_listening(&self) -> bool {
        self.listening.load(Ordering::Relaxed)
    }

    pub(super) fn set_listening(&self, listening: bool) {
        self.listening.store(listening, Ordering::Relaxed);
    }

    /// Whether a write of this process waits until the database's disk has room. A full database
    /// cannot say so itself.
    pub fn is_disk_full(&self) -> bool {
        self.without_room.load(Ordering::Relaxed) > 0
    }

    /// Notes that a write waits for room, until the guard is dropped.
    pub(super) fn note_disk_full(&self) -> DiskFullGuard {
        if self.without_room.fetch_add(1, Ordering::Relaxed) == 0 {
            self.publish(BusEvent::Missed);
        }
        DiskFullGuard(self.clone())
    }

    /// A token that is cancelled as soon as some access of the person ends or is lowered: what
    /// streams to them ends then, and they come back with what they still have. Taken before their
    /// access is looked at, so that no change in between is missed.
    pub fn access_of(&self, person: UserId) -> CancellationToken {
        let mut access = self.access.lock().unwrap_or_else(PoisonError::into_inner);
        access.entry(person).or_default().clone()
    }

    /// Ends what streams to a person from this process, at once.
    pub fn end_streams_of(&self, person: UserId) {
        let mut access = self.access.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(token) = access.remove(&person) {
            token.cancel();
        }
    }

    pub(super) fn publish(&self, event: BusEvent) {
        // It is no error that nobody has subscribed.
        self.sender.send(event).ok();
    }
}

/// The receiving end of a subscriber.
pub struct Subscription {
    receiver: broadcast::Receiver<BusEvent>,
}

impl Subscription {
    /// Drops the events that have arrived: whoever reads the rows now need not read them again for
    /// each.
    pub fn catch_up(&mut self) {
        self.receiver = self.receiver.resubscribe();
    }

    /// The next event; none when the process is stopping.
    pub async fn next(&mut self) -> Option<BusEvent> {
        match self.receiver.recv().await {
            Ok(event) => Some(event),
            Err(broadcast::error::RecvError::Lagged(_)) => Some(BusEvent::Missed),
            Err(broadcast::error::RecvError::Closed) => None,
        }
    }
}
