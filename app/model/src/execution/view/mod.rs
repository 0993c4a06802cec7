//! An execution as a person sees it: what the fold of its events yields, and what is stored.

mod bill;
mod focus;
mod outline;

pub use bill::Bill;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    event::{ArtifactSummary, SkipReason},
    failure::Failure,
    indexed::{Entry, Indexed},
    question::{LastAnswer, OpenQuestion},
    queue::Queued,
    state::{
        EdgeState, EndReason, ExecutionStatus, Hold, JobStatus, NodeStatus, PauseReason, RoundState,
    },
};
use crate::{
    agent::turn::AgentTurned,
    id::{DocumentId, EdgeId, ExecutionId, JobId, NodeId, ReviewId},
    review::{Approved, Reviewer, Verdict},
    time::Timestamp,
    workflow::node::is_default,
};

/// An execution after its event number `seq`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ExecutionView {
    /// The last event that is in this view; 0 before the first.
    pub seq: i64,
    /// Where it stands.
    pub status: ExecutionStatus,
    /// Why it is paused.
    pub pause_reason: Option<PauseReason>,
    /// More about the pause, in words.
    pub pause_message: Option<String>,
    /// What the person is called who asked for the pause, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused_by: Option<String>,
    /// Its place among those that wait to run.
    #[serde(default)]
    pub queued: Option<Queued>,
    /// Types of its steps that no worker takes which runs, where that was asked: no event tells it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unserved: Vec<String>,
    /// Why it was stopped.
    pub end_reason: Option<EndReason>,
    /// What made it fail, in words.
    pub error: Option<String>,
    /// The node that made it fail.
    pub failed_node: Option<NodeId>,
    /// Steps go on by themselves; if not, each waits for a person's word.
    pub auto_run: bool,
    /// Nodes before which it pauses.
    pub breakpoints: Vec<NodeId>,
    /// Its jobs find the answers of another execution.
    #[serde(default)]
    pub is_replay: bool,
    /// What it may cost, in millionths of a dollar; none is no cap of its own.
    #[serde(default)]
    pub budget_micros: Option<i64>,
    /// When it was launched.
    pub launched_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// All nodes in topological order.
    #[schemars(with = "Vec<NodeView>")]
    pub nodes: Indexed<NodeView>,
    /// All edges, those of begun rounds included.
    #[schemars(with = "Vec<EdgeView>")]
    pub edges: Indexed<EdgeView>,
    /// Documents it made, oldest first.
    pub documents: Vec<DocumentView>,
}

/// A node of an execution.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NodeView {
    /// Its id in the workflow.
    pub id: NodeId,
    /// Its type's key.
    pub kind: String,
    /// What the author calls it.
    pub label: String,
    /// Where it stands.
    pub status: NodeStatus,
    /// 1, raised by every retry.
    pub generation: i32,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    /// Why it was skipped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skipped: Option<SkipReason>,
    /// What it waits for, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waiting: Option<String>,
    /// When it goes on, where that is a matter of time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Set when it waits for a person's word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold: Option<Hold>,
    /// The decision it waits for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub review: Option<ReviewView>,
    /// The last decision that was taken on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided: Option<DecidedView>,
    /// A person changed its configuration for this execution; as drawn in a loop, for rounds to
    /// come.
    pub edited: bool,
    /// The execution it was taken over from, where it did not run in this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reused_from: Option<ExecutionId>,
    /// The loop it lies in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inside: Option<NodeId>,
    /// How each of its rounds stands; empty unless it is a loop that has begun.
    pub rounds: Vec<RoundState>,
    /// Rounds that are left out of an outline and went well, where it stands for them; their bills
    /// are among what was paid before.
    #[serde(default, skip_serializing_if = "is_default")]
    pub left_out: usize,
    /// When its first job was claimed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// When it settled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// What was paid before it was made again.
    #[serde(default, skip_serializing_if = "is_default")]
    pub past_bill: Bill,
    /// What executions it launched cost before it was made again.
    #[serde(default, skip_serializing_if = "is_default")]
    pub past_children: Bill,
    /// The event with which it last read what came before it; 0 before.
    #[serde(default)]
    pub began: i64,
    /// Whether it gave something before it was done again, or those of its items that it lacked were
    /// tried again.
    #[serde(default)]
    pub has_given: bool,
    /// Its jobs in the order of their items.
    pub jobs: Vec<JobView>,
    /// Its current outputs.
    pub artifacts: Vec<ArtifactSummary>,
    /// Versions of its outputs that counted before, the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub past: Vec<PastVersion>,
}

/// A version of an output that counted until another one did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PastVersion {
    /// Its place among the node's items.
    pub item: i32,
    /// The port it came out of.
    pub port: String,
    /// The version that a job made and that it was or repeated; [`Self::NONE`] where there was
    /// none.
    pub version: i32,
    /// The event that ended its time.
    pub until: i64,
}

impl PastVersion {
    /// The number of no version.
    pub const NONE: i32 = 0;
}

/// An open review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReviewView {
    /// The id of the review.
    pub id: ReviewId,
    /// How many people must approve.
    pub needed: u32,
    /// When it is approved by itself.
    pub until: Option<Timestamp>,
    /// Who has approved so far.
    pub approvals: Vec<Approved>,
}

/// A decision that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DecidedView {
    /// How it ended.
    pub verdict: Verdict,
    /// Who took it.
    pub by: Reviewer,
    /// Who had approved before, where it took several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<Reviewer>,
    /// Why, or words for colleagues.
    pub reason: Option<String>,
    /// When it was taken.
    pub at: Timestamp,
}

