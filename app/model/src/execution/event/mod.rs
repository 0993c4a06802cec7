//! The event log: what happened to an execution, numbered without gaps, in one shape for the store
//! and for pages.

pub(crate) mod groups;
mod kind;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::groups::{
    execution_events, iteration_events, job_events, node_events, output_events, review_events,
};
pub use self::kind::EventKind;
pub use super::{
    artifact::{ArtifactBody, ArtifactSummary, Charge, EXCERPT_CHARS, PERSON, Restored},
    clock::ClockBack,
    interruption::{Paused, Stopped},
    place::{JobRef, LaunchedNode, SettledEdges, SkipReason},
};
use crate::{id::NodeId, review::ApprovalGiven, time::Timestamp};

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Event {
    /// 1, 2, 3 … within its execution.
    pub seq: i64,
    /// When it happened, by the database's clock.
    pub at: Timestamp,
    /// What happened, with its data.
    #[serde(flatten)]
    pub kind: EventKind,
}

impl EventKind {
    /// Whether it ends the execution.
    pub const fn is_end(&self) -> bool {
        use EventKind as E;
        matches!(
            self,
            E::ExecutionCompleted | E::ExecutionFailed { .. } | E::ExecutionStopped { .. }
        )
    }

    /// Whether it changes more than progress for lists of executions and of waiting decisions: the
    /// status, a review or a question.
    pub const fn is_turn(&self) -> bool {
        use EventKind as E;
        self.is_end()
            || matches!(
                self,
                E::ExecutionLaunched { .. }
                    | E::ExecutionQueued(_)
                    | E::ExecutionStarted
                    | E::ExecutionPaused { .. }
                    | E::ExecutionResumed
                    | E::NodeAwaitingReview { .. }
                    | E::ReviewApproved { .. }
                    | E::ReviewDecided { .. }
                    | E::JobAsks(_)
                    | E::JobAnswered(_)
            )
    }

    /// The node it is about; none when it is about the execution as a whole.
    pub fn node(&self) -> Option<&NodeId> {
        use EventKind as E;
        match self {
            E::ExecutionFailed { node, .. }
            | E::NodeReady { node, .. }
            | E::NodeStarted { node }
            | E::NodeWaiting { node, .. }
            | E::NodeCompleted { node, .. }
            | E::NodeFailed { node, .. }
            | E::NodeSkipped { node, .. }
            | E::NodeCancelled { node }
            | E::NodeReused { node, .. }
            | E::NodeRetried { node, .. }
            | E::NodeReset { node, .. }
            | E::RoundStarted { node, .. }
            | E::RoundEnded { node, .. }
            | E::NodeEdited { node, .. }
            | E::NodeAwaitingReview { node, .. }
            | E::ReviewApproved(ApprovalGiven { node, .. })
            | E::ReviewDecided { node, .. }
            | E::DocumentCreated { node, .. } => Some(node),
            E::ArtifactCreated { artifact } => Some(&artifact.node),
            job_events!() => self.job().map(|job| &job.node),
            E::ExecutionLaunched { .. }
            | E::ExecutionQueued(_)
            | E::ExecutionStarted
            | E::ExecutionPaused(_)
            | E::ExecutionResumed
            | E::ExecutionCompleted
            | E::ExecutionStopped(_)
            | E::ExecutionAutoRun { .. }
            | E::ExecutionBreakpoints { .. }
            | E::ExecutionBudget { .. }
            | E::ExecutionClockBack(_) => None,
        }
    }

    /// The job it is about; none when it is about a node or the execution as a whole.
    pub fn job(&self) -> Option<&JobRef> {
        use EventKind as E;
        match self {
            E::JobStarted { job, .. }
            | E::JobCompleted { job }
            | E::JobFailed { job, .. }
            | E::JobRetryScheduled { job, .. }
            | E::JobLimited { job, .. }
            | E::JobLost { job, .. }
            | E::JobCancelled { job }
            | E::JobWaiting { job, .. }
            | E::JobChildEnded { job, .. }
            | E::CostAdded { job, .. } => Some(job),
            E::JobAsks(asked) => Some(&asked.job),
            E::JobAnswered(answered) => Some(&answered.job),
            execution_events!()
            | iteration_events!()
            | node_events!()
            | review_events!()
            | output_events!() => None,
        }
    }
}
