//! Reviews that open, and when they are approved by themselves.

use super::{
    recorded::decide_as_recorded,
    verdict::{assignment, review_config},
};
use crate::{
    agent::approval::ReviewKind,
    decide::{ReviewChange, Transition},
    execution::{event::EventKind, state::NodeStatus},
    expr::{ExprError, Scope},
    id::{NodeId, ReviewId},
    nodes::{NodeInputs, review::Config},
    review::ReviewState,
    time::Timestamp,
};

pub(in crate::decide) fn new_review(
    transition: &mut Transition<'_>,
    config: &Config,
    inputs: &NodeInputs<'_>,
) -> Result<ReviewState, ExprError> {
    let scope = inputs.scope;
    Ok(ReviewState {
        id: ReviewId(transition.new_id()),
        kind: ReviewKind::Content,
        items: config.content(inputs)?,
        instructions: config.instructions.render(scope)?,
        needed: config.approvals.resolve_within(scope, Config::APPROVALS, "approvals")?,
        approvals: vec![],
        until: approval_deadline(transition, config, scope)?,
    })
}

/// When a review that is opened now is approved by itself.
fn approval_deadline(
    transition: &Transition<'_>,
    config: &Config,
    scope: &Scope,
) -> Result<Option<Timestamp>, ExprError> {
    let minutes = 0..=Config::MAX_MINUTES;
    let minutes =
        config.auto_approve_minutes.resolve_within(scope, minutes, "auto_approve_minutes")?;
    let until = transition.now().plus_ms(u64::from(minutes) * 60_000);
    Ok((minutes > 0).then_some(until))
}

/// When the review of a node would be approved by itself if it were opened now.
pub(in crate::decide) fn approval_deadline_now(
    transition: &Transition<'_>,
    id: &NodeId,
) -> Option<Timestamp> {
    let scope = transition.snapshot().scope_at(id, transition.now()).ok()?;
    approval_deadline(transition, &review_config(transition.snapshot(), id)?, &scope).ok()?
}

pub(in crate::decide) fn open_review(
    transition: &mut Transition<'_>,
    id: &NodeId,
    state: ReviewState,
) {
    let now = transition.now();
    let Some(assignment) = assignment(transition.snapshot(), id) else { return };
    let Ok(node) = transition.node_mut(id) else { return };
    node.status = NodeStatus::AwaitingReview;
    node.started_at.get_or_insert(now);
    node.review = Some(state.clone());
    let (node_row, generation) = (node.row, node.generation);
    transition.record(EventKind::NodeAwaitingReview {
        node: id.clone(),
        review: state.id,
        needed: state.needed,
        until: state.until,
    });
    transition.change_review(ReviewChange::Opened {
        node_row,
        node: id.clone(),
        generation,
        assignment,
        state: state.clone(),
    });
    decide_as_recorded(transition, id, generation, state);
}
