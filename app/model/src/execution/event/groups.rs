//! What each kind of event is: all that is asked of every kind, in one file.
//!
//! Groups are patterns: whoever treats one group by name passes over the others by theirs. A new
//! kind belongs into one of them, and is then missing wherever its group is treated kind by kind.
//! The quiet kinds cut across these groups.

use super::{EventKind, JobRef, Topic};
use crate::{
    id::NodeId,
    review::{ApprovalGiven, assignment::Reassigned},
};

/// Every event about the execution as a whole.
macro_rules! execution_events {
    () => {
        $crate::execution::event::EventKind::ExecutionLaunched { .. }
            | $crate::execution::event::EventKind::ExecutionQueued(_)
            | $crate::execution::event::EventKind::ExecutionStarted
            | $crate::execution::event::EventKind::ExecutionPaused(_)
            | $crate::execution::event::EventKind::ExecutionResumed
            | $crate::execution::event::EventKind::ExecutionCompleted
            | $crate::execution::event::EventKind::ExecutionFailed { .. }
            | $crate::execution::event::EventKind::ExecutionStopped(_)
            | $crate::execution::event::EventKind::ExecutionAutoRun { .. }
            | $crate::execution::event::EventKind::ExecutionBreakpoints { .. }
            | $crate::execution::event::EventKind::ExecutionBudget { .. }
            | $crate::execution::event::EventKind::ExecutionClockBack(_)
    };
}
pub(crate) use execution_events;

/// Every event about an iteration of a loop.
macro_rules! iteration_events {
    () => {
        $crate::execution::event::EventKind::RoundStarted { .. }
            | $crate::execution::event::EventKind::RoundEnded { .. }
    };
}
pub(crate) use iteration_events;

/// Every event about a node, but for its review.
macro_rules! node_events {
    () => {
        $crate::execution::event::EventKind::NodeReady { .. }
            | $crate::execution::event::EventKind::NodeStarted { .. }
            | $crate::execution::event::EventKind::NodeWaiting { .. }
            | $crate::execution::event::EventKind::NodeCompleted { .. }
            | $crate::execution::event::EventKind::NodeFailed { .. }
            | $crate::execution::event::EventKind::NodeSkipped { .. }
            | $crate::execution::event::EventKind::NodeReused { .. }
            | $crate::execution::event::EventKind::NodeCancelled { .. }
            | $crate::execution::event::EventKind::NodeRetried { .. }
            | $crate::execution::event::EventKind::NodeReset { .. }
            | $crate::execution::event::EventKind::NodeEdited { .. }
    };
}
pub(crate) use node_events;

/// Every event about the review of a node.
macro_rules! review_events {
    () => {
        $crate::execution::event::EventKind::NodeAwaitingReview { .. }
            | $crate::execution::event::EventKind::ReviewApproved(_)
            | $crate::execution::event::EventKind::ReviewReassigned(_)
            | $crate::execution::event::EventKind::ReviewDecided { .. }
    };
}
pub(crate) use review_events;

macro_rules! job_events {
    () => {
        $crate::execution::event::EventKind::JobStarted { .. }
            | $crate::execution::event::EventKind::JobWaiting { .. }
            | $crate::execution::event::EventKind::JobChildEnded { .. }
            | $crate::execution::event::EventKind::AgentStepped(_)
            | $crate::execution::event::EventKind::AgentLimited(_)
            | $crate::execution::event::EventKind::JobCompleted { .. }
            | $crate::execution::event::EventKind::JobFailed { .. }
            | $crate::execution::event::EventKind::JobRetryScheduled { .. }
            | $crate::execution::event::EventKind::JobLimited { .. }
            | $crate::execution::event::EventKind::JobLost { .. }
            | $crate::execution::event::EventKind::JobAsks(_)
            | $crate::execution::event::EventKind::JobAnswered(_)
            | $crate::execution::event::EventKind::JobCancelled { .. }
            | $crate::execution::event::EventKind::CostAdded { .. }
    };
}
pub(crate) use job_events;

/// Every event about what a node has made.
macro_rules! output_events {
    () => {
        $crate::execution::event::EventKind::ArtifactCreated { .. }
            | $crate::execution::event::EventKind::DocumentCreated { .. }
    };
}
pub(crate) use output_events;

