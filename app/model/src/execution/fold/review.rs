//! How an event changes the review of a node.

use super::node::advance;
use crate::{
    execution::{
        event::{
            EventKind,
            groups::{execution_events, iteration_events, job_events, node_events, output_events},
        },
        state::NodeStatus,
        view::{DecidedView, ExecutionView, NodeView, ReviewView},
    },
    review::{ApprovalGiven, Approved, Verdict},
    time::Timestamp,
};

pub(super) fn apply(view: &mut ExecutionView, at: Timestamp, kind: &EventKind) {
    use EventKind as E;
    let seq = view.seq;
    match kind {
        E::NodeAwaitingReview { node, review, needed, until } => {
            let (id, needed, until) = (*review, *needed, *until);
            advance(view, node, |node| {
                node.status = NodeStatus::AwaitingReview;
                node.started_at.get_or_insert(at);
                node.review = Some(ReviewView { id, needed, until, approvals: vec![] });
                node.began = seq;
            });
        }
        E::ReviewApproved(given) => advance(view, &given.node, |node| approve(node, at, given)),
        E::ReviewReassigned(given) => advance(view, &given.node, |node| node.edited = true),
        E::ReviewDecided { node, verdict, by, reason, .. } => advance(view, node, |node| {
            let approvals = node.review.take().map_or(vec![], |review| review.approvals);
            let (verdict, by, reason) = (*verdict, by.clone(), reason.clone());
            let others = approvals.into_iter().map(|one| one.by).filter(|one| *one != by);
            let before = others.filter(|_| verdict == Verdict::Approved).collect();
            node.decided = Some(DecidedView { verdict, by, before, reason, at });
        }),
        execution_events!()
        | iteration_events!()
        | node_events!()
        | job_events!()
        | output_events!() => {}
    }
}

fn approve(node: &mut NodeView, at: Timestamp, given: &ApprovalGiven) {
    if let Some(review) = &mut node.review {
        let (by, comment) = (given.by.clone(), given.comment.clone());
        let (at, changed) = (Some(at), given.changed);
        review.approvals.push(Approved { by, at, comment, changed });
    }
}
