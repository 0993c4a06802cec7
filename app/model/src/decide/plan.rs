//! What to write: the difference a transition made, with what each row must still be.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::Value;
use uuid::Uuid;

use super::{Follow, JobState, NodeState, RecordedOutput, Redrawn, Snapshot};
use crate::{
    agent::{talk::Message, turn::AnsweredCall},
    execution::{
        event::{Charge, Event, EventKind},
        failure::Failure,
        state::{EdgeState, EndReason, ExecutionStatus, JobStatus, NodeStatus, PauseReason},
        view::Bill,
    },
    id::{EdgeId, ExecutionId, JobId, NodeId, ReviewId, WorkerId, WorkspaceId},
    nodes::for_each::Rounds,
    review::{Approved, ReviewState, Reviewer, Verdict, assignment::Assignment},
    time::Timestamp,
};

/// The writes of one execution; applied whole or not at all.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The execution that changes.
    pub execution: ExecutionId,
    /// The workspace it belongs to.
    pub workspace: WorkspaceId,
    /// The number its last event must still have.
    pub expected_seq: i64,
    /// The status it must still have.
    pub expected_status: ExecutionStatus,
    /// Its status from now on.
    pub status: ExecutionStatus,
    /// It ends, and steps of it may have called tools: no answer is waited for any more.
    pub ends_calls: bool,
    /// Why it is paused.
    pub pause_reason: Option<PauseReason>,
    /// Why it was stopped.
    pub end_reason: Option<EndReason>,
    /// What made it fail, in words.
    pub error: Option<String>,
    /// The result of its end nodes.
    pub output: Option<Value>,
    /// How far it is, from 0 to 100; 100 only once it has completed.
    pub progress_percent: u8,
    /// The earliest running node.
    pub current_node: Option<NodeId>,
    /// Active time so far, in milliseconds, without the time since `running_since`.
    pub active_ms: u64,
    /// Since when its active time counts on.
    pub running_since: Option<Timestamp>,
    /// When its time is used up.
    pub deadline: Option<Timestamp>,
    /// What its calls used and cost.
    pub bill: Bill,
    /// Jobs that workers hold.
    pub jobs_running: i32,
    /// When its next job may be claimed; none when none is pending, or as many run as may.
    pub next_run_at: Option<Timestamp>,
    /// Nodes whose rows change.
    pub nodes: Vec<NodeChange>,
    /// Loops whose iterations are planned, or done; written after `nodes`.
    pub loops: Vec<LoopChange>,
    /// Steps go on by themselves.
    pub auto_run: bool,
    /// Nodes before which it pauses.
    pub breakpoints: Vec<NodeId>,
    /// Steps of loops that are set up in another way from here on, in iterations that begin.
    pub redrawn: Redrawn,
    /// What it may cost, in millionths of a dollar; none is no cap of its own.
    pub budget: Option<i64>,
    /// Nodes of iterations that begin; written before `nodes`.
    pub new_nodes: Vec<NewNode>,
    /// Edges of iterations that begin; written before `edges`.
    pub new_edges: Vec<EdgeId>,
    /// Edges that are open again; written before `edges`.
    pub reopened: Vec<EdgeId>,
    /// Reviews that begin, gain an approval, are reassigned or end.
    pub reviews: Vec<ReviewChange>,
    /// Changed edges; each was pending.
    pub edges: Vec<(EdgeId, EdgeState)>,
    /// Jobs that did not exist.
    pub new_jobs: Vec<NewJob>,
    /// Jobs whose rows change.
    pub jobs: Vec<JobChange>,
    pub attempts: Vec<EndedAttempt>,
    /// What jobs made.
    pub outputs: Vec<RecordedOutput>,
    /// What was paid, for which job.
    pub charges: Vec<(JobId, Charge)>,
    /// What agents have said and were told.
    pub talks: Vec<TalkAddition>,
    /// How calls of agents ended of which nobody knew, as people say.
    pub heard: Vec<HeardCalls>,
    /// What happened, in order, numbered on from `expected_seq`.
    pub events: Vec<Event>,
    /// Whom to wake after the commit.
    pub wake: Wake,
    /// What other executions are told after the commit; the rows say the same to whoever looks.
    pub follow: Vec<Follow>,
}

