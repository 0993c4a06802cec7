//! Attempts that are over and were followed by others, or did not succeed: the view shows only the
//! present one of each job.

use std::collections::BTreeMap;

use model::{
    execution::event::{Event, EventKind, JobRef},
    id::{JobId, NodeId},
    time::Timestamp,
};

use super::sentence::lost;
use crate::ui::status::Status;

/// An attempt that is not the present one of its job, or that ended without a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastAttempt {
    /// The node.
    pub node: NodeId,
    /// The job.
    pub job: JobId,
    /// 1 for the first try of the job, whatever it was tried again for.
    pub attempt: i32,
    /// When it began.
    pub from: Timestamp,
    /// When it ended.
    pub to: Timestamp,
    /// How: completed or failed.
    pub status: Status,
    /// Why, in words.
    pub why: String,
}

/// What is known of a job on the way through the events.
#[derive(Default)]
struct Tries {
    count: i32,
    /// Since when the present try has run.
    since: Option<Timestamp>,
    /// The last try that gave a result; the past's once the job is tried again.
    made: Option<PastAttempt>,
}

/// The attempts in `events` that are past, in the order in which that was known.
pub fn past_attempts<'a>(events: impl Iterator<Item = &'a Event>) -> Vec<PastAttempt> {
    let mut tries = BTreeMap::<JobId, Tries>::new();
    let mut past = vec![];
    for event in events {
        let (job, status, why) = match &event.kind {
            EventKind::JobStarted { job, .. } => {
                let tries = tries.entry(job.job).or_default();
                tries.count += 1;
                tries.since = Some(event.at);
                past.extend(tries.made.take());
                continue;
            }
            EventKind::JobCompleted { job } => {
                (job, Status::Completed, "its result was replaced by the next".to_owned())
            }
            EventKind::JobRetryScheduled { job, failure, .. }
            | EventKind::JobFailed { job, failure } => {
                (job, Status::Failed, failure.message.clone())
            }
            EventKind::JobAsks(asked) => {
                (&asked.job, Status::Failed, asked.failure.message.clone())
            }
            EventKind::JobLost { job, .. } => (job, Status::Failed, lost(&event.kind)),
            _ => continue,
        };
        let Some(tries) = tries.get_mut(&job.job) else { continue };
        let over = tries.end(job, event.at, (status, why));
        match status {
            Status::Completed => tries.made = over,
            _ => past.extend(over),
        }
    }
    past
}

impl Tries {
    fn end(
        &mut self,
        job: &JobRef,
        to: Timestamp,
        (status, why): (Status, String),
    ) -> Option<PastAttempt> {
        let (from, node) = (self.since.take()?, job.node.clone());
        Some(PastAttempt { node, job: job.job, attempt: self.count, from, to, status, why })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::sample;

    #[test]
    fn lost_retried_and_failed_attempts_are_remembered() {
        let past = past_attempts(sample::failed_events().iter());

        let seen: Vec<_> =
            past.iter().map(|p| (p.attempt, p.to.ms_since(p.from), p.why.as_str())).collect();
        assert_eq!(
            seen,
            [
                (1, 5000, "worker lost, taken over (call in flight may have been charged $0.040)"),
                (2, 1000, "Sample: rate limit exceeded"),
                (3, 1000, "Sample: rate limit exceeded"),
            ]
        );
    }

    #[test]
    fn a_result_that_is_made_again_is_past_and_tries_are_counted_on() {
        let events = sample::completed_events();
        let made = |kind: &EventKind| matches!(kind, EventKind::JobCompleted { .. });
        let end = events.iter().find(|event| made(&event.kind)).cloned();
        let Some(Event { kind: EventKind::JobCompleted { job }, at, .. }) = end else {
            panic!("a job completes")
        };
        let again = [
            Event { seq: 1_000, at, kind: EventKind::JobStarted { job: job.clone(), attempt: 1 } },
            Event {
                seq: 1_001,
                at: at.plus_ms(5),
                kind: EventKind::JobCompleted { job: job.clone() },
            },
            Event { seq: 1_002, at, kind: EventKind::JobStarted { job: job.clone(), attempt: 1 } },
        ];

        let past = past_attempts(events.iter().chain(&again));

        let seen: Vec<_> = past.iter().map(|p| (p.job, p.attempt, p.status)).collect();
        assert_eq!(seen, [(job.job, 1, Status::Completed), (job.job, 2, Status::Completed)]);
    }

    #[test]
    fn what_succeeds_at_once_has_no_past() {
        assert_eq!(past_attempts(sample::completed_events().iter()), []);
    }
}
