//! Releases jobs that this worker holds and does not work on, so that others can claim them at
//! once.
//!
//! A release counts neither as an attempt nor as a loss.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    time::Duration,
};

use model::id::{ExecutionId, JobId, WorkerId};
use store::{
    error::{Doing, Result},
    workers,
};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{advance::Input, slots::Slots, worker_state::WorkerState};

/// A job that a worker holds, with its fence.
type HeldJob = (ExecutionId, JobId, i64);

/// Releases everything the worker holds; a failure is logged, and a sweep finds the jobs later.
pub(super) async fn release_all(state: &WorkerState, worker: Option<WorkerId>) {
    let Some(worker) = worker else { return };
    match load_held_jobs(state, worker).await {
        Ok(jobs) if jobs.is_empty() => {}
        Ok(jobs) => {
            tracing::info!(count = jobs.len(), "jobs did not finish in time and are handed back");
            release_jobs(state, jobs).await;
        }
        Err(error) => {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "jobs could not be handed back; others take them over");
        }
    }
}

/// Releases, until `stop`, jobs that the worker holds without knowing it: they were claimed by a
/// commit whose answer got lost.
pub(super) async fn release_orphans(
    state: Arc<WorkerState>,
    id: watch::Receiver<Option<WorkerId>>,
    every: Duration,
    stop: CancellationToken,
) {
    let mut suspects = Suspects::default();
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(every) => {}
        }
        let worker = *id.borrow();
        let Some(worker) = worker else { continue };
        // While the database is away there is nothing to find out.
        let Ok(held) = load_held_jobs(&state, worker).await else { continue };
        let mut orphans = suspects.find_orphans(held, &state.slots);
        let cooling_down = state.writer.cooling_down();
        orphans.retain(|(execution, ..)| !cooling_down.contains(execution));
        if !orphans.is_empty() {
            tracing::warn!(count = orphans.len(), "jobs were claimed without an answer");
            release_jobs(&state, orphans).await;
        }
    }
}

/// Held jobs that have no slot, each with how many claims had begun when it was first seen: one of
/// these claims took it, and as long as one of them is pending its answer may still come. A busy
/// machine may take long for that; releasing the job then would have its call made twice.
#[derive(Default)]
struct Suspects(HashMap<HeldJob, u64>);

impl Suspects {
    /// Which of the held jobs no pending claim can still bring.
    fn find_orphans(&mut self, held: Vec<HeldJob>, slots: &Slots) -> Vec<HeldJob> {
        let begun = slots.claims_begun();
        let unknown = held.into_iter().filter(|(_, job, fence)| !slots.holds(*job, *fence));
        let before = std::mem::take(&mut self.0);
        let mut orphans = vec![];
        for job in unknown {
            match before.get(&job) {
                Some(since) if !slots.has_pending_claim(job.0, *since) => orphans.push(job),
                since => {
                    self.0.insert(job, since.copied().unwrap_or(begun));
                }
            }
        }
        orphans
    }
}

async fn load_held_jobs(state: &WorkerState, worker: WorkerId) -> Result<Vec<HeldJob>> {
    let mut conn = state.steps.acquire().await.doing("looking for a worker's jobs")?;
    let rows = workers::list_held_jobs(&mut conn, worker).await?;
    Ok(rows.into_iter().map(|(id, job, fence)| (ExecutionId(id), job, fence)).collect())
}

/// Releases these jobs, as far as they still are this worker's.
pub(super) async fn release_jobs(state: &WorkerState, jobs: Vec<HeldJob>) {
    let mut by_execution: BTreeMap<ExecutionId, Vec<(JobId, i64)>> = BTreeMap::new();
    for (execution, job, fence) in jobs {
        by_execution.entry(execution).or_default().push((job, fence));
    }
    let writes = by_execution
        .into_iter()
        .map(|(execution, held)| state.writer.try_write(execution, vec![Input::Release(held)]));
    futures::future::join_all(writes).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job() -> HeldJob {
        (ExecutionId(uuid::Uuid::nil()), JobId(uuid::Uuid::nil()), 1)
    }

    #[test]
    fn a_job_is_not_released_while_the_claim_that_took_it_waits_for_its_answer() {
        let (slots, mut suspects) = (Slots::default(), Suspects::default());
        let claim = slots.begin_claim(job().0);
        for _ in 0..5 {
            assert_eq!(suspects.find_orphans(vec![job()], &slots), []);
        }
        let slot = slots.enter(job().1, job().2);
        drop(claim);
        assert_eq!(suspects.find_orphans(vec![job()], &slots), []);
        drop(slot);
        assert_eq!(suspects.find_orphans(vec![job()], &slots), [], "its end may be on its way");
    }

    #[test]
    fn a_job_that_no_answer_named_is_released_though_later_claims_are_pending() {
        let (slots, mut suspects) = (Slots::default(), Suspects::default());
        drop(slots.begin_claim(job().0));
        assert_eq!(suspects.find_orphans(vec![job()], &slots), []);
        let _later = slots.begin_claim(job().0);
        assert_eq!(suspects.find_orphans(vec![job()], &slots), [job()]);
    }
}
