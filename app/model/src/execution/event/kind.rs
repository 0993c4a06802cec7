//! Every kind of event, with its data.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    execution::{
        agent_step::{LimitMet, StepTaken},
        artifact::{ArtifactSummary, Charge},
        clock::ClockBack,
        failure::Failure,
        interruption::{Paused, Stopped},
        place::{JobRef, LaunchedNode, SettledEdges, SkipReason},
        question::{CallAnswered, CallAsked},
        queue::Queued,
        state::Hold,
        view::Bill,
    },
    id::{DocumentId, EdgeId, ExecutionId, JobId, NodeId, ReviewId},
    review::{ApprovalGiven, Reviewer, Verdict, assignment::Reassigned},
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
        /// All edges that exist from the launch on.
        edges: Vec<EdgeId>,
        /// True for a replay: its jobs get the recorded answers of another execution.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        replay: bool,
    },
    /// The execution waits for a place: its workspace runs as many as it may.
    #[serde(rename = "execution.queued")]
    ExecutionQueued(Queued),
    /// The execution began to work.
    #[serde(rename = "execution.started")]
    ExecutionStarted,
    /// The execution is paused: nothing new starts.
    #[serde(rename = "execution.paused")]
    ExecutionPaused(Paused),
    /// The execution goes on, or runs again after it had failed.
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
    /// The execution ended early; its results are kept.
    #[serde(rename = "execution.stopped")]
    ExecutionStopped(Stopped),
    /// The inputs of a node are there; its jobs may be claimed.
    #[serde(rename = "node.ready")]
    NodeReady {
        /// The node that may start.
        node: NodeId,
        /// Its jobs in the order of their items; empty for a node that needs none.
        jobs: Vec<JobId>,
    },
    /// The first job of a node was claimed.
    #[serde(rename = "node.started")]
    NodeStarted {
        /// The node that began to work.
        node: NodeId,
    },
    /// A node waits for a time, a limit, a launched execution or a person.
    #[serde(rename = "node.waiting")]
    NodeWaiting {
        /// The node that waits.
        node: NodeId,
        /// When it goes on; none when that is not a matter of time.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
        /// What it waits for, in words.
        message: String,
        /// Set when it waits until a person lets it start.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hold: Option<Hold>,
    },
    /// A node has its outputs.
    #[serde(rename = "node.completed")]
    NodeCompleted {
        /// The node that completed.
        node: NodeId,
        /// Set when a person skipped it and said what it gives.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        told: bool,
        /// Who that was; none where nobody did, or in events of releases that did not record it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Reviewer>,
        /// How its outgoing edges settled.
        #[serde(flatten)]
        edges: SettledEdges,
    },
    /// A node ended without its outputs.
    #[serde(rename = "node.failed")]
    NodeFailed {
        /// The node that failed.
        node: NodeId,
        /// Why it failed.
        failure: Failure,
        /// How its outgoing edges settled; none when the failure is not handled.
        #[serde(flatten)]
        edges: SettledEdges,
    },
    /// A node was not needed.
    #[serde(rename = "node.skipped")]
    NodeSkipped {
        /// The node that is skipped.
        node: NodeId,
        /// Why it was not needed.
        reason: SkipReason,
        /// Who skipped it; none where nobody did, or in events of releases that did not record it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Reviewer>,
        /// How its outgoing edges settled.
        #[serde(flatten)]
        edges: SettledEdges,
    },
    /// A node did not run: it was taken over from another execution, or a person said what it
    /// gives.
    #[serde(rename = "node.reused")]
    NodeReused {
        /// The node that did not run here.
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
    /// The execution was stopped before a node settled.
    #[serde(rename = "node.cancelled")]
    NodeCancelled {
        /// The node that had not settled.
        node: NodeId,
    },
    /// A person retried the failed jobs of a node.
    #[serde(rename = "node.retried")]
    NodeRetried {
        /// The node that is retried.
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
        /// The loop whose round begins.
        node: NodeId,
        /// Which round, from 0.
        round: usize,
        /// How many rounds there are.
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
        /// The loop whose round is over.
        node: NodeId,
        /// Which round, from 0.
        round: usize,
        /// True when something in it failed, or it was dropped.
        failed: bool,
        /// True when no further round will begin.
        last: bool,
        /// Edges that were left open by a failure.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        dead: Vec<EdgeId>,
    },
    /// A node starts again from scratch: a reviewer asked for changes, or it is done again.
    #[serde(rename = "node.reset")]
    NodeReset {
        /// The node that starts again.
        node: NodeId,
        /// The generation that begins.
        generation: i32,
        /// The edges out of it that are open again.
        edges: Vec<EdgeId>,
        /// Whether what it gave before counts until it gives something else.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        gives: bool,
    },
    /// A person changed the configuration of a node for this execution.
    #[serde(rename = "node.edited")]
    NodeEdited {
        /// The node; the id of a step of a loop without a round means the rounds to come.
        node: NodeId,
        /// The fields that are different now.
        fields: Vec<String>,
    },
    /// A review is open: a node waits for a person's decision.
    #[serde(rename = "node.awaiting_review")]
    NodeAwaitingReview {
        /// The review node.
        node: NodeId,
        /// The review that is open.
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
    /// A review was given to others.
    #[serde(rename = "review.reassigned")]
    ReviewReassigned(Reassigned),
    /// A review was decided.
    #[serde(rename = "review.decided")]
    ReviewDecided {
        /// The review node.
        node: NodeId,
        /// The review that ended.
        review: ReviewId,
        /// How it ended.
        verdict: Verdict,
        /// Who took it.
        by: Reviewer,
        /// Why, or words for colleagues.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// From here on steps start by themselves, or each waits until a person lets it start.
    #[serde(rename = "execution.auto_run")]
    ExecutionAutoRun {
        /// True when steps start by themselves.
        on: bool,
    },
    /// From here on the execution pauses before these nodes.
    #[serde(rename = "execution.breakpoints")]
    ExecutionBreakpoints {
        /// All nodes with a breakpoint; none clears them.
        nodes: Vec<NodeId>,
    },
    /// From here on the execution may cost so much.
    #[serde(rename = "execution.budget")]
    ExecutionBudget {
        /// In millionths of a dollar; none is no cap of its own.
        micros: Option<i64>,
    },
    /// The clock was set back: what waits does so no longer than if it began to wait now.
    #[serde(rename = "execution.clock_back")]
    ExecutionClockBack(ClockBack),
    /// A worker claimed a job.
    #[serde(rename = "job.started")]
    JobStarted {
        /// The job that was claimed.
        #[serde(flatten)]
        job: JobRef,
        /// 1 for the first try.
        attempt: i32,
    },
    /// A job launched an execution and waits for its end.
    #[serde(rename = "job.waiting")]
    JobWaiting {
        /// The job that launched it.
        #[serde(flatten)]
        job: JobRef,
        /// The execution it launched.
        child: ExecutionId,
        /// What that is called.
        name: String,
    },
    /// The execution that a job launched is over.
    #[serde(rename = "job.child_ended")]
    JobChildEnded {
        /// The job that launched it.
        #[serde(flatten)]
        job: JobRef,
        /// The execution it launched.
        child: ExecutionId,
        /// What that cost, with all that it launched itself.
        bill: Bill,
    },
    /// An agent took a step, and its job goes on, waits or ends.
    #[serde(rename = "agent.stepped")]
    AgentStepped(StepTaken),
    /// An agent has reached a limit.
    #[serde(rename = "agent.limited")]
    AgentLimited(LimitMet),
    /// The output of a job is recorded.
    #[serde(rename = "job.completed")]
    JobCompleted {
        /// The job that completed.
        #[serde(flatten)]
        job: JobRef,
    },
    /// The last attempt of a job failed.
    #[serde(rename = "job.failed")]
    JobFailed {
        /// The job that failed.
        #[serde(flatten)]
        job: JobRef,
        /// Why it failed.
        failure: Failure,
    },
    /// A job will be tried again.
    #[serde(rename = "job.retry_scheduled")]
    JobRetryScheduled {
        /// The job that will be tried again.
        #[serde(flatten)]
        job: JobRef,
        /// When the next attempt may start.
        at_time: Timestamp,
        /// The number of the attempt that comes, from 1.
        attempt: i32,
        /// How many attempts there may be.
        max_attempts: i32,
        /// Why the last one failed.
        failure: Failure,
    },
    /// A limit kept a job from being tried; it counts as no attempt.
    #[serde(rename = "job.limited")]
    JobLimited {
        /// The job that was put back.
        #[serde(flatten)]
        job: JobRef,
        /// When it is looked at again.
        at_time: Timestamp,
        /// Which limit, and what ends the wait.
        failure: Failure,
    },
    /// The worker of a job was lost, or gave the job up; another may claim it.
    #[serde(rename = "job.lost")]
    JobLost {
        /// The job that lost its worker.
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
    /// Nobody knows whether the call of a job was carried out: a person is asked.
    #[serde(rename = "job.asks")]
    JobAsks(CallAsked),
    /// A person said how to go on after a call that nobody knew of.
    #[serde(rename = "job.answered")]
    JobAnswered(CallAnswered),
    /// The execution was stopped before a job settled.
    #[serde(rename = "job.cancelled")]
    JobCancelled {
        /// The job that had not settled.
        #[serde(flatten)]
        job: JobRef,
    },
    /// An output was recorded.
    #[serde(rename = "artifact.created")]
    ArtifactCreated {
        /// The version that was recorded.
        artifact: ArtifactSummary,
    },
    /// A document was inserted.
    #[serde(rename = "document.created")]
    DocumentCreated {
        /// The node that made it.
        node: NodeId,
        /// The id of the new document.
        document: DocumentId,
        /// Its title at that time.
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
