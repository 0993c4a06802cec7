//! One attempt: run the executor under a time limit, report, and take the next jobs in one commit.

use std::{sync::Arc, time::Duration};

use futures::FutureExt;
use model::{
    decide::{ClaimLimits, JobState, Outcome, Report, Snapshot},
    execution::failure::Failure,
    id::{ExecutionId, WorkerId},
};
use tokio::{sync::OwnedSemaphorePermit, time::timeout};
use tokio_util::sync::CancellationToken;

use super::{
    advance::{Answer, Input},
    hand_back,
    slots::Slot,
    worker::Shared,
    writer::Unwritten,
};
use crate::{
    executors::{Attempt, replay},
    job::JobContext,
};

/// A claimed job in its slot.
pub(super) struct Taken {
    job: JobState,
    snapshot: Arc<Snapshot>,
    slot: Slot,
}

/// Takes up to `capacity` jobs of `execution`.
pub(super) async fn claim(
    shared: &Shared,
    worker: WorkerId,
    execution: ExecutionId,
    capacity: usize,
) -> Vec<Taken> {
    let _claiming = shared.slots.claiming(execution);
    let input = claim_of(shared, worker, capacity);
    let answers = shared.writer.try_write(execution, vec![input]).await;
    taken(shared, answers.unwrap_or_default())
}

/// Works on a claimed job, and on what its settling made ready, until nothing is left to take or
/// the place is for others.
pub(super) async fn run(
    shared: Arc<Shared>,
    worker: WorkerId,
    permit: OwnedSemaphorePermit,
    first: Taken,
) {
    let (mut next, mut done) = (Some(first), 0);
    while let Some(Taken { job, snapshot, slot }) = next {
        let execution = snapshot.id;
        if !shared.takes_jobs() {
            // Taken while the worker was told to stop: what has not begun begins elsewhere.
            hand_back::give(&shared, vec![(execution, job.id, job.fence)]).await;
            break;
        }
        let report = attempt(&shared, &snapshot, &job, &slot.cancelled).await;
        // Whoever settles can change it in place.
        drop(snapshot);
        next = match report {
            Some(report) => {
                done += 1;
                let goes_on = shared.takes_jobs() && !shared.turns.is_over(execution, done);
                let then = goes_on.then(|| claim_of(&shared, worker, 1));
                settle(&shared, execution, report, then).await
            }
            None => None,
        };
        // Not before its end is recorded: what is held and not worked on is handed back.
        drop(slot);
    }
    drop(permit);
}

/// None when the attempt was cut off because the job is no longer ours: there is nothing to report.
async fn attempt(
    shared: &Shared,
    snapshot: &Snapshot,
    job: &JobState,
    cancelled: &CancellationToken,
) -> Option<Report> {
    let context = JobContext::new(shared.pool.clone(), shared.limits, snapshot, job);
    let attempt = tokio::select! {
        () = cancelled.cancelled() => None,
        attempt = execute(shared, &context) => Some(attempt),
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

async fn execute(shared: &Shared, context: &JobContext) -> Attempt {
    if let Some(origin) = context.replays {
        return replay(context, origin).await;
    }
    let Some(node) = context.node() else {
        return Attempt::failed(Failure::permanent(
            "unknown_node",
            "The node is not in the definition.",
        ));
    };
    let Some(executor) = shared.executors.get(node.kind().key()) else {
        let message = format!("This server cannot run nodes of type {}.", node.kind().key());
        return Attempt::failed(Failure::permanent("unsupported_node", message));
    };
    let limit = node.data.timeout_ms.map_or(executor.time_limit(), Duration::from_millis);
    let run = std::panic::AssertUnwindSafe(executor.run(context)).catch_unwind();
    match timeout(limit, run).await {
        Ok(Ok(attempt)) => attempt,
        Ok(Err(panic)) => {
            let (job, kind, panic) = (context.job, node.kind().key(), words_of(&*panic));
            tracing::error!(%job, kind, panic, "an executor panicked");
            Attempt::failed(cut_off(
                context,
                Failure::transient(
                    "internal",
                    "Something went wrong on our side; the server's log has the details.",
                ),
            ))
        }
        Err(_) => {
            let message = format!("No answer within {} s.", seconds(limit));
            let mut failure = Failure::transient("timeout", message);
            failure.may_have_happened = true;
            Attempt::failed(cut_off(context, failure))
        }
    }
}

/// In seconds, to the millisecond, without zeros that say nothing.
fn seconds(time: Duration) -> String {
    let written = format!("{}.{:03}", time.as_secs(), time.subsec_millis());
    written.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// What a panic says; for the log only.
fn words_of(panic: &(dyn std::any::Any + Send)) -> &str {
    let words = panic.downcast_ref::<&str>().copied();
    words.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or_default()
}

/// What the attempt has called by then may have been carried out.
fn cut_off(context: &JobContext, failure: Failure) -> Failure {
    if context.has_called() { failure.without_answer() } else { failure }
}

fn claim_of(shared: &Shared, worker: WorkerId, capacity: usize) -> Input {
    let limits = ClaimLimits { capacity, per_execution: shared.per_execution };
    Input::Claim { worker, limits, kinds: shared.kinds.clone() }
}

/// Writes the report; the same commit hands this place its next job.
async fn settle(
    shared: &Shared,
    execution: ExecutionId,
    report: Report,
    then: Option<Input>,
) -> Option<Taken> {
    let (job, fence) = (report.job, report.fence);
    let _claiming = then.is_some().then(|| shared.slots.claiming(execution));
    let mut inputs = vec![Input::Settle(report)];
    inputs.extend(then);
    let answers = match shared.writer.write(execution, inputs).await {
        Ok(answers) => answers,
        // Nothing is known against the output: whoever takes the job over makes it anew.
        Err(Unwritten::Stopping) => return None,
        Err(Unwritten::Impossible) => {
            let failure = Failure::permanent(
                "not_recorded",
                "The output could not be recorded; the server's log has the details.",
            );
            let report = Report {
                job,
                fence,
                outcome: Outcome::Failed(failure),
                charges: vec![],
                jitter: 0.0,
            };
            shared.writer.write(execution, vec![Input::Settle(report)]).await.ok()?
        }
    };
    taken(shared, answers).pop()
}

fn taken(shared: &Shared, answers: Vec<Answer>) -> Vec<Taken> {
    let mut all = vec![];
    for answer in answers {
        let Answer::Claimed(jobs, snapshot) = answer else { continue };
        all.extend(jobs.into_iter().map(|job| {
            let slot = shared.slots.enter(job.id, job.fence);
            Taken { job, snapshot: snapshot.clone(), slot }
        }));
    }
    all
}
