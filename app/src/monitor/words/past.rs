//! Attempts that are over and were followed by others, or did not succeed: the view shows only the
//! present one of each job.

use std::collections::BTreeMap;

use model::{
    execution::event::{Event, EventKind, JobRef},
    id::{JobId, NodeId},
    time::Timestamp,
};

use super::sentence::lost;
use crate::{
    monitor::news::{Bookmark, Log},
    ui::status::Status,
};

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
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Tries {
    count: i32,
    /// Since when the present try has run.
    since: Option<Timestamp>,
    /// The last try that gave a result; the past's once the job is tried again.
    made: Option<PastAttempt>,
    /// In the order in which it was known that they are past.
    past: Vec<PastAttempt>,
}

/// The past attempts of every job, kept as the log grows: each event is looked at once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PastAttempts {
    read: Bookmark,
    jobs: BTreeMap<JobId, Tries>,
}

impl PastAttempts {
    /// Takes in what is new in the log; says whether another attempt is past.
    pub fn follow(&mut self, log: &Log) -> bool {
        let (anew, events) = self.read.read(log);
        if anew {
            self.jobs.clear();
        }
        let more = events.iter().filter(|event| self.take(event)).count();
        anew || more > 0
    }

    /// Those of a job, the first one first.
    pub fn of(&self, job: JobId) -> &[PastAttempt] {
        self.jobs.get(&job).map_or(&[], |tries| &tries.past)
    }

    fn take(&mut self, event: &Event) -> bool {
        let (job, status, why) = match &event.kind {
            EventKind::JobStarted { job, .. } => {
                let tries = self.jobs.entry(job.job).or_default();
                tries.count += 1;
                tries.since = Some(event.at);
                let made = tries.made.take();
                return tries.put(made);
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
            _ => return false,
        };
        let Some(tries) = self.jobs.get_mut(&job.job) else { return false };
        let over = tries.end(job, event.at, (status, why));
        match status {
            Status::Completed => {
                tries.made = over;
                false
            }
            _ => tries.put(over),
        }
    }
}

impl Tries {
    fn put(&mut self, over: Option<PastAttempt>) -> bool {
        let before = self.past.len();
        self.past.extend(over);
        self.past.len() > before
    }

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

    fn past_attempts<'a>(events: impl IntoIterator<Item = &'a Event>) -> PastAttempts {
        let (mut log, mut past) = (Log::default(), PastAttempts::default());
        log.keep(events);
        past.follow(&log);
        past
    }

    #[test]
    fn lost_retried_and_failed_attempts_are_remembered() {
        let past = past_attempts(&sample::failed_events());

        let seen: Vec<_> = past
            .of(sample::job(20))
            .iter()
            .map(|p| (p.attempt, p.to.ms_since(p.from), p.why.as_str()))
            .collect();
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

        let seen: Vec<_> = past.of(job.job).iter().map(|p| (p.attempt, p.status)).collect();
        assert_eq!(seen, [(1, Status::Completed), (2, Status::Completed)]);
    }

    #[test]
    fn what_succeeds_at_once_has_no_past() {
        let past = past_attempts(&sample::completed_events());

        assert!(past.jobs.values().all(|tries| tries.past.is_empty()));
    }

    #[test]
    fn a_log_that_grows_leads_to_the_same_attempts() {
        let events = sample::failed_events();
        let (mut log, mut past) = (Log::default(), PastAttempts::default());

        for event in &events {
            log.keep([event]);
            let before = past.clone();
            let more = past.follow(&log);
            assert_eq!(more, past.of(sample::job(20)) != before.of(sample::job(20)));
        }

        assert_eq!(past, past_attempts(&events));
    }
}
