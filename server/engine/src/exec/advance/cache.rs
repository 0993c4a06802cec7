//! Snapshots as of the last commit, so that the next decision need not read them again.
//!
//! An entry is valid only while the execution's row, read under its lock or compared as it is
//! written, has the entry's last event number: whatever changes an execution adds an event.

use std::{
    num::NonZeroUsize,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use lru::LruCache;
use model::{decide::Snapshot, execution::state::ExecutionStatus, id::ExecutionId};

/// How many executions are cached at most.
const CAPACITY: NonZeroUsize = NonZeroUsize::new(2048).unwrap();

pub struct Cache(Mutex<LruCache<ExecutionId, Arc<Snapshot>>>);

impl Default for Cache {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(CAPACITY)))
    }
}

impl Cache {
    /// Removes and returns the snapshot of an execution if its last event has the number `seq`.
    pub fn take(&self, id: ExecutionId, seq: i64) -> Option<Snapshot> {
        self.take_any(id).filter(|snapshot| snapshot.event_seq == seq)
    }

    /// Removes and returns the snapshot of an execution, whether or not it is still valid.
    pub fn take_any(&self, id: ExecutionId) -> Option<Snapshot> {
        // Copied only while one of its jobs still uses it.
        self.lock().pop(&id).map(Arc::unwrap_or_clone)
    }

    /// Caches a snapshot as it was committed. Left out are executions that are over, that are known
    /// only in part and must be read again, and that only wait and have to be admitted first.
    pub fn put(&self, snapshot: Arc<Snapshot>) {
        let only_waits =
            snapshot.status == ExecutionStatus::Running && snapshot.running_since.is_none();
        if !snapshot.status.is_over() && !snapshot.partial && !only_waits {
            self.lock().put(snapshot.id, snapshot);
        }
    }

    fn lock(&self) -> MutexGuard<'_, LruCache<ExecutionId, Arc<Snapshot>>> {
        // Nothing in the critical sections can panic half-way, so a poisoned cache is still
        // consistent.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
