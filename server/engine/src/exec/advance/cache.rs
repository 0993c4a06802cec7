//! Snapshots as of the last commit, so that the next decision need not read them again.
//!
//! Never trusted by itself: an entry counts only when the execution's row, read under its lock or
//! compared as it is written, still carries the entry's last event number. Whatever changes an
//! execution adds an event.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex},
};

use model::{decide::Snapshot, id::ExecutionId};

/// How many executions are remembered.
const CAPACITY: usize = 2048;

/// Bounded, what was kept longest ago out first.
#[derive(Default)]
pub struct Cache {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    snapshots: HashMap<ExecutionId, (u64, Arc<Snapshot>)>,
    order: BTreeMap<u64, ExecutionId>,
    clock: u64,
}

impl Inner {
    fn remove(&mut self, id: ExecutionId) -> Option<Arc<Snapshot>> {
        let (kept, snapshot) = self.snapshots.remove(&id)?;
        self.order.remove(&kept);
        Some(snapshot)
    }
}

impl Cache {
    /// The snapshot of an execution whose last event is number `seq`; it leaves the cache.
    pub fn take(&self, id: ExecutionId, seq: i64) -> Option<Snapshot> {
        let snapshot = self.lock().remove(id).filter(|snapshot| snapshot.event_seq == seq);
        // Copied only if one of its jobs is still at work with it.
        snapshot.map(Arc::unwrap_or_clone)
    }

    /// What is remembered of an execution, if anything; it leaves the cache.
    pub fn take_any(&self, id: ExecutionId) -> Option<Snapshot> {
        self.lock().remove(id).map(Arc::unwrap_or_clone)
    }

    /// Remembers what a commit has made true; an execution that is over is not worth it, and one
    /// that is known only in part must be read again.
    pub fn keep(&self, snapshot: Arc<Snapshot>) {
        if snapshot.status.is_over() || snapshot.partial {
            return;
        }
        let mut inner = self.lock();
        let id = snapshot.id;
        inner.remove(id);
        inner.clock += 1;
        let now = inner.clock;
        inner.order.insert(now, id);
        inner.snapshots.insert(id, (now, snapshot));
        if inner.order.len() > CAPACITY
            && let Some((_, oldest)) = inner.order.pop_first()
        {
            inner.snapshots.remove(&oldest);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        // Nothing in the critical sections can panic half-way; a poisoned cache is still a cache.
        self.inner.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
