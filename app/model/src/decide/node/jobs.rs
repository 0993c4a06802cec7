//! Nodes that settle with their jobs.

use super::{
    settle::{settle_completed, settle_failed, settle_skipped},
    wait::set_waiting,
};
use crate::{
    decide::{JobState, Refused, Snapshot, Transition, outputs::collect},
    execution::{
        event::SkipReason,
        state::{JobStatus, NodeStatus},
    },
    id::NodeId,
    nodes::Settled,
    time::Timestamp,
};

/// Settles the node when all of its jobs have settled, or records what it waits for.
pub(in crate::decide) fn settle_node_by_jobs(
    transition: &mut Transition<'_>,
    id: &NodeId,
) -> Result<(), Refused> {
    let jobs = transition.snapshot().jobs_of(id);
    if jobs.iter().any(|job| job.status == JobStatus::Running) {
        return Ok(());
    }
    let unsettled: Vec<_> = jobs.iter().filter(|job| !job.status.is_settled()).collect();
    // Of jobs that are due at the same time, one with a failure can say why it waits.
    let first = |job: &&&&JobState| (job.run_at, job.failure.is_none());
    if let Some(next) = unsettled.iter().min_by_key(first) {
        let until = next.run_at;
        let message = next.failure.as_ref().map(|failure| {
            if next.is_asked_about() {
                format!("Waiting for your answer. {}", failure.message)
            } else {
                failure.message.clone()
            }
        });
        return wait_for_next_job(transition, id, until, message);
    }
    if jobs.iter().all(|job| job.status == JobStatus::Cancelled) {
        settle_skipped(transition, id, SkipReason::User);
        return Ok(());
    }
    let failed = |job: &&&JobState| job.status == JobStatus::Failed;
    let failure = jobs.iter().find(failed).and_then(|job| job.failure.clone());
    let done = jobs.iter().filter(|job| job.status == JobStatus::Completed).count();
    match failure.filter(|_| !has_enough(transition.snapshot(), id, done)) {
        Some(failure) => settle_failed(transition, id, failure),
        None => {
            let output = collect(jobs.iter().filter_map(|job| job.values.as_ref()));
            let config = transition.snapshot().config(id);
            let takes = config.map(|config| config.takes_by_output(&output)).unwrap_or_default();
            settle_completed(transition, id, Settled { output, takes });
        }
    }
    Ok(())
}

/// Whether so many items are enough although others failed.
fn has_enough(snapshot: &Snapshot, id: &NodeId, done: usize) -> bool {
    let wanted = snapshot.compiled.node(id).and_then(|node| node.data.min_items);
    wanted.is_some_and(|wanted| done >= usize::try_from(wanted.max(1)).unwrap_or(usize::MAX))
}

fn wait_for_next_job(
    transition: &mut Transition<'_>,
    id: &NodeId,
    until: Timestamp,
    message: Option<String>,
) -> Result<(), Refused> {
    let due = until <= transition.now();
    let status = transition.node_mut(id)?.status;
    if due || matches!(status, NodeStatus::Waiting | NodeStatus::AwaitingReview) {
        return Ok(());
    }
    let (until, words) = match until {
        Timestamp::NEVER => (None, "Waiting for the runs it started"),
        until => (Some(until), "Waiting for its next attempt"),
    };
    set_waiting(transition, id, until, message.unwrap_or_else(|| words.to_owned()));
    Ok(())
}
