//! Snapshots as of the last commit, so that the next decision need not read them again.
//!
//! Never trusted by itself: an entry counts only when the execution's row, read under its lock,
//! still carries the entry's last event number. Whatever changes an execution adds an event.

use std::{
    collections::{HashMap, VecDeque},
    sync::Mutex,
};

use model::{decide::Snapshot, id::ExecutionId};

/// How many executions are remembered.
const CAPACITY: usize = 512;

/// Bounded, oldest entry out first.
#[derive(Default)]
pub struct Cache {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    snapshots: HashMap<ExecutionId, Snapshot>,
    order: VecDeque<ExecutionId>,
}

impl Cache {
    /// The snapshot of an execution whose last event is number `seq`; it leaves the cache.
    pub fn take(&self, id: ExecutionId, seq: i64) -> Option<Snapshot> {
        let mut inner = self.lock();
        inner.snapshots.remove(&id).filter(|snapshot| snapshot.event_seq == seq)
    }

    /// Remembers what a commit has made true; an execution that is over is not worth it, and one
    /// that is known only in part must be read again.
    pub fn keep(&self, snapshot: Snapshot) {
        if snapshot.status.is_over() || snapshot.partial {
            return;
        }
        let mut inner = self.lock();
        let id = snapshot.id;
        if inner.snapshots.insert(id, snapshot).is_none() {
            inner.order.push_back(id);
        }
        while inner.order.len() > CAPACITY {
            let Some(oldest) = inner.order.pop_front() else { break };
            inner.snapshots.remove(&oldest);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        // Nothing in the critical sections can panic half-way; a poisoned cache is still a cache.
        self.inner.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
