//! Why an input changes nothing.

use crate::{
    access::Lacks,
    execution::state::{Action, ExecutionStatus, NodeStatus},
    id::{JobId, NodeId, ReviewId},
    problem::FieldProblem,
    review::assignment::NotYours,
    value::Unrecordable,
};

/// Why an input changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The report comes from an attempt that no longer holds the job: normal life, not a bug.
    #[error("another attempt replaced this one (fence {got}, now {current})")]
    Stale {
        /// Of the report.
        got: i64,
        /// Of the job.
        current: i64,
    },
    /// There is no such job in this execution, or nothing depends on it any more.
    #[error("there is no open job {0}")]
    UnknownJob(JobId),
    /// There is no such node in this execution.
    #[error("there is no step {0}")]
    UnknownNode(NodeId),
    /// The action does not fit the execution's status.
    #[error("can't {} a run that is {status}", action.verb())]
    NotAllowed {
        /// What was asked.
        action: Action,
        /// Where it stands.
        status: ExecutionStatus,
    },
    /// Only a node that failed, or lacks items, can be retried.
    #[error("only failed steps can be retried; “{node}” is {status}")]
    NotFailed {
        /// What its author calls it.
        node: String,
        /// Where it stands.
        status: NodeStatus,
    },
    /// The workflow went on after the failure, as its author asked: retrying now would run twice.
    #[error("the workflow handled the failure of {0}, and the next steps have already run")]
    Handled(NodeId),
    /// The loop took its results without what failed in the iteration of the node.
    #[error("{0} failed in a round that its loop continued without")]
    WentOn(NodeId),
    /// Where the node stands, this cannot be done with it.
    #[error("can't {} “{node}”: it is {status}", action.verb_of_node())]
    NotNow {
        /// Why, in a sentence.
        why: &'static str,
        /// What was asked.
        action: Action,
        /// What its author calls it.
        node: String,
        /// Where it stands.
        status: NodeStatus,
    },
    /// It goes on by a decision, not by being resumed.
    #[error("it is waiting for a review")]
    AwaitsReview,
    /// It goes on with what launched it.
    #[error("the run that started it is paused")]
    AwaitsParent,
    /// The review has been decided or never was.
    #[error("review {0} isn't open")]
    ReviewOver(ReviewId),
    /// One person counts once.
    #[error("{0} has already approved")]
    ApprovedBefore(String),
    /// Another approval has changed what is decided about since it was read.
    #[error("{0} changed the content in the meantime")]
    ItemsChanged(String),
    /// Nobody is asked this about the job, or not any more.
    #[error("the question about job {0} is no longer open")]
    NotAsked(JobId),
    /// The decision or the change is not one that this takes; why and what would, in words.
    #[error("{0}")]
    Unfit(String),
    /// The node does not take this in one of its fields: which, why and what would do.
    #[error("{}", .0.message)]
    Misset(Box<FieldProblem>),
    /// Not as things stand; why, and what would go, in words.
    #[error("{0}")]
    NotHere(String),
    /// A review that others decide would be got past.
    #[error(transparent)]
    Lacks(#[from] Lacks),
    /// Others decide the review.
    #[error(transparent)]
    NotYours(#[from] NotYours),
}

impl Refused {
    /// Output given by a person that cannot be recorded.
    pub(super) fn unrecordable(why: Unrecordable) -> Self {
        Self::Unfit(format!("The output can't be saved: {why}"))
    }
}
