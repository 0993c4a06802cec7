//! Decisions of people about open reviews.

use serde_json::Value;

use super::{
    agents::{answer_agent, check_fits, check_result},
    verdict::{ReviewEnd, ask_for_changes, complete_approved, record_approval, reject},
};
use crate::{
    agent::approval::ReviewKind,
    decide::{
        NodeState, Refused, Snapshot, Transition,
        lifecycle::{advance::advance, queue::end_review_pause},
        node::checks::check_action,
        outputs::edited::{Edit, record_edits},
    },
    execution::state::Action,
    id::{NodeId, ReviewId},
    review::{Approval, Approved, Decision, ReviewState, Reviewer, Verdict, edition, editor},
};

/// Why an approval cannot count for what is asked later.
const ONLY_CALLS: &str = "Only tool calls can be approved for the rest of the run.";

/// Takes a person's decision in.
///
/// # Errors
/// [`Refused::ReviewOver`] when it was decided before, [`Refused::ApprovedBefore`],
/// [`Refused::Unfit`] when the decision does not fit what is decided about.
pub fn decide_review(
    transition: &mut Transition<'_>,
    review: ReviewId,
    decision: Decision,
    by: Reviewer,
) -> Result<(), Refused> {
    check_action(transition.snapshot(), Action::Decide)?;
    let open = find_open_review(transition.snapshot(), review);
    let (id, state) = open.ok_or(Refused::ReviewOver(review))?;
    if let (Decision::Changes { .. }, Some(why_not)) = (&decision, state.kind.no_changes()) {
        return Err(Refused::Unfit(why_not.to_owned()));
    }
    match decision {
        Decision::Reject { reason } if state.kind != ReviewKind::Content => {
            let (verdict, reason) = (Verdict::Rejected, Some(reason));
            let end = ReviewEnd { verdict, by, reason, always: false };
            answer_agent(transition, &id, &state, end)?;
        }
        Decision::Approve(approval) => approve(transition, &id, state, approval, by)?,
        Decision::Changes { reason } => ask_for_changes(transition, &id, state, reason, by)?,
        Decision::Reject { reason } => reject(transition, &id, state, reason, by),
    }
    end_review_pause(transition);
    transition.wake_jobs();
    advance(transition);
    Ok(())
}

/// Approves what nobody decided about in time.
///
/// # Errors
/// None in practice; see [`decide_review`].
pub fn check_reviews(transition: &mut Transition<'_>) -> Result<(), Refused> {
    let now = transition.now();
    let late = |state: &&ReviewState| state.until.is_some_and(|until| until <= now);
    let nodes = transition.snapshot().nodes.values();
    let late: Vec<_> =
        nodes.filter_map(|node| node.review.as_ref()).filter(late).cloned().collect();
    if check_action(transition.snapshot(), Action::Decide).is_err() {
        return Ok(());
    }
    for state in late {
        let by = Reviewer { user: None, name: "the time limit".to_owned() };
        let state = ReviewState { needed: 0, ..state };
        let Some((id, _)) = find_open_review(transition.snapshot(), state.id) else { continue };
        approve(transition, &id, state, Approval::default(), by)?;
        end_review_pause(transition);
        transition.wake_jobs();
        advance(transition);
    }
    Ok(())
}

pub(super) fn find_open_review(
    snapshot: &Snapshot,
    review: ReviewId,
) -> Option<(NodeId, ReviewState)> {
    let of_node = |(id, node): (&NodeId, &NodeState)| {
        let state = node.review.as_ref().filter(|state| state.id == review)?;
        Some((id.clone(), state.clone()))
    };
    snapshot.nodes.iter().find_map(of_node)
}

fn approve(
    transition: &mut Transition<'_>,
    id: &NodeId,
    mut state: ReviewState,
    approval: Approval,
    by: Reviewer,
) -> Result<(), Refused> {
    let same = |before: &&Approved| by.user.is_some() && before.by.user == by.user;
    if let Some(before) = state.approvals.iter().find(same) {
        return Err(Refused::ApprovedBefore(before.by.name.clone()));
    }
    if let Some(editor) = editor(&state.approvals)
        && approval.edition.is_some_and(|read| read != edition(&state.approvals))
    {
        return Err(Refused::ItemsChanged(editor.name.clone()));
    }
    if approval.always && state.kind != ReviewKind::ToolCalls {
        return Err(Refused::Unfit(ONLY_CALLS.to_owned()));
    }
    let items = approval.approved_items(&state.items).map_err(Refused::Unfit)?;
    let (changed, comment) = (items != state.items, approval.comment.clone());
    let kept = approval.places(state.items.len()).into_iter();
    let before: Vec<Value> = kept.filter_map(|place| state.items.get(place)).cloned().collect();
    if state.kind == ReviewKind::Content {
        let first = editor(&state.approvals).is_none();
        let edit = Edit { node: id, review: state.id, by: &by, before, first };
        record_edits(transition, &edit, &items);
    } else {
        check_fits(state.kind, &before, &items)?;
        if state.kind == ReviewKind::HandOver {
            check_result(transition.snapshot(), id, &items)?;
        }
    }
    // What one of several changed is what the next one decides about.
    state.items = items;
    let at = Some(transition.now());
    let approved = Approved { by: by.clone(), at, comment: comment.clone(), changed };
    state.approvals.push(approved.clone());
    if state.approvals.len() < usize::try_from(state.needed).unwrap_or(usize::MAX) {
        record_approval(transition, id, &state, approved);
        transition.node_mut(id)?.review = Some(state);
    } else if state.kind == ReviewKind::Content {
        complete_approved(transition, id, &state, by, comment);
    } else {
        let (verdict, always) = (Verdict::Approved, approval.always);
        answer_agent(transition, id, &state, ReviewEnd { verdict, by, reason: comment, always })?;
    }
    Ok(())
}
