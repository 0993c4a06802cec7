//! One attempt: runs the executor under a time limit, reports, and claims the next job in the same
//! commit.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use futures::FutureExt;
use model::{
    decide::{ClaimLimits, JobState, Outcome, Report, Snapshot},
    execution::failure::Failure,
    id::{ExecutionId, WorkerId},
};
use tokio::{sync::OwnedSemaphorePermit, time::timeout};
use tokio_util::sync::CancellationToken;

use super::{
    advance::{Input, InputOutcome},
    release,
    slots::Slot,
    worker_state::WorkerState,
    writer::WriteError,
};
use crate::{
    executors::{Attempt, replay},
    job::JobContext,
};

/// A claimed job in its slot.
pub(super) struct ClaimedJob {
    job: JobState,
    snapshot: Arc<Snapshot>,
    slot: Slot,
}

/// Claims up to `capacity` jobs of `execution`, or one that runs `alone`; none when the claim fails.
pub(super) async fn claim(
    state: &WorkerState,
    worker: WorkerId,
    execution: ExecutionId,
    capacity: usize,
    alone: bool,
) -> Vec<ClaimedJob> {
    let _claim = state.slots.begin_claim(execution);
    let input = claim_input(state, worker, capacity, alone);
    let outcomes = state.writer.try_write(execution, vec![input]).await;
    enter_slots(state, outcomes.unwrap_or_default())
}

/// Works on a claimed job, and on those that its settling made ready, until none is left to claim
/// or the slot goes to another execution.
pub(super) async fn run(
    state: Arc<WorkerState>,
    worker: WorkerId,
    permit: OwnedSemaphorePermit,
    first: ClaimedJob,
) {
    let (mut next, mut done) = (Some(first), 0);
    while let Some(ClaimedJob { job, snapshot, slot }) = next {
        let execution = snapshot.id;
        if !state.takes_jobs() {
            // Claimed while the worker was told to stop: what has not begun begins elsewhere.
            release::release_jobs(&state, vec![(execution, job.id, job.fence)]).await;
            break;
        }
        let report = attempt(&state, &snapshot, &job, &slot.cancelled).await;
        // With no other reference left the writer can change the snapshot in place.
        drop(snapshot);
        next = match report {
            Some(report) => {
                done += 1;
                let drains = job.runs_alone() || state.drains.load(Ordering::Relaxed);
                let goes_on =
                    state.takes_jobs() && !drains && !state.fair_queue.must_yield(execution, done);
                let then = goes_on.then(|| claim_input(&state, worker, 1, false));
                settle(&state, execution, report, then).await
            }
            None => None,
        };
        // Not before its end is recorded: a held job without a slot is released.
        drop(slot);
    }
    drop(permit);
}

/// Runs one attempt. None when it was cut off because the job is no longer ours: there is nothing
/// to report.
async fn attempt(
    state: &WorkerState,
    snapshot: &Snapshot,
    job: &JobState,
    cancelled: &CancellationToken,
) -> Option<Report> {
    let context = JobContext::new(state.pool.clone(), state.limits, snapshot, job);
    let attempt = tokio::select! {
        () = cancelled.cancelled() => None,
        attempt = execute(state, &context) => Some(attempt),
    };
    let attempt = attempt?;
    Some(Report {
        job: job.id,
        fence: job.fence,
        outcome: attempt.outcome,
        charges: attempt.charges,
        jitter: rand::random::<f64>(),
    })
}

async fn execute(state: &WorkerState, context: &JobContext) -> Attempt {
    if let Some(origin) = context.replays {
        return replay(context, origin).await;
    }
    let Some(node) = context.node() else {
        return Attempt::from_failure(Failure::permanent(
            "unknown_node",
            "The step isn't in the workflow.",
        ));
    };
    let Some(executor) = state.executors.get(node.kind().key()) else {
        let message = format!("This server can't run steps of type {}.", node.kind().key());
        return Attempt::from_failure(Failure::permanent("unsupported_node", message));
    };
    let limit = node.data.timeout_ms.map_or(executor.time_limit(), Duration::from_millis);
    let run = std::panic::AssertUnwindSafe(executor.run(context)).catch_unwind();
    match timeout(limit, run).await {
        Ok(Ok(attempt)) => attempt,
        Ok(Err(panic)) => {
            let (job, kind, panic) = (context.job, node.kind().key(), panic_text(&*panic));
            tracing::error!(%job, kind, panic, "an executor panicked");
            Attempt::from_failure(interrupted(
                context,
                Failure::transient(
                    "internal",
                    "Something went wrong on the server. Its log has the details.",
                ),
            ))
        }
        Err(_) => {
            let message = format!("No answer within {} s.", seconds(limit));
            let mut failure = Failure::transient("timeout", message);
            failure.may_have_happened = true;
            Attempt::from_failure(interrupted(context, failure))
        }
    }
}

/// A time in seconds, to the millisecond, without trailing zeros.
fn seconds(time: Duration) -> String {
    let written = format!("{}.{:03}", time.as_secs(), time.subsec_millis());
    written.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The text of a panic, empty if it has none; for the log only.
fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    let words = panic.downcast_ref::<&str>().copied();
    words.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or_default()
}

/// The failure of an attempt that was interrupted: what it has called by then may have been done.
fn interrupted(context: &JobContext, failure: Failure) -> Failure {
    if context.has_called() { failure.without_answer() } else { failure }
}

fn claim_input(state: &WorkerState, worker: WorkerId, capacity: usize, alone: bool) -> Input {
    let limits = ClaimLimits { capacity, per_execution: state.per_execution, alone };
    Input::Claim { worker, limits, kinds: state.kinds.clone() }
}

/// Writes the report; with `then`, the same commit claims the next job for this slot.
async fn settle(
    state: &WorkerState,
    execution: ExecutionId,
    report: Report,
    then: Option<Input>,
) -> Option<ClaimedJob> {
    let (job, fence) = (report.job, report.fence);
    let _claim = then.is_some().then(|| state.slots.begin_claim(execution));
    let mut inputs = vec![Input::Settle(report)];
    inputs.extend(then);
    let outcomes = match state.writer.write(execution, inputs).await {
        Ok(outcomes) => outcomes,
        // The output is lost: whoever takes the job over makes it again.
        Err(WriteError::Stopping) => return None,
        Err(WriteError::Impossible) => {
            let failure = Failure::permanent(
                "not_recorded",
                "The output couldn't be saved. The server's log has the details.",
            );
            let report = Report {
                job,
                fence,
                outcome: Outcome::Failed(failure),
                charges: vec![],
                jitter: 0.0,
            };
            state.writer.write(execution, vec![Input::Settle(report)]).await.ok()?
        }
    };
    enter_slots(state, outcomes).pop()
}

fn enter_slots(state: &WorkerState, outcomes: Vec<InputOutcome>) -> Vec<ClaimedJob> {
    let mut all = vec![];
    for outcome in outcomes {
        let InputOutcome::Claimed(jobs, snapshot) = outcome else { continue };
        all.extend(jobs.into_iter().map(|job| {
            let slot = state.slots.enter(job.id, job.fence);
            ClaimedJob { job, snapshot: snapshot.clone(), slot }
        }));
    }
    all
}
