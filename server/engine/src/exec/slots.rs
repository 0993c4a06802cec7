//! The jobs that a worker works on, each with a token that cancels it.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use model::id::{ExecutionId, JobId};
use tokio_util::sync::CancellationToken;

/// The jobs that a worker works on, and its claims that have no answer yet.
#[derive(Clone, Default)]
pub struct Slots(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// Running jobs by (job, fence).
    jobs: HashMap<(JobId, i64), CancellationToken>,
    /// Pending claims, in the order they began.
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

/// A claim is pending for as long as this lives: the jobs that it took have no slots yet.
pub struct PendingClaim {
    slots: Slots,
    number: u64,
}

impl Drop for PendingClaim {
    fn drop(&mut self) {
        self.slots.lock().claims.remove(&self.number);
    }
}

impl Slots {
    /// Notes that a job is worked on, until the slot is dropped.
    pub fn enter(&self, job: JobId, fence: i64) -> Slot {
        let cancelled = CancellationToken::new();
        self.lock().jobs.insert((job, fence), cancelled.clone());
        Slot { slots: self.clone(), key: (job, fence), cancelled }
    }

    /// Notes a pending claim; to be kept until the jobs that it took have slots.
    pub fn begin_claim(&self, execution: ExecutionId) -> PendingClaim {
        let mut state = self.lock();
        let number = state.begun;
        state.begun += 1;
        state.claims.insert(number, execution);
        PendingClaim { slots: self.clone(), number }
    }

    /// How many claims have begun so far.
    pub fn claims_begun(&self) -> u64 {
        self.lock().begun
    }

    /// Whether one of the first `begun` claims is still pending for `execution`.
    pub fn has_pending_claim(&self, execution: ExecutionId, begun: u64) -> bool {
        self.lock().claims.range(..begun).any(|(_, claimed)| *claimed == execution)
    }

    /// Whether the job is worked on.
    pub fn holds(&self, job: JobId, fence: i64) -> bool {
        self.lock().jobs.contains_key(&(job, fence))
    }

    /// The jobs that are worked on now, by (job, fence).
    pub fn jobs(&self) -> Vec<(JobId, i64)> {
        self.lock().jobs.keys().copied().collect()
    }

    /// Cancels the jobs of `before` that are not in `still`.
    pub fn cancel_missing(&self, before: &[(JobId, i64)], still: &[(JobId, i64)]) {
        let state = self.lock();
        for key in before.iter().filter(|key| !still.contains(key)) {
            if let Some(cancelled) = state.jobs.get(key) {
                cancelled.cancel();
            }
        }
    }

    /// Cancels all jobs.
    pub fn cancel_all(&self) {
        self.lock().jobs.values().for_each(CancellationToken::cancel);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
