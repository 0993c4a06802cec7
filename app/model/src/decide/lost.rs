//! What becomes of the jobs of a worker that is gone, or that gives them up.

use super::{Draft, JobState, Refused, settle::put_back};
use crate::{
    execution::{
        event::EventKind,
        failure::Failure,
        state::{Effect, JobStatus},
    },
    id::{JobId, WorkerId},
};

/// How often a job may lose its worker before it is taken for the cause.
const LOST_LIMIT: i32 = 3;

/// How a job came to be without its worker.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Loss {
    OfWorker,
    HandedBack,
}

impl Loss {
    fn attempt_status(self) -> &'static str {
        match self {
            Self::OfWorker => "lost",
            Self::HandedBack => "handed_back",
        }
    }
}

impl Draft<'_> {
    /// Takes over what `worker` held; what it has already reported is left as it is.
    ///
    /// # Errors
    /// None in practice: rows that vanished between two statements of one transaction.
    pub fn worker_lost(&mut self, worker: WorkerId) -> Result<(), Refused> {
        let held = |job: &&JobState| job.status == JobStatus::Running && job.worker == Some(worker);
        let jobs: Vec<JobId> = self.snapshot.jobs.values().filter(held).map(|job| job.id).collect();
        for id in jobs {
            self.job_lost(id)?;
        }
        self.advance();
        Ok(())
    }

    /// Lets others have what its worker gives up, named by (job, fence); it counts neither as an
    /// attempt nor as a loss. What is no longer held so is left as it is.
    ///
    /// # Errors
    /// As [`Draft::worker_lost`].
    pub fn hand_back(&mut self, held: &[(JobId, i64)]) -> Result<(), Refused> {
        for (id, fence) in held {
            let job = self.snapshot.jobs.get(id);
            if job.is_some_and(|job| job.status == JobStatus::Running && job.fence == *fence) {
                let before = self.take_back(*id, Loss::HandedBack)?;
                self.settle_node_of(&before.node)?;
            }
        }
        self.advance();
        Ok(())
    }

    fn job_lost(&mut self, id: JobId) -> Result<(), Refused> {
        let before = self.take_back(id, Loss::OfWorker)?;
        let lost = before.lost + 1;
        if lost >= LOST_LIMIT {
            let message = format!(
                "Its worker was lost {lost} times in a row; retry it when the cause is known."
            );
            self.job_failed(&before, Failure::permanent("worker_lost_repeatedly", message))?;
        }
        self.settle_node_of(&before.node)
    }

    /// Makes a running job claimable again; as it was before.
    fn take_back(&mut self, id: JobId, loss: Loss) -> Result<JobState, Refused> {
        let now = self.now;
        let possible_cost_micros = self.usual_cost(id);
        let state = self.job_mut(id)?;
        let before = state.clone();
        let call_in_flight = before.effect == Effect::Sent;
        put_back(state, now);
        state.fence += 1;
        state.attempt -= 1;
        if loss == Loss::OfWorker {
            state.lost += 1;
        }
        if call_in_flight {
            state.effect = Effect::Unknown;
        }
        self.close_attempt((id, before.fence), loss.attempt_status(), None);
        self.record(EventKind::JobLost {
            job: before.to_ref(),
            call_in_flight,
            possible_cost_micros: possible_cost_micros.filter(|_| call_in_flight),
            handed_back: loss == Loss::HandedBack,
        });
        self.wake_jobs();
        Ok(before)
    }

    /// What the node's other calls cost, at most: the best guess for one whose answer was lost.
    fn usual_cost(&self, id: JobId) -> Option<i64> {
        let job = self.snapshot.jobs.get(&id)?;
        let siblings = self.snapshot.jobs_of(&job.node);
        let priced = siblings.iter().map(|job| job.bill).filter(|bill| bill.cost_micros > 0);
        priced.map(|bill| bill.cost_micros).max()
    }
}
