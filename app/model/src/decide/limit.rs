//! Jobs that a limit of others keeps waiting: a provider's, or money that calls under way may need.

use super::{Draft, JobState, Refused, settle::put_back};
use crate::{
    execution::{event::EventKind, failure::Failure, state::JobStatus},
    id::JobId,
};

impl Draft<'_> {
    /// Puts a job back that was not tried: it counts as no attempt. Those of the node's jobs that
    /// nobody has taken yet wait as long, so that they are not taken in vain.
    pub(super) fn limited(
        &mut self,
        job: &JobState,
        failure: Failure,
        for_ms: u64,
    ) -> Result<(), Refused> {
        let until = self.now.plus_ms(for_ms);
        let state = self.job_mut(job.id)?;
        put_back(state, until);
        state.attempt -= 1;
        state.failure = Some(failure.clone());
        self.record(EventKind::JobLimited { job: job.to_ref(), at_time: until, failure });
        let fresh = |other: &&&JobState| {
            other.status == JobStatus::Pending && other.started_at.is_none() && other.run_at < until
        };
        let siblings = self.snapshot.jobs_of(&job.node);
        let siblings: Vec<JobId> = siblings.iter().filter(fresh).map(|job| job.id).collect();
        for id in siblings {
            self.job_mut(id)?.run_at = until;
        }
        self.wake_jobs();
        Ok(())
    }
}
