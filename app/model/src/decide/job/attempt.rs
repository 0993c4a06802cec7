//! How an attempt of a job ends: with its output, with a failure, or with another attempt to come.

use serde_json::Value;

use crate::{
    decide::{
        JobOutput, JobState, RecordedOutput, Refused, Snapshot, Transition,
        outputs::artifacts::record_artifact,
    },
    execution::{
        action_policy::node_states::NodeStates,
        event::EventKind,
        failure::{Failure, FailureClass},
        state::{Effect, JobStatus},
    },
    external_ref::ExternalRef,
    id::NodeId,
    nodes::{NodeConfig, agent, tool},
    time::Timestamp,
    workflow::RetryPolicy,
};

pub(super) fn complete_job(
    transition: &mut Transition<'_>,
    job: &JobState,
    mut output: JobOutput,
) -> Result<(), Refused> {
    let now = transition.now();
    let external_refs = external_refs(transition, job, &output);
    let state = transition.job_mut(job.id)?;
    state.status = JobStatus::Completed;
    state.effect = Effect::Done;
    state.worker = None;
    state.ended_at = Some(now);
    state.values = Some(std::mem::take(&mut output.values));
    transition.node_mut(&job.node)?.jobs_settled += 1;
    transition.record(EventKind::JobCompleted { job: job.to_ref() });
    record_output(transition, job, output, external_refs);
    Ok(())
}

/// Records what an attempt has made to keep.
pub(super) fn record_output(
    transition: &mut Transition<'_>,
    job: &JobState,
    output: JobOutput,
    external_refs: Vec<ExternalRef>,
) {
    let mut versions = vec![];
    for artifact in &output.artifacts {
        versions.push(record_artifact(transition, artifact, &job.node, job.item, None));
    }
    for document in &output.documents {
        transition.record(EventKind::DocumentCreated {
            node: job.node.clone(),
            document: document.id,
            title: document.title.clone(),
        });
    }
    // What made nothing to keep is written without a transaction of its own.
    if output != JobOutput::default() || !external_refs.is_empty() {
        let (job, node, item) = (job.id, job.node.clone(), job.item);
        let output = RecordedOutput { job, node, item, versions, output, external_refs };
        transition.add_output(output);
    }
}

/// What the execution is linked to in other systems by the result of a tool.
fn external_refs(
    transition: &Transition<'_>,
    job: &JobState,
    output: &JobOutput,
) -> Vec<ExternalRef> {
    let snapshot = transition.snapshot();
    let Some(NodeConfig::Tool(config)) = snapshot.config(&job.node) else { return vec![] };
    if config.external_refs.is_empty() {
        return vec![];
    }
    let scope = snapshot.scope_at(&job.node, transition.now()).ok();
    let given = scope.zip(output.values.get(tool::OUTPUT));
    given.map(|(scope, result)| config.external_refs(&scope, result)).unwrap_or_default()
}

/// Schedules the next attempt, or fails the job when the policy allows no more. `jitter` is a
/// number in [0, 1).
pub(super) fn retry_or_fail(
    transition: &mut Transition<'_>,
    job: &JobState,
    failure: Failure,
    policy: &RetryPolicy,
    jitter: f64,
) -> Result<(), Refused> {
    if policy.is_last(job.attempt, &failure.code) {
        return fail_job(transition, job, failure);
    }
    let asked = match failure.class {
        FailureClass::Transient { retry_after_ms } => retry_after_ms,
        FailureClass::Hold { .. } | FailureClass::Limited { .. } | FailureClass::Permanent => None,
    };
    let tried = u32::try_from(job.attempt).unwrap_or(1);
    let delay = policy.delay_ms(tried, jitter, asked);
    schedule_retry(transition, job, failure, delay, policy)
}

pub(in crate::decide) fn retry_policy(snapshot: &Snapshot, node: &NodeId) -> RetryPolicy {
    let compiled = &snapshot.compiled;
    compiled.node(node).map(|node| compiled.workflow().retry_policy(node)).unwrap_or_default()
}

fn schedule_retry(
    transition: &mut Transition<'_>,
    job: &JobState,
    failure: Failure,
    delay_ms: u64,
    policy: &RetryPolicy,
) -> Result<(), Refused> {
    let at_time = transition.now().plus_ms(delay_ms);
    let state = transition.job_mut(job.id)?;
    put_back_after_report(state, at_time);
    state.failure = Some(failure.clone());
    transition.record(EventKind::JobRetryScheduled {
        job: job.to_ref(),
        at_time,
        attempt: job.attempt + 1,
        max_attempts: i32::try_from(policy.max_attempts).unwrap_or(i32::MAX),
        failure,
    });
    transition.wake_jobs();
    Ok(())
}

/// Fails a job for good. An agent takes its way out `failed` instead where that leads on.
pub(super) fn fail_job(
    transition: &mut Transition<'_>,
    job: &JobState,
    failure: Failure,
) -> Result<(), Refused> {
    if is_agent(transition.snapshot(), &job.node)
        && transition.snapshot().leads_on_by(&job.node, agent::FAILED)
    {
        let values = agent::failed_output(&failure.code, &failure.message, Value::Null);
        return complete_job(transition, job, JobOutput { values, ..JobOutput::default() });
    }
    fail_without_way(transition, job, failure)
}

/// Fails a job for good, whatever it is connected to.
pub(super) fn fail_without_way(
    transition: &mut Transition<'_>,
    job: &JobState,
    failure: Failure,
) -> Result<(), Refused> {
    let now = transition.now();
    let state = transition.job_mut(job.id)?;
    state.status = JobStatus::Failed;
    state.worker = None;
    state.ended_at = Some(now);
    state.failure = Some(failure.clone());
    transition.node_mut(&job.node)?.jobs_settled += 1;
    transition.record(EventKind::JobFailed { job: job.to_ref(), failure });
    Ok(())
}

/// Whether a node is an agent, whose jobs go on step by step.
pub(in crate::decide) fn is_agent(snapshot: &Snapshot, node: &NodeId) -> bool {
    matches!(snapshot.config(node), Some(NodeConfig::Agent(_)))
}

/// Lets an agent's job take its next step from a time on. What it has been through with the one
/// before does not count any more.
pub(in crate::decide) fn put_back_for_next_step(job: &mut JobState, run_at: Timestamp) {
    put_back(job, run_at);
    (job.attempt, job.lost) = (0, 0);
    job.effect = Effect::Intent;
    job.failure = None;
}

/// Makes a job claimable again from a time on. Whatever the attempt came to, its worker has lived through
/// it.
pub(super) fn put_back_after_report(job: &mut JobState, run_at: Timestamp) {
    if job.status == JobStatus::Running {
        job.lost = 0;
    }
    put_back(job, run_at);
}

/// Makes a job claimable from a time on, without a worker.
pub(in crate::decide) fn put_back(job: &mut JobState, run_at: Timestamp) {
    job.status = JobStatus::Pending;
    job.worker = None;
    job.child = None;
    job.run_at = run_at;
}
