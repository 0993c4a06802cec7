//! Fills free places with due jobs: woken by news, by the clock, and now and then for safety.

use std::{sync::Arc, time::Duration};

use futures::{StreamExt, stream::FuturesUnordered};
use model::{
    decide::{ClaimLimits, JobState, Snapshot},
    id::{ExecutionId, WorkerId},
};
use tokio::sync::{OwnedSemaphorePermit, watch};

use super::{
    advance::{Answer, Input},
    hub::News,
    runner,
    worker::Shared,
};
use crate::{
    error::{Doing, Result},
    store::executions,
};

/// How long a lost wake-up could go unnoticed.
const POLL: Duration = Duration::from_secs(5);
/// Executions looked at in one round.
const ROUND: i64 = 32;

/// Claims until the worker stops taking jobs.
pub(super) async fn run(shared: Arc<Shared>, mut id: watch::Receiver<Option<WorkerId>>) {
    let mut news = shared.hub.subscribe();
    while shared.takes_jobs() {
        let worker = *id.borrow_and_update();
        news.catch_up();
        let mut wait = POLL;
        if let Some(worker) = worker {
            wait = match fill(&shared, worker).await {
                Ok(next) => next.map_or(POLL, |next| next.min(POLL)),
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "claiming failed");
                    Duration::from_millis(500)
                }
            };
        }
        let woken = async {
            loop {
                match news.next().await {
                    Some(News::Advanced(advanced)) if !advanced.jobs => {}
                    Some(News::Text(_)) => {}
                    _ => return,
                }
            }
        };
        tokio::select! {
            () = woken => {}
            () = tokio::time::sleep(wait) => {}
            changed = id.changed() => if changed.is_err() { return },
            () = shared.stop_taking.cancelled() => return,
        }
    }
}

/// Claims until nothing is due or no place is free. Returns when the next job is due.
async fn fill(shared: &Arc<Shared>, worker: WorkerId) -> Result<Option<Duration>> {
    loop {
        let Some(permits) = free_places(shared).await else { return Ok(None) };
        let mut conn = shared.pool.acquire().await.doing("opening a connection to claim")?;
        let due = executions::due_executions(&mut conn, shared.kinds.as_deref(), ROUND).await?;
        if due.is_empty() {
            return executions::next_due_in(&mut conn).await;
        }
        drop(conn);
        if !round(shared, worker, permits, due).await {
            return Ok(Some(Duration::from_millis(500)));
        }
    }
}

/// All free places, at least one; none when the worker stops taking jobs.
async fn free_places(shared: &Arc<Shared>) -> Option<Vec<OwnedSemaphorePermit>> {
    let first = tokio::select! {
        first = shared.places.clone().acquire_owned() => first.ok()?,
        () = shared.stop_taking.cancelled() => return None,
    };
    let mut permits = vec![first];
    while let Ok(permit) = shared.places.clone().try_acquire_owned() {
        permits.push(permit);
    }
    Some(permits)
}

/// Deals the free places out to due executions. Returns whether any job was taken.
async fn round(
    shared: &Arc<Shared>,
    worker: WorkerId,
    mut permits: Vec<OwnedSemaphorePermit>,
    due: Vec<uuid::Uuid>,
) -> bool {
    let share = permits.len().div_ceil(due.len());
    let mut claims = vec![];
    let mut left = permits.len();
    for execution in due {
        let capacity = share.min(left);
        if capacity == 0 {
            break;
        }
        left -= capacity;
        claims.push(claim(shared, worker, ExecutionId(execution), capacity));
    }
    let mut any = false;
    let mut claims: FuturesUnordered<_> = claims.into_iter().collect();
    while let Some(taken) = claims.next().await {
        for job in taken {
            let Some(permit) = permits.pop() else { return any };
            any = true;
            shared.tasks.spawn(runner::run(shared.clone(), worker, permit, job));
        }
    }
    any
}

async fn claim(
    shared: &Arc<Shared>,
    worker: WorkerId,
    execution: ExecutionId,
    capacity: usize,
) -> Vec<(JobState, Arc<Snapshot>)> {
    let limits = ClaimLimits { capacity, per_execution: shared.per_execution };
    let input = Input::Claim { worker, limits, kinds: shared.kinds.clone() };
    let answers = shared.writer.write(execution, vec![input]).await.unwrap_or_default();
    let taken = answers.into_iter().flat_map(|answer| match answer {
        Answer::Claimed(jobs, snapshot) => {
            jobs.into_iter().map(|job| (job, snapshot.clone())).collect()
        }
        _ => vec![],
    });
    taken.collect()
}
