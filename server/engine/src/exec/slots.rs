//! The jobs a worker works on, and how each is told to drop its call.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use model::id::JobId;
use tokio_util::sync::CancellationToken;

/// Running jobs by (job, fence).
#[derive(Clone, Default)]
pub struct Slots {
    jobs: Arc<Mutex<HashMap<(JobId, i64), CancellationToken>>>,
}

impl Slots {
    /// Notes a job; its token is cancelled when the job is no longer ours.
    pub fn enter(&self, job: JobId, fence: i64) -> CancellationToken {
        let token = CancellationToken::new();
        self.lock().insert((job, fence), token.clone());
        token
    }

    /// Forgets a job.
    pub fn leave(&self, job: JobId, fence: i64) {
        self.lock().remove(&(job, fence));
    }

    /// What is worked on now.
    pub fn held(&self) -> Vec<(JobId, i64)> {
        self.lock().keys().copied().collect()
    }

    /// Drops the calls of jobs among `before` that are not in `still` any more.
    pub fn cancel_missing(&self, before: &[(JobId, i64)], still: &[(JobId, i64)]) {
        let jobs = self.lock();
        for key in before.iter().filter(|key| !still.contains(key)) {
            if let Some(token) = jobs.get(key) {
                token.cancel();
            }
        }
    }

    /// Drops all calls.
    pub fn cancel_all(&self) {
        self.lock().values().for_each(CancellationToken::cancel);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<(JobId, i64), CancellationToken>> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
