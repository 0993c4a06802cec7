//! Gives up jobs that this worker holds and does not work on, so that others may have them at once.

use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
    time::Duration,
};

use model::id::{ExecutionId, JobId, WorkerId};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{advance::Input, worker::Shared};
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
/// whose answer got lost. Whatever is unknown at two looks in a row is that.
pub(super) async fn orphans(
    shared: Arc<Shared>,
    id: watch::Receiver<Option<WorkerId>>,
    every: Duration,
    stop: CancellationToken,
) {
    let mut suspects: HashSet<Held> = HashSet::new();
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(every) => {}
        }
        let worker = *id.borrow();
        let Some(worker) = worker else { continue };
        // While the database is away there is nothing to find out.
        let Ok(mut unknown) = held(&shared, worker).await else { continue };
        let known: HashSet<_> = shared.slots.held().into_iter().collect();
        unknown.retain(|(_, job, fence)| !known.contains(&(*job, *fence)));
        let (orphans, new): (Vec<_>, Vec<_>) =
            unknown.into_iter().partition(|held| suspects.contains(held));
        if !orphans.is_empty() {
            tracing::warn!(count = orphans.len(), "jobs were claimed without an answer");
            give(&shared, orphans).await;
        }
        suspects = new.into_iter().collect();
    }
}

async fn held(shared: &Shared, worker: WorkerId) -> Result<Vec<Held>> {
    let mut conn = shared.pool.acquire().await.doing("looking for a worker's jobs")?;
    let rows = workers::held_by(&mut conn, worker).await?;
    Ok(rows.into_iter().map(|(id, job, fence)| (ExecutionId(id), job, fence)).collect())
}

async fn give(shared: &Shared, jobs: Vec<Held>) {
    let mut by_execution: BTreeMap<ExecutionId, Vec<(JobId, i64)>> = BTreeMap::new();
    for (execution, job, fence) in jobs {
        by_execution.entry(execution).or_default().push((job, fence));
    }
    let writes = by_execution
        .into_iter()
        .map(|(execution, held)| shared.writer.write(execution, vec![Input::HandBack(held)]));
    futures::future::join_all(writes).await;
}
