//! Jobs whose worker was lost or gave them up. Where the outcome of their call is unknown and it
//! must not be repeated blindly, a person is asked.

use serde_json::Value;

use super::{JobOutput, JobState, Refused, Transition, settle::put_back};
use crate::{
    execution::{
        event::EventKind,
        failure::Failure,
        question::{CallAnswer, CallAnswered, CallAsked, Way},
        state::{Action, Effect, JobStatus, NodeStatus},
    },
    id::{JobId, NodeId, WorkerId},
    nodes::NodeConfig,
    review::Reviewer,
    time::Timestamp,
    value,
};

/// How often a job may lose its worker before the job itself counts as the cause and fails.
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

    /// Why nobody knows how the call ended that was under way.
    fn without_answer(self) -> Failure {
        let what = match self {
            Self::OfWorker => "The worker was lost",
            Self::HandedBack => "The worker stopped",
        };
        let words = format!(
            "{what} after the request had left, before an answer came: it may have been carried out."
        );
        Failure::transient("outcome_unknown", words).without_answer()
    }
}

impl Transition<'_> {
    /// Makes the jobs that `worker` held claimable again; those it has already reported stay as
    /// they are.
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

    /// Makes jobs claimable again that their worker gives up, named by (job, fence). That counts
    /// neither as an attempt nor as a loss. Jobs that are no longer held so stay as they are.
    ///
    /// # Errors
    /// As [`Transition::worker_lost`].
    pub fn hand_back(&mut self, held: &[(JobId, i64)]) -> Result<(), Refused> {
        for (id, fence) in held {
            let job = self.snapshot.jobs.get(id);
            if job.is_some_and(|job| job.status == JobStatus::Running && job.fence == *fence) {
                let before = self.take_back(*id, Loss::HandedBack)?;
                self.ask_if_unsure(&before, Loss::HandedBack)?;
                self.settle_node_of(&before.node)?;
            }
        }
        self.advance();
        Ok(())
    }

    fn job_lost(&mut self, id: JobId) -> Result<(), Refused> {
        let before = self.take_back(id, Loss::OfWorker)?;
        let lost = before.lost + 1;
        if !self.ask_if_unsure(&before, Loss::OfWorker)? && lost >= LOST_LIMIT {
            let message = format!(
                "Its worker was lost {lost} times in a row; retry it when the cause is known."
            );
            self.job_failed(&before, Failure::permanent("worker_lost_repeatedly", message))?;
        }
        self.settle_node_of(&before.node)
    }

    /// Makes a running job claimable again. Returns the job as it was before.
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
        self.end_attempt(&before, loss.attempt_status(), None);
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

impl Transition<'_> {
    /// Whether a person is asked before a call of the node is repeated that may have been carried
    /// out.
    pub(super) fn asks_before_repeat(&self, id: &NodeId) -> bool {
        self.snapshot.config(id).is_some_and(NodeConfig::asks_before_repeat)
    }

    /// Asks about a job that was taken back, as it was before, if its call must not be repeated
    /// blindly; returns whether it did.
    fn ask_if_unsure(&mut self, before: &JobState, loss: Loss) -> Result<bool, Refused> {
        let asks = before.effect == Effect::Sent && self.asks_before_repeat(&before.node);
        if asks {
            self.ask(before.id, loss.without_answer())?;
        }
        Ok(asks)
    }

    /// Lets the job wait until a person has answered what became of its call.
    pub(super) fn ask(&mut self, id: JobId, failure: Failure) -> Result<(), Refused> {
        let possible_cost_micros = self.usual_cost(id);
        let state = self.job_mut(id)?;
        put_back(state, Timestamp::NEVER);
        state.effect = Effect::Asked;
        state.failure = Some(failure.clone());
        let (job, question) = (state.to_ref(), state.fence);
        let asked = CallAsked { job, question, failure, possible_cost_micros };
        self.record(EventKind::JobAsks(asked));
        Ok(())
    }

    /// Applies a person's answer about a call of unknown outcome.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`] when it is over, [`Refused::NotAsked`] when that question is not
    /// open: it was answered before, or the step was skipped; [`Refused::Unfit`] when what it is
    /// said to have given cannot be recorded.
    pub fn answer_call(&mut self, answer: CallAnswer, by: Reviewer) -> Result<(), Refused> {
        self.check(Action::Answer)?;
        let CallAnswer { job_id, question, answer, output } = answer;
        let asked = |job: &&JobState| job.is_asked_about() && job.fence == question;
        let job = self.snapshot.jobs.get(&job_id).filter(asked).cloned();
        let job = job.ok_or(Refused::NotAsked(job_id))?;
        let given = output.unwrap_or(Value::Null);
        let values = self.snapshot.config(&job.node).map(|config| config.output_from_answer(given));
        let values = values.unwrap_or_default();
        value::recordable(values.values()).map_err(Refused::unrecordable)?;
        self.job_mut(job_id)?.failure = None;
        self.record(EventKind::JobAnswered(CallAnswered { job: job.to_ref(), answer, by }));
        match answer {
            Way::Again => self.call_again(&job)?,
            Way::Done => {
                self.job_done(&job, JobOutput { values, ..JobOutput::default() })?;
                self.job_mut(job_id)?.effect = Effect::Asked;
            }
            Way::Skip => self.cancel_job(job_id)?,
        }
        self.settle_node_of(&job.node)?;
        self.go_on();
        self.wake_jobs();
        self.advance();
        Ok(())
    }

    fn call_again(&mut self, job: &JobState) -> Result<(), Refused> {
        let now = self.now;
        let state = self.job_mut(job.id)?;
        put_back(state, now);
        state.effect = Effect::Intent;
        if self.node_mut(&job.node)?.status == NodeStatus::Waiting {
            self.wait_for(&job.node, None, "Waiting for a worker to call again".to_owned());
        }
        Ok(())
    }
}

impl JobState {
    /// Whether it waits for a person to say what became of its call.
    pub fn is_asked_about(&self) -> bool {
        self.status == JobStatus::Pending && self.effect == Effect::Asked
    }
}
