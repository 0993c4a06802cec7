//! Decisions of people, repeated in a replay.

use super::verdict::{ask_for_changes, complete_approved, record_approval, reject};
use crate::{
    decide::{
        Decided, Refused, Transition,
        node::{
            cancel::cancel_review,
            settle::{settle_as_told, settle_failed, settle_skipped},
        },
        outputs::edited::{Edit, record_edits},
    },
    execution::{event::SkipReason, failure::Failure},
    id::NodeId,
    review::{ReviewState, Verdict},
};

/// In a replay, goes on without a node as people did; whether they did.
pub(in crate::decide) fn leave_out_as_recorded(
    transition: &mut Transition<'_>,
    id: &NodeId,
) -> bool {
    let replayed = transition.snapshot().replays.clone();
    let left_out = replayed.as_ref().and_then(|replayed| replayed.left_out.get(id));
    let Some(output) = left_out else { return false };
    // Whoever acts now is not who went on without it then.
    let requester = transition.requester().cloned();
    transition.set_requester(None);
    match output {
        Some(output) => settle_as_told(transition, id, output.clone()),
        None => settle_skipped(transition, id, SkipReason::User),
    }
    transition.set_requester(requester);
    true
}

/// In a replay, decides about a review that has just been opened as people did.
pub(super) fn decide_as_recorded(
    transition: &mut Transition<'_>,
    id: &NodeId,
    generation: i32,
    state: ReviewState,
) {
    let Some(replayed) = transition.snapshot().replays.clone() else { return };
    let decided = replayed.decision(id, generation);
    if decided.is_some_and(|decided| repeat_decision(transition, id, state, decided).is_ok()) {
        return;
    }
    cancel_review(transition, id);
    let message = "No one decided this in the original run.";
    settle_failed(transition, id, Failure::permanent("not_recorded", message));
}

fn repeat_decision(
    transition: &mut Transition<'_>,
    id: &NodeId,
    state: ReviewState,
    decided: &Decided,
) -> Result<(), Refused> {
    let (by, reason) = (decided.by.clone(), decided.reason.clone());
    match decided.verdict {
        Verdict::Approved => approve_as_recorded(transition, id, state, decided),
        Verdict::Changes => ask_for_changes(transition, id, state, reason.unwrap_or_default(), by)?,
        Verdict::Rejected => reject(transition, id, state, reason.unwrap_or_default(), by),
        Verdict::Cancelled => return Err(Refused::ReviewOver(state.id)),
    }
    Ok(())
}

fn approve_as_recorded(
    transition: &mut Transition<'_>,
    id: &NodeId,
    mut state: ReviewState,
    decided: &Decided,
) {
    // Where some were left out, nobody knows any more which of them was edited into what.
    if state.items.len() == decided.items.len() {
        let (review, before) = (state.id, state.items.clone());
        let edit = Edit { node: id, review, by: &decided.by, before, first: true };
        record_edits(transition, &edit, &decided.items);
    }
    state.items = decided.items.clone();
    for approved in &decided.approvals {
        state.approvals.push(approved.clone());
        record_approval(transition, id, &state, approved.clone());
    }
    complete_approved(transition, id, &state, decided.by.clone(), decided.reason.clone());
}
