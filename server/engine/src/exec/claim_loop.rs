//! Fills free places with due jobs: woken by news, by the clock, and now and then for safety.

use std::{sync::Arc, time::Duration};

use futures::{StreamExt, stream::FuturesUnordered};
use model::id::{ExecutionId, WorkerId};
use tokio::sync::{OwnedSemaphorePermit, watch};

use super::{hub::News, runner, worker::Shared};
use crate::{
    error::{Doing, Result},
    store::executions,
};

/// How long a lost wake-up could go unnoticed.
const POLL: Duration = Duration::from_secs(5);
/// How long news are gathered while no place is free.
const GATHER: Duration = Duration::from_millis(20);
/// How long to leave alone what others were faster to take.
const TAKEN: Duration = Duration::from_millis(500);
/// Executions looked at in one round.
const ROUND: i64 = 32;

/// Claims until the worker stops taking jobs.
pub(super) async fn run(shared: Arc<Shared>, mut id: watch::Receiver<Option<WorkerId>>) {
    let mut news = shared.hub.subscribe();
    while shared.takes_jobs() {
        let worker = *id.borrow_and_update();
        news.catch_up();
        let mut next = Next::In(POLL);
        if let Some(worker) = worker {
            next = fill(&shared, worker).await.unwrap_or_else(|error| {
                tracing::warn!(error = &error as &dyn std::error::Error, "claiming failed");
                Next::In(TAKEN)
            });
        }
        let woken = async {
            loop {
                match news.next().await {
                    Some(News::Advanced(advanced)) if !advanced.jobs => {}
                    Some(News::Text(_) | News::Draft(_)) => {}
                    _ => break,
                }
            }
            if matches!(next, Next::Place) {
                tokio::time::sleep(GATHER).await;
            }
        };
        tokio::select! {
            () = woken => {}
            () = due(&shared, next) => {}
            changed = id.changed() => if changed.is_err() { return },
            () = shared.stop_taking.cancelled() => return,
        }
    }
}

/// When to look again, unless there is news.
#[derive(Clone, Copy)]
enum Next {
    /// After this time.
    In(Duration),
    /// When a place is free.
    Place,
}

async fn due(shared: &Shared, next: Next) {
    match next {
        Next::In(wait) => tokio::time::sleep(wait.min(POLL)).await,
        // The place itself is taken again by whoever looks.
        Next::Place => drop(shared.places.acquire().await),
    }
}

/// Claims until nothing is due or no place is free; what then still waits is given places in turn.
async fn fill(shared: &Arc<Shared>, worker: WorkerId) -> Result<Next> {
    while shared.takes_jobs() {
        let permits = free_places(shared);
        let mut conn = shared.steps.acquire().await.doing("opening a connection to claim")?;
        let left_alone = shared.writer.left_alone();
        let sought = (shared.kinds.as_deref(), &left_alone[..]);
        let due = executions::due_executions(&mut conn, sought.0, sought.1, ROUND).await?;
        if due.is_empty() {
            shared.turns.wait([]);
            let next = executions::next_due_in(&mut conn).await?;
            return Ok(Next::In(next.unwrap_or(POLL)));
        }
        drop(conn);
        if permits.is_empty() {
            shared.turns.wait(due.into_iter().map(ExecutionId));
            return Ok(Next::Place);
        }
        if !round(shared, worker, permits, due).await {
            return Ok(Next::In(TAKEN));
        }
    }
    Ok(Next::In(POLL))
}

/// All free places.
fn free_places(shared: &Arc<Shared>) -> Vec<OwnedSemaphorePermit> {
    std::iter::from_fn(|| shared.places.clone().try_acquire_owned().ok()).collect()
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
        claims.push(runner::claim(shared, worker, ExecutionId(execution), capacity));
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