impl Plan {
    /// Whether the transition took in that the clock was set back.
    pub fn clock_back(&self) -> bool {
        self.events.iter().any(|event| matches!(event.kind, EventKind::ExecutionClockBack(_)))
    }
}

/// A node to insert, pending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNode {
    /// Its id, with the iteration it is of.
    pub node: NodeId,
    /// The id of its new row.
    pub row: Uuid,
    /// Its place in the order of the graph.
    pub rank: usize,
    /// The key of its node type, such as `generate_copy`.
    pub kind: &'static str,
}

impl NewNode {
    pub(super) fn all(snapshot: &Snapshot, added: Vec<(NodeId, Uuid)>) -> Vec<Self> {
        let new = |(node, row): (NodeId, Uuid)| {
            let kind = snapshot.compiled.node(&node)?.kind().key();
            Some(Self { rank: snapshot.compiled.rank(&node), kind, node, row })
        };
        added.into_iter().filter_map(new).collect()
    }
}

/// A node row's new state.
#[derive(Debug, Clone)]
pub struct NodeChange {
    /// The node whose row changes.
    pub node: NodeId,
    /// The status it must still have.
    pub expected: NodeStatus,
    /// Its state from now on.
    pub state: NodeState,
}

impl NodeChange {
    pub(super) fn all(snapshot: &Snapshot, touched: BTreeMap<NodeId, NodeStatus>) -> Vec<Self> {
        let change = |(node, expected): (NodeId, NodeStatus)| {
            let state = snapshot.nodes.get(&node)?.clone();
            Some(Self { node, expected, state })
        };
        touched.into_iter().filter_map(change).collect()
    }
}

/// What the iterations of a loop go through from now on.
#[derive(Debug, Clone, PartialEq)]
pub struct LoopChange {
    /// The loop's row.
    pub node_row: Uuid,
    /// As it was when they were planned; none once they are not needed any more.
    pub planned: Option<Arc<Rounds>>,
}

impl LoopChange {
    pub(super) fn all(
        snapshot: &Snapshot,
        before: BTreeMap<NodeId, Option<Arc<Rounds>>>,
    ) -> Vec<Self> {
        let change = |(node, before): (NodeId, Option<Arc<Rounds>>)| {
            let NodeState { row, planned, .. } = snapshot.nodes.get(&node)?;
            (*planned != before).then(|| Self { node_row: *row, planned: planned.clone() })
        };
        before.into_iter().filter_map(change).collect()
    }
}

/// What becomes of a review.
#[derive(Debug, Clone, PartialEq)]
pub enum ReviewChange {
    Opened {
        /// The node's row.
        node_row: Uuid,
        /// The review node that asks.
        node: NodeId,
        /// The generation of the node.
        generation: i32,
        /// Who decides.
        assignment: Assignment,
        /// What is decided about, and what it takes.
        state: ReviewState,
    },
    /// One of several approved.
    Approved {
        /// The review that stays open.
        review: ReviewId,
        /// All who have approved so far.
        approvals: Vec<Approved>,
        /// What they approved, as the last of them left it.
        items: Vec<Value>,
    },
    /// Others decide.
    Reassigned {
        /// The open review.
        review: ReviewId,
        /// Who decides from now on.
        to: Assignment,
    },
    /// It is approved by itself earlier.
    BroughtForward {
        /// The open review.
        review: ReviewId,
        /// When it is approved by itself from now on.
        until: Timestamp,
    },
    /// A review ends.
    Decided {
        /// The review that ends.
        review: ReviewId,
        /// How it ended.
        verdict: Verdict,
        /// By whom; none when it was cancelled.
        by: Option<Reviewer>,
        /// Why, or words for colleagues.
        reason: Option<String>,
        /// What was approved.
        items: Option<Vec<Value>>,
        /// Whether the same is not asked about again in this execution.
        always: bool,
    },
}

