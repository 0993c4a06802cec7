//! Fills the worker's free slots with due jobs: woken by events, by the clock, and now and then for
//! safety.
//!
//! A job that has lost several workers [runs alone](model::decide::JobState::runs_alone): while one is
//! due, the worker takes nothing else until it has ended what it works on, and then only that job. Between
//! two of those the others have a turn, if they are due.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use futures::{StreamExt, stream::FuturesUnordered};
use model::id::{ExecutionId, WorkerId};
use store::{
    error::{Doing, Result},
    executions,
};
use tokio::sync::{OwnedSemaphorePermit, watch};

use super::{event_bus::BusEvent, runner, worker_state::WorkerState};

/// How long a lost wake-up could go unnoticed.
const POLL: Duration = Duration::from_secs(5);
/// How long events are collected before the next look while no slot is free.
const COALESCE: Duration = Duration::from_millis(20);
/// The pause after a round in which other workers were faster, or after a failure.
const LOST_RACE_PAUSE: Duration = Duration::from_millis(500);
/// At most this many due executions are claimed from in one round.
const ROUND: i64 = 32;

/// Claims until the worker stops taking jobs.
pub(super) async fn run(state: Arc<WorkerState>, mut id: watch::Receiver<Option<WorkerId>>) {
    let mut events = state.bus.subscribe();
    let mut others_turn = false;
    while state.takes_jobs() {
        let worker = *id.borrow_and_update();
        events.catch_up();
        let mut next = Next::In(POLL);
        if let Some(worker) = worker {
            next = fill(&state, worker, &mut others_turn).await.unwrap_or_else(|error| {
                tracing::warn!(error = &error as &dyn std::error::Error, "claiming failed");
                Next::In(LOST_RACE_PAUSE)
            });
        }
        let woken = async {
            loop {
                match events.next().await {
                    Some(BusEvent::Advanced(advanced)) if !advanced.jobs => {}
                    Some(BusEvent::Text(_) | BusEvent::Draft(_) | BusEvent::Comments(_)) => {}
                    Some(BusEvent::Advanced(_) | BusEvent::Missed) | None => break,
                }
            }
            if matches!(next, Next::FreeSlot) {
                tokio::time::sleep(COALESCE).await;
            }
        };
        tokio::select! {
            () = woken => {}
            () = wait_for(&state, next) => {}
            changed = id.changed() => if changed.is_err() { return },
            () = state.stop_taking.cancelled() => return,
        }
    }
}

/// When to look again, unless an event comes first.
#[derive(Clone, Copy)]
enum Next {
    /// After this time.
    In(Duration),
    FreeSlot,
}

async fn wait_for(state: &WorkerState, next: Next) {
    match next {
        Next::In(wait) => tokio::time::sleep(wait.min(POLL)).await,
        // Only the waiting counts: the next round acquires the slot again.
        Next::FreeSlot => drop(state.free_slots.acquire().await),
    }
}

/// Claims until nothing is due or no slot is free; executions that are still due then are queued
/// for the next free slots. `others_turn` is set from the beginning of a job that runs alone until others
/// could be claimed after it.
async fn fill(state: &Arc<WorkerState>, worker: WorkerId, others_turn: &mut bool) -> Result<Next> {
    while state.takes_jobs() {
        let mut permits = acquire_free_slots(state);
        let mut conn = state.steps.acquire().await.doing("opening a connection to claim")?;
        let (kinds, skipped) = (state.kinds.as_deref(), state.writer.cooling_down());
        let due = executions::due_executions(&mut conn, kinds, &skipped, ROUND).await?;
        let others = *others_turn;
        *others_turn &= permits.is_empty();
        let alone = if due.is_empty() || others {
            None
        } else {
            executions::find_to_run_alone(&mut conn, kinds, &skipped).await?
        };
        let is_idle = !permits.is_empty() && permits.len() == state.max_jobs;
        state.drains.store(alone.is_some() && !is_idle, Ordering::Relaxed);
        if alone.is_some() && !is_idle {
            return Ok(Next::In(LOST_RACE_PAUSE));
        }
        if due.is_empty() {
            state.fair_queue.set_waiting([]);
            let next = executions::next_due_in(&mut conn).await?;
            return Ok(Next::In(next.unwrap_or(POLL)));
        }
        // There may be no other one for the claims.
        drop(conn);
        if let Some(execution) = alone {
            permits = match run_alone(state, worker, permits, ExecutionId(execution)).await {
                Some(permits) => permits,
                None => {
                    *others_turn = true;
                    return Ok(Next::FreeSlot);
                }
            };
        }
        if permits.is_empty() {
            state.fair_queue.set_waiting(due.into_iter().map(ExecutionId));
            return Ok(Next::FreeSlot);
        }
        if !claim_round(state, worker, permits, due).await && !others {
            return Ok(Next::In(LOST_RACE_PAUSE));
        }
    }
    Ok(Next::In(POLL))
}

fn acquire_free_slots(state: &Arc<WorkerState>) -> Vec<OwnedSemaphorePermit> {
    std::iter::from_fn(|| state.free_slots.clone().try_acquire_owned().ok()).collect()
}

/// Runs one job alone, with the permits of all slots. Gives them back if none could be claimed.
async fn run_alone(
    state: &Arc<WorkerState>,
    worker: WorkerId,
    mut permits: Vec<OwnedSemaphorePermit>,
    execution: ExecutionId,
) -> Option<Vec<OwnedSemaphorePermit>> {
    let Some(job) = runner::claim(state, worker, execution, 1, true).await.pop() else {
        return Some(permits);
    };
    let mut all = permits.pop()?;
    permits.into_iter().for_each(|permit| all.merge(permit));
    state.tasks.spawn(runner::run(state.clone(), worker, all, job));
    None
}

/// Divides the free slots among due executions and claims their jobs; says whether any was claimed.
async fn claim_round(
    state: &Arc<WorkerState>,
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
        claims.push(runner::claim(state, worker, ExecutionId(execution), capacity, false));
    }
    let mut any = false;
    let mut claims: FuturesUnordered<_> = claims.into_iter().collect();
    while let Some(claimed) = claims.next().await {
        for job in claimed {
            let Some(permit) = permits.pop() else { return any };
            any = true;
            state.tasks.spawn(runner::run(state.clone(), worker, permit, job));
        }
    }
    any
}
