//! A job's row, as decisions read and change it.

use serde_json::{Map, Value};

use crate::{
    execution::{
        event::JobRef,
        failure::Failure,
        state::{Effect, JobStatus},
        view::Bill,
    },
    id::{ExecutionId, JobId, NodeId, WorkerId},
    time::Timestamp,
};

/// A job that has lost so many workers runs alone; the SQL and the index that find such jobs have the
/// same number.
const LOST_TO_RUN_ALONE: i32 = 2;

/// A job's row.
#[derive(Debug, Clone, PartialEq)]
pub struct JobState {
    /// The id of the row.
    pub id: JobId,
    pub node: NodeId,
    /// Its place among the node's jobs, from 0.
    pub item: i32,
    /// The node's generation it belongs to.
    pub generation: i32,
    /// Where it stands.
    pub status: JobStatus,
    /// Attempts that count against the policy.
    pub attempt: i32,
    /// Times its worker was lost.
    pub lost: i32,
    /// Raised by every claim, take-over and cancel: a writer with an older one is refused.
    pub fence: i64,
    /// Who holds it.
    pub worker: Option<WorkerId>,
    /// When it may be claimed.
    pub run_at: Timestamp,
    /// The execution it has launched; while it is pending, that one's end is what it waits for.
    pub child: Option<ExecutionId>,
    /// What is known of its outside call.
    pub effect: Effect,
    /// How far its talk has come, where it is an agent's.
    pub talk: TalkSize,
    /// The tools that its talk has called and whose end was not known when the rows were read.
    pub open_calls: Vec<String>,
    /// Port → value of this item, once completed.
    pub values: Option<Map<String, Value>>,
    /// Why the last attempt failed.
    pub failure: Option<Failure>,
    /// What its calls used and cost.
    pub bill: Bill,
    /// When the present attempt began.
    pub started_at: Option<Timestamp>,
    /// When it settled.
    pub ended_at: Option<Timestamp>,
}

/// How far the talk of an agent's job has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TalkSize {
    pub messages: u32,
    /// Answers of the model among them.
    pub turn: u32,
    /// Tokens that the model was given with its last call.
    pub context_tokens: u64,
}

impl JobState {
    /// The execution whose end it waits for.
    pub fn waits_for(&self) -> Option<ExecutionId> {
        self.child.filter(|_| self.status == JobStatus::Pending)
    }

    /// Whether it has lost so many workers that it may be what kills them: from then on it runs alone
    /// in its process, so that it takes no other job with it and none is taken for it.
    pub fn runs_alone(&self) -> bool {
        self.lost >= LOST_TO_RUN_ALONE
    }

    /// Whether it waits for a person to say what became of its call.
    pub fn is_asked_about(&self) -> bool {
        self.status == JobStatus::Pending && self.effect == Effect::Asked
    }

    /// Whether only what a person decides lets it go on.
    pub(super) fn waits_for_word(&self) -> bool {
        self.status == JobStatus::Pending && self.run_at == Timestamp::NEVER && self.child.is_none()
    }

    pub(super) fn to_ref(&self) -> JobRef {
        JobRef { node: self.node.clone(), job: self.id, item: self.item }
    }
}
