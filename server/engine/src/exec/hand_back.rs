//! Gives up jobs that this worker holds and does not work on, so that others may have them at once.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    time::Duration,
};

use model::id::{ExecutionId, JobId, WorkerId};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{advance::Input, slots::Slots, worker::Shared};
use crate::{
    error::{Doing, Result},
    store::workers,
};

type Held = (ExecutionId, JobId, i64);

/// Hands back everything the worker holds; a failure is logged, and a sweep finds the jobs later.
pub(super) async fn all(shared: &Shared, worker: Option<WorkerId>) {
    let Some(worker) = worker else { return };
    match held(shared, worker).await {
        Ok(jobs) if jobs.is_empty() => {}
        Ok(jobs) => {
            tracing::info!(count = jobs.len(), "jobs did not finish in time and are handed back");
            give(shared, jobs).await;
        }
        Err(error) => {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "jobs could not be handed back; others take them over");
        }
    }
}

/// Hands back, until `stop`, what the worker holds without knowing it: it was claimed by a commit
/// whose answer got lost.
pub(super) async fn orphans(
    shared: Arc<Shared>,
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
        let Ok(held) = held(&shared, worker).await else { continue };
        let mut orphans = suspects.look(held, &shared.slots);
        let left_alone = shared.writer.left_alone();
        orphans.retain(|(execution, ..)| !left_alone.contains(execution));
        if !orphans.is_empty() {
            tracing::warn!(count = orphans.len(), "jobs were claimed without an answer");
            give(&shared, orphans).await;
        }
    }
}

/// Held jobs that nobody works on, each with how many claims had begun when it was first seen: one
/// of these took it, and as long as one of them is under way its answer may still come. A busy
/// machine may take long for that; handing the job back then would have its call made twice.
#[derive(Default)]
struct Suspects(HashMap<Held, u64>);

impl Suspects {
    /// Which of the jobs that the worker holds no answer will tell it of.
    fn look(&mut self, held: Vec<Held>, slots: &Slots) -> Vec<Held> {
        let begun = slots.claims_begun();
        let unknown = held.into_iter().filter(|(_, job, fence)| !slots.holds(*job, *fence));
        let before = std::mem::take(&mut self.0);
        let mut orphans = vec![];
        for job in unknown {
            match before.get(&job) {
                Some(since) if !slots.awaits(job.0, *since) => orphans.push(job),
                since => {
                    self.0.insert(job, since.copied().unwrap_or(begun));
                }
            }
        }
        orphans
    }
}

async fn held(shared: &Shared, worker: WorkerId) -> Result<Vec<Held>> {
    let mut conn = shared.steps.acquire().await.doing("looking for a worker's jobs")?;
    let rows = workers::held_by(&mut conn, worker).await?;
    Ok(rows.into_iter().map(|(id, job, fence)| (ExecutionId(id), job, fence)).collect())
}

/// Hands these jobs back, as far as they still are this worker's.
pub(super) async fn give(shared: &Shared, jobs: Vec<Held>) {
    let mut by_execution: BTreeMap<ExecutionId, Vec<(JobId, i64)>> = BTreeMap::new();
    for (execution, job, fence) in jobs {
        by_execution.entry(execution).or_default().push((job, fence));
    }
    let writes = by_execution
        .into_iter()
        .map(|(execution, held)| shared.writer.try_write(execution, vec![Input::HandBack(held)]));
    futures::future::join_all(writes).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job() -> Held {
        (ExecutionId(uuid::Uuid::nil()), JobId(uuid::Uuid::nil()), 1)
    }

    #[test]
    fn a_job_is_not_handed_back_while_the_claim_that_took_it_waits_for_its_answer() {
        let (slots, mut suspects) = (Slots::default(), Suspects::default());
        let claiming = slots.claiming(job().0);
        for _ in 0..5 {
            assert_eq!(suspects.look(vec![job()], &slots), []);
        }
        let slot = slots.enter(job().1, job().2);
        drop(claiming);
        assert_eq!(suspects.look(vec![job()], &slots), []);
        drop(slot);
        assert_eq!(suspects.look(vec![job()], &slots), [], "its end may be on its way");
    }

    #[test]
    fn a_job_that_no_answer_told_of_is_handed_back_though_later_claims_are_under_way() {
        let (slots, mut suspects) = (Slots::default(), Suspects::default());
        drop(slots.claiming(job().0));
        assert_eq!(suspects.look(vec![job()], &slots), []);
        let _later = slots.claiming(job().0);
        assert_eq!(suspects.look(vec![job()], &slots), [job()]);
    }
}
