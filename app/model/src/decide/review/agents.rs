//! Answers of people to agents: the agent reads them with its next step.

use serde_json::Value;

use super::verdict::{ReviewEnd, end_review};
use crate::{
    agent::approval::{CallToApprove, ReviewKind},
    decide::{
        JobState, Refused, Snapshot, Transition,
        job::attempt::put_back_for_next_step,
        node::wait::{FOR_A_WORKER, set_waiting},
        outputs::fitting::check_output,
    },
    id::{JobId, NodeId},
    nodes::agent::done_output,
    review::ReviewState,
};

/// Ends the question of an agent, whose job is due again by that.
pub(super) fn answer_agent(
    transition: &mut Transition<'_>,
    id: &NodeId,
    state: &ReviewState,
    end: ReviewEnd,
) -> Result<(), Refused> {
    end_review(transition, id, state, end);
    let now = transition.now();
    let jobs = transition.snapshot().jobs_of(id);
    let waits = |job: &&&JobState| transition.snapshot().awaits_decision(job);
    let waiting: Vec<JobId> = jobs.iter().filter(waits).map(|job| job.id).collect();
    for job in waiting {
        put_back_for_next_step(transition.job_mut(job)?, now);
    }
    transition.node_mut(id)?.review = None;
    set_waiting(transition, id, None, FOR_A_WORKER.to_owned());
    Ok(())
}

/// Checks what people made of an agent's question: of calls they change arguments only, of a result
/// everything, of a limit nothing. `before` are the items that are kept, as they came.
pub(super) fn check_fits(
    kind: ReviewKind,
    before: &[Value],
    after: &[Value],
) -> Result<(), Refused> {
    let fits = |(before, after): (&Value, &Value)| match kind {
        ReviewKind::ToolCalls => is_same_call(before, after),
        ReviewKind::Limit => before == after,
        ReviewKind::Content | ReviewKind::HandOver => true,
    };
    match before.iter().zip(after).position(|pair| !fits(pair)) {
        None => Ok(()),
        Some(place) if kind == ReviewKind::ToolCalls => {
            let words = format!(
                "Call {} differs from the one that was asked about. Edit only its arguments, as \
                 one object.",
                place + 1
            );
            Err(Refused::Unfit(words))
        }
        Some(_) => Err(Refused::Unfit("Allow the same limit again, or reject.".to_owned())),
    }
}

/// Checks that the agent can give what a person has finished for it, so that they are told while they
/// can still put it right. A text is read by the agent, which asks again where it is none of its
/// results.
pub(super) fn check_result(
    snapshot: &Snapshot,
    id: &NodeId,
    items: &[Value],
) -> Result<(), Refused> {
    let Some(result) = items.first().filter(|item| !item.is_string()) else { return Ok(()) };
    check_output(snapshot, id, &done_output(result.clone()))
        .map_err(|failure| Refused::Unfit(failure.message))
}

/// Whether two calls differ in their arguments at most.
fn is_same_call(before: &Value, after: &Value) -> bool {
    let read = |item: &Value| serde_json::from_value::<CallToApprove>(item.clone()).ok();
    let (Some(before), Some(after)) = (read(before), read(after)) else { return false };
    CallToApprove { arguments: after.arguments.clone(), ..before } == after
}