/// Every event that is told and nothing more: by it nothing is made or read, no item begins, waits
/// or ends.
#[macro_export]
macro_rules! quiet_events {
    () => {
        $crate::execution::event::EventKind::ExecutionQueued(_)
            | $crate::execution::event::EventKind::ExecutionStarted
            | $crate::execution::event::EventKind::ExecutionPaused(_)
            | $crate::execution::event::EventKind::ExecutionResumed
            | $crate::execution::event::EventKind::ExecutionCompleted
            | $crate::execution::event::EventKind::ExecutionFailed { .. }
            | $crate::execution::event::EventKind::ExecutionStopped(_)
            | $crate::execution::event::EventKind::ExecutionAutoRun { .. }
            | $crate::execution::event::EventKind::ExecutionBreakpoints { .. }
            | $crate::execution::event::EventKind::ExecutionBudget { .. }
            | $crate::execution::event::EventKind::ExecutionClockBack(_)
            | $crate::execution::event::EventKind::RoundEnded { .. }
            | $crate::execution::event::EventKind::NodeStarted { .. }
            | $crate::execution::event::EventKind::NodeEdited { .. }
            | $crate::execution::event::EventKind::ReviewApproved(_)
            | $crate::execution::event::EventKind::ReviewReassigned(_)
            | $crate::execution::event::EventKind::ReviewDecided { .. }
            | $crate::execution::event::EventKind::JobChildEnded { .. }
            | $crate::execution::event::EventKind::AgentLimited(_)
            | $crate::execution::event::EventKind::JobAnswered(_)
            | $crate::execution::event::EventKind::CostAdded { .. }
            | $crate::execution::event::EventKind::DocumentCreated { .. }
    };
}
pub(crate) use quiet_events;

/// What whoever shows the log asks of a kind.
struct LogTraits {
    topic: Topic,
    /// Whether the event carries all that it changed.
    is_complete: bool,
}

impl LogTraits {
    const fn complete(topic: Topic) -> Self {
        Self { topic, is_complete: true }
    }

    const fn partial(topic: Topic) -> Self {
        Self { topic, is_complete: false }
    }
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
                    | E::ReviewReassigned { .. }
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
            | E::ReviewReassigned(Reassigned { node, .. })
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
            E::AgentStepped(taken) => Some(&taken.job),
            E::AgentLimited(met) => Some(&met.job),
            execution_events!()
            | iteration_events!()
            | node_events!()
            | review_events!()
            | output_events!() => None,
        }
    }

    /// What it is about, as people look for it in the log.
    pub const fn topic(&self) -> Topic {
        self.log_traits().topic
    }

    /// Whether it leaves out some of what it changed, so that a page has to ask for the rest.
    pub const fn leaves_out_details(&self) -> bool {
        !self.log_traits().is_complete
    }

    const fn log_traits(&self) -> LogTraits {
        use EventKind as E;
        match self {
            // By its end, what an execution launched has spent something that no event tells.
            E::ExecutionFailed { .. } | E::JobAsks(_) => LogTraits::partial(Topic::Trouble),
            E::NodeFailed { .. }
            | E::JobFailed { .. }
            | E::JobRetryScheduled { .. }
            | E::JobLimited { .. }
            | E::JobLost { .. }
            | E::AgentLimited(_)
            | E::ExecutionClockBack(_) => LogTraits::complete(Topic::Trouble),
            E::ExecutionStopped(_)
            | E::NodeEdited { .. }
            | E::JobAnswered(_)
            | review_events!() => LogTraits::partial(Topic::People),
            E::ExecutionPaused(_)
            | E::ExecutionResumed
            | E::NodeRetried { .. }
            | E::NodeReset { .. }
            | E::ExecutionAutoRun { .. }
            | E::ExecutionBreakpoints { .. }
            | E::ExecutionBudget { .. } => LogTraits::complete(Topic::People),
            E::CostAdded { .. } | output_events!() => LogTraits::complete(Topic::Results),
            E::ExecutionLaunched { .. }
            | E::ExecutionQueued(_)
            | E::ExecutionStarted
            | E::ExecutionCompleted
            | iteration_events!()
            | E::NodeReady { .. }
            | E::NodeStarted { .. }
            | E::NodeWaiting { .. }
            | E::NodeCompleted { .. }
            | E::NodeSkipped { .. }
            | E::NodeReused { .. }
            | E::NodeCancelled { .. }
            | E::JobStarted { .. }
            | E::JobWaiting { .. }
            | E::JobChildEnded { .. }
            | E::AgentStepped(_)
            | E::JobCompleted { .. }
            | E::JobCancelled { .. } => LogTraits::complete(Topic::Progress),
        }
    }
}
