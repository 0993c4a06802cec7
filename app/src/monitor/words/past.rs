//! Attempts that are over and did not succeed: the view shows only the present one of each job.

use std::collections::BTreeMap;

use model::{
    execution::event::{Event, EventKind, JobRef},
    id::{JobId, NodeId},
    time::Timestamp,
};

use super::sentence::lost;

/// An attempt that ended without a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastAttempt {
    /// The node.
    pub node: NodeId,
    /// The job.
    pub job: JobId,
    /// 1 for the first try.
    pub attempt: i32,
    /// When it began.
    pub from: Timestamp,
    /// When it ended.
    pub to: Timestamp,
    /// Why, in words.
    pub why: String,
}

/// The attempts in `events` that ended without a result, in the order of their ends.
pub fn past_attempts<'a>(events: impl Iterator<Item = &'a Event>) -> Vec<PastAttempt> {
    let mut begun = BTreeMap::<JobId, (i32, Timestamp)>::new();
    let mut past = vec![];
    for event in events {
        match &event.kind {
            EventKind::JobStarted { job, attempt } => {
                begun.insert(job.job, (*attempt, event.at));
            }
            EventKind::JobRetryScheduled { job, failure, .. }
            | EventKind::JobFailed { job, failure } => {
                past.extend(ended(&mut begun, job, event.at, failure.message.clone()));
            }
            EventKind::JobAsks(asked) => {
                past.extend(ended(&mut begun, &asked.job, event.at, asked.failure.message.clone()));
            }
            EventKind::JobLost { job, .. } => {
                past.extend(ended(&mut begun, job, event.at, lost(&event.kind)));
            }
            _ => {}
        }
    }
    past
}

fn ended(
    begun: &mut BTreeMap<JobId, (i32, Timestamp)>,
    job: &JobRef,
    to: Timestamp,
    why: String,
) -> Option<PastAttempt> {
    let (attempt, from) = begun.remove(&job.job)?;
    Some(PastAttempt { node: job.node.clone(), job: job.job, attempt, from, to, why })
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
    fn what_succeeds_at_once_has_no_past() {
        assert_eq!(past_attempts(sample::completed_events().iter()), []);
    }
}