/// What a step adds to the talk of an agent's job.
#[derive(Debug, Clone, PartialEq)]
pub struct TalkAddition {
    pub job: JobId,
    pub node: NodeId,
    pub generation: i32,
    /// The position of the first of the messages.
    pub first: u32,
    /// The messages in their order, each with the turn that it belongs to.
    pub messages: Vec<(u32, Message)>,
    /// The model call that was answered by one of them.
    pub call: Option<AnsweredCall>,
}

/// What a person says of the calls of an agent's job whose end nobody knew.
#[derive(Debug, Clone, PartialEq)]
pub struct HeardCalls {
    pub job: JobId,
    /// The tools that were called, as the agent's definition names them.
    pub tools: Vec<String>,
    /// How the calls ended.
    pub said: Heard,
}

/// How a call ended, as a person says.
#[derive(Debug, Clone, PartialEq)]
pub enum Heard {
    /// It was carried out and gave this.
    Gave(Value),
    /// Nobody knows, and the agent goes on without it.
    LeftOut,
}

/// A job to insert.
#[derive(Debug, Clone)]
pub struct NewJob {
    /// The node's row.
    pub node_row: Uuid,
    /// The node's type: what routes the job to a worker.
    pub kind: &'static str,
    /// The whole row.
    pub state: JobState,
}

impl NewJob {
    pub(super) fn from_state(snapshot: &Snapshot, state: JobState) -> Option<Self> {
        let node_row = snapshot.nodes.get(&state.node)?.row;
        let kind = snapshot.compiled.node(&state.node)?.kind().key();
        Some(Self { node_row, kind, state })
    }
}

/// A job row's new state.
#[derive(Debug, Clone)]
pub struct JobChange {
    /// The status it must still have.
    pub expected: JobStatus,
    /// The fence it must still have.
    pub expected_fence: i64,
    /// Its state from now on.
    pub state: JobState,
}

impl JobChange {
    /// The jobs to insert and the rows that change, of jobs with the status and fence they had
    /// before, none where the job is new.
    pub(super) fn all(
        snapshot: &Snapshot,
        touched: BTreeMap<JobId, Option<(JobStatus, i64)>>,
        forgotten: &BTreeMap<JobId, JobState>,
    ) -> (Vec<NewJob>, Vec<Self>) {
        let (mut new_jobs, mut jobs) = (vec![], vec![]);
        for (id, before) in touched {
            let state = snapshot.jobs.get(&id).or_else(|| forgotten.get(&id));
            let Some(state) = state.cloned() else { continue };
            match before {
                Some((expected, expected_fence)) => {
                    jobs.push(Self { expected, expected_fence, state });
                }
                None => new_jobs.extend(NewJob::from_state(snapshot, state)),
            }
        }
        (new_jobs, jobs)
    }
}

/// An attempt that ends. While it runs, its job says all there is to say of it.
#[derive(Debug, Clone, PartialEq)]
pub struct EndedAttempt {
    pub job: JobId,
    /// The claim; names the attempt.
    pub fence: i64,
    /// 1 for the first that counts.
    pub attempt: i32,
    pub worker: WorkerId,
    /// When it began.
    pub started_at: Timestamp,
    /// `completed`, `failed`, `lost`, `handed_back`, `cancelled`, `limited`, or `stepped` where an agent
    /// goes on with another step.
    pub status: &'static str,
    /// Why it failed.
    pub failure: Option<Failure>,
    pub ended_at: Timestamp,
}

impl EndedAttempt {
    /// The end of the attempt that holds a job; none if no worker holds it.
    pub(super) fn from_job(
        job: &JobState,
        status: &'static str,
        failure: Option<Failure>,
        ended_at: Timestamp,
    ) -> Option<Self> {
        let (worker, started_at) = (job.worker?, job.started_at?);
        let (fence, attempt) = (job.fence, job.attempt);
        Some(Self { job: job.id, fence, attempt, worker, started_at, status, failure, ended_at })
    }
}

/// Whom a commit wakes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wake {
    /// Jobs may be claimed.
    pub jobs: bool,
    /// Running jobs were cancelled: their workers drop the calls.
    pub cancelled: bool,
}
