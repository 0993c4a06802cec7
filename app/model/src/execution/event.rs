//! The log: what happened to an execution, numbered without gaps, in one shape for store and pages.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use super::{
    about::Event,
    clock::ClockBack,
    made::{ArtifactBody, ArtifactSummary, Charge, EXCERPT_CHARS, PERSON, Restored},
    place::{JobRef, LaunchedNode, SettledEdges, SkipReason},
    steered::{Paused, Stopped},
};
use super::{
    failure::Failure,
    question::{CallAnswered, CallAsked},
    queue::Queued,
    state::Hold,
    view::Bill,
};
use crate::{
    id::{DocumentId, EdgeId, ExecutionId, JobId, NodeId, ReviewId},
    review::{ApprovalGiven, Reviewer, Verdict},
    time::Timestamp,
};

/// What happened. Names are `subject.verb`; data is only what the fold and the page need.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind")]
pub enum EventKind {
    /// The frozen graph, before anything ran.
    #[serde(rename = "execution.launched")]
    ExecutionLaunched {
        /// All nodes in topological order.
        nodes: Vec<LaunchedNode>,
        /// All edges.
        edges: Vec<EdgeId>,
        /// Its jobs find the answers of another execution.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        replay: bool,
    },
    /// It waits for one of the places of its workspace.
    #[serde(rename = "execution.queued")]
    ExecutionQueued(Queued),
    /// Work began.
    #[serde(rename = "execution.started")]
    ExecutionStarted,
    /// Nothing new starts from here on.
    #[serde(rename = "execution.paused")]
    ExecutionPaused(Paused),
    /// It goes on (or runs again after it had failed).
    #[serde(rename = "execution.resumed")]
    ExecutionResumed,
    /// Every node settled, none failed unhandled.
    #[serde(rename = "execution.completed")]
    ExecutionCompleted,
    /// A node failed unhandled.
    #[serde(rename = "execution.failed")]
    ExecutionFailed {
        /// The node that failed first.
        node: NodeId,
        /// Its failure, in words.
        message: String,
    },
    /// Ended early, results kept.
    #[serde(rename = "execution.stopped")]
    ExecutionStopped(Stopped),
    /// Its inputs are there; its jobs may be claimed.
    #[serde(rename = "node.ready")]
    NodeReady {
        /// The node.
        node: NodeId,
        /// Its jobs in the order of their items; empty for a node that needs none.
        jobs: Vec<JobId>,
    },
    /// The first of its jobs was claimed.
    #[serde(rename = "node.started")]
    NodeStarted {
        /// The node.
        node: NodeId,
    },
    /// It waits for a time, a limit, a child or a person's word.
    #[serde(rename = "node.waiting")]
    NodeWaiting {
        /// The node.
        node: NodeId,
        /// When it goes on; none when that is not a matter of time.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
        /// What it waits for, in words.
        message: String,
        /// Set when a person's word lets it go on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hold: Option<Hold>,
    },
    /// It has its outputs.
    #[serde(rename = "node.completed")]
    NodeCompleted {
        /// The node.
        node: NodeId,
        /// Set when a person went on without it and said what it gives.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        told: bool,
        /// Who that was; none where nobody did, or before this was kept.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Reviewer>,
        /// How its outgoing edges settled.
        #[serde(flatten)]
        edges: SettledEdges,
    },
    /// It ended without its outputs.
    #[serde(rename = "node.failed")]
    NodeFailed {
        /// The node.
        node: NodeId,
        /// Why.
        failure: Failure,
        /// How its outgoing edges settled; none when the failure is not handled.
        #[serde(flatten)]
        edges: SettledEdges,
    },
    /// It was not needed.
    #[serde(rename = "node.skipped")]
    NodeSkipped {
        /// The node.
        node: NodeId,
        /// Why.
        reason: SkipReason,
        /// Who went on without it; none where nobody did, or before this was kept.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Reviewer>,
        /// How its outgoing edges settled.
        #[serde(flatten)]
        edges: SettledEdges,
    },
    /// It was taken over from another execution, or a person said what it gives; it did not run.
    #[serde(rename = "node.reused")]
    NodeReused {
        /// The node.
        node: NodeId,
        /// From which execution; its own when a person said what it gives.
        origin: ExecutionId,
        /// Set when it was not needed there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        skipped: Option<SkipReason>,
        /// How its outgoing edges had settled there.
        #[serde(flatten)]
        edges: SettledEdges,
    },
    /// The execution was stopped before it settled.
    #[serde(rename = "node.cancelled")]
    NodeCancelled {
        /// The node.
        node: NodeId,
    },
    /// A person asked for its failed jobs again.
    #[serde(rename = "node.retried")]
    NodeRetried {
        /// The node.
        node: NodeId,
        /// The generation that begins.
        generation: i32,
        /// The jobs that will run again.
        jobs: Vec<JobId>,
        /// The edges that are open again, where what follows had not begun.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        edges: Vec<EdgeId>,
    },
    /// A round of a loop began.
    #[serde(rename = "round.started")]
    RoundStarted {
        /// The loop.
        node: NodeId,
        /// Which round, from 0.
        round: usize,
        /// How many there are.
        total: usize,
        /// The nodes that exist from here on.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        nodes: Vec<LaunchedNode>,
        /// The edges of the round, open again where they were there before.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        edges: Vec<EdgeId>,
        /// Those among them that bring the item.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        live: Vec<EdgeId>,
    },
    /// A round of a loop is over.
    #[serde(rename = "round.ended")]
    RoundEnded {
        /// The loop.
        node: NodeId,
        /// Which round, from 0.
        round: usize,
        /// Something in it failed, or it was dropped.
        failed: bool,
        /// No further round will begin.
        last: bool,
        /// Edges that were left open by a failure.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        dead: Vec<EdgeId>,
    },
    /// It is made again from scratch: a reviewer asked for changes.
    #[serde(rename = "node.reset")]
    NodeReset {
        /// The node.
        node: NodeId,
        /// The generation that begins.
        generation: i32,
        /// The edges out of it that are open again.
        edges: Vec<EdgeId>,
    },
    /// A person changed its configuration for this execution; as drawn in a loop, for rounds to come.
    #[serde(rename = "node.edited")]
    NodeEdited {
        /// The node.
        node: NodeId,
        /// The fields that are different now.
        fields: Vec<String>,
    },
    /// It waits for a person's decision.
    #[serde(rename = "node.awaiting_review")]
    NodeAwaitingReview {
        /// The node.
        node: NodeId,
        /// The decision to take.
        review: ReviewId,
        /// How many people must approve.
        needed: u32,
        /// When it is approved by itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
    },
    /// A person approved, and more are needed.
    #[serde(rename = "review.approved")]
    ReviewApproved(ApprovalGiven),
    /// The decision was taken.
    #[serde(rename = "review.decided")]
    ReviewDecided {
        /// The node.
        node: NodeId,
        /// The decision.
        review: ReviewId,
        /// How it ended.
        verdict: Verdict,
        /// Who took it.
        by: Reviewer,
        /// Why, or words for colleagues.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Steps go on by themselves from here on, or wait for a person's word.
    #[serde(rename = "execution.auto_run")]
    ExecutionAutoRun {
        /// By themselves.
        on: bool,
    },
    /// The nodes before which it pauses are these from here on.
    #[serde(rename = "execution.breakpoints")]
    ExecutionBreakpoints {
        /// Which.
        nodes: Vec<NodeId>,
    },
    /// It may cost so much from here on.
    #[serde(rename = "execution.budget")]
    ExecutionBudget {
        /// In millionths of a dollar; none is no cap of its own.
        micros: Option<i64>,
    },
    /// The clock was set back: what waits does so no longer than if it began to wait now.
    #[serde(rename = "execution.clock_back")]
    ExecutionClockBack(ClockBack),
    /// A worker took it.
    #[serde(rename = "job.started")]
    JobStarted {
        /// Which.
        #[serde(flatten)]
        job: JobRef,
        /// 1 for the first try.
        attempt: i32,
    },
    /// It launched an execution and waits for its end.
    #[serde(rename = "job.waiting")]
    JobWaiting {
        /// Which.
        #[serde(flatten)]
        job: JobRef,
        /// The execution it launched.
        child: ExecutionId,
        /// What that is called.
        name: String,
    },
    /// The execution it launched is over.
    #[serde(rename = "job.child_ended")]
    JobChildEnded {
        /// Which.
        #[serde(flatten)]
        job: JobRef,
        /// The execution it launched.
        child: ExecutionId,
        /// What that cost, with all that it launched itself.
        bill: Bill,
    },
    /// Its output is recorded.
    #[serde(rename = "job.completed")]
    JobCompleted {
        /// Which.
        #[serde(flatten)]
        job: JobRef,
    },
    /// Its last attempt failed.
    #[serde(rename = "job.failed")]
    JobFailed {
        /// Which.
        #[serde(flatten)]
        job: JobRef,
        /// Why.
        failure: Failure,
    },
    /// It will be tried again.
    #[serde(rename = "job.retry_scheduled")]
    JobRetryScheduled {
        /// Which.
        #[serde(flatten)]
        job: JobRef,
        /// When.
        at_time: Timestamp,
        /// The attempt that comes, and how many there may be.
        attempt: i32,
        /// How many attempts there may be.
        max_attempts: i32,
        /// Why the last one failed.
        failure: Failure,
    },
    /// A limit of others kept it from being tried; it counts as no attempt.
    #[serde(rename = "job.limited")]
    JobLimited {
        /// Which.
        #[serde(flatten)]
        job: JobRef,
        /// When it is looked at again.
        at_time: Timestamp,
        /// Which limit, and what ends the wait.
        failure: Failure,
    },
    /// Its worker was lost, or gave it up; it is taken over.
    #[serde(rename = "job.lost")]
    JobLost {
        /// Which.
        #[serde(flatten)]
        job: JobRef,
        /// True when an outside call had left and may have been carried out and charged.
        call_in_flight: bool,
        /// What that call may have cost, in millionths of a dollar, where it can be told.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        possible_cost_micros: Option<i64>,
        /// True when its worker gave it up by itself, because it stopped.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        handed_back: bool,
    },
    /// Nobody knows whether its call was carried out: a person is asked.
    #[serde(rename = "job.asks")]
    JobAsks(CallAsked),
    /// A person said how to go on after a call that nobody knew of.
    #[serde(rename = "job.answered")]
    JobAnswered(CallAnswered),
    /// The execution was stopped before it settled.
    #[serde(rename = "job.cancelled")]
    JobCancelled {
        /// Which.
        #[serde(flatten)]
        job: JobRef,
    },
    /// An output was recorded.
    #[serde(rename = "artifact.created")]
    ArtifactCreated {
        /// The artifact.
        artifact: ArtifactSummary,
    },
    /// A document was made.
    #[serde(rename = "document.created")]
    DocumentCreated {
        /// The node that made it.
        node: NodeId,
        /// The document.
        document: DocumentId,
        /// Its title.
        title: String,
    },
    /// A call was paid.
    #[serde(rename = "cost.added")]
    CostAdded {
        /// For which job.
        #[serde(flatten)]
        job: JobRef,
        /// What was used and what it cost.
        charge: Charge,
    },
}
