//! Calls of which nobody knows whether they were carried out. Where one must not be repeated
//! blindly, a person is asked.
//!
//! A POST without an `Idempotency-Key` of its author's own is such a call. When its answer is lost
//! with the worker, the connection or a panic, the job waits: a person says whether it runs again,
//! was carried out (and what it gave), or is skipped.

use serde_json::Value;

use super::attempt::{complete_job, put_back};
use crate::{
    decide::{
        JobOutput, JobState, Refused, Snapshot, Transition,
        lifecycle::{advance::advance, queue::end_review_pause},
        node::{
            cancel::cancel_job, checks::check_action, jobs::settle_node_by_jobs, wait::set_waiting,
        },
    },
    execution::{
        event::EventKind,
        failure::Failure,
        question::{CallAnswer, CallAnswered, CallAsked, Way},
        state::{Action, Effect, NodeStatus},
    },
    id::{JobId, NodeId},
    nodes::NodeConfig,
    review::Reviewer,
    time::Timestamp,
    value,
};

/// Whether a person is asked before a call of the node is repeated that may have been carried
/// out.
pub(super) fn asks_before_repeat(snapshot: &Snapshot, id: &NodeId) -> bool {
    snapshot.config(id).is_some_and(NodeConfig::asks_before_repeat)
}

/// What the node's other calls cost, at most: the best guess for one whose answer was lost.
pub(super) fn usual_cost(snapshot: &Snapshot, id: JobId) -> Option<i64> {
    let job = snapshot.jobs.get(&id)?;
    let siblings = snapshot.jobs_of(&job.node);
    let priced = siblings.iter().map(|job| job.bill).filter(|bill| bill.cost_micros > 0);
    priced.map(|bill| bill.cost_micros).max()
}

/// Lets the job wait until a person has answered what became of its call.
pub(super) fn ask_about_call(
    transition: &mut Transition<'_>,
    id: JobId,
    failure: Failure,
) -> Result<(), Refused> {
    let possible_cost_micros = usual_cost(transition.snapshot(), id);
    let state = transition.job_mut(id)?;
    put_back(state, Timestamp::NEVER);
    state.effect = Effect::Asked;
    state.failure = Some(failure.clone());
    let (job, question) = (state.to_ref(), state.fence);
    let asked = CallAsked { job, question, failure, possible_cost_micros };
    transition.record(EventKind::JobAsks(asked));
    Ok(())
}

/// Applies a person's answer about a call of unknown outcome.
///
/// # Errors
/// [`Refused::NotAllowed`] when it is over, [`Refused::NotAsked`] when that question is not
/// open: it was answered before, or the step was skipped; [`Refused::Unfit`] when what it is
/// said to have given cannot be recorded.
pub fn answer_call(
    transition: &mut Transition<'_>,
    answer: CallAnswer,
    by: Reviewer,
) -> Result<(), Refused> {
    check_action(transition.snapshot(), Action::Answer)?;
    let CallAnswer { job_id, question, answer, output } = answer;
    let asked = |job: &&JobState| job.is_asked_about() && job.fence == question;
    let job = transition.snapshot().jobs.get(&job_id).filter(asked).cloned();
    let job = job.ok_or(Refused::NotAsked(job_id))?;
    let given = output.unwrap_or(Value::Null);
    let config = transition.snapshot().config(&job.node);
    let values = config.map(|config| config.output_from_answer(given)).unwrap_or_default();
    value::recordable(values.values()).map_err(Refused::unrecordable)?;
    transition.job_mut(job_id)?.failure = None;
    transition.record(EventKind::JobAnswered(CallAnswered { job: job.to_ref(), answer, by }));
    match answer {
        Way::Again => call_again(transition, &job)?,
        Way::Done => {
            complete_job(transition, &job, JobOutput { values, ..JobOutput::default() })?;
            transition.job_mut(job_id)?.effect = Effect::Asked;
        }
        Way::Skip => cancel_job(transition, job_id)?,
    }
    settle_node_by_jobs(transition, &job.node)?;
    end_review_pause(transition);
    transition.wake_jobs();
    advance(transition);
    Ok(())
}

fn call_again(transition: &mut Transition<'_>, job: &JobState) -> Result<(), Refused> {
    let now = transition.now();
    let state = transition.job_mut(job.id)?;
    put_back(state, now);
    state.effect = Effect::Intent;
    if transition.node_mut(&job.node)?.status == NodeStatus::Waiting {
        set_waiting(transition, &job.node, None, "Waiting for a worker to call again".to_owned());
    }
    Ok(())
}
