//! Snapshots as of the last commit, so that the next decision need not read them again.
//!
//! Never trusted by itself: an entry counts only when the execution's row, read under its lock or
//! compared as it is written, still carries the entry's last event number. Whatever changes an
//! execution adds an event.

use std::{
    num::NonZeroUsize,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use lru::LruCache;
use model::{decide::Snapshot, execution::state::ExecutionStatus, id::ExecutionId};

/// How many executions are remembered.
const CAPACITY: NonZeroUsize = NonZeroUsize::new(2048).unwrap();

/// Bounded, what was kept longest ago out first.
pub struct Cache(Mutex<LruCache<ExecutionId, Arc<Snapshot>>>);

impl Default for Cache {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(CAPACITY)))
    }
}

impl Cache {
    /// The snapshot of an execution whose last event is number `seq`; it leaves the cache.
    pub fn take(&self, id: ExecutionId, seq: i64) -> Option<Snapshot> {
        self.take_any(id).filter(|snapshot| snapshot.event_seq == seq)
    }

    /// What is remembered of an execution, if anything; it leaves the cache.
    pub fn take_any(&self, id: ExecutionId) -> Option<Snapshot> {
        // Copied only if one of its jobs is still at work with it.
        self.lock().pop(&id).map(Arc::unwrap_or_clone)
    }

    /// Remembers what a commit has made true; an execution that is over is not worth it, one that is
    /// known only in part must be read again, and one that only waits has to find a place first.
    pub fn keep(&self, snapshot: Arc<Snapshot>) {
        let only_waits =
            snapshot.status == ExecutionStatus::Running && snapshot.running_since.is_none();
        if !snapshot.status.is_over() && !snapshot.partial && !only_waits {
            self.lock().put(snapshot.id, snapshot);
        }
    }

    fn lock(&self) -> MutexGuard<'_, LruCache<ExecutionId, Arc<Snapshot>>> {
        // Nothing in the critical sections can panic half-way; a poisoned cache is still a cache.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