/// A job of a node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct JobView {
    /// The id of the job.
    pub id: JobId,
    /// Where it stands.
    pub status: JobStatus,
    /// How often it was tried.
    pub attempt: i32,
    /// The event with which the present attempt began; 0 before the first.
    #[serde(default)]
    pub began: i64,
    /// When the present attempt began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// When it settled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// When it is tried again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_at: Option<Timestamp>,
    /// Why the last attempt failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    /// How often its worker was lost.
    pub lost: i32,
    /// What a person is asked about its call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<OpenQuestion>,
    /// The last thing a person said about a call of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<LastAnswer>,
    /// What its calls used and cost.
    pub bill: Bill,
    /// Who answered last, "provider · model".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered_by: Option<String>,
    /// Where its talk stands, for a job of an agent that has taken a step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub talk: Option<AgentTurned>,
    /// The execution it launched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub child: Option<ExecutionId>,
    /// What executions it launched cost; those that have not ended are not in it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub child_bill: Bill,
}

/// An edge of an execution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EdgeView {
    /// Its id in the workflow.
    pub id: EdgeId,
    /// How it settled.
    pub state: EdgeState,
}

/// A document an execution made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DocumentView {
    /// The id of the document.
    pub id: DocumentId,
    /// Its title at that time.
    pub title: String,
    /// The node that made it.
    pub node: NodeId,
}

impl Entry for NodeView {
    fn id(&self) -> &str {
        self.id.as_str()
    }
}

impl Entry for EdgeView {
    fn id(&self) -> &str {
        self.id.as_str()
    }
}

impl NodeView {
    /// Whether it runs itself; what lies in a loop does so once an iteration, and as it was drawn
    /// only stands for those.
    pub fn is_real(&self) -> bool {
        self.inside.is_none() || !self.id.round().is_empty()
    }

    /// Whether it went well, or was not needed.
    pub fn is_done(&self) -> bool {
        matches!(self.status, NodeStatus::Completed | NodeStatus::Skipped)
    }

    /// Its jobs that failed.
    pub fn failed_jobs(&self) -> impl Iterator<Item = &JobView> {
        self.jobs.iter().filter(|job| job.status == JobStatus::Failed)
    }

    /// Jobs or iterations that are done of all; (0, 0) for a node that has none.
    pub fn items_done(&self) -> (usize, usize) {
        if !self.rounds.is_empty() {
            let done = self.rounds.iter().filter(|iteration| **iteration == RoundState::Done);
            return (done.count(), self.rounds.len());
        }
        let done = self.jobs.iter().filter(|job| job.status == JobStatus::Completed).count();
        (done, self.jobs.len())
    }

    /// Whether a job of it waits for a person to say what became of its call.
    pub fn is_asked_about(&self) -> bool {
        self.jobs.iter().any(|job| job.question.is_some())
    }

    /// What its calls used and cost.
    pub fn bill(&self) -> Bill {
        self.jobs.iter().fold(self.past_bill, |sum, job| sum.plus(job.bill))
    }

    /// What it used and cost the last time it was made, with what it launched.
    pub fn last_bill(&self) -> Bill {
        let paid = |job: &JobView| job.bill.plus(job.child_bill);
        self.jobs.iter().fold(Bill::default(), |sum, job| sum.plus(paid(job)))
    }

    /// What executions it launched cost; those that have not ended are not in it.
    pub fn children_bill(&self) -> Bill {
        self.jobs.iter().fold(self.past_children, |sum, job| sum.plus(job.child_bill))
    }

    fn settled_share(&self) -> f64 {
        if let Some(share) = self.status.settled_share() {
            return share;
        }
        let (settled, total) = match self.rounds.len() {
            0 => (self.jobs.iter().filter(|job| job.status.is_settled()).count(), self.jobs.len()),
            iterations => {
                (self.rounds.iter().filter(|iteration| iteration.is_over()).count(), iterations)
            }
        };
        if total == 0 { 0.0 } else { settled as f64 / total as f64 }
    }
}

impl ExecutionView {
    /// What all calls used and cost.
    pub fn bill(&self) -> Bill {
        self.nodes.iter().fold(Bill::default(), |sum, node| sum.plus(node.bill()))
    }

    /// What executions it launched cost; those that have not ended are not in it.
    pub fn children_bill(&self) -> Bill {
        self.nodes.iter().fold(Bill::default(), |sum, node| sum.plus(node.children_bill()))
    }

    /// The settled share of jobs averaged over nodes, in whole percent; 100 only when completed.
    pub fn progress_percent(&self) -> u8 {
        if self.status == ExecutionStatus::Completed {
            return 100;
        }
        let outermost = || self.nodes.iter().filter(|node| node.inside.is_none());
        let count = outermost().count();
        if count == 0 {
            return 0;
        }
        let share: f64 = outermost().map(NodeView::settled_share).sum();
        ((share / count as f64 * 100.0) as u8).min(99)
    }

    /// The earliest running node in topological order.
    pub fn current_node(&self) -> Option<&NodeView> {
        let mut outermost = self.nodes.iter().filter(|node| node.inside.is_none());
        outermost.find(|node| node.status == NodeStatus::Running)
    }

    /// The node of that id.
    pub fn node(&self, id: &NodeId) -> Option<&NodeView> {
        self.nodes.get(id.as_str())
    }
}
