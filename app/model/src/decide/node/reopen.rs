//! Nodes that run again and keep what their jobs made.

use crate::{
    decide::{
        Refused, TalkSize, Transition, iterations::resume::resume_iterations,
        job::attempt::put_back,
    },
    execution::{event::EventKind, state::NodeStatus},
    id::{EdgeId, JobId, NodeId},
};

pub(in crate::decide) fn reopen_node(
    transition: &mut Transition<'_>,
    id: &NodeId,
    jobs: Vec<JobId>,
    edges: Vec<EdgeId>,
) -> Result<(), Refused> {
    let now = transition.now();
    let node = transition.node_mut(id)?;
    node.generation += 1;
    node.jobs_settled -= i32::try_from(jobs.len()).unwrap_or(0);
    (node.failure, node.started_at, node.ended_at) = (None, None, None);
    let generation = node.generation;
    // All jobs of a node belong to its generation; those that are done keep what they made.
    let all: Vec<JobId> = transition.snapshot().jobs_of(id).iter().map(|job| job.id).collect();
    for job in all {
        transition.job_mut(job)?.generation = generation;
    }
    // A node that failed before it had jobs enters anew; a loop goes on with its iterations.
    let turns = transition.snapshot().nodes.get(id).is_some_and(|node| !node.iterations.is_empty());
    let enters = jobs.is_empty() && !turns;
    transition.node_mut(id)?.status = if enters { NodeStatus::Pending } else { NodeStatus::Ready };
    for id in &jobs {
        let job = transition.job_mut(*id)?;
        put_back(job, now);
        job.fence += 1;
        (job.attempt, job.lost) = (0, 0);
        (job.failure, job.started_at, job.ended_at) = (None, None, None);
        // An agent that is tried again begins a new talk.
        job.talk = TalkSize::default();
        job.open_calls.clear();
    }
    transition.record(EventKind::NodeRetried { node: id.clone(), generation, jobs, edges });
    if turns {
        resume_iterations(transition, id);
    }
    transition.wake_jobs();
    if enters {
        transition.worklist.nodes.push_back(id.clone());
    }
    Ok(())
}
