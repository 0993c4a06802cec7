//! Jobs whose worker was lost or gave them up.
//!
//! A process that is killed takes all its jobs with it, and mostly none of them is why. A job that has
//! lost two workers [runs alone](JobState::runs_alone): one more loss may still be chance, e.g. the third
//! restart of a server within a minute; with the second loss alone the job counts as the cause.

use super::{
    attempt::{fail_job, put_back},
    question::{ask_about_call, asks_before_repeat, usual_cost},
};
use crate::{
    decide::{
        JobState, Refused, Transition, lifecycle::advance::advance, node::jobs::settle_node_by_jobs,
    },
    execution::{
        event::EventKind,
        failure::Failure,
        state::{Effect, JobStatus},
    },
    id::{JobId, WorkerId},
};

/// With how many losses the job itself counts as the cause and fails: two in company, and two alone.
const LOST_LIMIT: i32 = 4;

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
            "{what} after it sent the request and before an answer came. The call might have been carried out."
        );
        Failure::transient("outcome_unknown", words).without_answer()
    }
}

/// Makes the jobs that `worker` held claimable again; those it has already reported stay as
/// they are.
///
/// # Errors
/// None in practice: rows that vanished between two statements of one transaction.
pub fn handle_worker_loss(
    transition: &mut Transition<'_>,
    worker: WorkerId,
) -> Result<(), Refused> {
    let held = |job: &&JobState| job.status == JobStatus::Running && job.worker == Some(worker);
    let jobs = transition.snapshot().jobs.values().filter(held);
    let jobs: Vec<JobId> = jobs.map(|job| job.id).collect();
    for id in jobs {
        lose_job(transition, id)?;
    }
    advance(transition);
    Ok(())
}

/// Makes jobs claimable again that their worker gives up, named by (job, fence). That counts
/// neither as an attempt nor as a loss. Jobs that are no longer held so stay as they are.
///
/// # Errors
/// As [`handle_worker_loss`].
pub fn release_jobs(transition: &mut Transition<'_>, held: &[(JobId, i64)]) -> Result<(), Refused> {
    for (id, fence) in held {
        let job = transition.snapshot().jobs.get(id);
        if job.is_some_and(|job| job.status == JobStatus::Running && job.fence == *fence) {
            let before = take_back(transition, *id, Loss::HandedBack)?;
            ask_if_unsure(transition, &before, Loss::HandedBack)?;
            settle_node_by_jobs(transition, &before.node)?;
        }
    }
    advance(transition);
    Ok(())
}

fn lose_job(transition: &mut Transition<'_>, id: JobId) -> Result<(), Refused> {
    let before = take_back(transition, id, Loss::OfWorker)?;
    let lost = before.lost + 1;
    if !ask_if_unsure(transition, &before, Loss::OfWorker)? && lost >= LOST_LIMIT {
        let message = format!(
            "Its worker was lost {lost} times in a row, the last two times while it ran alone. Find the cause, then retry the step."
        );
        fail_job(transition, &before, Failure::permanent("worker_lost_repeatedly", message))?;
    }
    settle_node_by_jobs(transition, &before.node)
}

/// Makes a running job claimable again. Returns the job as it was before.
fn take_back(transition: &mut Transition<'_>, id: JobId, loss: Loss) -> Result<JobState, Refused> {
    let now = transition.now();
    let possible_cost_micros = usual_cost(transition.snapshot(), id);
    let state = transition.job_mut(id)?;
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
    transition.end_attempt(&before, loss.attempt_status(), None);
    transition.record(EventKind::JobLost {
        job: before.to_ref(),
        call_in_flight,
        possible_cost_micros: possible_cost_micros.filter(|_| call_in_flight),
        handed_back: loss == Loss::HandedBack,
    });
    transition.wake_jobs();
    Ok(before)
}

/// Asks about a job that was taken back, as it was before, if its call must not be repeated
/// blindly; returns whether it did.
fn ask_if_unsure(
    transition: &mut Transition<'_>,
    before: &JobState,
    loss: Loss,
) -> Result<bool, Refused> {
    let asks = before.effect == Effect::Sent && asks_before_repeat(transition.snapshot(), before);
    if asks {
        ask_about_call(transition, before.id, loss.without_answer())?;
    }
    Ok(asks)
}
