//! Calls of which nobody knows whether they were carried out. Where one must not be repeated
//! blindly, a person is asked.
//!
//! A POST without an `Idempotency-Key` of its author's own is such a call. When its answer is lost
//! with the worker, the connection or a panic, the job waits: a person says whether it runs again,
//! was carried out (and what it gave), or is skipped. What is said of the call of an agent is the
//! result that its model is told, and the agent goes on.

use serde_json::{Map, Value};

use super::attempt::{complete_job, is_agent, put_back};
use crate::{
    decide::{
        Heard, HeardCalls, JobOutput, JobState, Refused, Snapshot, Transition,
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
    id::JobId,
    nodes::{NodeConfig, agent},
    review::Reviewer,
    time::Timestamp,
    value,
};

/// Whether a person is asked before a call of the job is repeated that may have been carried out. Of
/// an agent its row says so: its models, and tools that may be called again, are called without that
/// note.
pub(super) fn asks_before_repeat(snapshot: &Snapshot, job: &JobState) -> bool {
    if is_agent(snapshot, &job.node) {
        return job.effect == Effect::Sent && !lost_calls(snapshot, job).is_empty();
    }
    snapshot.config(&job.node).is_some_and(NodeConfig::asks_before_repeat)
}

/// The tools of servers that an agent has called without an answer.
fn lost_calls(snapshot: &Snapshot, job: &JobState) -> Vec<String> {
    let Some(NodeConfig::Agent(config)) = snapshot.config(&job.node) else { return vec![] };
    let frozen = config.frozen.as_deref();
    frozen.map(|frozen| frozen.servers_tools(&job.open_calls)).unwrap_or_default()
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
        Way::Done | Way::Skip if is_agent(transition.snapshot(), &job.node) => {
            hear_of_calls(transition, &job, answer, values)?;
        }
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

/// Gives the calls of an agent's job the end that a person has said, and lets it go on.
fn hear_of_calls(
    transition: &mut Transition<'_>,
    job: &JobState,
    answer: Way,
    mut values: Map<String, Value>,
) -> Result<(), Refused> {
    let said = match answer {
        Way::Skip => Heard::LeftOut,
        Way::Done | Way::Again => Heard::Gave(values.remove(agent::DONE).unwrap_or_default()),
    };
    let tools = lost_calls(transition.snapshot(), job);
    transition.hear_of_calls(HeardCalls { job: job.id, tools, said });
    transition.job_mut(job.id)?.open_calls.clear();
    call_again(transition, job)
}

fn call_again(transition: &mut Transition<'_>, job: &JobState) -> Result<(), Refused> {
    let now = transition.now();
    let state = transition.job_mut(job.id)?;
    put_back(state, now);
    state.effect = Effect::Intent;
    if transition.node_mut(&job.node)?.status == NodeStatus::Waiting {
        set_waiting(
            transition,
            &job.node,
            None,
            "Waiting for a worker to repeat the call".to_owned(),
        );
    }
    Ok(())
}
