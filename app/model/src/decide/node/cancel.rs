//! Jobs, nodes and reviews that are cancelled.

use crate::{
    decide::{Follow, ParentWord, Refused, ReviewChange, Transition},
    execution::{
        action_policy::node_states::NodeStates,
        event::EventKind,
        state::{JobStatus, NodeStatus},
    },
    id::{JobId, NodeId},
    review::Verdict,
};

pub(in crate::decide) fn cancel_job(
    transition: &mut Transition<'_>,
    id: JobId,
) -> Result<(), Refused> {
    let now = transition.now();
    let job = transition.job_mut(id)?;
    let before = job.clone();
    job.status = JobStatus::Cancelled;
    job.fence += 1;
    job.worker = None;
    job.ended_at = Some(now);
    if before.status == JobStatus::Running {
        transition.end_attempt(&before, "cancelled", None);
        transition.wake_cancelled();
    }
    if let Some(child) = before.child {
        transition.follow(Follow::Child(child, ParentWord::Stop));
    }
    transition.node_mut(&before.node)?.jobs_settled += 1;
    transition.record(EventKind::JobCancelled { job: before.to_ref() });
    Ok(())
}

/// Cancels the jobs of a node that have not settled.
pub(in crate::decide) fn cancel_open_jobs(
    transition: &mut Transition<'_>,
    id: &NodeId,
) -> Result<(), Refused> {
    let jobs = transition.snapshot().jobs_of(id);
    let open = jobs.iter().filter(|job| !job.status.is_settled());
    let open: Vec<JobId> = open.map(|job| job.id).collect();
    open.into_iter().try_for_each(|job| cancel_job(transition, job))
}

pub(in crate::decide) fn cancel_node(
    transition: &mut Transition<'_>,
    id: &NodeId,
) -> Result<(), Refused> {
    let now = transition.now();
    if transition.snapshot().is_settled(id) {
        return Ok(());
    }
    cancel_review(transition, id);
    let node = transition.node_mut(id)?;
    node.status = NodeStatus::Cancelled;
    node.hold = None;
    node.ended_at = Some(now);
    transition.set_iteration_plan(id, None);
    transition.record(EventKind::NodeCancelled { node: id.clone() });
    Ok(())
}

/// Cancels an open review: the execution goes on or ends without the decision.
pub(in crate::decide) fn cancel_review(transition: &mut Transition<'_>, id: &NodeId) {
    let review = transition.snapshot().nodes.get(id).and_then(|node| node.review.as_ref());
    let Some(review) = review.map(|state| state.id) else { return };
    if let Ok(node) = transition.node_mut(id) {
        node.review = None;
    }
    transition.change_review(ReviewChange::Decided {
        review,
        verdict: Verdict::Cancelled,
        by: None,
        reason: None,
        items: None,
        always: false,
    });
}
