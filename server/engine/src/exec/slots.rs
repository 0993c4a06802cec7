//! The jobs a worker works on, and how each is told to drop its call.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use model::id::{ExecutionId, JobId};
use tokio_util::sync::CancellationToken;

/// What a worker works on, and which of its claims have no answer yet.
#[derive(Clone, Default)]
pub struct Slots(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// Running jobs by (job, fence).
    jobs: HashMap<(JobId, i64), CancellationToken>,
    /// Claims under way, in the order they began.
    claims: BTreeMap<u64, ExecutionId>,
    begun: u64,
}

/// A job that is worked on for as long as this lives.
pub struct Slot {
    slots: Slots,
    key: (JobId, i64),
    /// Cancelled when the job is no longer ours.
    pub cancelled: CancellationToken,
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.slots.lock().jobs.remove(&self.key);
    }
}

/// A claim is under way for as long as this lives: what it took has no slot yet.
pub struct Claiming {
    slots: Slots,
    number: u64,
}

impl Drop for Claiming {
    fn drop(&mut self) {
        self.slots.lock().claims.remove(&self.number);
    }
}

impl Slots {
    /// Notes a job.
    pub fn enter(&self, job: JobId, fence: i64) -> Slot {
        let cancelled = CancellationToken::new();
        self.lock().jobs.insert((job, fence), cancelled.clone());
        Slot { slots: self.clone(), key: (job, fence), cancelled }
    }

    /// Notes a claim; to be kept until what it took has slots.
    pub fn claiming(&self, execution: ExecutionId) -> Claiming {
        let mut state = self.lock();
        let number = state.begun;
        state.begun += 1;
        state.claims.insert(number, execution);
        Claiming { slots: self.clone(), number }
    }

    /// Claims that have begun so far.
    pub fn claims_begun(&self) -> u64 {
        self.lock().begun
    }

    /// Whether one of the first `begun` claims still waits for its answer about `execution`.
    pub fn awaits(&self, execution: ExecutionId, begun: u64) -> bool {
        self.lock().claims.range(..begun).any(|(_, claimed)| *claimed == execution)
    }

    /// Whether the job is worked on.
    pub fn holds(&self, job: JobId, fence: i64) -> bool {
        self.lock().jobs.contains_key(&(job, fence))
    }

    /// What is worked on now.
    pub fn held(&self) -> Vec<(JobId, i64)> {
        self.lock().jobs.keys().copied().collect()
    }

    /// Drops the calls of jobs among `before` that are not in `still` any more.
    pub fn cancel_missing(&self, before: &[(JobId, i64)], still: &[(JobId, i64)]) {
        let state = self.lock();
        for key in before.iter().filter(|key| !still.contains(key)) {
            if let Some(cancelled) = state.jobs.get(key) {
                cancelled.cancel();
            }
        }
    }

    /// Drops all calls.
    pub fn cancel_all(&self) {
        self.lock().jobs.values().for_each(CancellationToken::cancel);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
