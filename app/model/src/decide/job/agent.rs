//! Steps of agents: what one adds to the talk of its job, and how the job goes on.
//!
//! An attempt of an agent's job is one step. What it adds is written with the events and charges of
//! the attempt, and the job is due again at once: pauses, stops, limits and other executions come in
//! between any two steps, and no answer is asked for again whoever is lost in between.

use super::{
    attempt::{complete_job, fail_without_way, put_back_for_next_step, record_output},
    child::wait_for_child,
};
use crate::{
    agent::{
        talk::Message,
        turn::{AgentLimited, AgentTurned, AnsweredCall},
    },
    decide::{
        AgentQuestion, AgentStep, JobOutput, JobState, NextStep, Refused, Snapshot, TalkAddition,
        TalkSize, Transition, review::open::open_review,
    },
    execution::{
        action_policy::node_states::NodeStates,
        agent_step::{LimitMet, StepTaken},
        event::EventKind,
        failure::Failure,
    },
    id::{NodeId, ReviewId},
    nodes::agent::{FAILED, LIMIT_REACHED},
    review::ReviewState,
    time::Timestamp,
};

/// Takes a step in. Gives the failure of one that has failed, for the rules of all attempts.
pub(super) fn take_step(
    transition: &mut Transition<'_>,
    job: &JobState,
    step: AgentStep,
) -> Result<Option<Failure>, Refused> {
    let AgentStep { messages, call, limit, next } = step;
    let failed = matches!(next, NextStep::Fail(_));
    add_to_talk(transition, job, messages, call, failed)?;
    if let Some((limit, action)) = limit {
        let limited = AgentLimited { limit, action };
        transition.record(EventKind::AgentLimited(LimitMet { job: job.to_ref(), limited }));
    }
    match next {
        NextStep::Fail(failure) => return Ok(Some(failure)),
        NextStep::End(output) => end(transition, job, *output)?,
        NextStep::GoOn => {
            transition.end_attempt(job, STEPPED, None);
            transition.wake_jobs();
        }
        NextStep::Ask(question) => {
            transition.end_attempt(job, STEPPED, None);
            ask(transition, job, question)?;
        }
        NextStep::Wait(launched) => {
            transition.end_attempt(job, STEPPED, None);
            wait_for_child(transition, job, launched)?;
        }
    }
    Ok(None)
}

/// How an attempt ends after which the job goes on with another step.
const STEPPED: &str = "stepped";

/// Appends to the talk, and lets the job go on unless the step has `failed`.
fn add_to_talk(
    transition: &mut Transition<'_>,
    job: &JobState,
    messages: Vec<Message>,
    call: Option<AnsweredCall>,
    failed: bool,
) -> Result<(), Refused> {
    let now = transition.now();
    let (before, after) = (job.talk, grown(job.talk, &messages, call.as_ref()));
    let state = transition.job_mut(job.id)?;
    state.talk = after;
    if !failed {
        put_back_for_next_step(state, now);
        state.open_calls.clear();
    }
    if failed && messages.is_empty() {
        return Ok(());
    }
    let step = AgentTurned {
        turn: after.turn,
        calls: called_tools(&messages),
        messages: after.messages,
        context_tokens: after.context_tokens,
    };
    transition.record(EventKind::AgentStepped(StepTaken { job: job.to_ref(), step, failed }));
    if !messages.is_empty() || call.is_some() {
        transition.add_to_talk(TalkAddition {
            job: job.id,
            node: job.node.clone(),
            generation: job.generation,
            first: before.messages,
            messages: with_turns(before.turn, messages),
            call,
        });
    }
    Ok(())
}

/// The size of a talk after these messages.
fn grown(before: TalkSize, messages: &[Message], call: Option<&AnsweredCall>) -> TalkSize {
    let added = u32::try_from(messages.len()).unwrap_or(u32::MAX);
    TalkSize {
        messages: before.messages.saturating_add(added),
        turn: call.map_or(before.turn, |call| call.turn),
        context_tokens: call.map_or(before.context_tokens, |call| call.input_tokens),
    }
}

/// Each message with its turn: an answer of the model begins the next one.
fn with_turns(before: u32, messages: Vec<Message>) -> Vec<(u32, Message)> {
    let mut turn = before;
    let with_turn = messages.into_iter().map(|message| {
        turn += u32::from(matches!(message, Message::Assistant { .. }));
        (turn, message)
    });
    with_turn.collect()
}

/// The tools that the last answer among these messages asks for.
fn called_tools(messages: &[Message]) -> Vec<String> {
    let calls = messages.iter().rev().find_map(|message| match message {
        Message::Assistant { calls, .. } => Some(calls),
        Message::System { .. } | Message::User { .. } | Message::Tool { .. } => None,
    });
    calls.into_iter().flatten().map(|call| call.name.clone()).collect()
}

/// Opens a review in which people answer; the job waits for it.
fn ask(
    transition: &mut Transition<'_>,
    job: &JobState,
    question: AgentQuestion,
) -> Result<(), Refused> {
    transition.job_mut(job.id)?.run_at = Timestamp::NEVER;
    let AgentQuestion { kind, instructions, items } = question;
    let id = ReviewId(transition.new_id());
    let (needed, approvals, until) = (1, vec![], None);
    let state = ReviewState { id, kind, items, instructions, needed, approvals, until };
    open_review(transition, &job.node, state);
    Ok(())
}

/// Ends the job with an output. A way out that leads nowhere is a failure: nobody may take it for a
/// success. What there is of the work is kept all the same.
fn end(transition: &mut Transition<'_>, job: &JobState, output: JobOutput) -> Result<(), Refused> {
    let Some(failure) = failure_of_way(transition.snapshot(), &job.node, &output) else {
        transition.end_attempt(job, "completed", None);
        return complete_job(transition, job, output);
    };
    transition.end_attempt(job, "failed", Some(failure.clone()));
    let kept = JobOutput { artifacts: output.artifacts, ..JobOutput::default() };
    record_output(transition, job, kept, vec![]);
    fail_without_way(transition, job, failure)
}

/// The failure that an output means whose way out is not connected; none where the path goes on.
fn failure_of_way(snapshot: &Snapshot, node: &NodeId, output: &JobOutput) -> Option<Failure> {
    let way = [LIMIT_REACHED, FAILED].into_iter().find(|way| output.values.contains_key(*way))?;
    if snapshot.leads_on_by(node, way) {
        return None;
    }
    let told = |field: &str| output.values.get(way)?.get(field)?.as_str();
    let code = told("code").unwrap_or(way);
    Some(Failure::permanent(code, told("message").unwrap_or("The agent didn't complete its task.")))
}
